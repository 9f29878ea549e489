"""Page tokens that are a place in the list. Those of SageMaker and Service Quotas have forms of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bootstrap.simulator.wire.refusal import Refusal

_OF_MOTO = {
    "iam": ("Marker", "ValidationError"), "sns": ("NextToken", "InvalidParameter"),
    "ssm": ("NextToken", "InvalidNextToken"),
}  # fmt: skip


def start(token: str | None, code: str, text: str = "The token provided is not valid.") -> int:
    """Return the place at which the page begins. Raises Refusal with the service's code for a token it never gave."""
    if token is None or token == "":
        return 0
    if not (token.isascii() and token.isdigit()):
        raise Refusal(code, text)
    return int(token)


def not_a_place(service: str, params: Mapping[str, Any]) -> Refusal | None:
    """Return the refusal of a page token on which moto failed: its tokens are places too. None if there was no token,
    or one that moto understands."""
    member, code = _OF_MOTO.get(service, ("", ""))
    token = str(params.get(member, ""))
    return None if not token or token.isdigit() else Refusal(code, f"Invalid parameter: {member}")
