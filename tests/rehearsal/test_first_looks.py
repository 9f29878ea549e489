"""The time until a run sees that something is ready: stacks, the notebook in one of them, and the training job."""

from __future__ import annotations

from pathlib import Path

from bootstrap.cli.commands.choice import read
from bootstrap.engine.states import Outcome
from bootstrap.event.names import Names
from bootstrap.simulator.scenarios.service_parts import NotebooksPart, StacksPart
from bootstrap.steps import templates
from tests.runs import choice, folder, rehearsed

TEAMS = 4
# Seconds of the calls around a look, 80 ms each.
CALLS = 3.0


def test_what_is_ready_is_seen_before_1_3_times_its_own_duration_has_passed(tmp_path: Path) -> None:
    with rehearsed(folder(tmp_path, teams=TEAMS)) as world:
        _, told = world.provision()
        states = [world.state(row) for row in range(TEAMS)]
    ready = {(each.team, each.step): each.at for each in told.events if each.state is Outcome.CHANGED}
    late = {}
    for number, state in enumerate(states, 1):
        spans = {
            f"stack:{each['name'].rpartition('-')[2]}": (each["created"], each["changed"]) for each in state["stacks"]
        }
        [job] = state["training_jobs"]
        spans["smoke"] = (job["created"], job["ended"])
        for step, (begun, ended) in spans.items():
            late[number, step] = (ready[f"team-{number}", step] - begun - CALLS) / (ended - begun)
    assert len(late) == 6 * TEAMS
    assert {each: ratio for each, ratio in late.items() if not 0.9 < ratio <= 1.3} == {}


def test_what_the_templates_call_typical_lies_within_what_is_rehearsed(tmp_path: Path) -> None:
    inputs = read(choice(folder(tmp_path)))
    names = Names.of(inputs.event, inputs.accounts[0])
    stacks, notebooks = StacksPart(), NotebooksPart()
    fast, slow = (stacks.with_notebook_seconds[end] + notebooks.start_seconds[end] for end in (0, 1))
    longer = (fast + notebooks.script_seconds, slow + notebooks.script_seconds)
    for name in templates.available(inputs.event):
        typical = templates.render(name, inputs.event, inputs.accounts[0], names).typical_seconds
        shortest, longest = longer if name == "notebooks" else stacks.create_seconds
        assert shortest <= typical <= longest, name
