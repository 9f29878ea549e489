"""Functions, image repositories, regions: what else an account can hold, and where."""

from __future__ import annotations

import json

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused

MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": "sha256:0"},
        "layers": [],
    }
)


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def test_functions_are_made_listed_by_pages_and_deleted(account: OneAccount) -> None:
    client, role = account.client("lambda"), account.role("runner", service="lambda")
    with refused("InvalidParameterValueException", "cannot be assumed by Lambda"):
        client.create_function(FunctionName="a", Role=account.role(), Code={"ZipFile": b"x"})
    for name in ("a", "b", "c"):
        client.create_function(FunctionName=name, Role=role, Code={"ZipFile": b"x"}, Runtime="python3.12", Handler="m")
    with refused("ResourceConflictException"):
        client.create_function(FunctionName="a", Role=role, Code={"ZipFile": b"x"})
    pages = client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    assert [[one["FunctionName"] for one in page["Functions"]] for page in pages] == [["a", "b"], ["c"]]
    arn = client.get_function(FunctionName="a")["Configuration"]["FunctionArn"]
    client.delete_function(FunctionName=arn)
    with refused("ResourceNotFoundException"):
        client.delete_function(FunctionName="a")
    assert len(client.list_functions()["Functions"]) == 2


def test_a_repository_with_images_is_deleted_only_by_force(account: OneAccount) -> None:
    """cleanup.md section 5: force for images."""
    client = account.client("ecr")
    client.create_repository(repositoryName="cars")
    client.put_image(repositoryName="cars", imageManifest=MANIFEST, imageTag="one")
    with refused("RepositoryNotEmptyException"):
        client.delete_repository(repositoryName="cars")
    client.delete_repository(repositoryName="cars", force=True)
    assert client.describe_repositories()["repositories"] == []


def test_only_regions_that_are_on_are_listed(aws: Simulated) -> None:
    """aws.md: opt-in regions are off until somebody switches them on."""
    access = {"regions_on": ["eu-south-1", "me-south-1"], "regions_off": ["me-south-1"]}
    ec2 = open_account(aws, region="ap-east-1", access=access).client("ec2")
    shown = {one["RegionName"]: one["OptInStatus"] for one in ec2.describe_regions()["Regions"]}
    assert {name for name, status in shown.items() if status == "opted-in"} == {"ap-east-1", "eu-south-1"}
    always = {name for name, status in shown.items() if status == "opt-in-not-required"}
    assert always == {"ap-northeast-1", "ap-southeast-1", "eu-west-1", "us-east-1", "us-west-2"}
    every = {one["RegionName"]: one["OptInStatus"] for one in ec2.describe_regions(AllRegions=True)["Regions"]}
    assert every["me-south-1"] == "not-opted-in"
    with refused("NotSimulated", "RegionNames"):
        ec2.describe_regions(RegionNames=["us-east-1"])
