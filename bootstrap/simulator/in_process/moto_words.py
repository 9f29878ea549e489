"""AWS's words for what is not there, where moto has its own. Sources: tests/evidence/rows."""

from __future__ import annotations

import importlib
import re
from functools import cache, partial
from typing import Any

_Wordings = tuple[tuple[re.Pattern[str], str], ...]
_IAM: _Wordings = (
    (re.compile(r"Role (.+) not found"), "The role with name {} cannot be found."),
    (re.compile(r"Policy Document (.+) not attached to role .+"), "The role policy with name {} cannot be found."),
    (re.compile(r"Instance profile (.+) not found"), "Instance Profile {} cannot be found."),
    (re.compile(r"Policy (arn:\S+) not found"), "Policy {} was not found."),
    (re.compile(r"Group (.+) not found"), "The group with name {} cannot be found."),
    (re.compile(r"User (.+) not found"), "The user with name {} cannot be found."),
    (re.compile(r"Login profile for (.+) not found"), "Login Profile for User {} cannot be found."),
    (re.compile(r"SamlProvider (\S+) not found"), "Manifest not found for arn {}"),
    (re.compile(r"OpenIDConnect Provider not found for arn (\S+)"), "OpenIDConnect Provider not found for arn {}"),
)
_SNS: _Wordings = ((re.compile(r"(?:Fifo )?Topic names must .*"), "Invalid parameter: Topic Name"),)
# Module of moto's exceptions, class -> wordings; the first whose pattern is the whole message counts.
_CLASSES: tuple[tuple[str, str, _Wordings], ...] = (
    ("moto.iam.exceptions", "NotFoundException", _IAM),
    ("moto.ssm.exceptions", "ParameterNotFound", ((re.compile(r".*", re.DOTALL), ""),)),
    ("moto.sns.exceptions", "InvalidParameterValue", _SNS),
    ("moto.cognitoidp.exceptions", "UsernameExistsException", ((re.compile(r".*"), "User account already exists"),)),
)


@cache
def apply() -> None:
    """Make moto's exceptions say what AWS says. Idempotent."""
    for module, name, wordings in _CLASSES:
        _reword(getattr(importlib.import_module(module), name), wordings)


def _reword(raised: Any, wordings: _Wordings) -> None:
    begin, word = raised.__init__, partial(_worded, wordings)

    def begun(self: Any, *args: Any, **kwargs: Any) -> None:
        begin(self, *(word(each) if isinstance(each, str) else each for each in args), **kwargs)

    raised.__init__ = begun


def _worded(wordings: _Wordings, said: str) -> str:
    for pattern, wording in wordings:
        if found := pattern.fullmatch(said):
            return wording.format(*found.groups())
    return said
