"""A simulated participant: a boto3 client with its own keys, which knows only what it can look up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.participants import clients
from bootstrap.simulator.services.sagemaker.training import image_classification
from bootstrap.simulator.world import draw

ALLOWED: dict[str, Any] = {"Effect": "Allow", "Action": ["s3:*", "ecr:*", "logs:*"], "Resource": "*"}
# Regions that are enabled in every account.
_AWAY = ("us-west-2", "eu-west-1", "ap-southeast-1")


class Missed(Exception):
    """A resource that the participant needs does not exist."""


def document(**statement: Any) -> str:
    """Return a policy document of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(*services: str) -> str:
    """Return a trust policy for AWS services."""
    hosts = [f"{each}.amazonaws.com" for each in services]
    return document(Effect="Allow", Principal={"Service": hosts}, Action="sts:AssumeRole")


@dataclass
class Participant:
    """`url`: the simulator's address; `seed`: the world's. Lookups are cached for one part of the day."""

    url: str
    account_id: str
    region: str
    seed: int

    def aws(self, service: str, region: str = "") -> Any:
        """Return a client that signs as this account's participant."""
        return clients.client(self.url, service, region or self.region)

    @property
    def sagemaker(self) -> Any:
        """Client of SageMaker."""
        return self.aws("sagemaker")

    @property
    def s3(self) -> Any:
        """Client of S3."""
        return self.aws("s3")

    @property
    def partition(self) -> str:
        """Partition of the participant's region."""
        return regions.partition_of(self.region)

    def name(self, word: str) -> str:
        """Return the participant's name for a resource: the same in every part of the day."""
        return f"{word}-{draw.token(4, self.seed, self.account_id, 'participant')}"

    def own(self, word: str) -> str:
        """Return a name that is unique over all accounts, as buckets and sign-in domains need."""
        return f"{self.name(word)}-{self.account_id}"

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN in the participant's account."""
        region = "" if service in ("iam", "s3") else self.region
        owner = "" if service == "s3" else self.account_id
        return f"arn:{self.partition}:{service}:{region}:{owner}:{resource}"

    @property
    def away(self) -> str:
        """A region other than the event's."""
        if self.partition != "aws":
            return next(each for each in ("cn-north-1", "cn-northwest-1") if each != self.region)
        there = [each for each in _AWAY if each != self.region]
        return there[int(draw.uniform(0, len(there), self.seed, self.account_id, "away"))]

    @cached_property
    def role(self) -> str:
        """ARN of a role that SageMaker can assume: the event's training role, else the oldest. Raises Missed."""
        pages = self.aws("iam").get_paginator("list_roles").paginate()
        found = [each for page in pages for each in page["Roles"] if _for_sagemaker(each)]
        found.sort(key=lambda each: ("-training-" not in each["RoleName"], each["CreateDate"]))
        if not found:
            raise Missed("a role of SageMaker's")
        return str(found[0]["Arn"])

    @cached_property
    def bucket(self) -> str:
        """Name of the event's bucket, which holds the pictures. Raises Missed."""
        ending = f"-sagemaker-{self.account_id}-{self.region}"
        found = [each["Name"] for each in self.s3.list_buckets()["Buckets"] if each["Name"].endswith(ending)]
        if not found:
            raise Missed("the event's bucket")
        return str(found[0])

    @cached_property
    def team(self) -> dict[str, Any]:
        """The work team of lab 1. Raises Missed."""
        found: list[dict[str, Any]] = self.sagemaker.list_workteams()["Workteams"]
        if not found:
            raise Missed("a work team")
        return found[0]

    def uri(self, key: str) -> str:
        """Return the S3 URI of a key in the event's bucket. Raises Missed."""
        return f"s3://{self.bucket}/{key}"

    def read(self, key: str) -> Any:
        """Return the content of a JSON object in the event's bucket. Raises Missed."""
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def algorithm(self, region: str = "") -> str:
        """Return the image URI of the built-in algorithm. Raises Missed in regions without it."""
        found = image_classification.image(region or self.region, self.partition)
        if found is None:
            raise Missed("the algorithm's image")
        return f"{found}:1"

    def make_bucket(self, name: str, region: str = "") -> None:
        """Create a bucket."""
        where = region or self.region
        params = {} if where == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": where}}
        self.aws("s3", where).create_bucket(Bucket=name, **params)


def _for_sagemaker(role: dict[str, Any]) -> bool:
    return "sagemaker.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
