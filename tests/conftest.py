"""Servers that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.postgresql import Server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; where none is installed the test is left out, but by `make test-all`."""
    from tests.postgresql import binaries, running

    tools = binaries()
    if tools is None:
        missing = "no PostgreSQL server is installed here; make test-all installs one"
        pytest.fail(missing) if os.environ.get("TEST_ALL") else pytest.skip(missing)
    with running(tools) as server:
        yield server
