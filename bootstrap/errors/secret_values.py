"""The secret values that this process holds, and how a text is cleared of them.

A value is found by itself, whatever stands around it: in XML, JSON, an address, the repr of bytes, or cut off. Patterns
for secrets that the process does not hold are a second line, and cover what their authors thought of.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import unquote

INSTEAD = "<secret>"

# A long value is known by its parts of 16 characters at every eighth place: 23 characters in a row give it away.
_PART, _STEP = 16, 8
# An address inside an address inside an address: a sign-in link that is led to by a link to sign out.
_ENCODED_TIMES = 3
# A shorter value is not held: it would be found in ordinary words.
_SHORTEST = 12
# What values of credentials are made of, also percent-encoded, or escaped as JSON and HTML do it.
_ESCAPE = re.compile(r"\\{1,4}/|\\{1,4}u00([0-9A-Fa-f]{2})|&#x0{0,2}([0-9A-Fa-f]{2});|&#0{0,2}([0-9]{2,3});")
_RUN = re.compile(rf"(?:[A-Za-z0-9+/=_.~%-]|{_ESCAPE.pattern.replace('(', '(?:')}){{16,}}")
# Variables that hold a secret. AWS_WEB_IDENTITY_TOKEN_FILE and its like hold a path.
_VARIABLE = re.compile(r"(SECRET|TOKEN|PASSWORD|PASSWD|SECRET_ACCESS_KEY|API_KEY|CREDENTIALS|WEBHOOK)$")

_known: set[str] = set()
_parts: set[int] = set()
_short: set[str] = set()

_KEY = (
    r"(?:aws[_-]?)?secret[_-]?(?:access[_-]?)?key|(?:aws[_-]?)?session[_-]?(?:token|key)|signin[_-]?token"
    r"|x-amz-security-token|x-amz-signature|(?:temporary[_-]?)?pass(?:word|wd)|client[_-]?secret|authorization"
    r"|(?:access|refresh|id)[_-]?token|authorized[_-]?url"
)
# Each takes a time in proportion to the text: what is repeated before a fixed part has a bound.
_PATTERNS = (
    # User and password in a URL. Comes before mail addresses, because `password@host` looks like one.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]{0,20}://)[^\s/@:]*:[^\s/@]+@"), rf"\1{INSTEAD}@"),
    # An element of XML, whole or cut off, and a field of JSON.
    (re.compile(rf"(?i)(<(?:{_KEY}|Value)>)[^<]+"), rf"\1{INSTEAD}"),
    (re.compile(rf"(?i)(\\?[\"'](?:{_KEY}|Value)\\?[\"']\s*:\s*\\?[\"'])(?:[^\"'\\]|\\.)+"), rf"\1{INSTEAD}"),
    # A form, an address, a setting.
    (re.compile(rf"(?i)\b((?:{_KEY})[\"']?\s*=\s*[\"']?)[^\s\"',}}&]+"), rf"\1{INSTEAD}"),
    # A sign-in link inside another address, as a console link leads through the sign-out.
    (re.compile(r"(?i)(signin[_-]?token%(?:25){0,2}3d)[^\s\"',}&]+"), rf"\1{INSTEAD}"),
    (re.compile(r"(?i)\b((?:aws_)?secret_?access_?key[\"']?\s*:\s*[\"']?)[^\s\"',}&]+"), rf"\1{INSTEAD}"),
    (re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{12,}\b"), "<access key>"),
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}\.[\w.-]+"), "<address>"),
    (re.compile(r"\b(IQoJ|FwoG)[A-Za-z0-9/+=]{40,}"), "<session token>"),
)


def hold(*values: str | None) -> None:
    """Remember secret values: `blanked` removes them from every text from now on.

    None is left out, and so is a value of fewer than 12 characters.
    """
    for value in values:
        if value and len(value) >= _SHORTEST and value not in _known:
            _known.add(value)
            for piece in re.split(r"[^A-Za-z0-9+/=_.~%-]+", value):
                _hold_piece(piece)
            if not _RUN.fullmatch(value):
                _short.add(value)


def hold_variables(environment: Mapping[str, str] = os.environ) -> None:
    """Remember the values of the environment's variables that hold a secret, by their names."""
    hold(*(value for name, value in environment.items() if _VARIABLE.search(name.upper())))


def blanked(text: str) -> str:
    """Return the text without the values that the process holds, and without what looks like another secret."""
    for value in _short:
        text = text.replace(value, INSTEAD)
    if _parts:
        text = _RUN.sub(_blank_run, text)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def without(text: str, value: str) -> str:
    """Return the text without one value, which may be too short to be held."""
    return text.replace(value, INSTEAD) if value else text


def _hold_piece(piece: str) -> None:
    starts = {*range(0, len(piece) - _PART + 1, _STEP), len(piece) - _PART}
    _parts.update(hash(piece[start : start + _PART]) for start in starts if start >= 0)


def _plain(found: re.Match[str]) -> str:
    in_json, in_html, decimal = found.groups()
    if code := in_json or in_html:
        return chr(int(code, 16))
    return chr(int(decimal)) if decimal else "/"


def _blank_run(found: re.Match[str]) -> str:
    run = found[0]
    plain = _ESCAPE.sub(_plain, run) if "\\" in run or "&" in run else run
    for _ in range(_ENCODED_TIMES):
        if "%" not in plain:
            break
        plain = unquote(plain)
    known = any(hash(plain[start : start + _PART]) in _parts for start in range(len(plain) - _PART + 1))
    return INSTEAD if known else run
