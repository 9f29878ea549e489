"""The steps of an account's sweep, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bootstrap.aws.kinds import KINDS
from bootstrap.event import prices
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import access
from bootstrap.steps.plan import PlanEntry
from bootstrap.sweep.audit import AuditStep
from bootstrap.sweep.elsewhere import KINDS_ELSEWHERE, KINDS_REMOVED, ElsewhereStep
from bootstrap.sweep.forget import ForgetStep
from bootstrap.sweep.marker import Claim, ClaimStep
from bootstrap.sweep.rounds import Rounds
from bootstrap.sweep.running import HourlyPrices, rate_of
from bootstrap.sweep.sweeping import SweepStep
from bootstrap.sweep.trail import Trail, TrailStep
from bootstrap.sweep.verbs import verb, verb_to_stop


@dataclass(frozen=True, slots=True)
class Shown:
    """What a plan shows of one account: the marks of its objects, and the digest of the baseline it was made with."""

    marks: frozenset[str] = frozenset()
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Options of a sweep. `stop_only`: only stop what is billed by the hour; `everywhere`: sweep other regions too.

    `before`: account id -> when an earlier sweep proved it clean. `shown`: account id -> what a person was shown and
    confirmed; None: no plan was shown, and everything goes that the baseline does not keep.
    """

    stop_only: bool = False
    everywhere: bool = False
    before: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Shown] | None = None

    def entries(self, event: Event, accounts: Iterable[TeamAccount], write: bool) -> dict[str, tuple[PlanEntry, ...]]:
        """Return the steps of each account by account id. Raises BadInput for a prices.yaml that cannot be used."""
        rate = rate_of(event, prices.read(event.folder))
        return {each.account_id: entries(event, each, self, write, rate) for each in accounts}


def entries(event: Event, account: TeamAccount, sweep: Sweep, write: bool, rate: HourlyPrices) -> tuple[PlanEntry, ...]:
    """Return the steps, dependencies first. Nothing is shared between accounts."""
    names = Names.of(event, account)
    role = (account.role_arn or event.access.role_name).rsplit("/", 1)[-1]
    shown = None if sweep.shown is None else sweep.shown.get(account.account_id, Shown())
    only = None if shown is None else shown.marks
    claim = Claim(sweep.before.get(account.account_id, ""), planned_with=shown.baseline if shown else "")
    trail = Trail()
    judge = verb_to_stop if sweep.stop_only else verb
    costing = [kind for kind in KINDS if kind.costs]

    def at_home() -> Rounds:
        return Rounds(costing if sweep.stop_only else KINDS, claim.keep(names, role), judge, only, trail.who_made)

    def elsewhere() -> Rounds:
        kinds = KINDS_REMOVED if sweep.everywhere else KINDS_ELSEWHERE
        return Rounds(kinds, claim.keep(names, role, home=False), judge, only, trail.who_made)

    none: frozenset[str] = frozenset()
    # The record is read before anything is deleted. What it shows stops no deletion, but keeps the marker.
    first = ("marker",) if sweep.stop_only else ("marker", "trail")
    found = [
        PlanEntry(access.build(account, names), (), none),
        PlanEntry(ClaimStep(event, account, names, claim), ("access",), none),
        PlanEntry(SweepStep(at_home, claim, write, rate=rate, stop_only=sweep.stop_only), first, none),
        PlanEntry(ElsewhereStep(elsewhere, claim, write, sweep.everywhere, sweep.stop_only), first, none),
    ]
    if not sweep.stop_only:
        found.insert(2, PlanEntry(TrailStep(trail, claim, role, write), ("marker",), none))
        found.append(PlanEntry(AuditStep(claim, trail), ("trail",), none))
        found.append(PlanEntry(ForgetStep(names), ("sweep", "elsewhere", "audit"), none))
    return tuple(found)
