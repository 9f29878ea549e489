"""The labs, each played to its end by its guide's lines, and its end state looked up in the account."""

from __future__ import annotations

import json
from collections.abc import Callable

from bootstrap.errors import Refused, clean
from bootstrap.rehearsal.labs.team import LineFailed, Team
from bootstrap.steps.dataset import packing

# A job's pictures take some minutes to reach the portal.
_PORTAL_SECONDS = 300
# The name of the jobs in the guides.
_CARS = "cars"
_LABELLING = "python3 labs/ground-truth/labelling_job.py"
# The one line that an organiser types, where Ground Truth refuses.
_PAGE = "event-bootstrap label "
# What the script says where Ground Truth seems to be closed: the guide goes on by another way.
_POINTS_ON = "section 7 of the guide"
_OUTPUT = f"labelled/{_CARS}/manifests/output/output.manifest"
_SYNC = "aws s3 sync s3://BUCKET/labs/ labs/"


def ground_truth(team: Team) -> tuple[str, str]:
    """Lab 1: what was done, and the end state. Raises Refused (EB-612), LineFailed, Troubled."""
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
            if not (job and _POINTS_ON in failed.said):
                raise
            closed = True
        else:
            if job and "--no-wait" in line:
                team.wait(_PORTAL_SECONDS)
                label(team)
    by = ", on the page of `event-bootstrap label` as Ground Truth refused" if closed else ""
    return f"the lines of its guide{by}", _labelled(team)


def _on_the_page(team: Team, line: str) -> None:
    from bootstrap.rehearsal.labs import labelling_page

    said: list[str] = []
    labelling_page.label(team, said)
    team.terminal.keep(line, "".join(f"{each}\n" for each in said))


def label(team: Team) -> None:
    """The team's people share the pictures in the portal."""
    workers, classes, pictures = team.workers(), team.classes(), packing.LABELLING_PICTURES
    if not workers:
        raise Refused("EB-612", "nobody is in the work team to label")
    for place, worker in enumerate(workers):
        mine = {str(each): classes[each % len(classes)] for each in range(place, pictures, len(workers))}
        try:
            team.simulated.label(team.account.account_id, _CARS, worker, mine)
        except RuntimeError as refused:
            raise Refused("EB-612", f"the portal: {clean(str(refused))}") from None


def _labelled(team: Team) -> str:
    wanted = packing.LABELLING_PICTURES
    lines = [json.loads(line) for line in team.stored(_OUTPUT).splitlines()]
    named = [each for each in lines if each.get("kind-metadata", {}).get("class-name") in team.classes()]
    _expect(len(named) == len(lines) == wanted, f"{len(named)} of {wanted} pictures have a label")
    for job in team.state()["labeling_jobs"]:
        _expect(job["LabelingJobStatus"] == "Completed", f"the labelling job is {job['LabelingJobStatus']}")
        counted = job["LabelCounters"]["HumanLabeled"]
        _expect(counted == wanted, f"Ground Truth counts {counted} labelled pictures")
    return f"{len(named)} of {wanted} pictures labelled, the output manifest is in the bucket"


def notebook(team: Team) -> tuple[str, str]:
    """Lab 2: as above. Raises Refused (EB-612), LineFailed, kernel.CellFailed."""
    from bootstrap.rehearsal.labs import kernel

    for line in team.lines("notebook"):
        team.run(line)
    scaled: list[tuple[int, int, float]] = []
    leader = next(iter(team.account.emails), "")

    def after(source: str) -> None:
        if "sns.subscribe" in source and leader:
            team.simulated.confirm(team.account.account_id, leader)
        if "put_scaling_policy" in source:
            scaled.extend(_scaling(team))

    # Nobody but SageMaker is let into the notebook's own role; tests hold the cells' calls against that one.
    path = team.home("SageMaker/labs/notebook/cars_classifier.ipynb")
    environment = team.terminal.environment(team.keys()) | {"LAB_MAIL_ADDRESS": leader}
    ran = kernel.run(path, environment, after)
    cells = sum(cell.cell_type == "code" for cell in ran.cells)
    return f"the {cells} cells of the notebook", _trained(team, scaled)


def _scaling(team: Team) -> list[tuple[int, int, float]]:
    """Least and most machines, and the target, of all that scales in the account."""
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
    _expect(bool(done), "no training job of the notebook has completed")
    data = {each["DataSource"]["S3DataSource"]["S3Uri"] for each in done[-1]["params"]["InputDataConfig"]}
    own = {f"s3://{team.names.bucket}/notebook/{channel}/" for channel in ("train", "validation")}
    _expect(data == own, "the training job has not read the team's own data")
    asked = sum(each["count"] for each in team.simulated.calls()["calls"]
                if (each["account"], each["operation"]) == (team.account.account_id, "InvokeEndpoint"))  # fmt: skip
    _expect(asked > 0, "the endpoint was not asked")
    limits = [(wanted.minimum, wanted.maximum, float(wanted.target))]
    _expect(scaled == limits, f"the endpoint scaled {scaled}, not {limits}")
    _expect(not state["endpoints"] and not state["scalable_targets"], "the endpoint is still there")
    _expect(all(each["status"] != "InProgress" for each in state["training_jobs"]), "a training job still runs")
    kind = done[-1]["params"]["ResourceConfig"]["InstanceType"]
    return (
        f"trained on {kind}, endpoint asked {asked} times, scaled {wanted.minimum} to {wanted.maximum} at "
        f"{wanted.target:g}, nothing left running"
    )


def tuning(team: Team) -> tuple[str, str]:
    """Lab 3: as above. Raises Refused (EB-612), LineFailed."""
    lines = team.lines("tuning")
    if not team.home("labs").exists():
        # Section 2 of lab 1, which not every event has.
        team.run(_SYNC.replace("BUCKET", team.names.bucket))
    for line in lines:
        team.run(line)
    return "the lines of its guide", _tuned(team)


def _tuned(team: Team) -> str:
    sagemaker = team.session.client("sagemaker")
    job = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=_CARS)
    status, counts = job["HyperParameterTuningJobStatus"], job["TrainingJobStatusCounters"]
    _expect(status == "Completed", f"the tuning job is {status}")
    ended = counts["Completed"] + counts["Stopped"]
    _expect(ended == 4, f"{ended} of 4 training jobs have ended well")
    best = job.get("BestTrainingJob")
    _expect(best is not None, "there is no best training job")
    objective = best["FinalHyperParameterTuningJobObjectiveMetric"]
    kind = job["TrainingJobDefinition"]["ResourceConfig"]["InstanceType"]
    return f"{ended} of 4 training jobs on {kind}, the best with {objective['MetricName']} {objective['Value']:.3f}"


def _expect(well: bool, otherwise: str) -> None:
    if not well:
        raise Refused("EB-612", otherwise)


PLAYED: dict[str, Callable[[Team], tuple[str, str]]] = {
    "ground-truth": ground_truth,
    "notebook": notebook,
    "tuning": tuning,
}
