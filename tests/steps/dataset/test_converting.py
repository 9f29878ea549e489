"""One picture -> a square JPEG: what it looks like, and what is refused."""

from __future__ import annotations

import struct
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageStat

from bootstrap.steps.dataset import converting
from bootstrap.steps.dataset.converting import TooLarge, TooSmall
from bootstrap.steps.dataset.entries import UnreadableFile

SIDE = 64


def saved(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def squared(data: bytes, fit: str = "letterbox") -> Image.Image:
    found = Image.open(BytesIO(converting.convert(data, SIDE, fit).jpeg))
    assert (found.format, found.mode, found.size) == ("JPEG", "RGB", (SIDE, SIDE))
    return found


def near(found: Any, wanted: tuple[int, ...], within: int = 6) -> bool:
    return isinstance(found, tuple) and all(abs(a - b) <= within for a, b in zip(found, wanted, strict=True))


def scene(size: tuple[int, int] = (96, 96)) -> Image.Image:
    """Noise over a gradient: a picture whose data is neither flat nor short."""
    noise = Image.frombytes("RGB", size, Random(1).randbytes(size[0] * size[1] * 3))
    return Image.blend(Image.linear_gradient("L").resize(size).convert("RGB"), noise, 0.3)


GREY = Image.linear_gradient("L").resize((96, 96)).point([round(each * 0.84) for each in range(256)])


def sixteen(order: str) -> bytes:
    """A 16-bit grey TIFF or PNG of GREY; `order`: the form."""
    wide = GREY.convert("I").point(lambda value: value * 257)
    return saved(wide.convert("I;16"), order)


def floats(factor: float, offset: float = 0.0) -> bytes:
    return saved(GREY.convert("F").point(lambda value: value * factor + offset), "TIFF")


@pytest.mark.parametrize(
    ("data", "mean"),
    [
        (sixteen("PNG"), 107),
        (sixteen("TIFF"), 107),
        (saved(GREY), 107),
        (floats(1.0), 107),
        (floats(1 / 255), 107),
        (saved(GREY.convert("I"), "TIFF"), 107),
        (saved(GREY.convert("I").point(lambda value: value * 257), "TIFF"), 107),
    ],
    ids=["16-bit PNG", "16-bit TIFF", "8 bits", "floats to 255", "floats to 1", "32 bits to 255", "32 bits to 65535"],
)
def test_grey_of_any_depth_is_as_bright_as_in_8_bits(data: bytes, mean: int) -> None:
    assert ImageStat.Stat(squared(data)).mean == pytest.approx([mean] * 3, abs=2)


RED, CLEAR = (200, 30, 30, 255), (0, 0, 0, 0)


def half_clear(mode: str) -> Image.Image:
    image = Image.new("RGBA", (SIDE, SIDE), RED)
    image.paste(CLEAR, (0, 0, SIDE, SIDE // 2))
    return image.convert(mode)


def with_transparent_colour() -> bytes:
    image = Image.new("P", (SIDE, SIDE), 1)
    image.putpalette([0, 0, 0, 200, 30, 30])
    image.paste(0, (0, 0, SIDE, SIDE // 2))
    return saved(image, "GIF", transparency=0)


@pytest.mark.parametrize(
    "data",
    [
        saved(half_clear("RGBA")),
        saved(half_clear("RGBA"), "WEBP", lossless=True),
        saved(half_clear("LA")),
        saved(half_clear("RGBA").quantize()),
        with_transparent_colour(),
    ],
    ids=["RGBA", "WebP", "LA", "palette", "transparent colour"],
)
def test_what_is_transparent_becomes_white(data: bytes) -> None:
    found = squared(data)
    assert near(found.getpixel((32, 8)), (255, 255, 255))
    assert not near(found.getpixel((32, 56)), (255, 255, 255), 60)


@pytest.mark.parametrize(
    ("form", "options"),
    [("WEBP", {"lossless": True}), ("BMP", {}), ("TIFF", {}), ("GIF", {}), ("PNG", {}), ("JPEG", {"quality": 95})],
)
def test_every_kind_that_pillow_reads_safely_is_converted(form: str, options: dict[str, Any]) -> None:
    image = Image.new("RGB", (SIDE, SIDE), (40, 120, 200))
    assert near(squared(saved(image, form, **options)).getpixel((32, 32)), (40, 120, 200))


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_other_colour_modes_keep_their_colour(mode: str) -> None:
    image = Image.new("RGB", (SIDE, SIDE), (255, 255, 255)).convert(mode)
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert near(squared(saved(image, form)).getpixel((32, 32)), (255, 255, 255))


def test_the_first_picture_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (SIDE, SIDE), colour) for colour in ((200, 0, 0), (0, 200, 0))]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert near(squared(data).getpixel((32, 32)), (200, 0, 0), 12)


def car() -> bytes:
    """A 16:9 picture with a red left and a blue right end."""
    image = Image.new("RGB", (160, 90), (240, 240, 240))
    image.paste((220, 0, 0), (0, 0, 12, 90))
    image.paste((0, 0, 220), (148, 0, 160, 90))
    return saved(image)


def test_a_letterbox_keeps_both_ends_of_a_car_and_its_bars_are_what_training_takes_off() -> None:
    found = squared(car(), "letterbox")
    assert near(found.getpixel((1, 32)), (220, 0, 0), 40)
    assert near(found.getpixel((62, 32)), (0, 0, 220), 40)
    assert near(found.getpixel((32, 3)), converting.BARS)
    assert near(found.getpixel((32, 60)), converting.BARS)


def test_a_crop_fills_the_square_and_cuts_the_ends_off() -> None:
    found = squared(car(), "crop")
    assert all(near(found.getpixel(place), (240, 240, 240)) for place in ((1, 32), (62, 32), (32, 1), (32, 62)))


@pytest.mark.parametrize(("form", "options"), [("JPEG", {"quality": 95}), ("PNG", {}), ("WEBP", {"lossless": True})])
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_stands_upright_however_the_camera_was_held(turned: int, form: str, options: dict[str, Any]) -> None:
    upright = Image.new("RGB", (SIDE, SIDE), (255, 255, 255))
    upright.paste((220, 0, 0), (0, 0, 32, 32))
    upright.paste((0, 0, 220), (32, 0, 64, 32))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(back[turned])) if turned > 1 else upright
    exif = Image.Exif()
    exif[0x0112] = turned
    found = squared(saved(stored, form, exif=exif, **options))
    assert near(found.getpixel((8, 8)), (220, 0, 0), 30)
    assert near(found.getpixel((56, 8)), (0, 0, 220), 30)


def test_a_damaged_note_of_the_camera_does_not_spoil_a_picture() -> None:
    whole = saved(scene(), "JPEG")
    broken = b"Exif\0\0II*\0\xff\xff\xff\xff"
    data = whole[:2] + b"\xff\xe1" + (len(broken) + 2).to_bytes(2, "big") + broken + whole[2:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        squared(data)


def test_a_large_jpeg_is_reduced_while_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    turn = converting._rgb

    def seen(image: Image.Image) -> Image.Image:
        sizes.append(image.size)
        return turn(image)

    monkeypatch.setattr(converting, "_rgb", seen)
    squared(saved(scene().resize((1024, 768)), "JPEG"))
    assert sizes == [(128, 96)]


def webp(width: int, height: int) -> bytes:
    """The head of a WebP that claims so many pixels."""
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 100) + b"WEBPVP8X" + struct.pack("<I", 10) + canvas + bytes(80)


def png_header(width: int, height: int) -> bytes:
    whole = bytearray(saved(Image.new("L", (64, 64))))
    whole[16:24] = struct.pack(">II", width, height)
    return bytes(whole)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (saved(Image.new("RGB", (1, 1))), TooSmall),
        (saved(Image.new("RGB", (31, 40))), TooSmall),
        (saved(Image.new("RGB", (2000, 20))), TooSmall),
        (saved(Image.new("RGB", (330, 80))), TooSmall),
        (saved(Image.new("1", (8000, 7000))), TooLarge),
        (saved(Image.new("1", (15_000, 15_000))), TooLarge),
        (webp(16_000, 16_000), TooLarge),
    ],
    ids=["one pixel", "31 high", "100:1", "more than 4:1", "56 MP", "225 MP", "a WebP's claim"],
)
def test_a_size_that_shows_nothing_or_too_much_is_refused(data: bytes, kind: type[UnreadableFile]) -> None:
    with pytest.raises(kind) as caught:
        converting.convert(data, SIDE, "letterbox")
    assert "pixels" in caught.value.why


