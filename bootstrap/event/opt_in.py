"""Which regions an account must first be given, and which services a region has at all."""

from __future__ import annotations

from functools import cache

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


def needed(region: str) -> bool:
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
