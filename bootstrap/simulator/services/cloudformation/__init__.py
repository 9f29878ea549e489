"""A small, strict CloudFormation: the resource types and functions that our templates use."""

from __future__ import annotations

from bootstrap.simulator.services.cloudformation import change_sets, operation_events, operations

OPERATIONS = {
    "ContinueUpdateRollback": operations.continue_update_rollback,
    "CreateChangeSet": change_sets.create,
    "CreateStack": operations.create_stack,
    "DeleteChangeSet": change_sets.delete,
    "DeleteStack": operations.delete_stack,
    "DescribeChangeSet": change_sets.describe,
    "DescribeEvents": operation_events.describe,
    "DescribeStackEvents": operations.describe_stack_events,
    "DescribeStackResource": operations.describe_stack_resource,
    "DescribeStackResources": operations.describe_stack_resources,
    "DescribeStacks": operations.describe_stacks,
    "ExecuteChangeSet": change_sets.execute,
    "GetStackPolicy": operations.get_stack_policy,
    "GetTemplate": operations.get_template,
    "GetTemplateSummary": operations.get_template_summary,
    "ListChangeSets": change_sets.summaries,
    "ListStackResources": operations.list_stack_resources,
    "ListStacks": operations.list_stacks,
    "UpdateStack": change_sets.update,
    "UpdateTerminationProtection": operations.update_termination_protection,
    "ValidateTemplate": operations.validate_template,
}
VIEWS = {"stacks": operations.view}
