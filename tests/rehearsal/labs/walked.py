"""`rehearse --through labs` on one team, with the simulator still up afterwards and each call of the labs noted."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import rehearse as command
from bootstrap.cli.commands.choice import read
from bootstrap.cli.commands.rehearse import in_rehearsal, rehearse
from bootstrap.engine.run_kind import RunKind
from bootstrap.rehearsal.labs import terminal
from bootstrap.rehearsal.labs.team import Team
from bootstrap.rehearsal.labs.terminal import Terminal
from tests.runs import choice, folder
from tests.simulated import Simulated
from tests.simulator.permitted import Watch

# As the walk's own, and each call is written down, with the program that makes it.
_NOTING = f"""
import json, os, runpy, sys
from botocore.client import BaseClient
runpy.run_path({str(terminal.VIRTUAL_TIME / "sitecustomize.py")!r})
usual = BaseClient._make_api_call
def noted(self, operation, params):
    program = os.path.basename(sys.argv[0])
    with open(os.path.join(os.environ["HOME"], "calls"), "a") as file:
        print(json.dumps([program, self.meta.service_model.service_name, operation, params], default=str), file=file)
    return usual(self, operation, params)
BaseClient._make_api_call = noted
"""


@dataclass
class Walked:
    """The walk's end; `team` can go on typing."""

    code: int
    out: str
    err: str
    team: Team

    @cached_property
    def state(self) -> Any:
        return self.team.state()

    @cached_property
    def notebook(self) -> Any:
        return nbformat.read(  # type: ignore[no-untyped-call]
            self.team.home("SageMaker/labs/notebook/cars_classifier.ipynb"), as_version=4
        )

    @property
    def said(self) -> str:
        """All that the notebook's cells printed."""
        outputs = (out for cell in self.notebook.cells for out in cell.get("outputs", ()))
        return "".join(out.get("text", "") for out in outputs)

    @property
    def typed(self) -> str:
        """What the terminal shows."""
        return self.team.home("terminal.txt").read_text(encoding="utf-8")

    @property
    def ends(self) -> list[str]:
        """The lines about the labs."""
        return [
            each for each in self.out.splitlines() if each[2:].split(" ")[0] in {"ground-truth", "notebook", "tuning"}
        ]

    def calls(self, *programs: str) -> list[tuple[str, str, dict[str, Any]]]:
        lines = self.team.home("calls").read_text(encoding="utf-8").splitlines()
        return [
            (service, name, params) for program, service, name, params in map(json.loads, lines) if program in programs
        ]

    def job(self) -> Any:
        """The notebook's training job."""
        [found] = [
            each
            for each in self.state["training_jobs"]
            if each["params"]["OutputDataConfig"]["S3OutputPath"].endswith("/notebook/output/")
        ]
        return found

    def stored(self, key: str) -> bytes:
        body = self.team.session.client("s3").get_object(Bucket=self.team.names.bucket, Key=key)["Body"]
        data: bytes = body.read()
        return data

    def allows(self, role: str, programs: Sequence[str]) -> int:
        """Fails where the role as it was deployed may not make a call of theirs, all of which the simulator lets in."""
        keys, aws = self.team.keys(), Simulated(self.team.simulated.url, self.team.simulated.control)
        iam = aws.raw(
            "iam",
            aws_access_key_id=keys.access_key_id,
            aws_secret_access_key=keys.secret_access_key,
            aws_session_token=keys.session_token,
        )
        watch = Watch(iam, self.team.names, (role,))
        calls = self.calls(*programs)
        for service, operation, params in calls:
            watch.allows(service, operation, params)
        return len(calls)


@contextmanager
def walked(at: Path, scenario: str) -> Iterator[Walked]:
    """One team of three people."""
    noting = at / "noting"
    noting.mkdir()
    (noting / "sitecustomize.py").write_text(_NOTING, encoding="utf-8")
    asked = replace(choice(folder(at, emails=3)), kind=RunKind.REHEARSE, output="plain")
    inputs = read(asked)
    out, err = io.StringIO(), io.StringIO()
    with in_rehearsal(inputs, scenario, 1) as (place, simulated):
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
            patched.setattr(command, "in_rehearsal", lambda *_: nullcontext((place, simulated)))
            patched.setattr(terminal, "VIRTUAL_TIME", noting)
            code = rehearse(asked, scenario, 1, through="labs")
        session = Sessions(place.access, place.clock, Limiter()).open(inputs.accounts[0])
        home = Terminal(simulated, asked.folder / "rehearsal" / "labs")
        team = Team(inputs.accounts[0], inputs.event, simulated, session, place.clock, home)
        yield Walked(code, out.getvalue(), err.getvalue(), team)
