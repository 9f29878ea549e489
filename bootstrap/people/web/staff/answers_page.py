"""The answers of the event with their times, the organiser's figures, and what teams said in the survey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bootstrap.errors import Troubled
from bootstrap.errors.message import msg
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue.hands import HandEnd, Hands, RaisedHand
from bootstrap.journal.venue.surveys import SurveyAnswer
from bootstrap.people import survey
from bootstrap.people.hands import queue, topics
from bootstrap.people.web import language
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff import desk_parts
from bootstrap.people.web.staff.frame import ANSWERS, blocking, html, ours
from bootstrap.report import words
from bootstrap.report.words import duration

_MOST_ROWS = 400


class AnswersPage:
    """The page at /answers."""

    def __init__(self, site: Site, journal: Journal) -> None:
        self._site, self._journal = site, journal
        self._hands = Hands(site.database, site.files.inputs.event.name)

    @property
    def routes(self) -> list[Route]:
        return [
            Route(ANSWERS, self._page),
            Route(f"{ANSWERS}/survey", ours(self._site, self._open_survey), methods=["POST"]),
        ]

    async def _open_survey(self, request: Request, _form: dict[str, str]) -> Response:
        await blocking(self._site.survey.open_early)
        event, now = self._site.files.inputs.event.name, self._site.now()
        self._journal.act("survey", event, msg("opened the survey"), actor=request.state.person, at=now)
        return RedirectResponse(f"{ANSWERS}?lang={language.of(request)}", 303)

    async def _page(self, request: Request) -> Response:
        return await blocking(self._shown, request)

    def _shown(self, request: Request) -> Response:
        site, tongue, now = self._site, language.of(request), self._site.now()
        try:
            hands, answers, is_open = self._hands.all(), site.survey.all(), site.survey.is_open()
        except Troubled:
            return html(site, request, "staff/answers.html", ANSWERS, 503, known=False)
        times = queue.times(hands, now)
        return html(
            site, request, "staff/answers.html", ANSWERS, known=True, times=times,
            median=_said(times.median), ninetieth=_said(times.ninetieth), oldest=_said(times.oldest),
            rows=[_row(each, tongue, now) for each in hands[::-1][:_MOST_ROWS]],
            by_topic=_by_topic(hands), by_cause=_by_cause(hands, tongue), most=max(1, len(hands)),
            survey=_survey(answers), answers=len(answers), is_open=is_open, asks=site.files.inputs.event.venue.survey,
            said=[(each.words, "zh" if each.language == "zh" else "en") for each in answers if each.words],
        )  # fmt: skip


def _survey(answers: Sequence[SurveyAnswer]) -> list[dict[str, Any]]:
    """Return each question, how many gave which answer, and the mean of figures."""
    found = []
    for each in survey.results(answers):
        question = survey.QUESTIONS[each.key]
        counts = [(question.choices[value], number) for value, number in each.counts.items()]
        found.append({"text": question.text, "counts": counts, "low": question.low, "high": question.high,
                      "mean": "" if each.mean is None else f"{each.mean:.1f}"})  # fmt: skip
    return found


def _said(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)


def _row(hand: RaisedHand, tongue: str, now: float) -> dict[str, Any]:
    found = desk_parts.ended_hand(hand, tongue)
    return found | {
        "open": hand.open,
        "raised": words.moment(hand.raised, now),
        "took": duration((hand.answered if hand.answered is not None else now) - hand.raised),
    }


def _by_topic(hands: Sequence[RaisedHand]) -> list[tuple[str, int, str]]:
    """Return what was asked about: words, number, and the median of the answers."""
    found = Counter(each.topic for each in hands)
    return [(topics.WORDS[topic], number, _middle([each for each in hands if each.topic is topic]))
            for topic, number in found.most_common()]  # fmt: skip


def _by_cause(hands: Sequence[RaisedHand], tongue: str) -> list[tuple[str, str, int]]:
    """Return what the doctor found: code, title and number of hands."""
    found = Counter(each.code for each in hands if each.code)
    return [(code, known.title if (known := words.explanation(code, tongue)) else code, number)
            for code, number in found.most_common()]  # fmt: skip


def _middle(hands: Sequence[RaisedHand]) -> str:
    waited = sorted(each.answered - each.raised for each in hands
                    if each.answered is not None and each.how != HandEnd.LOWERED)  # fmt: skip
    return duration(waited[len(waited) // 2]) if waited else ""
