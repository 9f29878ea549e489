"""Parts of event.yaml: defaults and allowed values."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from bootstrap.errors.message import joined, msg
from bootstrap.event import instance_types, regions
from bootstrap.event.model_problems import refuse
from bootstrap.event.suggest import did_you_mean
from bootstrap.event.wave_settings import Wave

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST_MAIL = 254
PRINCIPAL = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):(?:role|user)/[\w+=,.@/-]{1,576}", re.ASCII)
"""ARN of an IAM user or role; the groups are its partition and account."""


def is_mail_address(text: str) -> bool:
    """True if the text has the form of one mail address that Cognito and SNS accept."""
    return len(text) <= _LONGEST_MAIL and _MAIL.fullmatch(text) is not None


def _moment(value: Any) -> datetime:
    fix = msg("Write date, time and offset, such as 2026-12-10T09:00+09:00")
    if not isinstance(value, str):
        raise refuse("EB-137", msg("is not a time"), fix)
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise refuse("EB-137", msg("found `{found}`, which is not a time", found=value[:60]), fix) from None
    if moment.tzinfo is None:
        what = msg("found `{found}`, which has no offset from UTC", found=value[:60])
        raise refuse("EB-137", what, fix)
    return moment


def _region(value: str) -> str:
    if value not in regions.known():
        raise refuse("EB-136", regions.unknown(value), msg("Write a region such as ap-northeast-1"))
    return value


def _account_id(value: Any) -> str:
    fix = msg('Write the account id in quotes, such as "012345678901"')
    if not isinstance(value, str):
        raise refuse("EB-143", msg("is a number, and numbers lose their leading zeros"), fix)
    if not re.fullmatch(r"[0-9]{12}", value):
        raise refuse("EB-143", msg("found `{found}`, which is not 12 digits", found=value[:60]), fix)
    return value


def _mail(value: Any) -> str:
    if not isinstance(value, str) or not is_mail_address(value.strip()):
        what = msg("is not a mail address (the text is not shown)")
        raise refuse("EB-144", what, msg("Write an address such as name@example.com"))
    return value.strip()


def _training_type(value: str) -> str:
    known = instance_types.TRAINING_STORAGE_GB
    if value not in known:
        what = msg(
            "found `{found}`, but the built-in image-classification algorithm cannot train on it", found=value[:60]
        )
        fix = msg("Write one or more of: {names}", names=", ".join(known))
        raise refuse("EB-139", did_you_mean(what, value, known), fix)
    return value


def _endpoint_type(value: str) -> str:
    if why := instance_types.why_no_endpoint(value):
        fix = msg("Write a type such as ml.m5.large, ml.c5.large or ml.m5.xlarge")
        raise refuse("EB-140", msg("found `{found}`: {why}", found=value[:60], why=why), fix)
    return value


def _notebook_type(value: str) -> str:
    if why := instance_types.why_no_notebook(value):
        what = msg("found `{found}`: {why}", found=value[:60], why=why)
        raise refuse("EB-140", what, msg("Write a type such as ml.t3.medium"))
    return value


def _principal(value: str) -> str:
    if not PRINCIPAL.fullmatch(value):
        fix = msg("Write the ARN of an IAM user or role, such as arn:aws:iam::111111111111:user/organiser")
        found = value[:100]
        what = msg("found `{found}`, which is not the ARN of an IAM user or role", found=found)
        if ":assumed-role/" in value:
            what = msg("found `{found}`, which is the session of a role, not the role", found=found)
        raise refuse("EB-560", what, fix)
    return value


def _shown_as(**keywords: Any) -> WithJsonSchema:
    """Return the JSON Schema of a text that a function checks."""
    return WithJsonSchema({"type": "string", **keywords})


# "format": "date-time" would ask for seconds, which nobody writes.
Moment = Annotated[datetime, BeforeValidator(_moment), _shown_as(pattern=r"^\S+[T ]\S+(Z|[+-][0-9]{2}(:?[0-9]{2})?)$")]
Region = Annotated[StrictStr, AfterValidator(_region), _shown_as(pattern="^[a-z]+(-[a-z]+)+-[0-9]+$")]
AccountId = Annotated[str, BeforeValidator(_account_id), _shown_as(pattern="^[0-9]{12}$")]
MailAddress = Annotated[str, BeforeValidator(_mail), _shown_as(pattern="@")]
TRAINING_TYPES = _shown_as(enum=list(instance_types.TRAINING_STORAGE_GB))
TrainingType = Annotated[StrictStr, AfterValidator(_training_type), TRAINING_TYPES]
Principal = Annotated[
    StrictStr, AfterValidator(_principal), _shown_as(pattern="^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/")
]
Positive = Annotated[StrictInt, Field(ge=1, le=1000)]


class Part(BaseModel):
    """A part of event.yaml: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Schedule(Part):
    """When the event opens and closes, when its resources may be swept (`expires`), and which teams begin where."""

    opens: Moment = Field(description=msg("date, time and offset, such as 2026-12-10T09:00+09:00"))
    closes: Moment = Field(description=msg("date, time and offset, later than opens"))
    expires: Moment = Field(description=msg("date, time and offset, later than closes"))
    waves: tuple[Wave, ...] = Field(
        default=(),
        max_length=50,
        description=msg("a list of waves: teams that begin with the same lab; none: all begin with the first lab"),
    )

    @field_validator("closes")
    @classmethod
    def _closes_after_it_opens(cls, closes: datetime, info: ValidationInfo) -> datetime:
        opens = info.data.get("opens")
        if opens is not None and closes <= opens:
            raise refuse("EB-137", msg("is not after `opens`"), msg("Write a time after the event opens"))
        return closes

    @field_validator("expires")
    @classmethod
    def _expires_after_it_closes(cls, expires: datetime, info: ValidationInfo) -> datetime:
        closes = info.data.get("closes")
        if closes is not None and expires <= closes:
            raise refuse("EB-137", msg("is not after `closes`"), msg("Write a time after the event closes"))
        return expires


