"""One package for all teams: what is in it, that it is the same every time, and that it is made once."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import pickle
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bootstrap.errors import BadInput, Refused
from bootstrap.event.lab import Lab
from bootstrap.steps.dataset import item, package, recordio
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.dataset.item import Item
from tests.steps.dataset.datasets import an_event, archive, dataset, files, folder, image

ALL = ("recordio", "archive", "labelling", "lab-files")
LAB = Lab(name="notebook", title="Notebook", data=("recordio", "archive", "lab-files"))


def built(tmp_path: Path, cache: str = "cache", **values: object) -> Package:
    return package.build(an_event(dataset(**values), tmp_path, (LAB,)), tmp_path / cache)  # type: ignore[arg-type]


def content(found: Package, key: str) -> bytes:
    each = next(each for each in found.items if each.key == key)
    return b"".join(each.part(number) for number in range(1, each.parts + 1))


def records(found: Package, key: str) -> list[recordio.Picture]:
    return [recordio.unpack(each) for each in recordio.read(BytesIO(content(found, key)))]


def test_each_class_is_split_in_the_same_shares(tmp_path: Path) -> None:
    found = built(tmp_path, validation_share=0.25)
    assert Counter(each.label for each in records(found, "train/train.rec")) == dict.fromkeys((0, 1, 2, 3), 9)
    assert Counter(each.label for each in records(found, "validation/validation.rec")) == dict.fromkeys((0, 1, 2, 3), 3)
    assert (found.training, found.validation) == (36, 12)


def test_no_picture_is_in_both_parts_and_none_is_lost(tmp_path: Path) -> None:
    found = built(tmp_path)
    train, validation = (records(found, key) for key in ("train/train.rec", "validation/validation.rec"))
    with zipfile.ZipFile(BytesIO(content(found, "car_data.zip"))) as written:
        pictures = {written.read(each) for each in written.namelist()}
    assert {each.data for each in train} | {each.data for each in validation} == pictures
    assert len(train) + len(validation) == len(pictures) == 48


def test_the_seed_chooses_what_is_kept_for_validation(tmp_path: Path) -> None:
    source = folder(tmp_path / "cars", files({"audi": 40, "bmw": 40}))
    one, other = (
        {each.data for each in records(built(tmp_path, source=source, seed=seed), "validation/validation.rec")}
        for seed in (1, 2)
    )
    assert len(one) == len(other) == 16
    assert one != other


def test_the_archive_bears_no_date_of_its_making(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(content(built(tmp_path), "car_data.zip"))) as written:
        assert {each.date_time for each in written.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_labels_are_the_places_in_the_class_list(tmp_path: Path) -> None:
    found = built(tmp_path)
    with zipfile.ZipFile(BytesIO(content(found, "car_data.zip"))) as written:
        label_of = {written.read(each): each.split("/")[0] for each in written.namelist()}
    classes = json.loads(content(found, "classes.json"))["classes"]
    assert all(classes[int(each.label)] == label_of[each.data] for each in records(found, "train/train.rec"))


def test_the_classes_are_mixed(tmp_path: Path) -> None:
    labels = [each.label for each in records(built(tmp_path), "train/train.rec")]
    assert sum(one != other for one, other in itertools.pairwise(labels)) > len(labels) / 2


def test_the_class_list_has_the_numbers_that_training_asks_for(tmp_path: Path) -> None:
    found = built(tmp_path)
    assert json.loads(content(found, "classes.json")) == {
        "classes": ["hatchback", "pickup", "sedan", "suv"],
        "num_classes": 4,
        "num_training_samples": len(records(found, "train/train.rec")),
        "num_validation_samples": len(records(found, "validation/validation.rec")),
        "picture_size": 64,
        "seed": 2020,
        "validation_share": 0.2,
    }
    assert found.classes == ("hatchback", "pickup", "sedan", "suv")
    labels = json.loads(content(found, "labels.json"))
    assert labels["labels"] == [{"label": each} for each in found.classes]


def test_there_are_24_pictures_to_label_of_all_classes_and_their_names_tell_nothing(tmp_path: Path) -> None:
    found = built(tmp_path)
    keys = [each.key for each in found.items if each.key.startswith("labelling/")]
    assert keys == [f"labelling/car-{number:02d}.jpg" for number in range(1, 25)]
    label_of = {
        each.data: each.label
        for part in ("train/train.rec", "validation/validation.rec")
        for each in records(found, part)
    }
    assert Counter(label_of[content(found, each)] for each in keys) == dict.fromkeys((0, 1, 2, 3), 6)
    learned = {each.data for each in records(found, "train/train.rec")}
    # Lab 2 can train with the team's own labels: one of a picture that is kept aside would do nothing.
    assert {content(found, each) for each in keys} <= learned
    Image.open(BytesIO(content(found, keys[0]))).verify()


def test_the_manifest_names_the_teams_own_bucket(tmp_path: Path) -> None:
    found = built(tmp_path)
    manifest = found.manifest("bucket-of-team-1")
    lines = [json.loads(line) for line in manifest.body.decode().splitlines()]
    keys = [each.key for each in found.items if each.key.startswith("labelling/")]
    assert lines == [{"source-ref": f"s3://bucket-of-team-1/{key}"} for key in keys]
    assert manifest.key == "labelling/input.manifest"
    assert manifest.etag == hashlib.md5(manifest.body).hexdigest()


def test_two_builds_in_two_places_are_equal(tmp_path: Path) -> None:
    one, other = built(tmp_path, "one"), built(tmp_path, "two")
    assert {each.key: each.etag for each in one.items} == {each.key: each.etag for each in other.items}
    assert one.digest == other.digest


def test_another_seed_makes_another_package(tmp_path: Path) -> None:
    one, other = built(tmp_path), built(tmp_path, seed=1)
    assert one.digest != other.digest
    assert not {each.etag for each in one.items} & {
        each.etag for each in other.items if each.key.endswith((".rec", ".zip", ".jpg"))
    }


def test_what_was_packed_is_used_again(tmp_path: Path) -> None:
    told: list[str] = []
    event = an_event(dataset(), tmp_path, (LAB,))
    first = package.build(event, tmp_path / "cache", progress=lambda what, done, total: told.append(what))
    packed = {f"packing {name}" for name in ("train.rec", "validation.rec")}
    assert set(told) == {"preparing pictures", *packed}
    told.clear()
    assert package.build(event, tmp_path / "cache", progress=lambda what, done, total: told.append(what)) == first
    assert told == []


@pytest.mark.parametrize("damage", ["cut", "delete", "index"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, damage: str) -> None:
    first = built(tmp_path)
    path = Path(next(each.path for each in first.items if each.key == "train/train.rec"))
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "delete":
        path.unlink()
    else:
        (path.parents[1] / "package.json").write_text("{")
    assert built(tmp_path) == first
    assert hashlib.md5(path.read_bytes()).hexdigest() == content_tag(first, "train/train.rec")


def content_tag(found: Package, key: str) -> str:
    return next(each.etag for each in found.items if each.key == key)


def test_a_failed_build_leaves_nothing_behind(tmp_path: Path) -> None:
    source = folder(tmp_path / "cars", {**files({"audi": 30, "bmw": 30}), "bmw/z.jpg": b"broken"})
    with pytest.raises(BadInput):
        built(tmp_path, source=source)
    assert [each.name for each in (tmp_path / "cache").iterdir()] == ["downloads"]


def test_what_a_killed_run_left_half_built_is_cleared_away(tmp_path: Path) -> None:
    old, young = (folder(tmp_path / "cache" / f".building-{name}", {"x": b""}) for name in ("old", "young"))
    os.utime(old, (1, 1))
    built(tmp_path)
    assert not old.exists()
    assert young.exists()


def test_too_few_pictures_for_the_labs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        built(tmp_path, source=archive(tmp_path / "a.zip", files({"audi": 15, "bmw": 20})))
    assert [each.code for each in caught.value.problems] == ["EB-190"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(BadInput) as caught:
        built(tmp_path)
    assert [each.code for each in caught.value.problems] == ["EB-191"]


def test_pictures_of_one_name_but_two_endings_are_told_apart(tmp_path: Path) -> None:
    twins = {"audi/a.png": image(1, form="PNG"), "audi/A.JPG": image(2)}
    found = built(tmp_path, source=folder(tmp_path / "cars", {**files({"audi": 30, "bmw": 30}), **twins}))
    with zipfile.ZipFile(BytesIO(content(found, "car_data.zip"))) as written:
        names = [each.casefold() for each in written.namelist()]
    assert len(names) == len(set(names)) == 62


_CHECKPOINTS = """
- {id: 1, section: "1", question: Q, question_zh: 问,
   choices: [{en: x, zh: 一}, {en: y, zh: 二}], answer: b, why: W, why_zh: 因}
