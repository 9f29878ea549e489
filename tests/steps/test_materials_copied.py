"""What comes from the organisers' bucket, and what is too large for one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.errors import Refused
from bootstrap.event.names import MADE_BY, Names
from bootstrap.steps import materials
from bootstrap.steps.dataset import bucket as buckets
from bootstrap.steps.dataset import item as items
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.dataset.item import Item
from tests.steps.answers import account, refusal
from tests.steps.dataset.datasets import an_event, dataset
from tests.steps.team_bucket import HUB, OPERATOR, stage


def test_with_an_organisers_bucket_each_file_goes_up_once_for_all_teams(package: Package, base: Path) -> None:
    it = stage(package, base, hub=HUB)
    told = it.settle()
    puts = [params["Bucket"] for name, params in it.session.calls if name == "PutObject"]
    assert puts.count(HUB) == len({(each.etag, Path(each.key).name) for each in package.items})
    assert puts.count(it.step.bucket) == 2, "manifest and settings are the team's own"
    assert it.session.count("CopyObject") == len(it.wanted) - 2
    assert it.held["labelling/car-01.jpg"].kind == "image/jpeg"
    assert "EB-295" not in "".join(told)
    other = stage(package, base, hub=HUB)
    other.s3.buckets[HUB] = it.s3.buckets[HUB]
    other.settle()
    assert other.session.count("PutObject") == 2


@pytest.mark.parametrize("refused", ["CopyObject", "ListObjectsV2 of the hub", "no such hub"])
def test_where_nothing_can_be_copied_it_is_uploaded_and_said(package: Package, base: Path, refused: str) -> None:
    it = stage(package, base, hub=HUB)
    if refused == "CopyObject":
        it.s3.denied["CopyObject"] = "AccessDenied"
    elif refused == "no such hub":
        del it.s3.buckets[HUB]
    else:
        usual = it.session.answers["ListObjectsV2"]
        it.session.answers["ListObjectsV2"] = lambda asked: (
            refusal("AccessDenied") if asked["Bucket"] == HUB else usual(asked)
        )
    told = it.settle()
    assert all("EB-295" in each for each in told)
    assert set(it.held) == {each.key for each in it.wanted}
    # One for each slice, of which a visit sends one.
    assert it.session.count("CopyObject") <= len(told)


def test_an_organisers_bucket_in_another_account_gets_nothing_and_that_is_said(package: Package, base: Path) -> None:
    it = stage(package, base, hub=HUB)
    it.s3.hub_owner = "888888888888"
    told = it.settle()
    assert all("EB-295" in each and f"not in your own account {OPERATOR}" in each for each in told)
    assert it.s3.buckets[HUB] == {}
    assert it.session.count("CopyObject") == 0


def test_who_the_operator_is_is_asked_once(package: Package, base: Path) -> None:
    it = stage(package, base, hub=HUB)
    it.settle()
    assert it.session.count("GetCallerIdentity") == 1


def test_a_large_object_goes_into_the_organisers_bucket_as_the_operators(large: Package, base: Path) -> None:
    it = stage(large, base, hub=HUB)
    assert all("EB-295" not in each for each in it.settle())
    of_parts = [params for name, params in it.session.calls if name == "UploadPart"]
    assert {(each["Bucket"], each["ExpectedBucketOwner"]) for each in of_parts} == {(HUB, OPERATOR)}


@pytest.mark.parametrize("kms", [False, True])
def test_a_large_object_goes_up_in_parts_over_several_visits(large: Package, base: Path, kms: bool) -> None:
    it = stage(large, base)
    it.s3.kms = kms
    it.settle()
    assert it.held["large.bin"].data == bytes(range(256)) * 18
    assert (it.held["large.bin"].etag == f'"{large.items[0].etag}"') is not kms
    assert it.session.count("UploadPart") == 5
    assert it.session.count("CreateMultipartUpload") == 1
    assert it.s3.uploads == {}


@pytest.mark.parametrize(
    "parts",
    [lambda item: {}, lambda item: {1: b"something else", 2: item.part(2)}, lambda item: {**_all(item), 6: b"more"}],
    ids=["nothing", "another first part", "a part too many"],
)
def test_an_upload_of_another_content_is_ended_and_its_mark_is_not_taken_over(
    large: Package, base: Path, parts: Callable[[Item], dict[int, bytes]]
) -> None:
    it = stage(large, base)
    begun = {"Bucket": it.step.bucket, "Key": "large.bin", "Metadata": {buckets.MARK: "of the older package"}}
    it.s3.uploads["old"] = (begun, parts(large.items[0]))
    it.settle()
    assert it.held["large.bin"].data == bytes(range(256)) * 18
    assert it.held["large.bin"].metadata == {buckets.MARK: large.items[0].etag, buckets.KEY: "large.bin"}
    assert it.session.count("UploadPart") == 5
    assert it.s3.uploads == {}


def _all(item: Item) -> dict[int, bytes]:
    return {number: item.part(number) for number in range(1, item.parts + 1)}


def test_an_upload_of_the_same_content_that_a_dead_run_began_is_gone_on_with(large: Package, base: Path) -> None:
    it = stage(large, base)
    item = large.items[0]
    begun = {"Bucket": it.step.bucket, "Key": "large.bin", "Metadata": {buckets.MARK: item.etag}}
    it.s3.uploads["old"] = (begun, {1: item.part(1), 3: item.part(3)})
    it.settle()
    assert it.held["large.bin"].data == bytes(range(256)) * 18
    assert (it.session.count("UploadPart"), it.session.count("AbortMultipartUpload")) == (3, 0)


def test_a_copied_large_object_is_known_by_its_mark(large: Package, base: Path) -> None:
    it = stage(large, base, hub=HUB)
    it.settle()
    assert it.session.count("CopyObject") == 1
    assert it.held["large.bin"].metadata == {buckets.MARK: large.items[0].etag, buckets.KEY: "large.bin"}
    assert buckets.MARK.startswith(MADE_BY)


def test_a_file_that_changed_on_disk_is_not_sent(package: Package, base: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"as packed")
    changed = replace(package, items=(items.of_file("a.txt", "archive", path),))
    path.write_bytes(b"edited since")
    it = stage(changed, base)
    with pytest.raises(Refused) as caught:
        it.step.apply(it.session)
    assert caught.value.code == "EB-294"


def test_an_account_without_a_lab_gets_none_of_its_files(package: Package, base: Path) -> None:
    event = an_event(dataset(), base)
    who = account(labs=("tuning",))
    step = materials.build(event, who, Names.of(event, who), package)
    keys = {each.key for each in package.objects(step.bucket, step.data, step.labs)}
    assert {"train/train.rec", "labs/tuning/guide.md"} <= keys
    assert not any(each.startswith(("labelling/", "labs/ground-truth/", "labs/notebook/")) for each in keys)
