"""Which role each page of the day acts as in a team's account. On a host these roles are all that there is.

The host of the pages may assume the three roles below and nothing else (`HostRole` of venue.yaml): `Access.access_role`
is False there, so that no session signs with the access role, whatever a page asks for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.errors import Refused
from bootstrap.event.event import Event
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people import team_roles
from bootstrap.people.team_roles import Role


class PageAct(StrEnum):
    """Act of a page in a team's account."""

    CONSOLE = "console"  # link to the console
    HAND = "hand"  # the doctor's look at the account of a raised hand
    LABELLING = "labelling"  # reading pictures, and writing a job's files
    LABELS = "labels"  # comparing the team's labels with the truth
    PASSWORD = "password"  # noqa: S105  (showing the password of a worker of Ground Truth's portal)


@dataclass(frozen=True, slots=True)
class ActsAs:
    """`role` None: the access role, so that a host cannot do it. `person`: name of the session in CloudTrail.

    `older`: where the account does not have that role yet, the access role does it.
    """

    role: Role | None
    person: str = ""
    older: bool = False


ROLES: Mapping[PageAct, ActsAs] = {
    PageAct.CONSOLE: ActsAs(Role.PARTICIPANT, "join-page"),
    PageAct.HAND: ActsAs(Role.SUPPORT_READ, "raised-hand", older=True),
    PageAct.LABELLING: ActsAs(Role.LABELLING, "labelling-page"),
    PageAct.LABELS: ActsAs(Role.LABELLING, "labels-page", older=True),
    # Passwords are parameters of the tool's own, which no role for people may read.
    PageAct.PASSWORD: ActsAs(None),
}


def console() -> tuple[Role, str]:
    """Return the role of a link to the console, and the name of its session in CloudTrail."""
    acts = ROLES[PageAct.CONSOLE]
    assert acts.role is not None
    return acts.role, acts.person


def entered(
    sessions: Sessions, event: Event, account: TeamAccount, act: PageAct, policy: Mapping[str, Any] | None = None
) -> AccountSession:
    """Return a session in the account for what a page does there. `policy`: see `team_roles.session_as`.

    API: AssumeRole, GetCallerIdentity. Raises as `team_roles.session_as` does; a session with the access role calls
    nothing yet, and raises Refused (EB-770) at its first call on a host.
    """
    acts = ROLES[act]
    if acts.role is None:
        return sessions.open(account)
    try:
        return team_roles.session_as(sessions, event, account, acts.role, acts.person, policy)
    except Refused as refused:
        # EB-771, its like on a host, is told.
        if refused.code != "EB-561" or not acts.older:
            raise
        return sessions.open(account)
