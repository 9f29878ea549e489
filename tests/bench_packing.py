"""What packing costs: 10,000 pictures of 50 kB from a zip, and a tenth of them; run by `make bench`.

Measures, asserts nothing. Each size runs in a process of its own (peak memory). The pictures are noise over a
gradient, JPEGs that decode as slowly as photographs of that size in bytes do.
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
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.table import Table

from bootstrap.steps.dataset import package
from tests.steps.dataset.datasets import an_event, dataset

SIZES = (1_000, 10_000)
_SIDE = 256
_BYTES = 50_000
_DIFFERENT = 40
_ROWS = {
    "megabytes": ("MB of pictures", ""),
    "seconds": ("seconds", "10"),
    "cpu": ("CPU seconds, all threads", "-"),
    "memory": ("peak memory, MB", "-"),
    "growth": ("... more than before the first picture, MB", "-"),
    "told": ("lines of progress", ""),
}


def picture(number: int) -> bytes:
    noise = Image.frombytes("RGB", (_SIDE, _SIDE), random.Random(number).randbytes(_SIDE * _SIDE * 3))
    below = Image.linear_gradient("L").resize((_SIDE, _SIDE)).convert("RGB")
    buffer = BytesIO()
    Image.blend(below, noise, 0.55).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def archive(path: Path, pictures: int) -> None:
    """A comment (FF FE) before the image makes each picture another, and fills it up to 50 kB."""
    drawn = [picture(number) for number in range(_DIFFERENT)]
    with zipfile.ZipFile(path, "w") as written:
        for number in range(pictures):
            jpeg = drawn[number % _DIFFERENT]
            comment = b"%d" % number + bytes(max(0, _BYTES - len(jpeg) - 12))
            marked = jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
            written.writestr(f"class-{number % 4}/{number}.jpg", marked)


def measure(home: Path) -> dict[str, Any]:
    told: list[int] = []
    event, before = an_event(dataset(home / "cars.zip", size=_SIDE), home), _memory()
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
        sys.stdout.write(json.dumps(measure(Path(sys.argv[2]))) + "\n")
        return
    table = Table("packing", *[f"{size:,} pictures" for size in SIZES], "aim")
    found = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as home:
            archive(Path(home) / "cars.zip", size)
            command = [sys.executable, "-m", "tests.bench_packing", "--one", home]
            found.append(json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout))
    for key, (words, aim) in _ROWS.items():
        table.add_row(words, *[f"{each[key]:,.1f}" for each in found], aim)
    console = Console(width=110)
    console.print(table)
    console.print(f"{os.cpu_count()} cores")


if __name__ == "__main__":
    main()
