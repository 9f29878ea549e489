"""Log lines of libraries: one clean line each on stderr. By itself Python would print tracebacks with their texts."""

from __future__ import annotations

import logging
import sys

from bootstrap.errors import bug, clean

# What they warn of ends in an exception, which the program tells itself. botocore logs whole answers with it.
_SILENT = ("botocore", "boto3", "s3transfer", "urllib3", "PIL", "asyncio")


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        said = clean(record.getMessage())
        failed = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        sys.stderr.write(f"{record.name}: {said} ({bug(failed)})\n" if failed else f"{record.name}: {said}\n")


def take() -> None:
    """Take what is logged from now on, from WARNING on. Called once, when a command starts."""
    logging.getLogger().handlers = [_Lines(logging.WARNING)]
    for name in _SILENT:
        library = logging.getLogger(name)
        library.handlers, library.propagate = [logging.NullHandler()], False
