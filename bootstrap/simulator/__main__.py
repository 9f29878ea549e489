"""Run the server: python -m bootstrap.simulator --world FILE.json. It serves until it is stopped."""

from __future__ import annotations

import argparse
import gc
import json
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from bootstrap.simulator.http.server import Server


def main() -> None:
    """Start the server; when it is up, print {"url": ..., "control": TOKEN} on one line.

    If it cannot start, print {"trouble": "package" | "world" | "port", "cause": ...} instead, and exit with 1.
    """
    chosen = _arguments()
    if find_spec("moto") is None:
        _cannot_start("package", "No module named 'moto'")
    # moto would load about a thousand managed policies, which takes seconds.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"
    token = secrets.token_hex(16)
    server = _server(chosen, token)
    if chosen.while_parent:
        threading.Thread(target=_watch, args=(chosen.while_parent, server.shutdown), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    # The world's objects are never freed: scanning them for garbage would take a tenth of a rehearsal's time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    # A request may wait for the settler's thread to yield: at most this long, not Python's usual 5 ms.
    sys.setswitchinterval(0.0005)
    sys.stdout.write(json.dumps({"url": server.url, "control": token}) + "\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        server.server_close()
    # Freeing a large world object by object takes seconds, and the parent process waits for it.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bootstrap.simulator", description="A simulated AWS.")
    parser.add_argument("--world", required=True, type=Path, help="JSON file: scenario, seed, accounts")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--clock", choices=["virtual", "real"], default="virtual")
    parser.add_argument(
        "--speed", type=float, default=1.0, help="speed of the real clock, relative to this machine's clock"
    )
    parser.add_argument("--while-parent", type=int, help="exit when the process with this id has ended")
    return parser.parse_args()


def _server(chosen: argparse.Namespace, token: str) -> Server:
    """Build the world and its server; end the process if that fails."""
    try:
        from bootstrap.simulator.http.server import Server
        from bootstrap.simulator.in_process import clients
        from bootstrap.simulator.world.opening import open_world
        from bootstrap.simulator.world.world import WorldFile
    except ModuleNotFoundError as error:
        _cannot_start("package", str(error))

    clients.share_loader()
    try:
        made_of = WorldFile.model_validate_json(chosen.world.read_text(encoding="utf-8"))
        world = open_world(made_of, chosen.clock, chosen.speed)
    except (ValueError, OSError) as error:
        _cannot_start("world", " ".join(str(error).split()))
    try:
        return Server(world, chosen.port, token)
    except OSError as error:
        _cannot_start("port", str(error.strerror))


def _cannot_start(trouble: str, cause: str) -> NoReturn:
    sys.stdout.write(json.dumps({"trouble": trouble, "cause": cause}) + "\n")
    sys.stdout.flush()
    sys.exit(1)


def _watch(pid: int, shutdown: Callable[[], None]) -> None:
    """Stop the server when the parent ends, so that a killed rehearsal leaves no simulator behind."""
    while os.getppid() == pid:
        time.sleep(1)
    shutdown()


if __name__ == "__main__":
    main()
