"""Which things must wait for a thing that cannot be removed: those that it needs, as far as listings show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bootstrap.aws.kinds import Thing

Needs = Callable[[Thing, Thing], bool]


def waits_for(later: Thing, stuck: Thing) -> bool:
    """Return True if `later`, whose kind comes after that of `stuck`, must not be removed while `stuck` is there.

    True for two kinds that the table does not have: nobody knows then which thing needs which.
    """
    needs = _NEEDS.get((later.kind.name, stuck.kind.name))
    return needs is None or needs(later, stuck)


def known(later: str, stuck: str) -> bool:
    """Return True if listings tell which thing of one kind needs which of the other; a stack's resources do too."""
    return stuck == "stack" or (later, stuck) in _NEEDS


def shown(later: Thing, other: Thing) -> bool:
    """Return True if the listings show that the other thing needs the later one."""
    needs = _NEEDS.get((later.kind.name, other.kind.name))
    return needs is not None and needs(later, other)


def _never(later: Thing, stuck: Thing) -> bool:
    return False


def _shows(key: str) -> Needs:
    """The stuck thing's listing shows the later one's name or ARN under this key."""
    return lambda later, stuck: str(stuck.shown.get(key, "")).rsplit("/", 1)[-1] == later.name


def _same(key: str) -> Needs:
    """Both listings show the same value under this key."""
    return lambda later, stuck: later.shown.get(key) == stuck.shown.get(key)


def _scales(prefix: str) -> Needs:
    return lambda later, stuck: str(stuck.shown.get("ResourceId", "")).startswith(f"{prefix}/{later.name}/")


def _in_pool(later: Thing, stuck: Thing) -> bool:
    config: Any = stuck.shown.get("CognitoConfig") or {}
    return bool(config.get("UserPool") == later.name)


def _notifies(later: Thing, stuck: Thing) -> bool:
    config: Any = stuck.shown.get("NotificationConfiguration") or {}
    return bool(config.get("NotificationTopicArn") == later.name)


def _in_profile(later: Thing, stuck: Thing) -> bool:
    roles: Any = stuck.shown.get("Roles", ())
    return any(each.get("RoleName") == later.name for each in roles)


def _has_code(later: Thing, stuck: Thing) -> bool:
    more: Any = stuck.shown.get("AdditionalCodeRepositories", ())
    return later.name in (stuck.shown.get("DefaultCodeRepository"), *more)


def _is_home(later: Thing, stuck: Thing) -> bool:
    """Studio tags its file system with the ARN of the domain."""
    tags: Any = later.shown.get("Tags", ())
    value = next((str(each["Value"]) for each in tags if each["Key"] == "ManagedByAmazonSageMakerResource"), "")
    return value.endswith(f"/{stuck.name}")


# (kind, a kind that it comes after) -> whether this one must wait for that one when that one is stuck.
_NEEDS: Mapping[tuple[str, str], Needs] = {
    ("alarm", "scalable target"): lambda later, stuck: str(stuck.shown.get("ResourceId")) in later.name,
    ("code repository", "notebook"): _has_code,
    ("EFS file system", "studio domain"): _is_home,
    ("endpoint", "inference component"): _shows("EndpointName"),
    ("endpoint", "monitoring schedule"): _shows("EndpointName"),
    ("endpoint", "scalable target"): _scales("endpoint"),
    ("inference component", "scalable target"): lambda later, stuck: (
        stuck.shown.get("ResourceId") == f"inference-component/{later.name}"
    ),
    ("log group", "function"): lambda later, stuck: later.name == f"/aws/lambda/{stuck.name}",
    ("notebook lifecycle config", "notebook"): _shows("NotebookInstanceLifecycleConfigName"),
    # IAM refuses to delete a policy that is attached to anything.
    ("policy", "role"): lambda later, stuck: bool(later.shown.get("AttachmentCount")),
    ("role", "function"): _shows("Role"),
    ("role", "instance profile"): _in_profile,
    # A stack's bucket that stays is left out of the stack, and stays listed as a bucket.
    ("stack", "bucket"): _never,
    ("studio domain", "studio user profile"): _same("DomainId"),
    ("studio space", "studio app"): _same("DomainId"),
    ("studio user profile", "studio space"): _same("DomainId"),
    ("topic", "workteam"): _notifies,
    ("user pool", "workforce"): _in_pool,
}
