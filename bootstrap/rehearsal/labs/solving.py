"""Play a lab by the solution of its lab.yaml, as a team would do it, and look at what it has reached meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import Refused, clean
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.end_state import Where
from bootstrap.event.lab import Lab
from bootstrap.event.solution import SolutionStep
from bootstrap.rehearsal.labs.team import LineFailed, Team

SOLUTION = "solution"
_SETTINGS = "labs/event.json"
_FETCH = "aws s3 sync s3://BUCKET/labs/ labs/"
_TO_NOTEBOOK = "aws s3 sync s3://BUCKET/labs/ ~/SageMaker/labs/"
# A line of the organiser's, which `page` plays.
_PAGE = "event-bootstrap label"
_BY_HAND = "by-hand:"


@dataclass(slots=True)
class Play:
    """A lab that is being played. `look`: called after each step, line and cell, while something may be reached.

    `service`: closed, once a line has said so by its exit code.
    """

    team: Team
    lab: Lab
    folder: Path
    look: Callable[[], None]
    service: Where = "open"
    left: list[str] | None = None
    commands: int = 0
    cells: int = 0
    guided: bool = False

    def whole(self) -> str:
        """Play the solution from beginning to end; return what was done. Raises Refused, LineFailed, CellFailed."""
        self._lay_out()
        for step in self.lab.solution:
            if step.only in (None, self.service):
                _ACTIONS[step.action](self, step)
                self.look()
        return self._told()

    def _told(self) -> str:
        done = [msg("the commands of its guide")] if self.guided else []
        if self.service == "closed":
            done = [
                msg("the commands of its guide, on the page of `event-bootstrap label` because Ground Truth refused")
            ]
        if self.commands:
            done.append(counted("{count} command of its solution", "{count} commands of its solution", self.commands))
        if self.cells:
            done = [msg("the {cells} cells of the notebook", cells=self.cells)]
        return joined(", ", done) or msg("its solution")

    def _lay_out(self) -> None:
        """Copy the solution's scripts to where a participant's shell stands, with the settings that scripts read."""
        source = self.folder / SOLUTION
        if not source.is_dir():
            return
        try:
            shutil.copytree(source, self.team.home(f"labs/{self.lab.name}/{SOLUTION}"), dirs_exist_ok=True)
        except shutil.Error as error:
            # Each is what, where to, and why not.
            file, _, why = error.args[0][0]
            words = msg("{file} cannot be copied: {reason}", file=str(file), reason=clean(str(why)))
            raise Refused("EB-612", words) from None
        settings = self.team.home(_SETTINGS)
        if "lab-files" in self.lab.data and not settings.exists():
            settings.write_text(self.team.stored(_SETTINGS), encoding="utf-8")

    def guide(self, step: SolutionStep) -> None:
        self.guided = True
        if self.left is None:
            self.left = self.team.lines(self.lab.name, step.values)
        while self.left:
            line = self.left.pop(0)
            if not line.startswith(_PAGE):
                self._line(line, step.closed)
            if step.to and line.startswith(step.to):
                return
        if step.to:
            words = msg("labs/{lab}/guide.md has no line that begins with `{line}`", lab=self.lab.name, line=step.to)
            raise Refused("EB-614", words)

    def run(self, step: SolutionStep) -> None:
        self.commands += 1
        self._line(self.team.filled(step.run or ""), step.closed)

    def fetch(self, _step: SolutionStep) -> None:
        there = self.team.home(f"labs/{self.lab.name}")
        if not any(each.name != SOLUTION for each in (there.iterdir() if there.is_dir() else ())):
            self._line(self.team.filled(_FETCH), None)

    def wait(self, step: SolutionStep) -> None:
        self.team.wait(60.0 * (step.wait or 0))

    def page(self, _step: SolutionStep) -> None:
        from bootstrap.rehearsal.labs import labelling_page

        said: list[str] = []
        labelling_page.label(self.team, said)
        self.team.terminal.keep(self.team.filled(f"{_PAGE} TEAM"), "".join(f"{each}\n" for each in said))

    def label(self, step: SolutionStep) -> None:
        """Label all pictures of the job in the portal, shared among the team's people. Raises Refused (EB-612)."""
        team, job = self.team, step.label or ""
        workers, classes = team.workers(), team.classes()
        if not workers:
            raise Refused("EB-612", msg("nobody is in the work team"))
        counts = team.session.client("sagemaker").describe_labeling_job(LabelingJobName=job)["LabelCounters"]
        pictures = counts["TotalLabeled"] + counts["Unlabeled"]
        for place, worker in enumerate(workers):
            mine = {str(each): classes[each % len(classes)] for each in range(place, pictures, len(workers))}
            try:
                team.simulated.label(team.account.account_id, job, worker, mine)
            except RuntimeError as refused:
                words = msg("the labelling portal refused: {reason}", reason=clean(str(refused)))
                raise Refused("EB-612", words) from None

    def notebook(self, step: SolutionStep) -> None:
        from bootstrap.rehearsal.labs import kernel

        team, name = self.team, f"SageMaker/labs/{self.lab.name}/{step.notebook}"
        if not team.home(name).exists():
            # As the start script of the notebook instance does.
            self._line(team.filled(_TO_NOTEBOOK), None)
        leader = next(iter(team.account.emails), "")

        def before(tags: list[str]) -> None:
            for tag in tags:
                if tag.startswith(_BY_HAND):
                    script = f"labs/{self.lab.name}/{SOLUTION}/{tag.removeprefix(_BY_HAND)}.py"
                    self._line(f"python3 {script} {_SETTINGS}", None)

        def after() -> None:
            if leader:
                # Whoever gets a mail with a link opens it.
                team.simulated.confirm(team.account.account_id, leader)
            self.look()

        # Only SageMaker may assume the notebook's own role; tests check the cells' calls against that role.
        environment = team.terminal.environment(team.keys()) | {"LAB_MAIL_ADDRESS": leader}
        ran = kernel.run(team.home(name), environment, before, after)
        self.cells += sum(cell.cell_type == "code" for cell in ran.cells)

    def _line(self, line: str, closed: int | None) -> None:
        try:
            self.team.run(line)
        except LineFailed as failed:
            if closed is None or failed.exit_code != closed:
                raise
            self.service = "closed"
        self.look()


_ACTIONS: dict[str, Callable[[Play, SolutionStep], None]] = {
    "fetch": Play.fetch,
    "guide": Play.guide,
    "label": Play.label,
    "notebook": Play.notebook,
    "page": Play.page,
    "run": Play.run,
    "wait": Play.wait,
}
