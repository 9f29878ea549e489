"""The costs on the desk: one figure, what it is made of, and how it went during the day."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bootstrap.aws.kinds.words import kind_words
from bootstrap.people.web import pages
from bootstrap.people.web.live import Parts
from bootstrap.people.web.staff import spend
from bootstrap.people.web.staff.spend import SpendBoard, SpendNews
from bootstrap.report.words import clock_time

# Kinds of things that the card names; the rest is one line.
_MOST_KINDS = 4
_WIDE, _HIGH = 190.0, 54.0


def parts(board: SpendBoard, language: str) -> Parts:
    """Return the teams over their limit, each team's figures, and the card of money."""
    found = dict(spend.parts(board.latest, language))
    latest = board.latest
    made = {"sums": sums(latest), "kinds": _kinds(latest), "bars": _bars(board), "trouble": latest.trouble}
    return found | {"money": pages.render("staff/money.html", language=language, **made)}


def sums(news: SpendNews) -> dict[str, Any] | None:
    """Return dollars an hour and today of all teams; None before the first look."""
    bills = [each.bill for each in news.teams if each.bill]
    if not bills:
        return None
    limits = [each.limit for each in news.teams if each.limit is not None]
    return {
        "hourly": f"{sum(each.usd_per_hour for each in bills):.2f}",
        "today": f"{sum(each.usd_today for each in bills):.0f}",
        "limit": f"{sum(limits):.0f}" if limits else "",
        "over": sum(each.over for each in news.teams),
        "unpriced": sum(each.unpriced for each in bills),
        "unread": sum(each.failure is not None for each in news.teams),
    }


def _kinds(news: SpendNews) -> list[tuple[str, str]]:
    """Return what costs most now: kind and dollars an hour."""
    found: Counter[str] = Counter()
    for each in news.teams:
        for thing in each.bill.running if each.bill else ():
            found[thing.kind] += thing.usd_per_hour or 0.0  # type: ignore[assignment]
    return [(kind_words(kind), f"{usd:.2f}") for kind, usd in found.most_common(_MOST_KINDS) if usd]


def _bars(board: SpendBoard) -> dict[str, Any] | None:
    """Return the day's dollars an hour as bars; None while there are too few to show a course."""
    past = board.past
    if len(past) < 3:
        return None
    top = max(usd for _, usd in past) or 1.0
    step = _WIDE / len(past)
    bars = [
        {"x": f"{place * step:.1f}", "y": f"{_HIGH - (high := max(1.5, usd / top * _HIGH)):.1f}",
         "height": f"{high:.1f}", "width": f"{step * 0.72:.1f}", "last": place == len(past) - 1}
        for place, (_, usd) in enumerate(past)
    ]  # fmt: skip
    return {"bars": bars, "wide": _WIDE, "high": _HIGH, "since": clock_time(past[0][0])[:5], "top": f"{top:.0f}"}
