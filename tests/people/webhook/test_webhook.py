"""The webhook, against a server of its own with TLS: the body of each chat, tries, silence about the address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bootstrap.errors import BadInput, clean, secret_values
from bootstrap.errors.message import msg
from bootstrap.people.webhook import formats, sending
from bootstrap.people.webhook.formats import ChatFormat
from bootstrap.people.webhook.sending import Webhook, WebhookAddress, of_environment
from tests.journal.test_leases import until

SECRET = "SECret-of-the-chat"
PATH = "/services/T000/B000/a-very-secret-part-of-it?access_token=0123456789abcdef0123"
LINE = 'team-7 <@here> *bold* & <at user_id="all">'


@dataclass
class Chat:
    """Answers with `answers`, the last one again and again: (status, body, headers)."""

    port: int = 0
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answers: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=lambda: [(200, b"ok", {})])

    def webhook(self, chat: ChatFormat, secret: str = "") -> Webhook:
        address = WebhookAddress(f"https://localhost:{self.port}{PATH}", chat, secret)
        return Webhook(address, "spring-cup", self.context, lambda: 1_700_000_000.0)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of localhost, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    at = tmp_path_factory.mktemp("tls")
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    made = [
        openssl,
        *words.split(),
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
    ]
    subprocess.run(made, cwd=at, check=True, capture_output=True)
    return at / "cert.pem", at / "key.pem"


@pytest.fixture
def chat(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    monkeypatch.setattr(sending, "_GATHERED", 0.2)
    monkeypatch.setattr(sending, "_APART", 0.0)
    monkeypatch.setattr(sending, "_AGAIN", (0.0, 0.0))
    found = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, text, headers = found.answers.pop(0) if len(found.answers) > 1 else found.answers[0]
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)
            found.asked.append((self.path, json.loads(body)))

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    found.port, found.context = server.server_address[1], ssl.create_default_context(cafile=str(files[0]))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def sent(chat: Chat, kind: ChatFormat, answer: bytes = b"ok", secret: str = "") -> tuple[str, dict[str, Any]]:
    chat.answers = [(200, answer, {})]
    webhook = chat.webhook(kind, secret)
    webhook.tell(msg("{line}", line=LINE))
    webhook.close(10)
    (found,) = chat.asked
    return found


def test_slack_gets_text_in_which_nothing_is_markup(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    path, body = sent(chat, ChatFormat.SLACK)
    assert path == PATH
    assert body["text"] == '[spring-cup] team-7 &lt;@here&gt; *bold* &amp; &lt;at user_id="all"&gt;'
    assert body["mrkdwn"] is False
    assert caplog.text == ""


def test_teams_gets_a_card_whose_text_is_no_markdown(chat: Chat) -> None:
    _, body = sent(chat, ChatFormat.TEAMS, b"")
    (held,) = body["attachments"]
    assert (body["type"], held["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert held["content"]["body"] == [
        {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": f"[spring-cup] {LINE}"}]}
    ]


def test_feishu_gets_a_signed_text_that_mentions_nobody(chat: Chat) -> None:
    _, body = sent(chat, ChatFormat.FEISHU, b'{"code": 0, "msg": "success"}', SECRET)
    assert "<at" not in body["content"]["text"]
    assert "＜at" in body["content"]["text"]
    wanted = hmac.new(f"1700000000\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert (body["timestamp"], body["sign"]) == ("1700000000", base64.b64encode(wanted).decode())


def test_dingtalk_gets_a_text_with_its_signature_in_the_address(chat: Chat) -> None:
    path, body = sent(chat, ChatFormat.DINGTALK, b'{"errcode": 0, "errmsg": "ok"}', SECRET)
    assert (body["msgtype"], body["at"]) == ("text", {"isAtAll": False})
    query = parse_qs(urlsplit(path).query)
    wanted = hmac.new(SECRET.encode(), f"1700000000000\n{SECRET}".encode(), hashlib.sha256).digest()
    assert (query["timestamp"], query["sign"]) == (["1700000000000"], [base64.b64encode(wanted).decode()])
    assert query["access_token"] == ["0123456789abcdef0123"]


@pytest.mark.parametrize(
    ("kind", "answer", "taken"),
    [
        (ChatFormat.FEISHU, b'{"code": 19021, "msg": "sign match fail"}', False),
        (ChatFormat.FEISHU, b'{"StatusCode": 0}', True),
        (ChatFormat.DINGTALK, b'{"errcode": 310000}', False),
        (ChatFormat.DINGTALK, b"<html>", False),
        (ChatFormat.TEAMS, b"", True),
    ],
)
def test_an_answer_that_refuses_is_no_success(kind: ChatFormat, answer: bytes, taken: bool) -> None:
    assert formats.accepted(kind, 200, answer) is taken


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        ((500, b"", {}), 3),
        ((429, b"", {}), 3),
        ((404, b"no_service", {}), 1),
        ((302, b"", {"Location": "https://elsewhere.example/steal"}), 1),
    ],
)
def test_a_failure_is_said_once_without_the_address_and_nothing_follows_a_redirect(
    chat: Chat, caplog: pytest.LogCaptureFixture, answer: tuple[int, bytes, dict[str, str]], tries: int
) -> None:
    chat.answers = [answer]
    webhook = chat.webhook(ChatFormat.SLACK)
    for number in range(2):
        webhook.tell(f"line {number}")
        until(lambda wanted=tries * (number + 1): len(chat.asked) >= wanted)  # type: ignore[misc]
    webhook.close(10)
    assert len(chat.asked) == 2 * tries
    assert caplog.text.count("EB-804") == 1
    for part in ("T000", "access_token", "localhost", "elsewhere", "line"):
        assert part not in caplog.text


def test_what_is_told_at_once_is_one_message_and_alike_lines_are_one(chat: Chat) -> None:
    webhook = chat.webhook(ChatFormat.SLACK)
    for line in ("team-1 raised a hand", "team-2 raised a hand", "team-1 raised a hand"):
        webhook.tell(line)
    webhook.close(10)
    ((_, body),) = chat.asked
    assert body["text"] == "[spring-cup] team-1 raised a hand\nteam-2 raised a hand"


def test_nobody_waits_and_nothing_raises_when_nobody_answers(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    webhook = Webhook(WebhookAddress("https://localhost:1/x", ChatFormat.SLACK), "day", chat.context)
    for number in range(300):
        webhook.tell(f"{number}")
    webhook.close(10)
    assert caplog.text.count("EB-804") == 1
    Webhook(None, "day").close()


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("hooks.slack.com", ChatFormat.SLACK),
        ("prod-12.westeurope.logic.azure.com:443", ChatFormat.TEAMS),
        ("x.environment.api.powerplatform.com", ChatFormat.TEAMS),
        ("open.larksuite.com", ChatFormat.FEISHU),
        ("oapi.dingtalk.com", ChatFormat.DINGTALK),
    ],
)
def test_the_chat_is_known_by_its_host(host: str, kind: ChatFormat) -> None:
    found = of_environment({sending.ADDRESS: f"https://{host}/x"})
    assert found is not None
    assert found.chat is kind
    assert "/x" not in repr(found)


@pytest.mark.parametrize(
    "address",
    ["http://hooks.slack.com/x", "https://me:pw@hooks.slack.com/x", "https://chat.example.com/x", "https://[", "x",
     "https://evilhooks.slack.com.example/x"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(BadInput) as caught:
        of_environment({sending.ADDRESS: address})
    (problem,) = caught.value.problems
    assert problem.code == "EB-803"
    assert address not in str(caught.value)


def test_a_format_is_named_for_a_host_of_ones_own() -> None:
    named = {sending.ADDRESS: "https://chat.example.com/x", sending.FORMAT: "Slack"}
    found = of_environment(named)
    assert found is not None
    assert found.chat is ChatFormat.SLACK
    with pytest.raises(BadInput):
        of_environment({**named, sending.FORMAT: "irc"})
    assert of_environment({}) is None


def test_the_address_is_removed_from_every_text() -> None:
    secret_values.hold_variables({sending.ADDRESS: f"https://hooks.slack.com{PATH}"})
    assert "a-very-secret-part" not in clean(f"failed at {PATH}")
