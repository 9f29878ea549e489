"""Show what people and their runs did in the accounts; copy that record, and forget people in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import confirming, environment, options
from bootstrap.cli.localized import Localized
from bootstrap.cli.with_parts import WithParts

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=WithParts)
@options.named("journal")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Show only the N newest entries.")
@options.output
def command(choice: Choice, last: int | None) -> None:
    """Show who did what, when, in which account, and the outcome; the newest last. It also shows who is working now.

    TEAM is a name, a pattern or an account id. Each run has an entry for each of its accounts; sign-in links, cards,
    swaps and take-overs have entries of their own. It reads the journal and does not call AWS.

    \b
    Three other uses, each with its own --help:
      event-bootstrap journal day                  raised hands, answer times and the survey of the day
      event-bootstrap journal copy FROM TO         copy the journal to another database
      event-bootstrap journal forget               remove what is about people

    \b
    Examples:
      event-bootstrap journal team-7
      event-bootstrap journal --last 20
    """
    from bootstrap.cli.commands import journal

    journal.show(choice, last, environment.parts(command))


assert isinstance(command, WithParts)


@command.part
@click.command("copy", cls=Localized, short_help="Copy the journal to another database")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="[TO]", envvar="EVENT_BOOTSTRAP_JOURNAL")
@click.option("--move", is_flag=True, help="Afterwards refuse every use of FROM, and name TO there.")
@click.option("--while-running", is_flag=True, help="Copy although runs go on, which will record more in FROM.")
@options.output
def copy(source: str, target: str, move: bool, while_running: bool, output: str) -> None:
    """Copy the journal FROM one database TO another: a SQLite file, or postgresql://... TO may be left out if
    EVENT_BOOTSTRAP_JOURNAL names it.

    Everything in it is copied, of all events, as it is at one moment, or nothing is. Then both are compared by the
    number of their entries and by digests. The same copy again adds what is new. A database that has other entries is
    refused. It does not call AWS.

    \b
    Examples:
      event-bootstrap journal copy .event-bootstrap/journal.sqlite postgresql://operator@db.example.org/journal --move
      event-bootstrap journal copy postgresql://operator@db.example.org/journal after.sqlite

    Exit codes: 0 copied, 1 the copy differs or a database does not answer, 2 bad input.
    """
    from bootstrap.cli.commands import journal_copy

    sys.exit(journal_copy.copy(source, target, move, while_running, output))


@command.part
@click.command("forget", cls=Localized, short_help="Remove what is about people, and prove it")
@options.about_event("journal")
@click.option("--apply", "apply_", is_flag=True, help="Remove what is listed. Without this option nothing is changed.")
@options.confirm
@options.output
def forget(choice: Choice, apply_: bool, confirm: str | None) -> None:
    """Show what is about people in the event's journal and folder; with --apply, remove it and prove that it is gone.

    In the journal a number takes the place of each name, and the teams' codes and past leases are deleted. Cards,
    codes, old rosters and rehearsals in .event-bootstrap are deleted; in reports, certificates, accounts.csv and
    event.yaml names and mail addresses are replaced. Names of teams, accounts, times and outcomes are kept. Then every
    file and every entry is searched for each removed value. Uploads and votes are in AWS: `sweep` deletes them.

    \b
    Examples:
      event-bootstrap journal forget               only look
      event-bootstrap journal forget --apply       after the event and its sweep

    Exit codes: 0 nothing about people is left, 1 something is left, 2 bad input.
    """
    if apply_:
        confirming.unattended(confirm)
    from bootstrap.cli.commands import journal_forget

    sys.exit(journal_forget.forget(choice, apply_, confirm))


@command.part
@click.command("day", cls=Localized, short_help="Show raised hands, answer times and the survey of the day")
@options.about_event("journal")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Path of an HTML page to write as well; it can be opened without a network.",
)
@options.output
def day(choice: Choice, page: Path | None) -> None:
    """Show how many hands were raised and what for, how long teams waited, and what they answered in the survey.

    It reads the journal and does not call AWS. The survey has no names; what was written is shown as it was written.

    \b
    Examples:
      event-bootstrap journal day
      event-bootstrap journal day --html day.html --lang zh
    """
    from bootstrap.cli.commands import journal_day

    journal_day.show(choice, page)
