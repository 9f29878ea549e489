"""Translated names of kinds, alone and with a number. `Kind.name` itself is not translated."""

from __future__ import annotations

from collections.abc import Mapping

from bootstrap.errors.message import Message, counted, marked_counted
from bootstrap.errors.message import marked as _

_WORDS: Mapping[str, tuple[str, str]] = {
    _("automl job"): marked_counted("{count} automl job", "{count} automl jobs"),
    _("tuning job"): marked_counted("{count} tuning job", "{count} tuning jobs"),
    _("training job"): marked_counted("{count} training job", "{count} training jobs"),
    _("processing job"): marked_counted("{count} processing job", "{count} processing jobs"),
    _("transform job"): marked_counted("{count} transform job", "{count} transform jobs"),
    _("compilation job"): marked_counted("{count} compilation job", "{count} compilation jobs"),
    _("labelling job"): marked_counted("{count} labelling job", "{count} labelling jobs"),
    _("monitoring schedule"): marked_counted("{count} monitoring schedule", "{count} monitoring schedules"),
    _("scalable target"): marked_counted("{count} scalable target", "{count} scalable targets"),
    _("inference component"): marked_counted("{count} inference component", "{count} inference components"),
    _("endpoint"): marked_counted("{count} endpoint", "{count} endpoints"),
    _("endpoint config"): marked_counted("{count} endpoint config", "{count} endpoint configs"),
    _("model"): marked_counted("{count} model", "{count} models"),
    _("notebook"): marked_counted("{count} notebook", "{count} notebooks"),
    _("notebook lifecycle config"): marked_counted(
        "{count} notebook lifecycle config", "{count} notebook lifecycle configs"
    ),
    _("code repository"): marked_counted("{count} code repository", "{count} code repositories"),
    _("flow definition"): marked_counted("{count} flow definition", "{count} flow definitions"),
    _("human task ui"): marked_counted("{count} human task ui", "{count} human task uis"),
    _("workteam"): marked_counted("{count} workteam", "{count} workteams"),
    _("workforce"): marked_counted("{count} workforce", "{count} workforces"),
    _("user pool"): marked_counted("{count} user pool", "{count} user pools"),
    _("studio app"): marked_counted("{count} studio app", "{count} studio apps"),
    _("studio space"): marked_counted("{count} studio space", "{count} studio spaces"),
    _("studio user profile"): marked_counted("{count} studio user profile", "{count} studio user profiles"),
    _("studio domain"): marked_counted("{count} studio domain", "{count} studio domains"),
    _("studio image"): marked_counted("{count} studio image", "{count} studio images"),
    _("mlflow server"): marked_counted("{count} mlflow server", "{count} mlflow servers"),
    _("feature group"): marked_counted("{count} feature group", "{count} feature groups"),
    _("pipeline"): marked_counted("{count} pipeline", "{count} pipelines"),
    _("model package"): marked_counted("{count} model package", "{count} model packages"),
    _("model package group"): marked_counted("{count} model package group", "{count} model package groups"),
    _("bucket"): marked_counted("{count} bucket", "{count} buckets"),
    _("stack"): marked_counted("{count} stack", "{count} stacks"),
    _("alarm"): marked_counted("{count} alarm", "{count} alarms"),
    _("topic"): marked_counted("{count} topic", "{count} topics"),
    _("rule"): marked_counted("{count} rule", "{count} rules"),
    _("event bus"): marked_counted("{count} event bus", "{count} event buses"),
    _("image repository"): marked_counted("{count} image repository", "{count} image repositories"),
    _("function"): marked_counted("{count} function", "{count} functions"),
    _("log group"): marked_counted("{count} log group", "{count} log groups"),
    _("instance profile"): marked_counted("{count} instance profile", "{count} instance profiles"),
    _("role"): marked_counted("{count} role", "{count} roles"),
    _("policy"): marked_counted("{count} policy", "{count} policies"),
    _("IAM user"): marked_counted("{count} IAM user", "{count} IAM users"),
    _("IAM group"): marked_counted("{count} IAM group", "{count} IAM groups"),
    _("OIDC provider"): marked_counted("{count} OIDC provider", "{count} OIDC providers"),
    _("SAML provider"): marked_counted("{count} SAML provider", "{count} SAML providers"),
    _("inference recommendations job"): marked_counted(
        "{count} inference recommendations job", "{count} inference recommendations jobs"
    ),
    _("ai benchmark job"): marked_counted("{count} ai benchmark job", "{count} ai benchmark jobs"),
    _("ai recommendation job"): marked_counted("{count} ai recommendation job", "{count} ai recommendation jobs"),
    _("optimization job"): marked_counted("{count} optimization job", "{count} optimization jobs"),
    _("edge packaging job"): marked_counted("{count} edge packaging job", "{count} edge packaging jobs"),
    _("AgentRFT job"): marked_counted("{count} AgentRFT job", "{count} AgentRFT jobs"),
    _("AgentRFTEvaluation job"): marked_counted("{count} AgentRFTEvaluation job", "{count} AgentRFTEvaluation jobs"),
    _("DataQualityEvaluation job"): marked_counted(
        "{count} DataQualityEvaluation job", "{count} DataQualityEvaluation jobs"
    ),
    _("DataTransformation job"): marked_counted("{count} DataTransformation job", "{count} DataTransformation jobs"),
    _("SyntheticDataGeneration job"): marked_counted(
        "{count} SyntheticDataGeneration job", "{count} SyntheticDataGeneration jobs"
    ),
    _("cluster scheduler config"): marked_counted(
        "{count} cluster scheduler config", "{count} cluster scheduler configs"
    ),
    _("compute quota"): marked_counted("{count} compute quota", "{count} compute quotas"),
    _("hyperpod cluster"): marked_counted("{count} hyperpod cluster", "{count} hyperpod clusters"),
    _("partner app"): marked_counted("{count} partner app", "{count} partner apps"),
    _("training session"): marked_counted("{count} training session", "{count} training sessions"),
    _("training plan"): marked_counted("{count} training plan", "{count} training plans"),
    _("inference experiment"): marked_counted("{count} inference experiment", "{count} inference experiments"),
    _("inference router"): marked_counted("{count} inference router", "{count} inference routers"),
    _("mlflow app"): marked_counted("{count} mlflow app", "{count} mlflow apps"),
    _("project"): marked_counted("{count} project", "{count} projects"),
    _("app image config"): marked_counted("{count} app image config", "{count} app image configs"),
    _("EC2 instance"): marked_counted("{count} EC2 instance", "{count} EC2 instances"),
    _("NAT gateway"): marked_counted("{count} NAT gateway", "{count} NAT gateways"),
    _("EC2 address"): marked_counted("{count} EC2 address", "{count} EC2 addresss"),
    _("VPC endpoint"): marked_counted("{count} VPC endpoint", "{count} VPC endpoints"),
    _("EC2 volume"): marked_counted("{count} EC2 volume", "{count} EC2 volumes"),
    _("EC2 snapshot"): marked_counted("{count} EC2 snapshot", "{count} EC2 snapshots"),
    _("EFS file system"): marked_counted("{count} EFS file system", "{count} EFS file systems"),
    _("FSx file system"): marked_counted("{count} FSx file system", "{count} FSx file systems"),
    _("Bedrock provisioned throughput"): marked_counted(
        "{count} Bedrock provisioned throughput", "{count} Bedrock provisioned throughputs"
    ),
    _("Bedrock customization job"): marked_counted(
        "{count} Bedrock customization job", "{count} Bedrock customization jobs"
    ),
    _("Bedrock custom model"): marked_counted("{count} Bedrock custom model", "{count} Bedrock custom models"),
    _("Bedrock imported model"): marked_counted("{count} Bedrock imported model", "{count} Bedrock imported models"),
    _("EMR cluster"): marked_counted("{count} EMR cluster", "{count} EMR clusters"),
    _("EKS cluster"): marked_counted("{count} EKS cluster", "{count} EKS clusters"),
    _("Redshift cluster"): marked_counted("{count} Redshift cluster", "{count} Redshift clusters"),
    _("Redshift workgroup"): marked_counted("{count} Redshift workgroup", "{count} Redshift workgroups"),
    _("OpenSearch domain"): marked_counted("{count} OpenSearch domain", "{count} OpenSearch domains"),
    _("Glue session"): marked_counted("{count} Glue session", "{count} Glue sessions"),
    _("secret"): marked_counted("{count} secret", "{count} secrets"),
    _("Service Catalog product"): marked_counted("{count} Service Catalog product", "{count} Service Catalog products"),
}


def kind_words(kind: str) -> str:
    """Return the kind's name for people: "bucket". An unknown kind's name is returned unchanged."""
    return Message(kind) if kind in _WORDS else kind


def kind_counted(kind: str, count: int) -> str:
    """Return a number of things of a kind: "1 bucket", "3 buckets"."""
    words = _WORDS.get(kind)
    return counted(*words, count) if words else f"{count} {kind}"
