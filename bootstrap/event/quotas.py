"""The AWS quotas that an event needs, by name and known code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

# AWS may change codes but keeps names: compare the name that AWS returns for a code with the key here.
CODES: Mapping[str, str] = {
    "ml.p3.2xlarge for training job usage": "L-D438008E",
    "ml.g4dn.xlarge for training job usage": "L-3F53BF0F",
    "ml.g4dn.2xlarge for training job usage": "L-C2495BC4",
    "ml.g4dn.4xlarge for training job usage": "L-2908B1E9",
    "ml.g5.xlarge for training job usage": "L-B6D80D9C",
    "ml.g5.2xlarge for training job usage": "L-2D6DEB3C",
    "ml.p3dn.24xlarge for training job usage": "L-8DCA2E97",
    "ml.m5.large for endpoint usage": "L-614B09FD",
    "ml.m5.xlarge for endpoint usage": "L-2F737F8D",
    "ml.c5.large for endpoint usage": "L-4D27DFDD",
    "ml.c5.xlarge for endpoint usage": "L-E9EE5599",
    "ml.g4dn.xlarge for endpoint usage": "L-B67CFA0C",
    "ml.g4dn.2xlarge for endpoint usage": "L-EA346344",
    "ml.g5.xlarge for endpoint usage": "L-1928E07B",
    "ml.g5.2xlarge for endpoint usage": "L-9614C779",
    "Number of instances across all training jobs": "L-00C91CB5",
    "Number of instances across active endpoints": "L-7A3DF611",
}


class WantedQuota(BaseModel):
    """A quota and the smallest value that is enough.

    `value` of a quota with `match` is the largest wanted value in `one_of`. What is requested for it is the largest
    wanted value of those quotas in `one_of` that AWS offers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    value: float
    code: str | None = None
    service: str = "sagemaker"
    instance_type: str | None = None
    match: bool = False


class QuotaGroup(BaseModel):
    """The quotas that "training" or "endpoint" in lab.yaml needs: one of the ranked `one_of`, and all of `all_of`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    one_of: tuple[WantedQuota, ...] = ()
    all_of: tuple[WantedQuota, ...] = ()


def training(values: Sequence[tuple[str, int]]) -> QuotaGroup:
    """Return the group of ranked (instance type, wanted number), with the quota for all training jobs together."""
    ranked = tuple(_wanted(f"{each} for training job usage", value, each) for each, value in values)
    largest = max(value for _, value in values)
    total = _wanted("Number of instances across all training jobs", largest, match=True)
    return QuotaGroup(name="training", one_of=ranked, all_of=(total,))


def endpoint(instance_type: str, value: int) -> QuotaGroup:
    """Return the group of the endpoint's instance type, with the quota for all endpoints together."""
    own = _wanted(f"{instance_type} for endpoint usage", value, instance_type)
    return QuotaGroup(name="endpoint", all_of=(own, _wanted("Number of instances across active endpoints", value)))


def _wanted(name: str, value: int, instance_type: str | None = None, match: bool = False) -> WantedQuota:
    return WantedQuota(name=name, value=value, code=CODES.get(name), instance_type=instance_type, match=match)
