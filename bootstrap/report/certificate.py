"""A sweep's summary -> a certificate for each account and for the event, as HTML and as JSON."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bootstrap.aws.kinds.words import kind_words
from bootstrap.engine.outcomes import CleanEvent, Result, RunPlan, Summary
from bootstrap.engine.results import Tally
from bootstrap.engine.states import Outcome
from bootstrap.event import private_file
from bootstrap.report import certified, page, words
from bootstrap.report.certified import Document
from bootstrap.report.file_names import file_names
from bootstrap.report.words import ago, day_and_time, glyph

EVENT = "event"
# Of a longer list of names the page shows the first, and how many there are; the JSON file has all.
MOST_NAMES = 200


class CertificateReport:
    """Writes `folder` when a sweep ends, whole or not at all: event.html, a page for each account, and their JSON.

    `regions`: account id -> region. `end` raises OSError.
    """

    def __init__(self, folder: Path, regions: Mapping[str, str]) -> None:
        self.folder, self._regions = folder, regions
        self._plan: RunPlan | None = None
        self.written = False

    def begin(self, plan: RunPlan, tally: Tally) -> None:
        self._plan = plan

    def event(self, event: CleanEvent) -> None:
        """Do nothing: the summary holds all that is certified."""

    def tick(self, now: float) -> None:
        """Do nothing: the pages are made once, at the end."""

    def end(self, summary: Summary) -> None:
        if self._plan is not None:
            write(self.folder, self._plan, summary, self._regions)
            self.written = True


def write(folder: Path, plan: RunPlan, summary: Summary, regions: Mapping[str, str]) -> None:
    """Write all pages to a folder beside `folder`, then move it there. Raises OSError."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    for name, text in _files(plan, summary, regions).items():
        private_file.write(part / name, text)
    if folder.exists():
        shutil.rmtree(folder)
    part.rename(folder)


def _files(plan: RunPlan, summary: Summary, regions: Mapping[str, str]) -> dict[str, str]:
    names = file_names([(each.team, each.account_id) for each in summary.accounts], taken={EVENT})
    accounts = [certified.account(plan, summary, each, regions.get(each.account_id, "")) for each in summary.accounts]
    whole = certified.event(plan, summary, accounts, names)
    found = {f"{EVENT}.html": _page(whole), f"{EVENT}.json": _json(whole)}
    for name, each in zip(names, accounts, strict=True):
        found |= {f"{name}.html": _page(each), f"{name}.json": _json(each)}
    return found


def _json(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _page(document: Document) -> str:
    result = Result(document["result"])
    shown = _event(document) if document["type"] == "event certificate" else _account(document)
    return page.render(
        "certificate.html",
        shown=document,
        sign=glyph(result),
        ended=words.message(result),
        counts=words.counts({Result(each): number for each, number in document.get("counts", {}).items()}),
        moment=_moment,
        age=_age,
        kind=kind_words,
        most=MOST_NAMES,
        **shown,
    )


def _account(document: Document) -> dict[str, Any]:
    return {
        "rows": (),
        "removed": _groups(document["removed"]),
        "stopped": _groups(document["stopped"]),
        "kept": _groups(document["kept"]),
        "troubles": [_trouble(each) for each in document["troubles"] if each["state"] != Outcome.SKIPPED],
    }


def _event(document: Document) -> dict[str, Any]:
    rows = [
        {
            **row,
            "glyph": glyph(Result(row["result"])),
            "word": words.message(Result(row["result"])),
            "href": quote(str(row["page"])),
        }
        for row in document["accounts"]
    ]
    return {"rows": rows, "removed": (), "stopped": (), "kept": (), "troubles": ()}


def _groups(things: list[Document]) -> list[dict[str, Any]]:
    """Return one row for all things of a kind and a region that stay for the same reason."""
    found: dict[tuple[str, ...], list[str]] = {}
    for each in things:
        found.setdefault((each["kind"], each["region"], each.get("why", "")), []).append(each["id"])
    return [
        {"kind": kind, "region": region, "why": why, "count": len(names), "names": names[:MOST_NAMES]}
        for (kind, region, why), names in found.items()
    ]


def _trouble(step: Document) -> dict[str, Any]:
    known, state = page.explained(step["code"]), Outcome(step["state"])
    return {**step, "glyph": glyph(state), "word": words.message(state), "fix": known["fix"] if known else ""}


def _moment(iso: str | None) -> str:
    return "" if iso is None else day_and_time(certified.seconds(iso))


def _age(seconds: float | None) -> str:
    return "" if seconds is None else ago(seconds)
