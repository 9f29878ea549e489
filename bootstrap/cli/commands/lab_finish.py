"""The command `lab finish`: the finished state of a lab for teams that have fallen behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import refusals
from bootstrap.aws.sessions import AccountSession
from bootstrap.cli import confirming
from bootstrap.cli.commands.choice import Choice, chosen, read
from bootstrap.cli.commands.opened import OpenedAccounts, opened
from bootstrap.cli.commands.refused import troubled
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import FAILED, READY, BadInput, Problem, Refused, Troubled
from bootstrap.errors.message import counted, msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.suggest import did_you_mean
from bootstrap.journal import operators
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people import catch_up, prepared
from bootstrap.people.catch_up import GivenState
from bootstrap.people.finishing import pieces
from bootstrap.people.finishing.labs import FINISHES, Finish
from bootstrap.people.finishing.pieces import Piece, PieceStanding
from bootstrap.report import problems

Say = Callable[[str], None]


@dataclass(slots=True)
class _TeamLab:
    """One team's account, what its bucket lacks, and the worst exit code of what was done there."""

    account: TeamAccount
    session: AccountSession | None = None
    bucket: str = ""
    pieces: tuple[Piece, ...] = ()
    exit_code: int = READY

    @property
    def missing(self) -> list[Piece]:
        return [each for each in self.pieces if each.standing is PieceStanding.MISSING]

    def goes_on(self, written: bool) -> bool:
        """Return True if the team can go on from what is there. `written`: so is what was missing."""
        there = {PieceStanding.THERE} | ({PieceStanding.MISSING} if written else set())
        return self.exit_code == READY and any(each.standing in there for each in self.pieces)


def from_page(choice: Choice, team: str, lab: str, person: str) -> GivenState:
    """Give one team the finished state of a lab, as a click on the staff's page asks. Writes to AWS; asks nothing."""
    lines: list[str] = []
    asked = replace(choice, kind=RunKind.LAB_FINISH, teams=(team,), output="plain", yes=True)
    return GivenState(exit_code=finish(asked, lab, False, lines.append, person), lines=tuple(lines))


def finish(choice: Choice, lab: str, again: bool, say: Say, person: str | None = None) -> int:
    """Write the lab's finished state into the buckets of the chosen teams, once a person agrees; return the exit code.

    Writes to AWS. `again`: also replace what a team has made. `person`: who asked, if not the person here. Raises
    BadInput (EB-640, EB-641, and as `chosen`).
    """
    inputs = read(choice)
    found = _finish_of(inputs, lab)
    accounts = _having(choice, inputs, lab)
    if found.pieces is None:
        for account in accounts:
            bucket = Names.of(inputs.event, account).bucket
            say(msg("{team}: {what}", team=account.team, what=found.then(bucket)))
        return READY
    with opened(choice, inputs, accounts) as there:
        teams = [_looked_at(there, inputs, account, found, again, say) for account in accounts]
        written = _agreed(choice, teams)
        for team in teams if written else ():
            if _write(there, inputs.event.name, choice.command, lab, team, say, person):
                _tell_team(choice, inputs.event.name, team.account.team, lab, person)
    for team in teams:
        if team.goes_on(written):
            say(msg("{team}: {what}", team=team.account.team, what=found.then(team.bucket)))
    if not written and any(team.missing for team in teams):
        say(msg("nothing was changed"))
    return max(team.exit_code for team in teams)


def _finish_of(inputs: Inputs, lab: str) -> Finish:
    """Return how the lab is finished. Raises BadInput (EB-640)."""
    names = [each.name for each in inputs.event.labs]
    if lab not in names:
        what = did_you_mean(msg("event.yaml names no lab `{name}`", name=lab), lab, names)
        raise BadInput([Problem("EB-640", what, fix=msg("use one of: {labs}", labs=", ".join(names)))])
    if lab not in FINISHES:
        what = msg("no finished state of the lab `{name}` is known", name=lab)
        raise BadInput([Problem("EB-640", what, fix=msg("use one of: {labs}", labs=", ".join(FINISHES)))])
    return FINISHES[lab]


