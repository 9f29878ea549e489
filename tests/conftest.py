"""What tests of the whole tree share: a PostgreSQL server, and places for a journal."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.needs import absent

if TYPE_CHECKING:
    from tests.postgresql import Server


def pytest_configure(config: pytest.Config) -> None:
    """Give all tests one cache that is not the user's: the pictures are packed once. Worker processes inherit it."""
    if not hasattr(config, "workerinput"):
        cache = os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="event-bootstrap-tests-")
        config.add_cleanup(lambda: shutil.rmtree(cache, ignore_errors=True))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; where none is installed the test is left out, but by `make test-all`."""
    from tests.postgresql import binaries, running

    tools = binaries()
    if tools is None:
        absent("PostgreSQL server")
    with running(tools) as server:
        yield server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "journal.sqlite"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def where(request: pytest.FixtureRequest, path: Path) -> str:
    """A new journal's file, or the URL of a new database."""
    url: str = request.getfixturevalue("postgresql").database() if request.param == "postgresql" else str(path)
    return url
