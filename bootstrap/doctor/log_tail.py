"""The last lines of a CloudWatch log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bootstrap.errors import clean, code_of

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

JOBS = "/aws/sagemaker/TrainingJobs"
NOTEBOOKS = "/aws/sagemaker/NotebookInstances"
_LINES = 8
_LONGEST = 300


def of_stream(session: AccountSession, group: str, stream: str) -> tuple[str, ...]:
    """Return the last lines of a log stream, without secrets and mail addresses; () if there is no such stream.

    API: GetLogEvents.
    """
    try:
        answer = session.client("logs").get_log_events(logGroupName=group, logStreamName=stream, limit=_LINES)
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return ()
        raise
    return tuple(clean(each["message"])[:_LONGEST] for each in answer["events"])


def of_job(session: AccountSession, job: str) -> tuple[str, ...]:
    """Return the last lines of the log of a training job's first instance. API: DescribeLogStreams, GetLogEvents."""
    try:
        found = session.client("logs").describe_log_streams(logGroupName=JOBS, logStreamNamePrefix=f"{job}/", limit=1)
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return ()
        raise
    streams = [each["logStreamName"] for each in found["logStreams"]]
    return of_stream(session, JOBS, streams[0]) if streams else ()
