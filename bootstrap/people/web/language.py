"""The language of a page."""

from __future__ import annotations

from starlette.requests import Request

from bootstrap.report.translations import LANGUAGES


def of(request: Request) -> str:
    """Return "en" or "zh": from ?lang=, else the one that the browser prefers."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else _liked(request.headers.get("accept-language", ""))


def _liked(header: str) -> str:
    wishes = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";q=")
        tongue = tag.split("-")[0].lower()
        if tongue in LANGUAGES:
            wishes.append((-_number(weight), place, tongue))
    return min(wishes)[2] if wishes else "en"


def _number(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0
