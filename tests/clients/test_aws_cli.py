"""The AWS CLI, both versions, on `simulate`: what README.md tells to run, and a person's other everyday commands."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable

import pytest

from tests.cli.test_commands import COMMAND
from tests.clients.person import OPERATOR, REPOSITORY, TEMPLATES, Person, installed, second_version

pytestmark = pytest.mark.clients
_README = re.compile(r"```\n(aws cloudformation deploy .*?)```", re.DOTALL)
_FUNCTION = """
Resources:
  Echo:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: echo
      Handler: index.handler
      Runtime: python3.12
      Role: !GetAtt Works.Arn
      Code: ./code"""
_ROLE = """
  Works:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: "sts:AssumeRole"
            Principal: {Service: [lambda.amazonaws.com, sagemaker.amazonaws.com]}
Outputs:
  Arn: {Value: !GetAtt Works.Arn}
"""

Aws = Callable[..., str]


@pytest.fixture(scope="module", params=["cli-1", "cli-2"])
def team(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def program(team: str, person: Person) -> list[str]:
    """Debian's version 2 is older than AWS_ENDPOINT_URL: it is told the address with each command."""
    if team == "cli-1":
        return [installed("awscli", "aws")]
    return [second_version(), "--endpoint-url", person.env["AWS_ENDPOINT_URL"]]


@pytest.fixture
def aws(team: str, program: list[str], person: Person) -> Aws:
    def run(line: str, ok: bool = True) -> str:
        return person.run(*program, *shlex.split(line), team=team, ok=ok)

    return run


def test_what_readme_tells_to_deploy_lets_the_tool_in_and_is_updated_and_removed(
    aws: Aws, team: str, program: list[str], person: Person
) -> None:
    (person.at / "access.yaml").write_bytes((TEMPLATES / "access.yaml").read_bytes())
    assert "EB-201" in person.run(*COMMAND, "plan", team, "--output", "plain", ok=False)
    told = _README.search((REPOSITORY / "README.md").read_text(encoding="utf-8"))
    assert told is not None
    # README has an example in place of the reader's own ARN.
    operator = json.loads(person.run(*program, "sts", "get-caller-identity", "--output", "json"))["Arn"]
    assert operator == OPERATOR
    line = re.sub(r"HubPrincipalArn=\S+", f"HubPrincipalArn={operator}", told[1].replace("\\\n", " "))
    command = line.removeprefix("aws ")
    assert "Successfully created/updated stack" in aws(command)
    # Between two deployments, which the client names by the second.
    assert "EB-201" not in person.run(*COMMAND, "plan", team, "--output", "plain")
    # Version 1 fails on an empty change set unless it is told otherwise.
    assert "No changes to deploy" in aws(f"{command} --no-fail-on-empty-changeset")
    events = aws("cloudformation describe-stack-events --stack-name event-bootstrap-access --max-items 5")
    assert "CREATE_COMPLETE" in events
    changed = command.replace("EventName=car-day", "EventName=other-day")
    assert "Successfully created/updated stack" in aws(changed)
    document = aws("iam list-attached-role-policies --role-name event-bootstrap-access --output text")
    assert document.count("event-bootstrap-access-") == 14
    aws("cloudformation delete-stack --stack-name event-bootstrap-access")
    aws("cloudformation wait stack-delete-complete --stack-name event-bootstrap-access")
    assert "does not exist" in aws("cloudformation describe-stacks --stack-name event-bootstrap-access", ok=False)


def test_files_are_copied_synchronized_and_removed_with_their_bucket(aws: Aws, team: str, person: Person) -> None:
    bucket, at = f"of-{team}", person.at / f"files-{team}"
    (at / "sub folder").mkdir(parents=True)
    (at / "one.txt").write_text("one", encoding="utf-8")
    (at / "sub folder" / "two.txt").write_text("two", encoding="utf-8")
    # Larger than what is sent in one part.
    (at / "three.bin").write_bytes(bytes(9 << 20))
    aws(f"s3 mb s3://{bucket}")
    assert aws(f"s3 sync {at} s3://{bucket}/all --no-progress").count("upload:") == 3
    assert aws(f"s3 sync {at} s3://{bucket}/all --no-progress") == ""
    aws(f"s3 cp s3://{bucket}/all/three.bin {person.at}/back-{team}.bin")
    assert (person.at / f"back-{team}.bin").stat().st_size == 9 << 20
    assert "Total Objects: 3" in aws(f"s3 ls s3://{bucket} --recursive --summarize")
    said = aws(f"s3api put-object --bucket {bucket} --key paid --request-payer requester", ok=False)
    assert "NotSimulated" in said
    assert "RequestPayer" in said
    assert "remove_bucket" in aws(f"s3 rb s3://{bucket} --force")


def test_a_packaged_template_is_deployed_by_its_address_in_s3(person: Person) -> None:
    """Debian's version 2 packages to the real S3, whatever --endpoint-url says."""

    def aws(line: str) -> str:
        return person.run(installed("awscli", "aws"), *shlex.split(line), team="cli-1")

    at = person.at / "package"
    (at / "code").mkdir(parents=True)
    (at / "code" / "index.py").write_text("def handler(event, context): return event\n", encoding="utf-8")
    (at / "function.yaml").write_text(_FUNCTION + _ROLE, encoding="utf-8")
    packaged = at / "packaged.yaml"
    aws("s3 mb s3://package")
    source = f"--template-file {at}/function.yaml --s3-bucket package"
    aws(f"cloudformation package {source} --output-template-file {packaged}")
    assert "S3Bucket: package" in packaged.read_text(encoding="utf-8")
    where = f"--stack-name packaged --template-file {packaged} --s3-bucket package"
    aws(f"cloudformation deploy {where} --capabilities CAPABILITY_IAM")
    assert "echo" in aws("lambda list-functions")


def test_a_change_set_and_a_notebook_are_waited_for(aws: Aws, person: Person) -> None:
    (person.at / "role.yaml").write_text(f"Resources:{_ROLE}", encoding="utf-8")
    made = "--stack-name role --change-set-name first --change-set-type CREATE --template-body file://role.yaml"
    aws(f"cloudformation create-change-set {made} --capabilities CAPABILITY_IAM --tags Key=a,Value=b")
    aws("cloudformation wait change-set-create-complete --stack-name role --change-set-name first")
    aws("cloudformation execute-change-set --stack-name role --change-set-name first")
    aws("cloudformation wait stack-create-complete --stack-name role")
    name = "Stacks[0].Outputs[0].OutputValue"
    arn = aws(f"cloudformation describe-stacks --stack-name role --query '{name}' --output text").strip()
    aws(f"sagemaker create-notebook-instance --notebook-instance-name n --instance-type ml.t3.medium --role-arn {arn}")
    aws("sagemaker wait notebook-instance-in-service --notebook-instance-name n")


def test_logs_and_the_configuration_are_read(aws: Aws, program: list[str], team: str, person: Person) -> None:
    aws("logs create-log-group --log-group-name group")
    said = aws("logs create-log-group --log-group-name other --kms-key-id arn:aws:kms:eu-west-1:1:key/k", ok=False)
    assert "kmsKeyId is not simulated" in said
    assert aws("logs describe-log-groups --query 'logGroups[].logGroupName' --output text").strip() == "group"
    if team == "cli-2":
        # Version 1 has no such commands.
        assert aws("logs tail group") == ""
        assert f"{team}-owner" in aws("configure list-profiles").split()
    assert aws("configure get region").strip() == "ap-northeast-1"
    assert team in aws("configure list")
