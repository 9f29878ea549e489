"""Tags of every resource that the tool creates for a team."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY
from bootstrap.event.roster.roster import TeamAccount

# Enough to recognise a mail address, and fast on long text.
ADDRESS = re.compile(r"[\w+-]@[\w-]+\.\w")
# Characters that every service accepts; some accept more. "@" is allowed here; ADDRESS finds mail addresses.
_TAG = re.compile(r"[A-Za-z0-9 _.:/=+@-]*")
_LONGEST_KEY, _LONGEST_VALUE, _MOST = 128, 256, 50


def tags(event: Event, account: TeamAccount) -> Mapping[str, str]:
    """Return the tags in the order of their keys. Raises BadInput (EB-165) for a tag that AWS would refuse."""
    expiry = event.schedule.expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    own = {"event": event.name, "team": in_ascii(account.team), "made-by": MADE_BY, "expiry": expiry}
    found = dict(sorted((dict(event.tags) | own).items()))
    problems = [
        _problem(key, value, account.where if key in own else f"event.yaml: tags.{key}")
        for key, value in found.items()
        if not _allowed(key, value)
    ]
    if len(found) > _MOST:
        what = msg(
            "has {found} tags; AWS allows {most}, of which the tool needs {own}",
            found=len(event.tags),
            most=_MOST,
            own=len(own),
        )
        problems.append(Problem("EB-165", what, "event.yaml: tags", fix=msg("Remove some tags")))
    if problems:
        raise BadInput(problems)
    return MappingProxyType(found)


def in_ascii(name: str) -> str:
    """Return the name in ASCII, with the code points of all other letters: `u7B2C-u4E00-u961F`.

    CloudFormation shows other letters as question marks, and copies the tags of a stack to its resources.
    """
    parts = re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]", name)
    return "-".join(part if part.isascii() else f"u{ord(part):04X}" for part in parts)


def _allowed(key: str, value: str) -> bool:
    if key.lower().startswith("aws:") or not 1 <= len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE:
        return False
    return bool(_TAG.fullmatch(key) and _TAG.fullmatch(value)) and not ADDRESS.search(f"{key} {value}")


def _problem(key: str, value: str, where: str) -> Problem:
    what = msg("tag {key} cannot be {value}", key=ascii(key), value=ascii(value[:60]))
    if ADDRESS.search(value):
        what = msg("tag {key} cannot be a mail address", key=ascii(key))
    fix = msg("Use at most 256 letters A to Z, digits, spaces and _.:/=+-, and no mail address")
    return Problem("EB-165", what, where, fix=fix)
