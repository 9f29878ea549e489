"""A team's own page, from the code to the console, against one provisioned simulated account."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from bootstrap.aws.operations import only_reads
from bootstrap.cli.commands import handouts
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.engine.hold import Hold
from bootstrap.errors import Problem, Troubled
from bootstrap.journal.holds import Holds
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue.known_codes import KnownCodes
from bootstrap.people.web.address import Address
from bootstrap.people.web.join.join import COOKIE
from bootstrap.steps.workforce.people import key_of
from tests import runs
from tests.journal.test_leases import until
from tests.needs import absent
from tests.people.handouts.test_handouts import LATER, codes
from tests.people.web.desk import BASE, HOME, Desk
from tests.runs import Rehearsed

GUIDE = "# Lab of cars\n\n<script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[x](javascript:alert(1))\n"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """Two teams, of which the first was provisioned; both have codes."""
    at = runs.folder(tmp_path_factory.mktemp("event"), teams=2, schedule=LATER)
    lab = at / "labs" / "tuning"
    lab.mkdir(parents=True)
    (lab / "lab.yaml").write_text("title: Tune a model\ntitle_zh: 调优模型\n", encoding="utf-8")
    (lab / "guide.md").write_text(GUIDE, encoding="utf-8")
    with runs.rehearsed(at) as rehearsed, Journal(at / ".event-bootstrap" / "journal.sqlite") as journal:
        rehearsed.provision("team-1", journal=journal)
        assert journal.flush(10.0)  # the first test may come before its writer does
        handouts.make(runs.choice(at), HandoutOptions(BASE))
        yield rehearsed


@pytest.fixture
def desk(ran: Rehearsed) -> Iterator[Desk]:
    with Desk(ran).open() as opened:
        yield opened


@pytest.fixture
def inside(desk: Desk) -> Desk:
    assert desk.enter().status_code == 303
    return desk


def eventually(desk: Desk, detail: str) -> tuple[str, str, str]:
    """The journal's writer gathers for a moment."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = [each for each in desk.acts() if detail in each[1]]
        if found:
            return found[-1]
        time.sleep(0.02)
    raise AssertionError(desk.acts())


def test_without_the_code_the_page_says_nothing_but_the_team_s_name(desk: Desk) -> None:
    page = desk.page()
    assert "Your team's code" in page
    assert "100200300401" not in page
    assert "1002-0030-0401" not in page
    for what in ("console", "password", "leave"):
        assert desk.client.post(f"{HOME}/{what}").headers["location"] == f"{HOME}?lang=en"
    assert desk.client.get(f"{HOME}/guide/tuning").status_code == 303


def test_the_code_opens_the_page_by_a_cookie_that_scripts_and_other_sites_never_get(desk: Desk) -> None:
    cookie = desk.enter().headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=strict", f"Path={HOME}", "Max-Age="):
        assert part in cookie
    page = desk.page()
    assert "1002-0030-0401" in page
    assert "Your account is ready" in page


def test_every_page_is_kept_by_no_browser(inside: Desk) -> None:
    for each in (inside.client.get(HOME), inside.post("console"), inside.client.get(f"{HOME}/guide/tuning")):
        assert each.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("code", ["", "AAAA-AAAA-AAAA-AAAA", "é" * 16])
def test_a_wrong_code_opens_nothing_and_the_journal_knows(desk: Desk, code: str) -> None:
    answer = desk.enter(code)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    actor, _, outcome = eventually(desk, "wrong code")
    assert (actor, outcome) == ("join page, testclient", "refused")


def test_one_team_s_code_opens_no_other_team_s_page(desk: Desk) -> None:
    assert desk.enter(home="/join/team-2").status_code == 403
    assert desk.enter().status_code == 303
    assert "1002-0030-0402" not in desk.client.get("/join/team-2").text


def test_after_five_wrong_codes_there_are_pauses_that_grow_for_wrong_codes_only(desk: Desk) -> None:
    assert [desk.enter("wrong").status_code for _ in range(6)] == [403] * 5 + [429]
    pauses = []
    for _ in range(8):
        answer = desk.enter("wrong")
        pauses.append(int(answer.headers["retry-after"]))
        assert f"wait {pauses[-1]} seconds" in answer.text
        desk.now += pauses[-1]
        assert desk.enter("wrong").status_code == 403
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (2, 60)
    assert desk.enter("wrong").status_code == 429
    assert desk.enter().status_code == 303, "the right code opens the page at any time"


def test_nobody_locks_a_team_out_from_the_address_that_it_shares(desk: Desk) -> None:
    """One room, one address: an attacker tries 7 codes a second for 100 seconds, a team comes every 3 seconds."""
    answers = []
    for number in range(700):
        answers.append(desk.enter("AAAA-BBBB").status_code)
        desk.now += 1 / 7
        if number % 21 == 20:
            assert desk.enter().status_code == 303
    assert set(answers) == {403, 429}


