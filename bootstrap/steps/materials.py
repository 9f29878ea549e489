"""Dataset and lab files in the team's bucket, compared by listing it.

What S3 shows                                   -> verdict
every object with the wanted size and ETag      -> ready
another ETag, but our upload's metadata         -> ready (KMS; copies of objects in parts)
objects missing                                 -> todo, on the event's day as well
objects changed, before or after the event      -> todo
objects changed on the event's day              -> ready, named in the detail; with --during-event: todo
uploads of ours that are not wanted any more    -> todo: deleted, unless changed; on the event's day as above
no such bucket                                  -> blocked EB-290
AccessDenied, and the bucket is the account's   -> blocked EB-291
AccessDenied, and it is another account's       -> blocked EB-292
the bucket is in another region                 -> blocked EB-293
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bootstrap.engine.states import NOTE, Applied, State
from bootstrap.errors.message import joined, msg, some
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import templates
from bootstrap.steps.dataset import bucket, delivery, item
from bootstrap.steps.dataset.bucket import BucketDifference
from bootstrap.steps.dataset.contents import LABELLING, Package
from bootstrap.steps.dataset.delivery import Hub
from bootstrap.steps.dataset.item import PART, Item

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# One visit uploads at most this much: under two seconds at 80 ms a call.
_MOST_OBJECTS = 16
_MOST_BYTES = PART
_PATIENCE_SECONDS = 600.0
_NAMED = 3
_NAMED_BY_DOCTOR = 6
# In the folder that holds the labs' folders, so that a lab's script finds it wherever the labs were copied to.
_SETTINGS = "labs/event.json"
# What lies there may be of an earlier event.yaml. What else the tool uploads has the same names for every event.
_FOLDERS = ("labs/", f"{LABELLING}/")


@dataclass(frozen=True, slots=True)
class Materials:
    """Step: upload dataset and lab files to the team's bucket.

    `data` and `labs`: which part of the package the account gets; `opens` and `closes`: epoch seconds.

    `own`: objects that only this team gets.
    """

    bucket: str
    package: Package
    data: frozenset[str]
    labs: frozenset[str]
    hub: Hub | None
    opens: float
    closes: float
    own: tuple[Item, ...] = ()
    during_event: bool = False
    id: str = "materials"
    patience: float = _PATIENCE_SECONDS

    def check(self, session: AccountSession) -> State:
        try:
            look = self._look(session)
        except ClientError as error:
            refused = bucket.refusal(session.client("s3"), self.bucket, error)
            if refused is None:
                raise
            return State.blocked(refused.detail, refused.code)
        wanted, due = self.wanted(), self._due(session, look)
        if due:
            changed = len(look.changed) if self._may_change(session) else 0
            seen = self._lacks(look, len(wanted), bool(changed))
            return State.todo(self._to_upload(due, len(wanted), changed), seen=seen, objects=len(due))
        if look.stale and self._may_change(session):
            left = msg("objects of an earlier event.yaml are in {bucket}: {keys}", bucket=self.bucket,
                       keys=some(look.stale, _NAMED))  # fmt: skip
            return State.todo(_to_delete(look.stale, self.bucket), seen=left, objects=len(look.stale))
        return self._ready(wanted, look)

    def apply(self, session: AccountSession) -> Applied:
        """Upload one slice. Raises Refused (EB-290 to EB-294).

        Writes to AWS: PutObject; CopyObject from an organiser's bucket; UploadPart above 8 MB; DeleteObject, once all
        is uploaded, for what the tool uploaded and event.yaml does not want any more.
        """
        try:
            look = self._look(session)
            due = self._due(session, look)
            if not due:
                return self._delete(session, look.stale)
            chosen = _slice(due)
            sent = delivery.send(session, self.bucket, chosen, self.hub)
        except ClientError as error:
            refused = bucket.refusal(session.client("s3"), self.bucket, error)
            if refused is None:
                raise
            raise refused from error
        detail = sent.unfinished or msg(
            "uploaded {count} objects, {left} to go", count=len(chosen), left=len(due) - len(chosen)
        )
        if sent.refused:
            detail = msg(
                "{uploaded}; not copied from the organiser's bucket, which AWS refuses ({code}: {answer})",
                uploaded=detail,
                code="EB-295",
                answer=sent.refused,
            )
        return Applied(detail, progress=sent.unfinished)

    def _delete(self, session: AccountSession, stale: Sequence[str]) -> Applied:
        chosen = stale[:_MOST_OBJECTS]
        for key in chosen:
            session.client("s3").delete_object(Bucket=self.bucket, Key=key)
        left = len(stale) - len(chosen)
        return Applied(msg("deleted {count} objects, {left} to go", count=len(chosen), left=left))

    def _to_upload(self, due: Iterable[Item], total: int, changed: int) -> str:
        due = tuple(due)
        places = {"count": len(due), "total": total, "size": _size(due), "bucket": self.bucket}
        if not changed:
            return msg("upload {count} of {total} objects, {size}, to {bucket}", **places)
        return msg(
            "upload {count} of {total} objects, {size}, to {bucket}; {changed} of them changed there",
            changed=changed,
            **places,
        )

    def _lacks(self, look: BucketDifference, total: int, may_change: bool) -> str:
        """Return which objects are missing and which are changed, by name as far as a line can hold them."""
        said = []
        if look.missing:
            said.append(
                msg(
                    "{count} of {total} objects missing in {bucket}: {keys}",
                    count=len(look.missing),
                    total=total,
                    bucket=self.bucket,
                    keys=some([each.key for each in look.missing], _NAMED_BY_DOCTOR),
                )
            )
        if look.changed and may_change:
            changed = some([each.key for each in look.changed], _NAMED_BY_DOCTOR)
            said.append(msg("changed after the upload: {files}", files=changed))
        return joined("; ", said)

    def wanted(self) -> tuple[Item, ...]:
        """Return everything that belongs in the bucket, in the order of keys."""
        wanted = (*self.package.objects(self.bucket, self.data, self.labs), *self.own)
        return tuple(sorted(wanted, key=lambda each: each.key))

    def _look(self, session: AccountSession) -> BucketDifference:
        client = session.client("s3")
        wanted, known = self.wanted(), {each.key for each in self.package.items}
        return session.read(
            "materials", lambda: bucket.compare(client, self.bucket, wanted, known=known, folders=_FOLDERS)
        )

    def _due(self, session: AccountSession, look: BucketDifference) -> tuple[Item, ...]:
        return look.missing + (look.changed if self._may_change(session) else ())

    def _may_change(self, session: AccountSession) -> bool:
        return self.during_event or not self.opens <= session.now() < self.closes

    def _ready(self, wanted: tuple[Item, ...], look: BucketDifference) -> State:
        words = [msg("{count} objects, {size}, in {bucket}", count=len(wanted), size=_size(wanted), bucket=self.bucket)]
        changed, facts = [each.key for each in look.changed], {}
        if changed:
            keys = some(changed, _NAMED)
            words.append(msg("changed by the team and not replaced during the event: {keys}", keys=keys))
            facts["changed"] = changed
        if look.stale:
            keys = some(look.stale, _NAMED)
            words.append(msg("not wanted any more and not deleted during the event: {keys}", keys=keys))
            facts["stale"] = list(look.stale)
        if look.unknown:
            words.append(msg("{count} objects in labs/ or labelling/ were not looked at", count=look.unknown))
        noted = {NOTE: True} if len(words) > 1 else {}
        return State.ready(joined("; ", words), objects=len(wanted), **facts, **noted)


def _to_delete(stale: Sequence[str], bucket: str) -> str:
    return msg(
        "delete {count} objects of an earlier event.yaml, which nobody changed, from {bucket}: {keys}",
        count=len(stale),
        bucket=bucket,
        keys=some(stale, _NAMED),
    )


def build(event: Event, account: TeamAccount, names: Names, package: Package, during_event: bool = False) -> Materials:
    """Return the step for one account; all accounts share `package`."""
    labs = [each for each in event.labs if each.name in account.labs]
    data = frozenset(each for lab in labs for each in lab.data)
    return Materials(
        bucket=names.bucket,
        package=package,
        data=data,
        labs=frozenset(each.name for each in labs if "lab-files" in each.data),
        hub=_hub(event, package),
        opens=event.schedule.opens.timestamp(),
        closes=event.schedule.closes.timestamp(),
        own=(_settings(event, account, names),) if "lab-files" in data else (),
        during_event=during_event,
    )


def with_data(step: Materials, event: Event, package: Package) -> Materials:
    """Return the step with `package` to upload. Plans are made before the data are packed."""
    return replace(step, package=package, hub=_hub(event, package))


def _hub(event: Event, package: Package) -> Hub | None:
    name = event.dataset.hub_bucket
    return Hub(name, package.items, f"hub:{name}:{package.digest}") if name else None


def _settings(event: Event, account: TeamAccount, names: Names) -> Item:
    """Return the file with the settings that the labs' scripts read, so that the scripts need no edits."""
    text = json.dumps(templates.settings(event, account, names), indent=2)
    return item.of_bytes(_SETTINGS, "lab-files", text.replace("@partition@", names.partition).encode())


def _slice(due: Iterable[Item]) -> list[Item]:
    chosen: list[Item] = []
    size = 0
    for each in due:
        size += each.size
        if chosen and (len(chosen) == _MOST_OBJECTS or size > _MOST_BYTES):
            break
        chosen.append(each)
    return chosen


def _size(items: Iterable[Item]) -> str:
    return f"{sum(each.size for each in items) / 1e6:.1f} MB"
