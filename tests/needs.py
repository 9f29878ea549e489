"""What some tests need beside the Python packages."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Leaves the test out, but for `make test-all`, which installs what is needed and then wants it there."""
    if os.environ.get("TEST_ALL"):
        pytest.fail(f"{what} is not there, though make test-all was to install it")
    pytest.skip(f"no {what} here; make test-all installs it")
