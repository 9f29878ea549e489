"""Instance types: their disks, and the regions that lack them."""

from __future__ import annotations

# A job on a type with NVMe gets no EBS volume, so VolumeSizeInGB must fit this disk (GB).
_NVME = {
    "ml.g4dn.xlarge": 125,
    "ml.g4dn.2xlarge": 225,
    "ml.g4dn.4xlarge": 225,
    "ml.g5.xlarge": 250,
    "ml.g5.2xlarge": 450,
    "ml.g5.4xlarge": 600,
}
_LARGE_NVME = 900
# Regions that lack a family that the built-in algorithm or the labs use.
_LACKING = {
    "ap-northeast-3": "g5",
    "af-south-1": "g5",
    "cn-northwest-1": "g5",
    "ap-southeast-3": "g4dn",
}


def family(instance_type: str) -> str:
    """Return the family, such as g5, of an instance type."""
    return instance_type.split(".")[1]


def disk(instance_type: str) -> int | None:
    """Return the GB of NVMe; None if jobs get an EBS volume instead."""
    if family(instance_type) not in ("g4dn", "g5"):
        return None
    return _NVME.get(instance_type, _LARGE_NVME)


def offered(instance_type: str, region: str) -> bool:
    """Return True if the region has the instance type."""
    return _LACKING.get(region) != family(instance_type)
