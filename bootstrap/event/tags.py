"""Event + TeamAccount -> the tags of everything that the tool makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType

from bootstrap.errors import BadInput, Problem
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY
from bootstrap.event.roster.roster import TeamAccount

# Enough of a mail address to know one by, and quick on long text.
ADDRESS = re.compile(r"[\w+-]@[\w-]+\.\w")
# What every service takes; some take more, and "@" is left to those who read it as an address.
_TAG = re.compile(r"[A-Za-z0-9 _.:/=+@-]*")
_LONGEST_KEY, _LONGEST_VALUE, _MOST = 128, 256, 50


def tags(event: Event, account: TeamAccount) -> Mapping[str, str]:
    """In the order of their keys. Raises BadInput (EB-165) for what AWS would refuse as a tag."""
    expiry = event.schedule.expires.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    own = {"event": event.name, "team": in_ascii(account.team), "made-by": MADE_BY, "expiry": expiry}
    found = dict(sorted((dict(event.tags) | own).items()))
    problems = [
        _problem(key, value, account.where if key in own else f"event.yaml: tags.{key}")
        for key, value in found.items()
        if not _allowed(key, value)
    ]
    if len(found) > _MOST:
        what = f"{len(event.tags)} tags, and AWS takes {_MOST} with the tool's {len(own)}"
        problems.append(Problem("EB-165", what, "event.yaml: tags", fix="Take some out"))
    if problems:
        raise BadInput(problems)
    return MappingProxyType(found)


def in_ascii(name: str) -> str:
    """A team's name with the code points of all other letters written out: `u7B2C-u4E00-u961F`.

    CloudFormation shows other letters as question marks, and the tags of its stacks go to every resource.
    """
    parts = re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]", name)
    return "-".join(part if part.isascii() else f"u{ord(part):04X}" for part in parts)


def _allowed(key: str, value: str) -> bool:
    if key.lower().startswith("aws:") or not 1 <= len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE:
        return False
    return bool(_TAG.fullmatch(key) and _TAG.fullmatch(value)) and not ADDRESS.search(f"{key} {value}")


def _problem(key: str, value: str, where: str) -> Problem:
    shown = "a mail address" if ADDRESS.search(value) else ascii(value[:60])
    return Problem(
        "EB-165",
        f"tag {key!a} cannot be {shown}",
        where,
        fix="Use letters A to Z, digits, spaces and _.:/=+- in at most 256 characters, and no mail address",
    )
