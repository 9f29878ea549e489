"""One team, played through the labs by their guides' lines and the notebook's cells, in a prepared account."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cli.commands.choice import read
from bootstrap.cli.commands.rehearse import rehearse
from bootstrap.engine.outcomes import AccountResult, Result, Summary
from bootstrap.errors import BadInput
from bootstrap.event.end_state import Expect
from bootstrap.rehearsal.labs import guide, playing
from bootstrap.rehearsal.labs.team import LineFailed, Team
from tests.rehearsal.labs.walked import Walked, walked
from tests.runs import SHIPPED, choice, folder, mails

LABELLING, TUNING = "python3 labs/ground-truth/labelling_job.py", "python3 labs/tuning/tuning_job.py"
LEADER = mails(1, 1)[0]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    with walked(tmp_path_factory.mktemp("ordinary"), "ordinary") as found:
        yield found


def test_each_lab_is_told_with_what_was_done_and_its_end_state(ordinary: Walked) -> None:
    assert ordinary.code == 0, ordinary.out
    assert "labs played by team-1, account 100200300401" in ordinary.out
    for line, end in zip(ordinary.ends, (
        "the commands of its guide: Pictures in the team's manifest: 24; Pictures with a label in the output manifest",
        "cells of the notebook: Model trained on the team's own pictures, on: ml.p3.2xlarge; Times that the endpoint",
        "the commands of its guide: Training jobs of a completed tuning job: 4; The best of them: 0.",
    ), strict=True):  # fmt: skip
        assert end in line
        assert re.match(r"✓ [a-z-]+ +[0-9]+:[0-9]{2} ", line)
    [lab_2] = [each for each in ordinary.ends if "notebook" in each]
    assert "fewest and most: [1, 2]; Invocations a minute and instance at which it scales: [50]" in lab_2
    assert lab_2.endswith("Endpoints left running: 0; Training jobs left running: 0")
    assert "@" not in ordinary.out + ordinary.err


def test_the_guides_lines_are_what_is_typed_and_nothing_else(ordinary: Walked) -> None:
    """In their order, with the team's own values."""
    labs = [each.name for each in ordinary.team.event.labs]
    said = [line for lab in labs for line in guide.blocks(page(lab)) for line in line.splitlines()]
    shown = [line for line in said if not line.startswith(("{", "event-bootstrap label"))]
    typed = [line for line in re.findall(r"^\$ (.*)$", ordinary.typed, flags=re.MULTILINE) if "/solution/" not in line]
    for given, line in zip(typed, shown, strict=True):
        assert re.fullmatch(re.sub(r"[A-Z]{3,}", "[^ ]+", re.escape(line)), given)


def test_what_lab_1_shows_below_its_commands_has_the_form_of_what_they_print(ordinary: Walked) -> None:
    """Other numbers, classes and names; a line may end, and lines may be left out, with three dots."""
    real = dict(each.partition("\n")[::2] for each in ordinary.typed.removeprefix("$ ").split("\n$ "))
    for command, shown in guide.outputs(page("ground-truth")):
        [said] = [out for typed, out in real.items() if re.fullmatch(form(command), typed)]
        for line in (each for each in shown.splitlines() if each.strip(".")):
            assert re.search(rf"(?m)^ *{form(line)}", said), line


def form(shown: str) -> str:
    """A pattern for all that differs from the shown text only by values."""
    words = re.sub(r"[A-Z]{3,}|hatchback|pickup|sedan|suv", "\0", shown.removesuffix("..."))
    return re.sub(r" +", " +", re.sub(r"\d+", r"\\d+", re.escape(words).replace("\\ ", " "))).replace("\0", r"[\w-]+")


def page(lab: str) -> str:
    return (SHIPPED / "labs" / lab / "guide.md").read_text(encoding="utf-8")


def test_lab_1_from_the_manifest_to_the_output_manifest(ordinary: Walked) -> None:
    assert "Created cars" in ordinary.typed
    assert "cars: Completed, 24 labelled, 0 to go" in ordinary.typed
    assert re.search(r"\n +6 sedan\n", ordinary.typed)
    sagemaker = ordinary.team.session.client("sagemaker")
    job = sagemaker.describe_labeling_job(LabelingJobName="cars")
    assert job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"].endswith("/labelling/team.manifest")
    assert job["HumanTaskConfig"]["WorkteamArn"].endswith(f"/private-crowd/{ordinary.team.names.workteam}")


