"""A call that AWS does not answer, in virtual time: the clock passes the read timeout, and nobody waits for it."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ReadTimeoutError

from bootstrap.engine.clock import VirtualClock

# What the simulated AWS sends in place of silence, if its clock is virtual.
_MARK = "x-simulated-silence"


def outlast(clock: VirtualClock, client: Any) -> None:
    """Make a boto client meet silence as it does in real time: by its own read timeout."""

    def answered(response_dict: Any, **_: Any) -> None:
        if _MARK in response_dict["headers"]:
            clock.sleep(client.meta.config.read_timeout)
            raise ReadTimeoutError(endpoint_url=client.meta.endpoint_url)

    client.meta.events.register_first("before-parse", answered)
