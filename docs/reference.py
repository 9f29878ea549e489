"""Writes docs/reference.md from the commands and docs/errors.md from the explanations: make reference"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click

from bootstrap.cli import _group
from bootstrap.cli.localized import Context
from bootstrap.errors import Explanation, explanations

FOLDER = Path(__file__).resolve().parent
_WIDTH = 100
_MADE = "<!-- Made by: make reference -->"


def pages() -> dict[Path, str]:
    return {FOLDER / "reference.md": reference(), FOLDER / "errors.md": errors()}


def reference() -> str:
    names = _group.list_commands(click.Context(_group))
    listed = "\n".join(f"- [{each}](#event-bootstrap-{each})" for each in names)
    return "\n\n".join(
        [
            _MADE,
            "# Every command and its options",
            "What a code such as EB-231 means: [errors.md](errors.md). How all this is used: [README](../README.md).",
            _help(_group, "event-bootstrap", None),
            listed,
            *(_command(each) for each in names),
            "## Environment",
            "\n".join(_environment(names)) + "\n",
        ]
    )


def _command(name: str) -> str:
    command = _group.get_command(click.Context(_group), name)
    assert command is not None
    parent = _context(_group, "event-bootstrap", None)
    said = [f"## event-bootstrap {name}\n\n{_help(command, name, parent)}"]
    for part, each in getattr(command, "parts", {}).items():
        said.append(f"### event-bootstrap {name} {part}\n\n{_help(each, f'{name} {part}', parent)}")
    return "\n\n".join(said)


def _help(command: click.Command, name: str, parent: click.Context | None) -> str:
    said = command.get_help(_context(command, name, parent))
    return "```\n" + "\n".join(line.rstrip() for line in said.splitlines()) + "\n```"


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    names = ["-h", "--help"]
    return Context(command, parent, name, terminal_width=_WIDTH, max_content_width=_WIDTH, help_option_names=names)


def _environment(names: list[str]) -> Iterator[str]:
    """A line for each variable that stands for an option."""
    found: dict[str, str] = {}
    for name in names:
        command = _group.get_command(click.Context(_group), name)
        for each in command.params if command else ():
            variables = [each.envvar] if isinstance(each.envvar, str) else each.envvar or ()
            found.update(dict.fromkeys(variables, each.opts[-1]))
    yield from (f"- `{variable}` stands for `{option}`." for variable, option in sorted(found.items()))
    yield "- `AWS_PROFILE`, `AWS_ENDPOINT_URL` and what else boto3 reads count as for every AWS tool."


def errors() -> str:
    modules = [import_module(f"{explanations.__name__}.{each.name}") for each in iter_modules(explanations.__path__)]
    areas = sorted((min(each.ENTRIES), str(each.__doc__).strip(), each.ENTRIES) for each in modules if each.ENTRIES)
    parts = [_MADE, "# Every error code", "`event-bootstrap explain EB-231` says the same in the terminal."]
    for _, title, entries in areas:
        parts += [f"## {title.rstrip('.')}", *(_entry(code, entry) for code, entry in sorted(entries.items()))]
    return "\n\n".join(parts) + "\n"


def _entry(code: str, entry: Explanation) -> str:
    more = f"\n\n{_literal(entry.more)}" if entry.more else ""
    said = f"**Cause.** {_literal(entry.cause)}\n\n**Fix.** {_literal(entry.fix)}"
    return f"### {code}\n\n{_literal(entry.title)}.\n\n{said}{more}"


def _literal(text: str) -> str:
    """What Markdown would take for a tag or for emphasis, as it stands; `code` in the explanations is code here too."""
    parts = text.split("`")
    return "`".join(part if at % 2 else _escaped(part) for at, part in enumerate(parts))


def _escaped(text: str) -> str:
    for each in "*_<[":
        text = text.replace(each, f"\\{each}")
    return text


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
