"""Read labs/<lab>/teacher.yaml: what a teacher says in each section, what goes wrong there, and the slides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr

from bootstrap.errors import catalogue
from bootstrap.errors.message import msg
from bootstrap.event import file_schema, model_problems
from bootstrap.event.quiz import Text
from bootstrap.event.suggest import did_you_mean
from bootstrap.reading import yaml_file

FILE = "teacher.yaml"
PICTURES = "pictures"


def _known_code(code: str) -> str:
    known = catalogue()
    if code not in known:
        what = did_you_mean(msg("found `{found}`, but no code is called so", found=code), code, known)
        raise model_problems.refuse("EB-136", what, msg("Write a code that `event-bootstrap explain` knows"))
    return code


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CommonMistake(_Part):
    """A common mistake. `codes`: what `doctor` reports of it; none if it cannot see it."""

    what: Text = Field(description=msg("what goes wrong as `en:` and `zh:`"))
    fix: Text = Field(description=msg("what helps as `en:` and `zh:`"))
    codes: tuple[Annotated[StrictStr, AfterValidator(_known_code)], ...] = Field(
        default=(), description=msg("a list of the codes that doctor reports")
    )


class TaughtSection(_Part):
    """A section of the lab's guide. `minutes`: what teams usually need for it."""

    section: StrictStr = Field(
        min_length=1, max_length=20, description=msg("the number of the section in the guide, in quotes")
    )
    title: Text = Field(description=msg("the section's title as `en:` and `zh:`"))
    minutes: StrictInt = Field(ge=0, le=600, description=msg("0 to 600: minutes that teams need for the section"))
    say: tuple[Text, ...] = Field(default=(), description=msg("a list of talking points as `en:` and `zh:`"))
    mistakes: tuple[CommonMistake, ...] = Field(default=(), description=msg("a list of common mistakes"))


class Slide(_Part):
    """One slide. `picture`: the name of a picture of the lab, without ending."""

    title: Text = Field(description=msg("the slide's title as `en:` and `zh:`"))
    points: tuple[Text, ...] = Field(default=(), max_length=6, description=msg("up to 6 points as `en:` and `zh:`"))
    picture: StrictStr = Field(
        default="", pattern=r"^[a-z0-9-]*$", description=msg("the name of a file in pictures/, without its ending")
    )


class Teaching(_Part):
    """The keys of teacher.yaml."""

    sections: tuple[TaughtSection, ...] = Field(default=(), description=msg("a list of the guide's sections"))
    slides: tuple[Slide, ...] = Field(default=(), description=msg("a list of slides"))


def read(folder: Path) -> Teaching | None:
    """Return what the folder's teacher.yaml says; None without a file. Raises BadInput with all problems."""
    path = folder / FILE
    if not path.is_file():
        return None
    called = f"{folder.parent.name}/{folder.name}/{FILE}" if folder.name != "labs" else f"labs/{FILE}"
    document = file_schema.without(yaml_file.read(path, called), called)
    return model_problems.validated(Teaching, document, called)


def picture(folder: Path, name: str, language: str) -> Path | None:
    """Return the file of a slide's picture in a language, or in English; None if there is none."""
    endings = (".zh-CN.svg", ".svg") if language == "zh" else (".svg",)
    files = (folder / PICTURES / f"{name}{ending}" for ending in endings)
    return next((each for each in files if each.is_file()), None)
