"""Each source of credentials ends during a run: it is renewed, it fails in the end, and never says a secret."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.tokens import SSOTokenProvider
from botocore.utils import ContainerMetadataFetcher, JSONFileCache

from bootstrap.aws import own_credentials
from bootstrap.aws.guard import Access
from bootstrap.aws.own_credentials import Renewal, Way
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.doctor import day_access
from bootstrap.doctor.day_access import Lasting
from bootstrap.engine.clock import RealClock
from bootstrap.errors import Refused
from bootstrap.event.settings import AccessSettings
from bootstrap.report import day_access_table
from tests.aws import credential_sources
from tests.aws.credential_sources import ACCESS_TOKEN, CONTAINER_TOKEN, PLANTED, REFRESH_TOKEN, Source
from tests.scripted_aws import ScriptedAws, scripted_aws
from tests.templates import given

HOUR = 3600.0
REGION = "ap-northeast-1"
Setting = pytest.MonkeyPatch
Prepare = Callable[[Source, Path, Setting], None]


@pytest.fixture
def source(monkeypatch: Setting, tmp_path: Path) -> Iterator[Source]:
    """A machine that has nothing of its own."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(ContainerMetadataFetcher, "SLEEP_TIME", 0)
    with credential_sources.running() as found:
        yield found


@pytest.fixture
def aws(monkeypatch: Setting) -> Iterator[ScriptedAws]:
    with scripted_aws() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        yield server


def instance(source: Source, at: Path, env: Setting) -> None:
    env.setenv("AWS_EC2_METADATA_DISABLED", "false")
    env.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", source.url)


def container(source: Source, at: Path, env: Setting) -> None:
    token = at / "token"
    token.write_text(CONTAINER_TOKEN, encoding="ascii")
    env.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{source.url}/container")
    env.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", str(token))


def single_sign_on(source: Source, at: Path, env: Setting) -> None:
    config = (
        "[default]\nsso_session = day\nsso_account_id = 111122223333\nsso_role_name = Operator\n"
        f"[sso-session day]\nsso_region = {REGION}\nsso_start_url = https://day.awsapps.com/start\n"
    )
    (at / "AWS_CONFIG_FILE").write_text(config, encoding="ascii")
    # The access token has ended, and the refresh token gives another one.
    cached = {
        "accessToken": ACCESS_TOKEN, "expiresAt": "2026-01-01T00:00:00Z", "refreshToken": REFRESH_TOKEN,
        "clientId": "client", "clientSecret": "planted/secret+key", "registrationExpiresAt": "2099-01-01T00:00:00Z",
        "region": REGION, "startUrl": "https://day.awsapps.com/start",
    }  # fmt: skip
    cache = at / "sso"
    cache.mkdir()
    name = sha1(b"day", usedforsecurity=False).hexdigest()
    (cache / f"{name}.json").write_text(json.dumps(cached), encoding="ascii")
    made = lambda *_, **__: JSONFileCache(str(cache))  # noqa: E731
    env.setattr(SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(cache), raising=False)
    env.setattr("botocore.tokens.JSONFileCache", made, raising=False)
    env.setattr("botocore.credentials.JSONFileCache", made, raising=False)
    for service in ("SSO", "SSO_OIDC"):
        env.setenv(f"AWS_ENDPOINT_URL_{service}", source.url)


def program(source: Source, at: Path, env: Setting) -> None:
    """The program shows what stands in a file, which `turned` writes anew."""
    (at / "AWS_CONFIG_FILE").write_text(f"[default]\ncredential_process = cat {at}/shown\n", encoding="ascii")
    write(source, at)


def write(source: Source, at: Path) -> None:
    shown = source.document()
    text = "gone" if source.broken else json.dumps({**shown, "Version": 1, "SessionToken": shown["Token"]})
    (at / "shown").write_text(text, encoding="ascii")


def turned(sessions: Sessions, source: Source, at: Path, seconds: float) -> None:
    """Let time pass for the source, and for the credentials that the tool holds."""
    source.ahead += seconds
    held = sessions.operator_credentials(None, REGION)
    held._time_fetcher = source.now
    # Single sign-on keeps what it was given by this machine's clock.
    getattr(getattr(held._refresh_using, "__self__", None), "_cache", {}).clear()
    if (at / "shown").exists():
        write(source, at)


def key_of(aws: ScriptedAws) -> str:
    """The access key that signed the last call."""
    return str(aws.seen[-1][2]["Authorization"]).partition("Credential=")[2].partition("/")[0]


SOURCES: tuple[tuple[Prepare, Way, Renewal], ...] = (
    (instance, Way.INSTANCE, Renewal.BY_THEMSELVES),
    (container, Way.CONTAINER, Renewal.BY_THEMSELVES),
    (single_sign_on, Way.SINGLE_SIGN_ON, Renewal.WHILE_SIGNED_IN),
    (program, Way.PROCESS, Renewal.BY_A_PROGRAM),
)


