"""A command as a process that Ctrl-C reaches, however the tests were started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_MAIN = "from bootstrap.cli import main; main()"


def begun(cwd: Path, env: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    """Start `event-bootstrap WORDS` in the folder; stdout and stderr are pipes of text."""
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", _MAIN, *words], cwd=cwd, env={**os.environ, **env}, stdout=pipe, stderr=pipe, text=True,
        # Whoever starts the tests in the background of a shell has Ctrl-C ignored by all that comes after.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
