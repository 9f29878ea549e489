"""Lifecycle configurations: scripts that a notebook runs at creation and at each start."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from bootstrap.simulator.services import logs
from bootstrap.simulator.services.sagemaker import listing, tags
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call

_HOOKS = ("OnCreate", "OnStart")
_ECHO = re.compile(r"^echo ([^$`|>&;\n]+)$", re.MULTILINE)
_LONGEST = 300
_GROUP = "/aws/sagemaker/NotebookInstances"


def all_of(call: Call) -> dict[str, Any]:
    """Return the lifecycle configurations by name."""
    return call.shelf("sagemaker.lifecycle-configs")


def create(call: Call) -> dict[str, Any]:
    """Answer CreateNotebookInstanceLifecycleConfig."""
    name = call.params["NotebookInstanceLifecycleConfigName"]
    arn = call.arn("sagemaker", f"notebook-instance-lifecycle-config/{name.lower()}")
    if name in all_of(call):
        raise Refusal(
            "ValidationException",
            f"Unable to create Notebook Instance Lifecycle Config {arn}. "
            "(Details: Notebook Instance Lifecycle Config already exists.)",
        )
    made = {"arn": arn, "name": name, "created": call.now, "modified": call.now}
    all_of(call)[name] = {**made, "hooks": _hooks(call)}
    tags.begin(call, arn)
    return {"NotebookInstanceLifecycleConfigArn": arn}


def describe(call: Call) -> dict[str, Any]:
    """Answer DescribeNotebookInstanceLifecycleConfig."""
    found = _found(call)
    return {**_summary(found), **found["hooks"]}


def list_all(call: Call) -> dict[str, Any]:
    """Answer ListNotebookInstanceLifecycleConfigs."""
    key = "NotebookInstanceLifecycleConfigs"
    return listing.answer(call, key, map(_summary, all_of(call).values()), "NotebookInstanceLifecycleConfigName")


def update(call: Call) -> dict[str, Any]:
    """Answer UpdateNotebookInstanceLifecycleConfig."""
    found = _found(call)
    found["hooks"] = {**found["hooks"], **_hooks(call)}
    found["modified"] = call.now
    return {}


def delete(call: Call) -> dict[str, Any]:
    """Answer DeleteNotebookInstanceLifecycleConfig."""
    found = _found(call)
    users = [
        notebook["name"]
        for notebook in call.shelf("sagemaker.notebooks").values()
        if notebook["wanted"].get("LifecycleConfigName") == found["name"]
    ]
    if users:
        raise Refusal(
            "ValidationException",
            f"Unable to delete Notebook Instance Lifecycle Config {found['arn']}. "
            f"(Details: It is being used by notebook instances: {', '.join(users)}.)",
        )
    del all_of(call)[found["name"]]
    tags.forget(call, found["arn"])
    return {}


def overrun(call: Call, notebook: dict[str, Any]) -> str | None:
    """Return the FailureReason if a script runs too long, else None."""
    config = all_of(call).get(notebook["wanted"].get("LifecycleConfigName", ""))
    if config is None or not any(_due(notebook, config)) or call.scenario.notebooks.script_seconds <= _LONGEST:
        return None
    return (
        f"Notebook Instance Lifecycle Config '{config['arn']}' for Notebook Instance '{notebook['arn']}' took longer "
        "than 5 minutes. Please check your CloudWatch logs for more details if your Notebook Instance has Internet "
        "access."
    )


def _due(notebook: dict[str, Any], config: dict[str, Any]) -> list[str]:
    """Return the hooks whose scripts this start runs; OnCreate runs only once."""
    first = not notebook.get("started")
    return [hook for hook, scripts in config["hooks"].items() if scripts and (first or hook == "OnStart")]


def ran(call: Call, notebook: dict[str, Any]) -> None:
    """Log the scripts of a start; only the output of plain echo lines is simulated."""
    config = all_of(call).get(notebook["wanted"].get("LifecycleConfigName", ""), {"hooks": {}})
    for hook in _due(notebook, config):
        scripts = config["hooks"][hook]
        text = "\n".join(base64.b64decode(script.get("Content", "")).decode(errors="replace") for script in scripts)
        printed = [(call.now, found.strip("\"'")) for found in _ECHO.findall(text)]
        stream = f"{notebook['name']}/LifecycleConfig{hook}"
        logs.write(call, notebook["wanted"]["RoleArn"], _GROUP, stream, printed)
    notebook["started"] = True


def closed(call: Call, notebook: dict[str, Any]) -> None:
    """Log the stop of the notebook's server, creating the log group again if it was deleted."""
    last = [(call.now, "[I ServerApp] Shutting down on stop request.")]
    logs.write(call, notebook["wanted"]["RoleArn"], _GROUP, f"{notebook['name']}/jupyter.log", last)


def _found(call: Call) -> dict[str, Any]:
    name = call.params["NotebookInstanceLifecycleConfigName"]
    missing = Refusal(
        "ValidationException",
        f"Unable to describe Notebook Instance Lifecycle Config "
        f"'{call.arn('sagemaker', f'notebook-instance-lifecycle-config/{name.lower()}')}'. "
        "(Details: Notebook Instance Lifecycle Config does not exist.)",
    )
    return held(all_of(call), name, missing)


def _hooks(call: Call) -> dict[str, Any]:
    hooks = {hook: call.params[hook] for hook in _HOOKS if hook in call.params}
    for scripts in hooks.values():
        for script in scripts:
            try:
                base64.b64decode(script.get("Content", ""), validate=True)
            except binascii.Error as exc:
                raise Refusal("ValidationException", "Lifecycle script content is not valid base64.") from exc
    return hooks


def _summary(found: dict[str, Any]) -> dict[str, Any]:
    return {
        "NotebookInstanceLifecycleConfigName": found["name"],
        "NotebookInstanceLifecycleConfigArn": found["arn"],
        "CreationTime": moment(found["created"]),
        "LastModifiedTime": moment(found["modified"]),
    }


def view(call: Call) -> list[str]:
    """View for the control address: names."""
    return sorted(all_of(call))


OPERATIONS = {
    "CreateNotebookInstanceLifecycleConfig": create,
    "DescribeNotebookInstanceLifecycleConfig": describe,
    "ListNotebookInstanceLifecycleConfigs": list_all,
    "UpdateNotebookInstanceLifecycleConfig": update,
    "DeleteNotebookInstanceLifecycleConfig": delete,
}
