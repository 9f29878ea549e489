"""Packages that only some commands need."""

from __future__ import annotations

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg


def check_pages() -> None:
    """Raise BadInput (EB-574) if a package that serves the pages is not installed."""
    try:
        from bootstrap.people.web import app, serving  # noqa: F401
    except ModuleNotFoundError as error:
        fix = msg(
            "in the folder that you installed from: {command}", command="pip install -r requirements/rehearsal.txt"
        )
        what = msg("the package {package} is not installed", package=error.name)
        raise BadInput([Problem("EB-574", what, fix=fix)]) from None
