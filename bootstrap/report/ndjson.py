"""Events -> one JSON document a line: a header, events, a summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from bootstrap.engine.outcomes import AccountResult, Cause, CleanEvent, RunPlan, Summary
from bootstrap.engine.results import Tally
from bootstrap.errors.message import Message, as_json
from bootstrap.report.documents import (
    SCHEMA,
    AccountDocument,
    CauseDocument,
    EventDocument,
    HeaderDocument,
    SummaryDocument,
    dumps,
)
from bootstrap.report.hold_documents import hold_of
from bootstrap.report.words import utc


class NdjsonReport:
    """Writes to `stream` and flushes each line, so that a reader can follow."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._line(header(plan))

    def event(self, event: CleanEvent) -> None:
        self._line(event_line(event))

    def tick(self, now: float) -> None:
        """Do nothing: a reader of JSON has its own clock."""

    def end(self, summary: Summary) -> None:
        self._line(summary_line(summary))

    def _line(self, document: Mapping[str, object]) -> None:
        self._stream.write(dumps(document) + "\n")
        self._stream.flush()


def header(plan: RunPlan) -> HeaderDocument:
    return {
        "type": "header",
        "schema": SCHEMA,
        "tool": plan.version,
        "command": plan.command,
        "event": plan.event,
        "run": plan.run,
        "accounts": len(plan.accounts),
        "began": utc(plan.began) if plan.began else None,
        "whole": plan.whole,
        "scenario": plan.scenario,
    }


def event_line(event: CleanEvent) -> EventDocument:
    """Return the event's document. Texts are English; `message` says how the detail was made, for a translation."""
    document: EventDocument = {
        "type": "event",
        "run": event.run,
        "seq": event.seq,
        "at": utc(event.at),
        "team": event.team,
        "account_id": event.account_id,
        "step": event.step,
        "state": event.state,
        "detail": event.detail,
        "settled": event.settled,
        "code": event.code,
        "cause": event.kept_cause,
        "after": event.after,
        "unseen": event.unseen,
        "facts": dict(sorted(event.facts.items())),
    }
    if isinstance(event.detail, Message):
        document["message"] = as_json(event.detail)
    return document


def summary_line(summary: Summary) -> SummaryDocument:
    document: SummaryDocument = {
        "type": "summary",
        "run": summary.run,
        "result": summary.result,
        "interrupted": summary.interrupted,
        "counts": dict(summary.counts),
        "labs": dict(summary.labs),
        "optional_labs": sorted(summary.optional),
        "accounts": [_account(each) for each in summary.accounts],
        "causes": [_cause(each) for each in summary.causes],
        "api_calls": summary.api_calls,
        "exit_code": summary.exit_code,
        "seconds": round(summary.seconds, 3),
    }
    if summary.forecast is not None:
        from bootstrap.report import forecast

        document["forecast"] = forecast.document(summary.forecast)
    return document


def _account(account: AccountResult) -> AccountDocument:
    document: AccountDocument = {
        "team": account.team,
        "account_id": account.account_id,
        "result": account.result,
        "labs": dict(account.labs),
        "steps": {
            step: {"state": seen.state, "detail": seen.detail, "code": seen.code}
            for step, seen in account.steps.items()
        },
    }
    if account.hold:
        document["hold"] = hold_of(account.hold)
    return document


def _cause(cause: Cause) -> CauseDocument:
    return {
        "code": cause.code,
        "cause": cause.cause,
        "state": cause.state,
        "required": cause.required,
        "steps": list(cause.steps),
        "detail": cause.detail,
        "teams": list(cause.teams),
        "said": [{"detail": each.detail, "steps": list(each.steps), "teams": list(each.teams)} for each in cause.said],
    }
