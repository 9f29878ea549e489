"""Datasets as organisers bring them: what is read, and what is said about the rest."""

from __future__ import annotations

import os
import random
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bootstrap.errors import BadInput, Problem
from bootstrap.steps.dataset import converting, entries, sources
from bootstrap.steps.dataset.sources import DatasetPicture
from bootstrap.steps.dataset.survey import Survey
from tests.steps.dataset.datasets import archive, dataset, files, folder, image

GOOD = {"audi": 10, "bmw": 11}


def opened(path: Path, base: Path = Path()) -> list[DatasetPicture]:
    return list(sources.open_source(dataset(path), base, base).read(Survey()))


def problems(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(BadInput) as caught:
        opened(path)
    return [(each.code, each.what) for each in caught.value.problems]


def labels(pictures: list[DatasetPicture]) -> dict[str, int]:
    return {each.label: sum(1 for other in pictures if other.label == each.label) for each in pictures}


def test_a_folder_gives_its_pictures_class_by_class(tmp_path: Path) -> None:
    found = opened(folder(tmp_path, files(GOOD)))
    assert labels(found) == GOOD
    assert found[0].name == "0.jpg"


def test_a_zip_gives_the_same_pictures_as_the_folder_it_was_made_of(tmp_path: Path) -> None:
    assert opened(archive(tmp_path / "cars.zip", files(GOOD))) == opened(folder(tmp_path / "cars", files(GOOD)))


@pytest.mark.parametrize("pack", [folder, archive])
def test_one_folder_around_the_classes_is_accepted(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    assert labels(opened(pack(tmp_path / "cars.zip", files(GOOD, top="car_data/")))) == GOOD


def test_what_computers_leave_in_folders_is_no_picture(tmp_path: Path) -> None:
    litter = ("__MACOSX/audi/._1.jpg", "audi/.hidden.jpg", ".git/x/y.jpg", "audi/Thumbs.db", "notes.txt")
    assert labels(opened(archive(tmp_path / "a.zip", files(GOOD) | dict.fromkeys(litter, b"")))) == GOOD


def test_a_relative_path_counts_from_the_folder_of_the_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "cars", files(GOOD))
    monkeypatch.chdir(tmp_path)
    given = dataset("cars")
    monkeypatch.chdir("/")
    assert labels(list(sources.open_source(given, tmp_path, tmp_path).read(Survey()))) == GOOD


def test_names_that_chinese_windows_zipped_are_read(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip", {f"XXXX/{number}.jpg": image(number * 5 + 1) for number in range(10)} | files({"bmw": 10})
    )
    path.write_bytes(path.read_bytes().replace(b"XXXX", "奥迪".encode("gbk")))
    assert set(labels(opened(path))) == {"奥迪", "bmw"}


def test_every_picture_becomes_a_square_jpeg_of_the_datasets_size(tmp_path: Path) -> None:
    odd = {"audi/p.png": image(3, (200, 80), "PNG"), "audi/big.jpeg": image(4, (300, 500)), "audi/g.JPG": grey()}
    for each in opened(folder(tmp_path, files(GOOD) | odd)):
        with Image.open(BytesIO(each.jpeg)) as found:
            assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (64, 64))


