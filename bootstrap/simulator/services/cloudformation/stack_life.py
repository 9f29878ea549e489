"""The life of a stack: creation, update, rollback, deletion."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from bootstrap.simulator.services.cloudformation import timeline
from bootstrap.simulator.services.cloudformation.stacks import Finding, LiveResource, Stack
from bootstrap.simulator.services.cloudformation.steps import Create, Delete, Revert, Update, mishap
from bootstrap.simulator.services.cloudformation.templates import Template
from bootstrap.simulator.services.cloudformation.values import Scope
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_SEE_EVENT = "Validation failure detected. See the operation's FAILED event for details."
_CALL_EVENTS = "Call DescribeEvents to retrieve the full list of issues."
_NOTEBOOK = "AWS::SageMaker::NotebookInstance"


def create(call: Call, stack: Stack, findings: Sequence[Finding] = ()) -> None:
    """Create all resources; the first failure rolls the stack back. `findings`: what stops it before any."""
    template = _template(stack)
    stack.say(call, "CREATE_IN_PROGRESS", "User Initiated")
    if findings:
        within = call.draw(f"validate:{stack.name}", call.scenario.stacks.validation_seconds)
        call.later(call.now + within, lambda later: _invalid(later, stack, findings))
        return
    if reason := _early_reason(call, stack):
        call.later(call.now, lambda later: _roll_back(later, stack, f"{reason} Rollback requested by user."))
        return
    has_notebook = any(one.type == _NOTEBOOK for one in template.resources.values())
    spent = call.scenario.stacks
    bounds = spent.with_notebook_seconds if has_notebook else spent.create_seconds
    timeline.run(
        call, stack, [Create(stack, template, name) for name in template.order],
        call.draw(f"create:{stack.name}", bounds),
        done=lambda later: _created(later, stack),
        failed=lambda later, broken: _give_up(later, stack, broken),
    )  # fmt: skip


def _early_reason(call: Call, stack: Stack) -> str:
    """Return why the scenario lets the stack itself fail, before any of its resources; "": it does not."""
    try:
        mishap(call, stack, stack.name, "stack")
    except Refusal as refusal:
        return refusal.message
    return ""


def _invalid(call: Call, stack: Stack, findings: Sequence[Finding]) -> None:
    """End a creation that pre-deployment validation stops. Both ways were seen; which stack gets which is not known."""
    assert stack.current is not None
    stack.current.findings = list(findings)
    if stack.on_failure == "DELETE":
        delete(call, stack, reason=_SEE_EVENT)
    elif call.scenario.stacks.validation_ends == "rolled-back" and stack.on_failure != "DO_NOTHING":
        _roll_back(call, stack, _SEE_EVENT)
    else:
        stack.say(call, "CREATE_FAILED", f"Validation failed with {len(findings)} error(s). {_CALL_EVENTS}")


def _template(stack: Stack) -> Template:
    assert stack.template is not None
    return stack.template


def _created(call: Call, stack: Stack) -> None:
    try:
        set_outputs(call, stack)
    except Refusal as refusal:
        _roll_back(call, stack, f"{refusal.message} Rollback requested by user.")
        return
    stack.say(call, "CREATE_COMPLETE")


def set_outputs(call: Call, stack: Stack) -> None:
    """Resolve the outputs. Raises Refusal for an attribute that does not exist."""
    template = _template(stack)
    scope = Scope(call, stack, template, stack.parameters)
    made = []
    for key, entry in template.outputs.items():
        output = {"OutputKey": key, "OutputValue": _ascii(str(scope.resolve(entry["Value"])))}
        if "Description" in entry:
            output["Description"] = _ascii(entry["Description"])
        made.append(output)
    stack.outputs = made


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _give_up(call: Call, stack: Stack, broken: list[str]) -> None:
    reason = f"The following resource(s) failed to create: [{', '.join(broken)}]. "
    if stack.on_failure == "DO_NOTHING":
        stack.say(call, "CREATE_FAILED", reason)
    elif stack.on_failure == "DELETE":
        delete(call, stack, reason=reason + "Delete requested by user.")
    else:
        _roll_back(call, stack, reason + "Rollback requested by user.")


def _roll_back(call: Call, stack: Stack, reason: str) -> None:
    stack.say(call, "ROLLBACK_IN_PROGRESS", reason)
    timeline.run(
        call, stack, _deletions(stack, list(stack.resources.values()), retain=False),
        call.draw(f"rollback:{stack.name}", call.scenario.stacks.delete_seconds),
        done=lambda later: stack.say(later, "ROLLBACK_COMPLETE"),
        failed=lambda later, broken: stack.say(later, "ROLLBACK_FAILED", _undeleted(broken)),
        keep_going=True,
    )  # fmt: skip


def _deletions(stack: Stack, lives: list[LiveResource], retain: bool = True) -> list[timeline.ResourceStep]:
    return [Delete(stack, live.logical_id, live, retain and live.retain) for live in reversed(lives)]


def _undeleted(broken: list[str]) -> str:
    return f"The following resource(s) failed to delete: [{', '.join(broken)}]. "


def delete(
    call: Call, stack: Stack, keep: tuple[str, ...] = (), reason: str = "User Initiated", force: bool = False
) -> None:
    """Delete the stack. `keep`: logical ids that are not deleted; `force`: keep resources whose deletion fails."""
    stack.say(call, "DELETE_IN_PROGRESS", reason)
    for live in stack.resources.values():
        live.retain = live.retain or live.logical_id in keep
    timeline.run(
        call, stack, _deletions(stack, list(stack.resources.values())),
        call.draw(f"delete:{stack.name}", call.scenario.stacks.delete_seconds),
        done=lambda later: _deleted(later, stack),
        failed=lambda later, broken: _undone(later, stack, broken, force),
        keep_going=True,
    )  # fmt: skip


def _undone(call: Call, stack: Stack, broken: list[str], force: bool) -> None:
    if force:
        for name in broken:
            stack.note(call, stack.resources[name], "DELETE_SKIPPED")
        _deleted(call, stack)
    else:
        stack.say(call, "DELETE_FAILED", _undeleted(broken))


def _deleted(call: Call, stack: Stack) -> None:
    stack.deleted = call.now
    stack.say(call, "DELETE_COMPLETE")


class StackUpdate:
    """An update of a stack, and its rollback if it fails."""

    def __init__(self, stack: Stack, template: Template, parameters: dict[str, str]) -> None:
        self.stack, self.new = stack, template
        self.before = {name: copy(live) for name, live in stack.resources.items()}
        self.old_lives = dict(stack.resources)
        self.old = (stack.template, stack.parameters, stack.tags)
        self.parameters = parameters
        self.touched: list[str] = []

    def start(self, call: Call, tags: list[dict[str, str]]) -> None:
        """Start the update."""
        stack = self.stack
        stack.template, stack.parameters, stack.tags = self.new, self.parameters, tags
        stack.updated = call.now
        stack.say(call, "UPDATE_IN_PROGRESS", "User Initiated")
        steps = [self._step(name) for name in self.new.order]
        seconds = call.draw(f"update:{stack.name}", call.scenario.stacks.update_seconds)
        timeline.run(call, stack, steps, seconds, self._clean_up, self._back)

    def _step(self, name: str) -> timeline.ResourceStep:
        if name in self.stack.resources:
            return Update(self.stack, self.new, name, touched=self.touched.append)
        self.touched.append(name)
        return Create(self.stack, self.new, name)

    def _clean_up(self, call: Call) -> None:
        """Set the outputs, then delete replaced and removed resources; failing to delete does not fail the update."""
        stack = self.stack
        try:
            set_outputs(call, stack)
        except Refusal as refusal:
            self._back(call, [refusal.message])
            return
        stack.say(call, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        gone: list[timeline.ResourceStep] = []
        for name, live in reversed(self.old_lives.items()):
            if name not in self.new.resources:
                gone.append(Delete(stack, name, live, live.retain))
            elif stack.resources[name] is not live:
                gone.append(Delete(stack, name, live, self.new.resources[name].retain_replaced))
        timeline.run(
            call, stack, gone, 10.0 * len(gone),
            done=lambda later: stack.say(later, "UPDATE_COMPLETE"),
            failed=lambda later, broken: stack.say(later, "UPDATE_COMPLETE", _undeleted(broken)),
            keep_going=True,
        )  # fmt: skip

    def _back(self, call: Call, broken: list[str]) -> None:
        reason = f"The following resource(s) failed to update: [{', '.join(broken)}]. "
        self.stack.say(call, "UPDATE_ROLLBACK_IN_PROGRESS", reason)
        self.roll_back(call)

    def roll_back(self, call: Call, skip: tuple[str, ...] = ()) -> None:
        """Roll back the touched resources, last first. ContinueUpdateRollback calls it again, with `skip`."""
        stack = self.stack
        stack.template, stack.parameters, stack.tags = self.old
        steps: list[timeline.ResourceStep] = []
        for name in reversed(self.touched):
            live = stack.resources.get(name)
            if live is None or name in skip:
                continue
            before = self.before.get(name)
            if before is not None and live is self.old_lives[name]:
                steps.append(Revert(stack, name, before.properties, live))
                continue
            steps.append(Delete(stack, name, live))
            if before is not None:
                steps.append(_PutBack(stack, name, self.old_lives[name]))
        seconds = call.draw(f"update-rollback:{stack.name}", call.scenario.stacks.update_seconds)
        timeline.run(call, stack, steps, seconds, self._rolled_back, self._stuck)

    def _rolled_back(self, call: Call) -> None:
        self.stack.say(call, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self.stack.say(call, "UPDATE_ROLLBACK_COMPLETE")

    def _stuck(self, call: Call, broken: list[str]) -> None:
        text = f"The following resource(s) failed to update: [{', '.join(broken)}]. "
        self.stack.stuck = self
        self.stack.say(call, "UPDATE_ROLLBACK_FAILED", text)


class _PutBack:
    """Step that makes the replaced resource the stack's own again."""

    verb = "UPDATE"

    def __init__(self, stack: Stack, logical_id: str, live: LiveResource) -> None:
        self.stack, self.logical_id, self.live = stack, logical_id, live

    def begin(self, call: Call) -> bool:
        self.stack.resources[self.logical_id] = self.live
        self.stack.note(call, self.live, "UPDATE_COMPLETE")
        return False

    def finish(self, call: Call) -> bool:
        return True
