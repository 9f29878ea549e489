"""A participant's terminal: it runs commands as processes that reach only the simulated AWS."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bootstrap.people.team_roles import RoleCredentials
from bootstrap.rehearsal.simulated import Simulated, environment

VIRTUAL_TIME = Path(__file__).parent / "virtual_time"
_OF_THE_SHELL = re.compile(r"aws |python3 labs/[\w-]+/solution/")
_LONGEST = 300  # seconds of real time; waiting in a lab takes virtual time


@dataclass(slots=True)
class Terminal:
    """`home` is the participant's folder; its file terminal.txt has all commands and outputs."""

    simulated: Simulated
    home: Path

    def run(self, line: str, keys: RoleCredentials, region: str) -> subprocess.CompletedProcess[str]:
        """Run one line that `guide.commands` has allowed, with these keys. Raises TimeoutExpired.

        What the line has begun ends with it if it takes too long or Ctrl-C is pressed.
        """
        # CloudShell knows its region; the scripts that teams get must take theirs from event.json.
        known = {"AWS_DEFAULT_REGION": region} if _OF_THE_SHELL.match(line) else {}
        with subprocess.Popen(
            ["/bin/sh", "-c", line],
            cwd=self.home,
            env=self.environment(keys) | known,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            # A script may print the bytes of an object.
            errors="replace",
            start_new_session=True,
        ) as begun:
            try:
                out, err = begun.communicate(timeout=_LONGEST)
            except BaseException:
                with suppress(ProcessLookupError):
                    os.killpg(begun.pid, signal.SIGKILL)
                self.keep(line, "".join(begun.communicate()))
                raise
        self.keep(line, f"{out}{err}")
        return subprocess.CompletedProcess(line, begun.returncode, out, err)

    def keep(self, line: str, answered: str) -> None:
        """Append a command and its output to terminal.txt."""
        with (self.home / "terminal.txt").open("a", encoding="utf-8") as kept:
            kept.write(f"$ {line}\n{answered}\n")

    def environment(self, keys: RoleCredentials) -> dict[str, str]:
        """Return the environment: nothing of this computer except its programs."""
        return environment(self.simulated) | {
            "AWS_ACCESS_KEY_ID": keys.access_key_id,
            "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
            "AWS_SESSION_TOKEN": keys.session_token,
            "SIMULATOR_CONTROL": self.simulated.control,
            # Just above the target of the labs' endpoint: each call takes the rehearsal some milliseconds.
            "LAB_LOAD_PER_MINUTE": "54",
            "HOME": str(self.home),
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))),
            "PYTHONPATH": str(VIRTUAL_TIME),
        }
