"""Secrets in texts: the values that the process holds, what looks like one, and exceptions that may hold anything."""

from __future__ import annotations

import base64
import html
import json
import random
import re
import string
from typing import Any
from urllib.parse import quote, unquote, urlencode

import pytest
from botocore import exceptions as boto
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from bootstrap.errors import Refused, bug, clean, raw, secret_values
from bootstrap.errors.message import Message, msg

LUCK = random.Random(7)
SECRET = "".join(LUCK.choices(string.ascii_letters + string.digits + "+/", k=40))
TOKEN = "".join(LUCK.choices(string.ascii_letters + string.digits + "+/=", k=480))
# No stretch of it is long enough to be found without what is encoded in between.
DENSE = "/".join("".join(LUCK.choices(string.ascii_letters, k=5)) for _ in range(20))
WRAPPED = TOKEN[:200] + "\n" + TOKEN[200:400][::-1]


@pytest.fixture(autouse=True)
def _held(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_known", "_parts", "_short"):
        monkeypatch.setattr(secret_values, name, set())
    secret_values.hold(SECRET, TOKEN, DENSE, WRAPPED, "correct horse battery", None, "", "short")


def leaks(text: str) -> bool:
    """True if 24 characters in a row of a secret stand in the text, however it is escaped."""
    values = (SECRET, TOKEN, DENSE, *WRAPPED.split("\n"))
    plain = html.unescape(re.sub(r"\\+u(00[0-9a-f]{2})", lambda found: chr(int(found[1], 16)), text))
    plain = unquote(unquote(unquote(plain.replace("\\", ""))))
    return any(
        value[at : at + 24] in each for value in values for at in range(len(value) - 23) for each in (text, plain)
    )


TEXTS = {
    "as it is": f"the key {SECRET} was refused",
    "repr of bytes": f"Invalid header value {TOKEN.encode()!r}",
    "repr with a line break": f"Invalid header value {WRAPPED.encode()!r}",
    "XML that was cut off": f"<Credentials><AccessKeyId>x</AccessKeyId><SomeNewName>{TOKEN[:300]}",
    "JSON in JSON": json.dumps({"body": json.dumps({"anything": TOKEN})}),
    "an address": "https://x.signin.aws.amazon.com/federation?" + urlencode({"Any": TOKEN, "Session": SECRET}),
    "twice encoded": quote(quote(TOKEN, safe=""), safe=""),
    "twice encoded, with something to encode everywhere": quote(quote(DENSE, safe=""), safe=""),
    "a part of it": f"... {TOKEN[33:90]} ...",
    "glued to other words": f"key={SECRET};token={TOKEN};",
    "JSON that escapes slashes": json.dumps({"token": TOKEN}).replace("/", r"\/"),
    "JSON in JSON that does so": json.dumps(json.dumps({"token": TOKEN}).replace("/", r"\/")),
    "JSON for a page": "".join(rf"\u{ord(each):04x}" if each in "+/=" else each for each in TOKEN),
    "HTML": "".join(f"&#x{ord(each):X};" if each in "+/=" else each for each in TOKEN),
    "HTML with decimal numbers": "".join(f"&#{ord(each)};" if each in "+/=" else each for each in TOKEN),
    "with blanks": "password correct horse battery refused",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_value_that_the_process_holds_is_blanked_wherever_it_stands(text: str) -> None:
    told = clean(text)
    assert not leaks(told)
    assert "correct horse" not in told
    assert secret_values.INSTEAD in told


def test_a_sign_in_link_inside_another_address_is_blanked_though_nobody_holds_its_token() -> None:
    link = "https://x.signin.aws.amazon.com/federation?" + urlencode({"Action": "login", "SigninToken": "Planted" * 9})
    for _ in range(2):
        link = "https://x.signin.aws.amazon.com/oauth?" + urlencode({"Action": "logout", "redirect_uri": link})
        assert "Planted" not in clean(f"cannot open {link}")


def test_what_is_no_secret_stays() -> None:
    text = "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/car-day-notebook-of-a-team is short of InService"
    assert clean(text) == text


def test_a_message_keeps_its_id_and_loses_the_secret() -> None:
    told = clean(msg("the header {value} was refused", value=TOKEN))
    assert isinstance(told, Message)
    assert (told.id, told) == ("the header {value} was refused", "the header <secret> was refused")


@pytest.mark.parametrize(
    "text",
    [
        "<SecretAccessKey>NOTHELD0123</SecretAccessKey>", "<SessionToken>NOTHELD0123", "<Value>NOTHELD0123</Value>",
        '{"SigninToken": "NOTHELD0123"}', '{\\"SessionToken\\": \\"NOTHELD0123\\"}', "{'Password': 'NOTHELD0123'}",
        '"TemporaryPassword":"NOTHELD0123"', "SigninToken=NOTHELD0123&x=1", "x-amz-security-token=NOTHELD0123",
        "aws_secret_access_key: NOTHELD0123", "AWS_SESSION_TOKEN=NOTHELD0123", "https://me:NOTHELD0123@host/journal",
        '"Value": "NOT\\"HELD0123"', "client_secret=NOTHELD0123",
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_blanked_too(text: str) -> None:
    told = clean(text)
    assert "HELD0123" not in told
    assert "<secret>" in told


def test_an_aws_answer_is_told_in_awss_words_and_another_exception_by_its_class() -> None:
    answer: Any = {"Error": {"Code": "AccessDenied", "Message": "User x is not authorized"}, "ResponseMetadata": {}}
    told = {
        raw(ClientError(answer, "AssumeRole")): "AccessDenied: User x is not authorized",
        raw(ResponseParserError(f"Unable to parse <SessionToken>{TOKEN}")): "ResponseParserError",
        raw(boto.HTTPClientError(error=f"Invalid header value {TOKEN!r}")): "HTTPClientError",
        raw(boto.ProxyConnectionError(proxy_url="http://me:word@proxy:1")): "ProxyConnectionError",
        raw(ValueError("a body that nobody expected")): "ValueError",
        raw(KeyError("word of a person")): "KeyError",
        raw(boto.ProfileNotFound(profile="organiser")): "ProfileNotFound: organiser",
        raw(boto.CredentialRetrievalError(provider="custom-process", error_msg="out it came")): (
            "CredentialRetrievalError: custom-process"
        ),
        raw(boto.EndpointConnectionError(endpoint_url="https://u:w@sts.x.amazonaws.com/?Session=abc")): (
            "EndpointConnectionError: https://sts.x.amazonaws.com"
        ),
        raw(OSError(28, "No space left on device")): "OSError: No space left on device",
        raw(Refused("EB-379", msg("{name} has a space in it", name="AWS_SESSION_TOKEN"))): (
            "Refused: AWS_SESSION_TOKEN has a space in it"
        ),
    }
    assert list(told) == list(told.values())


def test_a_bug_is_told_by_its_class_and_the_line_it_came_from() -> None:
    try:
        base64.b64decode(clean(None))  # type: ignore[arg-type]
    except AttributeError as error:
        told = bug(error)
    assert told.startswith("an error in event-bootstrap: AttributeError at errors/printable.py:")


def test_secrets_of_the_environment_are_held_by_the_names_of_their_variables() -> None:
    env = {"AWS_SECRET_ACCESS_KEY": "A" * 20, "MY_API_TOKEN": "B" * 20, "PGPASSWORD": "C" * 20, "HOME": "D" * 20,
           "AWS_WEB_IDENTITY_TOKEN_FILE": "E" * 20}  # fmt: skip
    secret_values.hold_variables(env)
    told = clean(" ".join(env.values()))
    assert told == f"<secret> <secret> <secret> {'D' * 20} {'E' * 20}"
