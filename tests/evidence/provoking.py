"""Provocations: each brings a row's situation about in a simulated account, and returns the answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from tests.evidence.rows import Row
from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account

_HOLDER = re.compile(r"\{(\w+)\}")

Provocation = Callable[[OneAccount], tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer: code or status shown, HTTP status, and what the pattern is looked for in."""

    code: str
    http_status: int
    text: str
    answer: Any


@dataclass(frozen=True, slots=True)
class Prepared:
    """A provocation, and how its account differs from an ordinary one."""

    provoke: Provocation
    region: str
    differs: Mapping[str, Any]


BY_ROW: dict[str, Prepared] = {}


def provokes(*ids: str, region: str = "us-east-1", **differs: Any) -> Callable[[Provocation], Provocation]:
    """Register a function for rows. It gets a fresh account and makes the row's call last: a refusal may go through it,
    an answer is returned with the code or status that it shows, "OK" if none is asked for.

    `differs`: the parts of the scenario that are different in the account.
    """

    def register(function: Provocation) -> Provocation:
        for each in ids:
            assert each not in BY_ROW, each
            BY_ROW[each] = Prepared(function, region, differs)
        return function

    return register


def answered(aws: Simulated, row: Row) -> Answered:
    """Bring the row's situation about in a fresh account; what its call answers."""
    prepared = BY_ROW.get(row.id) or Prepared(lambda account: ("OK", _call(account, row)), "us-east-1", {})
    try:
        code, answer = prepared.provoke(open_account(aws, prepared.region, **prepared.differs))
    except ClientError as error:
        said = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return Answered(said["Code"], status, said.get("Message", ""), error.response)
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 200) if isinstance(answer, dict) else 200
    text = answer if isinstance(answer, str) else json.dumps(answer, default=_shown)
    return Answered(code, status, text, answer)


def has(answer: Any, path: str) -> bool:
    """True if the answer has the member; every element of a list must have it."""
    name, _, rest = path.partition(".")
    if isinstance(answer, list):
        return bool(answer) and all(has(each, path) for each in answer)
    if not isinstance(answer, Mapping) or name not in answer:
        return False
    return not rest or has(answer[name], rest)


def _call(account: OneAccount, row: Row) -> Any:
    known = {"account": account.account_id, "region": account.region}
    for each in row.before:
        for name, params in each.items():
            if name == "wait":
                account.pass_time(params)
            else:
                service, _, operation = name.rpartition(":")
                answer = _sent(account, service or row.service, operation, _placed(known, params))
                known |= dict(_texts(answer))
    return _sent(account, row.service, row.operation, _placed(known, dict(row.params or {})))


def _texts(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in answer.items():
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, Mapping) and name != "ResponseMetadata":
            yield from _texts(value)


def _sent(account: OneAccount, service: str, operation: str, params: Mapping[str, Any]) -> Any:
    return getattr(account.client(service), xform_name(operation))(**params)


def _placed(known: Mapping[str, str], value: Any) -> Any:
    if isinstance(value, str):
        return _HOLDER.sub(lambda found: known.get(found[1], found[0]), value)
    if isinstance(value, Mapping):
        return {key: _placed(known, each) for key, each in value.items()}
    return [_placed(known, each) for each in value] if isinstance(value, list) else value


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def unknown(ids: set[str]) -> Iterator[str]:
    """Provocations of rows that do not exist."""
    yield from (each for each in BY_ROW if each not in ids)