def test_lab_3_from_the_seed_s_values_to_the_best_job(ordinary: Walked) -> None:
    sagemaker = ordinary.team.session.client("sagemaker")
    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="cars")
    assert job["HyperParameterTuningJobConfig"]["Strategy"] == "Random"
    definition = job["TrainingJobDefinition"]
    fixed = definition["StaticHyperParameters"]
    assert (fixed["epochs"], fixed["mini_batch_size"]) == ("100", "30")
    assert {each["ChannelName"] for each in definition["InputDataConfig"]} == {"train", "validation"}
    assert {each["ContentType"] for each in definition["InputDataConfig"]} == {"application/x-recordio"}
    assert definition["ResourceConfig"]["VolumeSizeInGB"] == 300
    assert definition["StoppingCondition"]["MaxRuntimeInSeconds"] == 240 * 60
    assert "4 training jobs, 2 at once" in ordinary.typed
    assert "cars: Completed; training jobs: 0 in progress, 4 completed" in ordinary.typed
    best = [each for each in ordinary.typed.splitlines() if each.startswith("best ") and " of " in each]
    assert best, best
    assert all(job["BestTrainingJob"]["TrainingJobName"] in each and "learning_rate=" in each for each in best), best
    compared = r"^best 0\.[0-9]{3}, second 0\.[0-9]{3}: [0-9]+ pictures? apart, noise is about ±"
    assert re.search(compared, ordinary.typed, flags=re.MULTILINE)


def test_the_roles_of_the_account_may_make_each_call(ordinary: Walked) -> None:
    """The simulator lets all in. Lab 3's script is for the notebook's terminal too, and lab 1's lines but the job's."""
    names, calls = ordinary.team.names, {call[1] for call in ordinary.calls("ipykernel_launcher.py")}
    assert {"CreateTrainingJob", "CreateEndpoint", "InvokeEndpoint", "GetMetricData", "FilterLogEvents"} <= calls
    assert "PutScalingPolicy" not in calls, "the team does it by hand"
    scripts = ["manifest.py", "compare.py", "tuning_job.py"]
    assert ordinary.allows(names.training_role, ["ipykernel_launcher.py", *scripts]) > 30
    assert ordinary.allows(names.participant_role, ["aws", "labelling_job.py", "scaling.py", *scripts]) > 30


def test_more_pictures_than_the_lab_s_are_refused_because_they_cost(ordinary: Walked) -> None:
    with pytest.raises(LineFailed) as refused:
        ordinary.team.run("python3 labs/ground-truth/manifest.py --most 23")
    assert "24 pictures, and each one labelled costs about 0.08 USD" in refused.value.said


def test_what_a_team_must_find_out_has_no_default(ordinary: Walked) -> None:
    with pytest.raises(LineFailed) as refused:
        ordinary.team.run(f"{TUNING} another --no-wait")
    assert "needs --metric, --goal and at least one --range or --choices" in refused.value.said


@pytest.mark.parametrize("line", ["python3 labs/ground-truth/manifest.py", f"{LABELLING} cars", f"{TUNING} cars"])
def test_without_the_organisers_settings_a_script_says_so(ordinary: Walked, line: str) -> None:
    with pytest.raises(LineFailed) as refused:
        ordinary.team.run(f"{line} --settings nowhere.json")
    assert "nowhere.json cannot be read" in refused.value.said
    assert "Traceback" not in refused.value.said


def test_the_settings_of_the_materials_need_no_editing(ordinary: Walked) -> None:
    said = json.loads(ordinary.team.home("labs/event.json").read_text(encoding="utf-8"))
    assert (said["bucket"], said["workteam"]) == (ordinary.team.names.bucket, ordinary.team.names.workteam)
    assert "@" not in json.dumps(said)


def test_every_cell_runs_and_the_last_says_that_nothing_is_left(ordinary: Walked) -> None:
    ran = [cell for cell in ordinary.notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in ran)
    assert "nothing of SageMaker but this notebook instance" in ordinary.said


