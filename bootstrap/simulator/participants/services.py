"""Leftovers in S3, Cognito, CloudWatch, SNS, EventBridge, ECR, Lambda and IAM."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from functools import cache

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import ALLOWED, Participant, document, trust

PATTERN = json.dumps({"source": ["aws.sagemaker"], "detail-type": ["SageMaker Training Job State Change"]})
_MANIFEST = json.dumps(
    {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": []}
)


def _versions(who: Participant) -> None:
    """Create a bucket with versions, a delete marker and an unfinished upload."""
    bucket, s3 = who.own("versions"), who.s3
    who.make_bucket(bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number in range(3):
        s3.put_object(Bucket=bucket, Key="notes/cars.txt", Body=str(number).encode())
    s3.delete_object(Bucket=bucket, Key="notes/cars.txt")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="film.mp4")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="film.mp4", UploadId=upload, PartNumber=1, Body=b"x" * 10)


def _denied(who: Participant) -> None:
    """Create a bucket whose policy denies deletion."""
    bucket = who.own("kept")
    who.make_bucket(bucket)
    who.s3.put_object(Bucket=bucket, Key="precious", Body=b"")
    arn = f"arn:{who.partition}:s3:::{bucket}"
    deny = ["s3:DeleteObject", "s3:DeleteObjects", "s3:DeleteObjectVersion", "s3:DeleteBucket"]
    policy = document(Effect="Deny", Principal="*", Action=deny, Resource=[arn, f"{arn}/*"])
    who.s3.put_bucket_policy(Bucket=bucket, Policy=policy)


def _pool(who: Participant) -> None:
    """Create a user pool as Cognito's console does: with deletion protection and a domain."""
    client = who.aws("cognito-idp")
    made = client.create_user_pool(
        PoolName=who.name("players"), DeletionProtection="ACTIVE", AutoVerifiedAttributes=["email"],
        UserAttributeUpdateSettings={"AttributesRequireVerificationBeforeUpdate": ["email"]},
    )  # fmt: skip
    pool = made["UserPool"]["Id"]
    client.create_user_pool_domain(Domain=who.own("players"), UserPoolId=pool)
    client.admin_create_user(UserPoolId=pool, Username="ann@example.com", MessageAction="SUPPRESS")


def _held(who: Participant) -> None:
    """Create a bucket with object lock: a legal hold, a retention in governance mode, a key that XML cannot carry."""
    bucket, s3 = who.own("held"), who.s3
    there = {} if who.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": who.region}}
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True, **there)
    until = datetime(2040, 1, 1, tzinfo=UTC)
    governed = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}
    for key, lock in (("model.tar.gz", {"ObjectLockLegalHoldStatus": "ON"}), ("governed", governed)):
        s3.put_object(Bucket=bucket, Key=key, Body=b"", ChecksumAlgorithm="SHA256", **lock)
    s3.put_object(Bucket=bucket, Key="images/\x10car.jpg", Body=b"")


def _log_group(who: Participant) -> None:
    """Create a log group with deletion protection."""
    name = f"/team/{who.name('kept')}"
    who.aws("logs").create_log_group(logGroupName=name, deletionProtectionEnabled=True)


def _pool_with_mfa(who: Participant) -> None:
    """Create a protected user pool whose users need a second factor, an authenticator app."""
    client = who.aws("cognito-idp")
    made = client.create_user_pool(
        PoolName=who.name("careful"), DeletionProtection="ACTIVE", AutoVerifiedAttributes=["email"]
    )
    client.set_user_pool_mfa_config(
        UserPoolId=made["UserPool"]["Id"], SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )


def _alarms(who: Participant) -> None:
    client, names = who.aws("cloudwatch"), [who.name("too-slow"), who.name("too-many")]
    for name in names:
        client.put_metric_alarm(
            AlarmName=name, Namespace="AWS/SageMaker", MetricName="ModelLatency", Statistic="Average", Period=60,
            EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
    for number in (1, 2):
        rule = " OR ".join(f'ALARM("{name}")' for name in names)
        client.put_composite_alarm(AlarmName=who.name(f"either-{number}"), AlarmRule=rule)


def _topic(who: Participant) -> None:
    """Create a topic with a subscription that is never confirmed."""
    client = who.aws("sns")
    topic = client.create_topic(Name=who.name("news"))["TopicArn"]
    client.subscribe(TopicArn=topic, Protocol="email", Endpoint="ann@example.com")


def _rule(who: Participant) -> None:
    """Create a rule with a target, and a custom event bus with a rule."""
    client, topic = who.aws("events"), who.aws("sns").create_topic(Name=who.name("events"))["TopicArn"]
    client.put_rule(Name=who.name("ended"), EventPattern=PATTERN)
    client.put_targets(Rule=who.name("ended"), Targets=[{"Id": "1", "Arn": topic}])
    bus = who.name("bus")
    client.create_event_bus(Name=bus)
    client.put_rule(Name="inside", EventPattern=PATTERN, EventBusName=bus)


def _repository(who: Participant) -> None:
    client = who.aws("ecr")
    client.create_repository(repositoryName=who.name("images"))
    client.put_image(repositoryName=who.name("images"), imageManifest=_MANIFEST, imageTag="latest")


def _function_role(who: Participant) -> None:
    who.aws("iam").create_role(RoleName=who.name("lambda"), AssumeRolePolicyDocument=trust("lambda"))


def _function(who: Participant) -> None:
    who.aws("lambda").create_function(
        FunctionName=who.name("hello"), Role=who.arn("iam", f"role/{who.name('lambda')}"), Runtime="python3.12",
        Handler="index.handler", Code={"ZipFile": _zip()},
    )  # fmt: skip
    who.aws("logs").create_log_group(logGroupName=f"/aws/lambda/{who.name('hello')}")


@cache
def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): pass\n")
    return packed.getvalue()


def _console_role(who: Participant) -> None:
    """Create a role as SageMaker's console does: with a policy of two versions, and in an instance profile."""
    client, stamp = who.aws("iam"), f"20261210T{who.account_id[-6:]}"
    role, policy = f"AmazonSageMaker-ExecutionRole-{stamp}", f"AmazonSageMaker-ExecutionPolicy-{stamp}"
    client.create_role(RoleName=role, Path="/service-role/", AssumeRolePolicyDocument=trust("sagemaker"))
    made = client.create_policy(PolicyName=policy, Path="/service-role/", PolicyDocument=document(**ALLOWED))
    arn = made["Policy"]["Arn"]
    client.create_policy_version(PolicyArn=arn, PolicyDocument=document(**ALLOWED), SetAsDefault=True)
    client.attach_role_policy(RoleName=role, PolicyArn=arn)
    client.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=document(**ALLOWED))
    client.create_instance_profile(InstanceProfileName=who.name("machine"))
    client.add_role_to_instance_profile(InstanceProfileName=who.name("machine"), RoleName=role)


LEFTOVERS = (
    Leftover(("bucket",), noon=_versions),
    Leftover(("bucket",), noon=_denied),
    Leftover(("bucket",), noon=_held),
    Leftover(("user pool",), noon=_pool),
    Leftover(("user pool",), noon=_pool_with_mfa),
    Leftover(("log group",), noon=_log_group),
    Leftover(("alarm",), noon=_alarms),
    Leftover(("topic",), closes=_topic),
    Leftover(("rule", "event bus", "topic"), noon=_rule),
    Leftover(("image repository",), noon=_repository),
    Leftover(("function", "log group", "role"), opens=_function_role, noon=_function),
    Leftover(("role", "policy"), opens=_console_role),
)
