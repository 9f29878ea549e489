"""The labelling page, from a name to the output manifest, against one simulated account that the tool has prepared."""

from __future__ import annotations

import json
import re
import shutil
import signal
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from time import sleep

import pytest
from starlette.testclient import TestClient

from bootstrap.cli.commands import handouts, label
from bootstrap.cli.commands.choice import Choice
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.engine.run_kind import RunKind
from bootstrap.errors import WAITING, BadInput, Troubled
from bootstrap.journal.journal import Journal
from bootstrap.journal.leases import holder
from bootstrap.people.labelling import agreement
from bootstrap.people.labelling.bucket_files import BucketFiles
from bootstrap.people.labelling.rooms import RoomOptions
from bootstrap.people.web.address import Address
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.steps.dataset import comparison
from tests import runs
from tests.interruptible import begun
from tests.needs import absent
from tests.people.web.desk import BASE, HOME, Desk
from tests.people.web.label_team import CLASSES, HERE, Team, line, listening, name, picture, script, vote
from tests.people.web.test_join import looks_well

AWAY = Address("10.0.0.5", 4601, "desk.example.com", Path("chain.pem"), Path("key.pem"))


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """Two teams, of which the first has its bucket and pictures."""
    at = runs.folder(tmp_path_factory.mktemp("event"), teams=2)
    with runs.rehearsed(at) as ran:
        ran.provision("team-1", only=("access", "marker", "stack:buckets", "materials"), keep=False)
        yield Team(ran)


def test_a_person_labels_picture_after_picture_and_the_manifest_lies_where_a_labelling_job_puts_it(team: Team) -> None:
    with team.page("whole") as client:
        assert "Your name" in client.get("/").text
        page = name(client, "Ana").text
        for number in range(24):
            assert f"Picture {number + 1} of 24" in page
            page = vote(client, page, CLASSES[number % 4])
    assert "All pictures are labelled" in page
    assert f"s3://{team.bucket}/labelled/whole/manifests/output/output.manifest" in page
    lines = team.output("whole")
    assert [each["kind-metadata"]["class-name"] for each in lines] == CLASSES * 6
    assert [each["kind"] for each in lines] == [0, 1, 2, 3] * 6
    prepared = [json.loads(line)["source-ref"] for line in team.read("labelling/input.manifest").splitlines()]
    assert [each["source-ref"] for each in lines] == prepared
    assert any("all 24 pictures are labelled" in each for each in team.said)


def test_neither_the_page_nor_a_picture_s_address_tells_the_class_or_the_file(team: Team) -> None:
    with team.page("secret") as client:
        page = name(client, "ana").text
        (shown,) = re.findall(r"<img [^>]+>", page)
        assert 'alt="Picture 1 of 24"' in shown
        assert not any(each in shown for each in [*CLASSES, "car-01", team.bucket])
        answer = client.get(f"/picture/{picture(page)}")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "private, max-age=604800, immutable"
        same = {"if-none-match": answer.headers["etag"]}
        assert client.get(f"/picture/{picture(page)}", headers=same).status_code == 304
        assert answer.content[:2] == b"\xff\xd8"
        assert client.get("/picture/labelled").status_code == 404


def test_two_at_once_get_different_pictures_and_each_has_their_own_to_take_back(team: Team) -> None:
    with team.page("two") as ana:
        bo = TestClient(ana.app, base_url=HERE.url)
        first, second = name(ana, "Ana").text, name(bo, "Bo").text
        assert picture(first) != picture(second)
        assert picture(ana.get("/").text) == picture(first), "the same until it is labelled"
        vote(ana, first, "suv")
        page = vote(bo, second, "sedan")
        assert "Undo: picture 2, sedan" in page
        assert "2 of 24 pictures done; by you: 1" in page
        assert picture(ana.post("/undo").text) == picture(first)
        assert [each["kind-metadata"]["class-name"] for each in team.output("two")] == ["sedan"]


