"""Tell who made a thing: the organization or somebody of the account, as CloudTrail and IAM show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import refusals, trail_rows
from bootstrap.aws.kinds import Thing
from bootstrap.event import regions

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

# Services that act in a member account for its organization only. CloudTrail: userIdentity.invokedBy.
ORGANIZATION_SERVICES = frozenset(
    {
        "controltower.amazonaws.com",
        "member.org.stacksets.cloudformation.amazonaws.com",
        "organizations.amazonaws.com",
        "sso.amazonaws.com",
        "stacksets.cloudformation.amazonaws.com",
    }
)
_STACKSETS = frozenset({"stacksets.cloudformation.amazonaws.com", "cloudformation.amazonaws.com"})
# The role of StackSets in the management account, which alone assumes `stacksets-exec-*` in a member account.
_STACKSETS_PATH = ":role/aws-service-role/stacksets.cloudformation.amazonaws.com/"
_LINKED = ":role/aws-service-role/"
# LookupEvents answers fifty events a page, and takes two calls a second for the whole account.
_MOST_PAGES = 4
_FRESH = 60.0


class Maker(Enum):
    """Who made a thing."""

    ORGANIZATION = "organization"
    ACCOUNT = "account"
    UNKNOWN = "unknown"
    DISPUTED = "disputed"


def trusts_stacksets(document: Any, account_id: str) -> bool:
    """Return True for the trust policy of a role that the StackSets of another account, and nobody else, assume.

    | principals of the statements                                            | verdict |
    |-------------------------------------------------------------------------|---------|
    | all of them the service-linked role of StackSets, of another account    | True    |
    | none, anybody of this account, a service, or anything beside it         | False   |
    """
    found = list(_principals(document))
    return bool(found) and all(_STACKSETS_PATH in each and each.split(":")[4] != account_id for each in found)


def trusts_others(document: Any, account_id: str) -> bool:
    """Return True for a trust policy that names principals of other accounts, and nothing else."""
    found = list(_principals(document))
    return bool(found) and all(each.startswith("arn:") and each.split(":")[4] != account_id for each in found)


def _principals(document: Any) -> Iterator[str]:
    """Yield the principals of all statements; one that is no ARN for what is not an AWS principal."""
    statements: Any = document.get("Statement", []) if isinstance(document, Mapping) else []
    for each in statements if isinstance(statements, list) else [statements]:
        principal = each.get("Principal", "*")
        if not isinstance(principal, Mapping):
            yield str(principal)
            continue
        for kind, named in principal.items():
            values = named if isinstance(named, list) else [named]
            yield from (_as_arn(value) if kind == "AWS" else str(kind) for value in values)


def _as_arn(principal: Any) -> str:
    text = str(principal)
    return f"arn::iam::{text}:root" if text.isdigit() else text


@dataclass(slots=True)
class _Creations:
    """CloudTrail's events of one name. `token`: of the next page, None at the end; `ended`: when that was read."""

    events: list[Mapping[str, Any]] = field(default_factory=list)
    token: str | None = ""
    pages: int = 0
    ended: float = 0.0


