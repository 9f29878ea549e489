"""Votes of a team as rows, on two servers with one database, and the one of them that writes the files; without AWS."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bootstrap.errors import Refused, Troubled
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.ballots import Ballots, LabellingJob
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.labelling import team_labelling
from bootstrap.people.labelling.file_writer import LEASE, LabelFileWriter
from bootstrap.people.labelling.team_labelling import TeamLabelling, row_of
from bootstrap.people.labelling.team_labellings import TeamLabellings
from bootstrap.people.labelling.voting import Task

ACCOUNT = TeamAccount("team-1", "100200300401", "eu-west-1", None, None, None, (), ("ground-truth",), 2)
AT = 1_795_000_000.0


@dataclass
class Bucket:
    """A team's bucket, in place of the sessions that write there."""

    files: dict[str, str] = field(default_factory=dict)
    puts: int = 0
    broken: bool = False

    def name(self, _account: TeamAccount) -> str:
        return "b"

    def writing(self, _account: TeamAccount, _job: str) -> Bucket:
        if self.broken:
            raise Refused("EB-561", "the role is not there")
        return self

    def put_votes(self, text: str) -> None:
        self.files["votes"], self.puts = text, self.puts + 1

    def put_output(self, text: str) -> None:
        self.files["output"], self.puts = text, self.puts + 1


class Server:
    """One of the servers on a database. `now`, `clock`: its time, in epoch and in monotonic seconds."""

    def __init__(self, where: str, bucket: Bucket) -> None:
        self.now, self.clock, self.acts = AT, 0.0, list[tuple[str, dict[str, Any]]]()
        self.database = VenueDatabase(where, lambda: self.clock)
        self.ballots = Ballots(self.database, "cars")
        buckets: Any = bucket
        self.labellings = TeamLabellings(self.ballots, buckets, lambda: self.now)
        self.writer = LabelFileWriter(
            self.ballots, self.labellings, buckets, lambda _: ACCOUNT, self._act, lambda: self.clock
        )

    def _act(self, _account: TeamAccount, said: Any, outcome: str) -> None:
        self.acts.append((outcome, dict(said.args)))

    @property
    def team(self) -> TeamLabelling:
        found = self.labellings.of(ACCOUNT)
        assert found is not None
        return found

    def write(self) -> bool:
        return self.writer.write(ACCOUNT.account_id, "cars")

    def output(self) -> list[str]:
        return [
            line["kind-metadata"]["class-name"] for line in map(json.loads, self.team.votes.manifest().splitlines())
        ]


@dataclass
class Venue:
    one: Server
    other: Server
    bucket: Bucket

    def begin(self, pictures: int, workers: int = 1) -> None:
        lines = tuple({"source-ref": f"s3://b/labelling/{number}.jpg"} for number in range(pictures))
        row = row_of(Task("cars", lines, ("suv", "sedan"), workers))
        job = LabellingJob(ACCOUNT.account_id, "cars", "team-1", workers, row, AT)
        assert self.one.ballots.begin(job, ())

    @property
    def servers(self) -> tuple[Server, Server]:
        return self.one, self.other


@pytest.fixture
def venue(where: str) -> Iterator[Venue]:
    bucket = Bucket()
    made = Venue(Server(where, bucket), Server(where, bucket), bucket)
    yield made
    for each in made.servers:
        each.writer.close()
        each.database.close()


def together(*work: Callable[[], Any]) -> list[Any]:
    """Call all at the same moment, each in a thread."""
    ready = threading.Barrier(len(work))

    def begin(each: Callable[[], Any]) -> Any:
        ready.wait(10)
        return each()

    with ThreadPoolExecutor(len(work)) as pool:
        return [each.result(30) for each in [pool.submit(begin, each) for each in work]]


def label_all(team: TeamLabelling, worker: str) -> int:
    """Label until nothing is left; return how many that were."""
    seat, count = team.seat(worker), 0
    while seat.picture is not None:
        seat, count = team.vote(worker, seat.picture, "suv"), count + 1
    return count


def test_people_who_come_at_once_to_two_servers_get_different_pictures(venue: Venue) -> None:
    venue.begin(8)
    seats = together(*(
        lambda server=server, name=f"p{number}": server.team.seat(name)
        for number, server in enumerate(venue.servers * 4)
    ))  # fmt: skip
    assert len({each.picture for each in seats}) == 8


def test_all_pictures_get_their_votes_and_no_person_votes_twice_on_one(venue: Venue) -> None:
    venue.begin(6, workers=2)
    people = [(server, f"p{number}") for number, server in enumerate(venue.servers * 2)]
    counts = together(*(lambda s=server, n=name: label_all(s.team, n) for server, name in people))
    votes = venue.one.team.votes
    assert votes == venue.other.team.votes, "both know the same, in the same order"
    assert sum(counts) == len(votes.all) == len({(each.picture, each.worker) for each in votes.all})
    assert venue.other.team.progress().done == 6
    assert 12 <= len(votes.all) <= 12 + len(people), "more than two a picture only where nothing else was left"


def test_a_double_click_at_two_servers_counts_once(venue: Venue) -> None:
    venue.begin(3)
    picture = venue.one.team.seat("ana").picture
    assert picture is not None
    first, second = together(*(lambda s=server: s.team.vote("ana", picture, "suv") for server in venue.servers))
    assert first.picture == second.picture != picture
    assert (first.own, second.own, len(venue.one.team.votes.all)) == (1, 1, 1)


