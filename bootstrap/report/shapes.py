"""The shape of each state, and the other small pictures of pages, as drawings of 16 x 16 units.

A style uses them as masks, so that they take the colour of their text; a page that is printed has them as SVG.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup

_TICK = "M6.4 12.4 2.4 8.4l1.5-1.5 2.5 2.5 5.7-5.7 1.5 1.5Z"
# The shape that goes with a state's word; docs/design.md shows them.
STATES: Mapping[str, str] = {
    "ready": (
        "<path fill-rule='evenodd' d='M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1ZM7 11.6 3.7 8.3l1.4-1.4L7 "
        "8.8l3.9-3.9 1.4 1.4Z'/>"
    ),
    "working": (
        "<circle cx='8' cy='8' r='5.7' fill='none' stroke='#000' stroke-width='2.6' stroke-dasharray='27 "
        "8.8' transform='rotate(-75 8 8)'/>"
    ),
    "waiting": (
        "<path d='M3 1h10v2.2C13 5.3 11.2 6.7 9.6 8c1.6 1.3 3.4 2.7 3.4 4.8V15H3v-2.2C3 10.7 4.8 9.3 6.4 "
        "8 4.8 6.7 3 5.3 3 3.2Z'/>"
    ),
    "blocked": (
        "<path fill-rule='evenodd' d='M3 1h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 "
        "2-2ZM4.2 6.8v2.4h7.6V6.8Z'/>"
    ),
    "failed": (
        "<path fill-rule='evenodd' d='M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1ZM5.2 6.6 6.6 8 5.2 "
        "9.4l1.4 1.4L8 9.4l1.4 1.4 1.4-1.4L9.4 8l1.4-1.4-1.4-1.4L8 6.6 6.6 5.2Z'/>"
    ),
    "clean": "<path fill-rule='evenodd' d='M8 .6 15.4 8 8 15.4.6 8ZM8 3.6 3.6 8 8 12.4 12.4 8Z'/>",
    "planned": "<circle cx='8' cy='8' r='2.4' fill='none' stroke='#000' stroke-width='1.6'/>",
    "skipped": "<path d='M3.5 7h9v2h-9Z'/>",
    "tick": f"<path d='{_TICK}'/>",
    "changed": f"<path d='{_TICK}'/><circle cx='13.2' cy='12.8' r='2.2'/>",
}
_LINE = "fill='none' stroke='#000' stroke-width='1.6' stroke-linecap='round' stroke-linejoin='round'"
ICONS: Mapping[str, str] = {
    "hand": (
        f"<path {_LINE} d='M5 9V4.2a1.1 1.1 0 0 1 2.2 0V8M7.2 7.5V2.6a1.1 1.1 0 0 1 2.2 0v4.9M9.4 "
        "7.5V3.6a1.1 1.1 0 0 1 2.2 0V8.5M11.6 8V5.8a1.05 1.05 0 0 1 2.1 0V10c0 3-1.8 5-4.7 5-2.2 "
        "0-3.3-.9-4.3-2.6L2.4 8.9c-.5-1 .9-1.9 1.7-.9L5 9.2'/>"
    ),
    "speaker": f"<path {_LINE} d='M2 6.5h2.5L12 3v10L4.5 9.5H2ZM5 9.7 6 13.5h1.8L7.2 10.7M14 7v2'/>",
    "out": f"<path {_LINE} d='M6.5 2.8H3.2v10h10V9.5M9.5 2.5h4v4M13.2 2.8 7.5 8.5'/>",
    "next": f"<path {_LINE} d='m6 3 5 5-5 5'/>",
    "open": f"<path {_LINE} d='m3 6 5 5 5-5'/>",
    "copy": f"<path {_LINE} d='M5.5 5.5h8v8h-8ZM3 10.5h-.5v-8h8V3'/>",
    "cloud": f"<path {_LINE} d='M4.6 12.5a3 3 0 0 1-.3-6 4 4 0 0 1 7.7 1A2.5 2.5 0 0 1 12 12.5Z'/>",
    "clock": f"<path {_LINE} d='M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.5V8l2.5 1.6'/>",
    "person": (
        f"<path {_LINE} d='M8 2a2.8 2.8 0 1 0 0 5.6A2.8 2.8 0 0 0 8 2ZM2.8 14c.4-2.8 2.5-4.2 5.2-4.2s4.8 1.4 5.2 4.2'/>"
    ),
    "search": f"<path {_LINE} d='M7 2.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6ZM10.6 10.6 14 14'/>",
}
# A state that has no shape of its own -> the one that says the same.
ALIKE: Mapping[str, str] = {
    "done": "ready",
    "queued": "planned",
    "elsewhere": "skipped",
    "stopped": "waiting",
    "left": "failed",
    "unknown": "blocked",
}


def url(drawing: str) -> str:
    """Return a drawing as an address for a style sheet: `url("data:...")`."""
    whole = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>{drawing}</svg>"
    return 'url("data:image/svg+xml,{}")'.format(quote(whole, safe=" =:/,'.-"))


def mark(state: str) -> Markup:
    """Return the shape of a state as SVG in the colour of its text, for pages that are printed."""
    drawing = STATES[ALIKE.get(state, state)].replace("#000", "currentColor")
    made = Markup('<svg class="mark {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>')
    return made.format(state, Markup(drawing))  # noqa: S704
