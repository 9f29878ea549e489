"""Lab 1's labels against the truth: the script, run as participants run it, over a bucket in memory."""

from __future__ import annotations

import io
import json
import random
import runpy
import shutil
import sys
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from bootstrap.steps.dataset import comparison
from bootstrap.steps.dataset.comparison import LabelAnswer
from tests.runs import SHIPPED

BUCKET, CLASSES = "ev-sagemaker-1-eu-west-1", ("sedan", "suv", "轿车")
AT = datetime(2026, 12, 10, tzinfo=UTC)


class S3:
    """The calls of the script, and no other; each object is later than the one before."""

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        self.objects = dict(objects)
        self.fetched: dict[str, int] = {}

    def get_paginator(self, _: str) -> S3:
        return self

    def paginate(self, **asked: str) -> list[Any]:
        assert asked["Bucket"] == BUCKET
        found = [
            {"Key": key, "LastModified": AT + timedelta(seconds=number)}
            for number, key in enumerate(self.objects)
            if key.startswith(asked["Prefix"])
        ]
        return [{"Contents": sorted(found, key=lambda each: str(each["Key"]))}] if found else [{}]

    def head_object(self, **asked: str) -> dict[str, Any]:
        return {"ContentLength": len(self._of(asked["Key"], "404"))}

    def get_object(self, **asked: str) -> dict[str, Any]:
        key = asked["Key"]
        data = self._of(key, "NoSuchKey")
        if "Range" in asked:
            start, _, end = asked["Range"].removeprefix("bytes=").partition("-")
            data = data[int(start) : int(end) + 1]
        self.fetched[key] = self.fetched.get(key, 0) + len(data)
        return {"Body": io.BytesIO(data)}

    def _of(self, key: str, code: str) -> bytes:
        if key not in self.objects:
            raise ClientError({"Error": {"Code": code}}, "GetObject")
        return self.objects[key]


def picture(number: int) -> str:
    return f"s3://{BUCKET}/labelling/car-{number:02d}.jpg"


def rows(labels: Sequence[str | None], job: str = "cars") -> bytes:
    """An output manifest; for None the line has no label, as where a job was stopped."""
    about = [{"class-name": label, "job-name": f"labeling-job/{job}"} for label in labels]
    lines = (
        {"source-ref": picture(number)} | ({"kind": 0, "kind-metadata": each} if each["class-name"] else {})
        for number, each in enumerate(about, 1)
    )
    return "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def answer(worker: str, label: str, at: int) -> dict[str, Any]:
    """As Ground Truth writes it."""
    return {
        "acceptanceTime": f"2026-12-10T10:{at:02d}:00.000Z",
        "answerContent": {"crowd-image-classifier": {"label": label}},
        "submissionTime": f"2026-12-10T10:{at:02d}:09.000Z",
        "timeSpentInSeconds": 9.0,
        "workerId": f"private.eu-west-1.{worker}",
        "workerMetadata": {"identityData": {"identityProviderType": "Cognito", "sub": f"sub-{worker}"}},
    }


def prepared(labels: Sequence[str | None] = ("suv", "suv", "轿车", "sedan")) -> dict[str, bytes]:
    """Four pictures, of which the second and the last are sedans, and one labelling job."""
    random.seed(7)
    pictures = {f"labelling/car-{number:02d}.jpg": random.randbytes(300) for number in (1, 2, 3, 4)}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for number, (label, data) in enumerate(zip(("suv", "sedan", "轿车", "sedan"), pictures.values(), strict=True)):
            file.writestr(f"{label}/{number}.jpg", data)
        for number in range(2000):
            file.writestr(f"suv/more-{number}.jpg", b"\xff\xd8")
        file.writestr("suv/other.jpg", random.randbytes(600_000))
    manifest = "".join(f"{json.dumps({'source-ref': picture(number)})}\n" for number in (1, 2, 3, 4))
    return {
        **pictures,
        "car_data.zip": archive.getvalue(),
        "labels.json": json.dumps({"labels": [{"label": each} for each in CLASSES]}).encode(),
        "labelling/team.manifest": manifest.encode(),
        "labelled/cars/manifests/output/output.manifest": rows(labels),
    }


