"""EC2: the regions, and listings of what costs money."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.scenarios.service_parts import AccessPart
from bootstrap.simulator.services import other_services
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.call import Call

# Regions launched after 20 March 2019 are off until somebody enables them.
# docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
_ON_FROM_THE_START = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "ap-south-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
    }
)


def describe_regions(call: Call) -> dict[str, Any]:
    """List the regions that the account can use; with AllRegions also the others, as "not-opted-in"."""
    for key in ("Filters", "RegionNames"):
        if call.params.get(key):
            raise Refusal("NotSimulated", f"ec2:DescribeRegions with {key} is not simulated")
    shown = [_region(call, name) for name in regions.regions(call.partition)]
    return {"Regions": [one for one in shown if call.params.get("AllRegions") or one["OptInStatus"] != "not-opted-in"]}


def _region(call: Call, name: str) -> dict[str, Any]:
    status = "opt-in-not-required"
    if optional(name):
        status = "opted-in" if enabled(call.account, call.scenario.access, name) else "not-opted-in"
    return {"RegionName": name, "Endpoint": f"ec2.{name}.{regions.url_suffix(name)}", "OptInStatus": status}


def optional(region: str) -> bool:
    """Return True if the region must be enabled before use."""
    return region not in _ON_FROM_THE_START and regions.partition_of(region) == "aws"


def enabled(account: AccountState, access: AccessPart, region: str) -> bool:
    """Return True if the account can use the region: its own, every older one, and those that the scenario enables."""
    if region in access.regions_off:
        return False
    return not optional(region) or account.hub or region == account.region or region in access.regions_on


OPERATIONS = {"DescribeRegions": describe_regions, **other_services.operations("ec2")}
VIEWS = {"others": other_services.view}
