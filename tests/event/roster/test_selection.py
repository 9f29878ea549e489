"""Names and globs -> accounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bootstrap.errors import BadInput
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.selection import select

ACCOUNTS = tuple(
    TeamAccount(team, f"{number:012d}", "ap-northeast-1", None, None, None, (), ("notebook",), number)
    for number, team in enumerate(["atlas", "Borealis", "team-1", "team-2", "team-10"], 2)
)


@pytest.mark.parametrize(
    ("patterns", "among", "expected"),
    [
        ((), None, ["atlas", "Borealis", "team-1", "team-2", "team-10"]),
        (("borealis",), None, ["Borealis"]),
        (("team-1*",), None, ["team-1", "team-10"]),
        (("team-10", "atlas"), None, ["atlas", "team-10"]),
        (("000000000003",), None, ["Borealis"]),
        ((), {"team-2", "gone"}, ["team-2"]),
        (("team-*",), {"team-2", "atlas"}, ["team-2"]),
    ],
)
def test_patterns_choose_accounts_in_the_roster_s_order(
    patterns: tuple[str, ...], among: set[str] | None, expected: list[str]
) -> None:
    assert [each.team for each in select(ACCOUNTS, patterns, among)] == expected


def test_every_pattern_that_matches_nothing_is_named_with_the_nearest_team() -> None:
    with pytest.raises(BadInput) as refused:
        select(ACCOUNTS, ("altas", "team-1", "zebra*"))
    assert [each.code for each in refused.value.problems] == ["EB-401", "EB-401"]
    assert "Did you mean `atlas`?" in refused.value.problems[0].what


@pytest.mark.parametrize(
    ("patterns", "out_of_use", "expected"),
    [
        ((), False, ["red", "spare-1"]),
        (("spare-*",), False, ["spare-1"]),
        (("spare-2",), False, ["spare-2"]),
        (("000000000004",), False, ["spare-2"]),
        ((), True, ["red", "spare-1", "spare-2"]),
    ],
)
def test_an_account_out_of_use_is_for_the_sweep_or_for_who_names_it_in_full(
    patterns: tuple[str, ...], out_of_use: bool, expected: list[str]
) -> None:
    red, spare, out = (
        replace(each, team=name) for each, name in zip(ACCOUNTS, ["red", "spare-1", "spare-2"], strict=False)
    )
    accounts = (red, replace(spare, spare=True), replace(out, out_of_use=True))
    assert [each.team for each in select(accounts, patterns, out_of_use=out_of_use)] == expected
