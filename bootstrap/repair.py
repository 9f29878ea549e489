"""Look, say what will be mended, ask where a team may have work, mend, and look again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from bootstrap import errors
from bootstrap.doctor import Diagnosis, Finding, Severity
from bootstrap.errors import BadInput, Interrupted, NothingToDo, Problem
from bootstrap.inputs import Choice
from bootstrap.outcomes import Summary
from bootstrap.plan import Wishes
from bootstrap.repair_plan import Repair, places

REPAIR = "repair"
# To change a notebook restarts it; what is replaced loses what is in it.
_RISKY = ("replaced", "AWS::SageMaker::NotebookInstance)")


@dataclass(frozen=True)
class Mending:
    """One team's account. `look` shows what it finds; `run` runs a plan that writes, with views and journal.

    `ask` is told what of the team's work may be touched; None: there is nobody to ask.
    """

    choice: Choice
    look: Callable[[], Diagnosis]
    run: Callable[[Choice], Summary]
    say: Callable[[str], None]
    ask: Callable[[Sequence[str]], bool] | None
    yes: bool = False

    def mend(self) -> int:
        """The exit code of the second look. Writes to AWS.

        Raises BadInput (EB-550) where it would have to ask and cannot, NothingToDo where the answer is no, and
        Interrupted, so that nothing that would come next is begun.
        """
        found = self.look()
        wanted = steps_of(found)
        if not wanted:
            self.say("repair: nothing that it can mend" if found.findings else "")
            return found.exit_code
        self._tell(found, wanted)
        asking = [each for each in _mended(found) if each.asks]
        self._agree(list(dict.fromkeys(each.asks for each in asking)))
        asked = frozenset(step for each in asking for step in each.repair)
        repair = Repair(wanted, agreed=self._drift(wanted, asked), asked=asked)
        self._run(replace(self.choice, command=REPAIR, wishes=Wishes(retry=True), repair=repair))
        return self._left(self.look())

    def _run(self, asked: Choice) -> Summary:
        found = self.run(asked)
        if found.interrupted:
            raise Interrupted
        return found

    def _tell(self, found: Diagnosis, wanted: Sequence[str]) -> None:
        self.say(f"\nrepair of {found.team}, in order:")
        for number, step in enumerate(wanted, 1):
            why = "; ".join(each.seen for each in _mended(found) if step in each.repair)
            self.say(f"  {number}. {step}: {errors.clean(why)}")

    def _drift(self, wanted: Sequence[str], agreed: Collection[str]) -> frozenset[str]:
        """Have AWS compute what reverting drift changes, show it, and ask if it touches what was not asked about.

        `agreed`: the steps that were.
        """
        if not any(each.startswith("revert:") for each in wanted):
            return frozenset()
        compare = Repair(tuple(wanted), only_show=True)
        shown = self._run(replace(self.choice, command=f"{REPAIR}: compare", repair=compare))
        facts = {name: step.facts for account in shown.accounts for name, step in account.steps.items()}
        for change in (each for fact in facts.values() for each in fact.get("changes", ())):
            self.say(f"  change set: {change}")
        touched = [(name, each) for name, fact in facts.items() for each in fact.get("touches", ())]
        risky = [each for name, each in touched if name not in agreed and any(word in each for word in _RISKY)]
        self._agree(risky)
        return frozenset(each for _, each in touched)

    def _agree(self, asks: Sequence[str]) -> None:
        if not asks or self.yes:
            return
        if self.ask is None:
            mend = "ask the team, then the same command with --yes"
            raise BadInput([Problem("EB-550", f"repair would touch a team's work: {each}", mend=mend) for each in asks])
        if not self.ask(asks):
            raise NothingToDo("nothing was mended")

    def _left(self, found: Diagnosis) -> int:
        turns = [each.turn or "yours" for each in found.of(Severity.TROUBLE, Severity.UNSEEN)]
        if turns:
            counted = ", ".join(f"{turns.count(turn)} ({turn})" for turn in dict.fromkeys(turns))
            self.say(f"left, and whose turn it is: {counted}")
        return found.exit_code


def _mended(found: Diagnosis) -> list[Finding]:
    return [each for each in found.findings if each.repair]


def steps_of(found: Diagnosis) -> tuple[str, ...]:
    """What mends it, in the order in which it is done."""
    return places({step for each in _mended(found) for step in each.repair})
