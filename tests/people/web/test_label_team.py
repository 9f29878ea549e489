"""Labelling under the teams' pages: two servers on one database, against one simulated account."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from bootstrap.cli.commands import handouts, label
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import BadInput, Problem, Troubled
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import holder
from bootstrap.journal.venue.ballots import Ballots
from bootstrap.people.labelling.agreement import LabelsInBucket
from bootstrap.people.labelling.rooms import RoomOptions
from bootstrap.steps.dataset import comparison
from tests import runs
from tests.people.handouts.test_handouts import codes
from tests.people.web.desk import BASE, HOME, Desk
from tests.people.web.label_team import HERE as ADDRESS
from tests.people.web.label_team import Team, line, name, vote

HERE = f"{HOME}/labelling"
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Two teams with codes, of which the first has its bucket, pictures and roles."""
    at = runs.folder(tmp_path_factory.mktemp("event"), teams=2)
    with runs.rehearsed(at) as ran:
        ran.provision("team-1", only=("access", "marker", "stack:buckets", "stack:roles", "materials"), keep=False)
        handouts.make(runs.choice(at), HandoutOptions(BASE))
        yield Team(ran)


@pytest.fixture(scope="module")
def desks(team: Team) -> Iterator[tuple[Desk, Desk]]:
    """Two servers on one journal."""
    with Desk(team.ran).open() as one, Desk(team.ran).open() as other:
        yield one, other


