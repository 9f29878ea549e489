"""Accounts on hold, one line each."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bootstrap.errors.message import msg
from bootstrap.report import documents, problems
from bootstrap.report.hold_documents import HeldAccountDocument, ReleasedDocument, hold_of
from bootstrap.report.translations import shown
from bootstrap.report.words import utc

if TYPE_CHECKING:
    from bootstrap.journal.holds import HeldAccount


def show(output: str, held: Sequence[HeldAccount]) -> None:
    """Write the accounts on hold on stdout."""
    if output == "json":
        lines = [documents.dumps(_document(each)) for each in held]
    else:
        lines = [shown(line(each)) for each in held] or [shown(msg("no account is on hold"))]
    for each in lines:
        problems.print_to(sys.stdout, each)


def show_released(output: str, held: Sequence[HeldAccount]) -> None:
    """Write the accounts that are released now on stdout."""
    for each in held:
        if output == "json":
            problems.print_to(sys.stdout, documents.dumps(_released(each)))
        else:
            said = msg("released: {team} {account}", team=each.team, account=each.account_id)
            problems.print_to(sys.stdout, shown(said))


def line(held: HeldAccount) -> str:
    """Return "team-7 123456789012: on hold: reason (who, since when)"."""
    return msg("{team} {account}: {hold}", team=held.team, account=held.account_id, hold=held.hold.words)


def _document(held: HeldAccount) -> HeldAccountDocument:
    return {
        "type": "hold",
        "team": held.team,
        "account_id": held.account_id,
        "reason": held.hold.reason,
        "actor": held.hold.actor,
        "since": utc(held.hold.since),
    }


def _released(held: HeldAccount) -> ReleasedDocument:
    return {"type": "released", "team": held.team, "account_id": held.account_id, "hold": hold_of(held.hold)}
