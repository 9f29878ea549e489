"""The cards: what stands on them, and, printed by Chromium, whether it fits and every QR code leads where it says."""

from __future__ import annotations

import re
from dataclasses import replace
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
    made = [card("atlas", portal=PORTAL)]
    page = words(cards.render("cars", made, SCHEDULE, language="en", ask={"en": "hall B"}))
    assert "<b>cars</b>" in page
    for said in (
        "atlas",
        "0123-4567-8901",
        "ap-northeast-1",
        PORTAL,
        "<span>/atlas</span>",
        "hall B",
    ):
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
    assert '<b>"' not in page
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
    made = [card(each, LONGEST_BASE if len(each) > 9 else "https://ev.example.com") for each in NAMES]
    page = tmp_path / "cards.html"
    page.write_text(cards.render("cars", made, SCHEDULE, paper), encoding="utf-8")
    sheets = [Image.open(each) for each in printed(page)]
    sizes = [tuple(side / 150 for side in each.size) for each in sheets]
    assert sizes == [pytest.approx(inches, abs=0.02)] * 2
    read = [sorted(found.text for found in zxing.read_barcodes(each)) for each in sheets]
    assert read == [sorted(each.join for each in made[:10]), sorted(each.join for each in made[10:])]
    # Crop marks are strokes: a cross at the corner where four cards meet.
    size, dots = cards.PAPERS[paper], 150 / 25.4
    across, down = size["width"] / 2 * dots, (size["height"] - 3 * size["card_height"]) / 2 * dots
    cross = sheets[0].convert("L").crop((int(across) - 1, int(down) - 1, int(across) + 2, int(down) + 2))
    assert min(cross.tobytes()) < 128


def test_whom_to_ask_is_in_both_languages_if_both_fit() -> None:
    def asked(en: str, zh: str, language: str = "both") -> str:
        page = words(cards.render("cars", [card("atlas")], SCHEDULE, language=language, ask={"en": en, "zh": zh}))
        return page.split("<dd>")[-1].partition("</dd>")[0]

    assert asked("Bo", "小博") == '<span lang="en">Bo</span> <span lang="zh-CN">小博</span>'
    assert asked("Bo", "队" * 60) == '<span lang="en">Bo</span>'
    assert asked("b" * 120, "小博").startswith("the support desk")
    assert asked("Bo", "小博", "zh") == '<span lang="zh-CN">小博</span>'
    assert asked("", "").startswith("the support desk")


def test_every_sheet_says_which_cards_it_has_and_marks_only_those() -> None:
    page = cards.render("cars", [card(f"t{number}") for number in range(12)], SCHEDULE, language="en")
    first, second = page.split('<section class="sheet">')[1:]
    assert "cards 1 to 10 of 12; A4, 100 %, do not scale" in first
    assert "cards 11 to 12 of 12" in second
    assert first.count("h3.0") == 3 * 6
    assert second.count("h3.0") == 3 * 2


@pytest.mark.browser
@pytest.mark.parametrize("paper", cards.PAPERS)
@pytest.mark.parametrize("language", cards.LANGUAGES)
def test_nothing_reaches_over_a_card_s_edge(tmp_path: Path, paper: str, language: str) -> None:
    made = [card(each, LONGEST_BASE, PORTAL, CODE) for each in NAMES]
    page = tmp_path / "cards.html"
    begun = replace(card("Andromeda"), begins={"en": "Train a model", "zh": "训练模型"})
    text = cards.render("cars", [*made, begun], SCHEDULE, paper, language, dict.fromkeys(("en", "zh"), "队" * 32))
    page.write_text(text, encoding="utf-8")
    assert spilling(page, ".team") == []
