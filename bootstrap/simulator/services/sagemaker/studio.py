"""Studio: domains, user profiles, spaces and apps, which must be deleted in reverse order."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.services.sagemaker import roles
from bootstrap.simulator.services.sagemaker.resource_types import ResourceType, StoredResource, Transition, all_of, code
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_STEADY = ("InService", "Failed", "Update_Failed", "Delete_Failed")


def _domain_id(call: Call) -> dict[str, Any]:
    number = call.token("domain", 12)
    home = f"fs-{call.token('studio-home', 17)}"
    url = f"https://d-{number}.studio.{call.region}.sagemaker.aws"
    return {"DomainId": f"d-{number}", "HomeEfsFileSystemId": home, "Url": url}


def _check_role(call: Call) -> None:
    role = call.params["DefaultUserSettings"].get("ExecutionRole")
    if role:
        roles.check(call, role)


def _check_domain(call: Call) -> None:
    domain = all_of(call, "Domain").get(call.params["DomainId"])
    if domain is None:
        raise Refusal(code(call, "ResourceNotFound"), f"Could not find domain {call.params['DomainId']}.")
    if domain["status"] != "InService":
        raise Refusal(code(call, "ResourceInUse"), f"The domain {domain['arn']} is {domain['status']}.")


def _check_owner(call: Call) -> None:
    """Raise Refusal unless the app belongs to one user profile or one space in service."""
    _check_domain(call)
    owners = [(noun, call.params.get(f"{noun}Name")) for noun in ("UserProfile", "Space")]
    given = [(noun, name) for noun, name in owners if name]
    if len(given) != 1:
        raise Refusal("ValidationException", "Exactly one of UserProfileName and SpaceName is required.")
    ((noun, name),) = given
    owner = all_of(call, noun).get(f"{call.params['DomainId']}/{name}")
    if owner is None or owner["status"] != "InService":
        raise Refusal(code(call, "ResourceNotFound"), f"Could not find {noun} {name} in service.")


def _of_domain(call: Call, domain: StoredResource) -> str:
    for noun in ("App", "Space", "UserProfile"):
        if any(one["params"]["DomainId"] == domain["params"]["DomainId"] for one in _alive(call, noun)):
            return f"Unable to delete Domain [{domain['arn']}] because {noun}(s) are associated with it."
    return ""


def _of_profile(call: Call, profile: StoredResource) -> str:
    params = profile["params"]
    owned = any(
        one["params"]["DomainId"] == params["DomainId"]
        and one["params"].get("OwnershipSettings", {}).get("OwnerUserProfileName") == params["UserProfileName"]
        for one in _alive(call, "Space")
    )
    if owned:
        return f"Unable to delete UserProfile [{profile['arn']}] because Space(s) are associated with it."
    return _with_apps(call, profile, "UserProfile")


def _of_space(call: Call, space: StoredResource) -> str:
    return _with_apps(call, space, "Space")


def _with_apps(call: Call, owner: StoredResource, noun: str) -> str:
    params, name = owner["params"], f"{noun}Name"
    if any((one["params"]["DomainId"], one["params"].get(name)) == (params["DomainId"], params[name])
           for one in _alive(call, "App")):  # fmt: skip
        return f"Unable to delete {noun} [{owner['arn']}] because App(s) are associated with it."
    return ""


def _alive(call: Call, noun: str) -> list[StoredResource]:
    return [one for one in all_of(call, noun).values() if one["status"] != "Deleted"]


def _retain(call: Call, domain: StoredResource) -> None:
    """Keep the home file system, which costs money, unless RetentionPolicy says Delete."""
    if not domain.get("forget_home"):
        domain_id = domain["params"]["DomainId"]
        call.shelf("sagemaker.studio-homes")[domain_id] = domain["params"]["HomeEfsFileSystemId"]


def homes(call: Call) -> list[dict[str, Any]]:
    """View for the control address: file systems of deleted domains."""
    left = call.shelf("sagemaker.studio-homes").items()
    return [{"domain": domain, "file_system": system} for domain, system in left]


def _held(call: Call, domain: StoredResource) -> str:
    held = _of_domain(call, domain)
    if not held:
        domain["forget_home"] = call.params.get("RetentionPolicy", {}).get("HomeEfsFileSystem") == "Delete"
    return held


RESOURCE_TYPES = (
    ResourceType(
        "Domain", "ListDomains", "domain", Transition("Pending", "InService", (180, 300)), None,
        Transition("Deleting", "", (60, 300), _STEADY), status="Status", ids=("DomainId",),
        issue=_domain_id, check=_check_role, held=_held, gone=_retain,
    ),
    ResourceType(
        "UserProfile", "ListUserProfiles", "user-profile", Transition("Pending", "InService", (5, 20)), None,
        Transition("Deleting", "", (10, 60), _STEADY), status="Status", ids=("DomainId", "UserProfileName"),
        filters={"DomainIdEquals": "DomainId"}, check=_check_domain, held=_of_profile,
    ),
    ResourceType(
        "Space", "ListSpaces", "space", Transition("Pending", "InService", (2, 10)), None,
        Transition("Deleting", "", (10, 60), _STEADY), status="Status", ids=("DomainId", "SpaceName"),
        filters={"DomainIdEquals": "DomainId"}, check=_check_domain, held=_of_space,
    ),
    ResourceType(
        "App", "ListApps", "app", Transition("Pending", "InService", (60, 240)), None,
        Transition("Deleting", "Deleted", (20, 90), ("InService", "Failed")), status="Status",
        ids=("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"), check=_check_owner,
        filters={
            "DomainIdEquals": "DomainId", "UserProfileNameEquals": "UserProfileName", "SpaceNameEquals": "SpaceName",
        },
    ),
)  # fmt: skip
