"""The staff at their pages: who gets in, who takes a hand, what is said to teams, and what is done under whose name."""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from bootstrap.cli.commands import staff
from bootstrap.cli.commands.choice import journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.doctor.finding import FixKind, Severity
from bootstrap.journal import operators
from bootstrap.journal.journal import Journal
from bootstrap.journal.venue import entries, people_codes
from bootstrap.journal.venue.hands import Hands, HandTopic, RaisedHand
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.catch_up import GivenState
from bootstrap.people.hands import finding
from bootstrap.people.hands.finding import HandFinding, HandResult, ToldFinding
from bootstrap.people.web import app
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.sign_in.staff_sign_in import COOKIE
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff.desk_board import DeskBoard
from tests import made_up_journal
from tests.made_up_journal import BEGAN, MadeUp
from tests.people.handouts.test_handouts import LATER

DESK = Address("10.0.0.5", 4600, "desk.example.com", Path("chain.pem"), Path("key.pem"))
NOW = BEGAN + 3600.0
NASTY = "<script>alert('1')</script>\"><img src=x onerror=alert(1)>"
NO_CAPACITY = HandFinding(
    HandResult.FOUND, "EB-340", "EB-340 training us-west-2",
    (ToldFinding(Severity.TROUBLE, "training", "EB-340", "no capacity for ml.g4dn.xlarge", "", "", ""),),
)  # fmt: skip
ROLES = HandFinding(
    HandResult.FOUND, "EB-532", "EB-532 roles",
    (ToldFinding(Severity.TROUBLE, "roles", "EB-532", "a policy is gone", "", "event-bootstrap repair team-1", "",
                 FixKind.COMMAND),),
)  # fmt: skip


