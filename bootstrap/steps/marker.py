"""The marker: which event the account was prepared for. Written before anything else; event.yaml may change it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.engine.states import Applied, State
from bootstrap.errors import code_of
from bootstrap.errors.message import Message, joined, msg
from bootstrap.errors.message import marked as _
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY, Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.tags import tags
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

SCHEMA = 1
_NAMES_A_CALL = 10
_CALLS_A_VISIT = 20
_DIGITS = 16
_SOON = 5.0
# What event.yaml allows as an event's name. The path that is deleted is made of it.
_EVENT_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


def manifest_name(names: Names) -> str:
    """Return the name of the parameter that says that the baseline is complete. One call reads marker and manifest."""
    return f"{names.baseline}/0000"


def look(session: AccountSession, names: Names) -> Mapping[str, str]:
    """Return marker and baseline manifest: parameter name -> value, missing ones left out. API: GetParameters."""
    return {name: each["Value"] for name, each in shown(session, names).items()}


def shown(session: AccountSession, names: Names) -> Mapping[str, Mapping[str, Any]]:
    """Return marker and baseline manifest as AWS shows them, with `LastModifiedDate` and `Version`, by name.

    API: GetParameters.
    """
    answer: Any = session.client("ssm").get_parameters(Names=[names.marker, manifest_name(names)])
    return {each["Name"]: each for each in answer["Parameters"]}


def write_once(session: AccountSession, name: str, value: str, tags: list[dict[str, str]]) -> None:
    """Write a standard parameter (4 KB), unless it exists: an existing one stays. Writes to AWS: PutParameter."""
    try:
        session.client("ssm").put_parameter(
            Name=name, Value=value, Type="String", Tier="Standard", Overwrite=False, Tags=tags
        )
    except Exception as error:
        # A write whose answer was lost is retried, by the guard or by the next run.
        if not aws_errors.already_exists(error):
            raise


def tag_list(event: Event, account: TeamAccount) -> list[dict[str, str]]:
    """Return the account's tags as most APIs take them."""
    return [{"Key": key, "Value": value} for key, value in tags(event, account).items()]


def made_at(session: AccountSession) -> str:
    """Return the time of the run's clock in ISO format."""
    return datetime.fromtimestamp(session.now(), UTC).isoformat(timespec="seconds")


