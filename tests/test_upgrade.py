"""What version 0.1.0 left behind stays readable: journal, roster, event.yaml, marker and baseline of an account.

`left_by_0_1_0/` was written by that version: a rehearsed run of three teams, then a sweep of the third.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import rehearse
from bootstrap.cli.commands.follow import StandingReader
from bootstrap.engine.outcomes import Result
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
from bootstrap.event import inputs, lab, prices, quiz, shipped
from bootstrap.journal import schema
from bootstrap.journal.journal import Journal
from tests.runs import Rehearsed, choice, folder, made, rehearsed

LEFT = Path(__file__).parent / "left_by_0_1_0"
PARAMETERS: dict[str, dict[str, Any]] = json.loads((LEFT / "parameters.json").read_text(encoding="utf-8"))
STANDING: dict[str, dict[str, Any]] = json.loads((LEFT / "standing.json").read_text(encoding="utf-8"))


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The folder of an event as that version left it."""
    shutil.copytree(LEFT, tmp_path / "event")
    return tmp_path / "event"


def test_event_and_roster_are_read(left: Path) -> None:
    found = inputs.read(left / "event.yaml", left / "accounts.csv")
    assert found.event.name == "car-day"
    assert [each.team for each in found.accounts] == ["team-1", "team-2", "team-3"]


def test_the_journal_tells_where_each_account_stands(left: Path) -> None:
    """Two were prepared, the third was prepared and then swept."""
    asked = choice(left, journal=str(left / "journal.sqlite"))
    found = inputs.read(left / "event.yaml", left / "accounts.csv")
    reader = StandingReader(asked, found, found.accounts)
    standing = reader.read()
    reader.close()
    assert [each.result for each in standing.summary.accounts] == [Result.READY, Result.READY, Result.CLEAN]
    assert standing.going == ()


def test_what_was_said_is_shown_as_it_was_written(left: Path) -> None:
    with Journal(left / "journal.sqlite") as journal:
        events = {(each.team, each.step): each for each in journal.last_outcomes("car-day")}
        runs = journal.runs("car-day")
        actions = journal.actions("car-day")
        clean = journal.proved_clean("car-day")
    assert [each.command for each in runs] == ["provision"]
    assert events["team-1", "access"].state is Outcome.READY
    assert events["team-1", "access"].detail == "account 100200300401 answers in ap-northeast-1"
    assert [(each.command, each.actor, each.detail) for each in actions] == [
        ("swap", "ana on desk", "from account 1 to 2")
    ]
    assert clean.keys() == {"100200300403"}


def _keep(world: Rehearsed, number: int) -> None:
    """Put the parameters that 0.1.0 wrote in place of today's."""
    account = world.inputs.accounts[number]
    place = rehearse.virtual_place(world.inputs.event, world.simulated, world.time[0], "run", "test")
    session = Sessions(place.access, place.clock, Limiter()).open(account)
    session.client("sts").get_caller_identity()
    ssm = session.client("ssm")
    path = {"Path": "/event-bootstrap/", "Recursive": True}
    there = [each["Name"] for each in ssm.get_parameters_by_path(**path)["Parameters"] if "workers" not in each["Name"]]
    ssm.delete_parameters(Names=there)
    for name, parameter in PARAMETERS[account.account_id].items():
        ssm.put_parameter(Name=name, **parameter)


def test_an_account_that_it_prepared_is_known_and_swept(tmp_path: Path) -> None:
    with rehearsed(folder(tmp_path, teams=1)) as world:
        world.provision()
        state, old = made(world.state(0)), STANDING["100200300401"]
        for kind in ("stacks", "quotas", "notebooks", "workforces", "workteams", "users"):
            assert json.loads(json.dumps(state[kind])) == old[kind], kind
        _keep(world, 0)
        again, _ = world.provision()
        assert again.summary.result is Result.READY
        # It did not say which tags are written on the event's parameters.
        assert again.summary.accounts[0].steps["marker"].state is Outcome.CHANGED
        assert again.summary.accounts[0].steps["baseline"].state is Outcome.READY
        swept, _ = world.sweep()
        assert swept.summary.result is Result.CLEAN
        assert world.state(0)["stacks"] == [] or all(
            each["status"] == "DELETE_COMPLETE" for each in world.state(0)["stacks"]
        )


