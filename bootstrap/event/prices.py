"""prices.yaml -> what an hour costs and how long AWS takes over a quota: dated assumptions, to be overridden."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, StrictFloat, StrictInt, StrictStr, ValidationError

from bootstrap.errors import BadInput
from bootstrap.event import model_problems, yaml_file
from bootstrap.event.settings import Part

_FILE = "prices.yaml"
_Positive = Annotated[StrictFloat, Field(gt=0, le=10_000)]


class Prices(Part):
    """`usd_per_hour` by instance type in us-east-1; `region_factors`: how many times as dear a region is."""

    as_of: StrictStr = Field(description="a date such as 2026-11-01")
    source: StrictStr = Field(description="where the prices are from")
    confidence: StrictStr = Field(description="low, medium or high")
    usd_per_hour: dict[StrictStr, _Positive] = Field(description="a list of `instance type: US dollars an hour`")
    region_factors: dict[StrictStr, _Positive] = Field(default={}, description="a list of `region: factor`")
    quota_business_days: StrictInt = Field(default=3, ge=0, le=60, description="0 to 60 (business days)")
    quota_days_advised: StrictInt = Field(default=14, ge=0, le=365, description="0 to 365 (days)")

    def hourly(self, instance_type: str, region: str) -> float | None:
        """US dollars; None if the table does not name the type. A region that it does not name costs as us-east-1."""
        usual = self.usd_per_hour.get(instance_type)
        return None if usual is None else usual * self.region_factors.get(region, 1.0)


def read(folder: Path) -> Prices:
    """The prices.yaml of the event's folder, else the shipped one. Raises BadInput."""
    own = folder / _FILE
    document = yaml_file.read(own if own.is_file() else Path(__file__).with_name(_FILE), _FILE)
    try:
        found = Prices.model_validate(document.values)
    except ValidationError as error:
        problems = [*document.problems, *model_problems.problems(error, Prices, document, _FILE)]
        raise BadInput(problems) from None
    if document.problems:
        raise BadInput(list(document.problems))
    return found
