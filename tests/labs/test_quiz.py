"""The shipped questions, and what the schema finds wrong with others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import quiz, shipped

SHIPPED = quiz.read(shipped.quiz_file() or Path("nowhere"))
FEWEST, FEWEST_A_TOPIC, FEWEST_ON_THE_LABS = 60, 8, 15

GOOD = """questions:
  - id: one
    topic: gpu
    question: {en: Which one, zh: 哪个}
    choices:
      a: {en: first, zh: 一}
      b: {en: second, zh: 二}
      c: {en: third, zh: 三}
    answer: [b]
    why: {en: because, zh: 因为}
    source: https://docs.aws.amazon.com/x.html
"""


def found(tmp_path: Path, text: str) -> list[tuple[str | None, str]]:
    file = tmp_path / "questions.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        quiz.read(file)
    except BadInput as bad:
        return [(each.code, each.where) for each in bad.problems]
    return []


def test_there_are_enough_questions_in_each_topic() -> None:
    assert len(SHIPPED) >= FEWEST
    topics = Counter(each.topic for each in SHIPPED)
    assert set(topics) == {"sagemaker", "ai-services", "scenarios", "gpu", "labs"}
    assert min(topics.values()) >= FEWEST_A_TOPIC
    assert topics["labs"] >= FEWEST_ON_THE_LABS


def test_neither_place_nor_length_gives_the_right_answer_away() -> None:
    single = [each for each in SHIPPED if len(each.answer) == 1]
    places = Counter(each.answer[0] for each in single)
    assert set(places) == set("abcd")
    assert max(places.values()) <= len(single) * 0.3
    longest = [
        each for each in single if all(longer(each, letter) for letter in each.choices if letter != each.answer[0])
    ]
    assert len(longest) < len(single) * 0.4


def longer(question: quiz.Question, than: quiz.Letter) -> bool:
    return len(question.choices[question.answer[0]].en) > len(question.choices[than].en)


def test_who_must_choose_two_is_told_so() -> None:
    for each in SHIPPED:
        assert ("(Two answers)" in each.question.en, "选两项" in each.question.zh) == (len(each.answer) == 2,) * 2, (
            each.id
        )
        assert len(each.answer) <= 2


def test_no_question_is_asked_twice() -> None:
    for language in ("en", "zh"):
        asked = [getattr(each.question, language) for each in SHIPPED]
        assert len(set(asked)) == len(asked)


def test_chinese_is_chinese() -> None:
    """Names of services are the same in both; sentences are not."""
    for each in SHIPPED:
        for said in (each.question, each.why):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in said.zh), each.id
            assert said.en.isascii(), each.id


def test_the_quiz_does_not_give_away_what_lab_3_asks_for() -> None:
    text = " ".join(f"{each.question.en} {each.why.en}" for each in SHIPPED)
    assert "validation:accuracy" not in text


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (("answer: [b]", "answer: [d]"), "answer"),
        (("answer: [b]", "answer: [a, b, c]"), "answer"),
        (("answer: [b]", "answer: [b, b]"), "answer"),
        (("      c: {", "      d: {"), "choices"),
        (("en: third", "en: first"), "choices"),
        (("zh: 三", "zh: 一"), "choices"),
        (("topic: gpu", "topic: cpu"), "topic"),
        (("https://docs.aws.amazon.com/", "https://example.com/"), "source"),
        ((", zh: 因为", ""), "why.zh"),
    ],
)
def test_a_wrong_question_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], wrong: str) -> None:
    [(code, where)] = found(tmp_path, GOOD.replace(*change))
    assert code in {"EB-134", "EB-136"}
    assert where.startswith("labs/quiz/questions.yaml:")
    assert where.endswith(f"questions[0].{wrong}")


def test_a_right_one_is_not_and_an_id_is_used_once(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []
    assert found(tmp_path, GOOD + GOOD.removeprefix("questions:\n")) == [
        ("EB-136", "labs/quiz/questions.yaml:1: questions")
    ]


def test_an_event_s_own_questions_come_first(tmp_path: Path) -> None:
    own = tmp_path / "labs" / "quiz" / "questions.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(GOOD, encoding="utf-8")
    assert shipped.quiz_file(tmp_path) == own
