"""Which codes of AWS are retried: held against botocore's retry rules and the models of the services."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.operations import OPERATIONS

# Codes that sound as if the same call could succeed soon, and are not retried, with the reason.
NOT_RETRIED = {
    "LimitExceededException": "a quota of every service but Kinesis, which is not called",
    "CloudWatchLogsDeliveryUnavailableException": "a region's lack",
    "FeatureUnavailableInTierException": "a plan's lack",
    "ReplicationBackfillNotFoundException": "not there",
    "BackupInProgress": "backups are not made",
    "SourceBackupUnavailable": "backups are not made",
    "InternalStreamingException": "streams are not read",
    "InternalStreamFailure": "streams are not read",
    "InProgressTableRestoreQuotaExceededFault": "tables are not restored",
    "SnapshotScheduleUpdateInProgress": "schedules are not changed",
    "ExpiredTokenException": "renewed once, by the guard",
    "ReplicatedWriteConflictException": "DynamoDB is not written to",
    "ConflictException": "most services say it of a wrong state; the sweep tries again by its own clock",
    "ResourceConflict": "the state of an alarm",
    "ResourceConflictException": "Lambda says it of a name that is taken, too; the sweep tries again by its own clock",
    "IntegrationConflictOperationFault": "integrations are not called",
    "IntegrationConflictStateFault": "integrations are not called",
    "ConflictPolicyUpdateFault": "resource policies of Redshift are not called",
    "DeleteConflict": "something is attached; the sweep removes it first",
    "NameConflict": "the name is taken",
    "StaleRequestException": "stack sets are not called",
    "ResourceScanInProgress": "scans of resources are not called",
    "UserImportInProgressException": "an import of users lasts; nobody's call here waits for it",
    "AccountHasOngoingImportException": "imports of trails are not called",
    "EventDataStoreHasOngoingImportException": "imports of trails are not called",
    "MaxConcurrentQueriesException": "queries of event data stores are not called",
    "LifecyclePolicyPreviewInProgressException": "previews are not called",
    "ReplicationBackfillInProgressException": "replications are not called",
    "ReplicationBackfillInvalidStatusException": "replications are not called",
    "ConcurrentRunsExceededException": "runs of Glue are not started",
    "MLTransformNotReadyException": "transforms of Glue are not called",
    "ResourceNotReadyException": "a thing that must become ready by itself; Glue and Lambda, not called for it",
    "SnapStartNotReadyException": "functions are not invoked",
    "SessionBusyException": "sessions of Glue are not called",
    "CodeArtifactUserPendingException": "functions are not invoked",
    "ProvisionedConcurrencyConfigNotFoundException": "not there",
    "ReportGenerationLimitExceeded": "reports of IAM are not called",
    "ReportInProgress": "reports of IAM are not called",
    "ReplayLimitExceeded": "replays are not called",
    "ResourcePolicyConflictException": "policies of parameters are not called",
    "ResourceDataSyncConflictException": "syncs are not called",
    "OpsItemConflictException": "items of OpsCenter are not called",
    "AutomationExecutionLimitExceededException": "automations are not started",
    "MountTargetConflict": "mount targets are not created",
    "InsufficientCapacityException": "capacity lasts longer than a call's pauses",
    "InsufficientThroughputCapacity": "file systems are not created",
}
_NAMES = re.compile(
    r"Throttl|Concurren|TooMany(Req|Upd)|InProgress|NotReady|Busy|Unavailable|Temporar|Propagation|Stale|Abort|Retry"
    r"|Pending|Conflict|Internal|Server|Ongoing|Backfill"
)
_DOCS = re.compile(
    r"(?i)concurren|simultaneous|at the same time|throttl|request rate|another \w+ (is|request|operation)"
    r"|try (the \w+ |your request )?again later|retry (the|your) request|wait a (few|short|minute)"
    r"|retry later|too many requests"
)
_REQUEST_IS_WRONG = re.compile(r"(?i)invalid|validation|verify|NotFound|malformed|policy evaluation|mismatch|denied")


def _codes() -> Iterator[tuple[str, str, int, bool]]:
    """Service, code, HTTP status and retry trait of every error of the services that sounds as if it could pass."""
    loader = Loader()
    for service in sorted({each.service for each in OPERATIONS} | {"sagemaker-runtime", "sts", "s3"}):
        for name, shape in loader.load_service_model(service, "service-2")["shapes"].items():
            if not (shape.get("exception") or "error" in shape):
                continue
            error: dict[str, Any] = shape.get("error", {})
            status, trait = int(error.get("httpStatusCode", 400)), "retryable" in shape
            words = re.sub(r"<[^>]+>", "", shape.get("documentation", ""))
            sounds = _NAMES.search(name) or (_DOCS.search(words) and not _REQUEST_IS_WRONG.search(name))
            if trait or status == 429 or status >= 500 or sounds:
                yield service, str(error.get("code", name)), status, trait


def refused(code: str, status: int = 400, message: str = "") -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Op")


def hidden(checker: Any, name: str) -> Any:
    """One of botocore's own lists, which the stubs do not have."""
    return getattr(checker, name)


