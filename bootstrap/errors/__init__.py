"""Errors that a person can act on, their codes and exit codes.

Stop                 ends the command with its `exit_code`
+-- Troubled         1: problems that the command could not foresee
|   +-- BadInput     2: all problems of an input at once
+-- Interrupted    130: Ctrl-C
+-- NothingToDo      0: nothing needs to be done
Refused              AWS refused a call for a known reason; ends a step, not the run
+-- NotPermitted     the write permit refused the call before it was sent
    +-- Paused       the write may be made later
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
    """The text that `explain EB-nnn` prints: `title` is one line, the others are short paragraphs."""

    title: str
    cause: str
    fix: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: what is wrong, where, why (`cause`), and what to do about it (`fix`)."""

    code: str
    what: str
    where: str = ""
    cause: str = ""
    fix: str = ""


class Stop(Exception):
    """Ends the command with its exit code. The text, if any, is for people."""

    exit_code = FAILED


class Troubled(Stop):
    """Ends the command because of problems that it could not foresee."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{each.code} {each.where} {each.what}".strip() for each in problems))
        self.problems = tuple(problems)


class BadInput(Troubled):
    """Ends the command because of its input: has all problems, in the order of the input. Nothing was done."""

    exit_code = BAD_INPUT


class Interrupted(Stop):
    """Ends the command because of Ctrl-C."""

    exit_code = INTERRUPTED


class NothingToDo(Stop):
    """Ends the command because nothing needs to be done; the text says why."""

    exit_code = READY


class Refused(Exception):
    """AWS refused a call for a known reason: `code` is EB-nnn, `detail` one line for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail


class NotPermitted(Refused):
    """This session may not make this write; nothing was sent."""


class Paused(NotPermitted):
    """The write may be made later, unless another operator takes the account first; nothing was sent."""


@cache
def catalogue() -> dict[str, Explanation]:
    """Return code -> explanation for all codes, from the modules of `bootstrap.errors.explanations`."""
    package = import_module("bootstrap.errors.explanations")
    found: dict[str, Explanation] = {}
    for module in sorted(iter_modules(package.__path__), key=lambda each: each.name):
        found |= import_module(f"{package.__name__}.{module.name}").ENTRIES
    return dict(sorted(found.items()))


_SECRETS = (
    # User and password in a URL. Comes before mail addresses, because `password@host` looks like one.
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
# Control characters in a participant's log could control the reader's terminal; a lone surrogate cannot be encoded.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """Return the text on one line, without secrets, mail addresses and control characters.

    Secrets are access keys, session tokens, passwords in a URL, and the tokens and signatures of links. A Message
    stays a Message; its arguments are cleaned.
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
    # Some secrets are recognised only by the word before them, so the whole sentence is checked too.
    return made if whole == made else whole


def code_of(error: BaseException) -> str:
    """Return the AWS error code of a ClientError ("AccessDenied"), or the exception's class name."""
    answer: Any = getattr(error, "response", None)
    if isinstance(answer, dict):
        return str(answer.get("Error", {}).get("Code", "")) or type(error).__name__
    return type(error).__name__


def message_of(error: BaseException) -> str:
    """Return the AWS message of a ClientError, or the exception's text; on one line and without secrets."""
    answer: Any = getattr(error, "response", None)
    if isinstance(answer, dict):
        return clean(str(answer.get("Error", {}).get("Message", "")))
    return clean(str(error))


def raw(error: BaseException) -> str:
    """Return AWS's own answer for people, without secrets: `Code: message`."""
    return f"{code_of(error)}: {message_of(error)}"
