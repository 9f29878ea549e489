"""What participants do in labs 1 to 3 works through plain boto3, on the ground that the tool prepared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bootstrap.event.names import Names
from bootstrap.rehearsal.simulated import OPERATOR_KEYS
from tests.runs import Rehearsed, folder, rehearsed
from tests.simulated import Simulated, as_keys
from tests.simulator.permitted import Watch

REGISTRY = {"ap-northeast-1": "501404015308"}
LAMBDA = "arn:aws:lambda:ap-northeast-1:477331159723:function:"
G5, M5 = "ml.g5.2xlarge", "ml.m5.large"
MINUTE = 60
OPERATOR = {"aws_access_key_id": OPERATOR_KEYS[0], "aws_secret_access_key": OPERATOR_KEYS[1]}
NAME = "HyperParameterTuningJobName"


class Team:
    """A team's account after `provision`; who works in it could do so as any of `roles`."""

    def __init__(self, running: Rehearsed, *roles: str) -> None:
        account = running.inputs.accounts[0]
        self.aws, self.account_id = Simulated(running.simulated.url, running.simulated.control), account.account_id
        self.names = Names(running.inputs.event.name, account.account_id, account.region)
        self.role = self.names.role_arn(self.names.training_role)
        known = {"console": self.names.participant_role, "notebook": self.names.training_role}
        self.watch = Watch(self._client("iam"), self.names, tuple(known[each] for each in roles))
        self.sagemaker, self.s3 = self.client("sagemaker"), self.client("s3")

    def client(self, service: str) -> Any:
        return self.watch.over(self._client(service))

    def _client(self, service: str) -> Any:
        """As the account's profile has it: by the access role, whose credentials last for an hour."""
        hub = self.aws.raw("sts", self.names.region, **OPERATOR)
        role = self.names.role_arn("event-bootstrap-access")
        made = hub.assume_role(RoleArn=role, RoleSessionName="participant")["Credentials"]
        return self.aws.raw(service, self.names.region, **as_keys(made))

    def wait(self, seconds: float) -> None:
        """Time passes, and a participant signs in again."""
        self.aws.advance(seconds)
        self.sagemaker, self.s3 = self.client("sagemaker"), self.client("s3")

    def uri(self, key: str) -> str:
        return f"s3://{self.names.bucket}/{key}"

    def read(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.names.bucket, Key=key)["Body"].read()
        return body

    @property
    def algorithm(self) -> str:
        region = self.names.region
        return f"{REGISTRY[region]}.dkr.ecr.{region}.amazonaws.com/image-classification:1"

    def definition(self, minutes: int) -> dict[str, Any]:
        """What a training job of the notebook and one of a tuning job have in common."""
        return {
            "RoleArn": self.role,
            "AlgorithmSpecification": {"TrainingImage": self.algorithm, "TrainingInputMode": "File"},
            "InputDataConfig": [self._channel("train"), self._channel("validation")],
            "OutputDataConfig": {"S3OutputPath": self.uri("output/")},
            "ResourceConfig": {"InstanceType": G5, "InstanceCount": 1, "VolumeSizeInGB": 50},
            "StoppingCondition": {"MaxRuntimeInSeconds": minutes * MINUTE},
        }

    def _channel(self, name: str) -> dict[str, Any]:
        source = {"S3DataType": "S3Prefix", "S3Uri": self.uri(f"{name}/"), "S3DataDistributionType": "FullyReplicated"}
        return {
            "ChannelName": name, "DataSource": {"S3DataSource": source}, "ContentType": "application/x-recordio",
        }  # fmt: skip

    def hyperparameters(self) -> dict[str, str]:
        said = json.loads(self.read("classes.json"))
        return {
            "num_layers": "18", "image_shape": f"3,{said['picture_size']},{said['picture_size']}",
            "num_classes": str(said["num_classes"]), "num_training_samples": str(said["num_training_samples"]),
            "mini_batch_size": "16", "epochs": "5", "use_pretrained_model": "1",
        }  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with rehearsed(folder(tmp_path_factory.mktemp("labs"))) as running:
        ran, _ = running.provision(keep=False)
        assert ran.summary.exit_code == 0
        yield running


