"""Nothing larger than its limit is taken into the memory."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pytest

from bootstrap.reading import bounded
from bootstrap.reading.unreadable import Unreadable


class Body(io.BytesIO):
    """What remembers how much of it was asked for."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked += size or 0
        return super().read(size)


class S3:
    def __init__(self, content: bytes, said: int | None = None) -> None:
        self.body = Body(content)
        self._said = len(content) if said is None else said

    def get_object(self, **_: Any) -> dict[str, Any]:
        return {"Body": self.body, "ContentLength": self._said}


def test_what_fits_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1234")
    assert bounded.file(tmp_path / "file", 4) == b"1234"
    assert bounded.s3_object(S3(b"1234"), 4, Bucket="b", Key="k") == b"1234"
    assert bounded.unzipped(gzip.compress(b"1234"), 4) == b"1234"


def test_a_larger_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    with pytest.raises(Unreadable, match="larger than"):
        bounded.file(tmp_path / "file", 4)


def test_of_an_object_that_is_too_large_nothing_is_read() -> None:
    large = S3(b"x", said=700 * bounded.MIB)
    with pytest.raises(Unreadable, match="larger than 32 MB"):
        bounded.s3_object(large, 32 * bounded.MIB, Bucket="b", Key="k")
    assert large.body.asked == 0
    assert large.body.closed


def test_an_object_that_is_longer_than_it_says_is_cut_off() -> None:
    with pytest.raises(Unreadable, match="larger than"):
        bounded.s3_object(S3(b"x" * 100, said=3), 10, Bucket="b", Key="k")


@pytest.mark.parametrize(
    "data",
    [b"", b"no gzip", gzip.compress(b"x" * 50_000_000), gzip.compress(b"x")[:-3], gzip.compress(b"x") + b"more"],
    ids=["nothing", "other", "bomb", "cut", "more"],
)
def test_what_gzip_cannot_have_written_or_a_bomb_is_an_error(data: bytes) -> None:
    with pytest.raises(Unreadable):
        bounded.unzipped(data, 1000)
