"""Machines of SageMaker outside the labs, and things of other services that a person has to delete."""

from __future__ import annotations

from bootstrap.simulator.participants.leftover import Leftover
from bootstrap.simulator.participants.participant import Participant

_CATEGORIES = (
    "AgentRFT",
    "AgentRFTEvaluation",
    "DataQualityEvaluation",
    "DataTransformation",
    "SyntheticDataGeneration",
)


def _cluster_name(who: Participant) -> str:
    """A name of the form of AWS's ids: here an ARN has the name."""
    return who.name("cluster0").replace("-", "")


def _cluster(who: Participant) -> None:
    """Create a HyperPod cluster of one group."""
    group = {
        "InstanceGroupName": "workers", "InstanceType": "ml.g5.2xlarge", "InstanceCount": 2, "ExecutionRole": who.role,
        "LifeCycleConfig": {"SourceS3Uri": who.uri("start/"), "OnCreate": "start.sh"},
    }  # fmt: skip
    who.sagemaker.create_cluster(ClusterName=_cluster_name(who), InstanceGroups=[group])


def _quotas(who: Participant) -> None:
    """Divide the cluster among teams."""
    arn = who.arn("sagemaker", f"cluster/{_cluster_name(who)}")
    who.sagemaker.create_cluster_scheduler_config(Name=who.name("order"), ClusterArn=arn, SchedulerConfig={})
    who.sagemaker.create_compute_quota(
        Name=who.name("share"), ClusterArn=arn, ComputeQuotaConfig={}, ComputeQuotaTarget={"TeamName": "cars"}
    )


def _apps(who: Participant) -> None:
    client = who.sagemaker
    client.create_partner_app(
        Name=who.name("comet").replace("-", ""), Type="comet", ExecutionRoleArn=who.role, Tier="small", AuthType="IAM"
    )
    client.create_mlflow_app(Name=who.name("tracking"), ArtifactStoreUri=who.uri("mlflow-app"), RoleArn=who.role)


def _project(who: Participant) -> None:
    who.sagemaker.create_project(ProjectName=who.name("project"))
    who.sagemaker.create_app_image_config(AppImageConfigName=who.name("kernel"))


def _session(who: Participant) -> None:
    model = f"arn:{who.partition}:sagemaker:{who.region}:aws:hub-content/SageMakerPublicHub/Model/llama"
    who.sagemaker.create_training_session(
        TrainingSessionName=who.name("lora"),
        LoraConfig={"Rank": 8, "Alpha": 16},
        RoleArn=who.role,
        ModelConfig={"BaseModelArn": model},
        OutputConfig={"S3Location": {"Path": who.uri("lora")}},
    )


