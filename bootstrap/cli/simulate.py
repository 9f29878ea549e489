"""Run a simulated AWS on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized, say

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.event.inputs import Inputs
    from bootstrap.report.documents import SimulateDocument


# At 600, the hour of an assumed role takes six seconds. Faster, the session would end before it is used.
_FASTEST = 600


@click.command(cls=Localized)
@options.scenario
@click.option(
    "--seed",
    default=1,
    show_default=True,
    help="Number that fixes everything random; the same seed gives the same durations.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4599,
    show_default=True,
    help="Port on 127.0.0.1; 0 picks a free one.",
)
@click.option(
    "--speed",
    type=click.FloatRange(1, _FASTEST),
    default=1,
    show_default=True,
    help="How many times faster than real time the simulated clock runs.",
)
@click.option(
    "--without-access",
    is_flag=True,
    help="Start with new accounts, which do not have the access role yet. Deploy access.yaml as TEAM-owner.",
)
@options.files
def command(
    scenario: str,
    seed: int,
    port: int,
    speed: float,
    without_access: bool,
    event_path: Path,
    roster_path: Path,
    output: str,
) -> None:
    """Run a simulated AWS with the accounts of accounts.csv on 127.0.0.1, until Ctrl-C.

    Paste what it prints into another terminal. Every command there, the AWS CLI and any boto3 program then use it
    instead of AWS. Each team's account is a profile:

    \b
      event-bootstrap simulate --speed 60
      event-bootstrap provision
      aws --profile team-1 cloudformation list-stacks
    """
    from bootstrap.cli.commands.choice import Choice, read
    from bootstrap.engine.run_kind import RunKind
    from bootstrap.rehearsal import simulated as rehearsal

    choice = Choice(RunKind.SIMULATE, event_path, roster_path, output)
    inputs = read(choice)
    world = rehearsal.world(inputs.event, inputs.accounts, scenario, seed, None, bare=without_access)
    with rehearsal.simulated(world, clock="real", port=port, speed=speed) as simulated:
        lines = rehearsal.place(simulated) | _files(choice, inputs)
        _show(lines, inputs, output, speed, simulated.control)
        simulated.outlast()


def _files(choice: Choice, inputs: Inputs) -> dict[str, str]:
    """Write the profiles; return the environment variables for them, and for a journal apart from that of the real AWS.

    Raises BadInput (EB-409) if the folder cannot be written to.
    """
    from bootstrap.cli.commands.choice import unwritable
    from bootstrap.errors import BadInput
    from bootstrap.rehearsal import profiles

    folder = choice.folder / "simulate"
    journal = folder / "journal.sqlite"
    try:
        lines = profiles.write(folder, inputs.event, inputs.accounts)
        # It describes a simulated AWS that has ended.
        journal.unlink(missing_ok=True)
    except OSError as error:
        raise BadInput([unwritable(folder, error)]) from None
    return lines | {"EVENT_BOOTSTRAP_JOURNAL": str(journal)}


def _show(lines: dict[str, str], inputs: Inputs, output: str, speed: float, control: str) -> None:
    import json
    import os
    import shlex

    from bootstrap.errors.message import msg
    from bootstrap.rehearsal.profiles import UNSET

    unset = [*UNSET, *sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL_"))]
    if output == "json":
        teams = {each.team: each.account_id for each in inputs.accounts}
        told: SimulateDocument = {
            "type": "simulate",
            "environment": lines,
            "unset": unset,
            "profiles": teams,
            "speed": speed,
            "control": control,
        }
        click.echo(json.dumps(told))
        return
    click.echo(f"unset {' '.join(unset)}")
    for name, value in lines.items():
        click.echo(f"export {name}={shlex.quote(value)}")
    # Not exported: only the shell needs it, no program of the event.
    click.echo(f"CONTROL={control}")
    if speed == 1:
        say(msg("The simulated AWS is running in real time. Ctrl-C stops it and deletes all that is in it."), err=True)
    else:
        up = msg("The simulated AWS is running, {speed} times faster than real time. Ctrl-C stops it and deletes all "
                 "that is in it.", speed=f"{speed:g}")  # fmt: skip
        say(up, err=True)
    say(
        msg("AWS_PROFILE is the operator's, who may only assume roles. Each team's account is a profile as well:"),
        err=True,
    )
    click.echo(f"  aws --profile {shlex.quote(inputs.accounts[0].team)} cloudformation list-stacks", err=True)
    say(
        msg("For what people do by hand (label, confirm subscriptions, read mail) use $CONTROL, see {page}:",
            page="docs/simulate.md"),
        err=True,
    )  # fmt: skip
    state = f"/_simulator/state?account={inputs.accounts[0].account_id}"
    click.echo(f'  curl -H "x-simulator-control: $CONTROL" "$AWS_ENDPOINT_URL{state}"', err=True)
