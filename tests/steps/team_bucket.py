"""A team's bucket, and the organisers', as S3 shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bootstrap.aws.sessions import AccountSession
from bootstrap.engine.states import Verdict
from bootstrap.event.names import Names
from bootstrap.steps import materials
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.dataset.item import Item
from bootstrap.steps.materials import Materials
from tests.steps.answers import AnsweringSession, account, refusal
from tests.steps.dataset.datasets import an_event, dataset

HUB, OPERATOR = "organisers-bucket", "999999999999"


@dataclass
class Stored:
    data: bytes
    etag: str
    metadata: dict[str, str]
    kind: str = ""


@dataclass
class S3:
    """Buckets that hold what is put into them. `denied`: operation -> the code that it answers with."""

    buckets: dict[str, dict[str, Stored]]
    denied: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, tuple[dict[str, Any], dict[int, bytes]]] = field(default_factory=dict)
    page: int = 1000
    kms: bool = False
    owned: list[str] | None = None
    hub_owner: str = OPERATOR

    def answers(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        names = [each for each in dir(self) if each[0].isupper()]
        return {name: self._guarded(name) for name in names}

    def _guarded(self, name: str) -> Callable[[dict[str, Any]], Any]:
        def answer(asked: dict[str, Any]) -> Any:
            if name in self.denied:
                return refusal(self.denied[name], "no")
            if "Bucket" in asked and asked["Bucket"] not in self.buckets:
                return refusal("NoSuchBucket")
            if asked.get("Bucket") == HUB and asked.get("ExpectedBucketOwner") != self.hub_owner:
                return refusal("AccessDenied", "Access Denied")
            return getattr(self, name)(asked)

        return answer

    def tag(self, data: bytes) -> str:
        return hashlib.md5(data + (b"with a key" if self.kms else b"")).hexdigest()

    def store(self, asked: dict[str, Any], data: bytes, tag: str) -> dict[str, str]:
        kind, metadata = asked.get("ContentType", ""), asked.get("Metadata", {})
        self.buckets[asked["Bucket"]][asked["Key"]] = Stored(data, f'"{tag}"', metadata, kind)
        return {"ETag": f'"{tag}"'}

    def ListObjectsV2(self, asked: dict[str, Any]) -> dict[str, Any]:
        after = asked.get("ContinuationToken", "")
        held = self.buckets[asked["Bucket"]]
        keys = [each for each in sorted(held) if each.startswith(asked["Prefix"]) and each > after]
        shown = [{"Key": key, "Size": len(held[key].data), "ETag": held[key].etag} for key in keys[: self.page]]
        if len(keys) <= self.page:
            return {"Contents": shown, "IsTruncated": False} if shown else {"IsTruncated": False}
        return {"Contents": shown, "IsTruncated": True, "NextContinuationToken": shown[-1]["Key"]}

    def ListBuckets(self, asked: dict[str, Any]) -> dict[str, Any]:
        names = self.owned if self.owned is not None else list(self.buckets)
        if asked["Prefix"] == HUB and self.hub_owner != OPERATOR:
            names = []
        return {"Buckets": [{"Name": each} for each in names]}

    def HeadObject(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"Metadata": self.buckets[asked["Bucket"]][asked["Key"]].metadata}

    def DeleteObject(self, asked: dict[str, Any]) -> dict[str, Any]:
        del self.buckets[asked["Bucket"]][asked["Key"]]
        return {}

    def PutObject(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert isinstance(asked["Body"], bytes)
        return self.store(asked, asked["Body"], self.tag(asked["Body"]))

    def CopyObject(self, asked: dict[str, Any]) -> Any:
        name, _, key = asked["CopySource"].partition("/")
        if asked.get("ExpectedSourceBucketOwner") != self.hub_owner:
            return refusal("AccessDenied", "Access Denied")
        source = self.buckets[name][key]
        assert asked["MetadataDirective"] == "REPLACE"
        self.store(asked, source.data, self.tag(source.data))
        return {}

    def ListMultipartUploads(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"Uploads": [{"Key": begun["Key"], "UploadId": name} for name, (begun, _) in self.uploads.items()]}

    def CreateMultipartUpload(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = f"upload-{len(self.uploads)}"
        self.uploads[name] = (asked, {})
        return {"UploadId": name}

    def ListParts(self, asked: dict[str, Any]) -> dict[str, Any]:
        there = self.uploads[asked["UploadId"]][1]
        after = [each for each in sorted(there) if each > asked["PartNumberMarker"]]
        shown = [{"PartNumber": each, "ETag": f'"{self.tag(there[each])}"'} for each in after[:2]]
        return {
            "Parts": shown,
            "IsTruncated": len(after) > 2,
            "NextPartNumberMarker": after[1] if len(after) > 2 else 0,
        }

    def UploadPart(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.uploads[asked["UploadId"]][1][asked["PartNumber"]] = asked["Body"]
        return {"ETag": f'"{self.tag(asked["Body"])}"'}

    def AbortMultipartUpload(self, asked: dict[str, Any]) -> dict[str, Any]:
        del self.uploads[asked["UploadId"]]
        return {}

    def CompleteMultipartUpload(self, asked: dict[str, Any]) -> dict[str, Any]:
        begun, there = self.uploads.pop(asked["UploadId"])
        named = [(each["PartNumber"], each["ETag"]) for each in asked["MultipartUpload"]["Parts"]]
        assert named == [(each, self.tag(there[each])) for each in sorted(there)]
        tag = hashlib.md5(b"".join(bytes.fromhex(self.tag(there[each])) for each in sorted(there))).hexdigest()
        return self.store(begun, b"".join(there[each] for each in sorted(there)), f"{tag}-{len(there)}")


class Session(AnsweringSession):
    operator_account = AccountSession.operator_account

    def __init__(self, s3: S3, now: float) -> None:
        answers = s3.answers() | {"GetCallerIdentity": {"Account": OPERATOR}}
        super().__init__(answers, account(labs=("ground-truth", "notebook")), now)
        self.kept: dict[str, Any] = {}

    def hub_client(self, service: str) -> Any:
        return self.client(service)

    def once(self, key: str, fetch: Callable[[], Any]) -> Any:
        if key not in self.kept:
            self.kept[key] = fetch()
        return self.kept[key]

    def count(self, operation: str) -> int:
        return sum(name == operation for name, _ in self.calls)


@dataclass
class Stage:
    step: Materials
    s3: S3
    session: Session

    @property
    def held(self) -> dict[str, Stored]:
        return self.s3.buckets[self.step.bucket]

    @property
    def wanted(self) -> tuple[Item, ...]:
        return self.step.wanted()

    def settle(self, most: int = 60) -> list[str]:
        """Apply until there is nothing left to do; the details on the way."""
        told: list[str] = []
        while self.step.check(self.session).verdict is Verdict.TODO:
            told.append(self.step.apply(self.session).detail)
            assert len(told) < most
        assert self.step.check(self.session).verdict is Verdict.READY
        return told

    def look(self) -> Any:
        self.session._seen.clear()
        return self.step.check(self.session)


def stage(
    package: Package, base: Path, *, hub: str | None = None, during_event: bool = False, hours: float = -72
) -> Stage:
    """A team's empty bucket, `hours` after the doors open."""
    event = an_event(dataset(hub_bucket=hub), base)
    who = account(labs=("ground-truth", "notebook"))
    step = materials.build(event, who, Names.of(event, who), package, during_event)
    assert step.bucket == Names.of(event, who).bucket
    s3 = S3({step.bucket: {}, HUB: {}})
    return Stage(step, s3, Session(s3, event.schedule.opens.timestamp() + hours * 3600))
