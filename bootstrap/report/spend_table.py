"""The bills of all accounts -> a table; of one account, each thing that runs; or NDJSON."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from bootstrap.aws.kinds.words import kind_counted, kind_words
from bootstrap.engine.hold import Hold
from bootstrap.engine.outcomes import Result
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.prices import Prices
from bootstrap.report import documents, problems, readiness
from bootstrap.report.hold_documents import hold_of
from bootstrap.report.spend_documents import BilledDocument, SpendDocument
from bootstrap.report.translations import shown
from bootstrap.report.words import clock_time, style, utc

if TYPE_CHECKING:
    from bootstrap.sweep.billed import AccountBill, Billed
    from bootstrap.sweep.spending import TeamSpend

Holds = Mapping[str, Hold]


def show(output: str, found: Sequence[TeamSpend], prices: Prices, held: Holds, *, again: bool = False) -> None:
    """Write one look on stdout. `again`: one of several, drawn over the one before on a terminal."""
    if output == "json":
        for each in found:
            problems.print_to(sys.stdout, documents.dumps(document(each, held.get(each.account.account_id))))
        sys.stdout.flush()
        return
    to = readiness.console(sys.stdout, output == "plain")
    with to.capture() as text:
        to.print(_one(found[0]) if len(found) == 1 else _table(found, held))
        for line in [*lines(found, prices), *(over(each) for each in found if each.over)]:
            to.print(Text(shown(line)), soft_wrap=True)
    if again and output != "plain" and sys.stdout.isatty():
        # Home, and clear what stands below.
        sys.stdout.write("\x1b[H\x1b[J")
    readiness.put(sys.stdout, text.get())


def _table(found: Sequence[TeamSpend], held: Holds) -> Table:
    """Return a row for each account, the dearest first."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    made.add_column(shown(msg("team")), no_wrap=True, overflow="ellipsis", max_width=24)
    for title in (msg("USD an hour"), msg("today"), msg("limit")):
        made.add_column(shown(title), no_wrap=True, justify="right")
    made.add_column(shown(msg("running now")), overflow="fold", ratio=1)
    for each in sorted(found, key=order):
        hold = held.get(each.account.account_id)
        what = joined("; ", [*([hold.words] if hold else []), running(each)])
        said = Text(shown(what), style(Result.FAILED) if each.over else "")
        made.add_row(each.account.team, hourly(each), today(each), limit(each), said)
    return made


def order(each: TeamSpend) -> tuple[bool, float, float]:
    """Return a sort key: who is over the limit comes first, then the dearest."""
    bill = each.bill
    return (not each.over, -(bill.usd_per_hour if bill else 0.0), -(bill.usd_today if bill else 0.0))


