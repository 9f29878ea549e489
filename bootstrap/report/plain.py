"""Events -> one line for each change, and a heartbeat; no colours, no cursor movement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TextIO

from bootstrap.engine.outcomes import CleanEvent, Phase, RunPlan, Summary, natural
from bootstrap.engine.results import Tally
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import identity, msg, some
from bootstrap.report import readiness, words
from bootstrap.report.overview import Overview, RunOverviews
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
        self._said: dict[tuple[str, str, str], tuple[Outcome, bool]] = {}
        self._beat = 0.0
        self._plan: RunPlan | None = None
        self._found: RunOverviews | None = None
        self._elsewhere: list[CleanEvent] = []

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan, self._beat, self._found = plan, plan.began, RunOverviews(plan, tally)
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
        if self._found is not None and now - self._beat >= _HEARTBEAT:
            self._beat = now
            self._write(self._err, f"{clock_time(now)} -- {heartbeat(self._found.at(now))}")

    def end(self, summary: Summary) -> None:
        self._tell_elsewhere()
        if self._plan is not None:
            self._ending(self._out, self._plan, summary, plain=True)

    def _tell_elsewhere(self) -> None:
        """Write one line for all accounts that are left alone for the same reason, such as one other run."""
        reasons: dict[tuple[str | None, str], list[CleanEvent]] = {}
        for each in self._elsewhere:
            # Of another run only the times differ by account; of a hold, who decided it and when.
            said = "" if "run" in each.facts else identity(each.detail)
            reasons.setdefault((each.cause, said), []).append(each)
        for alike in reasons.values():
            first, *others = alike
            who = some([each.team for each in alike]) if others else first.team
            told = msg("{teams}: {names}", teams=words.teams(len(alike)), names=who)
            line = f"{clock_time(first.at)} {shown(told)} {word(first.state)} {first.code}  {shown(first.detail)}"
            self._write(self._out, line)
        self._elsewhere.clear()

    def _write(self, stream: TextIO, line: str) -> None:
        stream.write(line + "\n")
        stream.flush()


def heartbeat(found: Overview) -> str:
    """Return "12/20 done, 6 working, 1 failed, oldest: team-7 smoke 14:00, about 12 min left"."""
    done = found.counts.get(Phase.DONE, 0)
    said: list[str] = [msg("{number}/{total} done", number=done, total=len(found.teams))]
    shown_phases = (Phase.WORKING, Phase.WAITING, Phase.FAILED, Phase.QUEUED, Phase.ELSEWHERE)
    if others := {phase: found.counts[phase] for phase in shown_phases if phase in found.counts}:
        said.append(tallied(others))
    oldest = min(
        (
            (since, natural(each.team), each.team, step)
            for each in found.teams
            for step, since in each.running.items()
        ),
        default=None,
    )  # fmt: skip
    if oldest:
        time = duration(found.now - oldest[0])
        said.append(msg("oldest: {team} {step} {time}", team=oldest[2], step=oldest[3], time=time))
    if (still := words.left(found.left, found.now)) is not None:
        said.append(still)
    return listed(said)
