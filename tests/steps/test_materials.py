"""The team's bucket as S3 shows it -> verdict, what is sent, and the codes of what S3 refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bootstrap.cars import bucket as buckets
from bootstrap.cars import item as items
from bootstrap.cars import package as packages
from bootstrap.cars.item import Item
from bootstrap.cars.package import Package
from bootstrap.errors import Refused, catalogue
from bootstrap.names import MADE_BY, Names
from bootstrap.states import Verdict
from bootstrap.steps import materials
from bootstrap.steps.materials import Materials
from tests.cars.datasets import an_event, dataset, folder
from tests.steps.answers import AnsweringSession, account, refusal

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

    def PutObject(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert isinstance(asked["Body"], bytes)
        return self.store(asked, asked["Body"], self.tag(asked["Body"]))

    def CopyObject(self, asked: dict[str, Any]) -> Any:
        name, _, key = asked["CopySource"].partition("/")
        if asked.get("ExpectedSourceBucketOwner") != self.hub_owner:
            return refusal("AccessDenied", "Access Denied")
        source = self.buckets[name][key]
        self.store(
            {**asked, "Metadata": source.metadata, "ContentType": source.kind}, source.data, self.tag(source.data)
        )
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
        return self.step.package.objects(self.step.bucket, self.step.data, self.step.labs)

    def settle(self, most: int = 60) -> list[str]:
        """Apply until there is nothing left to do; the details on the way."""
        told: list[str] = []
        while self.step.check(self.session).verdict is Verdict.TODO:  # type: ignore[arg-type]
            told.append(self.step.apply(self.session).detail)  # type: ignore[arg-type]
            assert len(told) < most
        assert self.step.check(self.session).verdict is Verdict.READY  # type: ignore[arg-type]
        return told

    def look(self) -> Any:
        self.session._seen.clear()
        return self.step.check(self.session)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("event")
    for lab in ("ground-truth", "notebook"):
        folder(path / "labs" / lab, {"lab.yaml": b"title: x\n", "guide.md": f"# {lab}".encode()})
    return path


@pytest.fixture(scope="session")
def package(base: Path) -> Package:
    return packages.build(an_event(dataset(), base), base / "cache")


def stage(
    package: Package, base: Path, *, hub: str | None = None, during_event: bool = False, hours: float = -72
) -> Stage:
    """A team's empty bucket, `hours` after the doors open."""
    event = an_event(dataset(hub_bucket=hub), base)
    who = account(labs=("ground-truth", "notebook"))
    step = materials.build(event, who, package, during_event)
    assert step.bucket == Names(event.name, who.account_id, who.region).bucket
    s3 = S3({step.bucket: {}, HUB: {}})
    return Stage(step, s3, Session(s3, event.schedule.opens.timestamp() + hours * 3600))


@pytest.fixture
def filled(package: Package, base: Path) -> Callable[..., Stage]:
    def fill(**how: Any) -> Stage:
        found = stage(package, base, **how)
        found.settle()
        found.session.calls.clear()
        return found

    return fill


