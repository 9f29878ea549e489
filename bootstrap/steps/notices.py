"""Mail addresses subscribed to the topic that reports the end of training jobs.

| AWS says                                          | verdict | action            | code   |
|---------------------------------------------------|---------|-------------------|--------|
| every address subscribed, confirmed or not        | ready   |                   |        |
| others too: counted, for the team may add its own | ready   |                   |        |
| an address missing, or its subscription deleted   | todo    | Subscribe         |        |
| an address not listed yet, subscribed by this run | waiting |                   |        |
| the topic does not exist yet                      | todo    | Subscribe         |        |
| Subscribe: the topic does not exist               | blocked |                   | EB-332 |
| Subscribe: the address is refused                 | blocked |                   | EB-330 |
| Subscribe: too many subscriptions                 | blocked |                   | EB-331 |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bootstrap.engine.states import NOTE, Applied, State
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, joined, msg
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps.addresses import raw_without

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_PATIENCE = 300.0
_LOOK_AGAIN = 15.0
_PENDING = "PendingConfirmation"
_DELETED = "Deleted"
_NO_TOPIC = frozenset({"NotFound", "NotFoundException"})
_REFUSALS = {
    "InvalidParameter": "EB-330",
    "InvalidParameterException": "EB-330",
    "SubscriptionLimitExceeded": "EB-331",
    "SubscriptionLimitExceededException": "EB-331",
    "NotFound": "EB-332",
    "NotFoundException": "EB-332",
}


@dataclass(frozen=True, slots=True)
class NoticesStep:
    """Step: subscribe mail addresses to training notices.

    `refused`: AWS's refusals in this run; later reads do not show them.

    `subscribed`: addresses that this run subscribed. AWS may list them late, and each Subscribe sends another mail.
    """

    topic_arn: str
    addresses: tuple[str, ...] = field(repr=False)
    refused: list[State] = field(default_factory=list, compare=False, repr=False)
    subscribed: set[str] = field(default_factory=set, compare=False, repr=False)

    @property
    def id(self) -> str:
        return "notices"

    @property
    def patience(self) -> float:
        return _PATIENCE

    def check(self, session: AccountSession) -> State:
        if self.refused:
            return self.refused[-1]
        made = self._made(session)
        missing, total = self._missing(made), len(self.addresses)
        if missing:
            places = {"count": len(missing), "total": total}
            return State.todo(
                msg("subscribe {count} of {total} addresses to training notices", **places),
                seen=msg("{count} of {total} addresses are not subscribed to training notices", **places),
            )
        if unlisted := [each for each in self.addresses if each.lower() not in made]:
            words = msg(
                "{count} of {total} addresses subscribed; AWS does not list them yet", count=len(unlisted), total=total
            )
            return State.waiting(words, look_again=_LOOK_AGAIN)
        pending = sum(1 for each in self.addresses if made[each.lower()] == _PENDING)
        # Each person confirms by a link in a mail; waiting for that would delay every account.
        if not total:
            words = msg("no addresses for training notices")
        elif pending:
            words = msg(
                "{total} addresses subscribed, {pending} of them not confirmed yet", total=total, pending=pending
            )
        else:
            words = counted("{count} address subscribed", "{count} addresses subscribed", total)
        others = len(made.keys() - {each.lower() for each in self.addresses})
        if not others:
            return State.ready(words, pending=pending)
        besides = counted(
            "{count} address that event.yaml does not name is subscribed too",
            "{count} addresses that event.yaml does not name are subscribed too",
            others,
        )
        return State.ready(joined("; ", (words, besides)), pending=pending, others=others, **{NOTE: True})

    def apply(self, session: AccountSession) -> Applied:
        """Subscribe the missing addresses. Writes to AWS: Subscribe, once per address."""
        missing = self._missing(self._made(session))
        for number, address in enumerate(self.addresses, 1):
            if address in missing:
                self._subscribe(session, number, address)
        return Applied(msg("addresses subscribed to training notices"))

    def _missing(self, made: Mapping[str, str]) -> list[str]:
        """Addresses that AWS does not list and this run has not subscribed."""
        return [each for each in self.addresses if each.lower() not in {*made, *self.subscribed}]

    def _made(self, session: AccountSession) -> dict[str, str]:
        """Lower-case address -> subscription ARN or "PendingConfirmation". API: ListSubscriptionsByTopic."""

        def fetch() -> dict[str, str]:
            pages = session.client("sns").get_paginator("list_subscriptions_by_topic")
            try:
                found = [each for page in pages.paginate(TopicArn=self.topic_arn) for each in page["Subscriptions"]]
            except ClientError as error:
                if code_of(error) in _NO_TOPIC:
                    return {}
                raise
            mails = [each for each in found if each["Protocol"] == "email" and each["SubscriptionArn"] != _DELETED]
            # If an address has two subscriptions, the confirmed one counts.
            mails.sort(key=lambda each: each["SubscriptionArn"] != _PENDING)
            return {each["Endpoint"].lower(): each["SubscriptionArn"] for each in mails}

        return session.read("notices", fetch)

    def _subscribe(self, session: AccountSession, number: int, address: str) -> None:
        try:
            session.client("sns").subscribe(TopicArn=self.topic_arn, Protocol="email", Endpoint=address)
            self.subscribed.add(address.lower())
        except ClientError as error:
            code = _REFUSALS.get(code_of(error))
            if code is None:
                raise
            words = msg(
                "AWS refused address {number} of {total} for training notices: {answer}",
                number=number,
                total=len(self.addresses),
                answer=raw_without(error, address),
            )
            self.refused.append(State.blocked(words, code, code))


def build(event: Event, account: TeamAccount, names: Names) -> NoticesStep:
    """Return the step for the event's addresses, and the team leader's if the event sets `notices_to_leader`."""
    leader = account.emails[:1] if getattr(event, "notices_to_leader", False) else ()
    unique = {each.lower(): each for each in (*event.notices, *leader)}
    return NoticesStep(names.topic_arn, tuple(unique.values()))
