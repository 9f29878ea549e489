"""Keeps a simulated AWS up on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bootstrap.cli import options
from bootstrap.cli.localized import Localized

if TYPE_CHECKING:
    from bootstrap.cli.commands.choice import Choice
    from bootstrap.event.inputs import Inputs
    from bootstrap.report.documents import SimulateDocument


# At 600 the hour of an assumed role lasts for six seconds; faster, it would end before it is used.
_FASTEST = 600


@click.command(cls=Localized)
@options.scenario
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same durations.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4599,
    show_default=True,
    help="Port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--speed",
    type=click.FloatRange(1, _FASTEST),
    default=1,
    show_default=True,
    help="How many times as fast as this machine's clock the simulated one runs.",
)
@options.files
def command(
    scenario: str, seed: int, port: int, speed: float, event_path: Path, roster_path: Path, output: str
) -> None:  # fmt: skip
    """Keep a simulated AWS with the accounts of accounts.csv up on 127.0.0.1, until Ctrl-C.

    \b
    Paste what it prints into another terminal; there every command, the AWS CLI and any boto3 program
    meet it instead of AWS. Each team's account is a profile:
      event-bootstrap simulate --speed 60
      event-bootstrap provision
      aws --profile team-1 cloudformation list-stacks
    """
    from bootstrap.cli.commands.choice import Choice, read
    from bootstrap.engine.run_kind import RunKind
    from bootstrap.rehearsal import simulated as rehearsal

    choice = Choice(RunKind.SIMULATE, event_path, roster_path, output)
    inputs = read(choice)
    world = rehearsal.world(inputs.event, inputs.accounts, scenario, seed, None)
    with rehearsal.simulated(world, clock="real", port=port, speed=speed) as simulated:
        lines = rehearsal.environment(simulated) | _files(choice, inputs)
        _show(lines, inputs, output, speed, simulated.control)
        simulated.outlast()


def _files(choice: Choice, inputs: Inputs) -> dict[str, str]:
    """The variables that lead to the profiles, and to a journal apart from that of the real AWS."""
    from bootstrap.errors import BadInput, Problem
    from bootstrap.rehearsal import profiles

    folder = choice.folder / "simulate"
    journal = folder / "journal.sqlite"
    try:
        lines = profiles.write(folder, inputs.event, inputs.accounts)
        # It tells of a simulated AWS that is gone.
        journal.unlink(missing_ok=True)
    except OSError as error:
        fix = "Make room for the folder beside event.yaml, or work in a folder that you may write"
        raise BadInput([Problem("EB-409", f"cannot be written to: {error.strerror}", str(folder), fix=fix)]) from None
    return lines | {"EVENT_BOOTSTRAP_JOURNAL": str(journal)}


def _show(lines: dict[str, str], inputs: Inputs, output: str, speed: float, control: str) -> None:
    import json
    import os
    import shlex

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
    # Of the shell alone: a program of the event has no use for it.
    click.echo(f"CONTROL={control}")
    pace = "as fast as this machine's clock" if speed == 1 else f"{speed:g} times as fast as this machine's clock"
    click.echo(f"A simulated AWS is up, {pace}; Ctrl-C ends it, and all that was made in it.", err=True)
    example = shlex.quote(inputs.accounts[0].team)
    click.echo("The keys are the operator's, who may only assume roles. Each team's account is a profile:", err=True)
    click.echo(f"  aws --profile {example} cloudformation list-stacks", err=True)
    click.echo(
        "What people do by hand (label, confirm subscriptions, read mail) goes by $CONTROL; see README:", err=True
    )
    state = f"/_simulator/state?account={inputs.accounts[0].account_id}"
    click.echo(f'  curl -H "x-simulator-control: $CONTROL" "$AWS_ENDPOINT_URL{state}"', err=True)