def test_at_the_end_the_labels_are_compared_with_the_truth_as_the_script_does(
    team: Team, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody sees the truth before all is labelled, and nobody corrects an answer by it."""
    first = ""
    with team.page("truth", workers=2, pictures=4) as client:
        assert client.post("/compare").status_code == 403, "before a name"
        for who in ("Ana", "Bo"):
            page = name(client, who).text
            first = first or picture(page)
            assert client.post("/compare").text.count("Picture") > 0, "not before the end"
            for number in range(4):
                page = vote(client, page, CLASSES[number] if who == "Ana" else "suv")
        assert "Undo: picture 4" in page
        page = client.post("/compare").text
        for gone in ("Undo:", "Compare with the truth"):
            assert gone not in page
        before = team.read("labelled/truth/votes.json")
        client.post("/undo")
        client.post("/vote", data={"picture": first, "label": "pickup"})
        assert team.read("labelled/truth/votes.json") == before
    found = agreement.found(team.session(), team.bucket, "truth")
    assert found is not None
    assert found.comparison is not None
    wrong = found.comparison.wrong
    agree = f"{4 - len(wrong)} of 4"
    assert f"{agree} labels agree with the truth" in page
    assert f"Yours: {found.comparison.people[1].agree} of 4 agree" in page
    assert page.count("<figure>") == len(wrong)
    # Every vote is known: each person's number, and where the two disagreed.
    assert [(each.worker, each.labelled) for each in found.comparison.people] == [("ana", 4), ("bo", 4)]
    assert len(found.comparison.split) == 3
    said = script(team, monkeypatch, tmp_path, "--job", "truth")
    assert f"agreement with the truth: {agree} ({found.comparison.percent} %)" in said
    for each in found.comparison.people:
        assert f"\n  {each.worker}: {each.agree} of {each.labelled}\n" in said
    for row in found.comparison.classes:
        counts = [str(found.comparison.table.get((row, label), 0)) for label in found.comparison.classes]
        assert [row, *counts] in [line.split() for line in said.splitlines()]
    assert said.count(": you said ") == len(wrong)


def test_the_team_s_page_shows_the_labels_once_they_are_final(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    handouts.make(runs.choice(team.ran.at), HandoutOptions(BASE))
    with Desk(team.ran).open() as desk:
        assert desk.client.get(f"{HOME}/labels").status_code == 303, "not without the code"
        desk.enter()
        assert f"{HOME}/labels?lang=en" in desk.page()
        monkeypatch.setattr(comparison, "jobs", lambda _: [])
        assert "There are no labels yet" in desk.client.get(f"{HOME}/labels").text
        # The simulated clock stands still: which job of these tests is the latest is chance.
        monkeypatch.setattr(comparison, "jobs", lambda _: ["labelled/shown"])
        with team.page("shown", pictures=4) as client:
            page = name(client, "ana").text
            for number in range(4):
                assert number == 0 or f"{number} of 4" in page
                page = vote(client, page, "suv")
            desk.now += 21
            page = desk.client.get(f"{HOME}/labels").text
            assert "Job shown: 4 of 4 pictures have a label" in page
            assert "They are compared with the truth when" in page
            client.post("/compare")
        desk.now += 21
        page = desk.client.get(f"{HOME}/labels").text
        assert re.search(r"[0-9] of 4 labels agree with the truth", page)
        shown = re.findall(rf'src="({HOME}/labels/\w+)"', page)
        assert shown
        assert desk.client.get(shown[0]).content[:2] == b"\xff\xd8"
        assert desk.client.get(f"{HOME}/labels/{'0' * 16}").status_code == 404
        assert "与正确答案一致" in desk.client.get(f"{HOME}/labels?lang=zh").text


def test_labels_that_cannot_be_read_are_said_with_a_code(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    with team.page("unread", pictures=1) as client:
        vote(client, name(client, "ana").text, "suv")
        monkeypatch.setattr(agreement, "_LARGEST", 1)
        answer = client.post("/compare")
    assert answer.status_code == 502
    assert "Your labels could not be read" in answer.text
    assert "EB-607" in answer.text


def test_with_three_a_picture_the_majority_counts(team: Team) -> None:
    with team.page("three", workers=3) as client:
        for who, said in (("ana", "suv"), ("bo", "sedan"), ("ANA ", "pickup"), ("cy", "sedan")):
            page = name(client, who).text
            vote(client, page, said)
        assert "Each picture is labelled by 3 people" in client.get("/").text
        page = name(client, "dee").text
        assert "Picture 3 of 24" in page, "the second is labelled once, and before two others"
    (line,) = team.output("three")
    about = line["kind-metadata"]
    assert (about["class-name"], about["confidence"]) == ("sedan", 0.63)


def test_a_restart_loses_nothing(team: Team) -> None:
    with team.page("again") as client:
        vote(client, name(client, "ana").text, "suv")
    with team.page("again") as client:
        page = name(client, "ana").text
        assert "Picture 2 of 24" in page
        assert "Undo: picture 1, suv" in page


def test_an_output_manifest_that_a_death_kept_from_being_written_is_written_at_the_next_start(team: Team) -> None:
    with team.page("died") as client:
        vote(client, name(client, "ana").text, "suv")
    team.put("labelled/died/manifests/output/output.manifest", "")
    team.room("died")
    assert len(team.output("died")) == 1


def test_what_is_not_kept_does_not_count_and_is_said_with_a_code(team: Team) -> None:
    with team.page("lost", lost=True) as client:
        page = name(client, "ana").text
        answer = client.post("/vote", data={"picture": picture(page), "label": "suv"})
        assert answer.status_code == 502
        assert "EB-382" in answer.text
        assert "0 of 24 pictures done" in client.get("/").text
    assert any(each.startswith("EB-382") for each in team.said)
    assert "labelled/lost/votes.json" not in team.ran.state()["buckets"][team.bucket]


@pytest.mark.parametrize("who", ["", "   ", "ana@example.com", "a" * 41, "a\x00b"])
def test_a_name_is_no_mail_address(team: Team, who: str) -> None:
    with team.page("names") as client:
        answer = name(client, who)
        assert answer.status_code == 400
        assert "without @" in answer.text
        assert "set-cookie" not in answer.headers


def test_a_vote_that_s3_keeps_slowly_stops_no_other_page(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, keeping = threading.Event(), threading.Event()

    def slowly(_files: object, _votes: object) -> None:
        keeping.set()
        kept.wait(30)

    with team.page("slowly") as client, ThreadPoolExecutor(3) as pool:
        name(client, "ann")
        form = {"picture": picture(client.get("/").text), "label": "suv"}
        monkeypatch.setattr(BucketFiles, "write", slowly)
        voting = pool.submit(client.post, "/vote", data=form)
        try:
            assert keeping.wait(10)
            waiting = pool.submit(client.get, "/")
            sleep(0.1)
            assert pool.submit(client.get, "/assets/label.css").result(10).status_code == 200
            assert not waiting.done()
        finally:
            kept.set()
        assert voting.result(10).status_code == 200


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"picture": "0" * 16}, {}),
        ({"label": "bus"}, {}),
        ({}, {"sec-fetch-site": "cross-site"}),
        ({}, {"origin": "https://evil.example"}),
    ],
)
def test_a_form_of_another_page_labels_nothing(team: Team, data: dict[str, str], headers: dict[str, str]) -> None:
    with team.page("strange") as client:
        page = name(client, "ana").text
        whole = {"picture": picture(page), "label": "suv"} | data
        assert client.post("/vote", data=whole, headers=headers).status_code == 403
        assert client.post("/undo", headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert "0 of 24 pictures done" in client.get("/").text


def test_beyond_this_machine_the_page_asks_for_the_token(team: Team) -> None:
    with team.page("away", AWAY) as client:
        for path in ("/", "/picture/1"):
            answer = client.get(path)
            assert answer.status_code == 401
            assert "Open it with the whole address that the support staff give you" in answer.text
        answer = client.get("/?token=secret-token", follow_redirects=False)
        assert answer.headers["set-cookie"].startswith("__Host-event-bootstrap-4601=")
        assert "Your name" in client.get("/").text


def test_the_page_speaks_chinese(team: Team) -> None:
    with team.page("chinese") as client:
        page = client.post("/name?lang=zh", data={"name": "李雷"}).text
        for said in ("第 1 张图片，共 24 张", "这是哪种汽车？", 'lang="zh-CN"', "李雷"):
            assert said in page


def test_a_manifest_of_the_team_s_own_is_what_is_labelled(team: Team) -> None:
    team.put("labelling/own.manifest", "\ufeff" + line(team, "labelling/car-03.jpg") + "\r\n")
    room = team.room("own", manifest="labelling/own.manifest")
    assert room.task.lines == ({"source-ref": f"s3://{team.bucket}/labelling/car-03.jpg", "by": "hand"},)


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("labelling/none.manifest", None, "EB-600"),
        ("labelling/empty.manifest", "", "EB-600"),
        ("labelling/wrong.manifest", "car-01.jpg", "EB-601"),
        ("labelling/missing.manifest", "car-99.jpg", "EB-601"),
        ("labelling/notepad.manifest", '{"source-ref": "s3://b/car.jpg"}\r\n'.encode("utf-16"), "EB-607"),
        ("labelling/latin.manifest", b'{"source-ref": "s3://b/c\xe4r.jpg"}', "EB-607"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_said(team: Team, key: str, text: str | bytes | None, code: str) -> None:
    if text is not None:
        team.put(key, line(team, f"labelling/{text}") if text == "car-99.jpg" else text)
    with pytest.raises(BadInput) as refused:
        team.room("bad", manifest=key)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert key in problem.where


def test_an_output_manifest_of_a_labelling_job_is_left_alone(team: Team) -> None:
    team.put("labelled/real/manifests/output/output.manifest", "{}\n")
    with pytest.raises(BadInput, match="EB-603"):
        team.room("real")


def test_an_account_that_was_not_prepared_gets_nothing(team: Team) -> None:
    with pytest.raises(BadInput, match="EB-605"):
        team.room("early", number=1)


def choice(team: Team) -> Choice:
    return replace(runs.choice(team.ran.at, "team-1"), kind=RunKind.LABEL)


def test_a_name_that_no_labelling_job_can_have_is_refused(team: Team) -> None:
    with pytest.raises(BadInput, match="EB-606"):
        label.label(choice(team), RoomOptions("../cars"), HERE, team.said.append)


def test_an_account_that_another_operator_works_on_is_left_to_them(team: Team) -> None:
    me = holder("bo on laptop", "repair", "run-9", "cars")
    with Journal(choice(team).journal_path) as journal:
        leases = journal.leases(me, [team.account.account_id], False, lambda *_: None)
        try:
            with pytest.raises(Troubled, match=r"EB-520.*bo on laptop") as refused:
                label.label(choice(team), RoomOptions(), replace(HERE, port=0), team.said.append)
        finally:
            leases.close()
    assert refused.value.exit_code == WAITING


def test_the_command_serves_until_ctrl_c_and_the_journal_tells_how_far_the_team_was(team: Team) -> None:
    words = ["label", "team-1", "--job", "command", "--port", "0"]
    with begun(team.ran.at, rehearsal.environment(team.ran.simulated), *words) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert b"Your name" in answer.read()
        process.send_signal(signal.SIGINT)
        assert "24 pictures, 24 left; each is labelled by 1 person" in process.stdout.read()
    assert process.returncode == 130
    with Journal(choice(team).journal_path) as journal:
        acts = [each for each in journal.actions(team.ran.inputs.event.name) if each.command == "label"]
    assert [(each.outcome, each.detail) for each in acts][-2:] == [
        ("begun", "job command: 24 of 24 pictures left"),
        ("done", "job command: 24 of 24 pictures left"),
    ]


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_in_chromium_the_keyboard_labels_and_takes_back(team: Team, language: str, width: int) -> None:
    chromium = shutil.which("chromium") or absent("Chromium")
    sync_api = import_module("playwright.sync_api")
    job, of = f"browser-{language}", {"en": "Picture", "zh": "第"}
    with listening(team, job) as home, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.goto(f"{home}/?lang={language}")
        looks_well(page, width)
        page.keyboard.type("Ana 1")
        page.keyboard.press("Enter")
        page.wait_for_selector("img")
        looks_well(page, width)
        assert page.evaluate("document.querySelector('img').naturalWidth") > 0
        assert page.locator(".classes button").last.bounding_box()["y"] < 780, "all in sight on a phone"
        for key, number in (("4", 2), ("2", 3), ("u", 2), ("9", 2), ("2", 3), ("1", 0)):
            page.keyboard.press(key)
            if number:
                sync_api.expect(page.locator("h1 small")).to_contain_text(f"{of[language]} {number} ")
                page.wait_for_selector("img:not(.loading)")
        page.wait_for_selector("dl")
        looks_well(page, width)
        page.locator("button.large").click()
        page.wait_for_selector("table.confusion")
        looks_well(page, width)
        assert [each["kind-metadata"]["class-name"] for each in team.output(job)] == ["suv", "pickup", "hatchback"]
        browser.close()
