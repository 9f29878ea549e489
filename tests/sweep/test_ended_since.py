"""What a record's call made is ended only by a call that names it: of several things, each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sweep.test_audit import AWAY, DB_A, GLOBAL, event, finds

TASK = "arn:aws:ecs:x:1:task/default/{}"


def tasks(*names: str, hour: float = 1) -> dict[str, Any]:
    """A start of tasks. ECS takes and names a task by "task", and everything by its cluster."""
    made = [{"taskArn": TASK.format(each), "clusterArn": "arn:aws:ecs:x:1:cluster/default"} for each in names]
    return event("ecs:RunTask", {"cluster": "default", "count": len(names)}, gave={"tasks": made}, hour=hour)


def stops(name: str) -> dict[str, Any]:
    return event("ecs:StopTask", {"cluster": "default", "task": name, "reason": "done"}, hour=5)


SERVERS = event("lightsail:CreateInstances", {"instanceNames": ["a", "b"]})
SERVER_A, SERVER_B = (event("lightsail:DeleteInstance", {"instanceName": each}, hour=5) for each in "ab")
HOSTS = event("ec2:AllocateHosts", {"quantity": 2}, gave={"hostIdSet": {"items": ["h-1", "h-2"]}})
HOST_1 = event("ec2:ReleaseHosts", {"ReleaseHostsRequest": {"HostId": {"content": "h-1", "tag": 1}}}, hour=5)
HOST_2 = event("ec2:ReleaseHosts", {"hostIdSet": {"items": ["h-2"]}}, hour=5)
SEATS = event("workspaces:CreateWorkspaces", {}, gave={"pendingRequests": [{"workspaceId": "1"}, {"workspaceId": "2"}]})
SEAT_1 = event("workspaces:TerminateWorkspaces", {"terminateWorkspaceRequests": [{"workspaceId": "1"}]}, hour=5)
MEMBER = event("rds:CreateDBInstance", {**DB_A, "dBClusterIdentifier": "c"})
COPY = event("rds:CopyDBSnapshot", {"sourceDBSnapshotIdentifier": "s"}, gave={"dBSnapshotIdentifier": "t"})


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([tasks("1"), stops(TASK.format("1"))], []),
        ([tasks("1"), stops("1")], []),
        ([tasks("1"), tasks("2", hour=2), stops("2")], ["ecs:RunTask"]),
        ([tasks("1", "2"), stops("2")], ["ecs:RunTask"]),
        ([tasks("1", "2"), stops("2"), stops("1")], []),
        ([SERVERS, SERVER_A], ["lightsail:CreateInstances"]),
        ([SERVERS, SERVER_A, SERVER_B], []),
        ([HOSTS, HOST_1], ["ec2:AllocateHosts"]),
        ([HOSTS, HOST_1, HOST_2], []),
        ([SEATS, SEAT_1], ["workspaces:CreateWorkspaces"]),
        # Another one that has the name of the cluster; the snapshot that was copied.
        ([MEMBER, event("rds:DeleteDBInstance", {"dBInstanceIdentifier": "c"}, hour=5)], ["rds:CreateDBInstance"]),
        ([COPY, event("rds:DeleteDBSnapshot", {"dBSnapshotIdentifier": "s"}, hour=5)], ["rds:CopyDBSnapshot"]),
        ([COPY, event("rds:DeleteDBSnapshot", {"dBSnapshotIdentifier": "t"}, hour=5)], []),
    ],
)
def test_what_made_several_is_a_find_until_each_is_ended_and_no_other_end_counts(
    events: list[dict[str, Any]], found: list[str]
) -> None:
    assert finds(*events) == found


def test_an_event_that_cannot_be_read_ends_nothing() -> None:
    unread = {"CloudTrailEvent": "{cut"}
    made, gone = event("rds:CreateDBInstance", DB_A), event("rds:DeleteDBInstance", DB_A, hour=2)
    assert finds(made | unread, gone | unread) == ["rds:CreateDBInstance"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"accessKey": {"accessKeyId": "AKIA1", "userName": "old"}}, True),
        ({"accessKey": {"accessKeyId": "AKIA1", "userName": "new"}}, False),
        # A key of the account's root has no user.
        ({"accessKey": {"accessKeyId": "AKIA1"}}, True),
        (None, True),
    ],
)
def test_a_key_that_a_user_of_before_made_for_itself_is_a_find_though_the_request_names_nobody(
    answer: Any, found: bool
) -> None:
    made = event("iam:CreateAccessKey", None, gave=answer)
    assert finds(made, region=GLOBAL, before={"IAM user": {"old"}}) == (["iam:CreateAccessKey"] if found else [])


@pytest.mark.parametrize("call", ["account:EnableRegion", "account:DisableRegion"])
def test_a_region_that_is_off_again_may_hold_anything_and_one_that_is_on_was_looked_into(call: str) -> None:
    off = event(call, {"RegionName": "ap-east-1"})
    assert finds(off, region=GLOBAL) == [call]
    assert finds(off, event("account:DisableRegion", {"RegionName": "ap-east-1"}, hour=5), region=GLOBAL)[:1] == [call]
    assert finds(event(call, {"RegionName": AWAY}), region=GLOBAL) == []


def test_a_volume_of_before_that_grew_is_a_find() -> None:
    grown = event("ec2:ModifyVolume", {"ModifyVolumeRequest": {"VolumeId": "vol-1", "Size": 900}})
    assert finds(grown, before={"EC2 volume": {"vol-1"}}) == ["ec2:ModifyVolume"]
    assert finds(grown, before={"EC2 volume": {"vol-2"}}) == []


LASTING = {"instanceMarketOptions": {"marketType": "spot", "spotOptions": {"spotInstanceType": "persistent"}}}
MACHINE = {"instancesSet": {"items": [{"instanceId": "i-1", "spotInstanceRequestId": "sir-1"}]}}
FLEET = {"CreateFleetResponse": {"fleetId": "fleet-1"}}


@pytest.mark.parametrize(
    ("made", "end"),
    [
        (event("ec2:RunInstances", LASTING, gave=MACHINE), ("CancelSpotInstanceRequests", "spotInstanceRequestId")),
        (
            event("ec2:RequestSpotInstances", {"type": "persistent"}, gave={"x": [{"spotInstanceRequestId": "sir-1"}]}),
            ("CancelSpotInstanceRequests", "spotInstanceRequestId"),
        ),
        (event("ec2:CreateFleet", {"CreateFleetRequest": {"Type": "maintain"}}, gave=FLEET), ("DeleteFleets", "")),
        (event("ec2:CreateFleet", {"CreateFleetRequest": {}}, gave=FLEET), ("DeleteFleets", "")),
    ],
)
def test_a_request_that_starts_other_machines_for_those_that_end_is_a_find_until_it_is_cancelled(
    made: dict[str, Any], end: tuple[str, str]
) -> None:
    machine = event("ec2:TerminateInstances", {"instancesSet": {"items": [{"instanceId": "i-1"}]}}, hour=4)
    found = [f"ec2:{made['EventName']}"]
    assert finds(made) == found
    assert finds(made, machine) == found
    operation, key = end
    given = (
        {"items": [{key: "sir-1"}]} if key else {"DeleteFleetsRequest": {"FleetId": {"content": "fleet-1", "tag": 1}}}
    )
    assert finds(made, machine, event(f"ec2:{operation}", given, hour=5)) == []


@pytest.mark.parametrize(
    "made",
    [
        event("ec2:RunInstances", {"instanceType": "m5.large"}, gave=MACHINE),
        event("ec2:RequestSpotInstances", {"type": "one-time"}),
        event("ec2:CreateFleet", {"CreateFleetRequest": {"Type": "instant"}}, gave=FLEET),
    ],
)
def test_machines_that_end_for_good_are_shown_by_their_listing(made: dict[str, Any]) -> None:
    assert finds(made) == []
