"""Checks whether SageMaker can assume a role."""

from __future__ import annotations

from bootstrap.simulator.services.iam import iam
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import denials
from bootstrap.simulator.world.call import Call


def check(call: Call, role_arn: str) -> None:
    """Raise Refusal if SageMaker cannot assume the role, or the caller may not pass it."""
    if role_arn.split(":")[4] != call.account_id:
        raise Refusal("ValidationException", "Cross-account pass role is not allowed.")
    denials.deny(call, "iam:PassRole", role_arn)
    if not iam.works(call, role_arn):
        raise Refusal(
            "ValidationException",
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
            "'sagemaker.amazonaws.com' to assume the role.",
        )
