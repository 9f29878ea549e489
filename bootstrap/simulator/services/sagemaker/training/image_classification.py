"""The built-in image-classification algorithm: its image, and the checks of hyper-parameters and data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bootstrap.simulator.services.sagemaker import instances
from bootstrap.simulator.services.sagemaker.training.recordio import Records

_REGISTRIES = {
    "us-east-1": "811284229777", "us-east-2": "825641698319", "us-west-1": "632365934929",
    "us-west-2": "433757028032", "ca-central-1": "469771592824", "ca-west-1": "190319476487",
    "sa-east-1": "855470959533", "eu-west-1": "685385470294", "eu-west-2": "644912444149",
    "eu-west-3": "749696950732", "eu-central-1": "813361260812", "eu-central-2": "680994064768",
    "eu-north-1": "669576153137", "eu-south-1": "257386234256", "eu-south-2": "104374241257",
    "ap-northeast-1": "501404015308", "ap-northeast-2": "306986355934", "ap-northeast-3": "867004704886",
    "ap-south-1": "991648021394", "ap-south-2": "628508329040", "ap-southeast-1": "475088953585",
    "ap-southeast-2": "544295431143", "ap-southeast-3": "951798379941", "ap-southeast-4": "106583098589",
    "ap-east-1": "286214385809", "af-south-1": "455444449433", "me-south-1": "249704162688",
    "me-central-1": "272398656194", "il-central-1": "898809789911", "cn-north-1": "390948362332",
    "cn-northwest-1": "387376663083", "us-gov-west-1": "226302683700", "us-gov-east-1": "237065988967",
}  # fmt: skip
_GPU_FAMILIES = ("p2", "p3", "g4dn", "g5")
_CPU_PREFIXES = ("m", "c", "r", "t")


class _Number(NamedTuple):
    low: float
    high: float
    whole: bool = False


_SHARE = _Number(0, 0.999)
_DEPTHS = ("18", "34", "50", "101", "152", "200", "20", "32", "44", "56", "110")
_FLAG = ("0", "1")
_REQUIRED = ("num_classes", "num_training_samples")
_KNOWN: dict[str, _Number | tuple[str, ...] | None] = {
    "num_classes": _Number(2, 1e9, True),
    "num_training_samples": _Number(1, 1e12, True),
    "epochs": _Number(1, 1e9, True),
    "mini_batch_size": _Number(1, 1e9, True),
    "learning_rate": _Number(0, 1),
    "optimizer": ("sgd", "adam", "rmsprop", "nag"),
    "num_layers": _DEPTHS,
    "image_shape": None,
    "use_pretrained_model": _FLAG,
    "momentum": _SHARE,
    "weight_decay": _SHARE,
    "lr_scheduler_factor": _Number(0, 1),
    "lr_scheduler_step": None,
    "gamma": _SHARE,
    "beta_1": _SHARE,
    "beta_2": _SHARE,
    "eps": _Number(0, 1),
    "multi_label": _FLAG,
    "use_weighted_loss": _FLAG,
    "precision_dtype": ("float32", "float16"),
    "early_stopping": ("True", "False", "true", "false"),
    "early_stopping_min_epochs": _Number(1, 1e9, True),
    "early_stopping_patience": _Number(1, 1e9, True),
    "early_stopping_tolerance": _Number(0, 1),
    "checkpoint_frequency": _Number(1, 1e9, True),
    "top_k": _Number(2, 1e9, True),
    "augmentation_type": ("none", "crop", "crop_color", "crop_color_transform"),
    "resize": _Number(1, 1e9, True),
    "kv_store": ("dist_sync", "dist_async"),
    # The tuner adds this parameter to its jobs.
    "_tuning_objective_metric": None,
}


def image(region: str, partition: str) -> str | None:
    """Return the algorithm's image in the region, or None."""
    suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    account = _REGISTRIES.get(region)
    return f"{account}.dkr.ecr.{region}.{suffix}/image-classification" if account else None


def needs_gpu(instance_type: str) -> bool:
    """Return True if the type has no GPU: AWS then refuses the job at once."""
    family = instances.family(instance_type)
    return family not in _GPU_FAMILIES and family.startswith(_CPU_PREFIXES)


def unfit(instance_type: str) -> str | None:
    """Return why the algorithm fails on the instance type, or None."""
    if instances.family(instance_type) in _GPU_FAMILIES:
        return None
    return "AlgorithmError: no kernel image is available for execution on the device, exit code: 1"


def misconfigured(given: Mapping[str, str]) -> str | None:
    """Return the error in the hyper-parameters alone, or None."""
    for name in _REQUIRED:
        if name not in given:
            return _invalid(f"'{name}' is a required property")
    for name, value in given.items():
        if name not in _KNOWN:
            return _invalid(f"Additional properties are not allowed ('{name}' was unexpected)")
        rule = _KNOWN[name]
        if isinstance(rule, tuple) and not isinstance(rule, _Number) and value not in rule:
            return _invalid(f"'{value}' is not one of {list(rule)} for '{name}'")
        if isinstance(rule, _Number) and not _within(value, rule):
            return _invalid(f"'{value}' is not valid for '{name}'")
    if not _shape_fits(given.get("image_shape", "3,224,224")):
        return _invalid(f"'{given['image_shape']}' is not valid for 'image_shape'")
    if int(given.get("mini_batch_size", "32")) > int(given["num_training_samples"]):
        return "ClientError: mini_batch_size must not be greater than num_training_samples"
    return None


def mismatched(given: Mapping[str, str], train: Records, validation: Records) -> str | None:
    """Return the contradiction between data and hyper-parameters, or None."""
    samples, classes = int(given["num_training_samples"]), int(given["num_classes"])
    if train.count != samples:
        return f"ClientError: num_training_samples is {samples}, but the train channel has {train.count} records"
    if not validation.count:
        return "ClientError: The validation channel has no records"
    labels = sorted(train.labels)
    if labels != list(range(classes)):
        return (
            f"ClientError: num_classes is {classes}, but the labels of the train channel are {len(labels)}, "
            f"from {labels[0]:g} to {labels[-1]:g}"
        )
    strange = sorted(validation.labels - train.labels)
    return f"ClientError: label {strange[0]:g} of the validation channel is unknown" if strange else None


def _invalid(reason: str) -> str:
    return (
        "ClientError: Unable to initialize the algorithm. Failed to validate algorithm configuration. "
        f"(caused by ValidationError)\n\nCaused by: {reason}"
    )


def _within(value: str, rule: _Number) -> bool:
    try:
        number = int(value) if rule.whole else float(value)
    except ValueError:
        return False
    return rule.low <= number <= rule.high


def _shape_fits(value: str) -> bool:
    parts = value.replace(" ", "").split(",")
    return len(parts) == 3 and all(part.isdigit() and int(part) > 0 for part in parts)
