"""Which kind a stack's resource is of, and which thing of a listing it is."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.aws.kinds import KINDS, Thing
from bootstrap.aws.kinds.resource_types import PARTS, TYPES, is_resource
from bootstrap.sweep.removers import REMOVERS

# Kinds of which CloudFormation makes none.
_NEVER_OF_A_STACK = frozenset(
    {
        *("automl job", "tuning job", "training job", "transform job", "compilation job", "labelling job"),
        *("flow definition", "human task ui", "workforce"),
        *("ai benchmark job", "ai recommendation job", "edge packaging job", "optimization job"),
        *("inference recommendations job", "inference router", "mlflow app", "training session"),
        *("cluster scheduler config", "compute quota"),
        *(kind.name for kind in KINDS if kind.operation == "list_jobs"),
    }
)


def test_every_kind_that_a_stack_can_have_has_its_type() -> None:
    kinds = {kind.name for kind in KINDS}
    assert set(TYPES.values()) <= kinds
    assert {name for name in kinds if not _report_only(name)} - set(TYPES.values()) <= _NEVER_OF_A_STACK
    assert set(PARTS.values()) <= TYPES.keys()


def _report_only(name: str) -> bool:
    """Kinds that are only reported are not removed with their stack, whatever their type."""
    kind = next(each for each in KINDS if each.name == name)
    return not (kind.delete or kind.stop or name in REMOVERS)


ARN = "arn:aws:sagemaker:ap-northeast-1:111122223333"


@pytest.mark.parametrize(
    ("kind", "shown", "physical_id", "same"),
    [
        ("bucket", {"Name": "b"}, "b", True),
        ("bucket", {"Name": "b"}, "bb", False),
        ("bucket", {"Name": "b"}, "", False),
        ("role", {"RoleName": "r", "Arn": "arn:aws:iam::1:role/path/r"}, "r", True),
        ("policy", {"Arn": "arn:aws:iam::1:policy/p"}, "arn:aws:iam::1:policy/p", True),
        ("policy", {"Arn": "arn:aws:iam::1:policy/p"}, "arn:aws:iam::1:policy/q", False),
        ("topic", {"TopicArn": "arn:aws:sns:x:1:t"}, "arn:aws:sns:x:1:t", True),
        ("log group", {"logGroupName": "/a/b"}, "/a/b", True),
        # SageMaker writes names in ARNs in small letters.
        (
            "notebook",
            {"NotebookInstanceName": "Mine", "NotebookInstanceArn": f"{ARN}:notebook-instance/mine"},
            f"{ARN}:notebook-instance/mine",
            True,
        ),
        ("endpoint", {"EndpointName": "e"}, f"{ARN}:endpoint/e", True),
        ("endpoint", {"EndpointName": "e"}, f"{ARN}:endpoint/other", False),
        ("workteam", {"WorkteamName": "w"}, f"{ARN}:workteam/private-crowd/w", True),
        ("rule", {"Name": "r", "EventBusName": "default"}, "r", True),
        ("rule", {"Name": "r", "EventBusName": "bus"}, "bus|r", True),
        (
            "scalable target",
            {"ResourceId": "endpoint/e/variant/v", "ScalableDimension": "sagemaker:variant:DesiredInstanceCount"},
            "endpoint/e/variant/v|sagemaker:variant:DesiredInstanceCount|sagemaker",
            True,
        ),
        ("studio user profile", {"DomainId": "d-1", "UserProfileName": "ann"}, "ann|d-1", True),
        ("studio user profile", {"DomainId": "d-1", "UserProfileName": "ann"}, "bob|d-1", False),
        # What somebody writes about a thing makes it no other thing.
        ("role", {"RoleName": "mine", "Description": "theirs"}, "theirs", False),
    ],
)
def test_a_resource_is_the_thing_that_has_its_name_or_id(
    kind: str, shown: dict[str, Any], physical_id: str, same: bool
) -> None:
    row = next(each for each in KINDS if each.name == kind)
    assert is_resource(Thing(row, row.name_of(shown), None, "", shown), physical_id) is same
