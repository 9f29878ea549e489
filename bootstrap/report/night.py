"""Accounts in which notebooks are stopped, for the night or until the morning of the event: what still costs, and what
starts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bootstrap.engine.outcomes import AccountResult, Result
from bootstrap.errors.message import Message, counted, msg, some
from bootstrap.event import mornings
from bootstrap.event.event import Event
from bootstrap.event.mornings import Hours, NotebookDue
from bootstrap.event.prices import Prices
from bootstrap.journal.standing import Standing
from bootstrap.report.status_documents import NightDocument

_PROVISION = "event-bootstrap provision"


@dataclass(frozen=True, slots=True)
class Night:
    """`stopped`: teams whose accounts an evening stopped; `waiting`: those whose notebooks wait for the morning.

    `until`: the next morning, None after the last; `due`: those of both whose notebooks `provision` would start now;
    `morning`: the first morning has begun. `usd_per_day`: of all their notebooks' volumes, None if no price is known;
    `volume_gb`: size of one.
    """

    stopped: tuple[str, ...]
    waiting: tuple[str, ...]
    due: tuple[str, ...]
    until: datetime | None
    morning: bool
    usd_per_day: float | None
    volume_gb: int


def night(event: Event, regions: Mapping[str, str], standing: Standing, now: float, prices: Prices) -> Night | None:
    """Return what is stopped on purpose; None if nothing is. `regions`: by account id; `now`: epoch seconds."""
    stopped = [each for each in standing.summary.accounts if standing.word(each) is Result.STOPPED]
    waiting = [each for each in standing.summary.accounts if (each.team, each.account_id) in standing.asleep]
    if not stopped and not waiting:
        return None
    hours = Hours.of(event)
    due = [each for each in (*stopped, *waiting) if _is_due(hours, standing, each, now)]
    size, usd = event.notebook.volume_gb, None
    for each in (*stopped, *waiting):
        hourly = prices.volume_hourly(size, regions[each.account_id])
        usd = None if hourly is None else (usd or 0.0) + 24 * hourly
    morning = mornings.begun(event.schedule, now) is not None
    return Night(_teams(stopped), _teams(waiting), _teams(due), hours.until(now), morning, usd, size)


def _teams(accounts: Iterable[AccountResult]) -> tuple[str, ...]:
    return tuple(each.team for each in accounts)


def _is_due(hours: Hours, standing: Standing, account: AccountResult, now: float) -> bool:
    latest, until = standing.of(account), standing.asleep.get((account.team, account.account_id))
    if latest is None:
        return False
    # A notebook that waits for a morning was stopped before it; other runs may have seen the account since.
    stopped = latest.heard if until is None else min(now, until - 1)
    return hours.wanted(now, stopped) is NotebookDue.RUN


def lines(found: Night) -> list[Message]:
    """Return the sentences, and at the end the command that starts the notebooks, if another morning comes."""
    until = f"{found.until:%Y-%m-%d %H:%M %z}" if found.until else ""
    told: list[Message] = []
    if found.stopped:
        told += [
            counted(
                "stopped for the night: {count:,} account ({teams}); nothing billed by the hour was left there",
                "stopped for the night: {count:,} accounts ({teams}); nothing billed by the hour was left there",
                len(found.stopped),
                teams=some(found.stopped, 6),
            )
        ]
    if (waiting := [each for each in found.waiting if each not in found.due]) and until:
        told += [
            counted(
                "the notebook of {count:,} team is stopped until {until} ({teams})",
                "the notebooks of {count:,} teams are stopped until {until} ({teams})",
                len(waiting),
                until=until,
                teams=some(waiting, 6),
            )
        ]
    told.append(_billed(found))
    if found.due and not found.morning:
        told += [
            counted(
                "next: {command}    starts the notebook of {count:,} team now ({teams}), as event.yaml has no "
                "notebook.ready: morning",
                "next: {command}    starts the notebooks of {count:,} teams now ({teams}), as event.yaml has no "
                "notebook.ready: morning",
                len(found.due),
                command=_PROVISION,
                teams=some(found.due, 6),
            )
        ]
    elif found.due:
        told += [
            counted(
                "next: {command}    the morning has begun: starts the notebook of {count:,} team ({teams})",
                "next: {command}    the morning has begun: starts the notebooks of {count:,} teams ({teams})",
                len(found.due),
                command=_PROVISION,
                teams=some(found.due, 6),
            )
        ]
    elif until:
        told.append(msg("next: {command}    from {until} on: starts the notebooks", command=_PROVISION, until=until))
    return told


def goes_on(found: Night | None) -> bool:
    """Return True if `lines` end with what starts the notebooks again."""
    return found is not None and bool(found.due or found.until)


def _billed(found: Night) -> Message:
    if found.usd_per_day is None:
        return msg("still billed: volumes of notebooks, {size} GB each, no price known; S3 and logs",
                   size=found.volume_gb)  # fmt: skip
    usd = f"{found.usd_per_day:,.2f}"
    return msg("still billed: volumes of notebooks, {size} GB each, about USD {usd} a day together; S3 and logs",
               size=found.volume_gb, usd=usd)  # fmt: skip


def document(found: Night) -> NightDocument:
    """Return it for --output json."""
    usd = None if found.usd_per_day is None else round(found.usd_per_day, 3)
    until = found.until.isoformat() if found.until else None
    return {"type": "night", "stopped": list(found.stopped), "waiting": list(found.waiting), "due": list(found.due),
            "until": until, "usd_per_day": usd}  # fmt: skip
