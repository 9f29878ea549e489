"""Options that several commands share, collected into one Choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from bootstrap.aws import call_log
from bootstrap.cli import candidates

F = TypeVar("F", bound=Callable[..., Any])

_FILES = (
    click.option("--event", "event_path", type=click.Path(path_type=Path), default=Path("event.yaml"),
                 show_default=True, help="Path of the event file: what is prepared, where and when."),
    click.option("--accounts", "roster_path", type=click.Path(path_type=Path), default=Path("accounts.csv"),
                 show_default=True, help="Path of the roster: one account in each row."),
)  # fmt: skip
_OUTPUT = (
    click.option("-o", "--output", type=click.Choice(["auto", "tty", "plain", "json"]), default="auto",
                 show_default=True, callback=lambda _, __, form: _form(form),
                 help="Output format. tty: a live view; plain: one line for each change; json: NDJSON on stdout; "
                 "auto: tty in a terminal, else plain."),
)  # fmt: skip
_NAMED = (click.argument("teams", nargs=-1, metavar="[TEAM]...", shell_complete=candidates.teams),)
_ONE_TEAM = (
    click.argument("teams", metavar="TEAM", shell_complete=candidates.teams, callback=lambda _, __, name: (name,)),
)  # fmt: skip
_ROLE = (
    click.option("--role", type=click.Choice(["participant", "support"]), default="participant", show_default=True,
                 help="Permissions to sign in with. participant: what the team may do; support: read everything, "
                 "stop and start what runs."),
)  # fmt: skip
_JOURNAL = (
    click.option("--journal", metavar="FILE|URL", help="Database in which runs are "
                 "recorded: a SQLite file, or postgresql://... to share it with other operators.  "
                 "[default: .event-bootstrap/journal.sqlite beside event.yaml]"),
)  # fmt: skip
_TEAMS = (
    *_NAMED,
    click.option("--failed", is_flag=True, help="Select only teams that were not ready at their last visit (sweep: "
                 "not clean)."),
    *_JOURNAL,
)  # fmt: skip
_JOBS = (
    click.option("--jobs", type=click.IntRange(1, 256), default=32, show_default=True,
                 help="Number of accounts to work on at the same time."),
)  # fmt: skip
_STEPS = (
    click.option("--step", "only", multiple=True, metavar="NAME", shell_complete=candidates.steps,
                 help="Run only this step: one such as stack:roles, or all of a kind such as stack. Can be given "
                 "several times."),
    click.option("--from", "start", metavar="NAME", shell_complete=candidates.steps,
                 help="Run this step and every step that depends on it."),
    *_JOBS,
)  # fmt: skip

_SCENARIO = (
    click.option("--scenario", default="ordinary", show_default=True, metavar="NAME|FILE",
                 shell_complete=candidates.scenarios,
                 help="Scenario to simulate: ordinary, today, bad-day, quota-drought, short-of-gpus, throttled, or a "
                 "YAML file of your own."),
)  # fmt: skip


_SERVED = (
    click.option("--host", default="127.0.0.1", show_default=True,
                 help="Address to listen on. TLS is required if other machines can reach it."),
    click.option("--name", metavar="NAME", help="Host name that browsers use: the one in the certificate."),
    click.option("--tls-cert", "certificate", type=click.Path(path_type=Path),
                 help="PEM file with the TLS certificate and its chain."),
    click.option("--tls-key", "key", type=click.Path(path_type=Path),
                 help="PEM file with the private key of the certificate."),
    click.option("--proxy", "proxies", metavar="CIDR", multiple=True, help="Address or network of a proxy that is "
                 "trusted to name the client (X-Forwarded-For, X-Forwarded-Proto). Can be given several times."),
)  # fmt: skip


_YES = (
    click.option("--yes", is_flag=True, help="Do not ask before going on (for scripts)."),
)  # fmt: skip
_CONFIRM = (
    click.option("--confirm", metavar="EVENT", help="Name of the event, to confirm without being asked (for scripts)."),
)  # fmt: skip
_DETAILED = (
    click.option("--detailed-exitcode", "detailed", is_flag=True, help="Exit with 3 instead of 0 if there is something "
                 "to do or to wait for (for scripts)."),
)  # fmt: skip
_TAKE_OVER = (
    click.option("--take-over", is_flag=True, help="Take over accounts that another operator is working on; their "
                 "run stops there."),
)  # fmt: skip


def _stack(options: tuple[Callable[[Any], Any], ...]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


scenario = _stack(_SCENARIO)
# For commands that write to AWS.
take_over = _stack(_TAKE_OVER)
# For commands that ask (`confirming`): the first for those that go on, the second for those that delete.
yes = _stack(_YES)
# For commands that only look at what another one does.
detailed = _stack(_DETAILED)
confirm = _stack(_CONFIRM)
journal = _stack(_JOURNAL)
jobs = _stack(_JOBS)
role = _stack(_ROLE)
output = _stack(_OUTPUT)
event_file = _stack((_FILES[0],))
event = _stack((_FILES[0], *_OUTPUT))
files = _stack((*_FILES, *_OUTPUT))


def before_command() -> list[click.Option]:
    """Return new options that may stand before the command, of those that several commands have."""

    def nothing() -> None: ...

    made: Any = _stack((*_FILES, *_JOURNAL, *_OUTPUT))(nothing)
    return list(reversed(made.__click_params__))


def _form(form: str) -> str:
    from bootstrap.report import problems

    # Lines about calls would chase the live view over the screen.
    return problems.use("plain" if form == "auto" and call_log.on() else form)


def teams(command: str) -> Callable[[F], F]:
    """Add the options that select teams; the command is called with a `Choice` first, then with its own options."""
    return _choosing(command, (*_TEAMS, *_FILES, *_OUTPUT))


def named(command: str) -> Callable[[F], F]:
    """Do the same as `teams`, for a command that visits no account."""
    return _choosing(command, (*_NAMED, *_JOURNAL, *_FILES))


def about_event(command: str) -> Callable[[F], F]:
    """Do the same as `named`, for a command about the whole event."""
    return _choosing(command, (*_JOURNAL, *_FILES))


def one_team(command: str) -> Callable[[F], F]:
    """Add the options of a command about one team's account, which is called with a `Choice` first."""
    return _choosing(command, (*_ONE_TEAM, *_JOURNAL, *_FILES))


