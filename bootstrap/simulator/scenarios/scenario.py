"""Reads scenarios/NAME.yaml: how AWS behaves in a rehearsal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from bootstrap.simulator.scenarios.service_parts import (
    AccessPart,
    BucketsPart,
    CognitoPart,
    EndpointsPart,
    ExistingPart,
    HubPart,
    IamPart,
    MailPart,
    NotebooksPart,
    OrganizationPart,
    QuotasPart,
    StacksPart,
    TrailPart,
    TrainingPart,
    WorkforcePart,
)
from bootstrap.simulator.scenarios.strict_model import StrictModel
from bootstrap.simulator.scenarios.weather_parts import Expect, Fault, Lag, Later, RateLimit

# Schema number of scenario files. Increase it when a key is removed or changes its meaning.
SCHEMA = 1
_LARGEST = 256 * 1024
_SHIPPED = Path(__file__).parent


class Scenario(StrictModel):
    """How AWS behaves; every key has a default."""

    access: AccessPart = AccessPart()
    stacks: StacksPart = StacksPart()
    iam: IamPart = IamPart()
    notebooks: NotebooksPart = NotebooksPart()
    training: TrainingPart = TrainingPart()
    endpoints: EndpointsPart = EndpointsPart()
    quotas: QuotasPart = QuotasPart()
    workforce: WorkforcePart = WorkforcePart()
    existing: ExistingPart = ExistingPart()
    mail: MailPart = MailPart()
    cognito: CognitoPart = CognitoPart()
    hub: HubPart = HubPart()
    buckets: BucketsPart = BucketsPart()
    trail: TrailPart = TrailPart()
    organization: OrganizationPart = OrganizationPart()
    faults: tuple[Fault, ...] = ()
    rates: tuple[RateLimit, ...] = ()
    lags: tuple[Lag, ...] = ()
    later: tuple[Later, ...] = ()
    teams: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Accounts that differ: selector -> the keys that are different there. A list replaces the file's list.

    A selector is a team's name, an account id, or "2/6": the second of every six rows of the roster.
    """
    expect: Expect | None = None

    def of(self, account_id: str, team: str, row: int = 0) -> Scenario:
        """Return this scenario with the account's overrides; `row` counts from 1, 0 means no row."""
        made = self
        for key, changes in self.teams.items():
            if key in (team, account_id) or _falls_on(key, row):
                made = made.differing(changes)
        return made

    def over_time(self) -> tuple[tuple[float, Scenario], ...]:
        """Return pairs in order of time: seconds since the world began, and the scenario that holds from then on."""
        made = [(0.0, self)]
        for change in sorted(self.later, key=lambda each: each.after_minutes):
            made.append((change.after_minutes * 60, made[-1][1].differing(change.change)))
        return tuple(made)

    def differing(self, changes: dict[str, Any]) -> Scenario:
        """Return this scenario with some keys changed, nested as in the YAML file."""
        plain = self.model_dump(exclude={"teams"}, exclude_unset=True)
        return Scenario.model_validate(_merged(plain, changes))


def _falls_on(key: str, row: int) -> bool:
    place, _, every = key.partition("/")
    if not (place.isdigit() and every.isdigit() and row):
        return False
    return int(every) > 0 and row % int(every) == int(place) % int(every)


def _whole(made: Scenario) -> Scenario:
    """Check the parts that hold only for some accounts or only later. Raises ValueError."""
    for key, changes in made.teams.items():
        if key.endswith("/0"):
            raise ValueError(f"teams: {key} is not a row of a roster")
        _refuse_nested(f"teams.{key}", changes, "teams", "expect")
        differs = made.differing(changes)
        for later in differs.later:
            _refuse_nested(f"teams.{key}.later", later.change, "teams", "later", "expect")
        differs.over_time()
    for later in made.later:
        _refuse_nested("later", later.change, "teams", "later", "expect")
    made.over_time()
    return made


def _refuse_nested(where: str, changes: dict[str, Any], *names: str) -> None:
    if nested := sorted(set(changes) & set(names)):
        raise ValueError(f"{where}: {', '.join(nested)} can only stand at the top of the file")


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    made = dict(base)
    for key, value in over.items():
        old = made.get(key)
        made[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return made


def read(name: str) -> Scenario:
    """Read a shipped scenario by name, or a YAML file by path; `extends: NAME` in it starts from another.

    Raises ValueError if it is not a valid scenario, OSError if it cannot be read.
    """
    return _whole(Scenario.model_validate(_load(name)))


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if isinstance(self.peek_event(), yaml.AliasEvent):  # type: ignore[no-untyped-call]
            # Nine lines of aliases of aliases are a billion values.
            raise yaml.composer.ComposerError(None, None, "aliases (*) are not allowed", None)
        return super().compose_node(parent, index)


def _load(name: str, led: tuple[str, ...] = ()) -> dict[str, Any]:
    if name in led:
        raise ValueError(f"scenarios extend each other in a circle: {' -> '.join((*led, name))}")
    shipped = _SHIPPED / f"{name}.yaml"
    path = shipped if shipped.exists() else Path(name)
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise ValueError(f"{path} is larger than {_LARGEST // 1024} KB")
        content = yaml.load(text.decode("utf-8-sig"), _Loader) or {}  # noqa: S506 - it is a SafeLoader
    except RecursionError:
        raise ValueError(f"{path} is nested too deeply") from None
    except (yaml.YAMLError, LookupError, AttributeError, TypeError, ArithmeticError) as error:
        # PyYAML takes a value apart without a look when a tag names its type: `!!int ""`, `!!bool x`.
        raise ValueError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} has no `key: value` lines")
    # A file without a number is of version 0.1.0, whose schema is 1.
    if (schema := content.pop("schema", SCHEMA)) != SCHEMA:
        raise ValueError(f"{path} follows schema {schema}; this version of the simulated AWS reads schema {SCHEMA}")
    parent = content.pop("extends", None)
    return _merged(_load(str(parent), (*led, name)), content) if parent else content
