"""labs/<lab>/guide.md -> HTML for a page."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from bootstrap.event import shipped

_NAMES = {"en": ("guide.md", "guide.zh-CN.md"), "zh": ("guide.zh-CN.md", "guide.md")}


def file(event_folder: Path, lab: str, language: str) -> Path | None:
    """Return the lab's guide, in the other language if there is none in this one; None if there is no guide."""
    folder = shipped.lab_folders(event_folder).get(lab)
    names = _NAMES[language] if folder else ()
    return next((folder / each for each in names if folder and (folder / each).is_file()), None)


def html(guide: Path) -> Markup:
    """Return the guide as HTML. HTML in the guide is shown as text, and markdown-it drops addresses that run code."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return Markup(markdown.render(guide.read_text(encoding="utf-8")))
