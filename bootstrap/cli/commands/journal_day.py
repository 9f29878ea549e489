"""The command `journal day`: what the pages of the event's day recorded. It does not call AWS."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from bootstrap.cli.commands.choice import Choice, opened_journal
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import event as event_file
from bootstrap.journal.venue.hands import Hands
from bootstrap.journal.venue.notices import Notices
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.journal.venue.surveys import Surveys
from bootstrap.people import survey
from bootstrap.people.hands import queue, topics
from bootstrap.report import day, problems, translations
from bootstrap.report.day_documents import DayDocument
from bootstrap.report.documents import SCHEMA
from bootstrap.report.translations import shown
from bootstrap.report.words import utc


def show(choice: Choice, page: Path | None) -> None:
    """Print hands, answer times and the survey, and write them to `page` if given.

    Raises BadInput: EB-408 if there is no journal, EB-575 if the page cannot be written.
    """
    name = event_file.read(choice.event_path).name
    opened_journal(choice).close()
    with closing(VenueDatabase(choice.journal_path)) as database:
        found = _document(database, name, time.time())
    words = {key.value: text for key, text in topics.WORDS.items()}
    questions = {key: each.text for key, each in survey.QUESTIONS.items()}
    day.show(choice.output, found, words, questions)
    if page is not None:
        try:
            day.write(page, found, words, questions, translations.current())
        except OSError as error:
            cause = error.strerror or str(error)
            raise BadInput([Problem("EB-575", msg("the page cannot be written"), str(page), cause)]) from None
        problems.print_to(sys.stderr, shown(msg("page: {path}", path=page)))


def _document(database: VenueDatabase, name: str, now: float) -> DayDocument:
    store = Hands(database, name)
    hands = store.all()
    answers = Surveys(database, name).all()
    times = queue.times(hands, now)
    return {
        "type": "day",
        "schema": SCHEMA,
        "event": name,
        "at": utc(now),
        "raised": times.raised,
        "answered": times.answered,
        "by_notice": times.by_notice,
        "lowered": times.lowered,
        "median_seconds": times.median,
        "ninetieth_seconds": times.ninetieth,
        "oldest_seconds": times.oldest,
        "topics": dict(Counter(each.topic.value for each in hands).most_common()),
        "causes": dict(Counter(each.code for each in hands if each.code).most_common()),
        "notices": len(Notices(database, name).all()),
        "survey_answers": len(answers),
        "survey": [
            {"question": each.key, "counts": dict(each.counts), "mean": each.mean} for each in survey.results(answers)
        ],
        "survey_words": [each.words for each in answers if each.words],
    }