def grey() -> bytes:
    buffer = BytesIO()
    Image.new("L", (64, 64)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_picture_that_is_right_already_keeps_its_bytes() -> None:
    assert converting.convert(image(9), 64, "letterbox").jpeg == image(9)


def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    lying = Image.new("RGB", (64, 64), (255, 0, 0))
    lying.paste((0, 0, 255), (0, 0, 32, 64))
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = BytesIO()
    lying.save(buffer, "JPEG", exif=exif, quality=95)
    upright = Image.open(BytesIO(converting.convert(buffer.getvalue(), 64, "letterbox").jpeg))
    top, bottom = upright.getpixel((32, 5)), upright.getpixel((32, 58))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert (top[2] > 200, top[0] < 50) == (True, True)
    assert (bottom[0] > 200, bottom[2] < 50) == (True, True)


def test_the_stamp_changes_with_the_content_and_with_the_size(tmp_path: Path) -> None:
    path = folder(tmp_path / "cars", files(GOOD))
    first = sources.open_source(dataset(path), tmp_path, tmp_path).stamp
    assert sources.open_source(dataset(path), tmp_path, tmp_path).stamp == first
    assert sources.open_source(dataset(path, size=128), tmp_path, tmp_path).stamp != first
    folder(path, {"audi/0.jpg": image(200)})
    os.utime(path / "audi/0.jpg", ns=(1, 1))
    assert sources.open_source(dataset(path), tmp_path, tmp_path).stamp != first


BROKEN = image(1)[:300]
NOISE = random.Random(1).randbytes(500)

ROWS = [
    ("unreadable", {**files(GOOD), "audi/z.jpg": NOISE}, [("EB-181", "audi/z.jpg")]),
    ("empty", {**files(GOOD), "audi/z.jpg": b""}, [("EB-181", "audi/z.jpg")]),
    ("cut off", {**files(GOOD), "bmw/z.jpg": BROKEN}, [("EB-181", "bmw/z.jpg")]),
    ("one class", files({"audi": 12}), [("EB-182", "1 classes (audi)")]),
    ("no pictures", {"readme.txt": b"hello"}, [("EB-182", "found no classes")]),
    ("a thin class", files({"audi": 12, "bmw": 3}), [("EB-183", "class bmw has 3")]),
    ("no class folder", {**files(GOOD), "z.jpg": image(1)}, [("EB-186", "z.jpg")]),
    ("too deep", {**files(GOOD), "a/b/z.jpg": image(1)}, [("EB-186", "1 picture lies a folder too deep: a/b/z.jpg")]),
    ("too many pixels", {**files(GOOD), "bmw/z.png": image(1, (8000, 7000), "PNG")}, [("EB-185", "bmw/z.png")]),
    ("all at once", {**files({"audi": 12, "bmw": 9}), "z.jpg": image(1), "bmw/a.jpg": NOISE, "audi/a.jpg": b""},
     [("EB-186", "z.jpg"), ("EB-181", "audi/a.jpg"), ("EB-181", "bmw/a.jpg"), ("EB-183", "class bmw has 9")]),
]  # fmt: skip


@pytest.mark.parametrize("pack", [folder, archive])
@pytest.mark.parametrize(("contents", "wanted"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_is_wrong_is_said_all_at_once(
    tmp_path: Path, contents: dict[str, bytes], wanted: list[tuple[str, str]], pack: object
) -> None:
    assert callable(pack)
    found = problems(pack(tmp_path / "cars.zip", contents))
    assert [code for code, _ in found] == [code for code, _ in wanted]
    for (_, said), (_, part) in zip(found, wanted, strict=True):
        assert part in said


def test_pictures_of_unknown_kinds_are_mentioned_where_a_class_is_thin(tmp_path: Path) -> None:
    found = problems(folder(tmp_path, {**files({"audi": 12, "bmw": 3}), "bmw/a.heic": b"", "bmw/b.heic": b""}))
    assert "2 .heic" in found[0][1]


def test_too_large_files_are_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "LARGEST_PICTURE", 2000)
    contents = {**files(GOOD), "bmw/z.jpg": bytes(2001)}
    assert [code for code, _ in problems(folder(tmp_path, contents))] == ["EB-185"]


def test_thousands_of_problems_are_cut_short(tmp_path: Path) -> None:
    found = problems(folder(tmp_path, {**files(GOOD), **{f"audi/x{n}.jpg": b"" for n in range(80)}}))
    assert len(found) == 51
    assert "30 more" in found[-1][1]


@pytest.mark.parametrize(
    "name", ["../evil.jpg", "audi/../../evil.jpg", "/etc/evil.jpg", "C:\\evil.jpg", "..\\evil.jpg"]
)
def test_an_archive_that_leads_out_of_itself_is_refused(tmp_path: Path, name: str) -> None:
    found = problems(archive(tmp_path / "a.zip", {**files(GOOD), name: image(1)}))
    assert [code for code, _ in found] == ["EB-184"]
    assert not list(tmp_path.parent.glob("evil.jpg"))


def test_a_locked_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", files(GOOD))
    with zipfile.ZipFile(path) as written:
        central = written.start_dir
    data = bytearray(path.read_bytes())
    data[central + 8] |= 1
    path.write_bytes(bytes(data))
    first, *_ = problems(path)
    assert first == ("EB-187", "audi/0.jpg is protected by a password")


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"<html>not found</html>")
    assert [code for code, _ in problems(tmp_path / "a.zip")] == ["EB-187"]


def test_a_damaged_picture_in_a_zip_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", files(GOOD))
    data = path.read_bytes()
    at = data.index(files(GOOD)["bmw/3.jpg"])
    path.write_bytes(data[: at + 30] + b"\xff\xff" + data[at + 32 :])
    assert problems(path) == [("EB-181", "bmw/3.jpg cannot be read: its data in the archive is damaged or cut off")]


def test_a_source_that_has_vanished_since_the_event_was_read_is_named(tmp_path: Path) -> None:
    given = dataset(folder(tmp_path / "cars", files(GOOD)))
    (tmp_path / "cars").rename(tmp_path / "other")
    with pytest.raises(BadInput) as caught:
        sources.open_source(given, tmp_path, tmp_path)
    assert isinstance(caught.value.problems[0], Problem)
    assert caught.value.problems[0].code == "EB-180"
