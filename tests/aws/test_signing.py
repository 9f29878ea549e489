"""Credentials are checked before they sign, and no text shows them, whatever answers."""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

import botocore
import pytest
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as SETTINGS
from botocore.configprovider import DEFAULT_S3_CONFIG_VARS as SETTINGS_OF_S3

from bootstrap.aws import refusals
from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.clock import VirtualClock
from bootstrap.errors import Refused, clean, secret_values
from tests.aws.test_sessions import ACCOUNT, NOW, opened
from tests.scripted_aws import ASSUMED, ScriptedAws, scripted_aws

LUCK = random.Random(11)
SECRET = "".join(LUCK.choices(string.ascii_letters + string.digits + "+/", k=40))
TOKEN = "".join(LUCK.choices(string.ascii_letters + string.digits + "+/=", k=400))


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedAws]:
    for name in ("_known", "_parts", "_short"):
        monkeypatch.setattr(secret_values, name, set())
    with scripted_aws() as server:
        yield server


def as_the_operator(aws: ScriptedAws) -> AccountSession:
    """Credentials come from this process's environment, as on an operator's machine."""
    access = Access("day", "event-bootstrap-access", endpoint_url=aws.url)
    return Sessions(access, VirtualClock(NOW), Limiter()).open(ACCOUNT)


def environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    good = {
        "AWS_ACCESS_KEY_ID": "AKIA" + "OPERATOR00000000",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_SESSION_TOKEN": TOKEN,
    }
    for name, value in (good | values).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_SESSION_TOKEN", f"{TOKEN[:76]}\n{TOKEN[76:]}", "AWS_SESSION_TOKEN has a line break in it"),
        ("AWS_SESSION_TOKEN", f"{TOKEN}\r", "AWS_SESSION_TOKEN has a line break in it"),
        ("AWS_SECRET_ACCESS_KEY", f"{SECRET}\n", "AWS_SECRET_ACCESS_KEY has a line break in it"),
        ("AWS_ACCESS_KEY_ID", "AKIA" + "OPERATOR00000000 ", "AWS_ACCESS_KEY_ID has a space in it"),
        ("AWS_SESSION_TOKEN", f"{TOKEN}\u200b", "AWS_SESSION_TOKEN has a character that is not ASCII"),
        ("AWS_SECRET_ACCESS_KEY", f"“{SECRET}”", "AWS_SECRET_ACCESS_KEY has a character that is not ASCII"),
    ],
)
def test_credentials_that_were_copied_badly_are_named_and_not_sent(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    environment(monkeypatch, **{name: value})
    with pytest.raises(Refused) as refused:
        as_the_operator(aws).client("sts").get_caller_identity()
    assert (refused.value.code, refused.value.detail) == ("EB-379", said)
    assert aws.seen == []


def test_an_accounts_own_credentials_are_checked_too(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch)
    broken = ASSUMED.replace(">token<", f">{TOKEN[:40]}\n{TOKEN[40:]}<")
    aws.answers["AssumeRole"] = [(200, broken.format(n=1, expiry=aws.expiry))]
    with pytest.raises(Refused, match="aws_session_token has a line break in it"):
        as_the_operator(aws).client("ssm").get_parameter(Name="/x")
    assert aws.operations() == ["AssumeRole"]


# How a proxy, a captive page or AWS itself may repeat what a request was signed with.
SHAPES = {
    "XML cut off": "<AssumeRoleResponse><AssumeRoleResult><Credentials><SessionToken>{token}",
    "an error in XML": (
        "<ErrorResponse><Error><Type>Sender</Type><Code>Odd</Code><Message>{secret} {token}</Message></Error>"
        "</ErrorResponse>"
    ),
    "an error in JSON": '{{"__type": "Odd", "message": "token {token} of key {secret}"}}',
    "a page": "<html><body>Request: {token} Signed with {secret}</body></html>",
    "an address": "https://proxy.example/sign-in?back={quoted}",
    "nothing of a protocol": "{token}",
}


@pytest.mark.parametrize(("shape", "status"), list(product(SHAPES, (200, 302, 400, 403, 503))))
def test_no_answer_brings_a_credential_into_a_failure(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch, shape: str, status: int
) -> None:
    environment(monkeypatch)
    body = SHAPES[shape].format(token=TOKEN, secret=SECRET, quoted=quote(TOKEN, safe=""))
    assumed = ASSUMED.replace(">token<", f">{TOKEN}<").format(n=1, expiry=aws.expiry)
    aws.answers["GetParameter"] = [(status, body)]
    # AssumeRole itself is answered so; or it is answered well, and the call after it is answered so.
    for first in [(status, body), (200, assumed)]:
        aws.answers["AssumeRole"] = [first]
        with pytest.raises(Exception) as failed:  # noqa: PT011
            as_the_operator(aws).client("ssm").get_parameter(Name="/x")
        told = refusals.failure(failed.value, "us-east-1")
        for text in (clean(told.detail), clean(told.cause or "")):
            assert TOKEN[:24] not in text
            assert SECRET[:24] not in text


# What botocore reads without a row in its tables, and what others give it.
ELSEWHERE = (
    "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_S3", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "SSLKEYLOGFILE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy", "NO_PROXY",
    "BOTOCORE_EXPERIMENTAL__PLUGINS", "BOTO_CONFIG", "BOTO_DISABLE_CRT", "BOTO_EXPERIMENTAL__ADD_PROXY_HOST_HEADER",
    "_X_AMZN_TRACE_ID",
)  # fmt: skip


def read_by_botocore() -> set[str]:
    """Every variable that botocore's code names: a newer one may read more."""
    files = Path(botocore.__file__).parent.glob("*.py")
    return {name for each in files for name in re.findall(r"""['"](AWS_[A-Z0-9_]+)['"]""", each.read_text("utf-8"))}


OF_ITS_TABLES = {
    name
    for _, names, _, _ in [*SETTINGS.values(), *SETTINGS_OF_S3.values()]
    for name in ([names] if isinstance(names, str) else names or ())
}
VARIABLES = sorted({*ELSEWHERE, *read_by_botocore(), *OF_ITS_TABLES})


# A session takes a second to make: some variables at once; a failure names those of which one was read.
BATCHES = [VARIABLES[at : at + 8] for at in range(0, len(VARIABLES), 8)]


@pytest.mark.parametrize("names", BATCHES, ids=lambda names: f"{names[0]} to {names[-1]}")
def test_a_rehearsal_takes_no_setting_from_this_machine(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, names: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # OpenSSL writes the file that SSLKEYLOGFILE names
    for name in names:
        monkeypatch.setenv(name, "bogus")
    session = opened(aws)
    session.client("sts").get_caller_identity()
    session.client("s3")
    assert aws.operations() == ["AssumeRole", "GetCallerIdentity"]


def test_a_token_of_the_environment_signs_no_call_in_an_account(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "ours")
    aws.answers["GET /custom-models"] = [(200, json.dumps({"modelSummaries": []}))]
    opened(aws).client("bedrock").list_custom_models()
    assert all("AWS4-HMAC-SHA256" in headers["Authorization"] for _, _, headers in aws.seen)