# Only the console labels: its role alone may create labeling jobs and see who is in the work team.
@pytest.fixture
def at_console(ready: Rehearsed) -> Team:
    return Team(ready, "console")


@pytest.fixture
def anywhere(ready: Rehearsed) -> Team:
    return Team(ready, "console", "notebook")


def test_lab_1_a_team_labels_its_pictures_and_the_output_manifest_says_what_they_are(at_console: Team) -> None:
    team = at_console
    sagemaker, people = team.sagemaker, team.client("cognito-idp")
    workteam = sagemaker.describe_workteam(WorkteamName=team.names.workteam)["Workteam"]
    member = workteam["MemberDefinitions"][0]["CognitoMemberDefinition"]
    users = people.list_users_in_group(UserPoolId=member["UserPool"], GroupName=member["UserGroup"])["Users"]
    team.s3.put_object(Bucket=team.names.bucket, Key="labelling/template.html", Body=b"<crowd-image-classifier/>")
    task = {
        "WorkteamArn": workteam["WorkteamArn"],
        "UiConfig": {"UiTemplateS3Uri": team.uri("labelling/template.html")},
        "PreHumanTaskLambdaArn": f"{LAMBDA}PRE-ImageMultiClass",
        "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{LAMBDA}ACS-ImageMultiClass"},
        "TaskTitle": "Cars", "TaskDescription": "Which car is it?", "NumberOfHumanWorkersPerDataObject": 1,
        "TaskTimeLimitInSeconds": 300,
    }  # fmt: skip
    sagemaker.create_labeling_job(
        LabelingJobName="cars",
        LabelAttributeName="kind",
        InputConfig={"DataSource": {"S3DataSource": {"ManifestS3Uri": team.uri("labelling/input.manifest")}}},
        OutputConfig={"S3OutputPath": team.uri("labelled/")},
        RoleArn=team.role,
        LabelCategoryConfigS3Uri=team.uri("labels.json"),
        HumanTaskConfig=task,
    )
    team.wait(5 * MINUTE)
    classes = [one["label"] for one in json.loads(team.read("labels.json"))["labels"]]
    lines = [json.loads(one) for one in team.read("labelling/input.manifest").splitlines()]
    played = {"account": team.account_id, "job": "cars", "worker": users[0]["Username"], "all": classes[1]}
    team.aws.ask("POST", "label", played)
    team.wait(MINUTE)
    done = team.sagemaker.describe_labeling_job(LabelingJobName="cars")
    assert (done["LabelingJobStatus"], done["LabelCounters"]["HumanLabeled"]) == ("Completed", len(lines))
    written = done["LabelingJobOutput"]["OutputDatasetS3Uri"].removeprefix(team.uri(""))
    output = [json.loads(one) for one in team.read(written).splitlines()]
    assert [one["source-ref"] for one in output] == [one["source-ref"] for one in lines]
    assert {(one["kind"], one["kind-metadata"]["class-name"]) for one in output} == {(1, classes[1])}


def trained(team: Team, name: str) -> dict[str, Any]:
    """A job of the notebook, to its end."""
    team.sagemaker.create_training_job(
        TrainingJobName=name, HyperParameters=team.hyperparameters(), **team.definition(minutes=30)
    )
    team.wait(10 * MINUTE)
    job: dict[str, Any] = team.sagemaker.describe_training_job(TrainingJobName=name)
    assert (job["TrainingJobStatus"], job.get("FailureReason")) == ("Completed", None)
    return job


def hosted(team: Team, name: str, data: str) -> None:
    """A model behind an endpoint that stands."""
    team.sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn=team.role,
        PrimaryContainer={"Image": team.algorithm, "ModelDataUrl": data},
    )
    variant = {"VariantName": "AllTraffic", "ModelName": name, "InstanceType": M5, "InitialInstanceCount": 1}
    team.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    team.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    team.wait(11 * MINUTE)
    assert team.sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"] == "InService"


