"""Steps that do a lab from beginning to end: the `solution` of lab.yaml. A rehearsal plays it as a team would."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr, model_validator

from bootstrap.errors.message import msg
from bootstrap.event.end_state import Where
from bootstrap.event.model_problems import refuse

# Plain words and one pipe, nothing else that a shell interprets: the lines run on the organiser's computer.
_PROGRAMS = r"aws s3 (?:cp|ls|sync)|cat|event-bootstrap label|python3 labs/[\w/-]+\.py"
COMMAND = re.compile(rf"(?:{_PROGRAMS})(?: [\w./:~-]+)*(?: \| wc -l)?")

ACTIONS = ("guide", "run", "notebook", "label", "page", "fetch", "wait")
# Which of the other keys an action takes.
_WITH = {"guide": {"to", "values", "closed"}, "run": {"closed"}}


def _runs(line: str) -> str:
    if not COMMAND.fullmatch(line):
        what = msg("found `{found}`, a line that cannot be run", found=line[:80])
        fix = msg(
            "Write `python3 labs/NAME/solution/....py` with plain words after it; explain EB-614 says what else runs"
        )
        raise refuse("EB-157", what, fix)
    return line


class SolutionStep(BaseModel):
    """One step: exactly one of the keys that say what is done, and keys that say how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    guide: Literal[True] | None = Field(
        default=None, description=msg("true: type the command lines of guide.md that are left, in their order")
    )
    run: Annotated[StrictStr, AfterValidator(_runs)] | None = Field(
        default=None,
        description=msg("a command line; the words EVENT, TEAM, BUCKET, REGION and ACCOUNT get the team's values"),
        examples=["python3 labs/hello/solution/answer.py BUCKET TEAM"],
    )
    notebook: Annotated[StrictStr, Field(pattern=r"^[\w-]+\.ipynb$")] | None = Field(
        default=None, description=msg("a notebook of the lab's folder: run its cells; what is tagged by-hand:NAME, too")
    )
    label: Annotated[StrictStr, Field(min_length=1)] | None = Field(
        default=None, description=msg("the name of a labelling job: the team's people label its pictures in the portal")
    )
    page: Literal[True] | None = Field(
        default=None, description=msg("true: the team's people label on the page of `event-bootstrap label`")
    )
    fetch: Literal[True] | None = Field(
        default=None, description=msg("true: copy the lab files from the bucket, unless an earlier lab has done it")
    )
    wait: Annotated[StrictInt, Field(ge=1, le=1440)] | None = Field(
        default=None, description=msg("1 to 1440: minutes to wait for AWS")
    )
    to: StrictStr | None = Field(
        default=None,
        description=msg("beginning of a line of the guide: stop after it; the next guide step goes on there"),
    )
    values: dict[Annotated[StrictStr, Field(pattern=r"^[A-Z]{3,}$")], StrictStr] = Field(
        default={}, description=msg("`WORD: value` lines: what the team would write for words of the guide in capitals")
    )
    closed: StrictInt | None = Field(
        default=None, description=msg("exit code by which a line says that AWS has closed the lab's service")
    )
    only: Where | None = Field(
        default=None,
        description=msg("open or closed: do this only if no line, or if a line, ended with that exit code"),
    )

    @model_validator(mode="after")
    def _one(self) -> SolutionStep:
        given = [name for name in ACTIONS if getattr(self, name) is not None]
        if len(given) != 1:
            what = msg("names {count} things to do, not one", count=len(given))
            raise refuse("EB-157", what, msg("Write exactly one of: {names}", names=", ".join(ACTIONS)))
        options = {name for name in ("to", "values", "closed") if getattr(self, name) not in (None, {})}
        if wrong := sorted(options - _WITH.get(given[0], set())):
            what = msg("has {keys} beside `{action}`", keys=", ".join(wrong), action=given[0])
            raise refuse("EB-157", what, msg("Delete these keys: this step does not use them"))
        return self

    @property
    def action(self) -> str:
        """The key that says what is done."""
        return next(name for name in ACTIONS if getattr(self, name) is not None)


def own_files(step: SolutionStep, lab: str) -> list[tuple[str, str]]:
    """Return the files of the lab's folder that the step runs, each with the key that names it."""
    scripts = re.findall(rf"python3 labs/{re.escape(lab)}/(solution/\S+)", step.run or "")
    found = [("run", script) for script in scripts]
    return found + ([("notebook", step.notebook)] if step.notebook else [])
