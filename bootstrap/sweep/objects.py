"""What a plan shows of an account: every object that would be stopped or deleted, and every one that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bootstrap.aws.kinds import Thing
from bootstrap.aws.kinds.words import kind_words
from bootstrap.errors.message import msg
from bootstrap.steps.baseline import own_name
from bootstrap.sweep.marks import LOG_GROUP, mark, mark_of
from bootstrap.sweep.verbs import Verb, verb_to_stop

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession
    from bootstrap.sweep.rounds import Rounds

# What runs writes log lines until it has ended, and AWS creates their log group if there is none: kind -> its name.
_LOGS = {
    "training job": "/aws/sagemaker/TrainingJobs",
    "tuning job": "/aws/sagemaker/TrainingJobs",
    "automl job": "/aws/sagemaker/TrainingJobs",
    "processing job": "/aws/sagemaker/ProcessingJobs",
    "transform job": "/aws/sagemaker/TransformJobs",
    "labelling job": "/aws/sagemaker/LabelingJobs",
    "notebook": "/aws/sagemaker/NotebookInstances",
    "studio app": "/aws/sagemaker/studio",
    "endpoint": "/aws/sagemaker/Endpoints/{name}",
    "function": "/aws/lambda/{name}",
}


class Deed(StrEnum):
    """What a sweep does to an object. A job is only stopped: AWS keeps it as history."""

    STOP = "stop"
    DELETE = "delete"


def rows(session: AccountSession, rounds: Rounds) -> list[dict[str, Any]]:
    """Return an object a row, in the order of deletion: what a sweep would stop or delete, and why."""
    left = rounds.left
    found = [
        {
            "kind": thing.kind.name,
            "id": thing.name,
            # A user pool's id tells a person nothing.
            **({"called": called} if (called := own_name(thing)) != thing.name else {}),
            "region": session.region,
            "made": moment(thing.created),
            "state": thing.status,
            "deed": _deed(rounds, thing).value,
            "why": rounds.keep.why_it_goes(thing),
            "mark": mark_of(session, thing),
        }
        for thing in left
    ]
    return found + list(_logs(session, rounds, left))


def kept(rounds: Rounds) -> list[dict[str, str]]:
    """Return what stays, and why. What may have existed before the event stays, too."""
    return [{"kind": kind, "id": name, "why": why} for (kind, name), why in rounds.kept.items()]


def unlisted(rounds: Rounds) -> list[dict[str, str]]:
    """Return the kinds that could not be listed, with AWS's answer."""
    return [{"kind": kind, "why": rounds.gaps[kind].why} for kind in sorted(rounds.unseen)]


def moment(created: float | None) -> str | None:
    """Return ISO-8601 to the second; None for None."""
    return None if created is None else datetime.fromtimestamp(created, UTC).isoformat(timespec="seconds")


def _deed(rounds: Rounds, thing: Thing) -> Deed:
    only_stops = bool(thing.kind.status) and not thing.kind.delete_in
    if only_stops or (rounds.judge is verb_to_stop and rounds.judge(thing) is Verb.STOP):
        return Deed.STOP
    return Deed.DELETE


def _logs(session: AccountSession, rounds: Rounds, left: Iterable[Thing]) -> Iterator[dict[str, Any]]:
    """Yield log groups that do not exist yet, but may once the things have ended. Not named, they would be left."""
    if rounds.judge is verb_to_stop or LOG_GROUP not in {kind.name for kind in rounds.kinds}:
        return
    taken = {name for kind, name in rounds.kept if kind == LOG_GROUP} | set(rounds.pending.get(LOG_GROUP, ()))
    for thing in left:
        name = _LOGS.get(thing.kind.name, "").format(name=thing.name)
        if not name or name in taken:
            continue
        taken.add(name)
        why = msg("if {kind} {name} writes to it while it ends", kind=kind_words(thing.kind.name), name=thing.name)
        yield {
            "kind": LOG_GROUP,
            "id": name,
            "region": session.region,
            "made": None,
            "state": "",
            "deed": Deed.DELETE.value,
            "why": why,
            "mark": mark(session, LOG_GROUP, name),
        }
