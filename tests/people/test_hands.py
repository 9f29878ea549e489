"""Hands, notices and their queue in the journal's tables: nothing doubled, nothing lost, whoever clicks when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bootstrap.doctor.finding import CommandFix, Diagnosis, Finding, FixKind, LinkFix, Severity
from bootstrap.errors import BadInput
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs, read
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.hands import Hands, HandTopic, RaiseOutcome
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.hands import finding, queue, team_words
from bootstrap.people.hands.desk import HandDesk
from bootstrap.people.hands.finding import HandFinding, HandResult
from bootstrap.report.translations import shown
from tests import runs
from tests.journal.test_leases import until

STAFF, OTHER = "Mei on duty", "Jo on duty"


@dataclass
class Instance:
    """One server on the database; `found`: what its doctor answers, once `going` is set."""

    where: str
    inputs: Inputs
    now: list[float]
    cause: str = "EB-344"
    going: threading.Event = field(default_factory=threading.Event)
    examined: list[str] = field(default_factory=list)
    fails: bool = False
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.going.set()
        self.database = VenueDatabase(self.where)
        self.desk = HandDesk(self.database, lambda: self.inputs, lambda: self.now[0], self.told.append)
        self.desk.examined_by(self._examine)

    def _examine(self, hand: Any) -> HandFinding:
        self.examined.append(hand.team)
        if self.fails:
            raise RuntimeError("arn:aws:iam::999999999999:role/secret")
        assert self.going.wait(10)
        return finding.of_diagnosis(diagnosis(hand.team, self.cause), hand.topic)

    def team(self, number: int) -> TeamAccount:
        return self.inputs.accounts[number - 1]

    def lift(self, number: int, topic: HandTopic = HandTopic.TRAINING, words: str = "") -> RaiseOutcome:
        return self.desk.raise_hand(self.team(number), topic, words, "en")[1]

    def seen(self) -> queue.HandQueue:
        """The queue, once everything was examined."""
        until(lambda: all(each.finding for each in self.desk.queue().hands))
        return self.desk.queue()


def diagnosis(team: str, code: str, about: str = "training", severity: Severity = Severity.TROUBLE) -> Diagnosis:
    words = msg("latest job {name} failed: arn:aws:sagemaker:us-west-2:111122223333:x", name="job-1")
    found = (Finding(severity, about, words, code, "means", "event-bootstrap repair team-1"),)
    return Diagnosis(team, "111122223333", "us-west-2", "day", 0.0, found, ("training",))


Make = Callable[[], Instance]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    yield from _instances(tmp_path, str(tmp_path / "journal.sqlite"))


@pytest.fixture
def on_each(tmp_path: Path, where: str) -> Iterator[Make]:
    """The same on a SQLite file, and on a PostgreSQL server."""
    yield from _instances(tmp_path, where)


def _instances(at: Path, where: str) -> Iterator[Make]:
    inputs = read(*_files(at))
    now, made = [1_000_000.0], list[Instance]()

    def another() -> Instance:
        made.append(Instance(where, inputs, now))
        return made[-1]

    yield another
    for each in made:
        each.going.set()
        each.database.close()


def _files(at: Path) -> tuple[Path, Path]:
    runs.folder(at, teams=8)
    return at / "event.yaml", at / "accounts.csv"


def test_a_hand_is_one_however_often_and_from_how_many_servers_it_is_raised(on_each: Make) -> None:
    servers = [on_each(), on_each()]
    outcomes: list[RaiseOutcome] = []

    def click(number: int) -> None:
        outcomes.append(servers[number % 2].lift(1, words=f"words {number % 3}"))

    threads = [threading.Thread(target=click, args=(number,)) for number in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(outcomes) == 12
    assert outcomes.count(RaiseOutcome.RAISED) == 1
    (hand,) = servers[0].seen().hands
    assert sorted(hand.hand.words.splitlines()) == ["words 0", "words 1", "words 2"]
    assert [*servers[0].examined, *servers[1].examined] == ["team-1"]


def test_words_are_cleaned_cut_and_bounded(make: Make) -> None:
    server = make()
    server.lift(1, words="\x1b[31mred\u202e\x00 \n line\t" + "x" * 300)
    (hand,) = server.desk.queue().hands
    assert hand.hand.words.startswith("red line x")
    assert len(hand.hand.words) <= 200
    outcomes = [server.lift(1, words=f"more {number}") for number in range(12)]
    assert outcomes.count(RaiseOutcome.ADDED) == 9
    assert outcomes[-1] is RaiseOutcome.FULL


def test_the_team_sees_its_place_and_the_doctors_answer_in_words_of_its_own(make: Make) -> None:
    server = make()
    for number in (1, 2, 3):
        server.lift(number)
        server.now[0] += 60
    found = server.seen()
    assert [(each.hand.team, each.place, each.waiting) for each in found.hands] == [
        ("team-1", 1, 180.0), ("team-2", 2, 120.0), ("team-3", 3, 60.0),
    ]  # fmt: skip
    assert server.desk.take(found.hands[0].hand.id, STAFF)
    mine = server.desk.queue().of_team("team-2")
    assert mine is not None
    assert mine.place == 1
    assert mine.finding is not None
    for language in ("en", "zh"):
        words = team_words.for_team(mine.finding, "us-west-2")
        told = shown(words.headline, language) + shown(words.advice, language)
        assert "111122223333" not in told
        assert "event-bootstrap" not in told


def test_a_doctor_that_fails_leaves_the_hand_up_and_says_what_was_not_seen(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    server = make()
    server.fails = True
    server.lift(1)
    (hand,) = server.seen().hands
    assert hand.finding is not None
    assert (hand.finding.result, hand.finding.findings[0].code) == (HandResult.UNSEEN, "EB-800")
    assert "could not be examined" in team_words.for_team(hand.finding, "").headline
    assert "999999999999" not in caplog.text + str(hand)


def test_an_examination_that_a_dead_server_left_is_made_by_another_one(make: Make) -> None:
    dead, living = make(), make()
    dead.going.clear()
    dead.lift(1)
    until(lambda: bool(dead.examined))
    living.desk.look()
    assert living.examined == [], "its turn has not ended"
    living.now[0] += 31
    assert living.seen().hands[0].hand.cause == "EB-344 training"
    dead.going.set()
    until(lambda: not dead.desk.queue().hands or dead.desk.queue().hands[0].finding is not None)
    assert (dead.examined, living.examined) == (["team-1"], ["team-1"])


def test_at_most_four_examinations_at_once_here_and_eight_in_all(on_each: Make) -> None:
    servers = [on_each(), on_each(), on_each()]
    for each in servers:
        each.going.clear()
    for number in range(1, 9):
        servers[0].lift(number)
    for each in servers:
        each.desk.look()
    until(lambda: sum(len(each.examined) for each in servers) == 8)
    assert [len(each.examined) for each in servers] == [4, 4, 0]
    for each in servers:
        each.going.set()
    servers[0].seen()
    assert sorted(team for each in servers for team in each.examined) == [f"team-{n}" for n in range(1, 9)]


def test_who_goes_is_one_person_and_an_answered_hand_stays_answered(make: Make) -> None:
    server = make()
    server.lift(1)
    hand = server.desk.queue().hands[0].hand.id
    assert [server.desk.take(hand, each) for each in (STAFF, OTHER, STAFF)] == [True, False, True]
    assert server.desk.take(hand, OTHER, over=True)
    assert not server.desk.leave(hand, STAFF)
    assert server.desk.leave(hand, OTHER)
    assert [server.desk.answer(hand, STAFF), server.desk.answer(hand, OTHER)] == [True, False]
    assert not server.desk.lower("team-1")
    assert server.lift(1) is RaiseOutcome.RAISED, "a new hand"
    assert [server.desk.lower("team-1"), server.desk.lower("team-1")] == [True, False]


def test_the_same_cause_in_several_teams_becomes_one_notice_that_names_none_and_answers_all(make: Make) -> None:
    server, other = make(), make()
    server.cause = "EB-340"
    for number in range(1, 8):
        server.lift(number)
    until(lambda: len(server.examined) == 7 and all(each.finding for each in server.desk.queue().hands))
    server.cause = "EB-535"
    server.lift(8, HandTopic.NOTEBOOK)
    (proposal,) = server.seen().proposals
    assert (proposal.cause, len(proposal.teams), proposal.notice) == ("EB-340 training us-west-2", 7, None)
    words = server.desk.proposed(proposal.cause)
    assert words is not None
    assert "us-west-2" in words.text_en
    assert "us-west-2" in words.text_zh
    assert "team-" not in words.text_en + words.text_zh
    found = [each.desk.publish(proposal.cause, words.text_en, words.text_zh, STAFF) for each in (server, other)]
    assert [each.answered for each in found] == [7, 0]
    after = other.desk.queue()
    assert [each.text_en for each in after.notices] == [words.text_en]
    assert [each.hand.team for each in after.hands] == ["team-8"]
    assert (after.times.by_notice, after.times.answered) == (7, 7)
    server.now[0] += 60
    server.cause = "EB-340"
    server.lift(1)
    (again,) = server.seen().proposals
    assert again.notice is not None, "one team is enough once a notice is there"
    assert server.desk.publish(again.cause, "", "", OTHER).answered == 1
    assert len(server.desk.queue().notices) == 1


def test_a_notice_answers_the_teams_that_see_it_and_one_that_was_ended_can_be_written_again(make: Make) -> None:
    server = make()
    for number in (1, 2):
        server.lift(number)
    (proposal,) = server.seen().proposals
    publish = server.desk.publish

    def notices() -> list[str]:
        return [each.text_en for each in server.desk.queue().notices]

    first = publish(proposal.cause, "Ask at desk 1", "", STAFF, False, ("team-1",))
    assert publish(proposal.cause, "The same", "", OTHER, False, ("team-1",)).notice == first.notice
    assert publish(proposal.cause, "Ask at desk 2", "", STAFF, True, ("team-2",)).answered == 1
    assert [each.hand.team for each in server.desk.queue().hands] == ["team-1"]
    assert notices() == ["Ask at desk 2", "Ask at desk 1"]
    for number in range(2):
        ended = publish(proposal.cause, f"To all {number}", "", STAFF, False).notice
        assert notices()[0] == f"To all {number}"
        server.desk.end_notice(ended.id)


def test_a_form_publishes_one_notice_and_says_so_of_another(make: Make) -> None:
    desk = make().desk
    made = desk.write_notice("Lunch at 12", "", (), STAFF, "click-1")
    for text, teams in (("Lunch at 13", ()), ("Lunch at 12", ("team-1",))):
        with pytest.raises(BadInput) as caught:
            desk.write_notice(text, "", teams, STAFF, "click-1")
        assert caught.value.problems[0].code == "EB-805"
    desk.end_notice(made.id)
    with pytest.raises(BadInput):
        desk.write_notice("Lunch at 12", "", (), STAFF, "click-1")


def test_each_thing_is_told_to_the_webhook_once_of_all_servers_and_without_words(make: Make) -> None:
    servers = [make(), make()]
    for number in (1, 2, 3):
        servers[0].lift(number, words="a secret of ours")
    servers[0].lift(1, words="more")
    servers[0].seen()
    servers[0].now[0] += 601
    for each in (*servers, *servers):
        each.desk.look()
    told = sorted([*servers[0].told, *servers[1].told])
    assert [each for each in told if "raised a hand" in each] == [
        f"team-{number} raised a hand: Training job" for number in (1, 2, 3)
    ]
    assert len([each for each in told if "teams have raised their hands for the same cause (EB-344" in each]) == 1
    assert len([each for each in told if "has waited 10 min" in each]) == 3
    assert "secret" not in "".join(told)


def test_answer_times_are_kept(make: Make) -> None:
    server = make()
    started = server.now[0]
    for number in range(1, 9):
        server.lift(number)
    hands = server.desk.queue().hands
    for number, each in enumerate(hands[:5], 1):
        server.now[0] = started + 60 * number
        server.desk.take(each.hand.id, STAFF)
        server.desk.answer(each.hand.id, STAFF)
    server.desk.lower("team-8")
    times = server.desk.queue().times
    assert (times.raised, times.answered, times.lowered) == (8, 5, 1)
    assert (times.median, times.ninetieth, times.oldest) == (180.0, 300.0, 300.0)


def test_a_notice_has_both_languages_or_says_the_other_and_ends(make: Make) -> None:
    server = make()
    both = server.desk.write_notice("Lunch", "午餐", (), STAFF, "click-1")
    assert server.desk.write_notice("Lunch", "午餐", (), STAFF, "click-1") == both
    server.desk.write_notice("Come to the desk", "", ("team-2",), STAFF)
    notices = server.desk.queue()
    assert [each.text("zh") for each in notices.notices_of("team-2")] == [("Come to the desk", "en"), ("午餐", "zh")]
    assert [each.text_en for each in notices.notices_of("team-1")] == ["Lunch"]
    assert [each.text_en for each in notices.for_all] == ["Lunch"]
    assert [server.desk.end_notice(both.id), server.desk.end_notice(both.id)] == [True, False]
    assert server.desk.queue().for_all == ()
    for text, teams, code in (("", (), "EB-801"), ("x" * 301, (), "EB-801"), ("x", ("nobody",), "EB-802")):
        with pytest.raises(BadInput) as caught:
            server.desk.write_notice(text, "", teams, STAFF)
        assert caught.value.problems[0].code == code


@pytest.mark.parametrize("found", [{"result": "new word"}, {"result": "well", "code": 1}, {"findings": []}])
def test_an_answer_that_a_newer_version_wrote_hides_no_hand(make: Make, found: dict[str, Any]) -> None:
    server = make()
    hands = Hands(server.database, server.inputs.event.name)
    hand, _ = hands.lift("team-1", "100200300401", HandTopic.OTHER, "", "en", 1.0)
    assert hands.examined(hand.id, 2.0, "", "", found)
    (seen,) = server.desk.queue().hands
    assert seen.finding is not None
    assert seen.finding.result is HandResult.UNSEEN


def test_what_a_team_asks_about_comes_first_and_a_cause_is_made_of_fields() -> None:
    base = diagnosis("team-1", "EB-344")
    note = replace(base.findings[0], severity=Severity.NOTE, about="notebook", code="EB-535")
    both = replace(base, findings=(*base.findings, note))
    assert finding.of_diagnosis(both, HandTopic.NOTEBOOK).cause == "EB-535 notebook"
    assert finding.of_diagnosis(both, HandTopic.OTHER).cause == "EB-344 training"
    unseen = replace(base, findings=(replace(note, severity=Severity.UNSEEN),))
    assert finding.of_diagnosis(unseen, HandTopic.OTHER).result is HandResult.UNSEEN
    assert finding.of_diagnosis(replace(base, findings=()), HandTopic.OTHER).result is HandResult.WELL
    told = finding.of_diagnosis(both, HandTopic.OTHER)
    assert finding.of_document(finding.document(told)) == told


@pytest.mark.parametrize(
    ("fix", "kind"),
    [
        (CommandFix("event-bootstrap repair team-1"), FixKind.COMMAND),
        (LinkFix("https://eu-west-1.console.aws.amazon.com/s3"), FixKind.LINK),
        ("event-bootstrap repair team-1 is a sentence here", FixKind.WORDS),
        ("https://example.com/ in words is no link to the console", FixKind.WORDS),
        ("", FixKind.NONE),
    ],
)
def test_a_fix_is_shown_by_its_class_and_never_by_how_its_text_looks(fix: str, kind: FixKind) -> None:
    base = diagnosis("team-1", "EB-344")
    told = finding.of_diagnosis(replace(base, findings=(replace(base.findings[0], fix=fix),)), HandTopic.OTHER)
    kept = finding.of_document(finding.document(told))
    assert kept is not None
    assert [each.kind for each in (*told.findings, *kept.findings)] == [kind, kind]
