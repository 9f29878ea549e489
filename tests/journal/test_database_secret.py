"""A journal whose password is in a secret: never in its address, and read anew when it was rotated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg
import pytest

from bootstrap.aws.guard import Access
from bootstrap.aws.secrets import DatabaseSecret, DatabaseSecrets
from bootstrap.errors import BadInput, Refused, Troubled
from bootstrap.journal import database, database_secret, journal
from bootstrap.journal.holds import Holds
from tests.postgresql import Server
from tests.simulated import HUB, REGION, Simulated, running

ARN = "arn:aws:secretsmanager:r:1:secret:x"
OLD, NEW = "first-password-of-7", "rotated-password-7"


@pytest.fixture(scope="module")
def aws() -> Iterator[Simulated]:
    with running(clock="real") as simulated:
        yield simulated


@pytest.fixture
def secrets(aws: Simulated, monkeypatch: pytest.MonkeyPatch) -> DatabaseSecrets:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    keys = (HUB["access_key_id"], HUB["secret_access_key"])
    return DatabaseSecrets(Access("venue", "", endpoint_url=aws.url, operator_keys=keys))


def test_a_secret_is_read_by_its_name_and_its_arn_and_kept_until_a_newer_one_is_asked_for(
    aws: Simulated, secrets: DatabaseSecrets
) -> None:
    made = aws.hub("secretsmanager")
    arn = made.create_secret(Name="one", SecretString='{"username": "u", "password": "first"}')["ARN"]
    first = secrets("one")
    assert (first.username, first.password, first.host, first.port) == ("u", "first", "", 5432)
    assert "first" not in repr(first)
    made.put_secret_value(SecretId="one", SecretString='{"username": "u", "password": "next", "host": "h", "port": 1}')
    assert secrets("one").password == "first"
    assert secrets(arn).password == secrets("one", first.read + 1e-6).password == "next"
    # The rights of the host's role in venue.yaml, and what needs none.
    assert set(aws.calls(HUB["account_id"])) - {"secretsmanager:CreateSecret", "secretsmanager:PutSecretValue"} == {
        "sts:GetCallerIdentity", "secretsmanager:GetSecretValue",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "EB-765"), ("", "EB-766"), ("no json", "EB-766"), ('{"username": "u"}', "EB-766"), ("[]", "EB-766"),
     ('{"username": "u", "password": "p", "port": "x"}', "EB-766"), ('{"username": "", "password": "p"}', "EB-766")],
)  # fmt: skip
def test_what_is_no_secret_of_a_database_is_refused_without_its_text(
    aws: Simulated, secrets: DatabaseSecrets, text: str | None, code: str
) -> None:
    name = f"secret-{abs(hash(text))}"
    if text is not None:
        aws.hub("secretsmanager").create_secret(
            Name=name, **({"SecretString": text} if text else {"SecretBinary": b"x"})
        )
    with pytest.raises(Refused) as refused:
        secrets(name)
    assert refused.value.code == code
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    ("where", "name"),
    [("secretsmanager:db", "db"), (f"secretsmanager:{ARN}", ARN),
     ("postgresql://h/j?sslmode=require&secret=db", "db"), ("postgresql://h/j", None), ("journal.sqlite", None)],
)  # fmt: skip
def test_a_journals_address_may_name_a_secret(where: str, name: str | None) -> None:
    assert database_secret.named(where) == name
    assert journal.exists(where) is (where != "journal.sqlite")
    assert database.in_public(where).startswith(where.partition("?")[0])


@dataclass
class Kept:
    """A reader of one secret, which counts how often it was read anew."""

    secret: DatabaseSecret
    reads: int = 0

    def __call__(self, name: str, older_than: float | None = None) -> DatabaseSecret:
        assert name == "db"
        self.reads += older_than is not None
        return self.secret


def test_a_bare_name_needs_a_host_in_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_secret, "_readers", [Kept(DatabaseSecret("u", "p"))])
    with pytest.raises(BadInput) as refused:
        database.connect("secretsmanager:db")
    assert refused.value.problems[0].code == "EB-766"


def said(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.mark.postgresql
@pytest.mark.parametrize("bare", [False, True])
def test_a_rotated_password_is_read_anew_and_stands_in_no_message(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch, bare: bool
) -> None:
    owner = postgresql.database()
    url = urlsplit(owner)
    name, user = url.path.removeprefix("/"), f"user_of_{url.path.removeprefix('/')}"
    said(owner, f"create role {user} login superuser password '{OLD}'")
    host, port = str(url.hostname), int(url.port or 0)
    kept = Kept(DatabaseSecret(user, OLD, host, port, name))
    monkeypatch.setattr(database_secret, "_readers", [kept])
    held = Holds("secretsmanager:db" if bare else f"postgresql://{host}:{port}/{name}?secret=db", "cars")
    assert held.all() == []
    said(owner, f"alter role {user} password '{NEW}'")
    # Open connections go on; a new one is refused until the secret has the new password, too.
    held.close()
    with pytest.raises(Troubled) as refused:
        held.all()
    assert OLD not in str(refused.value.problems)
    kept.secret = DatabaseSecret(user, NEW, host, port, name)
    stale = [DatabaseSecret(user, OLD, host, port, name)]
    monkeypatch.setattr(
        database_secret, "_readers", [lambda name, older_than=None: kept(name) if older_than else stale[0]]
    )
    assert held.all() == []
    held.close()
