"""accounts.csv as people and spreadsheets leave it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bootstrap.errors import BadInput, Problem, catalogue
from bootstrap.errors.explanations import roster as explanations
from bootstrap.event import event
from bootstrap.event.event import Event
from bootstrap.event.roster import roster
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.settings import AccessSettings
from bootstrap.report.translations import shown

ROOT = Path(__file__).parents[3]
HEADER = "team,account_id,region,role_arn,profile,external_id,emails,labs,spare"
GOOD = "team,account_id\nred,012345678901\nblue,222222222222\n"


@pytest.fixture(scope="module")
def an_event() -> Event:
    shipped = event.read(ROOT / "event.yaml")
    access = AccessSettings(principals=("arn:aws:iam::888888888888:user/organiser",))
    return shipped.model_copy(update={"keep_out": ("999999999999",), "access": access})


def read(folder: Path, an_event: Event, content: str | bytes) -> tuple[TeamAccount, ...]:
    path = folder / "accounts.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return roster.read(path, an_event)


def problems(folder: Path, an_event: Event, content: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(BadInput) as caught:
        read(folder, an_event, content)
    assert caught.value.exit_code == 2
    for each in caught.value.problems:
        assert re.search("[\u4e00-\u9fff]", shown(each.what, "zh"))
        assert re.search("[\u4e00-\u9fff]", shown(each.fix, "zh"))
    return caught.value.problems


def row(**cells: str) -> str:
    """A roster of one row, on line 2."""
    named = {"team": "red", "account_id": "111111111111"} | cells
    quoted = ['"' + named.get(each, "").replace('"', '""') + '"' for each in roster.COLUMNS]
    return f"{HEADER}\n{','.join(quoted)}\n"


def test_the_shipped_roster_has_six_teams_in_tokyo_that_do_all_labs(an_event: Event) -> None:
    accounts = roster.read(ROOT / "accounts.csv", an_event)
    assert len({each.account_id for each in accounts}) == 6
    assert {each.region for each in accounts} == {"ap-northeast-1"}
    assert any(each.account_id.startswith("00") for each in accounts)
    assert {each.labs for each in accounts} == {("ground-truth", "notebook", "tuning")}
    assert all(mail.endswith("@example.com") for each in accounts for mail in each.emails)


def test_every_column_is_read(tmp_path: Path, an_event: Event) -> None:
    text = row(
        region="cn-north-1",
        role_arn="arn:aws-cn:iam::111111111111:role/deep/path/Admin",
        profile="my profile",
        external_id="a-b:c",
        emails="leader@example.com; second@example.com",
        labs="tuning;notebook",
    )
    (account,) = read(tmp_path, an_event, text)
    assert account == TeamAccount(
        team="red",
        account_id="111111111111",
        region="cn-north-1",
        role_arn="arn:aws-cn:iam::111111111111:role/deep/path/Admin",
        profile="my profile",
        external_id="a-b:c",
        emails=("leader@example.com", "second@example.com"),
        labs=("notebook", "tuning"),
        line=2,
    )
    assert account.partition == "aws-cn"
    assert account.where == "accounts.csv:2"
    assert "example.com" not in repr(account)


def test_what_is_left_empty_comes_from_the_event(tmp_path: Path, an_event: Event) -> None:
    (account, _) = read(tmp_path, an_event, GOOD)
    assert (account.region, account.labs) == ("ap-northeast-1", ("ground-truth", "notebook", "tuning"))
    assert (account.role_arn, account.profile, account.external_id, account.emails) == (None, None, None, ())


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.encode("utf-16"),
        GOOD.encode("utf-16-le"),
        GOOD.encode("utf-16-be"),
        b"\xfe\xff" + GOOD.encode("utf-16-be"),
        GOOD.encode("utf-32"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode("utf-16"),
        ("sep=;\r\n" + GOOD.replace(",", ";")).encode(),
        b"\n,,,\n" + GOOD.replace("\nblue", "\n , \n\nblue").encode() + b",\n",
        GOOD.replace("red,012345678901", '"red","012345678901"').encode(),
        GOOD.replace("team,account_id", " Team , ACCOUNT_ID ").encode(),
        GOOD.replace("team,account_id", "\ufefftea\u200bm\u00a0,\u3000ａｃｃｏｕｎｔ＿ｉｄ").encode(),
        GOOD.replace("012345678901", "\u200b0123\u00a04567\u20078901\u2060").encode(),
        GOOD.replace("012345678901", "０１２３４５６７８９０１").encode(),
        GOOD.replace("012345678901", "0123-4567-8901").encode(),
        GOOD.replace("012345678901", "'012345678901").encode(),
        GOOD.replace("222222222222", "222222222222.0").encode(),
        GOOD.replace("222222222222", "2.22222222222E+11").encode(),
        GOOD.replace("222222222222", '"2,22222222222E+11"').encode(),
        GOOD.replace("012345678901", '="012345678901"').encode(),
        GOOD.replace("012345678901", '"=""012345678901"""').encode(),
        ('# a comment; with, "all" kinds\t of separators\n' + GOOD).encode(),
    ],
    ids=lambda content: repr(content[:40]),
)
def test_what_spreadsheets_write_is_read(tmp_path: Path, an_event: Event, content: bytes) -> None:
    accounts = read(tmp_path, an_event, content)
    assert [(each.team, each.account_id) for each in accounts] == [("red", "012345678901"), ("blue", "222222222222")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk", "gb18030"])
def test_team_names_keep_their_script(tmp_path: Path, an_event: Event, encoding: str) -> None:
    accounts = read(tmp_path, an_event, GOOD.replace("red", "红队 一").encode(encoding))
    assert accounts[0].team == "红队 一"


@pytest.mark.parametrize(
    "cell",
    [
        "a@example.com;b@example.com",
        "a@example.com；b@example.com；",
        "a@example.com，b@example.com",
        " a@example.com ;\n b@example.com",
        "Ann Lee <a@example.com>; mailto:b@example.com",
        "a@example.com;b@example.com;A@example.com",
    ],
)
def test_addresses_are_told_apart_and_kept_once(tmp_path: Path, an_event: Event, cell: str) -> None:
    (account,) = read(tmp_path, an_event, row(emails=cell))
    assert [each.casefold() for each in account.emails] == ["a@example.com", "b@example.com"]


def test_a_quoted_cell_may_hold_the_separator_of_the_file(tmp_path: Path, an_event: Event) -> None:
    text = 'team;account_id;emails;labs\nred;111111111111;"a@example.com;b@example.com";tuning\n'
    (account,) = read(tmp_path, an_event, text)
    assert (len(account.emails), account.labs) == (2, ("tuning",))


ROLE = "arn:aws:iam::111111111111:role/R"
DAMAGED_CELLS = [
    ("account_id", "12345678901", "EB-110", "`12345678901`, which has 11 digits"),
    ("account_id", "12345678901.0", "EB-110", "11 digits"),
    ("account_id", "1.23457E+11", "EB-111", "`1.23457E+11`"),
    ("account_id", "1,23457E+11", "EB-111", "digits may be lost"),
    ("account_id", "1.1112222333E+11", "EB-111", "digits may be lost"),
    ("account_id", "000000000000", "EB-112", "not known yet"),
    ("account_id", "11111111111¹", "EB-112", "looks like a digit"),
    ("account_id", "①11111111111", "EB-112", "looks like a digit"),
    ("account_id", "4", "EB-112", "not 12 digits"),
    ("account_id", "#REF!", "EB-125", "formula failed"),
    ("account_id", "", "EB-112", "is empty"),
    ("account_id", "12 345 678 9012", "EB-112", "`12 345 678 9012`"),
    ("account_id", "1234567890123", "EB-112", "not 12 digits"),
    ("account_id", "١٢٣٤٥٦٧٨٩٠١٢", "EB-112", "not 12 digits"),
    ("account_id", "my-account", "EB-112", "`my-account`"),
    ("account_id", "999999999999", "EB-113", "keep-out list"),
    ("account_id", "888888888888", "EB-568", "access.principals"),
    ("account_id", "=A1+1", "EB-122", "formula"),
    ("region", "ap-northeast1", "EB-114", "Did you mean `ap-northeast-1`?"),
    ("region", "ap-northeast-1a", "EB-114", "Did you mean `ap-northeast-1`?"),
    ("region", "Tokyo", "EB-114", "Did you mean `ap-northeast-1`?"),
    ("region", "@here", "EB-122", "begins with `@`"),
    ("role_arn", "Admin", "EB-115", "not the ARN of a role"),
    ("role_arn", "arn:aws:iam::111111111111:user/R", "EB-115", "not the ARN of a role"),
    ("role_arn", "arn:aws:sts::111111111111:assumed-role/R/me", "EB-115", "not the ARN of a role"),
    ("role_arn", ROLE.replace("1" * 12, "2" * 12), "EB-116", "account 222222222222"),
    ("role_arn", ROLE.replace(":aws:", ":aws-cn:"), "EB-117", "partition aws-cn"),
    *(("profile", each, "EB-125", "empty cell") for each in ("nan", "n/a", "NULL", "None", "(空白)")),
    *(("external_id", each, "EB-125", "empty cell") for each in ("nan", "NaN", "null")),
    ("profile", "ken@example.com", "EB-125", "not shown"),
    ("external_id", "ken@example.com", "EB-125", "not shown"),
    ("profile", "arn:aws:iam::1:role/x", "EB-125", "role_arn"),
    ("profile", "eu-west-1", "EB-125", "region"),
    ("profile", "tuning;notebook", "EB-125", "labs"),
    ("profile", "TRUE", "EB-125", "spare"),
    ("profile", "#N/A", "EB-125", "formula failed"),
    ("profile", "-", "EB-122", "formula"),
    ("region", "nan", "EB-114", "nan"),
    ("emails", "n/a", "EB-120", "address 1 of 1"),
    ("profile", "a\x07b", "EB-118", "not a valid profile name"),
    ("external_id", "secret words", "EB-119", "not shown"),
    ("emails", "a@example.com;nobody-at-home", "EB-120", "address 2 of 2"),
    ("emails", "a@b@example.com", "EB-120", "address 1 of 1"),
    ("labs", "notebok", "EB-121", "Did you mean `notebook`?"),
    ("team", "", "EB-109", "is empty"),
    *(("team", each, "EB-125", "date") for each in ("1-Mar", "Mar-01", "2026-03-03", "3月1日", "1. Mrz", "01.03.2026")),
    *(("team", each, "EB-125", "number") for each in ("1E+05", "44621.5", "44621", "111122223333")),
    *(("team", each, "EB-125", "truth value") for each in ("TRUE", "false", "WAHR")),
    *(("team", each, "EB-125", "empty cell") for each in ("nan", "None", "n/a")),
    ("team", "red/blue", "EB-109", "`/`"),
    ("team", "red\\blue", "EB-109", "`\\`"),
    ("team", "red\x07", "EB-109", "U+0007"),
    ("team", "x" * 41, "EB-109", "41 characters"),
    ("team", "..", "EB-109", "neither letter nor digit"),
    ("team", "=HYPERLINK(1)", "EB-122", "begins with `=`"),
    ("team", "-red", "EB-122", "begins with `-`"),
    ("team", "＋red", "EB-122", "begins with `+`"),
]


@pytest.mark.parametrize(("column", "cell", "code", "said"), DAMAGED_CELLS)
def test_a_damaged_cell_is_named(tmp_path: Path, an_event: Event, column: str, cell: str, code: str, said: str) -> None:
    (problem,) = problems(tmp_path, an_event, row(**{column: cell}))
    assert (problem.code, problem.where) == (code, f"accounts.csv:2 {column}")
    assert said in problem.what
    assert problem.fix


DAMAGED_FILES = [
    ("", "EB-102", "accounts.csv", "is empty"),
    ("\ufeff", "EB-102", "accounts.csv", "no team"),
    (GOOD + "Total,2\n", "EB-112", "accounts.csv:4 account_id", "row of totals"),
    (HEADER, "EB-102", "accounts.csv", "no team"),
    (b"PK\x03\x04rest", "EB-101", "accounts.csv", "xlsx"),
    (b"team,account_id\n\xff\xff\xff", "EB-101", "accounts.csv", "UTF-16"),
    (GOOD + '\n"red;1\n', "EB-101", "accounts.csv:5", "cannot be read from here on"),
    ("team,account_id,emial,region\nred,111111111111,,\n", "EB-103", "accounts.csv:1", "Did you mean `emails`?"),
    ("team,account_id,Team\nred,111111111111,x\n", "EB-104", "accounts.csv:1", "team 2 times"),
    ("team,region\nred,\n", "EB-105", "accounts.csv:1", "no column account_id"),
    ("team,account_id\nred,111111111111,a@example.com\n", "EB-106", "accounts.csv:2", "3 cells"),
    ("team,account_id,,region\nred,111111111111,x,\n", "EB-106", "accounts.csv:2", "column 3"),
    (GOOD + "RED,333333333333\n", "EB-107", "accounts.csv:4 team", "on line 2 already"),
    (GOOD + "green,0123 4567 8901\n", "EB-108", "accounts.csv:4 account_id", "on line 2 already"),
]


@pytest.mark.parametrize(("content", "code", "where", "said"), DAMAGED_FILES)
def test_a_damaged_file_is_named(
    tmp_path: Path, an_event: Event, content: str | bytes, code: str, where: str, said: str
) -> None:
    (problem,) = problems(tmp_path, an_event, content)
    assert (problem.code, problem.where) == (code, where)
    assert said in problem.what


def test_everything_is_found_at_once_in_the_order_of_the_file(tmp_path: Path, an_event: Event) -> None:
    text = (
        "team,account_id,regio,emails\n"
        "red,12345678901,,x\n"
        "\n"
        "red,1.23457E+11,,\n"
        '"gr\neen",=1,,\n'
        "blue,999999999999,,,extra\n"
    )
    found = [(each.code, each.where) for each in problems(tmp_path, an_event, text)]
    assert found == [
        ("EB-103", "accounts.csv:1"),
        ("EB-110", "accounts.csv:2 account_id"),
        ("EB-120", "accounts.csv:2 emails"),
        ("EB-111", "accounts.csv:4 account_id"),
        ("EB-107", "accounts.csv:4 team"),
        ("EB-122", "accounts.csv:5 account_id"),
        ("EB-109", "accounts.csv:5 team"),
        ("EB-106", "accounts.csv:7"),
        ("EB-113", "accounts.csv:7 account_id"),
    ]


def test_a_misspelt_region_does_not_make_its_role_wrong_as_well(tmp_path: Path, an_event: Event) -> None:
    text = row(region="cn-nroth-1", role_arn="arn:aws-cn:iam::111111111111:role/R")
    assert [each.code for each in problems(tmp_path, an_event, text)] == ["EB-114"]


def test_a_row_after_a_cell_of_several_lines_keeps_its_line_number(tmp_path: Path, an_event: Event) -> None:
    text = 'team,account_id,emails\nred,111111111111,"a@example.com;\r\nb@example.com"\nblue,222222222222,\n'
    assert [each.line for each in read(tmp_path, an_event, text)] == [2, 4]


def test_no_address_and_no_external_id_is_repeated(tmp_path: Path, an_event: Event) -> None:
    found = problems(tmp_path, an_event, row(emails="hidden@nowhere", external_id="hidden words"))
    assert "hidden" not in str(BadInput(found)) + repr(found)


def test_a_file_that_is_not_there_says_how_to_get_one(tmp_path: Path, an_event: Event) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(BadInput) as caught:
            roster.read(path, an_event)
        assert caught.value.problems[0].code == "EB-100"


def test_far_too_large_a_file_is_refused(tmp_path: Path, an_event: Event) -> None:
    assert problems(tmp_path, an_event, b"x" * (8 * 1024 * 1024 + 1))[0].code == "EB-101"


def test_a_thousand_teams_are_read(tmp_path: Path, an_event: Event) -> None:
    rows = "".join(f"team {number},{number:012d},,a{number}@example.com\n" for number in range(1, 1001))
    assert len(read(tmp_path, an_event, "team,account_id,region,emails\n" + rows)) == 1000


CELLS = st.sampled_from([*(cell for _, cell, _, _ in DAMAGED_CELLS), '"', "\n", ";", ",", "\t", "#", "\0", "ok", "红"])


@settings(deadline=None, max_examples=150)
@given(
    data=st.binary(max_size=200)
    | st.lists(CELLS, max_size=12).map(lambda each: (HEADER + "\n" + ",".join(each)).encode())
)
def test_any_bytes_give_accounts_or_problems(
    tmp_path_factory: pytest.TempPathFactory, an_event: Event, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    problems: Sequence[Problem] = ()
    accounts: Sequence[object] = ()
    try:
        accounts = roster.read(path, an_event)
    except BadInput as bad:
        problems = bad.problems
    assert accounts or problems
    assert all(each.code in catalogue() and each.where for each in problems)


def test_every_code_of_the_roster_is_explained_and_used() -> None:
    sources = [each for each in (ROOT / "bootstrap").rglob("*.py") if "explanations" not in each.parts]
    used = set(re.findall(r"EB-1[0-2]\d", "".join(each.read_text(encoding="utf-8") for each in sources)))
    assert used == set(explanations.ENTRIES)


def test_spare_accounts_are_told_from_teams_and_those_out_of_use_from_both(tmp_path: Path, an_event: Event) -> None:
    text = "team,account_id,spare\nred,111111111111,\nSpare-1,222222222222,Yes\nspare-2,333333333333,out\n"
    accounts = read(tmp_path, an_event, text)
    assert [(each.spare, each.out_of_use) for each in accounts] == [(False, False), (True, False), (False, True)]


def test_a_row_of_a_spare_account_says_so_in_its_name_and_has_no_people(tmp_path: Path, an_event: Event) -> None:
    rows = ["red,111111111111,yes,", "spare-1,222222222222,maybe,", "spare-2,333333333333,out,leader@example.com"]
    found = problems(tmp_path, an_event, "\n".join(["team,account_id,spare,emails", *rows]))
    assert [(each.code, each.where) for each in found] == [
        ("EB-591", "accounts.csv:2 team"),
        ("EB-590", "accounts.csv:3 spare"),
        ("EB-592", "accounts.csv:4 emails"),
    ]
    assert "leader" not in repr(found)
