"""Studio's domains, user profiles, spaces and apps, and the one order in which they go."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import OneAccount, open_account, refused


class Studio:
    """A domain with a profile that has a private space, and an app in it."""

    def __init__(self, account: OneAccount) -> None:
        self.account, self.client = account, account.client("sagemaker")
        made = self.client.create_domain(
            DomainName="studio", AuthMode="IAM", DefaultUserSettings={"ExecutionRole": account.role()}
        )
        self.id = {"DomainId": made["DomainId"]}
        self.profile, self.space = {**self.id, "UserProfileName": "ann"}, {**self.id, "SpaceName": "room"}
        self.app = {**self.space, "AppType": "JupyterLab", "AppName": "default"}

    def fill(self) -> None:
        self.account.pass_time(300)
        self.client.create_user_profile(**self.profile)
        self.account.pass_time(20)
        owner = {
            "OwnershipSettings": {"OwnerUserProfileName": "ann"},
            "SpaceSharingSettings": {"SharingType": "Private"},
        }
        self.client.create_space(**self.space, **owner)
        self.account.pass_time(10)
        self.client.create_app(**self.app)
        self.account.pass_time(240)

    def states(self) -> dict[str, list[str]]:
        return {
            key: [one["Status"] for one in getattr(self.client, f"list_{operation}")()[key]]
            for key, operation in (
                ("Domains", "domains"), ("UserProfiles", "user_profiles"), ("Spaces", "spaces"), ("Apps", "apps"),
            )
        }  # fmt: skip

    def view(self) -> dict[str, Any]:
        found: dict[str, Any] = self.account.aws.state(self.account.account_id)
        return found


@pytest.fixture
def studio(aws: Simulated) -> Studio:
    return Studio(open_account(aws))


def test_apps_go_before_spaces_before_profiles_before_the_domain(studio: Studio) -> None:
    """cleanup.md section 3: Studio; the words for a profile are aws/amazon-sagemaker-feedback#113's."""
    studio.fill()
    client, alive = studio.client, {"Domains": ["InService"], "UserProfiles": ["InService"], "Spaces": ["InService"]}
    assert studio.states() == {**alive, "Apps": ["InService"]}
    for delete, which in (
        (client.delete_domain, studio.id),
        (client.delete_user_profile, studio.profile),
        (client.delete_space, studio.space),
    ):
        with refused("ResourceInUse", "(s) are associated with it."):
            delete(**which)
    client.delete_app(**studio.app)
    assert studio.states()["Apps"] == ["Deleting"]
    with refused("ResourceInUse", "App(s) are associated with it."):
        client.delete_space(**studio.space)
    studio.account.pass_time(90)
    # Apps that are gone stay listed for a day, and are in nobody's way.
    assert studio.states() == {**alive, "Apps": ["Deleted"]}
    with refused("ResourceInUse", "Space(s)"):
        client.delete_user_profile(**studio.profile)
    client.delete_space(**studio.space)
    studio.account.pass_time(60)
    with refused("ResourceInUse", "UserProfile(s)"):
        client.delete_domain(**studio.id)
    client.delete_user_profile(**studio.profile)
    studio.account.pass_time(60)
    client.delete_domain(**studio.id)
    assert studio.states()["Domains"] == ["Deleting"]
    studio.account.pass_time(300)
    assert studio.states() == {"Domains": [], "UserProfiles": [], "Spaces": [], "Apps": ["Deleted"]}
    studio.account.pass_time(86_400)
    assert studio.states()["Apps"] == []


def test_the_same_app_can_be_made_again_while_the_deleted_one_is_listed(studio: Studio) -> None:
    """cleanup.md section 1.1: an app's name alone names nothing."""
    studio.fill()
    with refused("ResourceInUse", "already exists"):
        studio.client.create_app(**studio.app)
    studio.client.delete_app(**studio.app)
    studio.account.pass_time(90)
    studio.client.create_app(**studio.app)
    studio.account.pass_time(86_400)
    assert studio.states()["Apps"] == ["InService"]


def test_nothing_is_put_into_a_domain_that_is_not_in_service(studio: Studio) -> None:
    """cleanup.md section 3."""
    with refused("ResourceInUse", "Pending"):
        studio.client.create_user_profile(**studio.profile)
    with refused("ResourceInUse", "Pending"):
        studio.client.delete_domain(**studio.id)
    with refused("ValidationException", "d-nowhere"):
        studio.client.create_user_profile(DomainId="d-nowhere", UserProfileName="ann")
    studio.account.pass_time(300)
    with refused("ValidationException", "UserProfile ann"):
        studio.client.create_app(**studio.profile, AppType="Canvas", AppName="default")


@pytest.mark.parametrize(("policy", "left"), [({}, 1), ({"HomeEfsFileSystem": "Delete"}, 0)])
def test_the_home_file_system_stays_unless_the_policy_says_delete(
    studio: Studio, policy: dict[str, str], left: int
) -> None:
    """cleanup.md section 3: RetentionPolicy=Delete."""
    studio.account.pass_time(300)
    client = studio.client
    home = client.describe_domain(**studio.id)["HomeEfsFileSystemId"]
    client.delete_domain(**studio.id, RetentionPolicy=policy)
    studio.account.pass_time(300)
    assert [one["file_system"] for one in studio.view()["studio_homes"]] == [home][:left]
    with refused("ResourceNotFound"):
        client.describe_domain(**studio.id)


def test_listings_look_into_one_domain_or_owner(studio: Studio) -> None:
    studio.fill()
    client = studio.client
    assert len(client.list_apps(DomainIdEquals=studio.id["DomainId"], SpaceNameEquals="room")["Apps"]) == 1
    assert client.list_apps(UserProfileNameEquals="ann")["Apps"] == []
    assert client.list_spaces(DomainIdEquals="d-other")["Spaces"] == []
    with refused("NotSimulated", "SpaceNameContains"):
        client.list_spaces(SpaceNameContains="oo")
