"""Where an event stands: as a table, as JSON, as a view that stays, as a page."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bootstrap.cli.commands import status
from bootstrap.cli.commands.follow import StandingReader
from bootstrap.engine.outcomes import CleanEvent, cleaned
from bootstrap.engine.results import fold
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput
from bootstrap.errors.message import msg
from bootstrap.journal.standing import Latest, Stale, Standing
from bootstrap.report import panel, status_page, status_table, translations
from bootstrap.report.full_screen import plain
from bootstrap.report.overview import of_standing
from tests import made_up_journal, schemas
from tests.made_up_journal import BEGAN, BO, MadeUp, ran
from tests.report.secrets import PLANTED, SECRETS

HOUR = 3600.0
NOW = BEGAN + 2 * HOUR + 7


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """34 teams prepared, some swept since, and a run that goes on."""
    found = made_up_journal.event(tmp_path_factory.mktemp("event"), 34)
    with found.open() as journal:
        ran(journal, found.plan(numbers=range(1, 34)))
        ran(journal, found.sweep("run-2", BEGAN + HOUR, [1, 3, 10]))
        ran(journal, found.plan("run-3", BEGAN + 2 * HOUR, [22]), until=BEGAN + 2 * HOUR + 5, actor=BO)
    return found


@pytest.fixture(scope="module")
def standing(made: MadeUp) -> Standing:
    return StandingReader(made.choice, made.inputs, made.inputs.accounts).read()


def lines(standing: Standing, each: bool = True) -> list[str]:
    out = io.StringIO()
    status_table.write(out, standing, NOW, each=each)
    return out.getvalue().splitlines()


def test_the_table_has_runs_results_times_and_causes(standing: Standing) -> None:
    text = lines(standing)
    assert "now: provision by bo on laptop: 0/1 accounts finished, started now, last activity now" in text
    rows = {line.split()[0]: line for line in text if re.match(r"team-\d+ ", line)}
    assert len(rows) == 34
    assert re.search(r"✗ failed .* 1 h ago .* failed: stack:roles EB-269, 10 skipped", rows["team-5"])
    assert re.search(r"\* working .* now ", rows["team-22"])
    assert re.search(r"\. queued .* never", rows["team-34"])
    assert re.search(r"✓ clean .* 0:12 ", rows["team-1"])
    assert re.search(r"✗ left ", rows["team-3"])
    assert re.search(r"\? unknown ", rows["team-10"])
    assert [line for line in text if "EB-269" in line and "2 teams: team-5, team-17" in line]
    last = "✗ car-day failed: 2 failed, 1 unknown, 1 left, 1 working, 2 waiting, 1 queued, 25 ready, 1 clean"
    assert last in text
    assert text[-1].startswith("next: event-bootstrap status --watch")


def test_many_teams_that_agree_share_a_row_and_what_needs_a_person_comes_first(standing: Standing) -> None:
    text = lines(standing, each=False)
    table = next(place for place, line in enumerate(text) if line.startswith("team "))
    rows = [line for line in text[table:] if line.startswith("team-")]
    assert [re.split(r" {2,}", row)[0] for row in rows] == [
        "team-5, team-17", "team-10", "team-3", "team-22", "team-11, team-33", "team-34", "team-2 +24", "team-1"
    ]  # fmt: skip
    first = text.index(next(line for line in text if "EB-269 A name that the stack needs is in use" in line))
    run = text.index(next(line for line in text if line.startswith("now: provision by bo on laptop")))
    assert first < run < text.index(rows[0])
    assert [line for line in text if line.strip() == "about 9 min left"]


def test_a_silent_run_may_have_died(standing: Standing) -> None:
    (run,) = standing.going
    assert "no activity for 5 minutes: waiting, or crashed" not in status_table.going_line(run, run.heard + 60).plain
    assert "no activity for 5 minutes: waiting, or crashed" in status_table.going_line(run, run.heard + 600).plain


def test_one_team_is_told_step_by_step_with_times(made: MadeUp, capsys: pytest.CaptureFixture[str]) -> None:
    assert status.tell(replace(made.choice, teams=("team-2",), output="plain")) == 0
    text = capsys.readouterr().out
    assert re.search(r"stack:roles +\+ changed +\d+ days ago, \d\d:\d\d:\d\d +0:42 +stack:roles is up to date", text)
    assert text.count("is up to date") == 15


def test_json_has_runs_and_visits_beside_the_summary(made: MadeUp, capsys: pytest.CaptureFixture[str]) -> None:
    assert status.tell(replace(made.choice, output="json")) == 1
    header, going, *more, summary = schemas.read(capsys.readouterr().out)
    # Reminders depend on the day on which this runs.
    visits = [each for each in more if each["type"] != "reminder"]
    assert (header["type"], going["type"], summary["type"]) == ("header", "going", "summary")
    assert (going["command"], going["actor"], going["ended_accounts"], going["accounts"]) == ("provision", BO, 0, 1)
    assert {each["type"] for each in visits} == {"visit"}
    assert len(visits) == 33
    assert [each["team"] for each in visits if each["at_work"]] == ["team-22"]


@pytest.mark.parametrize("height", [5, 8, 14, 24, 60])
def test_the_live_view_folds_to_the_terminal(standing: Standing, height: int) -> None:
    text = watched(standing, height)
    assert len(text) <= height
    assert text[0].startswith("status car-day  34 accounts  ")
    assert "steps" in text[1]
    assert "✗ 2 failed  ? 1 unknown  ✗ 1 left  * 1 working  ~ 2 waiting" in text[2]
    if height >= 14:
        assert [line for line in text if line.startswith("✗ EB-269") and "2 teams: team-5, team-17" in line]
        assert [line for line in text if line.startswith("* team-22 ")]
    if height >= 24:
        assert [line for line in text if line.startswith("✓ 25 ready: team-2, team-4, ")]


def watched(standing: Standing, height: int, width: int = 80) -> list[str]:
    return [plain(each) for each in panel.lines(of_standing(standing, NOW), width, height)]


def test_the_live_view_says_when_it_is_old(standing: Standing) -> None:
    old = replace(standing, stale=Stale.JOURNAL)
    assert "the journal cannot be read" in watched(old, 24)[0]


class Page(HTMLParser):
    """What a page loads, and whether its elements are closed."""

    VOID = ("meta", "link", "input", "br", "img")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.loads += [str(found[each]) for each in ("src", "action") if each in found]
        self.loads += [str(found["href"])] if tag == "link" else []
        self.ids += [str(found["id"])] if "id" in found else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    return page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_needs_no_network_and_tells_all(made: MadeUp, tmp_path: Path, language: str) -> None:
    file = tmp_path / "made" / "status.html"
    assert status.tell(replace(made.choice, output="json"), file, language) == 1
    text = file.read_text(encoding="utf-8")
    page = read(text)
    assert page.loads == ["data:,"]
    assert "<script" not in text
    assert len([each for each in page.ids if each.startswith("account-")]) == 34
    for word in ("TrainingRole: role car-day-training already exists", "bo on laptop", "100000000017", "EB-232"):
        assert word in text
    assert ("就绪" in text) is (language == "zh")
    assert ("A name that the stack needs is in use" if language == "en" else "堆栈所需的名称已被占用") in text
    # What needs attention stands first; teams that are well are folded away.
    assert text.index("account-100000000005") < text.index('id="well"') < text.index("account-100000000032")


def test_a_page_that_cannot_be_written_is_refused_by_name(made: MadeUp, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput) as refused:
        status.tell(made.choice, tmp_path / "file" / "status.html")
    assert refused.value.problems[0].code == "EB-575"


def test_no_secret_and_no_markup_reaches_a_page(made: MadeUp) -> None:
    run = made.plan("run-9", NOW, [1])
    events = [cleaned(replace(each, **PLANTED)) for each in made_up_journal.events(run)]
    events.append(replace(events[0], seq=99, detail="<script>alert(1)</script>"))
    text = page_of(made, events)
    assert [each for each in SECRETS if each in text] == []
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def page_of(made: MadeUp, events: list[CleanEvent], language: str = "en") -> str:
    run = made.plan("run-9", NOW, [1])
    standing = Standing(
        run, fold(run, events), (), {("team-1", "100000000001"): Latest("run-9", RunKind.PROVISION, BO, NOW, 0.0)}
    )
    return status_page.render(standing, status_page.parts(standing, language, NOW), language)


def test_only_what_changed_is_another_part(made: MadeUp, standing: Standing) -> None:
    kept: status_page.Kept = {}
    before = status_page.parts(standing, "en", NOW, kept)
    account = standing.summary.accounts[1]
    steps = {**account.steps, "smoke": replace(account.steps["smoke"], detail="another word")}
    accounts = [replace(each, steps=steps) if each is account else each for each in standing.summary.accounts]
    changed = replace(standing, summary=replace(standing.summary, accounts=tuple(accounts)))
    after = status_page.parts(changed, "en", NOW + 60, kept)
    assert after == status_page.parts(changed, "en", NOW + 60)
    assert [part for part in before if before[part] != after[part]] == ["account-100000000002"]


def test_the_page_is_chinese_and_marks_what_is_not(made: MadeUp) -> None:
    run = made.plan("run-9", NOW, [1])
    first, second, *rest = made_up_journal.events(run)
    first = replace(first, detail=msg("the line is empty"))
    text = page_of(made, [first, replace(second, detail="AccessDenied: no"), *rest], "zh")
    assert "该行为空" in text
    assert '<span lang="en">AccessDenied: no</span>' in text
    assert '<span lang="en">该行为空' not in text
    english = page_of(made, [first, second, *rest])
    assert "the line is empty" in english
    assert not re.search("[\u4e00-\u9fff]", english)


def test_the_table_is_chinese_on_a_chinese_terminal(standing: Standing) -> None:
    translations.use("zh")
    try:
        text = lines(standing)
    finally:
        translations.use("en")
    assert "正在运行：provision（操作者：bo on laptop）：0/1 个账户已完成，刚刚开始，最近更新：刚刚" in text
    assert [
        line for line in text if re.search(r"team-5 .*✗ 失败 .*1 小时前 .*失败：stack:roles EB-269；已跳过 10", line)
    ]
    assert text[-1] == "下一步：event-bootstrap status --watch    直到运行结束"


class Enough(Exception):
    """In the place of Ctrl-C."""


def test_watch_tells_again_only_what_has_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, told = made_up_journal.event(tmp_path, 2), []
    made.open().close()

    def sleep(seconds: float) -> None:
        told.append(capsys.readouterr().out)
        assert seconds == 2.0
        if len(told) == 2:
            with made.open() as journal:
                ran(journal, made.plan())
        if len(told) == 4:
            raise Enough

    with pytest.raises(Enough):
        status.follow(replace(made.choice, output="plain"), sleep)
    first, second, third, fourth = told
    assert ". car-day queued: 2 queued" in first
    assert "✓ car-day ready: 2 ready" in third
    assert (second, fourth) == ("", "")


def test_watch_on_a_terminal_draws_and_gives_the_cursor_back(made: MadeUp, capsys: pytest.CaptureFixture[str]) -> None:
    def sleep(_: float) -> None:
        raise Enough

    with pytest.raises(Enough):
        status.follow(replace(made.choice, output="tty"), sleep)
    drawn = capsys.readouterr().out
    assert "status car-day" in drawn
    # The screen is given back, and the last standing stays on it.
    assert drawn.count("\x1b[?1049l") == 1
    assert "car-day failed: 2 failed" in drawn.split("\x1b[?1049l")[1]
