"""The baseline: what existed in the account before the tool created anything. Written once, read by the sweep."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bootstrap.aws import kinds
from bootstrap.aws.kinds import KINDS, Kind, Listing, Thing
from bootstrap.engine.states import Applied, State
from bootstrap.errors import Refused
from bootstrap.errors.message import Message, msg
from bootstrap.errors.message import marked as _
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY, Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.reading import bounded, json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.steps import marker

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

SCHEMA = 1
# A standard parameter holds 4,096 bytes; the advanced tier costs money.
_PART = 4000
_NAMES_A_CALL = 10
# Far more than any account needs; a damaged manifest must not make a million calls, nor its parts fill the memory.
_MOST_PARTS, _LARGEST = 1000, 64 * bounded.MIB
_NAMED = 5
_POOLS = "user pool"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A recorded baseline, as the sweep reads it.

    `names`: what existed, by kind. `gaps`: kinds that could not be listed completely, with AWS's answer. `written`:
    when its manifest was written, in epoch seconds of AWS's clock, which also dates resources; `made`: the same by
    the clock of the operator's machine, which may be minutes fast or slow.

    A kind in `gaps` may have had more. A kind in neither was unknown to the version that wrote the baseline.
    """

    made: str
    names: Mapping[str, frozenset[str]]
    gaps: Mapping[str, str]
    written: float | None = None

    @property
    def since(self) -> float:
        """When the event began in this account, in epoch seconds: what has an earlier date was there before."""
        return datetime.fromisoformat(self.made).timestamp() if self.written is None else self.written


@dataclass(frozen=True)
class BaselineStep:
    """Record what exists in the account, once, before anything is created.

    | the manifest parameter                             | verdict | code   |
    |----------------------------------------------------|---------|--------|
    | does not exist                                     | todo    |        |
    | is complete and of this account                    | ready   |        |
    | cannot be read, or is of a newer version           | blocked | EB-224 |
    | is of another event, account or region             | blocked | EB-225 |
    | does not exist, but resources of the tool do       | failed  | EB-226 |

    A smoke job that has ended is no such resource: AWS keeps it for ever, and an account that was swept has one.

    Parts are named by the digest of the whole; the manifest is written last. A run that crashes in between leaves
    parts: the next run uses them if its digest is the same, else ignores them. Nothing is overwritten.
    """

    event: Event
    account: TeamAccount
    names: Names
    kinds: Sequence[Kind] = KINDS
    id: str = "baseline"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        text = marker.look(session, self.names).get(marker.manifest_name(self.names))
        if text is None:
            return State.todo(
                msg("record what exists in the account before anything is created"),
                seen=msg("there is no record of what existed in the account before"),
            )
        found = _manifest(text)
        if found is None:
            return self._blocked(
                "EB-224", _("parameter {name} cannot be read by this version; look at it, or delete it")
            )
        if any(found.get(key) != value for key, value in self._whose().items()):
            whose = {key: found.get(key) for key in ("event", "account", "region")}
            words = _("parameter {name} belongs to {event} in {account}, {region}; look at it, or delete it")
            return self._blocked("EB-225", words, **whose)
        gaps = found.get("gaps", 0)
        shown = {key: found.get(key) for key in ("things", "kinds", "made")} | {"gaps": gaps}
        if gaps:
            words = _("{things} resources of {kinds} kinds, recorded on {made}; {gaps} kinds not listed completely")
        else:
            words = _("{things} resources of {kinds} kinds, recorded on {made}")
        return State.ready(Message(words, shown), made=found.get("made"))

    def apply(self, session: AccountSession) -> Applied:
        """List every kind, a call for each kind and page. Writes to AWS: PutParameter, per part and for the manifest.

        Raises Refused (EB-226) if the tool's resources exist: in the baseline they would never be swept.
        """
        own: list[Thing] = []
        found = {
            each.name: kinds.listed(each, session.client(each.service), session.region, partial(self._note_own, own))
            for each in self.kinds
        }
        if own:
            named = [f"{each.kind.name} {own_name(each)}" for each in own]
            raise Refused("EB-226", _too_late(", ".join(named[:_NAMED]), len(named) - _NAMED))
        text = marker.canonical({name: _stored(listing) for name, listing in found.items()})
        digest = hashlib.sha256(text.encode()).hexdigest()
        parts = _parts(text)
        tags = marker.tag_list(self.event, self.account)
        for number, part in enumerate(parts, start=1):
            marker.write_once(session, _part_name(self.names, digest, number), part, tags)
        manifest = {
            **self._whose(),
            "schema": SCHEMA,
            "made": marker.made_at(session),
            "sha256": digest,
            "parts": len(parts),
            "kinds": len(found),
            "things": sum(len(each.names) for each in found.values()),
            "gaps": sum(1 for each in found.values() if each.gap),
        }
        marker.write_once(session, marker.manifest_name(self.names), marker.canonical(manifest), tags)
        return Applied(msg("recorded {things} resources of {kinds} kinds", things=manifest["things"], kinds=len(found)))

    def _note_own(self, own: list[Thing], thing: Thing) -> None:
        if is_own(self.names, thing) and not thing.ended:
            own.append(thing)

    def _whose(self) -> dict[str, str]:
        names = self.names
        return {"made_by": MADE_BY, "event": names.event, "account": names.account_id, "region": names.region}

    def _blocked(self, code: str, words: str, **places: Any) -> State:
        return State.blocked(Message(words, {"name": marker.manifest_name(self.names), **places}), code)


