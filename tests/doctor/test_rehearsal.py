"""Twelve teams, ten different faults: the doctor names each, and repair fixes those that can be fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from bootstrap.cli.commands import examining
from bootstrap.doctor import EXAMINATIONS, Diagnosis, Progressed, Severity
from bootstrap.doctor.examining import Examining
from bootstrap.engine.queue import Queue
from bootstrap.engine.run_kind import RunKind
from bootstrap.report import diagnoses
from tests.doctor import faults
from tests.doctor.faults import Fault
from tests.doctor.ward import CALL_SECONDS, Beside, Ward, broken, told, troubles
from tests.runs import choice, folder, rehearsed

TEAMS = 12
# So many are examined at the same time, where that is what is tested.
TOGETHER = 3
# What befalls a team, the code that names it, and whether repair fixes it.
BEFALLS: tuple[tuple[Fault, str, bool], ...] = (
    (faults.no_cors, "EB-534", True),
    (faults.no_training_data, "EB-547", True),
    (faults.stopped_notebook, "EB-535", True),
    (faults.unverified_mail, "EB-533", True),
    (faults.rule_switched_off, "EB-532", True),
    (faults.deleted_notices, "EB-531", True),
    (faults.wrong_region, "EB-541", False),
    (faults.burstable_endpoint, "EB-539", False),
    (faults.no_capacity, "EB-340", False),
    (faults.refused_for_quota, "EB-341", False),
)


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """The last teams are well."""
    with rehearsed(folder(tmp_path_factory.mktemp("ward"), teams=TEAMS)) as world:
        world.provision(keep=False)
        for account in world.inputs.accounts:
            world.simulated.confirm(account.account_id)
        made = Ward(world)
        for place, (fault, _, _) in enumerate(BEFALLS):
            broken(made.of(place), fault)
        yield made


def test_each_fault_is_named_in_its_team_and_in_no_other(ward: Ward) -> None:
    named = {number: sorted(each.code or "" for each in ward.of(number).examine().findings if each.code)
             for number in range(TEAMS)}  # fmt: skip
    befell = {place: code for place, (_, code, _) in enumerate(BEFALLS)}
    assert {number: codes for number, codes in named.items() if codes} == {
        number: codes for number, codes in named.items() if number in befell
    }
    assert all(code in named[number] for number, code in befell.items()), named


@dataclass
class Heard:
    """A view that keeps when what was told, by the clock of the examination."""

    now: Callable[[], float]
    first: dict[str, float] = field(default_factory=dict)
    found: list[tuple[str, str | None]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)

    def begin(self, teams: Sequence[str]) -> None:
        self.order += teams

    def progressed(self, progressed: Progressed) -> None:
        self.first.setdefault(progressed.team, self.now())
        self.found += ((progressed.team, each.code) for each in progressed.findings)

    def ended(self, diagnosis: Diagnosis) -> None:
        self.order.append(f"{diagnosis.team} ended")

    def tick(self) -> None: ...

    def close(self) -> None:
        self.order.append("closed")


def examined(
    ward: Ward, drive: Callable[[Beside, Queue], bool] | None = None
) -> tuple[examining.Examined, Heard, float]:
    """As `doctor` does it, on a clock on which each call takes 80 ms and what goes on at the same time counts once."""
    clock = Beside(ward.world.time[0], ward.follow)

    def tap(moment: str, *_: str) -> None:
        if moment == "before":
            clock.sleep(CALL_SECONDS)

    def beside(clock: Beside, board: Queue) -> bool:
        """Visit all accounts at the same time."""
        board.start(clock.now())
        visits = []
        while visit := board.take(clock.now() + 60):
            visits.append(visit)
        for visit, answer in zip(visits, clock.each([each.visitor.visit for each in visits], len(visits)), strict=True):
            board.answer(visit, answer, clock.now())
        return True

    place = ward.place()
    run = drive or beside
    place = replace(
        place, clock=clock, access=replace(place.access, write=False, tap=tap), drive=lambda board, _: run(clock, board)
    )
    view = Heard(clock.now)
    began = clock.now()
    asked = choice(ward.world.at)
    found = examining.examined(asked, ward.world.inputs, ward.world.inputs.accounts[:TOGETHER], place, view)
    return found, view, began


def test_all_are_examined_at_the_same_time_and_the_first_finding_comes_within_a_second(ward: Ward) -> None:
    found, heard, began = examined(ward)
    assert [each.team for each in found.diagnoses] == ["team-1", "team-2", "team-3"]
    assert (found.complete, found.interrupted) == (3, False)
    # Most of it is what AWS allows of CloudTrail's and Service Quotas' calls in a second: many take no longer than one.
    assert found.seconds < 1.3 * max(each.seconds for each in found.diagnoses) < 4
    assert max(heard.first.values()) - began < 1
    assert heard.found.count(("team-1", "EB-534")) == 1
    assert heard.order[:3] == ["team-1", "team-2", "team-3"]
    assert heard.order[-1] == "closed"
    assert diagnoses.exit_code(found.diagnoses) == 1


def test_what_was_found_until_ctrl_c_is_kept_and_what_was_not_examined_is_no_problem_of_the_team(ward: Ward) -> None:
    """The first account is whole, the second was not begun; of one that was begun, what was read is judged."""
    session = ward.sessions().open(ward.of(1).account)
    asked = choice(ward.world.at)
    sessions = ward.sessions()
    place = replace(ward.place(), clock=sessions.clock)
    patient = examining.patient(asked, ward.world.inputs, ward.of(1).account, place, sessions)
    begun = Examining(session, patient)
    begun._one(session, begun_with := EXAMINATIONS[2])
    left = begun.diagnosis()
    assert begun_with.name == "stacks"
    (unseen,) = left.of(Severity.UNSEEN)
    assert "interrupted before these were examined: access, rights, quotas" in unseen.seen
    assert left.examined == ("stacks",)

    def first_only(clock: Beside, board: Queue) -> bool:
        board.start(clock.now())
        visit = board.take(clock.now() + 60)
        assert visit is not None
        board.answer(visit, visit.visitor.visit(), clock.now())
        return False

    found, _, _ = examined(ward, first_only)
    assert ([each.team for each in found.diagnoses], found.interrupted, found.complete) == (["team-1"], True, 1)
    assert diagnoses.exit_code(found.diagnoses, found.interrupted) == 130


def test_repair_fixes_all_teams_in_one_run_and_says_whose_turn_the_rest_is(ward: Ward) -> None:
    """One run has AWS compare, one repairs, and it takes hardly longer than the account that takes longest."""
    ward.events.clear()
    exit_code, said = ward.fix(numbers=range(len(BEFALLS)))
    assert exit_code == 1
    assert said[-1] == "problems left, and who has to act: 3 (the team), 1 (AWS)"
    last = {each.team: each for each in ward.seen}
    for place, (fault, code, fixed) in enumerate(BEFALLS):
        found = last[ward.of(place).account.team]
        assert (code not in told(found)) is fixed, (fault.__name__, troubles(found))
    assert [kind for kind, _ in ward.ran] == [RunKind.COMPARE, RunKind.REPAIR]
    _, repaired = ward.ran[-1]
    times: dict[str, list[float]] = {}
    for each in (each for each in ward.events if each.at >= repaired.began):
        times.setdefault(each.team, []).append(each.at)
    assert len(times) == 6
    assert repaired.seconds < 1.1 * max(max(at) - min(at) for at in times.values())
