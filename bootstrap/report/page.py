"""A template beside this module, and values -> one HTML page that needs no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2

_FOLDER = Path(__file__).parent


def render(template: str, /, **values: Any) -> str:
    """Every value is escaped; a name that the template wants and is not given is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