def test_nobody_locks_a_team_out_from_many_addresses_and_the_journal_stays_quiet(ran: Rehearsed) -> None:
    with Desk(ran).open() as desk:
        before = len(desk.acts())
        for number in range(600):
            other = TestClient(desk.client.app, base_url=BASE, client=(f"10.0.{number % 3}.{number // 3}", 1))
            assert other.post(HOME, data={"code": "wrong"}).status_code in (403, 429)
            desk.now += 0.01
        assert desk.enter().status_code == 303
        eventually(desk, "entered")
        noted = [each for each in desk.acts()[before:] if each[1] == "wrong code"]
        assert 30 <= len(noted) <= 40, "after the first thirty, one a second"


def test_a_pause_is_the_team_s_and_the_client_s_together(ran: Rehearsed) -> None:
    with Desk(ran).open() as desk:
        for _ in range(6):
            desk.enter("wrong")
        assert desk.enter("wrong", home="/join/team-2").status_code == 403
        other = TestClient(desk.client.app, base_url=BASE, client=("10.0.0.9", 1), follow_redirects=False)
        assert other.post(HOME, data={"code": "wrong"}).status_code == 403
        assert desk.enter("wrong").status_code == 429
        desk.now += 60
        assert desk.enter("wrong").status_code == 403


def test_the_button_makes_a_link_that_is_only_in_the_redirect(inside: Desk) -> None:
    assert "SigninToken" not in inside.page()
    answer = inside.post("console")
    assert answer.status_code == 303
    # By way of the sign-out: what comes after it is part of its address.
    link = unquote(answer.headers["location"])
    assert "Action=login" in link
    assert answer.text == ""
    token = link.partition("SigninToken=")[2]
    assert len(token) > 20
    eventually(inside, "console link made")
    assert token.encode() not in inside.journal()
    assert b"SigninToken" not in inside.journal()


def test_only_the_page_with_the_button_lets_a_form_lead_elsewhere(inside: Desk) -> None:
    policy = inside.client.get(HOME).headers["content-security-policy"]
    assert f"form-action 'self' https: {inside.ran.simulated.url};" in policy
    for other in (f"{HOME}/guide/tuning", "/join/team-2"):
        assert "form-action 'self';" in inside.client.get(other).headers["content-security-policy"]


def test_what_the_pages_ask_of_aws_writes_nothing(inside: Desk) -> None:
    before = inside.ran.calls()
    inside.post("console")
    inside.post("password", worker=key_of(inside.ran.inputs.accounts[0].emails[1]))
    asked = inside.ran.calls() - before
    assert {"ssm:GetParameter", "sagemaker:DescribeWorkteam"} <= set(asked)
    assert all(only_reads(*each.split(":")) for each in asked)
    handouts.passwords_again(runs.choice(inside.ran.at, "team-1"))


def test_a_team_whose_account_is_on_hold_is_sent_to_the_staff(inside: Desk) -> None:
    choice, account = runs.choice(inside.ran.at), inside.ran.inputs.accounts[0]
    first = key_of(account.emails[0])
    with closing(Holds(choice.journal_path, inside.ran.inputs.event.name)) as holds:
        holds.put([("team-1", account.account_id)], Hold("support case open", "bo on desk", 0.0))
        try:
            until(lambda: "on hold" in inside.page())
            assert "support case" not in inside.page()
            assert "/console" not in inside.page()
            answers = [inside.post("console"), inside.post("password", worker=first)]
        finally:
            holds.release([account.account_id])
    assert [each.status_code for each in answers] == [403, 403]
    assert all("support case" not in each.text for each in answers)
    until(lambda: "/console" in inside.page())


@pytest.mark.parametrize("what", ["console", "password", "leave"])
def test_a_form_that_is_not_ours_does_nothing(inside: Desk, what: str) -> None:
    answer = inside.client.post(f"{HOME}/{what}", data={"form": "guessed"})
    assert answer.status_code == 403
    assert "location" not in answer.headers


def test_another_site_cannot_let_somebody_in(desk: Desk) -> None:
    assert desk.enter(**{"sec-fetch-site": "cross-site"}).status_code == 403
    assert desk.enter(origin="https://evil.example").status_code == 403
    assert desk.enter(origin=BASE).status_code == 303
    assert desk.enter(**{"sec-fetch-site": "same-origin"}).status_code == 303


def test_a_password_is_shown_once_to_who_asks_and_again_when_the_desk_allows(inside: Desk) -> None:
    page = inside.page()
    assert "wo***0@team1.example.com" in page
    assert "worker0@" not in page
    first, second = re.findall(r'name="worker" value="([0-9a-f]+)"', page)
    shown = inside.post("password", worker=first)
    secret = re.search(r'class="secret">([^<]+)<', shown.text)
    assert secret is not None
    assert re.search(r"https://[\w.-]+\.labeling\.", shown.text)
    assert inside.post("password", worker=first).status_code == 409
    again = inside.page()
    assert re.search(r"Shown 20\d\d-", again)
    assert re.findall(r'name="worker" value="([0-9a-f]+)"', again) == [second]
    eventually(inside, "labelling password of worker 1 of 2 shown")
    assert secret[1].encode() not in inside.journal()
    handouts.passwords_again(runs.choice(inside.ran.at, "team-1"))
    assert secret[1] in inside.post("password", worker=first).text


