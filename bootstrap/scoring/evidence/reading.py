"""Read one thing in a team's account, and keep what was seen: as JSON, without secrets and mail addresses."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import models, refusals
from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import Refused, clean
from bootstrap.errors.printable import printable
from bootstrap.errors.secret_values import blanked
from bootstrap.event import placeholders
from bootstrap.event.end_state import Each, Read
from bootstrap.event.placeholders import Values
from bootstrap.reading import bounded
from bootstrap.reading.unreadable import Unreadable
from bootstrap.scoring.evidence import query

# A listing with more things is not read to its end, and a larger object not at all.
_MOST_THINGS = 2_000
_LARGEST = bounded.MIB
# Of the names that a first read finds, so many are looked at.
_MOST_NAMES = 10


class Heard(StrEnum):
    """Outcome of a read. UNKNOWN: nothing is known: denied, throttled, unreachable, or not read to its end."""

    ANSWERED = "answered"
    NOTHING = "nothing there"
    TOO_LARGE = "too large"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence of a read. `answer`: AWS's, as JSON values; of an object of S3 also its `Text`.

    `code` and `why`: of an UNKNOWN, the code that `explain` knows, and what AWS said.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    at: float
    outcome: Heard
    answer: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the evidence as JSON values, which `of_json` reads."""
        return asdict(self)

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Evidence:
        """Return the evidence that `as_json` made."""
        return cls(**{**kept, "outcome": Heard(kept["outcome"])})


def look(session: AccountSession, read: Read, values: Values, each: Each | None = None) -> Evidence:
    """Make the read of an end state, with the placeholders filled. What AWS refuses is evidence too; nothing is raised.

    With `each`, make it for the first names that the other read finds; the answer then has theirs as a list, `Each`.
    API: the reads' own, whose rows say that they change nothing.
    """
    if each is None:
        return _look(session, read, values)
    names = _look(session, each.read, values)
    if names.outcome is not Heard.ANSWERED:
        return names
    found = query.taken(placeholders.expression(each.expression, values), names.answer)
    listed = [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
    looks = [_look(session, read, {**values, "each": name}) for name in listed[:_MOST_NAMES]]
    if unknown := next((one for one in looks if one.outcome is Heard.UNKNOWN), None):
        return unknown
    answer = {"Each": [one.answer for one in looks if one.outcome is Heard.ANSWERED]}
    return Evidence(read.service, read.operation, dict(read.parameters), session.now(), Heard.ANSWERED, answer)


def _look(session: AccountSession, read: Read, values: Values) -> Evidence:
    parameters = placeholders.filled(read.parameters, values)
    base = (read.service, read.operation, parameters, session.now())
    try:
        answer, whole = _answered(session, read, parameters)
    except Unreadable as error:
        return Evidence(*base, Heard.TOO_LARGE, why=clean(error.what))
    except (BotoCoreError, ClientError, Refused) as error:
        if aws_errors.absent(error):
            return Evidence(*base, Heard.NOTHING)
        failed = refusals.failure(error, session.region)
        return Evidence(*base, Heard.UNKNOWN, code=failed.code or "", why=clean(aws_errors.told(error)))
    return Evidence(*base, Heard.ANSWERED if whole else Heard.UNKNOWN, answer)


def _answered(session: AccountSession, read: Read, parameters: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """AWS's answer, and whether it was read to its end."""
    client, method = session.client(read.service), models.method(read.operation)
    if client.can_paginate(method):
        pages = client.get_paginator(method).paginate(**parameters, PaginationConfig={"MaxItems": _MOST_THINGS})
        whole = pages.build_full_result()
        more = "NextToken" in whole
        empty: dict[str, Any] = {key: [] for key in models.lists(read.service, read.operation)}
        return _plain(empty | {key: each for key, each in whole.items() if key != "NextToken"}), not more
    answer = getattr(client, method)(**parameters)
    body = answer.pop("Body", None)
    answer.pop("ResponseMetadata", None)
    found = _plain(answer)
    if hasattr(body, "read"):
        with closing(body):
            if answer.get("ContentLength", 0) > _LARGEST:
                raise bounded.too_large(_LARGEST)
            found["Text"] = _text(bounded.stream(body, _LARGEST))
    # A few listings have pages that botocore does not know to follow.
    return found, not (answer.get("NextToken") or answer.get("IsTruncated"))


def kept(text: str) -> str:
    """Return the text as evidence has it: without secrets, mail addresses, and what acts unseen."""
    return blanked(printable(text))


def _text(data: bytes) -> str:
    """Each line is cleaned by itself: lines are what JSON Lines consist of."""
    # PowerShell writes UTF-16 with a byte order mark.
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8"
    return "\n".join(kept(line) for line in data.decode(encoding, errors="replace").removeprefix("\ufeff").split("\n"))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return kept(value)
    return value if isinstance(value, bool | int | float) else None
