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
}


def kind_words(kind: str) -> str:
    """Return the kind's name for people: "bucket". An unknown kind's name is returned unchanged."""
    return Message(kind) if kind in _WORDS else kind


def kind_counted(kind: str, count: int) -> str:
    """Return a number of things of a kind: "1 bucket", "3 buckets"."""
    words = _WORDS.get(kind)
    return counted(*words, count) if words else f"{count} {kind}"
