"""A team moves to a spare account: first the account is prepared as the team's, then the roster says so."""

from __future__ import annotations

import json
import re
import secrets
import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import provision
from bootstrap.cli.commands.choice import Choice, journal_of
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.cli.commands.run import real_place
from bootstrap.engine.outcomes import Result
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, NothingToDo, Problem, Refused, Troubled
from bootstrap.event import event as event_file
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster import exchange, roster
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.selection import select
from bootstrap.event.tags import in_ascii
from bootstrap.journal import leased_visit, operators
from bootstrap.journal.past import DONE
from bootstrap.report.documents import SwapDocument
from bootstrap.steps import access
from bootstrap.steps.access import AccessRefusal
from bootstrap.steps.plan import Wishes
from bootstrap.steps.stack import listing as stack_list

if TYPE_CHECKING:
    from bootstrap.journal.journal import Journal
    from bootstrap.journal.leases import Leases

_CARRIES_OVER = """\
{team} moves from account {old} to {new} ({spare}).
  stays with the team  its name, people, labs, join code and score
  made anew            bucket, notebook, roles, work team; its people get new portal addresses and passwords
  stays behind         everything in {old}: files in bucket and notebook, jobs, models, endpoints, labels
  {old} stays in the roster as {spare}, out of use, and is swept with the others. What costs money there by the hour
  can be stopped at once: event-bootstrap sweep {old} --apply --stop-only"""

# Of `access.CAUSES` what does not pass by itself and keeps every call out.
_MET_AGAIN = access.CAUSES.keys() - {
    AccessRefusal.UNREACHABLE,
    AccessRefusal.ROLE_MAY_NOT,
    AccessRefusal.ORGANIZATION_REGION,
}


@dataclass(frozen=True, slots=True)
class _Move:
    team: TeamAccount
    spare: TeamAccount

    @property
    def words(self) -> dict[str, str]:
        """For people and scripts."""
        ids = {"old": self.team.account_id, "new": self.spare.account_id}
        return {"team": self.team.team, "spare": self.spare.team, **ids}


def swap(choice: Choice, account_id: str, agree: Callable[[str], bool]) -> int:
    """Move the one team of the choice to the spare account; returns the exit code. Writes to AWS and to the roster.

    The id may be written in groups of four, as the roster's.

    `agree(what will be)` is asked once, before anything is written. May be killed at any moment: the same command
    goes on. Raises BadInput (EB-589, EB-593 to EB-599), Troubled where another operator is at it or nobody can tell,
    and NothingToDo where the team is there already, or nobody agrees.
    """
    event = event_file.read(choice.event_path)
    before = roster.content(choice.roster_path)
    accounts = roster.parsed(before, choice.roster_path.name, event)
    team, account_id = _team(choice.teams[0], accounts), re.sub("[ -]", "", account_id)
    if team.account_id == account_id:
        raise NothingToDo(f"nothing to do: {team.team} is in account {account_id} already")
    move = _Move(team, exchange.spare_of(accounts, account_id))
    after = exchange.exchanged(before, move.team, move.spare, event)
    _refuse_taken(event, move)
    if not agree(_CARRIES_OVER.format(**move.words)):
        raise NothingToDo("nothing was written")
    journal = journal_of(choice)
    try:
        return _moved(choice, event, journal, move, before, after)
    finally:
        tell_troubles(journal.close())


def _moved(choice: Choice, event: Event, journal: Journal, move: _Move, before: bytes, after: bytes) -> int:
    run, actor = f"swap-{secrets.token_hex(6)}", operators.here()
    # Of the account that the team leaves nothing is written; but so the team is moved by one operator at a time.
    with leased_visit.leases(journal, [move.team], "swap", event.name, run, actor, choice.take_over) as leases:
        _refuse_moved(journal, leases, event, move)
        # Nobody works in a spare account, so also on the event's day nothing in it is spared.
        asked = replace(choice, wishes=Wishes(during_event=True))
        wanted = (exchange.moved(move.team, move.spare),)
        prepared = provision.provision_alone(asked, Inputs(event, wanted))
        if prepared.interrupted or prepared.result is not Result.READY:
            sys.stderr.write(f"not moved: {move.spare.account_id} is not ready; the same command goes on from here\n")
        else:
            _refuse_moved(journal, leases, event, move)
            _write(choice, journal, event.name, move, before, after)
    return prepared.exit_code


