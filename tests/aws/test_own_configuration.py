"""Faults of the operator's own AWS configuration: each is told with a code, the place and the fix."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import botocore.exceptions
import pytest
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as SETTINGS

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import own_configuration, refusals
from bootstrap.aws.guard import Access
from bootstrap.aws.origins import ORIGINS, Origin
from bootstrap.aws.own_configuration import OwnConfiguration
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.engine.clock import VirtualClock
from bootstrap.errors import catalogue
from bootstrap.event.roster.roster import TeamAccount
from tests import forked_command
from tests.aws.test_sessions import ACCOUNT, NOW
from tests.runs import folder
from tests.scripted_aws import ScriptedAws, scripted_aws

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA" + "OPERATOR00000000", "AWS_SECRET_ACCESS_KEY": "s" * 40}
CREDENTIALS = f"[base]\naws_access_key_id = {KEYS['AWS_ACCESS_KEY_ID']}\naws_secret_access_key = {'s' * 40}\n"
ROLE = "role_arn = arn:aws:iam::111122223333:role/a\n"


@pytest.fixture
def aws() -> Iterator[ScriptedAws]:
    with scripted_aws() as server:
        # botocore goes by this machine's clock for a profile's role.
        server.expiry = "2036-12-01T10:00:00Z"
        yield server


def machine(at: Path, files: bytes | str = "", **variables: str) -> dict[str, str]:
    """The environment of a machine that has nothing else: its files and variables."""
    (at / "config").write_bytes(files.encode() if isinstance(files, str) else files)
    (at / "credentials").write_text(CREDENTIALS, encoding="utf-8")
    whole = {
        "AWS_CONFIG_FILE": str(at / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(at / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return whole | variables


def environment(monkeypatch: pytest.MonkeyPatch, wanted: Mapping[str, str]) -> None:
    for name in [each for each in os.environ if each.startswith(("AWS_", "REQUESTS_CA"))]:
        monkeypatch.delenv(name)
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)


def visited(account: TeamAccount = ACCOUNT) -> AccountSession:
    return Sessions(Access("day", "event-bootstrap-access"), VirtualClock(NOW), Limiter()).open(account)


def told(account: TeamAccount = ACCOUNT) -> tuple[str, str]:
    """Code and words of the first call in an account."""
    with pytest.raises(Exception) as failed:  # noqa: PT011
        visited(account).client("sts").get_caller_identity()
    settled = refusals.failure(failed.value, account.region)
    return str(settled.code), settled.detail


def test_each_exception_of_botocore_is_decided() -> None:
    """A newer botocore may have new ones: decide whose fault each is."""
    there = {
        name
        for name, each in vars(botocore.exceptions).items()
        if isinstance(each, type) and issubclass(each, BaseException) and each.__module__ == "botocore.exceptions"
    }
    decided = [name for names in ORIGINS.values() for name in names]
    assert sorted(decided) == sorted(there)


def made(name: str) -> BaseException:
    """The exception, with something for each field of its text."""
    kind = getattr(botocore.exceptions, name)

    error: BaseException = kind.__new__(kind)
    fields = dict.fromkeys(("error", "path", "profile", "provider", "cred_var", "config_key", "region_name"), "x")
    Exception.__init__(error, "text")
    error.kwargs = fields  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize("name", sorted(ORIGINS[Origin.CONFIGURATION]))
def test_no_exception_about_the_configuration_is_an_error_of_the_program(name: str) -> None:
    error = made(name)
    assert isinstance(error, Exception)
    settled = refusals.failure(error, "ap-northeast-1")
    assert settled.code in catalogue()
    assert settled.code != "EB-390"
    found = own_configuration.refusal(error)
    assert found is not None
    assert found.code in catalogue()


@pytest.mark.parametrize("name", sorted(ORIGINS[Origin.PROGRAM] - {"UnsupportedTLSVersionWarning"}))
def test_an_error_of_the_program_stays_one(name: str) -> None:
    assert own_configuration.refusal(made(name)) is None


def me(rest: str) -> str:
    return f"[profile me]\n{rest}"


FILES: list[tuple[str, bytes | str, str, str]] = [
    ("a section twice", me("region = a\n") + me(""),
     "EB-650", "config, line 3: the section [profile me] is there twice"),
    ("a line twice", me("region = a\nregion = b\n"), "EB-650", "config, line 3: region is there twice"),
    ("a byte-order mark", "\ufeff" + me(""), "EB-650", "config, line 1: begins with a byte-order mark"),
    ("not UTF-8", me("# B\xfcro\n").encode("latin-1"), "EB-650", "config, line 2: is not UTF-8"),
    ("no =", me("region eu-central-1\n"), "EB-650", "config, line 2: has no `=`"),
    ("before a section", "region = x\n" + me(""), "EB-650", "config, line 1: stands before the first section"),
    ("nested without =", me("s3 =\n    addressing_style\n"), "EB-650", "config: an indented line has no `=`"),
    ("no source", me(ROLE + "source_profile = gone\n"),
     "EB-652", "profile gone is named as source_profile, but is not"),
    ("empty source", me(ROLE + "source_profile = b\n") + "[profile b]\n",
     "EB-652", "profile b is a source_profile, but"),
    ("both sources", me(ROLE + "source_profile = base\ncredential_source = Environment\n"), "EB-652", "has both"),
    ("neither source", me(ROLE), "EB-664", "profile me has no source_profile or credential_source"),
    ("a wrong source", me(ROLE + "credential_source = Env\n"), "EB-652", "credential_source must be one of"),
    ("a circle", me(f"{ROLE}source_profile = b\n") + f"[profile b]\n{ROLE}source_profile = me\n", "EB-652",
     "the profiles me, b name each other"),
    ("its own source", me(f"{ROLE}source_profile = me\n"), "EB-652", "the profiles me name each other"),
    ("no sso-session", me("sso_session = corp\nsso_account_id = 1\nsso_role_name = A\n"), "EB-652",
     "names the sso-session corp, which is not there"),
    ("half of single sign-on", me("sso_account_id = 1\nsso_role_name = A\n"), "EB-652", "has no sso_start_url"),
    ("signed out",
     me("sso_account_id = 1\nsso_role_name = A\nsso_start_url = https://x.example\nsso_region = eu-west-1\n"),
     "EB-210", "run: aws sso login --profile me"),
    ("aws login", me("login_session = arn:aws:iam::999999999999:user/lin\n"), "EB-655", "pip install 'botocore[crt]=="),
    ("no program", me("credential_process = /opt/gone --json SECRET-ARGUMENT\n"), "EB-653",
     "the program /opt/gone cannot be started"),
    ("no program named", me("credential_process =\n"), "EB-653", "does not answer as"),
    ("a failing program", me("credential_process = sh -c 'exit 3'\n"), "EB-653", "the program sh failed"),
    ("a talking program", me("credential_process = sh -c 'echo Opening browser'\n"), "EB-653", "does not answer as"),
    ("a program with a list", me("credential_process = sh -c 'echo []'\n"), "EB-653", "does not answer as"),
    ("an open quote", me("credential_process = sh -c 'echo\n"), "EB-653", "does not answer as"),
    ("half of the keys", me("aws_access_key_id = AKIAX\n"), "EB-664", "profile me has no aws_secret_access_key"),
    ("no token file", me(ROLE + "web_identity_token_file = /gone\n"), "EB-654", "names /gone, which cannot be read"),
    ("no role for the token", me("web_identity_token_file = /gone\n"),
     "EB-652", "has a web_identity_token_file, but no"),
    ("a wrong mode", me("defaults_mode = in_region\n"), "EB-651", "defaults_mode of profile me in "),
    ("a wrong number", me("max_attempts = many\nmetadata_service_timeout = soon\n"), "EB-651",
     "metadata_service_timeout of profile me"),
    ("a wrong endpoint", me("endpoint_url = localhost:4566\n"), "EB-651", "endpoint_url has a value that is not valid"),
    ("a service's endpoint", me("services = here\n") + "[services here]\nsts =\n    endpoint_url = localhost:1\n",
     "EB-651",
     "services here, sts has a value"),
    ("no services", me("services = gone\n"), "EB-652", "names the services section gone, which is not there"),
    ("a short external id", me(f"{ROLE}source_profile = base\nexternal_id = x\n"), "EB-652",
     "takes no such value of one of these: role_arn, external_id"),
    ("no credentials", me("region = eu-west-1\n"), "EB-209", ""),
]  # fmt: skip


@pytest.mark.parametrize(("files", "code", "words"), [each[1:] for each in FILES], ids=[each[0] for each in FILES])
def test_a_wrong_file_is_told_with_its_place(
    files: bytes | str, code: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, machine(tmp_path, files, AWS_PROFILE="me"))
    found = told()
    assert found[0] == code
    assert words in found[1]
    assert "SECRET-ARGUMENT" not in found[1]


VARIABLES: list[tuple[dict[str, str], str, str]] = [
    *(({**KEYS, name: "bogus"}, "EB-651", f"{name} has a value") for name in (
        "AWS_DEFAULTS_MODE", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "AWS_METADATA_SERVICE_TIMEOUT", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_STS", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "AWS_EC2_METADATA_SERVICE_ENDPOINT")),
    ({**KEYS, "AWS_PROFILE": "gone"}, "EB-211", "the profile gone (AWS_PROFILE) is in none of these files"),
    ({**KEYS, "AWS_ENDPOINT_URL": "https://127.0.0.1:9", "AWS_CA_BUNDLE": "/gone"},
     "EB-660", "AWS_CA_BUNDLE names /gone"),
    ({**KEYS, "AWS_ENDPOINT_URL": "https://127.0.0.1:9", "REQUESTS_CA_BUNDLE": __file__}, "EB-660",
     "cannot be used: no certificate in PEM is in it"),
    ({**KEYS, "AWS_CA_BUNDLE": " "}, "EB-660", "AWS_CA_BUNDLE is empty"),
    ({**KEYS, "HTTPS_PROXY": "socks5://127.0.0.1:9"}, "EB-651", "HTTPS_PROXY must be an address like"),
    ({**KEYS, "HTTPS_PROXY": "http://me:pass@:1"}, "EB-651", "HTTPS_PROXY must be an address like"),
    ({"AWS_ACCESS_KEY_ID": "AKIAX"}, "EB-664", "the environment has no AWS_SECRET_ACCESS_KEY"),
    ({"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/a", "AWS_WEB_IDENTITY_TOKEN_FILE": "/gone"}, "EB-654",
     "AWS_WEB_IDENTITY_TOKEN_FILE names /gone"),
    ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/gone"}, "EB-654", "AWS_ROLE_ARN is not"),
    ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://10.1.2.3/x"}, "EB-654", "check AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/gone"},
     "EB-654", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names /gone"),
    ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\nb"},
     "EB-654", "AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    ({**KEYS, "SSLKEYLOGFILE": "/gone/keys"}, "EB-651", "SSLKEYLOGFILE names /gone/keys"),
    ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/etc/hostname", "AWS_ROLE_ARN": "short"}, "EB-651", "AWS_ROLE_ARN"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    VARIABLES,
    ids=[" ".join(sorted({*each} - {*KEYS})) for each, *_ in VARIABLES],
)
def test_a_wrong_variable_is_named(
    variables: dict[str, str], code: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, machine(tmp_path, "", **variables))
    found = told()
    assert found[0] == code
    assert words in found[1]
    assert "pass@" not in found[1]


@pytest.mark.parametrize(
    "name",
    sorted(
        {name for _, names, _, _ in SETTINGS.values() for name in ([names] if isinstance(names, str) else names or ())}
        | {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "AWS_S3_USE_ARN_REGION", "AWS_ENDPOINT_URL_S3"}
    ),
)
def test_no_value_of_a_variable_is_an_error_of_the_program(
    name: str, aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, machine(tmp_path, "", AWS_ENDPOINT_URL=aws.url, **{**KEYS, name: "bogus"}))
    wrong = None
    try:
        session = visited()
        session.client("sts").get_caller_identity()
        session.client("s3")
    except OwnConfiguration as found:
        wrong = found
    assert wrong is None or name in wrong.detail


def test_each_command_tells_it(tmp_path: Path) -> None:
    at = folder(tmp_path / "event", dataset={"source": "s3://pictures/all.zip", "size": 64})
    env = machine(tmp_path, me("credential_process = /opt/gone\n"), AWS_PROFILE="me")
    for words in (
        ["plan", "--step", "access"], ["provision"], ["doctor", "team-1"], ["repair", "team-1"], ["quotas"],
        ["sweep"], ["credentials", "team-1"], ["console", "team-1", "--print"], ["dataset", "preview"],
    ):  # fmt: skip
        done = forked_command.run(words, at, env)
        said = done.stdout + done.stderr
        assert done.returncode in (1, 2), words
        assert "EB-653" in said or ("EB-189" in said and "s3://" in said), (words, said)
        assert "Traceback" not in said, words
        assert "EB-390" not in said, words


def test_a_program_that_works_gives_the_credentials(
    aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"Version": 1, "AccessKeyId": "AKIA" + "FROMPROGRAM00000", "SecretAccessKey": "p" * 40}
    program = tmp_path / "give.py"
    program.write_text(f"print({json.dumps(json.dumps(answer))})", encoding="utf-8")
    files = me(f"credential_process = {sys.executable} {program}\n")
    environment(monkeypatch, machine(tmp_path, files, AWS_PROFILE="me", AWS_ENDPOINT_URL=aws.url))
    visited().client("sts").get_caller_identity()
    assert "FROMPROGRAM" in aws.seen[0][2]["Authorization"]


def test_a_profile_without_a_region_takes_the_rows(
    aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = "[profile t1]\n" + ROLE + "source_profile = base\n"
    environment(monkeypatch, machine(tmp_path, files, AWS_ENDPOINT_URL=aws.url))
    account = replace(ACCOUNT, role_arn=None, external_id=None, profile="t1")
    visited(account).client("sts").get_caller_identity()
    assert [operation for operation, _, _ in aws.seen] == ["AssumeRole", "GetCallerIdentity"]
    assert "/ap-northeast-1/sts/" in aws.seen[0][2]["Authorization"]


def test_what_aws_refuses_of_a_profile_stays_its_answer(
    aws: ScriptedAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.answers["AssumeRole"] = [(403, _error("AccessDenied", "no"))]
    files = "[profile t1]\n" + ROLE + "source_profile = base\n"
    environment(monkeypatch, machine(tmp_path, files, AWS_ENDPOINT_URL=aws.url))
    account = replace(ACCOUNT, role_arn=None, external_id=None, profile="t1")
    code, _ = told(account)
    assert code == "EB-372"


def _error(code: str, message: str) -> str:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"


def test_a_wrong_region_of_a_profile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, machine(tmp_path, me(f"{ROLE}source_profile = base\nregion = eu central 1\n")))
    code, words = told(replace(ACCOUNT, external_id=None, profile="me"))
    assert code == "EB-651"
    assert "region of profile me in " in words


def test_what_nobody_knows_names_the_files_and_not_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, machine(tmp_path, me(""), AWS_PROFILE="me"))
    with pytest.raises(OwnConfiguration, match="EB-663") as wrong, own_configuration.reading(None):
        raise RuntimeError("a secret")
    assert "(RuntimeError): profile me, " in wrong.value.detail
    assert "a secret" not in wrong.value.detail
    with pytest.raises(RuntimeError), own_configuration.reading(None, read=False):
        raise RuntimeError


def test_an_untrusted_certificate_is_not_waited_for() -> None:
    error = botocore.exceptions.SSLError(endpoint_url="https://x", error=OSError("[SSL: CERTIFICATE_VERIFY_FAILED] x"))
    assert not aws_errors.transient(error)
    assert refusals.failure(error, "eu-west-1").code == "EB-661"
    cut = botocore.exceptions.SSLError(endpoint_url="https://x", error=OSError("EOF occurred in violation of protocol"))
    assert aws_errors.transient(cut)


def test_a_rehearsal_names_the_file_of_tls_keys_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", "/gone/keys")
    access = Access("day", "event-bootstrap-access", 3600, False, "http://127.0.0.1:9", ("AKIAOPERATOR00000000", "s"))
    with pytest.raises(OwnConfiguration, match=r"EB-651.*SSLKEYLOGFILE"):
        Sessions(access, VirtualClock(NOW), Limiter()).operator_client("sts", "ap-northeast-1", None)
