"""Examine several accounts at the same time, as `doctor` and `repair` do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from bootstrap.aws.guard import ends_at
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.packing import builder
from bootstrap.cli.commands.place import Place
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.doctor import Diagnosis, Examining, Patient
from bootstrap.engine.hold import Hold
from bootstrap.engine.queue import Queue, Work
from bootstrap.engine.states import Outcome, Settled, StepEvent
from bootstrap.errors import Refused, Stop
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report.examining import ExaminingView
from bootstrap.report.progress import Unhurried
from bootstrap.steps import plan
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.wishes import Wishes

# Seconds between the first calls of two accounts: begun all at once, they would keep each other from the first finding.
_BETWEEN = 0.03


@dataclass(frozen=True, slots=True)
class Examined:
    """The diagnoses, in the order of the roster; accounts that were not begun when it was `interrupted` are left out.

    `seconds`: how long it took all together; `complete`: number of accounts of which everything was examined.
    """

    diagnoses: tuple[Diagnosis, ...]
    interrupted: bool = False
    seconds: float = 0.0
    complete: int = 0


@dataclass(slots=True)
class _Visit:
    """Examines one account, once. `going`: the examination, once it has begun; `stop`: why it could not begin."""

    account: TeamAccount
    session: AccountSession
    made: Callable[[], Patient]
    view: ExaminingView
    going: Examining | None = None
    ended: Diagnosis | None = None
    stop: Stop | None = None
    id: str = "doctor"
    found: str | None = None
    needs: tuple[str, ...] = field(default=())

    def visit(self, planned: Sequence[str] = ()) -> Settled:
        """Examine the account. `planned` is what a run only plans; a look plans nothing."""
        del planned
        try:
            self.going = Examining(self.session, self.made(), self.view.progressed)
            self.ended = self.going.run()
        except Stop as stop:
            self.stop = stop
            return Settled(Outcome.FAILED, msg("interrupted"))
        self.view.ended(self.ended)
        return Settled(Outcome.READY, msg("examined"))


def examined(
    choice: Choice,
    inputs: Inputs,
    accounts: Sequence[TeamAccount],
    place: Place,
    view: ExaminingView,
    held: Mapping[str, Hold] = MappingProxyType({}),
) -> Examined:
    """Examine the accounts, up to `place`'s number of them at the same time. Only reads AWS.

    All share clients, rate limits and the packed data. `held`: accounts on hold, by account id. Raises BadInput for
    templates that cannot be rendered.
    """
    view.begin([each.team for each in accounts])
    ask_for_codes(place.access, accounts, inputs.event.region)
    sessions = Sessions(place.access, place.clock, Limiter())
    packed = _packed(choice, inputs, accounts, sessions)
    begun = place.clock.now()
    visits = [
        _Visit(
            each,
            sessions.open(each),
            partial(_patient, inputs, each, place, sessions, packed, held.get(each.account_id)),
            view,
        )
        for each in accounts
    ]
    works = [
        Work(each.account.team, each.account.account_id, (each,), each.session.calls.total, order * _BETWEEN)
        for order, each in enumerate(visits)
    ]
    try:
        complete = place.drive(Queue(place.run, place.actor, works, _unsaid), lambda _: view.tick())
    finally:
        view.close()
    if complete and (stopped := [each.stop for each in visits if each.stop]):
        raise stopped[0]
    found = (each.ended or (each.going and each.going.diagnosis()) for each in visits)
    ended = sum(each.ended is not None for each in visits)
    return Examined(tuple(each for each in found if each), not complete, place.clock.now() - begun, ended)


def _unsaid(event: StepEvent) -> None:
    """Say nothing of a visit: the view shows what was found."""


def patient(choice: Choice, inputs: Inputs, account: TeamAccount, place: Place, sessions: Sessions) -> Patient:
    """Return what the doctor needs of one account. Data is packed as `provision` does it, or comes from the cache."""
    return _patient(inputs, account, place, sessions, _packed(choice, inputs, (account,), sessions))


def _packed(choice: Choice, inputs: Inputs, accounts: Sequence[TeamAccount], sessions: Sessions) -> Package | None:
    """Return the data that the accounts' buckets are compared with; None if no lab of theirs has any."""
    event = inputs.event
    if not any(lab.data for account in accounts for lab in event.labs_of(account.labs)):
        return None
    return builder(choice, event, sessions)(Unhurried(sys.stderr))


def _patient(
    inputs: Inputs,
    account: TeamAccount,
    place: Place,
    sessions: Sessions,
    packed: Package | None,
    hold: Hold | None = None,
) -> Patient:
    event = inputs.event
    names = Names.of(event, account)
    entries = plan.entries(event, account, names, Wishes(), place.clock.now())
    plan.check_templates([entries])
    if packed is not None:
        entries = plan.with_data(entries, event, packed)
    by_id = {each.step.id: each for each in entries}
    return Patient(event, account, names, by_id, _ends(sessions, account), hold)


def _ends(sessions: Sessions, account: TeamAccount) -> float | None:
    """Return when the operator's own credentials expire; None if botocore does not know."""
    try:
        return ends_at(sessions.operator_credentials(account.profile, account.region))
    except Refused:
        # The first call will fail with a better error message.
        return None
