"""The parts of the staff's desk: figures, the queue of raised hands, teams and steps, runs, money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from bootstrap.doctor.day_access import DayAccess, Lasting
from bootstrap.doctor.finding import Severity
from bootstrap.engine.outcomes import Result
from bootstrap.errors.message import Message, msg
from bootstrap.journal import operators
from bootstrap.journal.standing import Standing
from bootstrap.journal.venue.hands import HandEnd, RaisedHand
from bootstrap.people.handouts import join_address
from bootstrap.people.hands import topics
from bootstrap.people.hands.finding import HandResult, ToldFinding
from bootstrap.people.hands.queue import HandQueue, NoticeProposal, QueuedHand
from bootstrap.people.web import pages
from bootstrap.people.web.live import Parts
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff import desk_board, money
from bootstrap.people.web.staff.desk_board import DeskBoard
from bootstrap.report import overview, status_page, words
from bootstrap.report.cards import grouped
from bootstrap.report.overview import Overview
from bootstrap.report.status_matrix import MatrixAsk
from bootstrap.report.words import duration

TEAMS = "/teams/"
_STATES = {Severity.TROUBLE: "failed", Severity.UNSEEN: "blocked", Severity.NOTE: "waiting", Severity.FINE: "ready"}
_ENDS: Mapping[str, Message] = {
    HandEnd.ANSWERED: msg("answered"),
    HandEnd.LOWERED: msg("lowered by the team"),
    HandEnd.NOTICE: msg("answered by a notice"),
}
# The worst first: state and words of how long the server's credentials last.
_LASTING: Mapping[Lasting, tuple[str, Message]] = {
    Lasting.NOTHING: ("failed", msg("no credentials")),
    Lasting.ENDS_BEFORE: ("failed", msg("before closing")),
    Lasting.UNKNOWN: ("waiting", msg("not known how long")),
    Lasting.WHILE_SIGNED_IN: ("waiting", msg("while signed in")),
    Lasting.ALL_DAY: ("ready", msg("after closing")),
}
# Answered hands in the tab; the page of answers has all.
_MOST_ENDED = 40


def parts(site: Site, board: DeskBoard, ended: Sequence[RaisedHand], tongue: str, kept: status_page.Kept,
          standing: Standing) -> Parts:  # fmt: skip
    """Return each part of the desk by the id of its element. `ended`: the hands that ended today."""
    inputs, now, queue = site.files.inputs, site.now(), board.queue
    spares = frozenset(each.account_id for each in inputs.accounts if each.spare)
    ask = MatrixAsk(tongue, spares, board.raised(), partial(team_href, language=tongue))
    found = status_page.parts(standing, tongue, now, kept, ask)
    whole = overview.of_standing(standing, now)
    found |= money.parts(site.spend, tongue)
    render = partial(pages.render, language=tongue)
    hands = queue.hands if queue else ()
    found["title"] = f"({len(hands)}) {found['title']}" if hands else found["title"]
    found["figures"] = render("staff/figures.html", **figures(site, whole, spares, queue, ended))
    found["queue"] = render("staff/queue.html", **_queue(queue, tongue), now=now)
    found["answered"] = render("staff/answered.html", ended=[ended_hand(each, tongue) for each in ended[:_MOST_ENDED]],
                               more=max(0, len(ended) - _MOST_ENDED))  # fmt: skip
    found["published"] = render("staff/published.html", trouble=site.trouble())
    found["access"] = render("staff/access.html", tables=[each.rows() for each in site.spend.access])
    found["runs"] = render("staff/runs.html", runs=_runs(whole), left=words.left(whole.left, now))
    for gone in ("going", "tally"):
        found.pop(gone)
    return found


def team_href(team: str, language: str) -> str:
    """Return the address of the staff's page of a team."""
    return f"{TEAMS}{quote(join_address.slug(team))}?lang={language}"


def figures(site: Site, whole: Overview, spares: frozenset[str], queue: HandQueue | None,
            ended: Sequence[RaisedHand]) -> dict[str, Any]:  # fmt: skip
    """Return the values of the row of figures."""
    inputs = site.files.inputs
    teams = [each for each in whole.teams if each.account_id not in spares]
    spare = [each for each in whole.teams if each.account_id in spares]
    waited = desk_board.answered(ended)
    middle = desk_board.middle(waited)
    return {
        "open": len(queue.hands) if queue else 0,
        "late": sum(each.late for each in queue.hands) if queue else 0,
        "minutes": inputs.event.venue.late_minutes,
        "median": "" if middle is None else duration(middle),
        "answered": len(waited),
        "ready": _ready(teams),
        "teams": len(teams),
        "spares_ready": _ready(spare),
        "spares": len(spare),
        "swapped": sum(each.out_of_use for each in inputs.accounts),
        "money": money.sums(site.spend.latest),
        "lasts": _lasts(site.spend.access, site.now()),
    }


def _ready(teams: Sequence[overview.TeamState]) -> int:
    return sum(each.word is Result.READY for each in teams)


