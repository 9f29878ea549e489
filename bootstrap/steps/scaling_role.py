"""The service-linked role of endpoint autoscaling. Participants may not create it, so the tool does.

| AWS says                                       | verdict | action                  |
|------------------------------------------------|---------|-------------------------|
| GetRole: the role                              | ready   |                         |
| GetRole: NoSuchEntity                          | todo    | CreateServiceLinkedRole |
| GetRole: NoSuchEntity, just after its creation | waiting |                         |
| CreateServiceLinkedRole: name has been taken   | todo    | look again              |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.engine.states import Applied, State
from bootstrap.errors import code_of
from bootstrap.errors.message import msg

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

ROLE = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
_PATIENCE = 300.0
_SOON = 5.0
_SHOWN_AFTER = 120.0


@dataclass(frozen=True, slots=True)
class ScalingRoleStep:
    """Step: create the service-linked role of endpoint autoscaling.

    `made`: when this run created the role, in epoch seconds. IAM may show it some seconds late.
    """

    made: list[float] = field(default_factory=list, compare=False, repr=False)

    @property
    def id(self) -> str:
        return "scaling-role"

    @property
    def patience(self) -> float:
        return _PATIENCE

    def check(self, session: AccountSession) -> State:
        try:
            session.client("iam").get_role(RoleName=ROLE)
        except ClientError as error:
            if code_of(error) == "NoSuchEntity":
                if self.made and session.now() - self.made[-1] < _SHOWN_AFTER:
                    return State.waiting(msg("the role was created; AWS does not show it yet"), look_again=_SOON)
                return State.todo(
                    msg("create the service-linked role of endpoint autoscaling"),
                    seen=msg("the service-linked role of endpoint autoscaling does not exist"),
                )
            raise
        return State.ready(msg("the service-linked role of endpoint autoscaling exists"))

    def apply(self, session: AccountSession) -> Applied:
        """Create the role. Writes to AWS: CreateServiceLinkedRole."""
        try:
            session.client("iam").create_service_linked_role(AWSServiceName=_SERVICE)
        except ClientError as error:
            if code_of(error) != "InvalidInput" or not reasons.name_is_taken(error):
                raise
        self.made.append(session.now())
        return Applied(msg("created the service-linked role of endpoint autoscaling"), _SOON)


def build() -> ScalingRoleStep:
    """Return the step. An account has one such role for all events and regions."""
    return ScalingRoleStep()
