"""The event's files on the host: taken from the bucket into a private folder, and taken again when the list changes.

Every file is held against the list's SHA-256 before any is replaced. What cannot be read changes nothing: the last good
files stay, and `trouble` says why.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws.sessions import AccountSession
from bootstrap.errors import BadInput, Problem, Refused, Stop, Troubled
from bootstrap.errors.message import msg
from bootstrap.people.venue import manifest, publishing
from bootstrap.people.venue.manifest import EVENT, ROSTER, ROWS, PublishedEvent
from bootstrap.people.venue.place import BucketPlace
from bootstrap.reading import bounded
from bootstrap.reading.unreadable import Unreadable

# Of event.yaml and the roster the reader notices a change by their times: they come last.
_LAST = (ROSTER, EVENT)
_log = logging.getLogger(__name__)
TakeRows = Callable[[str, bytes], None]


class HostFiles:
    """A folder with the files of the place, until it is closed. `session`: of the account that has the bucket.

    `take_rows` is given the event's name and the journal's rows when these are new; what it raises is a failed refresh.
    """

    def __init__(self, session: AccountSession, place: BucketPlace, take_rows: TakeRows = lambda *_: None) -> None:
        self._session, self._place, self._take_rows = session, place, take_rows
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._has: PublishedEvent | None = None
        self.trouble = ""
        self.folder = Path(tempfile.mkdtemp(prefix="event-"))

    @property
    def event_path(self) -> Path:
        return self.folder / EVENT

    @property
    def roster_path(self) -> Path:
        return self.folder / ROSTER

    def __enter__(self) -> HostFiles:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        if self._thread:
            self._thread.join(timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self) -> bool:
        """Take the files if the list is new; return whether anything changed. API: GetObject.

        Raises Refused (EB-763, EB-761 if nothing is published there, or why AWS refuses every call), BadInput: EB-762
        for what does not fit the list, EB-764 if another event's files are there now.
        """
        wanted = self._manifest()
        if self._has and wanted.event != self._has.event:
            what = msg("the files of another event are there: {event}", event=wanted.event)
            raise BadInput([Problem("EB-764", what, str(self._place), fix=msg("Start the host again for that event"))])
        if wanted == self._has:
            return False
        contents = {
            path: self._content(path, each) for path, each in wanted.files.items() if not self._known(path, each)
        }
        if ROWS in contents:
            # Before the files: a team that is new there has its code already.
            self._take_rows(wanted.event, contents.pop(ROWS))
        self._write(wanted, contents)
        self._has = wanted
        return True

    def refresh(self, every: float, told: Callable[[str], None]) -> None:
        """Look every so many seconds, in a thread, until the files are closed.

        `told` is given a line for each change, for a failure that is new, and for its end.
        """
        # A daemon: a call that AWS does not answer must not keep the server from ending.
        self._thread = threading.Thread(target=self._keep, args=(every, told), name="venue files", daemon=True)
        self._thread.start()

    def _keep(self, every: float, told: Callable[[str], None]) -> None:
        while not self._closing.wait(every):
            self.once(told)

    def once(self, told: Callable[[str], None]) -> None:
        """Look once. Whatever goes wrong is told, and raises nothing."""
        try:
            changed = self.load()
        except (Refused, Stop) as error:
            self._failed(_words(error), told)
            return
        except Exception:
            # One failed look must not end the thread.
            _log.exception("the published files could not be taken")
            self._failed(msg("an error in this program; see the log"), told)
            return
        if self.trouble:
            told(msg("the published files can be read again"))
        self.trouble = ""
        if changed:
            told(msg("took the files that were published: {count}", count=len(self._has.files if self._has else ())))

    def _failed(self, why: str, told: Callable[[str], None]) -> None:
        if why != self.trouble:
            told(msg("the published files cannot be taken; the last good ones stay: {why}", why=why))
        self.trouble = why

    def _manifest(self) -> PublishedEvent:
        try:
            return manifest.parsed(self._object(self._place.manifest, manifest.LARGEST))
        except Unreadable as error:
            raise BadInput([self._damaged(error, self._place.manifest)]) from None
        except ClientError as error:
            if aws_errors.no_object(error):
                raise Refused("EB-761", msg("nothing is published at {place}", place=str(self._place))) from None
            raise publishing.refusal(error, self._place, self._session) from None
        except BotoCoreError as error:
            raise publishing.refusal(error, self._place, self._session) from None

    def _content(self, path: str, wanted: manifest.PublishedFile) -> bytes:
        try:
            data = self._object(self._place.key(wanted.sha256), wanted.size)
        except Unreadable as error:
            raise BadInput([self._damaged(error, path)]) from None
        except (BotoCoreError, ClientError) as error:
            raise publishing.refusal(error, self._place, self._session) from None
        if len(data) != wanted.size or hashlib.sha256(data).hexdigest() != wanted.sha256:
            raise BadInput([self._damaged(Unreadable(msg("is not what the list says: its SHA-256 differs")), path)])
        return data

    def _object(self, key: str, most: int) -> bytes:
        client: Any = self._session.client("s3")
        return bounded.s3_object(client, most, Bucket=self._place.bucket, Key=key)

    def _damaged(self, error: Unreadable, path: str) -> Problem:
        fix = msg("Publish again: {command}", command=f"event-bootstrap venue publish {self._place}")
        return Problem("EB-762", error.what, path, error.cause, fix)

    def _known(self, path: str, wanted: manifest.PublishedFile) -> bool:
        return self._has is not None and self._has.files.get(path) == wanted

    def _write(self, wanted: PublishedEvent, contents: Mapping[str, bytes]) -> None:
        """Replace what is new, remove what is gone; event.yaml last, whose time says that something changed."""
        for path in sorted(contents.keys() - set(_LAST)):
            _replace(self.folder / path, contents[path])
        for path in (self._has.files if self._has else {}).keys() - wanted.files.keys():
            with suppress(NotADirectoryError, IsADirectoryError):
                (self.folder / path).unlink(missing_ok=True)
        for path in _LAST:
            if path in contents:
                _replace(self.folder / path, contents[path])
        self.event_path.touch()


def _replace(path: Path, data: bytes) -> None:
    # A folder may have become a file since the last list, or a file a folder.
    for above in path.parents:
        if above.is_file():
            above.unlink()
    if path.is_dir():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _words(error: Refused | Stop) -> str:
    """Return why a refresh failed, in a line."""
    if isinstance(error, Refused):
        return error.detail
    if isinstance(error, Troubled):
        first = error.problems[0]
        return msg("{where}: {what}", where=first.where, what=first.what) if first.where else first.what
    return type(error).__name__
