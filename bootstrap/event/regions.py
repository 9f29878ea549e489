"""The regions of AWS, from botocore's endpoint data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bootstrap.event.suggest import did_you_mean

# Regions that came after 20 March 2019 are off until somebody switches them on; this list does not grow any more.
# docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
_ON_FROM_THE_START = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
        *("eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1", "ap-south-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"),
    }
)
_PARTITIONS_WITHOUT_OPT_IN = ("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-")


@cache
def known() -> Mapping[str, str]:
    """Region -> its name for people ("Asia Pacific (Tokyo)"), of every partition."""
    from botocore.loaders import Loader

    partitions = Loader().load_data("endpoints")["partitions"]
    return {
        region: about.get("description", "")
        for partition in partitions
        for region, about in partition["regions"].items()
    }


def suggestion(found: str) -> str:
    """ " Did you mean ...?" for a misspelt region, an availability zone or a city."""
    if found[:-1] in known():
        return f" Did you mean `{found[:-1]}`? (a region, without the letter of a zone)"
    if len(found) >= 4:
        for region, description in known().items():
            if found.casefold() in description.casefold():
                return f" Did you mean `{region}`?"
    return did_you_mean(found, known())


def needs_opt_in(region: str) -> bool:
    """Whether an account cannot use the region before it is enabled there."""
    return region not in _ON_FROM_THE_START and not region.startswith(_PARTITIONS_WITHOUT_OPT_IN)


@cache
def has_service(region: str, service: str) -> bool:
    """Whether botocore's endpoint data know the service in the region; it may be older than a new region's service."""
    from botocore.loaders import Loader
    from botocore.regions import EndpointResolver

    resolver = EndpointResolver(Loader().load_data("endpoints"))
    partition = resolver.get_partition_for_region(region)
    found = resolver.get_available_endpoints(_prefix(service), partition, allow_non_regional=True)
    return region in found or any(each.endswith("-global") for each in found)


@cache
def _prefix(service: str) -> str:
    """What the endpoint data call the service: api.sagemaker, or monitoring for cloudwatch."""
    from botocore.loaders import Loader

    return str(Loader().load_service_model(service, "service-2")["metadata"]["endpointPrefix"])
