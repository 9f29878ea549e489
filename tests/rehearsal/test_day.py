"""`rehearse --through day`: eight teams at their pages, raised hands, and staff who answer each one."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.cli.commands.choice import read
from bootstrap.cli.commands.rehearse import rehearse
from bootstrap.engine.run_kind import RunKind
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.hands import HandEnd, Hands, RaisedHand
from bootstrap.journal.venue.notices import Notices
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.rehearsal.day import browser, script
from bootstrap.rehearsal.day.script import OTHERS, SHORTAGE, DayAct, Moment
from tests import runs


def teams(number: int) -> list[TeamAccount]:
    return [
        TeamAccount(f"team-{n}", f"{n:012d}", "eu-west-1", None, None, None, (), (), n) for n in range(1, number + 1)
    ]


def hands(moments: tuple[Moment, ...]) -> list[tuple[str, str]]:
    return [(each.team, each.case.code) for each in moments if each.act is DayAct.HAND]


@pytest.mark.parametrize("number", [1, 3, 7, 8, 12, 40])
def test_each_cause_is_met_and_a_team_raises_a_hand_only_when_its_last_one_is_down(number: int) -> None:
    moments = script.of_day(teams(number), spare=True)
    raised = hands(moments)
    assert Counter(code for _, code in raised) == {
        SHORTAGE.code: min(7, number), **{each.code: 1 for each in OTHERS}
    }  # fmt: skip
    up: set[str] = set()
    for each in moments:
        match each.act:
            case DayAct.HAND:
                assert each.team not in up
                up.add(each.team)
            case DayAct.NOTICE:
                up.clear()
            case DayAct.ANSWER:
                up.remove(each.team)
    assert not up


def test_forty_teams_raise_twelve_hands_with_six_causes_of_which_seven_teams_share_one() -> None:
    raised = hands(script.of_day(teams(40), spare=True))
    assert (len(raised), len({team for team, _ in raised}), len({code for _, code in raised})) == (12, 12, 6)


def test_without_a_spare_account_nobody_is_moved() -> None:
    assert [each.act for each in script.of_day(teams(8), spare=True)].count(DayAct.SWAP) == 1
    assert DayAct.SWAP not in {each.act for each in script.of_day(teams(8), spare=False)}


def test_a_field_belongs_to_the_form_that_it_names() -> None:
    page = """<form id="a" action="/a"><input name="x" value="1"></form>
    <textarea name="words" form="a">two &amp; three</textarea><button form="a" formaction="/a/other?lang=en">go</button>
    <form action="/b"><input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked></form>"""
    first, second = browser.forms(page)
    assert (first.fields, second.fields) == ({"x": "1", "words": "two & three"}, {"r": "2"})
    assert first.leads_to("/other")
    assert not second.leads_to("/other")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of eight teams that has ended; its folder."""
    at = runs.folder(tmp_path_factory.mktemp("day"), teams=8)
    asked = runs.choice(at)
    code = rehearse(replace(asked, kind=RunKind.REHEARSE), "ordinary", 1, through="day")
    assert code == 0
    return at / ".event-bootstrap" / "rehearsal"


def rows(day: Path) -> list[RaisedHand]:
    with closing(VenueDatabase(day / "journal.sqlite")) as database:
        store = Hands(database, "car-day")
        assert not store.open()
        return sorted(store.ended(), key=lambda each: each.raised)


def test_every_hand_got_the_doctor_s_answer_and_nothing_is_doubled(day: Path) -> None:
    found = rows(day)
    # The swapped team's hand came along to its new account, in which nothing is wrong.
    assert [each.code for each in found] == [SHORTAGE.code] * 7 + [
        "" if each is script.SWAPPED else each.code for each in OTHERS
    ]
    assert all(each.examined is not None and each.examined >= each.raised for each in found)
    assert [each.how for each in found] == [HandEnd.NOTICE] * 7 + [HandEnd.ANSWERED] * 5
    assert all(each.taken_by and each.answered_by for each in found[7:])


def test_the_shared_cause_became_one_notice_in_both_languages_which_names_no_team(day: Path) -> None:
    with closing(VenueDatabase(day / "journal.sqlite")) as database:
        [notice] = Notices(database, "car-day").all()
    assert {each.notice for each in rows(day)[:7]} == {notice.id}
    assert notice.teams == ()
    assert notice.text_en
    assert notice.text_zh
    assert "team-" not in notice.text_en + notice.text_zh


def test_the_swapped_team_is_in_the_spare_account_and_its_hand_came_along(day: Path) -> None:
    before = {each.team: each.account_id for each in read(runs.choice(day.parent.parent)).accounts}
    after = {line.split(",")[0]: line.split(",")[1] for line in (day / "accounts.csv").read_text().splitlines()}
    [moved] = [each for each in rows(day) if each.account_id != before[each.team]]
    assert moved.account_id == after[moved.team]
    assert moved.what == script.SWAPPED.what