def canonical(value: Mapping[str, Any]) -> str:
    """Return JSON that is the same for the same value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def parsed(text: str) -> dict[str, Any] | None:
    """Return the JSON object in `text`; None if the text is anything else."""
    try:
        return json_text.mapping(text)
    except Unreadable:
        return None


@dataclass(frozen=True)
class MarkerStep:
    """Mark the account as prepared for the event.

    | the parameter                          | verdict | code   |
    |----------------------------------------|---------|--------|
    | does not exist                         | todo    |        |
    | names this event, account and region   | ready   |        |
    | the same, but another schedule, team   |         |        |
    | or other tags than wanted              | todo    |        |
    | cannot be read, or of a newer version  | blocked | EB-220 |
    | is no marker of this tool              | blocked | EB-221 |
    | names another event                    | blocked | EB-222 |
    | names another event that has expired   | todo    |        |
    | says that this or another event's      |         |        |
    | resources were swept                   | todo    |        |
    | names another account or region        | blocked | EB-223 |

    A sweep that was interrupted at its very end leaves a marker that says "swept", and perhaps a baseline. Both are
    replaced: what they say is of the time before.

    `tags` in the marker is a digest of the tags: those of the event's parameters are compared without reading them.
    """

    event: Event
    account: TeamAccount
    names: Names
    id: str = "marker"
    patience: float = 60.0

    def check(self, session: AccountSession) -> State:
        text = look(session, self.names).get(self.names.marker)
        if text is None:
            unmarked = msg("the account has no marker of event {event}", event=self.names.event)
            return State.todo(
                msg("mark the account as prepared for event {event}", event=self.names.event), seen=unmarked
            )
        found = parsed(text)
        if found is None or ("made_by" in found and found.get("schema") != SCHEMA):
            words = _("parameter {name} cannot be read by this version; look at it, and delete it if it is not needed")
            return self._blocked("EB-220", words)
        if found.get("made_by") != MADE_BY:
            words = _(
                "parameter {name} was not written by event-bootstrap; look at it, and delete it if nobody needs it"
            )
            return self._blocked("EB-221", words)
        if self._swept(found):
            words = msg(
                "mark the account as prepared for event {event}; it was swept on {time}",
                event=self.names.event,
                time=str(found["swept"]),
            )
            return State.todo(words, seen=msg("the account was swept on {time}", time=str(found["swept"])))
        if found.get("event") != self.names.event:
            if _expired(found, session.now()):
                return State.todo(
                    msg(
                        "mark the account as prepared for event {event}; it was prepared for {other}, which expired",
                        event=self.names.event,
                        other=_other(found),
                    ),
                    seen=msg("the account was prepared for {other}, which expired", other=_other(found)),
                )
            return self._of_another_event(found)
        return self._of_this_event(found)

    def apply(self, session: AccountSession) -> Applied:
        """Write or update the marker. Writes to AWS: PutParameter; before it DeleteParameters and DeleteParameter for
        what an expired or swept event left, AddTagsToResource if the tags of the event's parameters changed."""
        found = parsed(look(session, self.names).get(self.names.marker, ""))
        if found and self._swept(found):
            if left := forget(session, f"/{MADE_BY}/{found['event']}"):
                return Applied(msg("deleting what the swept event recorded"), progress=f"{left} left")
            return self._make_room(session, found)
        if found and found.get("event") != self.names.event and _expired(found, session.now()):
            return self._make_room(session, found)
        if found and self._of_this_account(found) and found.get("event") == self.names.event:
            return self._update(session, found)
        write_once(session, self.names.marker, self.content(session), tag_list(self.event, self.account))
        return Applied(msg("marked for {event}", event=self.names.event))

    def _make_room(self, session: AccountSession, found: Mapping[str, Any]) -> Applied:
        """Delete an old marker. The new one is written at the next visit, unless another run writes one meanwhile.

        PutParameter refuses Tags with Overwrite, and a name that was deleted the moment before (TooManyUpdates).
        """
        remove(session, self.names.marker)
        return Applied(msg("deleted the marker of event {event}", event=_other(found)), _SOON)

    def _update(self, session: AccountSession, found: Mapping[str, Any]) -> Applied:
        """Bring the marker up to date; it still says when and by which version it was made.

        The tags come first: the marker says that they are up to date.
        """
        if found.get("tags") != self._facts()["tags"]:
            added = tag_list(self.event, self.account)
            for name in (self.names.marker, *parameters(session, self.names.parameters)):
                session.client("ssm").add_tags_to_resource(ResourceType="Parameter", ResourceId=name, Tags=added)
        session.client("ssm").put_parameter(
            Name=self.names.marker,
            Value=canonical({**found, **self._facts()}),
            Type="String",
            Tier="Standard",
            Overwrite=True,
        )
        return Applied(msg("updated the marker of event {event}", event=self.names.event))

    def _stale(self, found: Mapping[str, Any]) -> str:
        """Return the facts that the marker has otherwise than wanted, such as "schedule, tags"; "" for none."""
        names = {"schedule": msg("schedule"), "team": msg("team"), "tags": msg("tags")}
        return joined(", ", (names[key] for key, value in self._facts().items() if found.get(key) != value))

    def _of_this_account(self, found: Mapping[str, Any]) -> bool:
        here = (self.names.account_id, self.names.region)
        return (found.get("account"), found.get("region")) == here and found.get("made_by") == MADE_BY

    def _swept(self, found: Mapping[str, Any]) -> bool:
        """True if the marker says that this account was swept; then it stands for nothing any more."""
        mine = self._of_this_account(found)
        return mine and bool(found.get("swept")) and bool(_EVENT_NAME.fullmatch(str(found.get("event"))))

    def _facts(self) -> dict[str, Any]:
        """Return the facts that event.yaml and the roster may change while the account is prepared."""
        schedule = self.event.schedule
        moments = {"opens": schedule.opens, "closes": schedule.closes, "expires": schedule.expires}
        wanted = canonical(dict(tags(self.event, self.account)))
        return {
            "team": self.account.team,
            "schedule": {name: when.astimezone(UTC).isoformat() for name, when in moments.items()},
            "tags": hashlib.sha256(wanted.encode()).hexdigest()[:_DIGITS],
        }

    def content(self, session: AccountSession) -> str:
        """Return the marker's value, as JSON."""
        return canonical(
            {
                "schema": SCHEMA,
                "made_by": MADE_BY,
                "version": _version(),
                "event": self.names.event,
                "account": self.names.account_id,
                "region": self.names.region,
                "made": made_at(session),
                **self._facts(),
            }
        )

    def _of_this_event(self, found: Mapping[str, Any]) -> State:
        if (found.get("account"), found.get("region")) != (self.names.account_id, self.names.region):
            words = _("parameter {name} was written for account {account} in {region}; delete it")
            return self._blocked("EB-223", words, account=found.get("account"), region=found.get("region"))
        if stale := self._stale(found):
            places = {"event": self.names.event, "facts": stale}
            return State.todo(
                msg("update the marker of event {event}: {facts}", **places),
                seen=msg("the marker of event {event} is out of date: {facts}", **places),
                made=found.get("made"),
            )
        return State.ready(
            msg("marked for {event} on {made}", event=self.names.event, made=found.get("made")), made=found.get("made")
        )

    def _of_another_event(self, found: Mapping[str, Any]) -> State:
        expires = _expires(found)
        if expires is None:
            words = _(
                "parameter {name}: the account was prepared for event {other}; use another account, or sweep that "
                "event first"
            )
            return self._blocked("EB-222", words, other=_other(found))
        words = _(
            "parameter {name}: the account was prepared for event {other}, which expires on {day}; use another "
            "account, or sweep that event first"
        )
        return self._blocked("EB-222", words, other=_other(found), day=f"{expires:%Y-%m-%d}")

    def _blocked(self, code: str, words: str, **places: Any) -> State:
        return State.blocked(Message(words, {"name": self.names.marker, **places}), code)