def _experiment(who: Participant) -> None:
    """Test a shadow variant behind the endpoint of the lab, and route to it."""
    machines = {
        "InfrastructureType": "RealTimeInference",
        "RealTimeInferenceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }
    names = ("now", "next")
    variants = [
        {"ModelName": who.name("cars"), "VariantName": name, "InfrastructureConfig": machines} for name in names
    ]
    who.sagemaker.create_inference_experiment(
        Name=who.name("shadow"),
        Type="ShadowMode",
        RoleArn=who.role,
        EndpointName=who.name("cars"),
        ModelVariants=variants,
        ShadowModeConfig={
            "SourceModelVariantName": "now",
            "ShadowModelVariants": [{"ShadowModelVariantName": "next", "SamplingPercentage": 10}],
        },
    )
    endpoint = who.arn("sagemaker", f"endpoint/{who.name('cars')}")
    who.sagemaker.create_inference_router(
        InferenceRouterName=who.name("router"),
        RoutingTargets=[{"Name": "all", "Destinations": [{"ResourceArn": endpoint}]}],
    )


def _jobs(who: Participant) -> None:
    client, out = who.sagemaker, {"S3OutputLocation": who.uri("tried/")}
    client.create_inference_recommendations_job(
        JobName=who.name("recommend"), JobType="Default", RoleArn=who.role, InputConfig={}
    )
    client.create_ai_benchmark_job(
        AIBenchmarkJobName=who.name("benchmark"),
        BenchmarkTarget={"Endpoint": {"Identifier": who.name("cars")}},
        OutputConfig=out,
        AIWorkloadConfigIdentifier=who.name("load"),
        RoleArn=who.role,
    )
    client.create_ai_recommendation_job(
        AIRecommendationJobName=who.name("advise"),
        ModelSource={"S3": {}},
        OutputConfig={},
        RoleArn=who.role,
        AIWorkloadConfigIdentifier=who.name("load"),
        PerformanceTarget={"Constraints": [{"Metric": "cost"}]},
    )
    client.create_optimization_job(
        OptimizationJobName=who.name("optimize"),
        RoleArn=who.role,
        ModelSource={},
        OptimizationConfigs=[{"ModelQuantizationConfig": {}}],
        DeploymentInstanceType="ml.g5.xlarge",
        OutputConfig=out,
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )
    client.create_edge_packaging_job(
        EdgePackagingJobName=who.name("pack"),
        CompilationJobName=who.name("compile"),
        ModelName="cars",
        ModelVersion="1",
        RoleArn=who.role,
        OutputConfig=out,
    )
    for category in _CATEGORIES:
        client.create_job(
            JobName=who.name(category.lower()),
            RoleArn=who.role,
            JobCategory=category,
            JobConfigSchemaVersion="1.0.0",
            JobConfigDocument="{}",
        )


def _machine(who: Participant) -> None:
    """Start a machine of EC2 at home and one elsewhere, with an address that belongs to none."""
    for region in ("", who.away):
        client = who.aws("ec2", region)
        client.run_instances(ImageId="ami-0123456789abcdef0", InstanceType="m5.large", MinCount=1, MaxCount=1)
        client.allocate_address(Domain="vpc")


def _end_machines(who: Participant) -> None:
    for region in ("", who.away):
        client = who.aws("ec2", region)
        there = [each for row in client.describe_instances()["Reservations"] for each in row["Instances"]]
        if there:
            client.terminate_instances(InstanceIds=[each["InstanceId"] for each in there])
        for each in client.describe_addresses()["Addresses"]:
            client.release_address(AllocationId=each["AllocationId"])


def _files(who: Participant) -> None:
    who.aws("efs").create_file_system(CreationToken=who.name("files"))
    who.aws("secretsmanager").create_secret(Name=who.name("key"), SecretString="not a secret")


def _delete_files(who: Participant) -> None:
    client, secrets = who.aws("efs"), who.aws("secretsmanager")
    for each in client.describe_file_systems()["FileSystems"]:
        if each["CreationToken"] == who.name("files"):
            client.delete_file_system(FileSystemId=each["FileSystemId"])
    for each in secrets.list_secrets()["SecretList"]:
        if each["Name"] == who.name("key"):
            secrets.delete_secret(SecretId=each["ARN"])


LEFTOVERS = (
    Leftover(("hyperpod cluster", "cluster scheduler config", "compute quota"), opens=_cluster, noon=_quotas),
    Leftover(("partner app", "mlflow app"), opens=_apps),
    Leftover(("project", "app image config"), noon=_project),
    Leftover(("inference experiment", "inference router"), noon=_experiment),
    Leftover(("training session",), closes=_session),
    Leftover(
        (
            "inference recommendations job",
            "ai benchmark job",
            "ai recommendation job",
            "optimization job",
            "edge packaging job",
            *(f"{each} job" for each in _CATEGORIES),
        ),
        closes=_jobs,
    ),
    # Only a person can delete them: they are left only if they are asked for by name.
    Leftover(("EC2 instance", "EC2 address"), noon=_machine, by_hand=_end_machines, stays=True),
    Leftover(("EFS file system", "secret"), noon=_files, by_hand=_delete_files, stays=True),
)
