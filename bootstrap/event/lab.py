"""labs/<lab>/lab.yaml -> Lab."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    ValidationError,
    ValidationInfo,
)

from bootstrap.errors import BadInput
from bootstrap.event import model_problems, shipped, yaml_file
from bootstrap.event.suggest import did_you_mean

FILE = "lab.yaml"
_TEMPLATE = ".yaml.j2"

Group = Literal["training", "endpoint"]
Data = Literal["recordio", "archive", "labelling", "lab-files"]
Module = Literal["recordio", "stratified"]


def _known_stack(name: str, info: ValidationInfo) -> str:
    known = info.context["stacks"] if info.context else ()
    if known and name not in known:
        what = f"found `{name}`, and there is no such template.{did_you_mean(name, known)}"
        fix = f"Write one of: {', '.join(known)}"
        raise model_problems.refuse("EB-138", what, fix)
    return name


class _File(BaseModel):
    """What lab.yaml may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: StrictStr = Field(min_length=1, max_length=120, description="what the lab is called in English")
    title_zh: StrictStr = Field(default="", max_length=120, description="what the lab is called in Chinese")
    quotas: tuple[Group, ...] = Field(default=(), description="a list of: training, endpoint")
    stacks: tuple[Annotated[StrictStr, AfterValidator(_known_stack)], ...] = Field(
        default=(), description="a list of names of CloudFormation templates"
    )
    data: tuple[Data, ...] = Field(default=(), description="a list of: recordio, archive, labelling, lab-files")
    modules: tuple[Module, ...] = Field(
        default=(),
        description="a list of: recordio, stratified (files of bootstrap/steps/dataset/ beside the lab files)",
    )
    workforce: StrictBool = Field(default=False, description="true or false")
    smoke: StrictBool = Field(default=False, description="true or false")


class Lab(_File):
    """What one lab needs. `name` is its folder's, `required` is the event's; all else is lab.yaml."""

    name: str
    required: bool = True


def read(folder: Path, required: bool = True, event_folder: Path | None = None) -> Lab:
    """Read the folder's lab.yaml. Raises BadInput with every problem of it."""
    called = f"labs/{folder.name}/{FILE}"
    document = yaml_file.read(folder / FILE, called)
    found = list(document.problems)
    try:
        lab = _File.model_validate(document.values, context={"stacks": _stacks(event_folder)})
    except ValidationError as error:
        found += model_problems.problems(error, _File, document, called)
    if found:
        raise BadInput(found)
    return Lab(**lab.model_dump(), name=folder.name, required=required)


def _stacks(event_folder: Path | None) -> list[str]:
    """A template is one file, named for its stack; a file that begins with `_` is shared by templates."""
    folders = shipped.template_folders(event_folder)
    files = {each.name.removesuffix(_TEMPLATE) for folder in folders for each in folder.glob(f"*{_TEMPLATE}")}
    return sorted(each for each in files if not each.startswith("_"))
