"""Read labs/<lab>/lab.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
)

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import end_state, file_schema, model_problems, shipped, solution
from bootstrap.event.end_state import EndState
from bootstrap.event.solution import SolutionStep
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading import yaml_file

FILE = "lab.yaml"
_TEMPLATE = ".yaml.j2"

Group = Literal["training", "endpoint"]
Data = Literal["recordio", "archive", "labelling", "lab-files"]
Module = Literal["comparison", "recordio", "stratified"]


def _known_stack(name: str, info: ValidationInfo) -> str:
    known = info.context["stacks"] if info.context else ()
    if known and name not in known:
        what = did_you_mean(msg("found `{found}`, but there is no such template", found=name), name, known)
        fix = msg("Write one of: {names}", names=", ".join(known))
        raise model_problems.refuse("EB-138", what, fix)
    return name


def _in_order(pair: tuple[int, int]) -> tuple[int, int]:
    low, high = pair
    if low > high:
        what = msg("found `{low}, {high}`: the first number is the larger one", low=low, high=high)
        raise model_problems.refuse("EB-136", what, msg("Write the fewest first, then the most"))
    return pair


_Some = Annotated[StrictInt, Field(ge=0, le=10_000)]
FromTo = Annotated[tuple[_Some, _Some], AfterValidator(_in_order)]
_Minutes = Annotated[StrictInt, Field(ge=1, le=1440)]


class Starts(BaseModel):
    """Jobs that a team starts itself in the lab, as [fewest, most]: for the forecast of cost and instances at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    training_jobs: FromTo = Field(
        default=(0, 0), description=msg("two numbers, fewest and most: training jobs that a team starts")
    )
    tuning_jobs: FromTo = Field(
        default=(0, 0), description=msg("two numbers, fewest and most: training jobs of the team's tuning jobs")
    )
    job_minutes: StrictInt = Field(
        default=5, ge=1, le=1440, description=msg("1 to 1440: minutes that each of these jobs takes at least")
    )
    at_once: StrictInt = Field(
        default=1, ge=1, le=100, description=msg("1 to 100: training jobs that a team runs at the same time in the lab")
    )
    endpoints: FromTo = Field(
        default=(0, 0), description=msg("two numbers, fewest and most: endpoints that a team deploys")
    )
    labelled_objects: FromTo = Field(
        default=(0, 0), description=msg("two numbers, fewest and most: pictures that a team labels with Ground Truth")
    )

    @property
    def jobs_at_once(self) -> int:
        """Most training jobs that a team runs at the same time; 0 if it starts none."""
        return min(self.at_once, max(self.training_jobs[1], self.tuning_jobs[1]))


class LabFile(BaseModel):
    """The keys of lab.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: StrictStr = Field(min_length=1, max_length=120, description=msg("the lab's title in English"))
    title_zh: StrictStr = Field(default="", max_length=120, description=msg("the lab's title in Chinese"))
    quotas: tuple[Group, ...] = Field(
        default=(), description=msg("a list of the quota groups that the lab needs: training, endpoint")
    )
    stacks: tuple[Annotated[StrictStr, AfterValidator(_known_stack)], ...] = Field(
        default=(), description=msg("a list of names of the CloudFormation templates that the lab needs")
    )
    data: tuple[Data, ...] = Field(
        default=(),
        description=msg("a list of the data that the lab needs: recordio, archive, labelling, lab-files"),
    )
    modules: tuple[Module, ...] = Field(
        default=(),
        description=msg("a list of the modules that the lab files import: comparison, recordio, stratified"),
    )
    workforce: StrictBool = Field(
        default=False, description=msg("true or false; true if the lab needs a private workforce")
    )
    smoke: StrictBool = Field(
        default=False, description=msg("true or false; true if a smoke training job should prove that training works")
    )
    starts: Starts = Field(
        default=Starts(), description=msg("`key: value` lines: what a team starts itself, for the forecast of the cost")
    )
    minutes: Annotated[tuple[_Minutes, _Minutes], AfterValidator(_in_order)] | None = Field(
        default=None, description=msg("two numbers, fewest and most: minutes that a team needs for the lab")
    )
    end_states: Annotated[tuple[EndState, ...], AfterValidator(end_state.agree)] = Field(
        default=(),
        description=msg("a list of what is in the account when the lab is done, each with a read that shows it"),
    )
    solution: tuple[SolutionStep, ...] = Field(
        default=(), description=msg("a list of steps that do the lab from beginning to end, for a rehearsal")
    )


class Lab(LabFile):
    """One lab. `name` comes from its folder, `required` from event.yaml, the rest from lab.yaml."""

    name: str
    required: bool = True


def read(folder: Path, required: bool = True, event_folder: Path | None = None) -> Lab:
    """Read lab.yaml in this folder. Raises BadInput with all its problems."""
    called = f"labs/{folder.name}/{FILE}"
    document = file_schema.without(yaml_file.read(folder / FILE, called), called)
    found = list(document.problems)
    try:
        lab = LabFile.model_validate(document.values, context={"stacks": _stacks(event_folder)})
    except ValidationError as error:
        found += model_problems.problems(error, LabFile, document, called)
    else:
        found += _scripts_missing(lab, folder, document, called)
    if found:
        raise BadInput(found)
    return Lab(**dict(lab), name=folder.name, required=required)


def _scripts_missing(lab: LabFile, folder: Path, document: yaml_file.Document, called: str) -> list[Problem]:
    """Return a problem for each file that a step of the solution runs and that is not there."""
    found = []
    for index, step in enumerate(lab.solution):
        named = solution.own_files(step, folder.name)
        for key, name in named:
            if not (folder / name).is_file():
                place = ("solution", index, key)
                line = document.lines.get(place, 1)
                what = msg("names a file that is not there: labs/{lab}/{file}", lab=folder.name, file=name)
                where = f"{called}:{line}: {yaml_file.dotted(place)}"
                found.append(Problem("EB-157", what, where, fix=msg("Write the file, or correct its name")))
    return found


def _stacks(event_folder: Path | None) -> list[str]:
    """Return the names of all stacks, from the template files; a file that begins with `_` is a shared part, not a "
    "stack."""
    folders = shipped.template_folders(event_folder)
    files = {each.name.removesuffix(_TEMPLATE) for folder in folders for each in folder.glob(f"*{_TEMPLATE}")}
    return sorted(each for each in files if not each.startswith("_"))
