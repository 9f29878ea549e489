"""Sends messages to the webhook from a thread of its own: nobody who tells it something waits, or fails."""

from __future__ import annotations

import logging
import os
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from bootstrap.errors import BadInput, Problem, clean
from bootstrap.errors.message import counted, msg
from bootstrap.people.webhook import formats
from bootstrap.people.webhook.formats import ChatFormat, ChatPost
from bootstrap.report.translations import shown

ADDRESS = "EVENT_BOOTSTRAP_WEBHOOK"
FORMAT = f"{ADDRESS}_FORMAT"
SECRET = f"{ADDRESS}_SECRET"
# Seconds in which what is told is gathered into one message, and between two messages: DingTalk takes 20 a minute.
_GATHERED, _APART = 3.0, 3.5
_TIMEOUT = 5.0
# Seconds to wait before each further try.
_AGAIN = (1.0, 5.0)
_MOST_LINES, _MOST_WAITING = 12, 200
_MOST_ANSWER = 4096
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Target of messages. `address` and `secret` are secrets."""

    address: str = field(repr=False)
    chat: ChatFormat
    secret: str = field(repr=False, default="")


def of_environment(environment: Mapping[str, str] = os.environ) -> WebhookAddress | None:
    """Return the address that the environment names; None if it names none. Raises BadInput (EB-803)."""
    address = environment.get(ADDRESS, "").strip()
    if not address:
        return None
    try:
        parts = urlsplit(address)
        host, usable = (
            parts.hostname or "",
            parts.scheme == "https" and not parts.username and parts.port in (None, 443),
        )
    except ValueError:
        host, usable = "", False
    if not host or not usable:
        what = msg(
            "the address of the webhook is not an https address with the usual port and no user (it is not shown)"
        )
        raise _unusable(what, msg("Set {name} to the address that the chat gave you", name=ADDRESS))
    named = environment.get(FORMAT, "").strip().casefold()
    if named and named not in set(ChatFormat):
        what = msg("{name} names no format of a chat: {found}", name=FORMAT, found=clean(named[:40]))
        raise _unusable(what, msg("Write one of: {names}", names=", ".join(ChatFormat)))
    chat = ChatFormat(named) if named else formats.of_host(host.casefold())
    if chat is None:
        what = msg("the host of the webhook belongs to no chat that is known")
        raise _unusable(what, msg("Set {name} to one of: {names}", name=FORMAT, names=", ".join(ChatFormat)))
    return WebhookAddress(address, chat, environment.get(SECRET, ""))


def _unusable(what: str, fix: str) -> BadInput:
    return BadInput([Problem("EB-803", what, fix=fix)])


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none: the message would go to somebody else."""


class Webhook:
    """Messages for the chat; `tell` never blocks and never raises. Without an address nothing is sent.

    `event`: name of the event, which each message begins with. `context`: for TLS, None for the system's.
    """

    def __init__(
        self,
        address: WebhookAddress | None,
        event: str,
        context: ssl.SSLContext | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._address, self._event, self._now = address, event, now
        self._opener = build_opener(_NoRedirects(), HTTPSHandler(context=context or ssl.create_default_context()))
        self._waiting: deque[str] = deque()
        self._left_out = 0
        self._lock = threading.Lock()
        self._more, self._closing = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._failed = False

    def tell(self, said: str) -> None:
        """Send this line soon, in one message with others. `said`: a message; it must not hold words of a team."""
        if self._address is None:
            return
        with self._lock:
            line = shown(clean(said))
            if line in self._waiting:
                return
            if len(self._waiting) >= _MOST_WAITING:
                self._left_out += 1
                return
            self._waiting.append(line)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="webhook", daemon=True)
                self._thread.start()
        self._more.set()

    def close(self, seconds: float = _TIMEOUT) -> None:
        """Send what is left, for at most so many seconds."""
        self._closing.set()
        self._more.set()
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _keep(self) -> None:
        while True:
            self._more.wait()
            self._more.clear()
            # Alike things come together: they are gathered.
            self._closing.wait(_GATHERED)
            while lines := self._gathered():
                self._send(lines)
                self._closing.wait(_APART)
            if self._closing.is_set():
                return

    def _gathered(self) -> list[str]:
        with self._lock:
            if not self._waiting:
                return []
            lines = [self._waiting.popleft() for _ in range(min(_MOST_LINES, len(self._waiting)))]
            more, self._left_out = self._left_out, 0
        if more:
            lines.append(shown(counted("and {count} more message", "and {count} more messages", more)))
        return [f"[{self._event}] {lines[0]}", *lines[1:]]

    def _send(self, lines: list[str]) -> None:
        """Send one message, with a few tries. Say once that it fails, until one gets through."""
        address = self._address
        assert address is not None
        why = ""
        for pause in (*_AGAIN, 0.0):
            why, final = self._try(address, lines)
            if not why:
                self._failed = False
                return
            if final or self._closing.wait(pause):
                break
        if not self._failed:
            self._failed = True
            _log.warning("%s", shown(msg("EB-804 the webhook took no message: {why}", why=why)))

    def _try(self, address: WebhookAddress, lines: list[str]) -> tuple[str, bool]:
        """Return "" if the chat took the message, else why not, and whether to give up. No text of it is told."""
        made = formats.post(address.chat, lines, self._now(), address.secret)
        try:
            status, body = self._answer(address.address, made)
        except HTTPError as error:
            return f"HTTP {error.code}", error.code < 500 and error.code != 429
        except (OSError, HTTPException) as error:
            # The text of these may repeat the address.
            reason = getattr(error, "reason", error)
            return type(reason).__name__, False
        if formats.accepted(address.chat, status, body):
            return "", True
        return shown(msg("it answered that it refuses it (HTTP {status})", status=status)), True

    def _answer(self, address: str, made: ChatPost) -> tuple[int, bytes]:
        between = "&" if urlsplit(address).query else "?"
        url = f"{address}{between}{made.query}" if made.query else address
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "event-bootstrap"}
        # https only: `of_environment` refuses any other scheme, and no redirect is followed.
        asked = Request(url, made.body, headers, method="POST")  # noqa: S310
        with self._opener.open(asked, timeout=_TIMEOUT) as answer:
            return answer.status, answer.read(_MOST_ANSWER)
