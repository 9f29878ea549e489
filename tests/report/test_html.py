"""The HTML page of a run."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest

from bootstrap.engine import results
from bootstrap.engine.outcomes import CleanEvent, RunPlan
from bootstrap.errors import catalogue
from bootstrap.errors.message import msg
from bootstrap.report import html, time_line, translations
from bootstrap.report import page as report_page
from tests.needs import absent
from tests.report import made_up
from tests.report.test_views import show


class Strict(HTMLParser):
    """Checks that elements close in order, and collects what a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [str(value) for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(run: RunPlan, extra: list[CleanEvent] | None = None) -> str:
    return html.render(run, results.fold(run, [*made_up.events(run), *(extra or [])], 61), made_at=run.began + 4000)


def test_the_page_is_whole_and_needs_no_network() -> None:
    text = page(made_up.plan(6, scenario="today"))
    parser = Strict()
    parser.feed(text)
    assert parser.open == []
    assert parser.fetched == ["data:,", "#teams"]
    assert "@import" not in text
    assert set(re.findall(r"""url\(["']?(#|[a-z]*:?)""", text)) == {"data:", "#"}


def test_the_page_has_a_cell_with_words_for_every_step_of_every_team() -> None:
    text = page(made_up.plan(6))
    assert len(re.findall(r'<td role="cell" class="mark ', text)) == 6 * len(made_up.STEPS)
    assert 'title="stack:roles: failed 失败 EB-390"' in text
    assert "TrainingRole: role cars-2026-training already exists" in text
    assert text.count('role="img" aria-label="team-') == 6
    assert 'lang="zh-CN">参赛队与步骤' in text


def test_the_page_tells_causes_in_both_languages() -> None:
    run = made_up.plan(6)
    event = next(each for each in made_up.events(run) if each.code == "EB-390")
    text = page(run, [replace(event, detail=msg("the line is empty"))])
    assert 'the line is empty <span lang="zh-CN">该行为空</span>' in text
    assert f'<span lang="zh-CN">{translations.catalogue("zh").gettext(catalogue()["EB-390"].fix)}</span>' in text


def test_what_stands_in_backticks_is_code_and_stays_escaped() -> None:
    assert report_page.both("run `a <b>` & `c`") == "run <code>a &lt;b&gt;</code> &amp; <code>c</code>"
    assert report_page.both("one ` alone") == "one ` alone"


def test_the_page_says_that_a_rehearsal_was_one() -> None:
    assert "A rehearsal of scenario today" in page(made_up.plan(2, scenario="today"))
    assert "rehearsal" not in page(made_up.plan(2))


def test_the_page_escapes_what_aws_or_a_roster_says() -> None:
    run = made_up.plan(2)
    event = replace(made_up.events(run)[0], detail="<script>alert(1)</script>", facts={"<b>": "<i>"})
    text = page(run, [event])
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "<i>" not in text


def test_the_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    run = made_up.plan(2)
    path = tmp_path / "reports" / "report.html"
    show(html.HtmlReport(path), run)
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [each.name for each in path.parent.iterdir()] == ["report.html"]


def test_a_run_without_accounts_or_labs_still_makes_a_page() -> None:
    run = replace(made_up.plan(1), accounts=())
    text = page(run)
    assert ", 0 accounts</title>" in text
    assert "Where the time went" not in text


def test_the_verdict_and_what_to_do_stand_before_all_else() -> None:
    text = page(made_up.plan(6))
    verdict = '<b>1 of 6 teams is not ready</b> <span lang="zh-CN">6 个参赛队中有 1 个未就绪</span>'
    fix, matrix, times = (text.index(each) for each in ("What to do next", 'id="teams"', "Where the time went"))
    assert text.index(verdict) < text.index('class="figures"') < fix < matrix < times
    assert "Affects only optional labs" not in text[:matrix]


def test_spare_accounts_stand_apart_and_do_not_count_as_teams() -> None:
    run = made_up.plan(6)
    spare = replace(run.accounts[4], spare=True)
    text = page(replace(run, accounts=(*run.accounts[:4], spare, run.accounts[5])))
    assert "<b>All teams are ready, 1 of 1 spare accounts is not</b>" in text
    assert "5<small>/5</small></b>teams ready" in text
    assert text.index('data-team="team-6"') < text.index('scope="rowgroup"') < text.index('data-team="team-5"')


def test_what_a_run_makes_for_the_first_time_is_ready_and_only_later_changes_have_a_mark_of_their_own() -> None:
    """In the made-up run the marker of team 3 is new; those of teams 1 and 2 were there before."""
    text = page(made_up.plan(3))
    rows = {name: text.split(f'data-team="{name}"')[1].split("</tr>")[0] for name in ("team-1", "team-3")}
    assert 'title="smoke: ready 就绪"' in rows["team-3"]
    assert "changed" not in rows["team-3"]
    assert 'title="smoke: changed 已更改"' in rows["team-1"]


def test_bars_of_the_time_line_say_what_they_are() -> None:
    run = made_up.plan(5)
    summary = results.fold(run, made_up.events(run), 1300)
    ready, failed = (time_line.bars(summary.accounts[place], summary) for place in (0, 4))
    assert {"stack", "quotas", "smoke"} <= {each.name for each in ready}
    assert [each.name for each in failed if each.loud] == ["stack:roles"]
    for account in summary.accounts:
        placed = time_line.lanes(account, summary)["bars"]
        assert all(each["name"] for each in placed if float(each["width"]) > 10)
        for lane in {each["lane"] for each in placed}:
            ends = 0.0
            for each in sorted((bar for bar in placed if bar["lane"] == lane), key=lambda bar: float(bar["x"])):
                assert float(each["x"]) >= ends - 0.02
                ends = float(each["x"]) + float(each["width"])


def test_jobs_that_ran_at_once_are_counted_by_region_and_type() -> None:
    run = made_up.plan(3)
    run = replace(run, accounts=tuple(replace(each, region="ap-northeast-1") for each in run.accounts))
    jobs = [each for each in made_up.events(run) if each.step == "smoke" and each.settled]
    facts = {"instance_type": "ml.g5.2xlarge", "began": run.began + 60.0, "ended": run.began + 120.0}
    text = page(run, [replace(each, facts=facts) for each in jobs])
    assert re.search(r"ml\.g5\.2xlarge</td><td[^>]*>3 / 3</td>", text)
    assert "Training jobs at once" not in page(run)


_CUT = """() => [...document.querySelectorAll(".standing td, .standing th, .todo *, .figures *")]
  .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth).length"""


@pytest.mark.browser
def test_a_report_fits_1280_whole_and_a_phone_without_scrolling_sideways(tmp_path: Path) -> None:
    program = shutil.which("chromium") or absent("Chromium")
    sync_api = import_module("playwright.sync_api")
    run = made_up.plan(8)
    accounts = (*run.accounts[:5], *(replace(each, spare=True) for each in run.accounts[5:]))
    path = tmp_path / "report.html"
    path.write_text(page(replace(run, accounts=accounts)), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
        shown.goto(path.as_uri())
        columns = shown.evaluate("[...document.querySelectorAll('th.step')].map(each => each.offsetWidth)")
        assert len(columns) == len(made_up.STEPS)
        assert all(25 <= each <= 37 for each in columns)
        assert shown.locator("#spares tr:visible").count() == 3
        for width in (1280, 390):
            shown.set_viewport_size({"width": width, "height": 900})
            assert shown.evaluate("document.documentElement.scrollWidth") == width
            assert shown.evaluate(_CUT) == 0
        chromium.close()
