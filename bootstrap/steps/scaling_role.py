"""The service-linked role of endpoint autoscaling: participants may not make it, so it must stand beforehand.

| AWS says                                       | verdict | action                  |
|------------------------------------------------|---------|-------------------------|
| GetRole: the role                              | ready   |                         |
| GetRole: NoSuchEntity                          | todo    | CreateServiceLinkedRole |
| the same some moments after it was made        | waiting |                         |
| CreateServiceLinkedRole: name has been taken   | todo    | look again              |
"""

from __future__ import annotations

from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from bootstrap.aws import reasons
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Applied, State
from bootstrap.errors import code_of

ROLE = "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
_SERVICE = "sagemaker.application-autoscaling.amazonaws.com"
_PATIENCE = 300.0
_SOON = 5.0
_SHOWN_AFTER = 120.0


@dataclass(frozen=True, slots=True)
class ScalingRoleStep:
    """`made` keeps when this run made the role: IAM may show it only some moments later."""

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
                    return State.waiting("the role was made; AWS does not show it yet", look_again=_SOON)
                return State.todo("create the service-linked role of endpoint autoscaling")
            raise
        return State.ready("the service-linked role of endpoint autoscaling exists")

    def apply(self, session: AccountSession) -> Applied:
        try:
            session.client("iam").create_service_linked_role(AWSServiceName=_SERVICE)
        except ClientError as error:
            if code_of(error) != "InvalidInput" or not reasons.name_is_taken(error):
                raise
        self.made.append(session.now())
        return Applied("created the service-linked role of endpoint autoscaling", _SOON)


def build() -> ScalingRoleStep:
    """The role is the same for every event and every region of an account."""
    return ScalingRoleStep()
