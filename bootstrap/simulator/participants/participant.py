"""Who works in an account on the day: a boto3 program with keys of its own, which knows what anybody can look up."""

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
# Switched on in every account.
_AWAY = ("us-west-2", "eu-west-1", "ap-southeast-1")


class Missed(Exception):
    """What the participant wanted to work with is not there."""


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(*services: str) -> str:
    hosts = [f"{each}.amazonaws.com" for each in services]
    return document(Effect="Allow", Principal={"Service": hosts}, Action="sts:AssumeRole")


@dataclass
class Participant:
    """`url`: the simulator's address; `seed`: the world's. Whatever is looked up is looked up once in a part."""

    url: str
    account_id: str
    region: str
    seed: int

    def aws(self, service: str, region: str = "") -> Any:
        """A client that signs as this account's participant."""
        return clients.client(self.url, service, region or self.region)

    @property
    def sagemaker(self) -> Any:
        return self.aws("sagemaker")

    @property
    def s3(self) -> Any:
        return self.aws("s3")

    @property
    def partition(self) -> str:
        return regions.partition_of(self.region)

    def name(self, word: str) -> str:
        """The name that this participant gives such a thing, in every part of the day."""
        return f"{word}-{draw.token(4, self.seed, self.account_id, 'participant')}"

    def own(self, word: str) -> str:
        """A name that nobody else in the world has, as buckets and sign-in domains need."""
        return f"{self.name(word)}-{self.account_id}"

    def arn(self, service: str, resource: str) -> str:
        region = "" if service in ("iam", "s3") else self.region
        owner = "" if service == "s3" else self.account_id
        return f"arn:{self.partition}:{service}:{region}:{owner}:{resource}"

    @property
    def away(self) -> str:
        """Another region, in which nobody looks."""
        if self.partition != "aws":
            return next(each for each in ("cn-north-1", "cn-northwest-1") if each != self.region)
        there = [each for each in _AWAY if each != self.region]
        return there[int(draw.uniform(0, len(there), self.seed, self.account_id, "away"))]

    @cached_property
    def role(self) -> str:
        """The ARN of a role that SageMaker works as: the event's, else the oldest. Raises Missed."""
        pages = self.aws("iam").get_paginator("list_roles").paginate()
        found = [each for page in pages for each in page["Roles"] if _for_sagemaker(each)]
        found.sort(key=lambda each: ("-training-" not in each["RoleName"], each["CreateDate"]))
        if not found:
            raise Missed("a role of SageMaker's")
        return str(found[0]["Arn"])

    @cached_property
    def bucket(self) -> str:
        """The event's, which holds the pictures. Raises Missed."""
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
        return f"s3://{self.bucket}/{key}"

    def read(self, key: str) -> Any:
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def algorithm(self, region: str = "") -> str:
        """Raises Missed where the algorithm is not offered."""
        found = image_classification.image(region or self.region, self.partition)
        if found is None:
            raise Missed("the algorithm's image")
        return f"{found}:1"

    def make_bucket(self, name: str, region: str = "") -> None:
        where = region or self.region
        params = {} if where == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": where}}
        self.aws("s3", where).create_bucket(Bucket=name, **params)


def _for_sagemaker(role: dict[str, Any]) -> bool:
    return "sagemaker.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
