"""The team's bucket as S3 shows it -> verdict, what is sent, and the codes of what S3 refuses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from bootstrap.engine.states import NOTE, Verdict
from bootstrap.errors import Refused, catalogue
from bootstrap.steps.dataset import bucket as buckets
from bootstrap.steps.dataset.contents import Package
from tests.steps.answers import refusal
from tests.steps.team_bucket import Stage, Stored, stage


def test_an_empty_bucket_is_filled_in_slices_and_then_ready(package: Package, base: Path) -> None:
    it = stage(package, base)
    state = it.look()
    assert (state.verdict, state.facts["objects"]) == (Verdict.TODO, len(it.wanted))
    assert len(it.settle()) == -(-len(it.wanted) // 16)
    assert {key: hashlib.md5(each.data).hexdigest() for key, each in it.held.items()} == {
        each.key: each.etag for each in it.wanted
    }
    assert {"train/train.rec", "labelling/input.manifest", "labs/ground-truth/guide.md"} <= set(it.held)
    before = {
        f"labs/{page}{end}.md" for page in ("introduction", "preparation", "diagram/task") for end in ("", ".zh-CN")
    }
    assert {*before, "labs/checkpoints.py", "labs/pictures/learning.svg"} <= set(it.held)
    for_others = ("labs/quiz/", "labs/teacher/", "labs/diagram/rubric", "labs/diagram/example")
    assert [each for each in it.held if each.startswith(for_others) or "solution/" in each or ".yaml" in each] == []
    assert it.held["labelling/car-01.jpg"].kind == "image/jpeg"
    assert it.step.bucket.encode() in it.held["labelling/input.manifest"].data


def test_a_second_run_lists_once_and_writes_nothing(filled: Callable[..., Stage]) -> None:
    it = filled()
    it.look()
    assert [name for name, _ in it.session.calls] == ["ListObjectsV2"]


def test_a_slice_is_small(package: Package, base: Path) -> None:
    it = stage(package, base)
    it.step.apply(it.session)
    assert 0 < it.session.count("PutObject") <= 16


def test_the_detail_changes_from_slice_to_slice_so_that_nobody_thinks_it_stuck(package: Package, base: Path) -> None:
    it = stage(package, base)
    details = [it.look().detail]
    it.step.apply(it.session)
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

ROWS: list[tuple[str, Callable[[Stage], object], float, bool, Verdict, str | None]] = [
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
        it.step.apply(it.session)
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


def test_the_labs_scripts_find_the_team_s_own_settings_beside_their_folders(package: Package, base: Path) -> None:
    it = stage(package, base)
    it.settle()
    said = json.loads(it.held["labs/event.json"].data)
    assert said["bucket"] == it.step.bucket
    assert said["role_arn"].startswith("arn:aws:iam::")
    # 300 GB do not fit the smallest of the types, and a tuning job may not ask for more than there is.
    volumes = said["training"]["tuning_volume_gb"]
    assert (volumes["ml.g5.2xlarge"], volumes["ml.g4dn.xlarge"]) == (300, said["training"]["volume_gb"])


OURS = "labs/notebook/removed.py"


def old_upload(it: Stage, key: str = OURS, uploaded_as: str = OURS, data: bytes = b"x = 1") -> None:
    """What an earlier run uploaded under one key, and perhaps the team copied to another."""
    etag = it.s3.tag(b"x = 1")
    marks = {buckets.MARK: etag, buckets.KEY: quote(uploaded_as)}
    it.held[key] = Stored(data, f'"{it.s3.tag(data)}"', marks)


def test_what_we_uploaded_for_an_earlier_event_yaml_is_deleted_and_nothing_else(filled: Callable[..., Stage]) -> None:
    it = filled()
    old_upload(it)
    old_upload(it, "labs/notebook/copy.py")
    old_upload(it, "labs/notebook/changed.py", "labs/notebook/changed.py", b"x = 2")
    old_upload(it, "own/removed.py", "own/removed.py")
    it.held["labs/notebook/theirs.py"] = Stored(b"", '"e"', {})
    before = set(it.held)
    state = it.look()
    assert (state.verdict, state.facts["objects"]) == (Verdict.TODO, 1)
    assert OURS in state.detail
    it.settle()
    assert before - set(it.held) == {OURS}
    assert [params["Key"] for name, params in it.session.calls if name == "DeleteObject"] == [OURS]


def test_data_that_no_lab_of_the_account_needs_any_more_go_too(filled: Callable[..., Stage]) -> None:
    it = filled()
    it.step = replace(it.step, data=it.step.data - {"labelling"})
    it.session._seen.clear()
    it.settle()
    assert not [key for key in it.held if key.startswith("labelling/")]


def test_during_the_event_it_is_left_and_named(filled: Callable[..., Stage]) -> None:
    it = filled(hours=DURING)
    old_upload(it)
    state = it.look()
    assert (state.verdict, state.facts["stale"], state.facts[NOTE]) == (Verdict.READY, [OURS], True)
    assert OURS in state.detail
    assert "DeleteObject" not in it.session.writes


def test_of_very_many_other_objects_some_are_looked_at_and_the_rest_is_counted(filled: Callable[..., Stage]) -> None:
    it = filled()
    it.held.update({f"labs/theirs/{number:03d}": Stored(b"x", '"x"', {}) for number in range(130)})
    state = it.look()
    assert it.session.count("HeadObject") == 100
    assert "30 objects in labs/ or labelling/ were not looked at" in state.detail
