"""Take accounts into the roster from where they are, and print how to deploy access.yaml to them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized


@click.command(cls=Localized)
@click.argument("action", metavar="import|stackset", type=click.Choice(["import", "stackset"]))
@click.argument("source", metavar="[-|FILE]", required=False)
@click.option("--ou", "units", multiple=True, metavar="ID", help="Organizational unit (ou-...) or root (r-...) with "
              "the accounts, also in the units below it. Can be given several times.")  # fmt: skip
@click.option("--profile", metavar="NAME", help="Profile of your AWS config that may list the organization, if it is "
              "not your usual one.")  # fmt: skip
@click.option("--csv", "table", metavar="FILE", help="CSV file with the accounts, as any program exports it; - for "
              "stdin.")  # fmt: skip
@click.option("--map", "mapping", multiple=True, metavar='COLUMN="NAME"', help="Which column of the CSV file is which "
              "of the roster: --map account_id=\"Account ID\". state is a column too: only ACTIVE ones are "
              "taken. Can be given several times.")  # fmt: skip
@click.option("--names", metavar="PATTERN", help="Name the new teams by a pattern such as team-{n:02}, with {n}, "
              "{name} and {id}.  [default: the account's name]")  # fmt: skip
@click.option("--name-tag", metavar="KEY", help="Name the new teams by this tag of their accounts, where there is one.")
@click.option("--spare", is_flag=True, help="The new accounts are spare ones.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the result to this file, not to "
              "the roster.")  # fmt: skip
@click.option("--hub", metavar="ARN", help="stackset: ARN of the IAM user or role that runs the tool.")
@options.yes
@options.files
def command(
    action: str, event_path: Path, roster_path: Path, output: str, units: tuple[str, ...], hub: str | None, **asked: Any
) -> None:
    """Take accounts into accounts.csv from an organization or from any CSV file, or print how to deploy access.yaml.

    import: shows what would change and asks once, then adds a row for each account that the roster does not have. The
    accounts come from AWS Organizations (--ou), from the JSON that the AWS CLI prints (- or FILE), or from a CSV file
    (--csv). Left out are the management account, your own, what keep_out names, and accounts that are not active. Rows
    that are there keep their names, comments and order; none is deleted. AWS is only read.

    stackset: prints the commands that deploy access.yaml to all accounts of a unit, and those that take it away again;
    without --ou, to the accounts of accounts.csv. It calls nothing. --output json: the calls' parameters, for
    --cli-input-json.

    \b
    Examples:
      event-bootstrap accounts import --ou ou-abcd-11112222
      aws organizations list-accounts | event-bootstrap accounts import -
      event-bootstrap accounts import --csv list.csv --map account_id="Account ID"
      event-bootstrap accounts stackset --ou ou-abcd-11112222

    Exit codes: 0 the roster has the accounts, 2 bad input.
    """
    from bootstrap.cli.commands import accounts
    from bootstrap.event.roster.merge import RowWishes

    accounts.refuse_strangers(action, _typed(click.get_current_context()))
    if action == "stackset":
        accounts.print_stack_set(event_path, roster_path, units, hub, output)
        return
    wishes = RowWishes(asked.pop("names"), asked.pop("name_tag"), asked.pop("spare"))
    sys.exit(
        accounts.take_in(event_path, roster_path, accounts.ImportOptions(units=units, output=output, **asked), wishes)
    )


def _typed(context: click.Context) -> list[str]:
    """Return the parameters that stand on the command line; the environment's may be there for the other action."""
    there = click.core.ParameterSource.COMMANDLINE
    return [each for each in context.params if context.get_parameter_source(each) is there]
