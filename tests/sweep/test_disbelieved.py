"""Refusals that tell nothing of the thing that was to be deleted: AWS believes no call of the caller."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sweep.shelf import Shelf, refusal
from tests.sweep.test_loop import swept


@pytest.mark.parametrize(
    ("code", "message", "named"),
    [
        (
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
            "EB-212",
        ),
        ("InvalidSignatureException", "Signature expired: 20261130T000000Z is now earlier than", "EB-212"),
        ("ExpiredTokenException", "The security token included in the request is expired", "EB-374"),
    ],
)
@pytest.mark.parametrize("at", ["list", "delete"])
def test_an_account_whose_calls_aws_does_not_believe_is_not_tried_for_half_an_hour(
    at: str, code: str, message: str, named: str
) -> None:
    """The laptop slept, or the sign-in ended: nothing is wrong with the thing, and the cause is named."""
    shelf = Shelf()
    shelf.put("endpoint", "e", "InService")

    def disbelieve(verb: str, item: Any) -> None:
        if verb == at:
            raise refusal(code, verb, message)

    shelf.refuse = disbelieve
    assert swept(shelf).code == named
