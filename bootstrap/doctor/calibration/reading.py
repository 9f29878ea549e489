"""Read one account: access first, then CloudTrail and stacks, then everything else in parallel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bootstrap.aws import refusals
from bootstrap.aws.answer_shapes import AnswerShapes
from bootstrap.doctor.calibration import quota_history, sagemaker_times, stack_times, surroundings, trail
from bootstrap.doctor.calibration.seen import AccountReading, Noted, ReadingGap, Subject
from bootstrap.engine.states import Verdict
from bootstrap.errors import Interrupted
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import access

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

T = TypeVar("T")
_MOST = 12


def read(session: AccountSession, event: Event, account: TeamAccount, shapes: AnswerShapes) -> AccountReading:
    """Read one account. Only reads. An error in one reading does not stop the others. `shapes` watches the session."""
    names = Names.of(event, account)
    subject = Subject(event, account, names, session.now())
    gaps: list[ReadingGap] = []
    state = _tried("access", account.region, gaps, lambda: access.build(account, names).check(session))
    seen = [] if state is None else list(surroundings.access(subject, state))
    reached = state is not None and state.verdict is Verdict.READY
    if state is not None and not reached:
        gaps.append(ReadingGap("access", state.detail, state.code))
    if reached:
        seen += _everything(session, subject, gaps)
    seen += surroundings.refusals(shapes, account.account_id, account.region)
    return AccountReading(account.team, account.account_id, account.region, reached, tuple(seen), tuple(gaps))


def _everything(session: AccountSession, subject: Subject, gaps: list[ReadingGap]) -> list[Noted]:
    subject = replace(subject, trail=_tried("cloudtrail", session.region, gaps, lambda: trail.read(session.beside())))
    stacks = _tried("stacks", session.region, gaps, lambda: stack_times.read(session.beside(), subject)) or ()
    readings: dict[str, Callable[[AccountSession], Iterable[Noted]]] = {
        "quotas": partial(quota_history.read, subject=subject),
        "notebook": partial(sagemaker_times.notebook, subject=subject, stacks=stacks),
        "training": partial(sagemaker_times.training, subject=subject),
        "endpoints": partial(sagemaker_times.endpoints, subject=subject),
        "workforce": partial(sagemaker_times.workforce, subject=subject),
        "labelling": partial(sagemaker_times.labelling, subject=subject),
        "regions": partial(surroundings.regions, subject=subject),
        "existing": partial(surroundings.existing, subject=subject),
        "buckets": partial(surroundings.buckets, subject=subject),
        "mail": partial(surroundings.mail, subject=subject),
    }
    tasks = [partial(_one, name, read_it, session.beside()) for name, read_it in readings.items()]
    seen: list[Noted] = []
    for found, gap in session.each(tasks, most=_MOST):
        seen += found
        gaps += [gap] if gap else []
    told: Sequence[Iterable[Noted]] = (
        stack_times.seen(stacks, subject),
        surroundings.taken(subject, stacks),
        sagemaker_times.roles(subject, stacks),
        trail.denied_writes(subject),
        trail.lag(subject, surroundings.made_at(stacks)),
    )
    return [*seen, *(each for some in told for each in some)]


def _one(
    name: str, read_it: Callable[[AccountSession], Iterable[Noted]], session: AccountSession
) -> tuple[list[Noted], ReadingGap | None]:
    gaps: list[ReadingGap] = []
    found: list[Noted] = []

    _tried(name, session.region, gaps, lambda: _take(read_it(session), found))
    return found, gaps[0] if gaps else None


def _take(made: Iterable[Noted], found: list[Noted]) -> None:
    for each in made:
        found.append(each)  # noqa: PERF402 - what came before an error stays


def _tried(name: str, region: str, gaps: list[ReadingGap], task: Callable[[], T]) -> T | None:
    try:
        return task()
    except Interrupted:
        raise
    except Exception as error:
        settled = refusals.failure(error, region)
        gaps.append(ReadingGap(name, settled.detail, settled.code))
        return None
