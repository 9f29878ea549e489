"""Examine accounts, say what will be fixed, ask before touching teams' work, fix all in one run, and examine again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bootstrap import errors
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.examining import Examined
from bootstrap.doctor import Diagnosis, Finding, Severity
from bootstrap.doctor.repair_plan import Repair, places
from bootstrap.engine.outcomes import WELL, AccountResult, Result, Summary
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import Interrupted
from bootstrap.errors.message import counted, joined, msg
from bootstrap.steps.step_id import StepKind, kind_of
from bootstrap.steps.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Order:
    """The repair of one account. `risky`: the steps that may change a team's work -> what they change, in words.

    `touches`: what the change sets change besides additions.
    """

    found: Diagnosis
    steps: tuple[str, ...]
    risky: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    touches: frozenset[str] = frozenset()

    def safe(self) -> Order:
        """Return the order without what may change a team's work."""
        needed = {step for each in fixed(self.found) if not each.asks for step in each.repair}
        # A step that another finding needs as well stays; it does not touch what nobody agreed to (`Repair.asked`).
        kept = tuple(step for step in self.steps if step not in self.risky or step in needed - self._replaced)
        return replace(self, steps=kept, risky={})

    @property
    def _replaced(self) -> set[str]:
        """Steps that cannot be carried out in part: their change set replaces or removes something."""
        return {step for step in self.risky if kind_of(step) == StepKind.REVERT}

    def repair(self) -> Repair:
        """Return what the run is told."""
        return Repair(self.steps, agreed=self.touches, asked=frozenset(self.risky))


@dataclass(frozen=True, slots=True)
class Repaired:
    """The end of a repair: each account's last diagnosis, a worse exit code, and lines that come after the total."""

    examined: Examined
    exit_code: int = errors.READY
    last: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repairs:
    """Repair of several accounts. `look` examines accounts by id and shows the findings; `run` makes one run of AWS.

    `replaced` asks about a list of what teams may be working in (False without a terminal); `agreed` asks anything
    else (True without a terminal).
    """

    choice: Choice
    look: Callable[[Sequence[str]], Examined]
    run: Callable[[Choice], Summary]
    say: Callable[[str], None]
    replaced: Callable[[Sequence[str]], bool]
    agreed: Callable[[str], bool]

    def fix(self, accounts: Sequence[str]) -> Repaired:
        """Fix the accounts in one run; return what is left. Writes to AWS. Raises Interrupted."""
        first = self.look(accounts)
        if first.interrupted:
            return Repaired(first)
        orders = [Order(each, steps) for each in first.diagnoses if not each.hold and (steps := steps_of(each))]
        if not orders:
            well = all(each.well for each in first.diagnoses)
            self.say(msg("no problems found") if well else msg("repair cannot fix any of this"))
            return Repaired(first, last=(*_turns(first.diagnoses), *_held(first.diagnoses)))
        for each in orders:
            self._tell(each)
        orders, left = self._agreed(self._compared(orders))
        if not orders:
            self.say(msg("nothing was changed"))
            last = (*_turns(first.diagnoses), *_held(first.diagnoses), *self._rest(left))
            return Repaired(first, errors.FAILED if left else errors.READY, last)
        orders_of = {each.found.account_id: each.repair() for each in orders}
        ran = self._run(RunKind.REPAIR, orders_of, Wishes(retry=True))
        again = self.look([each.found.account_id for each in orders])
        newer = {each.account_id: each for each in again.diagnoses}
        found = tuple(newer.get(each.account_id, each) for each in first.diagnoses)
        complete = first.complete - len(orders) + again.complete
        ended = Examined(found, again.interrupted, first.seconds + again.seconds, complete)
        last = (*_turns(found), *_held(found), *self._rest(left), *_elsewhere(ran))
        return Repaired(ended, errors.FAILED if left else errors.READY, last)

    def _run(self, kind: RunKind, repair: Mapping[str, Repair], wishes: Wishes) -> Summary:
        found = self.run(replace(self.choice, kind=kind, wishes=wishes, repair=repair))
        if found.interrupted:
            raise Interrupted
        return found

    def _tell(self, order: Order) -> None:
        self.say("")
        self.say(msg("repair of {team}, in this order:", team=order.found.team))
        for number, step in enumerate(order.steps, 1):
            why = joined("; ", (each.seen for each in fixed(order.found) if step in each.repair))
            self.say(msg("  {number}. {step}: {why}", number=number, step=step, why=errors.clean(why)))

    def _compared(self, orders: Sequence[Order]) -> list[Order]:
        """Have AWS compute what undoing changes made by hand would do, for all accounts at once, and show it.

        Accounts that the run did not reach, or that somebody else works on, are left out: that run said why.
        """
        compared = {
            each.found.account_id: Repair(each.steps, only_show=True)
            for each in orders
            if any(kind_of(step) == StepKind.REVERT for step in each.steps)
        }
        if not compared:
            return [_risks(each, None) for each in orders]
        shown = {each.account_id: each for each in self._run(RunKind.COMPARE, compared, Wishes()).accounts}
        kept = []
        for order in orders:
            account = shown.get(order.found.account_id)
            if account is not None and "access" in account.steps and account.steps["access"].state not in WELL:
                self.say(msg("{team} is left out: {why}", team=order.found.team, why=account.steps["access"].detail))
                continue
            for change in _facts(account, "changes"):
                self.say(msg("{team}: change set: {change}", team=order.found.team, change=change))
            kept.append(_risks(order, account))
        return kept

    def _agreed(self, orders: Sequence[Order]) -> tuple[list[Order], list[str]]:
        """Ask once. Return what is done, and the teams of which something is left because nobody agreed to it."""
        risks = [(each.found.team, what) for each in orders for said in each.risky.values() for what in said]
        if risks:
            about = [msg("{team} may be working in this: {what}", team=team, what=what) for team, what in risks]
            if self.replaced(list(dict.fromkeys(about))):
                return list(orders), []
            left = [each.found.team for each in orders if each.risky]
            safe = [each.safe() if each.risky else each for each in orders]
            return [each for each in safe if each.steps], left
        everywhere = not self.choice.teams and not self.choice.failed
        question = counted("Repair {count} team?", "Repair {count} teams?", len(orders))
        return (list(orders), []) if not orders or not everywhere or self.agreed(question) else ([], [])

    def _rest(self, left: Sequence[str]) -> tuple[str, ...]:
        if not left:
            return ()
        command = f"event-bootstrap repair {shlex.join(left)} --yes"
        return (msg("left as it is, because the teams may be working in it; to change it: {command}", command=command),)