class Person:
    """Somebody of the team with a phone, at one of the servers. `form`: the secret of the page's forms."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.client = TestClient(desk.client.app, base_url=BASE, follow_redirects=True)
        assert self.client.post(HOME, data={"code": desk.code}).status_code == 200
        self.name, self.text = name, self.client.get(HERE).text

    @property
    def form(self) -> str:
        return str(re.findall(r'name="form" value="([^"]+)"', self.text)[0])

    @property
    def picture(self) -> str:
        found = re.search(r'name="picture" value="(\w+)"', self.text)
        return found[1] if found else ""

    def post(self, what: str, headers: dict[str, str] | None = None, **fields: str) -> Response:
        answer = self.client.post(f"{HERE}/{what}", data={"form": self.form, **fields}, headers=headers or {})
        if headers is None:
            self.text = answer.text
        return answer

    def come(self) -> Person:
        assert self.post("name", name=self.name).status_code == 200
        return self

    def vote(self, label: str) -> str:
        assert self.post("vote", picture=self.picture, label=label).status_code == 200, self.text
        return self.text


def begin(team: Team, desk: Desk, pictures: int, workers: int = 1) -> Person:
    """Begin a new job of so many pictures, whatever job there was."""
    numbers = range(1, pictures + 1)
    team.put("labelling/team.manifest", "\n".join(line(team, f"labelling/car-{each:02d}.jpg") for each in numbers))
    desk.now += 11
    starter = Person(desk, "starter")
    before = starter.text
    if "workers" not in before:
        before = starter.client.get(f"{HERE}/another").text
    starter.text = before
    assert f"{pictures} picture" in before
    follows = re.findall(r'name="before" value="([^"]*)"', before)[0]
    assert "Your name" in starter.post("begin", workers=str(workers), before=follows).text
    return starter


def job(starter: Person) -> str:
    """The name of the job that a person sees at its end."""
    return str(re.findall(r"labelled/([\w-]+)/manifests", starter.client.get(HERE).text)[0])


def test_a_team_labels_on_two_servers_and_its_bucket_has_the_files(team: Team, desks: tuple[Desk, Desk]) -> None:
    begin(team, desks[0], 4)
    desks[1].now += 11
    ana, bo = Person(desks[0], "Ana").come(), Person(desks[1], "Bo").come()
    assert ana.picture != bo.picture
    assert "1 of 4" in ana.text or "Picture 1 of 4" in ana.text
    first = ana.picture
    ana.vote("suv")
    bo.vote("sedan")
    assert len({first, ana.picture, bo.picture}) == 3, "no picture is given twice while others are left"
    assert "2 of 4 pictures done; by you: 1" in bo.text
    ana.post("undo")
    assert ana.picture == first, "undone"
    for each in ("suv", "pickup"):
        ana.vote(each)
    bo.vote("hatchback")
    assert "All pictures are labelled" in bo.text
    assert "All pictures are labelled" in ana.vote("suv") if ana.picture else True
    named = job(ana)
    assert "How well did you label?" in until(bo, "How well", "compare")
    assert [each["kind-metadata"]["class-name"] for each in team.output(named)].count("sedan") == 1
    held = json.loads(team.read(f"labelled/{named}/votes.json"))
    assert held["compared"] is True
    assert {each["worker"] for each in held["votes"]} == {"ana", "bo"}
    assert "How well did you label?" in ana.client.get(HERE).text, "on the other server as well"
    again = ana.post("vote", picture=first, label="pickup")
    assert "How well did you label?" in again.text, "nobody corrects an answer by the truth"
    assert desks[0].client.get(HERE).status_code == 303, "not without the code"


def until(person: Person, said: str, first: str) -> str:
    """The page once it says this: the files are written by a thread of the server."""
    text = person.post(first).text
    for _ in range(200):
        if said in text:
            return text
        threading.Event().wait(0.05)
        text = person.client.get(HERE).text
    raise AssertionError(text)


def test_a_script_is_answered_by_what_changes_on_the_page(
    team: Team, desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(team, desks[0], 2)
    ana = Person(desks[0], "Ana").come()
    first = ana.picture
    seat = ana.post("vote", JSON, picture=first, label="suv").json()["seat"]
    assert (seat["which"], seat["undone"], seat["percent"]) == ("Picture 2 of 2", "Undo: picture 1, suv", 50)
    assert ana.post("vote", JSON, picture=first, label="suv").json()["seat"] == seat, "a double click"
    assert ana.post("vote", JSON, picture="0" * 16, label="suv").status_code == 403
    assert ana.post("vote", JSON, picture=seat["picture"], label="sedan").json() == {"open": f"{HERE}?lang=en"}
    answer = ana.client.get(seat["source"])
    assert answer.headers["cache-control"] == "private, max-age=604800, immutable"
    assert answer.content[:2] == b"\xff\xd8"
    monkeypatch.setattr(LabelsInBucket, "picture", lambda *_: None)
    assert Person(desks[0], "Bo").client.get(seat["source"]).content == answer.content, "S3 is not asked again"


def test_without_the_database_the_page_keeps_the_answer_to_be_sent_again(
    team: Team, desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(team, desks[0], 2)
    ana = Person(desks[0], "Ana").come()
    turn = Ballots.turn

    def away(*_: object) -> None:
        raise Troubled([Problem("EB-523", "the journal's database does not answer")])

    monkeypatch.setattr(Ballots, "turn", away)
    picture = ana.picture
    answer = ana.post("vote", JSON, picture=picture, label="suv")
    assert (answer.status_code, answer.json()["code"]) == (503, "EB-523")
    answer = ana.post("vote", picture=picture, label="suv")
    assert answer.status_code == 503
    assert "Send again: picture 1, suv" in answer.text
    assert ana.picture == picture
    monkeypatch.setattr(Ballots, "turn", turn)
    assert "1 of 2 pictures done; by you: 1" in ana.vote("suv")


def test_desk_and_team_do_not_write_the_same_job(team: Team, desks: tuple[Desk, Desk]) -> None:
    starter = begin(team, desks[0], 1)
    starter.come().vote("suv")
    choice = replace(runs.choice(team.ran.at, "team-1"), kind=RunKind.LABEL)
    with pytest.raises(BadInput, match="EB-789"):
        label.label(choice, RoomOptions(job(starter)), ADDRESS, team.said.append)
    me = holder("bo on laptop", "label", "run-9", "cars")
    with (
        Journal(choice.journal_path) as journal,
        closing(journal.leases(me, [team.account.account_id], False, lambda *_: None)),
    ):
        answer = starter.post("begin", {}, workers="1", before=job(starter))
    assert answer.status_code == 502
    assert "EB-785" in answer.text


def test_another_team_s_code_opens_nothing_here(team: Team, desks: tuple[Desk, Desk]) -> None:
    other = TestClient(desks[0].client.app, base_url=BASE, follow_redirects=False)
    other.post("/join/team-2", data={"code": codes(team.ran.at)["team-2"]})
    assert other.get("/join/team-2/labelling").status_code == 502, "its bucket is not there: it is told so"
    for cookie in other.cookies.jar:
        cookie.path = HOME
    assert other.get(HERE).status_code == 303
    assert other.get(f"{HERE}/picture/{'0' * 16}").status_code == 303


def test_without_the_truth_the_page_says_so(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "ARCHIVE", "gone.zip")
    with team.page("unknown", pictures=1) as client:
        vote(client, name(client, "ana").text, "suv")
        assert "cannot be compared" in client.post("/compare").text


def test_a_name_in_a_cookie_is_checked_and_is_one_in_all_widths(team: Team, desks: tuple[Desk, Desk]) -> None:
    begin(team, desks[0], 2)
    person = Person(desks[0], "Zoe\u0301").come()
    person.vote("suv")
    for who in ("zo\u00e9", "\uff3a\uff4f\uff45\u0301"):
        person.name = who
        assert "by you: 1" in person.come().text
    for cookie in ("a%00b", "ana%40example.com", "a%E2%80%AEb", "a" * 41):
        person.client.cookies.delete("worker")
        person.client.cookies.set("worker", cookie, domain="ev.example.com", path=HERE)
        assert 'name="name"' in person.client.get(HERE).text
        assert person.post("vote", headers={}, picture=person.picture, label="suv").status_code == 403
