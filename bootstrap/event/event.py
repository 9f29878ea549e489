"""event.yaml + labs/ -> Event."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bootstrap.errors import BadInput, Problem
from bootstrap.event import lab, model_problems, shipped, yaml_file
from bootstrap.event import quotas as quota_table
from bootstrap.event.dataset_settings import Dataset
from bootstrap.event.lab import Lab
from bootstrap.event.model_problems import refuse
from bootstrap.event.names import partition_of
from bootstrap.event.quotas import QuotaGroup, WantedQuota
from bootstrap.event.settings import (
    PRINCIPAL,
    AccessSettings,
    AccountId,
    Endpoint,
    MailAddress,
    Notebook,
    Part,
    Patience,
    Region,
    Schedule,
    Training,
)
from bootstrap.event.suggest import did_you_mean

__all__ = [
    "AccessSettings",
    "Dataset",
    "Endpoint",
    "Event",
    "Lab",
    "Notebook",
    "Patience",
    "QuotaGroup",
    "Schedule",
    "Training",
    "WantedQuota",
    "read",
]

# Cognito refuses them in the name of a user pool's domain, which the event's name is part of.
_TAKEN_WORDS = ("aws", "amazon", "cognito")
# The tool's own tags; AWS allows 50 on a thing, of which CloudFormation adds some.
_OWN_TAGS = {"event", "team", "made-by", "expiry", "expires"}
_MOST_TAGS = 30
_USUAL_WANTED = 3
_P3_WANTED = 6


def _name(value: str) -> str:
    for word in _TAKEN_WORDS:
        if word in value:
            raise refuse("EB-136", f"found `{value}`; Cognito does not allow `{word}` in it", "Choose another name")
    return value


def _tags(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    wrong = [key for key, text in value.items() if not isinstance(text, str)]
    if wrong:
        raise refuse("EB-146", f"has values that are not text: {', '.join(wrong)}", 'Put them in quotes: "1234"')
    for key, text in value.items():
        if key.casefold() in _OWN_TAGS or key.casefold().startswith(("aws:", "event-bootstrap")):
            raise refuse("EB-146", f"may not set `{key}`, which is AWS's or the tool's own", "Choose another key")
        if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(r"[\w\s.:/=+@-]{0,256}", text):
            fix = "Use letters, digits, spaces and _ . : / = + - @; 128 of them in a key, 256 in a value"
            raise refuse("EB-146", f"`{key[:60]}` has characters that AWS refuses, or too many", fix)
    return value


class _Choice(Part):
    name: StrictStr = Field(description="the name of a folder in labs/")
    required: StrictBool = Field(default=True, description="true or false")

    @field_validator("name")
    @classmethod
    def _folder_exists(cls, name: str, info: ValidationInfo) -> str:
        known = info.context["labs"] if info.context else {}
        if name not in known:
            what = f"found `{name[:60]}`, and there is no such lab.{did_you_mean(name, known)}"
            raise refuse("EB-142", what, f"Write one of: {', '.join(known) or 'none, as no labs were found'}")
        return name


class _QuotaValues(Part):
    training: dict[StrictStr, Annotated[StrictInt, Field(ge=1, le=100)]] = Field(
        default={}, description="a whole number from 1 to 100 for each of training.instance_types"
    )
    endpoint: StrictInt = Field(default=4, ge=1, le=100, description="a whole number from 1 to 100")


class _Common(Part):
    name: Annotated[StrictStr, AfterValidator(_name)] = Field(
        pattern=r"^[a-z][a-z0-9-]{1,19}$", description="2 to 20 of a-z, 0-9 and -, beginning with a letter"
    )
    region: Region = Field(description="a region of AWS such as ap-northeast-1")
    schedule: Schedule = Field(description="opens, closes and expires")
    training: Training = Field(default=Training(), description="a list of `key: value`")
    notebook: Notebook = Field(default=Notebook(), description="a list of `key: value`")
    endpoint: Endpoint = Field(default=Endpoint(), description="a list of `key: value`")
    dataset: Dataset = Field(default=Dataset(), description="a list of `key: value`")
    notices: tuple[MailAddress, ...] = Field(
        default=(), repr=False, max_length=20, description="a list of up to 20 mail addresses"
    )
    tags: Annotated[dict[str, str], BeforeValidator(_tags)] = Field(
        default={}, max_length=_MOST_TAGS, description=f"up to {_MOST_TAGS} of `key: value`, both of them text"
    )
    keep_out: tuple[AccountId, ...] = Field(default=(), description='a list of account ids in quotes: ["012345678901"]')
    access: AccessSettings = Field(default=AccessSettings(), description="a list of `key: value`")
    patience: Patience = Field(default=Patience(), description="a list of `key: value`")

    @field_validator("access")
    @classmethod
    def _principals_are_of_the_partition(cls, access: AccessSettings, info: ValidationInfo) -> AccessSettings:
        region = info.data.get("region")
        partition = partition_of(region) if region else ""
        for each in access.principals:
            match = PRINCIPAL.fullmatch(each)
            if region and match and match[1] != partition:
                what = f"found `{each[:100]}` of partition {match[1]}; accounts in {region} trust those of {partition}"
                raise refuse("EB-560", what, "Name the user or role of the partition that the event is in")
        return access


class _File(_Common):
    labs: tuple[_Choice, ...] = Field(min_length=1, description="a list of labs, such as `- name: notebook`")
    quotas: _QuotaValues = Field(default=_QuotaValues(), description="training and endpoint")

    @field_validator("labs")
    @classmethod
    def _each_lab_once(cls, labs: tuple[_Choice, ...]) -> tuple[_Choice, ...]:
        names = [each.name for each in labs]
        if twice := sorted({each for each in names if names.count(each) > 1}):
            raise refuse("EB-142", f"has {', '.join(twice)} twice", "Name each lab once")
        return labs

    @field_validator("quotas")
    @classmethod
    def _quotas_agree(cls, quotas: _QuotaValues, info: ValidationInfo) -> _QuotaValues:
        training, endpoint = info.data.get("training"), info.data.get("endpoint")
        ranked = training.instance_types if training else tuple(quotas.training)
        if unranked := [each for each in quotas.training if each not in ranked]:
            fix = f"Write numbers for: {', '.join(ranked)}"
            what = f"asks for {', '.join(unranked)}, which training.instance_types does not name"
            raise refuse("EB-147", what, fix)
        if endpoint and quotas.endpoint < endpoint.maximum:
            what = f"asks for {quotas.endpoint} endpoint instances, fewer than endpoint.maximum"
            raise refuse("EB-147", what, f"Write {endpoint.maximum} or more for quotas.endpoint")
        return quotas


class Event(_Common):
    """What every team account of one event is given. `folder` is where event.yaml is."""

    labs: tuple[Lab, ...]
    quotas: tuple[QuotaGroup, ...]
    folder: Path

    def group(self, name: str) -> QuotaGroup:
        """The quota group of this name. Raises KeyError if there is none."""
        for each in self.quotas:
            if each.name == name:
                return each
        raise KeyError(name)


def read(path: Path) -> Event:
    """Read event.yaml and the labs it names. Raises BadInput with every problem of all of them."""
    document = yaml_file.read(path, path.name)
    folders = shipped.lab_folders(path.parent)
    found = list(document.problems)
    file = None
    try:
        context = {"labs": folders, "folder": path.parent}
        file = _File.model_validate(document.values, context=context)
    except ValidationError as error:
        found += model_problems.problems(error, _File, document, path.name)
    labs = _labs(document.values, path.parent, found)
    if found or file is None:
        raise BadInput(found)
    common = {name: getattr(file, name) for name in _Common.model_fields}
    return Event(**common, labs=labs, quotas=_groups(file), folder=path.parent.resolve())


def _labs(values: Any, folder: Path, found: list[Problem]) -> tuple[Lab, ...]:
    """The labs whose folders exist, even if other things are wrong, so that all problems come at once."""
    folders = shipped.lab_folders(folder)
    labs = []
    for each in values.get("labs") or () if isinstance(values, dict) else ():
        name = each.get("name") if isinstance(each, dict) else None
        if isinstance(name, str) and name in folders:
            try:
                labs.append(lab.read(folders[name], each.get("required", True) is True, folder))
            except BadInput as bad:
                found.extend(bad.problems)
    return tuple(labs)


def _groups(file: _File) -> tuple[QuotaGroup, ...]:
    usual = {"ml.p3.2xlarge": _P3_WANTED}
    types = file.training.instance_types
    values = [(each, file.quotas.training.get(each, usual.get(each, _USUAL_WANTED))) for each in types]
    return (quota_table.training(values), quota_table.endpoint(file.endpoint.instance_type, file.quotas.endpoint))
