"""What the guard takes from botocore though it is not published: there, and as the guard expects it."""

from __future__ import annotations

import ast
import configparser
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest
from botocore.client import BaseClient
from botocore.credentials import RefreshableCredentials

import bootstrap
from bootstrap.aws import guard
from bootstrap.aws.sessions import AccountSession
from bootstrap.steps.stack import listing
from tests.aws.test_sessions import identify, opened, put
from tests.scripted_aws import ScriptedAws, scripted_aws

REPOSITORY = Path(__file__).parents[2]
PACKAGE = Path(bootstrap.__file__).parent
# This file was run with the first and the last of these.
TRIED = ("1.43.0", "1.44.8")
STACKS = """<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
<Stacks/></DescribeStacksResult></DescribeStacksResponse>"""


@pytest.fixture
def aws() -> Iterator[ScriptedAws]:
    with scripted_aws() as server:
        yield server


def test_setup_cfg_takes_the_versions_of_botocore_that_were_tried() -> None:
    setup = configparser.ConfigParser()
    setup.read(REPOSITORY / "setup.cfg")
    wanted = setup["options"]["install_requires"].split("\n")
    first, last = (tuple(map(int, each.split("."))) for each in TRIED)
    bounds = f">={first[0]}.{first[1]},<{last[0]}.{last[1] + 1}"
    assert {f"boto3{bounds}", f"botocore{bounds}"} <= {each.replace(" ", "") for each in wanted}
    pinned = (REPOSITORY / "requirements" / "dev.txt").read_text(encoding="utf-8")
    version = next(word for word in pinned.split() if word.startswith("botocore==")).removeprefix("botocore==")
    assert first <= tuple(map(int, version.split("."))) <= last


def test_every_call_of_a_client_goes_through_the_method_that_is_replaced(aws: ScriptedAws) -> None:
    session = opened(aws)
    client = session.client("ssm")
    assert type(client).__mro__[1] is BaseClient
    assert client._make_api_call.__self__.__class__ is guard.Guard
    assert {"meta", "_endpoint"} <= vars(client).keys()
    identify(session)
    put(session)
    next(iter(client.get_paginator("get_parameters_by_path").paginate(Path="/x")))
    assert session.calls == {"sts:AssumeRole": 1, "sts:GetCallerIdentity": 1, "ssm:PutParameter": 1,
                             "ssm:GetParametersByPath": 1}  # fmt: skip


def test_a_shared_client_signs_with_the_credentials_of_the_account_it_is_used_for(aws: ScriptedAws) -> None:
    session = opened(aws)
    shared = session._sessions.account_client("ssm", session.region, None)
    with pytest.raises(LookupError):
        shared.get_parameter(Name="/x")
    identify(session)
    session.client("ssm").get_parameter(Name="/x")
    assert "NOBODY" not in str(aws.seen)
    assert shared.meta is session.client("ssm").meta


def test_credentials_that_renew_themselves_say_when_they_end() -> None:
    end = datetime(2030, 1, 1, tzinfo=UTC)
    made = RefreshableCredentials("a", "b", "c", end, dict, "test")
    assert guard.ends_at(made) == end.timestamp()
    assert guard.ends_at(None) is None


def test_what_botocore_does_not_publish_is_used_in_one_file() -> None:
    hidden = {"_make_api_call", "_expiry_time", "_endpoint", "_request_signer", "__dict__"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "simulator" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in hidden)
        or (isinstance(node, ast.Constant) and node.value in hidden)
    }
    assert found == {"aws/guard.py"}


def test_one_call_of_a_step_crosses_four_files_and_not_25_functions_of_ours(aws: ScriptedAws) -> None:
    """From the step to botocore's own method, for a session that has signed in already."""
    aws.answers["DescribeStacks"] = [(200, STACKS)] * 2
    session = opened(aws)
    identify(session)
    assert listing.stacks(session) == {}
    session.forget_looks()
    crossed = seam(session)
    assert len(crossed) <= 25, crossed
    assert len({file for file, _ in crossed}) <= 4, crossed


def seam(session: AccountSession) -> list[tuple[str, str]]:
    crossed: list[tuple[str, str]] = []
    inside = [True]

    def count(frame: FrameType, what: str, _: object) -> None:
        code = frame.f_code
        if what == "call" and inside[0]:
            if code.co_name == "_make_api_call":
                inside[0] = False
            elif code.co_filename.startswith(str(PACKAGE)):
                crossed.append((code.co_filename, code.co_qualname))

    sys.setprofile(count)
    try:
        listing.stacks(session)
    finally:
        sys.setprofile(None)
    assert not inside[0]
    return crossed
