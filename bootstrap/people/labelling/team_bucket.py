"""Sessions in which the labelling under the teams' pages reads a team's bucket, and writes a job's files there."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.regions import partition_of
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people import page_roles
from bootstrap.people.labelling.bucket_files import BucketFiles
from bootstrap.people.page_roles import PageAct


class TeamBuckets:
    """One session an account for reading, and one a job for writing; they renew their credentials themselves.

    A session is used by one thread at a time: readers ask one after the other, and a job has one writer.
    """

    def __init__(self, sessions: Sessions, event: Event) -> None:
        self._sessions, self._event = sessions, event
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str], AccountSession] = {}

    def name(self, account: TeamAccount) -> str:
        """Return the name of the team's bucket."""
        return Names.of(self._event, account).bucket

    def reading(self, account: TeamAccount, job: str) -> BucketFiles:
        """Return a job's files, to be read. Raises as `page_roles.entered` does."""
        return self._files(account, "", job)

    def writing(self, account: TeamAccount, job: str) -> BucketFiles:
        """Return a job's files, of which the session may write no others. Raises as `page_roles.entered` does."""
        return self._files(account, job, job)

    def _files(self, account: TeamAccount, written: str, job: str) -> BucketFiles:
        bucket = self.name(account)
        key = (account.account_id, written)
        if (found := self._open.get(key)) is None:
            policy = _only_this_job(account, bucket, written) if written else None
            found = page_roles.entered(self._sessions, self._event, account, PageAct.LABELLING, policy)
            with self._lock:
                self._open[key] = found
        if not found.verified():
            found.client("sts").get_caller_identity()
        return BucketFiles(found, bucket, job)


def _only_this_job(account: TeamAccount, bucket: str, job: str) -> Mapping[str, Any]:
    resource = f"arn:{partition_of(account.region)}:s3:::{bucket}/labelled/{job}/*"
    statement = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}
