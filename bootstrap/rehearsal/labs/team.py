"""The team that is played: its account, its terminal, and what is in the account."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.clock import Clock
from bootstrap.errors import Refused, clean
from bootstrap.errors.message import Message, msg
from bootstrap.event import shipped
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people import team_roles
from bootstrap.people.team_roles import Role, RoleCredentials
from bootstrap.rehearsal.labs import guide
from bootstrap.rehearsal.labs.terminal import Terminal
from bootstrap.rehearsal.simulated import Simulated


class LineFailed(Exception):
    """A line of a guide failed. `said`: everything it wrote on stderr; `exit_code`: None if it did not end."""

    def __init__(self, line: str, said: str, exit_code: int | None = None) -> None:
        super().__init__(line)
        self.line, self.said, self.exit_code = line, said, exit_code


@dataclass
class Team:
    """The team. `session` is the tool's own session; people act as the participant role.

    `clock` follows the simulator's clock, which scripts move.
    """

    account: TeamAccount
    event: Event
    simulated: Simulated
    session: AccountSession
    clock: Clock
    terminal: Terminal

    @cached_property
    def names(self) -> Names:
        return Names.of(self.event, self.account)

    def lines(self, lab: str, found: Mapping[str, str]) -> list[str]:
        """Return the commands of the lab's guide with this team's values, and with those that it has found out itself.

        Raises Refused (EB-614).
        """
        folder = shipped.lab_folders(self.event.folder)[lab]
        try:
            typed = guide.commands(folder / "guide.md")
        except ValueError as error:
            words = msg("labs/{lab}/guide.md: the line `{line}` cannot be run", lab=lab, line=str(error))
            raise Refused("EB-614", words) from None
        return [self.filled(line, found) for line in typed]

    def filled(self, line: str, found: Mapping[str, str] = MappingProxyType({})) -> str:
        """Return a command with this team's values in place of the words in capitals, and with those of `found`."""
        values = {
            "ACCOUNT": self.account.account_id,
            "BUCKET": self.names.bucket,
            "EVENT": self.event.name,
            "REGION": self.account.region,
            "TEAM": self.account.team,
        }
        if "SAMPLES" in line:
            said = json.loads(self.stored("classes.json"))
            values |= {"CLASSES": str(said["num_classes"]), "SAMPLES": str(said["num_training_samples"])}
        return guide.filled(line, {**values, **found})

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line as the participant. Raises LineFailed."""
        try:
            done = self.terminal.run(line, self.keys(), self.account.region)
        except subprocess.TimeoutExpired as late:
            raise LineFailed(line, msg("not finished after {seconds} s", seconds=round(late.timeout))) from None
        if done.returncode:
            raise LineFailed(line, done.stderr, done.returncode)
        return done

    def keys(self) -> RoleCredentials:
        """Return keys of the participant role, valid for an hour from now."""
        self.catch_up()
        return team_roles.credentials(self.session, self.event, Role.PARTICIPANT, self.account.team)

    def catch_up(self) -> None:
        """Bring the tool's clock to the simulator's, which scripts and cells have moved."""
        self.clock.sleep(self.simulated.now() - self.clock.now())

    def wait(self, seconds: float) -> None:
        """Move the simulator's clock forward."""
        self.simulated.move(self.simulated.now() + seconds)

    def state(self) -> Any:
        """Return the resources of the account, read from the simulator itself."""
        return self.simulated.state(self.account.account_id, self.account.region)

    def workers(self) -> list[str]:
        """Return the names in the portal of everybody who may label."""
        pools = self.state()["user_pools"]
        return [user["name"] for pool in pools for user in pool["users"] if self.names.worker_group in user["groups"]]

    def classes(self) -> list[str]:
        """Return the classes that the labs use; [] if the labs have no pictures."""
        try:
            said = json.loads(self.stored("labels.json"))
        except ClientError as error:
            if not aws_errors.absent(error):
                raise
            return []
        return [each["label"] for each in said["labels"]]

    def stored(self, key: str) -> str:
        """Return the text of an object in the team's bucket."""
        body = self.session.client("s3").get_object(Bucket=self.names.bucket, Key=key)["Body"]
        return str(body.read().decode())

    def home(self, path: str) -> Path:
        """Return a path in the participant's folder."""
        return self.terminal.home / path


def last_line(said: str) -> str:
    """Return the last line of an output, without secrets."""
    if isinstance(said, Message):
        return said
    lines = said.strip().splitlines()
    return clean(lines[-1]) if lines else msg("no output")
