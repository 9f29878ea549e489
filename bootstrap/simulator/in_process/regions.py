"""Partitions, regions and services, as botocore's own data files list them."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session


@cache
def botocore_session() -> Any:
    """Return the shared botocore session."""
    return botocore.session.Session()


@cache
def loader() -> Any:
    """Return the shared botocore data loader: a new one would cost each client 10 ms."""
    return botocore_session().get_component("data_loader")


@cache
def _endpoints() -> Any:
    from botocore.regions import EndpointResolver

    return EndpointResolver(loader().load_data("endpoints"))


@cache
def partition_of(region: str) -> str:
    """Return the region's partition, also for an unknown region of the right form."""
    return str(_endpoints().get_partition_for_region(region))


@cache
def offers(service: str, region: str) -> bool:
    """Return True if botocore's endpoint data list the service in the region."""
    return region in _endpoints().get_available_endpoints(service, partition_of(region))


@cache
def regions(partition: str) -> tuple[str, ...]:
    """Return the names of the partition's regions, sorted."""
    found = loader().load_data("endpoints")["partitions"]
    return tuple(sorted(next(one["regions"] for one in found if one["partition"] == partition)))


@cache
def url_suffix(region: str) -> str:
    """Return the DNS suffix of the region's endpoints."""
    return str(_endpoints().get_partition_dns_suffix(partition_of(region)))


@cache
def known_region(region: str) -> bool:
    """Return True if botocore's endpoint data list the region (partition_of accepts any name of the right form)."""
    return any(region in part["regions"] for part in loader().load_data("endpoints")["partitions"])
