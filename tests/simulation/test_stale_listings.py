"""A listing that is some seconds old hides what was just made: an account must not be called clean by it."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from bootstrap.engine.outcomes import Result
from bootstrap.simulator.participants import clients
from bootstrap.sweep.plan import Sweep
from tests.forked_worlds import in_a_fork
from tests.one_process import Here, rehearsed_here
from tests.runs import folder

_LUCK = """
extends: ordinary
lags:
  - {service: sagemaker, operation: 'List*', seconds: [40, 40]}
  - {service: ec2, operation: DescribeInstances, seconds: [40, 40]}
"""


def _swept(made: str, machine_in: str = "") -> tuple[Result, list[str], float]:
    """How a sweep ends right after somebody made a group of models, or a machine in another region.

    And which groups it leaves, and its seconds.
    """
    with tempfile.TemporaryDirectory() as name:
        at = folder(Path(name) / "event")
        (at / "lag.yaml").write_text(_LUCK, encoding="utf-8")
        with rehearsed_here(at, str(at / "lag.yaml")) as running:
            running.provision(only=["marker", "baseline"])
            running.pass_time(3600.0)
            # What lags is an answer that was given before.
            running.sweep(Sweep(), write=False)
            account, here = running.inputs.accounts[0], running.simulated
            assert isinstance(here, Here)
            if made:
                with clients.signed_in(here.world, account.account_id, account.region):
                    client = clients.client(here.url, "sagemaker", account.region)
                    client.create_model_package_group(ModelPackageGroupName=made)
                    if machine_in:
                        ec2 = clients.client(here.url, "ec2", machine_in)
                        ec2.run_instances(
                            ImageId="ami-0123456789abcdef0", InstanceType="m5.large", MinCount=1, MaxCount=1
                        )
            ran, _ = running.sweep(Sweep())
            groups = running.state()["sagemaker"]["ModelPackageGroups"]
            left = [each["ModelPackageGroupName"] for each in groups]
            return ran.summary.accounts[0].result, left, ran.summary.seconds


def test_what_the_first_listing_hides_is_found_and_removed() -> None:
    result, left, _ = in_a_fork(_swept, "late")
    assert (result, left) == (Result.CLEAN, [])


def test_what_it_would_hide_in_another_region_is_found() -> None:
    result, _, seconds = in_a_fork(partial(_swept, machine_in="us-west-2"), "late")
    assert (result, seconds < 180) == (Result.LEFT, True)


def test_an_account_that_is_empty_is_clean_after_a_second_look() -> None:
    result, left, seconds = in_a_fork(_swept, "")
    assert (result, left) == (Result.CLEAN, [])
    assert 60 <= seconds < 90
