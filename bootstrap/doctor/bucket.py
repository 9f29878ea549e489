"""The team's bucket: whose it is, whether browsers may read it, and whether the data in it is whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.doctor.drift import drifted
from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Finding, Severity, fine, meaning
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.engine.states import State, Verdict
from bootstrap.errors import code_of

_NO_CORS = "NoSuchCORSConfiguration"
_NO_POLICY = "NoSuchBucketPolicy"
# Their data, not their own notes: what a job or the labelling page reads.
_READ_BY_JOBS = ("train/", "validation/", "labelling/", "labels.json", "classes.json")


@dataclass(frozen=True, slots=True)
class BucketSeen:
    """`cors`: its rules; `guarded`: it has a policy."""

    state: State
    cors: Sequence[Mapping[str, Any]] = ()
    guarded: bool = True

    @property
    def shown_in_browsers(self) -> bool:
        return any("GET" in rule["AllowedMethods"] and "*" in rule["AllowedOrigins"] for rule in self.cors)


def look(session: AccountSession, patient: Patient) -> BucketSeen | None:
    """None for a team whose labs want no data. Each call names the owner that is expected."""
    if "materials" not in patient.entries:
        return None
    state, s3 = patient.check(session, "materials"), session.client("s3")
    if state.verdict is Verdict.BLOCKED:
        return BucketSeen(state)
    return BucketSeen(state, _cors(s3, patient.names.bucket), _guarded(s3, patient.names.bucket))


def _cors(s3: Any, bucket: str) -> Sequence[Mapping[str, Any]]:
    try:
        found: Sequence[Mapping[str, Any]] = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    except ClientError as error:
        if code_of(error) != _NO_CORS:
            raise
        return ()
    return found


def _guarded(s3: Any, bucket: str) -> bool:
    try:
        s3.get_bucket_policy(Bucket=bucket)
    except ClientError as error:
        if code_of(error) != _NO_POLICY:
            raise
        return False
    return True


def findings(patient: Patient, seen: BucketSeen | None, all_seen: Seen) -> Iterator[Finding]:
    if seen is None:
        return
    bucket, stacks = patient.names.bucket, all_seen.get("stacks")
    if isinstance(stacks, StacksSeen) and not stacks.stands(patient, "stack:buckets"):
        words = f"not there, as bucket {bucket} is not"
        yield Finding(
            Severity.TROUBLE, "data", words, "EB-547", meaning("EB-547"), patient.repaired, repair=("materials",)
        )
        return
    yield _data(patient, seen.state)
    if seen.state.verdict is Verdict.BLOCKED:
        return
    if not seen.shown_in_browsers:
        yield drifted(patient, "buckets", f"bucket {bucket} has no CORS rule for browsers", "EB-534")
    if not seen.guarded:
        yield drifted(patient, "buckets", f"bucket {bucket} has lost its policy")
    if seen.shown_in_browsers and seen.guarded:
        yield fine("bucket", f"{bucket} is this account's; browsers may read it")


def _data(patient: Patient, state: State) -> Finding:
    link = patient.console.bucket(patient.names.bucket)
    found = judged(patient, "materials", state, "data", link)
    if state.verdict is Verdict.BLOCKED and state.code == "EB-290":
        return replace(found, repair=("revert:buckets", "materials"), fix=patient.repaired)
    if state.verdict is Verdict.TODO:
        return replace(found, code="EB-547", means=meaning("EB-547"))
    changed = [each for each in state.facts.get("changed", ()) if each.startswith(_READ_BY_JOBS)]
    if changed:
        # On the event's day the step leaves alone what a team may have changed on purpose.
        words = f"changed since it was put there: {', '.join(changed[:3])}{' ...' if len(changed) > 3 else ''}"
        asks = f"{len(changed)} files of the data, which somebody changed, are put back"
        return Finding(
            Severity.TROUBLE, "data", words, "EB-547", meaning("EB-547"), patient.repaired,
            repair=("materials",), asks=asks,
        )  # fmt: skip
    return found


EXAMINATION = Examination("bucket", look, findings)
