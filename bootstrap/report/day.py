"""The report of `journal day`: hands, answer times and the survey, as lines, as a page, or as a document."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bootstrap.errors.message import counted, joined, msg
from bootstrap.report import documents, page, problems
from bootstrap.report.day_documents import DayDocument
from bootstrap.report.translations import shown


def show(output: str, day: DayDocument, topics: Mapping[str, str], questions: Mapping[str, str]) -> None:
    """Write it on stdout. `topics` and `questions`: key -> words."""
    if output == "json":
        problems.print_to(sys.stdout, documents.dumps(day))
        return
    for line in _lines(day, topics, questions):
        problems.print_to(sys.stdout, shown(line))


def write(path: Path, day: DayDocument, topics: Mapping[str, str], questions: Mapping[str, str], language: str) -> None:
    """Write the page. Raises OSError."""
    values = {"day": day, "topics": topics, "questions": questions, "minutes": _minutes}
    path.write_text(page.render("day.html", language=language, **values), encoding="utf-8")


def _lines(day: DayDocument, topics: Mapping[str, str], questions: Mapping[str, str]) -> Iterator[str]:
    yield msg("event {event}", event=day["event"])
    yield counted("{count} hand was raised", "{count} hands were raised", day["raised"])
    yield msg("answered: {number} ({by_notice} by a notice); lowered by the team: {lowered}",
              number=day["answered"], by_notice=day["by_notice"], lowered=day["lowered"])  # fmt: skip
    if day["median_seconds"] is not None and day["ninetieth_seconds"] is not None:
        yield msg("until somebody came: half within {median}, nine of ten within {ninetieth}",
                  median=_minutes(day["median_seconds"]), ninetieth=_minutes(day["ninetieth_seconds"]))  # fmt: skip
    if day["oldest_seconds"] is not None:
        yield msg("nobody has taken the oldest hand for {time}", time=_minutes(day["oldest_seconds"]))
    for name, number in day["topics"].items():
        yield msg("  {what}: {number}", what=topics[name], number=number)
    if day["causes"]:
        found = [msg("{code}: {number}", code=code, number=number) for code, number in day["causes"].items()]
        yield msg("causes that the doctor found: {causes}", causes=joined(", ", found))
    yield counted("{count} notice was shown", "{count} notices were shown", day["notices"])
    yield counted("{count} browser answered the survey", "{count} browsers answered the survey", day["survey_answers"])
    for each in day["survey"]:
        counts = joined(", ", [msg("{value}: {number}", value=value, number=number)
                               for value, number in each["counts"].items()])  # fmt: skip
        mean = "" if each["mean"] is None else f" ({each['mean']:.1f})"
        yield msg("  {question} {counts}{mean}", question=questions[each["question"]], counts=counts, mean=mean)
    for words in day["survey_words"]:
        yield msg("  “{words}”", words=words)


def _minutes(seconds: float) -> str:
    """Return minutes and seconds, as 3:07."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
