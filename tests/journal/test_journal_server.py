"""The journal on a PostgreSQL server that comes and goes."""

from __future__ import annotations

import gc
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.engine.outcomes import cleaned
from bootstrap.engine.states import Outcome
from bootstrap.errors import BadInput, Troubled
from bootstrap.journal.journal import Journal
from bootstrap.journal.tables import metadata
from tests.journal.test_journal import ILL, failed, happened, plan, ran
from tests.postgresql import PASSWORD, Server
from tests.report.secrets import PLANTED, SECRETS

pytestmark = pytest.mark.postgresql


def test_a_server_that_is_away_for_a_while_stops_nothing_and_loses_nothing(postgresql: Server, tmp_path: Path) -> None:
    journal = Journal(postgresql.database(), tmp_path)
    run = plan()
    journal.begin(run, "an-operator")
    journal.record(happened(run, "team-1", "access", Outcome.READY, 1))
    assert journal.flush(60)
    postgresql.stop()
    began = time.monotonic()
    journal.record(happened(run, "team-1", "smoke", Outcome.CHANGED, 2))
    journal.act("console", "cars", "a link while nobody listens", team="team-1")
    assert time.monotonic() - began < 0.2
    assert not journal.flush(0.3)
    postgresql.start()
    journal.record(happened(run, "team-2", "access", Outcome.READY, 1))
    assert journal.flush(10)
    assert len(journal.last_outcomes("cars")) == 3
    assert len(journal.actions("cars")) == 1
    assert journal.close() == ()
    assert list(tmp_path.iterdir()) == []


def test_connections_that_are_cut_off_are_made_again(postgresql: Server, tmp_path: Path) -> None:
    with Journal(postgresql.database(), tmp_path) as journal:
        ran(journal, plan(), ILL)
        assert journal.flush(60)
        assert postgresql.terminate() >= 1
        ran(journal, plan("run-2"), ILL)
        assert journal.flush(10)
        assert postgresql.terminate() >= 1
        assert [each.id for each in journal.runs("cars")] == ["run-1", "run-2"]


def test_what_it_never_took_lies_beside_event_yaml_until_the_next_command(postgresql: Server, tmp_path: Path) -> None:
    url, other = postgresql.database(), postgresql.database()
    journal = Journal(url, tmp_path / "beside")
    postgresql.stop()
    ran(journal, plan(), ILL)
    (problem,) = journal.close(0.2)
    postgresql.start()
    assert problem.code == "EB-396"
    assert "nothing is lost" in problem.what
    assert Path(problem.where).parent == tmp_path / "beside"
    assert PASSWORD not in str(problem)
    Journal(other, tmp_path / "beside").close()
    with Journal(url, tmp_path / "beside") as again:
        assert len(again.last_outcomes("cars")) == 6
        assert failed(again, "cars") == ("team-2", "team-10")
    assert list((tmp_path / "beside").iterdir()) == []


# The connection that hung is left to the end of the process.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_hangs_holds_nobody_up_and_nothing_is_lost(postgresql: Server, tmp_path: Path) -> None:
    url = postgresql.database()
    journal = Journal(url, tmp_path)
    journal.begin(plan(), "an-operator")
    assert journal.flush(60)
    with postgresql.hung():
        began = time.monotonic()
        ran(journal, plan(), ILL)
        time.sleep(0.3)
        journal.act("console", "cars", "a link while it hangs")
        (problem,) = journal.close(0.2)
        assert time.monotonic() - began < 4
    assert "nothing is lost" in problem.what
    with Journal(url, tmp_path) as again:
        assert len(again.last_outcomes("cars")) == 6
        assert len(again.actions("cars")) == 1
        assert len(again.runs("cars")) == 1
    for thread in threading.enumerate():
        if thread.name == "journal":
            thread.join(5)
    del journal
    gc.collect()


def test_two_first_commands_at_once_both_find_the_tables(postgresql: Server) -> None:
    for _ in range(3):
        url, gate = postgresql.database(), threading.Barrier(4)
        troubles: list[object] = []

        def first(url: str = url, troubles: list[object] = troubles, gate: threading.Barrier = gate) -> None:
            gate.wait()
            try:
                with Journal(url) as journal:
                    journal.act("console", "cars", "a link")
            except BadInput as error:
                troubles.append(error)

        threads = [threading.Thread(target=first) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert troubles == []
        with Journal(url) as journal:
            assert len(journal.actions("cars")) == 4


def test_texts_that_postgresql_would_refuse_are_made_to_fit(postgresql: Server) -> None:
    with Journal(postgresql.database()) as journal:
        journal.act("a-command-with-a-name-of-much-more-than-32-characters", "cars", "a NUL\0 in it", team="t" * 500)
        assert journal.flush(60)
        (action,) = journal.actions("cars")
        assert action.detail == "a NUL in it"
        assert journal.close() == ()


def test_no_secret_reaches_the_server(postgresql: Server) -> None:
    url, said = postgresql.database(), PLANTED["detail"]
    with Journal(url) as journal:
        run = plan()
        journal.begin(run, "someone@example.com")
        journal.record(cleaned(replace(happened(run, "team-1", "access", Outcome.FAILED, 1), **PLANTED)))
        journal.act(said, said, said, team=said, account_id=said, outcome=said, actor=said)
        assert journal.flush(60)
    written = str([postgresql.query(url, f"select each::text from {name} each") for name in metadata.tables])
    assert "access" in written
    assert [each for each in SECRETS if each in written] == []


def test_a_database_of_another_encoding_gives_back_what_it_was_given(postgresql: Server) -> None:
    # initdb makes it where no locale is set.
    with Journal(postgresql.database("SQL_ASCII")) as journal:
        journal.act("console", "cars", "链接", team="队伍")
        assert journal.flush(60)
        (action,) = journal.actions("cars", "队伍")
        assert (action.team, action.detail) == ("队伍", "链接")


def test_no_message_shows_the_password(postgresql: Server) -> None:
    url = postgresql.database()
    wrong = [
        url.replace("operator:", "nobody:"),
        re.sub(r":\d+/", ":1/", url),
        f"{url}-not-there",
        re.sub(r":\d+/", ":port/", url),
        re.sub(r"@127.*", "@", url),
        f"{url}?sslmode=nonsense",
        url.replace("postgresql:", "mysql:"),
    ]
    for each in wrong:
        with pytest.raises(BadInput) as caught:
            Journal(each)
        (problem,) = caught.value.problems
        assert problem.code == "EB-395"
        assert problem.cause
        assert "hunter2" not in str(problem)


def test_a_question_that_gets_no_answer_is_said_in_words(postgresql: Server) -> None:
    with Journal(postgresql.database()) as journal:
        postgresql.stop()
        try:
            with pytest.raises(Troubled) as caught:
                journal.last_outcomes("cars")
        finally:
            postgresql.start()
    assert caught.value.problems[0].code == "EB-523"
