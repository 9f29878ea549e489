"""What teams will get of a dataset -> JSON."""

from __future__ import annotations

from bootstrap.report.documents import PicturesDocument
from bootstrap.steps.dataset.survey import Survey


def document(survey: Survey) -> PicturesDocument:
    """Return the counts of the organiser's own pictures for --output json."""
    return {
        "there": survey.there,
        "packed": survey.packed,
        "hidden": survey.hidden,
        "left_out": dict(survey.left_out),
        "same": len(survey.same),
        "alike": len(survey.alike),
    }
