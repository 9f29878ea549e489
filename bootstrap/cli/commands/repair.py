"""Examine an account, say what will be fixed, ask before touching a team's work, fix it, and examine it again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bootstrap import errors
from bootstrap.cli.commands.choice import Choice
from bootstrap.doctor import Diagnosis, Finding, Severity
from bootstrap.doctor.repair_plan import Repair, places
from bootstrap.engine.outcomes import WELL, Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, Interrupted, Problem
from bootstrap.errors.message import joined, msg
from bootstrap.steps.step_id import StepKind, kind_of
from bootstrap.steps.wishes import Wishes


@dataclass(frozen=True)
class TeamRepair:
    """Repair of one team's account. `look` examines it and shows the findings; `run` runs a plan that writes to AWS.

    `ask` is given the list of the team's work that may be changed; None: there is no terminal to ask at.
    """

    choice: Choice
    look: Callable[[], Diagnosis]
    run: Callable[[Choice], Summary]
    say: Callable[[str], None]
    ask: Callable[[Sequence[str]], bool] | None
    yes: bool = False

    def fix(self) -> int:
        """Fix the account; return the exit code of the last look. Writes to AWS.

        Raises BadInput (EB-550) if it would have to ask and cannot, and Interrupted, so that nothing further starts.
        """
        found = self.look()
        wanted = steps_of(found)
        if not wanted:
            self.say(msg("no problems found") if found.well else msg("repair cannot fix any of this"))
            return self._left(found)
        self._tell(found, wanted)
        asking = [each for each in _fixed(found) if each.asks]
        asked = frozenset(step for each in asking for step in each.repair)
        if not self._agreed(found, list(dict.fromkeys(each.asks for each in asking))):
            return self._left(found)
        changes = self._drift(found, asked)
        if changes is None:
            return self._left(found)
        repair = Repair(wanted, agreed=changes, asked=asked)
        self._run(replace(self.choice, kind=RunKind.REPAIR, wishes=Wishes(retry=True), repair=repair))
        return self._left(self.look())

    def _run(self, asked: Choice) -> Summary:
        found = self.run(asked)
        if found.interrupted:
            raise Interrupted
        return found

    def _tell(self, found: Diagnosis, wanted: Sequence[str]) -> None:
        self.say("")
        self.say(msg("repair of {team}, in this order:", team=found.team))
        for number, step in enumerate(wanted, 1):
            why = joined("; ", (each.seen for each in _fixed(found) if step in each.repair))
            self.say(msg("  {number}. {step}: {why}", number=number, step=step, why=errors.clean(why)))

    def _drift(self, found: Diagnosis, agreed: Collection[str]) -> frozenset[str] | None:
        """Have AWS compute what undoing changes made by hand would do, show it, and ask about a team's work in it.

        `agreed`: the steps that the operator has agreed to already. Returns None if the answer is no.
        """
        wanted = steps_of(found)
        if not any(kind_of(each) == StepKind.REVERT for each in wanted):
            return frozenset()
        compare = Repair(wanted, only_show=True)
        shown = self._run(replace(self.choice, kind=RunKind.COMPARE, repair=compare))
        entries = [account.steps["access"] for account in shown.accounts if "access" in account.steps]
        if any(each.state not in WELL for each in entries):
            # That run has reported why there is no access, or who else is working there.
            return None
        facts = {name: step.facts for account in shown.accounts for name, step in account.steps.items()}
        for change in (each for fact in facts.values() for each in fact.get("changes", ())):
            self.say(msg("  change set: {change}", change=change))
        risky = [each for name, fact in facts.items() if name not in agreed for each in fact.get("risks", ())]
        if not self._agreed(found, risky):
            return None
        return frozenset(each for fact in facts.values() for each in fact.get("touches", ()))

    def _agreed(self, found: Diagnosis, asks: Sequence[str]) -> bool:
        if not asks or self.yes:
            return True
        if self.ask is None:
            fix = msg("Ask the team, then run the same command with --yes")
            what = [msg("repair would change a team's work: {each}", each=each) for each in asks]
            raise BadInput([Problem("EB-550", each, found.team, fix=fix) for each in what])
        if self.ask(asks):
            return True
        self.say(msg("nothing was changed"))
        return False

    def _left(self, found: Diagnosis) -> int:
        turns = [each.turn or msg("you") for each in found.of(Severity.TROUBLE, Severity.UNSEEN)]
        if turns:
            who = (msg("{count} ({who})", count=turns.count(turn), who=turn) for turn in dict.fromkeys(turns))
            self.say(msg("problems left, and who has to act: {who}", who=joined(", ", who)))
        return found.exit_code


def _fixed(found: Diagnosis) -> list[Finding]:
    return [each for each in found.findings if each.repair]


def steps_of(found: Diagnosis) -> tuple[str, ...]:
    """Return the steps that fix it, in the order in which they run."""
    return places({step for each in _fixed(found) for step in each.repair})
