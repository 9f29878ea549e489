"""One habit of asking before something is done.

| what                            | told beforehand | at a terminal      | without a terminal                       |
|---------------------------------|-----------------|--------------------|------------------------------------------|
| most things: `agreed`           | --yes: goes on  | asks yes or no     | says what it would have asked; goes on   |
| a team's work:                  |                 |                    |                                          |
| `agreed_to_replace`             | the same        | the same           | says what it would have asked; does not  |
| deletion: `deletion`, `typed`   | --confirm NAME  | has the name typed | refuses (EB-680) before it calls AWS     |
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from bootstrap.cli.localized import say
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.report.translations import shown


def at_terminal() -> bool:
    """Return True if a person can read a question and answer it: stdin and stderr are a terminal."""
    return all(each is not None and not each.closed and each.isatty() for each in (sys.stdin, sys.stderr))


def agreed(question: str, about: Sequence[str], yes: bool) -> bool:
    """Return True if the person agrees, if `yes`, or if there is no terminal.

    `about`: lines that are shown before the question, such as what will be made. Everything goes to stderr.
    """
    return _agreed(question, about, yes, msg("there is no terminal to ask at: going on, as with --yes"), True)


def agreed_to_replace(question: str, about: Sequence[str], yes: bool) -> bool:
    """Do the same as `agreed`, but return False without a terminal: what is replaced is a team's work."""
    return _agreed(question, about, yes, msg("there is no terminal to ask at: not done; --yes does it"), False)


def deletion(event_name: str, confirm: str | None) -> None:
    """Refuse a deletion that cannot be confirmed; call this before the first call to AWS.

    `confirm`: the value of --confirm. Raises BadInput: EB-680 without it and without a terminal to type the event's
    name at, EB-510 if it is another name.
    """
    if confirm is not None:
        _same(confirm, event_name)
    unattended(confirm, event_name)


def unattended(confirm: str | None, event_name: str = "EVENT") -> None:
    """Do that part of `deletion` which needs no event: for a command that answers before it loads anything."""
    if confirm is None and not at_terminal():
        what = msg("there is no terminal to type the name of the event at: nothing was changed")
        fix = msg("in a script, give --confirm {event}, with the name as in event.yaml", event=event_name)
        raise BadInput([Problem("EB-680", what, fix=fix)])


def typed(question: str, event_name: str, confirm: str | None) -> None:
    """Have the event's name typed after it was shown what is deleted; --confirm answers beforehand.

    Raises BadInput (EB-510) if another name is typed.
    """
    if confirm is None:
        _same(click.prompt(shown(question), err=True), event_name)


def _same(name: str, event_name: str) -> None:
    if name != event_name:
        what = msg("`{typed}` is not the name of the event: nothing was changed", typed=name)
        raise BadInput([Problem("EB-510", what)])


def _agreed(question: str, about: Sequence[str], yes: bool, alone: str, answer: bool) -> bool:
    if yes:
        return True
    for each in about:
        say(each, err=True)
    if at_terminal():
        return bool(click.confirm(shown(question), err=True))
    say(msg("{question} ({alone})", question=question, alone=alone), err=True)
    return answer
