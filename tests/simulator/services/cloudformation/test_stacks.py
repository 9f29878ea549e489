"""CloudFormation over time: creation, refusals, rollback, deletion."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import REGION, Simulated
from tests.simulator.one_account import made_roles, open_account, refused
from tests.simulator.services.cloudformation import templates
from tests.simulator.services.cloudformation.templates import happened, settle, topics


def create(client: Any, body: str, name: str = "base", **more: Any) -> str:
    return str(client.create_stack(StackName=name, TemplateBody=body, **more)["StackId"])


def test_a_stack_takes_its_time_and_makes_one_resource_after_the_other(aws: Simulated) -> None:
    account = aws.account(stacks={"create_seconds": [200, 200]})
    client = aws.client("cloudformation", account)
    create(client, topics("First", "Second"))
    assert aws.state(account)["stacks"][0]["status"] == "CREATE_IN_PROGRESS"
    aws.advance(110)
    shown = client.list_stack_resources(StackName="base")["StackResourceSummaries"]
    assert [one["ResourceStatus"] for one in shown] == ["CREATE_COMPLETE", "CREATE_IN_PROGRESS"]
    aws.advance(89)
    assert client.describe_stacks(StackName="base")["Stacks"][0]["StackStatus"] == "CREATE_IN_PROGRESS"
    aws.advance(1)
    assert client.describe_stacks(StackName="base")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert happened(client, "base") == [
        ("base", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_IN_PROGRESS"),
        ("First", "CREATE_COMPLETE"),
        ("Second", "CREATE_IN_PROGRESS"),
        ("Second", "CREATE_IN_PROGRESS"),
        ("Second", "CREATE_COMPLETE"),
        ("base", "CREATE_COMPLETE"),
    ]
    assert len(aws.client("sns", account).list_topics()["Topics"]) == 2


def test_references_are_resolved_and_the_bucket_is_as_the_template_says(aws: Simulated) -> None:
    account = aws.account()
    client = aws.client("cloudformation", account)
    more = """
      PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true}
      CorsConfiguration: {CorsRules: [{AllowedMethods: [GET], AllowedOrigins: ["*"], ExposedHeaders: [ETag]}]}
      LifecycleConfiguration: {Rules: [{Id: end, Status: Enabled, Prefix: "", ExpirationDate: "2027-01-01T00:00:00Z"}]}
