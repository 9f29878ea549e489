"""The hyper-parameters of image-classification that a tuning job can vary, and the values that it draws."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

# The only objective that AWS allows for this algorithm.
_OBJECTIVE, _DIRECTION = "validation:accuracy", "Maximize"
_CONTINUOUS, _INTEGER, _CATEGORICAL = "Continuous", "Integer", "Categorical"


class _Tunable(NamedTuple):
    kind: str
    low: float = 0
    high: float = 0
    values: tuple[str, ...] = ()


_TUNABLE = {
    "learning_rate": _Tunable(_CONTINUOUS, 1e-6, 0.5),
    "mini_batch_size": _Tunable(_INTEGER, 8, 512),
    "optimizer": _Tunable(_CATEGORICAL, values=("sgd", "adam", "rmsprop", "nag")),
    "momentum": _Tunable(_CONTINUOUS, 0, 0.999),
    "weight_decay": _Tunable(_CONTINUOUS, 0, 0.999),
    "beta_1": _Tunable(_CONTINUOUS, 1e-6, 0.999),
    "beta_2": _Tunable(_CONTINUOUS, 1e-6, 0.999),
    "eps": _Tunable(_CONTINUOUS, 1e-8, 1),
    "gamma": _Tunable(_CONTINUOUS, 1e-8, 0.999),
}


def check_objective(objective: dict[str, str], image: str) -> None:
    """Raise Refusal for an objective that the algorithm does not have."""
    metric, direction = objective["MetricName"], objective["Type"]
    if metric != _OBJECTIVE:
        raise _no(
            f"The objective metric for the hyperparameter tuning job, [{metric}], isn't valid for the [{image}] "
            f"algorithm. Choose a valid objective metric: [{_OBJECTIVE}]."
        )
    if direction != _DIRECTION:
        raise _no(
            f"The objective metric type, [{direction}], that you specified for objective metric, [{metric}], isn't "
            f"valid for the [{image}] algorithm. Choose a valid objective metric type."
        )


def check_ranges(ranges: dict[str, Any], static: dict[str, str]) -> None:
    """Raise Refusal for a parameter that cannot be tuned, or a range that is too wide."""
    if ranges.get("AutoParameters"):
        raise Refusal("NotSimulated", "AutoParameters are not simulated")
    seen: set[str] = set()
    for kind, one in _each(ranges):
        name = one["Name"]
        if name in seen:
            raise _no(f"The hyperparameter {name} has more than one range.")
        seen.add(name)
        if name in static:
            raise _no(
                f"The hyperparameter {name} is both static and tunable: a hyperparameter may be only one of them."
            )
        _check_range(kind, one)
    if not seen:
        raise _no("A hyperparameter tuning job needs a range of at least one hyperparameter.")


def drawn(call: Call, ranges: dict[str, Any]) -> dict[str, str]:
    """Draw a value for each hyper-parameter that has a range."""
    return {one["Name"]: _DRAWS[kind](call, one) for kind, one in _each(ranges)}


def _each(ranges: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in (_CONTINUOUS, _INTEGER, _CATEGORICAL):
        for one in ranges.get(f"{kind}ParameterRanges", ()):
            yield kind, one


def _check_range(kind: str, one: dict[str, Any]) -> None:
    name = one["Name"]
    allowed = _TUNABLE.get(name)
    if allowed is None:
        raise _no(f"The hyperparameter {name} isn't tunable. Tunable are: {', '.join(_TUNABLE)}.")
    if kind != allowed.kind:
        raise _no(f"The hyperparameter {name} is of type {allowed.kind}, but its range is of type {kind}.")
    if kind == _CATEGORICAL:
        strange = [value for value in one["Values"] if value not in allowed.values]
        if strange:
            raise _no(f"The values {strange} of the hyperparameter {name} aren't among {list(allowed.values)}.")
        return
    low, high = _bounds(kind, one)
    if not allowed.low <= low <= high <= allowed.high:
        raise _no(
            f"The range {one['MinValue']} to {one['MaxValue']} of the hyperparameter {name} isn't within "
            f"{allowed.low:.15g} to {allowed.high:.15g}."
        )
    _check_scale(kind, one, low, high)


def _check_scale(kind: str, one: dict[str, Any], low: float, high: float) -> None:
    scale, name = one.get("ScalingType", "Auto"), one["Name"]
    if scale == "Logarithmic" and low <= 0:
        raise _no(f"Logarithmic scaling of {name} works only for values greater than 0.")
    if scale == "ReverseLogarithmic" and (kind != _CONTINUOUS or high >= 1):
        raise _no(f"Reverse logarithmic scaling of {name} works only for ranges entirely within 0<=x<1.0.")


def _bounds(kind: str, one: dict[str, Any]) -> tuple[float, float]:
    number: Callable[[str], float] = int if kind == _INTEGER else float
    try:
        return number(one["MinValue"]), number(one["MaxValue"])
    except ValueError as exc:
        raise _no(f"The range of the hyperparameter {one['Name']} isn't of numbers of type {kind}.") from exc


def _continuous(call: Call, one: dict[str, Any]) -> str:
    low, high = _bounds(_CONTINUOUS, one)
    return repr(_scaled(call, one, low, high))


def _integer(call: Call, one: dict[str, Any]) -> str:
    low, high = _bounds(_INTEGER, one)
    return str(int(min(high, _scaled(call, one, low, high + 1))))


def _categorical(call: Call, one: dict[str, Any]) -> str:
    values = one["Values"]
    return str(values[int(call.draw(_what(one), (0, len(values))))])


def _scaled(call: Call, one: dict[str, Any], low: float, high: float) -> float:
    scale = one.get("ScalingType", "Auto")
    if scale == "Logarithmic":
        made = math.exp(call.draw(_what(one), (math.log(low), math.log(high))))
    elif scale == "ReverseLogarithmic":
        made = 1 - math.exp(call.draw(_what(one), (math.log(1 - low), math.log(1 - high))))
    else:
        made = call.draw(_what(one), (low, high))
    # exp(log(x)) may differ slightly from x.
    return min(max(made, low), high)


def _what(one: dict[str, Any]) -> str:
    return f"tuning:{one['Name']}"


def _no(said: str) -> Refusal:
    return Refusal("ValidationException", said)


_DRAWS: dict[str, Callable[[Call, dict[str, Any]], str]] = {
    _CONTINUOUS: _continuous,
    _INTEGER: _integer,
    _CATEGORICAL: _categorical,
}
