"""What AWS answers at the door -> verdict -> code."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore import exceptions as boto

from bootstrap.aws.refusals import CAUSES
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import State, Verdict
from bootstrap.errors import catalogue, message_of
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps.access import AccessStep
from tests.steps.answers import AnsweringSession, account

TOKYO, MILAN = "ap-northeast-1", "eu-south-1"
WHO = {"Account": "111111111111", "Arn": "arn:aws:sts::111111111111:assumed-role/x/y", "UserId": "A"}
NOTHING_THERE: dict[str, list[Any]] = {"Parameters": [], "InvalidParameters": []}
NOT_AUTHORIZED = "User: arn:aws:iam::999999999999:user/ann is not authorized to perform: "
ON_ROLE = "sts:AssumeRole on resource: arn:aws:iam::111111111111:role/event-bootstrap-access"


def said(operation: str, code: str, message: str = "") -> boto.ClientError:
    return boto.ClientError({"Error": {"Code": code, "Message": message}}, operation)


def assuming(code: str, message: str = "") -> boto.ClientError:
    return said("AssumeRole", code, message)


class Door(AnsweringSession):
    """Errors keep the operation that they came from: credentials are fetched in the middle of another call."""

    operator_account = AccountSession.operator_account

    def answer(self, service: str, operation: str, params: dict[str, Any]) -> Any:
        if isinstance(error := self.answers.get(operation), boto.ClientError):
            self.calls.append((operation, params))
            raise error
        return super().answer(service, operation, params)

    def hub_client(self, service: str) -> Any:
        assert service == "sts"
        return SimpleNamespace(get_caller_identity=self._operator)

    def _operator(self) -> dict[str, str]:
        self.calls.append(("GetCallerIdentity of the operator", {}))
        return {"Account": self.operator}

    operator = "999999999999"


def check(identity: Any, look: Any = NOTHING_THERE, operator: str = Door.operator, **who: Any) -> State:
    team: TeamAccount = account(**who)
    session = Door({"GetCallerIdentity": identity, "GetParameters": look}, team)
    session.operator = operator
    return AccessStep(team, Names("carday", team.account_id, team.region)).check(session)


# (AWS's answer to the identity call, to the first real read, region, external id) -> code
REFUSALS: list[tuple[str, Any, Any, str, str | None, str]] = [
    ("another account", WHO | {"Account": "222222222222"}, NOTHING_THERE, TOKYO, None, "EB-200"),
    ("no trust, or no such role", assuming("AccessDenied", NOT_AUTHORIZED + ON_ROLE), None, TOKYO, None, "EB-201"),
    ("or a wrong external id", assuming("AccessDenied", NOT_AUTHORIZED + ON_ROLE), None, TOKYO, "x", "EB-202"),
    (
        "the operator lacks the permission",
        assuming("AccessDenied", f"{NOT_AUTHORIZED}{ON_ROLE} because no identity-based policy allows the action"),
        None,
        TOKYO,
        None,
        "EB-203",
    ),
    (
        "an organization denies the role",
        assuming("AccessDenied", f"{NOT_AUTHORIZED}{ON_ROLE} with an explicit deny in a service control policy"),
        None,
        TOKYO,
        "x",
        "EB-205",
    ),
    (
        "the role lacks the permission",
        WHO,
        said("GetParameters", "AccessDeniedException", f"{NOT_AUTHORIZED}ssm:GetParameters on resource: *"),
        TOKYO,
        None,
        "EB-204",
    ),
    (
        "an organization denies the region",
        WHO,
        said("GetParameters", "AccessDeniedException", "with an explicit deny in a service control policy"),
        TOKYO,
        None,
        "EB-206",
    ),
    ("STS off in the region", assuming("RegionDisabledException"), None, MILAN, None, "EB-207"),
    ("keys unknown in an opt-in region", assuming("InvalidClientTokenId"), None, MILAN, None, "EB-207"),
    ("the read unknown in an opt-in region", WHO, said("X", "UnrecognizedClientException"), MILAN, None, "EB-207"),
    ("EC2's word for it", WHO, said("X", "AuthFailure"), MILAN, None, "EB-207"),
    ("keys unknown elsewhere", assuming("InvalidClientTokenId"), None, TOKYO, None, "EB-214"),
    ("no credentials", boto.NoCredentialsError(), None, TOKYO, None, "EB-209"),
    ("half of them", boto.PartialCredentialsError(provider="env", cred_var="x"), None, TOKYO, None, "EB-664"),
    ("a provider fails", boto.CredentialRetrievalError(provider="x", error_msg="y"), None, TOKYO, None, "EB-664"),
    ("expired keys", assuming("ExpiredToken"), None, TOKYO, None, "EB-210"),
    ("an expired sign-in", boto.UnauthorizedSSOTokenError(), None, TOKYO, None, "EB-210"),
    ("no such profile", boto.ProfileNotFound(profile="red"), None, TOKYO, None, "EB-211"),
    ("a wrong clock", assuming("SignatureDoesNotMatch", "Signature expired: 1"), None, TOKYO, None, "EB-212"),
    ("a clock ahead", assuming("InvalidSignatureException", "Signature not yet current"), None, TOKYO, None, "EB-212"),
    ("S3's word for it", assuming("RequestTimeTooSkewed"), None, TOKYO, None, "EB-212"),
    ("a wrong secret", assuming("SignatureDoesNotMatch", "The signature we calculated"), None, TOKYO, None, "EB-213"),
]


OF_THE_OPERATOR = {"EB-209", "EB-210", "EB-211", "EB-212", "EB-213", "EB-214", "EB-664"}


@pytest.mark.parametrize(
    ("name", "identity", "look", "region", "external", "code"), REFUSALS, ids=[row[0] for row in REFUSALS]
)
def test_each_refusal_is_told_apart(
    name: str, identity: Any, look: Any, region: str, external: str | None, code: str
) -> None:
    state = check(identity, look, region=region, external_id=external)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, code)
    assert state.unseen is (code in OF_THE_OPERATOR), "it tells nothing of the account"
    for error in (identity, look):
        if isinstance(error, boto.ClientError):
            assert message_of(error) in state.detail, "AWS's own words are shown"


def test_every_code_of_the_table_is_explained_and_tested() -> None:
    used = {each.code for each in CAUSES.values()}
    assert used <= set(catalogue())
    assert used - {row[-1] for row in REFUSALS} == {"EB-208", "EB-215"}, "waited for, and tested below"


@pytest.mark.parametrize(
    "error",
    [
        boto.EndpointConnectionError(endpoint_url="https://sts.ap-northeast-1.amazonaws.com"),
        boto.ConnectTimeoutError(endpoint_url="https://sts.ap-northeast-1.amazonaws.com"),
    ],
)
@pytest.mark.parametrize("where", ["identity", "look"])
def test_no_answer_is_waited_for(error: Exception, where: str) -> None:
    state = check(error) if where == "identity" else check(WHO, error)
    assert (state.verdict, state.code) == (Verdict.WAITING, "EB-208")
    assert state.unseen
    assert state.look_again


@pytest.mark.parametrize("error", [said("GetCallerIdentity", "Throttling"), said("X", "ServiceUnavailable")])
def test_what_may_pass_is_raised(error: Exception) -> None:
    with pytest.raises(boto.ClientError):
        check(error)


ROLE = "arn:aws:iam::111111111111:role/x"


@pytest.mark.parametrize("who", [{}, {"role_arn": ROLE}, {"role_arn": ROLE, "profile": "red"}], ids=str)
def test_the_operators_own_account_is_kept_out_and_not_read_from(who: dict[str, str]) -> None:
    state = check(WHO, AssertionError(), operator="111111111111", **who)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-215")
    assert "accounts.csv:2" in state.detail


def test_with_the_accounts_own_profile_the_operator_is_the_account() -> None:
    assert check(WHO, operator="111111111111", profile="red").verdict is Verdict.READY


def test_a_profile_that_is_missing_is_looked_for_where_it_was_named() -> None:
    missing = boto.ProfileNotFound(profile="red")
    assert "correct accounts.csv:2" in check(missing, profile="red").detail
    assert "correct AWS_PROFILE" in check(missing).detail


def test_the_right_account_that_answers_is_ready_after_two_calls_and_one_a_run() -> None:
    team = account()
    session = Door({"GetCallerIdentity": WHO, "GetParameters": NOTHING_THERE}, team)
    step = AccessStep(team, Names("carday", team.account_id, team.region))
    assert step.check(session).verdict is Verdict.READY
    assert [name for name, _ in session.calls] == [
        "GetCallerIdentity",
        "GetCallerIdentity of the operator",
        "GetParameters",
    ]
    step.check(session)
    assert [name for name, _ in session.calls].count("GetCallerIdentity of the operator") == 1


def test_another_account_is_not_read_from() -> None:
    session = Door({"GetCallerIdentity": WHO | {"Account": "222222222222"}}, account())
    AccessStep(account(), Names("carday", "111111111111", TOKYO)).check(session)
    assert [name for name, _ in session.calls] == ["GetCallerIdentity"]


def test_the_row_of_the_roster_is_named_where_it_is_to_be_corrected() -> None:
    assert "accounts.csv:2" in check(WHO | {"Account": "222222222222"}).detail
