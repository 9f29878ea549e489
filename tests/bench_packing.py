"""What packing costs: 10,000 pictures of 50 kB from a zip, a tenth of them, and large photographs; by `make bench`.

Measures, asserts nothing. Each case runs in a process of its own (peak memory). The pictures are noise over colours
that differ from picture to picture: JPEGs that decode as slowly as photographs of that size in bytes do, none like
another.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.table import Table

from bootstrap.steps.dataset import package
from tests.steps.dataset.datasets import an_event, dataset

_SIDE = 256


@dataclass(frozen=True)
class Case:
    """So many pictures of so many pixels, saved with this quality. `fit` as in event.yaml."""

    pictures: int
    size: tuple[int, int]
    quality: int
    fit: str = "letterbox"


CASES = {
    "1,000 of 256 x 256": Case(1_000, (_SIDE, _SIDE), 90),
    "10,000 of 256 x 256": Case(10_000, (_SIDE, _SIDE), 90),
    "1,000 of 640 x 480": Case(1_000, (640, 480), 80),
    "50 of 12 MP": Case(50, (4000, 3000), 80),
}
_ROWS = {
    "megabytes": ("MB of pictures", ""),
    "seconds": ("seconds", "10,000: 10"),
    "cpu": ("CPU seconds, all threads", "-"),
    "memory": ("peak memory, MB", "-"),
    "growth": ("... more than before the first picture, MB", "-"),
    "told": ("lines of progress", ""),
}


def picture(number: int, case: Case, noise: Image.Image) -> bytes:
    coarse = Image.frombytes("RGB", (4, 4), random.Random(number).randbytes(48))
    at = (number * 7 % 64, number * 13 % 64)
    grain = noise.crop((*at, at[0] + _SIDE, at[1] + _SIDE)).resize(case.size)
    buffer = BytesIO()
    Image.blend(coarse.resize(case.size, Image.Resampling.BICUBIC), grain, 0.5).save(
        buffer, "JPEG", quality=case.quality
    )
    return buffer.getvalue()


def archive(path: Path, case: Case) -> None:
    side = _SIDE + 64
    noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    with zipfile.ZipFile(path, "w") as written:
        for number in range(case.pictures):
            written.writestr(f"class-{number % 4}/{number}.jpg", picture(number, case, noise))


def measure(home: Path, fit: str) -> dict[str, Any]:
    told: list[int] = []
    event, before = an_event(dataset(home / "cars.zip", size=_SIDE, fit=fit), home), _memory()
    began, cpu = time.monotonic(), time.process_time()
    package.build(event, home / "cache", progress=lambda what, done, total: told.append(done))
    return {
        "seconds": time.monotonic() - began,
        "cpu": time.process_time() - cpu,
        "megabytes": (home / "cars.zip").stat().st_size / 1e6,
        "memory": _memory(),
        "growth": _memory() - before,
        "told": len(told),
    }


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[2]), sys.argv[3])) + "\n")
        return
    table = Table("packing", *CASES, "aim")
    found = []
    for case in CASES.values():
        with tempfile.TemporaryDirectory() as home:
            archive(Path(home) / "cars.zip", case)
            command = [sys.executable, "-m", "tests.bench_packing", "--one", home, case.fit]
            found.append(json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout))
    for key, (words, aim) in _ROWS.items():
        table.add_row(words, *[f"{each[key]:,.1f}" for each in found], aim)
    console = Console(width=110)
    console.print(table)
    console.print(f"{os.cpu_count()} cores")


if __name__ == "__main__":
    main()
