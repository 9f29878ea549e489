"""`venue publish` and `serve --from`: what leaves the laptop, what a host takes, and what keeps it from taking more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli.commands import handouts, venue, venue_files
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.follow import Follower, StandingReader, outline
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.errors import BadInput, NothingToDo, Refused
from bootstrap.event import inputs
from bootstrap.journal import carried_rows
from bootstrap.journal.standing import Stale
from bootstrap.journal.venue.known_codes import KnownCodes
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.venue import manifest
from bootstrap.people.venue.host_files import HostFiles
from bootstrap.people.venue.place import parsed
from bootstrap.reading.unreadable import Unreadable
from bootstrap.report.translations import shown
from tests import made_up_journal, runs
from tests.people.handouts.test_handouts import LATER, codes
from tests.simulated import HUB, REGION, Simulated, running

BUCKET = "venue-files"
ROSTER = """team,account_id,role_arn,profile,external_id,emails,labs,spare
red,100200300401,arn:aws:iam::100200300401:role/ours,,not-for-hosts-1,ana@example.com;bo@example.com,notebook,
blue,100200300402,,my-laptop-profile,,,,
spare-1,100200300403,,,,,,yes
"""
_numbers = count(1)


@pytest.fixture(scope="module")
def aws() -> Iterator[Simulated]:
    with running(clock="real", hub_buckets=[BUCKET]) as simulated:
        yield simulated


@pytest.fixture
def place(aws: Simulated, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new place in the organiser's bucket, with whose keys this machine calls the simulated AWS."""
    for name, value in {
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_ACCESS_KEY_ID": HUB["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": HUB["secret_access_key"],
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}/event-{next(_numbers)}"


@pytest.fixture
def laptop(tmp_path: Path) -> Choice:
    """An event with a lab and a table of prices of its own, and codes that were handed out."""
    at = runs.folder(tmp_path / "laptop", schedule=LATER, tags={"cost": "1234"})
    (at / "accounts.csv").write_text(ROSTER, encoding="utf-8")
    lab = at / "labs" / "notebook"
    shutil.copytree(runs.SHIPPED / "labs" / "notebook", lab, ignore=shutil.ignore_patterns("__pycache__", "pictures"))
    (lab / "teacher").mkdir()
    for name in ("teacher/slides.md", ".hidden"):
        (lab / name).write_text("not for the host", encoding="utf-8")
    (lab / "link.md").symlink_to(at / "accounts.csv")
    made = runs.choice(at, yes=True)
    handouts.make(made, HandoutOptions("https://ev.example.com"))
    return made


def objects(aws: Simulated, place: str) -> dict[str, bytes]:
    client, prefix = aws.hub("s3"), place.removeprefix(f"s3://{BUCKET}/")
    found = client.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}/").get("Contents", [])
    return {each["Key"]: client.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in found}


def writes(aws: Simulated) -> int:
    calls = aws.calls(HUB["account_id"])
    return sum(number for name, number in calls.items() if name in ("s3:PutObject", "s3:DeleteObjects"))


def host(place: str, tmp_path: Path) -> Any:
    choice = runs.choice(tmp_path, journal=str(tmp_path / "host.sqlite"))
    return venue_files.taken(choice, place, lambda _: None)


def test_the_host_gets_the_event_without_what_it_does_not_need(
    aws: Simulated, place: str, laptop: Choice, tmp_path: Path
) -> None:
    assert venue.publish(laptop, place, None) == 0
    there = objects(aws, place)
    everything = b"\n".join(there.values()).decode()
    secrets = ("@example.com", "not-for-hosts-1", "my-laptop-profile", "role/ours", "not for the host")
    assert [each for each in (*secrets, *codes(laptop.event_path.parent).values()) if each in everything] == []
    head = aws.hub("s3").head_object(Bucket=BUCKET, Key=next(iter(there)))
    assert head["ServerSideEncryption"] == "AES256"
    ours = inputs.read(laptop.event_path, laptop.roster_path)
    with host(place, tmp_path) as taken:
        theirs = inputs.read(taken.choice.event_path, taken.choice.roster_path)
        assert taken.choice.event_path.parent.stat().st_mode & 0o777 == 0o700
        assert [(each.team, each.account_id, each.labs, each.spare) for each in theirs.accounts] == [
            (each.team, each.account_id, each.labs, each.spare) for each in ours.accounts
        ]
        plans = [outline(laptop, each, each.accounts).accounts for each in (ours, theirs)]
        assert [each.steps for each in plans[0]] == [each.steps for each in plans[1]]
        assert not (taken.choice.event_path.parent / "labs" / "notebook" / "link.md").exists()
        pages = VenueDatabase(str(taken.choice.journal))
        entered = KnownCodes(pages, ours.event.name).valid("red", 0.0)
        pages.close()
        assert entered is not None
        assert entered.opened_by(codes(laptop.event_path.parent)["red"])
    assert not taken.choice.event_path.parent.exists()


