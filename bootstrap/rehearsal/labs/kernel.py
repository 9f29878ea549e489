"""Run a notebook's cells with a kernel, as a notebook instance does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

_LONGEST = 120  # seconds of real time for one cell


class CellFailed(Exception):
    """A cell of the notebook failed; the text is the exception's."""


def run(path: Path, environment: dict[str, str], after_cell: Callable[[str], None]) -> Any:
    """Run the notebook; return it with its outputs, which are also written into the file. Raises CellFailed.

    `after_cell` is called with the source of each code cell after it ran.
    """
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]

    def ran(cell: Any, **_: Any) -> None:
        after_cell(cell.source)

    client = NotebookClient(
        notebook,
        timeout=_LONGEST,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
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
