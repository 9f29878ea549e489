"""Events as rows of the journal's table, and queries for those that tell how the accounts of an event stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bootstrap.engine.outcomes import CleanEvent, cleaned
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import UNSEEN, Outcome, StepEvent, after_of, seen_of
from bootstrap.errors.message import Message, as_json, from_json
from bootstrap.journal.tables import events, runs

# Key in an event's stored facts: its detail as a message, to be translated when shown.
_MESSAGE = "_message"
_PREPARES_NOT = tuple(each.value for each in RunKind if not each.prepares)
_UNDOES = tuple(each.value for each in RunKind if each.undoes)
_ASKS = tuple(each.value for each in RunKind if each.asks)

_kept_causes = events.c.cause
# 1 for an event that tells nothing of the account, else 0.
_unseen: sa.ColumnElement[int] = sa.case((_kept_causes.like(f"{UNSEEN}%"), 1), else_=0)
# Runs that only ask for quotas.
asking: sa.ColumnElement[bool] = runs.c.command.in_(_ASKS)


def writing(event_name: str) -> sa.ColumnElement[bool]:
    """Return a condition for the runs of the event that prepare accounts."""
    return (runs.c.event == event_name) & runs.c.command.not_in(_PREPARES_NOT)


def telling(event_name: str) -> sa.ColumnElement[bool]:
    """Return a condition for the events that tell something of the event's accounts."""
    return (runs.c.event == event_name) & (_unseen == 0)


def last_visits(event_name: str) -> sa.Select[Any]:
    """Return a query for the first and the last event of the latest run at each step of each account, in order.

    Separately for runs that prepare, sweeps and stops, and for events that tell something and those that do not.
    """
    place = (events.c.team, events.c.account_id, events.c.step, _unseen)
    visits = writing(event_name) | ((runs.c.event == event_name) & runs.c.command.in_(_UNDOES))
    last = (
        sa.select(sa.func.max(events.c.number))
        .join(runs, runs.c.id == events.c.run)
        .where(visits)
        .group_by(*place, *(runs.c.command == each for each in _UNDOES))
    )
    then = events.alias("then")
    same = [then.c[name] == events.c[name] for name in ("run", "team", "account_id", "step")]
    first = (
        sa.select(sa.func.min(then.c.number))
        .join(events, sa.and_(*same))
        .where(events.c.number.in_(last))
        .group_by(then.c.run, then.c.team, then.c.account_id, then.c.step)
    )
    wanted = events.c.number.in_(last) | events.c.number.in_(first)
    return sa.select(events).where(wanted).order_by(events.c.number)


def kinds_of(event_name: str) -> sa.Select[tuple[str, str]]:
    """Return a query for the id and the command of each run of the event."""
    return sa.select(runs.c.id, runs.c.command).where(runs.c.event == event_name)


def told(detail: str) -> dict[str, Any]:
    """Return a message as a fact, to be stored with its event; nothing for a plain text."""
    return {_MESSAGE: as_json(detail)} if isinstance(detail, Message) else {}


def event_of(row: Mapping[Any, Any]) -> CleanEvent:
    """Return an event as it was recorded. Its detail is a message again, or the text that an older version wrote."""
    values = {name: value for name, value in row.items() if name != "number"}
    facts = dict(row["facts"])
    detail = made_of(row["detail"], facts.pop(_MESSAGE, None))
    blind, kept = seen_of(row["cause"])
    after = after_of(kept)
    cause = kept if after is None else None
    read = {"detail": detail, "facts": facts, "state": Outcome(row["state"]), "cause": cause, "after": after}
    return cleaned(StepEvent(**{**values, **read, "unseen": blind}))


def made_of(text: str, made: Any) -> str:
    """Return the message that `made` describes; the recorded text if there is none, or if it cannot be read."""
    try:
        return text if made is None else from_json(made)
    except (KeyError, TypeError, ValueError):
        return text
