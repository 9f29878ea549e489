"""The commands `hold` and `release`: keep commands that write away from accounts. AWS is not called."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import closing

from bootstrap.cli.commands.choice import Choice, journal_of, read
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.engine.hold import Hold
from bootstrap.errors import BadInput, NothingToDo, Problem
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
from bootstrap.event.roster.selection import meant, select
from bootstrap.journal import holds, journal, operators
from bootstrap.journal.holds import HeldAccount, Holds
from bootstrap.report import holds_table, problems
from bootstrap.report.translations import shown

_LONGEST = 200


def hold(choice: Choice, reason: str | None) -> None:
    """Put the chosen accounts on hold, or list those that are if no team is named.

    Raises BadInput: EB-401 for an unknown team, EB-736 for a reason that is missing or too long.
    """
    if not choice.teams and reason is None:
        holds_table.show(choice.output, _all(choice))
        return
    said = _checked(choice, reason)
    inputs = read(choice)
    accounts = select(inputs.accounts, choice.teams, out_of_use=True)
    made = Hold(said, operators.here(), time.time())
    with closing(Holds(choice.journal_path, inputs.event.name)) as kept:
        kept.put([(each.team, each.account_id) for each in accounts], made)
        on_hold = [each for each in kept.all() if each.account_id in {other.account_id for other in accounts}]
    recorded = journal_of(choice)
    try:
        for each in accounts:
            words = msg("put on hold: {reason}", reason=said)
            recorded.act("hold", inputs.event.name, words, team=each.team, account_id=each.account_id)
        working = recorded.at_work(inputs.event.name)
    finally:
        tell_troubles(recorded.close())
    holds_table.show(choice.output, on_hold)
    for each in accounts:
        if holder := working.get(each.account_id):
            line = msg("{actor} is working in {team} ({command}); that run stops there within 20 seconds",
                       actor=holder.actor, team=each.team, command=holder.command)  # fmt: skip
            problems.print_to(sys.stderr, shown(line))


def release(choice: Choice) -> None:
    """End the holds on the named accounts; they need not be in the roster any more.

    Raises BadInput (EB-736) if no team is named, NothingToDo if no such account is on hold.
    """
    if not choice.teams:
        fix = msg("Name the teams: {command}", command="event-bootstrap release TEAM")
        raise BadInput([Problem("EB-736", msg("no team is named"), fix=fix)])
    held = [each for each in _all(choice) if meant(each.team, each.account_id, choice.teams)]
    if not held:
        # A name that no row of the roster has is a mistake.
        inputs = read(choice)
        select(inputs.accounts, choice.teams, out_of_use=True)
        raise NothingToDo(msg("nothing to do: no such account is on hold"))
    event_name = event_file.read(choice.event_path).name
    with closing(Holds(choice.journal_path, event_name)) as kept:
        kept.release([each.account_id for each in held])
    recorded = journal_of(choice)
    try:
        for each in held:
            words = msg("released; it was {hold}", hold=each.hold.words)
            recorded.act("release", event_name, words, team=each.team, account_id=each.account_id)
    finally:
        tell_troubles(recorded.close())
    holds_table.show_released(choice.output, held)


def _all(choice: Choice) -> Sequence[HeldAccount]:
    if not journal.exists(choice.journal_path):
        return ()
    with closing(holds.Holds(choice.journal_path, event_file.read(choice.event_path).name)) as kept:
        return kept.all()


def _checked(choice: Choice, reason: str | None) -> str:
    found = []
    if not choice.teams:
        fix = msg("Name the teams: {command}", command='event-bootstrap hold TEAM --reason "..."')
        found.append(Problem("EB-736", msg("no team is named"), fix=fix))
    said = (reason or "").strip()
    if not said or len(said) > _LONGEST or not said.isprintable():
        fix = msg("Say in one line why, for whoever meets this account next")
        what = msg("a hold needs a reason of 1 to {longest} characters in one line", longest=_LONGEST)
        found.append(Problem("EB-736", what, "--reason", fix=fix))
    if found:
        raise BadInput(found)
    return said
