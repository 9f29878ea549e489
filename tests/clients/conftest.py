"""One `event-bootstrap simulate` for all clients of a test process: an account each, so that none waits for another."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.cli.test_commands import COMMAND
from tests.clients.person import TEAMS, Person
from tests.runs import folder

# Clients look again after 5 or 30 seconds: what they wait for is there at the first look.
_QUICK = """
extends: ordinary
stacks: {create_seconds: [1, 2], update_seconds: [1, 2], delete_seconds: [1, 2], change_set_seconds: [0.1, 0.2]}
notebooks: {start_seconds: [1, 2], stop_seconds: [1, 2]}
iam: {role_ready_seconds: [0.1, 0.2]}
"""
# At this speed a role's hour is half a minute.
_SPEED = 120


@pytest.fixture(scope="session")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    at = folder(tmp_path_factory.mktemp("clients"))
    (at / "quick.yaml").write_text(_QUICK, encoding="utf-8")
    rows = [f"{team},{100200300400 + n}" for n, team in enumerate(TEAMS, 1)]
    (at / "accounts.csv").write_text("\n".join(["team,account_id", *rows, ""]), encoding="utf-8")
    command = [*COMMAND, "simulate", "--port", "0", "--output", "json", "--speed", str(_SPEED), "--without-access"]
    process = subprocess.Popen([*command, "--scenario", "quick.yaml"], cwd=at, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        # The AWS CLI and Ansible keep files under the home folder.
        yield Person(at, kept | said["environment"] | {"HOME": str(at), "AWS_PAGER": ""})
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
