"""Parts of botocore, rewritten to cost less for the same result: most of a simulated call's CPU time is botocore's.

What is signed, sent and parsed stays as it is (`tests/test_quick_botocore.py`); only processes of simulated worlds
take these parts, and no command of the tool.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import lru_cache
from importlib import import_module
from typing import Any

from botocore.compat import HTTPHeaders
from botocore.context import ClientContext

# Names that the stubs lack are replaced in them.
_auth: Any = import_module("botocore.auth")
_awsrequest: Any = import_module("botocore.awsrequest")
_client: Any = import_module("botocore.client")
_context: Any = import_module("botocore.context")
_hooks: Any = import_module("botocore.hooks")
_regions: Any = import_module("botocore.regions")
_utils: Any = import_module("botocore.utils")
_validate: Any = import_module("botocore.validate")

_usual_alias = _hooks.EventAliaser._alias_event_name
_usual_methods = _client.ClientCreator._create_methods
_usual_timestamp = _utils._parse_timestamp_with_tzinfo
_usual_paginator = _client.BaseClient.get_paginator
_usual_endpoint = _regions.EndpointRulesetResolver.construct_endpoint
_usual_host = _auth._host_from_url
_usual_request = _validate.ParamValidationDecorator.serialize_to_request

_ALIASES: dict[str, str] = {}
_METHODS: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
_PAGINATORS: dict[tuple[str, str], type] = {}
_MANY = 65_536


def take() -> None:
    """Put these parts in place of botocore's, in this process."""
    aliaser, emitter = _hooks.EventAliaser, _hooks.HierarchicalEmitter
    share()
    aliaser.emit = _emit_aliased
    emitter._emit = _emit
    _awsrequest.HTTPHeaders = Headers
    _auth.HTTPHeaders = Headers
    for name in ("__init__", "__setitem__", "__getitem__", "__delitem__", "__contains__", "__iter__", "__len__"):
        setattr(_awsrequest.HeadersDict, name, getattr(SentHeaders, name))
    for name in ("__repr__", "copy", "get", "items"):
        setattr(_awsrequest.HeadersDict, name, getattr(SentHeaders, name))
    signer = _auth.SigV4Auth
    signer.headers_to_sign = _headers_to_sign
    signer.canonical_headers = _canonical_headers
    signer.signature = _signature
    _auth._host_from_url = lru_cache(_MANY)(_usual_host)
    _regions.EndpointRulesetResolver.construct_endpoint = _endpoint
    _client.BaseClient.get_paginator = _paginator
    _validate.ParamValidationDecorator.serialize_to_request = _request
    _utils._parse_timestamp_with_tzinfo = _timestamp
    _context.start_as_current_context = _Context
    silence()


def share() -> None:
    """Make what each client makes anew for the same result once in this process: aliases of events, and its methods.

    Any test may call it: nothing that is sent, signed or read goes another way.
    """
    # botocore asks fifty aliases about each event's name, once for each client.
    _hooks.EventAliaser._alias_event_name = _alias
    _client.ClientCreator._create_methods = _methods


def silence() -> None:
    """Make botocore's debug messages cost nothing where nobody reads them. Call it when botocore is loaded."""
    for name in [each for each in logging.root.manager.loggerDict if each.partition(".")[0] == "botocore"]:
        logger = logging.getLogger(name)
        if not logger.isEnabledFor(logging.DEBUG):
            logger.debug = _say_nothing  # type: ignore[method-assign]


def _say_nothing(*_: Any, **__: Any) -> None: ...


def _methods(self: Any, service_model: Any) -> dict[str, Any]:
    # A method is of its operation's name alone.
    key = service_model.service_name, tuple(service_model.operation_names)
    if key not in _METHODS:
        _METHODS[key] = _usual_methods(self, service_model)
    return dict(_METHODS[key])


def _alias(self: Any, event_name: str) -> str:
    found = _ALIASES.get(event_name)
    if found is None:
        found = _ALIASES[event_name] = _usual_alias(self, event_name)
    return found


def _emit_aliased(self: Any, event_name: str, **about: Any) -> Any:
    return self._emitter._emit(_ALIASES.get(event_name) or _alias(self, event_name), about)


def _emit(self: Any, event_name: str, about: dict[str, Any], stop_on_response: bool = False) -> list[tuple[Any, Any]]:
    handlers = self._lookup_cache.get(event_name)
    if handlers is None:
        handlers = self._lookup_cache[event_name] = self._handlers.prefix_search(event_name)
    responses: list[tuple[Any, Any]] = []
    if handlers:
        about["event_name"] = event_name
        for handler in handlers:
            response = handler(**about)
            responses.append((handler, response))
            if stop_on_response and response is not None:
                break
    return responses


class Headers(HTTPHeaders):
    """Headers that keep what they are given; email.message asks a policy about each that is set or read."""

    _headers: list[tuple[str, Any]]

    def __setitem__(self, name: str, value: Any) -> None:
        self._headers.append((name, value))

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __contains__(self, name: object) -> bool:
        wanted = str(name).lower()
        return any(key.lower() == wanted for key, _ in self._headers)

    def get(self, name: str, failobj: Any = None) -> Any:
        wanted = name.lower()
        for key, value in self._headers:
            if key.lower() == wanted:
                return value
        return failobj

    def get_all(self, name: str, failobj: Any = None) -> Any:
        wanted = name.lower()
        return [value for key, value in self._headers if key.lower() == wanted] or failobj

    def items(self) -> list[tuple[str, Any]]:
        return list(self._headers)

    def values(self) -> list[Any]:
        return [value for _, value in self._headers]


