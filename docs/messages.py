"""The catalogue of translations: brought up to date with the program, and compiled.

    python docs/messages.py           update bootstrap/report/locale/*/LC_MESSAGES/event-bootstrap.po, and compile it
    python docs/messages.py FILE.po   the same, after taking in the translations of FILE.po; several may be named

Texts come from calls of `msg`, `counted`, `joined` and `gettext`, from templates, from the commands' help and from the
explanations of codes. A text that the program has no more goes; a new one waits, untranslated, for its translation.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bootstrap.cli import _COMMANDS, _group
from bootstrap.errors import areas, catalogue
from bootstrap.report.translations import DOMAIN, FOLDER, LANGUAGES

PACKAGE = Path(__file__).resolve().parent.parent / "bootstrap"
Ids = str | tuple[str, ...]

_TEMPLATES = [("simulator/**", "ignore"), ("**.html", "jinja2")]
# Which calls hold texts, and how many of their first arguments are one.
_CALLS = {"msg": 1, "_": 1, "marked": 1, "gettext": 1, "joined": 1, "counted": 2, "marked_counted": 2, "ngettext": 2}
# The same, as babel wants them.
_KEYWORDS = {name: None if count == 1 else (1, 2) for name, count in _CALLS.items()}


def texts() -> Iterator[tuple[str, Ids]]:
    """Every text that the program shows in the reader's language, with where it stands."""
    for file, _, text, _, _ in extract_from_dir(PACKAGE, _TEMPLATES, keywords=_KEYWORDS):
        yield Path(file).as_posix(), text
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] != "simulator":
            yield from ((place.as_posix(), text) for text in _in_program(path))
    for code, known in catalogue().items():
        yield from ((f"explain:{code}", each) for each in (known.title, known.cause, known.fix, known.more) if each)
    yield from (("explain", title) for title, _ in areas())
    yield from (("help:click", each) for each in _CLICKS)
    yield from ((f"help:{name}", said) for name, said in _COMMANDS.items())
    yield from _help(_group, click.Context(_group, info_name="event-bootstrap"))


def _in_program(path: Path) -> Iterator[Ids]:
    """Texts of calls, wherever they stand; babel's own reader passes over a call inside another one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = [each.value for each in node.args[: _CALLS.get(name, 0)] if isinstance(each, ast.Constant)]
        found = [each for each in first if isinstance(each, str) and each]
        if found and len(found) == _CALLS[name]:
            yield found[0] if len(found) == 1 else tuple(found)


# click's own, which it asks Python's gettext for.
_CLICKS: tuple[Ids, ...] = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "Show the version and exit.",
    "default: {default}",
    "env var: {var}",
    "Error: {message}",
    "Error: invalid input",
    "Try '{command} {option}' for help.",
    "No such option {name!r}.",
    "No such command {name!r}.",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Missing argument",
    "Missing option",
    "Missing command.",
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    "Option {name!r} does not take a value.",
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    "{value} is not in the range {range}.",
    "{value!r} is not a valid {number_type}.",
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


def _help(command: click.Command, context: click.Context) -> Iterator[tuple[str, Ids]]:
    where = f"help:{context.info_name}"
    yield from ((where, inspect.cleandoc(each)) for each in (command.help, command.short_help) if each)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield where, parameter.help
    for name, part in getattr(command, "parts", {}).items():
        yield from _help(part, click.Context(part, context, info_name=name))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            if (found := command.get_command(context, name)) is not None:
                yield from _help(found, click.Context(found, context, info_name=name))


def updated(language: str, taken: Sequence[Catalog] = ()) -> Catalog:
    """The language's catalogue with exactly the program's texts; translations are those there were, and `taken`."""
    old = _read(_file(language), language)
    new = Catalog(language, domain=DOMAIN, project=DOMAIN, fuzzy=False, charset="utf-8")
    for where, text in texts():
        first = text if isinstance(text, str) else text[0]
        held = (each.get(first) for each in (*taken, old) if each)
        known = next((each for each in held if each and translated(each)), None)
        new.add(text, known.string if known else None, locations=[(where, None)])  # type: ignore[list-item]
    return new


def translated(message: Message) -> bool:
    """True if there is a translation for every number of things; Babel gives an untranslated plural empty ones."""
    strings = [message.string] if isinstance(message.string, str) else message.string or [""]
    return all(strings)


def as_po(catalog: Catalog) -> bytes:
    """As it lies in the repository: without dates and line numbers, which change without a reason."""
    made = BytesIO()
    write_po(made, catalog, width=110, omit_header=True, sort_output=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n'
    return f'{header}"Content-Type: text/plain; charset=utf-8\\n"\n\n'.encode() + made.getvalue()


def as_mo(catalog: Catalog) -> bytes:
    made = BytesIO()
    for each in catalog:
        # An empty translation would be shown as nothing at all.
        each.string = each.string if translated(each) else ""
    catalog.creation_date = catalog.revision_date = None  # type: ignore[assignment]
    write_mo(made, catalog)
    return made.getvalue()


def _file(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _read(path: Path, language: str) -> Catalog | None:
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def main() -> None:
    for language in (each for each in LANGUAGES if each != "en"):
        taken = [found for each in sys.argv[1:] if (found := _read(Path(each), language))]
        catalog, path = updated(language, taken), _file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(catalog))
        path.with_suffix(".mo").write_bytes(as_mo(catalog))
        missing = sum(1 for each in catalog if each.id and not translated(each))
        print(f"{language}: {len(catalog)} texts, {missing} untranslated")  # noqa: T201


if __name__ == "__main__":
    main()
