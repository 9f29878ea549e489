"""`status` where nothing has run yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bootstrap.cli.commands import status
from bootstrap.errors import BadInput
from tests.runs import choice, folder


def test_it_reminds_of_what_is_late_before_anything_has_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opens = datetime.now(UTC) + timedelta(days=10)
    times = {name: f"{opens + timedelta(hours=after):%Y-%m-%dT%H:%M+00:00}"
             for name, after in (("opens", 0), ("closes", 8), ("expires", 30))}  # fmt: skip
    at = folder(tmp_path, emails=0, schedule=times)
    with pytest.raises(BadInput) as refused:
        status.tell(choice(at))
    assert [each.code for each in refused.value.problems] == ["EB-408"]
    assert "4 days late: request quotas: event-bootstrap quotas --request" in capsys.readouterr().out