class Training(Part):
    """Training jobs: instance types, best first; volume in GB; maximum runtimes in minutes."""

    instance_types: tuple[TrainingType, ...] = Field(
        default=("ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge"),
        min_length=1,
        max_length=5,
        description=msg("a list of 1 to 5 instance types of families p2, p3, g4dn and g5, the best first"),
    )
    volume_gb: StrictInt = Field(
        default=50, ge=1, le=1024, description=msg("a whole number from 1 to 1024: volume of a training job in GB")
    )
    smoke_minutes: StrictInt = Field(
        default=15, ge=5, le=120, description=msg("5 to 120: maximum runtime of the smoke training job in minutes")
    )
    notebook_minutes: StrictInt = Field(
        default=30,
        ge=5,
        le=1440,
        description=msg("5 to 1440: maximum runtime of the notebook lab's training jobs in minutes"),
    )
    tuning_job_minutes: StrictInt = Field(
        default=240,
        ge=5,
        le=1440,
        description=msg("5 to 1440: maximum runtime of a training job of a tuning job in minutes"),
    )

    @field_validator("instance_types")
    @classmethod
    def _each_type_once(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if twice := sorted({each for each in types if types.count(each) > 1}):
            what = msg("names {types} twice", types=", ".join(twice))
            raise refuse("EB-139", what, msg("Name each type once, the best first"))
        return types

    @field_validator("volume_gb")
    @classmethod
    def _volume_fits_every_type(cls, volume: int, info: ValidationInfo) -> int:
        sizes = {each: instance_types.TRAINING_STORAGE_GB[each] for each in info.data.get("instance_types", ())}
        small = [msg("{type} holds {size} GB", type=each, size=sizes[each]) for each in sizes if sizes[each] < volume]
        if small:
            least = min(sizes.values())
            fix = msg("Write {least} or less, or take these types out of training.instance_types", least=least)
            what = msg("found `{volume}` GB, but {types}", volume=volume, types=joined(", ", small))
            raise refuse("EB-141", what, fix)
        return volume


class Notebook(Part):
    """The notebook instance of each team."""

    instance_type: Annotated[StrictStr, AfterValidator(_notebook_type)] = Field(
        default="ml.t3.medium", description=msg("a notebook instance type such as ml.t3.medium")
    )
    volume_gb: StrictInt = Field(
        default=5, ge=5, le=1024, description=msg("a whole number from 5 to 1024: volume of the notebook in GB")
    )
    ready: Literal["now", "morning"] = Field(
        default="now",
        description=msg(
            "now or morning; with morning, a new notebook is stopped once it was in service, and started on the "
            "morning of the event"
        ),
    )


class Endpoint(Part):
    """The endpoint that teams deploy and scale; `target` is in invocations per instance and minute."""

    instance_type: Annotated[StrictStr, AfterValidator(_endpoint_type)] = Field(
        default="ml.m5.large", description=msg("an endpoint instance type that can scale, such as ml.m5.large")
    )
    minimum: StrictInt = Field(default=1, ge=1, le=4, description=msg("a whole number from 1 to 4"))
    # 4 is AWS's default for "Maximum number of instances per endpoint".
    maximum: StrictInt = Field(
        default=2, ge=1, le=4, description=msg("a whole number from 1 to 4, not less than minimum")
    )
    target: StrictFloat = Field(
        default=50,
        gt=0,
        le=100000,
        description=msg("a number above 0: invocations per minute and instance that autoscaling aims at"),
    )

    @field_validator("maximum")
    @classmethod
    def _maximum_is_not_below_minimum(cls, maximum: int, info: ValidationInfo) -> int:
        if maximum < info.data.get("minimum", 1):
            what = msg("found `{found}`, less than minimum", found=maximum)
            raise refuse("EB-136", what, msg("Write a number from minimum to 4"))
        return maximum


class AccessSettings(Part):
    """How the tool enters the accounts, and whom the teams' roles trust (`principals`)."""

    role_name: StrictStr = Field(
        default="event-bootstrap-access",
        pattern=r"^[\w+=,.@-]{1,64}$",
        description=msg("the name of an IAM role: up to 64 letters, digits and + = , . @ _ -"),
    )
    # A session of a role that another role assumes lasts one hour at most, whatever the role's own setting.
    session_minutes: StrictInt = Field(
        default=60, ge=15, le=60, description=msg("15 to 60: length of a session in an account in minutes")
    )
    principals: tuple[Principal, ...] = Field(
        default=(), max_length=8, description=msg("a list of up to 8 ARNs of IAM users and roles")
    )


class Patience(Part):
    """Minutes to wait before something is reported as still waiting."""

    quota_minutes: Positive = Field(default=45, description=msg("1 to 1000: minutes to wait for a quota request"))
    better_type_minutes: Positive = Field(
        default=15, description=msg("1 to 1000: minutes to wait for a better instance type")
    )
    capacity_minutes: Positive = Field(
        default=10, description=msg("1 to 1000: minutes to wait until AWS has capacity for an instance type")
    )
    stack_minutes: Positive = Field(default=30, description=msg("1 to 1000: minutes to wait for a stack"))


class Spend(Part):
    """The limit of a team's costs of a day, and how soon staff are told of more."""

    limit: StrictFloat | None = Field(
        default=None,
        # Amounts are shown in cents.
        ge=0.01,
        le=100_000,
        description=msg("0.01 to 100000: US dollars a day, above which staff are told of a team; none by default"),
    )
    # Two looks and what they take are less than two minutes.
    every_seconds: StrictInt = Field(
        default=60, ge=20, le=100, description=msg("20 to 100: seconds from one look at the accounts to the next")
    )
    stop: StrictBool = Field(
        default=False,
        description=msg("true or false; with true, `serve` and `spend --watch` stop what runs over the limit"),
    )

    @property
    def announced(self) -> str:
        """Message on what will be stopped without a question; "" if nothing."""
        if not self.stop:
            return ""
        return msg(
            "spend.stop: a team that costs more than USD {limit} a day has its notebooks and jobs stopped and its "
            "endpoints deleted, without a question, while serve or spend --watch runs",
            limit=f"{self.limit:.2f}",
        )

    @field_validator("stop")
    @classmethod
    def _stop_needs_a_limit(cls, stop: bool, info: ValidationInfo) -> bool:
        if stop and info.data.get("limit") is None:
            raise refuse("EB-136", msg("is true, but there is no limit"), msg("Write a number for spend.limit"))
        return stop
