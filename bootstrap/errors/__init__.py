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

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from traceback import extract_tb
from typing import Any
from urllib.parse import urlsplit

from bootstrap.errors.message import Message, msg
from bootstrap.errors.printable import printable
from bootstrap.errors.secret_values import blanked

READY, FAILED, BAD_INPUT, WAITING, INTERRUPTED = 0, 1, 2, 3, 130

_PROGRAM = Path(__file__).parent.parent
# Fields of botocore's exceptions that name a setting, and hold no content.
_SETTINGS = ("profile", "provider", "cred_var", "env_var", "region_name", "service_name")


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
    return dict(sorted((code, each) for _, entries in areas() for code, each in entries.items()))


@cache
def areas() -> tuple[tuple[str, dict[str, Explanation]], ...]:
    """Return (title, code -> explanation) for each area, such as ("quotas", {"EB-230": ...}), by the first code."""
    package = import_module("bootstrap.errors.explanations")
    modules = [import_module(f"{package.__name__}.{each.name}") for each in iter_modules(package.__path__)]
    # A docstring names the range of its codes, and after a colon what they are about.
    found = [(str(each.__doc__).partition(": ")[2].rstrip(".\n"), each.ENTRIES) for each in modules if each.ENTRIES]
    return tuple(sorted(found, key=lambda area: min(area[1])))


def clean(text: str) -> str:
    """Return the text on one line, without secrets, mail addresses and characters that act unseen.

    Secrets are the values that the process holds (`secret_values`), and what looks like one. A Message stays a
    Message; its arguments are cleaned.
    """
    if isinstance(text, Message):
        return _clean_message(text)
    return " ".join(blanked(printable(text)).split())


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
    """Return what an exception says that may be shown, on one line and without secrets.

    That is AWS's message of a ClientError, a message of this program, or what the operating system says. Any other
    exception's text may hold anything: a request, its headers, a body with credentials. Of these only the fields that
    name a setting are told.
    """
    answer: Any = getattr(error, "response", None)
    if isinstance(answer, dict):
        return clean(str(answer.get("Error", {}).get("Message", "")))
    if isinstance(error, Refused):
        return clean(error.detail)
    if error.args and (isinstance(error, Stop) or isinstance(error.args[0], Message)):
        return clean(error.args[0])
    if isinstance(error, OSError) and error.strerror:
        return clean(error.strerror)
    fields: Any = getattr(error, "kwargs", {})
    address = urlsplit(str(fields.get("endpoint_url", "")))
    settings = [str(fields[name]) for name in _SETTINGS if fields.get(name)]
    # Without its path and query, and without a user's name and password.
    host = [f"{address.scheme}://{address.netloc.rpartition('@')[2]}"] if address.netloc else []
    return clean(", ".join([*settings, *host]))


def raw(error: BaseException) -> str:
    """Return AWS's own answer for people, without secrets: `Code: message`; the class, if there is nothing to tell."""
    said = message_of(error)
    return f"{code_of(error)}: {said}" if said else code_of(error)


def bug(error: BaseException) -> Message:
    """Return what is told of an exception that nobody expected (EB-390): its class, and the line it came from.

    Its text is not told: it may hold anything, also what is secret.
    """
    place = lines[-1] if (lines := own_lines(error)) else type(error).__module__
    return msg("an error in event-bootstrap: {kind} at {place}", kind=type(error).__name__, place=place)


def own_lines(error: BaseException) -> list[str]:
    """Return the lines of this program that an exception came through: "steps/smoke/step.py:55", innermost last."""
    frames = [each for each in extract_tb(error.__traceback__) if Path(each.filename).is_relative_to(_PROGRAM)]
    return [f"{Path(each.filename).relative_to(_PROGRAM).as_posix()}:{each.lineno}" for each in frames]
