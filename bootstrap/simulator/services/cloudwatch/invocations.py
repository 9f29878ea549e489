"""The metrics of endpoints, as SageMaker writes them for each call, by endpoint and variant."""

from __future__ import annotations

from bootstrap.simulator.services.cloudwatch.points import Point
from bootstrap.simulator.world.call import Call

NAMESPACE = "AWS/SageMaker"
# Metrics that SageMaker gives in microseconds; the others are counts without a unit.
LATENCIES = frozenset({"ModelLatency", "OverheadLatency"})
_MODEL, _OVERHEAD = (25_000.0, 60_000.0), (2_000.0, 8_000.0)


def all_of(call: Call) -> dict[tuple[str, str], dict[str, list[Point]]]:
    """Return the points by endpoint and variant, and by metric."""
    made: dict[tuple[str, str], dict[str, list[Point]]] = call.shelf("cloudwatch.invocations").setdefault("all", {})
    return made


def count(call: Call, endpoint: str, variant: str, instances: int, refused: bool) -> None:
    """Count a call. AWS writes both errors of every call, as 0 or 1."""
    series = all_of(call).setdefault((endpoint, variant), {})
    values = {
        "Invocations": 1.0,
        "InvocationsPerInstance": 1.0 / instances,
        "Invocation4XXErrors": float(refused),
        "Invocation5XXErrors": 0.0,
        "ModelLatency": call.draw("model-latency", _MODEL),
        "OverheadLatency": call.draw("overhead-latency", _OVERHEAD),
    }
    for name, value in values.items():
        series.setdefault(name, []).append((call.now, value))


def dimensions(endpoint: str, variant: str) -> list[dict[str, str]]:
    """Return the dimensions of a variant's metrics."""
    return [{"Name": "EndpointName", "Value": endpoint}, {"Name": "VariantName", "Value": variant}]


def series(call: Call, metric: str, asked: list[dict[str, str]]) -> list[Point]:
    """Return the points of a metric, for exactly these dimensions in any order; [] if there are none."""
    wanted = {one["Name"]: one["Value"] for one in asked}
    if wanted.keys() != {"EndpointName", "VariantName"}:
        return []
    return all_of(call).get((wanted["EndpointName"], wanted["VariantName"]), {}).get(metric, [])


def minutes(call: Call, metric: str, endpoint: str, variant: str, end: int, most: int) -> list[float | None]:
    """Return the sums of the `most` minutes before minute `end`, latest first; None for a minute without a value."""
    sums: list[float | None] = [None] * most
    for at, value in reversed(all_of(call).get((endpoint, variant), {}).get(metric, [])):
        back = end - 1 - int(at // 60)
        if back >= most:
            break
        if back >= 0:
            sums[back] = (sums[back] or 0.0) + value
    return sums