def _refuse_moved(journal: Journal, leases: Leases, event: Event, move: _Move) -> None:
    """Raises Troubled (EB-520 to EB-522) while another operator may be moving the team, BadInput (EB-589) if one moved
    it by another roster: to neither the account that it leaves nor the one it goes to."""
    while (obstacle := leases.obstacle(move.team.account_id)) and obstacle.code == "EB-524":
        sys.stderr.write(f"{move.team.account_id}: {obstacle.detail}\n")
        time.sleep(leases.pace)
    if obstacle:
        what = f"account {move.team.account_id}: {obstacle.detail}"
        raise Troubled([Problem(obstacle.code or "", what, move.team.where, fix="Agree with whoever it is")])
    swaps = [each for each in journal.actions(event.name, move.team.team) if each.kind is RunKind.SWAP]
    done = [each for each in swaps if each.outcome == DONE]
    if done and done[-1].account_id not in (move.team.account_id, move.spare.account_id):
        by = f"{done[-1].actor} moved {move.team.team} {done[-1].detail}; this accounts.csv does not say so"
        raise BadInput([Problem("EB-589", by, move.team.where, fix="Take the accounts.csv that says so")])


def _team(name: str, accounts: tuple[TeamAccount, ...]) -> TeamAccount:
    found = select(accounts, (name,), out_of_use=True)
    if len(found) > 1 or found[0].spare or found[0].out_of_use:
        names = ", ".join(each.team for each in found[:6])
        raise BadInput([Problem("EB-598", f"{name!r} is not one team but: {names}", fix="Name the team in full")])
    return found[0]


def _refuse_taken(event: Event, move: _Move) -> None:
    """Raises BadInput (EB-599) if the account was made a third team's, by another roster; Troubled if that cannot be
    told. API: DescribeStacks."""
    place = real_place(event, write=False, jobs=1)
    session = Sessions(place.access, place.clock, Limiter()).open(move.spare)
    try:
        stacks = stack_list.stacks(session).values()
    except (BotoCoreError, ClientError, Refused) as error:
        if access.told_apart(error, move.spare) in _MET_AGAIN:
            # Provisioning, which comes next, meets the same before it writes, and says what is wrong.
            return
        raise _untold(error, move) from None
    tags = [
        {each["Key"]: each["Value"] for each in stack.get("Tags", [])} for stack in stacks if stack_list.ours(stack)
    ]
    names = {each["team"] for each in tags if each.get("event") == event.name and "team" in each}
    if others := names - {in_ascii(move.team.team), in_ascii(move.spare.team)}:
        what = f"account {move.spare.account_id} is prepared for {', '.join(sorted(others))}"
        name = shlex.quote(move.spare.team)
        fix = f"Take another spare; or, if nobody works there: event-bootstrap sweep {name} --apply, then provision it"
        raise BadInput([Problem("EB-599", what, move.spare.where, fix=fix)])


def _untold(error: Exception, move: _Move) -> Troubled:
    found = aws_errors.failure(error)
    what = f"whether account {move.spare.account_id} is another team's cannot be told: {found.detail}"
    return Troubled([Problem(found.code or "", what, move.spare.where, fix="Give the same command again")])


def _write(choice: Choice, journal: Journal, event_name: str, move: _Move, before: bytes, after: bytes) -> None:
    """The roster, and entries in the journal before and after it: a death in between shows there."""
    path = choice.roster_path
    kept = choice.folder / "rosters" / f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{path.suffix}"
    detail = "from account {old} to {new}".format(**move.words)
    act = partial(journal.act, "swap", event_name, detail, team=move.team.team, account_id=move.spare.account_id)
    act(outcome="begun")
    journal.flush()
    exchange.write(path, before, after, kept)
    act()
    # Before the lease ends: who gets it next looks there.
    journal.flush()
    if choice.output == "json":
        document: SwapDocument = {
            "type": "swap",
            "team": move.team.team,
            "spare": move.spare.team,
            "old": move.team.account_id,
            "new": move.spare.account_id,
            "roster": str(path),
            "kept": str(kept),
        }
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        sys.stdout.write(f"moved: {move.team.team} {detail}; {path} says so, and {kept} is what stood there before\n")
        again = f"event-bootstrap handouts {shlex.quote(move.team.team)} --address URL"
        sys.stdout.write(f"next: print the team's card, which names the account, again: {again}\n")
