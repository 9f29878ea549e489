"""Ways into the account that outlive the event: users with keys and passwords, groups, identity providers."""

from __future__ import annotations

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import ALLOWED, Participant, document

_METADATA = (
    '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://example.com/{name}">'
    + "<!-- {name} --> " * 60
    + "</EntityDescriptor>"
)


def _user(who: Participant) -> None:
    """Create a user with an active key, a password, a device and policies, in a group."""
    client, name, group = who.aws("iam"), who.name("ann"), who.name("builders")
    client.create_user(UserName=name)
    client.create_access_key(UserName=name)
    client.create_login_profile(UserName=name, Password="not a secret: 1Aa!")
    client.put_user_policy(UserName=name, PolicyName="more", PolicyDocument=document(**ALLOWED))
    policy = client.create_policy(PolicyName=who.name("user"), PolicyDocument=document(**ALLOWED))["Policy"]["Arn"]
    client.attach_user_policy(UserName=name, PolicyArn=policy)
    client.create_group(GroupName=group)
    client.attach_group_policy(GroupName=group, PolicyArn=policy)
    client.add_user_to_group(GroupName=group, UserName=name)


def _providers(who: Participant) -> None:
    client = who.aws("iam")
    client.create_open_id_connect_provider(
        Url=f"https://{who.own('tokens')}.example.com", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )
    name = who.name("sign-in")
    client.create_saml_provider(Name=name, SAMLMetadataDocument=_METADATA.format(name=name))


LEFTOVERS = (
    Leftover(("IAM user", "IAM group", "policy"), noon=_user),
    Leftover(("OIDC provider", "SAML provider"), closes=_providers),
)
