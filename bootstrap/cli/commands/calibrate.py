"""The command `calibrate`: measure real accounts, write a scenario of it, and compare AWS's answers."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bootstrap import doctor
from bootstrap.aws.answer_shapes import AnswerShapes, OperationSeen
from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands import schema
from bootstrap.cli.commands.choice import Choice, chosen, read, unwritable
from bootstrap.cli.commands.examining import patient
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.rehearse import in_rehearsal
from bootstrap.cli.commands.run import real_place, visit_accounts
from bootstrap.doctor.calibration import answers_file, pooling, reading, scenario_file
from bootstrap.doctor.calibration.result import Calibration
from bootstrap.doctor.calibration.seen import AccountReading
from bootstrap.engine.clock import VirtualClock
from bootstrap.engine.outcomes import RunPlan, Summary
from bootstrap.engine.results import Tally
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, Stop
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.reading import bounded, json_text
from bootstrap.report import calibration as view
from bootstrap.report import problems
from bootstrap.report.translations import shown
from bootstrap.steps import typical

ANSWERS_FILE = "answers-measured.json"
_SEED = 1
# A simulated team works for so long before it is read: until its endpoint is in service.
_WORKED = 3600.0
# Not what a scenario says of AWS.
# Bytes of the schema.
_LARGEST = 1 << 20
_NOT_KEYS = frozenset({"schema", "extends", "teams", "expect"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files to write (None: beside event.yaml). `applied`: quotas to begin with, as `pooling.pooled` says."""

    scenario_file: Path | None = None
    answers_file: Path | None = None
    applied: str = "before"
    compare: bool = True


def calibrate(choice: Choice, wanted: Wanted) -> int:
    """Measure the chosen accounts, write both files and show the result; return the exit code. Only reads AWS."""
    inputs = read(choice)
    accounts = chosen(choice, inputs)
    made = measured(choice, inputs, accounts, real_place(inputs.event, False, choice.jobs), wanted)
    view.show(sys.stdout, made, choice.output)
    return made.exit_code


def measured(
    choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount], place: Place, wanted: Wanted
) -> Calibration:
    """Measure the accounts in `place`, whose access may only read, and write both files. Raises BadInput (EB-409)."""
    place = _passing(place)
    began, shapes = place.clock.now(), AnswerShapes()
    sessions = Sessions(watched(place.access, shapes), place.clock, Limiter())
    readings, calls = _readings(choice, inputs, accounts, place, sessions, shapes)
    answers = shapes.seen()
    entries = pooling.pooled(readings, answers, assumed(), wanted.applied)
    folder = choice.event_path.resolve().parent
    path = wanted.scenario_file or folder / typical.MEASURED
    tool = version("event-bootstrap")
    _write(path, scenario_file.text(entries, readings, place.clock.now(), tool))
    simulated, not_compared = _compared(choice, inputs, accounts, readings, path, wanted)
    differences = answers_file.differences(answers, simulated)
    told = wanted.answers_file or folder / ANSWERS_FILE
    about = {"tool": tool, "botocore": version("botocore"), "compared": simulated is not None,
             "day": datetime.fromtimestamp(place.clock.now(), UTC).strftime("%Y-%m-%d")}  # fmt: skip
    _write(told, json.dumps(answers_file.document(answers, differences, about), indent=1) + "\n")
    return Calibration(
        inputs.event.name, began, tuple(readings), entries, pooling.latencies(answers), differences, not_compared,
        _short(path), _short(told), place.clock.now() - began, calls,
    )  # fmt: skip


def _passing(place: Place) -> Place:
    clock = place.clock
    return replace(place, clock=clock.passing()) if isinstance(clock, VirtualClock) else place


def watched(access: Access, shapes: AnswerShapes) -> Access:
    """Return an access that may only read, and whose answers are recorded."""
    tap, made = access.tap, access.made

    def tapped(moment: Any, account_id: str, service: str, operation: str) -> None:
        shapes.tap(moment, account_id, service, operation)
        tap(moment, account_id, service, operation)

    def watch(client: Any) -> None:
        shapes.watch(client)
        made(client)

    return replace(access, write=False, tap=tapped, made=watch)