def test_what_one_server_ends_is_ended_on_the_other(venue: Venue) -> None:
    venue.begin(1)
    picture = venue.one.team.seat("ana").picture
    assert picture is not None
    venue.other.team.compare()
    assert not venue.one.team.progress().closed, "not before all is labelled"
    venue.other.team.vote("bo", picture, "suv")
    venue.one.team.compare()
    assert venue.other.team.vote("ana", picture, "sedan").closed
    assert venue.other.team.undo("bo").closed
    assert venue.one.output() == ["suv"]


@contextmanager
def away(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def closed(*_: object) -> None:
        raise Troubled([])

    with monkeypatch.context() as patched:
        patched.setattr(VenueDatabase, "begun", closed)
        yield


def test_what_was_not_committed_does_not_count_and_can_be_sent_again(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue.begin(2)
    picture = venue.one.team.seat("ana").picture
    assert picture is not None
    with away(venue.one, monkeypatch), pytest.raises(Troubled):
        venue.one.team.vote("ana", picture, "suv")
    assert venue.one.labellings.progress(ACCOUNT) is not None
    assert venue.other.output() == []
    venue.one.team.vote("ana", picture, "suv")
    assert venue.other.output() == ["suv"]


def test_a_commit_whose_answer_was_lost_is_not_counted_twice(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    venue.begin(2)
    picture = venue.one.team.seat("ana").picture
    assert picture is not None
    begun = VenueDatabase.begun

    @contextmanager
    def lost(database: VenueDatabase) -> Iterator[Any]:
        with begun(database) as connection:
            yield connection
        raise Troubled([])

    team = venue.one.team
    with monkeypatch.context() as patched:
        patched.setattr(VenueDatabase, "begun", lost)
        with pytest.raises(Troubled):
            team.vote("ana", picture, "suv")
    seat = venue.one.team.vote("ana", picture, "suv")
    assert (seat.own, seat.done, len(venue.one.team.votes.all)) == (1, 1, 1)


def test_one_person_cannot_fill_the_database_with_names(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_labelling, "_MOST_PEOPLE", 1)
    venue.begin(3)
    venue.one.team.seat("ana")
    with pytest.raises(Refused, match="names label here already"):
        venue.one.team.seat("bo")
    assert venue.one.team.seat("ana").picture


def test_one_server_writes_what_all_have_taken_and_not_at_each_vote(venue: Venue) -> None:
    venue.begin(4)
    label = [venue.one.team.seat("ana").picture, *(None for _ in range(3))]
    seat = venue.one.team.vote("ana", str(label[0]), "suv")
    assert venue.one.write()
    assert not venue.other.write(), "the other one has the lease, and nothing is to do"
    venue.other.team.vote("ana", str(seat.picture), "sedan")
    assert not venue.other.write(), "the lease is the other server's"
    assert not venue.one.write(), "not yet: more may come"
    assert venue.bucket.puts == 2
    venue.one.clock += 6
    assert venue.one.write()
    assert venue.bucket.files["output"].count("\n") == 2
    assert venue.one.acts == []
    label_all(venue.other.team, "bo")
    assert venue.one.write(), "at once, when nothing is left"
    sha256 = hashlib.sha256(venue.bucket.files["output"].encode()).hexdigest()
    assert venue.one.acts == [("done", {"job": "cars", "labels": 4, "pictures": 4, "sha256": sha256})]
    assert json.loads(venue.bucket.files["votes"])["votes"][0]["worker"] == "ana"
    assert venue.one.team.written


def test_another_server_takes_over_from_one_that_died_while_it_wrote(venue: Venue) -> None:
    venue.begin(1)
    label_all(venue.one.team, "ana")
    key = (ACCOUNT.account_id, "cars")
    assert venue.one.ballots.take(*key, "died", LEASE) is not None
    assert not venue.other.write()
    assert venue.one.ballots.take(*key, "died", -1.0) is not None
    assert venue.other.write()
    # It was only stopped, and puts an old file over the new one: that is noticed, and the files are written again.
    venue.bucket.files["output"] = ""
    assert not venue.one.ballots.wrote(*key, "died", 1, 0, "")
    assert not venue.other.team.written
    venue.other.clock += 6
    assert venue.other.write()
    assert venue.bucket.files["output"].count("\n") == 1


def test_a_bucket_that_cannot_be_written_stops_no_vote(venue: Venue) -> None:
    venue.begin(2)
    venue.bucket.broken = True
    picture = venue.one.team.seat("ana").picture
    venue.one.team.vote("ana", str(picture), "suv")
    with pytest.raises(Refused):
        venue.one.write()
    label_all(venue.one.team, "ana")
    venue.bucket.broken = False
    assert venue.one.write()
    assert venue.bucket.files["output"].count("\n") == 2


def test_a_server_that_ends_writes_what_is_left_and_gives_the_lease_back(venue: Venue) -> None:
    venue.begin(2)
    venue.one.writer.start()
    label_all(venue.one.team, "ana")
    venue.one.writer.close()
    assert venue.bucket.files["output"].count("\n") == 2
    picture = venue.other.team.undo("ana").picture
    assert picture is not None
    assert venue.other.write()
