"""boto3 clients that call moto's WSGI application without a socket."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from bootstrap.simulator.in_process import acting, answering, regions

_MAKING = threading.RLock()
_CLIENTS: dict[tuple[str, str], Any] = {}
_APPS: dict[str, Any] = {}
# Without a signature and a long user agent a call costs botocore half as much; moto checks neither.
_CONFIG = Config(
    signature_version=UNSIGNED,
    user_agent="inside",
    s3={"addressing_style": "path"},
    retries={"total_max_attempts": 1, "mode": "standard"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def share_loader() -> None:
    """Make every botocore session of this process share one loader: moto opens many, each reading the same files."""
    from moto.core import utils

    botocore.session.create_loader = lambda *_: regions.loader()
    moto_loader = _MotoLoader(utils.create_loader())
    utils.create_loader = lambda: moto_loader


class _MotoLoader:
    """botocore's models, and moto's own where it adds to one: without its own, S3's errors lose status and elements."""

    def __init__(self, own: Any) -> None:
        self._own = own

    def load_service_model(self, service: str, kind: str) -> Any:
        """Load a model as botocore's loader does."""
        return (self._own if _added_to(service) else regions.loader()).load_service_model(service, kind)


@cache
def _added_to(service: str) -> bool:
    import moto

    folder = Path(str(moto.__file__)).parent / service.replace("-", "")
    return any(folder.glob("*/*.moto-extras.json*"))


@cache
def _session() -> Any:
    return boto3.Session(botocore_session=regions.botocore_session())


@cache
def _dispatcher() -> Any:
    from moto.core import responses
    from moto.server import DomainDispatcherApplication, create_backend_app

    # moto lists all methods of a service for each request.
    responses.method_names_from_class = cache(responses.method_names_from_class)
    responses.gen_amzn_requestid_long = acting.request_id
    return DomainDispatcherApplication(create_backend_app)


def _application(asked: dict[str, Any]) -> Any:
    made = _dispatcher().get_application(asked)
    # moto turns on debug mode, in which Flask creates a class for each request with a form.
    made.debug = False
    made.config["PROPAGATE_EXCEPTIONS"] = True
    return made


def load(service: str) -> None:
    """Load moto's backend and model of the service."""
    from moto import backends
    from moto.core import utils

    backends.get_backend(service)
    utils.get_service_model(service)


def moto(service: str, asked: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
    """Send a WSGI request to moto; return status, headers and body."""
    if service not in _APPS:
        # get_application lists the folder of moto's services at each call.
        _APPS[service] = _application(asked)
    return answering.answered(_APPS[service], asked)


def client(service: str, region: str, account_id: str) -> Any:
    """Return the shared client of service and region; this thread calls moto as `account_id` from now on."""
    acting.turn_to(account_id)
    key = (service, region)
    with _MAKING:
        if key not in _CLIENTS:
            made = _session().client(
                service,
                region_name=region,
                endpoint_url="http://moto.invalid",
                aws_access_key_id="inside",
                aws_secret_access_key="inside",
                config=_CONFIG,
            )
            # The one place where botocore lets a transport be replaced.
            made._endpoint.http_session = _Inside(service, region)
            _CLIENTS[key] = made
        return _CLIENTS[key]


class _Inside:
    """Stands in for botocore's URLLib3Session."""

    def __init__(self, service: str, region: str) -> None:
        self._service = service
        # moto reads the region from this header, and refuses requests without it.
        self._signed = f"AWS4-HMAC-SHA256 Credential=inside/20200101/{region}/{service}/aws4_request"

    def send(self, request: Any) -> Any:
        """Answer a request as botocore's HTTP session would."""
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        if isinstance(body, str):
            body = body.encode()
        parts = urlsplit(request.url)
        headers = [
            (name, value.decode() if isinstance(value, bytes) else str(value))
            for name, value in request.headers.items()
        ]
        headers.append(("Authorization", self._signed))
        asked = environ(request.method, parts.path or "/", parts.query, headers, body, acting.account_id())
        status, answered, content = moto(self._service, asked)
        # botocore only looks headers up: a mapping will do.
        return AWSResponse(request.url, status, dict(answered), _Raw(content))  # type: ignore[arg-type]

    def close(self) -> None:
        """Do nothing: no connection is open."""


class _Raw(io.BytesIO):
    def stream(self, amount: int = 65536, decode_content: bool = False) -> Any:
        while chunk := self.read(amount):
            yield chunk


def environ(
    method: str, path: str, query: str, headers: Iterable[tuple[str, str]], body: bytes, account_id: str
) -> dict[str, Any]:
    """Return a WSGI environment for moto; `path` is percent-encoded, as sent."""
    made: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "RAW_URI": path + (f"?{query}" if query else ""),
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        key = name.upper().replace("-", "_")
        if key not in {"TRANSFER_ENCODING", "CONNECTION", "EXPECT"}:
            made[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    made["CONTENT_LENGTH"] = str(len(body))
    made["HTTP_HOST"] = "127.0.0.1"
    # With this header moto does not search all roles for the access key.
    made["HTTP_X_MOTO_ACCOUNT_ID"] = account_id
    return made
