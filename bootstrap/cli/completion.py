"""Print the script for shell completion of commands, options, teams, steps, scenarios and codes."""

from __future__ import annotations

import click

from bootstrap.cli.localized import Localized
from bootstrap.errors.message import msg
from bootstrap.report.translations import shown

_INSTALLED = {
    "bash": msg("add to {file}:  {line}", file="~/.bashrc", line='eval "$(event-bootstrap completion bash)"'),
    "zsh": msg(
        "add to {file}, after compinit:  {line}", file="~/.zshrc", line='eval "$(event-bootstrap completion zsh)"'
    ),
    "fish": "event-bootstrap completion fish > ~/.config/fish/completions/event-bootstrap.fish",
}
# Without this, bash splits stack:roles into three words.
_BASH = "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}\n"


@click.command(cls=Localized)
@click.argument("shell", type=click.Choice(list(_INSTALLED)), metavar="SHELL")
def command(shell: str) -> None:
    """Print the script that lets SHELL (bash, zsh or fish) complete what you type.

    It completes commands and options, teams of accounts.csv, steps, scenarios and error codes. The last line of the
    script says how to install it.

    \b
    Example, for ~/.bashrc:
      eval "$(event-bootstrap completion bash)"
    """
    from click.shell_completion import get_completion_class

    from bootstrap.cli import COMPLETE, _group

    found = get_completion_class(shell)
    assert found is not None
    script = found(_group, {}, "event-bootstrap", COMPLETE).source()
    click.echo(f"{script.strip()}\n{_BASH if shell == 'bash' else ''}# {shown(_INSTALLED[shell])}")
