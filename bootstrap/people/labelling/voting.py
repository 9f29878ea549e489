"""Votes on pictures -> the majority's class, an output manifest. `state` says who gets which picture.

The files have the format of Ground Truth. docs.aws.amazon.com/sagemaker/latest/dg/: sms-input-data-input-manifest,
sms-data-output (image classification), sms-label-cat-config-attributes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import Message, counted, msg
from bootstrap.people.labelling.pictures import identity
from bootstrap.reading import json_text
from bootstrap.reading.json_text import JsonLine
from bootstrap.reading.unreadable import Unreadable

# Endings that Ground Truth accepts.
PICTURES = (".jpg", ".jpeg", ".png")
# Ground Truth computes the confidence from the quality of each worker (AnnotationConsolidationConfig). Here it is the
# share of people who agree, times the confidence in AWS's example of a classification (Custom Labels guide).
_CONFIDENCE = 0.95
_NAMED = 8
_MOST_CLASSES, _LONGEST = 50, 1200


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's label of a picture. `picture`: s3:// address; `at`: epoch seconds."""

    picture: str
    worker: str
    label: str
    at: float


@dataclass(frozen=True)
class Task:
    """Pictures to label: the input manifest's `lines`, each by `workers` people. `attribute`: key of the answers.

    `etags`: picture -> ETag, for those that the bucket listed.
    """

    job: str
    lines: tuple[Mapping[str, Any], ...]
    classes: tuple[str, ...]
    workers: int = 1
    attribute: str = "kind"
    etags: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def pictures(self) -> tuple[str, ...]:
        return tuple(str(each["source-ref"]) for each in self.lines)

    @cached_property
    def identities(self) -> Mapping[str, str]:
        """Identity -> picture."""
        return {self.identity(each): each for each in self.pictures}

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Picture -> its number, from 1."""
        return {each: number for number, each in enumerate(self.pictures, 1)}

    def identity(self, picture: str) -> str:
        return identity(picture, self.etags.get(picture, ""))


@dataclass(frozen=True, slots=True)
class Votes:
    """All votes on a task, in the order of their arrival. `compared`: the team has seen the truth."""

    task: Task
    all: tuple[Vote, ...] = ()
    compared: bool = False

    @property
    def settled(self) -> tuple[str, ...]:
        """Pictures that enough people have labelled, in the manifest's order."""
        counts = Counter(each.picture for each in self.all)
        return tuple(each for each in self.task.pictures if counts[each] >= self.task.workers)

    def said(self, vote: Vote) -> Votes:
        """Return the votes with one more; a worker's second vote on a picture replaces the first."""
        others = (each for each in self.all if (each.picture, each.worker) != (vote.picture, vote.worker))
        return replace(self, all=(*others, vote))

    def without(self, vote: Vote) -> Votes:
        return replace(self, all=tuple(each for each in self.all if each != vote))

    def counted(self) -> Counter[str]:
        """Return the number of finished pictures of each class, zero included."""
        found = Counter(dict.fromkeys(self.task.classes, 0))
        found.update(chosen(each)[0] for each in self._finished().values())
        return found

    def manifest(self) -> str:
        """Return the output manifest: for each finished picture its input line, with the label added."""
        finished = self._finished()
        lines = (self._line(each, finished[each["source-ref"]]) for each in self.task.lines
                 if each["source-ref"] in finished)  # fmt: skip
        return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in lines)

    def _finished(self) -> dict[str, list[Vote]]:
        """Return the votes on each picture that enough people have labelled."""
        found: dict[str, list[Vote]] = {each: [] for each in self.task.pictures}
        for each in self.all:
            found[each.picture].append(each)
        return {picture: votes for picture, votes in found.items() if len(votes) >= self.task.workers}

    def _line(self, line: Mapping[str, Any], votes: Sequence[Vote]) -> dict[str, Any]:
        task = self.task
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
    """Return the class with most votes, and its share. On a tie, the class that reached that number first."""
    counts: Counter[str] = Counter()
    most = votes[0].label
    for each in votes:
        counts[each.label] += 1
        most = each.label if counts[each.label] > counts[most] else most
    return most, counts[most] / len(votes)


