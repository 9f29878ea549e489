"""Run provision, and with `through` a sweep or the labs, against a simulated AWS in virtual time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bootstrap.aws.sessions import access_of
from bootstrap.cli.commands.choice import Choice, read
from bootstrap.cli.commands.forecast import Outlook
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.reported import make_folder, reported
from bootstrap.engine.clock import VirtualClock
from bootstrap.engine.engine import run_virtual
from bootstrap.engine.outcomes import Summary
from bootstrap.engine.queue import Queue
from bootstrap.engine.run_kind import RunKind
from bootstrap.event import prices
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.rehearsal import made_up_teams
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.rehearsal.labs import playing
from bootstrap.sweep.plan import Sweep

REHEARSAL_SLOTS = 64
# Until what was there before is there: a stack with a notebook takes some minutes.
_SETTLED = 3600.0


@contextmanager
def in_rehearsal(inputs: Inputs, scenario: str, seed: int) -> Iterator[tuple[Place, rehearsal.Simulated]]:
    """A simulated AWS of its own and virtual time, from three days before the event opens."""
    outlook = outlook_of(inputs)
    start = rehearsal.start_of(inputs.event)
    world = rehearsal.world(inputs.event, inputs.accounts, scenario, seed, start)
    with rehearsal.simulated(world, meanwhile=rehearsal.get_ready) as simulated:
        run = f"rehearsal-{Path(scenario).stem}-{seed}"
        place = virtual_place(inputs.event, simulated, start, run, scenario)
        yield replace(place, outlook=outlook), simulated


def outlook_of(inputs: Inputs) -> Outlook:
    """Raises BadInput for a prices.yaml that cannot be used."""
    schedule = inputs.event.schedule
    return Outlook(
        schedule.opens,
        schedule.closes,
        inputs.event.notebook.instance_type,
        {each.account_id: each.region for each in inputs.accounts},
        prices.read(inputs.event.folder),
    )


def virtual_place(
    event: Event, simulated: rehearsal.Simulated, start: float, run: str, scenario: str, slots: int = REHEARSAL_SLOTS
) -> Place:
    """Virtual time over a simulator that is up."""
    clock = VirtualClock(start, simulated.move)
    access = replace(access_of(event, write=True), endpoint_url=simulated.url, operator_keys=rehearsal.OPERATOR_KEYS)

    def drive(board: Queue, tick: Callable[[float], None]) -> bool:
        try:
            run_virtual(board, clock, slots, tick)
        except KeyboardInterrupt:
            board.interrupt(clock.now())
            return False
        return True

    return Place(access, clock, drive, run, "rehearsal", scenario, told=simulated.portless)


def rehearse(choice: Choice, scenario: str, seed: int, teams: int | None = None, through: str = "provision") -> int:
    """Run `provision` in a simulated AWS and virtual time, and `through` sweep or labs what follows; the exit code.

    For the whole roster, or with `teams` for so many: the roster's first, then made-up ones.
    """
    inputs = read(choice)
    if teams is not None:
        accounts = made_up_teams.of_size(teams, inputs.event, inputs.accounts, taken=(rehearsal.HUB_ACCOUNT,))
        inputs = replace(inputs, accounts=accounts)
    inputs = replace(inputs, accounts=tuple(each for each in inputs.accounts if not each.out_of_use))
    # Profiles are this machine's way into the real AWS; in the simulated one its operator needs none.
    inputs = replace(inputs, accounts=tuple(replace(each, profile=None) for each in inputs.accounts))
    played = playing.team_to_play(inputs) if through == "labs" else None
    folder = choice.folder / "rehearsal"
    make_folder(folder)
    journal = folder / "journal.sqlite"
    journal.unlink(missing_ok=True)
    with in_rehearsal(inputs, scenario, seed) as (place, simulated):
        if through == "sweep":
            _participate(inputs, simulated, "before")
            _pass(place, simulated, _SETTLED)
        summary = reported(choice, inputs, inputs.accounts, place, folder / "report.html", str(journal))
        if expected := simulated.expected():
            sys.stderr.write(f"{_held_against(summary, scenario, *expected)}\n")
        if through == "sweep":
            return _swept(choice, inputs, place, simulated, folder).exit_code
        if played:
            _pass(place, simulated, inputs.event.schedule.opens.timestamp() - place.clock.now())
            quiet = choice.output == "json"
            return playing.show(inputs, played, summary, place.access, place.clock, simulated, folder / "labs", quiet)
        return summary.exit_code


def _swept(choice: Choice, inputs: Inputs, place: Place, simulated: rehearsal.Simulated, folder: Path) -> Summary:
    """The event's day, played by simulated participants, and the sweep after it."""
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
    sys.stderr.write(f"simulated participants at work: {part}\n")
    for account in inputs.accounts:
        simulated.participate(part, account.account_id)


def _held_against(summary: Summary, scenario: str, result: str, codes: Sequence[str]) -> str:
    found = sorted({each.code for each in summary.causes if each.code})
    if (str(summary.result), found) == (result, sorted(codes)):
        return f"it ended as the scenario {scenario} says: {_ending(result, found)}"
    expected = _ending(result, codes)
    return f"it ended {_ending(str(summary.result), found)}; the scenario {scenario} expects: {expected}"


def _ending(result: str, codes: Sequence[str]) -> str:
    return f"{result}, {', '.join(sorted(codes))}" if codes else result
