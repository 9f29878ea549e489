"""Commands that are forked from one process that has everything imported: each saves a second of start-up.

A forked command is a process of its own, with its own folder and environment, that runs the same `main`. Tests of the
start itself, of signals and of the terminal's encoding start a real one.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from socket import send_fds, socket
from tempfile import TemporaryFile

from tests.forked_simulator import forking


def run(words: Sequence[str], cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `event-bootstrap WORDS` in the folder; the environment is this process's with `env`. Output is UTF-8."""
    asked = json.dumps({"words": list(words), "cwd": str(cwd), "env": {**os.environ, **env}}).encode()
    read_end, write_end = os.pipe()
    with TemporaryFile() as out, TemporaryFile() as errors, os.fdopen(read_end, "rb") as ended:
        send_fds(_parent(), [asked], [out.fileno(), errors.fileno(), write_end])
        os.close(write_end)
        said = ended.read()
        assert said, "the command's process has ended without a status"
        texts = []
        for each in (out, errors):
            each.seek(0)
            texts.append(each.read().decode())
    return subprocess.CompletedProcess(["event-bootstrap", *words], int(said), *texts)


@cache
def _parent() -> socket:
    return forking("tests.forking_commands")
