"""The command line: parse, call, show. Commands load when they are named, so that --help starts fast."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import redirect_stderr, suppress
from importlib import import_module
from typing import NoReturn

import click

_COMMANDS = {
    "init": "write a commented accounts.csv and event.yaml to start from",
    "validate": "check accounts.csv, event.yaml and labs/; files only",
    "quotas": "show the quotas that matter, or request what is missing",
    "plan": "look at every account and say what provision would do; writes nothing",
    "provision": "give every account what it lacks, until each is ready",
    "doctor": "what is wrong in one team's account, what it means, and what fixes it",
    "repair": "fix what doctor finds, asking where a team may have work",
    "sweep": "after the event: show what is left, with --apply remove it and prove it gone",
    "swap": "move a team to a spare account of the roster",
    "handouts": "printable cards for the teams, and the codes that open their join page",
    "console": "sign in to a team's AWS console",
    "credentials": "a team's credentials for the AWS CLI (credential_process)",
    "status": "who was ready at the last run, and why the others were not",
    "journal": "who did what, when, in which account, and how it ended",
    "serve": "show the status live in browsers, also on a projector",
    "label": "lab 1 where Ground Truth refuses: a labelling page for one team",
    "rehearse": "run the main job against a simulated AWS",
    "simulate": "keep a simulated AWS up on this machine",
    "explain": "say more about an error code",
    "schema": "print a JSON Schema: of event.yaml and its like, for editors, or of --output json",
    "completion": "let bash, zsh or fish complete commands, teams, steps and codes",
}
# The variable by which a shell's completion script asks, as click names it.
COMPLETE = "_EVENT_BOOTSTRAP_COMPLETE"


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"bootstrap.cli.{cmd_name}").command
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language that the environment asks for."""
        from bootstrap.cli.localized import translated

        with translated(self):
            super().format_help(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table, so that --help need not load every command."""
        from bootstrap.report import translations

        words = translations.catalogue(translations.current())
        with formatter.section(words.gettext("Commands")):
            formatter.write_dl([(name, words.gettext(said)) for name, said in _COMMANDS.items()])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="event-bootstrap", message="%(prog)s %(version)s")
def _group() -> None:
    """Prepare the AWS accounts of a SageMaker competition day, and prove each one ready.

    \b
    First time:   event-bootstrap init; edit both files; event-bootstrap validate
    Weeks before: event-bootstrap quotas --request
    Days before:  event-bootstrap plan; event-bootstrap provision
    On the day:   event-bootstrap doctor TEAM; event-bootstrap repair TEAM
    Afterwards:   event-bootstrap sweep; event-bootstrap sweep --apply
    Offline:      event-bootstrap rehearse
    """


def _complete() -> NoReturn:
    """Answer a shell; what goes wrong meanwhile, such as no accounts.csv, has no place between what is typed."""
    with suppress(Exception), redirect_stderr(io.StringIO()):
        _group.main(prog_name="event-bootstrap", complete_var=COMPLETE)
    sys.exit(1)


def main() -> None:
    """The command `event-bootstrap`; exits 0 ready, 1 failed, 2 bad input, 3 still waiting, 130 interrupted."""
    from bootstrap.errors import INTERRUPTED, NothingToDo, Stop

    if COMPLETE in os.environ:
        _complete()
    from bootstrap.report import translations

    translations.use(translations.of_environment(os.environ))

    # botocore's models are a large heap: to look for garbage in it, over and over, is a tenth of a run.
    gc.set_threshold(50_000, 20, 100)
    try:
        sys.exit(_group.main(standalone_mode=False, prog_name="event-bootstrap"))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except NothingToDo as nothing:
        click.echo(str(nothing), err=True)
        sys.exit(nothing.exit_code)
    except Stop as stop:
        from bootstrap.report import problems

        problems.show(stop)
        sys.exit(stop.exit_code)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; there is nobody left to tell.
        sys.stderr.close()
        sys.exit(1)
