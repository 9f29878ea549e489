"""What goes wrong in a team's account, done to one, and undone when the block ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from botocore.exceptions import ClientError

from tests.doctor.ward import Ward

Fault = Callable[[Ward], AbstractContextManager[None]]

_CORS = {
    "CORSRules": [
        {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposeHeaders": ["Access-Control-Allow-Origin"]}
    ]
}
TRAIL = 700
READY = 900


@contextmanager
def no_cors(ward: Ward) -> Iterator[None]:
    s3 = ward.client("s3")
    s3.delete_bucket_cors(Bucket=ward.names.bucket)
    yield
    ward.client("s3").put_bucket_cors(Bucket=ward.names.bucket, CORSConfiguration=_CORS)


@contextmanager
def no_training_data(ward: Ward) -> Iterator[None]:
    key = "train/train.rec"
    s3 = ward.client("s3")
    before = s3.get_object(Bucket=ward.names.bucket, Key=key)
    body = before["Body"].read()
    s3.delete_object(Bucket=ward.names.bucket, Key=key)
    yield
    ward.client("s3").put_object(Bucket=ward.names.bucket, Key=key, Body=body, Metadata=before["Metadata"])


@contextmanager
def stopped_notebook(ward: Ward) -> Iterator[None]:
    ward.client("sagemaker").stop_notebook_instance(NotebookInstanceName=ward.names.notebook)
    ward.pass_time(READY)
    yield
    start_notebook(ward)


@contextmanager
def slow_script(ward: Ward) -> Iterator[None]:
    ward.client("sagemaker").stop_notebook_instance(NotebookInstanceName=ward.names.notebook)
    ward.pass_time(READY)
    ward.differ(notebooks={"script_seconds": 400})
    start_notebook(ward)
    yield
    ward.differ()
    start_notebook(ward)


def start_notebook(ward: Ward) -> None:
    ward.client("sagemaker").start_notebook_instance(NotebookInstanceName=ward.names.notebook)
    ward.pass_time(READY)


def _user(ward: Ward) -> tuple[Any, dict[str, str]]:
    cognito = ward.client("cognito-idp")
    pools = cognito.list_user_pools(MaxResults=10)["UserPools"]
    pool = next(each["Id"] for each in pools if each["Name"] == ward.names.user_pool)
    (user,) = cognito.list_users(UserPoolId=pool, Filter=f'email = "{ward.account.emails[1]}"')["Users"]
    return cognito, {"UserPoolId": pool, "Username": user["Username"]}


@contextmanager
def unverified_mail(ward: Ward) -> Iterator[None]:
    cognito, user = _user(ward)
    cognito.admin_update_user_attributes(**user, UserAttributes=[{"Name": "email_verified", "Value": "false"}])
    yield
    cognito, user = _user(ward)
    cognito.admin_update_user_attributes(**user, UserAttributes=[{"Name": "email_verified", "Value": "true"}])


@contextmanager
def disabled_person(ward: Ward) -> Iterator[None]:
    cognito, user = _user(ward)
    cognito.admin_disable_user(**user)
    yield
    cognito, user = _user(ward)
    cognito.admin_enable_user(**user)


@contextmanager
def person_outside_the_group(ward: Ward) -> Iterator[None]:
    cognito, user = _user(ward)
    cognito.admin_remove_user_from_group(**user, GroupName=ward.names.worker_group)
    yield
    cognito, user = _user(ward)
    cognito.admin_add_user_to_group(**user, GroupName=ward.names.worker_group)


@contextmanager
def rule_switched_off(ward: Ward) -> Iterator[None]:
    events = ward.client("events")
    rule = events.describe_rule(Name=ward.names.rule)
    kept = {key: rule[key] for key in ("Name", "EventPattern", "Description")}
    events.put_rule(**kept, State="DISABLED")
    yield
    ward.client("events").put_rule(**kept, State="ENABLED")


@contextmanager
def role_without_its_policy(ward: Ward) -> Iterator[None]:
    iam, which = ward.client("iam"), {"RoleName": ward.names.training_role, "PolicyName": "jobs"}
    document = iam.get_role_policy(**which)["PolicyDocument"]
    iam.delete_role_policy(**which)
    yield
    ward.client("iam").put_role_policy(**which, PolicyDocument=json.dumps(document))


@contextmanager
def policy_that_forbids_less(ward: Ward) -> Iterator[None]:
    """Somebody took the first thing that it forbids out of it."""
    iam, which = ward.client("iam"), {"RoleName": ward.names.participant_role, "PolicyName": "guard"}
    before = iam.get_role_policy(**which)["PolicyDocument"]
    iam.put_role_policy(**which, PolicyDocument=json.dumps({**before, "Statement": before["Statement"][1:]}))
    yield
    ward.client("iam").put_role_policy(**which, PolicyDocument=json.dumps(before))


@contextmanager
def role_that_anybody_takes(ward: Ward) -> Iterator[None]:
    iam, role = ward.client("iam"), ward.names.support_role
    before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    (statement,) = before["Statement"]
    anybody = {**before, "Statement": [{each: statement[each] for each in statement if each != "Condition"}]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(anybody))
    yield
    ward.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(before))


def _train(
    ward: Ward,
    name: str,
    kind: str = "ml.g5.2xlarge",
    volume: int = 50,
    channels: Sequence[str] = ("train", "validation"),
) -> None:
    shown = ward.client("sagemaker").describe_training_job(TrainingJobName=ward.smoke_job)
    asked = {
        each: shown[each]
        for each in ("AlgorithmSpecification", "HyperParameters", "InputDataConfig", "OutputDataConfig", "RoleArn")
    }
    asked["StoppingCondition"] = {"MaxRuntimeInSeconds": 3600}
    asked["InputDataConfig"] = [each for each in asked["InputDataConfig"] if each["ChannelName"] in channels]
    resources = {"InstanceType": kind, "InstanceCount": 1, "VolumeSizeInGB": volume}
    with suppress(ClientError):
        ward.team("sagemaker").create_training_job(
            TrainingJobName=f"{ward.names.event}-{name}", ResourceConfig=resources, **asked
        )


@contextmanager
def refused_for_quota(ward: Ward) -> Iterator[None]:
    _train(ward, "quota", "ml.g5.12xlarge")
    ward.pass_time(TRAIL)
    yield


@contextmanager
def volume_too_large(ward: Ward) -> Iterator[None]:
    _train(ward, "volume", "ml.g4dn.xlarge", 300)
    ward.pass_time(TRAIL)
    yield


@contextmanager
def p3_is_gone(ward: Ward) -> Iterator[None]:
    ward.differ(training={"retired": ["ml.p3.*"]})
    _train(ward, "p3", "ml.p3.2xlarge", 300)
    ward.pass_time(TRAIL)
    yield
    ward.differ()


@contextmanager
def no_capacity(ward: Ward) -> Iterator[None]:
    ward.differ(training={"no_capacity": ["ml.g5.*"]})
    _train(ward, "capacity")
    ward.pass_time(60)
    yield
    ward.differ()
    ward.team("sagemaker").stop_training_job(TrainingJobName=f"{ward.names.event}-capacity")
    ward.pass_time(READY)


@contextmanager
def job_without_a_channel(ward: Ward) -> Iterator[None]:
    _train(ward, "channel", channels=("validation",))
    ward.pass_time(READY)
    yield
    _train(ward, "fine")
    ward.pass_time(READY)


@contextmanager
def role_that_may_not(ward: Ward) -> Iterator[None]:
    with role_without_its_policy(ward):
        _train(ward, "role")
        ward.pass_time(READY)
        yield
    _train(ward, "fine-again")
    ward.pass_time(READY)


@contextmanager
def second_workforce(ward: Ward) -> Iterator[None]:
    client = ward.team("sagemaker")
    config = client.list_workforces()["Workforces"][0]["CognitoConfig"]
    with suppress(ClientError):
        client.create_workforce(
            WorkforceName="another", CognitoConfig={"UserPool": config["UserPool"], "ClientId": config["ClientId"]}
        )
    ward.pass_time(TRAIL)
    yield


@contextmanager
def wrong_region(ward: Ward) -> Iterator[None]:
    role, region = ward.names.role_arn(ward.names.training_role), "us-east-1"
    asked = {"NotebookInstanceName": "mine", "InstanceType": "ml.t3.medium", "RoleArn": role}
    ward.team("sagemaker", region).create_notebook_instance(**asked)
    ward.pass_time(READY)
    yield
    client = ward.team("sagemaker", region)
    client.stop_notebook_instance(NotebookInstanceName="mine")
    ward.pass_time(READY)
    client.delete_notebook_instance(NotebookInstanceName="mine")
    ward.pass_time(READY)


@contextmanager
def endpoint_on(ward: Ward, kind: str) -> Iterator[None]:
    name, client = f"cars-{kind.split('.')[1]}", ward.team("sagemaker")
    smoke = client.describe_training_job(TrainingJobName=ward.smoke_job)
    image, model = smoke["AlgorithmSpecification"]["TrainingImage"], smoke["ModelArtifacts"]["S3ModelArtifacts"]
    client.create_model(
        ModelName=name, ExecutionRoleArn=smoke["RoleArn"], PrimaryContainer={"Image": image, "ModelDataUrl": model}
    )
    variant = {"VariantName": "all", "ModelName": name, "InstanceType": kind, "InitialInstanceCount": 1}
    client.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)
    ward.pass_time(READY)
    yield
    ward.team("sagemaker").delete_endpoint(EndpointName=name)
    ward.pass_time(READY)


def burstable_endpoint(ward: Ward) -> AbstractContextManager[None]:
    return endpoint_on(ward, "ml.t2.medium")


def unscaled_endpoint(ward: Ward) -> AbstractContextManager[None]:
    return endpoint_on(ward, "ml.m5.large")


def arm_endpoint(ward: Ward) -> AbstractContextManager[None]:
    return endpoint_on(ward, "ml.m6g.large")


@contextmanager
def no_way_in(ward: Ward) -> Iterator[None]:
    ward.differ(access={"assume": "no-trust"})
    yield
    ward.differ()


@contextmanager
def quotas_denied(ward: Ward) -> Iterator[None]:
    ward.differ(access={"denied": {"service-quotas:*": "organization"}})
    yield
    ward.differ()


@contextmanager
def deleted_notices(ward: Ward) -> Iterator[None]:
    """Last: nothing but repair makes it again."""
    ward.client("cloudformation").delete_stack(StackName=ward.names.stack("notifications"))
    ward.pass_time(READY)
    yield


@contextmanager
def no_subscription(ward: Ward) -> Iterator[None]:
    sns = ward.client("sns")
    for each in sns.list_subscriptions_by_topic(TopicArn=ward.names.topic_arn)["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    yield


@contextmanager
def deleted_notebook(ward: Ward) -> Iterator[None]:
    which = {"NotebookInstanceName": ward.names.notebook}
    ward.client("sagemaker").stop_notebook_instance(**which)
    ward.pass_time(READY)
    ward.client("sagemaker").delete_notebook_instance(**which)
    ward.pass_time(READY)
    yield


@contextmanager
def client_without_the_portal(ward: Ward) -> Iterator[None]:
    cognito, user = _user(ward)
    pool = user["UserPoolId"]
    (client,) = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=10)["UserPoolClients"]
    which = {"UserPoolId": pool, "ClientId": client["ClientId"]}
    before = cognito.describe_user_pool_client(**which)["UserPoolClient"]["CallbackURLs"]
    cognito.update_user_pool_client(**which, CallbackURLs=["https://example.com"])
    yield
    ward.client("cognito-idp").update_user_pool_client(**which, CallbackURLs=before)


@contextmanager
def ground_truth_closed(ward: Ward) -> Iterator[None]:
    closed = {"ground_truth_closed": True, "closed_operations": ["ListLabelingJobs"]}
    ward.differ(workforce=closed)
    yield
    ward.differ()


@contextmanager
def roles_of_an_earlier_version(ward: Ward) -> Iterator[None]:
    """The stack `roles` as a version left it that made no roles for a host; nothing is undone."""
    client, stack = ward.client("cloudformation"), ward.names.stack("roles")
    body = str(client.get_template(StackName=stack)["TemplateBody"])
    before, _, rest = body.partition("  SupportReadRole:\n")
    outputs = rest.partition("Outputs:\n")[2].partition("  SupportReadRoleArn:\n")
    digest = outputs[2].partition("  Digest:\n")[2].replace('Value: "', 'Value: "before-')
    body = f"{before}Outputs:\n{outputs[0]}  Digest:\n{digest}"
    which = {"StackName": stack, "ChangeSetName": "earlier"}
    (shown,) = client.describe_stacks(StackName=stack)["Stacks"]
    client.create_change_set(**which, TemplateBody=body, Tags=shown["Tags"], Capabilities=["CAPABILITY_NAMED_IAM"])
    ward.pass_time(READY)
    ward.client("cloudformation").execute_change_set(**which)
    ward.pass_time(READY)
    yield
