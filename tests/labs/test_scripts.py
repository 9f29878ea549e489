"""The scripts of labs 1 and 3, run as a participant runs them, in an account that the tool has prepared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.names import Names
from bootstrap.rehearsal import OPERATOR_KEYS
from tests.runs import SHIPPED, Rehearsed, folder, rehearsed
from tests.simulated import Simulated, as_keys

OPERATOR = {"aws_access_key_id": OPERATOR_KEYS[0], "aws_secret_access_key": OPERATOR_KEYS[1]}
MINUTE, HOUR = 60, 3600
LABELLING, TUNING = "ground-truth/labelling_job.py", "tuning/tuning_job.py"
FOUND = ("--metric", "validation:accuracy", "--goal", "Maximize", "--range", "learning_rate", "0.001", "0.05")


class Participant:
    """Who has the lab files of the team's bucket in a folder, and a terminal."""

    def __init__(self, running: Rehearsed, work: Path) -> None:
        account = running.inputs.accounts[0]
        self.aws = Simulated(running.simulated.url, running.simulated.control)
        self.account_id, self.work = account.account_id, work
        self.names = Names(running.inputs.event.name, account.account_id, account.region)
        s3 = self.client("s3")
        for each in s3.list_objects_v2(Bucket=self.names.bucket, Prefix="labs/")["Contents"]:
            path = work / each["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=self.names.bucket, Key=each["Key"])["Body"].read())

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(self.work / "labs" / script), *arguments]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=60, check=False)

    def environment(self) -> dict[str, str]:
        """No region: the scripts know it from event.json."""
        made = {name.upper(): value for name, value in self._keys().items()}
        return {"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": self.aws.url, **made}

    def client(self, service: str) -> Any:
        return self.aws.raw(service, self.names.region, **self._keys())

    def _keys(self) -> dict[str, str]:
        hub = self.aws.raw("sts", self.names.region, **OPERATOR)
        role = self.names.role_arn("event-bootstrap-access")
        return as_keys(hub.assume_role(RoleArn=role, RoleSessionName="participant")["Credentials"])


@pytest.fixture(scope="module")
def participant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Participant]:
    with rehearsed(folder(tmp_path_factory.mktemp("labs"))) as running:
        ran, _ = running.provision(keep=False)
        assert ran.summary.exit_code == 0
        yield Participant(running, tmp_path_factory.mktemp("work"))


def test_lab_1_from_the_manifest_to_the_output_manifest(participant: Participant) -> None:
    wrote = participant.run("ground-truth/manifest.py")
    assert "24 pictures" in wrote.stdout, wrote.stderr
    created = participant.run(LABELLING, "cars", "--no-wait")
    assert "Created cars" in created.stdout, created.stderr
    job = participant.client("sagemaker").describe_labeling_job(LabelingJobName="cars")
    assert job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"].endswith("/labelling/team.manifest")
    assert job["HumanTaskConfig"]["WorkteamArn"].endswith(f"/private-crowd/{participant.names.workteam}")
    participant.aws.advance(5 * MINUTE)
    worker = participant.aws.state(participant.account_id)["user_pools"][0]["users"][0]["name"]
    played = {"account": participant.account_id, "job": "cars", "worker": worker, "all": "sedan"}
    participant.aws.ask("POST", "label", played)
    participant.aws.advance(MINUTE)
    ended = participant.run(LABELLING, "cars")
    assert "cars: Completed, 24 labelled, 0 to go" in ended.stdout, ended.stderr
    assert "24 sedan" in ended.stdout
    assert "/labelled/cars/manifests/output/output.manifest" in ended.stdout


def test_more_pictures_than_the_lab_s_are_refused_because_they_cost(participant: Participant) -> None:
    refused = participant.run("ground-truth/manifest.py", "--most", "23")
    assert refused.returncode == 1
    assert "24 pictures, and each one labelled costs about 0.08 USD" in refused.stderr


def test_lab_3_from_the_seed_s_values_to_the_best_job(participant: Participant) -> None:
    created = participant.run(TUNING, "cars", *FOUND, "--no-wait")
    assert "4 training jobs, 2 at once" in created.stdout, created.stderr
    job = described(participant)
    assert job["HyperParameterTuningJobConfig"]["Strategy"] == "Random"
    definition = job["TrainingJobDefinition"]
    fixed = definition["StaticHyperParameters"]
    assert (fixed["epochs"], fixed["mini_batch_size"]) == ("100", "30")
    assert {each["ChannelName"] for each in definition["InputDataConfig"]} == {"train", "validation"}
    assert {each["ContentType"] for each in definition["InputDataConfig"]} == {"application/x-recordio"}
    assert definition["ResourceConfig"]["VolumeSizeInGB"] == 300
    assert definition["StoppingCondition"]["MaxRuntimeInSeconds"] == 240 * MINUTE
    for _ in range(24):
        participant.aws.advance(HOUR)
        if described(participant)["HyperParameterTuningJobStatus"] == "Completed":
            break
    ended = participant.run(TUNING, "cars")
    assert "cars: Completed; training jobs: 0 in progress, 4 completed" in ended.stdout, ended.stderr
    best = described(participant)["BestTrainingJob"]["TrainingJobName"]
    [line] = [each for each in ended.stdout.splitlines() if each.startswith("best")]
    assert best in line
    assert "learning_rate=" in line


def described(participant: Participant) -> Any:
    return participant.client("sagemaker").describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="cars")


def test_what_a_team_must_find_out_has_no_default(participant: Participant) -> None:
    refused = participant.run(TUNING, "another", "--no-wait")
    assert refused.returncode == 1
    assert "needs --metric, --goal and at least one --range or --choices" in refused.stderr


@pytest.mark.parametrize("script", ["ground-truth/manifest.py", f"{LABELLING} cars", f"{TUNING} cars"])
def test_without_the_organisers_settings_a_script_says_so(script: str) -> None:
    command = [sys.executable, *f"{SHIPPED}/labs/{script}".split(), "--settings", "nowhere.json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "nowhere.json cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_settings_of_the_materials_need_no_editing(participant: Participant) -> None:
    said = json.loads((participant.work / "labs" / "event.json").read_text(encoding="utf-8"))
    assert (said["bucket"], said["workteam"]) == (participant.names.bucket, participant.names.workteam)
    assert "@" not in json.dumps(said)
