"""The package of pictures that the materials' tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bootstrap.steps.dataset import drawing, sources
from bootstrap.steps.dataset import item as items
from bootstrap.steps.dataset import package as packages
from bootstrap.steps.dataset.contents import Package
from tests.steps.dataset.datasets import an_event, dataset, folder
from tests.steps.team_bucket import Stage, stage


@pytest.fixture(autouse=True, scope="session")
def drawn_once() -> Iterator[None]:
    """What is packed in many tests is drawn once in each process; `drawing` itself stays as it is."""

    @cache
    def pictures(seed: int, per_class: int, size: int) -> list[tuple[str, str, bytes]]:
        return list(drawing.pictures(seed, per_class, size))

    with pytest.MonkeyPatch.context() as patch:
        names = {"LABELS": drawing.LABELS, "VERSION": drawing.VERSION, "pictures": pictures}
        patch.setattr(sources, "drawing", SimpleNamespace(**names))
        yield


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("event")
    for lab in ("ground-truth", "notebook"):
        folder(path / "labs" / lab, {"lab.yaml": b"title: x\n", "guide.md": f"# {lab}".encode()})
    return path


@pytest.fixture(scope="session")
def package(base: Path) -> Package:
    return packages.build(an_event(dataset(), base), base / "cache")


@pytest.fixture
def filled(package: Package, base: Path) -> Callable[..., Stage]:
    def fill(**how: Any) -> Stage:
        found = stage(package, base, **how)
        found.settle()
        found.session.calls.clear()
        return found

    return fill


@pytest.fixture
def large(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """The package with one more archive, of five parts."""
    monkeypatch.setattr(items, "PART", 1000)
    (tmp_path / "large.bin").write_bytes(bytes(range(256)) * 18)
    return replace(package, items=(items.of_file("large.bin", "archive", tmp_path / "large.bin"),))
