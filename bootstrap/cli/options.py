"""The options that several commands share, collected into one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from bootstrap.cli import candidates

F = TypeVar("F", bound=Callable[..., Any])

_FILES = (
    click.option("--event", "event_path", type=click.Path(path_type=Path), default=Path("event.yaml"),
                 show_default=True, help="What is prepared."),
    click.option("--accounts", "roster_path", type=click.Path(path_type=Path), default=Path("accounts.csv"),
                 show_default=True, help="Who gets an account."),
)  # fmt: skip
_OUTPUT = (
    click.option("--output", type=click.Choice(["auto", "tty", "plain", "json"]), default="auto", show_default=True,
                 help="tty: live view; plain: a line a change; json: NDJSON on stdout."),
)  # fmt: skip
_NAMED = (click.argument("teams", nargs=-1, metavar="[TEAM]...", shell_complete=candidates.teams),)
_ONE_TEAM = (
    click.argument("teams", metavar="TEAM", shell_complete=candidates.teams, callback=lambda _, __, name: (name,)),
)  # fmt: skip
_ROLE = (
    click.option("--role", type=click.Choice(["participant", "support"]), default="participant", show_default=True,
                 help="participant: what the team may do; support: look at everything, stop and start what runs."),
)  # fmt: skip
_JOURNAL = (
    click.option("--journal", metavar="FILE|URL", envvar="EVENT_BOOTSTRAP_JOURNAL", help="Where outcomes are kept: "
                 "a file, or postgresql://... for operators who share it.  [default: .event-bootstrap/journal.sqlite "
                 "beside event.yaml]"),
)  # fmt: skip
_TEAMS = (
    *_NAMED,
    click.option("--failed", is_flag=True, help="Only teams whose own last outcome was not ready."),
    *_JOURNAL,
)  # fmt: skip
_JOBS = (
    click.option("--jobs", type=click.IntRange(1, 256), default=32, show_default=True,
                 help="Accounts worked on at once."),
)  # fmt: skip
_STEPS = (
    click.option("--step", "only", multiple=True, metavar="NAME", shell_complete=candidates.steps,
                 help="Only this step (repeatable): a kind like stack, or one like stack:roles."),
    click.option("--from", "start", metavar="NAME", shell_complete=candidates.steps,
                 help="This step and all that comes after it."),
    *_JOBS,
)  # fmt: skip

_SCENARIO = (
    click.option("--scenario", default="ordinary", show_default=True, metavar="NAME|FILE",
                 shell_complete=candidates.scenarios,
                 help="ordinary, today, bad-day, quota-drought, throttled, or a YAML file of your own."),
)  # fmt: skip


_SERVED = (
    click.option("--host", default="127.0.0.1", show_default=True,
                 help="Address to listen on; beyond this machine with TLS only."),
    click.option("--name", metavar="NAME", help="What browsers call this server: the name in its certificate."),
    click.option("--tls-cert", "certificate", type=click.Path(path_type=Path),
                 help="PEM file: the certificates' chain."),
    click.option("--tls-key", "key", type=click.Path(path_type=Path),
                 help="PEM file: the key that belongs to it."),
)  # fmt: skip


_TAKE_OVER = (
    click.option("--take-over", is_flag=True, help="Also accounts that another operator works on; that "
                 "run stops there."),
)  # fmt: skip


def _stack(options: tuple[Callable[[Any], Any], ...]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


scenario = _stack(_SCENARIO)
# For commands that write to accounts.
take_over = _stack(_TAKE_OVER)
journal = _stack(_JOURNAL)
role = _stack(_ROLE)
output = _stack(_OUTPUT)
files = _stack((*_FILES, *_OUTPUT))


def teams(command: str) -> Callable[[F], F]:
    """Options that choose teams; the command is called with a `Choice` first, and with its own options."""
    return _choosing(command, (*_TEAMS, *_FILES, *_OUTPUT))


def named(command: str) -> Callable[[F], F]:
    """As `teams`, for a command that visits no account."""
    return _choosing(command, (*_NAMED, *_JOURNAL, *_FILES))


def one_team(command: str) -> Callable[[F], F]:
    """For a command about the account of one team; called with a `Choice` first."""
    return _choosing(command, (*_ONE_TEAM, *_JOURNAL, *_FILES))


def chosen(command: str) -> Callable[[F], F]:
    """As `teams`, and how many accounts are worked on at once."""
    return _choosing(command, (*_TEAMS, *_JOBS, *_FILES, *_OUTPUT))


def steps(command: str) -> Callable[[F], F]:
    """As `teams`, and the options that choose steps."""
    return _choosing(command, (*_TEAMS, *_STEPS, *_FILES, *_OUTPUT))


def served(port: int) -> Callable[[F], F]:
    """Where pages are reached; the command is called with a checked `address`. `port`: the usual one."""
    usual = click.option(
        "--port", type=click.IntRange(0, 65535), default=port, show_default=True, help="0 takes a free one."
    )

    def decorate(function: F) -> F:
        @wraps(function)
        def called(
            *args: Any, host: str, port: int, name: str | None, certificate: Path | None, key: Path | None, **rest: Any
        ) -> None:
            from bootstrap.errors import BadInput, Problem

            try:
                from bootstrap.people.web import serving  # noqa: F401
            except ModuleNotFoundError as error:
                fix = "pip install 'event-bootstrap[serve]'"
                raise BadInput([Problem("EB-574", f"the package {error.name} is not installed", fix=fix)]) from None
            from bootstrap.people.web.address import Address, checked

            function(*args, address=checked(Address(host, port, name, certificate, key)), **rest)

        return _stack((_SERVED[0], usual, *_SERVED[1:]))(cast(F, called))

    return decorate


def _choosing(command: str, options: tuple[Callable[[Any], Any], ...]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        @wraps(function)
        def called(only: tuple[str, ...] = (), start: str | None = None, **typed: Any) -> None:
            from bootstrap.cli.commands.choice import Choice
            from bootstrap.engine.run_kind import RunKind
            from bootstrap.steps.plan import Narrow

            names = {each.name for each in fields(Choice)} & set(typed)
            chosen = {name: typed.pop(name) for name in names}
            function(Choice(RunKind(command), narrow=Narrow(only, start), **chosen), **typed)

        return _stack(options)(cast(F, called))

    return decorate
