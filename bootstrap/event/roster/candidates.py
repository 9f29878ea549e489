"""Accounts that a source outside of the roster names: an organization, or a table of another platform."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

ACTIVE = "ACTIVE"
_ID = re.compile("[0-9]{12}")
# arn:aws:organizations::MANAGEMENT:account/o-exampleorgid/MEMBER: every account's ARN names the management account.
_ARN = re.compile("arn:aws[a-z-]*:organizations::([0-9]{12}):account/o-[a-z0-9]{10,32}/[0-9]{12}")
# AWS's five states of an account, but ACTIVE. In `Status`, which AWS retires, closed accounts are SUSPENDED too.
_STATES = {
    "PENDING_ACTIVATION": msg("its sign-up was never completed (PENDING_ACTIVATION)"),
    "SUSPENDED": msg("AWS has suspended it (SUSPENDED)"),
    "PENDING_CLOSURE": msg("it is being closed (PENDING_CLOSURE)"),
    "CLOSED": msg("it is closed (CLOSED)"),
}
# Statuses of Innovation Sandbox on AWS: source/common/data/sandbox-account/sandbox-account.ts of its repository. A pool
# account that nobody has leased can be leased to anybody at any moment, and is cleaned before that.
_SANDBOX_LEASED = "Active"
_SANDBOX_FREE = "Available"


@dataclass(frozen=True, slots=True)
class AccountFound:
    """An account of a source. `name`: what the source calls it; `cells`: more cells for its row, by the column's name.

    `kept_out`: why it gets no row; "" if it does. `where`: file and line, if the source is a file with lines.
    """

    account_id: str
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    kept_out: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class AccountSource:
    """The accounts that a source names. `notes`: sentences about what the source does not tell of them."""

    candidates: tuple[AccountFound, ...]
    notes: tuple[str, ...] = ()


def of_account(said: Mapping[str, Any], management: str = "", tags: Mapping[str, str] | None = None) -> AccountFound:
    """Return an account as the API of AWS Organizations describes it. Its mail address is left behind.

    `management`: id of the management account; without it, the account's ARN says which one that is.
    """
    account_id, arn = str(said.get("Id", "")), _ARN.fullmatch(str(said.get("Arn", "")))
    managing = management or (arn[1] if arn else "")
    why = out_of_state(said.get("State") or said.get("Status"))
    if account_id == managing:
        why = msg("it is the organization's management account")
    return AccountFound(account_id, str(said.get("Name", "")), tags or {}, kept_out=why)


def out_of_state(state: Any) -> str:
    """Return why an account in this state gets no row; "" for an active one."""
    if not state:
        return msg("its state is not known: the source says neither State nor Status")
    word = str(state).strip().upper().replace(" ", "_")
    if word == ACTIVE:
        return ""
    return _STATES.get(word, msg("its state is {state}", state=str(state)[:40]))


def from_json(data: bytes, file: str) -> AccountSource:
    """Return the accounts in what `aws organizations list-accounts` and its like print, also page after page.

    Innovation Sandbox's list of accounts is read as well, from its API and from its table. Raises BadInput: EB-713 if
    it is no such text, EB-714 for each entry that is no account.
    """
    fix = msg("Pipe what `aws organizations list-accounts-for-parent --parent-id ou-... --output json` prints")
    try:
        texts = json_text.several(data)
    except Unreadable as error:
        where = file if error.line is None else f"{file}:{error.line}"
        raise BadInput([Problem("EB-713", error.what, where, error.cause, error.fix or fix)]) from None
    entries = [each for text in texts for each in _entries(text)]
    if not entries:
        raise BadInput([Problem("EB-713", msg("names no account"), file, fix=fix)])
    problems: list[Problem] = []
    found: list[AccountFound] = []
    for number, entry in enumerate(entries, 1):
        made = _candidate(entry)
        if made is None or not _ID.fullmatch(made.account_id):
            what = msg("entry {number} is no account: it has no id of 12 digits", number=number)
            why = msg("Write the JSON that the program printed, without a query that leaves out the ids")
            problems.append(Problem("EB-714", what, file, fix=why))
        else:
            found.append(made)
    if problems:
        raise BadInput(problems)
    return AccountSource(tuple(found), tuple(_unknown_management(entries)))


def _unknown_management(entries: list[Any]) -> Iterator[str]:
    organization = [each for each in entries if isinstance(each, Mapping) and "Id" in each]
    if organization and not any(_ARN.fullmatch(str(each.get("Arn", ""))) for each in organization):
        yield msg("which one is the management account is not known, because no account has its Arn: keep it out with "
                  "keep_out in event.yaml")  # fmt: skip


def _entries(value: Any) -> list[Any]:
    """Return the accounts in a text: a list of them, one of them, or an answer that contains them."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        return [value]
    for key in ("Accounts", "Items", "result"):
        if isinstance(inner := value.get(key), list):
            return inner
    for key in ("Account", "data"):
        if isinstance(inner := value.get(key), Mapping):
            return _entries(inner)
    return [value] if {"Id", "awsAccountId"} & value.keys() else []


def _candidate(entry: Any) -> AccountFound | None:
    if not isinstance(entry, Mapping):
        return None
    if "awsAccountId" in entry:
        return _of_sandbox({key: _plain(value) for key, value in entry.items()})
    return of_account(entry)


def _plain(value: Any) -> Any:
    """Return the text of DynamoDB's {"S": text}, and any other value as it is."""
    return value["S"] if isinstance(value, Mapping) and value.keys() == {"S"} else value


def _of_sandbox(said: Mapping[str, Any]) -> AccountFound:
    status = said.get("status")
    why = ""
    if status == _SANDBOX_FREE:
        why = msg("nobody has leased it from the sandbox's pool (Available)")
    elif status != _SANDBOX_LEASED:
        why = msg("its state is {state}", state=str(status)[:40])
    return AccountFound(str(said["awsAccountId"]), str(said.get("name") or ""), kept_out=why)
