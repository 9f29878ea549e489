"""Complete the manifest of a labelling job: one line for each picture under a prefix of the team's bucket.

python3 manifest.py                      # the 24 prepared pictures -> labelling/team.manifest
python3 manifest.py --prefix mine/ --key mine/input.manifest

Lines that are there already, such as those that you wrote by hand, are checked and kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SETTINGS = Path(__file__).resolve().parent.parent / "event.json"
# Ground Truth takes these, up to 40 MB each.
PICTURES = (".jpg", ".jpeg", ".png")


def main() -> None:
    asked = arguments()
    settings = asked.settings
    bucket = settings["bucket"]
    s3 = boto3.client("s3", region_name=settings["region"])
    pictures = [key for key in keys(s3, bucket, asked.prefix) if key.lower().endswith(PICTURES)]
    if not pictures:
        sys.exit(f"There is no picture under s3://{bucket}/{asked.prefix}")
    if len(pictures) > asked.most:
        sys.exit(
            f"{len(pictures)} pictures, and each one labelled costs about 0.08 USD. "
            f"Choose a smaller --prefix, or say --most {len(pictures)} if that is meant."
        )
    own = written(s3, bucket, asked.key)
    wrong = [*mistakes(own, bucket, set(pictures))]
    if wrong:
        sys.exit(
            f"s3://{bucket}/{asked.key} was not changed. Correct these lines and upload it again:\n" + "\n".join(wrong)
        )
    there = {json.loads(line)["source-ref"] for line in own}
    addresses = [address for address in (f"s3://{bucket}/{key}" for key in pictures) if address not in there]
    lines = own + [json.dumps({"source-ref": address}) for address in addresses]
    text = "".join(f"{line}\n" for line in lines)
    s3.put_object(Bucket=bucket, Key=asked.key, Body=text.encode(), ContentType="application/jsonlines")
    print(f"s3://{bucket}/{asked.key}: {len(own)} lines were there, {len(addresses)} are new, {len(lines)} in all")
    print(f"the last line: {lines[-1]}")


def written(s3: Any, bucket: str, key: str) -> list[str]:
    """The lines of the manifest that is there already; none if there is no manifest."""
    try:
        data = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return []
    try:
        # A line ends at a line feed only: str.splitlines would also cut at U+2028, which may stand in a text.
        return [line.strip() for line in data.decode("utf-8-sig").split("\n") if line.strip()]
    except ValueError:
        sys.exit(f"s3://{bucket}/{key} is not text in UTF-8: save it as UTF-8 and upload it again")


def mistakes(lines: list[str], bucket: str, pictures: set[str]) -> Iterator[str]:
    """A sentence for each line that a labelling job could not use, or that is there twice."""
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        address = source(line)
        why = ""
        if address is None:
            why = 'it is not {"source-ref": "s3://..."}'
            if any(quote in line for quote in "\u201c\u201d\u2018\u2019"):
                why += "; the quotes must be straight, which Word and some phones change"
            elif not (line.startswith("{") and line.endswith("}")):
                why += "; nothing stands before the { or after the }, no comma either"
        elif not address.startswith(f"s3://{bucket}/"):
            why = f"{address} is not in your bucket {bucket}"
        elif address.removeprefix(f"s3://{bucket}/") not in pictures:
            why = f"{address} is not one of the pictures to label"
        elif address in seen:
            why = f"line {seen[address]} names the same picture"
        if why:
            yield f"line {number}: {why}"
        seen.setdefault(address or "", number)


def source(line: str) -> str | None:
    """The picture that the line names; None if the line is not of the form that a labelling job reads."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    address = found.get("source-ref") if isinstance(found, dict) else None
    return address if isinstance(address, str) else None


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Complete the manifest of a labelling job in the team's bucket.")
    parser.add_argument("--prefix", default="labelling/", help="where the pictures are (labelling/)")
    parser.add_argument("--key", default="labelling/team.manifest", help="what to write (labelling/team.manifest)")
    parser.add_argument("--most", type=int, default=24, help="refuse more pictures than this (24)")
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


def keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


if __name__ == "__main__":
    try:
        main()
    except (BotoCoreError, ClientError) as error:
        sys.exit(str(error))
