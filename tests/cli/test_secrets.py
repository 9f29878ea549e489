"""No credential reaches terminal, journal or report, on the ways that exceptions, threads and logs take."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap import cli
from bootstrap.cli import log_lines
from bootstrap.errors import Stop
from tests import forked_command
from tests.runs import folder

TOKEN = "IQoJb3JpZ2lu" + "aB3xY9" * 40
SECRET = "wJalrXUtnFEMI" + "K7MDENGbPxRfiCYEXAMPLEKEY"


def test_a_token_with_a_line_break_is_named_and_shown_nowhere(tmp_path: Path) -> None:
    at = folder(tmp_path)
    env = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "AKIA" + "OPERATOR00000000",
        "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": f"{TOKEN[:76]}\n{TOKEN[76:]}",
    }  # fmt: skip
    done = forked_command.run(["plan", "--step", "access"], at, env)
    assert done.returncode == 1
    assert "EB-379" in done.stdout
    assert "AWS_SESSION_TOKEN has a line break in it" in done.stdout
    files = [path.read_bytes() for path in at.rglob("*") if path.is_file()]
    assert len(files) > 3, [path.name for path in at.rglob("*")]
    for text in (done.stdout.encode(), done.stderr.encode(), *files):
        assert TOKEN[80:110].encode() not in text
        assert SECRET.encode() not in text


@pytest.fixture
def _logs() -> Iterator[None]:
    """Gives back what is logged to whoever had it."""
    root = logging.getLogger()
    kept = list(root.handlers)
    log_lines.take()
    yield
    root.handlers = kept


@pytest.mark.usefixtures("_logs")
def test_a_log_line_is_clean_and_has_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(f"body {TOKEN}")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application %s", TOKEN)
        logging.getLogger("botocore.credentials").warning("Refreshing failed", exc_info=True)
    said = capsys.readouterr().err
    assert said == (
        "uvicorn.error: Exception in ASGI application <session token> "
        "(an error in event-bootstrap: ValueError at builtins)\n"
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError(f"header {TOKEN}"), "error[EB-390]: an error in event-bootstrap: RuntimeError"),
        (
            OSError(28, "No space left on device", "/x/journal"),
            "error[EB-397]: this machine refused to go on: No space",
        ),
    ],
)
def test_an_exception_that_nobody_expected_is_told_without_its_text(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(cli._group, "main", fail)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    kept = list(logging.getLogger().handlers)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    logging.getLogger().handlers = kept
    told = capsys.readouterr().err
    assert ended.value.code == Stop.exit_code == 1
    assert told.startswith(said)
    assert "Traceback" not in told
    assert TOKEN[:30] not in told