def test_lab_2_a_team_trains_deploys_asks_and_lets_the_endpoint_scale(anywhere: Team) -> None:
    team = anywhere
    job = trained(team, "cars-1")
    metrics = {one["MetricName"] for one in job["FinalMetricDataList"]}
    assert metrics == {"train:accuracy", "validation:accuracy"}
    groups = team.client("logs").describe_log_groups(logGroupNamePrefix="/aws/sagemaker/")["logGroups"]
    assert "/aws/sagemaker/TrainingJobs" in {one["logGroupName"] for one in groups}
    hosted(team, "cars-1", job["ModelArtifacts"]["S3ModelArtifacts"])
    scaling = team.client("application-autoscaling")
    target = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": "endpoint/cars-1/variant/AllTraffic",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=2)
    metric = {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"}
    tracking = {"TargetValue": 50.0, "PredefinedMetricSpecification": metric}
    scaling.put_scaling_policy(
        **target,
        PolicyName="invocations",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=tracking,
    )
    picture, runtime = team.read("labelling/car-01.jpg"), team.client("sagemaker-runtime")
    answer = runtime.invoke_endpoint(EndpointName="cars-1", ContentType="application/x-image", Body=picture)
    shares = json.loads(answer["Body"].read())
    assert len(shares) == json.loads(team.read("classes.json"))["num_classes"]
    assert sum(shares) == pytest.approx(1)
    # What the competition scores: aws.md section 8.
    [registered] = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    [policy] = scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
    assert (registered["MinCapacity"], registered["MaxCapacity"]) == (1, 2)
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50
    for _ in range(4):
        for _ in range(60):
            runtime.invoke_endpoint(EndpointName="cars-1", ContentType="image/jpeg", Body=picture)
        team.aws.advance(MINUTE)
    team.wait(10 * MINUTE)
    [variant] = team.sagemaker.describe_endpoint(EndpointName="cars-1")["ProductionVariants"]
    assert variant["CurrentInstanceCount"] == 2
    team.sagemaker.delete_endpoint(EndpointName="cars-1")
    team.sagemaker.delete_endpoint_config(EndpointConfigName="cars-1")
    team.sagemaker.delete_model(ModelName="cars-1")


def test_lab_3_a_team_tunes_and_finds_its_best_job(anywhere: Team) -> None:
    team = anywhere
    rate = {"Name": "learning_rate", "MinValue": "0.0001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}
    sizes = {"Name": "mini_batch_size", "MinValue": "8", "MaxValue": "30", "ScalingType": "Auto"}
    fixed = {key: value for key, value in team.hyperparameters().items() if key != "mini_batch_size"}
    team.sagemaker.create_hyper_parameter_tuning_job(
        **{NAME: "cars-tuned"},
        HyperParameterTuningJobConfig={
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:accuracy"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {"ContinuousParameterRanges": [rate], "IntegerParameterRanges": [sizes]},
        },
        TrainingJobDefinition={"StaticHyperParameters": fixed, **team.definition(minutes=240)},
    )
    most = 0
    for _ in range(60):
        team.wait(MINUTE)
        tuning = team.sagemaker.describe_hyper_parameter_tuning_job(**{NAME: "cars-tuned"})
        most = max(most, tuning["TrainingJobStatusCounters"]["InProgress"])
        if tuning["HyperParameterTuningJobStatus"] == "Completed":
            break
    assert (tuning["HyperParameterTuningJobStatus"], most) == ("Completed", 2)
    assert tuning["TrainingJobStatusCounters"]["Completed"] == 4
    jobs = team.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        **{NAME: "cars-tuned"}, SortBy="FinalObjectiveMetricValue", SortOrder="Descending"
    )["TrainingJobSummaries"]
    best = tuning["BestTrainingJob"]
    reached = {each["TrainingJobName"]: each["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for each in jobs}
    assert reached[best["TrainingJobName"]] == max(reached.values()) == reached[jobs[0]["TrainingJobName"]]
    assert 8 <= int(best["TunedHyperParameters"]["mini_batch_size"]) <= 30
    job = team.sagemaker.describe_training_job(TrainingJobName=best["TrainingJobName"])
    hosted(team, "cars-best", job["ModelArtifacts"]["S3ModelArtifacts"])