def _one(each: TeamSpend) -> Table:
    """Return a row for each thing that runs in one account."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for title in (msg("running now"), msg("name"), msg("machines")):
        made.add_column(shown(title), overflow="fold")
    for title in (msg("since"), msg("USD an hour")):
        made.add_column(shown(title), no_wrap=True, justify="right")
    for thing in each.bill.running if each.bill else ():
        since = shown(msg("not yet")) if thing.since is None else clock_time(thing.since)
        made.add_row(shown(kind_words(thing.kind)), thing.name, thing.machines or "?", since, _usd(thing.usd_per_hour))
    what = joined("; ", [msg("today"), running(each)]) if each.failure or not each.bill else msg("today")
    made.add_row(shown(what), "", "", today(each), hourly(each))
    return made


def hourly(each: TeamSpend) -> str:
    """Return the known dollars an hour; "+ ?" if something runs whose price is unknown; "?" if nothing is known."""
    bill = each.bill
    if bill is None:
        return "?"
    unknown = any(thing.usd_per_hour is None for thing in bill.running)
    return f"{bill.usd_per_hour:.2f} + ?" if unknown else f"{bill.usd_per_hour:.2f}"


def today(each: TeamSpend) -> str:
    """Return the known dollars of today, in the same way."""
    if each.bill is None:
        return "?"
    return f"{each.bill.usd_today:.2f} + ?" if each.bill.unpriced else f"{each.bill.usd_today:.2f}"


def limit(each: TeamSpend) -> str:
    return "-" if each.limit is None else f"{each.limit:.2f}"


def _usd(usd: float | None) -> str:
    return "?" if usd is None else f"{usd:.2f}"


def running(each: TeamSpend) -> str:
    """Return what runs, by kind and machines; first why the account could not be read."""
    parts: list[str] = []
    if each.failure:
        why = msg("not read: {code} {why}", code=each.failure.code or "", why=each.failure.detail)
        since = msg("as of {time}", time=clock_time(each.bill.at)) if each.bill else msg("nothing is known")
        parts += [why, since]
    if each.bill:
        parts.append(_running(each.bill))
        parts += [msg("{kind} not listed: {why}", kind=kind_words(kind), why=why)
                  for kind, why in each.bill.unlisted.items()]  # fmt: skip
    return joined("; ", parts)


def _running(bill: AccountBill) -> str:
    if not bill.running:
        return msg("nothing")
    found = Counter((each.kind, each.machines) for each in bill.running)
    return joined(", ", [_number(kind, number, machines) for (kind, machines), number in found.items()])


def _number(kind: str, number: int, machines: str) -> str:
    what = kind_counted(kind, number)
    return msg("{what} ({machines})", what=what, machines=machines) if machines else what


def lines(found: Sequence[TeamSpend], prices: Prices) -> list[str]:
    """Return the sums of all accounts, and how far they can be trusted."""
    bills = [each.bill for each in found if each.bill]
    rate, usd = sum(each.usd_per_hour for each in bills), sum(each.usd_today for each in bills)
    said: list[str] = [
        msg("all together: USD {rate} an hour, USD {usd} today, by the prices of {date}; without storage and traffic",
            rate=f"{rate:.2f}", usd=f"{usd:.2f}", date=prices.as_of),
    ]  # fmt: skip
    if unpriced := sum(each.unpriced for each in bills):
        said.append(counted("{count} thing of today has no price in prices.yaml: shown as ?, and not counted",
                            "{count} things of today have no price in prices.yaml: shown as ?, and not counted",
                            unpriced))  # fmt: skip
    if unread := [each.account.team for each in found if each.failure]:
        said.append(msg("not read in this look, so not watched now: {teams}", teams=", ".join(unread)))
    return said


def over(each: TeamSpend) -> str:
    """Return that a team is over its limit, and the command that stops what runs there, if anything may."""
    bill = each.bill
    if bill and not (bill.running or bill.unlisted or each.failure):
        return msg("OVER THE LIMIT: {team} cost USD {usd} today, the limit is USD {limit}; nothing runs there now",
                   team=each.account.team, usd=today(each), limit=limit(each))  # fmt: skip
    return msg("OVER THE LIMIT: {team} cost USD {usd} today, the limit is USD {limit}; to stop it: {command}",
               team=each.account.team, usd=today(each), limit=limit(each),
               command=f"event-bootstrap spend {each.account.team} --stop")  # fmt: skip


def document(each: TeamSpend, hold: Hold | None) -> SpendDocument:
    bill, failure = each.bill, each.failure
    made: SpendDocument = {
        "type": "spend",
        "team": each.account.team,
        "account_id": each.account.account_id,
        "at": utc(bill.at) if bill else None,
        "running": [_billed(thing) for thing in bill.running] if bill else [],
        "usd_per_hour": round(bill.usd_per_hour, 4) if bill else 0.0,
        "usd_today": round(bill.usd_today, 4) if bill else 0.0,
        "limit": each.limit,
        "over": each.over,
        "unpriced": bill.unpriced if bill else 0,
        "unlisted": dict(bill.unlisted) if bill else {},
        "code": failure.code if failure else None,
        "detail": str(failure.detail) if failure else None,
    }
    if hold:
        made["hold"] = hold_of(hold)
    return made


def _billed(thing: Billed) -> BilledDocument:
    since = None if thing.since is None else utc(thing.since)
    return {"kind": thing.kind, "name": thing.name, "machines": thing.machines, "since": since,
            "usd_per_hour": thing.usd_per_hour}  # fmt: skip
