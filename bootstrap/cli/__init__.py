"""The command line. A command's module is imported when the command is named, so that --help starts fast."""

from __future__ import annotations

from bootstrap.cli import quiet_start  # isort: split

import gc
import io
import os
import signal
import sys
import threading
from contextlib import redirect_stderr, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.shell_completion import CompletionItem

from bootstrap.aws import call_log
from bootstrap.cli import environment, log_lines, options, streams
from bootstrap.cli.localized import Context, before_command, clicks_words, everywhere, say, translated, typed_language
from bootstrap.errors.message import msg
from bootstrap.report import translations

if TYPE_CHECKING:
    from bootstrap.journal.database_secret import ServerSecret

_COMMANDS = {
    "init": "Write starter files: accounts.csv and event.yaml, with comments",
    "accounts": "Take accounts into accounts.csv: from an organization or any CSV file",
    "validate": "Check accounts.csv, event.yaml and labs/ without calling AWS",
    "lab": "Make a lab of your own, and test that it can be done",
    "dataset": "Show the pictures that teams will get, as one page",
    "check": "Check your credentials, this machine and the way into every account",
    "quotas": "Show quotas; with --request, request those that are missing",
    "plan": "Show what provision would do in each account; change nothing",
    "provision": "Create what is missing in the accounts until they are ready",
    "doctor": "Show what is wrong in a team's account, why, and how to fix it",
    "repair": "Fix what doctor finds; ask before changing a team's work",
    "sweep": "Show what is left after the event; with --apply, delete it",
    "swap": "Move a team to a spare account",
    "calendar": "Write the days on which something must be done, for your calendar",
    "hold": "Keep every command but look-ups away from a team's account",
    "release": "End the hold on a team's account",
    "handouts": "Write printable cards and the codes of the teams' join page",
    "staff": "Give staff and judges a code each for the pages of serve",
    "console": "Open the AWS console of a team's account",
    "credentials": "Print credentials of a team's account for the AWS CLI and SDKs",
    "spend": "Show what runs and costs now, team by team; with --stop, stop it",
    "status": "Show who was ready at the last run, and why others were not",
    "journal": "Show who did what, when, in which account, and the outcome",
    "serve": "Show the status live in browsers, and a page for each team",
    "venue": "Give a host what it needs to serve the event's pages",
    "label": "Serve a labelling page for a team without Ground Truth",
    "rehearse": "Rehearse the event against a simulated AWS",
    "calibrate": "Measure in real accounts what a rehearsal assumes",
    "simulate": "Run a simulated AWS on this machine",
    "explain": "Explain an error code",
    "schema": "Print a JSON Schema: for editors, or of --output json",
    "completion": "Print the completion script for bash, zsh or fish",
    "version": "Show the version and exit",
}
# Environment variable that a shell's completion script sets; the name is click's.
COMPLETE = "_EVENT_BOOTSTRAP_COMPLETE"
# Commands and an option that go on until Ctrl-C.
_UNTIL_INTERRUPTED = {"serve", "label", "simulate", "--watch"}


