"""The CloudFormation stack of a rendered template. It is up to date if its Digest output is the template's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.engine.states import AGAIN, Applied, State, Verdict
from bootstrap.errors import code_of, raw
from bootstrap.errors.message import Message, msg
from bootstrap.event.event import Event
from bootstrap.steps.stack import listing as stack_list
from bootstrap.steps.stack import validation
from bootstrap.steps.stack import verdict as stack_verdict
from bootstrap.steps.stack.change_set import ChangeSet
from bootstrap.steps.stack.verdict import (
    MOVING,
    NEVER_STOOD,
    ON_DEMAND,
    PASSES,
    STANDS,
    Operation,
    StackFound,
    StackSituation,
)
from bootstrap.steps.step_id import StepKind, step_id
from bootstrap.steps.templates import Rendered, StackTemplate

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_LATER = 20.0
SOON = 5.0
_DELETING = 10.0
# AWS creates few stacks sooner than in this share of the usual time.
_FIRST_LOOK = 0.75
# Seconds by which this machine's clock may be fast. `since` is this machine's time and is compared with AWS's: with a
# faster clock, this run's changes would count as an earlier run's.
_SKEW = 60.0
# Limit for one run: with a wrong clock a stack would be created and deleted without end.
_MOST_OF_A_KIND = 4
_REFUSALS = frozenset({"LimitExceededException", "InsufficientCapabilitiesException", "ValidationError"})


@dataclass(frozen=True, slots=True)
class StackStep:
    """Step: create or update one stack.

    `opens`, `closes`: the event's hours; `since`: the run's start; all in epoch seconds.

    `retry`: retry, once in this run, a change that failed with this template. `refused`: AWS's refusals in this run;
    later reads do not show them. `begun`: the actions of this run on the stack.
    """

    template: StackTemplate
    opens: float
    closes: float
    patience: float
    during_event: bool = False
    retry: bool = False
    since: float = 0.0
    refused: list[State] = field(default_factory=list, compare=False, repr=False)
    begun: list[str] = field(default_factory=list, compare=False, repr=False)

    @property
    def id(self) -> str:
        return step_id(StepKind.STACK, self.template.name)

    @property
    def rendered(self) -> Rendered:
        """The rendered stack. Rendered once, at first use."""
        return self.template.rendered

    @property
    def _stack(self) -> str:
        return self.template.stack_name

    @property
    def _token(self) -> str:
        """Client request token: it contains the digest. The stack's events still show it after a rollback."""
        return f"eb-{self.rendered.digest[:32]}"

    @property
    def _change_set(self) -> ChangeSet:
        return ChangeSet(self._stack, self._token)

    def check(self, session: AccountSession) -> State:
        if self.refused:
            return self.refused[-1]
        look = self._look(session)
        row = look.row
        code = look.code or row.code
        cause = f"{code}:{self.id}" if row.verdict is Verdict.BLOCKED else None
        pause = SOON if look.situation is StackSituation.CHANGE_SET_COMING else None
        facts = {AGAIN: True} if look.situation in ON_DEMAND else {}
        seen = self._said(row.seen, look) if row.seen else ""
        return State(row.verdict, self._words(look), code, cause, pause, facts=facts, seen=seen)

    def apply(self, session: AccountSession) -> Applied:
        """Start the situation's action.

        Writes to AWS: CreateStack, DeleteStack, ContinueUpdateRollback, Create-, Delete-, ExecuteChangeSet.
        """
        look = self._look(session)
        act = self._actions().get(look.row.action)
        if act is None:
            return Applied(self._words(look), SOON)
        if self.begun.count(look.row.action) >= _MOST_OF_A_KIND:
            return self._enough(look)
        try:
            applied = Applied(self._words(look), act(session))
        except ClientError as error:
            return self._refusal(error)
        self.begun.append(look.row.action)
        return applied

    def _enough(self, look: StackFound) -> Applied:
        words = msg(
            "tried {times} times in this run, but still needed: {action}",
            times=_MOST_OF_A_KIND,
            action=self._words(look),
        )
        self.refused.append(State.blocked(words, "EB-277", f"EB-277:{self.id}"))
        return Applied(words)

    @property
    def _began(self) -> float:
        """Earliest time, by AWS's clock, at which the run may have started. Epoch seconds."""
        return self.since - _SKEW

    def _words(self, look: StackFound) -> str:
        return self._said(look.row.words, look)

    def _said(self, words: str, look: StackFound) -> str:
        return Message(words, {"stack": self._stack, "why": look.why})

    def _look(self, session: AccountSession) -> StackFound:
        stack = stack_list.stacks(session).get(self._stack)
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        if stack is None or status == "DELETE_COMPLETE":
            return StackFound(StackSituation.ABSENT)
        if not stack_list.ours(stack):
            return StackFound(StackSituation.NOT_OURS)
        if status in STANDS:
            return self._standing(session, stack, status)
        if status in MOVING:
            situation = MOVING[status]
            rolling = situation is StackSituation.ROLLING_BACK
            return StackFound(situation, self._operation(session, stack).failure if rolling else "")
        if status.startswith("IMPORT_"):
            return StackFound(StackSituation.IMPORTING, status)
        return self._failed(session, stack, status)

    def _standing(self, session: AccountSession, stack: Mapping[str, Any], status: str) -> StackFound:
        if stack_list.outputs(stack).get("Digest") == self.rendered.digest:
            return StackFound(StackSituation.AS_WANTED)
        if status == "UPDATE_ROLLBACK_COMPLETE":
            last = self._operation(session, stack)
            code = stack_verdict.cause_of(last.failure)
            tries = last.tries(self._token, self._began)
            if last.was_of(self._token) and not self._worth_it(last, code, lambda: tries > 1):
                return StackFound(StackSituation.UPDATE_FAILED, last.failure, code)
        guarded = not self.during_event and self.opens <= session.now() <= self.closes
        return self._change_set.look(session, stack, self._began, guarded)

    def _failed(self, session: AccountSession, stack: Mapping[str, Any], status: str) -> StackFound:
        if status == "REVIEW_IN_PROGRESS":
            return StackFound(StackSituation.IN_REVIEW)
        last = self._operation(session, stack)
        code = stack_verdict.cause_of(last.failure)
        if status in NEVER_STOOD:
            if not last.was_of(self._token):
                return StackFound(StackSituation.FAILED_OTHER)
            again = self._worth_it(last, code, lambda: self._deleted_in_this_run(session))
            return StackFound(StackSituation.FAILED_TRY_AGAIN if again else StackSituation.FAILED, last.failure, code)
        if status == "UPDATE_ROLLBACK_FAILED":
            stuck = last.rollback_failures > 1
            return StackFound(
                StackSituation.ROLLBACK_STUCK_AGAIN if stuck else StackSituation.ROLLBACK_STUCK, last.failure
            )
        if status == "DELETE_FAILED":
            tries = sum(1 for at in last.delete_failures if at >= self._began)
            again = tries < 2
            return StackFound(
                StackSituation.DELETE_FAILED if again else StackSituation.DELETE_FAILED_AGAIN, last.failure
            )
        if status == "UPDATE_FAILED":
            return StackFound(StackSituation.UPDATE_LEFT, last.failure, code)
        return StackFound(StackSituation.UNKNOWN, status)

    def _worth_it(self, last: Operation, code: str | None, tried: Callable[[], bool]) -> bool:
        """True if a failed change is retried: with --again, or if its cause may pass by itself. Once per run.

        `tried`: returns True if this run retried it already.
        """
        if last.started < self._began and not {"create", "execute"} & set(self.begun):
            return self.retry or code == PASSES
        return code == PASSES and not tried()

    def _operation(self, session: AccountSession, stack: Mapping[str, Any]) -> Operation:
        pages = session.client("cloudformation").get_paginator("describe_stack_events")
        found = pages.paginate(StackName=stack["StackId"])
        last = stack_verdict.operation([each for page in found for each in page["StackEvents"]])
        failure = validation.told(session, last.failure, last.id, StackName=str(stack["StackId"]))
        return last if failure == last.failure else replace(last, failure=failure)

    def _deleted_in_this_run(self, session: AccountSession) -> bool:
        if "delete" in self.begun:
            return True
        pages = session.client("cloudformation").get_paginator("list_stacks")
        return any(
            each["StackName"] == self._stack and each["DeletionTime"].timestamp() >= self._began
            for page in pages.paginate(StackStatusFilter=["DELETE_COMPLETE"])
            for each in page["StackSummaries"]
        )

    def _actions(self) -> dict[str, Callable[[AccountSession], float]]:
        """The actions by name. Each starts one change and returns the seconds to wait before the next check."""
        return {
            "create": self._create,
            "delete": self._delete,
            "continue": self._continue,
            "prepare": lambda session: self._prepare(session, again=False),
            "prepare again": lambda session: self._prepare(session, again=True),
            "execute": self._execute,
        }

    def _create(self, session: AccountSession) -> float:
        session.client("cloudformation").create_stack(
            StackName=self._stack,
            OnFailure="ROLLBACK",
            EnableTerminationProtection=False,
            ClientRequestToken=self._attempt(session),
            **self._request(),
        )
        return _FIRST_LOOK * self.rendered.typical_seconds

    def _delete(self, session: AccountSession) -> float:
        session.client("cloudformation").delete_stack(StackName=self._stack)
        return _DELETING

    def _continue(self, session: AccountSession) -> float:
        session.client("cloudformation").continue_update_rollback(StackName=self._stack)
        return _LATER

    def _prepare(self, session: AccountSession, again: bool) -> float:
        self._change_set.prepare(session, self._request(), again)
        return SOON

    def _execute(self, session: AccountSession) -> float:
        self._change_set.execute(session, self._attempt(session))
        return _LATER

    def _attempt(self, session: AccountSession) -> str:
        """Token of one attempt: AWS accepts a token for one operation of a stack only."""
        return f"{self._token}-{int(session.now() * 1000):x}"

    def _request(self) -> dict[str, Any]:
        tags = [{"Key": key, "Value": value} for key, value in dict(self.rendered.tags).items()]
        return {"TemplateBody": self.rendered.body, "Tags": tags, "Capabilities": list(self.rendered.capabilities)}

    def _refusal(self, error: ClientError) -> Applied:
        """Keep AWS's refusal for `check`. It is no error if another run did the same first."""
        words = raw(error)
        if aws_errors.already_exists(error) or reasons.stack_was_overtaken(error):
            return Applied(msg("stack {stack} is already being changed", stack=self._stack), SOON)
        if code_of(error) not in _REFUSALS:
            raise error
        code = stack_verdict.cause_of(words) or "EB-274"
        refused = msg("AWS refused stack {stack}: {answer}", stack=self._stack, answer=words)
        self.refused.append(State.blocked(refused, code, f"{code}:{self.id}"))
        return Applied(msg("AWS refused"))


def build(
    event: Event, template: StackTemplate, *, during_event: bool = False, retry: bool = False, since: float = 0.0
) -> StackStep:
    """Return the step. `since`: the run's start, epoch seconds; failures before it are an earlier run's."""
    schedule = event.schedule
    return StackStep(
        template,
        schedule.opens.timestamp(),
        schedule.closes.timestamp(),
        event.patience.stack_minutes * 60.0,
        during_event,
        retry,
        since,
    )
