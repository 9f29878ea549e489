"""Turns any picture into a square JPEG of one size, and says why if it cannot."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from bootstrap.errors.message import msg
from bootstrap.steps.dataset import jpeg_damage
from bootstrap.steps.dataset.entries import UnreadableFile

MOST_PIXELS = 50_000_000
# Below this a car is a few blurred blocks; and of a narrower one, little more than bars is left.
SMALLEST_SIDE, NARROWEST = 32, 4

_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"GIF8")
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
# A phone's picture with a second one inside, as for portraits, is an MPO; its first is the picture.
_JPEGS = ("JPEG", "MPO")
_QUALITY = 90
_WHITE = (255, 255, 255)
# The mean colour of ImageNet. SageMaker's image classification subtracts it from each picture, so the bars become zero.
BARS = (124, 117, 104)
# draft() reduces a JPEG while it is decoded; half as much again as is needed leaves enough for a sharp picture.
_SPARE = 1.5
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = frozenset({5, 6, 7, 8})
# Side of the small copy by which pictures that look alike are found.
LOOK_SIDE = 16


@dataclass(frozen=True, slots=True)
class Converted:
    """A picture as it is packed. `width`, `height`: of the file, upright; `look`: 16 x 16 RGB pixels of it."""

    jpeg: bytes
    width: int
    height: int
    look: bytes


class TooLarge(UnreadableFile):
    """The picture has too many pixels."""


class TooSmall(UnreadableFile):
    """The picture is too small or too narrow to show anything."""


def convert(data: bytes, size: int, fit: str) -> Converted:
    """Return the picture as an upright RGB JPEG of `size` x `size`; one that is so already keeps its bytes.

    `fit`: "letterbox" keeps all of it between bars, "crop" keeps its middle. Transparency becomes white. Raises
    UnreadableFile, TooLarge, TooSmall.
    """
    try:
        with _opened(data) as image:
            return _convert(image, data, size, fit)
    except UnreadableFile:
        raise
    except _BOMBS as error:
        raise TooLarge(msg("more than {most:,} pixels", most=MOST_PIXELS)) from error
    except Exception as error:  # Pillow's decoders raise any exception for damaged bytes.
        raise UnreadableFile(msg("its data is damaged or cut off")) from error


def measure(data: bytes, whole: bool) -> None:
    """Check format and size by the beginning of a file. Without `whole`, an end inside its header proves nothing.

    Raises UnreadableFile, TooLarge, TooSmall.
    """
    try:
        with _opened(data) as image:
            _check_size(image.width, image.height)
    except (TooLarge, TooSmall):
        raise
    except _BOMBS as error:
        raise TooLarge(msg("more than {most:,} pixels", most=MOST_PIXELS)) from error
    except UnreadableFile:
        if whole or not data.startswith(_STARTS):
            raise
    except Exception as error:
        if whole:
            raise UnreadableFile(msg("its data is damaged or cut off")) from error


def _opened(data: bytes) -> Image.Image:
    _check_webp(data)
    try:
        return Image.open(BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise UnreadableFile(_kind(data)) from error


def _convert(image: Image.Image, data: bytes, size: int, fit: str) -> Converted:
    _check_size(image.width, image.height)
    if image.format in _JPEGS and jpeg_damage.too_many_scans(data):
        raise UnreadableFile(msg("it is made of so many scans that it takes hours to decode"))
    if image.format == "PNG":
        # load() does not compare the checksums.
        with Image.open(BytesIO(data), formats=("PNG",)) as checked:
            checked.verify()
    turned = _orientation(image)
    width, height = (image.height, image.width) if turned in _LYING else (image.width, image.height)
    if (image.format, image.mode, image.size, turned) == ("JPEG", "RGB", (size, size), 1):
        # Reads all bytes, which finds damaged files, but decodes an eighth of the pixels.
        image.draft("RGB", (LOOK_SIDE, LOOK_SIDE))
        _load(image, data, None)
        return Converted(data, width, height, _look(image))
    scale = _scale(image.width, image.height, size, fit) * _SPARE
    used = (math.ceil(image.width * scale), math.ceil(image.height * scale))
    if image.format in _JPEGS:
        image.draft(None, used)
    _load(image, data, used)
    upright = image if turned == 1 else image.transpose(_TURNED[turned])
    square = _fitted(_rgb(upright), size, fit)
    buffer = BytesIO()
    square.save(buffer, "JPEG", quality=_QUALITY)
    return Converted(buffer.getvalue(), width, height, _look(square))


def _load(image: Image.Image, data: bytes, used: tuple[int, int] | None) -> None:
    image.load()
    if image.format in _JPEGS and jpeg_damage.is_damaged(data, image, used):
        raise UnreadableFile(msg("its data is damaged or cut off"))


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise TooLarge(msg("{width} x {height} pixels", width=width, height=height))
    if min(width, height) < SMALLEST_SIDE or max(width, height) > NARROWEST * min(width, height):
        raise TooSmall(msg("{width} x {height} pixels", width=width, height=height))


def _orientation(image: Image.Image) -> int:
    """How the camera was held, as it notes in EXIF; 1 is upright. Damaged notes do not spoil a picture."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # noqa: BLE001 - as many kinds as there are ways to damage EXIF
        return 1
    return found if found in _TURNED else 1


