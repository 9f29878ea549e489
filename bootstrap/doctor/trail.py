"""CloudTrail's history of an account: who called what, and when. It shows a call some minutes later, for 90 days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bootstrap.aws import trail_rows
from bootstrap.event import regions
from bootstrap.event.names import OWN_SESSION

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_PAGE = 50
# Two calls a second are allowed in each account and region: these are read in about a second.
_PAGES = 4
_BY_CLOUDFORMATION = "cloudformation.amazonaws.com"


@dataclass(frozen=True, slots=True)
class TrailCall:
    """A call that changed something, or was refused (`error`). `at`: epoch seconds; `identity`: CloudTrail's own."""

    at: float
    source: str
    name: str
    user: str
    params: Mapping[str, Any]
    identity: Mapping[str, Any]
    error: str = ""
    error_message: str = ""

    @property
    def own(self) -> bool:
        """True if the session is named like those of this tool, perhaps by way of CloudFormation."""
        return self.session.startswith(OWN_SESSION)

    @property
    def by_cloudformation(self) -> bool:
        """True if CloudFormation called it for somebody."""
        return self.identity.get("invokedBy") == _BY_CLOUDFORMATION

    @property
    def session(self) -> str:
        """Name of the role's session; "" for a caller without one."""
        arn = str(self.identity.get("arn", ""))
        return arn.rpartition("/")[2] if ":assumed-role/" in arn else ""

    @property
    def role(self) -> str:
        """Name of the role; "" for a caller without one."""
        issuer = _inner(self.identity, "sessionContext", "sessionIssuer")
        return str(issuer.get("userName", "")) if self.session else ""


@dataclass(frozen=True, slots=True)
class TrailRead:
    """The newest calls, the newest first, and since when (epoch seconds) there are no others."""

    calls: tuple[TrailCall, ...]
    since: float


@dataclass(slots=True)
class TrailReader:
    """Reads the history by names of calls, each name once for each region."""

    session: AccountSession
    _read: dict[tuple[str, str], tuple[TrailCall, ...]] = field(default_factory=dict)

    @property
    def of_global_services(self) -> str:
        """The region that shows the calls of global services, such as IAM's."""
        return regions.of_global_services(self.session.region)

    def named(self, name: str, everywhere: bool) -> tuple[TrailCall, ...]:
        """Return the newest calls of this name, the newest first. `everywhere`: of a global service.

        API: LookupEvents, once a name.
        """
        region = self.of_global_services if everywhere else self.session.region
        if (region, name) not in self._read:
            asked = [{"AttributeKey": "EventName", "AttributeValue": name}]
            client = self.session.in_region(region).client("cloudtrail")
            answer = client.lookup_events(LookupAttributes=asked, MaxResults=_PAGE)
            self._read[region, name] = _calls(answer["Events"])
        return self._read[region, name]


def newest(session: AccountSession, since: float) -> TrailRead:
    """Read the calls that are no reads, from the newest back to `since` (epoch seconds), at most 200 of them.

    API: LookupEvents, by ReadOnly: by source, the tool's own reads would fill the pages.
    """
    client, asked = session.client("cloudtrail"), [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
    params: dict[str, Any] = {"LookupAttributes": asked, "MaxResults": _PAGE}
    found: list[Mapping[str, Any]] = []
    for _ in range(_PAGES):
        answer = client.lookup_events(**params)
        found += answer["Events"]
        if not answer.get("NextToken"):
            return TrailRead(_calls(found), 0.0)
        if found and found[-1]["EventTime"].timestamp() < since:
            break
        params["NextToken"] = answer["NextToken"]
    return TrailRead(_calls(found), found[-1]["EventTime"].timestamp() if found else 0.0)


def _calls(rows: Sequence[Mapping[str, Any]]) -> tuple[TrailCall, ...]:
    return tuple(sorted(_readable(rows), key=lambda each: each.at, reverse=True))


def _readable(rows: Sequence[Mapping[str, Any]]) -> Iterator[TrailCall]:
    for row in rows:
        said = trail_rows.event(row)
        if said is None:
            continue
        yield TrailCall(
            row["EventTime"].timestamp(),
            str(row.get("EventSource", "")),
            str(row.get("EventName", "")),
            str(row.get("Username", "")),
            _inner(said, "requestParameters"),
            _inner(said, "userIdentity"),
            str(said.get("errorCode") or ""),
            str(said.get("errorMessage") or ""),
        )


def _inner(value: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def time_of(at: float, now: float) -> str:
    """Return 14:02 UTC, with the date unless it is today's. Both in epoch seconds."""
    then, today = datetime.fromtimestamp(at, UTC), datetime.fromtimestamp(now, UTC).date()
    return then.strftime("%H:%M UTC" if then.date() == today else "%Y-%m-%d %H:%M UTC")
