"""The HTML page of a run."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from bootstrap.engine import results
from bootstrap.engine.outcomes import CleanEvent, RunPlan
from bootstrap.errors import catalogue
from bootstrap.errors.message import msg
from bootstrap.report import html, translations
from bootstrap.report import page as report_page
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
        if tag not in ("meta", "br", "rect"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self.open.pop() == tag


def page(run: RunPlan, extra: list[CleanEvent] | None = None) -> str:
    return html.render(run, results.fold(run, [*made_up.events(run), *(extra or [])], 61), made_at=run.began + 4000)


def test_the_page_is_whole_and_needs_no_network() -> None:
    text = page(made_up.plan(6, scenario="today"))
    parser = Strict()
    parser.feed(text)
    assert parser.open == []
    assert parser.fetched == []
    assert "@import" not in text
    assert set(re.findall(r"""url\(["']?([a-z]*:?)""", text)) == {"data:"}


def test_the_page_has_a_cell_with_words_for_every_step_of_every_team() -> None:
    text = page(made_up.plan(6))
    assert text.count('class="cell ') == 6 * len(made_up.STEPS)
    assert "✗ failed <small>EB-390</small>" in text
    assert "TrainingRole: role cars-2026-training already exists" in text
    assert text.count("<svg ") == 6
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
    assert "0</b>accounts" in page(run)


# all of them