def _too_late(named: str, more: int) -> str:
    if more > 0:
        words = _("too late for a baseline: {named} and {more} more already exist; delete them first")
        return Message(words, {"named": named, "more": more})
    return msg("too late for a baseline: {named} already exist; delete them first", named=named)


def read(session: AccountSession, names: Names) -> Baseline | None:
    """Return the recorded baseline; None if there is none.

    Raises Refused EB-224 if this version cannot read it, EB-227 if parts are missing or were changed.
    """
    manifest = recorded(session, names)
    if manifest is None:
        return None
    digest, count = str(manifest["sha256"]), int(manifest["parts"])
    wanted = [_part_name(names, digest, number) for number in range(1, count + 1)]
    values: dict[str, str] = {}
    for start in range(0, count, _NAMES_A_CALL):
        answer: Any = session.client("ssm").get_parameters(Names=wanted[start : start + _NAMES_A_CALL])
        values |= {each["Name"]: each["Value"] for each in answer["Parameters"]}
    stored = _whole([values.get(name, "") for name in wanted], digest)
    return Baseline(
        made=str(manifest["made"]),
        names={kind: frozenset(each["names"]) for kind, each in stored.items()},
        gaps={kind: each["gap"] for kind, each in stored.items() if "gap" in each},
        written=_written(session, names),
    )


def recorded(session: AccountSession, names: Names) -> dict[str, Any] | None:
    """Return the manifest; None if there is none. Raises Refused EB-224 if this version cannot read it."""
    text = marker.look(session, names).get(marker.manifest_name(names))
    if text is None:
        return None
    manifest = _manifest(text)
    if manifest is None:
        raise Refused(
            "EB-224", msg("parameter {name} cannot be read by this version", name=marker.manifest_name(names))
        )
    return manifest


def manifest_digest(session: AccountSession, names: Names) -> str:
    """Return a digest of the manifest, which differs for every baseline that was ever written; "" without one."""
    text = marker.look(session, names).get(marker.manifest_name(names))
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()


def _manifest(text: str) -> dict[str, Any] | None:
    """Return the manifest; None if this version cannot read it."""
    found = marker.parsed(text)
    if found is None or type(found.get("schema")) is not int or found["schema"] != SCHEMA:
        return None
    counts = (found.get("parts"), found.get("gaps", 0))
    if any(type(each) is not int or not 0 <= each <= _MOST_PARTS for each in counts):
        return None
    return found if isinstance(found.get("sha256"), str) and isinstance(found.get("made"), str) else None


