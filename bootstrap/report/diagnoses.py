"""The total of several teams' diagnoses: how many have problems, and which teams have the same one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from bootstrap.doctor.finding import Diagnosis, Finding, Severity
from bootstrap.engine.outcomes import natural
from bootstrap.engine.results import ANY_ACCOUNT
from bootstrap.errors import INTERRUPTED, READY, catalogue, clean
from bootstrap.errors.message import counted, identity, msg, replaced, some
from bootstrap.report import diagnosis, documents, problems, words
from bootstrap.report.documents import DiagnosesDocument
from bootstrap.report.translations import catalogue as translated
from bootstrap.report.translations import current, shown
from bootstrap.report.words import listed, utc


@dataclass(frozen=True, slots=True)
class SeenIn:
    """The same sight in these teams, by these examinations. Of several teams, the account's id is left out."""

    seen: str
    teams: tuple[str, ...]
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """The problems with one code, or of one examination without a code; and what was seen, with the teams."""

    code: str | None
    about: str
    severity: Severity
    sights: tuple[SeenIn, ...]

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams, each once."""
        return tuple(sorted({team for each in self.sights for team in each.teams}, key=natural))


def alike(diagnoses: Sequence[Diagnosis]) -> tuple[Alike, ...]:
    """Return the problems and what could not be examined, by code; those of most teams first."""
    groups: dict[tuple[Severity, str], dict[str, list[tuple[Diagnosis, Finding]]]] = {}
    for each in diagnoses:
        for finding in each.of(Severity.TROUBLE, Severity.UNSEEN):
            # What could not be examined for the same reason is one thing: of a closed account that is everything.
            alone = "" if finding.severity is Severity.UNSEEN else finding.about
            common = identity(replaced(finding.seen, each.account_id, ANY_ACCOUNT))
            same = groups.setdefault((finding.severity, finding.code or alone), {})
            same.setdefault(common, []).append((each, finding))
    made = (_alike(severity, same) for (severity, _), same in groups.items())
    return tuple(sorted(made, key=lambda each: (list(Severity).index(each.severity), -len(each.teams))))


def _alike(severity: Severity, groups: dict[str, list[tuple[Diagnosis, Finding]]]) -> Alike:
    first = next(iter(groups.values()))[0][1]
    sights = []
    for same in groups.values():
        where, finding = same[0]
        teams = tuple(dict.fromkeys(each.team for each, _ in same))
        seen = finding.seen if len(teams) == 1 else replaced(finding.seen, where.account_id, ANY_ACCOUNT)
        sights.append(SeenIn(seen, teams, tuple(dict.fromkeys(each.about for _, each in same))))
    return Alike(first.code, first.about, severity, tuple(sights))


def exit_code(diagnoses: Sequence[Diagnosis], interrupted: bool = False) -> int:
    """Return the worst of the teams' exit codes; 130 if the examination was interrupted."""
    return INTERRUPTED if interrupted else max((each.exit_code for each in diagnoses), default=READY)


def show(stream: TextIO, diagnoses: Sequence[Diagnosis], seconds: float, output: str, interrupted: bool) -> None:
    """Write the total, as text or as a document."""
    if output == "json":
        problems.print_to(stream, documents.dumps(document(diagnoses, seconds, interrupted)))
        return
    width = diagnosis.width_of(stream) if stream.isatty() and output != "plain" else None
    problems.print_to(stream, "")
    for indent, text in _lines(diagnoses, seconds):
        for line in diagnosis.folded(text, width, indent):
            problems.print_to(stream, line)


def _lines(diagnoses: Sequence[Diagnosis], seconds: float) -> Iterator[tuple[int, str]]:
    """Yield the lines, each with its indent."""
    well = sum(each.well for each in diagnoses)
    numbers = [counted("{count} team without problems", "{count} teams without problems", well)]
    ill = sum(bool(each.of(Severity.TROUBLE)) for each in diagnoses)
    if ill:
        numbers.append(counted("{count} team with problems", "{count} teams with problems", ill))
    if unseen := len(diagnoses) - well - ill:
        numbers.append(counted("{count} team not examined completely", "{count} teams not examined completely", unseen))
    calls = words.calls(sum(each.api_calls for each in diagnoses))
    cost = {"seconds": f"{seconds:.1f}", "calls": calls}
    yield 0, shown(msg("{numbers} ({seconds} s, {calls})", numbers=listed(numbers), **cost))
    for each in alike(diagnoses):
        teams = counted("{count} team", "{count} teams", len(each.teams))
        code, title = (each.code or "", _title(each))
        line = shown(msg("{title}: {teams}", title=title, teams=teams))
        yield 2, " ".join(part for part in (code, line) if part)
        for sight in each.sights:
            seen = clean(sight.seen)
            if each.severity is Severity.UNSEEN:
                seen = msg("{about}: {seen}", about=some(sight.about, 3), seen=seen)
            yield 4, shown(msg("{seen}: {teams}", seen=seen, teams=", ".join(sight.teams)))


def _title(each: Alike) -> str:
    if each.severity is Severity.UNSEEN:
        return shown(msg("not examined"))
    known = catalogue().get(each.code or "")
    return translated(current()).gettext(known.title) if known else each.about


def document(diagnoses: Sequence[Diagnosis], seconds: float, interrupted: bool) -> DiagnosesDocument:
    """Return the total as a JSON document, in English."""
    return {
        "type": "diagnoses",
        "schema": documents.SCHEMA,
        "event": diagnoses[0].event if diagnoses else "",
        "at": utc(max((each.at for each in diagnoses), default=0.0)),
        "teams": len(diagnoses),
        "well": sum(each.well for each in diagnoses),
        "interrupted": interrupted,
        "problems": [
            {
                "code": each.code,
                "severity": each.severity.value,
                "about": each.about,
                "teams": list(each.teams),
                "seen": [
                    {"seen": clean(sight.seen), "teams": list(sight.teams), "about": list(sight.about)}
                    for sight in each.sights
                ],
            }
            for each in alike(diagnoses)
        ],
        "api_calls": sum(each.api_calls for each in diagnoses),
        "seconds": round(seconds, 3),
        "exit_code": exit_code(diagnoses, interrupted),
    }


def show_each(stream: TextIO, diagnoses: Sequence[Diagnosis], output: str, all_of_it: bool = False) -> None:
    """Write the report of each team, in order. Of several teams, those without problems and notes get one line."""
    if output != "json" and any(told.severity is not Severity.FINE for each in diagnoses for told in each.findings):
        # After the lines of what was found at once.
        problems.print_to(stream, "")
    for each in diagnoses:
        brief = len(diagnoses) > 1 and not all_of_it and each.well and not each.of(Severity.NOTE)
        if brief:
            diagnosis.show_well(stream, each, output)
        else:
            diagnosis.show(stream, each, output, all_of_it)
            if len(diagnoses) > 1:
                problems.print_to(stream, "")
