"""What is shown cannot control a terminal, nor look like another text."""

from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path

import pytest

from bootstrap.errors import BadInput, Problem, clean, secret_values
from bootstrap.errors.message import msg
from bootstrap.errors.printable import printable
from bootstrap.report import documents, page, problems
from bootstrap.report.terminal import terminal
from bootstrap.report.translations import shown

EVIL = [
    ("red\x1b[31m", "red"),
    ("\x1b]0;title\x07red", "red"),
    ("\x1b]8;;https://evil\x1b\\red\x1b]8;;\x1b\\", "red"),
    ("\x9b2Jred", "red"),
    ("r\x00e\x08d\x7f\x90", "red"),
    ("\u202ered\u202c\u2066\u2069\u200e\u200f\u061c", "red"),
    ("re\ufeffd\u200b\u2060", "red"),
    ("red\U000e0041\U000e007f", "red"),
    ("red\ud83d", "red"),
    ("red\u2028one", "red one"),
    ("red\rblue", "red blue"),
]
KEPT = ["红队 一", "チーム", "a\tb\nc", "👩\u200d🚗", "می\u200cخواهم", "Löwen", "plain"]
PACKAGE = Path(problems.__file__).parents[1]


@pytest.mark.parametrize(("text", "seen"), EVIL, ids=ascii)
def test_what_acts_unseen_is_left_out_everywhere(text: str, seen: str) -> None:
    assert printable(text) == seen
    assert shown(text, "zh") == seen
    assert shown(msg("bucket {name}", name=text), "zh").endswith(seen)
    assert clean(text) == seen
    out = io.StringIO()
    problems.show(BadInput([Problem("EB-601", "what", f"s3://b/{text}", fix="fix")]), "plain", stderr=out)
    assert f"s3://b/{seen}" in out.getvalue()
    for colours in (None, "truecolor"):
        out = io.StringIO()
        terminal(out, color_system=colours, force_terminal=bool(colours), width=80).print(text, markup=False)
        # Rich leaves some characters out by itself, so that the rest of a sequence may stand there as text.
        assert printable(out.getvalue()) == out.getvalue()
    assert printable(str(page.both(text))) == str(page.both(text))


@pytest.mark.parametrize("text", KEPT)
def test_every_script_and_emoji_stays(text: str) -> None:
    assert printable(text) == text


def test_json_loses_nothing_and_shows_nothing_that_acts() -> None:
    document = {"name": "".join(text for text, _ in EVIL if "\ud83d" not in text)}
    line = documents.dumps(document)
    assert printable(line) == line
    assert json.loads(line) == document


def test_there_is_one_console() -> None:
    files = {each.relative_to(PACKAGE).as_posix(): each.read_text(encoding="utf-8") for each in PACKAGE.rglob("*.py")}
    assert [name for name, text in files.items() if re.search(r"(?<!Text)Console\(file", text)] == []
    prints = [name for name, text in files.items() if re.search(r"\n +print\(", text)]
    # These run in a process of their own, before anything of a team is there.
    assert [name for name in prints if not name.startswith(("simulator/", "rehearsal/labs/"))] == []


@pytest.mark.parametrize(
    "shape", ["a", "a.", "a-b.", "&#0", "\\u00", "\x9d", "\x9da", "\x1b]", "a://b:", "%41", "password="]
)
def test_long_text_of_other_people_is_cleaned_in_a_time_in_proportion(shape: str) -> None:
    """A line of a log has up to a megabyte. Patterns that try each beginning anew took a minute for a tenth of it."""
    secret_values.hold("Q7" * 60)
    text = shape * (100_000 // len(shape))
    began = time.process_time()
    clean(text)
    assert time.process_time() - began < 4
