"""A participant's terminal: commands as processes of their own, which reach nothing but the simulated AWS."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bootstrap.people.team_roles import RoleCredentials
from bootstrap.rehearsal.simulated import Simulated, environment

VIRTUAL_TIME = Path(__file__).parent / "virtual_time"
_LONGEST = 300  # seconds of real time; what waits in a lab waits in virtual time


@dataclass(slots=True)
class Terminal:
    """`home` is the participant's own folder, where `terminal.txt` shows what was typed and answered."""

    simulated: Simulated
    home: Path

    def run(self, line: str, keys: RoleCredentials, region: str) -> subprocess.CompletedProcess[str]:
        """Run one line, which `guide.commands` has let pass, as whoever the keys are."""
        # CloudShell knows its region; the labs' scripts are to take theirs from event.json.
        known = {"AWS_DEFAULT_REGION": region} if line.startswith("aws ") else {}
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=self.home,
            env=self.environment(keys) | known,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
        self.keep(line, f"{done.stdout}{done.stderr}")
        return done

    def keep(self, line: str, answered: str) -> None:
        """What was typed and answered, for people who want to look."""
        with (self.home / "terminal.txt").open("a", encoding="utf-8") as kept:
            kept.write(f"$ {line}\n{answered}\n")

    def environment(self, keys: RoleCredentials) -> dict[str, str]:
        """Nothing of this machine's but the programs."""
        return environment(self.simulated) | {
            "AWS_ACCESS_KEY_ID": keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
            "AWS_SESSION_TOKEN": keys.session_token,
            "SIMULATOR_CONTROL": self.simulated.control,
            "HOME": str(self.home),
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
            "PYTHONPATH": str(VIRTUAL_TIME),
        }
