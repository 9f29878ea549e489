"""Every cell of lab 2's notebook, run by a kernel as on a notebook instance, in an account that the tool prepared."""

from __future__ import annotations

import ast
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

from tests.cars.datasets import archive, files
from tests.labs.test_scripts import Participant
from tests.runs import SHIPPED, folder, rehearsed
from tests.simulator.permitted import Watch

NOTEBOOK = SHIPPED / "labs" / "notebook" / "cars_classifier.ipynb"
CELLS = nbformat.read(NOTEBOOK, as_version=4).cells
CODE = [cell.source for cell in CELLS if cell.cell_type == "code"]
ADDRESS = "leader@team-1.example.com"

# What the kernel runs before the first cell, and no cell knows of: where a cell sleeps, the simulated clock moves on.
STARTUP = """
import json, os, threading, time, urllib.request

def _ask(body=None):
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL"] + "/_simulator/clock", method="POST" if body else "GET",
        data=body and json.dumps(body).encode(), headers={"x-simulator-control": os.environ["CONTROL"]},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["now"]

_sleep = time.sleep

def _pass(seconds):
    in_cell = threading.current_thread() is threading.main_thread() and seconds >= 1
    return _ask({"now": _ask() + seconds}) if in_cell else _sleep(seconds)

time.sleep = _pass
"""


@dataclass
class Done:
    """The notebook after its last cell; `scaled` and `state` are the account after section 11 and at the end."""

    participant: Participant
    notebook: Any
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    scaled: Any = None
    state: Any = None

    def look(self, cell: Any, **_: Any) -> None:
        """After each cell."""
        account = self.participant.account_id
        if "sns.subscribe" in cell.source:
            self.participant.aws.ask("POST", "confirm", {"account": account, "address": ADDRESS})
        if "put_scaling_policy" in cell.source:
            scaling = self.participant.client("application-autoscaling")
            self.scaled = self.participant.aws.state(account)
            self.scaled["policies"] = scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]

    def said(self) -> str:
        outputs = (out for cell in self.notebook.cells for out in cell.get("outputs", ()))
        return "".join(out.get("text", "") for out in outputs)

    def job(self) -> Any:
        [found] = [each for each in self.state["training_jobs"] if each["name"].startswith("cars-")]
        return found

    def stored(self, key: str) -> bytes:
        s3, bucket = self.participant.client("s3"), self.participant.names.bucket
        data: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return data


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    at, work = tmp_path_factory.mktemp("event"), tmp_path_factory.mktemp("instance")
    with rehearsed(folder(at)) as running, pytest.MonkeyPatch.context() as patched:
        ran, _ = running.provision(keep=False)
        assert ran.summary.exit_code == 0
        participant = Participant(running, work)
        patched.setenv("JUPYTER_RUNTIME_DIR", str(work / "runtime"))
        here = work / "labs" / "notebook"
        found = Done(participant, nbformat.read(here / NOTEBOOK.name, as_version=4))
        client = NotebookClient(
            found.notebook,
            timeout=60,
            kernel_name="python3",
            resources={"metadata": {"path": here}},
            on_cell_executed=found.look,
        )
        client.execute(env=environment(participant, work))
        found.calls += [json.loads(line) for line in participant.seen.read_text(encoding="utf-8").splitlines()]
        found.state = participant.aws.state(participant.account_id)
        yield found


def environment(participant: Participant, work: Path) -> dict[str, str]:
    startup = work / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-rehearsal.py").write_text(STARTUP)
    # Participant's sitecustomize.py writes each call down.
    noting = {"PYTHONPATH": str(work), "SEEN": str(participant.seen)}
    return participant.environment() | noting | {
        "HOME": str(work), "IPYTHONDIR": str(work / "ipython"), "CONTROL": participant.aws.control,
        "LAB_MAIL_ADDRESS": ADDRESS,
    }  # fmt: skip


def test_every_cell_runs_and_the_last_says_that_nothing_is_left(done: Done) -> None:
    ran = [cell for cell in done.notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)
    assert "nothing of SageMaker but this notebook instance" in done.said()


def test_the_team_s_pictures_are_trained_on_and_packed_as_the_organisers_packed_them(done: Done) -> None:
    job, bucket = done.job(), done.participant.names.bucket
    assert (job["status"], job["failure"]) == ("Completed", None)
    sources = {each["ChannelName"]: each["DataSource"]["S3DataSource"] for each in job["params"]["InputDataConfig"]}
    for name in ("train", "validation"):
        assert sources[name]["S3Uri"] == f"s3://{bucket}/notebook/{name}/"
        assert done.stored(f"notebook/{name}/{name}.rec") == done.stored(f"{name}/{name}.rec")
    assert job["model"].removeprefix(f"s3://{bucket}/") in done.state["buckets"][bucket]


def test_the_job_runs_on_the_type_that_the_smoke_job_proved(done: Done) -> None:
    [smoke] = [each for each in done.state["training_jobs"] if "-smoke-" in each["name"]]
    kinds = {each["params"]["ResourceConfig"]["InstanceType"] for each in (smoke, done.job())}
    assert len(kinds) == 1


