"""Read and check the questions of the quiz: labs/quiz/questions.yaml."""

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
    ValidationInfo,
    field_validator,
)

from bootstrap.errors.message import msg
from bootstrap.event import file_schema, model_problems
from bootstrap.event.model_problems import refuse
from bootstrap.reading import yaml_file

Topic = Literal["sagemaker", "ai-services", "scenarios", "gpu", "labs"]
Letter = Literal["a", "b", "c", "d", "e", "f"]

_LETTERS = "abcdef"
_SOURCE = re.compile(r"https://(docs\.aws\.amazon\.com|aws\.amazon\.com)/\S+")


def _of_aws(value: str) -> str:
    if not _SOURCE.fullmatch(value):
        fix = msg("Write the address of a page of docs.aws.amazon.com")
        raise refuse("EB-136", msg("found `{found}`", found=value[:60]), fix)
    return value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Part):
    """The same sentence in both languages."""

    en: StrictStr = Field(min_length=1, max_length=400, description=msg("the text in English"))
    zh: StrictStr = Field(min_length=1, max_length=400, description=msg("the text in Chinese"))


class Question(_Part):
    """One question. `answer` holds the letters of all right choices; a page may show the choices in another order."""

    id: StrictStr = Field(pattern=r"^[a-z0-9-]{1,40}$", description=msg("a name of 1 to 40 characters a-z, 0-9 and -"))
    topic: Topic = Field(description=msg("one of: sagemaker, ai-services, scenarios, gpu, labs"))
    question: Text = Field(description=msg("the question as `en:` and `zh:`"))
    choices: dict[Letter, Text] = Field(min_length=3, max_length=6, description=msg("3 to 6 choices: a, b, c, ..."))
    answer: tuple[Letter, ...] = Field(min_length=1, description=msg("a list of the letters of the right choices"))
    why: Text = Field(description=msg("the explanation of the answer as `en:` and `zh:`"))
    source: Annotated[StrictStr, AfterValidator(_of_aws)] = Field(description=msg("the address of a page of AWS"))

    @field_validator("choices")
    @classmethod
    def _lettered_and_different(cls, choices: dict[str, Text]) -> dict[str, Text]:
        wanted = list(_LETTERS[: len(choices)])
        if list(choices) != wanted:
            what = msg("found the letters {found}", found=", ".join(choices))
            raise refuse("EB-136", what, msg("Use the letters {wanted}, in this order", wanted=", ".join(wanted)))
        for language in ("en", "zh"):
            if len({getattr(each, language) for each in choices.values()}) < len(choices):
                what = msg("two choices are the same in `{language}`", language=language)
                raise refuse("EB-136", what, msg("Make every choice different"))
        return choices

    @field_validator("answer")
    @classmethod
    def _some_of_the_choices(cls, answer: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        choices = info.data.get("choices")
        if choices is not None and not (set(answer) < set(choices) and len(set(answer)) == len(answer)):
            fix = msg("Write the letters of the right choices, each once; at least one choice must be wrong")
            what = msg("found `{found}` of {choices}", found=", ".join(answer), choices=", ".join(choices))
            raise refuse("EB-136", what, fix)
        return answer


class QuizFile(_Part):
    """The keys of questions.yaml."""

    questions: tuple[Question, ...] = Field(min_length=1, description=msg("a list of questions"))

    @field_validator("questions")
    @classmethod
    def _each_id_once(cls, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        ids = [each.id for each in questions]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            what = msg("two questions have the id {ids}", ids=", ".join(twice))
            raise refuse("EB-136", what, msg("Give every question its own id"))
        return questions


def read(path: Path) -> tuple[Question, ...]:
    """Return all questions in the order of the file. Raises BadInput with all its problems."""
    called = f"labs/quiz/{path.name}"
    document = file_schema.without(yaml_file.read(path, called), called)
    return model_problems.validated(QuizFile, document, called).questions
