"""The address of a team's own page: short and ASCII, so that its QR code stays coarse, and it can be typed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

from bootstrap.errors import BadInput, Problem

JOIN = "/join/"
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME, _LONGEST_WORD = 24, 14
_LONGEST_BASE = 64


def slug(team: str) -> str:
    """The team's last part of the address; a name that cannot be it as it stands ends in a part of its digest."""
    name = team.casefold()
    if _PLAIN.fullmatch(name) and len(name) <= _LONGEST_NAME:
        return name
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST_WORD].strip("-") or "team"
    return f"{word}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def of(base: str, team: str) -> str:
    return f"{base}{JOIN}{slug(team)}"


def base(typed: str) -> str:
    """https://host or https://host:port as typed, http only for this machine. Raises BadInput (EB-580)."""
    try:
        parts = urlsplit(typed.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna" if ":" not in (parts.hostname or "") else "ascii").decode()
    except ValueError:
        raise BadInput([_problem(typed, "is no address")]) from None
    if parts.username or parts.query or parts.fragment or parts.path.strip("/"):
        raise BadInput([_problem(typed, "is more than a host and a port")])
    if not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", host) or parts.scheme not in ("https", "http"):
        raise BadInput([_problem(typed, "is no address that begins with https:// and a host")])
    if parts.scheme == "http" and not is_loopback(host):
        raise BadInput([_problem(typed, "is not encrypted, and access is handed out there")])
    shown = f"[{host}]" if ":" in host else host
    made = f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
    if len(made) > _LONGEST_BASE:
        raise BadInput([_problem(typed, f"has more than {_LONGEST_BASE} characters, too many for a small QR code")])
    return made


def is_loopback(host: str) -> bool:
    """Whether only programs of the same machine reach that host."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _problem(typed: str, what: str) -> Problem:
    fix = "Give the address at which participants reach the join page, such as https://event.example.com:8443"
    return Problem("EB-580", f"{typed[:60]!r} {what}", "--address", fix=fix)
