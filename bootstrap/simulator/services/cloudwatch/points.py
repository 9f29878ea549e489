"""A point of a metric: when, in epoch seconds, and its value."""

from __future__ import annotations

Point = tuple[float, float]
