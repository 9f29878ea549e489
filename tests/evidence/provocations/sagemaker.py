"""Provocations of SageMaker's rows that need more than one call."""

from __future__ import annotations

from typing import Any

from tests.evidence.provoking import provokes
from tests.simulator.one_account import OneAccount
from tests.simulator.services.sagemaker.test_endpoints import QUOTAS as HOSTING
from tests.simulator.services.sagemaker.test_endpoints import Hosting
from tests.simulator.services.sagemaker.test_notebooks import make, state
from tests.simulator.services.sagemaker.test_training import QUOTAS, Lab
from tests.simulator.services.sagemaker.test_tuning import NAME, Tuner
from tests.simulator.services.sagemaker.test_workforce import Pool

EVERY_TYPE = {"applied": {"ml.* for training job usage": 4}}


def trained(account: OneAccount, kind: str) -> tuple[str, Any]:
    """Return the answer of CreateTrainingJob for the instance type."""
    Lab(account).start(resources={"InstanceType": kind})
    return "OK", {}


@provokes("sm-11")
def a_space_that_is_not_there(account: OneAccount) -> tuple[str, Any]:
    sagemaker = account.client("sagemaker")
    settings = {"ExecutionRole": account.role()}
    domain = sagemaker.create_domain(
        DomainName="home", AuthMode="IAM", DefaultUserSettings=settings, SubnetIds=["subnet-1"], VpcId="vpc-1"
    )
    account.pass_time(600)
    return "OK", sagemaker.describe_space(DomainId=domain["DomainArn"].rpartition("/")[2], SpaceName="nope")


@provokes("sm-20", quotas=EVERY_TYPE, training={"retired": ["ml.p2.*"]})
def a_type_that_the_region_does_not_offer(account: OneAccount) -> tuple[str, Any]:
    return trained(account, "ml.p2.xlarge")


@provokes("sm-22", quotas=EVERY_TYPE)
def a_type_that_never_trained(account: OneAccount) -> tuple[str, Any]:
    return trained(account, "ml.t2.medium")


@provokes("sm-23")
def a_type_without_quota(account: OneAccount) -> tuple[str, Any]:
    return trained(account, "ml.g4dn.xlarge")


@provokes("sm-25", quotas=EVERY_TYPE)
def a_type_without_gpu(account: OneAccount) -> tuple[str, Any]:
    return trained(account, "ml.c4.2xlarge")


@provokes("sm-27")
def a_second_workforce(account: OneAccount) -> tuple[str, Any]:
    pool, sagemaker = Pool(account), account.client("sagemaker")
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    account.pass_time(60)
    other = Pool(account, prefix="others")
    return "OK", sagemaker.create_workforce(WorkforceName="second", CognitoConfig=other.config())


@provokes("sm-29", notebooks={"start_ignored": 1})
def a_start_that_does_not_take(account: OneAccount) -> tuple[str, Any]:
    make(account, account.role())
    account.pass_time(600)
    sagemaker = account.client("sagemaker")
    sagemaker.stop_notebook_instance(NotebookInstanceName="n")
    account.pass_time(600)
    answer = sagemaker.start_notebook_instance(NotebookInstanceName="n")
    account.pass_time(600)
    return state(account), answer


@provokes(
    "sm-31",
    quotas=HOSTING,
    access={"denied": {"application-autoscaling:DeregisterScalableTarget": "permission"}},
)
def an_endpoint_that_scales(account: OneAccount) -> tuple[str, Any]:
    hosting = Hosting(account)
    hosting.model()
    hosting.serve()
    account.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="sagemaker", ResourceId="endpoint/endpoint/variant/AllTraffic", MinCapacity=1, MaxCapacity=2,
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
    )  # fmt: skip
    return "OK", hosting.sagemaker.delete_endpoint(EndpointName="endpoint")


@provokes("sm-32")
def a_flow_definition_without_its_work_team(account: OneAccount) -> tuple[str, Any]:
    sagemaker = account.client("sagemaker")
    ui = sagemaker.create_human_task_ui(HumanTaskUiName="look", UiTemplate={"Content": "<crowd-form/>"})
    where = f"arn:aws:sagemaker:{account.region}:{account.account_id}:workteam/private-crowd/nope"
    loop = {
        "WorkteamArn": where, "HumanTaskUiArn": ui["HumanTaskUiArn"], "TaskTitle": "Look", "TaskDescription": "Car?",
        "TaskCount": 1,
    }  # fmt: skip
    output = {"S3OutputPath": "s3://somewhere/reviews/"}
    asked = {"FlowDefinitionName": "flow", "HumanLoopConfig": loop, "RoleArn": account.role(), "OutputConfig": output}
    return "OK", sagemaker.create_flow_definition(**asked)


@provokes("sm-42", quotas=QUOTAS)
def a_job_of_that_name(account: OneAccount) -> tuple[str, Any]:
    lab = Lab(account)
    for _ in range(2):
        lab.start()
    return "OK", {}


@provokes("sm-43", quotas=QUOTAS)
def a_job_that_is_stopped_before_it_has_instances(account: OneAccount) -> tuple[str, Any]:
    lab = Lab(account)
    lab.start()
    lab.sagemaker.stop_training_job(TrainingJobName="job")
    found = lab.job()
    return f"{found['TrainingJobStatus']}/{found['SecondaryStatus']}", found


@provokes("sm-44", quotas=QUOTAS, training={"failure": "AlgorithmError: no"})
def a_tuning_job_of_which_all_jobs_failed(account: OneAccount) -> tuple[str, Any]:
    tuner = Tuner(account)
    tuner.tune()
    account.pass_time(7200)
    found = tuner.sagemaker.describe_hyper_parameter_tuning_job(**{NAME: "tune"})
    return found["HyperParameterTuningJobStatus"], found
