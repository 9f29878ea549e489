"""Who says that which picture is what -> whose turn is which, what the majority says, an output manifest.

The files are Ground Truth's own. docs.aws.amazon.com/sagemaker/latest/dg/: sms-input-data-input-manifest,
sms-data-output (image classification), sms-label-cat-config-attributes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bootstrap.errors import BadInput, Problem

# Ground Truth takes these.
PICTURES = (".jpg", ".jpeg", ".png")
# Ground Truth weighs its workers (a variant of Expectation Maximization: AnnotationConsolidationConfig); here it is
# the share of those who agree, times the confidence in AWS's own example of a classification (Custom Labels guide).
_CONFIDENCE = 0.95
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Vote:
    """`picture` is an s3:// address, `at` in epoch seconds."""

    picture: str
    worker: str
    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Task:
    """What is labelled: the input manifest's `lines`, by `workers` people each. `attribute` is the answers' key."""

    job: str
    lines: tuple[Mapping[str, Any], ...]
    classes: tuple[str, ...]
    workers: int = 1
    attribute: str = "kind"

    @property
    def pictures(self) -> tuple[str, ...]:
        return tuple(str(each["source-ref"]) for each in self.lines)


@dataclass(frozen=True, slots=True)
class Votes:
    """All votes on a task, in the order in which they came."""

    task: Task
    all: tuple[Vote, ...] = ()

    def on(self, picture: str) -> tuple[Vote, ...]:
        return tuple(each for each in self.all if each.picture == picture)

    @property
    def settled(self) -> tuple[str, ...]:
        """The pictures that enough people have labelled, in the manifest's order."""
        counts = Counter(each.picture for each in self.all)
        return tuple(each for each in self.task.pictures if counts[each] >= self.task.workers)

    def left(self, worker: str) -> tuple[str, ...]:
        """What this worker may be given."""
        done = {*self.settled, *(each.picture for each in self.all if each.worker == worker)}
        return tuple(each for each in self.task.pictures if each not in done)

    def given(self, worker: str, others_see: Iterable[str] = ()) -> str | None:
        """The next picture for the worker; one that others have on their screens only where no other is left."""
        counts = Counter(each.picture for each in self.all) + Counter(others_see)
        left = self.left(worker)
        free = (each for each in left if counts[each] < self.task.workers)
        return next(free, left[0] if left else None)

    def said(self, vote: Vote) -> Votes:
        """A worker's second word on a picture replaces the first."""
        others = (each for each in self.all if (each.picture, each.worker) != (vote.picture, vote.worker))
        return replace(self, all=(*others, vote))

    def latest(self, worker: str) -> Vote | None:
        return next((each for each in reversed(self.all) if each.worker == worker), None)

    def without(self, vote: Vote) -> Votes:
        return replace(self, all=tuple(each for each in self.all if each is not vote))

    def counted(self) -> Counter[str]:
        """Class -> how many settled pictures are it; also those that are none."""
        found = Counter(dict.fromkeys(self.task.classes, 0))
        found.update(chosen(self.on(each))[0] for each in self.settled)
        return found

    def manifest(self) -> str:
        """The output manifest: a line for each settled picture, with all that its input line holds."""
        settled = frozenset(self.settled)
        lines = (each for each in self.task.lines if each["source-ref"] in settled)
        return "".join(f"{json.dumps(self._line(each), ensure_ascii=False)}\n" for each in lines)

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        task, votes = self.task, self.on(line["source-ref"])
        label, share = chosen(votes)
        latest = datetime.fromtimestamp(max(each.at for each in votes), UTC).replace(tzinfo=None)
        about = {
            "class-name": label,
            "confidence": round(_CONFIDENCE * share, 2),
            "type": "groundtruth/image-classification",
            "job-name": f"labeling-job/{task.job.lower()}",
            "human-annotated": "yes",
            "creation-date": latest.isoformat(timespec="microseconds"),
        }
        return {**line, task.attribute: task.classes.index(label), f"{task.attribute}-metadata": about}


def chosen(votes: Sequence[Vote]) -> tuple[str, float]:
    """The class that most said, and their share. Of equals the class that had so many first."""
    counts: Counter[str] = Counter()
    most = votes[0].label
    for each in votes:
        counts[each.label] += 1
        most = each.label if counts[each.label] > counts[most] else most
    return most, counts[most] / len(votes)


def lines(text: str, bucket: str, where: str) -> tuple[Mapping[str, Any], ...]:
    """The lines of an input manifest. Raises BadInput (EB-601) with the lines that are no picture of this bucket."""
    found: list[Mapping[str, Any]] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            found.append(_parsed(line, bucket))
        except ValueError as error:
            problems.append(Problem("EB-601", str(error), f"{where}:{number}", fix=_wanted(bucket)))
    twice = [each for each, count in Counter(each["source-ref"] for each in found).items() if count > 1]
    problems += [Problem("EB-601", f"{each} stands there twice", where, fix="keep one line") for each in twice]
    if problems:
        raise BadInput(problems[:_NAMED])
    return tuple(found)


def _parsed(line: str, bucket: str) -> Mapping[str, Any]:
    """Raises ValueError."""
    try:
        made = json.loads(line)
    except ValueError:
        raise ValueError("the line is not JSON" if line.strip() else "the line is empty") from None
    reference = made.get("source-ref") if isinstance(made, dict) else None
    if not isinstance(reference, str):
        raise ValueError('there is no "source-ref"')
    if not reference.startswith(f"s3://{bucket}/"):
        raise ValueError(f"{reference[:120]} is not in the team's bucket")
    if not reference.lower().endswith(PICTURES):
        raise ValueError(f"{reference[:120]} is no .jpg, .jpeg or .png")
    return dict(made)


def _wanted(bucket: str) -> str:
    return f'write {{"source-ref": "s3://{bucket}/labelling/car-01.jpg"}}, in straight quotes'


def classes(text: str, where: str) -> tuple[str, ...]:
    """The classes of a label category file, in its order. Raises BadInput (EB-602)."""
    try:
        found = tuple(str(each["label"]) for each in json.loads(text)["labels"])
    except (ValueError, TypeError, KeyError):
        found = ()
    if len(found) < 2 or len(set(found)) < len(found):
        what = "does not hold two classes or more, each once"
        fix = "event-bootstrap provision TEAM --step materials --during-event puts the prepared file back"
        raise BadInput([Problem("EB-602", what, where, fix=fix)])
    return found


def stored(votes: Votes) -> str:
    rows = [{"picture": e.picture, "worker": e.worker, "label": e.label, "at": e.at} for e in votes.all]
    return json.dumps({"version": 1, "votes": rows}, ensure_ascii=False, indent=0)


def restored(text: str, task: Task, where: str) -> Votes:
    """What `stored` made. Raises BadInput (EB-604) if it is something else, or of other pictures or classes."""
    fix = "begin anew under another --job, or put the manifest and labels.json back as they were"
    try:
        held = json.loads(text)
        found = tuple(Vote(e["picture"], str(e["worker"]), e["label"], float(e["at"])) for e in held["votes"])
    except (ValueError, TypeError, KeyError):
        raise BadInput([Problem("EB-604", "cannot be read", where, fix=fix)]) from None
    strange = [e for e in found if e.picture not in task.pictures or e.label not in task.classes]
    if strange:
        what = f"holds {len(strange)} labels of pictures or classes that are not there now: {strange[0].picture}"
        raise BadInput([Problem("EB-604", what, where, fix=fix)])
    return Votes(task, found)
