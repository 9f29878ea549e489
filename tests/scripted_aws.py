"""An HTTP server that answers AWS calls from a script, for what the seam itself must do."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from botocore.session import Session

from bootstrap.aws.operations import OPERATIONS

CUT = object()

ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIASCRIPTED{n:08d}</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>{expiry}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:sts::{account}:assumed-role/x/y</Arn><Account>{account}</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""


def refusal(code: str, status: int = 400, message: str = "no") -> tuple[int, str]:
    return status, json.dumps({"__type": code, "message": message})


@dataclass
class ScriptedAws:
    """`answers[operation]` is a list of (status, body), or CUT for a cut connection; the last one stays.

    Other operations are answered as AWS does when nothing is there: with the keys of the table of operations.
    """

    url: str = ""
    account: str = "111122223333"
    expiry: str = "2099-12-01T10:00:00Z"
    answers: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def operations(self) -> list[str]:
        return [operation for operation, _, _ in self.seen]

    def answer(self, operation: str) -> Any:
        script = self.answers[operation]
        if script:
            return script.pop(0) if len(script) > 1 else script[0]
        if operation == "AssumeRole":
            return 200, ASSUMED.format(n=self.operations().count("AssumeRole"), expiry=self.expiry)
        if operation == "GetCallerIdentity":
            return 200, IDENTITY.format(account=self.account)
        return 200, json.dumps(bare(operation))


def bare(operation: str) -> dict[str, Any]:
    """The smallest answer of a JSON operation, in which every key is there that AWS always sends."""
    row = next((each for each in OPERATIONS if each.name == operation and each.service != "signin"), None)
    shape = _model(row.service).operation_model(row.name).output_shape if row else None
    if row is None or shape is None:
        return {}
    return {key: _EMPTY[shape.members[key].type_name] for key in (*row.sends, *shape.required_members)}


_EMPTY = {
    "list": [],
    "map": {},
    "structure": {},
    "string": "x",
    "timestamp": 0,
    "integer": 0,
    "long": 0,
    "boolean": False,
}


@cache
def _model(service: str) -> Any:
    return Session().get_service_model(service)


@contextmanager
def scripted_aws() -> Iterator[ScriptedAws]:
    aws = ScriptedAws()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            target = self.headers.get("x-amz-target", "").rpartition(".")[2]
            operation = target or parse_qs(body).get("Action", [f"{self.command} {self.path}"])[0]
            aws.seen.append((operation, body, dict(self.headers)))
            answer = aws.answer(operation)
            if answer is CUT:
                self.connection.close()
                return
            status, text = answer
            self.send_response(status)
            self.send_header("content-length", str(len(text.encode())))
            self.send_header("content-type", "text/xml" if text.startswith("<") else "application/x-amz-json-1.1")
            self.send_header("x-amzn-requestid", f"{len(aws.seen)}-{aws.url}")
            for name, value in aws.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_HEAD = _serve

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    aws.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
