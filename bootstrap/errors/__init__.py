"""Errors that a person can act on, their codes and exit codes.

Stop                 ends the command with its `exit_code`
+-- Troubled         1: problems that the command could not foresee
|   +-- BadInput     2: every problem of an input at once
+-- Interrupted    130: Ctrl-C
    +-- NothingToDo      0: all is well already
Refused              one AWS answer that is no accident; a step's failure, never the run's
+-- NotPermitted     the write permit refused the call before it left the process
    +-- Paused       for now
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from bootstrap.errors.message import Message

READY, FAILED, BAD_INPUT, WAITING, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `explain EB-nnn` says: `title` is one line, the rest are short paragraphs."""

    title: str
    cause: str
    fix: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, why and what to do about it."""

    code: str
    what: str
    where: str = ""
    cause: str = ""
    fix: str = ""


class Stop(Exception):
    exit_code = FAILED


class Troubled(Stop):
    """Carries the problems that ended the command."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{each.code} {each.where} {each.what}".strip() for each in problems))
        self.problems = tuple(problems)


class BadInput(Troubled):
    """Input that nothing may run on; every problem found, in the order of the input."""

    exit_code = BAD_INPUT


class Interrupted(Stop):
    exit_code = INTERRUPTED


class NothingToDo(Stop):
    """What was asked for is so already; the text says what."""

    exit_code = READY


class Refused(Exception):
    """A refusal with a code of ours; `detail` is one line for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail


class NotPermitted(Refused):
    """A write that this session may not make; nothing was sent."""


class Paused(NotPermitted):
    """A write that may be made later, if nobody else has taken the account until then; nothing was sent."""


@cache
def catalogue() -> dict[str, Explanation]:
    """Every code of the tool, from the modules of `bootstrap.errors.explanations`."""
    package = import_module("bootstrap.errors.explanations")
    found: dict[str, Explanation] = {}
    for module in sorted(iter_modules(package.__path__), key=lambda each: each.name):
        found |= import_module(f"{package.__name__}.{module.name}").ENTRIES
    return dict(sorted(found.items()))


_SECRETS = (
    # Before the addresses, as one of which it would count in part.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/@:]*:[^\s/@]+@"), r"\1<secret>@"),
    (re.compile(r"(?i)(\b(?:aws_)?secret_?access_?key[\"']?\s*[:=]\s*[\"']?)[^\s\"',}&]+"), r"\1<secret>"),
    (re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{12,}\b"), "<access key>"),
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+\.[\w.-]+"), "<address>"),
    (
        re.compile(r"(?i)(SigninToken|SessionToken|X-Amz-Security-Token|X-Amz-Signature|password)=[^\s&]+"),
        r"\1=<secret>",
    ),
    (re.compile(r"\b(IQoJ|FwoG)[A-Za-z0-9/+=]{40,}"), "<session token>"),
)
# A log that participants write could move the cursor of who reads it; half a pair is no text to any encoding.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without access keys, session tokens, sign-in links' secrets and mail addresses, on one line.

    Nor with characters that a terminal would obey, or a database refuse. A message stays one, its arguments cleaned.
    """
    if isinstance(text, Message):
        return _clean_message(text)
    text = _NO_TEXT.sub("", text)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return " ".join(text.split())


def _clean_message(text: Message) -> str:
    args = {name: clean(value) if isinstance(value, str) else value for name, value in text.args.items()}
    made = Message(text.id, args, text.plural, tuple(clean(each) for each in text.parts))
    whole = clean(str.__str__(made))
    # What is secret only beside a word of the sentence is found in the whole sentence alone.
    return made if whole == made else whole


def code_of(error: BaseException) -> str:
    """The AWS error code of a ClientError ("AccessDenied"), or the exception's class name."""
    answer: Any = getattr(error, "response", None)
    if isinstance(answer, dict):
        return str(answer.get("Error", {}).get("Code", "")) or type(error).__name__
    return type(error).__name__


def message_of(error: BaseException) -> str:
    """The AWS message of a ClientError, or the exception's text, without secrets and on one line."""
    answer: Any = getattr(error, "response", None)
    if isinstance(answer, dict):
        return clean(str(answer.get("Error", {}).get("Message", "")))
    return clean(str(error))


def raw(error: BaseException) -> str:
    """AWS's answer as it came, for people: `Code: message`, without secrets."""
    return f"{code_of(error)}: {message_of(error)}"
