"""Many accounts are examined at the same time: what is told when, how long it takes, and what Ctrl-C leaves."""

from __future__ import annotations

import io
import threading
from dataclasses import replace

from bootstrap.doctor import Diagnosis, Finding, Progressed, Severity
from bootstrap.errors.message import msg
from bootstrap.report import diagnoses
from bootstrap.report.examining import Lines
from tests import schemas
from tests.terminal import Screen

NO_CORS = Finding(Severity.TROUBLE, "stack:buckets", msg("bucket {bucket} has no rule", bucket="b-111"), "EB-534")


def ill(team: str, account: str, *findings: Finding) -> Diagnosis:
    return Diagnosis(team, account, "ap-northeast-1", "cars", 0.0, findings, (), 1.0, 50)


def total(*found: Diagnosis) -> str:
    stream = io.StringIO()
    diagnoses.show(stream, found, 12.0, "plain", False)
    return stream.getvalue()


def test_the_total_groups_by_code_and_what_differs_stays_visible() -> None:
    other = replace(NO_CORS, seen=msg("bucket {bucket} has no rule", bucket="b-222"))
    stopped = Finding(Severity.TROUBLE, "notebook", "notebook is stopped", "EB-535")
    unseen = Finding(Severity.UNSEEN, "endpoints", "not examined: denied")
    found = (
        ill("team-10", "111", NO_CORS),
        ill("team-9", "222", other, stopped),
        ill("team-2", "333", replace(stopped, seen="another notebook is stopped")),
        ill("team-3", "444", unseen),
        ill("team-4", "555"),
    )
    assert total(*found).splitlines() == [
        "",
        "1 team without problems, 3 teams with problems, 1 team not examined completely (12.0 s, 250 calls)",
        "  EB-534 The bucket has no CORS rule: 2 teams",
        "    bucket b-<account> has no rule: team-10, team-9",
        "  EB-535 The notebook instance is stopped: 2 teams",
        "    notebook is stopped: team-9",
        "    another notebook is stopped: team-2",
        "  not examined: 1 team",
        "    endpoints: not examined: denied: team-3",
    ]
    stream = io.StringIO()
    diagnoses.show(stream, found, 12.0, "json", False)
    (document,) = schemas.read(stream.getvalue())
    assert (document["teams"], document["well"], document["exit_code"]) == (5, 1, 1)
    assert document["problems"][0]["teams"] == ["team-9", "team-10"]


def test_the_total_names_the_examinations_where_the_code_does_not_tell_them_apart() -> None:
    denied = Finding(Severity.UNSEEN, "endpoints", "not examined: denied", "EB-317")
    slow = Finding(Severity.TROUBLE, "clock", "it is late")
    found = (
        ill("team-1", "111", denied, slow),
        ill("team-2", "222", replace(denied, about="quotas"), replace(slow, about="lessons")),
    )
    assert total(*found).splitlines()[2:] == [
        "  clock: 1 team",
        "    it is late: team-1",
        "  lessons: 1 team",
        "    it is late: team-2",
        "  EB-317 not examined: 2 teams",
        "    endpoints, quotas: not examined: denied: team-1, team-2",
    ]


def test_findings_come_as_they_are_found_and_progress_is_redrawn_in_one_line_of_a_terminal() -> None:
    out, err = io.StringIO(), Screen()
    view = Lines(out, err)
    view.begin(["atlas"])
    view.progressed(Progressed("atlas", 4, 16, (NO_CORS, Finding(Severity.FINE, "x", "fine"))))
    assert out.getvalue() == "atlas: ✗ EB-534 stack:buckets: bucket b-111 has no rule\n"
    assert err.getvalue().startswith("\r\x1b[Kexamining atlas (0 s)")
    assert "examining atlas: 4 of 16 checks (0 s)" in err.getvalue()
    view.close()
    assert err.getvalue().endswith("\r\x1b[K")
    assert "\n" not in err.getvalue()


def test_documents_come_as_the_accounts_end_and_many_threads_may_tell() -> None:
    out = io.StringIO()
    view = Lines(out, None, as_documents=True)
    teams = [f"team-{number}" for number in range(8)]
    view.begin(teams)
    threads = [threading.Thread(target=view.ended, args=(ill(each, "111", NO_CORS),)) for each in teams]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each["team"] for each in schemas.read(out.getvalue())) == teams
