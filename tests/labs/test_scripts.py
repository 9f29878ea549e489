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
from tests.simulated import REGION, Simulated, as_keys
from tests.simulator.permitted import Watch

OPERATOR = {"aws_access_key_id": OPERATOR_KEYS[0], "aws_secret_access_key": OPERATOR_KEYS[1]}
MINUTE, HOUR = 60, 3600
LABELLING, TUNING = "ground-truth/labelling_job.py", "tuning/tuning_job.py"
FOUND = ("--metric", "validation:accuracy", "--goal", "Maximize", "--range", "learning_rate", "0.001", "0.05")


# Python reads it at its start: what a script asks of AWS is written down, to be held against what its role may do.
NOTING = """
import json, os
from botocore.client import BaseClient
usual = BaseClient._make_api_call
def noted(self, operation, params):
    with open(os.environ["SEEN"], "a") as file:
        print(json.dumps([self.meta.service_model.service_name, operation, params], default=str), file=file)
    return usual(self, operation, params)
BaseClient._make_api_call = noted
"""


def keys(aws: Simulated, account_id: str) -> dict[str, str]:
    """Of the account's access role, as boto3 wants them; for an hour."""
    hub = aws.raw("sts", REGION, **OPERATOR)
    role = f"arn:aws:iam::{account_id}:role/event-bootstrap-access"
    return as_keys(hub.assume_role(RoleArn=role, RoleSessionName="participant")["Credentials"])


def environment(aws: Simulated, account_id: str) -> dict[str, str]:
    made = {name.upper(): value for name, value in keys(aws, account_id).items()}
    return {"PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": aws.url, **made}


def run(script: Path, *arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)


class Participant:
    """Who has the lab files of the team's bucket in a folder, and a terminal.

    The simulator lets all in: what the roles that the tool deployed would not allow fails the test.
    """

    def __init__(self, running: Rehearsed, work: Path) -> None:
        account = running.inputs.accounts[0]
        self.aws = Simulated(running.simulated.url, running.simulated.control)
        self.account_id, self.work, self.seen = account.account_id, work, work / "seen"
        self.names = Names(running.inputs.event.name, account.account_id, account.region)
        (work / "sitecustomize.py").write_text(NOTING, encoding="utf-8")
        s3 = self.client("s3")
        for each in s3.list_objects_v2(Bucket=self.names.bucket, Prefix="labs/")["Contents"]:
            path = work / each["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=self.names.bucket, Key=each["Key"])["Body"].read())

    def run(self, script: str, *arguments: str, console_only: bool = False) -> subprocess.CompletedProcess[str]:
        """`console_only`: what only the participant role may do, and not the notebook's."""
        self.seen.write_text("", encoding="utf-8")
        noting = {"PYTHONPATH": str(self.work), "SEEN": str(self.seen)}
        done = run(self.work / "labs" / script, *arguments, **noting, **self.environment())
        roles = (self.names.participant_role, *([] if console_only else [self.names.training_role]))
        watch = Watch(self.client("iam"), self.names, roles)
        for line in self.seen.read_text(encoding="utf-8").splitlines():
            watch.allows(*json.loads(line))
        return done

    def environment(self) -> dict[str, str]:
        """No region: the scripts know it from event.json."""
        return environment(self.aws, self.account_id)

    def client(self, service: str) -> Any:
        return self.aws.raw(service, self.names.region, **keys(self.aws, self.account_id))


@pytest.fixture(scope="module")
def participant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Participant]:
    with rehearsed(folder(tmp_path_factory.mktemp("labs"))) as running:
        ran, _ = running.provision(keep=False)
        assert ran.summary.exit_code == 0
        yield Participant(running, tmp_path_factory.mktemp("work"))


def test_lab_1_from_the_manifest_to_the_output_manifest(participant: Participant) -> None:
    wrote = participant.run("ground-truth/manifest.py")
    assert "24 pictures" in wrote.stdout, wrote.stderr
    created = participant.run(LABELLING, "cars", "--no-wait", console_only=True)
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
    assert "DescribeLabelingJob" in participant.seen.read_text(encoding="utf-8")
    assert "cars: Completed, 24 labelled, 0 to go" in ended.stdout, ended.stderr
    assert "24 sedan" in ended.stdout
    assert "/labelled/cars/manifests/output/output.manifest" in ended.stdout


def test_where_ground_truth_is_closed_aws_s_own_words_are_shown_and_the_way_on(
    participant: Participant, tmp_path: Path
) -> None:
    aws = participant.aws
    account = aws.account(workforce={"ground_truth_closed": True})
    settings = {"bucket": f"bucket-{account}", "region": REGION, "workteam": "none", "role_arn": ""}
    (tmp_path / "event.json").write_text(json.dumps(settings), encoding="utf-8")
    s3 = aws.raw("s3", REGION, **keys(aws, account))
    s3.create_bucket(Bucket=settings["bucket"], CreateBucketConfiguration={"LocationConstraint": REGION})
    arguments = ("cars", "--settings", str(tmp_path / "event.json"))
    done = run(SHIPPED / "labs" / LABELLING, *arguments, **environment(aws, account))
    assert done.returncode == 1
    assert "An error occurred" in done.stderr
    assert "section 7 of the guide" in done.stderr
    assert "Traceback" not in done.stderr
    # The console would have set it; by API nobody does but the script.
    assert s3.get_bucket_cors(Bucket=settings["bucket"])["CORSRules"][0]["AllowedMethods"] == ["GET"]


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
    path, *arguments = f"{SHIPPED}/labs/{script}".split()
    done = run(Path(path), *arguments, "--settings", "nowhere.json")
    assert done.returncode == 2
    assert "nowhere.json cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_settings_of_the_materials_need_no_editing(participant: Participant) -> None:
    said = json.loads((participant.work / "labs" / "event.json").read_text(encoding="utf-8"))
    assert (said["bucket"], said["workteam"]) == (participant.names.bucket, participant.names.workteam)
    assert "@" not in json.dumps(said)
