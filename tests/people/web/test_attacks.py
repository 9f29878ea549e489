"""Two servers on one PostgreSQL, attacked: who is silent or slow, who guesses codes, and a database that goes away."""

from __future__ import annotations

import logging
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime

import httpx2
import pytest

from bootstrap.journal.team_codes import TeamCodes
from bootstrap.people.web import connection
from tests import made_up_journal
from tests.people.web import instances
from tests.people.web.instances import Instance
from tests.postgresql import Server

pytestmark = pytest.mark.postgresql
END = datetime(2100, 1, 1, tzinfo=UTC)
HOME = "/join/team-1"


class Venue:
    """Two servers, and the teams' codes."""

    def __init__(self, found: list[Instance], journal: str) -> None:
        self.instances, self.journal = found, journal
        self.codes = self.hand_out(anew=False)

    def hand_out(self, anew: bool = True) -> dict[str, str]:
        kept = TeamCodes(self.journal, "car-day")
        made, _ = kept.hand_out(["team-1", "team-2"], END, 0.0, "ana on desk", anew)
        kept.close()
        return made

    def later(self, seconds: float) -> None:
        for each in self.instances:
            each.seconds += seconds
            each.now += seconds


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory, postgresql: Server) -> Iterator[Venue]:
    made = made_up_journal.event(tmp_path_factory.mktemp("event"), 3)
    journal = postgresql.database()
    with instances.started(made, journal, tmp_path_factory.mktemp("tls")) as found:
        yield Venue(found, journal)


@pytest.fixture
def browsers(venue: Venue) -> Iterator[list[httpx2.Client]]:
    """A browser at each of the servers; what they remember is old."""
    venue.later(3600)
    with ExitStack() as stack:
        yield [stack.enter_context(each.client()) for each in venue.instances]


def enter(browser: httpx2.Client, code: str, home: str = HOME) -> httpx2.Response:
    return browser.post(home, data={"code": code})


def inside(browser: httpx2.Client, home: str = HOME) -> bool:
    """Whether the team's page is shown, and not the form for its code."""
    return 'action="/join/team-1/leave' in browser.get(home).text


def raw(one: Instance) -> socket.socket:
    return socket.create_connection(("127.0.0.1", one.address.port), timeout=20)


def speaking(one: Instance, words: bytes) -> ssl.SSLSocket:
    """A connection over TLS on which so much was said."""
    made = instances.trusting(one.address).wrap_socket(raw(one), server_hostname="127.0.0.1")
    made.sendall(words)
    return made


def ended(made: socket.socket) -> None:
    """Read until the server has ended the connection. Raises TimeoutError if it does not."""
    with suppress(ConnectionError, ssl.SSLError):
        while made.recv(4096):
            pass


def test_a_sign_in_at_one_server_is_one_at_the_other_until_the_code_is_withdrawn(
    venue: Venue, browsers: list[httpx2.Client]
) -> None:
    here, there = browsers
    assert enter(here, venue.codes["team-1"]).status_code == 303
    there.cookies.update(here.cookies)
    assert inside(here)
    assert inside(there)
    assert "team-2" not in there.get("/join/team-2").cookies
    venue.codes |= venue.hand_out()
    venue.later(3)
    assert not inside(here)
    assert not inside(there)


def test_who_leaves_at_one_server_is_out_at_the_other(venue: Venue, browsers: list[httpx2.Client]) -> None:
    here, there = browsers
    enter(here, venue.codes["team-1"])
    there.cookies.update(here.cookies)
    page = there.get(HOME).text
    form = page.split('name="form" value="')[1].split('"')[0]
    assert here.post(f"{HOME}/leave", data={"form": form}).status_code == 303
    venue.later(3.1)
    assert not inside(there)


def test_wrong_codes_are_counted_by_both_together_and_lock_nobody_out(
    venue: Venue, browsers: list[httpx2.Client]
) -> None:
    answers = [enter(browsers[number % 2], "WRONG").status_code for number in range(8)]
    assert answers == [403] * 5 + [429] * 3
    for each in browsers:
        answer = enter(each, "wr<ng")
        assert int(answer.headers["retry-after"]) > 0
        assert 'value="wr&lt;ng"' in answer.text, "what was typed stays"
        assert enter(each, venue.codes["team-1"]).status_code == 303, "from the same address"
    assert [enter(browsers[number % 2], "WRONG").status_code for number in range(3)] == [403] * 3, "counted anew"


def test_with_the_database_away_who_is_in_stays_in_and_nothing_unsaved_is_confirmed(
    venue: Venue, browsers: list[httpx2.Client], postgresql: Server
) -> None:
    here, there = browsers
    enter(here, venue.codes["team-1"])
    there.cookies.update(here.cookies)
    assert inside(there)
    postgresql.stop()
    try:
        for each in browsers:
            venue.later(30)
            assert inside(each)
            assert each.get("/readyz").status_code == 200
            each.cookies.clear()
            answer = enter(each, venue.codes["team-1"])
            assert (answer.status_code, int(answer.headers["retry-after"])) == (503, 5)
            assert "Nobody is let in or turned away" in answer.text
            assert f'value="{venue.codes["team-1"]}"' in answer.text
            assert not answer.cookies
    finally:
        postgresql.start()
    venue.later(3)
    assert [enter(each, venue.codes["team-1"]).status_code for each in browsers] == [303, 303]


def test_a_database_that_hangs_is_cut_off(venue: Venue, browsers: list[httpx2.Client], postgresql: Server) -> None:
    here, _ = browsers
    enter(here, venue.codes["team-1"])
    with postgresql.hung():
        venue.later(30)
        waiting: list[int] = []
        with httpx2.Client(base_url=here.base_url, verify=instances.trusting(venue.instances[0].address)) as second:
            second.cookies.update(here.cookies)
            began = time.monotonic()

            def ask() -> None:
                waiting.append(second.get(HOME, timeout=30).status_code)

            asking = threading.Thread(target=ask)
            asking.start()
            # The clock of the pages is turned until the watch cuts it off.
            while asking.is_alive() and time.monotonic() - began < 20:
                venue.later(6)
                asking.join(0.2)
        assert waiting == [200]


def test_a_thousand_silent_connections_shut_nobody_out(venue: Venue, browsers: list[httpx2.Client]) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(raw(venue.instances[number % 2])) for number in range(1000)]
        for each in browsers:
            assert each.get("/healthz").text == "ok"
            assert enter(each, venue.codes["team-1"]).status_code == 303
        watch = select.poll()
        for made in silent:
            watch.register(made, select.POLLIN)
        assert len(watch.poll(0)) >= 500, "the oldest made room"


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: 1\r\n",
        b"POST /join/team-1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\ncode=",
    ],
)
def test_a_request_that_does_not_come_to_its_end_is_ended(
    venue: Venue, words: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "REQUEST", 0.3)
    caplog.set_level(logging.WARNING)
    for one in venue.instances:
        with speaking(one, words) as made:
            ended(made)
    assert [each for each in caplog.records if each.exc_info] == []


def test_connections_that_are_half_closed_or_speak_no_tls_are_ended(
    venue: Venue, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for words in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01"):
        for one in venue.instances:
            with raw(one) as made:
                made.sendall(words)
                made.shutdown(socket.SHUT_WR)
                ended(made)
    assert [each for each in caplog.records if each.exc_info] == []
