"""Partitions, regions and services, as botocore's own data files list them."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session


@cache
def botocore_session() -> Any:
    return botocore.session.Session()


@cache
def loader() -> Any:
    """The one botocore data loader of this process: one of its own costs each client 10 ms."""
    return botocore_session().get_component("data_loader")


@cache
def _endpoints() -> Any:
    from botocore.regions import EndpointResolver

    return EndpointResolver(loader().load_data("endpoints"))


@cache
def partition_of(region: str) -> str:
    return str(_endpoints().get_partition_for_region(region))


@cache
def offers(service: str, region: str) -> bool:
    """Whether AWS has the service in the region, as botocore's endpoint data say."""
    return region in _endpoints().get_available_endpoints(service, partition_of(region))


@cache
def regions(partition: str) -> tuple[str, ...]:
    """Every region of the partition, by name."""
    found = loader().load_data("endpoints")["partitions"]
    return tuple(sorted(next(one["regions"] for one in found if one["partition"] == partition)))


@cache
def url_suffix(region: str) -> str:
    return str(_endpoints().get_partition_dns_suffix(partition_of(region)))


@cache
def known_region(region: str) -> bool:
    """A region that botocore's endpoint data lists (partition_of also takes what only looks like one)."""
    return any(region in part["regions"] for part in loader().load_data("endpoints")["partitions"])
