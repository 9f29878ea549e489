"""Why something is still there is told in words, whatever answered."""

from __future__ import annotations

from typing import Any

from bootstrap.aws.answers import NotAws, Why
from bootstrap.engine.states import Outcome
from tests.sweep.shelf import Shelf
from tests.sweep.test_loop import swept


def test_a_page_in_place_of_awss_answer_to_a_removal_is_told_as_one() -> None:
    shelf = Shelf()
    shelf.put("model", "m")

    def answered_by_a_proxy(verb: str, item: Any) -> None:
        if verb == "delete":
            raise NotAws(call="sagemaker:DeleteModel", fault=Why.TYPE, status=200, media="HTML", length=131)

    shelf.refuse = answered_by_a_proxy
    end = swept(shelf)
    assert (end.outcome, end.code) == (Outcome.BLOCKED, "EB-503")
    assert end.facts["left"][0]["why"] == (
        "what answered sagemaker:DeleteModel is not AWS: a proxy or a sign-in page? (HTTP 200, HTML, 131 bytes)"
    )
