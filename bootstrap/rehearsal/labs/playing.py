"""Choose the team to play, play it through its labs, and print how each lab ended."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.engine.clock import Clock
from bootstrap.engine.outcomes import Result, Summary
from bootstrap.engine.states import Outcome
from bootstrap.errors import FAILED, READY, BadInput, Problem, Refused, Troubled, clean
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.rehearsal.labs.labs import PLAYED
from bootstrap.rehearsal.labs.team import LineFailed, Team, last_line
from bootstrap.rehearsal.labs.terminal import Terminal
from bootstrap.rehearsal.simulated import Simulated
from bootstrap.report import words
from bootstrap.report.translations import shown

_INSTALL = "pip install -r requirements/labs.txt"
_NEEDED = ("awscli", "ipykernel", "matplotlib", "nbclient", "starlette", "uvicorn")


@dataclass(frozen=True, slots=True)
class End:
    """How one lab ended. `did`: what was done; `state`: the end state or, with `code`, why it was not reached.

    `seconds` of virtual time.
    """

    lab: str
    did: str
    state: str
    seconds: float
    code: str | None = None


def team_to_play(inputs: Inputs) -> TeamAccount:
    """Return the roster's first team that has all labs of the event. Raises BadInput (EB-610, EB-611)."""
    if missing := [each for each in _NEEDED if find_spec(each) is None]:
        fix = msg("in the folder that you installed from: {command}", command=_INSTALL)
        what = msg("Python packages that the labs need are not installed: {names}", names=", ".join(missing))
        raise BadInput([Problem("EB-610", what, fix=fix)])
    labs = {each.name for each in inputs.event.labs}
    if not labs & PLAYED.keys():
        what = msg("none of the event's labs can be rehearsed; these can: {labs}", labs=", ".join(PLAYED))
        raise BadInput([Problem("EB-611", what)])
    found = next((each for each in inputs.accounts if labs <= set(each.labs) and not each.spare), None)
    if found is None:
        what = msg("no team has all labs of the event: {labs}", labs=", ".join(sorted(labs)))
        raise BadInput([Problem("EB-611", what)])
    return found


def show(
    inputs: Inputs,
    account: TeamAccount,
    provisioned: Summary,
    access: Access,
    clock: Clock,
    simulated: Simulated,
    home: Path,
    quiet: bool,
) -> int:
    """Play the team and print how each lab ended, on stderr if `quiet`; return the exit code.

    `home`, the participant's folder, is deleted and created anew.
    """
    if provisioned.interrupted:
        return provisioned.exit_code
    stream = sys.stderr if quiet else sys.stdout
    named = {"team": account.team, "account": account.account_id}
    [result] = [each.result for each in provisioned.accounts if each.account_id == account.account_id]
    if result is not Result.READY:
        words = msg("labs not played: EB-613 {team}, account {account}, is not ready", **named)
        stream.write(f"{shown(words)}\n")
        return FAILED
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    begun = msg("labs played by {team}, account {account}:", **named)
    stream.write(f"{shown(begun)}\n")
    ends = []
    for end in play(inputs, account, access, clock, simulated, home):
        ends.append(end)
        stream.write(f"{_line(end, stream)}\n")
        stream.flush()
    folder = home.relative_to(Path.cwd()) if home.is_relative_to(Path.cwd()) else home
    where = msg("commands typed, and the executed notebook: {folder}", folder=str(folder))
    stream.write(f"{shown(where)}\n")
    return FAILED if any(end.code for end in ends) else READY


def _line(end: End, stream: TextIO) -> str:
    sign = words.glyph(Outcome.FAILED if end.code else Outcome.READY, words.ascii_only(stream))
    told = [each for each in (end.code, end.state) if each]
    state = " ".join(shown(each) for each in told)
    words_of = msg("{did}: {state}", did=end.did, state=state) if end.did else state
    return f"{sign} {end.lab:12}  {words.duration(end.seconds):>7}  {shown(words_of)}"


def play(
    inputs: Inputs, account: TeamAccount, access: Access, clock: Clock, simulated: Simulated, home: Path
) -> Iterator[End]:
    """Play the team through its labs, in the order in which they build on each other; `home` is an empty folder."""
    session = Sessions(access, clock, Limiter()).open(account)
    team = Team(account, inputs.event, simulated, session, clock, Terminal(simulated, home))
    return ends(team, [each for each in PLAYED if each in account.labs])


def ends(team: Team, labs: Sequence[str]) -> Iterator[End]:
    """Yield how each lab ended, one after the other."""
    for lab in labs:
        began = team.simulated.now()
        did, state, code = _played(team, lab)
        yield End(lab, did, state, team.simulated.now() - began, code)


def _played(team: Team, lab: str) -> tuple[str, str, str | None]:
    from bootstrap.rehearsal.labs.kernel import CellFailed

    try:
        return *PLAYED[lab](team), None
    except LineFailed as failed:
        return f"`{failed.line}`", last_line(failed.said), "EB-612"
    except CellFailed as failed:
        return msg("a cell of the notebook"), clean(str(failed)), "EB-612"
    except Refused as refused:
        return "", refused.detail, refused.code
    except Troubled as troubled:
        first = troubled.problems[0]
        return "", first.what, first.code
    except (BotoCoreError, ClientError) as error:
        return msg("the end state"), aws_errors.told(error), "EB-612"
