"""The command `status`: where an event stands, once, as a page, or again on every change. AWS is not called."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from bootstrap.cli import streams
from bootstrap.cli.commands.choice import Choice, chosen, opened_journal, read
from bootstrap.cli.commands.follow import Follower, StandingReader, untouched
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import prices
from bootstrap.journal import journal
from bootstrap.journal.standing import Standing
from bootstrap.report import night, problems, reminders, status_page, status_table
from bootstrap.report.status_live import StatusView
from bootstrap.report.translations import shown

# Seconds between two reads of the journal.
_EVERY = 2.0


def tell(choice: Choice, page: Path | None = None, language: str = "en", each: bool = False) -> int:
    """Show it, and write it to `page` if given; return the exit code. `each`: a row for each team.

    Raises BadInput (EB-575) if the page cannot be written.
    """
    inputs = read(choice)
    if not journal.exists(choice.journal_path):
        # In the weeks before the event nothing has run yet, and something may be late already.
        nothing = untouched(choice, inputs, chosen(choice, inputs))
        status_table.show_due(choice.output, reminders.due(inputs.event.schedule, nothing, time.time()))
    opened_journal(choice).close()
    standing = StandingReader(choice, inputs, chosen(choice, inputs)).read()
    regions = {each.account_id: each.region for each in inputs.accounts}
    now, table = time.time(), prices.read(inputs.event.folder)
    asleep = night.night(inputs.event, regions, standing, now, table)
    due = reminders.due(inputs.event.schedule, standing, now)
    status_table.show(choice.output, standing, now, each=each, asleep=asleep, due=due)
    if page is not None:
        try:
            spares = frozenset(each.account_id for each in inputs.accounts if each.spare)
            status_page.write(page, standing, language, spares)
        except OSError as error:
            cause = error.strerror or str(error)
            raise BadInput([Problem("EB-575", msg("the page cannot be written"), str(page), cause)]) from None
        problems.print_to(sys.stderr, shown(msg("page: {path}", path=page)))
    return standing.summary.exit_code


def follow(choice: Choice, sleep: Callable[[float], None] = time.sleep) -> None:
    """Show it, and again on every change, until Ctrl-C (KeyboardInterrupt) or the reader of stdout ends."""
    read(choice)
    opened_journal(choice).close()
    follower = Follower(choice)
    if choice.output == "tty" or (choice.output == "auto" and sys.stdout.isatty()):
        _follow_live(follower, choice.output, sleep)
    while not streams.unread():
        standing = follower()
        if standing is not None:
            status_table.show(choice.output, standing, time.time())
        sleep(_EVERY)


def _follow_live(follower: Follower, output: str, sleep: Callable[[float], None]) -> None:
    """Draw it again after every read, because the ages in it grow."""
    view = StatusView(sys.stdout)
    standing: Standing | None = None
    try:
        while True:
            standing = follower() or standing
            if standing is not None:
                view.show(standing, time.time())
            sleep(_EVERY)
    finally:
        view.stop()
        if standing is not None:
            # What was last seen stays on the terminal.
            status_table.show(output, standing, time.time())
