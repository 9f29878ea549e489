"""Play each lab by the commands of its guide, and check its end state in the account."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

from bootstrap.errors import Refused, clean
from bootstrap.errors.message import msg
from bootstrap.event import shipped
from bootstrap.rehearsal.labs.team import LineFailed, Team
from bootstrap.steps.dataset import packing

# A job's pictures appear in the portal after some minutes.
_PORTAL_SECONDS = 300
# The name of the jobs in the guides.
_CARS = "cars"
_LABELLING = "python3 labs/ground-truth/labelling_job.py"
# The one line that an organiser types, if Ground Truth refuses.
_PAGE = "event-bootstrap label "
# Exit code of the script if Ground Truth seems to be closed: then the guide continues without it.
_CLOSED = 3
_OUTPUT = f"labelled/{_CARS}/manifests/output/output.manifest"
_BY_HAND = "by-hand:"
_SYNC = "aws s3 sync s3://BUCKET/labs/ labs/"


def ground_truth(team: Team) -> tuple[str, str]:
    """Play lab 1; return what was done, and the end state. Raises Refused (EB-612), LineFailed, Troubled."""
    lines, closed = team.lines("ground-truth"), False
    for line in lines:
        organiser, job = line.startswith(_PAGE), line.startswith(_LABELLING)
        if organiser and closed:
            _on_the_page(team, line)
        if organiser or (job and closed):
            continue
        try:
            team.run(line)
        except LineFailed as failed:
            if not (job and failed.exit_code == _CLOSED):
                raise
            closed = True
        else:
            if job and "--no-wait" in line:
                team.wait(_PORTAL_SECONDS)
                label(team)
    if closed:
        done = msg("the commands of its guide, on the page of `event-bootstrap label` because Ground Truth refused")
    else:
        done = msg("the commands of its guide")
    return done, _labelled(team)


def _on_the_page(team: Team, line: str) -> None:
    from bootstrap.rehearsal.labs import labelling_page

    said: list[str] = []
    labelling_page.label(team, said)
    team.terminal.keep(line, "".join(f"{each}\n" for each in said))


def label(team: Team) -> None:
    """Label all pictures in the portal, shared among the team's people. Raises Refused (EB-612)."""
    workers, classes, pictures = team.workers(), team.classes(), packing.LABELLING_PICTURES
    if not workers:
        raise Refused("EB-612", msg("nobody is in the work team"))
    for place, worker in enumerate(workers):
        mine = {str(each): classes[each % len(classes)] for each in range(place, pictures, len(workers))}
        try:
            team.simulated.label(team.account.account_id, _CARS, worker, mine)
        except RuntimeError as refused:
            words = msg("the labelling portal refused: {reason}", reason=clean(str(refused)))
            raise Refused("EB-612", words) from None


def _labelled(team: Team) -> str:
    most = packing.LABELLING_PICTURES
    lines = [json.loads(line) for line in team.stored(_OUTPUT).split("\n") if line]
    named = [each for each in lines if each.get("kind-metadata", {}).get("class-name") in team.classes()]
    labelled = len(named)
    _expect(
        labelled == len(lines) == most, msg("{labelled} of {most} pictures have a label", labelled=labelled, most=most)
    )
    for job in team.state()["labeling_jobs"]:
        status, number = job["LabelingJobStatus"], job["LabelCounters"]["HumanLabeled"]
        _expect(status == "Completed", msg("the labelling job is {status}", status=status))
        _expect(number == most, msg("Ground Truth counts {number} labelled pictures", number=number))
    return msg(
        "{labelled} of {most} pictures labelled, the output manifest is in the bucket", labelled=labelled, most=most
    )


def notebook(team: Team) -> tuple[str, str]:
    """Play lab 2; return what was done, and the end state. Raises Refused (EB-612), LineFailed, kernel.CellFailed."""
    from bootstrap.rehearsal.labs import kernel

    for line in team.lines("notebook"):
        team.run(line)
    scaled: list[tuple[int, int, float]] = []
    leader = next(iter(team.account.emails), "")
    folder = shipped.lab_folders(team.event.folder)["notebook"]

    def before(tags: list[str]) -> None:
        for name in (each.removeprefix(_BY_HAND) for each in tags if each.startswith(_BY_HAND)):
            shutil.copytree(folder / "solution", team.home("labs/notebook/solution"), dirs_exist_ok=True)
            team.run(f"python3 labs/notebook/solution/{name}.py SageMaker/labs/event.json")
            scaled.extend(_scaling(team))

    def after() -> None:
        if leader:
            team.simulated.confirm(team.account.account_id, leader)

    # Only SageMaker may assume the notebook's own role; tests check the cells' calls against that role.
    path = team.home("SageMaker/labs/notebook/cars_classifier.ipynb")
    environment = team.terminal.environment(team.keys()) | {"LAB_MAIL_ADDRESS": leader}
    ran = kernel.run(path, environment, before, after)
    cells = sum(cell.cell_type == "code" for cell in ran.cells)
    return msg("the {cells} cells of the notebook", cells=cells), _trained(team, scaled)


