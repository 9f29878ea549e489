"""The files of a labelling job in a team's bucket: the input manifest, the votes and the output manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import BadInput, Problem, code_of
from bootstrap.errors.message import counted, msg
from bootstrap.people.labelling import voting
from bootstrap.people.labelling.voting import Task, Votes
from bootstrap.reading import bounded, json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.steps.dataset import bucket as bucket_seen
from bootstrap.steps.dataset import contents, packing

# As labs/ground-truth/manifest.py writes it, and labelling_job.py reads it.
MANIFEST = f"{contents.LABELLING}/team.manifest"
# A hundred thousand lines of a manifest.
_LARGEST = 32 * bounded.MIB
_SMALLER = msg("use a smaller file: a page for one team does not show so many pictures")


@dataclass(frozen=True, slots=True)
class BucketFiles:
    """One job's files. Methods call S3, and raise what a client raises. `job` is a name that `label` has checked."""

    session: AccountSession
    bucket: str
    job: str

    @property
    def output(self) -> str:
        """Key of the output manifest: where Ground Truth writes it for a job of this name and the lab's location."""
        return output_of(self.job)

    @property
    def votes(self) -> str:
        return f"labelled/{self.job}/votes.json"

    def address(self, key: str) -> str:
        return f"s3://{self.bucket}/{key}"

    def task(self, manifest: str, workers: int) -> Task:
        """Return what is to be labelled; without the lab's manifest, every picture that the tool put there for it.

        Raises BadInput (EB-600 to EB-602, EB-607).
        """
        found = self._text(packing.LABELS)
        classes = voting.classes("" if found is None else found, self.address(packing.LABELS))
        lines, etags = self._lines(manifest)
        return Task(self.job, lines, classes, workers, etags=etags)

    def read(self, task: Task) -> Votes:
        """Return the votes so far. Raises BadInput: EB-603 if a labelling job wrote the output manifest, EB-604."""
        text = self._text(self.votes)
        if text is not None:
            return voting.restored(text, task, self.address(self.votes))
        if self.has(self.output):
            what, fix = msg("a labelling job of this name has written it already"), msg("give another name with --job")
            raise BadInput([Problem("EB-603", what, self.address(self.output), fix=fix)])
        return Votes(task)

    def write(self, votes: Votes) -> None:
        """Write the votes, then the output manifest of the pictures that are done. Writes to AWS: PutObject, twice."""
        self.put_votes(voting.stored(votes))
        self.put_output(votes.manifest())

    def put_votes(self, text: str) -> None:
        self._put(self.votes, text, "application/json")

    def put_output(self, text: str) -> None:
        self._put(self.output, text, "application/jsonlines")

    def _lines(self, manifest: str) -> tuple[tuple[Mapping[str, Any], ...], Mapping[str, str]]:
        """Return the lines, and the ETag of each picture."""
        text = self._text(manifest)
        if text is None and manifest != MANIFEST:
            raise BadInput([Problem("EB-600", msg("there is no such manifest"), self.address(manifest), fix=_FIX)])
        if text is None:
            return self._prepared()
        found = voting.lines(text, self.bucket, self.address(manifest))
        if not found:
            raise BadInput([Problem("EB-600", msg("the manifest is empty"), self.address(manifest), fix=_FIX)])
        folders = {each["source-ref"].rpartition("/")[0] + "/" for each in found}
        there: dict[str, str] = {}
        for folder in folders:
            there |= self._etags(folder.removeprefix(self.address("")))
        missing = [each["source-ref"] for each in found if each["source-ref"] not in there]
        if missing:
            what = counted(
                "the manifest names {count} picture that does not exist: {names}",
                "the manifest names {count} pictures that do not exist: {names}",
                len(missing),
                names=", ".join(missing[:3]),
            )
            raise BadInput([Problem("EB-601", what, self.address(manifest), fix=msg("correct the keys in the lines"))])
        return found, {each["source-ref"]: there[each["source-ref"]] for each in found}

    def _prepared(self) -> tuple[tuple[Mapping[str, Any], ...], Mapping[str, str]]:
        listed = self._etags(f"{contents.LABELLING}/")
        found = {each: etag for each, etag in listed.items() if each.lower().endswith(voting.PICTURES)}
        if not found:
            where = self.address(f"{contents.LABELLING}/")
            raise BadInput([Problem("EB-600", msg("there are no pictures to label"), where, fix=_FIX)])
        return tuple({"source-ref": each} for each in found), found

    def _etags(self, prefix: str) -> dict[str, str]:
        """Return the ETag of each object by its s3:// address."""
        listed = bucket_seen.listing(self.session.client("s3"), self.bucket, prefix)
        return {self.address(each["Key"]): str(each.get("ETag", "")).strip('"') for each in listed}

    def has(self, key: str) -> bool:
        """Return True if there is an object with this key. API: ListObjectsV2."""
        return self.address(key) in self._etags(key)

    def _text(self, key: str) -> str | None:
        """Return the object's text; None if there is no such object. Raises BadInput for what is no text (EB-607)."""
        client, where = self.session.client("s3"), {"Bucket": self.bucket, "Key": key}
        try:
            return json_text.utf8(bounded.s3_object(client, _LARGEST, **where))
        except ClientError as error:
            if code_of(error) == "NoSuchKey":
                return None
            raise
        except Unreadable as error:
            at = self.address(key) if error.line is None else f"{self.address(key)}:{error.line}"
            raise BadInput([Problem("EB-607", error.what, at, fix=error.fix or _SMALLER)]) from None

    def _put(self, key: str, text: str, kind: str) -> None:
        client = self.session.client("s3")
        client.put_object(Bucket=self.bucket, Key=key, Body=text.encode(), ContentType=kind)


_FIX = msg("{command} puts the prepared pictures there; --manifest names a manifest",
           command="event-bootstrap provision TEAM --step materials")  # fmt: skip


def output_of(job: str) -> str:
    """Return the key of a job's output manifest."""
    return f"labelled/{job}/manifests/output/output.manifest"
