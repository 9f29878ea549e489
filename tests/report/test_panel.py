"""The lines of the live view: causes first, then what goes on, folded to the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.cells import cell_len

from bootstrap.engine.outcomes import RunPlan
from bootstrap.engine.results import Tally
from bootstrap.engine.states import AGAIN
from bootstrap.report import panel, translations
from bootstrap.report.full_screen import plain
from bootstrap.report.overview import groups, of_run
from tests.report import made_up


@pytest.fixture
def chinese() -> Iterator[None]:
    translations.use("zh")
    yield
    translations.use("en")


@pytest.mark.parametrize("teams", [1, 6, 60, 200])
@pytest.mark.parametrize("height", [8, 20, 40])
@pytest.mark.parametrize("after", [0, 100, 500, 1100])
def test_the_live_view_never_outgrows_the_terminal(teams: int, height: int, after: int) -> None:
    lines = view(made_up.plan(teams), after, 80, height)
    assert len(lines) <= height
    assert all("\n" not in line for line in lines)


def test_the_live_view_shows_each_cause_once_with_its_fix_and_then_what_goes_on() -> None:
    lines = view(made_up.plan(60), 400, 80, 16)
    assert "60 accounts  6:40  1,234 calls" in lines[0]
    assert "441/780 steps" in lines[1]
    assert lines[2] == "about 7 min left or more; quotas of 55 teams: AWS decides, so far 6 min"
    assert "✗ 4 failed  * 56 working" in lines[3]
    assert lines[4] == "✗ EB-390 An error in event-bootstrap itself  4 teams: team-5, team-17 +2"
    assert lines[5].startswith("    fix: Run the same command again.")
    going = [line.split() for line in lines[7:10]]
    assert [words[1:3] for words in going] == [["quotas:training", "55"], ["stack:notebooks", "45"],
                                               ["stack:notifications", "11"]]  # fmt: skip
    assert "AWS decides" in lines[7]
    assert [line.split()[:3] for line in lines[10:12]] == [["*", "41", "teams"], ["*", "10", "teams"]]


def test_forty_failed_teams_do_not_hide_those_that_are_at_work() -> None:
    run = made_up.plan(43)
    tally = Tally(run.accounts)
    for account in run.accounts[:40]:
        for event in made_up.refused(run, account):
            tally.take(event)
    for event in made_up.events(run):
        if int(event.team.removeprefix("team-")) > 40 and event.at < run.began + 400:
            tally.take(event)
    lines = [plain(each) for each in panel.lines(of_run(run, tally, run.began + 400), 80, 24)]
    assert [line for line in lines if "EB-201" in line and "40 teams: team-1, team-2 +38" in line]
    for team in ("team-41", "team-42", "team-43"):
        [row] = [line for line in lines if line.startswith(f"* {team} ")]
        assert "stack:notebooks" in row
        assert "[#####-----]" in row


def test_teams_at_the_same_steps_share_a_row_only_if_the_same_is_to_be_told_of_them() -> None:
    run = made_up.plan(60)
    found = of_run(run, told(run, 400), run.began + 400)
    alike = [each for each in found.teams if each.running]
    first, second = (each.team for each in next(groups(alike))[:2])
    teams = tuple(
        replace(each, notes=("on hold: fees",)) if each.team == first else
        replace(each, broken=True) if each.team == second else each
        for each in alike
    )  # fmt: skip
    assert {each[0].team for each in groups(teams) if len(each) == 1} >= {first, second}


def test_a_cause_without_a_code_says_that_it_was_found_in_other_words_too() -> None:
    run = made_up.plan(3)
    tally = Tally(run.accounts)
    for account, detail in zip(run.accounts, ("a is not there", "b is not there", "b is not there"), strict=True):
        first = made_up.refused(run, account)[0]
        tally.take(replace(first, code=None, cause="not there", detail=detail))
    lines = [plain(each) for each in panel.lines(of_run(run, tally, run.began + 400), 80, 24)]
    assert [line for line in lines if "a is not there, and 1 more  3 teams: team-1, team-2, team-3" in line]


def test_a_cause_of_which_the_steps_only_try_again_when_asked_names_the_command() -> None:
    run = made_up.plan(1)
    tally = Tally(run.accounts)
    tally.take(replace(made_up.refused(run, run.accounts[0])[0], facts={AGAIN: True}))
    lines = [plain(each) for each in panel.lines(of_run(run, tally, run.began + 400), 80, 24)]
    assert "      event-bootstrap provision --failed --again    once fixed" in lines


def test_a_long_title_hides_neither_the_teams_of_a_cause_nor_how_many_they_are() -> None:
    lines = view(made_up.plan(25), 700, 72, 18)
    (line,) = [line for line in lines if "EB-391" in line]
    assert line == "⊘ EB-391 The change was made several times, but A...  13 teams, optional"
    assert cell_len(line) == 72
    assert not [line for line in lines if line.rstrip().endswith(":")]


def view(run: RunPlan, after: float, width: int, height: int) -> list[str]:
    """The lines of the live view so many seconds after the run began."""
    found = of_run(run, told(run, after), run.began + after, 1234)
    return [plain(line) for line in panel.lines(found, width, height)]


def told(run: RunPlan, after: float) -> Tally:
    """What the run has told so many seconds after it began."""
    tally = Tally(run.accounts)
    for event in made_up.events(run):
        if event.at < run.began + after:
            tally.take(event)
    return tally


def test_names_of_any_script_line_up() -> None:
    run = made_up.plan(3)
    names = ("team-1", "蓝色闪电队", "a-very-long-name-for-a-team-of-five")
    accounts = tuple(replace(each, team=name) for each, name in zip(run.accounts, names, strict=True))
    run = replace(run, accounts=accounts)
    rows = [line for line in view(run, 60, 80, 20)[2:] if "/13" in line]
    assert len(rows) == 3
    assert len({cell_len(row[: row.index("/13")]) for row in rows}) == 1


@pytest.mark.usefixtures("chinese")
def test_the_live_view_lines_up_in_wide_letters() -> None:
    run = made_up.plan(60)
    lines = view(run, 400, 80, 12)
    assert "60 个账户  6:40  1,234 次调用" in lines[0]
    assert "✗ 失败 4  * 进行中 56" in lines[3]
    assert "* 41 个参赛队 [#####-----]  7/13" in lines[-3]
    assert len(lines) == 12
