"""Make a lab of one's own, and test it on the simulated AWS."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from bootstrap.cli import lab_finish, options
from bootstrap.cli.localized import Localized, say
from bootstrap.cli.with_parts import WithParts

_WORDS = ("new", "test", "finish", "teacher")


@click.command(cls=WithParts)
@click.argument("action", metavar="|".join(_WORDS), type=click.Choice(_WORDS), expose_value=False)
def command() -> None:
    """Make a lab of your own, test that it can be done, teach it; finish a lab for teams that have fallen behind.

    \b
    Each has its own --help:
      event-bootstrap lab new NAME      write a small lab that works, to be changed into your own
      event-bootstrap lab test NAME     play a lab from beginning to end on the simulated AWS
      event-bootstrap lab finish LAB TEAM...   write its finished state into the teams' buckets
      event-bootstrap lab teacher       write notes and slides for whoever teaches the labs
    """


assert isinstance(command, WithParts)
command.part(lab_finish.command)


@command.part
@click.command("new", cls=Localized, short_help="Write a small lab that works, to be changed into your own")
@click.argument("name")
@click.option("--title", default="", metavar="TEXT", help="Title of the lab in English.  [default: its name]")
@click.option("--title-zh", default="", metavar="TEXT", help="Title of the lab in Chinese.  [default: that in English]")
@options.event_file
def new(name: str, title: str, title_zh: str, event_path: Path) -> None:
    """Write a small lab into labs/NAME/ beside event.yaml: guides in two languages, with a picture and a question, what
    the tool must prepare, what is in the account when the lab is done, and a solution. `lab test` passes at once.

    It writes files only. Nothing that is there is overwritten, and event.yaml is not changed.

    \b
    Example:
      event-bootstrap lab new pipelines --title "Build a pipeline" --title-zh 构建流水线
    """
    from bootstrap.errors.message import msg
    from bootstrap.event import own_lab

    for path in own_lab.write(event_path.resolve().parent, name, title, title_zh):
        shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
        say(msg("wrote {path}", path=str(shown)))
    say(
        msg("next: under `labs:` in {file} add a line: {line}", file=event_path.name, line=f"  - name: {name}"),
        err=True,
    )
    words = f"event-bootstrap lab test {name}"
    if event_path != Path("event.yaml"):
        words += f" --event {shlex.quote(str(event_path))}"
    say(msg("next: {command}", command=words), err=True)
    say(msg("next: change the files into your lab; docs/own-lab.md goes through them"), err=True)


@command.part
@click.command("test", cls=Localized, short_help="Play a lab from beginning to end on the simulated AWS")
@click.argument("name")
@options.scenario
@options.event_file
def test(name: str, scenario: str, event_path: Path) -> None:
    """Play the lab NAME from beginning to end on the simulated AWS, in virtual time: an account is prepared, none of
    the lab's end states is reached, its solution runs, each of them is reached, and the sweep leaves nothing.

    It prints a line for each of these five, with what was seen, and ends with the first that is otherwise. The lab may
    be a shipped one or your own; event.yaml need not name it. It cannot reach the real AWS.

    \b
    Examples:
      event-bootstrap lab test pipelines
      event-bootstrap lab test ground-truth --scenario today

    Exit codes: 0 all five are as they must be, 1 one is not, 2 bad input.
    """
    from bootstrap.cli.commands import lab_test

    sys.exit(lab_test.test(name, event_path, scenario))


@command.part
@click.command("teacher", cls=Localized, short_help="Write notes and slides for whoever teaches the labs")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("teacher"), show_default=True,
    help="Folder to write to.",
)  # fmt: skip
@options.event_file
def teacher(folder: Path, event_path: Path) -> None:
    """Write the teacher's pack of the event's labs as HTML pages in each language: notes (minutes a section, talking
    points, common mistakes with what `doctor` says then, the answers of all checkpoints), and slides to be shown or
    printed.

    It writes files only; those of an earlier pack are replaced. The texts are in labs/LAB/teacher.yaml.

    \b
    Example:
      event-bootstrap lab teacher --out teacher
    """
    from bootstrap.cli.commands import lab_teacher

    lab_teacher.write(event_path, folder)
