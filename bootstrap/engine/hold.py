"""An account that staff keep every command away from that would change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bootstrap.errors.message import Message, msg


@dataclass(frozen=True, slots=True)
class Hold:
    """A person (`actor`) put an account on hold for a reason. `since`: epoch seconds."""

    reason: str
    actor: str
    since: float

    @property
    def words(self) -> Message:
        """The hold as staff read it, with its reason."""
        since = datetime.fromtimestamp(self.since, UTC).astimezone()
        return msg("on hold: {reason} ({actor}, since {time})", reason=self.reason, actor=self.actor,
                   time=f"{since:%Y-%m-%d %H:%M}")  # fmt: skip
