"""EC2, as far as regions go."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator import inside
from bootstrap.simulator.call import Call, Refusal

# Regions from after 20 March 2019 are off until somebody switches them on.
# docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
_ON_FROM_THE_START = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "ap-south-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
    }
)


def describe_regions(call: Call) -> dict[str, Any]:
    """Those the account can use; with AllRegions the others too, as "not-opted-in"."""
    for key in ("Filters", "RegionNames"):
        if call.params.get(key):
            raise Refusal("NotSimulated", f"ec2:DescribeRegions with {key} is not simulated")
    shown = [_region(call, name) for name in inside.regions(call.partition)]
    return {"Regions": [one for one in shown if call.params.get("AllRegions") or one["OptInStatus"] != "not-opted-in"]}


def _region(call: Call, name: str) -> dict[str, Any]:
    status = "opt-in-not-required"
    if name not in _ON_FROM_THE_START and call.partition == "aws":
        access = call.scenario.access
        on = (name == call.account.region or name in access.regions_on) and name not in access.regions_off
        status = "opted-in" if on else "not-opted-in"
    return {"RegionName": name, "Endpoint": f"ec2.{name}.{inside.url_suffix(name)}", "OptInStatus": status}


OPERATIONS = {"DescribeRegions": describe_regions}
