"""Where moto is too easy: mail, Cognito domains, roles; and the clock."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import REGION, Simulated, running
from tests.simulator.one_account import refused


def subscribed(client: Any, topic: str) -> list[str]:
    found = client.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return ["waiting" if one["SubscriptionArn"] == "PendingConfirmation" else "confirmed" for one in found]


def test_mail_subscriptions_wait_for_the_click(aws: Simulated) -> None:
    """aws.md sections 7 and 9.3: pending ones cannot be unsubscribed."""
    account = aws.account()
    client = aws.client("sns", account)
    topic = client.create_topic(Name="notices")["TopicArn"]
    for address in ("a@example.org", "b@example.org", "a@example.org"):
        answer = client.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
        assert answer["SubscriptionArn"] == "pending confirmation"
    assert subscribed(client, topic) == ["waiting", "waiting"]
    assert aws.ask("POST", "confirm", {"account": account, "address": "b@example.org"}) == {"confirmed": 1}
    assert subscribed(client, topic) == ["waiting", "confirmed"]
    with refused("InvalidParameter", "An ARN must have at least 6 elements, not 1"):
        client.unsubscribe(SubscriptionArn="PendingConfirmation")
    client.delete_topic(TopicArn=topic)
    assert aws.state(account)["subscriptions"] == []


def test_people_may_click_by_themselves(aws: Simulated) -> None:
    account = aws.account(mail={"confirm_seconds": [100, 100]})
    client = aws.client("sns", account)
    topic = client.create_topic(Name="notices")["TopicArn"]
    client.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.org")
    aws.advance(99)
    assert subscribed(client, topic) == ["waiting"]
    aws.advance(1)
    assert subscribed(client, topic) == ["confirmed"]


def test_a_topic_that_is_not_there_takes_no_subscription(aws: Simulated) -> None:
    account = aws.account()
    with pytest.raises(ClientError, match="Topic does not exist") as caught:
        aws.client("sns", account).subscribe(
            TopicArn=f"arn:aws:sns:{REGION}:{account}:none", Protocol="email", Endpoint="a@example.org"
        )
    assert caught.value.response["Error"]["Code"] == "NotFound"


def test_a_sign_in_domain_is_unique_in_the_region_and_keeps_its_pool(aws: Simulated) -> None:
    """aws.md section 3.3."""
    clients = [aws.client("cognito-idp", aws.account(cognito={"domains_taken": ["stranger-*"]})) for _ in "ab"]
    pools = [client.create_user_pool(PoolName="workers")["UserPool"]["Id"] for client in clients]
    clients[0].create_user_pool_domain(Domain="event-one", UserPoolId=pools[0])
    held = "already associated"
    for prefix, said in [("event-one", held), ("stranger-1", held), ("my-aws", "reserved")]:
        with refused("InvalidParameterException", said):
            clients[1].create_user_pool_domain(Domain=prefix, UserPoolId=pools[1])
    assert clients[1].describe_user_pool_domain(Domain="event-one")["DomainDescription"] == {}
    with pytest.raises(ClientError, match="domain configured"):
        clients[0].delete_user_pool(UserPoolId=pools[0])
    clients[0].delete_user_pool_domain(Domain="event-one", UserPoolId=pools[0])
    clients[0].delete_user_pool(UserPoolId=pools[0])
    clients[1].create_user_pool_domain(Domain="event-one", UserPoolId=pools[1])


def test_the_role_of_endpoint_scaling_is_made_once(aws: Simulated) -> None:
    client = aws.client("iam", aws.account())
    service = "sagemaker.application-autoscaling.amazonaws.com"
    name = client.create_service_linked_role(AWSServiceName=service)["Role"]["RoleName"]
    assert name == "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
    with pytest.raises(ClientError, match="has been taken") as caught:
        client.create_service_linked_role(AWSServiceName=service)
    assert caught.value.response["Error"]["Code"] == "InvalidInput"


def test_documents_are_sent_as_aws_sends_them_wherever_an_answer_has_one(aws: Simulated) -> None:
    """A role's trust policy stands in the answers about instance profiles, too."""
    account = aws.account()
    iam, trust = aws.client("iam", account), {"Version": "2012-10-17", "Statement": []}
    iam.create_role(RoleName="machine", AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="machine")
    for listed in (iam.list_instance_profiles(), iam.list_instance_profiles_for_role(RoleName="machine")):
        assert listed["InstanceProfiles"][0]["Roles"][0]["AssumeRolePolicyDocument"] == trust
    sent: list[bytes] = []
    iam.meta.events.register("after-call.iam", lambda http_response, **_: sent.append(http_response.content))
    iam.list_instance_profiles()
    assert b"%7B%22Version%22" in sent[0]


@pytest.mark.parametrize("document", ["{", "{}", '{"Statement": [{"Effect": "Maybe"}]}', '{"Statement": [{"A": 1}]}'])
def test_a_policy_that_is_none_is_refused(aws: Simulated, document: str) -> None:
    with pytest.raises(ClientError) as caught:
        aws.client("iam", aws.account()).create_role(RoleName="worker", AssumeRolePolicyDocument=document)
    assert caught.value.response["Error"]["Code"] == "MalformedPolicyDocument"