def test_who_has_clicked_gets_a_mail_when_the_job_ends(done: Done) -> None:
    assert "yours: waits for your click" in done.said()
    assert ADDRESS not in done.said()
    name = done.job()["name"]
    assert any(each["address"] == ADDRESS and name in each["message"] for each in done.state["mails"])


def test_numbers_for_lab_3_are_told(done: Done) -> None:
    said = json.loads(done.stored("classes.json"))
    assert f"num_classes = {said['num_classes']}, num_training_samples = {said['num_training_samples']}" in done.said()
    assert re.search(r"about [0-9.]+ s an epoch", done.said())


def test_pictures_curves_and_answers_are_shown(done: Done) -> None:
    drawn = [
        out for cell in done.notebook.cells for out in cell.get("outputs", ()) if "image/png" in out.get("data", ())
    ]
    assert len(drawn) == 3
    assert "validation:accuracy: 0." in done.said()
    assert "does not show them yet" not in done.said()


def test_the_endpoint_is_asked_and_then_scales_from_1_to_2_at_50(done: Done) -> None:
    assert done.participant.aws.calls(done.participant.account_id)["sagemaker-runtime:InvokeEndpoint"] == 4
    [endpoint] = done.scaled["endpoints"]
    assert (endpoint["name"], endpoint["status"]) == ("car-day-cars", "InService")
    assert [each["type"] for each in endpoint["variants"]] == ["ml.m5.large"]
    [target], [policy] = done.scaled["scalable_targets"], done.scaled["policies"]
    assert target["ResourceId"] == policy["ResourceId"] == "endpoint/car-day-cars/variant/AllTraffic"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 2)
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 50
    assert not {"ScaleInCooldown", "ScaleOutCooldown"} & set(tracking)
    assert not tracking.get("DisableScaleIn")


def test_after_cleaning_up_nothing_runs_and_what_costs_nothing_stays(done: Done) -> None:
    assert (done.state["endpoints"], done.state["scalable_targets"]) == ([], [])
    assert {each["status"] for each in done.state["training_jobs"]} == {"Completed"}
    assert len(done.state["models"]) == len(done.state["endpoint_configs"]) == 1
    # Left to itself, the SDK makes a bucket of its own.
    assert list(done.state["buckets"]) == [done.participant.names.bucket]


def test_the_notebook_s_role_may_make_each_call(done: Done) -> None:
    names = done.participant.names
    watch = Watch(done.participant.client("iam"), names, (names.training_role,))
    assert {"CreateTrainingJob", "CreateEndpoint", "InvokeEndpoint", "GetMetricData"} <= {
        call[1] for call in done.calls
    }
    for service, operation, params in done.calls:
        watch.allows(service, operation, params)


def test_in_git_there_are_no_outputs_and_both_languages() -> None:
    for cell in CELLS:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
        else:
            assert re.search("[a-z]{3}", cell.source) and re.search("[\u4e00-\u9fff]", cell.source)


def test_no_cell_knows_that_it_is_simulated() -> None:
    for word in ("simulat", "endpoint_url", "127.0.0.1", "localhost", "AWS_"):
        assert word not in "".join(CODE)


def test_what_is_installed_where_it_lacks_is_the_sdk_that_the_tool_has() -> None:
    pinned = dict(re.findall(r'"([\w-]+)": \(\d+, "([\d.]+)"\)', CODE[0]))
    constraints = (SHIPPED / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert f"sagemaker-core=={pinned['sagemaker-core']}" in constraints


@pytest.mark.parametrize("module", ["recordio", "stratified"])
def test_what_comes_along_runs_without_the_tool_on_python_3_10(module: str) -> None:
    """conda_python3 of a notebook instance: aws.md section 6."""
    tree = ast.parse(
        (SHIPPED / "bootstrap" / "cars" / f"{module}.py").read_text(encoding="utf-8"), feature_version=(3, 10)
    )
    imported = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    imported |= {name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names}
    assert imported <= {"__future__", "collections.abc", "dataclasses", "random", "struct", "typing"}


def test_pictures_that_cannot_be_read_are_refused_by_name_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {"audi/a.jpg": b"no picture", "bmw/b.jpg": files({"bmw": 1})["bmw/0.jpg"][:200]}
    archive(tmp_path / "car_data.zip", files({"audi": 3, "bmw": 3}) | broken)
    monkeypatch.chdir(tmp_path)
    [cell] = [each for each in CODE if "unreadable" in each]

    class Nothing:
        def client(self, service: str) -> Nothing:
            return self

        def download_file(self, *what: str) -> None:
            """It is there already."""

    with pytest.raises(ValueError, match="cannot be read") as caught:
        exec(cell, {"boto": Nothing(), "bucket": "b", "io": io, "zipfile": zipfile, "Image": Image})
    assert re.findall(r"^(\S+):", str(caught.value), flags=re.MULTILINE) == ["audi/a.jpg", "bmw/b.jpg"]
