"""Instance types: what disk they carry, and where AWS has them."""

from __future__ import annotations

# A job on a type with NVMe gets no EBS volume: what is asked for must fit the disk (GB).
_NVME = {
    "ml.g4dn.xlarge": 125,
    "ml.g4dn.2xlarge": 225,
    "ml.g4dn.4xlarge": 225,
    "ml.g5.xlarge": 250,
    "ml.g5.2xlarge": 450,
    "ml.g5.4xlarge": 600,
}
_LARGE_NVME = 900
# Regions that lack one of the two families that the built-in algorithm and the labs use.
_LACKING = {
    "ap-northeast-3": "g5",
    "af-south-1": "g5",
    "cn-northwest-1": "g5",
    "ap-southeast-3": "g4dn",
}


def family(instance_type: str) -> str:
    return instance_type.split(".")[1]


def disk(instance_type: str) -> int | None:
    """GB of NVMe; None: the job gets an EBS volume of the size that it asks for."""
    if family(instance_type) not in ("g4dn", "g5"):
        return None
    return _NVME.get(instance_type, _LARGE_NVME)


def offered(instance_type: str, region: str) -> bool:
    return _LACKING.get(region) != family(instance_type)
