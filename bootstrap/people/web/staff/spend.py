"""The costs on the staff's page: each team's figures, and first of all who is over the limit."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bootstrap.doctor.day_access import DayAccess
from bootstrap.engine.hold import Hold
from bootstrap.engine.results import ANY_ACCOUNT
from bootstrap.errors.message import Message, identity, msg, replaced
from bootstrap.event.prices import Prices
from bootstrap.people.web import pages
from bootstrap.people.web.live import Parts
from bootstrap.report import spend_table
from bootstrap.report.words import clock_time
from bootstrap.sweep.spending import TeamSpend

# Seconds between two costs that are kept for the page, and how many of them: a day.
_PAST_EVERY = 900.0
_MOST_PAST = 96
_NOT_YET = msg("not looked at yet")


@dataclass(frozen=True, slots=True)
class SpendNews:
    """Findings of the latest look at the accounts. `trouble`: why there are none."""

    teams: Sequence[TeamSpend] = ()
    prices: Prices | None = None
    held: Mapping[str, Hold] = field(default_factory=dict)
    at: float = 0.0
    trouble: str = ""


class SpendBoard:
    """The place where the thread that looks at the accounts leaves its findings. Thread-safe."""

    def __init__(self, trouble: str = _NOT_YET) -> None:
        """`trouble`: why there are no findings before the first ones come."""
        self._lock = threading.Lock()
        self._latest, self._number, self._seen = SpendNews(trouble=trouble), 0, 0
        self._past: deque[tuple[float, float]] = deque(maxlen=_MOST_PAST)
        self._access: tuple[DayAccess, ...] = ()

    def put(self, news: SpendNews) -> None:
        bills = [each.bill for each in news.teams if each.bill]
        with self._lock:
            self._latest, self._number = news, self._number + 1
            if bills and (not self._past or news.at - self._past[-1][0] >= _PAST_EVERY):
                self._past.append((news.at, sum(each.usd_per_hour for each in bills)))

    def put_access(self, found: Sequence[DayAccess]) -> None:
        """Keep what the server's credentials give on the event's day."""
        with self._lock:
            self._number += tuple(found) != self._access
            self._access = tuple(found)

    @property
    def access(self) -> tuple[DayAccess, ...]:
        """Access of the server's credentials, one for each profile of the roster; () before the first look."""
        with self._lock:
            return self._access

    @property
    def past(self) -> list[tuple[float, float]]:
        """Moments since the server began (epoch seconds), and the dollars an hour that all accounts cost then."""
        with self._lock:
            return list(self._past)

    @property
    def latest(self) -> SpendNews:
        with self._lock:
            return self._latest

    def changed(self) -> bool:
        """Return True once for what came since the last call."""
        with self._lock:
            changed, self._seen = self._number != self._seen, self._number
        return changed


def parts(news: SpendNews, language: str) -> Parts:
    """Return two parts of the staff's page: teams over the limit, which stand at its top, and every team's figures."""
    over = [spend_table.over(each) for each in news.teams if each.over]
    return {
        "over": pages.render("staff/spend_over.html", language=language, over=over),
        "spend": pages.render("staff/spend.html", language=language, **_figures(news)),
    }


def _figures(news: SpendNews) -> dict[str, Any]:
    alike = _alike(news.teams)
    if news.prices is None or alike:
        return {"rows": [], "lines": [alike or news.trouble], "at": ""}
    rows = [_row(each, news.held.get(each.account.account_id)) for each in sorted(news.teams, key=spend_table.order)]
    return {"rows": rows, "lines": spend_table.lines(news.teams, news.prices), "at": clock_time(news.at)}


def _alike(teams: Sequence[TeamSpend]) -> Message | None:
    """Return why nothing is known of any account, if it is the same for all: no credentials, or no network."""
    if any(each.bill or not each.failure for each in teams):
        return None
    found = {
        (each.failure.code, identity(why)): why
        for each in teams
        if each.failure and (why := replaced(each.failure.detail, each.account.account_id, ANY_ACCOUNT))
    }
    if len(found) != 1:
        return None
    (((code, _), why),) = found.items()
    return msg("no account could be read: {code} {why}", code=code or "", why=why)


def _row(each: TeamSpend, hold: Hold | None) -> dict[str, Any]:
    return {
        "team": each.account.team,
        "over": each.over,
        "unread": each.failure is not None,
        "hold": hold.words if hold else "",
        "hourly": spend_table.hourly(each),
        "today": spend_table.today(each),
        "limit": spend_table.limit(each),
        "running": spend_table.running(each),
    }
