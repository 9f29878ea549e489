"""CloudFormation's answers -> verdict, action and code of a stack step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bootstrap.engine.states import Verdict
from bootstrap.errors import catalogue
from bootstrap.event.names import MADE_BY
from bootstrap.steps.stack import verdict as stack_verdict
from bootstrap.steps.stack.step import StackStep
from bootstrap.steps.stack.verdict import TABLE, StackSituation
from bootstrap.steps.templates import Rendered, StackTemplate
from tests.steps.answers import NOON, AnsweringSession, apply, at, refusal

WANTED, OLD, OTHER = "a" * 64, "b" * 64, "c" * 64
NAME, ID = "day-roles", "arn:aws:cloudformation:ap-northeast-1:111111111111:stack/day-roles/1"
OURS = [{"Key": "made-by", "Value": MADE_BY}]
EARLIER, LATER = NOON - 86_400, NOON - 100
RUN = NOON - 1000


class _Made(StackTemplate):
    """A template that is rendered already."""

    def __init__(self, rendered: Rendered) -> None:
        self.name, self.stack_name, self.rendered = rendered.name, rendered.stack_name, rendered


STEP = StackStep(
    _Made(Rendered("roles", NAME, "{}", WANTED, {"made-by": MADE_BY}, ("CAPABILITY_NAMED_IAM",), (), 60)),
    opens=NOON + 3600,
    closes=NOON + 7200,
    patience=1800,
    since=RUN,
)
LIVE = replace(STEP, opens=NOON - 60)


def stack(status: str, digest: str | None = None, tags: list[dict[str, str]] = OURS) -> dict[str, Any]:
    outputs = [{"OutputKey": "Digest", "OutputValue": digest}] if digest else []
    made = {"StackName": NAME, "StackId": ID, "StackStatus": status, "CreationTime": at(EARLIER)}
    return {**made, "Tags": tags, "Outputs": outputs}


def entry(seconds: float, status: str, resource: str = "", reason: str = "", digest: str = WANTED) -> dict[str, Any]:
    return {
        "StackId": ID,
        "EventId": f"{seconds}{status}{resource}",
        "StackName": NAME,
        "LogicalResourceId": resource or NAME,
        "PhysicalResourceId": resource or ID,
        "ResourceType": "AWS::IAM::Role" if resource else "AWS::CloudFormation::Stack",
        "Timestamp": at(seconds),
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "ClientRequestToken": f"eb-{digest[:32]}-1f",
    }


def failed(when: float, reason: str = "Policy is malformed", digest: str = WANTED, verb: str = "CREATE") -> list[Any]:
    """Newest first, as AWS lists; what is cancelled because of the cause may be listed before it."""
    rollback = "ROLLBACK" if verb == "CREATE" else "UPDATE_ROLLBACK"
    return [
        entry(when + 9, f"{rollback}_COMPLETE", digest=digest),
        entry(when + 3, f"{rollback}_IN_PROGRESS", reason="The following resource(s) failed: [A, B]", digest=digest),
        entry(when + 2, f"{verb}_FAILED", "Third", "Another trouble, some moments later", digest),
        entry(when + 1, f"{verb}_FAILED", "First", reason, digest),
        entry(when + 1, f"{verb}_FAILED", "Second", "Resource creation cancelled", digest),
        entry(when, f"{verb}_IN_PROGRESS", reason="User Initiated", digest=digest),
    ]


def update_stuck(times: int, when: float = EARLIER) -> list[Any]:
    stuck = [entry(when + 50 + i, "UPDATE_ROLLBACK_FAILED", reason="[First]") for i in range(times)]
    return [*reversed(stuck), *failed(when, verb="UPDATE")[1:]]


def change_set(status: str, execution: str = "UNAVAILABLE", reason: str = "", when: float = LATER) -> dict[str, Any]:
    change = {"LogicalResourceId": "Notebook", "ResourceType": "AWS::SageMaker::NotebookInstance"}
    return {
        "Status": status,
        "ExecutionStatus": execution,
        "StatusReason": reason,
        "CreationTime": at(when),
        "Changes": [{"Type": "Resource", "ResourceChange": {**change, "Action": "Modify", "Scope": ["Properties"]}}],
    }


def only(action: str, scope: list[str]) -> dict[str, Any]:
    found = change_set("CREATE_COMPLETE", "AVAILABLE")
    found["Changes"][0]["ResourceChange"] |= {"Action": action, "Scope": scope}
    return found


@dataclass
class Row:
    name: str
    situation: StackSituation
    stack: dict[str, Any] | None
    events: list[Any] = field(default_factory=list)
    change_set: Any = None
    deleted: list[float] = field(default_factory=list)
    step: StackStep = STEP
    code: str | None = None
    writes: tuple[str, ...] = ()
    says: str = ""


S = StackSituation
INTERNAL = "Internal Failure (HandlerErrorCode: ServiceInternalError)"
NONE = refusal("ChangeSetNotFound")
ROWS = [
    Row("no stack", S.ABSENT, None, writes=("CreateStack",)),
    Row("deleted", S.ABSENT, stack("DELETE_COMPLETE"), writes=("CreateStack",)),
    Row("made and equal", S.AS_WANTED, stack("CREATE_COMPLETE", WANTED)),
    Row("updated and equal", S.AS_WANTED, stack("UPDATE_COMPLETE", WANTED)),
    Row("another update failed, equal", S.AS_WANTED, stack("UPDATE_ROLLBACK_COMPLETE", WANTED)),
    Row("without our tag", S.NOT_OURS, stack("CREATE_COMPLETE", WANTED, []), code="EB-261"),
    Row("foreign and failed", S.NOT_OURS, stack("ROLLBACK_COMPLETE", None, []), code="EB-261"),
    Row("being made", S.BEING_MADE, stack("CREATE_IN_PROGRESS")),
    Row("being updated", S.BEING_UPDATED, stack("UPDATE_IN_PROGRESS", OLD)),
    Row("cleaning up after an update", S.BEING_UPDATED, stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", OLD)),
    Row("being deleted", S.BEING_DELETED, stack("DELETE_IN_PROGRESS")),
    Row(
        "rolling back names the cause", S.ROLLING_BACK, stack("ROLLBACK_IN_PROGRESS"), failed(LATER)[1:],
        code="EB-275", says="First (AWS::IAM::Role): Policy is malformed",
    ),
    Row(
        "an update rolls back", S.ROLLING_BACK, stack("UPDATE_ROLLBACK_IN_PROGRESS", OLD),
        failed(LATER, verb="UPDATE")[1:], code="EB-275", says="First",
    ),
    Row(
        "rolled back by this template", S.FAILED, stack("ROLLBACK_COMPLETE"), failed(EARLIER),
        code="EB-260", says="First (AWS::IAM::Role): Policy is malformed",
    ),
    Row(
        "rollback failed", S.FAILED, stack("ROLLBACK_FAILED"),
        failed(EARLIER, "x already exists (HandlerErrorCode: AlreadyExists)"), code="EB-269",
    ),
    Row("a limit", S.FAILED, stack("CREATE_FAILED"), failed(EARLIER, "LimitExceeded: 1000 roles"), code="EB-270"),
    Row(
        "denied by an organization policy", S.FAILED, stack("ROLLBACK_COMPLETE"),
        failed(EARLIER, "not authorized to perform: iam:CreateRole with an explicit deny in a service control policy"),
        code="EB-271",
    ),
    Row(
        "the access role may not", S.FAILED, stack("ROLLBACK_COMPLETE"),
        failed(EARLIER, "User is not authorized to perform: iam:CreateRole"), code="EB-272",
    ),
    Row(
        "type not in this region", S.FAILED, stack("ROLLBACK_COMPLETE"),
        failed(EARLIER, "Template format error: Unrecognized resource types: [AWS::Cognito::UserPool]"), code="EB-273",
    ),
    Row(
        "no token known", S.FAILED, stack("ROLLBACK_COMPLETE"),
        [{**each, "ClientRequestToken": None} for each in failed(EARLIER)], code="EB-260",
    ),
    Row(
        "rolled back by another template", S.FAILED_OTHER, stack("ROLLBACK_COMPLETE"), failed(EARLIER, digest=OTHER),
        writes=("DeleteStack",),
    ),
    Row(
        "asked again", S.FAILED_TRY_AGAIN, stack("ROLLBACK_COMPLETE"), failed(EARLIER),
        step=replace(STEP, retry=True), writes=("DeleteStack",),
    ),
    Row(
        "asked again, and failed in this run", S.FAILED, stack("ROLLBACK_COMPLETE"), failed(LATER),
        step=replace(STEP, retry=True), code="EB-260",
    ),
    Row(
        "what may pass, of an earlier run", S.FAILED_TRY_AGAIN, stack("ROLLBACK_COMPLETE"), failed(EARLIER, INTERNAL),
        writes=("DeleteStack",), code="EB-276",
    ),
    Row(
        "what may pass, first time in this run", S.FAILED_TRY_AGAIN, stack("ROLLBACK_COMPLETE"),
        failed(LATER, INTERNAL), deleted=[EARLIER], writes=("DeleteStack",), code="EB-276",
    ),
    Row(
        "what may pass, second time in this run", S.FAILED, stack("ROLLBACK_COMPLETE"),
        failed(LATER, INTERNAL), deleted=[LATER - 200], code="EB-276",
    ),
    Row(
        "a new role that does not work yet", S.FAILED_TRY_AGAIN, stack("ROLLBACK_COMPLETE"),
        failed(LATER, "Could not assume role arn:..., not authorized"), writes=("DeleteStack",), code="EB-276",
    ),
    Row(
        "update with this template rolled back", S.UPDATE_FAILED, stack("UPDATE_ROLLBACK_COMPLETE", OLD),
        failed(EARLIER, verb="UPDATE"), code="EB-262", says="First",
    ),
    Row(
        "update with another template rolled back", S.NO_CHANGE_SET, stack("UPDATE_ROLLBACK_COMPLETE", OLD),
        failed(EARLIER, digest=OTHER, verb="UPDATE"), NONE, writes=("CreateChangeSet",),
    ),
    Row(
        "update asked again", S.CHANGE_SET_USED, stack("UPDATE_ROLLBACK_COMPLETE", OLD), failed(EARLIER, verb="UPDATE"),
        change_set("CREATE_COMPLETE", "EXECUTE_FAILED"), step=replace(STEP, retry=True),
        writes=("DeleteChangeSet", "CreateChangeSet"),
    ),
    Row(
        "update failed twice in this run for what may pass", S.UPDATE_FAILED, stack("UPDATE_ROLLBACK_COMPLETE", OLD),
        failed(LATER + 50, INTERNAL, verb="UPDATE") + failed(LATER, INTERNAL, verb="UPDATE"), code="EB-276",
    ),
    Row(
        "update failed once in this run for what may pass", S.NO_CHANGE_SET, stack("UPDATE_ROLLBACK_COMPLETE", OLD),
        failed(LATER, INTERNAL, verb="UPDATE"), NONE, writes=("CreateChangeSet",),
    ),
    Row(
        "update left half-way", S.UPDATE_LEFT, stack("UPDATE_FAILED", OLD), failed(EARLIER, verb="UPDATE"),
        code="EB-262",
    ),
    Row(
        "rollback stuck", S.ROLLBACK_STUCK, stack("UPDATE_ROLLBACK_FAILED", OLD), update_stuck(1),
        writes=("ContinueUpdateRollback",),
    ),
    Row(
        "rollback stuck again", S.ROLLBACK_STUCK_AGAIN, stack("UPDATE_ROLLBACK_FAILED", OLD), update_stuck(2),
        code="EB-263", says="First",
    ),
    Row("a plan of a dead run", S.IN_REVIEW, stack("REVIEW_IN_PROGRESS", None, []), writes=("DeleteStack",)),
    Row(
        "deletion failed", S.DELETE_FAILED, stack("DELETE_FAILED"),
        [entry(EARLIER, "DELETE_FAILED"), *failed(EARLIER - 99)], writes=("DeleteStack",),
    ),
    Row(
        "deletion failed twice in this run", S.DELETE_FAILED_AGAIN, stack("DELETE_FAILED"),
        [entry(LATER, "DELETE_FAILED"), entry(LATER - 9, "DELETE_FAILED"), *failed(EARLIER)], code="EB-264",
    ),
    Row("import", S.IMPORTING, stack("IMPORT_ROLLBACK_FAILED", WANTED), code="EB-265"),
    Row("a status of tomorrow", S.UNKNOWN, stack("HIBERNATING"), failed(EARLIER), code="EB-266", says="HIBERNATING"),
    Row("other template", S.NO_CHANGE_SET, stack("CREATE_COMPLETE", OLD), change_set=NONE, writes=("CreateChangeSet",)),
    Row("no digest", S.NO_CHANGE_SET, stack("UPDATE_COMPLETE"), change_set=NONE, writes=("CreateChangeSet",)),
    Row(
        "change set begun", S.CHANGE_SET_COMING, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("CREATE_IN_PROGRESS"),
    ),
    Row(
        "change set executing", S.BEING_UPDATED, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("CREATE_COMPLETE", "EXECUTE_IN_PROGRESS"),
    ),
    Row(
        "change set ready", S.CHANGE_SET_READY, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("CREATE_COMPLETE", "AVAILABLE"), writes=("ExecuteChangeSet",),
    ),
    Row(
        "change set of an older state", S.CHANGE_SET_USED, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("CREATE_COMPLETE", "OBSOLETE"), writes=("DeleteChangeSet", "CreateChangeSet"),
    ),
    Row(
        "touching a notebook on the day", S.CHANGE_SET_TOUCHES, stack("CREATE_COMPLETE", OLD), step=LIVE,
        change_set=change_set("CREATE_COMPLETE", "AVAILABLE"), code="EB-268",
        says="Notebook AWS::SageMaker::NotebookInstance",
    ),
    Row(
        "touching a notebook on the day, allowed", S.CHANGE_SET_READY, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("CREATE_COMPLETE", "AVAILABLE"), step=replace(LIVE, during_event=True),
        writes=("ExecuteChangeSet",),
    ),
    Row(
        "adding on the day", S.CHANGE_SET_READY, stack("CREATE_COMPLETE", OLD), step=LIVE,
        change_set=only("Add", []), writes=("ExecuteChangeSet",),
    ),
    Row(
        "other tags on the day", S.CHANGE_SET_READY, stack("CREATE_COMPLETE", OLD), step=LIVE,
        change_set=only("Modify", ["Tags"]), writes=("ExecuteChangeSet",),
    ),
    Row(
        "a removal on the day", S.CHANGE_SET_TOUCHES, stack("CREATE_COMPLETE", OLD), step=LIVE,
        change_set=only("Remove", []), code="EB-268",
    ),
    Row(
        "an empty change set", S.CHANGE_SET_EMPTY, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("FAILED", reason="The submitted information didn't contain changes. Submit different"),
    ),
    Row(
        "an empty change set of another word", S.CHANGE_SET_EMPTY, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("FAILED", reason="No updates are to be performed."),
    ),
    Row(
        "an empty change set from before the last update", S.CHANGE_SET_USED,
        {**stack("UPDATE_COMPLETE", OLD), "LastUpdatedTime": at(NOON - 5)},
        change_set=change_set("FAILED", reason="No updates are to be performed."),
        writes=("DeleteChangeSet", "CreateChangeSet"),
    ),
    Row(
        "a failed change set", S.CHANGE_SET_FAILED, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("FAILED", reason="Transform AWS::X failed"), code="EB-267", says="Transform",
    ),
    Row(
        "a failed change set of an earlier run", S.CHANGE_SET_USED, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("FAILED", reason="Transform AWS::X failed", when=RUN - 61),
        writes=("DeleteChangeSet", "CreateChangeSet"),
    ),
]  # fmt: skip


FAST = replace(STEP, since=LATER + 30, retry=True)
ROWS += [
    Row("begun by this run, whose clock is fast", S.FAILED, stack("ROLLBACK_COMPLETE"), failed(LATER), step=FAST,
        code="EB-260"),
    Row("deleted by this run, whose clock is fast", S.FAILED, stack("ROLLBACK_COMPLETE"), failed(LATER, INTERNAL),
        deleted=[LATER - 20], step=FAST, code="EB-276"),
    Row("updated by this run, whose clock is fast", S.UPDATE_FAILED, stack("UPDATE_ROLLBACK_COMPLETE", OLD),
        failed(LATER + 9, INTERNAL, verb="UPDATE") + failed(LATER, INTERNAL, verb="UPDATE"), step=FAST, code="EB-276"),
    Row("not deleted by this run, whose clock is fast", S.DELETE_FAILED_AGAIN, stack("DELETE_FAILED"),
        [entry(LATER, "DELETE_FAILED"), entry(LATER - 9, "DELETE_FAILED"), *failed(EARLIER)], step=FAST,
        code="EB-264"),
    Row("a change set of this run, whose clock is fast", S.CHANGE_SET_FAILED, stack("CREATE_COMPLETE", OLD),
        change_set=change_set("FAILED", reason="Transform AWS::X failed"), step=FAST, code="EB-267"),
]  # fmt: skip


def session_of(row: Row) -> AnsweringSession:
    deleted = [
        {"StackName": NAME, "DeletionTime": at(each), "CreationTime": at(each), "StackStatus": "DELETE_COMPLETE"}
        for each in row.deleted
    ]
    written = ("CreateStack", "DeleteStack", "ContinueUpdateRollback", "CreateChangeSet", "DeleteChangeSet")
    answers: dict[str, Any] = {
        "DescribeStacks": {"Stacks": [row.stack] if row.stack else []},
        "DescribeStackEvents": {"StackEvents": row.events},
        "ListStacks": {"StackSummaries": deleted},
        "ExecuteChangeSet": {},
        **{each: {} for each in written},
    }
    if row.change_set is not None:
        answers["DescribeChangeSet"] = row.change_set
    return AnsweringSession(answers)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_row_has_its_verdict_code_and_writes(row: Row) -> None:
    session = session_of(row)
    state = row.step.check(session)
    wanted = TABLE[row.situation]
    assert (state.verdict, state.code) == (wanted.verdict, row.code)
    assert state.detail == wanted.words.format(stack=NAME, why=state_why(state.detail, wanted.words))
    assert row.says in state.detail
    assert session.writes == []
    replace(row.step, begun=[]).apply(session)
    assert tuple(session.writes) == row.writes
    assert (state.verdict is Verdict.TODO) == bool(row.writes)


def state_why(detail: str, words: str) -> str:
    before, _, after = words.format(stack=NAME, why="\0").partition("\0")
    assert detail.startswith(before)
    assert detail.endswith(after)
    return detail[len(before) : len(detail) - len(after)]


@pytest.mark.parametrize("reason", ["Policy is malformed", INTERNAL])
def test_with_a_clock_that_is_hours_fast_a_stack_is_made_again_once_and_no_more(reason: str) -> None:
    subject = replace(STEP, since=NOON + 86_400, retry=True, refused=[], begun=[])
    shown: list[Any] = [None]
    session = session_of(Row("", S.ABSENT, None, failed(LATER, reason)))
    session.answers["DescribeStacks"] = lambda _: {"Stacks": [each for each in shown if each]}
    for _ in range(20):
        session._seen.clear()
        if subject.check(session).verdict is not Verdict.TODO:
            break
        subject.apply(session)
        shown[0] = stack("ROLLBACK_COMPLETE") if session.writes[-1] == "CreateStack" else None
    assert subject.check(session).verdict is Verdict.BLOCKED
    assert session.writes.count("CreateStack") <= 2


def test_what_never_takes_effect_is_not_done_for_ever() -> None:
    subject = replace(STEP, refused=[], begun=[])
    used = change_set("CREATE_COMPLETE", "OBSOLETE")
    session = session_of(Row("", S.CHANGE_SET_USED, stack("CREATE_COMPLETE", OLD), change_set=used))
    for _ in range(9):
        subject.apply(session)
    state = subject.check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-277")
    assert session.writes.count("CreateChangeSet") == 4


def test_every_situation_of_the_table_has_a_row_here() -> None:
    assert {row.situation for row in ROWS} == set(StackSituation) == set(TABLE)


def test_a_stack_whose_words_name_again_says_so_as_a_fact() -> None:
    assert {each for each, row in TABLE.items() if "--again" in row.words} == stack_verdict.ON_DEMAND


def test_every_code_of_the_table_is_explained() -> None:
    codes = {row.code for row in TABLE.values()} | set(stack_verdict.CODES.values()) | {"EB-274", "EB-277"}
    assert codes - {None} <= set(catalogue())


def test_ready_costs_one_call_for_all_stacks() -> None:
    session = AnsweringSession({"DescribeStacks": {"Stacks": [stack("CREATE_COMPLETE", WANTED)]}})
    for _ in range(5):
        STEP.check(session)
    assert [name for name, _ in session.calls] == ["DescribeStacks"]


def test_a_new_stack_carries_its_digest_in_the_token_and_is_looked_at_when_the_first_are_ready() -> None:
    session = session_of(Row("", S.ABSENT, None))
    assert replace(STEP, begun=[]).apply(session).look_again == 0.75 * STEP.rendered.typical_seconds
    asked = session.params("CreateStack")
    assert asked["ClientRequestToken"].startswith(f"eb-{WANTED[:32]}-")
    assert asked["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert asked["Tags"] == [{"Key": "made-by", "Value": MADE_BY}]
    assert asked["OnFailure"] == "ROLLBACK"


@pytest.mark.parametrize(
    "error",
    [
        refusal("AlreadyExistsException", "Stack [day-roles] already exists"),
        refusal("ValidationError", "Stack:arn is in CREATE_IN_PROGRESS state and can not be updated."),
        refusal("ValidationError", "Stack [day-roles] does not exist"),
    ],
    ids=str,
)
def test_another_run_that_was_faster_is_no_error(error: Exception) -> None:
    session = session_of(Row("", S.ABSENT, None))
    session.answers["CreateStack"] = error
    step = replace(STEP, refused=[])
    apply(step, session)
    assert step.check(session).verdict is Verdict.TODO


@pytest.mark.parametrize(
    ("code", "message", "wanted"),
    [
        ("LimitExceededException", "Limit for stack has been exceeded", "EB-270"),
        ("ValidationError", "Template error: instance of Fn::Sub references undefined X", "EB-274"),
        ("ValidationError", "Template format error: Unrecognized resource types: [AWS::X]", "EB-273"),
        ("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]", "EB-274"),
    ],
)
def test_a_refused_request_blocks_and_shows_what_aws_said(code: str, message: str, wanted: str) -> None:
    session = session_of(Row("", S.ABSENT, None))
    session.answers["CreateStack"] = refusal(code, message)
    step = replace(STEP, refused=[])
    step.apply(session)
    state = step.check(session)
    assert (state.verdict, state.code) == (Verdict.BLOCKED, wanted)
    assert message in state.detail


def test_a_missing_permission_is_left_to_the_engine_to_name() -> None:
    session = session_of(Row("", S.ABSENT, None))
    session.answers["CreateStack"] = refusal("AccessDenied", "not authorized")
    with pytest.raises(Exception, match="AccessDenied"):
        STEP.apply(session)
