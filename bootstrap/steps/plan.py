"""The steps of one account, in dependency order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bootstrap.engine.outcomes import PlannedAccount, PlannedLab, PlannedStep
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import regions
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab
from bootstrap.event.mornings import Hours
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.suggest import did_you_mean
from bootstrap.steps import (
    access,
    baseline,
    marker,
    materials,
    notices,
    scaling_role,
    templates,
    typical,
    unused_stacks,
)
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.materials import Materials
from bootstrap.steps.notebook_hours import NotebookHoursStep
from bootstrap.steps.quotas import cases
from bootstrap.steps.quotas import step as quotas
from bootstrap.steps.quotas.requests import Memory
from bootstrap.steps.smoke import peak
from bootstrap.steps.smoke import step as smoke
from bootstrap.steps.smoke.peak import PeakStep
from bootstrap.steps.smoke.step import SmokeStep
from bootstrap.steps.stack import step as stack
from bootstrap.steps.stack.revert import RevertStep
from bootstrap.steps.stack.step import StackStep
from bootstrap.steps.step import Step
from bootstrap.steps.step_id import kind_of
from bootstrap.steps.wishes import Narrow, Wishes
from bootstrap.steps.workforce import step as workforce

# Steps of every run that writes, also with --step or --from: the baseline is recorded before anything is created.
ALWAYS = {"access", "marker", "baseline"}
# Steps that need the packed data; a run without them does not pack it.
SENDS_DATA = frozenset({"materials", "smoke", "peak"})
NO_DATA = Package("", (), 0, 0, ())


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One step of one account. `needs`: what it comes after; `labs`: the labs that want it, none if every lab does.

    `counts`: as in PlannedStep.
    """

    step: Step
    needs: tuple[str, ...]
    labs: frozenset[str]
    counts: bool = True


def planned(event: Event, account: TeamAccount, entries: Sequence[PlanEntry]) -> PlannedAccount:
    """Return what a run with these entries visits in the account."""
    return PlannedAccount(
        account.team,
        account.account_id,
        tuple(
            PlannedStep(each.step.id, each.labs, each.needs, each.counts, typical.seconds(each.step, event.folder))
            for each in entries
        ),
        tuple(PlannedLab(lab.name, lab.required) for lab in event.labs_of(account.labs)),
        account.where,
        spare=account.spare,
        region=account.region,
    )


def outline(event: Event, account: TeamAccount) -> tuple[PlanEntry, ...]:
    """Return the account's steps, to read their ids, order and labs. They must not be carried out."""
    return entries(event, account, Names.of(event, account), Wishes(), 0.0)


def alike(accounts: Iterable[TeamAccount], made: Callable[[TeamAccount], PlannedAccount]) -> tuple[PlannedAccount, ...]:
    """Return `made` of each account, called once for all accounts with the same labs and region: their steps agree."""
    kept: dict[tuple[tuple[str, ...], str], PlannedAccount] = {}
    found = []
    for each in accounts:
        key = each.labs, each.region
        if key not in kept:
            kept[key] = made(each)
        found.append(replace(kept[key], team=each.team, account_id=each.account_id, where=each.where, spare=each.spare))
    return tuple(found)


def wanting(labs: Iterable[Lab], field: str, name: str | None = None) -> frozenset[str]:
    """Return the labs whose lab.yaml has `name` in `field`; without `name`, those that set `field`."""
    return frozenset(
        lab.name for lab in labs if (name in getattr(lab, field) if name is not None else getattr(lab, field))
    )


def entries(event: Event, account: TeamAccount, names: Names, wishes: Wishes, since: float) -> tuple[PlanEntry, ...]:
    """Return every step of the account, each after the steps it needs. `since`: the run's start, epoch seconds.

    The steps of SENDS_DATA have no data yet (`with_data`), and no template is rendered yet (`check_templates`). Raises
    BadInput for templates that do not exist or cannot be read, and for steps that need each other.
    """
    labs = event.labs_of(account.labs)
    memory = Memory()
    return in_order(
        [
            PlanEntry(access.build(account, names), (), frozenset()),
            PlanEntry(marker.build(event, account, names), ("access",), frozenset()),
            PlanEntry(baseline.build(event, account, names), ("marker",), frozenset()),
            PlanEntry(unused_stacks.build(names, _stack_names(account, labs)), ("baseline",), frozenset(), False),
            # The slowest first: with many accounts, the order decides when the last account ends.
            *_stacks(event, account, names, labs, wishes, since),
            *_quotas(event, labs, wishes, memory),
            *_lab_steps(event, account, names, labs, wishes, since, memory),
        ]
    )