@pytest.mark.parametrize(("prepare", "way", "renewal"), SOURCES, ids=[each[0].__name__ for each in SOURCES])
def test_what_ends_in_a_run_is_renewed_and_a_source_that_fails_ends_it(
    prepare: Prepare,
    way: Way,
    renewal: Renewal,
    source: Source,
    aws: ScriptedAws,
    tmp_path: Path,
    monkeypatch: Setting,
    caplog: pytest.LogCaptureFixture,
) -> None:
    prepare(source, tmp_path, monkeypatch)
    sessions = Sessions(Access("day", "role"), RealClock(), Limiter())
    client = sessions.open(given.account(region=REGION)).hub_client("sts")
    found = own_credentials.of(sessions, None, REGION)
    assert found is not None
    assert (found.way, found.renewal, found.long_term) == (way, renewal, False)
    assert found.ends == pytest.approx(time.time() + HOUR, abs=60)
    client.get_caller_identity()
    first = key_of(aws)
    turned(sessions, source, tmp_path, 2 * HOUR)
    client.get_caller_identity()
    assert key_of(aws) > first, "renewed without anybody's doing"
    source.broken = True
    turned(sessions, source, tmp_path, 2 * HOUR)
    sent, begun = len(aws.seen), time.monotonic()
    with pytest.raises((BotoCoreError, ClientError, Refused)) as failed:
        client.get_caller_identity()
    assert len(aws.seen) == sent
    assert time.monotonic() - begun < 10
    [row] = day_access.of(sessions, given.event(), [given.account()], time.time())
    assert row.lasting is Lasting.NOTHING
    said = "\n".join([str(failed.value), caplog.text, *day_access_table.lines([row])])
    assert [each for each in PLANTED if each in said] == []


def test_an_instance_is_asked_with_a_token_and_a_container_with_its_own(
    source: Source, tmp_path: Path, monkeypatch: Setting
) -> None:
    """The stub gives nothing without (IMDSv2); a wrong token of a container is refused as well."""
    container(source, tmp_path, monkeypatch)
    (tmp_path / "token").write_text("wrong", encoding="ascii")
    [row] = day_access.of(
        Sessions(Access("day", "role"), RealClock(), Limiter()), given.event(), [given.account()], time.time()
    )
    assert row.lasting is Lasting.NOTHING
    assert source.given == 0


CLOSES = given.schedule().closes.timestamp()


@pytest.mark.parametrize(
    ("config", "renewal", "hours"),
    [
        ("aws_access_key_id = AKIAUSER000000000000\naws_secret_access_key = x\n", Renewal.NOT_NEEDED, 12),
        ("role_arn = arn:aws:iam::999999999999:role/ops\nsource_profile = keys\n", Renewal.BY_THEMSELVES, 1),
        ("role_arn = arn:aws:iam::999999999999:role/ops\nsource_profile = portal\n", Renewal.WHILE_SIGNED_IN, 1),
        ("role_arn = arn:aws:iam::999999999999:role/ops\nsource_profile = asking\n", Renewal.BY_A_PROGRAM, 1),
        ("role_arn = arn:aws:iam::999999999999:role/ops\nsource_profile = short\n", Renewal.NOBODY, 1),
    ],
)
def test_of_a_chain_of_profiles_the_last_says_who_renews_it(
    config: str, renewal: Renewal, hours: int, source: Source, tmp_path: Path, monkeypatch: Setting
) -> None:
    keys = "aws_access_key_id = AKIAUSER000000000000\naws_secret_access_key = x\n"
    others = (
        f"[profile keys]\n{keys}[profile short]\n{keys}aws_session_token = y\n"
        "[profile portal]\nsso_session = day\nsso_account_id = 1\nsso_role_name = r\n[profile asking]\n"
        "credential_process = cat x\n[sso-session day]\nsso_region = x\nsso_start_url = https://x\n"
    )
    (tmp_path / "AWS_CONFIG_FILE").write_text(f"[default]\n{config}{others}", encoding="ascii")
    sessions = Sessions(Access("day", "role"), RealClock(), Limiter())
    way = Way.FILE if hours == 12 else Way.ROLE
    assert own_credentials._renewal(sessions, None, REGION, way, hours == 12) is renewal
    event = given.event(access=AccessSettings(principals=("arn:aws:iam::999999999999:user/organiser",)))
    if hours == 12:
        [row] = day_access.of(sessions, event, [given.account()], time.time())
        assert (row.console_hours, row.lasting) == (12, Lasting.ALL_DAY)
        assert "12 hours" in "\n".join(day_access_table.lines([row]))
        [without] = day_access.of(sessions, given.event(), [given.account()], time.time())
        assert without.console_hours == 1


@pytest.mark.parametrize(
    ("ends", "lasting", "said"),
    [
        (CLOSES + 60, Lasting.ALL_DAY, "2026-12-10 18:01"),
        (CLOSES - 60, Lasting.ENDS_BEFORE, "2026-12-10 17:59, in 59 min: before the event ends"),
        (None, Lasting.UNKNOWN, "they do not say"),
    ],
)
def test_an_end_is_held_against_the_event_s_hours_in_its_own_time_zone(
    ends: float | None, lasting: Lasting, said: str
) -> None:
    found: Any = own_credentials.OwnCredentials(None, Way.VARIABLES, Renewal.NOBODY, ends)
    row = day_access.DayAccess(None, given.schedule(), CLOSES - HOUR, False, found)
    assert row.lasting is lasting
    table = "\n".join(day_access_table.lines([row]))
    assert said in table
    assert "2026-12-10 09:00 to 2026-12-10 18:00" in table
    assert "one hour" in table
