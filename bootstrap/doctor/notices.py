"""Mail subscriptions, and how many addresses have not confirmed theirs. No address is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, meaning
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.engine.states import State, Verdict
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_STEP = "notices"
_PENDING = "PendingConfirmation"


@dataclass(frozen=True, slots=True)
class NoticesSeen:
    """`state` is None for a team without notices, and on a host, which has no addresses.

    `labelling`: unconfirmed addresses of the labelling topic.
    """

    state: State | None
    labelling: int


def look(session: AccountSession, patient: Patient) -> NoticesSeen:
    """Read both topics' subscriptions: two calls."""
    wanted = _STEP in patient.entries and not patient.published
    state = patient.check(session, _STEP) if wanted else None
    return NoticesSeen(state, _unconfirmed(session, _work_topic(patient)) if "workforce" in patient.entries else 0)


def _work_topic(patient: Patient) -> str:
    return patient.names.topic_arn.removesuffix(patient.names.topic) + patient.names.work_topic


def _unconfirmed(session: AccountSession, topic: str) -> int:
    try:
        pages = session.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        return sum(each["SubscriptionArn"] == _PENDING for page in pages for each in page["Subscriptions"])
    except ClientError as error:
        if code_of(error) in ("NotFound", "NotFoundException"):
            return 0
        raise


def findings(patient: Patient, seen: NoticesSeen, all_seen: Seen) -> Iterator[Finding]:
    if seen.state is not None:
        found = judged(patient, _STEP, seen.state, _STEP)
        stacks = all_seen.get("stacks")
        stands = isinstance(stacks, StacksSeen) and stacks.stands(patient, "stack:notifications")
        missing = stands and seen.state.verdict is Verdict.TODO
        yield replace(found, trace=Trace(Changed.SUBSCRIPTION, patient.names.topic)) if missing else found
        if pending := seen.state.facts.get("pending"):
            words = counted(
                "{count} address has not confirmed its subscription to mail about finished training jobs",
                "{count} addresses have not confirmed their subscription to mail about finished training jobs",
                pending,
            )
            yield _pending(patient, words, patient.names.topic_arn)
    if seen.labelling:
        words = counted(
            "{count} address has not confirmed its subscription to mail about labelling work",
            "{count} addresses have not confirmed their subscription to mail about labelling work",
            seen.labelling,
        )
        yield _pending(patient, words, _work_topic(patient))


def _pending(patient: Patient, words: str, topic: str) -> Finding:
    fix, turn = patient.console.topic(topic), msg("the owner of the address")
    return Finding(Severity.NOTE, _STEP, words, "EB-542", meaning("EB-542"), fix, turn=turn)


EXAMINATION = Examination("notices", look, findings, needs=("stacks",))
