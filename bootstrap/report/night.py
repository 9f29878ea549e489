"""Accounts in which notebooks are stopped, for the night or until the morning of the event: what still costs, and what
starts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bootstrap.engine.outcomes import AccountResult, Result
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event import mornings
from bootstrap.event.event import Event
from bootstrap.event.prices import Prices
from bootstrap.journal.standing import Standing
from bootstrap.report.status_documents import NightDocument
from bootstrap.report.words import some

_PROVISION = "event-bootstrap provision"


@dataclass(frozen=True, slots=True)
class Night:
    """`stopped`: teams whose accounts an evening stopped; `waiting`: those whose notebooks wait for the morning.

    `until`: the next morning, None after the last; `due`: teams whose morning has begun, and which were not started
    since. `usd_per_day`: of all their notebooks' volumes, None if no price is known; `volume_gb`: size of one.
    """

    stopped: tuple[str, ...]
    waiting: tuple[str, ...]
    due: tuple[str, ...]
    until: datetime | None
    usd_per_day: float | None
    volume_gb: int


def night(event: Event, regions: Mapping[str, str], standing: Standing, now: float, prices: Prices) -> Night | None:
    """Return what is stopped on purpose; None if nothing is. `regions`: by account id; `now`: epoch seconds."""
    stopped = [each for each in standing.summary.accounts if standing.word(each) is Result.STOPPED]
    waiting = [each for each in standing.summary.accounts if (each.team, each.account_id) in standing.asleep]
    if not stopped and not waiting:
        return None
    due = [each for each in (*stopped, *waiting) if _is_due(event, standing, each, now)]
    size, usd = event.notebook.volume_gb, None
    for each in (*stopped, *waiting):
        hourly = prices.volume_hourly(size, regions[each.account_id])
        usd = None if hourly is None else (usd or 0.0) + 24 * hourly
    return Night(_teams(stopped), _teams(waiting), _teams(due), mornings.coming(event.schedule, now), usd, size)


def _teams(accounts: Iterable[AccountResult]) -> tuple[str, ...]:
    return tuple(each.team for each in accounts)


def _is_due(event: Event, standing: Standing, account: AccountResult, now: float) -> bool:
    morning, latest = mornings.begun(event.schedule, now), standing.of(account)
    if morning is None or latest is None or now >= event.schedule.closes.timestamp():
        return False
    until = standing.asleep.get((account.team, account.account_id))
    return until <= now if until is not None else latest.heard < morning.timestamp()


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
    if found.waiting and until:
        told += [
            counted(
                "the notebook of {count:,} team is stopped until {until} ({teams})",
                "the notebooks of {count:,} teams are stopped until {until} ({teams})",
                len(found.waiting),
                until=until,
                teams=some(found.waiting, 6),
            )
        ]
    told.append(_billed(found))
    if found.due:
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
