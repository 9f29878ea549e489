"""The private workforce of an account and region, its work team, and the team's workers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.aws.reasons import WorkforceRefusal
from bootstrap.engine.states import NOTE, Applied, State, Verdict
from bootstrap.errors import code_of, raw
from bootstrap.errors.message import Message, answered, counted, joined, msg
from bootstrap.errors.message import marked as _
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.tags import tags
from bootstrap.steps.addresses import raw_without
from bootstrap.steps.stack import listing as stack_list
from bootstrap.steps.workforce import people as workforce_people
from bootstrap.steps.workforce import verdict as workforce_verdict
from bootstrap.steps.workforce.people import People, Pool
from bootstrap.steps.workforce.verdict import TABLE, Crew, WorkforceFound, WorkforceSituation

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_PATIENCE = 900.0
# Seconds between two looks at a workforce that starts.
STARTING = 20.0
_SOON = 3.0
_AT_ONCE = 5
# Seconds in which AWS may not show, or not accept, what was just created.
_SHOWN_AFTER = 180.0
_NOT_THERE = frozenset(
    {"AliasExistsException", "ParameterNotFound", "ResourceNotFoundException", "UserNotFoundException"}
)
_MAY_BE_CLOSED = frozenset({"CreateWorkforce", "CreateWorkteam", "UpdateWorkteam"})


# What the step creates, by the situation in which it is missing.
_THINGS = {
    WorkforceSituation.NONE: _("workforce"),
    WorkforceSituation.NO_GROUP: _("group of workers"),
    WorkforceSituation.NO_TEAM: _("work team"),
    WorkforceSituation.TEAM_WITHOUT_GROUP: _("work team's group"),
}


@dataclass(frozen=True, slots=True)
class WorkforceStep:
    """Step: create workforce and work team, and add the team's people.

    `refused`: AWS's refusals in this run; later reads do not show them.

    `made`: when this run created each resource, or added or took out the worker of each address, in epoch seconds;
    `unseen`: since when a worker cannot be added because AWS does not show yet what was created for it.
    """

    names: Names
    people: tuple[str, ...] = field(repr=False)
    tags: Mapping[str, str]
    refused: list[State] = field(default_factory=list, compare=False, repr=False)
    made: dict[str, float] = field(default_factory=dict, compare=False, repr=False)
    unseen: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    @property
    def id(self) -> str:
        return "workforce"

    @property
    def patience(self) -> float:
        return _PATIENCE

    def check(self, session: AccountSession) -> State:
        if self.refused:
            return self.refused[-1]
        look = self._look(session)
        row = TABLE[look.situation]
        facts: dict[str, Any] = {"portal": look.portal} if look.portal else {}
        if look.strangers:
            facts |= {"strangers": look.strangers, NOTE: True}
        pause = STARTING if row.verdict is Verdict.WAITING else None
        seen = self._said(row.seen, look) if row.seen else ""
        return State(row.verdict, self._words(look), row.code, look_again=pause, facts=facts, seen=seen)

    def _words(self, look: WorkforceFound) -> str:
        if not look.strangers or look.situation is not WorkforceSituation.READY:
            return self._row_words(look)
        besides = counted(
            "{count} person whom neither the roster names nor this tool added is in it too",
            "{count} people whom neither the roster names nor this tool added are in it too",
            look.strangers,
        )
        return joined("; ", (self._row_words(look), besides))

    def _row_words(self, look: WorkforceFound) -> str:
        return self._said(TABLE[look.situation].words, look)

    def _said(self, words: str, look: WorkforceFound) -> str:
        counts = {
            "missing": _people(len(look.missing)),
            "left": _people(len(look.left)),
            "people": _people(len(self.people)),
        }
        return Message(words, {"region": self.names.region, "why": look.why, **counts})

    def apply(self, session: AccountSession) -> Applied:
        """Create or change what is missing. Writes to AWS: SageMaker workforce and work team, Cognito users."""
        look = self._look(session)
        act = self._actions().get(look.situation)
        if act is None:
            return Applied(self._words(look), STARTING)
        try:
            return act(session, look)
        except ClientError as error:
            return self._refusal(session, look, error)

    def _look(self, session: AccountSession) -> WorkforceFound:
        if self.names.partition == "aws-cn":
            return WorkforceFound(WorkforceSituation.NO_COGNITO)
        look = session.read("workforce", lambda: workforce_verdict.look(session, self.names, self.people, self.tags))
        return self._but_made(session, look)

    def _but_made(self, session: AccountSession, look: WorkforceFound) -> WorkforceFound:
        """Return `look` without what this run created and AWS does not show yet, so that it is not created twice."""
        if what := _THINGS.get(look.situation):
            return (
                replace(look, situation=WorkforceSituation.NOT_SHOWN, why=Message(what))
                if self._just(session, what)
                else look
            )
        if look.situation is WorkforceSituation.LEFT:
            left = {each: user for each, user in look.left.items() if not self._just(session, _out(each))}
            return replace(look, left=left, situation=look.situation if left else WorkforceSituation.READY)
        if look.situation is not WorkforceSituation.PEOPLE:
            return look
        missing = tuple(each for each in look.missing if not self._just(session, each))
        if missing:
            return replace(look, missing=missing)
        return replace(look, situation=WorkforceSituation.NOT_SHOWN, why=_people(len(look.missing)))

    def _too_soon(self, session: AccountSession, look: WorkforceFound, error: ClientError) -> bool:
        """True if a work team is refused right after its workforce was created: in whatever words, AWS may take it
        some moments later. What is refused for its caller, for a permission or for a quota is so later too."""
        if error.operation_name != "CreateWorkteam" or code_of(error) == "ResourceLimitExceeded":
            return False
        if not workforce_verdict.refuses(error):
            return False
        young = look.crew is not None and 0 <= session.now() - look.crew.since < _SHOWN_AFTER
        return young or self._just(session, _THINGS[WorkforceSituation.NONE])

    def _just(self, session: AccountSession, what: str) -> bool:
        return what in self.made and session.now() - self.made[what] < _SHOWN_AFTER

    def _actions(self) -> dict[WorkforceSituation, Callable[[AccountSession, WorkforceFound], Applied]]:
        return {
            WorkforceSituation.NONE: self._create_workforce,
            WorkforceSituation.NO_GROUP: self._create_group,
            WorkforceSituation.NO_TEAM: self._create_team,
            WorkforceSituation.TEAM_WITHOUT_GROUP: self._update_team,
            WorkforceSituation.PEOPLE: self._bring_people,
            WorkforceSituation.LEFT: self._take_out,
            WorkforceSituation.TAGS: self._tag,
        }

    def _create_workforce(self, session: AccountSession, look: WorkforceFound) -> Applied:
        made = self._own_pool(session)
        if made is None:
            words = msg("stack {stack} has no outputs UserPoolId and ClientId", stack=self.names.stack("workforce"))
            self.refused.append(State.blocked(words, "EB-315"))
            return Applied(words)
        session.client("sagemaker").create_workforce(
            WorkforceName=self.names.workforce,
            CognitoConfig={"UserPool": made[0], "ClientId": made[1]},
            Tags=self._tag_list(),
        )
        self.made[_THINGS[WorkforceSituation.NONE]] = session.now()
        return Applied(msg("creating the workforce"), STARTING)

    def _own_pool(self, session: AccountSession) -> tuple[str, str] | None:
        """Pool and client of the tool's own stack; None while there are none."""
        found = stack_list.outputs(stack_list.stacks(session).get(self.names.stack("workforce"), {}))
        pool, client = found.get("UserPoolId"), found.get("ClientId")
        return (pool, client) if pool and client else None

    def _create_group(self, session: AccountSession, look: WorkforceFound) -> Applied:
        session.client("cognito-idp").create_group(UserPoolId=look.why, GroupName=self.names.worker_group)
        self.made[_THINGS[WorkforceSituation.NO_GROUP]] = session.now()
        return Applied(msg("created the group of workers"), _SOON)

    def _create_team(self, session: AccountSession, look: WorkforceFound) -> Applied:
        assert look.crew is not None
        session.client("sagemaker").create_workteam(
            WorkteamName=self.names.workteam,
            WorkforceName=look.crew.name,
            Description="The team of the event",
            MemberDefinitions=[self._member(look.crew)],
            NotificationConfiguration={"NotificationTopicArn": self._work_topic_arn()},
            Tags=self._tag_list(),
        )
        self.made[_THINGS[WorkforceSituation.NO_TEAM]] = session.now()
        # People do not need the work team, so they are added in the same visit.
        return self._bring_people(session, look) if look.missing else Applied(msg("created the work team"), _SOON)

    def _update_team(self, session: AccountSession, look: WorkforceFound) -> Applied:
        assert look.crew is not None
        session.client("sagemaker").update_workteam(
            WorkteamName=self.names.workteam, MemberDefinitions=[*look.members, self._member(look.crew)]
        )
        self.made[_THINGS[WorkforceSituation.TEAM_WITHOUT_GROUP]] = session.now()
        return Applied(msg("added the group of workers to the work team"), _SOON)

    def _bring_people(self, session: AccountSession, look: WorkforceFound) -> Applied:
        assert look.crew is not None
        ours = look.crew.name == self.names.workforce
        pool = Pool(look.crew.pool) if ours else workforce_people.found_pool(session, look.crew.pool)
        people = People(self.names, pool, self.names.worker_group, self.tags)
        for address in look.missing[:_AT_ONCE]:
            try:
                people.bring(session, address)
                self.made[address] = session.now()
            except ClientError as error:
                if aws_errors.transient(error) or aws_errors.denied(error):
                    raise
                self._not_brought(session, address, error)
        if self.unseen.keys() - self.made.keys():
            return Applied(msg("added the people that AWS shows so far"), STARTING, f"at {session.now():.0f}")
        left = len(look.missing[_AT_ONCE:])
        return Applied(msg("added people, {left} to go", left=left), _SOON if not left else 0.0)

    def _take_out(self, session: AccountSession, look: WorkforceFound) -> Applied:
        assert look.crew is not None
        people = People(self.names, Pool(look.crew.pool), self.names.worker_group)
        for address, user in look.left.items():
            people.take_out(session, user)
            self.made[_out(address)] = session.now()
        return Applied(msg("took {people} out of the work team", people=_people(len(look.left))), _SOON)

    def _tag(self, session: AccountSession, look: WorkforceFound) -> Applied:
        """Write the tags of the work team, and before it those of the workforce, if the tool created it."""
        assert look.crew is not None
        workforce, team = look.arns
        for arn in (workforce, team) if look.crew.name == self.names.workforce else (team,):
            session.client("sagemaker").add_tags(ResourceArn=arn, Tags=self._tag_list())
        return Applied(msg("updated the tags of workforce and work team"), _SOON)

    def _not_brought(self, session: AccountSession, address: str, error: ClientError) -> None:
        since = self.unseen.setdefault(address, session.now())
        if code_of(error) in _NOT_THERE and session.now() - since < _SHOWN_AFTER:
            return
        words = msg(
            "AWS refused worker {number} of {total}: {answer}",
            number=self.people.index(address) + 1,
            total=len(self.people),
            answer=raw_without(error, address),
        )
        self.refused.append(State.blocked(words, "EB-317"))

    def _member(self, crew: Crew) -> dict[str, Any]:
        found = {"UserPool": crew.pool, "ClientId": crew.client, "UserGroup": self.names.worker_group}
        return {"CognitoMemberDefinition": found}

    def _work_topic_arn(self) -> str:
        return self.names.topic_arn.removesuffix(self.names.topic) + self.names.work_topic

    def _tag_list(self) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]

    def _refusal(self, session: AccountSession, look: WorkforceFound, error: ClientError) -> Applied:
        """Keep AWS's refusal for `check`. It is no error if another run did the same first."""
        may_be_closed = getattr(error, "operation_name", "") in _MAY_BE_CLOSED
        why = reasons.workforce_refusal(error, may_be_closed)
        if why is WorkforceRefusal.CLOSED:
            self.refused.append(_closed(error))
            return Applied(msg("AWS refused"))
        if aws_errors.already_exists(error) or why is WorkforceRefusal.SECOND:
            return Applied(msg("another run created it first"), _SOON)
        unseen = why is WorkforceRefusal.NOT_THERE and any(self._just(session, each) for each in _THINGS.values())
        if unseen or self._too_soon(session, look, error):
            return Applied(
                msg("AWS does not accept yet what was just created; retrying"), STARTING, f"at {session.now():.0f}"
            )
        if code_of(error) == "ResourceLimitExceeded":
            state = State.blocked(
                msg("AWS allows no more work teams in this account: {answer}", answer=raw(error)), "EB-314"
            )
        elif may_be_closed and workforce_verdict.refuses(error):
            state = _closed(error)
        else:
            raise error
        self.refused.append(state)
        return Applied(msg("AWS refused"))


def _closed(error: ClientError) -> State:
    words = msg(
        "AWS refuses the workforce or work team; Ground Truth may be closed to this account, the other labs still work"
    )
    return State.blocked(answered(words, raw(error)), "EB-313")


def _out(address: str) -> str:
    """Key in `made` of somebody who was taken out."""
    return f"out: {address}"


def _people(count: int) -> str:
    return counted("{count} person", "{count} people", count)


def build(event: Event, account: TeamAccount, names: Names) -> WorkforceStep:
    """Return the step. Its people are all addresses of the team's row in the roster."""
    return WorkforceStep(names, account.emails, tags(event, account))
