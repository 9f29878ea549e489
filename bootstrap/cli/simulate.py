"""Keeps a simulated AWS up on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from bootstrap.cli import options


@click.command()
@click.option("--scenario", default="ordinary", show_default=True, metavar="NAME|FILE", help="How AWS behaves.")
@click.option("--seed", default=1, show_default=True, help="The same seed draws the same durations.")
@click.option("--port", default=4599, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@options.files
def command(scenario: str, seed: int, port: int, event_path: Path, roster_path: Path, output: str) -> None:
    """Keep a simulated AWS with the accounts of accounts.csv up on 127.0.0.1, on the real clock, until Ctrl-C.

    \b
    Paste what it prints into another terminal; there every command, and any boto3 program, meets it instead of AWS:
      event-bootstrap simulate
      event-bootstrap provision
    """
    import json

    from bootstrap import rehearsal
    from bootstrap.inputs import Choice, read

    inputs = read(Choice("simulate", event_path, roster_path, output))
    world = rehearsal.world(inputs.event, inputs.accounts, scenario, seed, None)
    with rehearsal.simulated(world, clock="real", port=port) as simulated:
        lines = rehearsal.environment(simulated, inputs.event.region)
        if output == "json":
            click.echo(json.dumps({"type": "simulate", "environment": lines, "control": simulated.control}))
        else:
            for name, value in lines.items():
                click.echo(f"export {name}={value}")
            click.echo("A simulated AWS is up; Ctrl-C ends it, and all that was made in it.", err=True)
        simulated.process.wait()
