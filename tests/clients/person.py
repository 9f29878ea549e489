"""A person with a terminal into which the lines of `simulate` were pasted."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.needs import absent

REPOSITORY = Path(__file__).parents[2]
INSTALLED = REPOSITORY / ".venv-clients"
TEMPLATES = REPOSITORY / "templates" / "cloudformation"
TEAMS = ("cli-1", "cli-2", "ansible", "sceptre", "boto", "profiles")
OPERATOR = "arn:aws:iam::000011112222:user/organiser"


@dataclass(frozen=True, slots=True)
class Person:
    """`at`: the event's folder, the shell's current one."""

    at: Path
    env: dict[str, str]

    def run(self, *words: str, team: str = "", ok: bool = True, seconds: float = 100) -> str:
        """Return the program's output; `team`: as the owner of that team's account, otherwise as the operator."""
        env = self.env | ({"AWS_PROFILE": f"{team}-owner"} if team else {})
        done = subprocess.run(
            words, cwd=self.at, env=env, capture_output=True, text=True, timeout=seconds, check=False
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert (done.returncode == 0) is ok, f"{words}: {done.returncode}\n{said}"
        return said


def installed(client: str, program: str) -> str:
    """Path of a program that `make clients` installs; the test is left out where there is none."""
    found = INSTALLED / client / "bin" / program
    if not found.exists():
        absent(f"{client} (make clients)")
    return str(found)


def second_version() -> str:
    """Path of an AWS CLI of version 2, as a distribution packages it."""
    found = next(filter(_is_second, ("/usr/bin/aws", "/usr/local/bin/aws")), None)
    return found or absent("AWS CLI version 2")


def _is_second(path: str) -> bool:
    if not Path(path).exists():
        return False
    return subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.startswith(
        "aws-cli/2"
    )
