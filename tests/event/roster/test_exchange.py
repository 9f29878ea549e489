"""The rows of a team and of a spare account exchange their accounts; every other byte stays."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import event
from bootstrap.event.event import Event
from bootstrap.event.roster import exchange, roster

ROOT = Path(__file__).parents[3]
HEADER = "team,account_id,region,emails,spare,external_id\n"
PLAIN = (
    HEADER + "# our people; do not touch\nred,111111111111,,r@example.com\nspare-1,222222222222,eu-west-1,,yes,e-2\n"
)
SWAPPED = HEADER + (
    "# our people; do not touch\nred,222222222222,eu-west-1,r@example.com,,e-2\nspare-1,111111111111,,,out,\n"
)


@pytest.fixture(scope="module")
def an_event() -> Event:
    return event.read(ROOT / "event.yaml")


def swap(data: bytes, an_event: Event) -> bytes:
    accounts = roster.parsed(data, "accounts.csv", an_event)
    team = next(each for each in accounts if each.team == "red")
    return exchange.exchanged(data, team, exchange.spare_of(accounts, "222222222222"), an_event)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PLAIN, SWAPPED),
        (PLAIN.replace("\n", "\r\n"), SWAPPED.replace("\n", "\r\n")),
        (PLAIN.replace("\n", "\r"), SWAPPED.replace("\n", "\r")),
        (PLAIN.replace(",", ";"), SWAPPED.replace(",", ";")),
        (PLAIN.replace(",", "\t"), SWAPPED.replace(",", "\t")),
        ("sep=;\r\n" + PLAIN.replace(",", ";"), "sep=;\r\n" + SWAPPED.replace(",", ";")),
        (PLAIN.rstrip("\n"), SWAPPED.rstrip("\n")),
        (
            'spare, Account_ID,team,labs\n,"1111-1111-1111",red,"tuning\n"\n\n"yes", ="222222222222",spare-1,\n',
            'spare, Account_ID,team,labs\n, ="222222222222",red,"tuning\n"\n\n"out","1111-1111-1111",spare-1,\n',
        ),
        (
            "team,account_id,spare\nspare-1,222222222222,yes\n\n#\"x\nred,111111111111\n,,\n",
            "team,account_id,spare\nspare-1,111111111111,out\n\n#\"x\nred,222222222222\n,,\n",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"", "utf-8"), (b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")],
)
def test_only_the_account_s_cells_change_places(
    an_event: Event, before: str, after: str, mark: bytes, encoding: str
) -> None:
    assert swap(mark + before.encode(encoding), an_event) == mark + after.encode(encoding)


def test_a_roster_in_gbk_stays_so(an_event: Event) -> None:
    other = "第一队,333333333333\n"
    assert swap((PLAIN + other).encode("gbk"), an_event) == (SWAPPED + other).encode("gbk")


@pytest.mark.parametrize(
    ("account", "code"), [("999999999999", "EB-593"), ("111111111111", "EB-594"), ("333333333333", "EB-594")]
)
def test_only_a_spare_of_the_roster_that_is_free_may_be_taken(an_event: Event, account: str, code: str) -> None:
    accounts = roster.parsed((PLAIN + "spare-2,333333333333,,,out\n").encode(), "accounts.csv", an_event)
    with pytest.raises(BadInput) as refused:
        exchange.spare_of(accounts, account)
    assert [each.code for each in refused.value.problems] == [code]
    assert "222222222222" in refused.value.problems[0].fix


def test_the_file_is_replaced_whole_with_its_mode_and_what_stood_there_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "real.csv"
    file.write_bytes(b"before")
    file.chmod(0o640)
    (tmp_path / "accounts.csv").symlink_to(file)
    exchange.write(tmp_path / "accounts.csv", b"before", b"after", tmp_path / "kept" / "one.csv")
    assert (tmp_path / "accounts.csv").is_symlink()
    assert file.read_bytes() == b"after"
    assert (tmp_path / "kept" / "one.csv").read_bytes() == b"before"
    modes = {stat.S_IMODE(each.stat().st_mode) for each in (file, tmp_path / "kept" / "one.csv")}
    assert modes == {0o640}
    assert sorted(each.name for each in tmp_path.iterdir()) == ["accounts.csv", "kept", "real.csv"]


def test_a_file_that_was_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(b"somebody else's")
    with pytest.raises(BadInput) as refused:
        exchange.write(file, b"before", b"after", tmp_path / "kept.csv")
    assert [each.code for each in refused.value.problems] == ["EB-595"]
    assert file.read_bytes() == b"somebody else's"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["accounts.csv", "kept.csv"]


def test_a_death_before_the_file_is_replaced_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(b"before")

    def dies(number: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", dies)
    with pytest.raises(KeyboardInterrupt):
        exchange.write(file, b"before", b"after", tmp_path / "kept.csv")
    assert file.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir()] == ["accounts.csv"], "what is left over would hold addresses"


def test_where_no_folder_can_be_locked_the_file_is_replaced_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(b"before")

    def refuses(number: int, how: int) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(fcntl, "flock", refuses)
    exchange.write(file, b"before", b"after", tmp_path / "kept.csv")
    assert file.read_bytes() == b"after"


def test_a_folder_that_takes_no_file_is_said_in_words(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(b"before")
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(BadInput) as refused:
        exchange.write(file, b"before", b"after", tmp_path / "taken" / "kept.csv")
    assert [each.code for each in refused.value.problems] == ["EB-596"]
    assert file.read_bytes() == b"before"
