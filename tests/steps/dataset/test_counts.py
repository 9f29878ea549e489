"""What lay there against what was packed, and pictures that stand there more than once."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from bootstrap.errors import BadInput
from bootstrap.steps.dataset import package, recordio, sources, stratified
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.dataset.survey import Survey
from tests.steps.dataset.datasets import an_event, archive, dataset, files, folder, image

GOOD = {"audi": 24, "bmw": 24}


def scene(number: int, size: tuple[int, int] = (80, 60)) -> Image.Image:
    """A picture of coarse noise: no two look alike, and one saved again still looks like itself."""
    coarse = Image.frombytes("RGB", (8, 6), Random(number).randbytes(8 * 6 * 3))
    return coarse.resize(size, Image.Resampling.BICUBIC)


def saved(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def built(path: Path, **values: object) -> tuple[Package, list[str]]:
    told: list[str] = []
    event = an_event(dataset(path, **values), path.parent)
    found = package.build(event, path.parent / "cache", progress=lambda what, done, total: told.append(str(what)))
    return found, told


def read(path: Path) -> Survey:
    survey = Survey()
    list(sources.open_source(dataset(path), path.parent, path.parent).read(survey))
    return survey


def content(found: Package, key: str) -> bytes:
    return next(b"".join(each.part(at) for at in range(1, each.parts + 1)) for each in found.items if each.key == key)


def sides(found: Package) -> tuple[list[bytes], list[bytes]]:
    """The pictures of training and of validation."""
    one, other = (
        [recordio.unpack(each).data for each in recordio.read(BytesIO(content(found, key)))]
        for key in ("train/train.rec", "validation/validation.rec")
    )
    return one, other


@pytest.mark.parametrize("pack", [folder, archive])
def test_what_was_left_out_is_counted_by_its_kind_on_every_run(tmp_path: Path, pack: Callable[..., Path]) -> None:
    left = {f"audi/{n}.heic": b"x" for n in range(3)} | {"bmw/a.avif": b"x", "bmw/README": b"x", "list.csv": b"x"}
    litter = {"audi/.DS_Store": b"x", "bmw/Thumbs.db": b"x", "__MACOSX/audi/._0.jpg": b"x"}
    path = pack(tmp_path / "cars.zip", {**files(GOOD), **left, **litter})
    wanted = ["packed 48 of 54 files; left out: 3 .heic, 1 without an ending, 1 .avif, 1 .csv"]
    first, told = built(path)
    hidden = [each for each in told if "hidden" in each]
    assert list(first.lines) == wanted + hidden
    # In a folder, what is under __MACOSX is not looked at.
    assert hidden in (["3 hidden or system files were ignored"], ["2 hidden or system files were ignored"])
    again, told_again = built(path)
    assert again == first
    assert told_again == list(first.lines)


def test_a_picture_added_to_what_is_left_out_makes_the_count_new(tmp_path: Path) -> None:
    path = folder(tmp_path / "cars", files(GOOD))
    assert built(path)[0].lines == ("packed 48 of 48 files",)
    folder(path, {"audi/a.heic": b"x"})
    assert built(path)[0].lines == ("packed 48 of 49 files; left out: 1 .heic",)


def test_builtin_pictures_need_no_count(tmp_path: Path) -> None:
    found = package.build(an_event(dataset(), tmp_path), tmp_path / "cache")
    assert found.lines == ()


def test_webp_and_jfif_are_packed_and_a_class_that_is_a_link_is_followed(tmp_path: Path) -> None:
    contents = {f"sedan/{n}.jpg": saved(scene(n)) for n in range(20)}
    contents |= {f"sedan/w{n}.webp": saved(scene(100 + n), "WEBP") for n in range(15)}
    contents |= {f"sedan/j{n}.jfif": saved(scene(200 + n)) for n in range(10)}
    at = folder(tmp_path / "cars", contents)
    elsewhere = folder(tmp_path / "elsewhere", {f"{n}.jpg": saved(scene(300 + n)) for n in range(20)})
    (at / "van").symlink_to(elsewhere)
    pictures = list(sources.open_source(dataset(at), tmp_path, tmp_path).read(survey := Survey()))
    assert [sum(each.label == label for each in pictures) for label in ("sedan", "van")] == [45, 20]
    assert survey.lines() == ["packed 65 of 65 files"]


def noted(jpeg: bytes) -> bytes:
    """The same picture with a comment, as another date would be."""
    return jpeg[:2] + b"\xff\xfe\0\6date" + jpeg[2:]


@pytest.mark.parametrize("again", [lambda jpeg: jpeg, noted], ids=["the same bytes", "another note"])
def test_a_picture_under_two_names_is_packed_once(tmp_path: Path, again: Callable[[bytes], bytes]) -> None:
    once = {f"{label}/{n}.jpg": saved(scene(n + at * 50, (64, 64))) for at, label in enumerate("ab") for n in range(24)}
    twice = {name.replace(".jpg", "-copy.jpg"): again(data) for name, data in once.items()}
    found, _ = built(folder(tmp_path / "cars", {**once, **twice}))
    train, validation = sides(found)
    assert (len(train), len(validation)) == (found.training, found.validation) == (38, 10)
    assert len({*train, *validation}) == 48
    assert found.lines[0] == "packed 48 of 96 files; left out: 48 that other files show too"


SAVED_AGAIN: dict[str, Callable[[Image.Image], bytes]] = {
    "PNG": lambda picture: saved(picture, "PNG"),
    "WebP": lambda picture: saved(picture, "WEBP", quality=70),
    "low quality": lambda picture: saved(picture, quality=45),
    "smaller": lambda picture: saved(picture.resize((60, 45))),
}


@pytest.mark.parametrize("form", SAVED_AGAIN)
def test_a_picture_that_was_saved_again_never_stands_on_both_sides(tmp_path: Path, form: str) -> None:
    pictures = {f"{label}/{n}": scene(n + at * 50) for at, label in enumerate("ab") for n in range(24)}
    contents = {f"{name}.jpg": saved(each, quality=90) for name, each in pictures.items()}
    again = {f"{name}-again.{form[0]}.jpg": SAVED_AGAIN[form](each) for name, each in pictures.items()}
    found, _ = built(folder(tmp_path / "cars", {**contents, **again}))
    assert found.lines == ("packed 96 of 96 files",)
    listed = json.loads(content(found, "classes.json"))
    assert len(listed["together"]) == 48
    with zipfile.ZipFile(BytesIO(content(found, "car_data.zip"))) as written:
        name_of = {written.read(each): each for each in written.namelist()}
    train, validation = ({name_of[each] for each in side} for side in sides(found))
    for group in listed["together"]:
        assert set(group) <= train or set(group) <= validation
    # The notebook makes the same split from the archive and the list.
    by_class: dict[str, list[str]] = {}
    for name in sorted(name_of.values(), key=lambda path: path.split("/")):
        by_class.setdefault(name.split("/")[0], []).append(name)
    notebook = stratified.split(by_class, listed["seed"], listed["validation_share"], listed["together"])
    assert (set(notebook[0]), set(notebook[1])) == (train, validation)
    assert [name_of[each] for each in sides(found)[0]] == notebook[0]


def test_a_picture_in_two_classes_is_refused_with_both_names(tmp_path: Path) -> None:
    path = folder(tmp_path / "cars", files(GOOD))
    shutil.copy(path / "audi/3.jpg", path / "bmw/other.jpg")
    with pytest.raises(BadInput) as caught:
        read(path)
    said = [(each.code, each.what) for each in caught.value.problems]
    assert said == [("EB-193", "audi/3.jpg and bmw/other.jpg are the same picture, in two classes")]


def test_a_picture_that_was_saved_again_in_another_class_is_pointed_at(tmp_path: Path) -> None:
    contents = {f"{label}/{n}.jpg": saved(scene(n + at * 50)) for at, label in enumerate("ab") for n in range(12)}
    contents["b/x.png"] = saved(scene(3), "PNG")
    assert read(folder(tmp_path / "cars", contents)).lines() == [
        "packed 25 of 25 files",
        "1 pair of pictures looks the same but stands in two classes: b/x.png = a/3.jpg",
    ]


def test_pictures_of_small_things_on_white_are_not_taken_for_copies(tmp_path: Path) -> None:
    def thing(number: int) -> bytes:
        ground = Image.new("RGB", (160, 160), (255, 255, 255))
        ground.paste(scene(number, (24, 24)), (68, 68))
        return saved(ground)

    contents = {f"{label}/{n}.jpg": thing(n + at * 50) for at, label in enumerate("ab") for n in range(12)}
    survey = read(folder(tmp_path / "cars", contents))
    assert (survey.packed, survey.alike, survey.confusable) == (24, [], [])


def test_the_setting_fit_makes_another_package(tmp_path: Path) -> None:
    wide = {f"{label}/{n}.jpg": saved(scene(n + at * 50)) for at, label in enumerate("ab") for n in range(24)}
    path = folder(tmp_path / "cars", wide)
    default, letterbox, crop = (built(path, **values)[0] for values in ({}, {"fit": "letterbox"}, {"fit": "crop"}))
    assert default.digest == letterbox.digest != crop.digest


TOGETHER = [("a1", "a2", "a3"), ("b1", "b2")]


@pytest.mark.parametrize("seed", range(20))
def test_groups_stay_on_one_side_and_the_share_is_kept(seed: int) -> None:
    by_class = {"a": [f"a{n}" for n in range(20)], "b": [f"b{n}" for n in range(20)]}
    training, validation = stratified.split(by_class, seed, 0.2, TOGETHER)
    assert sorted(training + validation) == sorted(by_class["a"] + by_class["b"])
    assert [sum(each[0] == label for each in validation) for label in "ab"] == [4, 4]
    for group in TOGETHER:
        assert len({each in validation for each in group}) == 1


def test_a_class_of_copies_gives_validation_nothing_and_one_of_two_groups_its_smaller() -> None:
    copies = [f"a{n}" for n in range(10)]
    assert stratified.split({"a": copies}, 1, 0.2, [copies])[1] == []
    assert sorted(stratified.split({"a": copies}, 1, 0.2, [copies[:7], copies[7:]])[1]) == copies[7:]


def test_a_class_of_nothing_but_copies_is_refused(tmp_path: Path) -> None:
    contents = {f"a/{n}.jpg": saved(scene(n)) for n in range(24)}
    contents |= {f"b/{n}.jpg": saved(scene(99), quality=60 + n) for n in range(24)}
    with pytest.raises(BadInput) as caught:
        built(folder(tmp_path / "cars", contents))
    (problem,) = caught.value.problems
    assert (problem.code, "no picture of b is left for validation" in problem.what) == ("EB-190", True)


def test_names_that_do_not_make_a_name_are_still_different(tmp_path: Path) -> None:
    odd = {"audi/a.b.jpg": image(201), "audi/a.b.png": image(202, form="PNG"), "audi/ .jpg": image(203)}
    found, _ = built(folder(tmp_path / "cars", {**files(GOOD), **odd}))
    with zipfile.ZipFile(BytesIO(content(found, "car_data.zip"))) as written:
        names = [each.casefold() for each in written.namelist()]
    assert len(names) == len(set(names)) == 51
