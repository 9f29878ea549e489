"""Ctrl-C while the program is loaded: the process ends at once, without Python's traceback. Imported first."""

from __future__ import annotations

import signal
import threading

# Signals can be set in the main thread only; who imports the command line elsewhere keeps what there is.
_MAIN = threading.current_thread() is threading.main_thread()
_BEFORE = signal.signal(signal.SIGINT, signal.SIG_DFL) if _MAIN else None


def loaded() -> None:
    """Give Ctrl-C back: from now on `main` says that it was interrupted."""
    if _MAIN:
        signal.signal(signal.SIGINT, _BEFORE)