def lines(text: str, bucket: str, where: str) -> tuple[Mapping[str, Any], ...]:
    """Return the lines of an input manifest. Raises BadInput (EB-601) for lines that name no picture of this bucket."""
    found: list[Mapping[str, Any]] = []
    problems: list[Problem] = []
    for line in json_text.lines(text):
        try:
            found.append(_checked(line, bucket))
        except _BadLine as error:
            problems.append(Problem("EB-601", error.what, f"{where}:{line.number}", error.cause, _wanted(bucket)))
        if len(problems) > _NAMED:
            break
    twice = [each for each, count in Counter(each["source-ref"] for each in found).items() if count > 1]
    problems += [
        Problem("EB-601", msg("the manifest names {picture} twice", picture=each), where, fix=msg("keep one line"))
        for each in twice
    ]
    if problems:
        raise BadInput(problems[:_NAMED])
    return tuple(found)


class _BadLine(Exception):
    def __init__(self, what: str, cause: str = "") -> None:
        super().__init__(what)
        self.what, self.cause = what, cause


def _checked(line: JsonLine, bucket: str) -> Mapping[str, Any]:
    """Return the line's object. Raises _BadLine."""
    if line.empty:
        raise _BadLine(msg("the line is empty"))
    if line.error is not None:
        raise _BadLine(msg("the line is not JSON that can be used"), line.error.what)
    made = line.value
    reference = made.get("source-ref") if isinstance(made, dict) else None
    if not isinstance(reference, str):
        raise _BadLine(msg('there is no "source-ref"'))
    if not reference.startswith(f"s3://{bucket}/"):
        raise _BadLine(msg("{address} is not in the team's bucket", address=reference[:120]))
    if not reference.lower().endswith(PICTURES):
        raise _BadLine(msg("{address} does not end in .jpg, .jpeg or .png", address=reference[:120]))
    return dict(made)


def _wanted(bucket: str) -> Message:
    line = f'{{"source-ref": "s3://{bucket}/labelling/car-01.jpg"}}'
    return msg("write {line}, with straight quotes", line=line)


def classes(text: str, where: str) -> tuple[str, ...]:
    """Return the classes of a label category file, in its order. Raises BadInput (EB-602)."""
    try:
        found = tuple(str(each["label"]) for each in json_text.mapping(text)["labels"])
    except (Unreadable, TypeError, KeyError):
        found = ()
    if not 2 <= len(found) <= _MOST_CLASSES or len(set(found)) < len(found) or not all(map(_is_class, found)):
        what = msg("the file does not name two or more classes, each once")
        fix = msg(
            "{command} restores the prepared file",
            command="event-bootstrap provision TEAM --step materials --during-event",
        )
        raise BadInput([Problem("EB-602", what, where, fix=fix)])
    return found


def _is_class(name: str) -> bool:
    return 0 < len(name) <= _LONGEST and name.isprintable()


def stored(votes: Votes) -> str:
    """Return the votes as the JSON that `restored` reads."""
    rows = [{"picture": e.picture, "worker": e.worker, "label": e.label, "at": e.at} for e in votes.all]
    held = {"version": 1, "votes": rows} | ({"compared": True} if votes.compared else {})
    return json.dumps(held, ensure_ascii=False, indent=0)


def _vote(found: Any) -> Vote:
    """Return the vote that `stored` wrote. Raises ValueError, TypeError or KeyError for anything else."""
    picture, worker, label, at = (found[each] for each in ("picture", "worker", "label", "at"))
    if not all(isinstance(each, str) and len(each) <= _LONGEST for each in (picture, worker, label)):
        raise ValueError("no vote")
    # A time that no calendar has would end in an error when the manifest is written.
    datetime.fromtimestamp(at, UTC)
    return Vote(picture, worker, label, float(at))


def restored(text: str, task: Task, where: str) -> Votes:
    """Return the votes that `stored` wrote. Raises BadInput (EB-604) for other text, other pictures or classes."""
    fix = msg("start again with another --job, or restore the manifest and labels.json")
    try:
        held = json_text.mapping(text)
        found = tuple(_vote(each) for each in held["votes"])
    except (Unreadable, ValueError, TypeError, KeyError, OverflowError, OSError):
        raise BadInput([Problem("EB-604", msg("the votes cannot be read"), where, fix=fix)]) from None
    strange = [e for e in found if e.picture not in task.pictures or e.label not in task.classes]
    if strange:
        what = counted(
            "the votes have {count} label of a picture or class that does not exist now: {picture}",
            "the votes have {count} labels of pictures or classes that do not exist now, such as {picture}",
            len(strange),
            picture=strange[0].picture,
        )
        raise BadInput([Problem("EB-604", what, where, fix=fix)])
    return Votes(task, found, held.get("compared") is True)
