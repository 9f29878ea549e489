"""The script that lets a shell complete commands, options, teams, steps, scenarios and codes."""

from __future__ import annotations

import click

from bootstrap.cli.localized import Localized

_INSTALLED = {
    "bash": 'add to ~/.bashrc:  eval "$(event-bootstrap completion bash)"',
    "zsh": 'add to ~/.zshrc, after compinit:  eval "$(event-bootstrap completion zsh)"',
    "fish": "event-bootstrap completion fish > ~/.config/fish/completions/event-bootstrap.fish",
}
# Or bash takes stack:roles for three words.
_BASH = "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}\n"


@click.command(cls=Localized)
@click.argument("shell", type=click.Choice(list(_INSTALLED)), metavar="SHELL")
def command(shell: str) -> None:
    """Print the script that lets SHELL (bash, zsh or fish) complete what is typed.

    \b
    Commands and options, teams of accounts.csv, steps, scenarios and error codes. The last line of the script
    says how to install it.
    Example, for ~/.bashrc:
      eval "$(event-bootstrap completion bash)"
    """
    from click.shell_completion import get_completion_class

    from bootstrap.cli import COMPLETE, _group

    found = get_completion_class(shell)
    assert found is not None
    script = found(_group, {}, "event-bootstrap", COMPLETE).source()
    click.echo(f"{script.strip()}\n{_BASH if shell == 'bash' else ''}# {_INSTALLED[shell]}")
