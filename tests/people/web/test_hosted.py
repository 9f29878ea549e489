"""A host of the pages: every page of the day by the roles for people alone, against the simulated AWS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import handouts
from bootstrap.cli.commands.choice import journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.cli.commands.rehearse import virtual_place
from bootstrap.doctor import day_access
from bootstrap.errors import Refused
from bootstrap.event.event import Event
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.hands.finding import HandResult
from bootstrap.people.venue import gathered
from bootstrap.people.web import app
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.site import Site
from bootstrap.people.web.staff.spend import SpendBoard
from bootstrap.rehearsal.simulated import HUB_ACCOUNT, OPERATOR_KEYS
from tests import runs
from tests.journal.test_leases import until
from tests.people.handouts.test_handouts import codes
from tests.people.web.desk import HOME
from tests.people.web.label_team import Team, line
from tests.people.web.test_hands import examined
from tests.runs import Rehearsed

HOST = f"arn:aws:iam::{HUB_ACCOUNT}:user/organiser"
# The part of the template's HostRole that says which roles it may assume.
ALLOWED = re.compile(r"arn:aws:iam::\d{12}:role/car-day-(participant|support-read|support-labelling)-[\w-]+")


@dataclass
class Host:
    """A server of published files, and a browser of its team. `signed`: whose keys signed its calls to AWS.

    `trouble`: what keeps its files from being read. `roles`: those that were assumed, in this order.
    """

    ran: Rehearsed
    choice: Any
    trouble: str = ""
    roles: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=lambda: {OPERATOR_KEYS[0]: "the host itself"})
    signed: set[str] = field(default_factory=set)
    client: TestClient = field(init=False)
    site: Site = field(init=False)

    def sessions(self, event: Event) -> Sessions:
        place = virtual_place(event, self.ran.simulated, self.ran.time[0], "run", "test")

        def made(client: Any) -> None:
            place.access.made(client)
            events = client.meta.events
            events.register("before-send", self._sent)
            events.register("provide-client-params.sts.AssumeRole", self._assumed)
            events.register("after-call.sts.AssumeRole", self._given)

        access = replace(place.access, write=False, access_role=False, made=made)
        return Sessions(access, place.clock, Limiter())

    def _assumed(self, params: dict[str, Any], **_: Any) -> None:
        self.roles.append(params["RoleArn"])

    def _given(self, parsed: dict[str, Any], **_: Any) -> None:
        if "Credentials" in parsed:
            self.keys[parsed["Credentials"]["AccessKeyId"]] = self.roles[-1]

    def _sent(self, request: Any, **_: Any) -> None:
        found = re.search(r"Credential=(\w+)/", str(request.headers.get("Authorization", "")))
        assert found, request.url
        self.signed.add(self.keys.get(found[1], "somebody else"))

    def opened(self) -> Iterator[Host]:
        follower = Follower(self.choice)
        self.site = Site(
            follower, self.choice.journal_path, lambda: journal_of(self.choice), Address("127.0.0.1", 4600),
            Live(follower), VenueDatabase(self.choice.journal_path), SpendBoard("no costs on a host"),
            now=lambda: self.ran.time[0], sessions=self.sessions, hosted=True, trouble=lambda: self.trouble,
        )  # fmt: skip
        with TestClient(app.build(self.site), base_url=self.site.address.url, follow_redirects=True) as self.client:
            self.client.post(HOME, data={"code": codes(self.ran.at)["team-1"]})
            yield self

    def post(self, what: str, /, **fields: str) -> Response:
        text = self.client.get(HOME).text
        form = re.findall(r'name="form" value="([^"]+)"', text)[0]
        return self.client.post(f"{HOME}/{what}", data={"form": form, **fields}, follow_redirects=what != "console")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A prepared account with an access role of another name, which the published roster does not have."""
    at = runs.folder(tmp_path_factory.mktemp("event"), teams=2, access={"principals": [HOST]})
    rows = [each.split(",", 2) for each in (at / "accounts.csv").read_text().splitlines()]
    own = ("role_arn", "arn:aws:iam::100200300401:role/of-the-owner", "")
    roster = [f"{team},{number},{role},{mails}" for (team, number, mails), role in zip(rows, own, strict=True)]
    (at / "accounts.csv").write_text("\n".join(roster))
    with runs.rehearsed(at) as ran:
        ran.provision("team-1", keep=False)
        ran.simulated.confirm(ran.inputs.accounts[0].account_id)
        handouts.make(runs.choice(at), HandoutOptions("https://ev.example.com"))
        team = Team(ran)
        team.put("labelling/team.manifest", line(team, "labelling/car-01.jpg"))
        published = tmp_path_factory.mktemp("published")
        for path, data in gathered.files(ran.inputs, at / "event.yaml").items():
            (published / path).parent.mkdir(parents=True, exist_ok=True)
            (published / path).write_bytes(data)
        journal = str(at / ".event-bootstrap" / "journal.sqlite")
        yield from Host(ran, replace(runs.choice(published), journal=journal)).opened()


