"""What teams will get of a dataset -> one HTML page in all languages, and JSON."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from bootstrap.event.event import Event
from bootstrap.report import page
from bootstrap.report.documents import ClassDocument, DatasetDocument, PicturesDocument
from bootstrap.steps.dataset import fetch
from bootstrap.steps.dataset.preview import ClassPreview, Preview
from bootstrap.steps.dataset.survey import Survey

# Of a longer list of names the page shows the first, and how many there are.
MOST_NAMES = 200


def render(event: Event, shown: Preview) -> str:
    """Return the page. It needs no network and holds its pictures itself."""
    return page.render(
        "dataset.html",
        event=event.name,
        source=page_source(event),
        settings=event.dataset,
        shown=shown,
        pictures=_pictures,
        left_out=sorted(shown.survey.left_out.items(), key=lambda each: (-each[1], each[0])),
        first=_first,
        explained=page.explained,
    )


def page_source(event: Event) -> str:
    """Return the source for people: an address without its query, which may hold a secret."""
    source = event.dataset.source
    return fetch.shown(source) if source.startswith("https://") else source


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


def previewed(event: Event, shown: Preview, path: str) -> DatasetDocument:
    """Return what `dataset preview` says with --output json. `path`: of the page."""
    return {
        "type": "dataset",
        "result": "ready",
        "event": event.name,
        "source": page_source(event),
        "fit": event.dataset.fit,
        "size": event.dataset.size,
        "pictures": document(shown.survey),
        "training": shown.training,
        "validation": shown.validation,
        "classes": [_class(each) for each in shown.classes],
        "page": path,
    }


def _class(shown: ClassPreview) -> ClassDocument:
    return {
        "label": shown.label,
        "pictures": shown.pictures,
        "training": shown.training,
        "validation": shown.validation,
    }


def _pictures(shown: ClassPreview) -> list[dict[str, str]]:
    return [{"name": name, "data": base64.b64encode(data).decode("ascii")} for name, data in shown.samples]


def _first(rows: Sequence[Any]) -> Sequence[Any]:
    return rows[:MOST_NAMES]
