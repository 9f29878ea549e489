"""AWS regions, from botocore's endpoint data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from bootstrap.errors.message import Message, msg
from bootstrap.event.suggest import did_you_mean, with_suggestion

# Regions added after 20 March 2019 are disabled until an account enables them, so this list does not grow.
# docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
_ON_FROM_THE_START = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "ap-south-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
    }
)
# Where a partition keeps what is in no region, such as IAM: its trails and events are there.
_GLOBAL = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
_PARTITIONS_WITHOUT_OPT_IN = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")


@cache
def _loader() -> Any:
    """Return one shared loader: a new one reads its files again, which takes 30 ms for the endpoint data."""
    from botocore.loaders import Loader

    return Loader()


@cache
def _endpoints() -> Any:
    # Not by botocore's loader, which takes 0.05 s of CPU to import: `validate` needs nothing else of it.
    return json.loads((resources.files("botocore") / "data" / "endpoints.json").read_bytes())


@cache
def _resolver() -> Any:
    from botocore.regions import EndpointResolver

    return EndpointResolver(_endpoints())


@cache
def known() -> Mapping[str, str]:
    """Return region -> display name ("Asia Pacific (Tokyo)") for all partitions."""
    return {
        region: about.get("description", "")
        for partition in _endpoints()["partitions"]
        for region, about in partition["regions"].items()
    }


def unknown(found: str) -> Message:
    """Return "there is no such region", with a suggestion for a misspelt region, an availability zone or a city."""
    what = msg("found `{found}`, which is not an AWS region", found=found[:60])
    if found[:-1] in known():
        return msg(
            "{what}. Did you mean `{region}`? A region ends with a digit, an availability zone with a letter",
            what=what,
            region=found[:-1],
        )
    if len(found) >= 4:
        for region, description in known().items():
            if found.casefold() in description.casefold():
                return with_suggestion(what, region)
    return did_you_mean(what, found, known())


def needs_opt_in(region: str) -> bool:
    """True if an account must enable the region before it can use it."""
    return region not in _ON_FROM_THE_START and not region.startswith(_PARTITIONS_WITHOUT_OPT_IN)


@cache
def has_service(region: str, service: str) -> bool:
    """True if botocore's endpoint data list the service in the region; the data may be older than a new service."""
    found = _resolver().get_available_endpoints(_prefix(service), partition_of(region), allow_non_regional=True)
    return region in found or any(each.endswith("-global") for each in found)


@cache
def _prefix(service: str) -> str:
    """Return the service's name in the endpoint data: api.sagemaker, or monitoring for cloudwatch."""
    return str(_loader().load_service_model(service, "service-2")["metadata"]["endpointPrefix"])


@cache
def partition_of(region: str) -> str:
    """Return "aws", "aws-cn", ... from botocore's endpoint data. Raises botocore's UnknownRegionError."""
    return _listed(region).get("partition") or str(_resolver().get_partition_for_region(region))


def of_global_services(region: str) -> str:
    """Return the region in which the partition of this one keeps IAM and other services that are in no region."""
    return _GLOBAL.get(partition_of(region), region)


@cache
def domain_of(region: str) -> str:
    """Return the end of the region's host names: "amazonaws.com", "amazonaws.com.cn", ..."""
    return _listed(region).get("dnsSuffix") or str(_resolver().get_partition_dns_suffix(partition_of(region)))


def _listed(region: str) -> Mapping[str, str]:
    """Return the partition that lists the region; {} for a region that the data do not list yet."""
    return next((each for each in _endpoints()["partitions"] if region in each["regions"]), {})
