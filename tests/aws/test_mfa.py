"""An MFA code is asked for once a device, beforehand, and serves every profile with that device."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from bootstrap.aws import mfa
from bootstrap.aws.guard import Access
from bootstrap.aws.own_configuration import OwnConfiguration
from bootstrap.aws.sessions import sign_in
from bootstrap.event.roster.roster import TeamAccount
from tests import forked_command
from tests.aws.test_own_configuration import ROLE, environment, machine, told, visited
from tests.aws.test_sessions import ACCOUNT, opened
from tests.runs import folder
from tests.scripted_aws import ASSUMED, ScriptedAws, scripted_aws

LIN, MEI = "arn:aws:iam::999999999999:mfa/lin", "arn:aws:iam::999999999999:mfa/mei"
GIVEN = ASSUMED.replace("AssumeRole", "GetSessionToken")
ACCESS = Access("day", "event-bootstrap-access")


@pytest.fixture(autouse=True)
def _nobody_signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mfa, "_signed_in", {})


@pytest.fixture
def aws() -> Iterator[ScriptedAws]:
    with scripted_aws() as server:
        server.expiry = "2036-12-01T10:00:00Z"
        server.answers["GetSessionToken"] = [(200, GIVEN.format(n=7, expiry=server.expiry))]
        yield server


def rows(*names: str) -> list[TeamAccount]:
    return [replace(ACCOUNT, external_id=None, profile=each, team=each) for each in names]


def profile(name: str, device: str = LIN, source: str = "source_profile = base\n") -> str:
    return f"[profile {name}]\n{ROLE}{source}mfa_serial = {device}\n"


def sent(aws: ScriptedAws, operation: str) -> list[dict[str, list[str]]]:
    return [parse_qs(body) for each, body, _ in aws.seen if each == operation]


def test_one_code_serves_all_profiles_of_a_device(
    aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = profile("t1") + profile("t2") + profile("t3", MEI) + "[profile t4]\nregion = eu-west-1\n"
    environment(monkeypatch, machine(tmp_path, files, AWS_ENDPOINT_URL=aws.url, AWS_ACCESS_KEY_ID="A" * 20,
                                     AWS_SECRET_ACCESS_KEY="s" * 40))  # fmt: skip
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return f"12345{len(asked)}\n"

    for _ in range(2):
        sign_in(ACCESS, rows("t1", "t2", "t3", "t4", "gone"), "eu-central-1", ask)
    assert asked == [f"MFA code of {LIN} (profile t1)", f"MFA code of {MEI} (profile t3)"]
    assert [each["TokenCode"] for each in sent(aws, "GetSessionToken")] == [["123451"], ["123452"]]
    for each in rows("t1", "t2"):
        visited(each).client("sts").get_caller_identity()
    assumed = sent(aws, "AssumeRole")
    assert [("SerialNumber" in each, "TokenCode" in each) for each in assumed] == [(False, False)] * 2
    signed = [headers["Authorization"] for operation, _, headers in aws.seen if operation == "AssumeRole"]
    assert all("ASIASCRIPTED00000007" in each for each in signed)


@pytest.mark.parametrize(
    ("files", "variables"),
    [
        (profile("t1", source="credential_source = Environment\n"), {}),
        (
            profile("t1", source="source_profile = t1\n")
            + f"aws_access_key_id = A\naws_secret_access_key = {'s' * 40}\n",
            {},
        ),
        (f"[profile t1]\n{ROLE}source_profile = middle\n" + profile("middle"), {}),
        (profile("t1") + "external_id = xyz\nrole_session_name = me\nregion = eu-west-1\n", {}),
    ],
    ids=["keys of the environment", "its own keys", "a role before it", "settings of the role"],
)
def test_wherever_the_device_stands_its_session_is_used(
    files: str, variables: dict[str, str], aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "A" * 20, "AWS_SECRET_ACCESS_KEY": "s" * 40}
    environment(monkeypatch, machine(tmp_path, files, AWS_ENDPOINT_URL=aws.url, **keys, **variables))
    sign_in(ACCESS, rows("t1"), "eu-central-1", lambda question: "123456")
    visited(rows("t1")[0]).client("sts").get_caller_identity()
    first = sent(aws, "AssumeRole")[0]
    assert "SerialNumber" not in first
    if "external_id" in files:
        assert (first["ExternalId"], first["RoleSessionName"]) == (["xyz"], ["me"])


def test_the_operators_own_profile_may_have_a_device(
    aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, machine(tmp_path, profile("me"), AWS_PROFILE="me", AWS_ENDPOINT_URL=aws.url))
    sign_in(ACCESS, [ACCOUNT], "eu-central-1", lambda question: "123456")
    visited().client("sts").get_caller_identity()
    assert aws.operations() == ["GetSessionToken", "AssumeRole", "AssumeRole", "GetCallerIdentity"]


def test_without_a_terminal_it_is_said_and_nothing_is_sent(
    aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, machine(tmp_path, profile("t1"), AWS_ENDPOINT_URL=aws.url))
    sign_in(ACCESS, rows("t1"), "eu-central-1", None)
    code, words = told(rows("t1")[0])
    assert (code, "there is no terminal to enter it at" in words) == ("EB-657", True)
    assert aws.seen == []


@pytest.mark.parametrize("code", ["12345", "123456"])
def test_a_code_that_is_refused_ends_the_command(
    code: str, aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    aws.answers["GetSessionToken"] = [
        (403, f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{said}</Message></Error></ErrorResponse>")
    ]
    environment(monkeypatch, machine(tmp_path, profile("t1"), AWS_ENDPOINT_URL=aws.url))
    with pytest.raises(OwnConfiguration, match="EB-658"):
        sign_in(ACCESS, rows("t1"), "eu-central-1", lambda question: code)


@pytest.mark.parametrize("row", [ACCOUNT, rows("me")[0]], ids=["by a role", "by its profile"])
def test_a_session_that_ends_is_told_as_that(
    row: TeamAccount, aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>"
    aws.answers["AssumeRole"] = [(403, ended)]
    environment(monkeypatch, machine(tmp_path, profile("me"), AWS_PROFILE="me", AWS_ENDPOINT_URL=aws.url))
    sign_in(ACCESS, [row], "eu-central-1", lambda question: "123456")
    code, words = told(row)
    assert code == "EB-659"
    assert "the MFA session of me has ended" in words


def test_a_rehearsal_asks_nobody(aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, machine(tmp_path, profile("me"), AWS_PROFILE="me"))

    def ask(question: str) -> str:
        raise AssertionError(question)

    sign_in(replace(ACCESS, operator_keys=("A", "s")), [ACCOUNT], "eu-central-1", ask)
    opened(aws).client("sts").get_caller_identity()


def event_of(at: Path, url: str) -> dict[str, str]:
    """Three teams behind one device, and the environment of the operator."""
    at = folder(at)
    lines = [f"t{n},{n}11122223333,t{n}" for n in (1, 2, 3)]
    (at / "accounts.csv").write_text("\n".join(["team,account_id,profile", *lines, ""]), encoding="utf-8")
    return machine(at, "".join(profile(f"t{n}") for n in (1, 2, 3)), AWS_ENDPOINT_URL=url)


def test_a_command_without_a_terminal_tells_each_row(aws: ScriptedAws, tmp_path: Path) -> None:
    env = event_of(tmp_path, aws.url)
    done = forked_command.run(["plan", "--step", "access"], tmp_path, env)
    assert done.returncode == 1
    assert done.stdout.count("access blocked EB-657") == 3
    assert "EB-390" not in done.stdout


def test_at_a_terminal_it_is_asked_once_and_not_echoed(aws: ScriptedAws, tmp_path: Path) -> None:
    env = {**os.environ, **event_of(tmp_path, aws.url), "AWS_CA_BUNDLE": str(_no_bundle(tmp_path))}
    own, other = pty.openpty()
    code = "from bootstrap.cli import main; main()"
    command = [sys.executable, "-c", code, "plan", "--step", "access", "--output", "tty"]
    # getpass asks at /dev/tty, which is the terminal that controls the session.
    running = subprocess.Popen(["setsid", "--ctty", "--wait", *command], cwd=tmp_path, env=env, stdin=other,
                               stdout=other, stderr=other)  # fmt: skip
    os.close(other)
    shown = _talk(own, b"MFA code of", b"424242\n")
    assert running.wait(30) in (0, 1)
    assert shown.count(b"MFA code of") == 1
    assert b"424242" not in shown
    assert len(sent(aws, "GetSessionToken")) == 1
    assert {each["RoleArn"][0] for each in sent(aws, "AssumeRole")} == {"arn:aws:iam::111122223333:role/a"}
    # The question comes before the live view.
    assert shown.index(b"MFA code of") < shown.index(b"car-day")


def _no_bundle(at: Path) -> Path:
    file = at / "bundle.pem"
    file.write_text("", encoding="utf-8")
    return file


def _talk(own: int, until: bytes, answer: bytes) -> bytes:
    """Everything that the terminal shows; `answer` is typed when `until` is there."""
    shown, typed, end = b"", False, time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([own], [], [], 1)
        if not ready:
            continue
        try:
            some = os.read(own, 65_536)
        except OSError:
            break
        if not some:
            break
        shown += some
        if not typed and until in shown and shown.endswith(b": "):
            os.write(own, answer)
            typed = True
    os.close(own)
    return shown
