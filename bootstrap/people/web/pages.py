"""A template of this folder or of the reports -> one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bootstrap.people.web import assets
from bootstrap.report import page

FOLDER = Path(__file__).parent


def render(template: str, /, *, language: str = "en", **values: Any) -> str:
    """Return the page, as `bootstrap.report.page.render` does. `asset(NAME)`: the address of a script or style."""
    return page.render(template, FOLDER, language=language, asset=assets.address, **values)