def _quotas(event: Event, labs: tuple[Lab, ...], wishes: Wishes, memory: Memory) -> list[PlanEntry]:
    found = [
        PlanEntry(quotas.build(event, group.name, wishes.ask_again, memory), ("baseline",), wanted)
        for group in event.quotas
        if (wanted := wanting(labs, "quotas", group.name))
    ]
    if wishes.cases_after is not None:
        groups = [group for group in event.quotas if wanting(labs, "quotas", group.name)]
        found.append(PlanEntry(cases.build(groups, wishes.cases_after), ("access",), frozenset(), False))
    if scaling := wanting(labs, "quotas", "endpoint"):
        # Participants may not create the role that autoscaling needs.
        found.append(PlanEntry(scaling_role.build(), ("baseline",), scaling))
    return found


def _stacks(
    event: Event, account: TeamAccount, names: Names, labs: tuple[Lab, ...], wishes: Wishes, since: float
) -> list[PlanEntry]:
    found = []
    for name in _stack_names(account, labs):
        template = templates.template(name, event, account, names)
        step = stack.build(event, template, during_event=wishes.during_event, retry=wishes.retry, since=since)
        found.append(PlanEntry(step, template.after, _unless_all(wanting(labs, "stacks", name), labs)))
    return found


def _stack_names(account: TeamAccount, labs: tuple[Lab, ...]) -> list[str]:
    """Names of the stacks that the labs need and the region can have.

    China has no `workforce`: CloudFormation does not know its types there. The step `workforce` reports why the lab is
    not possible.
    """
    wanted = dict.fromkeys(each for lab in labs for each in lab.stacks)
    if not regions.has_service(account.region, "cognito-idp"):
        wanted.pop("workforce", None)
    return list(wanted)


def _lab_steps(
    event: Event,
    account: TeamAccount,
    names: Names,
    labs: tuple[Lab, ...],
    wishes: Wishes,
    since: float,
    memory: Memory,
) -> list[PlanEntry]:
    found = []
    if wanted := wanting(labs, "data"):
        step = materials.build(event, account, names, NO_DATA, during_event=wishes.during_event)
        found.append(PlanEntry(step, ("stack:buckets",), _unless_all(wanted, labs)))
    if wanted := wanting(labs, "stacks", "notifications"):
        found.append(PlanEntry(notices.build(event, account, names), ("stack:notifications",), wanted))
    if (wanted := wanting(labs, "stacks", "notebooks")) and (event.notebook.ready == "morning" or wishes.notebooks):
        running = NotebookHoursStep(names.notebook, Hours.of(event), wishes.notebooks_named)
        found.append(PlanEntry(running, ("stack:notebooks",), _unless_all(wanted, labs)))
    if wanted := wanting(labs, "workforce"):
        found.append(PlanEntry(workforce.build(event, account, names), ("baseline", "stack:workforce"), wanted))
    if wanted := wanting(labs, "smoke"):
        trained = smoke.build(event, account, names, NO_DATA, again=wishes.smoke_again, since=since, memory=memory)
        found.append(PlanEntry(trained, ("quotas:training", "stack:roles", "materials"), wanted))
        if wishes.peak and wishes.peak.jobs.get(account.account_id):
            together = peak.build(event, account, names, NO_DATA, wishes.peak, memory)
            # It says something of AWS, nothing of the account.
            found.append(PlanEntry(together, ("quotas:training", "stack:roles", "materials"), wanted, False))
    return found


def _unless_all(wanted: frozenset[str], labs: tuple[Lab, ...]) -> frozenset[str]:
    """Return `wanted`; an empty set, which means all labs, if every lab is in it."""
    return frozenset() if len(wanted) == len(labs) else wanted


