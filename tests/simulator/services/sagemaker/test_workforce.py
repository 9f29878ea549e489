from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused, shipped

CLOSED = "no longer open to new customers"


class Pool:
    """A Cognito pool with client, domain and group, as far as they are wanted."""

    def __init__(self, account: OneAccount, without: str = "", prefix: str = "workers") -> None:
        self.cognito = account.client("cognito-idp")
        self.id = self.cognito.create_user_pool(PoolName="workers")["UserPool"]["Id"]
        made = self.cognito.create_user_pool_client(UserPoolId=self.id, ClientName="workers", GenerateSecret=True)
        self.client_id = made["UserPoolClient"]["ClientId"]
        if without != "domain":
            self.cognito.create_user_pool_domain(Domain=f"{prefix}-{account.account_id}", UserPoolId=self.id)
        if without != "group":
            self.cognito.create_group(GroupName="team", UserPoolId=self.id)

    def config(self, **change: str) -> dict[str, str]:
        return {"UserPool": self.id, "ClientId": self.client_id, **change}

    def members(self, group: str = "team") -> list[dict[str, Any]]:
        return [{"CognitoMemberDefinition": {**self.config(), "UserGroup": group}}]


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def make_team(account: OneAccount, pool: Pool, name: str = "team", group: str = "team", **more: Any) -> str:
    made = account.client("sagemaker").create_workteam(
        WorkteamName=name, MemberDefinitions=pool.members(group), Description="people", **more
    )
    return str(made["WorkteamArn"])


def test_a_workforce_becomes_active_and_writes_its_portal_into_the_app_client(account: OneAccount) -> None:
    pool, sagemaker = Pool(account), account.client("sagemaker")
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    assert sagemaker.describe_workforce(WorkforceName="w")["Workforce"]["Status"] == "Initializing"
    with refused("ValidationException", "not in an Active state"):
        make_team(account, pool)
    account.pass_time(41)
    (found,) = sagemaker.list_workforces()["Workforces"]
    assert (found["Status"], found["CognitoConfig"]) == ("Active", pool.config())
    client = pool.cognito.describe_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id)["UserPoolClient"]
    assert f"https://{found['SubDomain']}/oauth2/idpresponse" in client["CallbackURLs"]
    assert client["LogoutURLs"] == [f"https://{found['SubDomain']}/logout"]
    assert client["ClientSecret"]


def test_there_is_one_private_workforce_and_no_second(account: OneAccount) -> None:
    """aws.md section 3.1."""
    sagemaker = account.client("sagemaker")
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=Pool(account).config())
    with refused("ValidationException", "Cannot create more than one workforce for account"):
        sagemaker.create_workforce(WorkforceName="v", CognitoConfig=Pool(account, prefix="more").config())
    with refused("ValidationException", "No workforce"):
        sagemaker.describe_workforce(WorkforceName="v")


@pytest.mark.parametrize(
    ("without", "change", "words"),
    [
        ("domain", {}, "domain"),
        ("group", {}, "group"),
        ("", {"ClientId": "nobody"}, "Invalid Cognito configuration"),
        ("", {"UserPool": "us-east-1_nothing"}, "Invalid Cognito configuration"),
    ],
)
def test_pools_that_a_workforce_cannot_use(
    account: OneAccount, without: str, change: dict[str, str], words: str
) -> None:
    """aws.md section 3.1."""
    with refused("ValidationException", words):
        account.client("sagemaker").create_workforce(
            WorkforceName="w", CognitoConfig=Pool(account, without).config(**change)
        )


def test_a_work_team_is_a_group_of_the_workforces_own_pool(account: OneAccount) -> None:
    """aws.md sections 3.1 and 15."""
    pool, sagemaker = Pool(account), account.client("sagemaker")
    with refused("ValidationException", "No workforce"):
        make_team(account, pool)
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    account.pass_time(41)
    with refused("ValidationException", "must be those of its workforce"):
        make_team(account, Pool(account, prefix="stranger"))
    with refused("ValidationException", "does not exist"):
        make_team(account, pool, group="nobody")
    with refused("ValidationException", "topic"):
        gone = f"arn:aws:sns:us-east-1:{account.account_id}:gone"
        make_team(account, pool, NotificationConfiguration={"NotificationTopicArn": gone})
    topic = account.client("sns").create_topic(Name="work")["TopicArn"]
    arn = make_team(account, pool, NotificationConfiguration={"NotificationTopicArn": topic})
    with refused("ResourceInUse"):
        make_team(account, pool)
    found = sagemaker.describe_workteam(WorkteamName="team")["Workteam"]
    assert (found["WorkteamArn"], found["MemberDefinitions"]) == (arn, pool.members())
    assert found["NotificationConfiguration"]["NotificationTopicArn"] == topic
    sagemaker.update_workteam(WorkteamName="team", Description="others")
    assert [team["Description"] for team in sagemaker.list_workteams()["Workteams"]] == ["others"]