def _risks(order: Order, account: AccountResult | None) -> Order:
    """Return the order with what it may change of a team's work. `account`: what AWS computed of it."""
    asks: dict[str, list[str]] = {}
    for each in fixed(order.found):
        if each.asks:
            for step in each.repair:
                asks.setdefault(step, []).append(each.asks)
    for step, told in account.steps.items() if account else ():
        if step not in asks and (risks := told.facts.get("risks")):
            asks[step] = list(risks)
    risky = {step: tuple(dict.fromkeys(said)) for step, said in asks.items()}
    return replace(order, risky=risky, touches=frozenset(_facts(account, "touches")))


def _facts(account: AccountResult | None, name: str) -> Collection[str]:
    return [each for step in account.steps.values() for each in step.facts.get(name, ())] if account else []


def _turns(found: Sequence[Diagnosis]) -> tuple[str, ...]:
    turns = [finding.turn or msg("you") for each in found for finding in each.of(Severity.TROUBLE, Severity.UNSEEN)]
    if not turns:
        return ()
    who = (msg("{count} ({who})", count=turns.count(turn), who=turn) for turn in dict.fromkeys(turns))
    return (msg("problems left, and who has to act: {who}", who=joined(", ", who)),)


def _held(found: Sequence[Diagnosis]) -> tuple[str, ...]:
    """Return a line about each account that would be repaired if it were not on hold."""
    return tuple(
        msg("note: {team} is {hold}; nothing is written there", team=each.team, hold=each.hold.words)
        for each in found
        if each.hold and steps_of(each)
    )


def fixed(found: Diagnosis) -> list[Finding]:
    """Return the findings that repair can fix."""
    return [each for each in found.findings if each.repair]


def _elsewhere(ran: Summary) -> tuple[str, ...]:
    """Return a line about the accounts that another run works on; nothing was changed there."""
    teams = [each.team for each in ran.accounts if each.result is Result.ELSEWHERE]
    if not teams:
        return ()
    said = msg("in another run, and left alone: {teams}; run the same command again when that run has ended",
               teams=joined(", ", teams))  # fmt: skip
    return (said,)


def steps_of(found: Diagnosis) -> tuple[str, ...]:
    """Return the steps that fix it, in the order in which they run."""
    return places({step for each in fixed(found) for step in each.repair})
