"""The address that a browser is started with: it is of no use to anybody else, and to nobody twice."""

from __future__ import annotations

import http.client
import os
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bootstrap.people import one_time_page

SECRET = "https://us-east-1.signin.aws.amazon.com/oauth?Action=logout&redirect_uri=planted"


def ask(address: str, path: str | None = None, **headers: str) -> tuple[int, str | None]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", path or parts.path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    return answer.status, answer.headers.get("Location")


def test_the_browser_is_led_on_once_and_nobody_else_ever() -> None:
    seen: list[tuple[int, str | None]] = []

    def start(address: str) -> bool:
        assert "signin" not in address
        seen.append(ask(address, "/"))
        seen.append(ask(address, Host="elsewhere.example"))
        seen.append(ask(address))
        seen.append(ask(address))
        return True

    assert one_time_page.handed(SECRET, start)
    assert seen == [(404, None), (404, None), (303, SECRET), (410, None)]


def test_another_person_of_this_machine_is_not_led_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown = tmp_path / "tcp"
    monkeypatch.setattr(one_time_page, "_CONNECTIONS", shown)
    connection_of = "  sl  local_address rem_address   st\n   1: 0100007F:{:04X} 0100007F:{:04X} 01 0:0 0:0 0 {} 0 0\n"
    asked: list[int] = []

    def as_(uid: int, address: str) -> int:
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.netloc, timeout=5)
        connection.connect()
        shown.write_text(connection_of.format(connection.sock.getsockname()[1], parts.port, uid), encoding="ascii")
        connection.request("GET", parts.path)
        with connection.getresponse() as answer:
            return answer.status

    def start(address: str) -> bool:
        asked.extend(as_(uid, address) for uid in (4242, os.getuid()))
        return True

    assert one_time_page.handed(SECRET, start)
    assert asked == [404, 303]


def test_without_a_browser_or_one_that_asks_it_ends() -> None:
    assert not one_time_page.handed(SECRET, lambda _: False)
    assert not one_time_page.handed(SECRET, lambda _: True, patience=0.05)
    assert [each.name for each in threading.enumerate() if "serve_forever" in each.name] == []
