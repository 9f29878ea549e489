"""Raising a hand on the team's page: what the team does and sees, with the doctor at a simulated account."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from bootstrap.aws.operations import only_reads
from bootstrap.cli.commands import handouts
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.people import survey
from bootstrap.people.hands.desk import HandDesk
from tests import runs
from tests.journal.test_leases import until
from tests.people.handouts.test_handouts import LATER
from tests.people.web.desk import BASE, HOME, Desk
from tests.runs import Rehearsed

NASTY = '<script>alert(1)</script> "\u202e\x1b[31m {{ x }} ops@example.com'


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """Two teams with codes, in accounts that nobody has prepared."""
    at = runs.folder(tmp_path_factory.mktemp("event"), teams=2, schedule=LATER)
    with runs.rehearsed(at) as rehearsed:
        handouts.make(runs.choice(at), HandoutOptions(BASE))
        yield rehearsed


@pytest.fixture
def desk(ran: Rehearsed) -> Iterator[Desk]:
    # The doctor looks again at a team's account only after a pause.
    ran.time[0] += 60
    with Desk(ran).open() as opened:
        assert opened.enter().status_code == 303
        yield opened
        opened.site.hands.lower("team-1")


def parts(desk: Desk, language: str = "en") -> dict[str, str]:
    answer = desk.client.get(f"{HOME}/now?lang={language}")
    assert answer.status_code == 200
    found: dict[str, str] = json.loads(answer.text)["parts"]
    return found


def examined(hands: HandDesk) -> None:
    until(lambda: all(each.finding for each in hands.queue().hands), 20.0)


def test_a_raised_hand_is_shown_at_once_and_then_with_the_doctors_answer(desk: Desk) -> None:
    assert "Raise a hand" in desk.page()
    assert "举手求助" in desk.page("zh")
    before = desk.ran.calls()
    answer = desk.post("hand", what="training", words=NASTY)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}?lang=en#help")
    page = desk.page()
    assert "Hand raised, place 1" in page
    assert f'data-since="{int(desk.now)}"' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &#34; {{ x }}" in page
    assert "ops@example.com" not in page
    examined(desk.site.hands)
    for language, title in (("en", "Files in your bucket are missing"), ("zh", "存储桶中的文件缺失")):
        hand = parts(desk, language)["hand"]
        assert title in hand
        assert "100200300401" not in hand
        assert "event-bootstrap" not in hand
    (queued,) = desk.site.hands.queue().hands
    assert queued.finding is not None
    assert queued.finding.first is not None
    assert queued.finding.first.fix == "event-bootstrap repair team-1"
    asked = desk.ran.calls() - before
    assert "sagemaker:ListTrainingJobs" in asked
    assert all(only_reads(*each.split(":")) for each in asked)


def test_two_phones_and_doubled_clicks_are_one_hand_with_all_words(desk: Desk, ran: Rehearsed) -> None:
    for words in ("job hangs", "job hangs", "since 10:00"):
        assert desk.post("hand", what="training", words=words).status_code == 303
    with Desk(ran, now=desk.now).open() as other:
        other.enter()
        assert other.post("hand", what="console", words="and now?").status_code == 303
    page = desk.page()
    assert [page.count(each) for each in ("job hangs", "since 10:00", "and now?")] == [1, 1, 1]
    assert len(desk.site.hands.queue().hands) == 1
    assert desk.post("hand/lower").status_code == 303
    assert desk.post("hand/lower").status_code == 303
    assert "Raise a hand" in desk.page()


def test_who_is_coming_and_the_notices_of_staff_are_told_by_parts_with_a_tag(desk: Desk) -> None:
    hands = desk.site.hands
    desk.post("hand", what="other")
    first = desk.client.get(f"{HOME}/now")
    assert desk.client.get(f"{HOME}/now", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    hand = hands.queue().hands[0].hand.id
    hands.take(hand, "Mei <b> on duty")
    assert "Mei &lt;b&gt; is coming to you" in parts(desk)["hand"]
    hands.take(hand, "root on host-7", over=True)
    told = parts(desk)["hand"]
    assert "Somebody of the staff is coming" in told
    assert "host-7" not in told
    notice = hands.write_notice("GPU are scarce", "", (), "Mei on duty")
    hands.write_notice("For the others", "", ("team-2",), "Mei on duty")
    shown = parts(desk, "zh")["notices"]
    assert "GPU are scarce" in shown
    assert "仅有英文" in shown
    assert "For the others" not in shown
    assert "Mei" not in shown
    hands.end_notice(notice.id)
    assert "GPU" not in parts(desk)["notices"]
    again = desk.client.get(f"{HOME}/now", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200


def test_without_the_code_no_hand_is_raised_and_no_part_is_shown(ran: Rehearsed) -> None:
    with Desk(ran).open() as outside:
        assert outside.client.get(f"{HOME}/now").status_code == 401
        assert outside.client.post(f"{HOME}/hand", data={"what": "other"}).headers["location"] == f"{HOME}?lang=en"
        outside.enter()
        assert outside.client.post(f"{HOME}/hand", data={"what": "other", "form": "stolen"}).status_code == 403
        assert outside.site.hands.queue().hands == ()


def test_a_page_waits_for_no_doctor(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr("bootstrap.people.hands.doctor.doctor.examine", lambda *_: gate.wait(20))
    desk.post("hand", what="tuning")
    assert "We are looking at your account" in desk.page()
    assert not gate.is_set()
    gate.set()
    examined(desk.site.hands)
    assert "could not be examined" in desk.page()


def test_a_team_that_sends_very_often_waits_and_keeps_its_hand(desk: Desk) -> None:
    answers = [desk.post("hand", what="other", words="again") for _ in range(18)]
    assert [each.status_code for each in answers].count(429) >= 1
    assert "What your team sent before is kept" in answers[-1].text
    assert len(desk.site.hands.queue().hands) == 1


def test_the_survey_opens_at_its_time_and_takes_one_answer_of_a_browser_without_its_name(
    desk: Desk, ran: Rehearsed
) -> None:
    closes = ran.inputs.event.schedule.closes.timestamp()
    desk.now = closes - 31 * 60
    assert desk.client.get(f"{HOME}/survey").status_code == 404
    assert "How was it?" not in parts(desk)["survey"]
    desk.now = closes - 29 * 60
    assert "感觉怎么样" in parts(desk, "zh")["survey"]
    form = {"day": "5", "time": "short", "help": "7", "words": NASTY}
    assert "Each of you may answer" in desk.client.get(f"{HOME}/survey").text
    assert "Nothing was chosen" in desk.post("survey").text
    assert "without a name" in desk.post("survey", **form).text
    assert "without a name" in desk.post("survey", **{**form, "day": "1"}).text
    assert "without a name" in desk.client.get(f"{HOME}/survey").text
    (answer,) = desk.site.survey.all()
    assert dict(answer.answers) == {"day": "5", "time": "short"}
    assert answer.at % 600 == 0
    assert "\x1b" not in answer.words
    desk.client.cookies.delete("survey")
    desk.client.get(f"{HOME}/survey")
    desk.post("survey", day="1", help="2")
    day, _, helped, time_ = survey.results(desk.site.survey.all())
    assert (day.mean, helped.mean, time_.counts["short"], time_.mean) == (3.0, 2.0, 1, None)


def test_staff_open_the_survey_before_its_time(desk: Desk) -> None:
    assert not desk.site.survey.is_open()
    desk.site.survey.open_early()
    assert desk.site.survey.is_open()
