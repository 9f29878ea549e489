"""Links into a team's console and credentials of its roles: how long they live, and that nothing of them gets out."""

from __future__ import annotations

import socket
import traceback
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from botocore.exceptions import ClientError

from bootstrap.aws import federation
from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.clock import VirtualClock
from bootstrap.errors import Refused
from bootstrap.event.event import Event
from bootstrap.event.settings import AccessSettings
from bootstrap.people import team_roles
from bootstrap.people.team_roles import Role
from tests.scripted_aws import CUT, IDENTITY, ScriptedAws, scripted_aws
from tests.templates import given

NOW = 1_796_112_000.0  # 2026-12-01T08:00:00Z, nine days before the event
ENDS = NOW + 7200  # what the script's STS says of every role's credentials
PLANTED = ("ASIAPLANTED000000000", "planted/secret+key", "planted-session/token==", "planted-sign-in-token")
ASSUMED = (
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>'
    f"<AccessKeyId>{PLANTED[0]}</AccessKeyId><SecretAccessKey>{PLANTED[1]}</SecretAccessKey>"
    f"<SessionToken>{PLANTED[2]}</SessionToken><Expiration>2026-12-01T10:00:00Z</Expiration>"
    "</Credentials></AssumeRoleResult></AssumeRoleResponse>"
)
TOKEN = (200, f'{{"SigninToken": "{PLANTED[3]}"}}')
DENIED = (
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Code>AccessDenied</Code>'
    "<Message>no resource-based policy allows</Message></Error></ErrorResponse>"
)
PRINCIPALS = AccessSettings(principals=("arn:aws:iam::999999999999:user/organiser",))
KEYS = ("AKIAOPERATOR00000000", "secret")


@pytest.fixture
def aws() -> Iterator[ScriptedAws]:
    with scripted_aws() as server:
        server.answers["AssumeRole"] = [(200, ASSUMED)]
        server.answers["getSigninToken"] = [TOKEN]
        yield server


def opened(aws: ScriptedAws, now: float = NOW, **account: Any) -> AccountSession:
    access = Access("techday", "event-bootstrap-access", 3600, False, aws.url, KEYS)
    return Sessions(access, VirtualClock(now), Limiter()).open(given.account(**account))


def link(session: AccountSession, event: Event | None = None) -> team_roles.SignInLink:
    event = event or given.event()
    return team_roles.sign_in_link(session, event, Role.PARTICIPANT, "mei on laptop", signing_out=False)


def forms(aws: ScriptedAws, operation: str) -> list[dict[str, str]]:
    return [dict(parse_qsl(body)) for name, body, _ in aws.seen if name == operation]


