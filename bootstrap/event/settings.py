"""The parts of event.yaml: their defaults, and what they allow."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationInfo,
    field_validator,
)

from bootstrap.event import instance_types, regions
from bootstrap.event.model_problems import refuse
from bootstrap.event.suggest import did_you_mean

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST_MAIL = 254
PRINCIPAL = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):(?:role|user)/[\w+=,.@/-]{1,576}", re.ASCII)
"""Partition and account of an IAM user or role."""


def is_mail_address(text: str) -> bool:
    """Whether the text has the form of one mail address, as Cognito and SNS take it."""
    return len(text) <= _LONGEST_MAIL and _MAIL.fullmatch(text) is not None


def _moment(value: Any) -> datetime:
    fix = "Write date, time and offset, such as 2026-12-10T09:00+09:00"
    if not isinstance(value, str):
        raise refuse("EB-137", "is not a time", fix)
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise refuse("EB-137", f"found `{value[:60]}`, which is not a time", fix) from None
    if moment.tzinfo is None:
        raise refuse("EB-137", f"found `{value[:60]}`, which does not say in which time zone", fix)
    return moment


def _region(value: str) -> str:
    if value not in regions.known():
        what = f"found `{value[:60]}`, which is no region of AWS.{regions.suggestion(value)}"
        raise refuse("EB-136", what, "Write a region such as ap-northeast-1")
    return value


def _account_id(value: Any) -> str:
    if not isinstance(value, str):
        what = "is a number, and a number loses the zeros at its beginning"
        raise refuse("EB-143", what, 'Write the account id in quotes, such as "012345678901"')
    if not re.fullmatch(r"[0-9]{12}", value):
        what = f"found `{value[:60]}`, which is not 12 digits"
        raise refuse("EB-143", what, 'Write the account id in quotes, such as "012345678901"')
    return value


def _mail(value: Any) -> str:
    if not isinstance(value, str) or not is_mail_address(value.strip()):
        raise refuse("EB-144", "is not a mail address (what was found is not shown)", "Write name, @ and domain")
    return value.strip()


def _training_type(value: str) -> str:
    known = instance_types.TRAINING_STORAGE_GB
    if value not in known:
        what = f"found `{value[:60]}`, on which the built-in image-classification algorithm does not train."
        raise refuse("EB-139", what + did_you_mean(value, known), f"Write types of: {', '.join(known)}")
    return value


def _endpoint_type(value: str) -> str:
    if why := instance_types.why_no_endpoint(value):
        fix = "Write a type such as ml.m5.large, ml.c5.large or ml.m5.xlarge"
        raise refuse("EB-140", f"found `{value[:60]}`: {why}", fix)
    return value


def _notebook_type(value: str) -> str:
    if why := instance_types.why_no_notebook(value):
        raise refuse("EB-140", f"found `{value[:60]}`: {why}", "Write a type such as ml.t3.medium")
    return value


def _principal(value: str) -> str:
    if not PRINCIPAL.fullmatch(value):
        fix = "Write the ARN of an IAM user or role, such as arn:aws:iam::111111111111:user/organiser"
        session = ":assumed-role/" in value
        what = (
            f"found `{value[:100]}`, which is {'the session of a role' if session else 'no ARN of an IAM user or role'}"
        )
        raise refuse("EB-560", what, fix)
    return value


Moment = Annotated[datetime, BeforeValidator(_moment)]
Region = Annotated[StrictStr, AfterValidator(_region)]
AccountId = Annotated[str, BeforeValidator(_account_id)]
MailAddress = Annotated[str, BeforeValidator(_mail)]
Positive = Annotated[StrictInt, Field(ge=1, le=1000)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Schedule(Part):
    """When the doors open and close, and when what the tool made counts as left behind."""

    opens: Moment = Field(description="date, time and offset, such as 2026-12-10T09:00+09:00")
    closes: Moment = Field(description="date, time and offset, later than opens")
    expires: Moment = Field(description="date, time and offset, later than closes")

    @field_validator("closes")
    @classmethod
    def _closes_after_it_opens(cls, closes: datetime, info: ValidationInfo) -> datetime:
        opens = info.data.get("opens")
        if opens is not None and closes <= opens:
            raise refuse("EB-137", "is not after `opens`", "Write a time after the event opens")
        return closes

    @field_validator("expires")
    @classmethod
    def _expires_after_it_closes(cls, expires: datetime, info: ValidationInfo) -> datetime:
        closes = info.data.get("closes")
        if closes is not None and expires <= closes:
            raise refuse("EB-137", "is not after `closes`", "Write a time after the event closes")
        return expires


class Training(Part):
    """Training jobs: instance types, best first; volume in GB; longest runtimes in minutes."""

    instance_types: tuple[Annotated[StrictStr, AfterValidator(_training_type)], ...] = Field(
        default=("ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge"),
        min_length=1,
        max_length=5,
        description="a list of 1 to 5 instance types of families p2, p3, g4dn and g5, the best first",
    )
    volume_gb: StrictInt = Field(default=50, ge=1, le=1024, description="a whole number from 1 to 1024 (GB)")
    smoke_minutes: StrictInt = Field(default=15, ge=5, le=120, description="5 to 120 (minutes)")
    notebook_minutes: StrictInt = Field(default=30, ge=5, le=1440, description="5 to 1440 (minutes)")
    tuning_job_minutes: StrictInt = Field(default=240, ge=5, le=1440, description="5 to 1440 (minutes)")

    @field_validator("instance_types")
    @classmethod
    def _each_type_once(cls, types: tuple[str, ...]) -> tuple[str, ...]:
        if twice := sorted({each for each in types if types.count(each) > 1}):
            raise refuse("EB-139", f"has {', '.join(twice)} twice", "Name each type once, the best first")
        return types

    @field_validator("volume_gb")
    @classmethod
    def _volume_fits_every_type(cls, volume: int, info: ValidationInfo) -> int:
        sizes = {each: instance_types.TRAINING_STORAGE_GB[each] for each in info.data.get("instance_types", ())}
        small = [f"{name} holds {size}" for name, size in sizes.items() if size < volume]
        if small:
            fix = f"Write {min(sizes.values())} or less, or take these types out of training.instance_types"
            raise refuse("EB-141", f"found `{volume}` GB, but {' and '.join(small)} GB", fix)
        return volume


class Notebook(Part):
    instance_type: Annotated[StrictStr, AfterValidator(_notebook_type)] = Field(
        default="ml.t3.medium", description="a notebook instance type such as ml.t3.medium"
    )
    volume_gb: StrictInt = Field(default=5, ge=5, le=1024, description="a whole number from 5 to 1024 (GB)")


class Endpoint(Part):
    """The endpoint that teams deploy and let scale; `target` is in invocations per instance and minute."""

    instance_type: Annotated[StrictStr, AfterValidator(_endpoint_type)] = Field(
        default="ml.m5.large", description="an endpoint instance type that can scale, such as ml.m5.large"
    )
    minimum: StrictInt = Field(default=1, ge=1, le=4, description="a whole number from 1 to 4")
    # 4 is AWS's default for "Maximum number of instances per endpoint".
    maximum: StrictInt = Field(default=2, ge=1, le=4, description="a whole number from 1 to 4, not below minimum")
    target: StrictFloat = Field(default=50, gt=0, le=100000, description="a number above 0")

    @field_validator("maximum")
    @classmethod
    def _maximum_is_not_below_minimum(cls, maximum: int, info: ValidationInfo) -> int:
        if maximum < info.data.get("minimum", 1):
            raise refuse("EB-136", f"found `{maximum}`, below minimum", "Write a number from minimum to 4")
        return maximum


class AccessSettings(Part):
    role_name: StrictStr = Field(
        default="event-bootstrap-access",
        pattern=r"^[\w+=,.@-]{1,64}$",
        description="the name of an IAM role: up to 64 letters, digits and + = , . @ _ -",
    )
    # A role assumed from a role lives one hour at most, whatever its own setting says.
    session_minutes: StrictInt = Field(default=60, ge=15, le=60, description="15 to 60 (minutes)")
    principals: tuple[Annotated[StrictStr, AfterValidator(_principal)], ...] = Field(
        default=(), max_length=8, description="a list of up to 8 ARNs of IAM users and roles"
    )


class Patience(Part):
    """How long, in minutes, something may wait before it is reported as still waiting."""

    quota_minutes: Positive = Field(default=45, description="1 to 1000 (minutes)")
    better_type_minutes: Positive = Field(default=15, description="1 to 1000 (minutes)")
    capacity_minutes: Positive = Field(default=10, description="1 to 1000 (minutes)")
    stack_minutes: Positive = Field(default=30, description="1 to 1000 (minutes)")
