"""AWS::Cognito::*."""

from __future__ import annotations

from bootstrap.simulator.services.cloudformation.kinds.kind import Made, Making, ResourceKind, exists, found
from bootstrap.simulator.services.cloudformation.stacks import LiveResource
from bootstrap.simulator.world.call import Call

_CHANGEABLE = (
    "AdminCreateUserConfig", "AccountRecoverySetting", "MfaConfiguration", "DeletionProtection", "Policies",
    "UserPoolTags", "AutoVerifiedAttributes",
)  # fmt: skip
_FIXED = ("UsernameAttributes", "UsernameConfiguration")


def _create_pool(making: Making) -> Made:
    answer = making.invoke(
        "cognito-idp", "CreateUserPool",
        PoolName=making.name("UserPoolName"), **making.picked(*_CHANGEABLE, *_FIXED),
    )  # fmt: skip
    pool = answer["UserPool"]["Id"]
    name = f"cognito-idp.{making.call.region}.amazonaws.com/{pool}"
    attributes = {"ProviderName": name, "ProviderURL": f"https://{name}", "UserPoolId": pool}
    return Made(pool, attributes | {"Arn": making.call.arn("cognito-idp", f"userpool/{pool}")})


def _update_pool(making: Making, live: LiveResource) -> bool:
    making.invoke("cognito-idp", "UpdateUserPool", UserPoolId=live.physical_id, **making.picked(*_CHANGEABLE))
    return True


def _delete_pool(call: Call, live: LiveResource) -> bool:
    call.invoke("cognito-idp", "DeleteUserPool", {"UserPoolId": live.physical_id})
    return True


USER_POOL = ResourceKind(
    properties=frozenset(_CHANGEABLE) | frozenset(_FIXED) | {"UserPoolName"},
    create=_create_pool,
    update=_update_pool,
    delete=_delete_pool,
    create_only=frozenset(_FIXED),
)


def _create_domain(making: Making) -> Made:
    making.invoke("cognito-idp", "CreateUserPoolDomain", **making.picked("Domain", "UserPoolId"))
    return Made(making.properties["Domain"])


def _never(making: Making, live: LiveResource) -> bool:
    raise AssertionError("every property of it is createOnly")


def _delete_domain(call: Call, live: LiveResource) -> bool:
    pool = live.properties["UserPoolId"]
    call.invoke("cognito-idp", "DeleteUserPoolDomain", {"Domain": live.physical_id, "UserPoolId": pool})
    return True


DOMAIN = ResourceKind(
    properties=frozenset({"Domain", "UserPoolId"}),
    required=frozenset({"Domain", "UserPoolId"}),
    create=_create_domain,
    update=_never,
    delete=_delete_domain,
    create_only=frozenset({"Domain", "UserPoolId"}),
)


def _create_client(making: Making) -> Made:
    answer = making.invoke(
        "cognito-idp", "CreateUserPoolClient",
        ClientName=making.name("ClientName"), **making.picked("UserPoolId", "GenerateSecret"),
    )  # fmt: skip
    client = answer["UserPoolClient"]
    secret = {"ClientSecret": client["ClientSecret"]} if "ClientSecret" in client else {}
    return Made(client["ClientId"], {"ClientId": client["ClientId"], "Name": client["ClientName"]} | secret)


def _update_client(making: Making, live: LiveResource) -> bool:
    """Update the client; properties that the template does not name are reset, as on AWS."""
    making.invoke(
        "cognito-idp", "UpdateUserPoolClient",
        ClientId=live.physical_id, CallbackURLs=[], LogoutURLs=[], AllowedOAuthFlows=[], AllowedOAuthScopes=[],
        **making.picked("UserPoolId", "ClientName"),
    )  # fmt: skip
    return True


def _delete_client(call: Call, live: LiveResource) -> bool:
    pool = live.properties["UserPoolId"]
    call.invoke("cognito-idp", "DeleteUserPoolClient", {"ClientId": live.physical_id, "UserPoolId": pool})
    return True


CLIENT = ResourceKind(
    properties=frozenset({"UserPoolId", "ClientName", "GenerateSecret"}),
    required=frozenset({"UserPoolId"}),
    create=_create_client,
    update=_update_client,
    delete=_delete_client,
    create_only=frozenset({"UserPoolId", "GenerateSecret"}),
)


def _create_group(making: Making) -> Made:
    name, pool = making.name("GroupName"), making.properties["UserPoolId"]
    if found(making.call, "cognito-idp", "GetGroup", GroupName=name, UserPoolId=pool):
        raise exists(name, "AWS::Cognito::UserPoolGroup")
    making.invoke("cognito-idp", "CreateGroup", GroupName=name, **making.picked("UserPoolId", "Description"))
    return Made(name)


def _update_group(making: Making, live: LiveResource) -> bool:
    making.invoke(
        "cognito-idp", "UpdateGroup", GroupName=live.physical_id, **making.picked("UserPoolId", "Description")
    )
    return True


def _delete_group(call: Call, live: LiveResource) -> bool:
    pool = live.properties["UserPoolId"]
    call.invoke("cognito-idp", "DeleteGroup", {"GroupName": live.physical_id, "UserPoolId": pool})
    return True


GROUP = ResourceKind(
    properties=frozenset({"UserPoolId", "GroupName", "Description"}),
    required=frozenset({"UserPoolId"}),
    create=_create_group,
    update=_update_group,
    delete=_delete_group,
    create_only=frozenset({"UserPoolId", "GroupName"}),
    named="GroupName",
)