def test_what_is_published_already_is_not_written_again(aws: Simulated, place: str, laptop: Choice) -> None:
    venue.publish(laptop, place, None)
    before, there = writes(aws), objects(aws, place)
    with pytest.raises(NothingToDo):
        venue.publish(laptop, place, None)
    assert writes(aws) == before
    (laptop.event_path.parent / "labs" / "notebook" / "guide.md").write_text("# New\n", encoding="utf-8")
    venue.publish(laptop, place, None)
    # The guide and the list. What the list before names stays for hosts that are reading it.
    assert writes(aws) == before + 2
    (laptop.event_path.parent / "labs" / "notebook" / "guide.md").write_text("# Newest\n", encoding="utf-8")
    venue.publish(laptop, place, None)
    assert len(objects(aws, place)) == len(there) + 1


def test_the_place_of_another_event_is_refused_and_withdrawing_leaves_nothing(
    aws: Simulated, place: str, laptop: Choice, tmp_path: Path
) -> None:
    venue.publish(laptop, place, None)
    other = runs.choice(runs.folder(tmp_path / "other", name="other-day"), yes=True)
    with pytest.raises(BadInput) as published:
        venue.publish(other, place, None)
    with pytest.raises(BadInput) as withdrawn:
        venue.withdraw(other.event_path, place, "other-day")
    assert {each.value.problems[0].code for each in (published, withdrawn)} == {"EB-764"}
    aws.hub("s3").put_object(Bucket=BUCKET, Key=f"{place.removeprefix(f's3://{BUCKET}/')}x/beside", Body=b"")
    assert venue.withdraw(laptop.event_path, place, "car-day") == 0
    assert objects(aws, place) == {}
    assert objects(aws, f"{place}x") != {}
    with pytest.raises(Refused) as gone, host(place, tmp_path):
        pass
    assert gone.value.code == "EB-761"


