"""Twelve teams, ten different faults: the doctor names each, and repair fixes those that can be fixed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bootstrap.engine.run_kind import RunKind
from tests.doctor import faults
from tests.doctor.faults import Fault
from tests.doctor.ward import Ward, broken, told, troubles
from tests.runs import folder, rehearsed

TEAMS = 12
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


def test_repair_fixes_all_teams_in_one_run_and_says_whose_turn_the_rest_is(ward: Ward) -> None:
    """One run has AWS compare, one repairs, and it takes hardly longer than the account that takes longest."""
    ward.events.clear()
    exit_code, said = ward.fix(numbers=range(len(BEFALLS)))
    assert exit_code == 1
    assert said[-1] == "problems left, and who has to act: 3 (the team), 1 (AWS)"
    left = [ward.of(place).examine() for place in range(len(BEFALLS))]
    for found, (fault, code, fixed) in zip(left, BEFALLS, strict=True):
        assert (code not in told(found)) is fixed, (fault.__name__, troubles(found))
    assert [kind for kind, _ in ward.ran] == [RunKind.COMPARE, RunKind.REPAIR]
    _, repaired = ward.ran[-1]
    times: dict[str, list[float]] = {}
    for each in (each for each in ward.events if each.at >= repaired.began):
        times.setdefault(each.team, []).append(each.at)
    assert len(times) == 6
    assert repaired.seconds < 1.1 * max(max(at) - min(at) for at in times.values())
