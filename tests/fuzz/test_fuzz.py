"""Whatever lies in a file, a bucket or the journal: a reader answers, or says by name what is wrong.

FUZZ=500 (make soak) says how many mutated inputs each reader gets. A failure names its seed, which tells the input.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bootstrap.errors import Troubled, catalogue
from tests.fuzz.mutations import mutated
from tests.fuzz.readers import READERS

COUNT = int(os.environ.get("FUZZ") or 20)
# Each of these decodes 20 pictures, or makes a database.
_COSTLY = {"zip": 4, "folder": 4, "jpeg": 4, "journal rows": 2, "lease rows": 2, "event.yaml": 2}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_answers_or_says_by_name_what_is_wrong(name: str, tmp_path: Path) -> None:
    reader = READERS[name]
    for seed in range(COUNT if "FUZZ" in os.environ else COUNT // _COSTLY.get(name, 1)):
        at = tmp_path / str(seed)
        at.mkdir()
        data = mutated(seed, reader.good)
        try:
            reader.read(data, at)
        except reader.named as error:
            problems = error.problems if isinstance(error, Troubled) else ()
            assert all(each.code in catalogue() and each.what for each in problems), f"seed {seed}"
        except Exception as error:
            raise AssertionError(f"{name}, seed {seed}: {type(error).__name__}: {error}") from error
        shutil.rmtree(at)


@pytest.mark.parametrize("name", READERS)
def test_what_is_right_is_read(name: str, tmp_path: Path) -> None:
    READERS[name].read(READERS[name].good, tmp_path)


def test_the_same_seed_gives_the_same_input() -> None:
    good = READERS["roster"].good
    assert [mutated(seed, good) for seed in range(50)] == [mutated(seed, good) for seed in range(50)]
    assert len({mutated(seed, good) for seed in range(50)}) > 45