class _Commands(click.Group):
    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"bootstrap.cli.{cmd_name}").command
        environment.assign(command, (cmd_name,))
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse what stands before the command, in the language of --lang, else in that of the environment."""
        if (language := typed_language(args)) is not None:
            translations.use(translations.of_terminal(language))
        with clicks_words():
            return super().make_context(info_name, args, parent, **extra)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is named; for an unknown one, suggest the one that was probably meant."""
        name = args[0]
        if name not in _COMMANDS and not ctx.resilient_parsing and not name.startswith("-"):
            from bootstrap.event import suggest

            said = suggest.did_you_mean(msg("there is no command `{name}`", name=name), name, _COMMANDS)
            with clicks_words():
                raise click.UsageError(translations.shown(said), ctx)
        with clicks_words():
            return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that a word can be completed to, without importing any of them."""
        words = translations.catalogue(translations.current())
        found = [(name, said) for name, said in _COMMANDS.items() if name.startswith(incomplete)]
        commands = [CompletionItem(name, help=words.gettext(said)) for name, said in found]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language of the environment."""
        with translated(self, ctx):
            super().format_help(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing any of them."""
        words = translations.catalogue(translations.current())
        with formatter.section(words.gettext("Commands")):
            formatter.write_dl([(name, words.gettext(said)) for name, said in _COMMANDS.items()])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
# click would ask for this help once, in the language of the environment.
@click.version_option(
    None, "-V", "--version", package_name="event-bootstrap", message="%(prog)s %(version)s",
    help="Show the version and exit.",
)  # fmt: skip
def _group() -> None:
    """Prepare, watch and clean up the AWS accounts of a SageMaker competition day.

    \b
    Try it:       event-bootstrap rehearse                         simulated AWS, no account needed
    First:        event-bootstrap init; edit both files; event-bootstrap validate
    Weeks before: event-bootstrap check; event-bootstrap quotas --request
    Days before:  event-bootstrap plan; event-bootstrap provision
    On the day:   event-bootstrap doctor TEAM; event-bootstrap repair TEAM
    Afterwards:   event-bootstrap sweep; event-bootstrap sweep --apply

    Shared options, such as --event and --output, may stand before or after the command.
    """


_group.params.extend(before_command([*options.before_command(), *everywhere()]))


def _complete() -> NoReturn:
    """Answer a shell's request to complete a word. Errors, such as a missing accounts.csv, are not shown: they would
    appear in the command line that is being typed."""
    with suppress(Exception), redirect_stderr(io.StringIO()):
        _group.main(prog_name="event-bootstrap", complete_var=COMPLETE)
    sys.exit(1)


def main() -> None:
    """The command `event-bootstrap`. Exit codes: 0 ready, 1 failed, 2 bad input, 3 still waiting, 130 interrupted."""
    from bootstrap.errors import secret_values
    from bootstrap.journal import database_secret

    translations.use(translations.of_terminal())
    secret_values.hold_variables()
    database_secret.read_with(_database_secret)
    log_lines.take()
    # Python would print a traceback: the text of an exception may hold what is secret.
    threading.excepthook = lambda failed: _unexpected(failed.exc_value) if failed.exc_value else None
    if COMPLETE in os.environ:
        _complete()

    # botocore's models are a large heap; searching it for garbage again and again takes a tenth of a run.
    gc.set_threshold(50_000, 20, 100)
    with streams.standing() as outlets:
        try:
            code = _ended()
            # All is said; who still presses Ctrl-C ends nothing any more.
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        finally:
            call_log.tell(None)
        outlets.flush()
    sys.exit(outlets.exit_code(code))


def _database_secret(name: str, older_than: float | None = None) -> ServerSecret:
    """Read a secret with the credentials of this machine. Raises Refused."""
    from bootstrap.aws import secrets

    return secrets.of_this_machine()(name, older_than)


def _ended() -> int:
    """Run the command that is typed, say why it stopped, and return its exit code."""
    from bootstrap.errors import FAILED, INTERRUPTED, READY, Interrupted, NothingToDo, Stop

    try:
        _group.main(standalone_mode=False, prog_name="event-bootstrap")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else READY
    except click.ClickException as error:
        with clicks_words():
            error.show()
        return error.exit_code
    except Interrupted as stop:
        if stop.args:
            say(stop.args[0], err=True)
        return INTERRUPTED
    except (click.Abort, KeyboardInterrupt):
        # Some commands go on until Ctrl-C: there it is no news.
        if not _UNTIL_INTERRUPTED & set(sys.argv[1:]):
            say(msg("interrupted: nothing more was begun; run the same command again"), err=True)
        return INTERRUPTED
    except NothingToDo as nothing:
        # str() of the exception would drop the message, which can be translated.
        say(nothing.args[0], err=True)
        return nothing.exit_code
    except Stop as stop:
        from bootstrap.report import problems

        problems.show(stop)
        return stop.exit_code
    except Exception as error:
        _refused(error)
        return FAILED
    return READY


def _refused(error: Exception) -> None:
    """Say why AWS, or the AWS configuration of this machine, let no command come to its end; else `_unexpected`."""
    from bootstrap.errors import Problem, Refused, Troubled, catalogue
    from bootstrap.errors.message import Message
    from bootstrap.report import problems

    if not isinstance(error, Refused) and "botocore" in sys.modules:
        from bootstrap.aws import own_configuration

        error = own_configuration.refusal(error) or error
    if isinstance(error, Refused) and (known := catalogue().get(error.code)):
        problems.show(Troubled([Problem(error.code, error.detail, fix=Message(known.fix))]))
    else:
        _unexpected(error)


def _unexpected(error: BaseException) -> None:
    """Say what this machine refused, or what is wrong in the program; without the text of a foreign exception."""
    from bootstrap.errors import Problem, Troubled, bug, own_lines
    from bootstrap.errors.message import msg
    from bootstrap.report import problems

    if isinstance(error, OSError) and error.strerror:
        what = msg("this machine refused to go on: {reason}", reason=error.strerror)
        fix = msg("make room, or allow this user to read and write there; then run the same command again")
        found = Problem("EB-397", what, str(error.filename or ""), fix=fix)
    else:
        fix = msg("run the same command again; if the error comes back, report it with these lines")
        found = Problem("EB-390", bug(error), cause=", ".join(reversed(own_lines(error))), fix=fix)
    problems.show(Troubled([found]))


quiet_start.loaded()