def responses(*said: Sequence[tuple[str, str]], job: str = "cars") -> dict[str, bytes]:
    """Each picture's (worker, label), one after the other."""
    return {
        f"labelled/{job}/annotations/worker-response/iteration-1/{place}/2026-12-10_10:00:00.json": json.dumps(
            {"answers": [answer(worker, label, 10 * place + turn) for turn, (worker, label) in enumerate(answers)]}
        ).encode()
        for place, answers in enumerate(said)
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in CloudShell: the script, the module that comes along, and the organisers' settings."""
    at = tmp_path_factory.mktemp("labs")
    (at / "ground-truth").mkdir()
    shutil.copy(SHIPPED / "labs" / "ground-truth" / "compare.py", at / "ground-truth")
    shutil.copy(str(comparison.__file__), at / "ground-truth")
    (at / "event.json").write_text(json.dumps({"bucket": BUCKET, "region": "eu-west-1"}), encoding="utf-8")
    return at / "ground-truth"


class Said:
    def __init__(self, out: str, error: str) -> None:
        self.out, self.error = out, error


def run(monkeypatch: pytest.MonkeyPatch, place: Path, s3: S3, *words: str) -> Said:
    out = io.StringIO()
    monkeypatch.setattr(boto3, "client", lambda *_, **__: s3)
    monkeypatch.setattr(sys, "argv", ["compare.py", *words])
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.delitem(sys.modules, "comparison", raising=False)
    try:
        runpy.run_path(str(place / "compare.py"), run_name="__main__")
    except SystemExit as ended:
        return Said(out.getvalue(), str(ended.code))
    finally:
        module = sys.modules.pop("comparison", None)
        assert isinstance(module, ModuleType)
    return Said(out.getvalue(), "")


def test_agreement_table_wrong_pictures_and_each_person(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    said = [[("bo", "suv"), ("ana", "suv")], [("bo", "suv"), ("ana", "sedan")], [("ana", "轿车")], [("cy", "sedan")]]
    s3 = S3(prepared() | responses(*said))
    found = run(monkeypatch, place, s3)
    assert found.error == ""
    assert found.out.splitlines() == [
        "job cars: 4 of 4 pictures have a label",
        "agreement with the truth: 3 of 4 (75 %)",
        "",
        "truth \\ you said  sedan  suv  轿车",
        "sedan                 1    1     0",
        "suv                   0    1     0",
        "轿车                  0    0     1",
        "",
        "labelled otherwise than the truth:",
        "  car-02.jpg: you said suv, it is sedan (worker 1)",
        "",
        "by person, how many agree with the truth:",
        "  worker 1: 1 of 2",
        "  worker 2: 3 of 3",
        "  worker 3: 1 of 1",
        "",
        "people disagreed with each other:",
        "  car-02.jpg: suv 1, sedan 1",
    ]
    for secret in ("private.", "sub-", "ana", "bo", "cy"):
        assert secret not in found.out
    # Of the archive only its directory is fetched.
    assert s3.fetched["car_data.zip"] < len(s3.objects["car_data.zip"]) - 300_000


def test_the_labelling_page_s_votes_give_nicknames_and_no_mail_address(
    monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    votes = [
        {"picture": picture(number), "worker": who, "label": "sedan", "at": 1.0}
        for number, who in enumerate(("ana", "bo@example.com", "李雷", "x" * 41), 1)
    ]
    kept = {"version": 1, "votes": votes}
    s3 = S3(prepared() | {"labelled/cars/votes.json": json.dumps(kept).encode()})
    found = run(monkeypatch, place, s3)
    assert found.error.startswith("The organisers' page still takes answers.")
    assert "car_data.zip" not in s3.fetched, "nobody corrects an answer by the truth"
    s3.objects["labelled/cars/votes.json"] = json.dumps(kept | {"compared": True}).encode()
    found = run(monkeypatch, place, s3)
    assert found.out.splitlines()[-4:] == [
        "  ana: 0 of 1",
        "  worker 2: 1 of 1",
        "  李雷: 0 of 1",
        "  worker 4: 1 of 1",
    ]
    assert "@" not in found.out


@pytest.mark.parametrize(
    ("change", "words", "error"),
    [
        ({"labelled/cars/manifests/output/output.manifest": None}, (), "There is no output manifest in s3://"),
        ({"labelled/cars/manifests/output/output.manifest": b""}, (), "There is nothing to compare yet."),
        ({}, ("--job", "boats"), "The job boats has no output manifest. These have one: cars"),
        ({"car_data.zip": None}, (), "There is no car_data.zip"),
        ({"car_data.zip": b"no zip"}, (), "There is no car_data.zip"),
        ({f"labelling/car-0{each}.jpg": b"ours" for each in (1, 2, 3, 4)}, (), "None of these pictures is in car_data"),
        ({"labelled/cars/manifests/output/output.manifest": b"{"}, (), "output.manifest cannot be read"),
        ({}, ("--settings", "nowhere.json"), "2"),
    ],
)
def test_what_cannot_be_compared_is_said(
    monkeypatch: pytest.MonkeyPatch, place: Path, change: dict[str, bytes | None], words: Sequence[str], error: str
) -> None:
    objects = {key: data for key, data in (prepared() | change).items() if data is not None}
    found = run(monkeypatch, place, S3(objects), *words)
    assert error in found.error
    assert "Traceback" not in found.out + found.error


def test_the_truth_stays_unsaid_while_a_label_is_missing(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """Also where the output manifest lacks the lines of pictures that nobody has labelled yet."""
    for labels in (("suv", None, "轿车"), ("suv", None, "轿车", None)):
        s3 = S3(prepared(labels))
        found = run(monkeypatch, place, s3)
        assert found.out == "job cars: 2 of 4 pictures have a label\n"
        assert "add --partial" in found.error
        assert "car_data.zip" not in s3.fetched
        assert "agreement with the truth: 2 of 2 (100 %)" in run(monkeypatch, place, s3, "--partial").out


def test_of_several_jobs_the_latest_is_compared_or_the_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    other = {"labelled/again/manifests/output/output.manifest": rows(["suv", "sedan", "轿车", "sedan"], "again")}
    s3 = S3(prepared() | other)
    found = run(monkeypatch, place, s3)
    assert found.out.splitlines()[:3] == [
        "The latest job is compared. For another one add --job NAME: cars",
        "job again: 4 of 4 pictures have a label",
        "agreement with the truth: 4 of 4 (100 %)",
    ]
    assert "agreement with the truth: 3 of 4" in run(monkeypatch, place, s3, "--job", "cars").out
    s3.objects["labelled/organisers/manifests/output/output.manifest"] = rows(["suv", "sedan", "轿车", "sedan"])
    assert "\njob again: 4 of 4" in run(monkeypatch, place, s3).out, "not those that the organisers gave"


def test_another_output_location_is_found(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    objects = prepared()
    objects["out/mine/manifests/output/output.manifest"] = objects.pop("labelled/cars/manifests/output/output.manifest")
    assert "job mine: 4 of 4" in run(monkeypatch, place, S3(objects)).out


def test_a_line_with_the_labels_of_two_jobs_gives_each_its_own() -> None:
    line = {
        "source-ref": picture(1),
        "a-metadata": {"class-name": "suv", "job-name": "labeling-job/first"},
        "b-metadata": {"class-name": "sedan", "job-name": "labeling-job/second"},
        "c-metadata": "no object",
    }
    assert [comparison._label(line, each) for each in ("First", "second", "other")] == ["suv", "sedan", "sedan"]
    assert comparison._label({"source-ref": picture(1), "a-metadata": {"failure-reason": "x"}}, "a") is None


def test_the_same_picture_in_two_classes_has_no_truth() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("suv/1.jpg", b"same")
        archive.writestr("sedan/2.jpg", b"same")
        archive.writestr("alone.jpg", b"no folder")
    assert comparison.classes_by_content(file) == {}


def test_of_pictures_without_truth_nothing_is_counted() -> None:
    found = comparison.compare(
        {"a": "suv", "b": "suv"}, {"a": "suv"}, [LabelAnswer("b", "ana", "suv"), LabelAnswer("a", "bo", "sedan")]
    )
    assert (found.labelled, found.known, found.agree, found.percent) == (2, 1, 1, 100)
    assert [(each.worker, each.agree, each.labelled) for each in found.people] == [("ana", 0, 0), ("bo", 0, 1)]
    assert comparison.compare({"a": "suv"}, {}).percent == 0
