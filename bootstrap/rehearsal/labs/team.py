"""The team that is played: its account, its terminal, and what stands in the account behind its back."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.clock import Clock
from bootstrap.errors import Refused, clean
from bootstrap.event import shipped
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.people import team_roles
from bootstrap.people.team_roles import Role, RoleCredentials
from bootstrap.rehearsal.labs import guide
from bootstrap.rehearsal.labs.terminal import Terminal
from bootstrap.rehearsal.simulated import Simulated

# Where a team's values stand in capitals in the guides. What a team has to find out in lab 3 is what one would find.
_FOUND = {"METRIC": "validation:accuracy", "GOAL": "Maximize"}
_FOUND |= {"PARAMETER": "learning_rate", "LOW": "0.001", "HIGH": "0.05"}


class LineFailed(Exception):
    """A line of a guide ended with an error; `said` is all that it wrote on stderr."""

    def __init__(self, line: str, said: str) -> None:
        super().__init__(line)
        self.line, self.said = line, said


@dataclass
class Team:
    """`session` is the tool's own way into the account; people act as the participant role. `clock` follows the
    simulator's, which scripts move."""

    account: TeamAccount
    event: Event
    simulated: Simulated
    session: AccountSession
    clock: Clock
    terminal: Terminal

    @cached_property
    def names(self) -> Names:
        return Names.of(self.event, self.account)

    def lines(self, lab: str) -> list[str]:
        """What the lab's guide says to type, with this team's values. Raises Refused (EB-614)."""
        folder = shipped.lab_folders(self.event.folder)[lab]
        try:
            found = guide.commands(folder / "guide.md")
        except ValueError as error:
            raise Refused("EB-614", f"labs/{lab}/guide.md: `{error}` is no line that can be played") from None
        values = _FOUND | {"BUCKET": self.names.bucket, "EVENT": self.event.name, "TEAM": self.account.team}
        return [guide.filled(line, values) for line in found]

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """As the participant. Raises LineFailed."""
        try:
            done = self.terminal.run(line, self.keys(), self.account.region)
        except subprocess.TimeoutExpired as late:
            raise LineFailed(line, f"no end after {late.timeout:.0f} s") from None
        if done.returncode:
            raise LineFailed(line, done.stderr)
        return done

    def keys(self) -> RoleCredentials:
        """Of the participant role, for an hour from now."""
        self.clock.sleep(self.simulated.now() - self.clock.now())
        return team_roles.credentials(self.session, self.event, Role.PARTICIPANT, self.account.team)

    def wait(self, seconds: float) -> None:
        self.simulated.move(self.simulated.now() + seconds)

    def state(self) -> Any:
        return self.simulated.state(self.account.account_id, self.account.region)

    def workers(self) -> list[str]:
        """Who may label, by their names in the portal."""
        pools = self.state()["user_pools"]
        return [user["name"] for pool in pools for user in pool["users"] if self.names.worker_group in user["groups"]]

    def classes(self) -> list[str]:
        """Those that the labs choose from."""
        said = json.loads(self.stored("labels.json"))
        return [each["label"] for each in said["labels"]]

    def stored(self, key: str) -> str:
        """A text in the team's bucket."""
        body = self.session.client("s3").get_object(Bucket=self.names.bucket, Key=key)["Body"]
        return str(body.read().decode())

    def home(self, path: str) -> Path:
        return self.terminal.home / path


def last_line(said: str) -> str:
    """The last that was said, without secrets."""
    lines = said.strip().splitlines()
    return clean(lines[-1]) if lines else "without a word"