@pytest.mark.parametrize(
    "typed", ["venue/x", "s3://venue", "s3://venue/", "s3://Venue/x", "s3://venue/a//b", "s3://v e/x"]
)
def test_what_is_no_place_is_refused(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parsed(typed)
    assert refused.value.problems[0].code == "EB-760"


def test_somebody_elses_bucket_is_refused(aws: Simulated, place: str, laptop: Choice) -> None:
    team = aws.account()
    aws.client("s3", team).create_bucket(
        Bucket="somebody-elses", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    for bucket in ("somebody-elses", "nobodys-bucket"):
        with pytest.raises(Refused) as refused:
            venue.publish(laptop, f"s3://{bucket}/x", None)
        assert refused.value.code == "EB-763"


def test_a_damaged_file_changes_nothing_on_the_host_and_is_said_once(
    aws: Simulated, place: str, laptop: Choice, tmp_path: Path
) -> None:
    venue.publish(laptop, place, None)
    told: list[str] = []
    at = parsed(place)
    with HostFiles(venue.own_session("venue", REGION, write=False), at) as files:
        files.load()
        good = files.event_path.read_bytes()
        text = laptop.event_path.read_text(encoding="utf-8").replace('"1234"', '"5678"')
        laptop.event_path.write_text(text, encoding="utf-8")
        venue.publish(laptop, place, None)
        listed = json.loads(objects(aws, place)[at.manifest])["files"][manifest.EVENT]
        whole = objects(aws, place)[at.key(listed["sha256"])]
        aws.hub("s3").put_object(Bucket=BUCKET, Key=at.key(listed["sha256"]), Body=whole.replace(b"5678", b"9999"))
        for _ in range(3):
            files.once(lambda line: told.append(shown(line)))
        assert files.event_path.read_bytes() == good
        assert len(told) == 1
        assert "SHA-256 differs" in told[0]
        assert files.trouble
        aws.hub("s3").put_object(Bucket=BUCKET, Key=at.key(listed["sha256"]), Body=whole)
        files.once(lambda line: told.append(shown(line)))
        assert b"5678" in files.event_path.read_bytes()
        assert not files.trouble
        assert len(told) == 3


def test_a_host_goes_on_with_what_it_has_and_takes_a_new_roster(
    aws: Simulated, place: str, laptop: Choice, tmp_path: Path
) -> None:
    venue.publish(laptop, place, None)
    told: list[str] = []
    with HostFiles(venue.own_session("venue", REGION, write=False), parsed(place)) as files:
        files.load()
        follower = Follower(runs.choice(files.folder, journal=str(tmp_path / "host.sqlite")))
        assert [each.team for each in follower.inputs.accounts] == ["red", "blue", "spare-1"]
        keys = objects(aws, place)
        aws.hub("s3").delete_object(Bucket=BUCKET, Key=parsed(place).manifest)
        files.once(told.append)
        assert len(told) == 1
        found = follower()
        assert found is not None
        assert found.stale is Stale.NOT
        aws.hub("s3").put_object(Bucket=BUCKET, Key=parsed(place).manifest, Body=keys[parsed(place).manifest])
        laptop.roster_path.write_text(ROSTER + "green,100200300404,,,,,,\n", encoding="utf-8")
        venue.publish(laptop, place, None)
        files.once(told.append)
        follower()
        assert [each.team for each in follower.inputs.accounts] == ["red", "blue", "spare-1", "green"]


def test_a_file_may_become_a_folder_and_a_folder_a_file(place: str, laptop: Choice) -> None:
    notes = laptop.event_path.parent / "labs" / "own"
    notes.parent.mkdir(exist_ok=True)
    notes.write_text("one", encoding="utf-8")
    with HostFiles(venue.own_session("venue", REGION, write=False), parsed(place)) as files:
        for _ in range(2):
            venue.publish(laptop, place, None)
            assert files.load()
            assert (files.folder / "labs" / "own").is_file() is notes.is_file()
            if notes.is_file():
                notes.unlink()
                notes.mkdir()
                (notes / "a").write_text("two", encoding="utf-8")
            else:
                assert (files.folder / "labs" / "own" / "a").read_text() == "two"
                shutil.rmtree(notes)
                notes.write_text("three", encoding="utf-8")
        venue.publish(laptop, place, None)
        assert files.load()
        assert (files.folder / "labs" / "own").read_text() == "three"


def test_a_host_has_the_codes_and_the_runs_of_the_laptop_and_no_old_ones(
    aws: Simulated, place: str, laptop: Choice, tmp_path: Path
) -> None:
    venue.publish(laptop, place, None)
    old = codes(laptop.event_path.parent)["red"]
    with host(place, tmp_path) as taken:
        pages = VenueDatabase(str(taken.choice.journal))
        handouts.make(
            runs.choice(laptop.event_path.parent, "red"), HandoutOptions("https://e.example.com", new_codes=True)
        )
        venue.publish(laptop, place, None)
        with host(place, tmp_path):
            entered = KnownCodes(pages, "car-day").valid("red", 0.0)
            assert entered is not None
            assert not entered.opened_by(old)
            assert entered.opened_by(codes(laptop.event_path.parent)["red"])
        pages.close()


def test_a_server_with_published_files_needs_a_journal_of_its_own(place: str) -> None:
    with pytest.raises(BadInput) as refused, venue_files.taken(runs.choice(Path()), place, lambda _: None):
        pass
    assert refused.value.problems[0].code == "EB-769"


@pytest.mark.parametrize(
    "path",
    ["../x", "labs/../../x", "/etc/passwd", "labs/.hidden", "labs//x", "other/x", "labs", "labs/x\n", "event.yml"],
)
def test_no_list_makes_a_host_write_outside_of_its_folder(path: str) -> None:
    good = manifest.of("car-day", {"event.yaml": b"", "accounts.csv": b""}).text()
    files = json.loads(good)
    files["files"][path] = {"size": 1, "sha256": "0" * 64}
    with pytest.raises(Unreadable):
        manifest.parsed(json.dumps(files))


def test_no_list_has_a_file_that_is_a_folder_too() -> None:
    with pytest.raises(Unreadable):
        manifest.of("car-day", {"event.yaml": b"", "accounts.csv": b"", "labs/a": b"", "labs/a/b/c": b""})


def test_rows_that_are_carried_twice_are_there_once(where: str, tmp_path: Path) -> None:
    event = made_up_journal.event(tmp_path, 2)
    with event.open() as journal:
        made_up_journal.ran(journal, event.plan())
    text = carried_rows.read(event.choice.journal_path, "car-day").encode()
    assert text.count(b'"table":"events"') > 20
    for _ in range(2):
        carried_rows.take(where, "car-day", text)
    assert carried_rows.read(where, "car-day").encode() == text
    stands = []
    for choice in (event.choice, replace(event.choice, journal=where)):
        with closing(StandingReader(choice, event.inputs, event.inputs.accounts)) as reader:
            stands.append(reader.read().summary.accounts)
    assert stands[0] == stands[1]


@pytest.mark.parametrize(
    "line", [b"{}", b"[]", b'{"table":"leases","row":{}}', b'{"table":"codes","row":{"event":"other-day"}}',
             b'{"table":"runs","row":{"number":1}}', b'{"table":"codes","row":{"event":"car-day","team":1}}'],
)  # fmt: skip
def test_rows_that_the_laptop_cannot_have_written_are_refused_whole(line: bytes, tmp_path: Path) -> None:
    with pytest.raises(carried_rows.NotCarried):
        carried_rows.take(str(tmp_path / "host.sqlite"), "car-day", line)
