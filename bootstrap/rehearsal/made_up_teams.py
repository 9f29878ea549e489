"""A roster of any size for a rehearsal: the rows of accounts.csv, then made-up teams."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import count, islice

from bootstrap.event.event import Event
from bootstrap.event.roster.roster import TeamAccount

_FIRST_ID = 900_000_000_001
_WORKERS = 2


def of_size(
    teams: int, event: Event, accounts: Sequence[TeamAccount], taken: Sequence[str] = ()
) -> tuple[TeamAccount, ...]:
    """Return the first `teams` rows of the roster, filled up with made-up teams.

    Made-up teams have every lab of the event, its region, and the same account ids each time. `taken`: account ids
    that they must not get.
    """
    names = {each.team.casefold() for each in accounts}
    ids = {each.account_id for each in accounts} | set(event.keep_out) | set(taken)
    free_names = (name for number in count(1) if (name := f"team-{number}") not in names)
    free_ids = (made for number in count(_FIRST_ID) if (made := f"{number:012d}") not in ids)
    missing = max(0, teams - len(accounts))
    made_up = islice(zip(free_names, free_ids, strict=False), missing)
    return (*accounts[:teams], *(_team(line, name, made, event) for line, (name, made) in enumerate(made_up, 1)))


def _team(line: int, name: str, account_id: str, event: Event) -> TeamAccount:
    return TeamAccount(
        team=name,
        account_id=account_id,
        region=event.region,
        role_arn=None,
        profile=None,
        external_id=None,
        emails=tuple(f"worker{number}@{name}.example.com" for number in range(1, _WORKERS + 1)),
        labs=tuple(each.name for each in event.labs),
        line=line,
        file="made-up",
    )


def with_spare(accounts: Sequence[TeamAccount], event: Event, taken: Sequence[str] = ()) -> tuple[TeamAccount, ...]:
    """Return the accounts and, if none of them is a spare one, a made-up spare account."""
    if any(each.spare for each in accounts):
        return tuple(accounts)
    used = {each.account_id for each in accounts} | set(event.keep_out) | set(taken)
    free = next(made for number in count(_FIRST_ID) if (made := f"{number:012d}") not in used)
    return (*accounts, replace(_team(len(accounts) + 1, "spare-1", free, event), emails=(), spare=True))


def as_csv(accounts: Sequence[TeamAccount]) -> str:
    """Return the roster as the text of an accounts.csv, for commands that read and change one."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("team", "account_id", "region", "role_arn", "external_id", "emails", "labs", "spare"))
    for each in accounts:
        people, labs = ";".join(each.emails), ";".join(each.labs)
        row = (each.team, each.account_id, each.region, each.role_arn or "", each.external_id or "", people, labs)
        writer.writerow((*row, "yes" if each.spare else ""))
    return text.getvalue()
