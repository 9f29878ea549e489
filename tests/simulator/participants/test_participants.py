"""Participants leave behind what a sweep finds hardest, the same for the same seed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated, running
from tests.simulator.one_account import OneAccount, open_account

PARTS = ("opens", "noon", "closes")


def play(account: OneAccount, part: str, **how: Any) -> Any:
    return account.aws.ask("POST", "participants", {"part": part, "account": account.account_id, **how})


def day(account: OneAccount, **how: Any) -> list[str]:
    """All parts, hours apart; what was refused."""
    found = []
    for part in PARTS:
        found += [each["why"] for each in play(account, part, **how)["refused"]]
        if part != PARTS[-1]:
            account.pass_time(4 * 3600)
    return found


@pytest.fixture
def account(aws: Simulated) -> OneAccount:
    return open_account(aws)


def test_only_what_leaves_the_wanted_kinds_behind_is_played(account: OneAccount) -> None:
    assert day(account, kinds=["user pool"]) == []
    client = account.client("cognito-idp")
    pools = client.list_user_pools(MaxResults=60)["UserPools"]
    found = [client.describe_user_pool(UserPoolId=each["Id"])["UserPool"] for each in pools]
    assert ("ACTIVE", True) in [(each["DeletionProtection"], bool(each.get("Domain"))) for each in found]
    made = account.aws.calls(account.account_id)
    assert not {each for each in made if each.startswith(("sagemaker:", "s3:"))}


def test_notebooks_are_in_every_state_when_the_event_ends(account: OneAccount) -> None:
    account.role()
    assert day(account, kinds=["notebook"]) == []
    states = {each["name"].split("-")[0]: each["status"] for each in account.aws.state(account.account_id)["notebooks"]}
    assert states == {"work": "InService", "idle": "Stopped", "late": "Pending"}


def test_a_bucket_has_versions_a_marker_and_an_upload_that_was_never_finished(account: OneAccount) -> None:
    play(account, "noon", kinds=["bucket"])
    s3 = account.client("s3")
    [bucket] = [each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"].startswith("versions")]
    found = s3.list_object_versions(Bucket=bucket)
    assert (len(found["Versions"]), len(found["DeleteMarkers"])) == (3, 1)
    assert len(s3.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1


def test_who_misses_what_the_event_should_have_brought_does_the_rest(account: OneAccount) -> None:
    found = play(account, "opens", kinds=["training job", "policy"])["refused"]
    assert [each["why"] for each in found] == ["Missed: the event's bucket"]
    assert [each for each in account.aws.state(account.account_id)["roles"] if "ExecutionRole" in each]


def test_the_trail_names_the_participants_as_the_makers(account: OneAccount) -> None:
    play(account, "noon", kinds=["image repository"])
    account.pass_time(900)
    events = account.client("cloudtrail").lookup_events()["Events"]
    assert ("CreateRepository", "console") in {(each["EventName"], each["Username"]) for each in events}


def test_a_part_of_the_day_that_there_is_not_is_refused(account: OneAccount) -> None:
    with pytest.raises(RuntimeError, match="not one of before, opens, noon, closes"):
        play(account, "night")


def test_who_comes_late_misses_what_earlier_parts_would_have_made(account: OneAccount) -> None:
    assert [each["why"] for each in play(account, "closes", kinds=["studio app"])["refused"]] == [
        "Missed: the studio domain"
    ]


def mess(accounts: list[str]) -> dict[str, Any]:
    """What stands in each account of a new world after a noon that the accounts had in this order."""
    rows = [{"account_id": each, "region": "us-east-1", "role_name": "access"} for each in sorted(accounts)]
    with running(accounts=rows) as aws:
        for each in accounts:
            aws.ask("POST", "participants", {"part": "noon", "account": each})
        seen = ("buckets", "alarms", "topics", "repositories", "event_buses", "user_pools")
        states = {each: aws.state(each) for each in accounts}
        # Cognito's ids are drawn in the order in which pools are made.
        for state in states.values():
            state["user_pools"] = [each["name"] for each in state["user_pools"]]
        return {each: {view: states[each][view] for view in seen} for each in accounts}


def test_an_account_s_mess_is_its_own_whoever_comes_first() -> None:
    accounts = [f"30000000000{number}" for number in range(3)]
    once = mess(accounts)
    assert once == mess(accounts[::-1])
    assert once[accounts[0]]["buckets"].keys() != once[accounts[1]]["buckets"].keys()
    assert {"alarms", "topics", "repositories", "user_pools"} <= {
        view for each in once.values() for view, things in each.items() if things
    }
