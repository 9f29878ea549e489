"""Kinds of Ground Truth and Augmented AI, and the Cognito user pool of their workers."""

from __future__ import annotations

from bootstrap.aws.kinds.kind import PAGE, Kind, sagemaker, states

LABELLING: tuple[Kind, ...] = (
    sagemaker(
        "flow definition",
        "list_flow_definitions",
        "FlowDefinitionSummaries",
        "FlowDefinitionName",
        status="FlowDefinitionStatus",
        delete="delete_flow_definition",
        delete_in=states("Active Failed"),
        wait_in=states("Initializing Deleting"),
        creates=("CreateFlowDefinition",),
    ),
    sagemaker(
        "human task ui",
        "list_human_task_uis",
        "HumanTaskUiSummaries",
        "HumanTaskUiName",
        delete="delete_human_task_ui",
        after=("flow definition", "labelling job"),
        creates=("CreateHumanTaskUi",),
    ),
    Kind(
        "workteam",
        "sagemaker",
        "list_workteams",
        ("Workteams",),
        ("WorkteamName",),
        PAGE,
        created="CreateDate",
        lasting=True,
        delete="delete_workteam",
        after=("labelling job", "flow definition"),
        creates=("CreateWorkteam",),
    ),
    # An account has one per region: one that is left prevents the next event from creating its own.
    Kind(
        "workforce",
        "sagemaker",
        "list_workforces",
        ("Workforces",),
        ("WorkforceName",),
        PAGE,
        created="CreateDate",
        lasting=True,
        status="Status",
        delete="delete_workforce",
        delete_in=states("Active Failed"),
        wait_in=states("Initializing Updating Deleting"),
        after=("workteam",),
        creates=("CreateWorkforce",),
    ),
    # Cognito requires MaxResults, at most 60.
    Kind(
        "user pool",
        "cognito-idp",
        "list_user_pools",
        ("UserPools",),
        ("Id",),
        {"MaxResults": 60},
        created="CreationDate",
        lasting=True,
        after=("workforce", "stack"),
        creates=("CreateUserPool",),
    ),
)