def test_what_is_in_use_is_deleted_last(account: OneAccount) -> None:
    """aws.md section 3.1: work teams, then workforce, then domain, then pool; botocore's model: ResourceInUse."""
    pool, sagemaker = Pool(account), account.client("sagemaker")
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    account.pass_time(41)
    make_team(account, pool)
    with refused("ResourceInUse", "work teams"):
        sagemaker.delete_workforce(WorkforceName="w")
    with refused("InvalidParameterException", "work team"):
        pool.cognito.delete_group(UserPoolId=pool.id, GroupName="team")
    assert sagemaker.delete_workteam(WorkteamName="team")["Success"]
    with refused("ValidationException", "does not exist"):
        sagemaker.delete_workteam(WorkteamName="team")
    sagemaker.delete_workforce(WorkforceName="w")
    assert [one["Status"] for one in sagemaker.list_workforces()["Workforces"]] == ["Deleting"]
    account.pass_time(240)
    assert sagemaker.list_workforces()["Workforces"] == []
    pool.cognito.delete_group(UserPoolId=pool.id, GroupName="team")
    with refused("InvalidParameterException", "domain"):
        pool.cognito.delete_user_pool(UserPoolId=pool.id)
    pool.cognito.delete_user_pool_domain(UserPoolId=pool.id, Domain=f"workers-{account.account_id}")
    pool.cognito.delete_user_pool(UserPoolId=pool.id)


def test_the_scenario_says_how_often_deleting_a_work_team_fails(aws: Simulated) -> None:
    """aws.md section 3.1."""
    account = open_account(aws, workforce={"delete_workteam_fails": 2})
    pool, sagemaker = Pool(account), account.client("sagemaker")
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    account.pass_time(41)
    make_team(account, pool)
    said = [sagemaker.delete_workteam(WorkteamName="team")["Success"] for _ in range(2)]
    assert (said, len(sagemaker.list_workteams()["Workteams"])) == ([False, False], 1)
    assert sagemaker.delete_workteam(WorkteamName="team")["Success"]
    assert sagemaker.list_workteams()["Workteams"] == []


def test_a_protected_pool_stays_until_the_protection_is_off(account: OneAccount) -> None:
    """aws.md section 9.3."""
    cognito = account.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="kept", DeletionProtection="ACTIVE")["UserPool"]["Id"]
    with refused("InvalidParameterException", "deletion protection is activated"):
        cognito.delete_user_pool(UserPoolId=pool)
    cognito.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
    cognito.delete_user_pool(UserPoolId=pool)


def test_users_leave_their_group_and_go(account: OneAccount) -> None:
    pool = Pool(account)
    pool.cognito.admin_create_user(UserPoolId=pool.id, Username="ann", MessageAction="SUPPRESS")
    pool.cognito.admin_add_user_to_group(UserPoolId=pool.id, Username="ann", GroupName="team")
    pool.cognito.admin_remove_user_from_group(UserPoolId=pool.id, Username="ann", GroupName="team")
    assert pool.cognito.admin_list_groups_for_user(UserPoolId=pool.id, Username="ann")["Groups"] == []
    pool.cognito.admin_delete_user(UserPoolId=pool.id, Username="ann")
    with refused("UserNotFoundException"):
        pool.cognito.admin_get_user(UserPoolId=pool.id, Username="ann")


