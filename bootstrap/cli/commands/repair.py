"""Look, say what will be fixed, ask where a team may have work, fix, and look again."""

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
from bootstrap.steps.plan import Wishes
from bootstrap.steps.step_id import StepKind, kind_of


@dataclass(frozen=True)
class TeamRepair:
    """One team's account. `look` shows what it finds; `run` runs a plan that writes, with views and journal.

    `ask` is told what of the team's work may be touched; None: there is nobody to ask.
    """

    choice: Choice
    look: Callable[[], Diagnosis]
    run: Callable[[Choice], Summary]
    say: Callable[[str], None]
    ask: Callable[[Sequence[str]], bool] | None
    yes: bool = False

    def fix(self) -> int:
        """The exit code of the last look. Writes to AWS.

        Raises BadInput (EB-550) where it would have to ask and cannot, and Interrupted, so that nothing that would
        come next is begun.
        """
        found = self.look()
        wanted = steps_of(found)
        if not wanted:
            self.say("all well" if found.well else "repair: nothing that it can fix")
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
        self.say(f"\nrepair of {found.team}, in order:")
        for number, step in enumerate(wanted, 1):
            why = "; ".join(each.seen for each in _fixed(found) if step in each.repair)
            self.say(f"  {number}. {step}: {errors.clean(why)}")

    def _drift(self, found: Diagnosis, agreed: Collection[str]) -> frozenset[str] | None:
        """Have AWS compute what reverting drift changes, show it, and ask about work that was not asked about.

        `agreed`: the steps that were. None: the answer is no.
        """
        wanted = steps_of(found)
        if not any(kind_of(each) == StepKind.REVERT for each in wanted):
            return frozenset()
        compare = Repair(wanted, only_show=True)
        shown = self._run(replace(self.choice, kind=RunKind.COMPARE, repair=compare))
        entries = [account.steps["access"] for account in shown.accounts if "access" in account.steps]
        if any(each.state not in WELL for each in entries):
            # Why there is no way in, or who else works there, that run has said.
            return None
        facts = {name: step.facts for account in shown.accounts for name, step in account.steps.items()}
        for change in (each for fact in facts.values() for each in fact.get("changes", ())):
            self.say(f"  change set: {change}")
        risky = [each for name, fact in facts.items() if name not in agreed for each in fact.get("risks", ())]
        if not self._agreed(found, risky):
            return None
        return frozenset(each for fact in facts.values() for each in fact.get("touches", ()))

    def _agreed(self, found: Diagnosis, asks: Sequence[str]) -> bool:
        if not asks or self.yes:
            return True
        if self.ask is None:
            fix = "ask the team, then the same command with --yes"
            what = "repair would touch a team's work"
            raise BadInput([Problem("EB-550", f"{what}: {each}", found.team, fix=fix) for each in asks])
        if self.ask(asks):
            return True
        self.say("nothing was fixed")
        return False

    def _left(self, found: Diagnosis) -> int:
        turns = [each.turn or "yours" for each in found.of(Severity.TROUBLE, Severity.UNSEEN)]
        if turns:
            counted = ", ".join(f"{turns.count(turn)} ({turn})" for turn in dict.fromkeys(turns))
            self.say(f"left, and whose turn it is: {counted}")
        return found.exit_code


def _fixed(found: Diagnosis) -> list[Finding]:
    return [each for each in found.findings if each.repair]


def steps_of(found: Diagnosis) -> tuple[str, ...]:
    """What fixes it, in the order in which it is done."""
    return places({step for each in _fixed(found) for step in each.repair})
