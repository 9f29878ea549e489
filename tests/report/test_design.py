"""The design language of docs/design.md, as the one style sheet has it."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pytest

from bootstrap.engine.outcomes import Phase, Result
from bootstrap.engine.states import Outcome
from bootstrap.people.web import assets
from bootstrap.report import page, shapes, words

ROOT = Path(__file__).parents[2]
SHEET = page.render("tokens.css")
WRITTEN = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
STATES = ("ready", "working", "waiting", "blocked", "failed", "clean")
SURFACES = ("bg", "surface", "sunk")


def values(theme: str) -> dict[str, str]:
    """The colours of a theme, as the first block that has them says."""
    block = SHEET[SHEET.index(f"color-scheme: {theme};") :].partition("}")[0]
    return dict(re.findall(r"--([a-z-]+[0-9]?): (#[0-9a-f]{6})\b", block))


THEMES = {each: values(each) for each in ("light", "dark")}


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lowest(theme: str, colour: str, *grounds: str) -> float:
    known = THEMES[theme]
    return min(contrast(known[colour], known[each]) for each in grounds)


def grounds(colour: str) -> tuple[str, ...]:
    if colour.startswith("text"):
        return (*SURFACES, *(each for each in THEMES["light"] if each.endswith("-tint")))
    return (*SURFACES, f"{colour}-tint") if f"{colour}-tint" in THEMES["light"] else SURFACES


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_states_are_legible_on_all_that_they_stand_on(theme: str) -> None:
    for colour in ("text", "text-2", "accent", *STATES):
        assert lowest(theme, colour, *grounds(colour)) >= 4.5, colour
    assert lowest(theme, "on-accent", "accent") >= 4.5
    assert lowest(theme, "edge", *SURFACES) >= 3


def test_the_ratios_that_are_written_down_are_those_of_the_style_sheet() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|.*\| ([0-9.]+) / ([0-9.]+) \|$", WRITTEN, re.MULTILINE)
    assert [name for name, _, _ in rows] == ["edge", "text", "text-2", "accent", *STATES]
    for name, light, dark in rows:
        found = [f"{lowest(theme, name, *grounds(name)):.2f}" for theme in THEMES]
        assert found == [light, dark], name


def test_both_ways_to_the_dark_theme_and_print_have_all_its_colours() -> None:
    blocks = [each.partition("}")[0] for each in SHEET.split("color-scheme: dark;")[1:]]
    assert len(blocks) == 2
    assert blocks[0].split() == blocks[1].split()
    assert THEMES["light"].keys() - THEMES["dark"].keys() == {"ink", "on-picture"}, "of paper, in both"
    assert SHEET.count("color-scheme: light;") == 2, "print as well"


def test_no_other_style_names_a_colour() -> None:
    named = re.compile(r"#[0-9a-fA-F]{3,8}(?=[\s;,)])|\brgba?\(|\bhsla?\(|:\s*(?:white|black|red|gr[ae]y|blue)\b")
    files = chain((ROOT / "bootstrap").rglob("*.css"), (ROOT / "bootstrap").rglob("*.html"))
    for file in files:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".html":
            text = "".join(re.findall(r"<style>.*?</style>", text, re.DOTALL))
        if file.name != "tokens.css":
            assert named.findall(text) == [], file


@pytest.mark.parametrize("state", sorted({each.value for each in (*Outcome, *Result, *Phase)}))
def test_each_state_has_a_shape_a_colour_and_a_word(state: str) -> None:
    rule = re.search(rf"^\.{state} {{ (.*) }}$", SHEET, re.MULTILINE)
    assert rule is not None
    shape = shapes.ALIKE.get(state, state)
    for part in ("--is: var(--", "--tint: var(--", f"--shape: var(--shape-{shape})"):
        assert part in rule[1]
    assert f"--shape-{shape}: {shapes.url(shapes.STATES[shape])};" in SHEET
    assert words._WORDS[state]
    assert f'class="mark {state}"' in shapes.mark(state)


def test_states_differ_in_shape() -> None:
    assert len(set(shapes.STATES.values())) == len(shapes.STATES)
    assert {shapes.ALIKE.get(each, each) for each in STATES} == set(STATES)


def test_a_phone_loads_little_over_a_slow_network() -> None:
    """The team's page and all that it loads; the page itself has about 9 kB."""
    names = ("tokens.css", "people.css", "hand.css", "clock.js", "online.js", "now.js")
    known = assets._files()
    assert sum(len(known[each].packed) for each in names) < 20_000
    assert sum(len(known[each].text) for each in names) < 60_000