def test_a_worker_of_another_team_is_nobody_here(inside: Desk) -> None:
    assert inside.post("password", worker="0" * 16).status_code == 403


def test_guides_are_shown_without_their_html(inside: Desk) -> None:
    page = inside.client.get(f"{HOME}/guide/tuning").text
    assert '<h1 id="lab-of-cars">Lab of cars</h1>' in page
    assert "<td>1</td>" in page
    assert not re.search('<script>|href="javascript', page)
    wrong = [inside.client.get(f"{HOME}/guide/{each}").status_code for each in ("..%2f..%2fevent", "unknown")]
    assert wrong == [404, 404]


def test_the_page_speaks_chinese(inside: Desk) -> None:
    page = inside.page("zh")
    assert ">Lab of cars</span>" in inside.page()
    for said in ("打开 AWS 控制台", "调优模型", ">实验一：", "账户已就绪", "开始日期", 'lang="zh-CN"'):
        assert said in page


def test_a_new_code_ends_what_the_old_one_opened(inside: Desk) -> None:
    old = inside.code
    handouts.make(runs.choice(inside.ran.at, "team-1"), HandoutOptions(BASE, new_codes=True))
    inside.seconds += 3
    assert "Your team's code" in inside.page()
    assert inside.enter(old).status_code == 403
    assert inside.enter().status_code == 303


def test_code_and_cookie_end_with_the_event(inside: Desk) -> None:
    inside.now = inside.ran.inputs.event.schedule.expires.timestamp() + 1
    assert "This team has no valid code" in inside.page()
    assert inside.enter().status_code == 403


def test_who_leaves_is_out(inside: Desk) -> None:
    secret = inside.client.cookies[COOKIE]
    inside.post("leave")
    inside.client.cookies.set(COOKIE, secret)
    assert "Your team's code" in inside.page()


def test_an_account_nobody_looked_at_is_said_in_plain_words_and_a_refusal_has_a_code_for_staff(desk: Desk) -> None:
    desk.client.post("/join/team-2", data={"code": codes(desk.ran.at)["team-2"]})
    page = desk.client.get("/join/team-2").text
    assert "This account has not been checked yet" in page
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found is not None
    answer = desk.client.post("/join/team-2/console", data={"form": found[1]})
    assert answer.status_code == 502
    assert "EB-561" in answer.text
    assert eventually(desk, "EB-561")[2] == "failed"
    worker = re.search(r'name="worker" value="([^"]+)"', page)
    assert worker is not None
    answer = desk.client.post("/join/team-2/password", data={"form": found[1], "worker": worker[1]})
    assert "EB-586" in answer.text


def test_an_address_of_no_team_is_said_to_be_none(desk: Desk) -> None:
    answer = desk.client.get("/join/nobody")
    assert answer.status_code == 404
    assert "There is no team at this address" in answer.text


def test_without_tls_on_this_machine_the_cookie_still_comes_back(ran: Rehearsed) -> None:
    with Desk(ran, Address()).open() as desk:
        assert "Secure" not in desk.enter().headers["set-cookie"]
        assert "1002-0030-0401" in desk.page()


def test_a_database_that_is_away_is_said_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise Troubled([Problem("EB-523", "the journal's database does not answer")])

    monkeypatch.setattr(KnownCodes, "valid", away)
    answer = desk.client.get(HOME)
    assert answer.status_code == 503
    assert "EB-523" in answer.text


def looks_well(page: Any, width: int) -> None:
    """Nothing reaches over the edge; names, contrast and keyboard as axe wants them."""
    if find_spec("axe_playwright_python") is None:
        absent("playwright with axe")
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []


def keeps_what_is_typed_without_a_network(page: Any) -> None:
    """Words for the staff are neither sent nor lost, and the page says why."""
    page.click("#hand summary")
    page.fill("#words", "it is stuck")
    page.context.set_offline(True)
    page.wait_for_selector("#offline:not([hidden])")
    page.click("#hand button.main")
    page.wait_for_timeout(100)
    assert page.input_value("#words") == "it is stuck"
    assert "/hand" not in page.url
    page.context.set_offline(False)
    page.wait_for_selector("#offline", state="hidden")
    page.reload()
    assert page.input_value("#words") == "it is stuck"
    page.evaluate("sessionStorage.clear()")
    page.reload()


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1920)])
def test_in_chromium_a_team_gets_from_the_code_to_the_console(ran: Rehearsed, language: str, width: int) -> None:
    chromium = shutil.which("chromium") or absent("Chromium")
    sync_api = import_module("playwright.sync_api")
    desk = Desk(ran, Address())
    with desk.listening() as home, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.goto(f"{home}?lang={language}")
        page.fill("#code", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
        looks_well(page, width)
        page.fill("#code", desk.code)
        page.keyboard.press("Enter")
        page.wait_for_selector("#console")
        looks_well(page, width)
        keeps_what_is_typed_without_a_network(page)
        with page.context.expect_page() as opened:
            page.click("#console")
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(f"{ran.simulated.url}/federation?Action=login")
        page.click(".rows a")
        page.wait_for_selector(".guide")
        looks_well(page, width)
        browser.close()
