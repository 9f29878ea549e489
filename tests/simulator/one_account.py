"""A fresh account in the shared simulator, met through boto3 with keys of its own, which do not expire."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.config import Config
from botocore.exceptions import ClientError

from bootstrap import simulator
from tests.simulated import ROLE, Simulated

# One session for all clients: loading the models anew costs each 200 ms.
_SESSION = boto3.Session()
# What the client would refuse by itself is sent: AWS is to refuse it.
_CONFIG = Config(parameter_validation=False, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
_numbers = itertools.count(1)
_SCENARIOS = Path(str(simulator.__file__)).parent / "scenarios"


@dataclass
class OneAccount:
    aws: Simulated
    account_id: str
    region: str

    def client(self, service: str, region: str | None = None) -> Any:
        return _SESSION.client(
            service,
            region_name=region or self.region,
            endpoint_url=self.aws.url,
            aws_access_key_id=f"KEY{self.account_id}",
            aws_secret_access_key="secret",
            config=_CONFIG,
        )

    def pass_time(self, seconds: float) -> None:
        self.aws.advance(seconds)

    def role(self, name: str = "training", allow: list[str] | None = None, service: str = "sagemaker") -> str:
        """The ARN of a role that works already."""
        arn = self.new_role(name, allow, service)
        self.pass_time(60)
        return arn

    def new_role(self, name: str = "training", allow: list[str] | None = None, service: str = "sagemaker") -> str:
        iam = self.client("iam")
        principal = {"Service": f"{service}.amazonaws.com"}
        trust = _document(Principal=principal, Action="sts:AssumeRole")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        document = _document(Action=["s3:*", "ecr:*"] if allow is None else allow, Resource="*")
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document)
        return str(arn)


def open_account(aws: Simulated, region: str = "us-east-1", **differs: Any) -> OneAccount:
    """`differs`: parts of the scenario that are different in this account."""
    account_id = f"{200_000_000_000 + next(_numbers)}"
    row = {
        "account_id": account_id,
        "region": region,
        "role_name": "access",
        "access_key_id": f"KEY{account_id}",
        "secret_access_key": "secret",
        "differs": differs or None,
    }
    aws.ask("POST", "account", row)
    return OneAccount(aws, account_id, region)


def made_roles(iam: Any) -> list[str]:
    """The roles apart from those that stand in every account."""
    found = iam.list_roles()["Roles"]
    standing = {"access", ROLE}
    return [one["RoleName"] for one in found if not one["Path"].startswith("/aws-") and one["RoleName"] not in standing]


def shipped(scenario: str) -> dict[str, Any]:
    """The settings of a shipped scenario, without those of the scenario that it extends."""
    found: dict[str, Any] = yaml.safe_load((_SCENARIOS / f"{scenario}.yaml").read_text(encoding="utf-8"))
    return {part: said for part, said in found.items() if part not in {"extends", "schema"}}


@contextmanager
def refused(code: str, words: str = "") -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    said = caught.value.response["Error"]
    assert (said["Code"], words in said["Message"]) == (code, True), said


def _document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
