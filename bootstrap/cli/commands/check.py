"""The command `check`: everything that can be wrong before a run, at once. Reads only."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from functools import partial

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.doctor import day_access, way_in
from bootstrap.doctor.finding import Diagnosis, Finding, Severity, in_order
from bootstrap.doctor.way_in import RowSeen
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import day_access_table, problems
from bootstrap.report import diagnosis as view
from bootstrap.report.progress import Unhurried
from bootstrap.report.translations import shown


def check(choice: Choice, all_of_it: bool) -> int:
    """Look at this machine, the operator's account and the way into each chosen account; return the exit code."""
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    place = real_place(inputs.event, False, choice.jobs)
    ask_for_codes(place.access, accounts, inputs.event.region)
    begun = time.monotonic()
    sessions = Sessions(place.access, place.clock, Limiter())
    opened = [sessions.open(each) for each in accounts]
    found: list[Finding] = list(way_in.local(sessions, inputs.event, accounts, place.clock.now()))
    # Without credentials no call is worth its time-out: each would say the same again.
    if any(each.severity is Severity.TROUBLE and each.about == "credentials" for each in found):
        found.append(Finding(Severity.UNSEEN, "access", msg("not examined: there are no credentials to ask with")))
    else:
        hub = next((each for each in opened if each.account.profile is None), opened[0])
        found += way_in.hub(hub.beside(), inputs.event)
        tasks = [partial(way_in.row, session, inputs.event, session.account) for session in opened]
        found += way_in.together(_rows(place, tasks, choice.jobs))
    examined = tuple(dict.fromkeys(each.about for each in found if each.severity is not Severity.UNSEEN))
    calls = sum(each.calls.total() for each in opened)
    diagnosis = Diagnosis(
        "", "", inputs.event.region, inputs.event.name, place.clock.now(), in_order(found), examined,
        time.monotonic() - begun, calls,
    )  # fmt: skip
    if choice.output != "json":
        for line in day_access_table.lines(day_access.of(sessions, inputs.event, accounts, place.clock.now())):
            problems.print_to(sys.stdout, line)
        problems.print_to(sys.stdout, "")
    view.show_check(sys.stdout, diagnosis, len(accounts), choice.output, all_of_it)
    return diagnosis.exit_code


def _rows(place: Place, tasks: Sequence[partial[RowSeen]], jobs: int) -> list[RowSeen]:
    progress, rows = Unhurried(sys.stderr), []
    for seen in place.clock.each(tasks, jobs):
        rows.append(seen)
        progress(msg("accounts"), len(rows), len(tasks))
    return rows


def beforehand(inputs: Inputs, accounts: Sequence[TeamAccount], place: Place) -> None:
    """Say on stderr what is wrong on this machine; nothing if all is well. AWS is called only to sign in."""
    sessions = Sessions(place.access, place.clock, Limiter())
    for each in way_in.local(sessions, inputs.event, accounts, place.clock.now()):
        if each.severity is Severity.TROUBLE:
            line = msg("note: {what}", what=msg("{code} {what}", code=each.code, what=each.seen))
            problems.print_to(sys.stderr, shown(line))