def _having(choice: Choice, inputs: Inputs, lab: str) -> tuple[TeamAccount, ...]:
    """Return the accounts that the command names. Raises BadInput: EB-641 if it names none, or one without the lab."""
    if not choice.teams:
        what, command = msg("no team is named"), f"event-bootstrap lab finish {lab} TEAM"
        raise BadInput([Problem("EB-641", what, fix=msg("Name the teams: {command}", command=command))])
    accounts = chosen(choice, inputs)
    without = [
        each.team for each in accounts if lab not in {one.name for one in inputs.event.labs_of(each.labs)}
    ]  # fmt: skip
    if without:
        what = msg("{team} does not have the lab `{name}`", team=without[0], name=lab)
        raise BadInput([Problem("EB-641", what, fix=msg("see the column `labs` of accounts.csv"))])
    return accounts


def _looked_at(
    there: OpenedAccounts, inputs: Inputs, account: TeamAccount, found: Finish, again: bool, say: Say
) -> _TeamLab:
    """Say what the team's bucket lacks, or why that is not known. Writes nothing."""
    team = _TeamLab(account)
    with _told(team):
        team.session = there.session(account, say)
        names = prepared.checked(team.session, inputs.event)
        team.bucket = names.bucket
        assert found.pieces is not None
        team.pieces = found.pieces(team.session, names, again)
        for each in team.pieces:
            say(msg("{team}: {what}", team=account.team, what=each.line))
        if any(each.standing is PieceStanding.IMPOSSIBLE for each in team.pieces):
            team.exit_code = FAILED
    return team


def _agreed(choice: Choice, teams: Sequence[_TeamLab]) -> bool:
    """Return True if there is something to write and a person agrees; what teams made is replaced only with a yes."""
    todo = [(team, each) for team in teams for each in team.missing]
    if not todo:
        return False
    ends = [
        msg("{team}: what the team has under {key} is replaced, and cannot be brought back",
            team=team.account.team, key=each.key)
        for team, each in todo if each.replaces
    ]  # fmt: skip
    question = counted("Write {count} object?", "Write {count} objects?", len(todo))
    if ends:
        return confirming.agreed_to_replace(question, ends, choice.yes)
    return confirming.agreed(question, (), choice.yes)


def _write(
    there: OpenedAccounts, event: str, command: str, lab: str, team: _TeamLab, say: Say, person: str | None
) -> bool:
    """Write what the team's bucket lacks; return True if something was written. Writes to AWS."""
    if team.session is None or not team.missing:
        return False
    done: list[str] = []
    with _told(team):
        for each in team.missing:
            pieces.write(team.session, team.bucket, event, each)
            done.append(each.key)
            say(msg("{team}: {key}: written", team=team.account.team, key=each.key))
    if done:
        words = msg("finished state of {lab}: {keys}", lab=lab, keys=", ".join(done))
        account = team.account
        there.journal.act(command, event, words, team=account.team, account_id=account.account_id, actor=person)
    return bool(done)


def _tell_team(choice: Choice, event: str, team: str, lab: str, person: str | None) -> None:
    """Have the team's page say what was given. The files are there in any case."""
    with closing(VenueDatabase(choice.journal_path)) as database:
        try:
            catch_up.tell_team(database, event, team, lab, person or operators.here(), time.time())
        except Troubled as trouble:
            problems.show(trouble)


@contextmanager
def _told(team: _TeamLab) -> Iterator[None]:
    """Show what keeps the command from one team's account, so that it goes on with the others."""
    try:
        yield
    except Troubled as trouble:
        found = trouble
    except (Refused, BotoCoreError, ClientError) as error:
        found = troubled(team.account, refusals.failure(error, team.account.region))
    else:
        return
    team.exit_code = found.exit_code
    problems.show(found)
