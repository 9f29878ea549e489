"""Run a notebook's cells with a kernel, as a notebook instance does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from bootstrap.errors import Refused
from bootstrap.errors.message import msg

_LONGEST = 120  # seconds of real time for one cell


class CellFailed(Exception):
    """A cell of the notebook failed; the text is the exception's."""


def run(
    path: Path, environment: dict[str, str], before_cell: Callable[[list[str]], None], after_cell: Callable[[], None]
) -> Any:
    """Run the notebook; return it with its outputs, which are also written into the file.

    `before_cell` is called with the tags of each cell before it runs, `after_cell` after each code cell. Raises
    CellFailed, Refused (EB-612) for what is no notebook, and what these two raise.
    """
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, AttributeError, nbformat.ValidationError):
        # What is no JSON, or JSON of something else, fails in as many ways.
        raise Refused("EB-612", msg("{file} is no notebook that Jupyter can open", file=path.name)) from None

    def begins(cell: Any, **_: Any) -> None:
        before_cell(list(cell.metadata.get("tags", ())))

    def ran(**_: Any) -> None:
        after_cell()

    client = NotebookClient(
        notebook,
        timeout=_LONGEST,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=begins,
        on_cell_executed=ran,
        config=Config({"KernelManager": {"connection_file": str(Path(environment["HOME"]) / "kernel.json")}}),
    )
    try:
        with (Path(environment["HOME"]) / "kernel.txt").open("w", encoding="utf-8") as said:
            client.execute(env=environment, stderr=said)
    except CellExecutionError as error:
        raise CellFailed(f"{error.ename}: {error.evalue}") from None
    except (CellTimeoutError, DeadKernelError) as error:
        raise CellFailed(str(error)) from None
    finally:
        nbformat.write(notebook, path)  # type: ignore[no-untyped-call]
    return notebook
