"""Environment variables that stand for options.

`EVENT_BOOTSTRAP_OUTPUT` for an option that means the same in every command, `EVENT_BOOTSTRAP_SWEEP_OUT` for one of a
single command. What is typed counts before it. Options that confirm, take over or decide what is written or deleted
have none: nobody should write to accounts because of a line in a profile. `rehearse`, `simulate`, `lab new` and
`lab test` read none, so that a rehearsal is the same on every machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click
from click.core import ParameterSource

PREFIX = "EVENT_BOOTSTRAP_"

SHARED = frozenset(
    {"accounts", "debug", "detailed-exitcode", "directory", "event", "failed", "from", "jobs", "journal", "output",
     "role", "step"}
)  # fmt: skip
# Of single commands. A new option is named here, or below.
OF_ONE = frozenset(
    {"address", "all", "answers-file", "contact", "csv", "every", "host", "html", "hub", "job", "keep", "kms-key",
     "language", "last", "letter", "manifest", "map", "name", "name-tag", "names", "no-compare", "ou", "out", "page",
     "paper", "port", "print", "profile", "proxy", "quotas", "scenario-file", "stagger", "tls-cert", "tls-key",
     "with-codes",
     "workers-per-picture"}
)  # fmt: skip
# Named as an option of other commands, and something else.
DIFFERENT = frozenset({("from", ("serve",))})
NEVER = frozenset(
    {"again", "apply", "confirm", "dry-run", "during-event", "everywhere", "judge", "move", "new-codes", "older-than",
     "on-hold", "open-cases", "passwords-again", "peak", "plan", "reason", "request", "spare", "stop", "stop-only",
     "take-over", "watch", "while-running", "yes"}
)  # fmt: skip
# `translations` reads EVENT_BOOTSTRAP_LANG, whose values are those of locales.
LANGUAGE = "lang"
REHEARSING = frozenset({("lab",), ("lab", "new"), ("lab", "test"), ("rehearse",), ("simulate",)})


def assign(command: click.Command, path: tuple[str, ...]) -> None:
    """Give the options of a command their variables; `path`: its name, after those of its groups."""
    for each in options(command):
        name = long_name(each)
        if path not in REHEARSING and name in SHARED | OF_ONE:
            each.envvar = variable(name, () if shared(name, path) else path)
            each.show_envvar = True
    for name, found in parts(command).items():
        assign(found, (*path, name))


def shared(name: str, path: tuple[str, ...]) -> bool:
    """Return True if the option means the same in every command that has it."""
    return name in SHARED and (name, path) not in DIFFERENT


def parts(command: click.Command) -> Mapping[str, click.Command]:
    """Return the sub-commands of a command, by name."""
    found: Mapping[str, click.Command] = getattr(command, "parts", {})
    return found


def options(command: click.Command) -> list[click.Option]:
    """Return the command's own options."""
    return [each for each in command.params if isinstance(each, click.Option)]


def long_name(option: click.Option) -> str:
    """Return "take-over" for `--take-over`."""
    return next(each for each in option.opts if each.startswith("--")).removeprefix("--")


def variable(name: str, path: tuple[str, ...] = ()) -> str:
    """Return the variable's name: EVENT_BOOTSTRAP_STATUS_HTML for ("html", ("status",))."""
    return PREFIX + "_".join((*path, name)).replace("-", "_").upper()


def ignored(command: click.Command) -> list[tuple[str, str]]:
    """Return the variables that are set for options of the command that take none, each with its option."""
    found = ((variable(name), f"--{name}") for name in map(long_name, options(command)) if name in NEVER)
    return [each for each in found if os.environ.get(each[0])]


@contextmanager
def named() -> Iterator[None]:
    """Name the variable, inside the block, in a refusal of its value."""
    try:
        yield
    except click.BadParameter as error:
        option, context = error.param, error.ctx
        if isinstance(option, click.Option) and context is not None and option.name and option.envvar:
            given = context.get_parameter_source(option.name)
            if given is ParameterSource.ENVIRONMENT:
                error.param_hint = f"'{option.envvar}'"
            else:
                # click would name the variable although the value was typed.
                option_hint = " / ".join(option.opts)
                error.param_hint = f"'{option_hint}'"
        raise