"""
    create(client, templates.bucket(f"team-{account}", more))
    assert settle(aws, client, "base") == "CREATE_COMPLETE"
    outputs = client.describe_stacks(StackName="base")["Stacks"][0]["Outputs"]
    assert {one["OutputKey"]: one["OutputValue"] for one in outputs} == {
        "Name": f"team-{account}",
        "Arn": f"arn:aws:s3:::team-{account}",
        "Home": f"aws/{REGION}/team-{account}.amazonaws.com",
    }
    bucket = aws.client("s3", account)
    assert bucket.get_bucket_cors(Bucket=f"team-{account}")["CORSRules"][0]["ExposeHeaders"] == ["ETag"]
    rule = bucket.get_bucket_lifecycle_configuration(Bucket=f"team-{account}")["Rules"][0]
    assert rule["Expiration"]["Date"].year == 2027
    block = bucket.get_public_access_block(Bucket=f"team-{account}")["PublicAccessBlockConfiguration"]
    assert block["BlockPublicPolicy"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Resources: {A: {Type: AWS::Bogus::Thing}}", r"Unrecognized resource types: \[AWS::Bogus::Thing\]"),
        ("Resources: {A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref B}}}", r"Unresolved .*\[B\] in the Res"),
        ("Resources: {A: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: !GetAtt B.Arn}}", r"\[B\] in the Outputs"),
        ("Resources: {A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Join ['', [a]]}}}", "Fn::Join"),
        ("Resources: {A: {Type: AWS::SNS::Topic, Condition: C}}", "Unresolved condition dependency C"),
        ("Resources: {A: {Type: AWS::SNS::Topic, DependsOn: B}, B: {Type: AWS::SNS::Topic, DependsOn: A}}", "Circular"),
        ("Resources: {}", "At least one Resources member"),
        ("Transform: X\nResources: {A: {Type: AWS::SNS::Topic}}", "Transform"),
        ("Resources: [", "not well-formed"),
        ("Resources: {A: {Type: AWS::SNS::Topic}}\nDescription: " + "x" * 52_000, "51200"),
        ("Resources:\n" + "".join(f"  A{n}: {{Type: AWS::SNS::Topic}}\n" for n in range(501)),
         "Number of resources, 501, is greater than maximum allowed, 500"),
        ("Resources: {A: {Type: AWS::SNS::Topic}}\nOutputs:\n" + "".join(f"  O{n}: {{Value: a}}\n" for n in range(201)),
         "Number of outputs, 201, is greater than maximum allowed, 200"),
        ("Parameters: {P: {Type: String}}\nResources: {A: {Type: AWS::SNS::Topic}}", r"\[P\] must have values"),
    ],
)  # fmt: skip
def test_what_cloudformation_cannot_take_is_a_validation_error(aws: Simulated, body: str, said: str) -> None:
    """aws.md sections 9.1 and 9.2 for types that there are and for the limits on templates."""
    client = aws.client("cloudformation", aws.account())
    with pytest.raises(ClientError, match=said) as caught:
        create(client, body)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert client.describe_stacks()["Stacks"] == []


def test_a_named_role_needs_its_capability(aws: Simulated) -> None:
    """aws.md section 9.2."""
    account = aws.account()
    client = aws.client("cloudformation", account)
    for given in ([], ["CAPABILITY_IAM"]):
        with pytest.raises(ClientError, match=r"Requires capabilities : \[CAPABILITY_NAMED_IAM\]") as caught:
            create(client, templates.role(), Capabilities=given)
        assert caught.value.response["Error"]["Code"] == "InsufficientCapabilitiesException"
    create(client, templates.role(), Capabilities=["CAPABILITY_NAMED_IAM"])
    assert settle(aws, client, "base") == "CREATE_COMPLETE"
    assert aws.client("iam", account).get_role(RoleName="worker")["Role"]["RoleName"] == "worker"


def test_a_stack_that_is_there_is_told_apart_from_the_same_request_again(aws: Simulated) -> None:
    """aws.md section 9.2."""
    client = aws.client("cloudformation", aws.account())
    first = create(client, topics("A"), ClientRequestToken="run-1")
    assert create(client, topics("A"), ClientRequestToken="run-1") == first
    with pytest.raises(ClientError, match="already exists") as caught:
        create(client, topics("A"), ClientRequestToken="run-2")
    assert caught.value.response["Error"]["Code"] == "AlreadyExistsException"


def test_a_failed_resource_rolls_everything_back(aws: Simulated) -> None:
    """aws.md section 9.2."""
    failure = {"resource": "Second", "reason": "The service is tired"}
    account = aws.account(stacks={"failures": [failure]})
    client = aws.client("cloudformation", account)
    create(client, topics("First", "Second", "Third"))
    assert settle(aws, client, "base") == "ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="base")["StackEvents"]
    failed = [one for one in events if "FAILED" in one["ResourceStatus"]]
    assert [(one["LogicalResourceId"], one["ResourceStatusReason"]) for one in failed] == [
        ("Second", "The service is tired")
    ]
    assert ("First", "DELETE_COMPLETE") in happened(client, "base")
    assert "Third" not in dict(happened(client, "base"))
    assert aws.client("sns", account).list_topics()["Topics"] == []
    with refused("ValidationError", "ROLLBACK_COMPLETE state and can not be updated"):
        client.create_change_set(StackName="base", ChangeSetName="again", TemplateBody=topics("First"))
    client.delete_stack(StackName="base")
    assert settle(aws, client, "base") == "DELETE_COMPLETE"
    create(client, topics("First", "Second"), name="base")
    aws.advance(400)
    assert client.describe_stacks(StackName="base")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


@pytest.mark.parametrize(("on_failure", "end"), [("DO_NOTHING", "CREATE_FAILED"), ("DELETE", "DELETE_COMPLETE")])
def test_on_failure_is_followed(aws: Simulated, on_failure: str, end: str) -> None:
    client = aws.client("cloudformation", aws.account(stacks={"failures": [{"resource": "B", "reason": "no"}]}))
    create(client, topics("A", "B"), OnFailure=on_failure)
    assert settle(aws, client, "base") == end


def test_a_name_that_is_taken_and_an_unknown_property_fail_the_resource(aws: Simulated) -> None:
    account = aws.account()
    client = aws.client("cloudformation", account)
    aws.client("sns", account).create_topic(Name="a")
    create(client, topics("A"), name="taken")
    odd = "Resources: {A: {Type: AWS::SNS::Topic, Properties: {Colour: red}}}"
    create(client, odd, name="odd", DisableValidation=True)
    assert settle(aws, client, "taken") == settle(aws, client, "odd") == "ROLLBACK_COMPLETE"
    for stack, said in (("taken", "already exists"), ("odd", r"extraneous key [Colour]")):
        events = client.describe_stack_events(StackName=stack)["StackEvents"]
        assert any(said in one.get("ResourceStatusReason", "") for one in events)
    assert len(aws.client("sns", account).list_topics()["Topics"]) == 1


def test_a_bucket_with_things_in_it_is_not_deleted(aws: Simulated) -> None:
    """aws.md section 9.3."""
    account = aws.account()
    client, bucket = aws.client("cloudformation", account), aws.client("s3", account)
    create(client, templates.bucket(f"full-{account}"))
    settle(aws, client, "base")
    bucket.put_object(Bucket=f"full-{account}", Key="work", Body=b"precious")
    client.delete_stack(StackName="base")
    assert settle(aws, client, "base") == "DELETE_FAILED"
    assert "[Bucket]" in client.describe_stacks(StackName="base")["Stacks"][0]["StackStatusReason"]
    client.delete_stack(StackName="base", RetainResources=["Bucket"])
    assert settle(aws, client, "base") == "DELETE_COMPLETE"
    assert bucket.list_objects_v2(Bucket=f"full-{account}")["KeyCount"] == 1


def test_a_missing_stack_is_a_validation_error_and_its_deletion_is_silent(aws: Simulated) -> None:
    client = aws.client("cloudformation", aws.account())
    client.delete_stack(StackName="nothing")
    with pytest.raises(ClientError, match="Stack with id nothing does not exist") as caught:
        client.describe_stacks(StackName="nothing")
    assert caught.value.response["Error"]["Code"] == "ValidationError"


def test_deleted_stacks_are_found_by_id_only(aws: Simulated) -> None:
    client = aws.client("cloudformation", aws.account())
    stack = create(client, topics("A"))
    settle(aws, client, "base")
    client.delete_stack(StackName="base")
    assert settle(aws, client, "base") == "DELETE_COMPLETE"
    assert client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="does not exist"):
        client.describe_stacks(StackName="base")


def test_what_is_not_ascii_comes_back_as_question_marks(aws: Simulated) -> None:
    """aws.md section 15."""
    client = aws.client("cloudformation", aws.account())
    create(client, "Description: 车队\n" + topics("A"))
    assert client.get_template(StackName="base")["TemplateBody"].startswith("Description: ??")
    assert client.describe_stacks(StackName="base")["Stacks"][0]["Description"] == "??"


def test_the_same_seed_takes_the_same_time_in_another_order(aws: Simulated) -> None:
    one, other = aws.account(), aws.account()
    ends = []
    for account in (other, one):
        client = aws.client("cloudformation", account)
        create(client, topics("A"))
        start = aws.now()
        settle(aws, client, "base")
        ends.append(aws.now() - start)
    assert all(45 <= end <= 110 for end in ends)


def test_a_role_in_a_stack_works_only_after_some_seconds(aws: Simulated) -> None:
    account = aws.account(iam={"role_ready_seconds": [500, 500]}, stacks={"create_seconds": [1, 1]})
    client = aws.client("cloudformation", account)
    body = (
        templates.role("nb")
        + """
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties: {InstanceType: ml.t3.medium, RoleArn: !GetAtt Role.Arn, PlatformIdentifier: notebook-al2023-v1}
"""
    )
    create(client, body, Capabilities=["CAPABILITY_NAMED_IAM"])
    assert settle(aws, client, "base") == "ROLLBACK_COMPLETE"
    assert made_roles(aws.client("iam", account)) == []


def test_what_the_account_may_not_do_cloudformation_may_not_do_for_it(aws: Simulated) -> None:
    client = aws.client("cloudformation", aws.account(access={"denied": {"sns:Create*": "organization"}}))
    create(client, topics("First"))
    assert settle(aws, client, "base") == "ROLLBACK_COMPLETE"
    events = client.describe_stack_events(StackName="base")["StackEvents"]
    (reason,) = [one["ResourceStatusReason"] for one in events if one["ResourceStatus"] == "CREATE_FAILED"]
    assert "sns:CreateTopic" in reason
    assert "service control policy" in reason
    assert "AccessDenied)" in reason


def test_in_china_the_types_of_user_pools_are_unknown(aws: Simulated) -> None:
    """aws.md sections 0.9 and 12."""
    client = open_account(aws, "cn-north-1").client("cloudformation")
    with refused("ValidationError", "Unrecognized resource types: [AWS::Cognito::UserPool]"):
        create(client, "Resources: {Pool: {Type: 'AWS::Cognito::UserPool'}}")