def _scaling(team: Team) -> list[tuple[int, int, float]]:
    """Return minimum, maximum and target of everything that scales in the account."""
    scaling, found = team.session.client("application-autoscaling"), []
    for target in team.state()["scalable_targets"]:
        asked = {"ServiceNamespace": "sagemaker", "ResourceId": target["ResourceId"]}
        for policy in scaling.describe_scaling_policies(**asked)["ScalingPolicies"]:
            aim = policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
            found.append((target["MinCapacity"], target["MaxCapacity"], float(aim)))
    return found


def _trained(team: Team, scaled: list[tuple[int, int, float]]) -> str:
    state, wanted = team.state(), team.event.endpoint
    jobs = [each for each in state["training_jobs"] if each["name"].startswith(f"{_CARS}-")]
    done = [each for each in jobs if each["status"] == "Completed"]
    _expect(bool(done), msg("no training job of the notebook has completed"))
    data = {each["DataSource"]["S3DataSource"]["S3Uri"] for each in done[-1]["params"]["InputDataConfig"]}
    own = {f"s3://{team.names.bucket}/notebook/{channel}/" for channel in ("train", "validation")}
    _expect(data == own, msg("the training job did not read the team's own data"))
    asked = sum(each["count"] for each in team.simulated.calls()["calls"]
                if (each["account"], each["operation"]) == (team.account.account_id, "InvokeEndpoint"))  # fmt: skip
    _expect(asked > 0, msg("the endpoint was never invoked"))
    limits = [(wanted.minimum, wanted.maximum, float(wanted.target))]
    _expect(scaled == limits, msg("the endpoint scaled by {scaled}, not by {wanted}", scaled=scaled, wanted=limits))
    _expect(not state["endpoints"] and not state["scalable_targets"], msg("the endpoint still exists"))
    _expect(
        all(each["status"] != "InProgress" for each in state["training_jobs"]), msg("a training job is still running")
    )
    kind = done[-1]["params"]["ResourceConfig"]["InstanceType"]
    return msg(
        "trained on {type}, endpoint invoked {asked} times, scaled from {minimum} to {maximum} at {target}, nothing "
        "left running",
        type=kind,
        asked=asked,
        minimum=wanted.minimum,
        maximum=wanted.maximum,
        target=format(wanted.target, "g"),
    )


def tuning(team: Team) -> tuple[str, str]:
    """Play lab 3; return what was done, and the end state. Raises Refused (EB-612), LineFailed."""
    lines = team.lines("tuning")
    if not team.home("labs").exists():
        # As section 2 of lab 1 does, which not every event has.
        team.run(_SYNC.replace("BUCKET", team.names.bucket))
    for line in lines:
        team.run(line)
    return msg("the commands of its guide"), _tuned(team)


def _tuned(team: Team) -> str:
    sagemaker = team.session.client("sagemaker")
    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=_CARS)
    status, counts = job["HyperParameterTuningJobStatus"], job["TrainingJobStatusCounters"]
    _expect(status == "Completed", msg("the tuning job is {status}", status=status))
    ended = counts["Completed"] + counts["Stopped"]
    _expect(ended == 4, msg("{ended} of 4 training jobs completed", ended=ended))
    best = job.get("BestTrainingJob")
    _expect(best is not None, msg("there is no best training job"))
    objective = best["FinalHyperParameterTuningJobObjectiveMetric"]
    kind = job["TrainingJobDefinition"]["ResourceConfig"]["InstanceType"]
    return msg(
        "{ended} of 4 training jobs on {type}, the best with {metric} {value}",
        ended=ended,
        type=kind,
        metric=objective["MetricName"],
        value=format(objective["Value"], ".3f"),
    )


def _expect(well: bool, otherwise: str) -> None:
    """Raise Refused (EB-612) with the text if the condition is false."""
    if not well:
        raise Refused("EB-612", otherwise)


PLAYED: dict[str, Callable[[Team], tuple[str, str]]] = {
    "ground-truth": ground_truth,
    "notebook": notebook,
    "tuning": tuning,
}
