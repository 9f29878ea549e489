"""Lab 1's manifest: what a team wrote by hand is checked and kept, the rest is added."""

from __future__ import annotations

import io
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.labs.test_compare import BUCKET, S3
from tests.runs import SHIPPED

KEY = "labelling/team.manifest"


class Bucket(S3):
    def put_object(self, **asked: Any) -> None:
        self.objects[str(asked["Key"])] = bytes(asked["Body"])


def line(number: int, bucket: str = BUCKET) -> str:
    return json.dumps({"source-ref": f"s3://{bucket}/labelling/car-{number:02d}.jpg"})


@pytest.fixture
def bucket() -> Bucket:
    return Bucket(
        {f"labelling/car-{number:02d}.jpg": b"" for number in range(1, 25)} | {"labelling/input.manifest": b""}
    )


def run(monkeypatch: pytest.MonkeyPatch, at: Path, s3: Bucket) -> str:
    settings, out = at / "event.json", io.StringIO()
    settings.write_text(json.dumps({"bucket": BUCKET, "region": "eu-west-1"}), encoding="utf-8")
    monkeypatch.setattr(boto3, "client", lambda *_, **__: s3)
    monkeypatch.setattr(sys, "argv", ["manifest.py", "--settings", str(settings)])
    monkeypatch.setattr(sys, "stdout", out)
    try:
        runpy.run_path(str(SHIPPED / "labs" / "ground-truth" / "manifest.py"), run_name="__main__")
    except SystemExit as ended:
        return str(ended.code)
    return out.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_lines_by_hand_are_kept_and_the_rest_is_added(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bucket: Bucket, end: str
) -> None:
    own = [line(3), line(1).replace('{"', '{ "')]
    bucket.objects[KEY] = b"\xef\xbb\xbf" + (end or "\n").join(own).encode() + end.encode()
    assert "2 lines were there, 22 are new, 24 in all" in run(monkeypatch, tmp_path, bucket)
    rest = [line(number) for number in range(1, 25) if number not in (1, 3)]
    assert bucket.objects[KEY].decode().split("\n") == [*own, *rest, ""]
    assert "24 lines were there, 0 are new, 24 in all" in run(monkeypatch, tmp_path, bucket)


def test_every_line_that_a_job_could_not_use_is_named_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bucket: Bucket
) -> None:
    curly = line(2).replace('"', "\u201d")
    lines = [line(1), curly, line(3, "other"), line(99), "car-04.jpg", '{"source": "x"}', line(1), f"{line(5)},"]
    bucket.objects[KEY] = "\n".join(lines).encode()
    said = run(monkeypatch, tmp_path, bucket).splitlines()
    assert said[0].endswith("was not changed. Correct these lines and upload it again:")
    assert [each.partition(":")[0] for each in said[1:]] == [f"line {number}" for number in range(2, 9)]
    why = ["straight", "not in your bucket", "not one of the", "it is not {", "it is not {", "line 1 names the same"]
    why.append("after the }, no comma")
    assert [told in row for row, told in zip(said[1:], why, strict=True)] == [True] * 7
    assert bucket.objects[KEY] == "\n".join(lines).encode()


def test_a_file_of_notepad_in_utf_16_is_named_as_such(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bucket: Bucket
) -> None:
    bucket.objects[KEY] = line(1).encode("utf-16")
    assert "is not text in UTF-8" in run(monkeypatch, tmp_path, bucket)
