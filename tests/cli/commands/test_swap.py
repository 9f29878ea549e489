"""A team moves to a spare account, in a simulated AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ProfileNotFound

from bootstrap.aws.own_configuration import OwnConfiguration
from bootstrap.cli.commands import provision
from bootstrap.cli.commands.choice import Choice, journal_of, read
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.cli.commands.swap import swap
from bootstrap.engine.clock import Clock, VirtualClock
from bootstrap.engine.hold import Hold
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import WAITING, BadInput, NothingToDo, Troubled
from bootstrap.event.event import Event
from bootstrap.event.roster import exchange
from bootstrap.journal.holds import Holds
from bootstrap.journal.leases import holder
from bootstrap.steps.stack import listing as stack_list
from tests import schemas
from tests.runs import Rehearsed, folder, rehearsed, states

RED, BLUE, SPARE = "100200300401", "100200300402", "100200300409"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """Two teams, of which nothing is prepared, and a spare account that is ready."""
    at = folder(tmp_path_factory.mktemp("desk"), teams=2)
    lines = (at / "accounts.csv").read_text(encoding="utf-8").splitlines()
    rows = [lines[0] + ",spare", *(f"{each}," for each in lines[1:]), f"spare-1,{SPARE},,yes"]
    (at / "accounts.csv").write_text("\r\n".join([*rows, ""]), encoding="utf-8", newline="")
    with rehearsed(at) as running:
        ran, _ = running.provision("spare-1")
        assert set(map(str, states(ran).values())) == {"ready", "changed"}
        yield running


@pytest.fixture
def asked(desk: Rehearsed) -> Callable[..., int]:
    """`swap` at the simulator and in its time."""

    clocks: list[Clock] = [VirtualClock(desk.time[0], lambda now: None)]

    def place(event: Event, write: bool, jobs: int) -> Place:
        desk.time[0] = clocks[-1].now()
        made = virtual_place(event, desk.simulated, desk.time[0], f"run-{desk.time[0]}", "test")
        clocks.append(made.clock)
        return replace(made, access=replace(made.access, write=write))

    def asked(team: str, account: str, agree: bool = True, from_hold: bool = False) -> int:
        said: list[str] = []

        def agrees(what: str) -> bool:
            said.append(what)
            return agree

        choice = Choice(RunKind.SWAP, desk.at / "event.yaml", desk.at / "accounts.csv", "json", (team,))
        try:
            return swap(choice, account, agrees, from_hold, placed=place)
        finally:
            desk.time[0] = clocks[-1].now()
            assert len(said) <= 1

    return asked


def rows(desk: Rehearsed) -> list[tuple[str, str, bool, bool]]:
    accounts = read(Choice(RunKind.PROVISION, desk.at / "event.yaml", desk.at / "accounts.csv")).accounts
    return [(each.team, each.account_id, each.spare, each.out_of_use) for each in accounts]


BEFORE = [("team-1", RED, False, False), ("team-2", BLUE, False, False), ("spare-1", SPARE, True, False)]


@pytest.mark.parametrize(
    ("team", "account", "code"),
    [
        ("team-1", BLUE, "EB-594"),
        ("team-1", "999999999999", "EB-593"),
        ("team-1", "spare-9", "EB-593"),
        ("team-*", SPARE, "EB-598"),
        ("spare-1", SPARE, "EB-598"),
        ("nobody", SPARE, "EB-401"),
    ],
)
def test_what_cannot_be_moved_is_refused_before_anything_is_asked(
    desk: Rehearsed, asked: Callable[..., int], team: str, account: str, code: str
) -> None:
    before = desk.simulated.calls()
    with pytest.raises(BadInput) as refused:
        asked(team, account)
    assert [each.code for each in refused.value.problems] == [code]
    assert code != "EB-593" or account in refused.value.problems[0].what
    assert desk.simulated.calls() == before


@pytest.mark.parametrize(
    ("held", "from_hold", "code"), [(RED, False, "EB-735"), (RED, True, ""), (SPARE, True, "EB-735")]
)
def test_a_team_on_hold_is_moved_only_if_that_is_said(
    desk: Rehearsed, asked: Callable[..., int], held: str, from_hold: bool, code: str
) -> None:
    with closing(Holds(Choice(RunKind.SWAP, desk.at / "event.yaml").journal_path, desk.inputs.event.name)) as holds:
        holds.put([("some team", held)], Hold("support case open", "bo on desk", 0.0))
        try:
            with pytest.raises(BadInput if code else NothingToDo) as ended:
                asked("team-1", SPARE, agree=False, from_hold=from_hold)
        finally:
            holds.release([held])
    assert [each.code for each in getattr(ended.value, "problems", ())] == ([code] if code else [])


def test_who_does_not_agree_has_nothing_written(desk: Rehearsed, asked: Callable[..., int]) -> None:
    roster, stacks = (desk.at / "accounts.csv").read_bytes(), desk.state(2)["stacks"]
    with pytest.raises(NothingToDo):
        asked("team-1", SPARE, agree=False)
    assert (desk.at / "accounts.csv").read_bytes() == roster
    assert desk.state(2)["stacks"] == stacks


def test_a_team_stays_where_it_is_as_long_as_the_spare_account_is_not_ready(
    desk: Rehearsed, asked: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    roster = desk.at / "accounts.csv"
    before = roster.read_bytes()
    unreachable = before + b"spare-2,100200300410,,yes\r\n"
    roster.write_bytes(unreachable)
    try:
        assert asked("team-2", "100200300410") == 1
        assert roster.read_bytes() == unreachable
    finally:
        roster.write_bytes(before)
    said = capsys.readouterr()
    assert "EB-201" in said.out
    assert "not moved" in said.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ClientError({"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}, "DescribeStacks"), "EB-370"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "denied"}}, "DescribeStacks"), "EB-372"),
        (EndpointConnectionError(endpoint_url="https://cloudformation"), "EB-371"),
    ],
)
def test_an_account_of_which_nobody_can_tell_whose_it_is_is_not_taken(
    desk: Rehearsed, asked: Callable[..., int], monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fails(*_: Any) -> None:
        raise error

    monkeypatch.setattr(stack_list, "stacks", fails)
    monkeypatch.setattr(provision, "provision_alone", lambda *_: pytest.fail("provisioned all the same"))
    with pytest.raises(Troubled) as refused:
        asked("team-1", SPARE)
    assert [each.code for each in refused.value.problems] == [code]
    assert rows(desk) == BEFORE


@pytest.mark.parametrize(
    "error", [NoCredentialsError(), ProfileNotFound(profile="red"), OwnConfiguration("EB-655", "a package is missing")]
)
def test_what_is_wrong_on_this_machine_is_told_by_the_provisioning_that_comes_next(
    desk: Rehearsed, asked: Callable[..., int], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    class Provisions(Exception):
        pass

    def raises(wrong: Exception) -> Callable[..., None]:
        def fails(*_: Any) -> None:
            raise wrong

        return fails

    monkeypatch.setattr(stack_list, "stacks", raises(error))
    monkeypatch.setattr(provision, "provision_alone", raises(Provisions()))
    with pytest.raises(Provisions):
        asked("team-1", SPARE)
    assert rows(desk) == BEFORE


def test_killed_before_the_roster_is_written_the_same_command_goes_on(
    desk: Rehearsed, asked: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (desk.at / "accounts.csv").read_bytes()

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(exchange, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            asked("team-1", SPARE)
    assert rows(desk) == BEFORE
    with pytest.raises(BadInput) as refused:
        asked("team-2", SPARE)
    assert [each.code for each in refused.value.problems] == ["EB-599"]
    capsys.readouterr()
    assert asked("team-1", f"{SPARE[:4]}-{SPARE[4:8]}-{SPARE[8:]}") == 0
    assert rows(desk) == [
        ("team-1", SPARE, False, False),
        ("team-2", BLUE, False, False),
        ("spare-1", RED, False, True),
    ]
    told = schemas.read(capsys.readouterr().out)[-1]
    assert (told["type"], told["old"], told["new"]) == ("swap", RED, SPARE)
    assert Path(told["kept"]).read_bytes() == text
    assert (desk.at / "accounts.csv").read_bytes().count(b"\r\n") == 4


def test_what_names_a_team_in_the_account_names_the_one_that_moved(desk: Rehearsed, asked: Callable[..., int]) -> None:
    state = desk.state(2)
    assert {each["status"] for each in state["stacks"]} == {"UPDATE_COMPLETE"}
    users = {user["attributes"]["email"] for pool in state["user_pools"] for user in pool["users"]}
    assert users == {"worker0@team1.example.com", "worker1@team1.example.com"}
    with pytest.raises(NothingToDo):
        asked("team-1", SPARE)


def test_the_journal_knows_of_the_move_and_no_address(desk: Rehearsed) -> None:
    choice = Choice(RunKind.SWAP, desk.at / "event.yaml", desk.at / "accounts.csv")
    with journal_of(choice) as journal:
        actions = journal.actions(desk.inputs.event.name, "team-1")
    assert [(each.command, each.outcome, each.account_id) for each in actions[-2:]] == [
        ("swap", "begun", SPARE),
        ("swap", "done", SPARE),
    ]
    assert "@" not in repr(actions).replace(" on ", "")


@pytest.fixture
def spare_2(desk: Rehearsed) -> Iterator[str]:
    """Of an accounts.csv with one more spare account."""
    roster = desk.at / "accounts.csv"
    before = roster.read_bytes()
    roster.write_bytes(before + b"spare-2,100200300410,,yes\r\n")
    yield "100200300410"
    assert roster.read_bytes() == before + b"spare-2,100200300410,,yes\r\n"
    roster.write_bytes(before)


def test_one_operator_at_a_time_moves_a_team(
    desk: Rehearsed, asked: Callable[..., int], spare_2: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = desk.inputs.event.name
    with journal_of(Choice(RunKind.SWAP, desk.at / "event.yaml", desk.at / "accounts.csv")) as journal:
        worked_on: list[set[str]] = []

        def dies(*_: Any) -> None:
            worked_on.append(set(journal.at_work(event)))
            raise RuntimeError("died")

        monkeypatch.setattr(provision, "provision_alone", dies)
        with pytest.raises(RuntimeError, match="died"):
            asked("team-2", spare_2)
        assert (worked_on, journal.at_work(event)) == ([{BLUE}], {})
        other = journal.leases(holder("another on laptop", "swap", "run", event), [BLUE], False, lambda *_: None)
        with closing(other), pytest.raises(Troubled, match=r"EB-520.*another on laptop") as refused:
            asked("team-2", spare_2)
    assert refused.value.exit_code == WAITING
    assert len(worked_on) == 1


def test_a_team_that_was_moved_by_another_roster_is_not_moved_again(
    desk: Rehearsed, asked: Callable[..., int], spare_2: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provision, "provision_alone", lambda *_: pytest.fail("provisioned all the same"))
    with journal_of(Choice(RunKind.SWAP, desk.at / "event.yaml", desk.at / "accounts.csv")) as journal:
        detail = f"from account {BLUE} to 100200300477"
        journal.act("swap", desk.inputs.event.name, detail, team="team-2", account_id="100200300477")
    with pytest.raises(BadInput) as refused:
        asked("team-2", spare_2)
    assert [each.code for each in refused.value.problems] == ["EB-589"]
    assert detail in refused.value.problems[0].what
