"""Hands and survey for `journal day`, as lines, as a document and as a page."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.cli.commands import journal_day
from bootstrap.event import inputs
from bootstrap.journal.venue.hands import HandTopic
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.hands.desk import HandDesk
from bootstrap.people.survey import SurveyDesk
from tests import runs

NASTY = "<script>\x1b[31m\u202e good"


def test_the_day_is_told_without_teams_or_names_and_words_do_no_harm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = runs.folder(tmp_path, teams=3)
    choice = replace(runs.choice(at), output="json")
    found = inputs.read(choice.event_path, choice.roster_path)
    now = [found.event.schedule.closes.timestamp()]
    with closing(VenueDatabase(choice.journal_path)) as database:
        desk = HandDesk(database, lambda: found, lambda: now[0])
        for account in found.accounts:
            desk.raise_hand(account, HandTopic.TRAINING, "our own words", "en")
        now[0] += 187
        desk.answer(desk.queue().hands[0].hand.id, "Mei on duty")
        asked = SurveyDesk(database, lambda: found, lambda: now[0])
        asked.save("browser", "team-1", {"day": "4", "time": "right"}, NASTY, "en")
    page = at / "day.html"
    journal_day.show(choice, page)
    day = json.loads(capsys.readouterr().out)
    assert (day["raised"], day["answered"], day["median_seconds"], day["topics"]) == (3, 1, 187.0, {"training": 3})
    assert day["survey"][0] == {"question": "day", "counts": dict.fromkeys("1235", 0) | {"4": 1}, "mean": 4.0}
    journal_day.show(replace(choice, output="plain"), None)
    lines = capsys.readouterr().out
    assert "half within 3:07" in lines
    assert "\x1b" not in lines
    html = page.read_text(encoding="utf-8")
    assert "&lt;script&gt;" in html
    for text in (lines, html, str(day)):
        for name in ("team-1", "Mei", "our own words", "\u202e"):
            assert name not in text
