"""The `schedule.waves` of event.yaml: which teams begin with which lab."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, field_validator

from bootstrap.errors.message import msg
from bootstrap.event.model_problems import refuse

_Pattern = Annotated[StrictStr, Field(min_length=1, max_length=100)]


class Wave(BaseModel):
    """Teams that begin with the same lab: those that match a pattern, the next `count`, or without both the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: StrictStr = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,19}$",
        description=msg("1 to 20 characters a-z, 0-9 and -: name of the wave, once in the event"),
        examples=["a"],
    )
    begins: StrictStr = Field(
        description=msg("a lab of the event: the teams of the wave begin with it"), examples=["notebook"]
    )
    teams: tuple[_Pattern, ...] = Field(
        default=(), description=msg("a list of names or patterns of teams, such as [team-7, 'blue*']")
    )
    count: StrictInt | None = Field(
        default=None,
        ge=1,
        le=20_000,
        description=msg("a whole number: so many teams, the first ones of the roster that no other wave names"),
    )

    @field_validator("count")
    @classmethod
    def _one_of_both(cls, count: int | None, info: object) -> int | None:
        if count is not None and getattr(info, "data", {}).get("teams"):
            what = msg("stands beside `teams`: a wave has patterns or a number, not both")
            raise refuse("EB-830", what, msg("Keep one of both; the rest of the teams can be a wave without either"))
        return count

    @property
    def rest(self) -> bool:
        """True if the wave is of all teams that no other wave has."""
        return not self.teams and self.count is None
