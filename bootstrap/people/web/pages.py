"""A template of this folder or of the reports -> one HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bootstrap.report import page

FOLDER = Path(__file__).parent


def render(template: str, /, **values: Any) -> str:
    """As `bootstrap.report.page.render`, which says more."""
    return page.render(template, FOLDER, **values)
