"""The parameters of CreateTrainingJob for the smoke job."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.regions import domain_of
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.tags import tags
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.smoke.image_registries import REGISTRIES, REPOSITORY, VERSION
from bootstrap.steps.smoke.verdict import tail

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_BATCH = 16
# The picture size of the pre-trained weights. A picture smaller than the requested shape fails the job.
_SIDE = 224
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Smoke:
    """The parts of the job's request: the team's own role, bucket and data.

    `kinds`: instance types, best first; `side`: the pictures' height and width in pixels. `data`: a digest of the
    training data; a job's output path contains it, so that the job shows for good what it trained with.
    """

    prefix: str
    bucket: str
    role_arn: str
    kinds: tuple[str, ...]
    volume_gb: int
    minutes: int
    classes: int
    samples: int
    tags: Mapping[str, str]
    side: int = _SIDE
    data: str = ""

    def name(self, kind: str, number: int) -> str:
        """Return the job's name. Names of training jobs cannot be used again, so each try has a number."""
        return f"{self.prefix}{number:02d}-{tail(kind)}"

    @property
    def output(self) -> str:
        """Address of the job's output."""
        return f"s3://{self.bucket}/smoke/{self.data}/"

    def request(self, session: AccountSession, kind: str, number: int) -> dict[str, Any]:
        """Return the parameters of CreateTrainingJob. Writes nothing."""
        return {
            "TrainingJobName": self.name(kind, number),
            "RoleArn": self.role_arn,
            "AlgorithmSpecification": {"TrainingImage": image(session.region), "TrainingInputMode": "File"},
            "HyperParameters": self.hyperparameters(),
            "InputDataConfig": [self._channel("train"), self._channel("validation")],
            "OutputDataConfig": {"S3OutputPath": self.output},
            "ResourceConfig": {"InstanceType": kind, "InstanceCount": 1, "VolumeSizeInGB": self.volume_gb},
            "StoppingCondition": {"MaxRuntimeInSeconds": self.minutes * 60},
            "EnableManagedSpotTraining": False,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }

    def hyperparameters(self) -> dict[str, str]:
        """Return the hyper-parameters, as strings: the API accepts nothing else."""
        side = min(_SIDE, self.side)
        return {
            "num_layers": "18",
            "image_shape": f"3,{side},{side}",
            "num_classes": str(self.classes),
            "num_training_samples": str(self.samples),
            "mini_batch_size": str(min(_BATCH, self.samples)),
            "epochs": "1",
            "learning_rate": "0.01",
            "use_pretrained_model": "1",
        }

    def _channel(self, name: str) -> dict[str, Any]:
        """One input channel. The algorithm needs exactly one .rec file under each prefix."""
        source = {
            "S3DataType": "S3Prefix",
            "S3Uri": f"s3://{self.bucket}/{name}/",
            "S3DataDistributionType": "FullyReplicated",
        }
        return {
            "ChannelName": name,
            "DataSource": {"S3DataSource": source},
            "ContentType": "application/x-recordio",
            "CompressionType": "None",
            "InputMode": "File",
        }


def image(region: str) -> str:
    """Return the address of the algorithm's image in a region: AWS has one registry per region.

    Raises Refused (EB-343) for a region in which no registry is known.
    """
    if region not in REGISTRIES:
        words = msg("no registry of {algorithm} is known in {region}", algorithm=REPOSITORY, region=region)
        raise Refused("EB-343", words)
    return f"{REGISTRIES[region]}.dkr.ecr.{region}.{domain_of(region)}/{REPOSITORY}:{VERSION}"


def build(event: Event, account: TeamAccount, names: Names, package: Package) -> Smoke:
    """Return the account's smoke job, with the numbers of classes and training pictures in `package`."""
    return Smoke(
        prefix=names.smoke_prefix,
        bucket=names.bucket,
        role_arn=names.role_arn(names.training_role),
        kinds=event.training.instance_types,
        volume_gb=event.training.volume_gb,
        minutes=event.training.smoke_minutes,
        classes=len(package.classes),
        samples=package.training,
        tags=tags(event, account),
        side=event.dataset.size,
        data=_digest(package),
    )


def with_data(smoke: Smoke, package: Package) -> Smoke:
    """Return the job with the numbers of classes and training pictures in `package`."""
    return replace(smoke, classes=len(package.classes), samples=package.training, data=_digest(package))


def _digest(package: Package) -> str:
    """Return a digest of the files that the job reads."""
    read = sorted(f"{each.key} {each.etag}" for each in package.items if each.data == "recordio")
    return hashlib.sha256("\n".join(read).encode()).hexdigest()[:_DIGITS]
