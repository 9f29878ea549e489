"""Events -> a line a change, and a heartbeat; no colours, no movement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TextIO

from bootstrap.engine.outcomes import CleanEvent, Phase, RunPlan, Summary, natural
from bootstrap.engine.results import Tally
from bootstrap.engine.states import Outcome
from bootstrap.report import readiness
from bootstrap.report.words import clock_time, count, duration

_HEARTBEAT = 30.0


class PlainReport:
    """Change lines and the readiness table on `out`, heartbeats on `err`."""

    def __init__(self, out: TextIO, err: TextIO, footer: Callable[[Summary], Sequence[str]] | None = None) -> None:
        self._out, self._err, self._footer = out, err, footer
        self._board = Tally(())
        self._said: dict[tuple[str, str, str], tuple[Outcome, bool]] = {}
        self._beat = 0.0
        self._plan: RunPlan | None = None

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan, self._board, self._beat = plan, tally, plan.began
        accounts = count(len(plan.accounts), "account")
        rehearsal = f", rehearsal of scenario {plan.scenario}, virtual time" if plan.scenario else ""
        self._write(self._err, f"{clock_time(plan.began)} {plan.command} {plan.event}: {accounts}{rehearsal}")

    def event(self, event: CleanEvent) -> None:
        key, now = (event.team, event.account_id, event.step), (event.state, event.settled)
        # Progress within one state is the heartbeat's matter.
        if self._said.get(key) != now:
            self._said[key] = now
            code = f" {event.code}" if event.code else ""
            line = f"{clock_time(event.at)} {event.team} {event.step} {event.state.value}{code}  {event.detail}"
            self._write(self._out, line.rstrip())

    def tick(self, now: float) -> None:
        if now - self._beat >= _HEARTBEAT:
            self._beat = now
            self._write(self._err, f"{clock_time(now)} -- {heartbeat(self._board, now)}")

    def end(self, summary: Summary) -> None:
        if self._plan is not None:
            readiness.write(self._out, self._plan, summary, self._footer, plain=True)

    def _write(self, stream: TextIO, line: str) -> None:
        stream.write(line + "\n")
        stream.flush()


def heartbeat(board: Tally, now: float) -> str:
    """12/20 done, 6 working, 1 waiting, 1 failed, oldest: team-7 smoke 14:00."""
    words = [f"{board.tally[Phase.DONE]}/{len(board.phases)} done"]
    words += [
        f"{board.tally[phase]} {phase.value}"
        for phase in (Phase.WORKING, Phase.WAITING, Phase.FAILED, Phase.QUEUED)
        if board.tally[phase]
    ]
    oldest = min(
        (
            (seen.began, natural(key[0]), key[0], step)
            for key in board.phases
            for step, seen in board.steps(key).items()
            if not seen.settled and seen.began is not None
        ),
        default=None,
    )
    if oldest:
        words.append(f"oldest: {oldest[2]} {oldest[3]} {duration(now - oldest[0])}")
    return ", ".join(words)
