"""Labels that people gave -> how far they agree with the truth, and with each other.

Standard library only: the labelling lab's script gets this file. The truth is the folder of the same picture in
car_data.zip. The same picture means the same size and CRC-32, which a zip's directory lists for each member.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

ARCHIVE, CLASSES = "car_data.zip", "labels.json"
# The name of the job of labels that the organisers gave a team that had fallen behind.
ORGANISERS = "organisers"
LABELLED, MANIFEST = "labelled/", "labelling/team.manifest"
OUTPUT = "/manifests/output/output.manifest"
# Ground Truth's folder of each person's answers; below it a folder for each line of the input manifest, from 0.
# docs.aws.amazon.com, sms-data-output, "Output directories".
ANSWERS = "/annotations/worker-response/"
# Of the organisers' page, in place of that folder.
VOTES = "/votes.json"
_BLOCK = 64 * 1024
_LARGEST_READ = 32 * 1024 * 1024
_LONGEST_NAME = 40

Fingerprint = tuple[int, int]


class LabelFiles(Protocol):
    """A team's bucket. What does not exist is None; any other error is raised."""

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys under the prefix, the object that was written last at the end."""

    def rows(self, key: str) -> Sequence[Mapping[str, Any]] | None:
        """Return the objects of a JSON Lines file."""

    def document(self, key: str) -> Any:
        """Return what a JSON file holds."""

    def fingerprint(self, address: str) -> Fingerprint | None:
        """Return size and CRC-32 of the object with this s3:// address."""

    def archive(self, key: str) -> BinaryIO | None:
        """Return the object as a file that can be read from any place."""


@dataclass(frozen=True)
class LabelAnswer:
    """Label that one person gave one picture. `picture`: s3:// address."""

    picture: str
    worker: str
    label: str


@dataclass(frozen=True)
class WrongLabel:
    """A picture whose label is not the truth. `workers`: who gave this label."""

    picture: str
    label: str
    truth: str
    workers: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkerAgreement:
    """Number of a person's labels that agree with the truth."""

    worker: str
    agree: int
    labelled: int


@dataclass(frozen=True)
class SplitPicture:
    """A picture on which people disagreed: (label, number of people), the most frequent first."""

    picture: str
    said: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class LabelComparison:
    """Labels against the truth.

    `labelled`: pictures with a label; `known`: those of them whose truth is known. `table`: (truth, label) -> pictures;
    its rows and columns are `classes`.
    """

    labelled: int
    known: int
    agree: int
    classes: tuple[str, ...]
    table: Mapping[tuple[str, str], int]
    wrong: tuple[WrongLabel, ...]
    people: tuple[WorkerAgreement, ...]
    split: tuple[SplitPicture, ...]

    @property
    def percent(self) -> int:
        """Share of the known pictures whose label agrees, 0 to 100."""
        return (200 * self.agree + self.known) // (2 * self.known) if self.known else 0


def compare(
    labels: Mapping[str, str], truth: Mapping[str, str], answers: Iterable[LabelAnswer] = (), order: Iterable[str] = ()
) -> LabelComparison:
    """Compare picture -> label with picture -> truth. `order`: classes in the order in which tables show them."""
    known = {each: label for each, label in labels.items() if each in truth}
    table = Counter((truth[each], label) for each, label in known.items())
    seen = {each for pair in table for each in pair}
    classes = [each for each in order if each in seen] + sorted(seen - set(order))
    people: dict[str, dict[str, str]] = {}
    said: dict[str, list[str]] = {}
    for each in answers:
        people.setdefault(each.worker, {})[each.picture] = each.label
        said.setdefault(each.picture, []).append(each.label)
    wrong = [
        WrongLabel(each, label, truth[each], tuple(who for who, own in people.items() if own.get(each) == label))
        for each, label in known.items()
        if label != truth[each]
    ]
    return LabelComparison(
        len(labels),
        len(known),
        len(known) - len(wrong),
        tuple(classes),
        dict(table),
        tuple(wrong),
        tuple(_agreement(who, own, truth) for who, own in people.items()),
        tuple(SplitPicture(each, tuple(Counter(all_of).most_common())) for each, all_of in said.items()
              if len(set(all_of)) > 1),
    )  # fmt: skip


def _agreement(worker: str, own: Mapping[str, str], truth: Mapping[str, str]) -> WorkerAgreement:
    known = [(label, truth[each]) for each, label in own.items() if each in truth]
    return WorkerAgreement(worker, sum(label == true for label, true in known), len(known))


def jobs(files: LabelFiles) -> list[str]:
    """Return the jobs that have an output manifest, as the beginning of their keys; the latest at the end.

    A job with another output location than the lab's is found too. Labels that the organisers gave never come last.
    """
    found = [each for each in files.keys(LABELLED) if each.endswith(OUTPUT)]
    found = found or [each for each in files.keys("") if each.endswith(OUTPUT)]
    listed = [each.removesuffix(OUTPUT) for each in found]
    return sorted(listed, key=lambda each: not each.endswith(f"/{ORGANISERS}"))


@dataclass(frozen=True)
class JobLabels:
    """The labels of one job: picture -> label, the pictures that have none yet, and each person's answers.

    `open`: they stand on the organisers' page, and the team has not yet ended the labelling there.
    """

    job: str
    labels: Mapping[str, str]
    unlabelled: tuple[str, ...]
    answers: tuple[LabelAnswer, ...]
    open: bool = False

    @property
    def final(self) -> bool:
        """Return True if the truth may be shown: every picture has a label, and none can change any more."""
        return bool(self.labels) and not self.unlabelled and not self.open


