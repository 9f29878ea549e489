"""SageMaker work in other regions: a team that works in the wrong one finds neither quotas, nor data, nor notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.sessions import AccountSession
from bootstrap.doctor.access import AccessSeen
from bootstrap.doctor.examination import Examination, Patient, Seen, Unseen
from bootstrap.doctor.finding import Finding, Severity, fine, meaning

# The console's own first choice, and those that people choose; none of them must be enabled first.
_LIKELY = {
    "aws": ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-1"),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1", "us-gov-east-1"),
}
_LISTS = {
    "training jobs": ("list_training_jobs", "TrainingJobSummaries"),
    "notebooks": ("list_notebook_instances", "NotebookInstances"),
    "endpoints": ("list_endpoints", "Endpoints"),
}
_MOST = 20

Times = Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class ElsewhereSeen:
    """Region -> what -> when each was made (epoch seconds), or why nothing could be seen there.

    `denied`: regions that an organization policy denies, in which nobody of the team can work either.
    """

    found: Mapping[str, Times | Unseen]
    denied: tuple[str, ...] = ()


def look(session: AccountSession, patient: Patient) -> ElsewhereSeen:
    """Three listings a region, all beside each other; the newest of each kind."""
    regions = [each for each in _LIKELY.get(patient.names.partition, ()) if each != session.region]
    # Each a session of its own: that of `in_region` is shared by all who ask for the region.
    tasks = [partial(_region, session.beside().in_region(each)) for each in regions]
    seen = dict(zip(regions, session.each(tasks, most=len(tasks) or 1), strict=True))
    denied = tuple(region for region, found in seen.items() if found is None)
    return ElsewhereSeen({region: found for region, found in seen.items() if found is not None}, denied)


def _region(session: AccountSession) -> Times | Unseen | None:
    client = session.client("sagemaker")
    found: dict[str, list[float]] = {}
    try:
        for what, (operation, key) in _LISTS.items():
            answer: Any = getattr(client, operation)(SortBy="CreationTime", SortOrder="Descending", MaxResults=_MOST)
            found[what] = [each["CreationTime"].timestamp() for each in answer[key]]
    except Exception as error:
        if aws_errors.denied_by_organization(error):
            return None
        settled = aws_errors.failure(error)
        return Unseen(settled.detail, settled.code)
    return found


def findings(patient: Patient, seen: ElsewhereSeen, all_seen: Seen) -> Iterator[Finding]:
    reached = all_seen.get("access")
    since = (reached.prepared if isinstance(reached, AccessSeen) else None) or 0.0
    quiet = []
    for region, found in seen.found.items():
        if isinstance(found, Unseen):
            yield Finding(Severity.UNSEEN, "elsewhere", f"{region} could not be looked at: {found.why}", found.code)
            continue
        new = {what: sum(at >= since for at in times) for what, times in found.items()}
        words = ", ".join(f"{_more(count)} {what}" for what, count in new.items() if count)
        if not words:
            quiet.append(region)
            continue
        yield Finding(
            Severity.TROUBLE, "elsewhere", f"they are working in {region}: {words}", "EB-541", meaning("EB-541"),
            patient.console.sagemaker("landing"), turn="the team",
        )  # fmt: skip
    closed = f"; an organization policy closes {', '.join(seen.denied)}" if seen.denied else ""
    yield fine("elsewhere", f"nothing of the team's in {', '.join(quiet) or 'no other region'}{closed}")


def _more(count: int) -> str:
    return f"{count} or more" if count == _MOST else str(count)


EXAMINATION = Examination("elsewhere", look, findings)
