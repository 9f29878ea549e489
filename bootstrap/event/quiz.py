"""labs/quiz/questions.yaml -> the questions of the quiz, checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bootstrap.errors import BadInput
from bootstrap.event import model_problems, yaml_file
from bootstrap.event.model_problems import refuse

Topic = Literal["sagemaker", "ai-services", "scenarios", "gpu"]
Letter = Literal["a", "b", "c", "d", "e", "f"]

_LETTERS = "abcdef"
_SOURCE = re.compile(r"https://(docs\.aws\.amazon\.com|aws\.amazon\.com)/\S+")


def _of_aws(value: str) -> str:
    if not _SOURCE.fullmatch(value):
        raise refuse("EB-136", f"found `{value[:60]}`", "Write the address of a page of docs.aws.amazon.com")
    return value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Part):
    """The same sentence in both languages."""

    en: StrictStr = Field(min_length=1, max_length=400, description="the text in English")
    zh: StrictStr = Field(min_length=1, max_length=400, description="the text in Chinese")


class Question(_Part):
    """`answer` holds every right letter, and no other; who asks may shuffle the choices."""

    id: StrictStr = Field(pattern=r"^[a-z0-9-]{1,40}$", description="a short name of a-z, 0-9 and -")
    topic: Topic = Field(description="one of: sagemaker, ai-services, scenarios, gpu")
    question: Text = Field(description="en and zh")
    choices: dict[Letter, Text] = Field(min_length=3, max_length=6, description="3 to 6 choices: a, b, c, ...")
    answer: tuple[Letter, ...] = Field(min_length=1, description="a list of the letters of the right choices")
    why: Text = Field(description="en and zh")
    source: Annotated[StrictStr, AfterValidator(_of_aws)] = Field(description="the address of a page of AWS")

    @field_validator("choices")
    @classmethod
    def _lettered_and_different(cls, choices: dict[str, Text]) -> dict[str, Text]:
        wanted = list(_LETTERS[: len(choices)])
        if list(choices) != wanted:
            raise refuse("EB-136", f"found the letters {', '.join(choices)}", f"Letter them {', '.join(wanted)}")
        for language in ("en", "zh"):
            if len({getattr(each, language) for each in choices.values()}) < len(choices):
                raise refuse("EB-136", f"two choices are the same in `{language}`", "Make every choice another one")
        return choices

    @field_validator("answer")
    @classmethod
    def _some_of_the_choices(cls, answer: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        choices = info.data.get("choices")
        if choices is not None and not (set(answer) < set(choices) and len(set(answer)) == len(answer)):
            fix = "Write the letters of the right choices, each once, and not all of them"
            raise refuse("EB-136", f"found `{', '.join(answer)}` of {', '.join(choices)}", fix)
        return answer


class _File(_Part):
    questions: tuple[Question, ...] = Field(min_length=1, description="a list of questions")

    @field_validator("questions")
    @classmethod
    def _each_id_once(cls, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        ids = [each.id for each in questions]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise refuse("EB-136", f"two questions are called {', '.join(twice)}", "Give every question its own id")
        return questions


def read(path: Path) -> tuple[Question, ...]:
    """Every question, in the order of the file. Raises BadInput with every problem of it."""
    called = f"labs/quiz/{path.name}"
    document = yaml_file.read(path, called)
    found = list(document.problems)
    try:
        file = _File.model_validate(document.values)
    except ValidationError as error:
        found += model_problems.problems(error, _File, document, called)
    if found:
        raise BadInput(found)
    return file.questions