def _lasts(found: Sequence[DayAccess], now: float) -> dict[str, Any] | None:
    """Return until when the server's access lasts, by the profile that ends first; None before the first look."""
    if not found:
        return None
    worst = min(found, key=lambda each: list(_LASTING).index(each.lasting))
    state, said = _LASTING[worst.lasting]
    ends = worst.credentials.ends if worst.credentials else None
    timed = ends is not None and worst.lasting in (Lasting.ENDS_BEFORE, Lasting.ALL_DAY)
    return {"at": words.moment(ends, now) if timed and ends is not None else "", "state": state, "word": said}


def _queue(queue: HandQueue | None, tongue: str) -> dict[str, Any]:
    """Return the cards: hands with a cause of their own, and one for each cause of several teams, the oldest first."""
    if queue is None:
        return {"known": False, "cards_given": []}
    shared = {hand: each for each in queue.proposals if len(each.teams) > 1 for hand in each.hands}
    cards: list[dict[str, Any]] = []
    causes: dict[str, dict[str, Any]] = {}
    for each in queue.hands:
        proposal = shared.get(each.hand.id)
        if proposal is None:
            cards.append({"hand": card(each, tongue), "shared": None})
        elif proposal.cause in causes:
            causes[proposal.cause]["shared"]["hands"].append(card(each, tongue))
        else:
            causes[proposal.cause] = {"hand": None, "shared": _shared(proposal, each, tongue)}
            cards.append(causes[proposal.cause])
    return {"known": True, "cards_given": cards}


def _shared(proposal: NoticeProposal, oldest: QueuedHand, tongue: str) -> dict[str, Any]:
    known = words.explanation(proposal.code, tongue)
    return {
        "key": proposal.hands[0],
        "cause": quote(proposal.cause),
        "teams": proposal.teams,
        "ids": ",".join(proposal.hands),
        "raised": oldest.hand.raised,
        "waiting": duration(oldest.waiting),
        "code": proposal.code,
        "title": known.title if known else proposal.code,
        "finding": finding(oldest, tongue),
        "notice": proposal.notice,
        "hands": [card(oldest, tongue)],
    }


def card(queued: QueuedHand, tongue: str) -> dict[str, Any]:
    """Return the values of one hand's card."""
    hand = queued.hand
    return {
        "id": hand.id,
        "team": hand.team,
        "href": team_href(hand.team, tongue),
        "account": grouped(hand.account_id),
        "topic": topics.WORDS[hand.topic],
        "words": hand.words.splitlines(),
        "tag": "zh" if hand.language == "zh" else "en",
        "raised": hand.raised,
        "waiting": duration(queued.waiting),
        "late": queued.late,
        "taken_by": hand.taken_by,
        "taker": operators.name_of(hand.taken_by),
        "finding": finding(queued, tongue),
    }


def finding(queued: QueuedHand, tongue: str) -> dict[str, Any]:
    """Return what the doctor answered: its state, what it saw, and what to do."""
    found = queued.finding
    if found is None:
        return {"state": "working", "first": None, "more": 0, "well": False}
    if found.first is None:
        return {"state": "ready" if found.result is HandResult.WELL else "blocked", "first": None, "more": 0,
                "well": found.result is HandResult.WELL}  # fmt: skip
    well = found.result is HandResult.WELL
    return {"state": "ready" if well else _STATES[found.first.severity], "first": told(found.first, tongue),
            "more": len(found.findings) - 1, "well": well}  # fmt: skip


def told(each: ToldFinding, tongue: str) -> dict[str, Any]:
    """Return one finding as templates show it."""
    known = words.explanation(each.code, tongue)
    return {
        "state": _STATES[each.severity],
        "about": each.about,
        "code": each.code,
        "title": known.title if known else "",
        "seen": each.seen,
        "means": each.means,
        "fix": each.fix,
        "kind": each.kind.value,
        "turn": each.turn,
    }


def ended_hand(hand: RaisedHand, tongue: str) -> dict[str, Any]:
    """Return the values of a hand that is down."""
    known = words.explanation(hand.code, tongue)
    return {
        "team": hand.team,
        "href": team_href(hand.team, tongue),
        "topic": topics.WORDS[hand.topic],
        "words": hand.words.splitlines(),
        "code": hand.code,
        "title": known.title if known else "",
        "raised": hand.raised,
        "at": hand.answered or 0.0,
        "took": duration((hand.answered or hand.raised) - hand.raised),
        "how": _ENDS.get(hand.how, msg("ended")),
        "by": operators.name_of(hand.answered_by),
    }


def _runs(whole: Overview) -> list[dict[str, Any]]:
    return [
        {
            "command": each.command, "actor": each.actor, "done": each.done, "total": each.total, "began": each.began,
            "state": "failed" if each.died else "waiting" if each.silent(whole.now) else "working", "died": each.died,
            "silent": each.silent(whole.now),
        }
        for each in whole.runs
    ]  # fmt: skip
