"""`check` says everything at once that would keep a run from working, and only reads."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands.choice import read
from bootstrap.doctor import way_in
from bootstrap.doctor.finding import Finding
from bootstrap.engine.clock import RealClock
from bootstrap.rehearsal import simulated as rehearsal
from tests import forked_command, forked_simulator, schemas
from tests.aws.test_sessions import ACCOUNT
from tests.runs import choice, folder
from tests.scripted_aws import IDENTITY, scripted_aws


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[str, str]]]:
    """A simulated AWS with three accounts on the real clock, and the operator's environment."""
    inputs = read(choice(folder(tmp_path_factory.mktemp("event"), teams=3)))
    world = rehearsal.world(inputs.event, inputs.accounts, "ordinary", 1, None)
    with rehearsal.simulated(world, clock="real", start=forked_simulator.start) as simulated:
        yield simulated, rehearsal.environment(simulated)


def checked(at: Path, env: Mapping[str, str], *more: str) -> tuple[int, dict[str, Any]]:
    done = forked_command.run(["check", "--output", "json", *more], at, env)
    (document,) = schemas.read(done.stdout)
    return done.returncode, document


def problems(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(each["about"], each["code"]) for each in document["findings"] if each["severity"] == "trouble"]


def test_where_all_is_well_it_ends_with_0_and_has_written_nothing(
    up: tuple[Any, dict[str, str]], tmp_path: Path
) -> None:
    simulated, env = up
    before = simulated.calls()["calls"]
    code, found = checked(folder(tmp_path, teams=3), env)
    assert (code, found["result"], found["accounts"], problems(found)) == (0, "well", 3, [])
    said = {each["about"]: each["seen"] for each in found["findings"]}
    assert said["access"].startswith("3 accounts (team-1, team-2, team-3): ")
    assert said["credentials"] == "from the environment's variables; long-term keys"
    assert "account 000011112222" in said["operator"]
    made = {each["operation"] for each in simulated.calls()["calls"] if each not in before}
    assert made <= {"AssumeRole", "GetCallerIdentity", "GetParameters", "GetRole", "SimulatePrincipalPolicy"}


def test_every_problem_is_told_at_once_with_its_fix(up: tuple[Any, dict[str, str]], tmp_path: Path) -> None:
    _, env = up
    at = folder(tmp_path, dataset={"source": "builtin:cars", "size": 64, "hub_bucket": "nobodys-hub"})
    rows = ["team-1,100200300401,,", "team-2,100200300402,gone,", "team-3,100200300403,,wrong",
            "x,999999999991,,", "y,999999999992,,"]  # fmt: skip
    (at / "accounts.csv").write_text("\n".join(["team,account_id,profile,external_id", *rows, ""]), encoding="utf-8")
    code, found = checked(at, env)
    assert code == 1
    assert set(problems(found)) >= {("profile gone", "EB-211"), ("hub bucket", "EB-672"), ("access", "EB-201")}
    together = next(each for each in found["findings"] if each["code"] == "EB-201")
    assert together["seen"].startswith("2 accounts (x, y): ")
    assert all(each["fix"] for each in found["findings"] if each["severity"] == "trouble")
    shown = forked_command.run(["check"], at, env)
    assert shown.returncode == 1
    assert "✗ EB-672 hub bucket: bucket nobodys-hub" in shown.stdout


def test_without_credentials_nothing_is_asked(tmp_path: Path) -> None:
    nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_CONFIG_FILE": "/dev/null",
               "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
               "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}  # fmt: skip
    code, found = checked(folder(tmp_path), nothing)
    assert (code, problems(found), found["api_calls"]) == (1, [("credentials", "EB-209")], 0)
    assert "not examined" in next(each["seen"] for each in found["findings"] if each["severity"] == "unseen")


def environment(minutes: float | None) -> dict[str, str]:
    """Temporary keys, and when they end."""
    ends = {} if minutes is None else {
        "AWS_CREDENTIAL_EXPIRATION": (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    }  # fmt: skip
    return {"AWS_ACCESS_KEY_ID": "ASIA" + "OPERATOR00000000", "AWS_SECRET_ACCESS_KEY": "s" * 40,
            "AWS_SESSION_TOKEN": "t" * 40, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", **ends}  # fmt: skip


def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env: Mapping[str, str]) -> list[Finding]:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    inputs = read(choice(folder(tmp_path)))
    sessions = Sessions(Access("day", "role"), RealClock(), Limiter())
    return list(way_in.local(sessions, inputs.event, inputs.accounts, time.time()))


@pytest.mark.parametrize(("minutes", "severity"), [(20, "trouble"), (None, "note"), (600, "fine")])
def test_credentials_that_end_are_held_against_the_run(
    minutes: float | None, severity: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = surroundings(tmp_path, monkeypatch, environment(minutes))
    first = next(each for each in found if each.about == "credentials")
    assert (first.severity, first.code) == (severity, None if severity == "fine" else "EB-670")


@pytest.mark.parametrize(
    ("ahead", "severity", "said"),
    [(0.0, "fine", "right within"), (600.0, "trouble", "ahead of AWS"), (-90.0, "note", "behind AWS")],
)
def test_the_clock_is_held_against_aws(
    ahead: float, severity: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_in, "time", SimpleNamespace(time=lambda: time.time() + ahead))
    found = of_the_hub(tmp_path, monkeypatch)
    clock = found["clock"]
    assert clock.severity == severity
    assert said in clock.seen


def of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, identity: str = "", **access: int
) -> dict[str, Finding]:
    for name, value in environment(600).items():
        monkeypatch.setenv(name, value)
    with scripted_aws() as aws:
        aws.answers["GetCallerIdentity"] = [(200, identity or IDENTITY.format(account="999999999999"))]
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
        event = read(choice(folder(tmp_path))).event
        session = Sessions(Access("day", "role"), RealClock(), Limiter()).open(replace(ACCOUNT, external_id=None))
        return {each.about: each for each in way_in.hub(session, event)}


def test_a_root_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = "sts::999999999999:assumed-role/x/y"
    root = IDENTITY.format(account="999999999999").replace(arn, "iam::999999999999:root")
    assert of_the_hub(tmp_path, monkeypatch, root)["operator"].code == "EB-671"


def test_provision_says_beforehand_what_is_wrong_here_and_nothing_if_all_is_well(
    up: tuple[Any, dict[str, str]], tmp_path: Path
) -> None:
    _, env = up
    at = folder(tmp_path)
    words = ["provision", "--step", "access"]
    assert "note:" not in forked_command.run(words, at, env).stderr
    (at / "accounts.csv").write_text("team,account_id,profile\nteam-1,100200300401,gone\n", encoding="utf-8")
    assert "note: EB-211 the profile gone (the row names it)" in forked_command.run(words, at, env).stderr
