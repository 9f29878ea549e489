"""Read event.yaml and the labs that it names into an Event."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from bootstrap.errors.message import msg
from bootstrap.event import file_schema, lab, model_problems, shipped
from bootstrap.event import quotas as quota_table
from bootstrap.event.dataset_settings import Dataset
from bootstrap.event.lab import Lab
from bootstrap.event.model_problems import refuse
from bootstrap.event.quotas import QuotaGroup
from bootstrap.event.regions import partition_of
from bootstrap.event.settings import (
    PRINCIPAL,
    TRAINING_TYPES,
    AccessSettings,
    AccountId,
    Endpoint,
    MailAddress,
    Notebook,
    Part,
    Patience,
    Region,
    Schedule,
    Spend,
    Training,
)
from bootstrap.event.suggest import did_you_mean
from bootstrap.event.venue_settings import Venue
from bootstrap.event.wave_settings import Wave
from bootstrap.reading import yaml_file
from bootstrap.reading.yaml_file import Document, Place, dotted

# Cognito refuses these words in the domain of a user pool, and the event's name is part of that domain.
_TAKEN_WORDS = ("aws", "amazon", "cognito")
# The tool's own tags. AWS allows 50 tags on a resource, and CloudFormation adds some of them.
_OWN_TAGS = {"event", "team", "made-by", "expiry", "expires"}
_MOST_TAGS = 30
_USUAL_WANTED = 3
_P3_WANTED = 6


def _name(value: str) -> str:
    for word in _TAKEN_WORDS:
        if word in value:
            what = msg("found `{found}`; Cognito does not allow `{word}` in the name", found=value, word=word)
            raise refuse("EB-136", what, msg("Choose another name"))
    return value


def _tags(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    wrong = [key for key, text in value.items() if not isinstance(text, str)]
    if wrong:
        what = msg("has values that are not text: {keys}", keys=", ".join(map(str, wrong)))
        raise refuse("EB-146", what, msg('Put the values in quotes, such as "1234"'))
    for key, text in value.items():
        if key.casefold() in _OWN_TAGS or key.casefold().startswith(("aws:", "event-bootstrap")):
            what = msg("sets `{key}`, a key that is reserved for AWS or for this tool", key=key)
            raise refuse("EB-146", what, msg("Choose another key"))
        if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(r"[\w\s.:/=+@-]{0,256}", text):
            fix = msg(
                "Use letters, digits, spaces and _ . : / = + - @; at most 128 characters in a key and 256 in a value"
            )
            what = msg("`{key}` or its value is too long, or has characters that AWS refuses", key=key[:60])
            raise refuse("EB-146", what, fix)
    return value


class _Choice(Part):
    """A lab of the event."""

    name: StrictStr = Field(
        description=msg("the name of a folder in labs/"), examples=["ground-truth", "notebook", "tuning"]
    )
    required: StrictBool = Field(
        default=True, description=msg("true or false; with false, a team can be ready without this lab")
    )

    @field_validator("name")
    @classmethod
    def _folder_exists(cls, name: str, info: ValidationInfo) -> str:
        known = info.context["labs"] if info.context else {}
        if name not in known:
            what = did_you_mean(msg("found `{found}`, but there is no such lab", found=name[:60]), name, known)
            fix = msg("Write one of: {names}", names=", ".join(known))
            raise refuse("EB-142", what, fix if known else msg("Install event-bootstrap again: it found no labs"))
        return name


class _QuotaValues(Part):
    """How many instances a team needs at the same time."""

    training: dict[Annotated[StrictStr, TRAINING_TYPES], Annotated[StrictInt, Field(ge=1, le=100)]] = Field(
        default={},
        description=msg(
            "a whole number from 1 to 100 for each of training.instance_types: instances that a team needs"
        ),
    )
    endpoint: StrictInt = Field(
        default=4, ge=1, le=100, description=msg("a whole number from 1 to 100: endpoint instances that a team needs")
    )


class _Common(Part):
    name: Annotated[StrictStr, AfterValidator(_name)] = Field(
        pattern=r"^[a-z][a-z0-9-]{1,19}$",
        description=msg("2 to 20 characters a-z, 0-9 and -, beginning with a letter: name of the event"),
    )
    region: Region = Field(description=msg("an AWS region such as ap-northeast-1"))
    schedule: Schedule = Field(description=msg("the times opens, closes and expires, and waves of teams"))
    training: Training = Field(default=Training(), description=msg("`key: value` lines: settings of training jobs"))
    notebook: Notebook = Field(
        default=Notebook(), description=msg("`key: value` lines: settings of notebook instances")
    )
    endpoint: Endpoint = Field(default=Endpoint(), description=msg("`key: value` lines: settings of endpoints"))
    dataset: Dataset = Field(
        default=Dataset(), description=msg("`key: value` lines: the pictures that teams work with")
    )
    notices: tuple[MailAddress, ...] = Field(
        default=(),
        repr=False,
        max_length=20,
        description=msg("a list of up to 20 mail addresses that get a mail when a training job ends"),
    )
    tags: Annotated[dict[str, str], BeforeValidator(_tags)] = Field(
        default={},
        max_length=_MOST_TAGS,
        description=msg("up to {most} lines of `key: value`, both text: tags of every resource", most=_MOST_TAGS),
    )
    keep_out: tuple[AccountId, ...] = Field(
        default=(),
        description=msg('a list of account ids in quotes, such as ["012345678901"]: accounts to leave alone'),
    )
    access: AccessSettings = Field(
        default=AccessSettings(), description=msg("`key: value` lines: how accounts are entered")
    )
    patience: Patience = Field(default=Patience(), description=msg("`key: value` lines: how long to wait for AWS"))
    spend: Spend = Field(default=Spend(), description=msg("`key: value` lines: what a team may cost a day"))
    venue: Venue = Field(default=Venue(), description=msg("`key: value` lines: help for the teams on the day"))

    @field_validator("access")
    @classmethod
    def _principals_are_of_the_partition(cls, access: AccessSettings, info: ValidationInfo) -> AccessSettings:
        region = info.data.get("region")
        partition = partition_of(region) if region else ""
        for each in access.principals:
            match = PRINCIPAL.fullmatch(each)
            if region and match and match[1] != partition:
                what = msg(
                    "found `{arn}` of partition {theirs}; accounts in {region} can only trust partition {ours}",
                    arn=each[:100],
                    theirs=match[1],
                    region=region,
                    ours=partition,
                )
                raise refuse("EB-560", what, msg("Name a user or role of partition {ours}", ours=partition))
        return access


class EventFile(_Common):
    """The keys of event.yaml: what every team account of the event is given."""

    labs: tuple[_Choice, ...] = Field(min_length=1, description=msg("a list of labs, such as `- name: notebook`"))
    quotas: _QuotaValues = Field(default=_QuotaValues(), description=msg("`key: value` lines: training and endpoint"))

    @field_validator("labs")
    @classmethod
    def _each_lab_once(cls, labs: tuple[_Choice, ...]) -> tuple[_Choice, ...]:
        names = [each.name for each in labs]
        if twice := sorted({each for each in names if names.count(each) > 1}):
            raise refuse("EB-142", msg("names {labs} twice", labs=", ".join(twice)), msg("Name each lab once"))
        return labs

    @field_validator("quotas")
    @classmethod
    def _quotas_agree(cls, quotas: _QuotaValues, info: ValidationInfo) -> _QuotaValues:
        training, endpoint = info.data.get("training"), info.data.get("endpoint")
        ranked = training.instance_types if training else tuple(quotas.training)
        if unranked := [each for each in quotas.training if each not in ranked]:
            fix = msg("Write numbers only for: {types}", types=", ".join(ranked))
            what = msg("has quotas for {types}, which training.instance_types does not name", types=", ".join(unranked))
            raise refuse("EB-147", what, fix)
        if endpoint and quotas.endpoint < endpoint.maximum:
            what = msg(
                "asks for fewer than endpoint.maximum instances: {asked}, not {maximum}",
                asked=quotas.endpoint,
                maximum=endpoint.maximum,
            )
            raise refuse("EB-147", what, msg("Write {maximum} or more for quotas.endpoint", maximum=endpoint.maximum))
        return quotas


class Event(_Common):
    """Settings that all team accounts of one event share. `folder` is the folder of event.yaml."""

    labs: tuple[Lab, ...]
    quotas: tuple[QuotaGroup, ...]
    folder: Path
    placed: Mapping[str, str] = Field(default={}, repr=False)
    """Wave by team, once the roster is known: `waves.place`."""

    def wave_of(self, team: str) -> Wave | None:
        """Return the team's wave; None without waves, of a spare account, and before the roster is known."""
        name = self.placed.get(team)
        return next((each for each in self.schedule.waves if each.name == name), None)

    def order_of(self, team: str, names: Collection[str]) -> tuple[Lab, ...]:
        """Return the labs with these names in the order in which the team does them: its wave's first, then those
        after it in event.yaml, then those before it."""
        labs, wave = self.labs_of(names), self.wave_of(team)
        first = next((place for place, lab in enumerate(labs) if wave and lab.name == wave.begins), 0)
        return (*labs[first:], *labs[:first])

    def labs_of(self, names: Collection[str]) -> tuple[Lab, ...]:
        """Return the event's labs with one of these names: of a team, those it takes part in."""
        return tuple(lab for lab in self.labs if lab.name in names)

    def group(self, name: str) -> QuotaGroup:
        """Return the quota group of this name. Raises KeyError if there is none."""
        for each in self.quotas:
            if each.name == name:
                return each
        raise KeyError(name)


