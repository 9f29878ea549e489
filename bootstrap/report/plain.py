"""Events -> one line for each change, and a heartbeat; no colours, no cursor movement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TextIO

from bootstrap.engine.outcomes import CleanEvent, Phase, RunPlan, Summary, natural
from bootstrap.engine.results import Tally
from bootstrap.engine.states import Outcome
from bootstrap.engine.time_left import TimeLeft
from bootstrap.errors.message import msg
from bootstrap.report import readiness, words
from bootstrap.report.overview import RunOverviews
from bootstrap.report.reporter import Ending
from bootstrap.report.translations import shown
from bootstrap.report.words import clock_time, duration, listed, tallied, word

_HEARTBEAT = 30.0


class PlainReport:
    """Change lines and the readiness table on `out`, heartbeats on `err`."""

    def __init__(
        self,
        out: TextIO,
        err: TextIO,
        footer: Callable[[Summary], Sequence[str]] | None = None,
        ending: Ending | None = None,
    ) -> None:
        self._out, self._err = out, err
        self._ending: Ending = ending or partial(readiness.write, footer=footer)
        self._tells_changes = ending is None
        self._board = Tally(())
        self._said: dict[tuple[str, str, str], tuple[Outcome, bool]] = {}
        self._beat = 0.0
        self._plan: RunPlan | None = None
        self._found: RunOverviews | None = None
        self._elsewhere: list[CleanEvent] = []

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan, self._board, self._beat, self._found = plan, tally, plan.began, RunOverviews(plan, tally)
        begun = msg("{command} {event}: {accounts}", command=plan.command, event=plan.event,
                    accounts=words.accounts(len(plan.accounts)))  # fmt: skip
        if plan.scenario:
            begun = msg("{begun}, rehearsal of scenario {scenario}, virtual time", begun=begun, scenario=plan.scenario)
        self._write(self._err, f"{clock_time(plan.began)} {shown(begun)}")

    def event(self, event: CleanEvent) -> None:
        if event.state is Outcome.ELSEWHERE:
            self._elsewhere.append(event)
            return
        self._tell_elsewhere()
        key, now = (event.team, event.account_id, event.step), (event.state, event.settled)
        # Progress within one state is left to the heartbeat.
        if self._tells_changes and self._said.get(key) != now:
            self._said[key] = now
            code = f" {event.code}" if event.code else ""
            state, detail = word(event.state), shown(event.detail)
            line = f"{clock_time(event.at)} {event.team} {event.step} {state}{code}  {detail}"
            self._write(self._out, line.rstrip())

    def tick(self, now: float) -> None:
        self._tell_elsewhere()
        if now - self._beat >= _HEARTBEAT:
            self._beat = now
            self._write(self._err, f"{clock_time(now)} -- {heartbeat(self._board, now, self._left(now))}")

    def end(self, summary: Summary) -> None:
        self._tell_elsewhere()
        if self._plan is not None:
            self._ending(self._out, self._plan, summary, plain=True)

    def _left(self, now: float) -> TimeLeft:
        return self._found.at(now).left if self._found else TimeLeft()

    def _tell_elsewhere(self) -> None:
        """Write one line for all accounts on which the same other run works."""
        for cause in dict.fromkeys(each.cause for each in self._elsewhere):
            first, *others = alike = [each for each in self._elsewhere if each.cause == cause]
            who = words.some([each.team for each in alike]) if others else first.team
            told = msg("{teams}: {names}", teams=words.teams(len(alike)), names=who)
            line = f"{clock_time(first.at)} {shown(told)} {word(first.state)} {first.code}  {shown(first.detail)}"
            self._write(self._out, line)
        self._elsewhere.clear()

    def _write(self, stream: TextIO, line: str) -> None:
        stream.write(line + "\n")
        stream.flush()


def heartbeat(board: Tally, now: float, left: TimeLeft) -> str:
    """Return "12/20 done, 6 working, 1 failed, oldest: team-7 smoke 14:00, about 12 min left"."""
    said: list[str] = [msg("{number}/{total} done", number=board.tally[Phase.DONE], total=len(board.phases))]
    shown_phases = (Phase.WORKING, Phase.WAITING, Phase.FAILED, Phase.QUEUED, Phase.ELSEWHERE)
    if others := {phase: board.tally[phase] for phase in shown_phases if board.tally[phase]}:
        said.append(tallied(others))
    oldest = min(
        (
            (seen.began, natural(key[0]), key[0], step)
            for key, phase in board.phases.items()
            if phase is not Phase.ELSEWHERE
            for step, seen in board.steps(key).items()
            if not seen.settled and seen.began is not None
        ),
        default=None,
    )
    if oldest:
        time = duration(now - oldest[0])
        said.append(msg("oldest: {team} {step} {time}", team=oldest[2], step=oldest[3], time=time))
    if (still := words.left(left, now)) is not None:
        said.append(still)
    return listed(said)
