"""Resources of a team's account when a lab is done: the `end_states` of lab.yaml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from bootstrap.errors.message import msg
from bootstrap.event import placeholders
from bootstrap.event.model_problems import refuse
from bootstrap.event.placeholders import Stands
from bootstrap.event.suggest import did_you_mean

Where = Literal["open", "closed"]
ID = r"^[a-z][a-z0-9-]{0,39}$"


def _number(value: Any) -> Any:
    if isinstance(value, str) and placeholders.kind_of(value) is not Stands.NUMBER:
        what = msg("found `{found}`, which is no number", found=value[:60])
        names = ", ".join(f"{{{name}}}" for name, kind in placeholders.KINDS.items() if kind is Stands.NUMBER)
        raise refuse("EB-156", what, msg("Write a number, or one of: {names}", names=names))
    return value


def _no_list(value: Any) -> Any:
    if isinstance(value, str) and placeholders.kind_of(value) is Stands.LIST:
        what = msg("found `{found}`, which is a list: no single value is one", found=value[:60])
        raise refuse("EB-156", what, msg("Write a text, a number, true or false; only `equals` compares lists"))
    return value


def _something(value: Any) -> Any:
    if value == "":
        raise refuse("EB-156", msg("expects an empty text, which every text has in it"), msg("Write the text"))
    return value


Filled = Annotated[StrictStr, AfterValidator(placeholders.known)]
# Infinity and NaN are no numbers of JSON.
_Float = Annotated[StrictFloat, Field(allow_inf_nan=False)]
Number = Annotated[StrictInt | _Float | Filled, AfterValidator(_number)]
Expression = Annotated[StrictStr, Field(min_length=1, max_length=1000), AfterValidator(placeholders.known)]
Scalar = StrictBool | StrictInt | _Float | Filled
_Single = Annotated[Scalar, AfterValidator(_no_list)]


def _in_order(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    if not any(isinstance(each, str) for each in pair) and pair[0] > pair[1]:
        what = msg("found `{low}, {high}`: the first number is the larger one", low=pair[0], high=pair[1])
        raise refuse("EB-156", what, msg("Write the fewest first, then the most"))
    return pair


class Expect(BaseModel):
    """Expectation of the expression's result: exactly one of these keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    equals: Scalar | tuple[Scalar, ...] | None = Field(
        default=None, description=msg("a text, a number, true or false, or a list of these: the result is this")
    )
    at_least: Number | None = Field(default=None, description=msg("a number: the result is this or more"))
    at_most: Number | None = Field(default=None, description=msg("a number: the result is this or less"))
    between: Annotated[tuple[Number, Number], AfterValidator(_in_order)] | None = Field(
        default=None, description=msg("two numbers: the result is one of them or lies between them")
    )
    one_of: tuple[_Single, ...] | None = Field(
        default=None, min_length=1, description=msg("a list: the result is one of these")
    )
    contains: Annotated[_Single, AfterValidator(_something)] | None = Field(
        default=None, description=msg("a text or a number: the result, a list or a text, has this in it")
    )
    present: StrictBool | None = Field(
        default=None, description=msg("true or false: true if there is a result, false if there must be none")
    )

    @model_validator(mode="after")
    def _one(self) -> Expect:
        names = list(Expect.model_fields)
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            what = msg("names {count} expectations, not one", count=len(given))
            raise refuse("EB-156", what, msg("Write exactly one of: {names}", names=", ".join(names)))
        return self

    @property
    def test(self) -> str:
        """The name of the key that is given."""
        return next(name for name in Expect.model_fields if getattr(self, name) is not None)


class Read(BaseModel):
    """A call that only reads, as botocore names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: StrictStr = Field(description=msg("a service as boto3 names it"), examples=["s3", "sagemaker"])
    operation: StrictStr = Field(
        description=msg("an operation as AWS's API reference names it"), examples=["GetObject", "ListTrainingJobs"]
    )
    parameters: Annotated[dict[StrictStr, Any], AfterValidator(placeholders.known)] = Field(
        default={},
        description=msg("`key: value` lines: the operation's parameters, with placeholders such as {{bucket}}"),
    )


class Each(BaseModel):
    """A read that is made first: what it finds stands for {each} in the parameters of the other one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: Read = Field(description=msg("`key: value` lines: service, operation, parameters"))
    expression: Expression = Field(description=msg("a JMESPath expression: a list of names in the answer"))


class EndState(BaseModel):
    """One thing that the team has reached: a read, what to take from its answer, and what that must be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: StrictStr = Field(pattern=ID, description=msg("a short name of a-z, 0-9 and -, once in the lab"))
    title: StrictStr = Field(min_length=1, max_length=120, description=msg("in English, what the team has reached"))
    title_zh: StrictStr = Field(default="", max_length=120, description=msg("the same in Chinese"))
    read: Read = Field(description=msg("`key: value` lines: service, operation, parameters"))
    each: Each | None = Field(
        default=None,
        description=msg("`key: value` lines: read and expression; finds names, for each of which `read` is made"),
    )
    expression: Expression = Field(description=msg("a JMESPath expression: what to take from the answer"))
    expect: Expect = Field(description=msg("one line of `key: value`: what the result must be"))
    after: tuple[StrictStr, ...] = Field(
        default=(),
        description=msg("a list of ids: it counts only once these are reached; before the lab it may well be so"),
    )
    until: Literal["cleaned"] | None = Field(
        default=None, description=msg("cleaned: it holds only until the team cleans up; having been so once is enough")
    )
    only: Where | None = Field(
        default=None, description=msg("open or closed: it counts only where the lab's service is open to the account")
    )

    @model_validator(mode="after")
    def _each_is_found(self) -> EndState:
        if self.each is None and "each" in placeholders.named(self.read.parameters):
            what = msg("has {word}, and no `each` that finds it", word="{each}")
            raise refuse("EB-152", what, msg("Add `each` with read and expression, or write a name"))
        elsewhere = [self.expression, self.expect.model_dump()]
        elsewhere += [self.each.read.parameters, self.each.expression] if self.each else []
        if "each" in placeholders.named(elsewhere):
            what = msg("has {word} outside the parameters of `read`, where it stands for nothing", word="{each}")
            raise refuse("EB-152", what, msg("Write a name; an expression sees all answers in the list `Each`"))
        return self


def agree(states: Sequence[EndState]) -> Sequence[EndState]:
    """Return the end states. Raises EB-158, as a validator does, if ids are not unique or name none above them."""
    twice = [name for name, count in Counter(each.id for each in states).items() if count > 1]
    if twice:
        raise refuse("EB-158", msg("has the id {ids} twice", ids=", ".join(twice)), msg("Give each one its own id"))
    above: list[str] = []
    for each in states:
        for name in each.after:
            if name not in above:
                what = msg("{id} is to count after `{name}`, which does not stand above it", id=each.id, name=name)
                fix = msg("Name ids of end states that stand above it")
                raise refuse("EB-158", did_you_mean(what, name, above), fix)
        above.append(each.id)
    return states
