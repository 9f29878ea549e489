"""Mail subscriptions: of training jobs that end, and of work to label; who has not confirmed. No address is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Finding, Severity, meaning
from bootstrap.engine.states import State
from bootstrap.errors import code_of

_STEP = "notices"
_PENDING = "PendingConfirmation"


@dataclass(frozen=True, slots=True)
class NoticesSeen:
    """`state` is None for a team without notices; `labelling`: how many have not confirmed that there is work."""

    state: State | None
    labelling: int


def look(session: AccountSession, patient: Patient) -> NoticesSeen:
    """Two calls."""
    state = patient.check(session, _STEP) if _STEP in patient.entries else None
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
        yield judged(patient, _STEP, seen.state, _STEP)
        if pending := seen.state.facts.get("pending"):
            yield _pending(patient, pending, patient.names.topic_arn, "training jobs that end")
    if seen.labelling:
        yield _pending(patient, seen.labelling, _work_topic(patient), "work to label")


def _pending(patient: Patient, count: int, topic: str, what: str) -> Finding:
    words = f"{'1 address has' if count == 1 else f'{count} addresses have'} not confirmed notices of {what}"
    fix = patient.console.topic(topic)
    return Finding(Severity.NOTE, _STEP, words, "EB-542", meaning("EB-542"), fix, turn="who got the mail")


EXAMINATION = Examination("notices", look, findings)
