"""Compare the team's labels with the truth: how many agree, which do not, and who said what.

python3 compare.py                       # the latest job
python3 compare.py --job cars-2
python3 compare.py --partial             # although labels are missing, or may still change

The truth is in car_data.zip: the folder of each picture there is its class. comparison.py beside this file compares;
this file reads the bucket and prints. Run it as the participant (CloudShell), or in the notebook's terminal.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import boto3
import comparison
from botocore.exceptions import BotoCoreError, ClientError

SETTINGS = Path(__file__).resolve().parent.parent / "event.json"
NOT_THERE = ("NoSuchKey", "404")


class Bucket:
    """What comparison.py reads of the team's bucket."""

    def __init__(self, s3: Any, name: str) -> None:
        self.s3, self.name = s3, name

    def keys(self, prefix: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        found = [(each["LastModified"], each["Key"]) for page in pages for each in page.get("Contents", [])]
        return [key for _, key in sorted(found)]

    def rows(self, key: str) -> list[dict[str, Any]] | None:
        text = self.text(key)
        # A line ends at a line feed only: str.splitlines would also cut at U+2028, which may stand in a text.
        rows = [self.parsed(key, line) for line in (text or "").split("\n") if line.strip()]
        return None if text is None else [each for each in rows if isinstance(each, dict)]

    def document(self, key: str) -> Any:
        text = self.text(key)
        return None if text is None else self.parsed(key, text)

    def fingerprint(self, address: str) -> tuple[int, int] | None:
        bucket, _, key = address.removeprefix("s3://").partition("/")
        data = self.data(key) if bucket == self.name and key else None
        return None if data is None else (len(data), zlib.crc32(data))

    def archive(self, key: str) -> Any:
        size = self.there(self.s3.head_object, "ContentLength", key)
        if size is None:
            return None
        return comparison.ObjectInParts(size, lambda start, end: self.part(key, start, end)).buffered

    def part(self, key: str, start: int, end: int) -> bytes:
        answer = self.s3.get_object(Bucket=self.name, Key=key, Range=f"bytes={start}-{end - 1}")
        found: bytes = answer["Body"].read()
        return found

    def data(self, key: str) -> bytes | None:
        body = self.there(self.s3.get_object, "Body", key)
        return None if body is None else bytes(body.read())

    def text(self, key: str) -> str | None:
        data = self.data(key)
        return None if data is None else data.decode("utf-8-sig", "replace")

    def parsed(self, key: str, text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError:
            sys.exit(f"s3://{self.name}/{key} cannot be read: a line of it is not JSON")

    def there(self, ask: Any, member: str, key: str) -> Any:
        """A member of S3's answer; None if there is no such object."""
        try:
            return ask(Bucket=self.name, Key=key)[member]
        except ClientError as error:
            if error.response["Error"]["Code"] in NOT_THERE:
                return None
            raise


def main() -> None:
    asked = arguments()
    files = Bucket(boto3.client("s3", region_name=asked.settings["region"]), asked.settings["bucket"])
    found = labels(files, asked)
    count, total = len(found.labels), len(found.labels) + len(found.unlabelled)
    print(f"job {found.job}: {count} of {total} pictures have a label")
    if not count:
        sys.exit("There is nothing to compare yet.")
    if found.unlabelled and not asked.partial:
        sys.exit(f"The truth is shown when all have one. To compare these {count} now, add --partial.")
    if found.open and not asked.partial:
        sys.exit("The organisers' page still takes answers. Choose 'Compare with the truth' there; or add --partial.")
    truth = comparison.truth_of(files, found.labels)
    if truth is None:
        sys.exit(f"There is no {comparison.ARCHIVE} in s3://{files.name} that can be read: the truth is not known.")
    show(comparison.compare(found.labels, truth, found.answers, comparison.order(files)))


def labels(files: Bucket, asked: argparse.Namespace) -> comparison.JobLabels:
    """The labels of the job that was named, or of the one whose output manifest is the latest."""
    jobs = comparison.jobs(files)
    names = [each.rpartition("/")[2] for each in jobs]
    if not jobs:
        sys.exit(
            f"There is no output manifest in s3://{files.name}/{comparison.LABELLED} yet. Ground Truth writes it when "
            "the job has ended, the organisers' page with the first label. Label first, then compare."
        )
    if asked.job and asked.job not in names:
        sys.exit(f"The job {asked.job} has no output manifest. These have one: {', '.join(sorted(set(names)))}")
    at = max(place for place, name in enumerate(names) if name == (asked.job or names[-1]))
    if len(set(names)) > 1 and not asked.job:
        others = sorted(set(names) - {names[at]})
        print(f"The latest job is compared. For another one add --job NAME: {', '.join(others)}")
    found = comparison.of_job(files, jobs[at])
    if found is None:
        sys.exit(f"The output manifest of {names[at]} was deleted just now.")
    return found


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the team's labels with the truth.")
    parser.add_argument("--job", help="the labelling job's name (the job with the latest output manifest)")
    parser.add_argument("--partial", action="store_true", help="compare although labels are missing or may change")
    parser.add_argument("--settings", type=event_settings, default=str(SETTINGS), help="the organisers' event.json")
    return parser.parse_args()


def event_settings(path: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise argparse.ArgumentTypeError(
            f"{path} cannot be read; the organisers put it beside the labs' folders"
        ) from None
    return found


def show(found: comparison.LabelComparison) -> None:
    if not found.known:
        sys.exit(f"None of these pictures is in {comparison.ARCHIVE}: the truth is not known.")
    if found.known < found.labelled:
        print(f"{found.labelled - found.known} of them are not in {comparison.ARCHIVE} and are left out")
    print(f"agreement with the truth: {found.agree} of {found.known} ({found.percent} %)\n")
    table(found)
    if found.wrong:
        print("\nlabelled otherwise than the truth:")
        for each in found.wrong:
            who = f" ({', '.join(each.workers)})" if each.workers else ""
            print(f"  {name(each.picture)}: you said {each.label}, it is {each.truth}{who}")
    if found.people:
        print("\nby person, how many agree with the truth:")
        for person in found.people:
            print(f"  {person.worker}: {person.agree} of {person.labelled}")
    if found.split:
        print("\npeople disagreed with each other:")
        for picture in found.split:
            print(f"  {name(picture.picture)}: {', '.join(f'{label} {count}' for label, count in picture.said)}")


def table(found: comparison.LabelComparison) -> None:
    """Print the confusion matrix: a row for each true class, a column for each class that you said."""
    corner = "truth \\ you said"
    first = max(width(each) for each in (corner, *found.classes))
    print(padded(corner, first) + "".join(f"  {each}" for each in found.classes))
    for true in found.classes:
        counts = ((label, str(found.table.get((true, label), 0))) for label in found.classes)
        print(padded(true, first) + "".join(f"  {' ' * (width(label) - len(count))}{count}" for label, count in counts))


def padded(text: str, to: int) -> str:
    return text + " " * (to - width(text))


def width(text: str) -> int:
    """Columns that the text takes in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def name(address: str) -> str:
    return address.rpartition("/")[2]


if __name__ == "__main__":
    try:
        main()
    except (BotoCoreError, ClientError) as error:
        sys.exit(str(error))
