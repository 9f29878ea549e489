"""`make day`: the venue in real time, with what goes wrong on a day; asserts that nothing confirmed is lost.

PostgreSQL, two servers behind a load balancer, TEAMS x PEOPLE who label, a vote every 5 s each; the database is away
for two minutes, a server is killed and comes back. TEAMS, PEOPLE and MINUTES change the size.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.event.names import Names
from bootstrap.journal.venue.hands import Hands
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.labelling.bucket_files import BucketFiles
from tests.day import venue as venues
from tests.day.balancer import Balancer, Target
from tests.day.people import Confirmed, DayPerson, after
from tests.day.venue import HOST, Instance, Venue

TEAMS, PEOPLE, MINUTES = (int(os.environ.get(name) or usual) for name, usual in
                          (("TEAMS", "40"), ("PEOPLE", "10"), ("MINUTES", "6")))  # fmt: skip
_OUTAGE = 120.0
_HANDS = 12
_PORTS = (46101, 46102)


@dataclass
class Moments:
    """When what went wrong, in monotonic seconds."""

    away: float = 0.0
    back: float = 0.0
    killed: float = 0.0
    returned: float = 0.0
    memory: list[int] = field(default_factory=list)


@dataclass
class Day:
    """The venue, its servers by port, and what happened."""

    venue: Venue
    instances: dict[int, Instance]
    confirmed: Confirmed = field(default_factory=Confirmed)
    moments: Moments = field(default_factory=Moments)

    def outage(self) -> None:
        self.moments.away = time.monotonic()
        self.venue.database.stop()
        time.sleep(_OUTAGE)
        self.venue.database.start()
        self.moments.back = time.monotonic()

    def death(self) -> None:
        self.moments.killed = time.monotonic()
        self.instances[_PORTS[1]].kill()
        time.sleep(20)
        self.instances[_PORTS[1]] = venues.serve(self.venue, _PORTS[1])
        self.moments.returned = time.monotonic()

    async def play(self) -> None:
        balancer = Balancer([Target(port) for port in _PORTS], HOST)
        async with await balancer.start():
            people = await self._come(balancer.port)
            self.moments.memory.append(self.instances[_PORTS[0]].memory)
            self.confirmed.late.clear()
            seconds = MINUTES * 60.0
            until = time.monotonic() + seconds
            raising = [self._raise(team, seconds) for team in people[:_HANDS]]
            faults = [after(seconds * 0.15, self.outage), after(seconds * 0.15 + _OUTAGE + 40, self.death)]
            labelling = [person.label(until) for team in people for person in team]
            await asyncio.gather(*faults, *raising, *labelling)
            self.moments.memory.append(self.instances[_PORTS[0]].memory)
            balancer.stop()
            for person in (each for team in people for each in team):
                person.browser.close()

    async def _come(self, port: int) -> list[list[DayPerson]]:
        people = [[DayPerson(port, HOST, team, number, self.confirmed) for number in range(PEOPLE)]
                  for team in self.venue.teams]  # fmt: skip
        # The first of each team begins the job, then all come at once.
        await asyncio.gather(*(team[0].come(self.venue.codes[team[0].team]) for team in people))
        await asyncio.gather(*(each.come(self.venue.codes[each.team]) for team in people for each in team[1:]))
        return people

    async def _raise(self, team: list[DayPerson], seconds: float) -> None:
        await asyncio.sleep(seconds * 0.1 * (1 + hash(team[0].team) % 4))
        await team[0].raise_hand()


def kept(day: Day) -> dict[tuple[str, str, str], str]:
    """The votes that the database has: (team, worker, picture's identity) -> label."""
    accounts = {each.account_id: each.team for each in day.venue.world.inputs.accounts}
    query = "select account_id, worker, picture, label from ballots where label <> ''"
    rows = day.venue.database.query(day.venue.journal, query)
    return {(accounts[account], worker, picture): label for account, worker, picture, label in rows}


def in_buckets(day: Day) -> int:
    """The votes in the files of the teams' buckets."""
    world, query = day.venue.world, day.venue.database.query
    place = virtual_place(world.inputs.event, world.simulated, time.time(), "day", "test")
    sessions, count = Sessions(place.access, place.clock, Limiter()), 0
    jobs = dict(query(day.venue.journal, "select account_id, job from labelling_jobs"))
    for account in world.inputs.accounts:
        files = BucketFiles(
            sessions.open(account), Names.of(world.inputs.event, account).bucket, jobs[account.account_id]
        )
        body = files.session.client("s3").get_object(Bucket=files.bucket, Key=files.votes)["Body"].read()
        count += len(json.loads(body)["votes"])
    return count


def hands(day: Day) -> list[str]:
    """The teams of all hands in the journal, once for each hand."""
    with closing(VenueDatabase(day.venue.journal)) as database:
        store = Hands(database, day.venue.world.inputs.event.name)
        return sorted(each.team for each in [*store.open(), *store.ended()])


def checked(day: Day) -> list[str]:
    """What was lost, doubled or shown to others; nothing if all is well."""
    found, there, confirmed = [], kept(day), day.confirmed
    lost = [each for each, label in confirmed.votes.items() if there.get(each) != label]
    if lost:
        found.append(f"{len(lost)} confirmed votes are not in the database: {lost[:3]}")
    if (written := in_buckets(day)) != len(there):
        found.append(f"the buckets have {written} votes, the database {len(there)}")
    if hands(day) != sorted(confirmed.hands):
        found.append(f"hands in the journal: {hands(day)}; confirmed: {sorted(confirmed.hands)}")
    if confirmed.strangers:
        found.append(f"pages of one team named another: {sorted(confirmed.strangers)[:5]}")
    return found


def told(day: Day) -> Table:
    """The figures."""
    moments, late = day.moments, day.confirmed.late
    quiet = [took for began, took in late if not _troubled(moments, began, began + took)]
    table = Table(f"{TEAMS} teams of {PEOPLE}, {MINUTES} minutes", "found")
    rows: list[tuple[str, object]] = [
        ("votes confirmed", len(day.confirmed.votes)),
        ("p50 of an answer outside the troubles, ms", round(1000 * statistics.median(quiet))),
        ("p99 of an answer outside the troubles, ms", round(1000 * statistics.quantiles(quiet, n=100)[98])),
        ("longest wait for an answer in them, s", round(max((took for _, took in late), default=0.0))),
        ("seconds that the database was away", round(moments.back - moments.away)),
        ("seconds until all was answered again after it", round(_settled(late, moments.back))),
        ("seconds until all was answered again after a server died", round(_settled(late, moments.killed))),
        ("answers that said: not now, nothing is saved", day.confirmed.unsaved),
        ("answers that a dead server broke", day.confirmed.broken),
        ("hands raised, each twice", len(day.confirmed.hands)),
        ("memory of a server when all had come, MB", round(moments.memory[0] / 1e6)),
        ("... at the end, MB", round(moments.memory[-1] / 1e6)),
        ("load of the machine at the end (1 min)", round(os.getloadavg()[0], 1)),
    ]
    for words, figure in rows:
        table.add_row(words, f"{figure:,}")
    return table


def _troubled(moments: Moments, began: float, ended: float) -> bool:
    """True for an answer that was waited for while the database was away or a server down."""
    return (ended > moments.away and began < moments.back + 5) or (
        ended > moments.killed and began < moments.returned + 5
    )


def _settled(late: list[tuple[float, float]], since: float) -> float:
    """Seconds from then until the last answer came that was asked for before."""
    return max((began + took - since for began, took in late if began < since < began + took), default=0.0)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, venues.prepared(Path(folder) / "event", TEAMS) as venue:
        day = Day(venue, {port: venues.serve(venue, port) for port in _PORTS})
        try:
            asyncio.run(day.play())
        finally:
            for instance in day.instances.values():
                instance.stop()
        found = checked(day)
        console = Console(width=100)
        console.print(told(day))
        for each in found:
            console.print(each, style="red")
        if not found:
            console.print("Nothing that was confirmed is lost or doubled; no page of one team reached another.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
