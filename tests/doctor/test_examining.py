"""Many accounts are examined at the same time: what is told when, how long it takes, and what Ctrl-C leaves."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from bootstrap.cli.commands import examining
from bootstrap.doctor import EXAMINATIONS, Diagnosis, Finding, Progressed, Severity
from bootstrap.doctor.examining import Examining
from bootstrap.engine.queue import Queue
from bootstrap.errors.message import msg
from bootstrap.report import diagnoses
from bootstrap.report.examining import Lines
from tests import schemas
from tests.doctor import faults
from tests.doctor.ward import CALL_SECONDS, Beside, Ward, broken
from tests.runs import choice, folder, rehearsed

TEAMS = 2


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with rehearsed(folder(tmp_path_factory.mktemp("many"), teams=TEAMS)) as world:
        world.provision(keep=False)
        for account in world.inputs.accounts:
            world.simulated.confirm(account.account_id)
        made = Ward(world)
        broken(made.of(1), faults.no_cors)
        yield made


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
    found = examining.examined(asked, ward.world.inputs, ward.world.inputs.accounts, place, view)
    return found, view, began


def test_all_are_examined_at_the_same_time_and_the_first_finding_comes_within_a_second(ward: Ward) -> None:
    found, heard, began = examined(ward)
    assert [each.team for each in found.diagnoses] == ["team-1", "team-2"]
    assert (found.complete, found.interrupted) == (2, False)
    # Most of it is what AWS allows of CloudTrail's and Service Quotas' calls in a second: many take no longer than one.
    assert found.seconds < 1.3 * max(each.seconds for each in found.diagnoses) < 4
    assert max(heard.first.values()) - began < 1
    assert heard.found.count(("team-2", "EB-534")) == 1
    assert heard.order[:2] == ["team-1", "team-2"]
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


NO_CORS = Finding(Severity.TROUBLE, "stack:buckets", msg("bucket {bucket} has no rule", bucket="b-111"), "EB-534")


def ill(team: str, account: str, *findings: Finding) -> Diagnosis:
    return Diagnosis(team, account, "ap-northeast-1", "cars", 0.0, findings, (), 1.0, 50)


def total(*found: Diagnosis) -> str:
    stream = io.StringIO()
    diagnoses.show(stream, found, 12.0, "plain", False)
    return stream.getvalue()


def test_the_total_groups_by_code_and_what_differs_stays_visible() -> None:
    other = replace(NO_CORS, seen=msg("bucket {bucket} has no rule", bucket="b-222"))
    stopped = Finding(Severity.TROUBLE, "notebook", "notebook is stopped", "EB-535")
    unseen = Finding(Severity.UNSEEN, "endpoints", "not examined: denied")
    found = (
        ill("team-10", "111", NO_CORS),
        ill("team-9", "222", other, stopped),
        ill("team-2", "333", replace(stopped, seen="another notebook is stopped")),
        ill("team-3", "444", unseen),
        ill("team-4", "555"),
    )
    assert total(*found).splitlines() == [
        "",
        "1 team without problems, 3 teams with problems, 1 team not examined completely (12.0 s, 250 calls)",
        "  EB-534 The bucket has no CORS rule: 2 teams",
        "    bucket b-… has no rule: team-10, team-9",
        "  EB-535 The notebook instance is stopped: 2 teams",
        "    notebook is stopped: team-9",
        "    another notebook is stopped: team-2",
        "  not examined: 1 team",
        "    not examined: denied: team-3",
    ]
    stream = io.StringIO()
    diagnoses.show(stream, found, 12.0, "json", False)
    (document,) = schemas.read(stream.getvalue())
    assert (document["teams"], document["well"], document["exit_code"]) == (5, 1, 1)
    assert document["problems"][0]["teams"] == ["team-9", "team-10"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_findings_come_as_they_are_found_and_progress_is_redrawn_in_one_line_of_a_terminal() -> None:
    out, err = io.StringIO(), Terminal()
    view = Lines(out, err)
    view.begin(["atlas"])
    view.progressed(Progressed("atlas", 4, 16, (NO_CORS, Finding(Severity.FINE, "x", "fine"))))
    assert out.getvalue() == "atlas: ✗ EB-534 stack:buckets: bucket b-111 has no rule\n"
    assert err.getvalue().startswith("\r\x1b[Kexamining atlas (0 s)")
    assert "examining atlas: 4 of 16 checks (0 s)" in err.getvalue()
    view.close()
    assert err.getvalue().endswith("\r\x1b[K")
    assert "\n" not in err.getvalue()


def test_documents_come_as_the_accounts_end_and_many_threads_may_tell() -> None:
    out = io.StringIO()
    view = Lines(out, None, as_documents=True)
    teams = [f"team-{number}" for number in range(8)]
    view.begin(teams)
    threads = [threading.Thread(target=view.ended, args=(ill(each, "111", NO_CORS),)) for each in teams]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each["team"] for each in schemas.read(out.getvalue())) == teams
