"""The catalogue of translations, and how a message is shown in each language."""

from __future__ import annotations

import ast
import gettext
import re
import runpy
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bootstrap.errors.message import counted, joined, msg
from bootstrap.report import translations
from bootstrap.report.translations import DOMAIN, FOLDER, of_environment, shown

PROGRAM: Mapping[str, Any] = runpy.run_path(
    str(Path(__file__).parents[2] / "docs" / "messages.py"), run_name="messages"
)
_MAKERS = {"msg", "counted", "_", "marked", "marked_counted"}
PO = FOLDER / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po"
MAKE_AGAIN = "make it again: make messages"

Ids = str | tuple[str, ...]


@pytest.fixture(scope="module")
def texts() -> tuple[tuple[str, Ids], ...]:
    return tuple(PROGRAM["texts"]())


def po() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh", domain=DOMAIN)


def strings(entry: Message) -> list[str]:
    """The translations of one text: Chinese has one form for every number of things."""
    if entry.string is None:
        return []
    return [entry.string] if isinstance(entry.string, str) else list(entry.string)


ENTRIES = [each for each in po() if each.id and PROGRAM["translated"](each)]


def test_the_catalogue_holds_exactly_the_texts_of_the_program() -> None:
    assert PROGRAM["as_po"](PROGRAM["updated"]("zh")) == PO.read_bytes(), MAKE_AGAIN


def test_the_compiled_catalogue_is_the_one_that_people_read() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for each in ENTRIES:
        found = compiled.gettext(each.id) if isinstance(each.id, str) else compiled.ngettext(each.id[0], each.id[1], 2)
        assert [found] == strings(each), MAKE_AGAIN
    file_again = BytesIO(PROGRAM["as_mo"](po()))
    assert _ids(compiled) == _ids(gettext.GNUTranslations(file_again)), MAKE_AGAIN


def _ids(compiled: gettext.GNUTranslations) -> set[Any]:
    held: dict[Any, str] = vars(compiled)["_catalog"]
    return set(held)


def test_every_text_is_translated(texts: tuple[tuple[str, Ids], ...]) -> None:
    known = po()
    missing = [
        (where, text)
        for where, text in texts
        if not ((found := known.get(text if isinstance(text, str) else text[0])) and PROGRAM["translated"](found))
    ]
    assert not missing


def places(text: str) -> set[str]:
    """`{name}` of messages and `%(name)s` of templates."""
    return set(re.findall(r"(?<!\{)\{(\w+)\}|%\((\w+)\)s", text))


def test_a_translation_has_the_places_of_its_text() -> None:
    """Of a plural, those of the text for many things; one thing needs no number."""
    other = [each.id for each in ENTRIES if any(places(text) != places(_last(each)) for text in strings(each))]
    assert other == []
    for entry in ENTRIES:
        if any(where.endswith(".py") for where, _ in entry.locations):
            assert all(list(Formatter().parse(each)) for each in strings(entry)), "a brace that stands alone"


def _last(entry: Message) -> str:
    return str(entry.id[-1] if isinstance(entry.id, tuple) else entry.id)


def test_no_message_is_made_where_the_catalogue_does_not_see_it(texts: tuple[tuple[str, Ids], ...]) -> None:
    """The reader of the program's texts passes over what is nested, in an f-string, or made of a variable."""
    seen = {text if isinstance(text, str) else text[0] for _, text in texts}
    package = Path(translations.__file__).parents[1]
    unseen = []
    for path in package.rglob("*.py"):
        if path.relative_to(package).parts[0] == "simulator":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MAKERS and node.args:
                first = node.args[0]
                text = first.value if isinstance(first, ast.Constant) else None
                # `counted(*pair, ...)`: the pair was marked where it stands.
                if text not in seen and not isinstance(first, ast.Starred) and path.name != "message.py":
                    unseen.append(f"{path.relative_to(package)}:{node.lineno}")
    assert unseen == []


@pytest.fixture
def chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A small catalogue instead of the program's own."""
    made = Catalog("zh", domain=DOMAIN)
    made.add("bucket {bucket} is not there", "存储桶 {bucket} 不存在")
    made.add("cannot be read: {why}", "无法读取：{why}")
    made.add(("{count} team", "{count} teams"), ("{count} 个参赛队",))
    made.add(("{count} job", "{count} jobs"), ("",))
    made.add("; ", "；")
    made.add("a text with other places: {one}", "缺少的位置：{two}")
    path = tmp_path / "zh" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(PROGRAM["as_mo"](made))
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    translations.catalogue.cache_clear()
    yield
    translations.catalogue.cache_clear()


THERE = msg("bucket {bucket} is not there", bucket="red-1")
SHOWN = [
    (THERE, "bucket red-1 is not there", "存储桶 red-1 不存在"),
    # What a message takes may be a message; AWS's own words and names stay as they are.
    (msg("cannot be read: {why}", why=THERE), "cannot be read: bucket red-1 is not there",
     "无法读取：存储桶 red-1 不存在"),
    (msg("cannot be read: {why}", why="AccessDenied"), "cannot be read: AccessDenied", "无法读取：AccessDenied"),
    (counted("{count} team", "{count} teams", 1), "1 team", "1 个参赛队"),
    (counted("{count} team", "{count} teams", 3), "3 teams", "3 个参赛队"),
    (counted("{count} job", "{count} jobs", 2), "2 jobs", "2 jobs"),
    (counted("{count} team", "{count} teams", 0), "0 teams", "0 个参赛队"),
    (
        joined("; ", [THERE, "AccessDenied", counted("{count} team", "{count} teams", 2)]),
        "bucket red-1 is not there; AccessDenied; 2 teams",
        "存储桶 red-1 不存在；AccessDenied；2 个参赛队",
    ),
    (msg("nobody has translated this: {why}", why=THERE), "nobody has translated this: bucket red-1 is not there",
     "nobody has translated this: 存储桶 red-1 不存在"),
    (joined("", [THERE, "."]), "bucket red-1 is not there.", "存储桶 red-1 不存在."),
    ("as it was written by an older version", "as it was written by an older version",
     "as it was written by an older version"),
]  # fmt: skip


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(("text", "english", "translated"), SHOWN, ids=lambda each: each[:30])
def test_a_message_is_shown_in_the_language_of_its_reader(text: str, english: str, translated: str) -> None:
    assert text == english
    assert shown(text, "en") == english
    assert shown(text, "zh") == translated


@pytest.mark.usefixtures("chinese")
def test_a_translation_that_does_not_fit_is_not_shown() -> None:
    assert shown(msg("a text with other places: {one}", one=1), "zh") == "a text with other places: 1"


@pytest.mark.usefixtures("chinese")
def test_the_language_of_the_terminal_is_used_where_none_is_given() -> None:
    assert shown(THERE) == "bucket red-1 is not there"
    translations.use("zh")
    try:
        assert shown(THERE) == "存储桶 red-1 不存在"
        assert shown(THERE, "en") == "bucket red-1 is not there"
        with ThreadPoolExecutor() as threads:
            # Accounts are visited, and their events shown, by threads.
            assert threads.submit(shown, THERE).result() == "存储桶 red-1 不存在"
    finally:
        translations.use("en")


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh-Hans"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANGUAGE": "zh:en", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ({"LANGUAGE": "fr:zh_CN:en", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANGUAGE": "fr:de", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"EVENT_BOOTSTRAP_LANG": "zh", "LANGUAGE": "en", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ({"EVENT_BOOTSTRAP_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_environment_says_the_language(variables: dict[str, str], language: str) -> None:
    assert of_environment(variables) == language
