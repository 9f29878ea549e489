"""The catalogue of SageMaker's quotas: those that the labs need, and filler, so that listings have several pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

# AWS lists 3,200 quotas; a tenth of that already makes four pages.
_LENGTH = 330


@dataclass(frozen=True, slots=True)
class CatalogueQuota:
    """A quota. `applied`: the account has an applied value from the start, so ListServiceQuotas shows it."""

    name: str
    code: str
    default: float
    applied: bool = False
    adjustable: bool = True
    unit: str = "None"


_T, _S, _E, _N = "training job", "spot training job", "endpoint", "notebook instance"

# Instance type, usage, code, default, applied. Codes and defaults are from AWS's tables.
_BY_TYPE: tuple[tuple[str, str, str, float, bool], ...] = (
    ("ml.p3.2xlarge", _T, "L-D438008E", 0, True),
    ("ml.p3.2xlarge", _S, "L-2D4C6493", 0, False),
    ("ml.p3.2xlarge", "processing job", "L-0323EDB4", 0, False),
    ("ml.p3.2xlarge", _E, "L-1623D0BE", 0, False),
    ("ml.p3.2xlarge", _N, "L-1F4A5AAB", 0, False),
    ("ml.p3.2xlarge", "transform job", "L-45F58E7E", 0, False),
    ("ml.g4dn.xlarge", _T, "L-3F53BF0F", 0, True),
    ("ml.g4dn.xlarge", _S, "L-944F78BB", 0, False),
    ("ml.g4dn.xlarge", _E, "L-B67CFA0C", 0, False),
    ("ml.g4dn.xlarge", _N, "L-D8B97089", 0, False),
    ("ml.g4dn.2xlarge", _T, "L-C2495BC4", 0, False),
    ("ml.g4dn.2xlarge", _S, "L-0496610F", 0, False),
    ("ml.g4dn.2xlarge", _E, "L-EA346344", 0, False),
    ("ml.g4dn.4xlarge", _T, "L-2908B1E9", 0, False),
    ("ml.g5.xlarge", _T, "L-B6D80D9C", 0, False),
    ("ml.g5.xlarge", _S, "L-DE07CBDF", 0, False),
    ("ml.g5.xlarge", _E, "L-1928E07B", 0, False),
    ("ml.g5.2xlarge", _T, "L-2D6DEB3C", 0, False),
    ("ml.g5.2xlarge", _S, "L-CAEE7DB7", 0, False),
    ("ml.g5.2xlarge", "training warm pool", "L-822C5A39", 0, False),
    ("ml.g5.2xlarge", _E, "L-9614C779", 0, False),
    ("ml.g6.xlarge", _T, "L-56AE9D73", 0, False),
    ("ml.m5.large", _E, "L-614B09FD", 0, False),
    ("ml.m5.xlarge", _E, "L-2F737F8D", 0, True),
    ("ml.c5.large", _E, "L-4D27DFDD", 0, False),
    ("ml.c5.xlarge", _E, "L-E9EE5599", 0, False),
    ("ml.t2.medium", _E, "L-29C181D7", 2, True),
    ("ml.m6g.large", _E, "L-C1E62DF0", 2, True),
    ("ml.m5.xlarge", _T, "L-CCE2AFA6", 0, False),
    ("ml.t3.medium", _N, "L-E17566B7", 6, True),
    ("ml.t3.large", _N, "L-8E454C05", 6, True),
    ("ml.m5.xlarge", _N, "L-76AB2C05", 1, True),
)
TOTAL_TRAINING = "Number of instances across all training jobs"
TOTAL_SPOT = "Number of instances across all spot training jobs"
PER_TRAINING_JOB = "Maximum number of instances per training job"
TRAINING_VOLUME = "Size of EBS volume for a training job instance"
TRAINING_SECONDS = "Longest run time for a training job"
TOTAL_ENDPOINTS = "Number of instances across active endpoints"
PER_ENDPOINT = "Maximum number of instances per endpoint"
TOTAL_NOTEBOOKS = "Total number of notebook instances"
LABELING_JOBS = "Maximum number of Ground Truth labeling jobs"
WORKTEAMS = "Number of workteams"
RANDOM_SEARCH_JOBS = "Maximum number of training jobs that a tuning job with Random search strategy can create"
_TOTALS = (
    CatalogueQuota(TOTAL_TRAINING, "L-00C91CB5", 4, applied=True),
    CatalogueQuota(TOTAL_SPOT, "L-93958082", 4, applied=True),
    CatalogueQuota(TOTAL_ENDPOINTS, "L-7A3DF611", 4, applied=True),
    CatalogueQuota(PER_ENDPOINT, "L-ED8DEE9B", 4),
    CatalogueQuota(PER_TRAINING_JOB, "L-622CFD70", 20),
    CatalogueQuota(TOTAL_NOTEBOOKS, "L-04CE2E67", 8, applied=True),
    CatalogueQuota(TRAINING_SECONDS, "L-33A961FD", 432_000, unit="Second"),
    CatalogueQuota(TRAINING_VOLUME, "L-C5A266EB", 1_024, unit="Gigabytes"),
    CatalogueQuota(LABELING_JOBS, "L-150039CA", 1, applied=True),
    CatalogueQuota("Maximum number of Ground Truth Streaming labeling jobs", "L-C3E706F6", 0),
    CatalogueQuota(WORKTEAMS, "L-1BAEE5A7", 25),
    CatalogueQuota(RANDOM_SEARCH_JOBS, "L-52DB9D33", 500),
)


@cache
def catalogue() -> tuple[CatalogueQuota, ...]:
    """Return all quotas in order of their codes, so that those of the labs are spread over the pages."""
    real = [
        CatalogueQuota(usage_of(kind, usage), code, default, applied)
        for kind, usage, code, default, applied in _BY_TYPE
    ]
    known = [*real, *_TOTALS]
    names = {quota.name for quota in known}
    filler = [quota for quota in _filler() if quota.name not in names]
    return tuple(sorted([*known, *filler[: _LENGTH - len(known)]], key=lambda quota: quota.code))


def usage_of(instance_type: str, usage: str) -> str:
    """Return the quota's name as AWS writes it: "ml.g5.2xlarge for training job usage"."""
    return f"{instance_type} for {usage} usage"


def _filler() -> Iterator[CatalogueQuota]:
    families = ("m5", "m6i", "m7i", "c5", "c6i", "c7i", "r5", "r6i", "r7i")
    sizes = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "24xlarge")
    usages = ("processing job", "transform job", "training warm pool", "spot training job", "cluster", "Studio apps")
    for family, size, usage in product(families, sizes, usages):
        name = usage_of(f"ml.{family}.{size}", usage)
        code = "L-" + hashlib.sha256(name.encode()).hexdigest()[:8].upper()
        yield CatalogueQuota(name, code, 0, applied=size in ("large", "xlarge"))