def test_an_empty_bucket_is_filled_in_slices_and_then_ready(package: Package, base: Path) -> None:
    it = stage(package, base)
    state = it.look()
    assert (state.verdict, state.facts["objects"]) == (Verdict.TODO, len(it.wanted))
    assert len(it.settle()) == -(-len(it.wanted) // 16)
    assert {key: hashlib.md5(each.data).hexdigest() for key, each in it.held.items()} == {
        each.key: each.etag for each in it.wanted
    }
    assert {"train/train.rec", "labelling/input.manifest", "labs/ground-truth/guide.md"} <= set(it.held)
    assert it.held["labelling/car-01.jpg"].kind == "image/jpeg"
    assert it.step.bucket.encode() in it.held["labelling/input.manifest"].data


def test_a_second_run_lists_once_and_writes_nothing(filled: Callable[..., Stage]) -> None:
    it = filled()
    it.look()
    assert [name for name, _ in it.session.calls] == ["ListObjectsV2"]


def test_a_slice_is_small(package: Package, base: Path) -> None:
    it = stage(package, base)
    it.step.apply(it.session)  # type: ignore[arg-type]
    assert 0 < it.session.count("PutObject") <= 16


def test_the_detail_changes_from_slice_to_slice_so_that_nobody_thinks_it_stuck(package: Package, base: Path) -> None:
    it = stage(package, base)
    details = [it.look().detail]
    it.step.apply(it.session)  # type: ignore[arg-type]
    assert it.look().detail != details[0]


def change(it: Stage, key: str = "train/train.rec", same_size: bool = True) -> None:
    old = it.held[key]
    data = bytes(len(old.data) + (0 if same_size else 1))
    it.held[key] = Stored(data, f'"{it.s3.tag(data)}"', {})


def nothing(it: Stage) -> None:
    pass


def more(it: Stage) -> None:
    it.held.update({f"output/job-{number}": Stored(b"x", '"x"', {}) for number in range(5)})


def deny(operation: str, code: str, owned: list[str] | None = None) -> Callable[[Stage], None]:
    def set_up(it: Stage) -> None:
        it.s3.denied[operation] = code
        it.s3.owned = owned

    return set_up


def deny_all_looks(it: Stage) -> None:
    it.s3.denied |= {"ListObjectsV2": "AccessDenied", "ListBuckets": "AccessDenied"}


def drop(it: Stage) -> None:
    del it.s3.buckets[it.step.bucket]


BEFORE, DURING, AFTER = -72.0, 1.0, 24.0 * 30
TODO, READY, BLOCKED = Verdict.TODO, Verdict.READY, Verdict.BLOCKED

ROWS: list[tuple[str, Callable[[Stage], None], float, bool, Verdict, str | None]] = [
    ("as wanted", nothing, BEFORE, False, READY, None),
    ("participants' objects beside ours", more, DURING, False, READY, None),
    ("missing", lambda it: it.held.pop("classes.json"), BEFORE, False, TODO, None),
    ("missing on the day", lambda it: it.held.pop("classes.json"), DURING, False, TODO, None),
    ("changed before", change, BEFORE, False, TODO, None),
    ("another size before", lambda it: change(it, same_size=False), BEFORE, False, TODO, None),
    ("changed on the day", change, DURING, False, READY, None),
    ("changed on the day, wanted so", change, DURING, True, TODO, None),
    ("changed afterwards", change, AFTER, False, TODO, None),
    ("bucket gone", drop, BEFORE, False, BLOCKED, "EB-290"),
    ("may not list", deny("ListObjectsV2", "AccessDenied"), BEFORE, False, BLOCKED, "EB-291"),
    ("may not look at all", deny_all_looks, BEFORE, False, BLOCKED, "EB-291"),
    ("another owner's", deny("ListObjectsV2", "AccessDenied", owned=["another"]), BEFORE, False, BLOCKED, "EB-292"),
    ("another region", deny("ListObjectsV2", "PermanentRedirect"), BEFORE, False, BLOCKED, "EB-293"),
]


@pytest.mark.parametrize(
    ("set_up", "hours", "during_event", "verdict", "code"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_what_s3_shows_decides(
    filled: Callable[..., Stage],
    set_up: Callable[[Stage], None],
    hours: float,
    during_event: bool,
    verdict: Verdict,
    code: str | None,
) -> None:
    it = filled(hours=hours, during_event=during_event)
    set_up(it)
    state = it.look()
    assert (state.verdict, state.code) == (verdict, code)
    assert code is None or code in catalogue()
    assert it.session.writes[-1] == "PutObject"


def test_a_changed_object_is_put_right_and_nothing_else_is_sent(filled: Callable[..., Stage]) -> None:
    it = filled()
    change(it)
    it.session._seen.clear()
    it.settle()
    assert [params["Key"] for name, params in it.session.calls if name == "PutObject"] == ["train/train.rec"]


def test_what_was_left_alone_on_the_day_is_named(filled: Callable[..., Stage]) -> None:
    it = filled(hours=DURING)
    change(it)
    state = it.look()
    assert "train/train.rec" in state.detail
    assert state.facts["changed"] == ["train/train.rec"]


def test_on_the_day_a_missing_object_is_put_back_and_a_changed_one_is_not(filled: Callable[..., Stage]) -> None:
    it = filled(hours=DURING)
    change(it)
    del it.held["classes.json"]
    it.session._seen.clear()
    it.settle()
    assert [params["Key"] for name, params in it.session.calls if name == "PutObject"] == ["classes.json"]


@pytest.mark.parametrize(("code", "owned", "wanted"), [
    ("AccessDenied", None, "EB-291"), ("AccessDenied", [], "EB-292"), ("NoSuchBucket", None, "EB-290"),
])  # fmt: skip
def test_a_refused_put_is_named(package: Package, base: Path, code: str, owned: list[str] | None, wanted: str) -> None:
    it = stage(package, base)
    deny("PutObject", code, owned)(it)
    with pytest.raises(Refused) as caught:
        it.step.apply(it.session)  # type: ignore[arg-type]
    assert caught.value.code == wanted


def test_a_denial_by_the_organization_is_not_blamed_on_the_bucket(package: Package, base: Path) -> None:
    it = stage(package, base)
    denial = refusal("AccessDenied", "with an explicit deny in a service control policy")
    it.session.answers["ListObjectsV2"] = denial
    with pytest.raises(type(denial)):
        it.look()


def test_a_bucket_with_many_objects_is_read_to_the_last_one_of_ours_and_no_further(
    filled: Callable[..., Stage],
) -> None:
    it = filled()
    it.s3.page = 10
    it.held.update({f"zz/{number:03d}": Stored(b"x", '"x"', {}) for number in range(200)})
    assert it.look().verdict is Verdict.READY
    assert it.session.count("ListObjectsV2") == -(-len(it.wanted) // 10)


def test_with_kms_our_own_mark_tells_what_etags_cannot(package: Package, base: Path) -> None:
    it = stage(package, base)
    it.s3.kms = True
    it.settle()
    change(it)
    assert it.look().verdict is Verdict.TODO


def test_with_an_organisers_bucket_each_file_goes_up_once_for_all_teams(package: Package, base: Path) -> None:
    it = stage(package, base, hub=HUB)
    told = it.settle()
    puts = [params["Bucket"] for name, params in it.session.calls if name == "PutObject"]
    assert puts.count(HUB) == len({(each.etag, Path(each.key).name) for each in package.items})
    assert puts.count(it.step.bucket) == 1, "the manifest is the team's own"
    assert it.session.count("CopyObject") == len(it.wanted) - 1
    assert it.held["labelling/car-01.jpg"].kind == "image/jpeg"
    assert "EB-295" not in "".join(told)
    other = stage(package, base, hub=HUB)
    other.s3.buckets[HUB] = it.s3.buckets[HUB]
    other.settle()
    assert other.session.count("PutObject") == 1


@pytest.mark.parametrize("refused", ["CopyObject", "ListObjectsV2 of the hub", "no such hub"])
def test_where_nothing_can_be_copied_it_is_uploaded_and_said(package: Package, base: Path, refused: str) -> None:
    it = stage(package, base, hub=HUB)
    if refused == "CopyObject":
        it.s3.denied["CopyObject"] = "AccessDenied"
    elif refused == "no such hub":
        del it.s3.buckets[HUB]
    else:
        usual = it.session.answers["ListObjectsV2"]
        it.session.answers["ListObjectsV2"] = lambda asked: (
            refusal("AccessDenied") if asked["Bucket"] == HUB else usual(asked)
        )
    assert all("EB-295" in each for each in it.settle())
    assert set(it.held) == {each.key for each in it.wanted}
    assert it.session.count("CopyObject") <= 3


def test_an_organisers_bucket_in_another_account_gets_nothing_and_that_is_said(package: Package, base: Path) -> None:
    it = stage(package, base, hub=HUB)
    it.s3.hub_owner = "888888888888"
    told = it.settle()
    assert all("EB-295" in each and f"not in your own account {OPERATOR}" in each for each in told)
    assert it.s3.buckets[HUB] == {}
    assert it.session.count("CopyObject") == 0


def test_who_the_operator_is_is_asked_once(package: Package, base: Path) -> None:
    it = stage(package, base, hub=HUB)
    it.settle()
    assert it.session.count("GetCallerIdentity") == 1


def test_a_large_object_goes_into_the_organisers_bucket_as_the_operators(large: Package, base: Path) -> None:
    it = stage(large, base, hub=HUB)
    assert all("EB-295" not in each for each in it.settle())
    of_parts = [params for name, params in it.session.calls if name == "UploadPart"]
    assert {(each["Bucket"], each["ExpectedBucketOwner"]) for each in of_parts} == {(HUB, OPERATOR)}


@pytest.fixture
def large(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """The package with one more archive, of five parts."""
    monkeypatch.setattr(items, "PART", 1000)
    (tmp_path / "large.bin").write_bytes(bytes(range(256)) * 18)
    return replace(package, items=(items.of_file("large.bin", "archive", tmp_path / "large.bin"),))


@pytest.mark.parametrize("kms", [False, True])
def test_a_large_object_goes_up_in_parts_over_several_visits(large: Package, base: Path, kms: bool) -> None:
    it = stage(large, base)
    it.s3.kms = kms
    it.settle()
    assert it.held["large.bin"].data == bytes(range(256)) * 18
    assert (it.held["large.bin"].etag == f'"{large.items[0].etag}"') is not kms
    assert it.session.count("UploadPart") == 5
    assert it.session.count("CreateMultipartUpload") == 1
    assert it.s3.uploads == {}


@pytest.mark.parametrize(
    "parts",
    [lambda item: {}, lambda item: {1: b"something else", 2: item.part(2)}, lambda item: {**_all(item), 6: b"more"}],
    ids=["nothing", "another first part", "a part too many"],
)
def test_an_upload_of_another_content_is_ended_and_its_mark_is_not_taken_over(
    large: Package, base: Path, parts: Callable[[Item], dict[int, bytes]]
) -> None:
    it = stage(large, base)
    begun = {"Bucket": it.step.bucket, "Key": "large.bin", "Metadata": {buckets.MARK: "of the older package"}}
    it.s3.uploads["old"] = (begun, parts(large.items[0]))
    it.settle()
    assert it.held["large.bin"].data == bytes(range(256)) * 18
    assert it.held["large.bin"].metadata == {buckets.MARK: large.items[0].etag}
    assert it.session.count("UploadPart") == 5
    assert it.s3.uploads == {}


def _all(item: Item) -> dict[int, bytes]:
    return {number: item.part(number) for number in range(1, item.parts + 1)}


def test_an_upload_of_the_same_content_that_a_dead_run_began_is_gone_on_with(large: Package, base: Path) -> None:
    it = stage(large, base)
    item = large.items[0]
    begun = {"Bucket": it.step.bucket, "Key": "large.bin", "Metadata": {buckets.MARK: item.etag}}
    it.s3.uploads["old"] = (begun, {1: item.part(1), 3: item.part(3)})
    it.settle()
    assert it.held["large.bin"].data == bytes(range(256)) * 18
    assert (it.session.count("UploadPart"), it.session.count("AbortMultipartUpload")) == (3, 0)


def test_a_copied_large_object_is_known_by_its_mark(large: Package, base: Path) -> None:
    it = stage(large, base, hub=HUB)
    it.settle()
    assert it.session.count("CopyObject") == 1
    assert it.held["large.bin"].metadata == {buckets.MARK: large.items[0].etag}
    assert buckets.MARK.startswith(MADE_BY)


def test_a_file_that_changed_on_disk_is_not_sent(package: Package, base: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"as packed")
    changed = replace(package, items=(items.of_file("a.txt", "archive", path),))
    path.write_bytes(b"edited since")
    it = stage(changed, base)
    with pytest.raises(Refused) as caught:
        it.step.apply(it.session)  # type: ignore[arg-type]
    assert caught.value.code == "EB-294"


def test_an_account_without_a_lab_gets_none_of_its_files(package: Package, base: Path) -> None:
    event = an_event(dataset(), base)
    step = materials.build(event, account(labs=("tuning",)), package)
    keys = {each.key for each in package.objects(step.bucket, step.data, step.labs)}
    assert "train/train.rec" in keys
    assert not any(each.startswith(("labelling/", "labs/")) for each in keys)