@dataclass(slots=True)
class Makers:
    """Reads CloudTrail's creations once for each event name, and the roles once. Reads only.

    CloudTrail answers two calls a second: a reading that was throttled goes on later where it stopped.

    `since`: epoch seconds from which on events are read; `standing`: names of the roles that existed then.
    """

    since: float
    access_role: str
    standing: frozenset[str]
    _creations: dict[tuple[str, str], _Creations] = field(default_factory=dict)
    _roles: dict[str, Any] | None = None

    def forget(self, now: float) -> None:
        """Read the roles anew at the next question, and what was read of CloudTrail a minute ago.

        `now`: epoch seconds. An event shows after some minutes.
        """
        self._creations = {
            key: each for key, each in self._creations.items() if each.token is not None or now - each.ended < _FRESH
        }
        self._roles = None

    def of(self, session: AccountSession, thing: Thing) -> Maker:
        """Return who made a thing. API: LookupEvents, ListRoles.

        | CloudTrail's event of the creation                                           | maker        |
        |------------------------------------------------------------------------------|--------------|
        | there is none yet, none any more, or CloudTrail may not be read              | unknown      |
        | invoked by a service that acts for an organization only                      | organization |
        | by a service-linked role of such a service                                   | organization |
        | by a role that only the StackSets of another account assume                  | organization |
        | by StackSets, with a role of before the event that only other accounts use   | organization |
        | by such a role of before the event itself: the organization, or its guests   | unknown      |
        | by a role of before the event that is gone                                   | unknown      |
        | by anybody else                                                              | account      |
        | several that name it, by the organization and by somebody else               | disputed     |

        Some operations take the name of what is there already, and change it or nothing: CreateTopic, PutRule,
        PutMetricAlarm. Whoever calls one did not make the thing. Of a stack or role, the event has the id, which no
        other one gets.
        """
        events = list(self._creations_of(session, thing))
        events = [each for each in events if _says(each, _ids(thing))] or events
        found = {self._maker(session, thing, each.get("userIdentity") or {}) for each in events}
        if len(found) > 1 and Maker.ORGANIZATION in found:
            return Maker.DISPUTED
        return found.pop() if len(found) == 1 else Maker.UNKNOWN

    def _maker(self, session: AccountSession, thing: Thing, who: Mapping[str, Any]) -> Maker:
        invoked = str(who.get("invokedBy", ""))
        issuer = str(((who.get("sessionContext") or {}).get("sessionIssuer") or {}).get("arn", ""))
        if invoked in ORGANIZATION_SERVICES or _of_service(issuer):
            return Maker.ORGANIZATION
        if ":role/" not in issuer:
            return Maker.ACCOUNT
        role = issuer.rsplit("/", 1)[-1]
        if role == self.access_role:
            return Maker.ACCOUNT
        trust = self._trust(session, role)
        if trust is None:
            return Maker.UNKNOWN if role in self.standing else Maker.ACCOUNT
        if trusts_stacksets(trust, session.account_id):
            return Maker.ORGANIZATION
        if role not in self.standing or not trusts_others(trust, session.account_id):
            return Maker.ACCOUNT
        by_stacksets = invoked in _STACKSETS and thing.kind.name == "stack" and thing.name.startswith("StackSet-")
        return Maker.ORGANIZATION if by_stacksets else Maker.UNKNOWN

    def _trust(self, session: AccountSession, role: str) -> Any:
        """Return the role's trust policy; None if there is no such role. API: ListRoles, once."""
        if self._roles is None:
            pages = session.client("iam").get_paginator("list_roles").paginate(MaxItems=1000)
            self._roles = {
                each["RoleName"]: each["AssumeRolePolicyDocument"] for page in pages for each in page["Roles"]
            }
        return self._roles.get(role)

    def _creations_of(self, session: AccountSession, thing: Thing) -> Iterator[Mapping[str, Any]]:
        region = regions.of_global_services(session.region) if thing.kind.service == "iam" else session.region
        for operation in thing.kind.creates:
            for event in self._events(session.in_region(region), operation):
                if "errorCode" not in event and _names(event, thing):
                    yield event

    def _events(self, session: AccountSession, operation: str) -> list[Mapping[str, Any]]:
        found = self._creations.setdefault((session.region, operation), _Creations())
        if not found.pages:
            found.ended = session.now()
        while found.token is not None:
            self._read_on(session, operation, found)
        return found.events

    def _read_on(self, session: AccountSession, operation: str, found: _Creations) -> None:
        """Read the next page. The time up to which it is read stays that of the first: a token holds for it alone."""
        try:
            page = session.client("cloudtrail").lookup_events(
                LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": operation}],
                StartTime=datetime.fromtimestamp(self.since, UTC),
                EndTime=datetime.fromtimestamp(found.ended, UTC),
                **({"NextToken": found.token} if found.token else {}),
            )
        except ClientError as error:
            if refusals.says_nothing(error):
                raise
            found.token = None
            return
        for each in page.get("Events", ()):
            # An event that cannot be read tells of no maker.
            if (event := trail_rows.event(each)) is not None:
                found.events.append(event)
        found.pages += 1
        found.token = str(page.get("NextToken") or "") or None
        if found.pages == _MOST_PAGES:
            found.token = None


def _of_service(issuer: str) -> bool:
    service, _, _ = issuer.partition(_LINKED)[2].partition("/")
    return service in ORGANIZATION_SERVICES


def _names(event: Mapping[str, Any], thing: Thing) -> bool:
    """True if the event's request or answer names the thing: by its name, or by its id."""
    return _says(event, {thing.name, str(thing.shown.get("Arn", thing.name)), *_ids(thing)})


def _ids(thing: Thing) -> set[str]:
    return {str(value) for key, value in thing.shown.items() if key in ("StackId", "RoleId")}


def _says(event: Mapping[str, Any], wanted: set[str]) -> bool:
    said = [event.get("requestParameters"), event.get("responseElements")]
    return any(value in wanted for each in said if isinstance(each, Mapping) for value in _texts(each))


def _texts(said: Mapping[str, Any]) -> Iterator[str]:
    for value in said.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from (each for each in value.values() if isinstance(each, str))