def since(session: AccountSession, names: Names) -> float | None:
    """Return when the baseline was completed, in epoch seconds of AWS's clock; None without a baseline.

    What is older is of the time before, also what the tool made in an earlier preparation of the same account.
    """
    manifest = recorded(session, names)
    if manifest is None:
        return None
    return Baseline(str(manifest["made"]), {}, {}, _written(session, names)).since


def _written(session: AccountSession, names: Names) -> float | None:
    """When AWS stored the manifest. Nothing of the tool overwrites it, so its first version is the only one."""
    shown = marker.shown(session, names).get(marker.manifest_name(names), {})
    if int(shown.get("Version", 1)) != 1:
        raise Refused("EB-227", msg("the recorded baseline is incomplete or was changed"))
    return shown["LastModifiedDate"].timestamp() if "LastModifiedDate" in shown else None


def own_names(names: Names) -> dict[str, frozenset[str]]:
    """Return by kind, as listings name them, what the tool and its stacks create under a fixed name."""
    return {
        "notebook": frozenset({names.notebook}),
        "notebook lifecycle config": frozenset({names.lifecycle_config}),
        "workteam": frozenset({names.workteam}),
        "workforce": frozenset({names.workforce}),
        _POOLS: frozenset({names.user_pool}),
        "bucket": frozenset({names.bucket}),
        "topic": frozenset({names.topic_arn, names.topic_arn.removesuffix(names.topic) + names.work_topic}),
        "rule": frozenset({names.rule}),
        "role": names.roles,
    }


def own_beginnings(names: Names) -> dict[str, str]:
    """Return by kind the prefix of names of which the tool creates several."""
    return {"stack": names.stack(""), "training job": names.smoke_prefix}


def own_name(thing: Thing) -> str:
    """Return the name by which `own_names` knows a thing. The listing names a user pool by its id."""
    return str(thing.shown.get("Name", "")) if thing.kind.name == _POOLS else thing.name


def is_own(names: Names, thing: Thing) -> bool:
    """True for what has a name that the tool or its stacks give."""
    kind, name = thing.kind.name, own_name(thing)
    begins = own_beginnings(names).get(kind)
    return name in own_names(names).get(kind, ()) or bool(begins and name.startswith(begins))


def _stored(listing: Listing) -> dict[str, Any]:
    return {"names": list(listing.names)} | ({"gap": listing.gap.words} if listing.gap else {})


def _part_name(names: Names, digest: str, number: int) -> str:
    return f"{names.baseline}/{digest[:12]}/{number:04}"


def _parts(text: str) -> list[str]:
    # mtime=0: gzip would write the time by default, and the same content would give other bytes.
    packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
    return [packed[start : start + _PART] for start in range(0, len(packed), _PART)]


def _whole(parts: Sequence[str], digest: str) -> dict[str, Any]:
    """Return the recorded names by kind. Raises Refused (EB-227) for parts of anything else."""
    try:
        text = bounded.unzipped(base64.b64decode("".join(parts), validate=True), _LARGEST)
        found = json_text.mapping(text)
    except (ValueError, Unreadable):
        text, found = b"", {}
    if hashlib.sha256(text).hexdigest() != digest or not all(map(_is_listing, found.values())):
        raise Refused("EB-227", msg("the recorded baseline is incomplete or was changed"))
    return found


def _is_listing(found: Any) -> bool:
    if not isinstance(found, dict) or not isinstance(found.get("names"), list):
        return False
    return all(isinstance(each, str) for each in (*found["names"], found.get("gap", "")))


def build(event: Event, account: TeamAccount, names: Names) -> BaselineStep:
    """Return the step for one account."""
    return BaselineStep(event, account, names)
