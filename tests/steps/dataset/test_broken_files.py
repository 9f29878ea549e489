"""Every way in which a folder or a zip can be broken: what is said, by name, by the check and by packing alike."""

from __future__ import annotations

import os
import socket
import struct
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.steps.dataset import entries, sources, zip_files
from bootstrap.steps.dataset.survey import Survey
from tests.steps.dataset.datasets import archive, dataset, files, folder, image

GOOD = {"audi": 12, "bmw": 12}
# A picture too many in a class does not make the class too thin when it is left out.
SPARE = "audi/7.jpg"

Said = list[tuple[str, str]]


def _said(does: Callable[[], object]) -> Said:
    with pytest.raises(BadInput) as caught:
        does()
    return [(each.code, each.what) for each in caught.value.problems]


def checked(path: Path) -> Said:
    return _said(lambda: sources.check(dataset(path), path.parent))


def packed(path: Path) -> Said:
    return _said(lambda: list(sources.open_source(dataset(path), path.parent, path.parent).read(Survey())))


def both(path: Path) -> Said:
    """What the check says; packing must say the same."""
    found = checked(path)
    assert packed(path) == found
    return found


def patched(path: Path, name: str, at: int, data: bytes) -> None:
    """Change the entry of a member in the directory of a zip, `at` bytes from its beginning."""
    whole = bytearray(path.read_bytes())
    central = whole.rindex(name.encode()) - 46
    assert whole[central : central + 4] == b"PK\1\2"
    whole[central + at : central + at + len(data)] = data
    path.write_bytes(bytes(whole))


def zipped(tmp_path: Path, extra: dict[str, bytes] | None = None) -> Path:
    return archive(tmp_path / "cars.zip", {**files(GOOD), **(extra or {})})


@pytest.mark.parametrize(
    ("at", "data", "code", "words"),
    [
        (8, b"\1", "EB-187", "is protected by a password"),
        (10, struct.pack("<H", 99), "EB-187", "is compressed by AES, which cannot be read"),
        (10, struct.pack("<H", 93), "EB-187", "is compressed by Zstandard, which cannot be read"),
        (10, struct.pack("<H", 9), "EB-187", "is compressed by Deflate64, which cannot be read"),
        (10, struct.pack("<H", 77), "EB-187", "is compressed by 77, which cannot be read"),
        (16, b"\0\0\0\1", "EB-181", "cannot be read: its data in the archive is damaged or cut off"),
        (10, struct.pack("<H", 8), "EB-181", "cannot be read: its data in the archive is damaged or cut off"),
        (10, struct.pack("<H", 14), "EB-181", "cannot be read: its data in the archive is damaged or cut off"),
        (42, struct.pack("<I", 0x7FFFFF00), "EB-181", "cannot be read: its data in the archive is damaged or cut off"),
        (42, struct.pack("<I", 5), "EB-181", "cannot be read: its data in the archive is damaged or cut off"),
        (38, struct.pack("<I", 0o120777 << 16), "EB-181", "cannot be read: it is a link to another file"),
        (24, struct.pack("<I", 0), "EB-181", "cannot be read: it is empty"),
        (24, struct.pack("<I", 50 * 1024**2), "EB-185", "has 50 MB"),
    ],
    ids=["password", "AES", "Zstandard", "Deflate64", "unknown method", "checksum", "no deflate", "no LZMA",
         "behind the end", "no member there", "link", "empty", "too large"],
)  # fmt: skip
def test_a_broken_member_is_named_with_its_cause(tmp_path: Path, at: int, data: bytes, code: str, words: str) -> None:
    path = zipped(tmp_path)
    patched(path, SPARE, at, data)
    assert both(path) == [(code, f"{SPARE} {words}")]


