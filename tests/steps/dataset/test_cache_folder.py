"""Where packed data is kept: once for a user, and somewhere even where nothing can be written."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from bootstrap.steps.dataset import package
from bootstrap.steps.dataset.cache_folder import cache_folder
from bootstrap.steps.dataset.contents import Package
from tests.steps.dataset.datasets import an_event, dataset, folder


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    return tmp_path / "user" / "event-bootstrap"


def test_two_events_share_what_is_packed(tmp_path: Path, caches: Path) -> None:
    said: list[list[str]] = []

    def built(name: str) -> Package:
        said.append([])
        event, cache = an_event(dataset(), tmp_path / name), cache_folder(tmp_path / name / ".event-bootstrap")
        return package.build(event, cache, progress=lambda what, done, total: said[-1].append(str(what)))

    one, other = built("spring"), built("autumn")
    assert one == other
    assert caches in Path(one.items[0].path).parents
    assert ("packing train.rec" in said[0], said[1]) == (True, [])
    assert oct(caches.stat().st_mode)[-3:] == "700"


def test_beside_the_event_if_the_user_has_no_cache(tmp_path: Path, caches: Path) -> None:
    caches.parent.write_text("a file in the way")
    assert cache_folder(tmp_path / "event") == tmp_path / "event" / "cache"


def test_a_temporary_folder_if_nothing_can_be_written(tmp_path: Path, caches: Path) -> None:
    caches.parent.write_text("a file in the way")
    (tmp_path / "event").write_text("another")
    found = cache_folder(tmp_path / "event")
    assert found.is_dir()
    assert tmp_path not in found.parents


def test_what_nobody_has_used_for_long_goes(tmp_path: Path, caches: Path) -> None:
    event = an_event(dataset(), tmp_path)
    kept = package.build(event, cache_folder(tmp_path))
    (other,) = caches.glob("*/package.json")
    downloads = [folder(caches / "downloads", {name: b"x"}) / name for name in ("a.zip", "b.part", "c.zip")]
    for each in (other, *downloads[:2]):
        os.utime(each, (0, time.time() - 91 * 86400))
    package.build(an_event(dataset(seed=7), tmp_path), cache_folder(tmp_path))
    assert not other.exists()
    assert [each.exists() for each in downloads] == [False, False, True]
    assert package.build(event, cache_folder(tmp_path)) == kept
