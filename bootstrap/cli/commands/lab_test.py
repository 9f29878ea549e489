"""The command `lab test`: a lab from the prepared account to the swept one, on the simulated AWS in virtual time."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands.choice import FOLDER, Choice
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.rehearse import in_rehearsal
from bootstrap.cli.commands.reported import make_folder
from bootstrap.cli.commands.run import visit_accounts
from bootstrap.engine.outcomes import Result, Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import FAILED, READY, BadInput, Problem
from bootstrap.errors.message import joined, msg
from bootstrap.event import event as event_file
from bootstrap.event import lab as lab_file
from bootstrap.event import shipped
from bootstrap.event.dataset_settings import BUILTIN
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.lab import Lab
from bootstrap.event.suggest import did_you_mean
from bootstrap.people import file_lock
from bootstrap.rehearsal import made_up_teams
from bootstrap.rehearsal.labs import playing
from bootstrap.rehearsal.labs.playing import End
from bootstrap.rehearsal.labs.team import Team
from bootstrap.rehearsal.labs.terminal import Terminal
from bootstrap.rehearsal.simulated import Simulated
from bootstrap.report import words
from bootstrap.report.html import HtmlReport
from bootstrap.report.progress import Unhurried
from bootstrap.report.reporter import Reporters
from bootstrap.report.translations import shown
from bootstrap.scoring.evidence import checking
from bootstrap.scoring.evidence.judging import Reached, Ruling
from bootstrap.sweep.plan import Sweep

_SEED = 1
_OPEN = frozenset({Reached.NOT_STARTED, Reached.FAILED})
# Pictures that are packed for a lab that uses none.
_FEW = {"size": 64, "pictures_per_class": 10}


@dataclass(frozen=True, slots=True)
class LabStage:
    """One of the five things that must be so: what it is, what was seen, and whether it is so."""

    name: str
    seen: str
    well: bool


def test(name: str, event_path: Path, scenario: str) -> int:
    """Prepare an account, play the lab there and sweep it; print a line for each stage. Return the exit code.

    Raises BadInput: EB-617 for a lab that is not there or cannot be tested, EB-610, and what reading the files raises.
    """
    event, lab = _read(event_path, name)
    [account] = made_up_teams.of_size(1, event, ())
    inputs = Inputs(event, (account,))
    playing.check_installed([lab])
    checking.check(event, account, [lab])
    folder = event_path.resolve().parent / FOLDER / "rehearsal" / f"lab-{name}"
    make_folder(folder.parent)
    choice = Choice(RunKind.REHEARSE, event_path, output="plain")
    well = True
    with (
        file_lock.held(folder.with_name(f"{folder.name}.lock"), partial(_wait_for, name)),
        in_rehearsal(inputs, scenario, _SEED) as (place, simulated),
    ):
        shutil.rmtree(folder, ignore_errors=True)
        make_folder(folder)
        for stage in _stages(choice, inputs, lab, replace(place, outlook=None), simulated, folder):
            sign = words.glyph(Outcome.READY if stage.well else Outcome.FAILED, words.ascii_only(sys.stdout))
            line = msg("{stage}: {seen}", stage=stage.name, seen=stage.seen)
            sys.stdout.write(f"{sign} {shown(line)}\n")
            sys.stdout.flush()
            well = stage.well
    there = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    sys.stdout.write(f"{shown(msg('commands typed, and executed notebooks: {folder}', folder=str(there)))}\n")
    return READY if well else FAILED


def _wait_for(name: str, holder: str) -> None:
    words_of = msg("the lab {lab} is being tested in this folder by {holder}: waiting for it", lab=name, holder=holder)
    sys.stderr.write(f"{shown(words_of)}\n")


def _read(event_path: Path, name: str) -> tuple[Event, Lab]:
    """The event as it is with this one lab, which event.yaml need not name."""
    event = event_file.read(event_path)
    folders = shipped.lab_folders(event.folder)
    if name not in folders:
        what = did_you_mean(msg("there is no lab `{name}`", name=name[:60]), name, folders)
        raise BadInput([Problem("EB-617", what, fix=msg("Write one of: {names}", names=", ".join(folders)))])
    # As event.yaml has it: what AWS refuses an optional lab leaves the account ready.
    required = next((each.required for each in event.labs if each.name == name), True)
    lab = lab_file.read(folders[name], required, event.folder)
    if missing := [key for key, there in (("end_states", lab.end_states), ("solution", lab.solution)) if not there]:
        what = msg("has no {keys}", keys=", ".join(missing))
        fix = msg("Write them; `event-bootstrap lab new` makes a lab that has both")
        raise BadInput([Problem("EB-617", what, f"labs/{name}/{lab_file.FILE}", fix=fix)])
    changes: dict[str, Any] = {"labs": (lab,), "notices": ()}
    if not set(lab.data) - {"lab-files"} and event.dataset.source in BUILTIN:
        changes["dataset"] = event.dataset.model_copy(update=_FEW)
    return event.model_copy(update=changes), lab


def _stages(
    choice: Choice, inputs: Inputs, lab: Lab, place: Place, simulated: Simulated, folder: Path
) -> Iterator[LabStage]:
    """Yield the stages in their order, up to the first that is not as it must be."""
    [account] = inputs.accounts
    prepared = _visited(choice, inputs, place, folder / "prepared.html")
    yield LabStage(msg("prepared"), _ended(prepared), prepared.result is Result.READY)
    if prepared.result is not Result.READY:
        return
    place.clock.sleep(max(0.0, inputs.event.schedule.opens.timestamp() - place.clock.now()))
    simulated.move(place.clock.now())
    session = Sessions(place.access, place.clock, Limiter()).open(account)
    team = Team(account, inputs.event, simulated, session, place.clock, Terminal(simulated, folder))
    before = playing.reached_before(team, lab)
    already = [each for each in before if each.reached not in _OPEN]
    yield LabStage(msg("not reached before"), _before(lab, already, before), not already)
    if already:
        return
    end = playing.played(team, lab)
    took = msg("{did}, in {time} of virtual time", did=end.did, time=words.duration(end.seconds))
    yield LabStage(msg("solution"), took if end.rulings else _failure(end), bool(end.rulings))
    if not end.rulings:
        return
    reached = end.state if end.code is None else msg("{code} {detail}", code=end.code, detail=end.state)
    yield LabStage(msg("reached"), reached, end.code is None)
    if end.code is not None:
        return
    team.catch_up()
    sweep = replace(choice, kind=RunKind.SWEEP_APPLY, sweep=Sweep(everywhere=True))
    swept = _visited(sweep, inputs, replace(place, run=f"{place.run}-sweep"), folder / "swept.html")
    yield LabStage(msg("swept"), _ended(swept), swept.result is Result.CLEAN)


def _before(lab: Lab, already: Sequence[Ruling], before: Sequence[Ruling]) -> str:
    if not already:
        return playing.told(lab, before)
    unknown = [each for each in already if each.reached is Reached.UNKNOWN]
    told = playing.told(lab, unknown or already)
    detail = told if unknown else msg("so it is before anybody has begun: {states}", states=told)
    return msg("{code} {detail}", code="EB-615", detail=detail)


def _visited(choice: Choice, inputs: Inputs, place: Place, page: Path) -> Summary:
    """Visit the account; the page shows all of it, the terminal nothing."""
    reporters = Reporters([HtmlReport(page)])
    return visit_accounts(choice, inputs, inputs.accounts, place, reporters, None, Unhurried(sys.stderr)).summary


def _ended(summary: Summary) -> str:
    time = words.duration(summary.seconds)
    if summary.result is Result.READY:
        return msg("the account is ready, in {time} of virtual time", time=time)
    if summary.result is Result.CLEAN:
        return msg("nothing is left in the account, in {time} of virtual time", time=time)
    causes = [msg("{code} {detail}", code=each.code, detail=each.detail) for each in summary.causes]
    return joined("; ", causes) or words.message(summary.result)


def _failure(end: End) -> str:
    said = msg("{did}: {state}", did=end.did, state=end.state) if end.did else end.state
    return msg("{code} {detail}", code=end.code, detail=said)
