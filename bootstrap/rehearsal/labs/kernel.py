"""A notebook's cells, run one after the other by a kernel, as on a notebook instance."""

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
    """What the cell's exception said."""


def run(path: Path, environment: dict[str, str], after_cell: Callable[[str], None]) -> Any:
    """The notebook with its outputs, which are written into the file too. Raises CellFailed.

    `after_cell` is given each code cell's source when it has run.
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
