"""What EventBridge is told of endpoints and tuning jobs; aws.md section 7."""

from __future__ import annotations

import json

from tests.simulated import Simulated
from tests.simulator.one_account import open_account
from tests.simulator.services.sagemaker.test_endpoints import QUOTAS as ENDPOINTS
from tests.simulator.services.sagemaker.test_endpoints import Hosting
from tests.simulator.services.sagemaker.test_training import QUOTAS
from tests.simulator.services.sagemaker.test_tuning import Tuner
from tests.simulator.services.test_events import Mails


def test_a_tuning_jobs_changes_are_told_and_its_children_are_not_mailed(aws: Simulated) -> None:
    """aws.md section 7: the labs' rule leaves out what a tuning job starts, by the parameter that tuning injects."""
    tuner = Tuner(open_account(aws, quotas=QUOTAS))
    mails = Mails(tuner.account)
    mails.watch("SageMaker HyperParameter Tuning Job State Change")
    tuner.tune(Tags=[{"Key": "team", "Value": "red"}])
    for _ in range(40):
        tuner.wait(60)
        tuner.status()
    events = [json.loads(one["message"]) for one in mails.mails()]
    assert [one["detail"]["HyperParameterTuningJobStatus"] for one in events] == ["InProgress", "Completed"]
    last = events[-1]
    assert last["resources"] == [last["detail"]["HyperParameterTuningJobArn"]]
    assert last["detail"]["TrainingJobStatusCounters"]["Completed"] == 4
    assert last["detail"]["ObjectiveStatusCounters"] == {"Succeeded": 4, "Pending": 0, "Failed": 0}
    assert last["detail"]["Tags"] == {"team": "red"}
    assert last["detail"]["LastModifiedTime"] > last["detail"]["CreationTime"] > 1e12


def test_an_endpoints_changes_are_told_in_words_of_their_own(aws: Simulated) -> None:
    """AWS's page on SageMaker's events: IN_SERVICE, where DescribeEndpoint says InService."""
    hosting = Hosting(open_account(aws, quotas=ENDPOINTS))
    mails = Mails(hosting.account)
    mails.watch("SageMaker Endpoint State Change")
    hosting.model()
    hosting.serve()
    hosting.endpoint()
    hosting.sagemaker.delete_endpoint(EndpointName="endpoint")
    events = [json.loads(one["message"])["detail"] for one in mails.mails()]
    assert [one["EndpointStatus"] for one in events] == ["CREATING", "IN_SERVICE", "DELETING"]
    assert events[1]["EndpointConfigName"] == "endpoint"
    assert events[1]["ProductionVariants"][0]["DesiredInstanceCount"] == 1
