"""Draws docs/live-view.svg: the live view in the middle of a rehearsal, with made-up states of ten teams.

Run it from the repository: python docs/live_view.py
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console, Group

from bootstrap.cli.commands import follow
from bootstrap.cli.commands.choice import Choice, read
from bootstrap.engine.outcomes import CleanEvent, RunPlan, cleaned
from bootstrap.engine.results import Tally
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import Outcome, StepEvent
from bootstrap.report import panel
from bootstrap.report.full_screen import text_of
from bootstrap.report.overview import of_run

REPOSITORY = Path(__file__).resolve().parent.parent
TEAMS = ("atlas", "borealis", "cygnus", "draco", "eridanus", "fornax", "gemini", "hydra", "indus", "lyra")
WIDTH, HEIGHT = 118, 26
NOW = 15 * 60 + 46.0
CALLS = 1148

DONE, REFUSED = Outcome.CHANGED, "AccessDeniedException: Ground Truth is no longer open to new customers"
TAKEN = "stack car-day-roles: TrainingRole: car-day-training-ap-northeast-1 already exists"
SUPPORT = "ml.g5.2xlarge: with AWS Support; ml.g4dn.xlarge: requested"
TRAINING = "smoke job on ml.g5.2xlarge: training"
NOTEBOOK = "stack car-day-notebooks is being created"

# Team -> steps that are not done: step -> state, detail, code, seconds since it began.
Seen = dict[str, tuple[Outcome, str, str | None, float]]
STORIES: dict[str, Seen] = {
    "atlas": {},
    "borealis": {
        "stack:notebooks": (Outcome.WAITING, NOTEBOOK, None, 330),
        "smoke": (Outcome.WAITING, TRAINING, None, 330),
    },
    "cygnus": {
        "stack:roles": (Outcome.BLOCKED, TAKEN, "EB-269", 410),
        "stack:notebooks": (Outcome.SKIPPED, "needs stack:roles, which is blocked", None, 400),
        "smoke": (Outcome.SKIPPED, "needs stack:roles, which is blocked", None, 400),
    },
    "draco": {},
    "eridanus": {
        "stack:notebooks": (Outcome.WORKING, "create stack car-day-notebooks", None, 8),
        "smoke": (Outcome.WORKING, "smoke job car-day-smoke-01-ml-g5-2xlarge started", None, 7),
    },
    "fornax": {
        "quotas:training": (Outcome.WAITING, SUPPORT, "EB-232", 942),
    },
    "gemini": {"smoke": (Outcome.WORKING, "smoke job car-day-smoke-01-ml-g5-2xlarge started", None, 41)},
    "hydra": {
        "stack:roles": (Outcome.WORKING, "create stack car-day-roles", None, 96),
        "materials": (Outcome.WORKING, "uploaded 16 objects, 14 to go", None, 2),
    },
    "indus": {"smoke": (Outcome.WAITING, "smoke job on ml.g5.2xlarge: uploading", None, 402)},
    "lyra": {
        "stack:notebooks": (Outcome.WORKING, "create stack car-day-notebooks", None, 12),
        "smoke": (Outcome.WORKING, "smoke job car-day-smoke-01-ml-g5-2xlarge started", None, 11),
    },
}  # fmt: skip
UNREACHED = {"fornax": {"smoke"}, "hydra": {"stack:notebooks", "smoke"}}


def planned() -> RunPlan:
    """The run that `event-bootstrap rehearse` would plan for ten teams and the shipped event.yaml."""
    choice = Choice(RunKind.REHEARSE, REPOSITORY / "event.yaml", REPOSITORY / "accounts.csv")
    inputs = read(choice)
    row = inputs.accounts[0]
    accounts = [replace(row, team=team, account_id=f"{n}" * 12) for n, team in enumerate(TEAMS)]
    return replace(follow.outline(choice, inputs, accounts), scenario="today")


def events(run: RunPlan) -> Iterator[CleanEvent]:
    for account in run.accounts:
        story: Seen = {"workforce": (Outcome.BLOCKED, REFUSED, "EB-313", 700), **STORIES[account.team]}
        for number, step in enumerate(account.steps, 1):
            if step.id in UNREACHED.get(account.team, ()):
                continue
            state, detail, code, since = story.get(step.id, (DONE, f"{step.id} is up to date", None, 800))
            settled = state not in (Outcome.WORKING, Outcome.WAITING)
            yield cleaned(
                StepEvent(run.run, number, NOW - since, "rehearsal", account.team, account.account_id, step.id, state,
                          detail, settled, code)
            )  # fmt: skip


def picture() -> str:
    """Return the view as an SVG without links to other files."""
    run = planned()
    board = Tally(run.accounts)
    for event in events(run):
        board.take(event)
    console = Console(file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="truecolor",
                      highlight=False, legacy_windows=False)  # fmt: skip
    lines = panel.lines(of_run(run, board, NOW, CALLS), WIDTH, HEIGHT)
    console.print(Group(*map(text_of, lines)))
    svg = console.export_svg(title="event-bootstrap rehearse --scenario today", unique_id="live-view")
    # Rich links a font on the web; the reader's own monospace font will do.
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", "Menlo, Consolas, DejaVu Sans Mono, monospace")


if __name__ == "__main__":
    (REPOSITORY / "docs" / "live-view.svg").write_text(picture() + "\n", encoding="utf-8")