@pytest.fixture(autouse=True)
def _no_access_role(host: Host) -> Iterator[None]:
    """Whatever a test does, the host is nobody but itself and the three roles for people."""
    yield
    assert [each for each in host.roles if not ALLOWED.fullmatch(each)] == []
    assert [each for each in host.signed - {"the host itself"} if not ALLOWED.fullmatch(each)] == []


def entered(host: Host) -> list[str]:
    """The roles that were assumed since the last call: participant, support-read, support-labelling."""
    found = [match[1] for each in host.roles if (match := ALLOWED.fullmatch(each))]
    host.roles.clear()
    return found


def test_a_console_link_comes_from_the_participant_role(host: Host) -> None:
    entered(host)
    assert host.post("console").status_code == 303
    assert entered(host) == ["participant"]


def test_a_raised_hand_gets_an_answer_that_blames_nothing_on_what_a_host_does_not_know(host: Host) -> None:
    entered(host)
    host.post("hand", what="other", words="")
    examined(host.site.hands)
    (found,) = [each.finding for each in host.site.hands.queue().hands]
    assert found is not None
    assert [(each.about, each.seen) for each in found.findings] == []
    assert found.result is HandResult.WELL
    assert entered(host) == ["support-read"]


def test_a_team_labels_to_the_end_and_sees_how_well(host: Host) -> None:
    entered(host)
    here = f"{HOME}/labelling"
    text = host.client.get(here).text
    assert 'name="workers"' in text, text
    host.post("labelling/begin", workers="1", before="")
    text = host.post("labelling/name", name="Ana").text
    picture = re.findall(r'name="picture" value="(\w+)"', text)[0]
    source = re.findall(rf"{HOME}/labelling/picture/\w+", text)[0]
    assert host.client.get(source).content[:2] == b"\xff\xd8"
    host.post("labelling/vote", picture=picture, label="suv")
    host.post("labelling/compare")
    until(lambda: "How well did you label?" in host.client.get(here).text)
    written: list[str] = []

    def noted() -> bool:
        with journal_of(host.choice) as journal:
            ended = [each for each in journal.actions("car-day", "team-1") if each.outcome == "ended"]
        written[:] = [each.detail for each in ended]
        return bool(written)

    # The journal's own thread writes it.
    until(noted)
    (wrote,) = written
    assert re.search(r"1 labels of 1 pictures written, SHA-256 of the output manifest [0-9a-f]{64}", wrote)
    text = host.client.get(f"{HOME}/labels").text
    assert "agree" in text
    for source in re.findall(rf'src="({HOME}/labels/\w+)"', text):
        assert host.client.get(source).headers["content-type"].startswith("image/")
    assert set(entered(host)) == {"support-labelling"}


def test_passwords_are_asked_of_people(host: Host) -> None:
    entered(host)
    assert "no passwords of the labelling portal. For yours, ask the support desk." in host.client.get(HOME).text
    answer = host.post("password", worker="x")
    assert answer.status_code == 403
    assert "ask the support desk" in answer.text
    assert entered(host) == []


def test_guides_and_their_questions_need_no_aws(host: Host) -> None:
    calls = host.ran.calls().total()
    assert host.client.get(f"{HOME}/guide/notebook").status_code == 200
    assert host.client.get(f"{HOME}/guide/ground-truth").status_code == 200
    assert host.ran.calls().total() == calls


def test_the_desk_says_what_a_host_has_and_what_keeps_it_from_its_files(host: Host) -> None:
    inputs = host.site.files.inputs
    host.site.spend.put_access(
        day_access.of(host.sessions(inputs.event), inputs.event, inputs.accounts, host.site.now())
    )
    before = host.client.get("/").text
    assert "no costs on a host" in before
    assert "Access lasts to" in before
    assert re.search(r'<div id="access">.*your credentials.*</div>', before, re.DOTALL)
    assert "where they were published" not in before
    host.trouble = "The bucket refuses"
    until(lambda: "are those of the last look. The bucket refuses" in host.client.get("/").text)
    assert "event-bootstrap lab finish ground-truth team-1" in host.client.get("/teams/team-1").text


def test_whatever_asks_for_the_access_role_is_refused_before_a_call(host: Host) -> None:
    inputs, calls = host.site.files.inputs, host.ran.calls().total()
    with pytest.raises(Refused) as refused:
        host.sessions(inputs.event).open(inputs.accounts[0]).client("s3").list_buckets()
    assert refused.value.code == "EB-770"
    assert host.ran.calls().total() == calls


def test_an_account_that_does_not_let_the_host_in_says_so(host: Host) -> None:
    host.client.post("/join/team-2", data={"code": codes(host.ran.at)["team-2"]})
    form = re.findall(r'name="form" value="([^"]+)"', host.client.get("/join/team-2").text)[0]
    answer = host.client.post("/join/team-2/console", data={"form": form})
    assert answer.status_code == 502
    assert "EB-771" in answer.text
    said = host.client.get("/join/team-2/labels")
    assert (said.status_code, "EB-771" in said.text) == (502, True)
