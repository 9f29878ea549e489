"""A sweep's plan as a file: what a person was shown, so that exactly that can be removed later, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bootstrap.engine.outcomes import NOT_REACHED, WELL, AccountResult, Summary
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import private_file
from bootstrap.event.names import MADE_BY
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.sweep.plan import Shown, Sweep

# Grows when a key changes its meaning or goes.
SCHEMA = 1
_TYPE = "sweep plan"
# A thousand accounts with a hundred objects each need about 35 MB.
_LARGEST = 128 * 1024 * 1024
_AGAIN = msg("Make the plan again with `event-bootstrap sweep --out FILE`")
# The steps whose facts name objects.
_PLACES = ("sweep", "elsewhere")
_OF_ACCOUNT = ("team", "account_id", "region", "baseline")
_OF_OBJECT = ("kind", "id", "region", "state", "deed", "why", "mark")
_OF_KEPT = ("kind", "id", "why")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan as a file holds it. `made`: ISO-8601; `accounts`: one row for each account that was looked at."""

    event: str
    made: str
    stop_only: bool
    everywhere: bool
    accounts: tuple[Row, ...]

    def sweep(self) -> Sweep:
        """Return the options of a sweep that removes what the plan lists, and nothing else."""
        return Sweep(
            self.stop_only, self.everywhere, shown={each["account_id"]: _shown(each) for each in self.accounts}
        )


def of(summary: Summary, event: str, sweep: Sweep, made: str, regions: Mapping[str, str]) -> SavedPlan:
    """Return the plan that a sweep without --apply found. `regions`: account id -> region."""
    rows = [_account(each, regions.get(each.account_id, "")) for each in summary.accounts if _looked(each)]
    return SavedPlan(event, made, sweep.stop_only, sweep.everywhere, tuple(rows))


def write(path: Path, plan: SavedPlan) -> None:
    """Write the file, whole or not at all. Raises BadInput (EB-513)."""
    body = {
        "schema": SCHEMA,
        "type": _TYPE,
        "tool": version(MADE_BY),
        "event": plan.event,
        "made": plan.made,
        "stop_only": plan.stop_only,
        "everywhere": plan.everywhere,
        "accounts": list(plan.accounts),
    }
    text = json.dumps({**body, "sha256": _digest(body)}, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    try:
        private_file.write(path, text)
    except OSError as error:
        raise _unreadable(path, msg("cannot be written: {reason}", reason=error.strerror or str(error))) from None


def read(path: Path, event: str) -> SavedPlan:
    """Return the plan in a file that `write` wrote, for this event.

    Raises BadInput: EB-513 for a file that cannot be read or is no plan, EB-514 for one that was changed since, EB-515
    for one of another event.
    """
    found = _parsed(path)
    if found.get("type") != _TYPE:
        raise _unreadable(path, msg("is not a plan that `sweep --out` wrote"))
    if type(found.get("schema")) is not int or found["schema"] != SCHEMA:
        known = msg("has the format {found}; this version reads {known}", found=str(found.get("schema")), known=SCHEMA)
        raise _unreadable(path, known)
    kept = found.pop("sha256", None)
    if kept != _digest(found):
        what = msg("was changed after it was written, or is incomplete")
        raise BadInput([Problem("EB-514", what, str(path), fix=_AGAIN)])
    if not _is_plan(found):
        raise _unreadable(path, msg("is not a plan that `sweep --out` wrote"))
    if found["event"] != event:
        what = msg("is a plan for event {other}, not for {event}", other=str(found["event"]), event=event)
        raise BadInput([Problem("EB-515", what, str(path), fix=msg("Name the plan of this event, or its event.yaml"))])
    return SavedPlan(found["event"], found["made"], found["stop_only"], found["everywhere"], tuple(found["accounts"]))


def _parsed(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, msg("cannot be read: {error}", error=error.strerror or str(error))) from None
    if len(data) > _LARGEST:
        raise _unreadable(path, msg("is larger than {size} MB", size=_LARGEST // 1024 // 1024))
    try:
        found = json_text.parsed(data)
    except Unreadable as error:
        raise _unreadable(path, error.what) from None
    if not isinstance(found, dict):
        raise _unreadable(path, msg("is not a plan that `sweep --out` wrote"))
    return found


def _is_plan(found: Mapping[str, Any]) -> bool:
    """True if everything that is used of the plan is there, of its type."""
    options = all(type(found.get(key)) is bool for key in ("stop_only", "everywhere"))
    texts = all(isinstance(found.get(key), str) for key in ("event", "made"))
    accounts = found.get("accounts")
    return options and texts and isinstance(accounts, list) and all(map(_is_account, accounts))


def _is_account(row: Any) -> bool:
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in _OF_ACCOUNT):
        return False
    lists = [row.get("objects"), row.get("keeps")]
    if not all(isinstance(each, list) for each in lists):
        return False
    return _all_have(row["objects"], _OF_OBJECT) and _all_have(row["keeps"], _OF_KEPT)


def _all_have(rows: list[Any], keys: tuple[str, ...]) -> bool:
    return all(isinstance(row, dict) and all(isinstance(row.get(key), str) for key in keys) for row in rows)


def _digest(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _unreadable(path: Path, what: str) -> BadInput:
    return BadInput([Problem("EB-513", what, str(path), fix=_AGAIN)])


def _looked(account: AccountResult) -> bool:
    """True if the account's own region was listed: something is to be done there, or nothing is left."""
    seen = account.steps.get("sweep", NOT_REACHED)
    return seen.state is Outcome.PLANNED or seen.state in WELL


def _account(account: AccountResult, region: str) -> Row:
    return {
        "team": account.team,
        "account_id": account.account_id,
        "region": region,
        "baseline": str(account.steps.get("marker", NOT_REACHED).facts.get("baseline", "")),
        "objects": list(objects_of(account)),
        "keeps": list(account.steps.get("sweep", NOT_REACHED).facts.get("keeps", ())),
    }


def objects_of(account: AccountResult) -> Iterator[Row]:
    """Yield what the plan would stop or delete in an account, an object a row."""
    for step in _PLACES:
        seen = account.steps.get(step, NOT_REACHED)
        if seen.state is Outcome.PLANNED:
            yield from seen.facts.get("objects", ())


def _shown(account: Row) -> Shown:
    return Shown(frozenset(each["mark"] for each in account["objects"]), account["baseline"])
