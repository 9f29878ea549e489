"""The team's bucket: its owner, its CORS rules, and whether its data is complete and unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.doctor.drift import drifted
from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, fine, meaning
from bootstrap.doctor.stacks import StacksSeen
from bootstrap.engine.states import State, Verdict
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, msg, some

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_NO_CORS = "NoSuchCORSConfiguration"
_NO_POLICY = "NoSuchBucketPolicy"
# Keys that a job or the labelling page reads; other files of the bucket may be the team's own.
_READ_BY_JOBS = ("train/", "validation/", "labelling/", "labels.json", "classes.json")
_NAMED = 6


@dataclass(frozen=True, slots=True)
class BucketSeen:
    """`cors`: the CORS rules; `guarded`: the bucket has a policy."""

    state: State
    cors: Sequence[Mapping[str, Any]] = ()
    guarded: bool = True

    @property
    def shown_in_browsers(self) -> bool:
        return any("GET" in rule["AllowedMethods"] and "*" in rule["AllowedOrigins"] for rule in self.cors)


def look(session: AccountSession, patient: Patient) -> BucketSeen | None:
    """Read the bucket; None if the team's labs need no data. Each call names the expected owner."""
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
        words = msg("no data, because bucket {bucket} does not exist", bucket=bucket)
        yield Finding(
            Severity.TROUBLE, "data", words, "EB-547", meaning("EB-547"), patient.repaired, repair=("materials",),
            trace=Trace(Changed.BUCKET, bucket),
        )  # fmt: skip
        return
    yield _data(patient, seen.state)
    if seen.state.verdict is Verdict.BLOCKED:
        return
    if not seen.shown_in_browsers:
        words = msg("bucket {bucket} has no CORS rule for browsers", bucket=bucket)
        yield drifted(patient, "buckets", words, "EB-534", trace=Trace(Changed.BUCKET_CORS, bucket))
    if not seen.guarded:
        words = msg("the policy of bucket {bucket} was deleted", bucket=bucket)
        yield drifted(patient, "buckets", words, trace=Trace(Changed.BUCKET_POLICY, bucket))
    if seen.shown_in_browsers and seen.guarded:
        yield fine("bucket", msg("bucket {bucket} belongs to this account; browsers may read it", bucket=bucket))


def _data(patient: Patient, state: State) -> Finding:
    link = patient.console.bucket(patient.names.bucket)
    found = judged(patient, "materials", state, "data", link)
    if state.verdict is Verdict.BLOCKED and state.code == "EB-290":
        gone = Trace(Changed.BUCKET, patient.names.bucket)
        return replace(found, repair=("revert:buckets", "materials"), fix=patient.repaired, trace=gone)
    if state.verdict is Verdict.TODO:
        return replace(found, code="EB-547", means=meaning("EB-547"), trace=Trace(Changed.OBJECTS))
    changed = [each for each in state.facts.get("changed", ()) if each.startswith(_READ_BY_JOBS)]
    if changed:
        # While the event is on, the step does not overwrite files that a team may have changed on purpose.
        asks = counted(
            "{count} data file that somebody changed is replaced by the original",
            "{count} data files that somebody changed are replaced by the originals",
            len(changed),
        )
        words = msg("changed after the upload: {files}", files=some(changed, _NAMED))
        return Finding(
            Severity.TROUBLE, "data", words, "EB-547", meaning("EB-547"), patient.repaired,
            repair=("materials",), asks=asks, trace=Trace(Changed.OBJECTS),
        )  # fmt: skip
    return found


EXAMINATION = Examination("bucket", look, findings, needs=("stacks",))
