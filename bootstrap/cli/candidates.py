"""Words for shell completion. To be fast, it reads no event and imports no heavy package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

_KINDS = ("access", "marker", "baseline", "quotas", "quotas:training", "quotas:endpoint", "scaling-role", "stack",
          "unused-stacks", "materials", "notices", "notebook", "workforce", "smoke")  # fmt: skip


def teams(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return team names of the roster; names with spaces are left out, because a shell would split them."""
    taken = ctx.params.get(param.name or "") or ()
    found = [row.get("team", "") for row in _roster(ctx)]
    return [each for each in _beginning(found, incomplete) if " " not in each and each not in taken]


def spares(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the spare accounts that a team can move to."""
    rows = [each for each in _roster(ctx) if each.get("spare", "").casefold() == "yes"]
    free = [CompletionItem(each["account_id"], help=each.get("team")) for each in rows if "account_id" in each]
    return [each for each in free if each.value.startswith(incomplete)]


def steps(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return kinds and names of steps."""
    return _beginning(steps_of((ctx.params.get("event_path") or Path("event.yaml")).parent), incomplete)


def steps_of(event_folder: Path) -> list[str]:
    """Return kinds and ids of steps; stacks are found by their template files."""
    from bootstrap.event import shipped
    from bootstrap.steps.step_id import StepKind, step_id

    files = [file.name for folder in shipped.template_folders(event_folder) for file in folder.glob("[!_]*.yaml.j2")]
    return [*_KINDS, *sorted({step_id(StepKind.STACK, each.removesuffix(".yaml.j2")) for each in files})]


def scenarios(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the shipped scenarios, and let the shell complete files."""
    folder = Path(__file__).parents[1] / "simulator" / "scenarios"
    names = sorted(each.stem for each in folder.glob("*.yaml"))
    return [*map(CompletionItem, _beginning(names, incomplete)), CompletionItem(incomplete, type="file")]


def codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return error codes, each with its title."""
    from bootstrap.errors import catalogue
    from bootstrap.report import translations

    words, found = translations.catalogue(translations.current()), catalogue().items()
    return [
        CompletionItem(code, help=words.gettext(each.title))
        for code, each in found
        if code.startswith(incomplete.upper())
    ]


def _beginning(words: list[str], incomplete: str) -> list[str]:
    return [each for each in words if each and each.startswith(incomplete)]


def _roster(ctx: click.Context) -> Iterator[dict[str, Any]]:
    """Yield the rows of accounts.csv by column name, even if other things in the file are wrong."""
    from bootstrap.reading import bounded, spreadsheet

    data = bounded.file(ctx.params.get("roster_path") or Path("accounts.csv"), 8 * bounded.MIB)
    rows = spreadsheet.rows(data, ("team", "account_id"))
    header = next(rows)
    yield from (dict(each.named(header)) for each in rows)