def test_the_team_s_pictures_are_trained_on_and_packed_as_the_organisers_packed_them(ordinary: Walked) -> None:
    job, bucket = ordinary.job(), ordinary.team.names.bucket
    assert (job["status"], job["failure"]) == ("Completed", None)
    sources = {each["ChannelName"]: each["DataSource"]["S3DataSource"] for each in job["params"]["InputDataConfig"]}
    for name in ("train", "validation"):
        assert sources[name]["S3Uri"] == f"s3://{bucket}/notebook/{name}/"
        assert ordinary.stored(f"notebook/{name}/{name}.rec") == ordinary.stored(f"{name}/{name}.rec")
    assert job["model"].removeprefix(f"s3://{bucket}/") in ordinary.state["buckets"][bucket]


def test_the_job_runs_on_the_type_that_the_smoke_job_proved(ordinary: Walked) -> None:
    [smoke] = [each for each in ordinary.state["training_jobs"] if "-smoke-" in each["name"]]
    kinds = {each["params"]["ResourceConfig"]["InstanceType"] for each in (smoke, ordinary.job())}
    assert len(kinds) == 1


def test_who_has_clicked_gets_a_mail_when_the_job_ends(ordinary: Walked) -> None:
    assert "yours: waits for your click" in ordinary.said
    assert LEADER not in ordinary.said
    name = ordinary.job()["name"]
    assert any(each["address"] == LEADER and name in each["message"] for each in ordinary.state["mails"])


def test_numbers_for_lab_3_are_told(ordinary: Walked) -> None:
    said = json.loads(ordinary.stored("classes.json"))
    told = f"num_classes = {said['num_classes']}, num_training_samples = {said['num_training_samples']}"
    assert told in ordinary.said
    assert re.search(r"about [0-9.]+ s an epoch", ordinary.said)


def test_pictures_curves_and_answers_are_shown(ordinary: Walked) -> None:
    outputs = [out for cell in ordinary.notebook.cells for out in cell.get("outputs", ())]
    drawn = sum("image/png" in out.get("data", ()) for out in outputs)
    # Pictures of a class, samples, learning curve, four answers, confusion matrix, wrong pictures, calls and instances;
    # and the labels that differ from the folders'.
    assert drawn in {7, 8}
    assert re.search(
        r"pictures it learns from · 学习的图片: 0\.[0-9]{3}\npictures kept aside · 留出的图片: 0\.", ordinary.said
    )
    for late in ("The log shows no epochs", "CloudWatch shows no calls"):
        assert late not in ordinary.said


def test_what_lab_3_asks_for_is_told_by_nothing_that_teams_read_before(ordinary: Walked) -> None:
    cells = "".join(f"{cell.source}{cell.get('outputs', '')}" for cell in ordinary.notebook.cells)
    assert ":accuracy" not in cells


def test_every_picture_that_was_kept_aside_is_asked_about(ordinary: Walked) -> None:
    pictures = json.loads(ordinary.stored("classes.json"))["num_validation_samples"]
    assert f"{pictures} of {pictures} asked" in ordinary.said
    assert re.search(rf"\n[0-9]+ of {pictures} right: [01]\.", ordinary.said)


def test_the_load_makes_the_endpoint_scale(ordinary: Walked) -> None:
    said = re.findall(r"instances: (\d), wanted: (\d)", ordinary.said)
    assert said[0] == ("1", "1")
    assert said[-1] == ("2", "2")
    assert "calls answered; errors: none" in ordinary.said
    assert "Setting desired instance count to 2. Successful" in ordinary.said


def test_labels_of_lab_1_are_found_and_held_against_the_folders(ordinary: Walked) -> None:
    assert "24 of your labels found in labelled/cars/manifests/output/output.manifest" in ordinary.said
    differ = re.search(r"(\d+) of 24 differ from the folder's", ordinary.said)
    assert differ is not None
    assert ordinary.said.count("the folder says") == int(differ[1])


def test_checkpoints_that_nobody_answers_hold_up_nothing(ordinary: Walked) -> None:
    assert ordinary.said.count("Not answered yet: write one of a, b, c") == 10


def test_the_endpoint_scales_from_1_to_2_at_50_with_all_else_at_its_default(ordinary: Walked) -> None:
    for told in (
        "endpoint/car-day-cars/variant/AllTraffic scales",
        "minimum: 1\nmaximum: 2\ntarget: 50 calls a minute and instance\n",
        "scale-in cooldown: 300 s\nscale-out cooldown: 300 s",
    ):
        assert told in ordinary.said