def test_the_state_shows_what_stands_in_the_account(aws: Simulated) -> None:
    account = aws.account()
    aws.client("s3", account).create_bucket(
        Bucket=f"state-{account}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    aws.client("s3", account).put_object(Bucket=f"state-{account}", Key="a/b", Body=b"")
    pools = aws.client("cognito-idp", account)
    pool = pools.create_user_pool(PoolName="workers")["UserPool"]["Id"]
    pools.admin_create_user(UserPoolId=pool, Username="x@example.org", MessageAction="SUPPRESS")
    state = aws.state(account)
    assert state["buckets"] == {f"state-{account}": ["a/b"]}
    assert [user["status"] for user in state["user_pools"][0]["users"]] == ["FORCE_CHANGE_PASSWORD"]
    assert {"stacks", "training_jobs", "workteams", "subscriptions"} <= state.keys()


def test_accounts_do_not_meet_when_many_threads_ask(aws: Simulated) -> None:
    accounts = [aws.account() for _ in range(8)]

    def work(account: str) -> list[str]:
        client = aws.client("ssm", account)
        for number in range(6):
            client.put_parameter(Name=f"/event/{number}", Value=account, Type="String", Overwrite=True)
        found = client.get_parameters_by_path(Path="/event", Recursive=True)["Parameters"]
        return [one["Value"] for one in found]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, accounts)) == [[account] * 6 for account in accounts]


def test_large_bodies_and_odd_keys_go_through(aws: Simulated) -> None:
    account = aws.account()
    client = aws.client("s3", account)
    bucket = f"odd-{account}"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    body = bytes(range(256)) * 20_000
    for key in ("plain", "with space", "100%", "车/a+b", "a//b"):
        client.put_object(Bucket=bucket, Key=key, Body=body, Metadata={"made-by": "tests"})
        answer = client.get_object(Bucket=bucket, Key=key, Range="bytes=0-9")
        assert (answer["Body"].read(), answer["Metadata"]) == (bytes(range(10)), {"made-by": "tests"})
        assert client.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(body)
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 5
    upload = client.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    part = client.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=b"x" * 10)
    client.complete_multipart_upload(
        Bucket=bucket, Key="parts", UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )  # fmt: skip
    client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "plain"}, {"Key": "100%"}]})
    assert aws.state(account)["buckets"][bucket] == ["a//b", "parts", "with space", "车/a+b"]


def test_a_bucket_policy_for_another_bucket_is_refused(aws: Simulated) -> None:
    account = aws.account()
    client = aws.client("s3", account)
    client.create_bucket(Bucket=f"mine-{account}", CreateBucketConfiguration={"LocationConstraint": REGION})
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::other/*"}
    with pytest.raises(ClientError, match="invalid resource"):
        client.put_bucket_policy(Bucket=f"mine-{account}", Policy=json.dumps({"Statement": [statement]}))
    with pytest.raises(ClientError) as caught:
        client.get_bucket_policy(Bucket=f"mine-{account}")
    assert caught.value.response["Error"]["Code"] == "NoSuchBucketPolicy"


def test_a_bucket_policy_that_denies_is_kept(aws: Simulated) -> None:
    account = aws.account()
    client = aws.client("s3", account)
    bucket = f"shut-{account}"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    tls = deny | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [tls]}))
    client.put_object(Bucket=bucket, Key="open", Body=b"")
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [deny | {"Action": "s3:PutObject"}]}))
    aws.advance(10)
    with pytest.raises(ClientError, match="explicit deny"):
        client.put_object(Bucket=bucket, Key="shut", Body=b"")
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 1


def test_the_real_clock_runs_by_itself() -> None:
    with running(clock="real", now=None) as simulated:
        assert abs(simulated.now() - time.time()) < 5
        with pytest.raises(RuntimeError, match="cannot be set"):
            simulated.advance(10)


def test_the_same_seed_draws_the_same_whatever_is_asked_first() -> None:
    row = {"region": REGION, "role_name": "event-bootstrap-access"}
    accounts = [row | {"account_id": f"{number:012}"} for number in (1, 2)]
    body = json.dumps({"Resources": {"A": {"Type": "AWS::SNS::Topic"}}})

    def ids(order: list[str]) -> dict[str, str]:
        with running(accounts=accounts) as simulated:
            made = {}
            for account in order:
                client = simulated.client("cloudformation", account)
                made[account] = client.create_stack(StackName="base", TemplateBody=body)["StackId"]
            return made

    names = ["000000000001", "000000000002"]
    assert ids(names) == ids(names[::-1])


def test_a_standard_parameter_holds_4096_bytes(aws: Simulated) -> None:
    client = aws.client("ssm", aws.account())
    client.put_parameter(Name="/full", Value="x" * 4096, Type="String")
    with pytest.raises(ClientError, match="maximum parameter value of 4096"):
        client.put_parameter(Name="/more", Value="x" * 4097, Type="String")


def test_a_roles_inline_policies_hold_10240_characters_together(aws: Simulated) -> None:
    """aws.md section 9.5; white space does not count."""
    iam = aws.client("iam", aws.account())
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))

    def put(name: str, length: int, indent: int | None = None) -> None:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::" + "x" * length}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=indent)
        iam.put_role_policy(RoleName="worker", PolicyName=name, PolicyDocument=document)

    put("one", 6000)
    put("one", 6001, indent=400)
    with refused("LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role worker"):
        put("two", 5000)
    put("two", 3900)
