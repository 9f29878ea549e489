"""Progress of long work: now and then a line, and each notice at once."""

from __future__ import annotations

from io import StringIO

from bootstrap.report.progress import Unhurried
from bootstrap.steps.dataset.progress import notice


def test_a_notice_is_said_at_once_and_in_full_while_progress_waits() -> None:
    stream = StringIO()
    progress = Unhurried(stream)
    for done in range(50):
        progress("preparing pictures", done, 50)
    notice(progress, "packed 48 of 54 files; left out: 6 .heic")
    notice(progress, "another")
    assert stream.getvalue().splitlines() == ["packed 48 of 54 files; left out: 6 .heic", "another"]