def assumed() -> dict[str, Any]:
    """Return the default of every key of a scenario, by key, in the order of the schema that comes with the tool."""
    described = json_text.mapping(bounded.file(schema.files()["scenario"], _LARGEST))
    found: dict[str, Any] = {}
    for part, row in described["properties"].items():
        if part in _NOT_KEYS:
            continue
        inner = described["definitions"].get(str(row.get("$ref", "")).rpartition("/")[2], {}).get("properties")
        if inner is None:
            found[part] = row.get("default", [])
        else:
            found |= {f"{part}.{name}": _default(each) for name, each in inner.items()}
    return found


def _default(described: Mapping[str, Any]) -> Any:
    # The schema leaves out defaults that are made anew each time: empty mappings.
    return described.get("default", {} if described.get("type") == "object" else None)


def _readings(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    place: Place,
    sessions: Sessions,
    shapes: AnswerShapes,
) -> tuple[list[AccountReading], int]:
    """Read the accounts, several at the same time; say on stderr how far it is."""
    readings: list[AccountReading] = []
    opened = [sessions.open(each) for each in accounts]
    tasks = [
        partial(_read, choice, inputs, account, place, sessions, session, shapes)
        for session, account in zip(opened, accounts, strict=True)
    ]
    for done in place.clock.each(tasks, most=choice.jobs):
        readings.append(done)
        words = msg("{team} was read ({number} of {all})", team=done.team, number=len(readings), all=len(accounts))
        problems.print_to(sys.stderr, shown(words))
    return readings, sum(each.calls.total() for each in opened) - shapes.spared


def _read(
    choice: Choice,
    inputs: Inputs,
    account: TeamAccount,
    place: Place,
    sessions: Sessions,
    session: AccountSession,
    shapes: AnswerShapes,
) -> AccountReading:
    """Examine the account as the doctor does, for the shapes of more answers; then read it."""
    with suppress(Stop):
        # What is wrong there is the doctor's to say.
        doctor.examine(session, patient(choice, inputs, account, place, sessions))
    return reading.read(session, inputs.event, account, shapes)


def _compared(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    readings: Sequence[AccountReading],
    path: Path,
    wanted: Wanted,
) -> tuple[tuple[OperationSeen, ...] | None, str]:
    """Return what a simulated AWS answers to the same reads, or why it was not asked."""
    reached = {each.account_id for each in readings if each.reached}
    account = next((each for each in accounts if each.account_id in reached), None)
    if not wanted.compare:
        return None, msg("--no-compare")
    if account is None:
        return None, msg("no account was reached")
    problems.print_to(sys.stderr, shown(msg("asking the simulated AWS the same, for a comparison")))
    try:
        return simulated_answers(choice, inputs, account, path), ""
    except BadInput as error:
        return None, "; ".join(f"{each.code} {each.what}" for each in error.problems)
    except Stop as error:
        return None, str(error)


def simulated_answers(
    choice: Choice, inputs: Inputs, account: TeamAccount, scenario: Path
) -> tuple[OperationSeen, ...]:
    """Return the shapes of the answers that a simulated account gives, prepared and used as a team's account is."""
    alone = replace(account, profile=None)
    inputs = replace(inputs, accounts=(alone,))
    asked = replace(choice, kind=RunKind.PROVISION, teams=(), failed=False, every=1, output="plain")
    shapes = AnswerShapes()
    with in_rehearsal(inputs, str(scenario), _SEED) as (place, simulated):
        visit_accounts(asked, inputs, inputs.accounts, place, _Nobody())
        for part in ("opens", "noon"):
            place.clock.sleep(max(0.0, inputs.event.schedule.opens.timestamp() - place.clock.now()))
            simulated.move(place.clock.now())
            simulated.participate(part, alone.account_id)
            place.clock.sleep(_WORKED)
            simulated.move(place.clock.now())
        there = _passing(place)
        sessions = Sessions(watched(there.access, shapes), there.clock, Limiter())
        _read(choice, inputs, alone, there, sessions, sessions.open(alone), shapes)
    return shapes.seen()


class _Nobody:
    """A reporter that shows nothing."""

    def begin(self, plan: RunPlan, tally: Tally) -> None: ...

    def event(self, event: Any) -> None: ...

    def tick(self, now: float) -> None: ...

    def end(self, summary: Summary) -> None: ...


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput([unwritable(path, error)]) from None


def _short(path: Path) -> str:
    """Return the path from here, if it is below this folder."""
    here = Path.cwd()
    return str(path.resolve().relative_to(here)) if path.resolve().is_relative_to(here) else str(path)
