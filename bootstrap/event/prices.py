"""Read prices.yaml: prices per hour, and days until AWS decides on quotas. Both are assumptions with a date."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import Field, StrictFloat, StrictInt, StrictStr

from bootstrap.errors.message import Message, msg
from bootstrap.event import file_schema, model_problems
from bootstrap.event.settings import Part
from bootstrap.reading import yaml_file

_FILE = "prices.yaml"
# AWS bills storage by the GB and month, and counts its months as 730 hours.
_HOURS_OF_A_MONTH = 730
_Positive = Annotated[StrictFloat, Field(gt=0, le=10_000)]


class Prices(Part):
    """`usd_per_hour`: price of each instance type in us-east-1; `region_factors`: price in a region relative to it."""

    as_of: StrictStr = Field(description=msg("a date such as 2026-11-01: when the prices were read"))
    source: StrictStr = Field(description=msg("text that says where the prices come from"))
    confidence: StrictStr = Field(description=msg("low, medium or high: how far to trust the prices"))
    usd_per_hour: dict[StrictStr, _Positive] = Field(description=msg("lines of `instance type: US dollars per hour`"))
    region_factors: dict[StrictStr, _Positive] = Field(
        default={}, description=msg("lines of `region: factor`: price relative to us-east-1")
    )
    usd_per_gb_month: _Positive | None = Field(
        default=None, description=msg("US dollars a month for a GB of a notebook's volume in us-east-1")
    )
    usd_per_labelled_object: _Positive | None = Field(
        default=None, description=msg("US dollars for each picture that a team labels with Ground Truth in us-east-1")
    )
    quota_business_days: StrictInt = Field(
        default=3, ge=0, le=60, description=msg("0 to 60: business days until AWS decides on a quota request")
    )
    quota_days_advised: StrictInt = Field(
        default=14, ge=0, le=365, description=msg("0 to 365: days before the event to request quotas")
    )

    @property
    def provenance(self) -> Message:
        """Sentence on how far the prices can be trusted, from when they are and from where."""
        return msg(
            "{confidence} confidence, as of {date}: {source}",
            confidence=self.confidence,
            date=self.as_of,
            source=self.source,
        )

    def hourly(self, instance_type: str, region: str) -> float | None:
        """Return US dollars per hour; None for an unknown type. An unknown region costs as much as us-east-1."""
        return self._there(self.usd_per_hour.get(instance_type), region)

    def volume_hourly(self, gigabytes: float, region: str) -> float | None:
        """Return US dollars per hour of a notebook's volume, also while the notebook is stopped; None if unknown."""
        there = self._there(self.usd_per_gb_month, region)
        return None if there is None else there * gigabytes / _HOURS_OF_A_MONTH

    def labelled(self, region: str) -> float | None:
        """Return US dollars for one picture labelled with Ground Truth by a team of one's own; None if unknown."""
        return self._there(self.usd_per_labelled_object, region)

    def unknown_regions(self, regions: Iterable[str]) -> tuple[str, ...]:
        """Return the regions for which the table has no factor: they count as us-east-1."""
        return tuple(sorted({each for each in regions if each not in self.region_factors}))

    def _there(self, usual: float | None, region: str) -> float | None:
        return None if usual is None else usual * self.region_factors.get(region, 1.0)


def read(folder: Path) -> Prices:
    """Read prices.yaml of the event's folder, else the shipped one. Raises BadInput with all its problems."""
    own = folder / _FILE
    path = own if own.is_file() else Path(__file__).with_name(_FILE)
    document = file_schema.without(yaml_file.read(path, _FILE), _FILE)
    return model_problems.validated(Prices, document, _FILE)
