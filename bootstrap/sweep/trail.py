"""Read CloudTrail's record of who made what since the baseline: at home, of global services, in all enabled regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals, trail_rows
from bootstrap.aws.kinds import Thing
from bootstrap.engine.states import Applied, State
from bootstrap.errors import clean, raw
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event import regions
from bootstrap.event.names import OWN_SESSION
from bootstrap.steps.baseline import Baseline
from bootstrap.sweep import calls, operations
from bootstrap.sweep.calls import Call
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.operations import PartOf

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_DAYS_KEPT = 90
# LookupEvents answers 50 events a page, newest first, and takes two calls a second in each account and region.
_PAGES_A_VISIT = 2
_CALLS_A_VISIT = 24
_NEXT_VISIT = 1.0
# Seconds. An account whose record is longer than what can be read in this time was not read whole.
_LONGEST = 600.0
_PAGES_OF_A_PLAN = 40


@dataclass(slots=True)
class Region:
    """How far a region's record was read. `next`: token of the next page, None at the end; `closed`: why not at all.

    `for_all`: a policy of the organization denies it, as it does to everybody in the account.
    """

    next: str | None = ""
    pages: int = 0
    closed: str = ""
    for_all: bool = False

    @property
    def over(self) -> bool:
        return self.next is None or bool(self.closed)


@dataclass(slots=True)
class Trail:
    """The record as far as it was read. `at`: when reading began; `cut`: not read whole.

    `trouble`: how a call failed; `failing`: it was the last one.
    """

    regions: dict[str, Region] | None = None
    at: float = 0.0
    began: float = 0.0
    made: list[Call] = field(default_factory=list)
    ended: list[Call] = field(default_factory=list)
    makers: dict[tuple[str, str], str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    trouble: str = ""
    failing: bool = False
    cut: bool = False

    @property
    def read(self) -> bool:
        """True if everything was read, or was given up."""
        return self.regions is not None and (self.cut or all(each.over for each in self.regions.values()))

    @property
    def pages(self) -> int:
        return sum(each.pages for each in (self.regions or {}).values())

    def who_made(self, thing: Thing) -> str:
        """Return who made a thing, as far as the record tells; ""."""
        found = (self.makers.get((source, name)) for source in operations.sources(thing.kind) for name in _own(thing))
        return next(filter(None, found), "")

    def finds(self, home: str, baseline: Baseline) -> Iterator[Call]:
        """Yield the calls that made what nothing explains: no row, no known harmlessness, no end of it since.

        Also those that switched a region on or off that is off now: nobody can look into it.
        """
        for call in self.made:
            if (call.source, call.operation) in operations.REGION_SWITCHES:
                # What was made in an enabled region, its own record shows.
                if call.named("regionName") not in (self.regions or {}):
                    yield call
                continue
            part = operations.part_of(call.source, call.operation)
            if part and self._of_the_event(call, part, home, baseline):
                continue
            again = operations.starts_again(call.source, call.operation, call.parameters)
            if not part and not again and not operations.makes(call.source, call.operation, call.region == home):
                continue
            if operations.scales_a_row(call.operation, call.parameters) and call.region == home:
                continue
            if not calls.ended(
                call, [each for each in self.ended if not (again and operations.only_ends(each.operation))]
            ):
                yield call

    def _of_the_event(self, call: Call, part: PartOf, home: str, baseline: Baseline) -> bool:
        """True if the thing that the call changed came after the baseline, so that its row removes it."""
        names = [call.named(part.parameter)] if part.parameter else sorted(call.given)
        if not all(names):
            return False
        before = baseline.names.get(part.kind) if part.kind not in baseline.gaps else None
        if before is not None and (call.region == home or call.source in operations.GLOBAL):
            return all(name not in before for name in names)
        created = {name for each in self.made for name in each.given if operations.creates(each.operation, part.kind)}
        return bool(names) and all(name in created for name in names)


def _own(thing: Thing) -> Iterator[str]:
    for key in thing.kind.ids:
        value = str(thing.shown.get(key, ""))
        yield value
        yield calls.last(value)


@dataclass(frozen=True)
class TrailStep:
    """Read the record before anything is deleted. Always ends ready: what could not be read, the audit tells.

    It is read to its end, for ten minutes at most; CloudTrail shows an event some minutes late, and for 90 days.
    """

    trail: Trail
    claim: Claim
    access_role: str
    write: bool
    id: str = "trail"
    patience: float = 2 * _LONGEST

    def check(self, session: AccountSession) -> State:
        baseline = self.claim.baseline
        if baseline is None:
            return State.ready(msg("swept before: there is no baseline to audit from"))
        trail = self.trail
        trail.at = trail.at or session.now()
        trail.began = baseline.since
        try:
            read_on(session, trail, self.access_role, _CALLS_A_VISIT if self.write else None)
            trail.failing = False
        except Exception as error:
            if not (isinstance(error, ClientError) or aws_errors.transient(error)):
                raise
            trail.trouble, trail.failing = aws_errors.told(error), True
        if not trail.read and (not self.write or session.now() - trail.at >= _LONGEST):
            trail.cut = True
        words: str = counted(
            "{count} page of CloudTrail's record read so far", "{count} pages of CloudTrail's record read so far",
            trail.pages,
        )  # fmt: skip
        if trail.read:
            return State.ready(words, pages=trail.pages)
        if trail.failing:
            words = joined("; ", [words, msg("retrying: {failure}", failure=trail.trouble)])
        return State.waiting(words, look_again=5.0 if trail.failing else _NEXT_VISIT, steady=True)

    def apply(self, session: AccountSession) -> Applied:
        return Applied(msg("nothing to change: the audit only reads"))


def kept_since(now: float) -> float:
    """Return the epoch second from which CloudTrail still has events."""
    return now - timedelta(days=_DAYS_KEPT).total_seconds()


def read_on(session: AccountSession, trail: Trail, access_role: str, most: int | None) -> None:
    """Read the next pages, two of each region; `most` calls, or with None to the end, 40 pages a region at most.

    API: DescribeRegions, LookupEvents. Raises errors that may pass at a retry.
    """
    if trail.regions is None:
        trail.regions = {region: Region() for region in _regions(session)}
    left = most
    for name, region in trail.regions.items():
        for _ in range(_PAGES_A_VISIT if most else _PAGES_OF_A_PLAN):
            if region.over or left == 0:
                break
            _read_page(session, trail, name, region, access_role)
            left = left and left - 1


def _regions(session: AccountSession) -> list[str]:
    """Home first, then the region of global services, then every other enabled one."""
    first = [session.region, regions.of_global_services(session.region)]
    try:
        answer: Any = session.client("ec2").describe_regions()
    except ClientError as error:
        if not aws_errors.denied(error):
            raise
        # The search of other regions ends with this denial, and tells it.
        return list(dict.fromkeys(first))
    return list(dict.fromkeys([*first, *sorted(each["RegionName"] for each in answer["Regions"])]))


def _read_page(session: AccountSession, trail: Trail, name: str, region: Region, access_role: str) -> None:
    client = session.in_region(name).client("cloudtrail")
    try:
        page = client.lookup_events(
            LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
            StartTime=datetime.fromtimestamp(trail.began, UTC),
            EndTime=datetime.fromtimestamp(max(trail.at, trail.began), UTC),
            **({"NextToken": region.next} if region.next else {}),
        )
    except ClientError as error:
        if refusals.says_nothing(error):
            raise
        region.closed, region.for_all = raw(error), aws_errors.denied_by_organization(error)
        return
    region.pages += 1
    region.next = page.get("NextToken")
    for event in page.get("Events", ()):
        take(trail, event, name, access_role)


def take(trail: Trail, event: Mapping[str, Any], region: str, access_role: str) -> None:
    """Note one event, unless it was refused, was noted before, or is the tool's own."""
    number = str(event.get("EventId", ""))
    if number and number in trail.seen:
        return
    trail.seen.add(number)
    source, operation = str(event.get("EventSource", "")).split(".")[0], str(event.get("EventName", ""))
    switches = (source, operation) in operations.REGION_SWITCHES
    ends = operations.undoes(operation) and not switches
    made = any(operations.makes(source, operation, home) for home in (True, False))
    known = (source, operation) in operations.covered(True) or operations.part_of(source, operation) is not None
    if not (ends or made or known or switches):
        return
    # Of an event that cannot be read nothing is known: it may have made something, and ended nothing.
    about = trail_rows.event(event) or {}
    if "errorCode" in about or _by_us(about, event, access_role) or (ends and not about):
        return
    call = _call(event, about, region, source, operation)
    if ends:
        trail.ended.append(call)
        return
    trail.made.append(call)
    for each in call.names:
        trail.makers.setdefault((source, each), call.who)


def _identity(about: Mapping[str, Any]) -> Mapping[str, Any]:
    found = about.get("userIdentity")
    return found if isinstance(found, Mapping) else {}


def _by_us(about: Mapping[str, Any], event: Mapping[str, Any], access_role: str) -> bool:
    """True for a session of this tool: nobody else can give that name to a session of the access role."""
    arn = str(_identity(about).get("arn", ""))
    session = str(event.get("Username", ""))
    return session.startswith(OWN_SESSION) and f":assumed-role/{access_role}/" in arn


def _call(event: Mapping[str, Any], about: Mapping[str, Any], region: str, source: str, operation: str) -> Call:
    others = frozenset(str(each.get("ResourceName", "")) for each in event.get("Resources", ())) - {""}
    when = event.get("EventTime")
    at = when.timestamp() if isinstance(when, datetime) else 0.0
    who = clean(str(event.get("Username", "") or _identity(about).get("invokedBy", "")))
    asked, answered = about.get("requestParameters"), about.get("responseElements")
    return calls.of((region, source, operation), who, at, asked, answered, others)