def test_every_error_of_a_called_service_that_sounds_passing_is_decided() -> None:
    found = {(service, code, status) for service, code, status, _ in _codes()}
    decided = {row for row in found if aws_errors.transient(refused(row[1], row[2]))}
    undecided = {row for row in found - decided if row[1] not in NOT_RETRIED}
    assert not undecided
    both = {row[1] for row in found if aws_errors.passing(row[1])} & NOT_RETRIED.keys()
    assert not both


def test_what_a_model_marks_as_retryable_is_retried() -> None:
    marked = {(code, status) for _, code, status, trait in _codes() if trait}
    assert marked
    assert not {code for code, status in marked if not aws_errors.transient(refused(code, status))} - {
        "InsufficientCapacityException"
    }


def test_what_botocore_retries_is_retried() -> None:
    standard = {
        *hidden(ThrottledRetryableChecker, "_THROTTLED_ERROR_CODES"),
        *hidden(TransientRetryableChecker, "_TRANSIENT_ERROR_CODES"),
    }
    rules = json.loads((Path(botocore.__file__).parent / "data" / "_retry.json").read_text(encoding="utf-8"))
    codes = set(re.findall(r'"service_error_code": "(\w+)"', json.dumps(rules))) | standard
    assert len(codes) > 15
    assert {each for each in codes if not aws_errors.transient(refused(each))} <= NOT_RETRIED.keys()
    for status in hidden(TransientRetryableChecker, "_TRANSIENT_STATUS_CODES"):
        assert aws_errors.transient(refused("Any", status))


def test_a_reason_stands_for_a_code_that_is_there() -> None:
    loader, known = Loader(), set()
    for service in {each.service for each in OPERATIONS} | {"dynamodb", "sagemaker-runtime"}:
        for name, shape in loader.load_service_model(service, "service-2")["shapes"].items():
            known.add(str(shape.get("error", {}).get("code", name)))
    assert NOT_RETRIED.keys() <= known
    sounding = {code for _, code, _, _ in _codes()}
    assert NOT_RETRIED.keys() - sounding == {"LimitExceededException", "ReplicatedWriteConflictException"}, "botocore's"


@pytest.mark.parametrize(
    ("code", "status", "failure"),
    [
        ("TooManyUpdates", 400, "EB-385"),
        ("OperationAborted", 409, "EB-385"),
        ("OperationAbortedException", 400, "EB-385"),
        ("ConcurrentUpdateException", 400, "EB-385"),
        ("ConcurrentAccess", 400, "EB-385"),
        ("ConcurrentModificationException", 429, "EB-385"),
        ("ModelNotReadyException", 429, "EB-385"),
        ("Throttled", 429, "EB-370"),
        ("KMSThrottling", 400, "EB-370"),
        ("ConcurrentResourcesLimitExceeded", 429, "EB-370"),
        ("NeverHeardOf", 429, "EB-370"),
        ("ServiceFailure", 500, "EB-376"),
        ("NeverHeardOf", 503, "EB-376"),
    ],
)
def test_codes_that_pass_are_retried_and_named_at_the_end(code: str, status: int, failure: str) -> None:
    error = refused(code, status)
    assert aws_errors.transient(error)
    assert refusals.failure(error, "us-east-1").code == failure


@pytest.mark.parametrize(("code", "status"), [("NotImplemented", 501), ("LimitExceededException", 400), ("X", 409)])
def test_codes_that_do_not_pass_are_not_retried(code: str, status: int) -> None:
    assert not aws_errors.transient(refused(code, status))
