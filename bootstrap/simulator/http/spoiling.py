"""What reaches the client when a fault strikes: a connection that breaks, or an answer that AWS did not give so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bootstrap.simulator.wire import protocol
from bootstrap.simulator.wire.protocol import HttpAnswer
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.call import Call

# As proxies and sign-in pages of networks answer what they do not let through.
_PAGE = (
    b"<!DOCTYPE html><html><head><title>Network access</title></head>"
    b"<body><h1>Please sign in to continue</h1><form action='/login'><input name='user'></form></body></html>"
)
_LARGEST = 64 * 1024
# If an account was not answered anything else in that protocol before. The second one if the call is the first.
_OTHERS: dict[str, tuple[tuple[str, str, dict[str, object]], ...]] = {
    "json": (("ssm", "DescribeParameters", {"Parameters": []}), ("logs", "DescribeLogGroups", {"logGroups": []})),
    "query": (("sns", "ListTopics", {"Topics": []}), ("iam", "ListRoles", {"Roles": [], "IsTruncated": False})),
    "ec2": (("ec2", "DescribeRegions", {"Regions": []}), ("ec2", "DescribeAddresses", {"Addresses": []})),
    "rest-json": (("lambda", "ListFunctions", {"Functions": []}), ("lambda", "ListLayers", {"Layers": []})),
}
# S3's answers to ListBuckets and to ListObjectVersions.
_ROOTS = (
    b"<ListAllMyBucketsResult><Owner><ID>1</ID></Owner><Buckets/></ListAllMyBucketsResult>",
    b"<ListVersionsResult><Name>a</Name><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListVersionsResult>",
)


@dataclass(frozen=True, slots=True)
class Broken:
    """`closed` or `reset`: the connection ends without an answer; `silent`: it stays open without one; `short`: the
    answer's body ends early, and the connection with it.
    """

    how: Literal["closed", "reset", "silent", "short"]
    answer: HttpAnswer | None = None


_WITHOUT_ANSWER: dict[str, HttpAnswer | Broken] = {
    "cut": Broken("closed"),
    "lost": Broken("closed"),
    "reset": Broken("reset"),
    "hang": Broken("silent"),
    "html": (200, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, _PAGE),
    "empty": (200, {}, b""),
}


def spoilt(how: str, call: Call, account: AccountState, made: HttpAnswer | None) -> HttpAnswer | Broken:
    """Return what the client gets in place of `made`; None: nothing was done. `how`: as in a scenario's faults."""
    if how in _WITHOUT_ANSWER:
        return _WITHOUT_ANSWER[how]
    if how == "another":
        return _another(call, account)
    if made is None:
        raise AssertionError(f"{how} needs AWS's answer")
    status, headers, body = made
    match how:
        case "short":
            return Broken("short", made)
        case "half":
            return status, headers, body[: len(body) // 2]
    return made


def remember(call: Call, made: HttpAnswer) -> None:
    """Keep a good answer for a fault of the kind `another`, if the account's scenario has one."""
    if made[0] < 300 and 0 < len(made[2]) <= _LARGEST and any(each.how == "another" for each in call.scenario.faults):
        answers = call.account.shelf("answers").setdefault(protocol.protocol_of(call.service), {})
        name = f"{call.service}:{call.operation}"
        answers.pop(name, None)
        answers[name] = made


def _another(call: Call, account: AccountState) -> HttpAnswer:
    spoken, name = protocol.protocol_of(call.service), f"{call.service}:{call.operation}"
    kept: dict[str, HttpAnswer] = account.shelf("answers").get(spoken, {})
    last = next((answer for other, answer in reversed(kept.items()) if other != name), None)
    if last is not None:
        return last
    if spoken == "rest-xml":
        root = _ROOTS[call.operation == "ListBuckets"]
        return 200, {"x-amz-request-id": call.world.request_id(), "Content-Type": "application/xml"}, root
    service, operation, empty = next(each for each in _OTHERS[spoken] if f"{each[0]}:{each[1]}" != name)
    return protocol.serialize(service, operation, dict(empty), call.world.request_id())
