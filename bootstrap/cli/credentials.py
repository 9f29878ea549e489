"""Gives the AWS CLI the credentials of a team's account."""

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
    """Print credentials of TEAM's account as JSON, for programs that call it: `credential_process` of AWS's tools.

    \b
    They last an hour, and the AWS CLI and SDKs ask again by themselves shortly before. In ~/.aws/config, in one line,
    with whole paths:
      [profile team-7]
      region = ap-northeast-1
      credential_process = /opt/event/.venv/bin/event-bootstrap credentials team-7 --role support
        --event /opt/event/event.yaml --accounts /opt/event/accounts.csv
    Then: aws --profile team-7 sagemaker list-training-jobs
    If AWS_PROFILE itself names that profile, the command would ask itself; put `env AWS_PROFILE=YOURS` before it.
    Example: event-bootstrap credentials team-7 --role support
    Exit: 0 given, 1 refused, 2 bad input.
    """
    from bootstrap.cli.commands import console
    from bootstrap.people.team_roles import Role

    sys.exit(console.credentials(choice, Role(role)))
