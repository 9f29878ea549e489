"""`event-bootstrap simulate` as a person uses it: paste what it prints, then any AWS program meets it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bootstrap import simulator
from bootstrap.rehearsal.simulated import HUB_ACCOUNT, OPERATOR_KEYS
from tests import schemas
from tests.cli.test_commands import COMMAND, run
from tests.runs import folder

SPEED = 600
ROSTER = (
    "team,account_id,region,external_id\nteam-1,100200300401,,\nred fox,100200300402,us-west-2,a:secret/handshake\n"
)


class Up:
    """One `simulate`, and the environment of a person who pasted what it printed."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.env = {name: value for name, value in kept.items() if name not in said["unset"]} | said["environment"]
        self.at = Path()

    def python(self, program: str) -> Any:
        """What a program of this environment prints as JSON; boto3 is told nothing but the environment."""
        done = subprocess.run(
            [sys.executable, "-c", program], env=self.env, capture_output=True, text=True, timeout=60, check=True
        )
        return json.loads(done.stdout)

    def cli(self, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "awscli", *words, "--output", "json"],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    at = folder(tmp_path_factory.mktemp("simulate"))
    (at / "accounts.csv").write_text(ROSTER, encoding="utf-8")
    command = [*COMMAND, "simulate", "--port", "0", "--output", "json", "--speed", str(SPEED)]
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "no_proxy": "intranet.example"}
    process = subprocess.Popen(command, cwd=at, env={**os.environ, **proxy}, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        # The AWS CLI keeps credentials under the home folder.
        started = Up(schemas.read(line)[0])
        started.env["HOME"] = str(at)
        started.env["HTTP_PROXY"] = proxy["HTTP_PROXY"]
        started.at = at
        yield started
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


_LISTS = """
import boto3, json
team = boto3.Session(profile_name="team-1")
print(json.dumps([
    team.client("sts").get_caller_identity()["Account"],
    len(team.client("cloudformation").list_stacks()["StackSummaries"]),
    len(team.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]),
    len(team.client("service-quotas").list_service_quotas(ServiceCode="sagemaker")["Quotas"]),
]))
"""


def test_boto3_with_nothing_but_the_environment_lists_what_a_team_has(up: Up) -> None:
    account, stacks, jobs, quotas = up.python(_LISTS)
    assert account == "100200300401"
    assert (stacks, jobs) == (0, 0)
    assert quotas > 10


_WHO = """
import boto3, json
print(json.dumps(boto3.client("sts").get_caller_identity()["Account"]))
"""


def test_a_profile_in_the_environment_is_used_by_boto3_the_aws_cli_and_the_tool_itself(up: Up) -> None:
    chosen = Up(up.said)
    chosen.env = {**up.env, "AWS_PROFILE": "team-1"}
    assert chosen.python(_WHO) == "100200300401"
    assert chosen.cli("sts", "get-caller-identity")["Account"] == "100200300401"
    # A team's role is trusted by no other team's account.
    done = run("plan", "red fox", "--output", "json", at=up.at, env=chosen.env)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "assumed-role/event-bootstrap-access/" in done.stdout
    assert up.python(_WHO) == HUB_ACCOUNT


def test_a_profile_s_external_id_and_region_come_from_the_roster(up: Up) -> None:
    who = "import boto3, json; s = boto3.Session(profile_name='red fox')\n"
    told = "print(json.dumps([s.client('sts').get_caller_identity()['Account'], s.region_name]))"
    assert up.python(who + told) == ["100200300402", "us-west-2"]
    arn = "arn:aws:iam::100200300402:role/event-bootstrap-access"
    with pytest.raises(ClientError, match="AccessDenied"):
        _client(up, "sts").assume_role(RoleArn=arn, RoleSessionName="without-its-external-id")


def test_without_a_profile_the_region_is_the_event_s(up: Up) -> None:
    told = (
        "import boto3, json; s = boto3.Session(); print(json.dumps([s.region_name, s.client('sts').meta.region_name]))"
    )
    assert up.python(told) == ["ap-northeast-1", "ap-northeast-1"]


def test_a_proxy_of_this_machine_is_passed_by_and_what_passed_it_by_before_still_does(up: Up) -> None:
    given = up.said["environment"]
    assert given["NO_PROXY"] == given["no_proxy"] == "intranet.example,127.0.0.1"


def test_the_tool_s_own_commands_meet_it_with_nothing_but_the_environment(up: Up) -> None:
    done = run("plan", "--output", "json", at=up.at, env=up.env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (up.at / ".event-bootstrap/simulate/journal.sqlite").exists()
    assert not (up.at / ".event-bootstrap/journal.sqlite").exists()
    assert [each["account_id"] for each in json.loads(done.stdout.splitlines()[-1])["accounts"]] == [
        "100200300401",
        "100200300402",
    ]


def test_a_program_started_again_finds_what_the_first_one_made(up: Up) -> None:
    topics = "import boto3; c = boto3.Session(profile_name='team-1').client('sns')\n"
    made = up.python(topics + "import json; print(json.dumps(c.create_topic(Name='kept')['TopicArn']))")
    found = up.python(topics + "import json; print(json.dumps([t['TopicArn'] for t in c.list_topics()['Topics']]))")
    assert made in found


def _client(up: Up, service: str, **keys: str) -> Any:
    given = up.said["environment"]
    return boto3.client(
        service,
        region_name="ap-northeast-1",
        endpoint_url=given["AWS_ENDPOINT_URL"],
        aws_access_key_id=keys.get("key", OPERATOR_KEYS[0]),
        aws_secret_access_key=keys.get("secret", OPERATOR_KEYS[1]),
    )


@pytest.mark.parametrize(
    ("keys", "code"),
    [({"secret": "wrong"}, "SignatureDoesNotMatch"), ({"key": "AKIAOTHER"}, "InvalidClientTokenId")],
)
def test_only_the_simulated_credentials_are_let_in(up: Up, keys: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as caught:
        _client(up, "sts", **keys).get_caller_identity()
    assert caught.value.response["Error"]["Code"] == code


def test_the_operator_s_own_keys_only_assume_roles(up: Up) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        _client(up, "cloudformation").list_stacks()


def test_the_clock_runs_at_the_speed_and_an_expiration_is_told_in_the_client_s_own_time(up: Up) -> None:
    address = up.said["environment"]["AWS_ENDPOINT_URL"] + "/_simulator/clock"
    asked = urllib.request.Request(address, headers={"x-simulator-control": up.said["control"]})

    def clock() -> tuple[float, Any]:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return time.monotonic(), json.load(answer)

    (began, first), (ended, second) = clock(), clock()
    assert (first["kind"], first["speed"]) == ("real", SPEED)
    assert second["now"] - first["now"] == pytest.approx((ended - began) * SPEED, abs=0.5 * SPEED)
    assert second["now"] > first["now"]
    arn = "arn:aws:iam::100200300401:role/event-bootstrap-access"
    made = _client(up, "sts").assume_role(RoleArn=arn, RoleSessionName="test", DurationSeconds=3600)
    left = (made["Credentials"]["Expiration"] - datetime.now(UTC)).total_seconds()
    assert 3600 / SPEED - 3 < left < 3600 / SPEED + 1


_LIFECYCLE = """
import boto3, datetime, json
client = boto3.Session(profile_name="team-1").client("sagemaker")
name, now = "NotebookInstanceLifecycleConfigName", datetime.datetime.now(datetime.UTC)
client.create_notebook_instance_lifecycle_config(**{name: "now"})
made = client.describe_notebook_instance_lifecycle_config(**{name: "now"})["CreationTime"]
def since(minutes):
    found = client.list_notebook_instance_lifecycle_configs(
        CreationTimeAfter=now + datetime.timedelta(minutes=minutes))
    return len(found["NotebookInstanceLifecycleConfigs"])
print(json.dumps([(made - now).total_seconds(), since(-1), since(1)]))
"""


def test_times_that_it_tells_and_is_told_are_those_of_the_clients_clock(up: Up) -> None:
    late, since_before, since_after = up.python(_LIFECYCLE)
    # Its own clock is minutes ahead by now.
    assert -1 < late < 10
    assert (since_before, since_after) == (1, 0)


_NOTEBOOK = """
import boto3, json, time
team, trust = boto3.Session(profile_name="team-1"), {"Service": "sagemaker.amazonaws.com"}
def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
iam, sagemaker = team.client("iam"), team.client("sagemaker")
role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=document(Principal=trust, Action="sts:AssumeRole"))
iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document(Action="*", Resource="*"))
name = {"NotebookInstanceName": "n"}
script = [{"Content": "ZWNobyBoaQ=="}]
sagemaker.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="l", OnStart=script)
while True:
    try:
        sagemaker.create_notebook_instance(
            **name, InstanceType="ml.t3.medium", RoleArn=role["Role"]["Arn"], LifecycleConfigName="l")
        break
    except sagemaker.exceptions.ClientError as error:
        # Until the role is known everywhere.
        assert "assume" in str(error).lower(), error
until = time.monotonic() + 20
while sagemaker.describe_notebook_instance(**name)["NotebookInstanceStatus"] == "Pending" and time.monotonic() < until:
    pass
[group] = team.client("logs").describe_log_groups()["logGroups"]
print(json.dumps(group["creationTime"] / 1000 - time.time()))
"""


def test_so_are_those_of_the_logs_of_a_notebook_that_stood_within_a_second(up: Up) -> None:
    assert -10 < up.python(_NOTEBOOK) < 1


def test_the_aws_cli_lists_stacks_training_jobs_and_quotas(up: Up) -> None:
    team = ("--profile", "team-1")
    assert up.cli(*team, "sts", "get-caller-identity")["Account"] == "100200300401"
    assert up.cli(*team, "cloudformation", "list-stacks")["StackSummaries"] == []
    assert up.cli(*team, "sagemaker", "list-training-jobs")["TrainingJobSummaries"] == []
    assert up.cli(*team, "service-quotas", "list-service-quotas", "--service-code", "sagemaker")["Quotas"]


def test_as_text_it_prints_lines_to_paste_and_says_to_people_what_they_can_do(tmp_path: Path) -> None:
    command = [*COMMAND, "simulate", "--port", "0"]
    env = {**os.environ, "AWS_ENDPOINT_URL_S3": "https://elsewhere.example"}
    process = subprocess.Popen(
        command, cwd=folder(tmp_path), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        said = [process.stderr.readline().strip() for _ in range(5)]
        os.set_blocking(process.stdout.fileno(), False)
        first, *exports, control = process.stdout.read().splitlines()
        address = next(line for line in exports if line.startswith("export AWS_ENDPOINT_URL=")).partition("=")[2]
        asked = urllib.request.Request(
            f"{address}/_simulator/state?account=100200300401",
            headers={"x-simulator-control": control.removeprefix("CONTROL=")},
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert json.load(answer)["mails"] == []
    finally:
        process.terminate()
        process.communicate(timeout=10)
    assert first.startswith("unset AWS_DEFAULT_PROFILE ")
    assert {"AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_ENDPOINT_URL_S3"} <= set(first.split())
    assert all(line.startswith(("export AWS_", "export EVENT_BOOTSTRAP_JOURNAL=")) for line in exports)
    assert "export AWS_EC2_METADATA_DISABLED=true" in exports
    assert said[2] == "aws --profile team-1 cloudformation list-stacks"
    assert said[4].endswith('"$AWS_ENDPOINT_URL/_simulator/state?account=100200300401"')


def test_a_port_that_is_taken_is_said_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("simulate", "--port", str(taken.getsockname()[1]), at=folder(tmp_path))
    assert done.returncode == 2
    assert "EB-406" in done.stderr
    assert "--port 0" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "content", [None, "faults: [", "- a list", "no_such_setting: 1", "extends: nowhere", "extends: mine.yaml"]
)
def test_a_bad_scenario_file_is_said_in_words(tmp_path: Path, content: str | None) -> None:
    at = folder(tmp_path)
    if content is not None:
        (at / "mine.yaml").write_text(content, encoding="utf-8")
    done = run("simulate", "--port", "0", "--scenario", "mine.yaml", at=at)
    assert done.returncode == 2
    assert "EB-407" in done.stderr
    shipped = {each.stem for each in (Path(simulator.__file__ or "").parent / "scenarios").glob("*.yaml")}
    fix = done.stderr.partition("fix:")[2]
    assert shipped <= set(fix.replace(",", " ").split())
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/proc").exists(), reason="the simulator is found by /proc")
def test_a_simulator_that_dies_ends_the_command_and_says_so(tmp_path: Path) -> None:
    command = [*COMMAND, "simulate", "--port", "0", "--output", "plain"]
    process = subprocess.Popen(command, cwd=folder(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "is running" in process.stderr.readline()
    [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="utf-8").split()
    os.kill(int(child), signal.SIGKILL)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "error[EB-410]" in said
    assert "Traceback" not in said
