"""The command `swap`: prepare a spare account for a team, then change the roster."""

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

from bootstrap.aws import own_configuration, refusals
from bootstrap.aws.rates import Limiter
from bootstrap.aws.refusals import AccessRefusal
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import on_hold, provision
from bootstrap.cli.commands.choice import Choice, journal_of
from bootstrap.cli.commands.place import Place, Placed
from bootstrap.cli.commands.refused import troubled
from bootstrap.cli.commands.reported import tell_troubles
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.engine.outcomes import Result
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, NothingToDo, Problem, Refused, Troubled
from bootstrap.errors.message import joined, msg
from bootstrap.event import event as event_file
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster import exchange, roster
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.selection import select
from bootstrap.event.tags import in_ascii
from bootstrap.journal import leased_visit, operators
from bootstrap.journal.past import DONE
from bootstrap.report import problems
from bootstrap.report.roster_documents import SwapDocument
from bootstrap.report.translations import shown
from bootstrap.steps.stack import listing as stack_list
from bootstrap.steps.wishes import Wishes

if TYPE_CHECKING:
    from bootstrap.journal.journal import Journal
    from bootstrap.journal.leases import Leases

# Those of `refusals.CAUSES` that last and make every call fail.
_MET_AGAIN = refusals.CAUSES.keys() - {
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
        """Return the names for messages and JSON."""
        ids = {"old": self.team.account_id, "new": self.spare.account_id}
        return {"team": self.team.team, "spare": self.spare.team, **ids}


def swap(
    choice: Choice,
    account_id: str,
    agree: Callable[[str], bool],
    from_hold: bool = False,
    placed: Placed = real_place,
) -> int:
    """Move the chosen team to the spare account; return the exit code. Writes to AWS and to the roster.

    `account_id` may have spaces or hyphens between its digits, as in the roster. `agree(what will happen)` is called
    once, before anything is written. `from_hold`: also move a team whose account is on hold. The command can be killed
    at any moment; the same command continues.

    Raises BadInput (EB-589, EB-593 to EB-599, EB-735 for an account on hold), Troubled if another operator is working
    there or that cannot be checked, and NothingToDo if the team is there already or `agree` returns False.
    """
    event = event_file.read(choice.event_path)
    before = roster.content(choice.roster_path)
    accounts = roster.parsed(before, choice.roster_path.name, event)
    digits = re.sub("[ -]", "", account_id)
    # Whoever typed a team's name is shown what they typed.
    team, account_id = _team(choice.teams[0], accounts), digits if digits.isdigit() else account_id
    if team.account_id == account_id:
        raise NothingToDo(
            msg("nothing to do: {team} is already in account {account}", team=team.team, account=account_id)
        )
    move = _Move(team, exchange.spare_of(accounts, account_id))
    after = exchange.exchanged(before, move.team, move.spare, event)
    on_hold.refuse(choice.journal_path, event.name, [move.spare] if from_hold else [move.team, move.spare])
    _refuse_taken(placed(event, False, 1), event, move)
    if not agree(joined("\n", _carried_over(move))):
        raise NothingToDo(msg("nothing was changed"))
    journal = journal_of(choice)
    try:
        return _moved(choice, event, journal, move, before, after, placed)
    finally:
        tell_troubles(journal.close())


def _carried_over(move: _Move) -> list[str]:
    names = move.words
    return [
        msg("{team} moves from account {old} to {new} ({spare}).", **names),
        msg("  stays with the team: its name, people, labs, join code and score"),
        msg("  created again: bucket, notebook, roles, work team; its people get new portal addresses and passwords"),
        msg("  not copied: everything in {old}: files in bucket and notebook, jobs, models, endpoints, labels",
            **names),
        msg("{old} stays in the roster as {spare}, out of use, and is swept with the other accounts. To stop now what "
            "is billed there by the hour: {command}", **names,
            command=f"event-bootstrap sweep {move.team.account_id} --apply --stop-only"),
    ]  # fmt: skip


def _moved(
    choice: Choice, event: Event, journal: Journal, move: _Move, before: bytes, after: bytes, placed: Placed
) -> int:
    run, actor = f"swap-{secrets.token_hex(6)}", operators.here()
    # Nothing is written to the account that the team leaves; its lease keeps two operators from moving the same team.
    # It is taken also if the account is on hold: that was asked about before.
    mine = leased_visit.leases(journal, [move.team], "swap", event.name, run, actor, choice.take_over, on_hold=True)
    with mine as leases:
        _refuse_moved(journal, leases, event, move)
        # Nobody works in a spare account, so everything in it may be changed while the event is on.
        asked = replace(choice, wishes=Wishes(during_event=True))
        wanted = (exchange.moved(move.team, move.spare),)
        prepared = provision.provision_alone(asked, Inputs(event, wanted), placed)
        if prepared.result is Result.ELSEWHERE:
            problems.print_to(
                sys.stderr,
                shown(msg("not moved: another run works on {account}; run the same command again when it has ended",
                          account=move.spare.account_id)),
            )  # fmt: skip
        elif prepared.interrupted or prepared.result is not Result.READY:
            problems.print_to(
                sys.stderr,
                shown(msg("not moved: {account} is not ready; run the same command again to continue",
                          account=move.spare.account_id)),
            )  # fmt: skip
        else:
            _refuse_moved(journal, leases, event, move)
            _write(choice, journal, event.name, move, before, after)
    return prepared.exit_code


def _refuse_moved(journal: Journal, leases: Leases, event: Event, move: _Move) -> None:
    """Raise Troubled (EB-520 to EB-522) while another operator may be moving the team, and BadInput (EB-589) if it was
    moved to a third account with another copy of the roster."""
    while (obstacle := leases.obstacle(move.team.account_id)) and obstacle.code == "EB-524":
        waits = msg("{account}: {detail}", account=move.team.account_id, detail=obstacle.detail)
        problems.print_to(sys.stderr, shown(waits))
        time.sleep(leases.pace)
    if obstacle:
        raise troubled(move.team, obstacle)
    swaps = [each for each in journal.actions(event.name, move.team.team) if each.kind is RunKind.SWAP]
    done = [each for each in swaps if each.outcome == DONE]
    if done and done[-1].account_id not in (move.team.account_id, move.spare.account_id):
        by = msg("{person} moved {team} {detail}; this accounts.csv does not have that change",
                 person=done[-1].actor, team=move.team.team, detail=done[-1].detail)  # fmt: skip
        raise BadInput([Problem("EB-589", by, move.team.where, fix=msg("Use the accounts.csv that has it"))])


def _team(name: str, accounts: tuple[TeamAccount, ...]) -> TeamAccount:
    found = select(accounts, (name,), out_of_use=True)
    if len(found) > 1 or found[0].spare or found[0].out_of_use:
        names = ", ".join(each.team for each in found[:6])
        what = msg("`{pattern}` is not the name of one team; it matches: {names}", pattern=name, names=names)
        raise BadInput([Problem("EB-598", what, fix=msg("Type the full name of the team"))])
    return found[0]


def _refuse_taken(place: Place, event: Event, move: _Move) -> None:
    """Raise BadInput (EB-599) if the account was prepared for a third team, with another copy of the roster; raise
    Troubled if that cannot be checked. API: DescribeStacks."""
    ask_for_codes(place.access, (move.spare,), event.region)
    session = Sessions(place.access, place.clock, Limiter()).open(move.spare)
    try:
        stacks = stack_list.stacks(session).values()
    except (BotoCoreError, ClientError, Refused) as error:
        if own_configuration.refusal(error) or refusals.told_apart(error, move.spare) in _MET_AGAIN:
            # Provisioning comes next, gets the same error before it writes, and explains it.
            return
        raise _untold(error, move) from None
    tags = [
        {each["Key"]: each["Value"] for each in stack.get("Tags", [])} for stack in stacks if stack_list.ours(stack)
    ]
    names = {each["team"] for each in tags if each.get("event") == event.name and "team" in each}
    if others := names - {in_ascii(move.team.team), in_ascii(move.spare.team)}:
        what = msg("account {account} is prepared for {teams}", account=move.spare.account_id,
                   teams=", ".join(sorted(others)))  # fmt: skip
        sweep = f"event-bootstrap sweep {shlex.quote(move.spare.team)} --apply"
        fix = msg("Use another spare account; or, if nobody works there, run {command} and then provision it",
                  command=sweep)  # fmt: skip
        raise BadInput([Problem("EB-599", what, move.spare.where, fix=fix)])


def _untold(error: Exception, move: _Move) -> Troubled:
    found = refusals.failure(error, move.spare.region)
    what = msg("cannot check whether account {account} belongs to another team: {detail}",
               account=move.spare.account_id, detail=found.detail)  # fmt: skip
    return Troubled([Problem(found.code or "", what, move.spare.where, fix=msg("Run the same command again"))])


def _write(choice: Choice, journal: Journal, event_name: str, move: _Move, before: bytes, after: bytes) -> None:
    """Write the roster, and a journal entry before and after it, so that a crash in between can be seen there."""
    path = choice.roster_path
    kept = choice.folder / "rosters" / f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{path.suffix}"
    detail = msg("from account {old} to {new}", old=move.team.account_id, new=move.spare.account_id)
    act = partial(journal.act, "swap", event_name, detail, team=move.team.team, account_id=move.spare.account_id)
    act(outcome="begun")
    journal.flush()
    exchange.write(path, before, after, kept)
    act()
    # Before the lease ends: the next holder reads it there.
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
        again = f"event-bootstrap handouts {shlex.quote(move.team.team)} --address URL"
        for line in (
            msg("moved: {team} {detail}", team=move.team.team, detail=detail),
            msg("roster: {path} (the version before: {kept})", path=path, kept=kept),
            msg("next: print the team's card again, because it names the account: {command}", command=again),
        ):
            problems.print_to(sys.stdout, shown(line))
