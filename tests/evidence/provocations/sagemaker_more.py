"""Provocations of further rows of SageMaker that more than calls with literals need."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount
from tests.simulator.services.sagemaker.test_training import QUOTAS, Lab


@provokes("sm-142", quotas=QUOTAS)
def stop_a_stopped_job(account: OneAccount) -> tuple[str, Any]:
    lab = Lab(account)
    lab.start()
    lab.sagemaker.stop_training_job(TrainingJobName="job")
    account.pass_time(3600)
    return "OK", lab.sagemaker.stop_training_job(TrainingJobName="job")


@provokes("sm-158", quotas=QUOTAS)
def job_that_runs(account: OneAccount) -> tuple[str, Any]:
    lab = Lab(account)
    lab.start()
    account.pass_time(60)
    return "OK", lab.job()


@provokes("sm-159", access={"denied": {"sagemaker:AddTags": "permission"}})
def may_not_tag(account: OneAccount) -> tuple[str, Any]:
    arn = f"arn:aws:sagemaker:{account.region}:{account.account_id}:training-job/job"
    return "OK", account.client("sagemaker").add_tags(ResourceArn=arn, Tags=[{"Key": "k", "Value": "v"}])