@pytest.mark.parametrize(
    ("workforce", "code"),
    [({}, "AccessDeniedException"), ({"closed_code": "ValidationException"}, "ValidationException")],
)
def test_where_ground_truth_is_closed_the_refusal_is_the_scenarios(
    aws: Simulated, workforce: dict[str, Any], code: str
) -> None:
    """aws.md sections 0.1 and 3.0."""
    account = open_account(aws, workforce=shipped("today")["workforce"] | workforce)
    sagemaker = account.client("sagemaker")
    with refused(code, CLOSED):
        sagemaker.create_workforce(WorkforceName="w", CognitoConfig=Pool(account).config())
    assert sagemaker.list_workforces()["Workforces"] == []


def test_the_scenario_says_which_call_is_closed(aws: Simulated) -> None:
    """aws.md sections 0.1, 3.0 and 14.1: which call is not known."""
    closed = {"ground_truth_closed": True, "closed_operations": ["CreateWorkteam"]}
    account = open_account(aws, workforce=closed)
    pool = Pool(account)
    account.client("sagemaker").create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    account.pass_time(41)
    with refused("AccessDeniedException", CLOSED):
        make_team(account, pool)


def test_in_china_there_is_no_workforce(aws: Simulated) -> None:
    """aws.md sections 0.9 and 12."""
    account = open_account(aws, "cn-north-1")
    with refused("UnknownOperationException"):
        account.client("sagemaker").list_workforces()


def test_listings_are_empty_but_for_what_the_scenario_put_there(aws: Simulated) -> None:
    existing = {"sagemaker": {"Endpoints": ["old-endpoint"], "HyperParameterTuningJobs": ["t1", "t2"], "Apps": ["a"]}}
    existing["sagemaker"] |= {"TrainingJobs": ["old-job"], "NotebookInstances": ["old-notebook"]}
    account = open_account(aws, existing=existing)
    sagemaker = account.client("sagemaker")
    (endpoint,) = sagemaker.list_endpoints()["Endpoints"]
    assert (endpoint["EndpointName"], endpoint["EndpointStatus"]) == ("old-endpoint", "InService")
    jobs = sagemaker.list_hyper_parameter_tuning_jobs(NameContains="2")["HyperParameterTuningJobSummaries"]
    assert [job["HyperParameterTuningJobName"] for job in jobs] == ["t2"]
    assert len(sagemaker.list_apps()["Apps"]) == 1
    (job,) = sagemaker.list_training_jobs()["TrainingJobSummaries"]
    (notebook,) = sagemaker.list_notebook_instances()["NotebookInstances"]
    assert (job["TrainingJobName"], job["TrainingJobStatus"]) == ("old-job", "Completed")
    assert (notebook["NotebookInstanceName"], notebook["NotebookInstanceStatus"]) == ("old-notebook", "InService")
    assert sagemaker.list_domains()["Domains"] == []


@pytest.mark.parametrize(
    "kind",
    [
        "endpoints", "endpoint_configs", "models", "hyper_parameter_tuning_jobs", "labeling_jobs", "processing_jobs",
        "transform_jobs", "auto_ml_jobs", "compilation_jobs", "domains", "human_task_uis", "flow_definitions",
        "pipelines", "feature_groups", "model_package_groups", "monitoring_schedules", "inference_components",
        "mlflow_tracking_servers", "images", "apps", "user_profiles", "code_repositories", "spaces", "clusters",
        "studio_lifecycle_configs", "training_plans", "experiments", "optimization_jobs",
    ],
)  # fmt: skip
def test_what_a_baseline_lists_is_answered(account: OneAccount, kind: str) -> None:
    answer = getattr(account.client("sagemaker"), f"list_{kind}")()
    answer.pop("ResponseMetadata")
    assert list(answer.values()) == [[]]


def test_what_is_not_simulated_is_refused_by_name(account: OneAccount) -> None:
    with refused("NotSimulated", "CreateHub"):
        account.client("sagemaker").create_hub(HubName="hub", HubDescription="models")


@pytest.mark.parametrize("call", ["list_workforces", "list_workteams", "list_labeling_jobs"])
def test_listings_of_a_closed_service_may_refuse_too(aws: Simulated, call: str) -> None:
    """aws.md section 15: whether list calls refuse a new account is not known."""
    account = open_account(aws, workforce={"ground_truth_closed": True, "closed_operations": ["List*"]})
    with refused("AccessDeniedException", CLOSED):
        getattr(account.client("sagemaker"), call)()


