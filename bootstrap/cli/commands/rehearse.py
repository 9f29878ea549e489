"""The command `rehearse`: provision, and the labs or a sweep after it, against a simulated AWS in virtual time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bootstrap.aws.sessions import access_of
from bootstrap.cli.commands.choice import Choice, read
from bootstrap.cli.commands.forecast import Outlook
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.reported import make_folder, reported
from bootstrap.cli.installed import check_pages
from bootstrap.engine.clock import RealClock, VirtualClock
from bootstrap.engine.engine import run_virtual
from bootstrap.engine.outcomes import Summary
from bootstrap.engine.queue import Queue
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import READY
from bootstrap.errors.message import msg
from bootstrap.event import mornings, prices, waves
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.rehearsal import made_up_teams, waiting
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.rehearsal.labs import playing
from bootstrap.report import problems
from bootstrap.report.translations import shown
from bootstrap.sweep.plan import Sweep

REHEARSAL_SLOTS = 64
# Seconds until what participants find in place exists: a stack with a notebook takes some minutes.
_SETTLED = 3600.0


@contextmanager
def in_rehearsal(inputs: Inputs, scenario: str, seed: int) -> Iterator[tuple[Place, rehearsal.Simulated]]:
    """Start a simulated AWS with virtual time, three days before the event opens."""
    outlook = outlook_of(inputs)
    start = rehearsal.start_of(inputs.event)
    world = rehearsal.world(inputs.event, inputs.accounts, scenario, seed, start)
    with rehearsal.simulated(world, meanwhile=rehearsal.get_ready) as simulated:
        run = f"rehearsal-{Path(scenario).stem}-{seed}"
        place = virtual_place(inputs.event, simulated, start, run, scenario)
        yield replace(place, outlook=outlook), simulated


def outlook_of(inputs: Inputs) -> Outlook:
    """Return the input of a forecast. Raises BadInput for a prices.yaml that cannot be used."""
    now = datetime.fromtimestamp(RealClock().now(), UTC)
    return Outlook(inputs.event, inputs.accounts, prices.read(inputs.event.folder), now)


def virtual_place(
    event: Event, simulated: rehearsal.Simulated, start: float, run: str, scenario: str, slots: int = REHEARSAL_SLOTS
) -> Place:
    """Return a place in virtual time, over a simulator that is running."""
    clock = VirtualClock(start, simulated.move)
    access = replace(
        access_of(event, write=True),
        endpoint_url=simulated.url,
        operator_keys=rehearsal.OPERATOR_KEYS,
        made=partial(waiting.live_through, clock),
    )

    def drive(board: Queue, tick: Callable[[float], None]) -> bool:
        try:
            run_virtual(board, clock, slots, tick)
        except KeyboardInterrupt:
            board.interrupt(clock.now())
            return False
        return True

    return Place(access, clock, drive, run, "rehearsal", scenario, told=simulated.portless)


def rehearse(choice: Choice, scenario: str, seed: int, teams: int | None = None, through: str = "provision") -> int:
    """Rehearse provision, and with `through` also the labs or the sweep; return the exit code.

    `teams`: number of teams, first those of the roster, then made-up ones; None: those of the roster.
    """
    inputs = read(choice)
    if teams is not None:
        accounts = made_up_teams.of_size(teams, inputs.event, inputs.accounts, taken=(rehearsal.HUB_ACCOUNT,))
        inputs = replace(inputs, accounts=accounts, event=waves.dealt(inputs.event, accounts))
    inputs = replace(inputs, accounts=tuple(each for each in inputs.accounts if not each.out_of_use))
    # Profiles lead into the real AWS; the operator of the simulated one needs none.
    inputs = replace(inputs, accounts=tuple(replace(each, profile=None) for each in inputs.accounts))
    played = playing.team_to_play(inputs) if through == "labs" else None
    folder = choice.folder / "rehearsal"
    make_folder(folder)
    journal = folder / "journal.sqlite"
    journal.unlink(missing_ok=True)
    if through == "day":
        check_pages()
        from bootstrap.cli.commands import day

        choice, inputs = day.roster_for(choice, inputs, folder)
    with in_rehearsal(inputs, scenario, seed) as (place, simulated):
        if through == "sweep":
            _participate(inputs, simulated, "before")
            _pass(place, simulated, _SETTLED)
        summary = reported(choice, inputs, inputs.accounts, place, folder / "report.html", str(journal))
        if expected := simulated.expected():
            problems.print_to(sys.stderr, shown(_compared(summary, scenario, *expected)))
        if through != "provision" and inputs.event.notebook.ready == "morning":
            summary = _on_the_morning(choice, inputs, place, simulated, folder)
        if through == "sweep":
            return _swept(choice, inputs, place, simulated, folder).exit_code
        if through == "day" and summary.exit_code == READY:
            _pass(place, simulated, inputs.event.schedule.opens.timestamp() - place.clock.now())
            return day.play(choice, inputs, place, simulated)
        if played:
            _pass(place, simulated, inputs.event.schedule.opens.timestamp() - place.clock.now())
            quiet = choice.output == "json"
            return playing.show(inputs, played, summary, place.access, place.clock, simulated, folder / "labs", quiet)
        return summary.exit_code


def _on_the_morning(
    choice: Choice, inputs: Inputs, place: Place, simulated: rehearsal.Simulated, folder: Path
) -> Summary:
    """Provision again on the morning of the event, which starts the notebooks that were stopped until then."""
    _pass(place, simulated, mornings.first(inputs.event.schedule).timestamp() - place.clock.now())
    after = replace(place, run=f"{place.run}-morning", outlook=None)
    return reported(choice, inputs, inputs.accounts, after, folder / "morning.html", str(folder / "journal.sqlite"))


def _swept(choice: Choice, inputs: Inputs, place: Place, simulated: rehearsal.Simulated, folder: Path) -> Summary:
    """Let simulated participants play the day of the event, then sweep."""
    opens, closes = inputs.event.schedule.opens, inputs.event.schedule.closes
    for part, moment in (("opens", opens), ("noon", opens + (closes - opens) / 2), ("closes", closes)):
        _pass(place, simulated, moment.timestamp() - place.clock.now())
        _participate(inputs, simulated, part)
    swept = replace(choice, kind=RunKind.SWEEP_APPLY, sweep=Sweep(everywhere=True))
    after = replace(place, run=f"{place.run}-sweep", outlook=None)
    return reported(swept, inputs, inputs.accounts, after, folder / "sweep.html", str(folder / "journal.sqlite"))


def _pass(place: Place, simulated: rehearsal.Simulated, seconds: float) -> None:
    place.clock.sleep(max(0.0, seconds))
    simulated.move(place.clock.now())


def _participate(inputs: Inputs, simulated: rehearsal.Simulated, part: str) -> None:
    problems.print_to(sys.stderr, shown(msg("simulated participants are working: {part}", part=part)))
    for account in inputs.accounts:
        simulated.participate(part, account.account_id)


def _compared(summary: Summary, scenario: str, result: str, codes: Sequence[str]) -> str:
    found = sorted({each.code for each in summary.causes if each.code})
    if (str(summary.result), found) == (result, sorted(codes)):
        return msg("result as scenario {scenario} expects: {end}", scenario=scenario, end=_ending(result, found))
    return msg("result differs from what scenario {scenario} expects; result: {end}; expected: {expected}",
               scenario=scenario, end=_ending(str(summary.result), found), expected=_ending(result, codes))  # fmt: skip


def _ending(result: str, codes: Sequence[str]) -> str:
    return f"{result}, {', '.join(sorted(codes))}" if codes else result
