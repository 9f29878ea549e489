"""A second simulated AWS, which differs in twenty ways from the one of `ordinary`, and an event that was held in it.

What a scenario can say is in second_world.yaml. What it cannot say, answers in other shapes, is in `OTHERWISE`: a proxy
between the command and the simulated AWS.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3

from bootstrap.rehearsal import simulated as rehearsal
from tests.fault_proxy import Answer, Fault, FaultProxy, fault_proxy
from tests.runs import Recorder, Rehearsed, folder, rehearsed
from tests.simulated import as_keys

SCENARIO = Path(__file__).with_name("second_world.yaml")
TEAMS = 5
HOSTED, DELETED = (0, 1), 2
CLOSED, FENCED = "team-4", "team-5"
# The day of the event is read this long after its preparation began.
_HOURS = 10
_ALWAYS = 10**9
_SLOW_SECONDS = 0.4
_CONSISTENT_SECONDS = 4


def event_folder(at: Path) -> Path:
    """An event whose rehearsal begins some hours ago, so that what happens there is history for a command."""
    opens = (datetime.now(UTC) + timedelta(days=3) - timedelta(hours=_HOURS)).replace(microsecond=0)
    days = {"opens": opens, "closes": opens + timedelta(hours=9), "expires": opens + timedelta(hours=33)}
    return folder(at, teams=TEAMS, schedule={name: day.isoformat() for name, day in days.items()})


@contextmanager
def held(at: Path) -> Iterator[tuple[Rehearsed, Recorder]]:
    """The accounts after the event's preparation: two teams host an endpoint, and a stack of one is deleted."""
    with rehearsed(at, str(SCENARIO)) as world:
        _, told = world.provision()
        for row in HOSTED:
            world.simulated.participate("opens", world.inputs.accounts[row].account_id)
        _delete_stack(world)
        # As a day passes, in steps: what is due at a time is done then.
        for _ in range(6):
            world.pass_time(1200)
        world.pass_time(time.time() - world.time[0])
        yield world, told


def _delete_stack(world: Rehearsed) -> None:
    account = world.inputs.accounts[DELETED]
    keys = dict(zip(("aws_access_key_id", "aws_secret_access_key"), rehearsal.OPERATOR_KEYS, strict=True))
    where = {"region_name": account.region, "endpoint_url": world.simulated.url}
    role = f"arn:aws:iam::{account.account_id}:role/event-bootstrap-access"
    sts = boto3.client("sts", **where, **keys)
    made = as_keys(sts.assume_role(RoleArn=role, RoleSessionName="desk")["Credentials"])
    boto3.client("cloudformation", **where, **made).delete_stack(StackName="car-day-notifications")


def _json(change: Callable[[dict[str, Any]], None]) -> Callable[[Answer], Answer]:
    def changed(answer: Answer) -> Answer:
        status, headers, body = answer
        if status != 200:
            return answer
        said = json.loads(body)
        change(said)
        return status, headers, json.dumps(said).encode()

    return changed


_EVENT = re.compile(rb"<member>(?:(?!<member>).)*?<ResourceStatus>CREATE_COMPLETE<.*?</member>", re.DOTALL)
_TIME = re.compile(rb"(?<=<Timestamp>)[^<]+")


def detailed_events(answer: Answer) -> Answer:
    """A resource is configured before it is consistent, and says so (CloudFormation User Guide, creation events)."""
    status, headers, body = answer

    def with_earlier(event: re.Match[bytes]) -> bytes:
        before = (
            event[0].replace(b">CREATE_COMPLETE<", b">CREATE_IN_PROGRESS<").replace(b"<EventId>", b"<EventId>before-")
        )
        before = before.replace(b"</member>", b"<DetailedStatus>CONFIGURATION_COMPLETE</DetailedStatus></member>")
        return event[0] + _TIME.sub(_earlier, before)

    return status, headers, _EVENT.sub(with_earlier, body)


def _earlier(at: re.Match[bytes]) -> bytes:
    moment = datetime.fromisoformat(at[0].decode()) - timedelta(seconds=_CONSISTENT_SECONDS)
    return moment.isoformat().replace("+00:00", "Z").encode()


def _queued(said: dict[str, Any]) -> None:
    moves = said.get("SecondaryStatusTransitions") or []
    if moves:
        queued = {
            "Status": "WaitingForReservation",
            "StartTime": moves[0]["StartTime"],
            "EndTime": moves[0]["StartTime"],
        }
        moves.insert(1, queued)


def _no_requester(said: dict[str, Any]) -> None:
    for each in said["RequestedQuotas"]:
        each.pop("Requester", None)


def _times_as_text(said: dict[str, Any]) -> None:
    for name in ("CreationTime", "LastModifiedTime"):
        if isinstance(said.get(name), int | float):
            said[name] = f"{datetime.fromtimestamp(said[name], UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _null_where_empty(said: dict[str, Any]) -> None:
    said.update({name: None for name, value in said.items() if value == []})


def _other_code(answer: Answer) -> Answer:
    _, headers, body = answer
    if b"AccessDeniedException" not in body:
        return answer
    return 403, headers, body.replace(b"AccessDeniedException", b"UnauthorizedException")


def _slow(answer: Answer) -> Answer:
    threading.Event().wait(_SLOW_SECONDS)
    return answer


def _no_requester_other_code(answer: Answer) -> Answer:
    return _other_code(_json(_no_requester)(answer))


# Operations (a pattern) -> how this AWS answers otherwise.
OTHERWISE: dict[str, Fault] = {
    "DescribeStackEvents": detailed_events,
    "DescribeTrainingJob": _json(_queued),
    "ListRequestedServiceQuotaChangeHistory.*": _no_requester_other_code,
    "DescribeNotebookInstance": _json(_times_as_text),
    "ListEndpoints": _json(_null_where_empty),
    "(?:Get|List)(?:AWSDefault)?ServiceQuotas?": _other_code,
    "ListStacks|DescribeStacks": _slow,
}


@contextmanager
def met(world: Rehearsed) -> Iterator[tuple[FaultProxy, set[str]]]:
    """A proxy to the world, in which answers are otherwise, and the patterns of those that were; the clock goes on."""
    one = threading.Lock()
    changed: set[str] = set()

    def noted(pattern: str) -> Fault:
        def made(answer: Answer) -> Answer | None:
            now = OTHERWISE[pattern](answer)
            if now != answer or OTHERWISE[pattern] is _slow:
                changed.add(pattern)
            return now

        return made

    def follow(answer: Answer) -> Answer:
        # LookupEvents is limited per second of the world's clock.
        with one:
            world.simulated.move(time.time())
        return answer

    with fault_proxy(world.simulated.url) as proxy:
        proxy.faults = {pattern: (noted(pattern), _ALWAYS) for pattern in OTHERWISE} | {
            "LookupEvents": (follow, _ALWAYS)
        }
        yield proxy, changed


def environment(proxy: FaultProxy) -> dict[str, str]:
    """The variables by which a command meets the world through the proxy."""
    keys = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), rehearsal.OPERATOR_KEYS, strict=True))
    return keys | {"AWS_ENDPOINT_URL": proxy.url, "AWS_EC2_METADATA_DISABLED": "true"}