def chosen(command: str) -> Callable[[F], F]:
    """Do the same as `teams`, with --jobs."""
    return _choosing(command, (*_TEAMS, *_JOBS, *_FILES, *_OUTPUT))


def steps(command: str) -> Callable[[F], F]:
    """Do the same as `teams`, with the options that select steps, and --jobs."""
    return _choosing(command, (*_TEAMS, *_STEPS, *_FILES, *_OUTPUT))


def served(port: int) -> Callable[[F], F]:
    """Add the options of a web server; the command is called with a checked `address`. `port`: the default port.

    Raises BadInput: EB-574 if the packages for it are not installed, and as `address.checked`.
    """
    usual = click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=port,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    )

    def decorate(function: F) -> F:
        @wraps(function)
        def called(
            *args: Any,
            host: str,
            port: int,
            name: str | None,
            certificate: Path | None,
            key: Path | None,
            proxies: tuple[str, ...],
            **rest: Any,
        ) -> None:
            from bootstrap.cli.installed import check_pages

            check_pages()
            from bootstrap.people.web.address import Address, checked

            function(*args, address=checked(Address(host, port, name, certificate, key, proxies)), **rest)

        return _stack((_SERVED[0], usual, *_SERVED[1:]))(cast(F, called))

    return decorate


def _choosing(command: str, options: tuple[Callable[[Any], Any], ...]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        @wraps(function)
        def called(only: tuple[str, ...] = (), start: str | None = None, **typed: Any) -> None:
            from bootstrap.cli.commands.choice import Choice
            from bootstrap.engine.run_kind import RunKind
            from bootstrap.steps.wishes import Narrow

            names = {each.name for each in fields(Choice)} & set(typed)
            chosen = {name: typed.pop(name) for name in names}
            function(Choice(RunKind(command), narrow=Narrow(only, start), **chosen), **typed)

        return _stack(options)(cast(F, called))

    return decorate
