"""The stacks that the tool would make in an account, rendered for another client to deploy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bootstrap.cli.commands.choice import read
from bootstrap.event.names import Names
from bootstrap.steps import templates
from tests.runs import choice

_STACKS = ("buckets", "roles", "notebooks", "notifications", "workforce")


@dataclass(frozen=True, slots=True)
class Stack:
    name: str
    body: str
    after: tuple[str, ...]
    capabilities: tuple[str, ...]


def rendered(at: Path, team: str) -> list[Stack]:
    """Each after those that it needs."""
    inputs = read(choice(at))
    account = next(each for each in inputs.accounts if each.team == team)
    names = Names(inputs.event.name, account.account_id, account.region)
    made = {name: templates.render(name, inputs.event, account, names) for name in _STACKS}
    return [Stack(name, one.body, tuple(one.after), tuple(one.capabilities)) for name, one in made.items()]
