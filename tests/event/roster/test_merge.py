"""Accounts of a source come into the roster: what is new is added, what is there stays byte by byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import event, starter
from bootstrap.event.event import Event
from bootstrap.event.roster import candidates, mapped, merge, naming
from bootstrap.event.roster.candidates import AccountFound
from bootstrap.event.roster.merge import Change, Merge, RowWishes

ROOT = Path(__file__).parents[3]
ROSTER = (
    'team,account_id,region,emails,labs\n# our people, do not touch\nred,111111111111,,"r@example.com,s@example.com",\n'
    "blue,222222222222,eu-west-1,,tuning\n"
)
NEW = AccountFound("333333333333", "Green team")


@pytest.fixture(scope="module")
def an_event() -> Event:
    return event.read(ROOT / "event.yaml")


def merged(an_event: Event, before: bytes | str | None, *found: AccountFound, **wishes: Any) -> Merge:
    data = before.encode() if isinstance(before, str) else before
    return merge.merged(data, "accounts.csv", an_event, found, RowWishes(**wishes))


def shown(made: Merge) -> list[tuple[str, str]]:
    return [(each.change.value, each.team) for each in made.differences]


@pytest.mark.parametrize(
    ("before", "row"),
    [
        (ROSTER, "Green team,333333333333,,,\n"),
        (ROSTER.replace("\n", "\r\n"), "Green team,333333333333,,,\r\n"),
        (ROSTER.replace(",", ";").replace("com;s@", "com,s@"), "Green team;333333333333;;;\n"),
        (ROSTER.rstrip("\n"), "\nGreen team,333333333333,,,"),
        ("sep=;\r\naccount_id;team\r\n", "333333333333;Green team\r\n"),
        ("account_id\tx y\tteam\n".replace("x y\t", "") + "111111111111\tred\n", "333333333333\tGreen team\n"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_new_row_is_added_and_every_byte_before_it_stays(
    an_event: Event, before: str, row: str, encoding: str
) -> None:
    data = before.encode(encoding)
    made = merged(an_event, data, NEW)
    assert made.after.startswith(data)
    assert made.after.decode(encoding) == before + row
    again = merged(an_event, made.after, NEW)
    assert (again.needed, again.after) == (False, made.after)
    assert again.count(Change.SAME) == 1


def test_nothing_that_the_source_does_not_know_is_changed_or_deleted(an_event: Event) -> None:
    blue = AccountFound("222222222222", "renamed there", cells={"region": "us-west-2", "labs": "tuning"})
    gone = AccountFound("444444444444", "old", kept_out="it is closed")
    made = merged(an_event, ROSTER, blue, gone)
    assert shown(made) == [("changed", "blue"), ("kept out", "old"), ("missing", "red")]
    assert made.after.decode() == ROSTER.replace("eu-west-1", "us-west-2")
    assert not merged(an_event, ROSTER, gone).needed


def test_a_kept_out_account_that_has_a_row_keeps_it(an_event: Event) -> None:
    made = merged(an_event, ROSTER, AccountFound("111111111111", "x", kept_out="AWS has suspended it"))
    assert (made.after.decode(), shown(made)[0]) == (ROSTER, ("kept out", "red"))
    assert str(made.differences[0].detail) == "AWS has suspended it; its row stays"


def test_mail_addresses_of_a_table_are_not_shown(an_event: Event) -> None:
    made = merged(an_event, ROSTER, AccountFound("222222222222", cells={"emails": "b@example.com;c@example.com"}))
    assert b"blue,222222222222,eu-west-1,b@example.com;c@example.com,tuning" in made.after
    assert "@" not in str(made.differences[0].detail)


def test_columns_that_the_header_lacks_are_added_at_its_end(an_event: Event) -> None:
    made = merged(an_event, "team,account_id\nred,111111111111\n", NEW, pattern="spare-{n}", spare=True)
    assert made.after == b"team,account_id,spare\nred,111111111111\nspare-1,333333333333,yes\n"


def test_without_a_roster_and_with_that_of_init(an_event: Event) -> None:
    alone = merged(an_event, None, NEW)
    assert alone.after.decode().splitlines()[1:] == ["Green team,333333333333,,,,,,"]
    first = merged(an_event, starter.roster(), NEW)
    assert (first.example, shown(first)) == (6, [("new", "Green team")])
    assert first.after.startswith(starter.roster().split(b"\natlas")[0])
    assert b"@example.com" not in first.after
    edited = merged(an_event, starter.roster() + b"own,555555555555,,,,,,\n", NEW)
    assert (edited.example, edited.count(Change.MISSING)) == (0, 7)


def test_a_roster_with_mistakes_is_not_touched(an_event: Event) -> None:
    with pytest.raises(BadInput) as bad:
        merged(an_event, ROSTER + "grey,12,,,\n", NEW)
    assert [each.code for each in bad.value.problems] == ["EB-112"]


@pytest.mark.parametrize(
    ("name", "team"),
    [
        ("Racers", "Racers"),
        ("  =Racers/2 (blue) ", "Racers 2 blue"),
        ("mei@example.com", "team-01"),
        ("pool mei@example.com 7", "pool 7"),
        ("2026-12-10", "team 2026-12-10"),
        ("nan", "team nan"),
        ("队 一", "队 一"),
        ("RED", "RED-2"),
        ("x" * 60, "x" * 40),
        ("🚗🚗", "team-01"),
        ("", "team-01"),
    ],
)
def test_a_teams_name_is_made_valid_and_is_given_once(an_event: Event, name: str, team: str) -> None:
    assert shown(merged(an_event, ROSTER, AccountFound("333333333333", name)))[0] == ("new", team)


def test_names_by_pattern_and_by_tag(an_event: Event) -> None:
    found = [AccountFound(f"33333333333{each}", f"a{each}", {"team": "lions"} if each else {}) for each in range(3)]
    roster = "team,account_id\nteam-02,111111111111\n"
    by_pattern = merged(an_event, roster, *found, pattern="team-{n:02}")
    assert [team for _, team in shown(by_pattern)][:3] == ["team-01", "team-03", "team-04"]
    by_tag = merged(an_event, roster, *found, tag="team")
    assert [team for _, team in shown(by_tag)][:3] == ["a0", "lions", "lions-2"]
    both = merged(an_event, roster, *found, pattern="{name} {id}")
    assert shown(both)[0] == ("new", "a0 333333333330")


@pytest.mark.parametrize("pattern", ["team", "team-{m}", "team-{n:02", "{}"])
def test_patterns_that_name_nobody(pattern: str) -> None:
    with pytest.raises(BadInput, match="EB-716"):
        naming.checked(pattern, spare=False)
    with pytest.raises(BadInput, match="EB-716"):
        naming.checked("team-{n}", spare=True)


def account(number: int, **said: str) -> dict[str, str]:
    arn = f"arn:aws:organizations::100000000001:account/o-exampleorgid/10000000000{number}"
    return {"Id": f"10000000000{number}", "Arn": arn, "Name": f"a{number}", "Email": "x@example.com", **said}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (account(2, State="ACTIVE"), ""),
        (account(2, Status="ACTIVE"), ""),
        (account(2, State="CLOSED", Status="SUSPENDED"), "it is closed (CLOSED)"),
        (account(2, State="PENDING_ACTIVATION", Status="ACTIVE"),
         "its sign-up was never completed (PENDING_ACTIVATION)"),
        (account(2, Status="SUSPENDED"), "AWS has suspended it (SUSPENDED)"),
        (account(2, State="SOMETHING_NEW"), "its state is SOMETHING_NEW"),
        (account(2), "its state is not known: the source says neither State nor Status"),
        (account(1, State="ACTIVE"), "it is the organization's management account"),
        ({"awsAccountId": "100000000002", "status": "Active", "name": "a2"}, ""),
        ({"awsAccountId": {"S": "100000000002"}, "status": {"S": "Active"}}, ""),
        ({"awsAccountId": "100000000002", "status": "Available"},
         "nobody has leased it from the sandbox's pool (Available)"),
        ({"awsAccountId": "100000000002", "status": "Quarantine"}, "its state is Quarantine"),
    ],
)  # fmt: skip
def test_which_accounts_of_a_listing_are_kept_out(said: dict[str, Any], why: str) -> None:
    (found,) = candidates.from_json(json.dumps([said]).encode(), "stdin").candidates
    assert str(found.kept_out) == why
    assert "example.com" not in repr(found)


def test_pages_and_wrappings_of_a_listing() -> None:
    pages = [{"Accounts": [account(2), account(3)]}, [account(4)], {"Account": account(5)},
             {"status": "success", "data": {"result": [{"awsAccountId": "100000000006", "status": "Active"}]}},
             {"Items": [{"awsAccountId": {"S": "100000000007"}}], "Count": 1}]  # fmt: skip
    found = candidates.from_json("\n".join(json.dumps(each, indent=1) for each in pages).encode(), "stdin")
    assert [each.account_id[-1] for each in found.candidates] == list("234567")
    assert found.notes == ()
    bare = candidates.from_json(b'[{"Id": "100000000002", "State": "ACTIVE"}]', "stdin")
    assert len(bare.notes) == 1


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["EB-713"]), ("{}", ["EB-713"]), ('{"Accounts": [', ["EB-713"]), ("a\t1\n", ["EB-713"]),
        ('{"Accounts": []}', ["EB-713"]), ('[["a", "100000000002"], {"Id": "12"}, 7]', ["EB-714"] * 3),
    ],
)  # fmt: skip
def test_what_is_no_listing(text: str, codes: list[str]) -> None:
    with pytest.raises(BadInput) as bad:
        candidates.from_json(text.encode(), "stdin")
    assert [each.code for each in bad.value.problems] == codes


TABLE = "Export of today\nName;Account ID;Status;Owner\nRed;111111111111;Active;r@example.com\n"


def table(an_event: Event, text: str, *words: str) -> candidates.AccountSource:
    return mapped.from_table(text.encode(), "export.csv", mapped.mapping(words), an_event)


def test_a_table_by_its_mapping(an_event: Event) -> None:
    text = TABLE + "Blue;222222222222;Closed;\nGreen;333333333333;Suspended;\n"
    found = table(an_event, text, "account_id=Account ID", "team= name", "state=STATUS", "emails=Owner").candidates
    assert [(each.name, each.account_id, bool(each.kept_out)) for each in found] == [
        ("Red", "111111111111", False), ("Blue", "222222222222", True), ("Green", "333333333333", True),
    ]  # fmt: skip
    assert found[0].cells == {"emails": "r@example.com"}


def test_a_table_may_name_accounts_that_the_event_keeps_out(an_event: Event) -> None:
    kept = an_event.model_copy(update={"keep_out": ("111111111111",)})
    (found,) = table(kept, TABLE, "account_id=Account ID", "team=Name").candidates
    assert found.kept_out


def test_everything_odd_in_a_table_is_named_with_its_line_at_once(an_event: Event) -> None:
    text = TABLE + "TRUE;1.23457E+11;Active;\n10.12.2026;33333333333;Active;not an address\nTwin;111111111111;Active;\n"
    with pytest.raises(BadInput) as bad:
        table(an_event, text, "account_id=Account ID", "team=Name", "emails=Owner")
    assert sorted((each.where, each.code) for each in bad.value.problems) == [
        ("export.csv:4 account_id", "EB-111"),
        ("export.csv:4 team", "EB-125"),
        ("export.csv:5 account_id", "EB-110"),
        ("export.csv:5 emails", "EB-120"),
        ("export.csv:5 team", "EB-125"),
        ("export.csv:6", "EB-108"),
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("account_id",), "EB-715"), (("account=Account ID",), "EB-715"), (("account_id=Konto",), "EB-715"),
        (("team=Name",), "EB-715"), (("account_id=Account ID", "account_id=Name"), "EB-715"),
    ],
)  # fmt: skip
def test_mappings_that_do_not_fit(an_event: Event, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(BadInput) as bad:
        table(an_event, TABLE, *words)
    assert {each.code for each in bad.value.problems} == {code}