def read(path: Path) -> Event:
    """Read event.yaml and the labs it names. Raises BadInput with the problems of all these files."""
    document = file_schema.without(yaml_file.read(path, path.name), path.name)
    folders = shipped.lab_folders(path.parent)
    found = list(document.problems)
    file = None
    try:
        context = {"labs": folders, "folder": path.parent}
        file = EventFile.model_validate(document.values, context=context)
    except ValidationError as error:
        found += model_problems.problems(error, EventFile, document, path.name)
    else:
        found += _wave_problems(file, document, path.name)
    labs = _labs(document.values, path.parent, found)
    if found or file is None:
        raise BadInput(found)
    common = {name: getattr(file, name) for name in _Common.model_fields}
    return Event(**common, labs=labs, quotas=_groups(file), folder=path.parent.resolve())


def _wave_problems(file: EventFile, document: Document, name: str) -> Iterator[Problem]:
    """Yield what is wrong with the waves without a look at the roster."""
    waves, labs = file.schedule.waves, [each.name for each in file.labs]
    for index, wave in enumerate(waves):
        for key, what in _wrong_with(wave, waves[:index], labs):
            place: Place = ("schedule", "waves", index, *([key] if key else []))
            fix = msg("Write one of: {names}", names=", ".join(labs)) if key == "begins" else msg(
                "Give each wave a name of its own, and let one wave at most be the rest: without `teams` and `count`"
            )  # fmt: skip
            yield Problem("EB-830", what, f"{name}:{document.lines.get(place, 1)}: {dotted(place)}", fix=fix)


def _wrong_with(wave: Wave, above: Sequence[Wave], labs: Sequence[str]) -> Iterator[tuple[str, str]]:
    if wave.begins not in labs:
        said = msg("found `{found}`, which is no lab of this event", found=wave.begins[:60])
        yield "begins", did_you_mean(said, wave.begins, labs)
    if any(wave.name == each.name for each in above):
        yield "name", msg("found `{found}`, the name of a wave above", found=wave.name)
    if wave.rest and any(each.rest for each in above):
        yield "", msg("has neither `teams` nor `count`, as a wave above: both would be the rest of the teams")


def _labs(values: Any, folder: Path, found: list[Problem]) -> tuple[Lab, ...]:
    """Read the labs whose folders exist, even if event.yaml has problems, so that all problems are shown at once."""
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


def _groups(file: EventFile) -> tuple[QuotaGroup, ...]:
    usual = {"ml.p3.2xlarge": _P3_WANTED}
    types = file.training.instance_types
    values = [(each, file.quotas.training.get(each, usual.get(each, _USUAL_WANTED))) for each in types]
    return (quota_table.training(values), quota_table.endpoint(file.endpoint.instance_type, file.quotas.endpoint))
