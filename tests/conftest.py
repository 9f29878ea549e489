"""Servers that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.needs import absent

if TYPE_CHECKING:
    from tests.postgresql import Server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; where none is installed the test is left out, but by `make test-all`."""
    from tests.postgresql import binaries, running

    tools = binaries()
    if tools is None:
        absent("PostgreSQL server")
    with running(tools) as server:
        yield server
