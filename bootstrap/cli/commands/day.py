"""The day of the event in a rehearsal: the pages are served, teams raise hands on them, staff answer at the desk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from pathlib import Path

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import swap as swapping
from bootstrap.cli.commands.choice import Choice, journal_of, read
from bootstrap.cli.commands.follow import Follower
from bootstrap.cli.commands.place import Place
from bootstrap.engine.clock import VirtualClock
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome
from bootstrap.errors import FAILED, READY, Refused
from bootstrap.errors.message import counted, msg
from bootstrap.event import waves
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.team_codes import TeamCodes
from bootstrap.journal.venue.hands import Hands
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.web import app, serving
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.site import Site
from bootstrap.rehearsal import made_up_teams
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.rehearsal.day import script
from bootstrap.rehearsal.day.playing import Day, DayEnd, DayHand
from bootstrap.report import words
from bootstrap.report.translations import shown


def roster_for(choice: Choice, inputs: Inputs, folder: Path) -> tuple[Choice, Inputs]:
    """Write the rehearsal's roster, with a spare account, into `folder`; return the choice and inputs of the day.

    Commands of the day read and change that roster; journal and reports stay in `folder`.
    """
    accounts = made_up_teams.with_spare(inputs.accounts, inputs.event, taken=(rehearsal.HUB_ACCOUNT,))
    path = folder / "accounts.csv"
    path.write_text(made_up_teams.as_csv(accounts), encoding="utf-8")
    there = replace(choice, roster_path=path, journal=str(folder / "journal.sqlite"), at=folder)
    return there, read(there)


def play(choice: Choice, inputs: Inputs, place: Place, simulated: rehearsal.Simulated) -> int:
    """Play the day and print how each raised hand ended, on stderr for JSON; return the exit code.

    Raises Refused for a page that does not do what people at the venue need.
    """
    event, clock = inputs.event, place.clock
    assert isinstance(clock, VirtualClock)
    teams = waves.playing(inputs.accounts)
    spare = any(each.spare for each in inputs.accounts)
    stream = sys.stderr if choice.output == "json" else sys.stdout
    with _served(choice, place) as site:
        day = Day(
            site.address.port, lambda: site.files.inputs.accounts, _codes(choice, event, inputs, clock.now()),
            Hands(site.database, event.name), simulated, clock, event.training.instance_types[0],
            partial(_swap, choice, place),
        )  # fmt: skip
        try:
            end = day.play(script.of_day(_in_order(event, teams), spare), event.schedule.opens.timestamp())
        except Refused as refused:
            stopped = msg("the day stopped: {code} {why}", code=refused.code, why=refused.detail)
            stream.write(f"{shown(stopped)}\n")
            return FAILED
    for line in _told(end):
        stream.write(f"{shown(line)}\n")
    return READY if end.right else FAILED


@contextmanager
def _served(choice: Choice, place: Place) -> Iterator[Site]:
    """Serve the pages on this machine, with the rehearsal's clock and its way to AWS, until the block ends."""
    follower = Follower(choice)

    def sessions(_event: Event) -> Sessions:
        return Sessions(replace(place.access, write=False), place.clock, Limiter())

    listener, address = serving.listening(Address(port=0))
    with listener:
        site = Site(
            follower, choice.journal_path, lambda: journal_of(choice), address, Live(follower),
            VenueDatabase(choice.journal_path), now=place.clock.now, sessions=sessions,
        )  # fmt: skip
        with serving.in_background(app.build(site), listener, address):
            yield site


def _codes(choice: Choice, event: Event, inputs: Inputs, now: float) -> dict[str, str]:
    """Return a new code for each team."""
    teams = [each.team for each in waves.playing(inputs.accounts)]
    with closing(TeamCodes(choice.journal_path, event.name)) as kept:
        return kept.hand_out(teams, event.schedule.expires, now, "rehearsal", anew=True)[0]


def _in_order(event: Event, teams: list[TeamAccount]) -> list[TeamAccount]:
    """Return the teams, those first whose wave begins with a lab that trains: they meet a shortage first."""

    def trains(account: TeamAccount) -> bool:
        labs = event.order_of(account.team, account.labs)
        return bool(labs) and labs[0].starts.jobs_at_once > 0

    return sorted(teams, key=lambda each: not trains(each))


def _swap(choice: Choice, place: Place, team: str) -> str:
    """Move the team to the spare account, as `event-bootstrap swap` does, and return its id.

    Raises Refused (EB-847) if the team was not moved.
    """

    def placed(event: Event, write: bool, jobs: int) -> Place:
        del event, jobs
        return replace(place, run=f"{place.run}-swap", access=replace(place.access, write=write), outlook=None)

    spare = next(each for each in read(choice).accounts if each.spare)
    asked = replace(choice, kind=RunKind.SWAP, teams=(team,))
    with redirect_stdout(sys.stderr if choice.output == "json" else sys.stdout):
        if swapping.swap(asked, spare.account_id, lambda _: True, placed=placed) != READY:
            raise Refused("EB-847", msg("{team} was not moved to the spare account", team=team))
    return spare.account_id


def _told(end: DayEnd) -> Iterator[str]:
    """Yield a line for each hand, and a last one for the day."""
    yield msg("the day: raised hands, what the doctor found, and when somebody answered")
    for each in end.hands:
        sign = words.glyph(Outcome.READY if each.right else Outcome.FAILED, words.ascii_only(sys.stdout))
        yield msg("{sign} {team}: {found}", sign=sign, team=each.team, found=_found(each))
    if end.doubled:
        yield counted(
            "{count} hand is in the journal that nobody raised",
            "{count} hands are in the journal that nobody raised",
            end.doubled,
        )


def _found(hand: DayHand) -> str:
    became = hand.became
    if became is None:
        return msg("the hand was lost")
    if became.examined is None:
        return msg("the doctor has not looked")
    if hand.found != hand.case.code:
        codes = {"found": hand.found or "-", "expected": hand.case.code or "-"}
        return msg("the doctor found {found} instead of {expected}", **codes)
    if became.answered is None:
        return msg("nobody answered")
    minutes = round((became.answered - became.raised) / 60)
    code = hand.found or msg("nothing wrong")
    return counted(
        "{found}, answered after {count} minute", "{found}, answered after {count} minutes", minutes, found=code
    )
