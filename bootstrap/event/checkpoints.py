"""Read labs/<lab>/checkpoints.yaml, and pack it for the teams without its answers."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, ValidationError

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import model_problems
from bootstrap.reading import yaml_file
from bootstrap.reading.yaml_file import Document, dotted

FILE = "checkpoints.yaml"
PACKED = "checkpoints.json"
LETTERS = "abcd"


class Option(BaseModel):
    """One answer to choose, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: StrictStr = Field(min_length=1, max_length=300, description=msg("the text in English"))
    zh: StrictStr = Field(min_length=1, max_length=300, description=msg("the text in Chinese"))


class Checkpoint(BaseModel):
    """A question after a section of a lab. The choices are a, b, c, d in the order of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: StrictInt = Field(ge=1, le=99, description=msg("a number from 1 to 99"))
    section: StrictStr = Field(
        min_length=1, max_length=20, description=msg("the number of the section that it belongs to, in quotes")
    )
    question: StrictStr = Field(min_length=1, max_length=400, description=msg("the question in English"))
    question_zh: StrictStr = Field(min_length=1, max_length=400, description=msg("the question in Chinese"))
    choices: tuple[Option, ...] = Field(min_length=2, max_length=4, description=msg("2 to 4 choices"))
    answer: Literal["a", "b", "c", "d"] = Field(description=msg("the letter of the right choice: a, b, c or d"))
    why: StrictStr = Field(min_length=1, max_length=800, description=msg("the explanation of the answer in English"))
    why_zh: StrictStr = Field(min_length=1, max_length=800, description=msg("the explanation of the answer in Chinese"))


_CHECKPOINTS = TypeAdapter(tuple[Checkpoint, ...])


def read(folder: Path) -> tuple[Checkpoint, ...]:
    """Return the checkpoints of the lab in this folder; none without a file. Raises BadInput with all problems."""
    if not (folder / FILE).is_file():
        return ()
    called = f"labs/{folder.name}/{FILE}"
    document = yaml_file.read(folder / FILE, called)
    if not document.values and not document.problems:
        # Only comments are left of it.
        return ()
    found = list(document.problems)
    checkpoints: tuple[Checkpoint, ...] = ()
    try:
        checkpoints = _CHECKPOINTS.validate_python(document.values)
    except ValidationError as error:
        found += model_problems.problems(error, Checkpoint, document, called)
    found += _contradictions(checkpoints, document, called)
    if found:
        raise BadInput(found)
    return checkpoints


def _contradictions(checkpoints: tuple[Checkpoint, ...], document: Document, called: str) -> list[Problem]:
    found, seen = [], set()
    for index, each in enumerate(checkpoints):
        if each.id in seen:
            fix = msg("Give each checkpoint a number of its own")
            found.append(_problem((index, "id"), document, called, fix))
        if LETTERS.index(each.answer) >= len(each.choices):
            fix = msg("Write the letter of one of the choices: the first one is a")
            found.append(_problem((index, "answer"), document, called, fix))
        seen.add(each.id)
    return found


def _problem(place: tuple[int, str], document: Document, called: str, fix: str) -> Problem:
    what = msg("found `{found}`", found=document.written.get(place, ""))
    return Problem("EB-136", what, f"{called}:{document.lines[place]}: {dotted(place)}", fix=fix)


def packed(lab: str, checkpoints: tuple[Checkpoint, ...]) -> bytes:
    """Return the content of checkpoints.json, which `labs/checkpoints.py` reads.

    The answer is there as a digest only, and the explanation is scrambled with the answer: nobody reads either by
    accident. Whoever wants to compute them can.
    """
    listed = []
    for each in checkpoints:
        key = sha256(f"{lab} {each.id} {each.answer}".encode()).digest()
        why = json.dumps({"en": each.why, "zh": each.why_zh}, ensure_ascii=False).encode()
        listed.append(
            {
                "id": each.id,
                "section": each.section,
                "question": {"en": each.question, "zh": each.question_zh},
                "choices": {LETTERS[place]: choice.model_dump() for place, choice in enumerate(each.choices)},
                "answer": sha256(key).hexdigest(),
                "why": base64.b64encode(_scrambled(why, key)).decode(),
            }
        )
    return json.dumps({"lab": lab, "checkpoints": listed}, ensure_ascii=False, indent=1).encode()


def _scrambled(text: bytes, key: bytes) -> bytes:
    stream = b"".join(sha256(key + bytes([block])).digest() for block in range(len(text) // 32 + 1))
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))