def remove(session: AccountSession, name: str) -> None:
    """Delete a parameter; one that no longer exists is no error. Writes to AWS: DeleteParameter."""
    try:
        session.client("ssm").delete_parameter(Name=name)
    except ClientError as error:
        if code_of(error) != "ParameterNotFound":
            raise


def parameters(session: AccountSession, path: str) -> list[str]:
    """Return the names of all parameters under a path. API: GetParametersByPath."""
    pages = session.client("ssm").get_paginator("get_parameters_by_path")
    return [
        str(each["Name"])
        for page in pages.paginate(Path=path, Recursive=True, MaxResults=_NAMES_A_CALL)
        for each in page["Parameters"]
    ]


def forget(session: AccountSession, path: str) -> int:
    """Delete up to 200 parameters under a path; return how many are left. Writes to AWS: DeleteParameters."""
    there = parameters(session, path)
    now = there[: _CALLS_A_VISIT * _NAMES_A_CALL]
    for start in range(0, len(now), _NAMES_A_CALL):
        session.client("ssm").delete_parameters(Names=now[start : start + _NAMES_A_CALL])
    return len(there) - len(now)


def _expires(found: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(found["schedule"]["expires"])
    except (KeyError, TypeError, ValueError):
        return None


def _expired(found: Mapping[str, Any], now: float) -> bool:
    """True if the marker's event expired before `now` (epoch seconds); False if the marker names no end."""
    expires = _expires(found)
    return found.get("made_by") == MADE_BY and expires is not None and expires.timestamp() <= now


def _other(found: Mapping[str, Any]) -> str:
    return str(found.get("event"))[:40]


def _version() -> str:
    try:
        return version(MADE_BY)
    except PackageNotFoundError:
        return "0"


def build(event: Event, account: TeamAccount, names: Names) -> MarkerStep:
    """Return the step for one account."""
    return MarkerStep(event, account, names)