def test_the_link_signs_in_to_the_region_s_console_with_what_aws_gave(aws: ScriptedAws) -> None:
    parts = urlsplit(link(opened(aws)).url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{aws.url}/federation"
    assert parse_qs(parts.query) == {
        "Action": ["login"],
        "SigninToken": [PLANTED[3]],
        "Destination": ["https://ap-northeast-1.console.aws.amazon.com/sagemaker/home?region=ap-northeast-1"],
    }
    (asked,) = forms(aws, "getSigninToken")
    assert all(each in asked["Session"] for each in PLANTED[:3])


def test_it_leads_through_the_sign_out_of_the_same_host_unless_the_browser_is_to_stay_signed_in(
    aws: ScriptedAws,
) -> None:
    made = team_roles.sign_in_link(opened(aws), given.event(), Role.PARTICIPANT, "mei")
    parts = urlsplit(made.url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{aws.url}/oauth"
    asked = parse_qs(parts.query)
    assert asked["Action"] == ["logout"]
    assert asked["redirect_uri"][0].startswith(f"{aws.url}/federation?Action=login&")
    assert made.signs_out
    assert not link(opened(aws)).signs_out


def test_after_the_session_aws_leads_back_to_the_issuer(aws: ScriptedAws) -> None:
    made = team_roles.sign_in_link(opened(aws), given.event(), Role.SUPPORT, "mei", "https://event.example/j/red")
    inside = parse_qs(urlsplit(made.url).query)["redirect_uri"][0]
    assert parse_qs(urlsplit(inside).query)["Issuer"] == ["https://event.example/j/red"]


def test_each_link_has_credentials_of_its_own(aws: ScriptedAws) -> None:
    session = opened(aws)
    link(session)
    link(session)
    assert aws.operations().count("AssumeRole") == 3


def test_by_way_of_the_access_role_a_session_lasts_as_long_as_its_credentials(aws: ScriptedAws) -> None:
    made = link(opened(aws))
    assert (made.chained, made.ends, made.link_ends) == (True, ENDS, NOW + 900)
    through, role = forms(aws, "AssumeRole")
    assert through["RoleArn"].endswith(":role/event-bootstrap-access")
    assert role["RoleArn"].endswith(":role/techday-participant-ap-northeast-1")
    assert role["RoleSessionName"] == "person-mei-on-laptop"
    assert "DurationSeconds" not in role
    assert "SessionDuration" not in forms(aws, "getSigninToken")[0]


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        ("2026-12-01T08:00+00:00", 12 * 3600 - 60),
        ("2026-12-10T08:30+09:00", 11 * 3600 + 1800),
        ("2026-12-10T17:00+09:00", 3 * 3600),
        ("2026-12-12T09:00+09:00", 3600),
    ],
)
def test_a_principal_with_keys_of_its_own_has_up_to_12_hours_but_not_long_past_the_event(
    aws: ScriptedAws, now: str, seconds: int
) -> None:
    at = datetime.fromisoformat(now).timestamp()
    made = link(opened(aws, at), given.event(access=PRINCIPALS))
    assert (made.chained, made.ends) == (False, at + seconds)
    assert forms(aws, "getSigninToken")[0]["SessionDuration"] == str(seconds)
    (direct,) = forms(aws, "AssumeRole")
    assert "participant" in direct["RoleArn"]