def _scale(width: int, height: int, size: int, fit: str) -> float:
    return size / (min(width, height) if fit == "crop" else max(width, height))


def _fitted(image: Image.Image, size: int, fit: str) -> Image.Image:
    if fit == "crop":
        return ImageOps.fit(image, (size, size), Image.Resampling.LANCZOS)
    return ImageOps.pad(image, (size, size), Image.Resampling.LANCZOS, color=BARS)


def _rgb(image: Image.Image) -> Image.Image:
    """Return the picture in 8-bit RGB, what is transparent on white."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image).convert("RGB")
    if image.mode in ("LA", "RGBA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, _WHITE)
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale 16 bits to 8 bits; 32-bit numbers have no fixed white, so their largest value is taken for it."""
    wide = image.convert("F") if image.mode == "F" else image.convert("I").convert("F")
    low, high = wide.getextrema()
    if not (isinstance(low, float) and isinstance(high, float) and math.isfinite(low) and math.isfinite(high)):
        raise UnreadableFile(msg("its pixels are not numbers"))
    if image.mode.startswith("I;16") or (image.mode == "I" and low >= 0 and 255 < high <= 65535):
        low, high = 0.0, 65535.0
    elif low >= 0 and high <= 1 and image.mode == "F":
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    factor = 255 / (high - low) if high > low else 0.0
    return wide.point(lambda value: value * factor + (0.5 - low * factor)).convert("L")


def _look(image: Image.Image) -> bytes:
    small = image.convert("RGB") if image.mode != "RGB" else image
    return small.resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX).tobytes()


def _check_webp(data: bytes) -> None:
    """Measure a WebP before Pillow opens it, which already takes memory for all pixels (RFC 9649, section 2.7)."""
    if data[:4] != b"RIFF" or data[8:15] != b"WEBPVP8" or len(data) < 30:
        return
    if data[15:16] == b"X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif data[15:16] == b"L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (each & 0x3FFF for each in struct.unpack_from("<HH", data, 26))
    _check_size(width, height)


_BRANDS = {b"avif": "AVIF", b"avis": "AVIF"}
_KINDS = (
    (b"%PDF", "PDF"), (b"8BPS", "Photoshop"), (b"PK\3\4", "zip"), (b"<svg", "SVG"), (b"\0\0\0\x0cjP", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"), (b"\0\0\0\x0cJXL", "JPEG XL"), (b"<!DOCTYPE", "HTML"), (b"<html", "HTML"),
)  # fmt: skip
_HEIF = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})


def _kind(data: bytes) -> str:
    """What bytes that Pillow does not open are, for people."""
    brand = data[8:12] if data[4:8] == b"ftyp" else b""
    name = "HEIC" if brand in _HEIF else _BRANDS.get(brand, "")
    start = data[:64].lstrip()
    name = name or next((name for magic, name in _KINDS if start.lower().startswith(magic.lower())), "")
    if name:
        return msg("it is {kind}, not a picture of a kind that can be used", kind=name)
    if data and not data.strip(b"\0"):
        return msg("it has only zeros: it was not written or copied to its end")
    return msg("its bytes are no picture of a known kind")