"""


def lab_folder(tmp_path: Path) -> Path:
    contents = {
        "lab.yaml": b"title: Notebook\n",
        "guide.md": b"# Guide",
        "img/a.png": b"png",
        ".DS_Store": b"",
        "__pycache__/x.pyc": b"",
        "checkpoints.yaml": _CHECKPOINTS.encode(),
        "solution/steps.py": b"",
        "teacher/points.md": b"",
    }
    return folder(tmp_path / "labs" / "notebook", contents)


def test_a_labs_files_come_along_but_not_what_only_the_tool_reads(tmp_path: Path) -> None:
    lab_folder(tmp_path)
    found = [each for each in built(tmp_path).items if each.lab]
    assert [(each.key, each.lab) for each in found] == [
        ("labs/notebook/checkpoints.json", "notebook"),
        ("labs/notebook/guide.md", "notebook"),
        ("labs/notebook/img/a.png", "notebook"),
    ]
    assert found[1].part(1) == b"# Guide"


def test_a_labs_checkpoints_come_along_without_their_answers(tmp_path: Path) -> None:
    at = lab_folder(tmp_path)
    [found] = [each for each in built(tmp_path).items if "/checkpoints." in each.key and each.lab]
    [asked] = json.loads(found.body)["checkpoints"]
    assert (asked["id"], asked["question"], list(asked["choices"])) == (1, {"en": "Q", "zh": "问"}, ["a", "b"])
    (at / "checkpoints.yaml").write_text(_CHECKPOINTS.replace("answer: b", "answer: c"), encoding="utf-8")
    with pytest.raises(BadInput, match="EB-136"):
        built(tmp_path)


def test_what_all_labs_share_comes_along_and_nothing_that_is_for_judges(tmp_path: Path) -> None:
    lab_folder(tmp_path)
    (tmp_path / "labs" / "quiz").mkdir()
    (tmp_path / "labs" / "quiz" / "questions.yaml").write_bytes(b"")
    folder(tmp_path / "labs", {"preparation.md": b"# Ours", "pictures/day.svg": b"<svg/>", "pictures/.DS_Store": b""})
    found = built(tmp_path)
    shared = {each.key for each in found.items if each.key.startswith("labs/") and not each.lab}
    assert {
        "labs/preparation.md",
        "labs/pictures/day.svg",
        "labs/diagram/task.md",
        "labs/diagram/task.zh-CN.md",
    } <= shared
    assert content(found, "labs/preparation.md") == b"# Ours"
    assert "labs/preparation.zh-CN.md" not in shared, "the shipped page in another language says something else"
    kinds = {"labs/diagram/task", "labs/introduction", "labs/preparation", "labs/checkpoints", "labs/pictures/"}
    assert [each for each in shared if not each.startswith(tuple(kinds))] == []


def test_modules_that_a_lab_asks_for_are_the_tools_own_files(tmp_path: Path) -> None:
    lab_folder(tmp_path)
    lab = LAB.model_copy(update={"modules": ("recordio",)})
    found = package.build(an_event(dataset(), tmp_path, (lab,)), tmp_path / "cache")
    assert content(found, "labs/notebook/recordio.py") == Path(recordio.__file__).read_bytes()


def test_a_link_that_leads_out_of_the_event_s_folder_reaches_no_team(tmp_path: Path) -> None:
    lab_folder(tmp_path / "event")
    (tmp_path / "keys").write_text("secret", encoding="utf-8")
    (tmp_path / "event" / "labs" / "notebook" / "notes.txt").symlink_to(tmp_path / "keys")
    with pytest.raises(BadInput, match=r"EB-192 .*labs/notebook/notes.txt is a link"):
        package.build(an_event(dataset(), tmp_path / "event", (LAB,)), tmp_path / "cache")


def test_an_account_is_given_what_its_labs_ask_for(tmp_path: Path) -> None:
    lab_folder(tmp_path)
    found = built(tmp_path)

    def keys(data: tuple[str, ...], labs: tuple[str, ...] = ()) -> set[str]:
        return {each.key for each in found.objects("b", data, labs)}

    assert keys(("recordio",)) == {"train/train.rec", "validation/validation.rec", "classes.json"}
    assert keys(("archive",)) == {"car_data.zip"}
    assert len(keys(("labelling",))) == 26
    of_all = keys(("lab-files",), ("tuning",))
    assert not any(each.startswith("labs/notebook/") for each in of_all)
    assert len(keys(("lab-files",), ("notebook",)) - of_all) == 3
    assert [each.key for each in found.objects("b", ALL, ())] == sorted(keys(ALL))


def test_a_package_can_be_handed_to_another_process_and_is_small(tmp_path: Path) -> None:
    found = built(tmp_path)
    frozen = pickle.dumps(found)
    assert pickle.loads(frozen) == found
    assert len(frozen) < 30_000


def test_an_etag_of_parts_is_that_of_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item, "PART", 4)
    (tmp_path / "x").write_bytes(b"abcdefghij")
    found = item.of_file("x", "archive", tmp_path / "x")
    sums = [hashlib.md5(each).digest() for each in (b"abcd", b"efgh", b"ij")]
    assert found.etag == hashlib.md5(b"".join(sums)).hexdigest() + "-3"
    assert [found.part(number) for number in (1, 2, 3)] == [b"abcd", b"efgh", b"ij"]


def test_an_empty_file_and_one_that_fills_its_part_are_one_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item, "PART", 4)
    for data in (b"", b"abcd"):
        (tmp_path / "x").write_bytes(data)
        found = item.of_file("x", "archive", tmp_path / "x")
        assert (found.parts, found.etag, found.part(1)) == (1, hashlib.md5(data).hexdigest(), data)


@pytest.mark.parametrize("now", [b"other", b"shorter than it was", None])
def test_a_file_that_changed_since_it_was_packed_is_not_sent(tmp_path: Path, now: bytes | None) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"as it was when it was packed")
    found: Item = item.of_file("x", "archive", path)
    path.unlink()
    if now is not None:
        path.write_bytes(now)
    with pytest.raises(Refused) as caught:
        found.part(1)
    assert caught.value.code == "EB-294"