def sends_data(entries: Iterable[PlanEntry]) -> bool:
    """Return True if a step needs the packed data."""
    return any(each.step.id in SENDS_DATA for each in entries)


def with_data(entries: Iterable[PlanEntry], event: Event, package: Package) -> tuple[PlanEntry, ...]:
    """Return the entries with `package` given to the steps that upload it or train with it."""

    def filled(step: Step) -> Step:
        if isinstance(step, Materials):
            return materials.with_data(step, event, package)
        if isinstance(step, PeakStep):
            return peak.with_data(step, package)
        return smoke.with_data(step, package) if isinstance(step, SmokeStep) else step

    return tuple(replace(each, step=filled(each.step)) for each in entries)


def check_templates(plans: Iterable[Iterable[PlanEntry]]) -> None:
    """Find templates that an account cannot render, before anything is created. Raises BadInput (EB-160 to 167)."""
    templates.check(
        each.step.template for entries in plans for each in entries if isinstance(each.step, StackStep | RevertStep)
    )


def refuse_unknown(plans: Iterable[Sequence[PlanEntry]], wanted: Narrow) -> None:
    """Raise BadInput (EB-402) for names that are no step in any account's plan."""
    steps = {each.step.id for entries in plans for each in entries}
    known = steps | {kind_of(each) for each in steps}
    problems = [
        Problem(
            "EB-402",
            did_you_mean(msg("there is no step '{name}'", name=name), name, known),
            fix=msg("use one of: {steps}", steps=", ".join(sorted(known))),
        )
        for name in sorted(_asked(wanted) - known)
    ]
    if problems:
        raise BadInput(problems)


def _asked(wanted: Narrow) -> set[str]:
    return {*wanted.only, *([wanted.start] if wanted.start else [])}


def narrow(entries: Sequence[PlanEntry], wanted: Narrow) -> tuple[PlanEntry, ...]:
    """Return the selected entries with access, marker and baseline; `access` alone if the account has none of them."""
    if not _asked(wanted):
        return tuple(entries)
    chosen = {each.step.id for each in entries if _matches(each.step.id, wanted.only)}
    if wanted.start:
        chosen |= _from(entries, wanted.start)
    chosen |= {"access"} if wanted.bare or not chosen else ALWAYS
    return tuple(replace(each, needs=_kept_needs(entries, each, chosen)) for each in entries if each.step.id in chosen)


def _kept_needs(entries: Sequence[PlanEntry], entry: PlanEntry, chosen: set[str]) -> tuple[str, ...]:
    """Its dependencies that were selected; an unselected one is replaced by its own dependencies."""
    by_id = {each.step.id: each for each in entries}
    found: list[str] = []
    ahead = list(entry.needs)
    while ahead:
        need = ahead.pop(0)
        if need in chosen:
            found.append(need)
        elif need in by_id:
            ahead.extend(by_id[need].needs)
    return tuple(dict.fromkeys(found))


def _matches(step: str, names: Sequence[str]) -> bool:
    return step in names or kind_of(step) in names


def _from(entries: Sequence[PlanEntry], start: str) -> set[str]:
    """`start` and every step that needs it, directly or not."""
    chosen = {each.step.id for each in entries if _matches(each.step.id, (start,))}
    for entry in entries:
        if chosen & set(entry.needs):
            chosen.add(entry.step.id)
    return chosen


def in_order(entries: Sequence[PlanEntry]) -> tuple[PlanEntry, ...]:
    """Return the entries with each one after those it needs; otherwise in the given order.

    Needs that are not among the entries are dropped. Raises BadInput (EB-403) for entries that need each other.
    """
    by_id = {each.step.id: each for each in entries}
    done: dict[str, PlanEntry] = {}

    def place(entry: PlanEntry, above: tuple[str, ...]) -> None:
        if entry.step.id in above:
            circle = " -> ".join([*above, entry.step.id])
            raise BadInput([Problem("EB-403", msg("steps need each other: {circle}", circle=circle))])
        if entry.step.id in done:
            return
        needs = tuple(need for need in entry.needs if need in by_id)
        for need in needs:
            place(by_id[need], (*above, entry.step.id))
        done[entry.step.id] = replace(entry, needs=needs)

    for entry in entries:
        place(entry, ())
    return tuple(done.values())