def test_a_workforce_of_another_sign_in_stands_in_the_way(aws: Simulated) -> None:
    """aws.md sections 3.1 and 15: one private workforce; it may be one of OIDC."""
    account = open_account(aws, workforce={"oidc": True})
    pool, sagemaker = Pool(account), account.client("sagemaker")
    (found,) = sagemaker.list_workforces()["Workforces"]
    assert (found["Status"], "OidcConfig" in found, "CognitoConfig" in found) == ("Active", True, False)
    with refused("ValidationException", "Cannot create more than one workforce"):
        sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    with refused("ValidationException", "must be those of its workforce"):
        make_team(account, pool)
    sagemaker.delete_workforce(WorkforceName="default")
    account.pass_time(240)
    assert sagemaker.list_workforces()["Workforces"] == []


def test_a_workforce_that_goes_is_in_the_way_of_the_next_until_it_is_gone(account: OneAccount) -> None:
    """cleanup.md section 3: DeleteWorkforce is not done when it answers."""
    pool, sagemaker = Pool(account), account.client("sagemaker")
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    with refused("ValidationException", "Initializing"):
        sagemaker.delete_workforce(WorkforceName="w")
    account.pass_time(41)
    sagemaker.delete_workforce(WorkforceName="w")
    with refused("ValidationException", "Deleting"):
        sagemaker.delete_workforce(WorkforceName="w")
    with refused("ValidationException", "not in an Active state"):
        make_team(account, pool)
    with refused("ValidationException", "Cannot create more than one workforce"):
        sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    account.pass_time(240)
    sagemaker.create_workforce(WorkforceName="w", CognitoConfig=pool.config())


def test_cognito_sends_fifty_mails_a_day(account: OneAccount) -> None:
    """aws.md sections 0.8 and 3.4: the built-in sender's limit; its day begins at 09:00 UTC."""
    pool = Pool(account)

    def invite(number: int, **more: Any) -> None:
        pool.cognito.admin_create_user(UserPoolId=pool.id, Username=f"worker-{number}", **more)

    for number in range(50):
        invite(number, DesiredDeliveryMediums=["EMAIL"])
    with refused("LimitExceededException", "Exceeded daily email limit"):
        invite(50, DesiredDeliveryMediums=["EMAIL"])
    invite(51, MessageAction="SUPPRESS")
    account.pass_time(86_400)
    invite(50, DesiredDeliveryMediums=["EMAIL"])


def test_a_region_has_25_work_teams_and_a_team_ten_groups(account: OneAccount) -> None:
    """aws.md sections 1.5 and 3.1."""
    pool = Pool(account)
    account.client("sagemaker").create_workforce(WorkforceName="w", CognitoConfig=pool.config())
    account.pass_time(41)
    with refused("ValidationException", "length less than or equal to 10"):
        account.client("sagemaker").create_workteam(
            WorkteamName="large", MemberDefinitions=pool.members() * 11, Description="people"
        )
    for number in range(25):
        make_team(account, pool, f"team-{number}")
    with refused("ResourceLimitExceeded", "'Number of workteams' is 25"):
        make_team(account, pool, "team-25")


def test_what_an_update_of_a_pool_does_not_send_again_is_lost(aws: Simulated) -> None:
    """cleanup.md section 3, Cognito: switching the protection off must send AutoVerifiedAttributes again."""
    client = aws.client("cognito-idp", aws.account())
    kept = {
        "AutoVerifiedAttributes": ["email"],
        "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    }
    pool = client.create_user_pool(PoolName="hands", DeletionProtection="ACTIVE", **kept)["UserPool"]["Id"]
    with refused("InvalidParameterException", "AutoVerifiedAttributes"):
        client.update_user_pool(
            UserPoolId=pool, DeletionProtection="INACTIVE",
            UserAttributeUpdateSettings=kept["UserAttributeUpdateSettings"],
        )  # fmt: skip
    client.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE", **kept)
    assert client.describe_user_pool(UserPoolId=pool)["UserPool"]["AutoVerifiedAttributes"] == ["email"]
    client.update_user_pool(UserPoolId=pool)
    assert "AutoVerifiedAttributes" not in client.describe_user_pool(UserPoolId=pool)["UserPool"]
    client.delete_user_pool(UserPoolId=pool)
