"""On PYTHONPATH: Python runs it at its start. Where a lab's script or a notebook's cell sleeps, virtual time passes."""

import json
import os
import threading
import time
import urllib.request

_slept = time.sleep


def _clock(body: dict[str, float] | None = None) -> float:
    headers = {"x-simulator-control": os.environ["SIMULATOR_CONTROL"], "content-type": "application/json"}
    address = f"{os.environ['AWS_ENDPOINT_URL']}/_simulator/clock"
    asked = urllib.request.Request(address, json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return float(json.load(answer)["now"])


def _sleep(seconds: float) -> None:
    # Kernels and pools pause in threads of their own, and for moments.
    if threading.current_thread() is threading.main_thread() and seconds >= 1:
        _clock({"now": _clock() + seconds})
    else:
        _slept(seconds)


time.sleep = _sleep  # type: ignore[assignment]