class SentHeaders:
    """Methods of HeadersDict, in which each name is an object with a hash of its own."""

    _dict: dict[str, tuple[str, Any]]

    def __init__(self, given: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), **more: Any) -> None:
        self._dict = {}
        for key, value in given.items() if hasattr(given, "items") else given:
            self[key] = value
        for key, value in more.items():
            self[key] = value

    def __setitem__(self, key: str, value: Any) -> None:
        lower = key.lower()
        found = self._dict.get(lower)
        self._dict[lower] = (found[0] if found else key, value)

    def __getitem__(self, key: str) -> Any:
        return self._dict[key.lower()][1]

    def __delitem__(self, key: str) -> None:
        del self._dict[key.lower()]

    def __contains__(self, key: object) -> bool:
        return str(key).lower() in self._dict

    def __iter__(self) -> Iterator[str]:
        return iter([key for key, _ in self._dict.values()])

    def __len__(self) -> int:
        return len(self._dict)

    def __repr__(self) -> str:
        return repr(dict(self._dict.values()))

    def get(self, key: str, default: Any = None) -> Any:
        found = self._dict.get(key.lower())
        return found[1] if found else default

    def items(self) -> Any:
        return dict(self._dict.values()).items()

    def copy(self) -> Any:
        return type(self)(self.items())


_NEVER_SIGNED = frozenset(_auth.SIGNED_HEADERS_BLACKLIST)


def _headers_to_sign(self: Any, request: Any) -> Headers:
    made = Headers()
    made._headers = [
        (lower, value) for name, value in request.headers.items() if (lower := name.lower()) not in _NEVER_SIGNED
    ]
    if "host" not in made:
        made["host"] = _auth._host_from_url(request.url)
    return made


def _canonical_headers(self: Any, headers: Any) -> str:
    values: dict[str, list[str]] = {}
    for name, value in headers.items():
        values.setdefault(name, []).append(" ".join(value.split()))
    return "\n".join(f"{name}:{','.join(values[name])}" for name in sorted(values))


def _signature(self: Any, string_to_sign: str, request: Any) -> str:
    day = request.context["timestamp"][0:8]
    key = _signing_key(self.credentials.secret_key, day, self._region_name, self._service_name)
    return str(self._sign(key, string_to_sign, hex=True))


@lru_cache(_MANY)
def _signing_key(secret: str, *scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (*scope, "aws4_request"):
        key = _auth.SigV4Auth._sign(None, key, part)
    return key


def _endpoint(self: Any, operation_model: Any, call_args: Any, request_context: Any) -> Any:
    """Resolve an endpoint once where neither parameters nor credentials decide it."""
    kept = self._instance_cache.setdefault("endpoints of operations", {})
    name = operation_model.name
    if name not in kept:
        fixed = not (
            self._service_model.service_name.startswith("s3")
            or operation_model.context_parameters
            or operation_model.operation_context_parameters
            or any(callable(self._builtins.get(each.builtin)) for each in self._param_definitions.values())
        )
        kept[name] = _usual_endpoint(self, operation_model, call_args, request_context) if fixed else None
    found = kept[name]
    if found is None:
        return _usual_endpoint(self, operation_model, call_args, request_context)
    return found._replace(headers=dict(found.headers))


_REQUESTS: dict[tuple[str, str, str], dict[str, Any]] = {}
_READS = ("Describe", "Get", "List")
_SIMPLE = {str, int, bool}


def _request(self: Any, parameters: Mapping[str, Any], operation_model: Any) -> Any:
    """Validate and serialize the parameters of a read once: each account is asked the same."""
    name = operation_model.name
    if not name.startswith(_READS) or any(type(each) not in _SIMPLE for each in parameters.values()):
        return _usual_request(self, parameters, operation_model)
    key = (operation_model.service_model.service_name, name, repr(parameters))
    if key not in _REQUESTS:
        if len(_REQUESTS) > _MANY:
            _REQUESTS.clear()
        _REQUESTS[key] = _usual_request(self, parameters, operation_model)
    return {part: copy(value) for part, value in _REQUESTS[key].items()}


def _paginator(self: Any, operation_name: str) -> Any:
    """Make the class of an operation's paginator once."""
    key = (self.meta.service_model.service_name, operation_name)
    if key not in _PAGINATORS or "page_config" not in self._cache:
        made = _usual_paginator(self, operation_name)
        _PAGINATORS[key] = type(made)
        return made
    name = self._PY_TO_OP_NAME[operation_name]
    model = self._service_model.operation_model(name)
    return _PAGINATORS[key](getattr(self, operation_name), self._cache["page_config"][name], model)


_PLAIN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")


def _timestamp(value: Any, tzinfo: Any) -> Any:
    return _read(value) if isinstance(value, str) and _PLAIN.fullmatch(value) else _usual_timestamp(value, tzinfo)


@lru_cache(_MANY)
def _read(value: str) -> Any:
    return _usual_timestamp(value, _utils.tzutc)


class _Context:
    """`start_as_current_context` without a generator and a deep copy: a context is a set of words."""

    __slots__ = ("_token",)

    def __init__(self, given: ClientContext | None = None) -> None:
        now = given or _context.get_context()
        self._token = _context.set_context(ClientContext(set(now.features)) if now else ClientContext())

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        _context.reset_context(self._token)
