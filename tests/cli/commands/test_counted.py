"""One rehearsal of the shipped event: how often each thing is made. Counts of calls, never times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli.commands.follow import StandingReader
from bootstrap.event import prices
from bootstrap.steps import templates
from tests import made_up_journal
from tests.made_up_journal import MadeUp
from tests.runs import starter

REPOSITORY = Path(__file__).parents[3]
OUTPUTS = ("plain",)

# Counts the calls of some functions while a command runs. What a module takes from another one by name is wrapped
# before it is imported there: the lowest come first.
_COUNTING = """
import collections, functools, json
from importlib import import_module
from pathlib import Path
found = collections.Counter()

def counted(module, path):
    holder = import_module(f"bootstrap.{module}")
    *classes, name = path.split(".")
    for each in classes:
        holder = getattr(holder, each)
    usual = vars(holder)[name]
    method = isinstance(usual, classmethod)
    function = usual.__func__ if method else usual

    @functools.wraps(function)
    def wrapper(*arguments, **named):
        found[path] += 1
        return function(*arguments, **named)

    setattr(holder, name, classmethod(wrapper) if method else wrapper)

counted("event.names", "Names.of")
counted("engine.queue", "Queue._say")
counted("engine.outcomes", "cleaned")
counted("engine.results", "Tally.take")
counted("journal.journal", "Journal.record")
counted("steps.templates", "render")
counted("steps.stack.step", "build")
counted("steps.plan", "entries")
from bootstrap.cli import main
try:
    main()
finally:
    Path("counts.json").write_text(json.dumps(found))
"""


@pytest.fixture(scope="module", params=OUTPUTS)
def counts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """How often each function of ours was called in a rehearsal; of the simulated AWS nothing, it runs by itself."""
    return rehearsed(tmp_path_factory.mktemp(request.param), request.param)


def rehearsed(folder: Path, output: str) -> Mapping[str, int]:
    starter(folder)
    words = [sys.executable, "-c", _COUNTING, "rehearse", "--output", output]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: Mapping[str, int] = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    return found


def test_an_account_is_planned_once_and_each_of_its_stacks_rendered_once(counts: Mapping[str, int]) -> None:
    accounts = counts["Names.of"]
    assert accounts == 6
    assert counts["entries"] == accounts
    assert counts["build"] == counts["render"] == 5 * accounts


def test_each_event_is_cleaned_once_and_counted_once(counts: Mapping[str, int]) -> None:
    told = counts["Queue._say"]
    assert told > 200
    # What a run begins to change is told to the journal alone, before it does.
    assert counts["cleaned"] == counts["Journal.record"] >= told
    assert counts["Tally.take"] == told


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    return made_up_journal.event(tmp_path_factory.mktemp("large"), 300)


def test_validate_renders_a_template_once_for_all_teams_that_differ_by_name_alone(
    large: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered = counting(monkeypatch, templates, "render")
    templates.check_roster(large.inputs.event, large.inputs.accounts)
    assert sorted(each[0] for each in rendered) == ["buckets", "notebooks", "notifications", "roles", "workforce"]


def test_where_an_event_stands_is_told_without_rendering_anything(
    large: MadeUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered, read = counting(monkeypatch, templates, "render"), counting(monkeypatch, prices, "read")
    StandingReader(large.choice, large.inputs, large.inputs.accounts).close()
    assert (len(rendered), len(read)) == (0, 1)


def counting(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[tuple[Any, ...]]:
    """With what the module's function is called from now on."""
    calls: list[tuple[Any, ...]] = []
    usual = getattr(module, name)

    def counted(*arguments: Any) -> Any:
        calls.append(arguments)
        return usual(*arguments)

    monkeypatch.setattr(module, name, counted)
    return calls
