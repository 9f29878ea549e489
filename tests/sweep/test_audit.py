"""What CloudTrail shows that no listing does: told with who and when, and the account is not clean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bootstrap.engine.states import State, Verdict
from bootstrap.steps.baseline import Baseline
from bootstrap.sweep.audit import AuditStep
from bootstrap.sweep.marker import Claim
from bootstrap.sweep.trail import Trail, TrailStep
from tests.steps.answers import NOON, AnsweringSession, at, refusal

TRAIL, HISTORY, REGIONS = "LookupEvents", "ListRequestedServiceQuotaChangeHistory", "DescribeRegions"
HOME, GLOBAL, AWAY = "ap-northeast-1", "us-east-1", "eu-west-1"
BY_ORGANIZATION = refusal("AccessDeniedException", "with an explicit deny in a service control policy")
ROLE = "event-bootstrap-access"
NOTHING: Mapping[str, set[str]] = {}
BOARD, CLUSTER_A = {"dashboardName": "a"}, {"clusterIdentifier": "a"}
DB_A = {"dBInstanceIdentifier": "a"}
G5 = "ml.g5.xlarge for training job usage"


class Session(AnsweringSession):
    """Answers of CloudTrail by region: pages, or an error; the other answers are the same everywhere."""

    def __init__(self, pages: dict[str, Any], **answers: Any) -> None:
        where = {"Regions": [{"RegionName": each} for each in (AWAY, HOME, GLOBAL)]}
        super().__init__({REGIONS: where, HISTORY: {"RequestedQuotas": []}} | answers, now=NOON + 86_400.0)
        self.region, self.partition = HOME, "aws"
        self.pages, self.here = pages, HOME
        self.asked: list[str] = []

    def in_region(self, region: str) -> Session:
        self.here = region
        return self

    def answer(self, service: str, operation: str, params: dict[str, Any]) -> Any:
        if operation != TRAIL:
            return super().answer(service, operation, params)
        self.asked.append(self.here)
        found = self.pages.get(self.here, [])
        if isinstance(found, Exception):
            raise found
        number = int(params.get("NextToken", 0))
        more = {"NextToken": str(number + 1)} if number + 1 < len(found) else {}
        return {"Events": found[number] if found else [], **more}


def event(call: str, given: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """One event: `call` is "rds:CreateDBInstance"; `hour`: of the day after the baseline; `gave`: what AWS answered."""
    source, operation = call.split(":")
    who = more.get("who", "ann")
    about = {
        "eventName": operation,
        "userIdentity": {"arn": more.get("arn", f"arn:aws:sts::111111111111:assumed-role/Admin/{who}")},
        "requestParameters": given,
        "responseElements": more.get("gave"),
        **({"errorCode": "AccessDenied"} if more.get("refused") else {}),
    }
    return {
        "EventId": f"{call} {given} {more}",
        "EventSource": f"{source}.amazonaws.com",
        "EventName": operation,
        "Username": who,
        "EventTime": at(NOON + 3600.0 * more.get("hour", 1)),
        "CloudTrailEvent": json.dumps(about),
    }


def audited(session: Session, write: bool = True, before: Mapping[str, set[str]] = NOTHING) -> State:
    names = {kind: frozenset(found) for kind, found in before.items()}
    claim, trail = Claim(baseline=Baseline(at(NOON).isoformat(), names, {})), Trail()
    step = TrailStep(trail, claim, ROLE, write)
    while (state := step.check(session)).verdict is Verdict.WAITING:
        session._now += state.look_again or 1.0
    assert state.verdict is Verdict.READY
    found = AuditStep(claim, trail).check(session)
    assert session.writes == []
    return found


def finds(*events: dict[str, Any], region: str = HOME, before: Mapping[str, set[str]] = NOTHING) -> list[str]:
    return [each["operation"] for each in audited(Session({region: [list(events)]}), before=before).facts["finds"]]


# The inputs of a day: what the labs tell teams to do, what the console does by itself, what goes with Studio.
@pytest.mark.parametrize(
    "call",
    [
        "cloudshell:CreateEnvironment", "cloudshell:CreateSession", "cloudshell:StartEnvironment",
        "sagemaker:CreatePresignedMlflowAppUrl", "sagemaker:CreatePresignedDomainUrl",
        "sagemaker:CreateHubContentPresignedUrls", "sagemaker:CreatePartnerAppPresignedUrl",
        "signin:CreateOAuth2Token", "elasticfilesystem:CreateMountTarget", "ec2:CreateSecurityGroup",
        "ec2:CreateNetworkInterface", "ec2:CreateVpc", "logs:CreateLogStream", "kms:CreateGrant",
        "sagemaker:CreateEndpoint", "sagemaker:StartNotebookInstance", "iam:CreateRole",
        "servicequotas:RequestServiceQuotaIncrease", "support:CreateCase", "cognito-idp:CreateUserPoolClient",
        "s3:PutBucketPolicy", "iam:PutRolePolicy", "sagemaker:UpdateNotebookInstance", "ec2:DeleteVpc",
    ],
)  # fmt: skip
def test_what_is_listed_free_or_makes_nothing_is_no_find(call: str) -> None:
    new = {"notebookInstanceName": "mine"}
    assert finds(event("sagemaker:CreateNotebookInstance", new), event(call, new)) == []


@pytest.mark.parametrize(
    "call",
    [
        "rds:CreateDBInstance", "rds:RestoreDBClusterFromSnapshot", "dynamodb:RestoreTableFromBackup",
        "rds:RestoreDBInstanceToPointInTime", "macie2:EnableMacie", "aws-marketplace:Subscribe",
        "agreement-marketplace:AcceptAgreementRequest", "monitoring:PutDashboard", "autoscaling:PutScheduledAction",
        "route53:CreateHostedZone", "lightsail:CreateInstances", "workspaces:CreateWorkspaces",
        "elasticloadbalancing:CreateLoadBalancer",
        "ecs:RunTask", "kendra:CreateIndex", "quicksight:CreateAccountSubscription", "batch:SubmitJob",
        "savingsplans:CreateSavingsPlan", "ec2:PurchaseReservedInstancesOffering", "guardduty:CreateDetector",
        "kms:ReplicateKey", "redshift:ResumeCluster", "apprunner:ResumeService", "monitoring:PutMetricStream",
        "kafka:UpdateBrokerCount", "es:UpdateElasticsearchDomainConfig", "fsx:UpdateFileSystem",
        "sagemaker:ExtendTrainingPlan", "secretsmanager:ReplicateSecretToRegions", "elasticache:IncreaseReplicaCount",
        "route53domains:TransferDomain",
    ],
)  # fmt: skip
@pytest.mark.parametrize("region", [HOME, GLOBAL, AWAY])
def test_what_nothing_explains_keeps_the_account_from_clean_wherever_it_is(call: str, region: str) -> None:
    state = audited(Session({region: [[event(call, {"name": "cars"}, hour=2)]]}))
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-517")
    assert state.facts["finds"] == [
        {"operation": call, "name": "cars", "region": region, "who": "ann", "made": at(NOON + 7200).isoformat()}
    ]
    assert all(word in state.detail for word in (call, "cars", region, "ann", "2026-12-02 14:00"))


def test_a_person_who_signed_in_with_a_mail_address_is_not_told_by_it() -> None:
    state = audited(Session({HOME: [[event("rds:CreateDBInstance", {}, who="ann@example.com")]]}))
    assert "example.com" not in f"{state.detail} {state.facts}"


@pytest.mark.parametrize(
    ("made", "ended", "explained"),
    [
        (("rds:CreateDBInstance", DB_A), ("rds:DeleteDBInstance", DB_A), True),
        (("rds:CreateDBInstance", DB_A), ("rds:DeleteDBInstance", {"dBInstanceIdentifier": "b"}), False),
        # A last snapshot is kept, which costs money.
        (
            ("rds:CreateDBInstance", DB_A),
            ("rds:DeleteDBInstance", {**DB_A, "finalDBSnapshotIdentifier": "last"}), False,
        ),
        (
            ("redshift:CreateClusterSnapshot", {"clusterIdentifier": "a"}),
            ("redshift:DeleteCluster", {"clusterIdentifier": "a"}), False,
        ),
        (
            ("ecs:CreateService", {"clusterName": "c", "serviceName": "a"}),
            ("ecs:DeleteService", {"clusterName": "c", "serviceName": "b"}), False,
        ),
        (
            ("rds:RestoreDBInstanceFromDBSnapshot", {**DB_A, "dBSnapshotIdentifier": "s"}),
            ("rds:DeleteDBInstance", DB_A), True,
        ),
        (
            ("elasticloadbalancing:CreateLoadBalancer", {"name": "a"}, {"made": [{"loadBalancerArn": "arn:x/a/1"}]}),
            ("elasticloadbalancing:DeleteLoadBalancer", {"loadBalancerArn": "arn:x/a/1"}), True,
        ),
        (("macie2:EnableMacie", None), ("macie2:DisableMacie", None), True),
        # What an operation changed that costs money ends with the thing; some end several things at once.
        (("monitoring:PutDashboard", BOARD), ("monitoring:DeleteDashboards", {"dashboardNames": ["a"]}), True),
        (("monitoring:PutDashboard", BOARD), ("monitoring:DeleteDashboards", {"dashboardNames": ["b"]}), False),
        (("es:UpdateDomainConfig", {"domainName": "a"}), ("es:DeleteDomain", {"domainName": "a"}), True),
        (("gamelift:UpdateFleetCapacity", {"fleetId": "a"}), ("gamelift:DeleteFleet", {"fleetId": "a"}), True),
        (("kinesis:UpdateShardCount", {"streamName": "a"}), ("kinesis:DeleteStream", {"streamName": "a"}), True),
        (("redshift:ResumeCluster", CLUSTER_A), ("redshift:PauseCluster", CLUSTER_A), True),
        (("dynamodb:UpdateTable", {"tableName": "a"}), ("dynamodb:DeleteTable", {"tableName": "a"}), True),
        (("servicecatalog:CreateServiceAction", {"name": "a"}), ("rds:DeleteServiceAction", {"name": "a"}), False),
    ],
)  # fmt: skip
def test_what_was_ended_since_is_no_find(made: Any, ended: Any, explained: bool) -> None:
    first = event(made[0], made[1], gave=made[2] if len(made) > 2 else None, hour=1)
    assert finds(event(ended[0], ended[1], hour=2), first) == ([] if explained else [made[0]])
    # An end before the beginning is the end of another one.
    assert finds(event(ended[0], ended[1], hour=0.5), first) == [made[0]]


@pytest.mark.parametrize(
    ("call", "given", "kind", "name"),
    [
        ("iam:CreateAccessKey", {"userName": "of-before"}, "IAM user", "of-before"),
        ("iam:CreateLoginProfile", {"userName": "of-before"}, "IAM user", "of-before"),
        ("iam:UpdateLoginProfile", {"userName": "of-before"}, "IAM user", "of-before"),
        ("sagemaker:StartNotebookInstance", {"notebookInstanceName": "research"}, "notebook", "research"),
        ("sagemaker:UpdateEndpoint", {"endpointName": "old"}, "endpoint", "old"),
        ("sagemaker:BatchAddClusterNodes", {"clusterName": "old"}, "hyperpod cluster", "old"),
        ("sagemaker:UpdateMlflowTrackingServer", {"trackingServerName": "old"}, "mlflow server", "old"),
        ("ecr:PutImage", {"repositoryName": "old"}, "image repository", "old"),
    ],
)  # fmt: skip
def test_what_was_added_to_a_thing_of_before_is_a_find_for_its_row_keeps_it(
    call: str, given: dict[str, str], kind: str, name: str
) -> None:
    where = GLOBAL if call.startswith("iam") else HOME
    assert finds(event(call, given), region=where, before={kind: {name}}) == [call]
    assert finds(event(call, given), region=where, before={kind: {"another"}}) == []
    # A baseline of an earlier version does not list the kind.
    assert finds(event(call, given), region=where) == [call]


def test_a_copy_in_another_region_is_gone_when_it_is_gone_there() -> None:
    made = event("kms:ReplicateKey", {"keyId": "mrk-1", "replicaRegion": AWAY})
    gone = event("kms:ScheduleKeyDeletion", {"keyId": "arn:aws:kms:x:1:key/mrk-1"}, hour=2)
    session = Session({HOME: [[made]], AWAY: [[gone]]})
    assert audited(session).facts["finds"] == []
    assert audited(Session({HOME: [[made]]})).facts["finds"] != []


def test_a_key_of_a_user_of_before_that_is_gone_again_is_no_find() -> None:
    made = event("iam:CreateAccessKey", {"userName": "old"}, gave={"accessKey": {"accessKeyId": "AKIA1"}})
    gone = event("iam:DeleteAccessKey", {"userName": "old", "accessKeyId": "AKIA1"}, hour=2)
    other = event("iam:DeleteAccessKey", {"userName": "old", "accessKeyId": "AKIA2"}, hour=2)
    assert finds(made, gone, region=GLOBAL, before={"IAM user": {"old"}}) == []
    assert finds(made, other, region=GLOBAL, before={"IAM user": {"old"}}) == ["iam:CreateAccessKey"]


def test_refused_calls_and_the_tool_s_own_are_no_finds_but_nobody_can_pass_for_the_tool() -> None:
    arn = f"arn:aws:sts::111111111111:assumed-role/{ROLE}/event-bootstrap-car-day"
    ours = event("rds:CreateDBInstance", {}, who="event-bootstrap-car-day", arn=arn)
    theirs = event("rds:CreateDBInstance", {}, who="event-bootstrap-car-day")
    assert finds(ours, event("rds:CreateDBInstance", {}, refused=True)) == []
    assert finds(theirs) == ["rds:CreateDBInstance"]


def test_the_record_is_read_at_home_of_global_services_and_in_every_enabled_region_to_its_end() -> None:
    session = Session({HOME: [[event("rds:CreateDBInstance", {}, hour=n / 100)] for n in range(1, 61)]})
    state = audited(session)
    assert {HOME, GLOBAL, AWAY} == set(session.asked)
    assert session.asked.count(HOME) == 60
    assert len(state.facts["finds"]) == 60
    assert state.facts["whole"]


def test_a_record_longer_than_ten_minutes_of_reading_is_unknown() -> None:
    class Endless(Session):
        def answer(self, service: str, operation: str, params: dict[str, Any]) -> Any:
            found = super().answer(service, operation, params)
            return {**found, "NextToken": "1"} if operation == TRAIL and self.here == HOME else found

    state = audited(Endless({}))
    assert (state.verdict, state.code, state.facts["whole"]) == (Verdict.BLOCKED, "EB-518", False)


def test_a_plan_reads_in_one_visit_and_says_what_it_did_not_reach() -> None:
    few, many = ([[event("ec2:CreateVpc", {"n": n})] for n in range(number)] for number in (30, 50))
    assert audited(Session({HOME: few}), write=False).verdict is Verdict.READY
    assert audited(Session({HOME: many}), write=False).code == "EB-518"


def test_a_record_that_may_not_be_read_is_unknown_and_leaves_the_quotas_known() -> None:
    state = audited(Session({HOME: refusal("AccessDeniedException")}, **{HISTORY: {"RequestedQuotas": [asked(G5, 6)]}}))
    assert (state.code, state.facts["asked"]) == ("EB-518", False)
    assert state.facts["quotas"] == {G5: 6.0}


def test_a_region_that_the_organization_closes_is_named_and_the_others_are_read() -> None:
    state = audited(Session({AWAY: BY_ORGANIZATION}))
    assert state.verdict is Verdict.READY
    assert f"not examined: {AWAY}" in state.detail


@pytest.mark.parametrize(
    ("region", "answer"),
    [
        (AWAY, refusal("AccessDeniedException", "because no identity-based policy allows it")),
        (AWAY, refusal("AccessDeniedException", "")),
        (AWAY, refusal("UnrecognizedClientException", "The security token included in the request is invalid")),
        (AWAY, refusal("ValidationException", "")),
        (GLOBAL, BY_ORGANIZATION),
        (HOME, BY_ORGANIZATION),
    ],
)
def test_a_region_in_which_people_could_work_and_whose_record_is_not_read_is_unknown(region: str, answer: Any) -> None:
    """No organization closes IAM, CloudFront and their like, whose events are in one region."""
    state = audited(Session({region: answer}))
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-518")
    assert region in state.detail


def test_a_record_that_is_throttled_all_the_time_stops_no_deletion_and_is_unknown() -> None:
    state = audited(Session({HOME: refusal("ThrottlingException", "Rate exceeded")}))
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-518")
    assert "Rate exceeded" in state.detail


def test_a_baseline_of_before_what_cloudtrail_keeps_is_unknown() -> None:
    claim = Claim(baseline=Baseline(at(NOON - 100 * 86_400).isoformat(), {}, {}))
    trail = Trail()
    session = Session({})
    TrailStep(trail, claim, ROLE, True).check(session)
    assert AuditStep(claim, trail).check(session).code == "EB-518"


def asked(name: str, value: float, status: str = "APPROVED", decided: float = 9000, service: str = "sagemaker") -> Any:
    """A request of a quarter of an hour before it was decided, `decided` seconds after the baseline."""
    return {
        "Id": f"{name} {value} {decided}",
        "ServiceCode": service,
        "QuotaCode": f"L-{len(name):08}",
        "QuotaName": name,
        "DesiredValue": value,
        "Status": status,
        "Created": at(NOON + decided - 900),
        "LastUpdated": at(NOON + decided),
    }


def test_quotas_that_were_approved_since_the_baseline_stay_raised_at_the_last_value() -> None:
    rows = [
        asked(G5, 6),
        asked(G5, 8, decided=5000),
        asked("ml.m5.large for endpoint usage", 4, "CASE_OPENED", 4000),
        asked("Running On-Demand G instances", 32, decided=60, service="ec2"),
        asked("ml.c5.large for endpoint usage", 2, decided=-60),
    ]
    state = audited(Session({}, **{HISTORY: {"RequestedQuotas": rows}}))
    assert state.facts["quotas"] == {G5: 6.0, "ec2: Running On-Demand G instances": 32.0}
    assert state.facts["quotas_before"] == {
        "ml.c5.large for endpoint usage": {"value": 2.0, "approved": at(NOON - 60).isoformat()}
    }


def test_a_denied_look_at_quotas_is_told_and_spoils_nothing() -> None:
    state = audited(Session({}, **{HISTORY: refusal("AccessDeniedException", "not authorized")}))
    assert state.verdict is Verdict.READY
    assert {"quotas", "quotas_before"} & set(state.facts) == set()
    assert "AccessDeniedException" in state.facts["quotas_unseen"]
