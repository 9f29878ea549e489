"""A template beside this module, and values -> one HTML page that needs no network."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from bootstrap.engine.outcomes import Cause
from bootstrap.report.words import explanation, glyph

_FOLDER = Path(__file__).parent


def render(template: str, folder: Path = _FOLDER, /, **values: Any) -> str:
    """Every value is escaped; a name that the template wants and is not given is an error.

    Templates of another `folder` may include those beside this module.
    """
    return _environment(folder).get_template(template).render(**values)


def of_cause(cause: Cause) -> dict[str, Any]:
    """What pages show of one thing that keeps teams from being ready."""
    return {
        "state": cause.state.value,
        "glyph": glyph(cause.state),
        "code": cause.code or "",
        "known": explanation(cause.code),
        "detail": cause.detail,
        "steps": ", ".join(cause.steps),
        "teams": cause.teams,
    }


@cache
def _environment(folder: Path) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(list(dict.fromkeys([folder, _FOLDER]))),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
