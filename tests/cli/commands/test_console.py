"""`console` and `credentials` as a person and the AWS CLI use them, against the simulated AWS."""

from __future__ import annotations

import json
import logging
import os
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs

import boto3
import pytest

from bootstrap.cli import main
from bootstrap.cli.commands.choice import read
from bootstrap.event.names import Names
from bootstrap.event.settings import AccessSettings
from bootstrap.journal.journal import Journal
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.steps import templates
from tests import forked_simulator
from tests.cli.test_commands import COMMAND
from tests.runs import choice, folder
from tests.scripted_aws import scripted_aws
from tests.simulated import as_keys

PRINCIPAL = f"arn:aws:iam::{rehearsal.HUB_ACCOUNT}:user/organiser"
DIRECT, CHAINED, ROLELESS = "team-1", "team-2", "team-3"


@dataclass
class Desk:
    """An operator's folder and environment."""

    at: Path
    env: dict[str, str]

    def journal(self) -> list[tuple[str, str, str]]:
        """What people did: command, outcome, detail; the latest last."""
        with Journal(self.at / ".event-bootstrap/journal.sqlite") as journal:
            return [(each.command, each.outcome, each.detail) for each in journal.actions("car-day")]

    def left(self, said: str, secrets: list[str]) -> list[str]:
        """Those that stand in any file of the folder, or in what was said."""
        found = b"".join(each.read_bytes() for each in self.at.rglob("*") if each.is_file()) + said.encode()
        return [each for each in secrets if each.encode() in found]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    at = folder(tmp_path_factory.mktemp("desk"), teams=3, access={"principals": [PRINCIPAL]})
    inputs = read(choice(at))
    now = time.time() - 60
    world = rehearsal.world(inputs.event, inputs.accounts, "ordinary", 1, now)
    with rehearsal.simulated(world, start=forked_simulator.start) as simulated:
        without = inputs.event.model_copy(update={"access": AccessSettings()})
        for account, event in zip(inputs.accounts, (inputs.event, without), strict=False):
            names = Names.of(event, account)
            _deploy(simulated.url, account.account_id, templates.render("roles", event, account, names))
        for minute in range(1, 8):
            simulated.move(now + minute * 60)
        yield Desk(at, rehearsal.environment(simulated))


