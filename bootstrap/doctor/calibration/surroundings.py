"""The account before the event, and its surroundings: access, regions, buckets, mail, earlier resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.aws.answer_shapes import AnswerShapes
from bootstrap.aws.kinds import KINDS
from bootstrap.aws.reasons import Denier, StackReason
from bootstrap.doctor.calibration.redaction import redacted
from bootstrap.doctor.calibration.seen import Noted, Subject
from bootstrap.doctor.calibration.stack_times import StackHistory
from bootstrap.engine.states import State
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, msg
from bootstrap.steps import baseline

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_MOST_BUCKETS, _MOST_PAGES = 20, 10
_MOST_EXISTING = 20
_PENDING = "PendingConfirmation"
# Code of the step access -> the scenario's word for it.
_ASSUME = {"EB-201": "no-trust", "EB-202": "no-trust", "EB-203": "no-permission", "EB-205": "organization"}
_TAKEN_KINDS = {
    "AWS::Cognito::UserPoolDomain": ("cognito.domains_taken", "{event}-*"),
    "AWS::S3::Bucket": ("buckets.taken", "{event}-sagemaker-*"),
}


def access(subject: Subject, state: State) -> Iterator[Noted]:
    """Yield what the step `access` says. `state`: its verdict."""
    words = msg("AssumeRole, GetCallerIdentity and GetParameters")
    if state.code in _ASSUME:
        yield Noted("access.assume", words, value=_ASSUME[state.code])
        return
    if state.code == "EB-206":
        yield Noted("access.regions_denied", words, value=[subject.account.region])
    elif state.code == "EB-207":
        yield Noted("access.regions_off", words, value=[subject.account.region])
    elif state.code == "EB-204":
        yield Noted("access.denied", words, value={"ssm:GetParameters": "permission"})
    if state.code in (None, "EB-204", "EB-206"):
        yield Noted("access.assume", words, value="allowed")


def refusals(shapes: AnswerShapes, account_id: str, region: str) -> Iterator[Noted]:
    """Yield the denied and the closed ones of the tool's own reads in the account's region."""
    denied: dict[str, dict[str, str]] = {}
    closed: dict[str, str] = {}
    for each in shapes.refused(account_id):
        if each.region != region:
            continue
        if each.operation in ("AssumeRole", "LookupEvents") and each.denier is None:
            continue
        if each.denier is not None:
            by = "organization" if each.denier is Denier.ORGANIZATION else "permission"
            denied.setdefault(each.service, {})[each.operation] = by
        elif each.closed or (each.operation.startswith("List") and not (each.transient or each.absent)):
            closed[f"{each.service}:{each.operation}"] = each.code
    asked = shapes.asked(account_id, region)
    made: dict[str, str] = {}
    for service, operations in denied.items():
        # Several operations, and all that were tried: so are those that nobody tried.
        whole = len(operations) > 1 and asked[service] == operations.keys() and len(set(operations.values())) == 1
        made |= {f"{service}:{'*' if whole else name}": by for name, by in operations.items()}
    words = msg("refusals of the tool's own reads")
    yield Noted("access.denied", words, value=made)
    yield Noted("access.closed", words, value=closed)


def regions(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield which regions are on, off and denied. API: DescribeRegions, ListEndpoints in each enabled region."""
    rows = session.client("ec2").describe_regions(AllRegions=True)["Regions"]
    on = sorted(each["RegionName"] for each in rows if each["OptInStatus"] == "opted-in")
    usable = sorted(each["RegionName"] for each in rows if each["OptInStatus"] != "not-opted-in")
    there = [each for each in usable if each != session.region]
    answers = session.each([partial(_answers, session.beside().in_region(each)) for each in there], most=16)
    said = dict(zip(there, answers, strict=True))
    words = msg("DescribeRegions, and ListEndpoints in {count} regions", count=len(there))
    yield Noted("access.regions_on", words, value=[each for each in on if each != session.region])
    yield Noted("access.regions_denied", words, value=[each for each in there if said[each] == "denied"])
    yield Noted("access.regions_off", words, value=[each for each in there if said[each] == "off"])


def _answers(session: AccountSession) -> str:
    try:
        session.client("sagemaker").list_endpoints(MaxResults=1)
    except Exception as error:
        if aws_errors.denied_by_organization(error):
            return "denied"
        return "off" if aws_errors.not_accepted(error) else "unknown"
    return "on"