def test_after_cleaning_up_nothing_runs_and_what_costs_nothing_stays(ordinary: Walked) -> None:
    state = ordinary.state
    assert (state["endpoints"], state["scalable_targets"]) == ([], [])
    assert {each["status"] for each in state["training_jobs"]} == {"Completed"}
    assert len(state["models"]) == 1
    # Left to itself, the SDK makes a bucket of its own.
    assert list(state["buckets"]) == [ordinary.team.names.bucket]
    sagemaker = ordinary.team.session.client("sagemaker")
    [config] = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    made = sagemaker.describe_endpoint_config(EndpointConfigName=config["EndpointConfigName"])
    assert [each["InstanceType"] for each in made["ProductionVariants"]] == ["ml.m5.large"]


def test_today_the_labs_go_on_without_p3_and_without_ground_truth(tmp_path: Path) -> None:
    with walked(tmp_path, "today") as today:
        said = today.typed
        assert "An error occurred" in said
        assert "section 7 of the guide" in said
        assert "Traceback" not in said
        # The console would have set it; by API nobody does but the script.
        cors = today.team.session.client("s3").get_bucket_cors(Bucket=today.team.names.bucket)
        assert cors["CORSRules"][0]["AllowedMethods"] == ["GET"]
        assert "label` because Ground Truth refused: Pictures in the team's manifest: 24;" in today.ends[0]
        assert "Pictures that Ground Truth counts" not in today.ends[0]
        assert "$ event-bootstrap label team-1\nall 24 pictures are labelled" in said
        assert re.search(r"\nagreement with the truth: [0-9]+ of 24", said)
        assert "\n  person 1: " in said
        assert "own pictures, on: ml.g5.2xlarge" in today.ends[1]
        assert "Training jobs of a completed tuning job: 4" in today.ends[2]
        assert today.code == 0


def said_of(lab: str, field: str, team: Team) -> list[str]:
    """The values that the guide's tables give in each row of the field, with the team's own names."""
    rows = [line for line in page(lab).splitlines() if line.startswith("| ") and field in line.split("|")[1]]
    [said] = {tuple(re.findall(r"`([^`]+)`", row.split("|", 2)[2])) for row in rows}
    own = {"BUCKET": team.names.bucket, "EVENT": team.event.name}
    return [guide.filled(each, own) for each in said]


def test_the_values_of_lab_1_s_tables_are_those_of_the_job(ordinary: Walked) -> None:
    job = ordinary.team.session.client("sagemaker").describe_labeling_job(LabelingJobName="cars")
    task = job["HumanTaskConfig"]
    for field, value in (
        ("**Job name**", job["LabelingJobName"]),
        ("label attribute name", job["LabelAttributeName"]),
        ("**Input dataset location**", job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"]),
        ("**Output dataset location**", job["OutputConfig"]["S3OutputPath"]),
        ("**Private teams**", task["WorkteamArn"].rsplit("/", 1)[-1]),
        ("the description for workers", task["TaskDescription"]),
    ):
        assert said_of("ground-truth", field, ordinary.team)[0] == value
    assert f"({task['TaskTimeLimitInSeconds'] // 60} minutes)" in page("ground-truth")
    assert f"one a line: {', '.join(ordinary.team.classes())} |" in page("ground-truth")


def test_the_values_of_lab_3_s_tables_are_those_of_the_job(ordinary: Walked) -> None:
    job = ordinary.team.session.client("sagemaker").describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName="cars"
    )
    definition, limits = job["TrainingJobDefinition"], job["HyperParameterTuningJobConfig"]["ResourceLimits"]
    channels, resources = definition["InputDataConfig"], definition["ResourceConfig"]
    for field, *values in (
        ("`epochs`", definition["StaticHyperParameters"]["epochs"]),
        ("`mini_batch_size`", definition["StaticHyperParameters"]["mini_batch_size"]),
        ("`use_pretrained_model`", definition["StaticHyperParameters"]["use_pretrained_model"]),
        ("`num_layers`", definition["StaticHyperParameters"]["num_layers"]),
        ("**Channel name**", *(each["ChannelName"] for each in channels)),
        ("**Content type**", *(each["ContentType"] for each in channels)),
        ("**S3 location**", *(each["DataSource"]["S3DataSource"]["S3Uri"] for each in channels)),
        ("**Instance count**", str(resources["InstanceCount"])),
        ("`VolumeSizeInGB`", str(resources["VolumeSizeInGB"]), str(ordinary.team.event.training.volume_gb)),
        ("`MaxParallelTrainingJobs`", str(limits["MaxParallelTrainingJobs"])),
        ("`MaxNumberOfTrainingJobs`", str(limits["MaxNumberOfTrainingJobs"])),
    ):
        assert said_of("tuning", field, ordinary.team) == values
    assert f"**{job['HyperParameterTuningJobConfig']['Strategy']}** |" in page("tuning")
    assert definition["OutputDataConfig"]["S3OutputPath"] == f"s3://{ordinary.team.names.bucket}/output/"
    assert "**Output data configuration**: `s3://BUCKET/output/`" in page("tuning")