@pytest.mark.parametrize("account", [{}, {"profile": "team"}])
def test_an_operator_with_temporary_credentials_is_chained(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch, account: dict[str, str], tmp_path: Any
) -> None:
    config = tmp_path / "credentials"
    lines = f"aws_access_key_id = ASIAOPERATOR\naws_secret_access_key = x\naws_session_token = {PLANTED[2]}\n"
    config.write_text(f"[default]\n{lines}[team]\n{lines}", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    access = Access("techday", "event-bootstrap-access", 3600, False)
    session = Sessions(access, VirtualClock(NOW), Limiter()).open(given.account(**account))
    assert link(session, given.event(access=PRINCIPALS)).chained
    assert "SessionDuration" not in forms(aws, "getSigninToken")[0]


def test_the_account_s_own_user_is_not_chained(
    aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    config = tmp_path / "credentials"
    config.write_text("[team]\naws_access_key_id = AKIATEAM\naws_secret_access_key = x\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(config))
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    access = Access("techday", "event-bootstrap-access", 3600, False)
    session = Sessions(access, VirtualClock(NOW), Limiter()).open(given.account(profile="team"))
    assert not link(session).chained


def test_who_is_no_principal_after_all_comes_by_the_access_role(aws: ScriptedAws) -> None:
    aws.answers["AssumeRole"] = [(403, DENIED), (200, ASSUMED)]
    assert link(opened(aws), given.event(access=PRINCIPALS)).chained
    assert [each["RoleArn"].rpartition("/")[2] for each in forms(aws, "AssumeRole")] == [
        "techday-participant-ap-northeast-1",
        "event-bootstrap-access",
        "techday-participant-ap-northeast-1",
    ]


def test_a_role_that_is_not_there_is_told_apart_from_an_account_that_is_closed(aws: ScriptedAws) -> None:
    aws.answers["AssumeRole"] = [(200, ASSUMED), (403, DENIED)]
    aws.answers["GetParameters"] = [(200, '{"Parameters": [], "InvalidParameters": ["x"]}')]
    aws.answers["GetCallerIdentity"] = [(200, IDENTITY.format(account=each)) for each in (given.ACCOUNT, "9" * 12)]
    with pytest.raises(Refused, match="EB-561"):
        link(opened(aws))
    aws.answers["AssumeRole"] = [(403, DENIED)]
    with pytest.raises(Refused, match="EB-201"):
        link(opened(aws))


ECHO = "".join(PLANTED)
FAILURES = [
    ((400, ECHO), "EB-562"),
    ((403, ECHO), "EB-563"),
    ((302, ECHO), "EB-563"),
    ((200, f"<html>{ECHO}</html>"), "EB-563"),
    ((200, f'["{ECHO}"]'), "EB-563"),
    ((200, '{"SigninToken": 1}'), "EB-563"),
    ((500, ECHO), "EB-563"),
    ((429, ECHO), "EB-563"),
    (CUT, "EB-563"),
]


@pytest.mark.parametrize(("answer", "code"), FAILURES)
def test_whatever_the_endpoint_answers_nothing_secret_is_in_the_error(aws: ScriptedAws, answer: Any, code: str) -> None:
    aws.answers["getSigninToken"] = [answer]
    with pytest.raises(Refused, match=code) as caught:
        link(opened(aws))
    told = "".join(traceback.format_exception(caught.value))
    assert not [each for each in PLANTED if each in told]


@pytest.mark.parametrize("trouble", [(500, ECHO), (429, ECHO), CUT])
def test_what_passes_is_tried_again(aws: ScriptedAws, trouble: Any) -> None:
    aws.answers["getSigninToken"] = [trouble, TOKEN]
    session = opened(aws)
    assert link(session).url
    assert session.calls["signin:GetSigninToken"] == 2


def test_an_endpoint_that_hangs_is_given_up(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(federation, "_TIMEOUTS", (0.2, 0.1))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", aws.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS[0])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS[1])
        access = Access("techday", "event-bootstrap-access")
        session = Sessions(access, VirtualClock(NOW), Limiter()).open(given.account())
        with pytest.raises(Refused, match="EB-563"):
            link(session)


def test_values_never_show_what_they_hold(aws: ScriptedAws) -> None:
    session = opened(aws)
    made = [link(session), team_roles.credentials(session, given.event(), Role.SUPPORT, "mei")]
    shown = f"{made} {made[0]} {made[1]}"
    assert not [each for each in PLANTED if each in shown]


@pytest.mark.parametrize(
    ("region", "sign_in", "out", "console"),
    [
        (
            "ap-northeast-1",
            "ap-northeast-1.signin.aws.amazon.com",
            "us-east-1.signin.aws.amazon.com",
            "ap-northeast-1.console.aws.amazon.com",
        ),
        # Of these it is not known that a sign-out goes on to a link.
        ("cn-north-1", "signin.amazonaws.cn", "", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "signin.amazonaws-us-gov.com", "", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_each_partition_has_hosts_of_its_own(region: str, sign_in: str, out: str, console: str) -> None:
    session = Sessions(Access("day", "role"), VirtualClock(NOW), Limiter()).open(given.account(region=region))
    assert session.federation().url == f"https://{sign_in}/federation"
    assert session.federation().sign_out == ""
    through = session.federation(signing_out=True)
    assert (through.url, through.sign_out) == (f"https://{out or sign_in}/federation", out and f"https://{out}/oauth")
    assert federation.console_page(region) == f"https://{console}/console/home?region={region}"


def test_where_services_are_reached_by_both_versions_of_ip_it_still_is_aws_s_sign_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
    session = Sessions(Access("day", "role"), VirtualClock(NOW), Limiter()).open(given.account())
    assert session.federation().url == "https://ap-northeast-1.signin.aws.amazon.com/federation"


def test_where_the_hosts_are_not_known_no_link_is_made() -> None:
    session = Sessions(Access("day", "role"), VirtualClock(NOW), Limiter()).open(given.account(region="us-iso-east-1"))
    with pytest.raises(Refused, match="EB-564"):
        session.federation()


def test_a_proxy_of_this_machine_is_used(aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", aws.url)
    send = federation.poster("http://signin.example/federation", proxies=True, verify=True)
    assert send("GetSigninToken", {"Action": "getSigninToken"})["SigninToken"] == PLANTED[3]


def test_errors_of_sts_that_are_none_of_access_are_let_through(aws: ScriptedAws) -> None:
    aws.answers["AssumeRole"] = [(400, DENIED.replace("AccessDenied", "ValidationError"))]
    with pytest.raises(ClientError, match="ValidationError"):
        link(opened(aws))
