"""ListBuckets and ListObjectVersions. moto's listings are incomplete, or rebuilt for each page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape

from bootstrap.simulator.services.s3 import fillers
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call

_SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_OWNER = "<Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a</ID></Owner>"
# Date of filler: before any event.
_OLD = "2020-01-01T00:00:00.000Z"


class ListedVersion(NamedTuple):
    """One line of ListObjectVersions."""

    key: str
    version: str
    marker: bool
    latest: bool
    modified: str
    size: int = 0
    etag: str = ""


def buckets(call: Call, asked: Mapping[str, str]) -> bytes:
    """List buckets by name, in pages if MaxBuckets is given."""
    held = _backend(call.account_id, call.partition).buckets
    prefix, region, after = asked.get("prefix", ""), asked.get("bucket-region"), asked.get("continuation-token", "")
    names = sorted(
        name
        for name, one in held.items()
        if name.startswith(prefix) and name > after and region in {None, one.region_name}
    )
    most = asked.get("max-buckets", "10000")
    if not (most.isdigit() and 1 <= int(most) <= 10_000):
        raise Refusal("InvalidArgument", "Argument max-buckets must be an integer between 1 and 10000")
    page = names[: int(most)]
    shown = "".join(
        f"<Bucket><Name>{name}</Name><CreationDate>{_time(held[name].creation_date)}</CreationDate>"
        f"<BucketRegion>{held[name].region_name}</BucketRegion></Bucket>"
        for name in page
    )
    more = f"<ContinuationToken>{page[-1]}</ContinuationToken>" if len(names) > len(page) else ""
    return _document("ListAllMyBucketsResult", f"{_OWNER}<Buckets>{shown}</Buckets>{more}")


def versions(call: Call, owner: str, bucket: str, asked: Mapping[str, str]) -> bytes:
    """List versions after KeyMarker and VersionIdMarker, in order of keys, newest version first."""
    if asked.get("delimiter"):
        raise Refusal("NotSimulated", "s3:ListObjectVersions with a Delimiter is not simulated")
    if asked.get("version-id-marker") and not asked.get("key-marker"):
        raise Refusal("InvalidArgument", "A version-id marker cannot be specified without a key marker.")
    most, prefix = min(int(asked.get("max-keys", 1000)), 1000), asked.get("prefix", "")
    lines = (one for one in _lines(call, owner, bucket, asked) if one.key.startswith(prefix))
    page = list(islice(lines, most + 1))
    cut, page = len(page) > most > 0, page[:most]
    coded = asked.get("encoding-type") == "url"
    parts = [f"<Name>{bucket}</Name><Prefix>{_key(prefix, coded)}</Prefix><MaxKeys>{most}</MaxKeys>"]
    parts.append("<EncodingType>url</EncodingType>" if coded else "")
    parts.append(f"<KeyMarker>{_key(asked.get('key-marker', ''), coded)}</KeyMarker>")
    parts.append(f"<VersionIdMarker>{escape(asked.get('version-id-marker', ''))}</VersionIdMarker>")
    parts.append(f"<IsTruncated>{str(cut).lower()}</IsTruncated>")
    if cut:
        parts.append(f"<NextKeyMarker>{_key(page[-1].key, coded)}</NextKeyMarker>")
        parts.append(f"<NextVersionIdMarker>{page[-1].version}</NextVersionIdMarker>")
    return _document("ListVersionsResult", "".join(parts) + "".join(_shown(one, coded) for one in page))


def _lines(call: Call, owner: str, bucket: str, asked: Mapping[str, str]) -> Iterator[ListedVersion]:
    key, version = asked.get("key-marker", ""), asked.get("version-id-marker", "")
    held = _backend(owner, call.partition).buckets[bucket]
    names = sorted(held.keys)
    middle = bisect_left(names, fillers.PREFIX)
    first = bisect_left(names, key) if version else bisect_right(names, key)
    filler = fillers.of(call, owner, bucket)
    added = filler.entries(filler.after(key, version) if key else 0) if filler else iter(())
    before, behind = names[min(first, middle) : middle], names[max(first, middle) :]
    return chain(
        _of_keys(held, before, key, version),
        (ListedVersion(one.key, one.version, one.marker, one.latest, _OLD, 1, "filler") for one in added),
        _of_keys(held, behind, key, version),
    )


def _of_keys(held: Any, names: list[str], key: str, version: str) -> Iterator[ListedVersion]:
    for name in names:
        lines = [_line(one, place == 0) for place, one in enumerate(reversed(held.keys.getlist(name)))]
        known = [one.version for one in lines]
        yield from lines[known.index(version) + 1 :] if name == key and version in known else lines


def _line(held: Any, latest: bool) -> ListedVersion:
    version, modified = str(held.version_id or "null"), _time(held.last_modified)
    if _is_marker(held):
        return ListedVersion(held.name, version, True, latest, modified)
    return ListedVersion(held.name, version, False, latest, modified, held.size, held.etag)


def _is_marker(held: Any) -> bool:
    return not hasattr(held, "size")


def _shown(line: ListedVersion, coded: bool) -> str:
    about = (
        f"<Key>{_key(line.key, coded)}</Key><VersionId>{line.version}</VersionId>"
        f"<IsLatest>{str(line.latest).lower()}</IsLatest><LastModified>{line.modified}</LastModified>"
    )
    if line.marker:
        return f"<DeleteMarker>{about}</DeleteMarker>"
    kept = f"<ETag>{escape(line.etag)}</ETag><Size>{line.size}</Size><StorageClass>STANDARD</StorageClass>{_OWNER}"
    return f"<Version>{about}{kept}</Version>"


def _key(key: str, coded: bool) -> str:
    return quote(key) if coded else escape(key)


def _time(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.000Z}"


def _backend(owner: str, partition: str) -> Any:
    from moto.s3.models import s3_backends

    return s3_backends[owner][partition]


def _document(name: str, content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="{_SPACE}">{content}</{name}>'.encode()


FIXED = {
    "GetBucketRequestPayment": _document("RequestPaymentConfiguration", "<Payer>BucketOwner</Payer>"),
    "ListBucketInventoryConfigurations": _document(
        "ListInventoryConfigurationsResult", "<IsTruncated>false</IsTruncated>"
    ),
}
"""Answers that are the same for every bucket: the settings behind these are not simulated."""


def view(call: Call) -> dict[str, list[str]]:
    """View for the control address: the keys by bucket."""
    held = _backend(call.account_id, call.partition).buckets
    return {
        name: sorted(key for key, latest in one.keys.items() if not _is_marker(latest)) for name, one in held.items()
    }


def view_filler(call: Call) -> dict[str, int]:
    """View for the control address: how much filler is left, by bucket."""
    names = _backend(call.account_id, call.partition).buckets
    found = {name: fillers.of(call, call.account_id, name) for name in names}
    return {name: one.left for name, one in found.items() if one}


VIEWS: dict[str, Any] = {"buckets": view, "filler": view_filler}
