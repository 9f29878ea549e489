"""The template of the venue's host: what its role may do, which ports are open, what is encrypted and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint
from cfnlint.config import ManualArgs

from bootstrap.event.names import Names
from bootstrap.steps import templates
from tests.templates import given
from tests.templates.iam import allows, trusts

BODY = (given.SHIPPED / "venue.yaml").read_text(encoding="ascii")
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rights.md").read_text(encoding="utf-8")
PARAMETERS = {
    "EventName": "techday", "HostName": "ev.example.com", "FilesBucket": "venue-files", "FilesPrefix": "techday",
    "CertificateArn": "arn:aws:acm:ap-northeast-1:111122223333:certificate/0a", "DatabaseClass": "db.t4g.small",
    "Image": "111122223333.dkr.ecr.ap-northeast-1.amazonaws.com/event-bootstrap:0.1.0", "BackupDays": "7",
    "LogDays": "30", "ProtectDatabase": "true", "Tasks": "2",
}  # fmt: skip
TEAM = "444455556666"
NAMES = Names("techday", TEAM, given.REGION)
OTHER_DAY = Names("otherday", TEAM, given.REGION)


@cache
def resources() -> dict[str, Any]:
    found: dict[str, Any] = given.read(BODY, **PARAMETERS)["Resources"]
    return found


def of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = resources()[name]["Properties"]
    return found


def host() -> list[dict[str, Any]]:
    return given.statements(resources()["HostRole"])


def container() -> dict[str, Any]:
    [found] = of("Task")["ContainerDefinitions"]
    assert isinstance(found, dict)
    return found


def test_it_is_no_stack_of_a_team() -> None:
    assert "venue" not in templates.available(given.event())


@pytest.mark.parametrize("region", ["ap-northeast-1", "cn-north-1", "us-gov-west-1"])
def test_cfn_lint_has_nothing_to_say(region: str) -> None:
    found = lint(BODY, config=ManualArgs(regions=[region], include_checks=["I"]))
    assert [str(each) for each in found] == []


def test_it_says_that_nobody_has_deployed_it() -> None:
    assert "NEVER DEPLOYED" in given.read(BODY)["Description"]


@pytest.mark.parametrize("role", [NAMES.participant_role, NAMES.support_read_role, NAMES.labelling_role])
def test_the_host_may_take_the_roles_that_are_made_for_it(role: str) -> None:
    assert allows(host(), "sts:AssumeRole", NAMES.role_arn(role))


NOT_ITS_ROLES = [
    "event-bootstrap-access", NAMES.training_role, NAMES.support_role, OTHER_DAY.participant_role,
    OTHER_DAY.support_read_role, OTHER_DAY.labelling_role, "techday-venue-host", "OrganizationAccountAccessRole",
    "admin", "a/techday-participant-x",
]  # fmt: skip


@pytest.mark.parametrize("role", NOT_ITS_ROLES)
def test_the_host_may_take_no_other_role_least_of_all_the_access_role(role: str) -> None:
    assert not allows(host(), "sts:AssumeRole", NAMES.role_arn(role))


def test_the_host_reads_what_is_published_for_it_and_its_password_and_has_no_other_right() -> None:
    assert sorted(action for each in host() for action in _list(each["Action"])) == [
        "s3:GetObject", "secretsmanager:GetSecretValue", "sts:AssumeRole",
    ]  # fmt: skip
    assert {each["Effect"] for each in host()} == {"Allow"}
    assert allows(host(), "s3:GetObject", "arn:aws:s3:::venue-files/techday/manifest.json")
    for other in ("venue-files/other/manifest.json", "venue-files/techdays/x", "other-files/techday/x"):
        assert not allows(host(), "s3:GetObject", f"arn:aws:s3:::{other}")
    [secret] = [each["Resource"] for each in host() if each["Sid"] == "PasswordOfTheJournal"]
    assert secret == {"GetAtt": "Database.MasterUserSecret.SecretArn"}
    assert "ManagedPolicyArns" not in of("HostRole")


@pytest.mark.parametrize("role", ["HostRole", "StartRole"])
def test_only_tasks_of_this_account_and_region_have_the_roles(role: str) -> None:
    context = {
        "aws:SourceAccount": [given.ACCOUNT],
        "aws:SourceArn": [f"arn:aws:ecs:{given.REGION}:{given.ACCOUNT}:task/x"],
    }
    service = {"Service": "ecs-tasks.amazonaws.com"}
    assert trusts(resources()[role], service, context)
    assert not trusts(resources()[role], service, context | {"aws:SourceAccount": [TEAM]})
    assert not trusts(resources()[role], service, context | {"aws:SourceArn": [f"arn:aws:ecs:us-east-1:{TEAM}:task/x"]})
    roles = [name for name, each in resources().items() if each["Type"] == "AWS::IAM::Role"]
    assert roles == ["HostRole", "StartRole"]


def test_what_starts_a_task_is_not_what_runs_in_it() -> None:
    assert of("Task")["TaskRoleArn"] == {"GetAtt": "HostRole.Arn"}
    assert of("Task")["ExecutionRoleArn"] == {"GetAtt": "StartRole.Arn"}
    actions = {action for each in given.statements(resources()["StartRole"]) for action in _list(each["Action"])}
    assert {action.partition(":")[0] for action in actions} == {"ecr", "logs"}
    assert of("Service")["EnableExecuteCommand"] is False


def rules(of_group: str, way: str) -> Iterator[tuple[int, int, Any]]:
    """Ports, and whom they are open to, of a group's own rules and of those beside it."""
    own = of(of_group).get(f"SecurityGroup{way}", [])
    beside = [
        each["Properties"]
        for each in resources().values()
        if each["Type"] == f"AWS::EC2::SecurityGroup{way}" and each["Properties"]["GroupId"] == {"Ref": of_group}
    ]
    for each in (*own, *beside):
        assert each["IpProtocol"] == "tcp"
        yield each["FromPort"], each["ToPort"], each.get("CidrIp") or each["SourceSecurityGroupId"]["Ref"]


