"""What each kind is called in a sentence."""

from __future__ import annotations

from bootstrap.aws.kinds import KINDS
from bootstrap.aws.kinds.words import kind_counted, kind_words
from bootstrap.errors.message import Message
from bootstrap.report.translations import shown


def test_every_kind_has_words_in_both_languages() -> None:
    for kind in KINDS:
        assert isinstance(kind_words(kind.name), Message), kind.name
        assert kind_words(kind.name) == kind.name
        assert kind_counted(kind.name, 1) == f"1 {kind.name}"
        assert shown(kind_words(kind.name), "zh") != kind.name
        assert shown(kind_counted(kind.name, 2), "zh") != kind_counted(kind.name, 2)


def test_kinds_are_counted() -> None:
    assert [kind_counted(kind, 2) for kind in ("bucket", "policy", "event bus", "image repository")] == [
        "2 buckets", "2 policies", "2 event buses", "2 image repositories",
    ]  # fmt: skip
    assert shown(kind_counted("bucket", 3), "zh") == "3 个存储桶"


def test_a_kind_of_another_version_keeps_its_name() -> None:
    assert (kind_words("quantum job"), kind_counted("quantum job", 2)) == ("quantum job", "2 quantum job")