@pytest.mark.parametrize("size", [(32, 32), (32, 128), (400, 100)])
def test_the_smallest_and_narrowest_that_are_accepted(size: tuple[int, int]) -> None:
    squared(saved(Image.new("RGB", size)))


FTYP = b"\0\0\0\x18ftyp"
UNKNOWN = [
    (FTYP + b"heic" + bytes(40), "HEIC"),
    (FTYP + b"mif1" + bytes(40), "HEIC"),
    (FTYP + b"avif" + bytes(40), "AVIF"),
    (b"<!DOCTYPE html><html></html>", "HTML"),
    (b"<svg xmlns=''></svg>", "SVG"),
    (b"%PDF-1.4", "PDF"),
    (bytes(500), "only zeros"),
    (b"hello", "no picture"),
    (b"", "no picture"),
    (Random(1).randbytes(500), "no picture"),
]


@pytest.mark.parametrize(("data", "words"), UNKNOWN)
def test_what_is_no_picture_is_named_without_words_of_python(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        converting.convert(data, SIDE, "letterbox")
    assert words in caught.value.why
    assert "0x" not in caught.value.why
    assert "Error" not in caught.value.why


FORMS: dict[str, dict[str, Any]] = {
    "baseline": {},
    "progressive": {"progressive": True},
    "optimised": {"optimize": True},
    "with restarts": {"restart_marker_rows": 1},
    "fine": {"quality": 95, "subsampling": 0},
}


def _entropy(data: bytes) -> int:
    return data.index(b"\xff\xda") + 14


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[: len(data) * 2 // 3],
    "cut off, with an end": lambda data: data[: len(data) * 2 // 3] + b"\xff\xd9",
    "a piece of zeros": lambda data: data[: len(data) // 2] + bytes(900) + data[len(data) // 2 + 900 :],
    "a lost piece": lambda data: data[: len(data) // 2] + data[len(data) // 2 + 900 :],
    "a piece of noise": lambda data: data[: len(data) // 2] + Random(2).randbytes(900) + data[len(data) // 2 + 900 :],
    "zeros to the end": lambda data: data[: len(data) // 2] + bytes(len(data) - len(data) // 2),
}
SCENE = scene((160, 128))


# Inside a progressive scan wrong bits mostly mean "nothing more in this scan", which is legal.
HIDDEN = {("progressive", "a piece of zeros"), ("progressive", "a lost piece")}


@pytest.mark.parametrize(
    ("form", "damage"), [(form, damage) for form in FORMS for damage in DAMAGE if (form, damage) not in HIDDEN]
)
def test_damaged_data_of_a_jpeg_is_found_where_libjpeg_paints_grey(form: str, damage: str) -> None:
    whole = saved(SCENE, "JPEG", **FORMS[form])
    assert len(whole) - _entropy(whole) > 3000
    with pytest.raises(UnreadableFile) as caught:
        converting.convert(DAMAGE[damage](whole), SIDE, "letterbox")
    assert caught.value.why == "its data is damaged or cut off"


FLAT = [Image.new("RGB", (SIDE, SIDE), (level,) * 3) for level in (0, 127, 128, 255)]


@pytest.mark.parametrize("form", FORMS)
def test_a_whole_jpeg_passes_whatever_it_shows(form: str) -> None:
    shown = [SCENE, SCENE.convert("L"), SCENE.convert("CMYK"), Image.linear_gradient("L").convert("RGB"), *FLAT]
    for image in shown:
        squared(saved(image, "JPEG", **FORMS[form]))
        squared(saved(image.resize((640, 480)), "JPEG", **FORMS[form]))


def test_bytes_after_a_jpegs_end_and_a_second_picture_in_it_do_no_harm() -> None:
    whole = saved(SCENE, "JPEG")
    squared(whole + b"made by a phone" + whole[:2000])
    squared(saved(SCENE, "MPO", save_all=True, append_images=[SCENE.resize((80, 64))]))


def test_a_jpeg_that_would_take_hours_is_refused_before_it_is_decoded() -> None:
    whole = saved(SCENE, "JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    with pytest.raises(UnreadableFile) as caught:
        converting.convert(whole[:-2] + last * 20_000 + whole[-2:], SIDE, "letterbox")
    assert "hours" in caught.value.why


@pytest.mark.parametrize("filling", [b"\xff", b"\xff\xd8", b"\xff\xfe\0\2"], ids=["fill", "markers", "comments"])
def test_a_jpeg_of_a_million_empty_segments_ends_soon(filling: bytes) -> None:
    whole = saved(SCENE, "JPEG")
    began = time.process_time()
    with suppress(UnreadableFile):
        converting.convert(whole[:-2] + filling * 1_000_000 + whole[-2:], SIDE, "letterbox")
    assert time.process_time() - began < 2


@pytest.mark.parametrize("form", ["PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_a_file_of_another_kind_that_is_cut_off_is_found(form: str) -> None:
    whole = saved(SCENE, form)
    with pytest.raises(UnreadableFile):
        converting.convert(whole[: len(whole) * 2 // 3], SIDE, "letterbox")


def test_a_png_whose_checksum_is_wrong_is_found() -> None:
    whole = bytearray(saved(SCENE))
    whole[len(whole) // 2] ^= 0x10
    with pytest.raises(UnreadableFile):
        converting.convert(bytes(whole), SIDE, "letterbox")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_the_beginning_of_a_file_is_enough_to_measure_it(form: str) -> None:
    good, small = saved(SCENE, form), saved(Image.new("RGB", (20, 20)), form)
    for length in (12, 40, len(good) // 2):
        converting.measure(good[:length], whole=False)
    converting.measure(good, whole=True)
    with pytest.raises(TooSmall):
        converting.measure(small, whole=True)
    with pytest.raises(UnreadableFile):
        converting.measure(b"hello", whole=False)
