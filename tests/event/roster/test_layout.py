"""Rows of the roster neither vanish nor appear, wherever its header stands."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import event
from bootstrap.event.event import Event
from bootstrap.event.roster import roster

ROOT = Path(__file__).parents[3]
HEADER = "team,account_id,emails\n"
RED, BLUE = "red,111111111111,\n", "blue,222222222222,\n"


@pytest.fixture(scope="module")
def an_event() -> Event:
    return event.read(ROOT / "event.yaml")


def whole(an_event: Event, text: str | bytes) -> roster.Roster:
    return roster.whole(text.encode() if isinstance(text, str) else text, "accounts.csv", an_event)


def refused(an_event: Event, text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        whole(an_event, text)
    return [(each.code, each.where) for each in caught.value.problems]


def teams(found: roster.Roster) -> list[str]:
    return [each.team for each in found.accounts]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_separator_quoting_and_line_end_is_read(an_event: Event, encoding: str) -> None:
    for separator, end, quoted in itertools.product(",;\t", ("\n", "\r\n", "\r"), (False, True)):
        rows = [
            ["team", "account_id", "region"],
            ["红队 一", "012345678901", ""],
            ["blue", "222222222222", "eu-west-1"],
        ]
        cells = [[f'"{cell}"' if quoted else cell for cell in row] for row in rows]
        found = whole(an_event, end.join([*map(separator.join, cells), ""]).encode(encoding))
        assert [(each.team, each.account_id) for each in found.accounts] == [(row[0], row[1]) for row in rows[1:]]
        assert bool(found.notes) is (encoding == "gb18030")


def test_a_guess_of_the_encoding_is_said_with_names_to_check(an_event: Event) -> None:
    note = whole(an_event, (HEADER + RED + "北京一队,222222222222,\n").encode("gbk")).notes[0]
    assert "GBK" in note
    assert "北京一队" in note
    both = whole(an_event, (HEADER + "한국,222222222222,\n").encode("euc_kr")).notes
    assert "한국" in both[1]


def test_another_old_encoding_is_refused_with_its_name(an_event: Event) -> None:
    with pytest.raises(BadInput) as caught:
        whole(an_event, (HEADER + "チーム東京,222222222222,\n").encode("cp932"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.fix) == ("EB-101", "Save it as CSV UTF-8")
    assert "チーム東京" in problem.cause


HIDDEN = [
    ("#N/A,222233334444,", "EB-125"), ("#REF!,222233334444,", "EB-125"), ("#NAME?,,", "EB-125"), ("#NV,1,", "EB-125"),
    ("#BEZUG!,222233334444,", "EB-125"), ("#¿NOMBRE?,222233334444,", "EB-125"), ("＃N/A,222233334444,", "EB-125"),
    ("#1 racers,444455556666,", "EB-123"), ("#red,4444-5555-6666,", "EB-123"), ("#1,4.44456E+11,", "EB-123"),
    ('"#1 racers",44455556666,', "EB-123"), ("#,444455556666,", "EB-123"),
]  # fmt: skip


@pytest.mark.parametrize(("hidden", "code"), HIDDEN)
def test_a_row_that_looks_like_a_comment_is_asked_about(an_event: Event, hidden: str, code: str) -> None:
    if hidden.startswith("#,"):
        # `#` alone, or before a space, is how a person writes a comment.
        assert teams(whole(an_event, HEADER + RED + hidden + "\n")) == ["red"]
        return
    assert refused(an_event, HEADER + RED + hidden + "\n" + BLUE) == [(code, "accounts.csv:3")]


def test_what_was_skipped_is_counted_and_named(an_event: Event) -> None:
    found = whole(an_event, "# our teams\n" + HEADER + RED + "# blue,222222222222,\n# see the list\n")
    assert teams(found) == ["red"]
    (note,) = found.notes
    assert note.startswith("2 rows that begin with # were skipped")
    assert "accounts.csv:4 `# blue 222222222222`" in note
    assert whole(an_event, "# our teams\n" + HEADER + RED).notes == ()


def test_a_comment_goes_by_its_record(an_event: Event) -> None:
    assert teams(whole(an_event, HEADER + '# ask, "Jerry\nor Tom",\n' + RED)) == ["red"]
    assert teams(whole(an_event, HEADER + '# ask "Tom, "Jerry\n' + RED + BLUE)) == ["red", "blue"]
    assert teams(whole(an_event, HEADER + '#"x\n' + RED)) == ["red"]
    ghost = '# moved,222233334444,"was:\nghost,999988887777,x@example.com"\n'
    assert refused(an_event, HEADER + RED + ghost + BLUE) == [("EB-123", "accounts.csv:3")]
    assert refused(an_event, HEADER + '# ask, "Jerry\nred,111111111111,"\n' + BLUE) == [("EB-123", "accounts.csv:2")]


TITLES = ["Car day 2026\n", '"Car day 2026";\n', '"Car day, 2026",\n\n', "Our team\n", '"Teams of\n2026",\n']


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("separator", [",", ";"])
def test_a_title_above_the_header_is_named(an_event: Event, title: str, separator: str) -> None:
    text = title + (HEADER + RED).replace(",", separator)
    assert refused(an_event, text) == [("EB-124", "accounts.csv:1")]


def test_a_column_of_numbers_is_no_comment(an_event: Event) -> None:
    assert refused(an_event, "#,team,account_id\n1,red,111111111111\n") == [("EB-103", "accounts.csv:1")]


def test_a_header_in_a_comment_is_named_once(an_event: Event) -> None:
    assert refused(an_event, "# team,account_id\nred,111111111111\n") == [("EB-105", "accounts.csv:1")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_separator_that_excel_declares_counts_with_any_line_end(an_event: Event, end: str) -> None:
    text = end.join(["sep=;", "team;account_id;emails", "red;111111111111;", ""])
    assert [(each.team, each.line) for each in whole(an_event, text).accounts] == [("red", 3)]


def test_cells_that_slid_are_not_believed(an_event: Event) -> None:
    text = "team;account_id;emails;profile\natlas;111122223333;mei@example.com;ken@example.com\n"
    assert refused(an_event, text) == [("EB-125", "accounts.csv:2 profile")]


def test_progress_is_told_of_a_long_roster(an_event: Event) -> None:
    told: list[tuple[int, int]] = []
    rows = "".join(f"team {number},{number + 10**11},\n" for number in range(1200))
    found = roster.whole(
        (HEADER + rows).encode(), "accounts.csv", an_event, lambda what, done, total: told.append((done, total))
    )
    assert len(found.accounts) == 1200
    assert told == [(0, 1200), (500, 1200), (1000, 1200)]
