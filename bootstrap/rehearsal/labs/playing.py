"""Choose the team to play, play it through its labs, and print how each lab ended."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from bootstrap.errors.message import joined, msg
from bootstrap.event import shipped
from bootstrap.event.inputs import Inputs
from bootstrap.event.lab import Lab
from bootstrap.event.placeholders import Values
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.rehearsal.labs.solving import Play
from bootstrap.rehearsal.labs.team import LineFailed, Team, last_line
from bootstrap.rehearsal.labs.terminal import Terminal
from bootstrap.rehearsal.simulated import Simulated
from bootstrap.report import translations, words
from bootstrap.report.translations import shown
from bootstrap.scoring.evidence import checking, values
from bootstrap.scoring.evidence.judging import Reached, Ruling
from bootstrap.scoring.evidence.looking import Progress

_INSTALL = "pip install -r requirements/labs.txt"
# What a step of a solution needs besides what every rehearsal does.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "fetch": ("awscli",),
    "guide": ("awscli",),
    "notebook": ("awscli", "ipykernel", "matplotlib", "nbclient"),
    "page": ("starlette", "uvicorn"),
}


@dataclass(frozen=True, slots=True)
class End:
    """How one lab ended. `did`: what was done; `state`: the end state or, with `code`, why it was not reached.

    `seconds` of virtual time. `rulings`: of the end states, if the lab was played to its end.
    """

    lab: str
    did: str
    state: str
    seconds: float
    code: str | None = None
    rulings: tuple[Ruling, ...] = ()


def team_to_play(inputs: Inputs) -> TeamAccount:
    """Return the roster's first team that has all labs of the event. Raises BadInput (EB-610, EB-611)."""
    labs = {each.name for each in inputs.event.labs}
    played = [each for each in inputs.event.labs if each.solution]
    if not played:
        what = msg("none of the event's labs has a solution to rehearse: {labs}", labs=", ".join(sorted(labs)))
        raise BadInput([Problem("EB-611", what, fix=msg("Write `solution` in the lab.yaml of one of them"))])
    check_installed(played)
    found = next((each for each in inputs.accounts if labs <= set(each.labs) and not each.spare), None)
    if found is None:
        what = msg("no team has all labs of the event: {labs}", labs=", ".join(sorted(labs)))
        raise BadInput([Problem("EB-611", what)])
    checking.check(inputs.event, found, played)
    return found


def check_installed(labs: Iterable[Lab]) -> None:
    """Raise BadInput (EB-610) if a package is not installed that a solution of these labs needs."""
    actions = {step.action for lab in labs for step in lab.solution}
    needed = sorted({package for action in actions for package in _NEEDED.get(action, ())})
    if missing := [each for each in needed if find_spec(each) is None]:
        fix = msg("in the folder that you installed from: {command}", command=_INSTALL)
        what = msg("Python packages that the labs need are not installed: {names}", names=", ".join(missing))
        raise BadInput([Problem("EB-610", what, fix=fix)])


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
    return ends(team, [each.name for each in inputs.event.labs_of(account.labs) if each.solution])


def ends(team: Team, labs: Sequence[str]) -> Iterator[End]:
    """Yield how each lab ended, one after the other."""
    for name in labs:
        [lab] = team.event.labs_of([name])
        yield played(team, lab)


def played(team: Team, lab: Lab) -> End:
    """Play one lab, and return how it ended."""
    began = team.simulated.now()
    did, state, code, rulings = _played(team, lab)
    return End(lab.name, did, state, team.simulated.now() - began, code, rulings)


def _played(team: Team, lab: Lab) -> tuple[str, str, str | None, tuple[Ruling, ...]]:
    from bootstrap.rehearsal.labs.kernel import CellFailed

    try:
        did, rulings = solved(team, lab)
        other = next((each for each in rulings if each.reached is not Reached.PASSED), None)
        state, code = (otherwise(lab, other), "EB-612") if other else (told(lab, rulings), None)
        return did, state, code, tuple(rulings)
    except LineFailed as failed:
        return f"`{failed.line}`", last_line(failed.said), "EB-612", ()
    except CellFailed as failed:
        return msg("a cell of the notebook"), clean(str(failed)), "EB-612", ()
    except Refused as refused:
        return "", refused.detail, refused.code, ()
    except Troubled as troubled:
        first = troubled.problems[0]
        return "", first.what, first.code, ()
    except (BotoCoreError, ClientError) as error:
        return msg("the end state"), aws_errors.told(error), "EB-612", ()


def solved(team: Team, lab: Lab) -> tuple[str, list[Ruling]]:
    """Play the lab's solution; return what was done, and what has been reached.

    Raises Refused, LineFailed, CellFailed.
    """
    progress = Progress(team.session, lab.end_states)
    play = Play(team, lab, shipped.lab_folders(team.event.folder)[lab.name], lambda: progress.meanwhile(_values(team)))
    did = play.whole()
    return did, progress.now(_values(team), play.service)


def reached_before(team: Team, lab: Lab) -> list[Ruling]:
    """Return what of the lab's end states is in the account before anybody has begun."""
    return Progress(team.session, lab.end_states).now(_values(team))


def _values(team: Team) -> Values:
    team.catch_up()
    return values.of(team.event, team.account, team.classes(), team.clock.now())


def told(lab: Lab, rulings: Iterable[Ruling]) -> str:
    """Return the end states with what was seen of each."""
    said = [msg("{title}: {seen}", title=_title(lab, each), seen=each.seen) for each in rulings]
    return joined("; ", said) or msg("it declares no end state")


def otherwise(lab: Lab, ruling: Ruling) -> str:
    """Return what is not as an end state has it."""
    return msg("{title}: {seen}; expected: {expected} ({where})", title=_title(lab, ruling), seen=ruling.seen,
               expected=ruling.expected, where=ruling.where)  # fmt: skip


def _title(lab: Lab, ruling: Ruling) -> str:
    [state] = [each for each in lab.end_states if each.id == ruling.id]
    return state.title_zh or state.title if translations.current() == "zh" else state.title
