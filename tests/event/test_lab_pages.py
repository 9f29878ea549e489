"""What `validate` says of the pages of labs."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import checkpoints, lab_pages
from bootstrap.event import event as event_file
from tests import runs

GUIDE = """# Mine

![there](pictures/a%20b.svg) ![shipped](../pictures/learning.svg)

```text
![in a block](pictures/block.svg)
```

> ![gone](pictures/gone.svg) ![other capitals](pictures/A%20B.svg) ![text](pictures/notes.txt)
>
> ![out](../../event.yaml) ![far](https://example.com/x.png) ![large](pictures/large.png)
"""


def test_the_shipped_pages_have_all_their_pictures(tmp_path: Path) -> None:
    lab_pages.check(event_file.read(runs.folder(tmp_path) / "event.yaml"))


def test_every_picture_that_cannot_be_shown_and_every_mistake_in_a_question_is_named(tmp_path: Path) -> None:
    folder = runs.folder(tmp_path) / "labs" / "tuning"
    (folder / "pictures").mkdir(parents=True)
    (folder / "lab.yaml").write_text("title: Mine\n", encoding="utf-8")
    (folder / "guide.zh-CN.md").write_text(GUIDE, encoding="utf-8")
    (folder / "checkpoints.yaml").write_text("- id: 1\n", encoding="utf-8")
    (folder / "teacher.yaml").write_text("slide: 1\n", encoding="utf-8")
    for name in ("a b.svg", "notes.txt"):
        (folder / "pictures" / name).write_text("<svg/>", encoding="utf-8")
    (folder / "pictures" / "large.png").write_bytes(b" " * (lab_pages.LARGEST + 1))
    with pytest.raises(BadInput) as caught:
        lab_pages.check(event_file.read(tmp_path / "event.yaml"))
    problems = caught.value.problems
    named = [str(each.what).split()[2] for each in problems if each.code == "EB-687"]
    assert named == [
        "pictures/gone.svg",
        "pictures/A%20B.svg",
        "pictures/notes.txt",
        "../../event.yaml",
        "https://example.com/x.png",
        "pictures/large.png",
    ]
    assert {each.where for each in problems if each.code == "EB-687"} == {"labs/tuning/guide.zh-CN.md"}
    assert any(str(each.where).startswith("labs/tuning/checkpoints.yaml") for each in problems)
    assert any(str(each.where).startswith("labs/tuning/teacher.yaml") for each in problems)


def test_a_file_of_which_only_comments_are_left_has_no_questions(tmp_path: Path) -> None:
    (tmp_path / "checkpoints.yaml").write_text("# none yet\n", encoding="utf-8")
    assert checkpoints.read(tmp_path) == ()
