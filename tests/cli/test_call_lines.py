"""What --debug writes: every call, and nothing that is secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bootstrap.aws import call_log, operations
from bootstrap.aws.call_log import For, LoggedCall
from bootstrap.cli import call_lines
from bootstrap.rehearsal import simulated as rehearsal
from tests import forked_command
from tests.runs import folder, mails, rehearsed

AT = 1777622400.123
LINE = re.compile(
    r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?P<team>team-1|-) (?P<account>100200300401|operator) "
    r"(?P<region>ap-northeast-1|-) (?P<service>[a-z0-9-]+):(?P<operation>[A-Z]\w+) "
    r"(?P<status>\d{3}|-)( (?P<code>[A-Za-z.]+))? \d+\.\d{3}s (?P<request>[\w-]+)( try \d)?"
)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            LoggedCall(AT, 0.0841, "sts", "AssumeRole", "eu-west-1", For("team-1", "111122223333"), 200, "", "7c1f"),
            "2026-05-01T08:00:00.123Z team-1 operator eu-west-1 sts:AssumeRole 200 0.084s 7c1f",
        ),
        (
            LoggedCall(AT, 1.5, "sagemaker", "ListEndpoints", "eu-west-1", For("Team X", "111122223333", False, 3), 400,
                 "ThrottlingException", "7c1f"),
            "2026-05-01T08:00:00.123Z Team X 111122223333 eu-west-1 sagemaker:ListEndpoints 400 ThrottlingException "
            "1.500s 7c1f try 3",
        ),
        (
            LoggedCall(AT, 5.0, "s3", "HeadBucket", "", For("\x1b[2Jred", "1111", False), 0, "ReadTimeoutError", ""),
            "2026-05-01T08:00:00.123Z red 1111 - s3:HeadBucket - ReadTimeoutError 5.000s -",
        ),
    ],
)  # fmt: skip
def test_a_line_says_when_for_whom_what_how_it_ended_and_which_request(call: LoggedCall, said: str) -> None:
    assert call_lines.line(call) == said


def test_a_call_that_is_not_botocores_is_told_with_its_refusal() -> None:
    heard: list[LoggedCall] = []
    call_log.tell(heard.append)
    try:
        with call_log.made_for(For("red")), call_log.telling("signin", "GetSigninToken", "eu-west-1") as found:
            found["status"] = 200
        with pytest.raises(ConnectionError), call_log.telling("signin", "GetSigninToken", "eu-west-1"):
            raise ConnectionError("https://signin.aws.amazon.com/?SigninToken=secret")
    finally:
        call_log.tell(None)
    assert [(each.whose.team, each.status, each.code) for each in heard] == [
        ("red", 200, ""),
        ("", 0, "ConnectionError"),
    ]


def told(said: str) -> list[dict[str, Any]]:
    """The calls of some output; every line of it that names an operation has the form that holds nothing else."""
    lines = [each for each in said.splitlines() if re.search(r"\b[a-z0-9-]+:[A-Z][A-Za-z]+", each)]
    found = [match.groupdict() for each in lines if (match := LINE.fullmatch(each))]
    assert len(lines) == len(found), lines
    return found


def names(calls: list[dict[str, Any]]) -> set[str]:
    return {f"{each['service']}:{each['operation']}" for each in calls}


def test_commands_tell_their_calls_and_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They handle credentials, a sign-in link, people's mail addresses and their passwords."""
    with rehearsed(folder(tmp_path)) as running:
        env = {**rehearsal.environment(running.simulated), "EVENT_BOOTSTRAP_DEBUG": "1"}
        call_lines.begin()
        try:
            running.provision(only=["stack:workforce", "workforce", "stack:buckets", "stack:roles"])
        finally:
            call_log.tell(None)
        said = capsys.readouterr().err
        calls = told(said)
        made = {"sts:AssumeRole", "cognito-idp:AdminCreateUser", "ssm:PutParameter", "cloudformation:DescribeStacks"}
        assert made <= names(calls)
        assert all(operations.row(each["service"], each["operation"]) for each in calls)
        assert {each["account"] for each in calls} == {"operator", "100200300401"}
        assert len({each["request"] for each in calls}) == len(calls)

        keys, link = (forked_command.run(words, tmp_path, env)
                      for words in (["credentials", "team-1"], ["console", "team-1", "--print"]))  # fmt: skip
    assert {"signin:GetSigninToken", "sts:AssumeRole"} <= names(told(link.stderr))
    given = json.loads(keys.stdout)
    secrets = [*rehearsal.OPERATOR_KEYS, given["SecretAccessKey"], given["SessionToken"], given["AccessKeyId"],
               *mails(1, 2), "ops@example.com", link.stdout.strip(),
               unquote(link.stdout).partition("SigninToken=")[2].strip()]  # fmt: skip
    assert all(len(each) > 8 for each in secrets)
    assert [each for each in secrets if each in said + keys.stderr + link.stderr] == []
    assert "http" not in said + link.stderr