def test_the_values_of_lab_2_s_table_are_those_of_the_endpoint(ordinary: Walked) -> None:
    wanted = ordinary.team.event.endpoint
    for field, value in (
        ("**Minimum instance count**", wanted.minimum),
        ("**Maximum instance count**", wanted.maximum),
        ("**Target value**", wanted.target),
    ):
        assert said_of("notebook", field, ordinary.team) == [f"{value:g}"]


def test_a_line_that_fails_and_an_end_state_that_is_not_there_are_named(
    ordinary: Walked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Team, "lines", lambda *_: [f"{TUNING} other --range learning_rate 0.1"])
    [failed] = list(playing.ends(ordinary.team, ["tuning"]))
    assert (failed.code, failed.did) == ("EB-612", f"`{TUNING} other --range learning_rate 0.1`")
    assert "expected 3 arguments" in failed.state
    # A mistake of ours: the script does not point on to the organisers' page, and the walk does not go there.
    monkeypatch.setattr(Team, "lines", lambda *_: [f"{LABELLING} other --manifest nowhere.manifest --no-wait"])
    [refused] = list(playing.ends(ordinary.team, ["ground-truth"]))
    assert refused.code == "EB-612"
    [lab] = ordinary.team.event.labs_of(["ground-truth"])
    [labelled] = [each for each in lab.end_states if each.id == "labelled"]
    more = labelled.model_copy(update={"expect": Expect(at_least=25)})
    missing = playing.played(ordinary.team, lab.model_copy(update={"solution": (), "end_states": (more,)}))
    said = "Pictures with a label in the output manifest: 24; expected: at least 25 (s3:GetObject)"
    assert (missing.code, missing.state) == ("EB-612", said)


def test_of_a_team_that_is_not_ready_nothing_is_played(ordinary: Walked, capsys: pytest.CaptureFixture[str]) -> None:
    account = ordinary.team.account
    failed = AccountResult(account.team, account.account_id, Result.FAILED, {}, {})
    summary = Summary("run", Result.FAILED, (failed,), {}, (), 0.0, 0.0)
    nowhere: Any = None
    home = Path("nowhere")
    assert playing.show(nowhere, account, summary, nowhere, nowhere, nowhere, home, quiet=False) == 1
    assert "EB-613 team-1, account 100200300401, is not ready" in capsys.readouterr().out


def test_the_first_team_that_has_all_labs_is_played(tmp_path: Path) -> None:
    at = folder(tmp_path, teams=3)
    rows = (at / "accounts.csv").read_text(encoding="utf-8").splitlines()
    labs = ["labs", "notebook", "tuning;ground-truth;notebook", ""]
    for last, expected in ((labs, "team-2"), ([*labs[:2], "tuning", ""], "team-3")):
        both = zip(rows, last, strict=True)
        (at / "accounts.csv").write_text("".join(f"{row},{own}\n" for row, own in both), encoding="utf-8")
        assert playing.team_to_play(read(choice(at))).team == expected
    both = zip(rows, [*labs[:2], "tuning", "tuning"], strict=True)
    (at / "accounts.csv").write_text("".join(f"{row},{own}\n" for row, own in both), encoding="utf-8")
    with pytest.raises(BadInput, match="EB-611  no team has all labs"):
        playing.team_to_play(read(choice(at)))


def test_what_is_not_installed_is_named_before_anything_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "find_spec", lambda name: None if name == "nbclient" else name)
    asked = choice(folder(tmp_path))
    with pytest.raises(BadInput, match=r"EB-610 .*: nbclient"):
        rehearse(asked, "ordinary", 1, through="labs")
    assert not asked.folder.exists()
