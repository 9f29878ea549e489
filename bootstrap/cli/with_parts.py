"""A command with sub-commands, whose first word names one of them."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from bootstrap.cli.localized import Localized
from bootstrap.report import translations


class WithParts(Localized):
    """A command with sub-commands: the first word names one, or else it is the command's own argument."""

    parts: dict[str, click.Command]

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.parts = {}

    def part(self, command: click.Command) -> click.Command:
        """Add a sub-command by its name."""
        self.parts[command.name or ""] = command
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the arguments: those of the sub-command that the first one names, or those of the command itself."""
        if args and (part := self.parts.get(args[0])):
            return part.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the sub-commands, too, while nothing else is typed."""
        found = super().shell_complete(ctx, incomplete)
        if ctx.args or ctx.params.get("teams"):
            return found
        words = translations.catalogue(translations.current())
        parts = [(name, each) for name, each in self.parts.items() if name.startswith(incomplete)]
        return [*(CompletionItem(name, help=words.gettext(each.short_help or "")) for name, each in parts), *found]
