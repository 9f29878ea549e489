"""The cards: what stands on them, and, printed by Chromium, whether it fits and every QR code leads where it says."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest
from PIL import Image

from bootstrap.event.settings import Schedule
from bootstrap.people.handouts import join_address
from bootstrap.report import cards
from bootstrap.report.cards import Card
from tests.browser import printed, spilling

TIMES = {
    "opens": "2026-12-10T09:00+09:00",
    "closes": "2026-12-10T18:00+09:00",
    "expires": "2026-12-11T18:00+09:00",
}
SCHEDULE = Schedule.model_validate(TIMES)
LONGEST_BASE = f"https://{'a-long-host.' * 3}example.com:8443"
NAMES = (
    "atlas", '<b>"&</b>', "W" * 40, "w" * 40, "深" * 40, "深圳市第一中学人工智能队 The Very Long Name 7",
    "Équipe Ångström", "фон Нейман", "チーム・デルタ", "Team 9", "x", "फ़ुर्सत",
)  # fmt: skip
PORTAL = "abcdefghij.labeling.ap-northeast-1.sagemaker.aws"
CODE = "K7QF-3MXD-92TW-HB5N"


def card(team: str, base: str = "https://ev.example.com", portal: str = "", code: str = "") -> Card:
    return Card(team, "012345678901", "ap-northeast-1", join_address.of(base, team), portal, code)


def words(page: str) -> str:
    return re.sub(r"<svg.*?</svg>|<style>.*?</style>", "", page, flags=re.DOTALL)


def test_a_card_says_who_where_when_and_whom_to_ask() -> None:
    page = words(cards.render("cars", [card("atlas", portal=PORTAL)], SCHEDULE, language="en", contact="hall B"))
    for said in ("atlas", "0123-4567-8901", "ap-northeast-1", PORTAL, "https://ev.example.com/join/atlas", "hall B"):
        assert said in page
    assert "2026-12-10 09:00–18:00 (UTC+09:00)" in page


def test_a_card_has_no_code_unless_asked_and_then_says_what_that_means() -> None:
    assert "at the support desk" in cards.render("cars", [card("atlas")], SCHEDULE)
    page = cards.render("cars", [card("atlas", code=CODE)], SCHEDULE)
    assert CODE in page
    assert "Whoever holds this card gets in" in page


@pytest.mark.parametrize(("language", "english", "chinese"), [("en", 1, 0), ("zh", 0, 1), ("both", 1, 1)])
def test_cards_are_in_english_chinese_or_both(language: str, english: int, chinese: int) -> None:
    page = words(cards.render("cars", [card("atlas")], SCHEDULE, language=language))
    assert (page.count("Account"), page.count("账户")) == (english, chinese)


def test_names_are_escaped() -> None:
    page = words(cards.render("cars", [card('<b>"&</b>')], SCHEDULE))
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_an_event_over_midnight_names_both_days() -> None:
    later = {**TIMES, "closes": "2026-12-11T08:30+09:00"}
    assert cards.hours(Schedule.model_validate(later)) == "2026-12-10 09:00–2026-12-11 08:30 (UTC+09:00)"


@pytest.mark.browser
@pytest.mark.parametrize(("paper", "inches"), [("a4", (8.27, 11.69)), ("letter", (8.5, 11.0))])
def test_printed_every_qr_code_leads_to_its_address_ten_to_a_sheet(
    tmp_path: Path, paper: str, inches: tuple[float, float]
) -> None:
    zxing = import_module("zxingcpp")
    made = [card(each, LONGEST_BASE) for each in NAMES]
    page = tmp_path / "cards.html"
    page.write_text(cards.render("cars", made, SCHEDULE, paper), encoding="utf-8")
    sheets = [Image.open(each) for each in printed(page)]
    sizes = [tuple(side / 150 for side in each.size) for each in sheets]
    assert sizes == [pytest.approx(inches, abs=0.02)] * 2
    read = [sorted(found.text for found in zxing.read_barcodes(each)) for each in sheets]
    assert read == [sorted(each.join for each in made[:10]), sorted(each.join for each in made[10:])]


@pytest.mark.browser
@pytest.mark.parametrize("paper", cards.PAPERS)
@pytest.mark.parametrize("language", cards.LANGUAGES)
def test_nothing_reaches_over_a_card_s_edge(tmp_path: Path, paper: str, language: str) -> None:
    made = [card(each, LONGEST_BASE, PORTAL, CODE) for each in NAMES]
    page = tmp_path / "cards.html"
    page.write_text(cards.render("cars", made, SCHEDULE, paper, language, "队" * 32), encoding="utf-8")
    assert spilling(page, ".card") == []
