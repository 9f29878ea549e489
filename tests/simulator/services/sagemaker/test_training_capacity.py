"""Instances of a type that a region has for the training jobs of all accounts."""

from __future__ import annotations

import pytest

from bootstrap.aws import reasons
from tests.simulated import Simulated
from tests.simulator.one_account import open_account
from tests.simulator.services.sagemaker.test_training import HYPER, QUOTAS, Lab


@pytest.mark.parametrize("status", ["Starting", "Pending"])
def test_a_region_has_so_many_instances_for_all_accounts(aws: Simulated, status: str) -> None:
    """aws.md section 1.6: the quota is enough, and the region has no instance of the type left."""
    kind = "ml.g5.xlarge" if status == "Starting" else "ml.g4dn.xlarge"
    quotas = {"applied": {f"{kind} for training job usage": 2}}
    training = {"pool": {f"{kind[:-5]}*": 2}, "no_capacity_status": status, "seconds": [300, 300]}
    first, second = (Lab(open_account(aws, quotas=quotas, training=training)) for _ in range(2))
    wanted = {"InstanceType": kind, "VolumeSizeInGB": 50}
    for lab, name in ((first, "one"), (first, "two"), (second, "three"), (second, "four")):
        lab.start(name, resources=wanted)
    aws.advance(200)
    assert [first.job(each)["SecondaryStatus"] for each in ("one", "two")] == ["Training", "Training"]
    waiting = second.job("three")
    assert waiting["SecondaryStatus"] == status
    assert reasons.waits_for_capacity(waiting["SecondaryStatusTransitions"][-1]["StatusMessage"])
    first.sagemaker.stop_training_job(TrainingJobName="one")
    aws.advance(200)
    # The job that was stopped and the one that has ended leave their instances to the others.
    assert first.job("one")["TrainingJobStatus"] == "Stopped"
    aws.advance(400)
    found = [second.job(each) for each in ("three", "four")]
    assert [each["TrainingJobStatus"] for each in found] == ["Completed", "Completed"]
    ended = sorted(first.job(each)["TrainingEndTime"] for each in ("one", "two"))
    # An instance is launched some time before the job's start.
    assert all(each["TrainingStartTime"] > freed for each, freed in zip(found, ended, strict=True))


def test_many_epochs_make_a_job_long_so_that_its_longest_runtime_ends_it(aws: Simulated) -> None:
    lab = Lab(open_account(aws, quotas=QUOTAS))
    lab.start(HyperParameters={**HYPER, "epochs": "5000"})
    aws.advance(700)
    assert lab.job()["SecondaryStatus"] == "Training"
    aws.advance(700)
    assert lab.job()["SecondaryStatus"] == "MaxRuntimeExceeded"
