"""Stands in for what gives credentials to a machine: instance metadata, a container's endpoint, single sign-on.

Each gives new keys for an hour at every request, numbered, by a clock that a test turns on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

IMDS_TOKEN, CONTAINER_TOKEN = "planted-imds-token", "planted-container-token"
ACCESS_TOKEN, REFRESH_TOKEN = "planted-access-token", "planted-refresh-token"
SECRET, SESSION = "planted/secret+key", "planted-session-token=="
PLANTED = (IMDS_TOKEN, CONTAINER_TOKEN, ACCESS_TOKEN, REFRESH_TOKEN, SECRET, SESSION)
ROLE = "host"


@dataclass
class Source:
    """`ahead`: seconds that the test's clock is ahead of this machine's; `broken`: nothing is given any more."""

    url: str = ""
    ahead: float = 0.0
    given: int = 0
    broken: bool = False
    asked: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def keys(self) -> tuple[str, datetime]:
        self.given += 1
        return f"ASIASTUB{self.given:012}", self.now() + timedelta(hours=1)

    def document(self) -> dict[str, str]:
        """Return the credentials as instance metadata, a container's endpoint and credential_process give them."""
        key, ends = self.keys()
        return {
            "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": key, "SecretAccessKey": SECRET, "Token": SESSION,
            "Expiration": f"{ends:%Y-%m-%dT%H:%M:%SZ}", "LastUpdated": f"{self.now():%Y-%m-%dT%H:%M:%SZ}",
        }  # fmt: skip


@contextmanager
def running() -> Iterator[Source]:
    source = Source()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answers(source))
    source.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield source
    finally:
        server.shutdown()
        server.server_close()


class _Answering(BaseHTTPRequestHandler):
    def _guarded(self, header: str, wanted: str, given: Any) -> None:
        if self.headers.get(header) != wanted:
            self._say(401, "")
            return
        made = given()
        self._say(200, made if isinstance(made, str) else json.dumps(made))

    def _say(self, status: int, text: str) -> None:
        self.send_response_only(status)
        body = text.encode()
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


def _answers(source: Source) -> type[BaseHTTPRequestHandler]:
    class Answers(_Answering):
        def do_PUT(self) -> None:
            self._say(200 if self.path == "/latest/api/token" and not source.broken else 500, IMDS_TOKEN)

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            source.asked.append(path)
            if source.broken:
                self._say(403, '{"message": "gone"}')
            elif path.startswith("/latest/meta-data/iam/security-credentials/"):
                self._instance(path.rpartition("/")[2])
            elif path == "/container":
                self._guarded("Authorization", CONTAINER_TOKEN, source.document)
            elif path == "/federation/credentials":
                self._guarded("x-amz-sso_bearer_token", f"{ACCESS_TOKEN}-2", self._of_the_portal)
            else:
                self._say(404, "")

        def do_POST(self) -> None:
            source.asked.append(self.path)
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fits = asked.get("grantType") == "refresh_token" and asked.get("refreshToken") == REFRESH_TOKEN
            if source.broken or self.path != "/token" or not fits:
                self._say(400, '{"error": "invalid_grant"}')
                return
            # Its second access token; the portal takes no other.
            given = {"accessToken": f"{ACCESS_TOKEN}-2", "expiresIn": 36_000, "refreshToken": REFRESH_TOKEN}
            self._say(200, json.dumps(given | {"tokenType": "Bearer"}))

        def _instance(self, role: str) -> None:
            self._guarded("x-aws-ec2-metadata-token", IMDS_TOKEN, source.document if role else (lambda: ROLE))

        def _of_the_portal(self) -> dict[str, Any]:
            key, ends = source.keys()
            made = {"accessKeyId": key, "secretAccessKey": SECRET, "sessionToken": SESSION}
            return {"roleCredentials": made | {"expiration": int(ends.timestamp() * 1000)}}

    return Answers