def _deploy(url: str, account_id: str, one: templates.Rendered) -> None:
    keys = {"aws_access_key_id": rehearsal.OPERATOR_KEYS[0], "aws_secret_access_key": rehearsal.OPERATOR_KEYS[1]}
    sts = boto3.client("sts", "ap-northeast-1", endpoint_url=url, **keys)
    role = f"arn:aws:iam::{account_id}:role/event-bootstrap-access"
    made = as_keys(sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"])
    client = boto3.client("cloudformation", "ap-northeast-1", endpoint_url=url, **made)
    client.create_stack(StackName=one.stack_name, TemplateBody=one.body, Capabilities=list(one.capabilities))


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Run:
    for name, value in desk.env.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("EVENT_BOOTSTRAP_GIVES_CREDENTIALS", "")
    monkeypatch.chdir(desk.at)
    caplog.set_level(logging.DEBUG, "urllib3")

    def called(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["event-bootstrap", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return called


def opened(link: str) -> str:
    with urllib.request.urlopen(link, timeout=10) as answer:
        page: str = answer.read().decode()
    return page


@pytest.mark.parametrize("role", ["participant", "support"])
def test_console_prints_a_link_that_signs_in_as_the_role_for_the_day(run: Run, desk: Desk, role: str) -> None:
    code, out, err = run("console", DIRECT, "--role", role, "--print")
    assert code == 0, err
    page = opened(out.strip())
    assert f"car-day-{role}-ap-northeast-1" in page
    assert "100200300401" in page
    assert "the session ends at" in err
    assert "one hour" not in err
    assert "signin" not in err.casefold()
    assert desk.journal()[-1][:2] == ("console", "given")
    assert desk.journal()[-1][2].startswith(f"as {role}: until 20")


def test_where_the_role_is_reached_by_another_the_hour_is_said(run: Run, desk: Desk) -> None:
    code, out, err = run("console", CHAINED, "--print")
    assert code == 0, err
    assert "minutes: 60" in opened(out.strip())
    assert "one hour" in err
    assert desk.journal()[-1][2].endswith("through a role")


def test_console_opens_the_browser_and_prints_no_link(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    pages: list[str] = []

    def opens(url: str) -> bool:
        seen.append(url)
        pages.append(opened(url))
        return True

    monkeypatch.setattr(webbrowser, "open", opens)
    code, out, err = run("console", DIRECT)
    assert (code, out) == (0, "")
    assert "minutes: " in pages[0]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{43}", seen[0]), "what the list of processes shows"
    assert "signs the browser out" in err
    assert "SigninToken" not in err
    with pytest.raises(urllib.error.URLError):
        opened(seen[0])
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    code, out, err = run("console", DIRECT)
    assert (code, out) == (1, "")
    assert "EB-565" in err
    assert "http" not in err


def test_one_browser_opens_one_team_after_the_other(run: Run) -> None:
    """Case 13: AWS refuses a link in a browser that is signed in to another account."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

    def opens(team: str, *more: str) -> str:
        _, out, _ = run("console", team, "--print", *more)
        with browser.open(out.strip(), timeout=10) as answer:
            page: str = answer.read().decode()
        return page

    assert "100200300401" in opens(DIRECT)
    with pytest.raises(urllib.error.HTTPError) as refused:
        opens(CHAINED, "--keep")
    with refused.value as answer:
        assert "You must first log out" in answer.read().decode()
    assert "100200300402" in opens(CHAINED)


def test_credentials_are_what_credential_process_takes_and_nothing_else(run: Run, desk: Desk) -> None:
    code, out, err = run("credentials", CHAINED, "--role", "support")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert set(found) == {"Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
    assert found["Version"] == 1
    left = datetime.fromisoformat(found["Expiration"]).timestamp() - time.time()
    assert 3600 < left < 4200
    assert desk.journal()[-1][:2] == ("credentials", "given")


def test_the_aws_cli_asks_for_credentials_by_itself(run: Run, desk: Desk, tmp_path: Path) -> None:
    event, accounts = desk.at / "event.yaml", desk.at / "accounts.csv"
    process = [*COMMAND, "credentials", DIRECT, "--event", str(event), "--accounts", str(accounts)]
    config = tmp_path / "config"
    config.write_text(f"[profile team]\nregion = ap-northeast-1\ncredential_process = {shlex.join(process)}\n")
    env = {"AWS_CONFIG_FILE": str(config), "PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "awscli", "--profile", "team", "sts", "get-caller-identity", "--query", "Arn"],
        env={**_without_aws(), **desk.env, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert ":assumed-role/car-day-participant-ap-northeast-1/person-" in done.stdout


def _without_aws() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def test_a_profile_that_asks_itself_is_told_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENT_BOOTSTRAP_GIVES_CREDENTIALS", "1")
    code, out, err = run("credentials", DIRECT)
    assert (code, out) == (2, "")
    assert "EB-567" in err


@pytest.mark.parametrize("command", ["console", "credentials"])
def test_why_there_is_nothing_to_give_is_said_and_recorded(run: Run, desk: Desk, command: str) -> None:
    code, out, err = run(command, ROLELESS)
    assert (code, out) == (1, "")
    assert "EB-561" in err
    assert f"{ROLELESS} 100200300403" in err
    assert "provision TEAM --step stack:roles" in err
    assert desk.journal()[-1] == (command, "refused", "as participant: EB-561")


@pytest.mark.parametrize(("team", "code"), [("team-*", "EB-566"), ("team-9", "EB-401")])
def test_one_team_is_named(run: Run, team: str, code: str) -> None:
    ended, out, err = run("console", team, "--print")
    assert (ended, out) == (2, "")
    assert code in err


@pytest.mark.parametrize("answer", [(400, "no"), (200, "<html>Welcome to our network</html>")])
def test_where_sign_in_fails_nothing_of_the_keys_is_left_anywhere(
    run: Run, desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, answer: tuple[int, str]
) -> None:
    with scripted_aws() as signin:
        signin.answers["getSigninToken"] = [answer]
        monkeypatch.setenv("AWS_ENDPOINT_URL_SIGNIN", signin.url)
        code, out, err = run("console", DIRECT, "--print")
    assert (code, out) == (1, "")
    assert "EB-562" in err or "EB-563" in err
    sent = json.loads(parse_qs(signin.seen[0][1])["Session"][0])
    assert desk.left(caplog.text + err, list(sent.values())) == []


def test_nothing_of_links_and_keys_is_left_anywhere(run: Run, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    secrets: list[str] = []
    for command in (("console", DIRECT, "--print"), ("credentials", DIRECT)):
        _, out, _ = run(*command)
        secrets += [out.strip().rpartition("=")[2]] if command[0] == "console" else list(json.loads(out).values())[1:4]
    assert len(secrets) == 4
    assert desk.left(caplog.text, secrets) == []
