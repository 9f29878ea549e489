"""SageMaker work in other regions, where a team has neither its quotas, nor its data, nor its notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.doctor.access import AccessSeen
from bootstrap.doctor.examination import Examination, Patient, Seen, Unseen
from bootstrap.doctor.finding import Finding, Severity, fine, meaning
from bootstrap.errors import Interrupted
from bootstrap.errors.message import Message, counted, joined, marked_counted, msg
from bootstrap.errors.message import marked as _

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# The console's default region, and regions that people choose; all of them are enabled in every account.
_LIKELY = {
    "aws": ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-1"),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
}
_MOST = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One listing: `counted` says how many there are, `most` that there are _MOST or more."""

    operation: str
    key: str
    counted: tuple[str, str]
    most: str


_LISTS = {
    "training jobs": Listed(
        "list_training_jobs",
        "TrainingJobSummaries",
        marked_counted("{count} training job", "{count} training jobs"),
        _("{count} or more training jobs"),
    ),
    "notebooks": Listed(
        "list_notebook_instances",
        "NotebookInstances",
        marked_counted("{count} notebook", "{count} notebooks"),
        _("{count} or more notebooks"),
    ),
    "endpoints": Listed(
        "list_endpoints",
        "Endpoints",
        marked_counted("{count} endpoint", "{count} endpoints"),
        _("{count} or more endpoints"),
    ),
}

Times = Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class ElsewhereSeen:
    """Region -> key of _LISTS -> when each was made (epoch seconds), or why the region could not be examined.

    `denied`: regions that an organization policy denies; the team cannot work there either.
    """

    found: Mapping[str, Times | Unseen]
    denied: tuple[str, ...] = ()


def look(session: AccountSession, patient: Patient) -> ElsewhereSeen:
    """List the newest resources of three kinds in each region: three calls a region, in parallel."""
    regions = [each for each in _LIKELY.get(patient.names.partition, ()) if each != session.region]
    # Each task gets its own session: `in_region` returns the same one to every caller.
    tasks = [partial(_region, session.beside().in_region(each)) for each in regions]
    seen = dict(zip(regions, session.each(tasks, most=len(tasks) or 1), strict=True))
    denied = tuple(region for region, found in seen.items() if found is None)
    return ElsewhereSeen({region: found for region, found in seen.items() if found is not None}, denied)


def _region(session: AccountSession) -> Times | Unseen | None:
    client = session.client("sagemaker")
    found: dict[str, list[float]] = {}
    try:
        for what, listed in _LISTS.items():
            operation = getattr(client, listed.operation)
            answer: Any = operation(SortBy="CreationTime", SortOrder="Descending", MaxResults=_MOST)
            found[what] = [each["CreationTime"].timestamp() for each in answer[listed.key]]
    except Interrupted:
        raise
    except Exception as error:
        if aws_errors.denied_by_organization(error):
            return None
        settled = refusals.failure(error, session.region)
        return Unseen(settled.detail, settled.code)
    return found


def findings(patient: Patient, seen: ElsewhereSeen, all_seen: Seen) -> Iterator[Finding]:
    reached = all_seen.get("access")
    since = (reached.prepared if isinstance(reached, AccessSeen) else None) or 0.0
    quiet = []
    for region, found in seen.found.items():
        if isinstance(found, Unseen):
            words = msg("{region} could not be examined: {reason}", region=region, reason=found.why)
            yield Finding(Severity.UNSEEN, "elsewhere", words, found.code)
            continue
        new = {what: sum(at >= since for at in times) for what, times in found.items()}
        work = joined(", ", [_counted(_LISTS[what], count) for what, count in new.items() if count])
        if not work:
            quiet.append(region)
            continue
        yield Finding(
            Severity.TROUBLE, "elsewhere", msg("the team is working in {region}: {work}", region=region, work=work),
            "EB-541", meaning("EB-541"), patient.console.sagemaker("landing"), turn=msg("the team"),
        )  # fmt: skip
    yield fine("elsewhere", _quiet(quiet, seen.denied))


def _quiet(regions: Sequence[str], denied: Sequence[str]) -> str:
    if not regions and not denied:
        return msg("no other region could be examined")
    parts = []
    if regions:
        parts.append(msg("the team has nothing in {regions}", regions=", ".join(regions)))
    if denied:
        parts.append(msg("an organization policy denies {regions}", regions=", ".join(denied)))
    return joined("; ", parts)


def _counted(listed: Listed, count: int) -> Message:
    return Message(listed.most, {"count": count}) if count == _MOST else counted(*listed.counted, count)


EXAMINATION = Examination("elsewhere", look, findings, needs=("access",))