def test_a_member_that_stands_twice_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path)
    with zipfile.ZipFile(path, "a") as written, pytest.warns(UserWarning, match="Duplicate name"):
        written.writestr(SPARE, image(77))
    assert both(path) == [("EB-195", f"{SPARE} stands twice in the archive")]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda whole: b"", "it is another kind of file"),
        (lambda whole: b"<html>please sign in</html>", "it is another kind of file"),
        (lambda whole: whole[: len(whole) // 2], "its end is missing"),
        (lambda whole: whole[:-1], "its end is missing"),
        (lambda whole: whole[len(whole) // 2 :], "a part of it is missing"),
        (lambda whole: whole[:-22] + whole[-200:], "its directory is damaged"),
        (lambda whole: whole.replace(b"PK\1\2", b"PK\1\1"), "its directory is damaged"),
    ],
    ids=["empty", "a sign-in page", "half of it", "a byte short", "its second half", "twice an end", "no members"],
)
def test_what_is_no_whole_zip_is_refused_at_once(tmp_path: Path, damage: Callable[[bytes], bytes], why: str) -> None:
    path = zipped(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert both(path) == [("EB-187", f"cars.zip is not a readable zip: {why}")]


def test_a_zip64_a_comment_and_a_program_before_the_zip_do_no_harm(tmp_path: Path) -> None:
    buffer = BytesIO(b"#!/bin/sh\nexit\n" * 20)
    buffer.seek(0, os.SEEK_END)
    with zipfile.ZipFile(buffer, "w") as written:
        for name, data in files(GOOD).items():
            with written.open(name, "w", force_zip64=True) as member:
                member.write(data)
        written.comment = b"made by a program"
    path = tmp_path / "cars.zip"
    path.write_bytes(buffer.getvalue())
    found = sources.check(dataset(path), tmp_path)
    assert found is not None
    assert (found.packed, found.there) == (24, 24)


def test_an_archive_inside_an_archive_is_pointed_at(tmp_path: Path) -> None:
    inner = zipped(tmp_path).read_bytes()
    path = archive(tmp_path / "outer.zip", {"cars/cars.zip": inner})
    with pytest.raises(BadInput) as caught:
        sources.check(dataset(path), tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, "1 .zip" in problem.what) == ("EB-182", True)
    assert "archive inside" in problem.fix


@pytest.mark.parametrize("members", [300_000, 100_001])
def test_a_zip_of_hundreds_of_thousands_of_members_is_refused_before_they_are_read(
    tmp_path: Path, members: int
) -> None:
    name = b"a/1.jpg"
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0)
    directory = (entry + name) * members
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, members & 0xFFFF, members & 0xFFFF, len(directory), 0, 0)
    path = tmp_path / "many.zip"
    path.write_bytes(directory + end)
    began = time.process_time()
    assert checked(path) == [("EB-197", "many.zip has more than 100,000 files")]
    assert time.process_time() - began < 2


def test_a_zip_whose_members_claim_terabytes_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "LARGEST_TOTAL", 10_000)
    assert [code for code, _ in both(zipped(tmp_path))] == ["EB-185"]


def test_a_member_that_claims_less_than_it_holds_ends_where_it_said(tmp_path: Path) -> None:
    path = tmp_path / "cars.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in files(GOOD).items():
            written.writestr(name, bytes(3 * 1024**2) if name == SPARE else data)
    patched(path, SPARE, 24, struct.pack("<I", 1000))
    ((code, said),) = both(path)
    assert (code, SPARE in said) == ("EB-181", True)


# --- folders


def made(tmp_path: Path) -> Path:
    return folder(tmp_path / "cars", files(GOOD))


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_pipe, "it is a named pipe"),
        (_socket, "it is a socket"),
        (lambda path: path.symlink_to("/dev/zero"), "it is a device"),
        (lambda path: path.symlink_to("nowhere.jpg"), "it is a link that leads nowhere"),
        (lambda path: path.symlink_to(path.name), "it is a link that leads nowhere"),
        (lambda path: path.symlink_to(path.parent.parent), "it is a link to a folder around it"),
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(bytes(4000)), "it has only zeros: it was not written or copied to its end"),
        (lambda path: path.write_bytes(b"hello"), "its bytes are no picture of a known kind"),
    ],
    ids=["pipe", "socket", "device", "dangling link", "link to itself", "loop", "empty", "zeros", "text"],
)
def test_a_broken_file_is_named_with_its_cause_and_nothing_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], why: str
) -> None:
    at = made(tmp_path)
    monkeypatch.chdir(at / "audi")  # The path of a socket may have 108 bytes.
    make(Path("x.jpg") if make is _socket else at / "audi" / "x.jpg")
    assert both(at) == [("EB-181", f"audi/x.jpg cannot be read: {why}")]


def test_a_file_and_a_folder_that_may_not_be_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = folder(made(tmp_path), {"secret/1.jpg": image(3)})
    scandir, opened = os.scandir, os.open

    def scanned(path: Path) -> object:
        if Path(path).name == "secret":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    def refused(path: str, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(SPARE):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "scandir", scanned)
    monkeypatch.setattr(os, "open", refused)
    assert sorted(both(at)) == [
        ("EB-181", f"{SPARE} cannot be read: you may not read it"),
        ("EB-181", "secret cannot be read: you may not read it"),
    ]


def test_a_name_that_is_not_utf_8_is_shown_legibly(tmp_path: Path) -> None:
    at = made(tmp_path)
    Path(os.fsdecode(os.fsencode(at / "audi") + b"/caf\xe9.jpg")).write_bytes(image(88))
    assert both(at) == [("EB-195", "the name of audi/caf\\xe9.jpg is not UTF-8")]


def test_a_folder_with_a_pictures_name_is_no_picture(tmp_path: Path) -> None:
    at = folder(made(tmp_path), {"audi/x.jpg/1.jpg": image(88)})
    assert both(at) == [("EB-186", "1 picture lies a folder too deep: audi/x.jpg/1.jpg")]