def existing(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield what existed before the event, under made-up names. API: GetParameters (the baseline), ListRules."""
    known = baseline.read(session, subject.names)
    if known is None:
        words = msg("the account has no baseline yet: what existed before is not recorded")
        yield Noted("existing.sagemaker", words, unknown=True)
    else:
        api = session.client("sagemaker").meta.method_to_api_mapping
        found = {
            api[each.operation].removeprefix("List"): min(len(names), _MOST_EXISTING)
            for each in KINDS
            if each.service == "sagemaker" and (names := known.names.get(each.name))
        }
        made = {
            listing: [f"existing-{number}" for number in range(1, count + 1)]
            for listing, count in sorted(found.items())
        }
        words = msg("the baseline's {count} kinds; names are made up", count=len(known.names))
        yield Noted("existing.sagemaker", words, value=made)
    pages = session.client("events").get_paginator("list_rules").paginate()
    managed = [str(each["Name"]) for page in pages for each in page["Rules"] if each.get("ManagedBy")]
    yield Noted("existing.managed_rules", msg("ListRules"), value=sorted(redacted(each) for each in managed))


def buckets(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield what the buckets hold besides current objects. API: ListBuckets, ListObjectVersions.

    Buckets that people made during the event are left out: a scenario says what is there from the start.
    """
    client = session.client("s3")
    names = [str(each["Name"]) for each in client.list_buckets()["Buckets"]]
    known = baseline.read(session, subject.names)
    if known is not None:
        before = {subject.names.bucket, *known.names.get("bucket", ())}
        names = [each for each in names if each in before]
    if subject.names.bucket in names:
        yield Noted("buckets.taken", msg("ListBuckets: the team's bucket is there"), value=[])
    elif _taken(client, subject.names.bucket):
        yield Noted("buckets.taken", msg("AWS denies ListObjectsV2 of the team's bucket, which is not the account's"),
                   value=[f"{subject.event.name}-sagemaker-*"])  # fmt: skip
    held: dict[str, int] = {}
    for name in names[:_MOST_BUCKETS]:
        if count := _old_versions(client, name):
            held[redacted(name).replace("000000000000", "*")] = count
    words = counted(
        "ListObjectVersions of {count} bucket, up to 10,000 versions",
        "ListObjectVersions of {count} buckets, up to 10,000 versions",
        len(names[:_MOST_BUCKETS]),
    )
    yield Noted("buckets.filler", words, value=held)


def _taken(client: Any, bucket: str) -> bool:
    try:
        client.list_objects_v2(Bucket=bucket, MaxKeys=1)
    except ClientError as error:
        return aws_errors.denied(error)
    return False


def _old_versions(client: Any, bucket: str) -> int:
    """Return the number of old versions and delete markers; 0 for a bucket that cannot be listed from here."""
    count = 0
    try:
        pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket)
        for page in islice(pages, _MOST_PAGES):
            count += sum(1 for each in page.get("Versions", ()) if not each.get("IsLatest", True))
            count += len(page.get("DeleteMarkers", ()))
    except ClientError as error:
        if aws_errors.transient(error):
            raise
    return count


def mail(session: AccountSession, subject: Subject) -> Iterator[Noted]:
    """Yield whether people confirmed their subscriptions. API: ListSubscriptionsByTopic."""
    try:
        answer = session.client("sns").list_subscriptions_by_topic(TopicArn=subject.names.topic_arn)
    except ClientError as error:
        if code_of(error) in ("NotFound", "NotFoundException"):
            return
        raise
    rows = answer["Subscriptions"]
    confirmed = sum(1 for each in rows if each["SubscriptionArn"] != _PENDING)
    if not rows:
        return
    words = msg("{confirmed} of {all} subscriptions are confirmed", confirmed=confirmed, all=len(rows))
    if not confirmed:
        yield Noted("mail.confirm_seconds", words, value=None)
    else:
        more = msg("{words}; AWS does not say when", words=words)
        yield Noted("mail.confirm_seconds", more, unknown=True)


def taken(subject: Subject, stacks: Sequence[StackHistory]) -> Iterator[Noted]:
    """Yield the names that other customers of AWS hold, from the resources that failed for it."""
    for kind, (key, pattern) in _TAKEN_KINDS.items():
        steps = [each for stack in stacks for each in stack.steps if each.kind == kind]
        failed = any(
            each.status == "CREATE_FAILED" and reasons.stack_reason(each.reason) is StackReason.EXISTS for each in steps
        )
        if failed:
            value = [pattern.format(event=subject.event.name)]
            yield Noted(key, msg("failed resources in the events of stacks"), value=value)
        elif any(each.status == "CREATE_COMPLETE" for each in steps):
            yield Noted(key, msg("stack events: the name was free"), value=[])


def made_at(stacks: Sequence[StackHistory]) -> Mapping[str, list[float]]:
    """Return when stacks were made, by the operation that made them: CloudTrail must show it some time later."""
    return {"CreateStack": [each.created for each in stacks]}
