from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulated import Simulated, running


@pytest.fixture(scope="session")
def aws() -> Iterator[Simulated]:
    """One simulator for all tests; each makes an account of its own in it."""
    with running(hub_buckets=["event-hub"]) as simulated:
        yield simulated
