"""The pages of `serve`, asked as a browser would, without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bootstrap.cli.commands.choice import journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.errors import BadInput
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.web import app, assets
from bootstrap.people.web.address import Address, checked
from bootstrap.people.web.live import Live
from bootstrap.people.web.sign_in.staff_sign_in import TOKEN_COOKIE, StaffSignIn
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff import status
from tests import made_up_journal
from tests.made_up_journal import MadeUp

DESK = Address("10.0.0.5", 4600, "desk.example.com", Path("chain.pem"), Path("key.pem"))


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Six teams: team-5 has failed; team-1 is worked on by a second run."""
    made = made_up_journal.event(tmp_path_factory.mktemp("event"), 6)
    with made.open() as journal:
        made_up_journal.ran(journal, made.plan())
        again = made.plan("run-2", made_up_journal.BEGAN + 3600, [1])
        made_up_journal.ran(journal, again, until=again.began + 8, actor=made_up_journal.BO)
    return made


def site(made: MadeUp, address: Address) -> Site:
    follower = Follower(made.choice)
    path = made.choice.journal_path
    return Site(follower, path, lambda: journal_of(made.choice), address, Live(follower), VenueDatabase(path))


def browser(of: Site) -> TestClient:
    return TestClient(app.build(of), base_url=of.address.url)


@pytest.fixture(scope="module")
def here(made_up: MadeUp) -> Iterator[TestClient]:
    """Somebody at the operator's own machine."""
    with browser(site(made_up, Address())) as client:
        yield client


@pytest.fixture(scope="module")
def desk(made_up: MadeUp) -> Site:
    return site(made_up, DESK)


@pytest.fixture(scope="module")
def away(desk: Site) -> Iterator[TestClient]:
    """Somebody on the network."""
    with browser(desk) as client:
        yield client


def routes(of: Site) -> list[str]:
    return [
        each.path
        for each in status.routes(of, StaffSignIn(of))
        if "{" not in each.path and "GET" in (each.methods or ())
    ]


def test_the_page_tells_who_is_ready_who_is_not_and_what_runs(here: TestClient) -> None:
    page = here.get("/").text
    assert "1 failed, 1 working, 4 ready - car-day" in page
    assert re.search(r'<b>provision</b>.*<span class="number">0/1</span>.*bo on laptop', page)
    assert "TrainingRole: role car-day-training already exists" in page
    assert page.count('id="account-') == 6
    assert "100000000005" in page


def test_the_screen_tells_no_account_id_and_no_cause(here: TestClient) -> None:
    page = here.get("/screen").text
    assert page.count('class="tile ') == 6
    assert "1000000000" not in page
    assert "EB-" not in page


@pytest.mark.parametrize(
    ("address", "header", "language"),
    [
        ("/", "", "en"),
        ("/", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("/", "fr, zh;q=0.3, en;q=0.5", "en"),
        ("/", "en;q=x,zh-TW;q=0.1", "zh-CN"),
        ("/?lang=zh", "en", "zh-CN"),
        ("/?lang=en", "zh", "en"),
        ("/?lang=fr", "zh", "zh-CN"),
        ("/screen?lang=zh", "", "zh-CN"),
    ],
)
def test_the_language_is_asked_for_or_the_browsers(here: TestClient, address: str, header: str, language: str) -> None:
    page = here.get(address, headers={"accept-language": header}).text
    assert f'<html lang="{language}"' in page
    assert ("就绪" in page) is (language == "zh-CN")


def test_every_answer_has_the_headers_and_no_page_has_a_script_of_its_own(here: TestClient) -> None:
    for path in ("/", "/screen", "/assets/live.js", "/assets/status.css", "/assets/no.js", "/none"):
        answer = here.get(path)
        kept = "no-cache" if path in ("/assets/live.js", "/assets/status.css") else "no-store"
        assert answer.headers["cache-control"] == kept, path
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=", answer.text)


def test_a_file_whose_address_has_its_digest_is_kept_for_good_and_sent_compressed(here: TestClient) -> None:
    address = assets.address("tokens.css")
    answer = here.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    plain = here.get(address, headers={"accept-encoding": "identity"})
    assert plain.text == answer.text
    assert "content-encoding" not in plain.headers
    again = here.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = re.sub(r"[0-9a-f]{10}", "0123456789", address)
    assert here.get(other).headers["cache-control"] == "no-cache"
    assert here.get("/assets/tokens.0123456789.js").status_code == 404


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1.evil.com", "desk.example.com", ""])
def test_another_name_than_its_own_is_refused(here: TestClient, host: str) -> None:
    assert here.get("/", headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:4600", "localhost", "[::1]:9"])
def test_this_machines_own_names_are_answered(here: TestClient, host: str) -> None:
    assert here.get("/", headers={"host": host}).status_code == 200


def test_beyond_this_machine_every_page_of_staff_asks_who_it_is(desk: Site, away: TestClient) -> None:
    for path in [*routes(desk), "/none"]:
        for query in ("", "?token=", "?token=wrong", f"?token={desk.token[:-1]}"):
            answer = away.get(f"{path}{query}", follow_redirects=False)
            asked = 401 if path == "/changes" else 303
            assert answer.status_code == asked, path
            assert answer.headers.get("location", "/staff?").startswith("/staff?")
            assert "car-day" not in answer.text
    assert "Nobody on the staff has a code yet" in away.get("/").text
    cookie = {"cookie": f"{TOKEN_COOKIE}=wrong"}
    assert away.get("/", headers=cookie, follow_redirects=False).status_code == 303
    assert away.get("/assets/status.css").status_code == 200


def test_the_printed_address_opens_the_door_once_and_the_cookie_keeps_it_open(desk: Site, made_up: MadeUp) -> None:
    with browser(desk) as client:
        answer = client.get(f"/screen?token={desk.token}&lang=zh", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/screen?lang=zh")
        cookie = answer.headers["set-cookie"]
        assert all(each in cookie for each in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"))
        assert desk.token not in repr(desk)
        assert client.get("/", follow_redirects=False).status_code == 200


@pytest.mark.parametrize("path", ["//evil.example.com", "///evil.example.com", "/\\evil.example.com"])
def test_the_door_leads_nowhere_else(desk: Site, away: TestClient, path: str) -> None:
    answer = away.get(f"{DESK.url}{path}?token={desk.token}", follow_redirects=False)
    assert re.match(r"/[^/\\]", answer.headers["location"])


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (Address("0.0.0.0", 1, "desk"), "EB-570"),
        (Address("10.1.1.1"), "EB-570"),
        (Address("127.0.0.1", 1, None, Path("setup.cfg")), "EB-571"),
        (Address("127.0.0.1", 1, None, Path("setup.cfg"), Path("none.pem")), "EB-571"),
        (Address("0.0.0.0", 1, None, Path("setup.cfg"), Path("setup.cfg")), "EB-572"),
    ],
)
def test_an_address_that_others_could_listen_in_on_is_refused(address: Address, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(address)
    assert [each.code for each in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("address", "url", "exposed"),
    [
        (Address(), "http://127.0.0.1:4600", False),
        (Address("::1", 80), "http://[::1]", False),
        (Address("localhost"), "http://localhost:4600", False),
        (DESK, "https://desk.example.com:4600", True),
        (Address("127.0.0.1", 4600, "desk.example.com"), "https://desk.example.com", True),
    ],
)
def test_an_address_knows_its_url_and_who_can_come(address: Address, url: str, exposed: bool) -> None:
    assert (address.url, address.exposed) == (url, exposed)
