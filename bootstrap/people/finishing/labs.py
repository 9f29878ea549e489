"""The labs that have a finished state, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bootstrap.aws.sessions import AccountSession
from bootstrap.errors.message import msg
from bootstrap.event.names import Names
from bootstrap.people.finishing import labels, trained
from bootstrap.people.finishing.pieces import Piece

Pieces = Callable[[AccountSession, Names, bool], tuple[Piece, ...]]


@dataclass(frozen=True, slots=True)
class Finish:
    """Objects that finish a lab for a team. `then`: how the team goes on, given the bucket.

    `pieces`: those of an account, and whether what the team has made is replaced; None: there is nothing to be copied.
    """

    pieces: Pieces | None
    then: Callable[[str], str]


def _labelled(bucket: str) -> str:
    return msg(
        "the team goes on with the true labels in s3://{bucket}/labelled/{job}/; each line says who gave them",
        bucket=bucket,
        job=labels.JOB,
    )


def _trained(bucket: str) -> str:
    return msg(
        "the team goes on where the notebook deploys: there it gives s3://{bucket}/{key} as model_data_url",
        bucket=bucket,
        key=trained.MODEL,
    )


def _tuned(bucket: str) -> str:
    return msg(
        "nothing is copied for this lab: the data are prepared, and no file takes the place of a tuning job. The team "
        "starts one with labs/tuning/tuning_job.py; the numbers of lab 2 that it needs are in s3://{bucket}/classes.json",
        bucket=bucket,
    )


FINISHES: Mapping[str, Finish] = {
    "ground-truth": Finish(labels.pieces, _labelled),
    "notebook": Finish(trained.pieces, _trained),
    "tuning": Finish(None, _tuned),
}
