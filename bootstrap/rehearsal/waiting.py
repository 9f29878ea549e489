"""Waiting in virtual time: nobody waits, but the time counts, here and for the simulated AWS."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ReadTimeoutError

from bootstrap.engine.clock import VirtualClock

# What the simulated AWS sends in place of silence, if its clock is virtual.
_MARK = "x-simulated-silence"
# What the simulated AWS reads: seconds that the caller has waited since the virtual clock was last moved.
_WAITED = "X-Simulated-Wait"


def live_through(clock: VirtualClock, client: Any) -> None:
    """Make a boto client take part in the clock's time: both of the below."""
    outlast(clock, client)
    tell_waits(clock, client)


def outlast(clock: VirtualClock, client: Any) -> None:
    """Make a boto client meet silence as it does in real time: by its own read timeout. The clock passes it."""

    def answered(response_dict: Any, **_: Any) -> None:
        if _MARK in response_dict["headers"]:
            clock.sleep(client.meta.config.read_timeout)
            raise ReadTimeoutError(endpoint_url=client.meta.endpoint_url)

    client.meta.events.register_first("before-parse", answered)


def tell_waits(clock: VirtualClock, client: Any) -> None:
    """Make a boto client say how long a visit has waited: limits of calls a second must know of a retry's pause."""

    def sent(request: Any, **_: Any) -> None:
        if clock.slept:
            request.headers[_WAITED] = repr(clock.slept)

    # The signature does not cover it.
    client.meta.events.register("before-send", sent)
