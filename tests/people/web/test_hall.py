"""The hall's screen by what stands in it, and the way from its address to a team's page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bootstrap.cli.commands.follow import Follower
from bootstrap.event.inputs import Inputs
from bootstrap.journal.standing import Standing
from bootstrap.people.web.address import Address
from bootstrap.people.web.hall import screen
from tests import made_up_journal
from tests.made_up_journal import MadeUp
from tests.people.web.test_app import browser, site


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Six teams: team-5 has failed."""
    found = made_up_journal.event(tmp_path_factory.mktemp("event"), 6)
    with found.open() as journal:
        made_up_journal.ran(journal, found.plan())
    return found


@pytest.fixture(scope="module")
def client(made: MadeUp) -> Iterator[TestClient]:
    with browser(site(made, Address())) as opened:
        yield opened


@pytest.fixture(scope="module")
def standing(made: MadeUp) -> Standing:
    found = Follower(made.choice)()
    assert found
    return found


def shown(inputs: Inputs, standing: Standing, now: float | None = None) -> dict[str, str]:
    """The text of each part."""
    parts = screen.parts(inputs, time.time() if now is None else now, "en", standing)
    return {name: " ".join(re.sub("<[^>]*>", " ", text).split()) for name, text in parts.items()}


def test_every_team_has_a_tile_with_its_state_in_words_and_its_steps_until_it_is_ready(
    made: MadeUp, standing: Standing
) -> None:
    found = shown(made.inputs, standing)
    assert found["tile-1"] == "team-1 ready"
    assert re.fullmatch(r"team-5 failed [1-9][0-9]?", found["tile-5"])
    assert found["tally"].startswith("5 of 6 teams ready 个队就绪，共 6 个")
    assert found["spares"] == ""
    bars = screen.parts(made.inputs, time.time(), "en", standing)
    assert '<rect width="100"' in bars["tile-1"]
    part = re.search(r'<rect width="([0-9]+)"', bars["tile-5"])
    assert part
    assert 0 < int(part[1]) < 100


def test_spare_accounts_stand_apart_and_those_out_of_use_nowhere(made: MadeUp, standing: Standing) -> None:
    rows = list(made.inputs.accounts)
    rows[0], rows[1] = replace(rows[0], spare=True), replace(rows[1], out_of_use=True)
    found = shown(replace(made.inputs, accounts=tuple(rows)), standing)
    assert [name for name in found if name.startswith("tile-")] == [f"tile-{number}" for number in range(1, 5)]
    assert found["tile-1"] == "team-3 ready"
    assert found["tally"].startswith("3 of 4 teams ready")
    assert found["spares"].startswith("Spare accounts: 1 of 1 ready")


def test_the_screen_says_what_the_event_is_doing(made: MadeUp, standing: Standing) -> None:
    schedule = made.inputs.event.schedule
    said = [
        shown(made.inputs, standing, moment.timestamp() + 1)["scene"] for moment in (schedule.opens, schedule.closes)
    ]
    assert said == ["The event is on 比赛进行中", "The event is over 比赛已结束"]


def test_the_page_names_whom_to_ask_in_both_languages_and_hides_an_address_that_phones_cannot_open(
    client: TestClient,
) -> None:
    page = client.get("/screen").text
    assert 'Whom to ask: the support desk <span lang="zh-CN">找人帮忙：现场支持</span>' in page
    assert 'class="qr"' not in page
    assert client.get("/screen/notices").text == '<section id="hall-notices" aria-label="Notices">\n</section>'


def test_a_team_finds_its_page_by_its_name(client: TestClient) -> None:
    assert "Your team&#39;s name" in client.get("/join").text or "Your team's name" in client.get("/join").text
    answer = client.get("/join", params={"team": " Team-1 ", "lang": "zh"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/join/team-1?lang=zh")


def test_an_address_of_no_page_is_answered_by_a_page_that_names_whom_to_ask(client: TestClient) -> None:
    answer = client.get("/none?lang=zh")
    assert answer.status_code == 404
    assert "请找现场支持。" in answer.text