def of_job(files: LabelFiles, job: str) -> JobLabels | None:
    """Return the job's labels; None without an output manifest. `job`: the beginning of its keys, as `jobs` has it."""
    rows = files.rows(f"{job}{OUTPUT}")
    if rows is None:
        return None
    name = job.rpartition("/")[2]
    found = {str(row.get("source-ref")): _label(row, name) for row in rows}
    asked = [str(row.get("source-ref")) for row in files.rows(MANIFEST) or ()]
    # The manifest may have been written anew for another job.
    pictures = asked if set(found) <= set(asked) else list(found)
    labels = {each: label for each in pictures if (label := found.get(each)) is not None}
    unlabelled = tuple(each for each in pictures if each not in labels)
    kept = files.document(f"{job}{VOTES}")
    votes = kept if isinstance(kept, Mapping) else None
    answers = _responses(files, job, pictures) if votes is None else _votes(votes)
    return JobLabels(name, labels, unlabelled, tuple(answers), votes is not None and votes.get("compared") is not True)


def _label(row: Mapping[str, Any], job: str) -> str | None:
    """Return the class that the job gave; a line may also have the labels of earlier jobs."""
    said = [each for key, each in row.items() if key.endswith("-metadata") and isinstance(each, Mapping)]
    said = [each for each in said if isinstance(each.get("class-name"), str)]
    own = [each for each in said if str(each.get("job-name")) == f"labeling-job/{job.lower()}"]
    return str((own or said)[-1]["class-name"]) if said else None


def _votes(kept: Mapping[str, Any]) -> list[LabelAnswer]:
    votes = [each for each in kept.get("votes") or () if isinstance(each, Mapping)]
    return _named([LabelAnswer(*(str(each.get(of)) for of in ("picture", "worker", "label"))) for each in votes])


def _responses(files: LabelFiles, job: str, pictures: Sequence[str]) -> list[LabelAnswer]:
    found: list[tuple[str, LabelAnswer]] = []
    for key in files.keys(f"{job}{ANSWERS}"):
        number = key.split("/")[-2]
        if key.endswith(".json") and number.isdigit() and int(number) < len(pictures):
            found += _answered(files.document(key), pictures[int(number)])
    found.sort(key=lambda each: each[0])
    return _named([each for _, each in found])


def _answered(document: Any, picture: str) -> list[tuple[str, LabelAnswer]]:
    """Return (time, answer) for each answer in one of Ground Truth's files."""
    found = []
    for each in document.get("answers") or () if isinstance(document, Mapping) else ():
        content = each.get("answerContent") if isinstance(each, Mapping) else None
        for said in content.values() if isinstance(content, Mapping) else ():
            label = said.get("label") if isinstance(said, Mapping) else None
            if isinstance(label, str):
                at = str(each.get("submissionTime") or each.get("acceptanceTime") or "")
                # No nickname has an @: `_named` puts a number in place of AWS's long id.
                found.append((at, LabelAnswer(picture, f"@{each.get('workerId')}", label)))
    return found


def _named(answers: Sequence[LabelAnswer]) -> list[LabelAnswer]:
    """Replace what is no nickname - Ground Truth's ids, a mail address - by a number, in the order of the answers."""
    names: dict[str, str] = {}
    for each in answers:
        if each.worker not in names:
            nickname = each.worker.isprintable() and "@" not in each.worker and 0 < len(each.worker) <= _LONGEST_NAME
            names[each.worker] = each.worker if nickname else f"worker {len(names) + 1}"
    return [LabelAnswer(each.picture, names[each.worker], each.label) for each in answers]


def order(files: LabelFiles) -> list[str]:
    """Return the classes as the organisers ordered them."""
    found = files.document(CLASSES)
    listed = found.get("labels") if isinstance(found, Mapping) else None
    return [str(each.get("label")) for each in listed or () if isinstance(each, Mapping)]


def truth_of(files: LabelFiles, pictures: Iterable[str]) -> dict[str, str] | None:
    """Return picture -> class for the pictures that the archive contains; None if there is no archive to read."""
    file = files.archive(ARCHIVE)
    if file is None:
        return None
    try:
        known = classes_by_content(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    found = {each: known.get(seen) for each in pictures if (seen := files.fingerprint(each)) is not None}
    return {each: label for each, label in found.items() if label is not None}


def classes_by_content(file: BinaryIO) -> dict[Fingerprint, str]:
    """Return the folder of each picture of a zip, by its size and CRC-32. Reads only the zip's directory."""
    found: dict[Fingerprint, set[str]] = {}
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            label = member.filename.rpartition("/")[0].rpartition("/")[2]
            if label and not member.is_dir():
                found.setdefault((member.file_size, member.CRC), set()).add(label)
    return {seen: min(labels) for seen, labels in found.items() if len(labels) == 1}


class ObjectInParts(io.RawIOBase):
    """A file of which only the parts that are read are fetched. `fetch` returns the bytes from start to end - 1.

    Reading raises ValueError for a part that is too large. `buffered` makes it a file for a zip's reader.
    """

    def __init__(self, size: int, fetch: Callable[[int, int], bytes]) -> None:
        super().__init__()
        self._size, self._fetch, self._at = size, fetch, 0
        # A zip's end is read in small steps.
        self._from, self._part = size, b""

    @property
    def buffered(self) -> BinaryIO:
        return io.BufferedReader(self)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError("before the beginning of the file")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        count = max(0, min(len(buffer), self._size - self._at))
        if count > _LARGEST_READ:
            raise ValueError("too large a part")
        if not self._from <= self._at <= self._at + count <= self._from + len(self._part):
            self._from = min(self._at, max(0, self._size - _BLOCK))
            self._part = self._fetch(self._from, max(self._at + count, min(self._from + _BLOCK, self._size)))
        start = self._at - self._from
        buffer[:count] = self._part[start : start + count]
        self._at += count
        return count
