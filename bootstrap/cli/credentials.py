"""Print credentials of a team's account for the AWS CLI."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice


@click.command(cls=Localized)
@options.one_team("credentials")
@options.role
def command(choice: Choice, role: str) -> None:
    """Print credentials of TEAM's account as JSON, for `credential_process` of the AWS CLI and SDKs.

    They expire after an hour; the AWS CLI and SDKs ask for new ones by themselves.

    \b
    In ~/.aws/config, with absolute paths and credential_process in one line:
      [profile team-7]
      region = ap-northeast-1
      credential_process = /opt/event/.venv/bin/event-bootstrap credentials team-7 --role support
        --event /opt/event/event.yaml --accounts /opt/event/accounts.csv

    \b
    Then:
      aws --profile team-7 sagemaker list-training-jobs

    If AWS_PROFILE names that profile, the command would call itself: put `env AWS_PROFILE=YOURS` before it.

    \b
    Example:
      event-bootstrap credentials team-7 --role support

    Exit codes: 0 printed, 1 refused, 2 bad input.
    """
    from bootstrap.cli.commands import console
    from bootstrap.people.team_roles import Role

    sys.exit(console.credentials(choice, Role(role)))