@dataclass
class Venue:
    """An event of four teams, its pages, and the codes of its staff."""

    made: MadeUp
    address: Address = DESK
    now: float = NOW
    site: Site = field(init=False)
    server: TestClient = field(init=False)
    journals: list[Journal] = field(default_factory=list)

    def _journal(self) -> Journal:
        self.journals.append(journal_of(self.made.choice))
        return self.journals[-1]

    def __post_init__(self) -> None:
        follower, path = Follower(self.made.choice), self.made.choice.journal_path
        self.site = Site(
            follower, path, self._journal, self.address, Live(follower),
            VenueDatabase(path), now=lambda: self.now,
        )  # fmt: skip
        self.app = app.build(self.site)
        self.hands = Hands(self.site.database, "car-day")

    def browser(self) -> TestClient:
        found = TestClient(self.app, base_url=self.address.url, follow_redirects=False)
        # All in the event loop in which the pages run.
        found.portal = self.server.portal
        return found

    @property
    def codes(self) -> dict[str, str]:
        path = self.made.choice.folder / "handouts" / "staff.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["name"]: row["code"] for row in csv.DictReader(file)}

    def signed_in(self, name: str) -> TestClient:
        client = self.browser()
        answer = client.post("/staff", data={"code": self.codes[name]})
        assert answer.status_code == 303, answer.text
        return client

    def raised(self, number: int, words: str = "", found: HandFinding | None = None) -> RaisedHand:
        hand, _ = self.hands.lift(
            f"team-{number}", str(100000000000 + number), HandTopic.TRAINING, words, "en", self.now
        )  # fmt: skip
        if found:
            self.hands.examined(hand.id, self.now, found.code, found.cause, finding.document(found))
        self.site.hands.look()
        return hand

    def acts(self) -> list[tuple[str, str, str]]:
        """Who did what: actor, detail and outcome; the latest last."""
        for each in self.journals:
            assert each.flush(60)
        path = self.made.choice.folder / "journal.sqlite"
        with sqlite3.connect(path) as connection:
            found = connection.execute("select actor, detail, outcome from actions order by number").fetchall()
        connection.close()
        return [tuple(each) for each in found]


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the event: four teams that are ready; Ana and Bo are on the staff, Chen is a judge."""
    at = tmp_path_factory.mktemp("event")
    made = made_up_journal.event(at, 4)
    text = (at / "event.yaml").read_text(encoding="utf-8")
    for name, moment in LATER.items():
        text = re.sub(rf"(?m)^  {name}: .*", f"  {name}: {moment}", text)
    (at / "event.yaml").write_text(text, encoding="utf-8")
    with made.open() as journal:
        made_up_journal.ran(journal, made.plan())
    staff.add(made.choice, ["Ana", "Bo"])
    staff.add(made.choice, ["Chen"], judge=True)
    return at


def opened(at: Path, to: Path, address: Address = DESK, without: str = "") -> Venue:
    shutil.copytree(at, to, dirs_exist_ok=True)
    made = made_up_journal.MadeUp.of(to)
    if without:
        staff.remove(made.choice, without.split())
    return Venue(made, address)


@pytest.fixture
def venue(event: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Venue]:
    # Look at the database for each request: tests do not wait.
    monkeypatch.setattr(people_codes, "_EVERY", 0.0)
    monkeypatch.setattr(entries, "_EVERY", 0.0)
    found = opened(event, tmp_path)
    with TestClient(found.app, base_url=found.address.url) as found.server:
        yield found


def form(client: TestClient, path: str = "/") -> str:
    found = re.search(r'name="form" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def act(client: TestClient, path: str, **fields: str) -> Response:
    return client.post(path, data={"form": form(client), **fields})


def test_a_code_opens_the_pages_under_the_persons_name(venue: Venue) -> None:
    client = venue.browser()
    assert client.get("/").headers["location"] == "/staff?lang=en&next=%2F"
    answer = client.post("/staff?lang=zh", data={"code": venue.codes["Ana"].lower(), "next": "/notices?lang=zh"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/notices?lang=zh")
    cookie = answer.headers["set-cookie"]
    assert all(each in cookie for each in (COOKIE, "HttpOnly", "Secure", "Path=/", "SameSite=lax"))
    assert "Ana" in client.get("/").text
    assert "/staff/leave" in client.get("/").text
    assert act(client, "/staff/leave").headers["location"].startswith("/staff")
    assert client.get("/").status_code == 303
    assert ("Ana on duty", "signed in to the staff's pages", "done") in venue.acts()


def test_after_the_code_nobody_is_sent_elsewhere(venue: Venue) -> None:
    for onward in ("//evil.example.com", "https://evil.example.com", "http://[", "/\\evil", "/staff", "evil", ""):
        answer = venue.browser().post("/staff", data={"code": venue.codes["Ana"], "next": onward})
        assert answer.headers["location"] == "/?lang=en", onward


def test_wrong_codes_are_paused_and_the_right_one_never(venue: Venue) -> None:
    client = venue.browser()
    answers = [client.post("/staff", data={"code": "AAAA-BBBB-CCCC-DDDD"}) for _ in range(7)]
    assert [each.status_code for each in answers] == [403] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "2"
    assert sum(outcome == "refused" for _, _, outcome in venue.acts()) == 5
    assert client.post("/staff", data={"code": venue.codes["Bo"]}).status_code == 303


def test_a_judges_code_and_an_expired_one_open_nothing(venue: Venue) -> None:
    answer = venue.browser().post("/staff", data={"code": venue.codes["Chen"]})
    assert (answer.status_code, "judge" in answer.text) == (403, True)
    client = venue.signed_in("Ana")
    venue.now = 9_999_999_999.0
    assert client.get("/").status_code == 303
    assert venue.browser().post("/staff", data={"code": venue.codes["Ana"]}).status_code == 403


def test_who_is_removed_or_gets_a_new_code_is_out(venue: Venue) -> None:
    bo, ana = venue.signed_in("Bo"), venue.signed_in("Ana")
    staff.remove(venue.made.choice, ["Bo"])
    assert bo.get("/").status_code == 303
    assert ana.get("/").status_code == 200
    staff.new_code(venue.made.choice, ["Ana"])
    assert ana.get("/changes?view=desk").status_code == 401
    assert venue.signed_in("Ana").get("/").status_code == 200


def test_the_printed_token_opens_nothing_once_somebody_has_a_code(venue: Venue, event: Path, tmp_path: Path) -> None:
    client = venue.browser()
    client.get(f"/?token={venue.site.token}")
    assert client.get("/").headers["location"].startswith("/staff")
    alone = opened(event, tmp_path / "alone", without="Ana Bo")
    with TestClient(alone.app, base_url=DESK.url, follow_redirects=False) as client:
        assert client.get(f"/?token={alone.site.token}").headers["location"] == "/"
        page = client.get("/").text
        assert operators.name_of(operators.here()) in page
        assert "/staff/leave" not in page


def test_the_operators_own_machine_is_asked_nothing(event: Path, tmp_path: Path) -> None:
    here = opened(event, tmp_path, Address())
    with TestClient(here.app, base_url=here.address.url, follow_redirects=False) as client:
        hand = here.raised(1)
        assert act(client, f"/hands/{hand.id}/take").status_code == 303
        found = here.hands.get(hand.id)
        assert found is not None
        assert found.taken_by == operators.here()


def test_of_two_who_take_the_same_hand_one_gets_it_and_the_other_is_told(venue: Venue) -> None:
    hand = venue.raised(1, "it hangs", ROLES)
    ana, bo = venue.signed_in("Ana"), venue.signed_in("Bo")
    page = bo.get("/").text
    assert "event-bootstrap repair team-1" in page
    assert act(ana, f"/hands/{hand.id}/take").status_code == 303
    late = act(bo, f"/hands/{hand.id}/take")
    assert late.status_code == 409
    assert re.search(r"Ana took team-1 at \d\d:\d\d", late.text)
    assert act(bo, f"/hands/{hand.id}/give-back").status_code == 409
    assert act(ana, f"/hands/{hand.id}/give-back").status_code == 303
    assert act(bo, f"/hands/{hand.id}/take").status_code == 303
    assert act(ana, f"/hands/{hand.id}/take-over").status_code == 303
    assert act(bo, f"/hands/{hand.id}/answered").status_code == 303
    assert "Bo answered team-1 already" in act(ana, f"/hands/{hand.id}/answered").text
    assert "No hand is up" in ana.get("/").text
    did = [(actor, said) for actor, said, _ in venue.acts() if "hand" in said]
    assert did == [("Ana on duty", "took the raised hand"), ("Ana on duty", "gave the raised hand back"),
                   ("Bo on duty", "took the raised hand"), ("Ana on duty", "took over the raised hand"),
                   ("Bo on duty", "answered the raised hand")]  # fmt: skip


def test_the_hand_of_a_team_that_was_moved_is_shown_where_the_team_is_now(venue: Venue) -> None:
    venue.hands.lift("team-1", "999999999999", HandTopic.OTHER, "", "en", venue.now)
    venue.site.hands.look()
    assert DeskBoard(venue.site).raised() == {venue.site.files.inputs.accounts[0].account_id}


def test_a_form_of_another_page_changes_nothing(venue: Venue) -> None:
    hand = venue.raised(1)
    ana, bo = venue.signed_in("Ana"), venue.signed_in("Bo")
    path, other = f"/hands/{hand.id}/take", {"origin": "https://evil.example.com"}
    assert ana.post(path, data={"form": form(ana)}, headers={"origin": "http://["}).status_code == 403
    assert ana.post(path, data={"form": form(bo)}).status_code == 403
    assert ana.post(path).status_code == 403
    assert ana.post(path, data={"form": form(ana)}, headers=other).status_code == 403
    assert ana.post(path, data={"form": form(ana)}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert venue.browser().post(path, data={"form": form(ana)}).status_code == 401
    found = venue.hands.get(hand.id)
    assert found is not None
    assert not found.taken_by


def test_the_same_cause_in_several_teams_is_one_card_one_notice_and_one_answer(venue: Venue) -> None:
    for number in (1, 2, 3):
        venue.raised(number, "", NO_CAPACITY)
    ana = venue.signed_in("Ana")
    page = ana.get("/").text
    assert "Same cause, 3 teams" in page
    cause = re.search(r'/notices\?lang=en&amp;cause=([^"]+)', page)
    assert cause
    writing = ana.get(f"/notices?cause={cause[1]}").text
    proposed = re.search(r'name="en"[^>]*>([^<]+)<', writing)
    assert proposed
    assert not re.search(r"team-\d|100000000", proposed[1])
    key = {"cause": "EB-340 training us-west-2", "en": proposed[1], "zh": "容量不足", "whom": "all", "answers": "yes"}
    seen = act(ana, "/notices/preview", **key)
    assert 'class="preview"' in seen.text
    assert act(ana, "/notices/publish", **key).status_code == 303
    assert [each.how for each in venue.hands.all()] == ["notice"] * 3
    assert ("Ana on duty", "published a notice; it answered 3 raised hands", "done") in venue.acts()
    shown = ana.get("/notices").text
    assert "容量不足" in shown
    end = re.search(r'formaction="(/notices/\w+/end)', shown)
    assert end
    assert act(ana, end[1]).status_code == 303
    assert act(ana, end[1]).status_code == 409


def test_all_hands_of_a_card_are_answered_and_no_later_one(venue: Venue) -> None:
    for number in (1, 2):
        venue.raised(number, "", NO_CAPACITY)
    ana = venue.signed_in("Ana")
    ids = re.search(r'name="hands" value="([^"]+)"', ana.get("/").text)
    assert ids
    venue.raised(3, "", NO_CAPACITY)
    assert act(ana, "/answered", hands=ids[1]).status_code == 303
    assert [each.team for each in venue.hands.open()] == ["team-3"]


def test_a_notice_goes_to_the_chosen_teams_and_to_none_by_a_slip(venue: Venue) -> None:
    ana = venue.signed_in("Ana")
    assert act(ana, "/notices/publish", en="Lunch", whom="some").status_code == 422
    assert act(ana, "/notices/publish", en=" ", whom="all").status_code == 422
    written = {"en": "Lunch", "whom": "some", "team:team-2": "on", "id": "1" * 32}
    assert [act(ana, "/notices/publish", **written).status_code for _ in range(2)] == [303, 303]
    venue.site.hands.look()
    assert venue.site.hands.latest
    assert [(each.text_en, each.teams) for each in venue.site.hands.latest.notices] == [("Lunch", ("team-2",))]
    again = act(ana, "/notices/publish", **{**written, "en": "Dinner"})
    assert (again.status_code, "Dinner" in again.text) == (422, True)
    fresh = re.search(r'name="id" value="(\w+)"', again.text)
    assert fresh
    assert act(ana, "/notices/publish", **{**written, "en": "Dinner", "id": fresh[1]}).status_code == 303
    assert "Dinner" in ana.get("/notices").text


def test_words_of_teams_and_notices_are_text_wherever_they_stand(venue: Venue) -> None:
    venue.raised(1, NASTY, ROLES)
    ana = venue.signed_in("Ana")
    act(ana, "/notices/publish", en=NASTY, whom="all")
    act(ana, "/teams/team-1/note", said=NASTY)
    for path in ("/", "/notices", "/answers", "/teams/team-1", f"/staff?next={NASTY}"):
        answer = ana.get(path)
        page = answer.text
        assert answer.headers["cache-control"] == "no-store", path
        assert "<script>alert" not in page, path
        assert "<img" not in page
        assert not re.search(r"<script>|<style|\sstyle=|<[^>]*\son[a-z]+=", page), path


def test_the_teams_page_tells_what_is_known_and_keeps_notes(venue: Venue) -> None:
    venue.raised(1, "it hangs", ROLES)
    ana = venue.signed_in("Ana")
    assert act(ana, "/teams/team-1/note", said="  will come back at 3 ").status_code == 303
    page = ana.get("/teams/team-1").text
    for word in ("1000-0000-0001", "a policy is gone", "it hangs", "event-bootstrap doctor team-1",
                 "note: will come back at 3", "stack:roles"):  # fmt: skip
        assert word in page, word
    assert ana.get("/teams/nobody").status_code == 404


def test_a_note_that_is_not_written_yet_is_not_confirmed(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = venue.signed_in("Ana")
    monkeypatch.setattr(Journal, "flush", lambda *_: False)
    answer = act(ana, "/teams/team-1/note", said="the fuse")
    assert (answer.status_code, "do not send it again" in answer.text) == (503, True)


def test_the_answers_of_the_day_have_their_times(venue: Venue) -> None:
    one, two = venue.raised(1), venue.raised(2)
    ana = venue.signed_in("Ana")
    venue.now += 125
    act(ana, f"/hands/{one.id}/answered")
    page = ana.get("/answers").text
    assert re.search(r"team-1</a>.*2:05.*answered.*Ana", page)
    assert "How was the day?" in page
    assert act(ana, "/answers/survey").status_code == 303
    assert venue.site.survey.is_open()
    assert re.search(r'team-2</a>.*<span class="state waiting">', page)
    venue.now += 600
    venue.site.hands.look()
    assert two.id in ana.get("/").text


def test_a_raised_hand_reaches_the_open_desk_at_the_next_look(venue: Venue) -> None:
    board = DeskBoard(venue.site)
    board.changed()
    assert not board.changed()
    venue.raised(4)
    assert board.changed()
    assert not board.changed()


def test_a_finished_state_is_given_by_a_click_where_the_server_may(venue: Venue) -> None:
    ana = venue.signed_in("Ana")
    assert "event-bootstrap lab finish notebook team-1" in ana.get("/teams/team-1").text
    assert act(ana, "/teams/team-1/finish", lab="notebook").status_code == 404
    asked: list[tuple[str, str, str]] = []

    def give(team: str, lab: str, person: str) -> GivenState:
        asked.append((team, lab, person))
        return GivenState(("2 objects written",), 0)

    object.__setattr__(venue.site, "finish", give)
    assert "2 objects written" in act(ana, "/teams/team-1/finish", lab="notebook").text
    assert act(ana, "/teams/team-1/finish", lab="none").status_code == 404
    assert asked == [("team-1", "notebook", "Ana on duty")]
