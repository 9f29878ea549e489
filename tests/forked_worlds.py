"""Runs a function in a process forked from one that has the tool and the simulated AWS loaded (`tests.one_process`)."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from typing import Any, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


def in_a_fork(function: Callable[[Asked], Answer], asked: Asked) -> Answer:
    """Return `function(asked)`, all of which can be pickled. Raises RuntimeError with the function's traceback."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = _forking().Process(target=_run, args=(there, function, asked))
    process.start()
    there.close()
    try:
        good, answer = here.recv()
    except EOFError:
        good, answer = False, "the process ended without an answer"
    process.join()
    here.close()
    if not good:
        raise RuntimeError(answer)
    made: Answer = answer
    return made


@cache
def _forking() -> Any:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.loaded_world"])
    return made


def _run(to: Connection, function: Callable[[Any], Any], asked: Any) -> None:
    try:
        to.send((True, function(asked)))
    except Exception:  # noqa: BLE001  it is told to who asked
        to.send((False, traceback.format_exc()))
    to.close()
    # Freeing a large world object by object takes seconds.
    os._exit(0)
