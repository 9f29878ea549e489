"""Facts about instance types that the labs depend on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from bootstrap.errors.message import msg

_EBS_LIMIT_GB = 1024  # quota L-C5A266EB, "Size of EBS volume for a training job instance"

# The built-in image-classification algorithm trains on P2, P3, G4dn and G5 only. A type with NVMe disks has only
# these: SageMaker adds no EBS volume (docs.aws.amazon.com, ec2/latest/instancetypes/ac).
TRAINING_STORAGE_GB: Mapping[str, int] = {
    "ml.p2.xlarge": _EBS_LIMIT_GB,
    "ml.p2.8xlarge": _EBS_LIMIT_GB,
    "ml.p2.16xlarge": _EBS_LIMIT_GB,
    "ml.p3.2xlarge": _EBS_LIMIT_GB,
    "ml.p3.8xlarge": _EBS_LIMIT_GB,
    "ml.p3.16xlarge": _EBS_LIMIT_GB,
    "ml.p3dn.24xlarge": 1800,
    "ml.g4dn.xlarge": 125,
    "ml.g4dn.2xlarge": 225,
    "ml.g4dn.4xlarge": 225,
    "ml.g4dn.8xlarge": 900,
    "ml.g4dn.12xlarge": 900,
    "ml.g4dn.16xlarge": 900,
    "ml.g5.xlarge": 250,
    "ml.g5.2xlarge": 450,
    "ml.g5.4xlarge": 600,
    "ml.g5.8xlarge": 900,
    "ml.g5.12xlarge": 3800,
    "ml.g5.16xlarge": 1900,
    "ml.g5.24xlarge": 3800,
    "ml.g5.48xlarge": 7600,
}

_GPU_FAMILIES = {each.split(".")[1] for each in TRAINING_STORAGE_GB}
_USUAL = {
    "InstanceType": {"ml.t3.medium", "ml.t3.large", "ml.m5.xlarge"},
    "ProductionVariantInstanceType": {"ml.m5.large", "ml.m5.xlarge", "ml.c5.large", "ml.c5.xlarge"},
}
_ARM = re.compile(r"[a-z]+\d+g|p6e-gb")
_CPU = re.compile(r"[mcr]\d")
# Amazon Linux 2023, the only platform of new notebook instances, does not run on these.
_NO_NOTEBOOK = {"p2", "p3", "p3dn", "inf1", "g3"}


def why_no_endpoint(instance_type: str) -> str:
    """Return why the labs' endpoint cannot run and scale on this type; "" if it can."""
    if not _exists("ProductionVariantInstanceType", instance_type):
        return msg("SageMaker has no endpoint instance type of this name")
    if is_burstable(instance_type):
        return msg("an endpoint on a burstable type (t2, t3) cannot scale")
    family = instance_type.split(".")[1]
    if _ARM.match(family):
        return msg("it is an arm64 type, but the algorithm's image is for x86")
    if family not in _GPU_FAMILIES and not _CPU.match(family):
        return msg("the built-in image-classification algorithm does not run on it")
    return ""


def is_burstable(instance_type: str) -> bool:
    """True for ml.t2 and ml.t3: SageMaker registers no autoscaling for endpoints on them."""
    return instance_type.split(".")[1:2] in (["t2"], ["t3"])


def why_no_notebook(instance_type: str) -> str:
    """Return why a notebook instance cannot be of this type; "" if it can."""
    if not _exists("InstanceType", instance_type):
        return msg("SageMaker has no notebook instance type of this name")
    if instance_type.split(".")[1] in _NO_NOTEBOOK:
        return msg("the notebook platform Amazon Linux 2023 does not run on it")
    return ""


def _exists(shape: str, instance_type: str) -> bool:
    return instance_type in _USUAL[shape] or instance_type in _enum(shape)


@cache
def _enum(shape: str) -> frozenset[str]:
    from botocore.loaders import Loader

    return frozenset(Loader().load_service_model("sagemaker", "service-2")["shapes"][shape]["enum"])
