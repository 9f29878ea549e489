"""Whose turn is which picture, what the majority says, and the output manifest, without AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bootstrap.errors import BadInput
from bootstrap.people.labelling import voting
from bootstrap.people.labelling.state import SHOWN_SECONDS, LabellingState
from bootstrap.people.labelling.voting import Task, Vote, Votes, chosen

BUCKET = "ev-sagemaker-1-eu-west-1"
PICTURES = tuple(f"s3://{BUCKET}/labelling/car-{number:02d}.jpg" for number in (1, 2, 3))
ONE, TWO, THREE = PICTURES
CLASSES = ("hatchback", "pickup", "sedan", "suv")
AT = 1_795_000_000.25


def task(workers: int = 1) -> Task:
    return Task("Cars", tuple({"source-ref": each, "kept": 7} for each in PICTURES), CLASSES, workers)


def votes(*said: tuple[str, str, str], workers: int = 1) -> Votes:
    made = (Vote(picture, worker, label, AT + at) for at, (picture, worker, label) in enumerate(said))
    return Votes(task(workers), tuple(made))


@pytest.mark.parametrize(
    ("labels", "most", "share"),
    [
        (["suv"], "suv", 1),
        (["suv", "sedan", "sedan"], "sedan", 2 / 3),
        (["suv", "sedan"], "suv", 1 / 2),
        (["sedan", "suv", "pickup"], "sedan", 1 / 3),
        (["suv", "sedan", "sedan", "suv"], "sedan", 1 / 2),
    ],
)
def test_the_majority_counts_and_of_equals_the_class_that_had_so_many_first(
    labels: list[str], most: str, share: float
) -> None:
    label, votes = chosen([Vote(ONE, f"w{at}", label, AT) for at, label in enumerate(labels)])
    assert label == most
    assert votes == pytest.approx(share)


@pytest.mark.parametrize(
    ("said", "workers", "others", "given"),
    [
        ([], 1, [], ONE),
        ([(ONE, "bo", "suv")], 1, [], TWO),
        ([(ONE, "bo", "suv")], 2, [], ONE),
        ([(ONE, "ana", "suv")], 2, [], TWO),
        ([], 1, [ONE], TWO),
        ([], 2, [ONE], ONE),
        ([], 2, [ONE, ONE], TWO),
        ([], 1, list(PICTURES), ONE),
        ([(each, "bo", "suv") for each in PICTURES], 1, [], None),
        ([(each, "ana", "suv") for each in PICTURES], 2, [], None),
    ],
)
def test_a_worker_is_given_what_they_have_not_labelled_and_others_do_not_see(
    said: list[tuple[str, str, str]], workers: int, others: list[str], given: str | None
) -> None:
    state = LabellingState(task(workers), votes(*said, workers=workers).all)
    for number, each in enumerate(others):
        state.take(Vote(each, f"other {number}", "", AT))
    assert state.given("ana", AT + 1) == given


def test_a_second_word_replaces_the_first_and_can_be_taken_back() -> None:
    once = votes((ONE, "ana", "suv"), (ONE, "bo", "suv"))
    again = once.said(Vote(ONE, "ana", "sedan", AT + 9))
    assert [(each.worker, each.label) for each in again.all] == [("bo", "suv"), ("ana", "sedan")]
    state = LabellingState(task(), once.all)
    state.take(Vote(ONE, "ana", "sedan", AT + 9))
    assert state.votes == again
    latest = state.latest("ana")
    assert latest is not None
    assert [each.worker for each in again.without(latest).all] == ["bo"]
    state.take(replace(latest, label=""))
    assert state.votes == again.without(latest)
    assert state.latest("cy") is None


def test_a_picture_is_its_person_s_until_they_have_labelled_it_or_are_long_gone() -> None:
    state = LabellingState(task())
    state.take(Vote(ONE, "ana", "", AT))
    assert state.given("ana", AT + 1000) == ONE
    assert state.given("bo", AT + SHOWN_SECONDS - 1) == TWO
    assert state.given("bo", AT + SHOWN_SECONDS) == ONE
    state.take(Vote(ONE, "bo", "suv", AT + SHOWN_SECONDS))
    assert state.given("ana", AT + 1000) == TWO, "somebody else has labelled hers"


def test_an_undone_picture_comes_before_the_one_that_was_given_since() -> None:
    state = LabellingState(task(), votes((ONE, "ana", "suv")).all)
    state.take(Vote(TWO, "ana", "", AT + 1))
    state.take(Vote(ONE, "ana", "", AT + 2))
    assert state.given("ana", AT + 3) == ONE
    state.take(Vote(ONE, "ana", "sedan", AT + 3))
    assert state.given("ana", AT + 3) == TWO
    assert state.seat("ana", TWO).done == 1


def test_the_output_manifest_is_ground_truth_s() -> None:
    made = votes((TWO, "ana", "suv"), (ONE, "ana", "sedan"), (ONE, "bo", "sedan"), (ONE, "cy", "suv"))
    first, second = (json.loads(line) for line in made.manifest().splitlines())
    assert first == {
        "source-ref": ONE,
        "kept": 7,
        "kind": 2,
        "kind-metadata": {
            "class-name": "sedan",
            "confidence": 0.63,
            "type": "groundtruth/image-classification",
            "job-name": "labeling-job/cars",
            "human-annotated": "yes",
            "creation-date": "2026-11-18T11:06:43.250000",
        },
    }
    assert (second["source-ref"], second["kind"], second["kind-metadata"]["confidence"]) == (TWO, 3, 0.95)
    assert dict(made.counted()) == {"hatchback": 0, "pickup": 0, "sedan": 1, "suv": 1}


def test_what_too_few_have_labelled_is_not_in_it() -> None:
    made = votes((ONE, "ana", "suv"), (TWO, "ana", "suv"), (TWO, "bo", "suv"), workers=2)
    assert made.settled == (TWO,)
    assert [json.loads(line)["source-ref"] for line in made.manifest().splitlines()] == [TWO]


def test_what_is_stored_comes_back() -> None:
    made = votes((ONE, "ana", "suv"), (TWO, "李雷", "sedan"))
    assert voting.restored(voting.stored(made), made.task, "votes.json") == made


GOOD = json.dumps({"source-ref": ONE})


@pytest.mark.parametrize(
    ("line", "what", "where"),
    [
        ("", "the line is empty", "m:2"),
        ("{“source-ref”: “x”}", "the line is not JSON", "m:2"),
        ("[1]", 'there is no "source-ref"', "m:2"),
        ('{"source-ref": 1}', 'there is no "source-ref"', "m:2"),
        ('{"source-ref": "s3://other/car.jpg"}', "not in the team's bucket", "m:2"),
        (json.dumps({"source-ref": f"s3://{BUCKET}/a.gif"}), "does not end in .jpg", "m:2"),
        (GOOD, "twice", "m"),
    ],
)
def test_a_wrong_line_of_a_manifest_is_named(line: str, what: str, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        voting.lines(f"{GOOD}\n{line}\n", BUCKET, "m")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("EB-601", where)
    assert what in problem.what
    assert BUCKET in problem.fix or "one line" in problem.fix


@pytest.mark.parametrize("said", ["a phone", "first\u2028second", "a\u2029b", "caf\u0085"])
def test_a_manifest_s_lines_are_kept_whole(said: str) -> None:
    line = {"source-ref": ONE, "from": said}
    assert voting.lines(json.dumps(line, ensure_ascii=False) + "\r\n", BUCKET, "m") == (line,)


@pytest.mark.parametrize(
    ("more", "cause"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ("9" * 5000, "5000 digits"),
        ("1e999", "too large"),
        ("NaN", "NaN"),
        ('"\\ud83d"', "surrogate"),
        ('1, "source-ref": 2', "twice"),
    ],
    ids=lambda each: each[:12],
)
def test_a_line_that_json_does_not_have_is_named_with_the_file_s_line(more: str, cause: str) -> None:
    text = json.dumps({"source-ref": TWO, "said": "x\u2028y"}, ensure_ascii=False)
    with pytest.raises(BadInput) as refused:
        voting.lines(f'{text}\n{GOOD[:-1]}, "more": {more}}}\n', BUCKET, "m")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("EB-601", "m:2")
    assert cause in problem.cause


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        '{"labels": [{"label": "a"}, {"label": "b\\u001b[2J"}]}',
        json.dumps({"labels": [{"label": str(number)} for number in range(99)]}),
        '{"labels": [{"label": "suv"}]}',
        '{"labels": [{"label": "a"}, {"label": "a"}]}',
    ],
)
def test_a_class_list_needs_two_classes(text: str) -> None:
    with pytest.raises(BadInput, match="EB-602"):
        voting.classes(text, "labels.json")


def gone(row: dict[str, Any]) -> None:
    row["picture"] = f"s3://{BUCKET}/other.jpg"


def renamed(row: dict[str, Any]) -> None:
    row["label"] = "bus"


def never(row: dict[str, Any]) -> None:
    row["at"] = 1e300


def nobody(row: dict[str, Any]) -> None:
    row["worker"] = ["ana"]


@pytest.mark.parametrize("change", [gone, renamed, dict.clear, never, nobody])
def test_labels_of_other_pictures_or_classes_are_not_thrown_away_but_refused(change: Callable[[Any], None]) -> None:
    held = json.loads(voting.stored(votes((ONE, "ana", "suv"))))
    change(held["votes"][0])
    with pytest.raises(BadInput, match="EB-604"):
        voting.restored(json.dumps(held), task(), "votes.json")
