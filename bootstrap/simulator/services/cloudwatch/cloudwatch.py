"""CloudWatch's metrics, as training jobs write them for each epoch and endpoints for each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bootstrap.simulator.services.cloudwatch import alarms, invocations
from bootstrap.simulator.services.cloudwatch.points import Point
from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_NAMESPACE = "/aws/sagemaker/TrainingJobs"
_FINE_PERIODS = (1, 5, 10, 20, 30)
_MOST_POINTS = 1_440
_STATISTICS: dict[str, Callable[[list[float]], float]] = {
    "Average": lambda values: sum(values) / len(values),
    "Minimum": min,
    "Maximum": max,
    "Sum": sum,
    "SampleCount": len,
}


def _jobs(call: Call) -> dict[str, dict[str, list[Point]]]:
    """Return the measured points by job and metric."""
    return call.shelf("cloudwatch.training-jobs")


def measure(call: Call, job: str, series: dict[str, list[Point]]) -> None:
    """Store a job's metrics; points in the future become visible at their time."""
    _jobs(call)[job] = series


def cut(call: Call, job: str) -> None:
    """Drop the job's future points, because the job has ended."""
    for points in _jobs(call).get(job, {}).values():
        points[:] = [point for point in points if point[0] <= call.now]


def _dimensions(job: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the dimensions of the algorithm's metrics, which the SageMaker SDK reads, and of instance metrics."""
    return {"Name": "TrainingJobName", "Value": job}, {"Name": "Host", "Value": f"{job}/algo-1"}


def _series(call: Call, metric: dict[str, Any]) -> list[Point]:
    if metric["Namespace"] == invocations.NAMESPACE:
        return invocations.series(call, metric["MetricName"], metric.get("Dimensions", []))
    if metric["Namespace"] != _NAMESPACE:
        raise Refusal("NotSimulated", f"cloudwatch:{call.operation} for {metric['Namespace']} is not simulated")
    asked = metric.get("Dimensions", [])
    for job, series in _jobs(call).items():
        if len(asked) == 1 and asked[0] in _dimensions(job):
            return [point for point in series.get(metric["MetricName"], []) if point[0] <= call.now]
    return []


def _buckets(call: Call, metric: dict[str, Any], period: int) -> dict[int, list[float]]:
    """Return the values by the start of their period; EndTime is exclusive."""
    start, end = call.params["StartTime"].timestamp(), call.params["EndTime"].timestamp()
    if start >= end:
        raise Refusal("InvalidParameterValue", "The parameter StartTime must be less than the parameter EndTime.")
    if period not in _FINE_PERIODS and period % 60:
        raise Refusal(
            "InvalidParameterValue", "The parameter Period must be a multiple of 60, or one of 1, 5, 10, 20, 30."
        )
    found: dict[int, list[float]] = {}
    for at, value in _series(call, metric):
        bucket = int(at // period) * period
        if start // period * period <= bucket < end:
            found.setdefault(bucket, []).append(value)
    return found


def get_statistics(call: Call) -> dict[str, Any]:
    """Return statistics, in order of time; AWS returns them in any order."""
    params = call.params
    for key in ("ExtendedStatistics", "Unit"):
        if key in params:
            raise Refusal("NotSimulated", f"cloudwatch:GetMetricStatistics with {key} is not simulated")
    if "Statistics" not in params:
        raise Refusal(
            "MissingParameter", "At least one of the parameters Statistics and ExtendedStatistics must be specified."
        )
    buckets = _buckets(call, params, params["Period"])
    points = int((params["EndTime"] - params["StartTime"]).total_seconds() // params["Period"])
    if points > _MOST_POINTS:
        raise Refusal(
            "InvalidParameterCombination",
            f"You have requested up to {points} datapoints, which exceeds the limit of 1,440.",
        )
    unit = "Microseconds" if params["MetricName"] in invocations.LATENCIES else "None"
    return {
        "Label": params["MetricName"],
        "Datapoints": [
            {"Timestamp": moment(at), "Unit": unit}
            | {name: float(_STATISTICS[name](values)) for name in params["Statistics"]}
            for at, values in sorted(buckets.items())
        ],
    }


def get_data(call: Call) -> dict[str, Any]:
    """Return metric data, newest first unless ScanBy says otherwise."""
    ascending = call.params.get("ScanBy") == "TimestampAscending"
    return {
        "MetricDataResults": [
            _result(call, query, ascending)
            for query in call.params["MetricDataQueries"]
            if query.get("ReturnData", True)
        ]
    }


def _result(call: Call, query: dict[str, Any], ascending: bool) -> dict[str, Any]:
    asked = query.get("MetricStat")
    if asked is None or asked["Stat"] not in _STATISTICS:
        what = asked["Stat"] if asked else "an Expression"
        raise Refusal("NotSimulated", f"cloudwatch:GetMetricData with {what} is not simulated")
    found = sorted(_buckets(call, asked["Metric"], asked["Period"]).items(), reverse=not ascending)
    return {
        "Id": query["Id"],
        "Label": query.get("Label", asked["Metric"]["MetricName"]),
        "Timestamps": [moment(at) for at, _ in found],
        "Values": [float(_STATISTICS[asked["Stat"]](values)) for _, values in found],
        "StatusCode": "Complete",
    }


def list_metrics(call: Call) -> dict[str, Any]:
    """List the metrics that have a value."""
    params = call.params
    found = [
        {"Namespace": _NAMESPACE, "MetricName": name, "Dimensions": [dimension]}
        for job, series in _jobs(call).items()
        for name, points in series.items()
        for dimension in _dimensions(job)
        if points and points[0][0] <= call.now
    ]
    found += [
        {"Namespace": invocations.NAMESPACE, "MetricName": name, "Dimensions": invocations.dimensions(*named)}
        for named, series in invocations.all_of(call).items()
        for name in series
    ]
    shown = [
        one
        for one in found
        if params.get("Namespace", one["Namespace"]) == one["Namespace"]
        and params.get("MetricName", one["MetricName"]) == one["MetricName"]
        and all(_has(one, wanted) for wanted in params.get("Dimensions", []))
    ]
    start = paging.start(params.get("NextToken"), "InvalidParameterValue")
    more = {"NextToken": str(start + 500)} if len(shown) > start + 500 else {}
    return {"Metrics": shown[start : start + 500], **more}


def _has(metric: dict[str, Any], wanted: dict[str, str]) -> bool:
    return any(
        one["Name"] == wanted["Name"] and wanted.get("Value", one["Value"]) == one["Value"]
        for one in metric["Dimensions"]
    )


OPERATIONS = {
    **alarms.OPERATIONS,
    "GetMetricStatistics": get_statistics,
    "GetMetricData": get_data,
    "ListMetrics": list_metrics,
}
VIEWS = alarms.VIEWS
