"""The pages in real Chromium: layout, keyboard, names and contrast, and what arrives while they are open."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from bootstrap.cli.commands.choice import journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.journal.venue.hands import Hands, HandTopic
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.web import app
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.site import Site
from bootstrap.report import status_page
from tests import made_up_journal
from tests.browser import BROWSERS
from tests.made_up_journal import MadeUp, ran
from tests.needs import absent

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
HOUR = 3600.0
TEAMS = 40
ALONE = ("disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update",
         "disable-sync", "no-sandbox")  # fmt: skip
LOOKS = [(390, 844), (1280, 800), (1920, 1080)]
PAGES = ["/", "/?lang=zh", "/screen", "/screen?lang=zh"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Forty teams: failed, waiting and ready ones, some swept, and a run at work."""
    found = made_up_journal.event(tmp_path_factory.mktemp("event"), TEAMS)
    now = time.time()
    with found.open() as journal:
        ran(journal, found.plan(began=now - 2 * HOUR))
        ran(journal, found.sweep("run-2", now - HOUR, range(30, TEAMS + 1)))
        ran(journal, found.plan("run-3", now - 60, [11, 22]), until=now - 10)
    return found


@contextmanager
def serving(made: MadeUp) -> Iterator[tuple[uvicorn.Server, str]]:
    follower = Follower(made.choice)
    path, live = made.choice.journal_path, Live(follower, every=0.1)
    site = Site(follower, path, lambda: journal_of(made.choice), Address(), live, VenueDatabase(path))
    server = uvicorn.Server(uvicorn.Config(app.build(site), port=0, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield server, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def address(made: MadeUp) -> Iterator[str]:
    with serving(made) as (_, found):
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next((found for each in BROWSERS if (found := shutil.which(each))), None)
    if program is None:
        absent("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        absent("playwright")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=[f"--{each}" for each in ALONE])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab that complains of whatever its console says."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        tab = context.new_page()
        complaints: list[str] = []
        tab.on("console", lambda said: complaints.append(said.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        yield tab
        assert complaints == []


OVERFLOWING = """() => [...document.querySelectorAll("body *")].filter(each => {
  const style = getComputedStyle(each), at = each.getBoundingClientRect();
  if (!each.checkVisibility() || each.closest(".unseen, .skip") || !at.width) return false;
  const clipped = style.overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1;
  return clipped || at.right > innerWidth + 1 || at.left < -1;
}).map(each => each.outerHTML.slice(0, 100))"""


def overflowing(page: Page) -> list[str]:
    """What is wider than the window or than what it is in."""
    found: list[str] = page.evaluate(OVERFLOWING)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return found


@pytest.mark.parametrize(("width", "height"), LOOKS)
def test_nothing_is_cut_off_or_needs_scrolling_sideways(page: Page, address: str, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for path in PAGES:
        page.goto(address + path)
        assert overflowing(page) == [], path
    page.goto(address)
    page.locator("#all").check()
    assert overflowing(page) == []


@pytest.mark.parametrize(("width", "height"), LOOKS)
def test_the_page_in_a_file_looks_as_well(page: Page, made: MadeUp, tmp_path: Path, width: int, height: int) -> None:
    standing = Follower(made.choice)()
    assert standing
    status_page.write(tmp_path / "status.html", standing, "zh")
    page.set_viewport_size({"width": width, "height": height})
    page.goto((tmp_path / "status.html").as_uri())
    assert overflowing(page) == []
    assert page.locator("tr.team").count() == TEAMS


@pytest.mark.parametrize(
    ("path", "scheme"), [("/", "light"), ("/?lang=zh", "dark"), ("/screen", "light"), ("/screen?lang=zh", "dark")]
)
def test_axe_finds_nothing_wrong(browser: Browser, address: str, path: str, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # The policy would refuse axe's own script.
    with browser.new_context(bypass_csp=True, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(address + path)
        page.locator("#connection.ready").wait_for()
        found = Axe().run(page)
        assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == []


def test_axe_finds_nothing_wrong_on_pages_without_a_stream(browser: Browser, address: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with browser.new_context(bypass_csp=True, viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        for path in ("/notices?lang=zh", "/answers", "/teams/team-5", "/teams/nobody", "/join/team-1?lang=zh"):
            page.goto(address + path)
            found = Axe().run(page)
            assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == [], path


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#connection:not(:empty)").wait_for()
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", seen[-1]
    assert seen == ["Skip to the teams", "car-day", "Desk", "Notices", "Answers", "Screen", "search", "中文",
                    "Waiting", "Mine", "Answered", "team-5"]  # fmt: skip
    page.keyboard.press("/")
    page.keyboard.type("team-17")
    assert page.locator("tr.team:visible").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/teams/team-17?lang=en")
    assert page.get_by_text("event-bootstrap repair team-17").is_visible()


@pytest.mark.parametrize(("width", "height"), LOOKS)
def test_a_screen_reader_meets_a_table_however_it_is_laid_out(
    page: Page, address: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.locator("#all").check()
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    roles = [each["role"]["value"] for each in tree["nodes"] if not each["ignored"]]
    assert roles.count("row") >= TEAMS
    assert roles.count("rowheader") == TEAMS
    assert {"banner", "main", "navigation", "table"} <= set(roles)


def test_trouble_stands_first_and_who_is_well_is_shown_on_demand(page: Page, address: str) -> None:
    page.goto(address)
    assert page.locator("tr.team").first.get_attribute("data-team") == "team-5"
    assert not page.locator("#well tr").first.is_visible()
    assert page.locator("tr.failed").first.is_visible()
    page.get_by_label("show all").check()
    assert page.locator("tr.team:visible").count() == TEAMS


def test_what_a_run_does_arrives_without_moving_what_a_person_is_at(page: Page, address: str, made: MadeUp) -> None:
    page.goto(address)
    page.locator("#connection.ready").wait_for()
    page.locator("#all").check()
    page.locator("#account-100000000002 th a").focus()
    with made.open() as journal:
        run = made.plan("run-9", time.time() - 30, [2])
        ran(journal, run, until=run.began + 20, actor="bo on <b>laptop</b>")
    page.locator("#first #account-100000000002.working").wait_for()
    assert page.evaluate("document.activeElement.closest('tr').id") == "account-100000000002"
    assert page.locator("#runs").get_by_text("bo on <b>laptop</b>").is_visible()
    assert "working" in page.title()
    assert "working" in (page.locator("#said").text_content() or "")
    with made.open() as journal:
        ran(journal, made.plan("run-10", time.time() - 30, [2]))
    page.locator("#account-100000000002.ready").wait_for()


def test_a_raised_hand_is_taken_on_the_open_page(page: Page, address: str, made: MadeUp) -> None:
    page.goto(address)
    page.locator("#connection.ready").wait_for()
    with closing(VenueDatabase(made.choice.journal_path)) as database:
        hands = Hands(database, "car-day")
        hand, _ = hands.lift("team-3", "100000000003", HandTopic.NOTEBOOK, "<i>it</i> hangs", "en", time.time())
        page.get_by_text("“<i>it</i> hangs”").wait_for()
        page.get_by_role("button", name="Take").click()
        page.get_by_role("button", name="Give back").wait_for()
        page.get_by_role("button", name="Mine").click()
        assert page.locator("li.raised.mine").is_visible()
        page.get_by_role("button", name="Answered").first.click()
        page.locator("#answered").wait_for()
        assert not page.locator("li.raised").is_visible()
        page.get_by_role("button", name="Waiting").click()
        page.locator("li.raised button", has_text="Answered").click()
        page.get_by_text("No hand is up.").wait_for()
        found = hands.get(hand.id)
        assert found is not None
        assert found.how == "answered"


def test_the_screen_turns_its_pages_and_never_scrolls(page: Page, address: str) -> None:
    page.clock.install()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{address}/screen")
    assert page.locator(".tile:visible").count() == TEAMS
    page.set_viewport_size({"width": 480, "height": 270})
    page.goto(f"{address}/screen")
    shown: list[str] = []
    pages = int(str(page.locator("#pages").text_content()).partition(" / ")[2])
    assert pages > 1
    for turn in range(1, pages + 1):
        assert page.locator("#pages").text_content() == f"{turn} / {pages}"
        for tile in page.locator(".tile:visible").all():
            box = tile.bounding_box()
            assert box
            assert box["y"] + box["height"] <= 270
            shown.append(str(tile.locator("b").text_content()))
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        page.clock.run_for(10_050)
    assert shown == [f"team-{number}" for number in range(1, TEAMS + 1)]
    assert page.locator("#pages").text_content() == f"1 / {pages}"


def test_a_lost_connection_is_said_with_the_time_from_which_the_page_is(browser: Browser, made: MadeUp) -> None:
    with browser.new_context() as context, serving(made) as (server, address):
        page = context.new_page()
        page.goto(address)
        page.locator("#connection.ready").wait_for()
        server.should_exit = True
        page.get_by_text("Connection lost; this page shows the status at").wait_for()
