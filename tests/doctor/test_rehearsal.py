"""Twelve teams, ten different faults: the doctor names each, and repair fixes those that can be fixed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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


def test_repair_fixes_what_can_be_fixed_and_says_whose_turn_the_rest_is(ward: Ward) -> None:
    for place, (fault, code, fixed) in enumerate(BEFALLS):
        team = ward.of(place)
        exit_code, said = team.fix()
        left = team.seen[-1]
        assert (code not in told(left)) is fixed, (fault.__name__, troubles(left))
        assert exit_code == (0 if fixed else 1), (fault.__name__, said, troubles(left))
