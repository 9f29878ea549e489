"""The address of a team's own page: short and ASCII, so that its QR code is coarse and people can type it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg

JOIN = "/join/"
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST_WORD = 24, 14
_LONGEST_BASE = 64


def slug(team: str) -> str:
    """Return the last part of the team's address: its name, or if that does not fit, a word of it and a digest."""
    name = team.casefold()
    if _PLAIN.fullmatch(name) and len(name) <= _LONGEST_NAME:
        return name
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST_WORD].strip("-") or "team"
    return f"{word}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def of(base: str, team: str) -> str:
    """Return the address of a team's page."""
    return f"{base}{JOIN}{slug(team)}"


def base(typed: str) -> str:
    """Return https://host or https://host:port as typed; http only for this machine. Raises BadInput (EB-580)."""
    try:
        parts = urlsplit(typed.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna" if ":" not in (parts.hostname or "") else "ascii").decode()
    except ValueError:
        raise BadInput([_problem(msg("{address} is not an address", address=_quoted(typed)))]) from None
    if parts.username or parts.query or parts.fragment or parts.path.strip("/"):
        raise BadInput([_problem(msg("{address} has more than a host and a port", address=_quoted(typed)))])
    if not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", host) or parts.scheme not in ("https", "http"):
        what = msg("{address} does not begin with https:// and a host", address=_quoted(typed))
        raise BadInput([_problem(what)])
    if parts.scheme == "http" and not is_loopback(host):
        what = msg("{address} is not encrypted, but that page gives access to accounts", address=_quoted(typed))
        raise BadInput([_problem(what)])
    shown = f"[{host}]" if ":" in host else host
    made = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
    if len(made) > _LONGEST_BASE:
        what = msg(
            "{address} has more than {most} characters, too many for a small QR code",
            address=_quoted(typed),
            most=_LONGEST_BASE,
        )
        raise BadInput([_problem(what)])
    return made


def is_loopback(host: str) -> bool:
    """Return True if only programs on the same machine can reach that host."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _quoted(typed: str) -> str:
    return repr(typed[:60])


def _problem(what: str) -> Problem:
    fix = msg(
        "Give the address at which participants reach the join page, such as {example}",
        example="https://event.example.com:8443",
    )
    return Problem("EB-580", what, "--address", fix=fix)