def test_only_the_ports_that_are_needed_are_open_and_only_to_whom_they_must() -> None:
    groups = [name for name, each in resources().items() if each["Type"] == "AWS::EC2::SecurityGroup"]
    assert {name: list(rules(name, "Ingress")) for name in groups} == {
        "BalancerGroup": [(443, 443, "0.0.0.0/0"), (80, 80, "0.0.0.0/0")],
        "TaskGroup": [(4600, 4600, "BalancerGroup")],
        "OperatorGroup": [],
        "DatabaseGroup": [(5432, 5432, "TaskGroup"), (5432, 5432, "OperatorGroup")],
    }
    out = {name: sorted({first for first, _, _ in rules(name, "Egress")}) for name in groups}
    assert out == {"BalancerGroup": [4600], "TaskGroup": [443, 5432], "OperatorGroup": [443, 5432],
                   "DatabaseGroup": [5432]}  # fmt: skip
    # A group without a rule of its own may send anything.
    assert all(of(name)["SecurityGroupEgress"] for name in groups)
    assert of("DatabaseGroup")["SecurityGroupEgress"][0]["CidrIp"] == "127.0.0.1/32"


def test_the_database_is_encrypted_private_kept_and_takes_only_tls() -> None:
    database = of("Database")
    assert database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert database["ManageMasterUserPassword"] is True
    assert "MasterUserPassword" not in database
    assert of("DatabaseSettings")["Parameters"]["rds.force_ssl"] == "1"
    kept = resources()["Database"]
    assert kept["DeletionPolicy"] == kept["UpdateReplacePolicy"] == "Snapshot"
    assert database["BackupRetentionPeriod"] == "7"
    assert database["DeletionProtection"] == "true"


def test_browsers_have_tls_and_plain_http_only_leads_to_it() -> None:
    assert (of("WithTls")["Port"], of("WithTls")["Protocol"]) == (443, "HTTPS")
    assert "TLS13-1-2" in of("WithTls")["SslPolicy"]
    [plain] = of("WithoutTls")["DefaultActions"]
    assert plain["Type"] == "redirect"
    assert (plain["RedirectConfig"]["Protocol"], plain["RedirectConfig"]["Host"]) == ("HTTPS", "ev.example.com")
    listeners = [each for each in resources().values() if each["Type"].endswith("::Listener")]
    assert len(listeners) == 2


def test_a_wrong_host_header_reaches_no_task() -> None:
    [otherwise] = of("WithTls")["DefaultActions"]
    assert otherwise["Type"] == "fixed-response"
    [condition] = of("OfTheEvent")["Conditions"]
    assert condition["HostHeaderConfig"]["Values"] == ["ev.example.com"]


def test_serve_trusts_the_load_balancers_subnets_and_no_other_for_the_clients_address() -> None:
    command = container()["Command"]
    given_to = {name: [value for each, value in pairwise(command) if each == name] for name in command}
    subnets = [of(each["Ref"])["CidrBlock"] for each in of("Balancer")["Subnets"]]
    assert given_to["--proxy"] == subnets
    assert given_to["--name"] == ["ev.example.com"]
    assert given_to["--from"] == ["s3://venue-files/techday"]
    attributes = {each["Key"]: each["Value"] for each in of("Balancer")["LoadBalancerAttributes"]}
    assert attributes["routing.http.xff_header_processing.mode"] == "append"
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_the_container_writes_only_to_tmp_as_nobody_and_no_secret_is_in_its_environment() -> None:
    found = container()
    assert found["User"] == "10001:10001"
    assert found["ReadonlyRootFilesystem"] is True
    assert found["Privileged"] is False
    assert found["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert [each["ContainerPath"] for each in found["MountPoints"]] == ["/tmp"]  # noqa: S108
    assert "Secrets" not in found
    [variable] = found["Environment"]
    journal = variable["Value"]["Sub"] if isinstance(variable["Value"], dict) else variable["Value"]
    assert variable["Name"] == "EVENT_BOOTSTRAP_JOURNAL"
    assert journal.startswith("postgresql://${Database.Endpoint.Address}:")
    assert "@" not in journal
    assert "sslmode=verify-full" in journal
    assert "&secret=${Database.MasterUserSecret.SecretArn}" in journal


def test_the_image_and_the_template_agree() -> None:
    image = (Path(__file__).resolve().parents[2] / "Dockerfile").read_text(encoding="utf-8")
    assert "USER 10001:10001" in image
    assert f"EXPOSE {container()['PortMappings'][0]['ContainerPort']}" in image
    assert container()["HealthCheck"]["Command"][1] in image
    assert 'VOLUME ["/tmp"]' in image


def test_its_logs_and_its_tasks_are_bounded() -> None:
    assert of("Log")["RetentionInDays"] == "30"
    assert container()["LogConfiguration"]["Options"]["awslogs-group"] == {"Ref": "Log"}
    parameters = given.read(BODY)["Parameters"]
    assert parameters["Tasks"]["Default"] == 2
    assert parameters["Tasks"]["MaxValue"] == 6
    zones = [of(each)["AvailabilityZone"]["Select"][0] for each in ("PrivateOne", "PrivateTwo")]
    assert zones == [0, 1]


def test_the_page_on_rights_has_each_statement_of_the_host() -> None:
    table = PAGE.partition("| statement | action |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| `(\w+)` \| `([\w:]+)` \|", table, re.MULTILINE)
    assert listed == [(each["Sid"], each["Action"]) for each in host()]


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
