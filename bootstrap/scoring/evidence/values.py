"""The values that the placeholders of lab.yaml have for one team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.placeholders import Values
from bootstrap.event.roster.roster import TeamAccount


def of(event: Event, account: TeamAccount, classes: Sequence[str], now: float) -> Values:
    """Return the value of each placeholder. `classes`: of the event's pictures; `now`: epoch seconds."""
    names = Names.of(event, account)
    return {
        "account": account.account_id,
        "bucket": names.bucket,
        "classes": list(classes),
        "classes.count": len(classes),
        # Only where `each` is read is there another one.
        "each": "",
        "closes": event.schedule.closes.isoformat(),
        "endpoint.maximum": event.endpoint.maximum,
        "endpoint.minimum": event.endpoint.minimum,
        "endpoint.target": event.endpoint.target,
        "event": event.name,
        "notebook": names.notebook,
        "now": datetime.fromtimestamp(now, UTC).isoformat(),
        "opens": event.schedule.opens.isoformat(),
        "region": account.region,
        "team": account.team,
        "topic": names.topic_arn,
        "training_role": names.role_arn(names.training_role),
        "workteam": names.workteam,
    }
