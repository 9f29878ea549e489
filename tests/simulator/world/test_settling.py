"""What is due is done while nobody asks, and is the same as if somebody had."""

from __future__ import annotations

import pytest

from bootstrap.simulator.dispatch import dispatch
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.opening import open_world
from bootstrap.simulator.world.world import World, WorldFile
from tests.simulated import HUB, REGION, ROLE, START

ACCOUNT, OTHER = "100000000001", "100000000002"
ROWS = [{"account_id": each, "region": REGION, "role_name": ROLE} for each in (ACCOUNT, OTHER)]


@pytest.fixture
def world() -> World:
    return open_world(WorldFile.model_validate({"now": START, "hub": HUB, "accounts": ROWS}), "virtual")


@pytest.fixture
def account(world: World) -> AccountState:
    return world.accounts[ACCOUNT]


def test_only_what_is_due_is_done_each_at_its_own_time(world: World, account: AccountState) -> None:
    done: list[float] = []

    def twice(call: Call) -> None:
        done.append(call.now)
        call.later(call.now + 5, lambda later: done.append(later.now))

    dispatch.inspect(world, account).later(START + 10, twice)
    assert not world.anything_due()
    world.settle()
    world.clock.move(START + 12)
    assert world.anything_due()
    world.settle()
    assert done == [START + 10]
    world.clock.move(START + 30)
    world.settle()
    assert done == [START + 10, START + 15]
    assert not world.anything_due()


def test_whoever_asks_next_is_told_once_what_went_wrong(world: World, account: AccountState) -> None:
    def break_down(call: Call) -> None:
        raise ValueError(f"{call.service} is broken")

    dispatch.inspect(world, account).later(START, break_down)
    world.settle()
    with pytest.raises(ValueError, match="is broken"):
        world.advance(account, START)
    world.advance(account, START)


def made(world: World, account: AccountState, name: str) -> tuple[str, float]:
    """The id and the date of a role that was due at START + 10, however late it was made."""
    trust = '{"Version": "2012-10-17", "Statement": []}'
    params = {"RoleName": name, "AssumeRolePolicyDocument": trust}
    dispatch.inspect(world, account).later(START + 10, lambda call: call.aws("iam").create_role(**params) and None)
    world.settle()
    role = dispatch.inspect(world, account).aws("iam").get_role(RoleName=name)["Role"]
    return role["RoleId"], role["CreateDate"].timestamp()


def test_ids_and_dates_do_not_depend_on_who_came_first(world: World, account: AccountState) -> None:
    world.clock.move(START + 100)
    first = made(world, account, "one")
    assert first[1] == START + 10
    again = open_world(WorldFile.model_validate({"now": START + 50, "hub": HUB, "accounts": ROWS}), "virtual")
    made(again, again.accounts[OTHER], "two")
    assert made(again, again.accounts[ACCOUNT], "three") == first
