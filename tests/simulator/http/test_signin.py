"""The roles for people, and the console's sign-in endpoint: who may assume them, and how long a session lasts."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.settings import AccessSettings
from tests.simulated import HUB, REGION, ROLE, Simulated, as_keys, running
from tests.simulator.services.cloudformation.templates import settle
from tests.templates import given

ORGANISER = f"arn:aws:iam::{HUB['account_id']}:user/organiser"
DIRECT = given.event(access=AccessSettings(principals=(ORGANISER,)))
CONSOLE = f"https://{REGION}.console.aws.amazon.com/sagemaker/home?region={REGION}"
HOUR = 3600
ROW = {"account_id": "222233334444", "region": REGION, "role_name": ROLE}


def with_roles(aws: Simulated, event: Event) -> Names:
    """An account that has the stack `roles`."""
    account = given.account(account_id=aws.account())
    names = given.names(event, account)
    one = given.rendered("roles", event, account)
    client = aws.client("cloudformation", account.account_id)
    client.create_stack(StackName=one.stack_name, TemplateBody=one.body, Capabilities=list(one.capabilities))
    assert settle(aws, client, one.stack_name) == "CREATE_COMPLETE"
    return names


@pytest.fixture(scope="module")
def direct(aws: Simulated) -> Names:
    return with_roles(aws, DIRECT)


@pytest.fixture(scope="module")
def chained(aws: Simulated) -> Names:
    return with_roles(aws, given.event())


def assume(sts: Any, names: Names, role: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = sts.assume_role(RoleArn=names.role_arn(role), RoleSessionName="mei", **more)["Credentials"]
    return made


def session_of(made: dict[str, Any]) -> str:
    keys = {"sessionId": made["AccessKeyId"], "sessionKey": made["SecretAccessKey"]}
    return json.dumps(keys | {"sessionToken": made["SessionToken"]})


def ask(aws: Simulated, post: bool = True, **params: str) -> tuple[int, str]:
    form = urllib.parse.urlencode(params)
    url = f"{aws.url}/federation" + ("" if post else f"?{form}")
    try:
        with urllib.request.urlopen(url, form.encode() if post else None, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def token(aws: Simulated, made: dict[str, Any], **more: Any) -> str:
    status, text = ask(aws, Action="getSigninToken", Session=session_of(made), **more)
    assert status == 200, text
    return str(json.loads(text)["SigninToken"])


def login(aws: Simulated, signin_token: str, destination: str = CONSOLE) -> tuple[int, str]:
    return ask(aws, post=False, Action="login", Destination=destination, SigninToken=signin_token)


@pytest.mark.parametrize("role", ["participant_role", "support_role"])
def test_a_named_principal_assumes_the_role_for_up_to_12_hours(aws: Simulated, direct: Names, role: str) -> None:
    made = assume(aws.hub("sts"), direct, getattr(direct, role), DurationSeconds=12 * HOUR)
    assert made["Expiration"].timestamp() == pytest.approx(aws.now() + 12 * HOUR, abs=2)


def test_who_is_not_named_comes_by_the_access_role_for_an_hour(aws: Simulated, chained: Names, direct: Names) -> None:
    """aws.md section 0.7."""
    with pytest.raises(ClientError, match="no resource-based policy allows"):
        assume(aws.hub("sts"), chained, chained.participant_role)
    for names in (chained, direct):
        sts = aws.client("sts", names.account_id)
        assert assume(sts, names, names.participant_role)
        with pytest.raises(ClientError, match="role chaining"):
            assume(sts, names, names.participant_role, DurationSeconds=HOUR + 1)


def test_no_team_and_no_participant_assumes_it(aws: Simulated, direct: Names, chained: Names) -> None:
    participant = as_keys(assume(aws.hub("sts"), direct, direct.participant_role))
    for sts, names in (
        (aws.client("sts", chained.account_id), direct),
        (aws.raw("sts", **participant), direct),
        (aws.raw("sts", **participant), chained),
    ):
        for role in (names.support_role, names.training_role):
            with pytest.raises(ClientError, match="AccessDenied"):
                assume(sts, names, role)


def test_whom_the_account_is_trusted_with_needs_a_policy_of_its_own(aws: Simulated, direct: Names) -> None:
    iam = aws.client("iam", direct.account_id)
    root = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": direct.account_id}}
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": root}))
    aws.advance(60)
    sts = aws.raw("sts", **as_keys(assume(aws.hub("sts"), direct, direct.support_role)))
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sts, direct, "open")
    allowed = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    iam.put_role_policy(RoleName=direct.support_role, PolicyName="more", PolicyDocument=document)
    assert assume(sts, direct, "open")


def test_a_link_leads_into_the_console_for_15_minutes(aws: Simulated, direct: Names) -> None:
    """aws.md section 10."""
    made = assume(aws.hub("sts"), direct, direct.participant_role)
    found = token(aws, made, SessionDuration=str(8 * HOUR))
    status, page = login(aws, found)
    assert status == 200
    for said in (direct.account_id, direct.participant_role, REGION, "minutes: 480"):
        assert said in page
    aws.advance(15 * 60)
    assert login(aws, found)[0] == 400


def test_without_a_duration_the_session_lasts_as_long_as_the_credentials(aws: Simulated, chained: Names) -> None:
    """aws.md section 10."""
    made = assume(aws.client("sts", chained.account_id), chained, chained.support_role)
    assert "minutes: 60" in login(aws, token(aws, made))[1]
    by_get = ask(aws, post=False, Action="getSigninToken", Session=session_of(made))
    assert by_get[0] == 200


@pytest.mark.parametrize("seconds", ["899", "43200", "43201", "long"])
def test_a_duration_that_is_too_short_or_not_below_the_role_s_longest_is_refused(
    aws: Simulated, direct: Names, seconds: str
) -> None:
    """aws.md section 10."""
    made = assume(aws.hub("sts"), direct, direct.participant_role)
    assert ask(aws, Action="getSigninToken", Session=session_of(made), SessionDuration=seconds)[0] == 400


def test_a_duration_is_refused_to_chained_credentials(aws: Simulated, chained: Names) -> None:
    """aws.md section 0.7."""
    made = assume(aws.client("sts", chained.account_id), chained, chained.participant_role)
    assert ask(aws, Action="getSigninToken", Session=session_of(made), SessionDuration="1800")[0] == 400


def test_credentials_and_tokens_that_are_nobody_s_or_too_old_are_refused(aws: Simulated, direct: Names) -> None:
    """aws.md section 10."""
    made = assume(aws.hub("sts"), direct, direct.participant_role, DurationSeconds=900)
    for session in ("{}", "[]", "x", session_of(made | {"SecretAccessKey": "other"})):
        assert ask(aws, Action="getSigninToken", Session=session)[0] == 400
    assert login(aws, "foreign")[0] == 400
    good = token(aws, made)
    for elsewhere in (
        "https://example.com/",
        f"http://{REGION}.console.aws.amazon.com/",
        CONSOLE.replace(".com", ".cn"),
    ):
        assert login(aws, good, elsewhere)[0] == 400
    aws.advance(900)
    assert ask(aws, Action="getSigninToken", Session=session_of(made))[0] == 400


def test_the_access_role_still_is_entered_as_before(aws: Simulated, direct: Names) -> None:
    assert assume(aws.hub("sts"), direct, ROLE)


def test_an_operator_with_a_session_token_is_a_role_s_session() -> None:
    """aws.md section 0.7."""
    with running(hub=HUB | {"session_token": "hubs-own"}, accounts=[ROW]) as there:
        keys = {"aws_access_key_id": HUB["access_key_id"], "aws_secret_access_key": HUB["secret_access_key"]}
        sts = there.raw("sts", **keys, aws_session_token="hubs-own")
        assert ":assumed-role/" in sts.get_caller_identity()["Arn"]
        arn = f"arn:aws:iam::{ROW['account_id']}:role/{ROLE}"
        with pytest.raises(ClientError, match="role chaining"):
            sts.assume_role(RoleArn=arn, RoleSessionName="mei", DurationSeconds=HOUR + 1)
        with pytest.raises(ClientError, match="InvalidClientTokenId"):
            there.raw("sts", **keys).get_caller_identity()