@pytest.mark.parametrize("written", ["2", "0", "'1'", "true", "newest"])
def test_a_schema_that_is_not_known_is_refused_by_name(left: Path, written: str) -> None:
    path = left / "event.yaml"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(f"schema: {written}\nname: {content['name']}\nnew_key: 1\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        event_file.read(path)
    [problem] = refused.value.problems
    assert (problem.code, problem.where) == ("EB-151", "event.yaml:1: schema")
    assert written.strip("'") in problem.what


def test_the_shipped_files_carry_their_schema() -> None:
    files = [shipped.starter_file("event.yaml"), *(each / lab.FILE for each in shipped.lab_folders().values())]
    for path in files:
        assert yaml.safe_load(path.read_text(encoding="utf-8"))["schema"] == 1, path


@pytest.mark.parametrize(("name", "read"), [("prices.yaml", prices.read), ("questions.yaml", quiz.read)])
def test_other_files_are_held_to_their_schema_too(tmp_path: Path, name: str, read: Any) -> None:
    path = tmp_path / name
    path.write_text("schema: 7\n", encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        read(tmp_path if name == "prices.yaml" else path)
    assert [each.code for each in refused.value.problems] == ["EB-151"]


@pytest.fixture
def old_tool(where: str, path: Path) -> Iterator[tuple[sa.Engine, sa.MetaData]]:
    """A database as version 0.1.0 sees it: its tables, filled as in `left_by_0_1_0/`."""
    path.parent.mkdir(exist_ok=True)
    left = shutil.copy(LEFT / "journal.sqlite", path.with_name("left.sqlite"))
    source, tables = sa.create_engine(f"sqlite:///{left}"), sa.MetaData()
    tables.reflect(source)
    url = where.replace("postgresql:", "postgresql+psycopg:") if "://" in where else f"sqlite:///{where}"
    engine = sa.create_engine(url)
    tables.create_all(engine)
    with source.connect() as reading, engine.begin() as made:
        for table in tables.sorted_tables:
            rows = [
                {name: value for name, value in row.items() if name != "number"}
                for row in reading.execute(sa.select(table)).mappings()
            ]
            if rows:
                made.execute(table.insert(), rows)
    source.dispose()
    yield engine, tables
    engine.dispose()


def test_an_old_and_a_new_tool_work_with_one_journal_in_mid_event(
    where: str, old_tool: tuple[sa.Engine, sa.MetaData]
) -> None:
    """The old one has the journal open and a run begun, while the new one completes the tables."""
    engine, tables = old_tool
    runs, events = tables.tables["runs"], tables.tables["events"]
    begun = {"id": "old", "command": "provision", "event": "car-day", "actor": "ana on desk", "whole": True}
    with engine.begin() as old:
        old.execute(runs.insert().values(started=1.0, **begun))
    with Journal(where) as new:
        assert [each.id for each in new.runs("car-day")] == ["run", "old"]
        new.act("console", "car-day", msg("a link for {team}", team="team-1"))
        assert new.flush(60)
        said = {"run": "old", "at": 2.0, "actor": "ana on desk", "team": "team-1", "account_id": "100200300401"}
        with engine.begin() as old:
            tables.create_all(old)
            said |= {"step": "access", "state": "failed", "detail": "as 0.1.0 says it", "settled": True, "facts": {}}
            old.execute(events.insert().values(seq=1, **said))
            old.execute(runs.update().where(runs.c.id == "old").values(ended=3.0, outcome="failed"))
            assert len(old.execute(sa.select(tables.tables["actions"])).all()) == 2
        (event,) = (each for each in new.last_outcomes("car-day") if (each.team, each.step) == ("team-1", "access"))
        assert (event.state, event.detail) == (Outcome.FAILED, "as 0.1.0 says it")
    with Journal(where) as again:
        assert again.runs("car-day")[-1].outcome == "failed"


def test_an_upgrade_that_is_interrupted_changes_nothing(
    where: str, old_tool: tuple[sa.Engine, sa.MetaData], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, tables = old_tool

    def die() -> str:
        raise ValueError

    with monkeypatch.context() as interrupted:
        interrupted.setattr(schema, "version", die)
        with pytest.raises(BadInput):
            Journal(where)
    assert set(sa.inspect(engine).get_table_names()) == set(tables.tables)
    Journal(where).close()
    assert set(sa.inspect(engine).get_table_names()) >= {"about", "action_messages", *tables.tables}