def test_a_folder_of_too_many_files_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MOST_FILES", 20)
    at = made(tmp_path)
    ((code, said),) = both(at)
    assert (code, said.endswith("has more than 20 files")) == ("EB-197", True)


def test_a_folder_of_too_many_folders_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = made(tmp_path)
    for number in range(40):
        (at / f"empty-{number % 4}" / f"{number}").mkdir(parents=True)
    monkeypatch.setattr(entries, "MOST_FILES", 60)
    assert [code for code, _ in both(at)] == ["EB-197"]


def test_a_folder_that_is_far_too_deep_is_not_followed(tmp_path: Path) -> None:
    at = folder(made(tmp_path), {"audi/1/2/3/4/5/6/7/8/x.jpg": image(88)})
    assert both(at) == [("EB-186", "audi/1/2/3/4/5 lies too deep: the layout is <class>/<picture>")]


@pytest.mark.parametrize("pack", [folder, archive])
@pytest.mark.parametrize(
    "label", ["a" * 61, " audi", "audi ", "au\ndi", "au\x1b[31mdi", "au\u202edi"],
    ids=["long", "space before", "space after", "line break", "control", "turned"],
)  # fmt: skip
def test_an_odd_class_name_is_refused(tmp_path: Path, label: str, pack: Callable[..., Path]) -> None:
    found = both(pack(tmp_path / "cars.zip", files({label: 12, "bmw": 12})))
    assert [code for code, _ in found] == ["EB-195"]
    assert "cannot be used" in found[0][1]


@pytest.mark.parametrize("names", [("Audi", "audi"), ("STRASSE", "straße")])
def test_class_names_that_get_mixed_up_on_other_machines_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    contents = {f"{label}/{n}.jpg": image(n * 5 + at) for at, label in enumerate(names) for n in range(12)}
    found = both(archive(tmp_path / "cars.zip", contents))
    assert [code for code, _ in found] == ["EB-195"]
    assert "differ only in" in found[0][1]


def test_a_class_name_in_two_encodings_of_its_accents_is_refused(tmp_path: Path) -> None:
    contents = {**files(GOOD), "caf\u00e9/1.jpg": image(70), "cafe\u0301/1.jpg": image(71)}
    ((code, said), *_) = both(archive(tmp_path / "cars.zip", contents))
    assert (code, "differ only in" in said) == ("EB-195", True)


@pytest.mark.parametrize("label", ["奥迪", "🚗 family", "K-Car (軽)", "L'été"])
def test_class_names_of_any_script_are_fine(tmp_path: Path, label: str) -> None:
    found = sources.check(dataset(folder(tmp_path / "cars", files({label: 12, "bmw": 12}))), tmp_path)
    assert found is not None
    assert found.packed == 24


@pytest.mark.parametrize("pack", [folder, archive])
def test_classes_one_folder_too_deep_are_said_once_with_the_fix(tmp_path: Path, pack: Callable[..., Path]) -> None:
    contents = {f"{top}/{name}": data for top in ("train", "val") for name, data in files(GOOD).items()}
    path = pack(tmp_path / "cars.zip", contents)
    with pytest.raises(BadInput) as caught:
        sources.check(dataset(path), tmp_path)
    first = caught.value.problems[0]
    assert [each.code for each in caught.value.problems] == ["EB-186", "EB-182"]
    assert first.what == (
        "48 pictures lie a folder too deep: train/audi/0.jpg, train/audi/1.jpg, train/audi/10.jpg and 45 more"
    )
    assert "train/, val/" in first.fix


def test_all_that_is_wrong_is_said_at_once_and_no_more_than_fits_a_screen(tmp_path: Path) -> None:
    broken = {f"audi/x{number}.jpg": b"no picture" for number in range(70)}
    at = folder(made(tmp_path), {**broken, "loose.jpg": image(3), "tiny/1.jpg": image(9, (8, 8))})
    found = both(at)
    assert len(found) == 51
    assert found[-1][1] == "and 23 more problems of this kind"


def test_check_opens_and_never_decodes(tmp_path: Path) -> None:
    """A picture that breaks off late passes the check, which stays fast; packing finds it."""
    whole = image(5, (640, 480), "PNG")
    noisy = {**files(GOOD), "audi/late.png": whole[:-20]}
    path = folder(tmp_path / "cars", noisy)
    assert sources.check(dataset(path), tmp_path) is not None
    assert packed(path) == [("EB-181", "audi/late.png cannot be read: its data is damaged or cut off")]


@pytest.mark.parametrize("source", ["builtin:cars", "https://example.com/cars.zip", "s3://my-bucket/cars.zip"])
def test_what_lies_elsewhere_is_not_fetched_for_a_check(tmp_path: Path, source: str) -> None:
    assert sources.check(dataset(source), tmp_path) is None


def test_a_zip_that_opens_is_closed_again(tmp_path: Path) -> None:
    path = zipped(tmp_path)
    with zip_files.opened(path, "cars.zip") as found:
        assert len(zip_files.listing(found).files) == 24
