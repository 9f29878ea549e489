"""The views of a run, each fed with the same made-up events."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap import report
from bootstrap.engine import results
from bootstrap.engine.outcomes import CleanEvent, Result, RunPlan, Summary, cleaned
from bootstrap.engine.results import Tally
from bootstrap.engine.run_kind import RunKind
from bootstrap.engine.states import AGAIN, NOTE, Outcome
from bootstrap.errors.message import msg
from bootstrap.report import Reporter, Reporters, html, readiness, translations, tty, words
from bootstrap.report.ndjson import NdjsonReport, event_line
from bootstrap.report.overview import of_run
from bootstrap.report.plain import PlainReport, heartbeat
from tests import schemas
from tests.report import made_up
from tests.report.secrets import PLANTED, SECRETS
from tests.terminal import Screen

STATES = {"ready", "changed", "planned", "waiting", "blocked", "failed", "skipped"}


def show(reporter: Reporter, run: RunPlan, *, extra: list[CleanEvent] | None = None) -> Summary:
    events = [*made_up.events(run), *(extra or [])]
    tally = Tally(run.accounts)
    reporter.begin(run, tally)
    for event in events:
        tally.take(event)
        reporter.event(event)
        reporter.tick(event.at)
    summary = results.fold(run, events, api_calls=61)
    reporter.end(summary)
    return summary


def planted(run: RunPlan) -> list[CleanEvent]:
    event = next(each for each in made_up.events(run) if each.step == "smoke")
    return [cleaned(replace(event, state=Outcome.FAILED, **PLANTED))]


# json


def test_ndjson_is_a_header_then_events_then_a_summary() -> None:
    out, run = io.StringIO(), made_up.plan(6, scenario="today")
    summary = show(NdjsonReport(out), run)
    header, *events, last = schemas.read(out.getvalue())
    assert (header["type"], header["schema"], header["accounts"]) == ("header", 2, 6)
    assert {each["type"] for each in events} == {"event"}
    assert len(events) == len(made_up.events(run))
    assert (last["type"], last["result"], last["exit_code"], last["api_calls"]) == ("summary", "failed", 1, 61)
    assert last["labs"] == {"ground-truth": "failed", "notebook": "failed", "tuning": "failed"}
    assert last["seconds"] == round(summary.seconds, 3)


def test_ndjson_names_every_step_of_every_account_with_one_of_seven_states() -> None:
    out, run = io.StringIO(), made_up.plan(3)
    show(NdjsonReport(out), replace(run, accounts=run.accounts))
    last = json.loads(out.getvalue().splitlines()[-1])
    assert [each["team"] for each in last["accounts"]] == ["team-1", "team-2", "team-3"]
    for account in last["accounts"]:
        assert list(account["steps"]) == [step.id for step in made_up.STEPS]
        assert {step["state"] for step in account["steps"].values()} <= STATES
        assert account["result"] == "ready"
        assert account["labs"] == {"ground-truth": "blocked", "notebook": "ready", "tuning": "ready"}


def test_ndjson_is_the_same_bytes_for_the_same_events_and_times_are_utc() -> None:
    texts = []
    for _ in range(2):
        out = io.StringIO()
        show(NdjsonReport(out), made_up.plan(4))
        texts.append(out.getvalue())
    assert texts[0] == texts[1]
    assert '"at":"2026-11-23T' in texts[0]
    assert re.search(r'"at":"[0-9T:.-]+Z"', texts[0])


def test_ndjson_is_english_and_says_how_a_detail_was_made() -> None:
    run = made_up.plan(1)
    plain = made_up.events(run)[0]
    first = replace(plain, detail=msg("the line is empty"))
    translations.use("zh")
    try:
        made, bare = event_line(first), event_line(plain)
    finally:
        translations.use("en")
    assert (made["detail"], made["message"]) == ("the line is empty", {"id": "the line is empty", "args": {}})
    assert "message" not in bare


# another language


@pytest.fixture
def chinese() -> Iterator[None]:
    translations.use("zh")
    yield
    translations.use("en")


@pytest.mark.usefixtures("chinese")
def test_lines_tables_and_next_commands_are_in_the_language_of_the_terminal() -> None:
    out, err, run = io.StringIO(), io.StringIO(), made_up.plan(40)
    changed = replace(made_up.events(run)[0], state=Outcome.CHANGED, detail=msg("the line is empty"))
    show(PlainReport(out, err), run, extra=[changed])
    text = out.getvalue()
    assert "provision cars-2026：40 个账户" in err.getvalue()
    for said in ("该行为空", "✗ 失败", "3 个参赛队：team-5、team-17、team-34", "步骤（从左到右）：access, marker"):
        assert said in text
    assert "只影响可选实验：ground-truth" in text
    assert "下一步：event-bootstrap status team-5    逐步查看一个账户" in text
    assert "下一步" not in err.getvalue()


# plain


def test_plain_says_each_change_once_and_nothing_moves() -> None:
    out, err, run = io.StringIO(), io.StringIO(), made_up.plan(2)
    reporter = PlainReport(out, err)
    reporter.begin(run, Tally(run.accounts))
    first = made_up.events(run)[0]
    for detail, state in (("1 of 3", Outcome.WORKING), ("2 of 3", Outcome.WORKING), ("done", Outcome.CHANGED)):
        reporter.event(replace(first, state=state, detail=detail, settled=state is Outcome.CHANGED))
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r"\d\d:\d\d:\d\d team-1 access working  1 of 3", lines[0])
    assert "\x1b" not in out.getvalue() + err.getvalue()
    assert "\r" not in out.getvalue() + err.getvalue()


def test_a_heartbeat_comes_every_30_seconds_of_the_runs_clock_on_stderr() -> None:
    out, err, run = io.StringIO(), io.StringIO(), made_up.plan(2)
    reporter = PlainReport(out, err)
    reporter.begin(run, Tally(run.accounts))
    for second in range(0, 91, 5):
        reporter.tick(run.began + second)
    beats = [line for line in err.getvalue().splitlines() if " -- " in line]
    assert len(beats) == 3
    assert beats[0].endswith("0/2 done, 2 queued, about 7 min left")
    assert out.getvalue() == ""


def test_a_heartbeat_names_the_oldest_that_is_still_open() -> None:
    run = made_up.plan(20)
    board = Tally(run.accounts)
    for event in made_up.events(run):
        if event.at < run.began + 600:
            board.take(event)
    said = heartbeat(of_run(run, board, run.began + 600))
    assert re.fullmatch(
        r"0/20 done, \d+ working, 2 failed, oldest: team-\d+ \S+ \d+:\d\d, about 7 min left or more; quotas of .*", said
    )


def test_a_heartbeat_does_not_wait_for_an_account_that_the_run_has_left_alone() -> None:
    run = made_up.plan(2)
    board = Tally(run.accounts)
    begun = [each for each in made_up.events(run) if each.at < run.began + 600]
    for event in begun:
        board.take(event)
    last = next(each for each in reversed(begun) if each.team == "team-1" and not each.settled)
    assert "oldest: team-1" in heartbeat(of_run(run, board, run.began + 900))
    board.take(cleaned(replace(last, seq=999, state=Outcome.ELSEWHERE, at=run.began + 700)))
    found = of_run(run, board, run.began + 900)
    assert "1 left alone" in heartbeat(found)
    assert "oldest: team-2" in heartbeat(found)
    # Nor does the live view show its steps as going on.
    assert {team for each in found.going for team in each.teams} == {"team-2"}


def test_the_plain_end_has_a_row_a_team_failures_first_and_causes_once() -> None:
    out, run = io.StringIO(), made_up.plan(40)
    show(PlainReport(out, io.StringIO()), run)
    text = out.getvalue()
    table = text[text.index("team     result") :]
    assert [line.split()[:3:2] for line in table.splitlines()[1:4]] == [["team-5", "failed"], ["team-17", "failed"],
                                                                        ["team-34", "failed"]]  # fmt: skip
    assert table.count("EB-390 An error") == 1
    assert "3 teams: team-5, team-17, team-34" in table
    assert "event-bootstrap explain EB-390" in table
    assert table.index("affects only optional labs: ground-truth") < table.index("Ground Truth is not available")
    assert "next: event-bootstrap status team-5" in table
    assert not [line for line in table.splitlines() if line != line.rstrip()]


def test_what_differs_in_a_cause_is_listed_and_of_many_it_is_said_how_many_more() -> None:
    run, out = made_up.plan(9), io.StringIO()
    smoke = next(each for each in made_up.events(run) if each.step == "smoke")
    events = [
        cleaned(replace(smoke, team=each.team, account_id=each.account_id, state=Outcome.FAILED, settled=True,
                        code="EB-350", cause=None, detail=msg("bucket {bucket} is not there", bucket=each.team)))
        for each in run.accounts
    ]  # fmt: skip
    summary = results.fold(run, events)
    readiness.write(out, run, summary)
    first = run.accounts[0].team
    assert f"found  {first}: bucket {first} is not there" in out.getvalue()
    assert out.getvalue().count(" is not there") == 6
    assert "3 more; --output json lists them all" in out.getvalue()
    page = html.render(run, summary, made_at=0.0)
    assert all(f"bucket {each.team} is not there" in page for each in run.accounts)
    (cause,) = summary.causes
    assert [each.teams for each in cause.said] == [(each.team,) for each in run.accounts]


def test_accounts_of_another_run_have_one_line_and_an_interrupted_run_says_what_it_has_not_begun() -> None:
    run, out = made_up.plan(4), io.StringIO()
    plain, tally = PlainReport(out, io.StringIO()), Tally(run.accounts)
    plain.begin(run, tally)
    first = next(iter(made_up.events(run)))
    events = [
        cleaned(replace(first, team=each.team, account_id=each.account_id, state=Outcome.ELSEWHERE, settled=True,
                        code="EB-520", cause="EB-520:ana", detail="ana works here", unseen=True))
        for each in run.accounts[1:]
    ]  # fmt: skip
    for event in events:
        tally.take(event)
        plain.event(event)
    plain.end(results.fold(run, events, interrupted=True))
    (line,) = [each for each in out.getvalue().splitlines() if each.endswith("ana works here") and "3 teams" in each]
    assert "EB-520" in line
    assert "interrupted: 3 accounts finished; 1 account not begun" in out.getvalue()
    assert "skipped" not in out.getvalue()
    assert "continues where this run stopped" in out.getvalue()


def test_accounts_on_hold_for_the_same_reason_by_other_people_have_lines_of_their_own() -> None:
    run, out = made_up.plan(3), io.StringIO()
    plain = PlainReport(out, io.StringIO())
    plain.begin(run, Tally(run.accounts))
    first = next(iter(made_up.events(run)))
    for account, who in zip(run.accounts, ("ana", "ana", "bo"), strict=True):
        left = replace(first, team=account.team, account_id=account.account_id, state=Outcome.ELSEWHERE, settled=True,
                       code="EB-735", cause="EB-735:fees", detail=f"on hold: fees ({who})", unseen=True)  # fmt: skip
        plain.event(cleaned(left))
    plain.tick(run.began)
    lines = [line.split(maxsplit=1)[1] for line in out.getvalue().splitlines()]
    assert lines == [
        "2 teams: team-1, team-2 left alone EB-735  on hold: fees (ana)",
        "1 team: team-3 left alone EB-735  on hold: fees (bo)",
    ]


def test_what_comes_next_depends_on_what_was_seen_and_on_what_fixes_it() -> None:
    run = made_up.plan(5, kind=RunKind.STATUS)
    told = [replace(each, facts={AGAIN: True}) for each in made_up.events(run)]
    alone = replace(run, accounts=run.accounts[4:])
    _, plain = readiness.next_lines(run, results.fold(run, made_up.events(run)))
    assert plain.split("  ")[3] == "event-bootstrap provision --failed"
    first, second = readiness.next_lines(alone, results.fold(alone, told))
    assert "event-bootstrap plan team-5" in first
    assert "event-bootstrap provision --failed --again" in second


def test_a_thousand_teams_end_in_a_table_that_a_person_can_read() -> None:
    out, run = io.StringIO(), made_up.plan(1000)
    summary = results.fold(run, made_up.events(run))
    readiness.write(out, run, summary)
    lines = out.getvalue().splitlines()
    assert len([line for line in lines if line.startswith("team-")]) < 200
    assert any("more teams: ready" in line for line in lines)
    assert (
        len([line for line in lines if line.startswith("team-") and "failed" in line]) == summary.counts[Result.FAILED]
    )


def test_a_plan_lists_what_would_change_once_with_its_teams() -> None:
    run = made_up.plan(3, kind=RunKind.PLAN)
    events = [replace(each, state=Outcome.PLANNED, settled=True, code=None) for each in made_up.events(run)]
    out = io.StringIO()
    readiness.write(out, run, results.fold(run, events))
    assert out.getvalue().count("access is up to date  (team-1, team-2, team-3)") == 1
    assert "next: event-bootstrap provision" in out.getvalue()


def test_what_a_ready_step_has_to_say_stands_at_the_end_once_with_its_teams() -> None:
    run = made_up.plan(2)
    events = [replace(each, state=Outcome.READY, settled=True, code=None) for each in made_up.events(run)]
    noted = [replace(each, facts={NOTE: True}) if each.step == "access" else each for each in events]
    out = io.StringIO()
    readiness.write(out, run, results.fold(run, noted))
    told = out.getvalue().split("worth knowing")[1]
    assert "access is up to date  (team-1, team-2)" in told
    assert "smoke" not in told


# the live view


def test_the_live_view_is_drawn_at_its_own_pace_however_many_events_come() -> None:
    err, run = Screen(), made_up.plan(200)
    began = time.monotonic()
    show(tty.LiveReport(io.StringIO(), err), run)
    most = 2 + (time.monotonic() - began) / 0.125
    assert err.getvalue().count("200 accounts") <= most


def test_after_the_live_view_the_table_is_on_stdout() -> None:
    out, err = Screen(), Screen()
    show(tty.LiveReport(out, err), made_up.plan(6))
    assert "steps, left to right" in out.getvalue()
    assert "steps, left to right" not in err.getvalue()


def test_no_color_leaves_glyphs_and_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    out, err = Screen(), Screen()
    show(tty.LiveReport(out, err), made_up.plan(6))
    coloured = re.findall(r"\x1b\[[0-9;]*3[0-9][0-9;]*m", out.getvalue() + err.getvalue())
    assert coloured == []
    assert "✗ failed" in out.getvalue()


def test_a_stream_without_unicode_gets_signs_that_it_has() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    run = made_up.plan(6)
    readiness.write(stream, run, results.fold(run, made_up.events(run)))
    stream.flush()
    assert b"x failed" in raw.getvalue()


# html


@pytest.mark.parametrize("output", ["json", "plain", "tty"])
def test_no_secret_reaches_any_view(output: str, tmp_path: Path) -> None:
    run, out, err = made_up.plan(3), io.StringIO(), io.StringIO()
    reporters = report.choose(output, html=tmp_path / "report.html", stdout=out, stderr=err)
    show(reporters, run, extra=planted(run))
    shown = out.getvalue() + err.getvalue() + (tmp_path / "report.html").read_text(encoding="utf-8")
    assert reporters.troubles == []
    assert "<access key>" in out.getvalue() or "&lt;access key&gt;" in shown
    assert [each for each in SECRETS if each in shown] == []


def test_auto_is_live_only_where_the_talk_goes_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for err, live in ((Screen(), True), (io.StringIO(), False)):
        out = io.StringIO()
        show(report.choose("auto", stdout=out, stderr=err), made_up.plan(1))
        assert ("access ready" not in out.getvalue()) is live
        assert "steps, left to right" in out.getvalue()
    monkeypatch.setenv("TERM", "dumb")
    err = Screen()
    show(report.choose("auto", stdout=io.StringIO(), stderr=err), made_up.plan(1))
    assert "\x1b" not in err.getvalue()


class Broken(PlainReport):
    def event(self, event: CleanEvent) -> None:
        raise self.error

    error: Exception = ValueError("no more ink")


def test_a_view_that_breaks_stops_neither_the_run_nor_the_other_views() -> None:
    out = io.StringIO()
    reporters = Reporters([Broken(io.StringIO(), io.StringIO()), NdjsonReport(out)])
    show(reporters, made_up.plan(1))
    assert schemas.read(out.getvalue())[-1]["type"] == "summary"
    [told] = reporters.troubles
    assert re.fullmatch(r"Broken: an error in event-bootstrap: ValueError at report/reporter\.py:\d+", told)


def test_a_reader_that_went_away_is_no_trouble() -> None:
    broken = Broken(io.StringIO(), io.StringIO())
    broken.error = BrokenPipeError()
    reporters = Reporters([broken])
    show(reporters, made_up.plan(1))
    assert reporters.troubles == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (7.9, "0:07"), (760, "12:40"), (3723, "1:02:03"), (-5, "0:00")]
)
def test_durations_read_like_a_clock(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text
