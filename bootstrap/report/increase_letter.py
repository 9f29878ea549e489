"""The quotas that an event still needs -> one text, in two languages, for a person at AWS.

New accounts have no Support API (it needs a paid plan), so a person pastes it into a case, or sends it to the account
team.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.cells import cell_len

from bootstrap.engine.outcomes import AccountResult
from bootstrap.errors.message import counted, msg
from bootstrap.event.agenda import Duty, agenda
from bootstrap.event.event import Event
from bootstrap.report.translations import LANGUAGES, shown
from bootstrap.steps.quotas.standing import SETTLED, QuotaStanding
from bootstrap.steps.step_id import StepKind, kind_of

_COLUMNS = (msg("account"), msg("region"), msg("applied"), msg("wanted"), msg("status"), msg("since"), msg("request"),
            msg("support case"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountQuotas:
    """The quotas of one account that its labs need. `quotas`: facts of quota steps; None if AWS was not readable."""

    account_id: str
    region: str
    quotas: Sequence[Mapping[str, Any]] | None

    @classmethod
    def of(cls, account: AccountResult, region: str) -> AccountQuotas:
        """Return what a run has seen in the account. Of ranked types one is enough: the others are left out then."""
        facts = [each.facts for step, each in account.steps.items() if kind_of(step) == StepKind.QUOTAS]
        if not all("quotas" in each for each in facts):
            return cls(account.account_id, region, None)
        return cls(account.account_id, region, [row for each in facts if not each["types"] for row in each["quotas"]])


def missing(accounts: Iterable[AccountQuotas]) -> dict[tuple[str, str], list[tuple[AccountQuotas, Mapping[str, Any]]]]:
    """Return by (name, code) the accounts in which the quota is not applied."""
    found: dict[tuple[str, str], list[tuple[AccountQuotas, Mapping[str, Any]]]] = {}
    for account in accounts:
        for quota in account.quotas or ():
            if QuotaStanding(quota["standing"]) not in SETTLED:
                found.setdefault((quota["name"], quota["code"]), []).append((account, quota))
    return found


def letter(event: Event, accounts: Sequence[AccountQuotas], now: datetime) -> str:
    """Return the text, in English and then in the other languages. `now`: when the accounts were asked.

    It names accounts by their ids, and neither teams nor people.
    """
    return "\n\n\n".join("\n".join(_lines(event, accounts, now, language)) for language in LANGUAGES) + "\n"


def _lines(event: Event, accounts: Sequence[AccountQuotas], now: datetime, language: str) -> list[str]:
    def say(text: str) -> str:
        return shown(text, language)

    opens, closes = event.schedule.opens, event.schedule.closes
    needed = max(now, *(each.at for each in agenda(event.schedule) if each.duty is Duty.PROVISION))
    wanted = missing(accounts)
    asked = dict.fromkeys(each.account_id for rows in wanted.values() for each, _ in rows)
    ranked = [each.instance_type for each in event.group("training").one_of if each.instance_type]
    lines = [
        say(msg("Quota increases for the event {event} on {day}", event=event.name, day=f"{opens:%Y-%m-%d}")),
        "",
        say(msg("On {opens} to {closes} we hold a competition with Amazon SageMaker. Its accounts are made for this "
                "day.", opens=_moment(opens), closes=_moment(closes))),
        say(counted("{count} account still needs higher quotas; the list is below, as of {now}.",
                    "{count} accounts still need higher quotas; the list is below, as of {now}.",
                    len(asked), now=_moment(now))),
        say(msg("We prepare the accounts from {needed} on. Please approve the increases by then, or tell us which of "
                "them you cannot approve: we then choose other instance types.", needed=_moment(needed))),
    ]  # fmt: skip
    if len(ranked) > 1:
        first = say(
            msg("For training, one of these types is enough in each account; the first is the best: {types}.",
                types=", ".join(ranked))
        )  # fmt: skip
        lines.append(first)
    for (name, code), rows in wanted.items():
        lines += ["", f"{name} ({code})", *_table(rows, now, language)]
    if unread := [each.account_id for each in accounts if each.quotas is None]:
        lines += ["", say(msg("Not known, because we could not ask: {accounts}", accounts=", ".join(unread)))]
    return [*lines, "", say(msg("(your name, your company, and how to reach you)"))]


def _table(rows: Sequence[tuple[AccountQuotas, Mapping[str, Any]]], now: datetime, language: str) -> list[str]:
    cells = [[shown(each, language) for each in _COLUMNS]]
    cells += [_cells(account, quota, now) for account, quota in rows]
    return ["  " + "  ".join(row).rstrip() for row in _aligned(cells)]


def _cells(account: AccountQuotas, quota: Mapping[str, Any], now: datetime) -> list[str]:
    age = quota["age"]
    since = f"{now - timedelta(seconds=age):%Y-%m-%d}" if age is not None else "-"
    applied = "-" if quota["applied"] is None else f"{quota['applied']:g}"
    found = (account.account_id, account.region, applied, f"{quota['wanted']:g}", quota["status"], since,
             quota["request"], quota["case"])  # fmt: skip
    return [str(each or "-") for each in found]


def _aligned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [[cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)] for row in rows]


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} ({at.tzname()})"
