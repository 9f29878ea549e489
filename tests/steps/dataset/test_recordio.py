"""RecordIO by vectors written by hand from the format's description, and there and back.

github.com/dmlc/dmlc-core, include/dmlc/recordio.h: magic 0xced7230a, lrec = cflag << 29 | length, data, pad to 4 bytes;
cflag 0 whole, 1 first, 2 middle, 3 last, split at each magic that stands at a multiple of 4 and left out itself
(src/recordio.cc, WriteRecord). github.com/apache/mxnet, python/mxnet/recordio.py: "IfQQ" of flag, label, id, id2.
All little-endian. The rows "of MXNet's docs" are the examples of that file's docstrings.
"""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bootstrap.steps.dataset import recordio
from bootstrap.steps.dataset.recordio import MAGIC, BadRecord, Picture

pieces = st.one_of(st.binary(max_size=9), st.just(MAGIC), st.sampled_from([MAGIC[:3], MAGIC[1:], b"\x00" * 4]))
payloads = st.lists(pieces, max_size=12).map(b"".join)


def written(*records: bytes) -> bytes:
    stream = BytesIO()
    sizes = [recordio.write(stream, each) for each in records]
    assert sum(sizes) == len(stream.getvalue())
    return stream.getvalue()


def read(data: bytes) -> list[bytes]:
    return list(recordio.read(BytesIO(data)))


M = "0a23d7ce"

VECTORS = [
    ("empty", b"", f"{M} 00000000"),
    ("whole and aligned", b"abcd", f"{M} 04000000 61626364"),
    ("padded with zeros", b"abcde", f"{M} 05000000 6162636465000000"),
    ("magic off alignment stays", b"x" + MAGIC, f"{M} 05000000 780a23d7ce000000"),
    ("magic at alignment splits", b"abcd" + MAGIC + b"ef", f"{M} 04000020 61626364 {M} 02000060 65660000"),
    ("magic at the start", MAGIC + b"ab", f"{M} 00000020 {M} 02000060 61620000"),
    ("magic at the end", b"abcd" + MAGIC, f"{M} 04000020 61626364 {M} 00000060"),
    ("two magics", MAGIC + MAGIC, f"{M} 00000020 {M} 00000040 {M} 00000060"),
    ("magic after a magic", b"abcd" + MAGIC + b"efgh" + MAGIC + b"i",
     f"{M} 04000020 61626364 {M} 04000040 65666768 {M} 01000060 69000000"),
    ("of MXNet's docs: 16 bytes each, as tell() answers there", b"record_0", f"{M} 08000000 7265636f72645f30"),
    ("three bytes of a magic at the end", b"abcd" + MAGIC[:3], f"{M} 07000000 61626364 0a23d700"),
    ("a picture with a magic in its bytes",
     bytes.fromhex("00000000 0000803f 0200000000000000 0000000000000000 ffd8fffe") + MAGIC + b"\xff\xd9",
     f"{M} 1c000020 00000000 0000803f 0200000000000000 0000000000000000 ffd8fffe {M} 02000060 ffd90000"),
]  # fmt: skip


@pytest.mark.parametrize(("payload", "wanted"), [row[1:] for row in VECTORS], ids=[row[0] for row in VECTORS])
def test_a_record_has_the_bytes_of_the_format_and_reads_back(payload: bytes, wanted: str) -> None:
    assert written(payload) == bytes.fromhex(wanted)
    assert read(bytes.fromhex(wanted)) == [payload]


@given(st.lists(payloads, max_size=5))
def test_whatever_is_written_is_read_back(records: list[bytes]) -> None:
    assert read(written(*records)) == records


@given(payloads)
def test_no_payload_shows_the_magic_to_a_reader_that_looks_for_record_starts(payload: bytes) -> None:
    data, at = written(payload), 0
    while at < len(data):
        assert data[at : at + 4] == MAGIC
        length = struct.unpack_from("<I", data, at + 4)[0] & (2**29 - 1)
        padded = length + -length % 4
        body = data[at + 8 : at + 8 + padded]
        assert all(body[each : each + 4] != MAGIC for each in range(0, len(body), 4))
        at += 8 + padded


def test_a_picture_is_packed_as_mxnet_packs_it() -> None:
    packed = recordio.pack(Picture(3.0, 17, b"JPEG"))
    assert packed == bytes.fromhex("00000000 00004040 1100000000000000 0000000000000000") + b"JPEG"
    assert recordio.unpack(packed) == Picture(3.0, 17, b"JPEG")


def test_the_header_of_mxnets_docs_reads_as_it_is_printed_there() -> None:
    """HEADER(flag=0, label=14.0, id=20129312, id2=0)"""
    header = bytes.fromhex("00000000 00006041 20263301 00000000 00000000 00000000")
    assert recordio.pack(Picture(14.0, 20129312, b"")) == header
    assert recordio.unpack(header + b"JPEG") == Picture(14.0, 20129312, b"JPEG")


def test_pictures_are_counted_by_label() -> None:
    data = written(*(recordio.pack(Picture(label, 0, b"x")) for label in (0.0, 1.0, 1.0)))
    assert recordio.count(BytesIO(data)) == {0.0: 1, 1.0: 2}


@pytest.mark.parametrize(
    "data",
    [
        b"not a record at all",
        MAGIC,
        MAGIC + b"\x08\x00\x00\x00abcd",
        MAGIC + b"\x00\x00\x00\x20",
        MAGIC + b"\x00\x00\x00\x60",
        MAGIC + b"\x00\x00\x00\x20" + MAGIC + b"\x00\x00\x00\x00",
    ],
    ids=["no magic", "no length", "cut off", "no last part", "last without first", "whole inside a split"],
)
def test_what_is_no_recordio_is_refused(data: bytes) -> None:
    with pytest.raises(BadRecord):
        read(data)


@pytest.mark.parametrize("payload", [b"short", struct.pack("<IfQQ", 2, 0.0, 1, 0) + b"12345678"])
def test_what_is_no_picture_with_one_label_is_refused(payload: bytes) -> None:
    with pytest.raises(BadRecord):
        recordio.unpack(payload)
