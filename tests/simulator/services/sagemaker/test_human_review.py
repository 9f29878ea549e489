"""Flow definitions and human task UIs."""

from __future__ import annotations

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused
from tests.simulator.services.sagemaker.test_workforce import Pool, make_team


class Review:
    """A work team, and what makes it a reviewer."""

    def __init__(self, account: OneAccount) -> None:
        self.account, self.client, self.role = account, account.client("sagemaker"), account.role()
        pool = Pool(account)
        self.client.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
        account.pass_time(41)
        self.team = make_team(account, pool)
        made = self.client.create_human_task_ui(HumanTaskUiName="ui", UiTemplate={"Content": "<crowd-form/>"})
        self.ui = made["HumanTaskUiArn"]

    def flow(self, team: str = "", ui: str = "") -> None:
        loop = {"TaskTitle": "look", "TaskDescription": "look", "TaskCount": 1}
        self.client.create_flow_definition(
            FlowDefinitionName="flow", OutputConfig={"S3OutputPath": "s3://some-bucket/out"}, RoleArn=self.role,
            HumanLoopConfig={"WorkteamArn": team or self.team, "HumanTaskUiArn": ui or self.ui, **loop},
        )  # fmt: skip

    def flows(self) -> list[str]:
        found = self.client.list_flow_definitions()["FlowDefinitionSummaries"]
        return [one["FlowDefinitionStatus"] for one in found]


@pytest.fixture
def review(aws: Simulated) -> Review:
    return Review(open_account(aws))


def test_a_flow_definition_goes_before_its_work_team_and_takes_a_while(review: Review) -> None:
    """cleanup.md section 3: the labelling chain; ResourceInUse is the API model's."""
    review.flow()
    with refused("ResourceInUse", "Initializing"):
        review.client.delete_flow_definition(FlowDefinitionName="flow")
    review.account.pass_time(30)
    assert review.flows() == ["Active"]
    with refused("ValidationException", "flow definition"):
        review.client.delete_workteam(WorkteamName="team")
    review.client.delete_flow_definition(FlowDefinitionName="flow")
    assert review.flows() == ["Deleting"]
    with refused("ResourceInUse", "Deleting"):
        review.client.delete_flow_definition(FlowDefinitionName="flow")
    with refused("ValidationException", "flow definition"):
        review.client.delete_workteam(WorkteamName="team")
    review.account.pass_time(60)
    assert review.flows() == []
    assert review.client.delete_workteam(WorkteamName="team")["Success"]


def test_a_human_task_ui_is_gone_at_once(review: Review) -> None:
    """DeleteHumanTaskUi of the API model."""
    assert review.client.describe_human_task_ui(HumanTaskUiName="ui")["UiTemplate"]["ContentSha256"]
    assert len(review.client.list_human_task_uis()["HumanTaskUiSummaries"]) == 1
    review.client.delete_human_task_ui(HumanTaskUiName="ui")
    assert review.client.list_human_task_uis()["HumanTaskUiSummaries"] == []
    with refused("ResourceNotFound"):
        review.client.delete_human_task_ui(HumanTaskUiName="ui")


def test_a_flow_definition_needs_a_team_and_a_ui_that_are_there(review: Review) -> None:
    with refused("ValidationException", "specified Workteam"):
        review.flow(team=review.team + "s")
    with refused("ValidationException", "human task UI"):
        review.flow(ui=review.ui + "s")
