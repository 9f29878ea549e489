"""Addresses that this machine's AWS configuration names: endpoints, proxies, and the file of certificates."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from botocore import exceptions as boto
from botocore.utils import get_environ_proxies

from bootstrap.errors import Refused
from bootstrap.errors.message import msg

R = TypeVar("R", bound=Refused)
Make = Callable[[str, str], R]

_BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
_ENDPOINT = "AWS_ENDPOINT_URL"


def check_bundle(value: Any, used: bool, make: Make[R]) -> None:
    """Raise `make(code, what)` (EB-660) if the file with certificates cannot be used.

    `value`: the setting ca_bundle; without it, botocore takes REQUESTS_CA_BUNDLE. `used`: the endpoint has TLS; for
    any other, botocore itself refuses only an empty value.
    """
    path = value if value is not None else os.environ.get("REQUESTS_CA_BUNDLE")
    if path is None:
        return
    if not str(path).strip():
        raise make("EB-660", msg("{setting} is empty; correct or remove it", setting=_bundle(path)))
    if used and (reason := _unusable(str(path))):
        raise _unused(str(path), reason, make)


def _bundle(path: Any) -> str:
    """Return the setting that names the file with certificates."""
    return next((each for each in _BUNDLES if os.environ.get(each) == path), "ca_bundle")


def _unused(path: str, reason: str, make: Make[R]) -> R:
    what = msg("{setting} names {file}, which cannot be used: {reason}", setting=_bundle(path), file=path,
               reason=reason)  # fmt: skip
    return make("EB-660", what)


@cache
def _unusable(path: str) -> str:
    """Return why the file gives no certificates; "" if it does."""
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        # The text of OpenSSL is technical, and the same for any file without a certificate.
        return msg("no certificate in PEM is in it")
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or type(error).__name__
    return ""


def check_proxy(endpoint: str, make: Make[R]) -> None:
    """Raise `make(code, what)` (EB-651) if the proxy for the endpoint has an address that no proxy can have."""
    scheme = urlsplit(endpoint).scheme
    address = get_environ_proxies(endpoint).get(scheme)
    if not address:
        return
    # botocore puts this before an address without a scheme.
    whole = address if "://" in address else f"http://{address}"
    if _right(whole):
        return
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    setting = next((each for each in names if os.environ.get(each) == address), f"{scheme}_proxy".upper())
    what = msg("{setting} must be an address like {example}", setting=setting, example="http://proxy.example.com:8080")
    raise make("EB-651", what)


def bad_endpoint(profile: Mapping[str, Any], services: Mapping[str, Any] = MappingProxyType({})) -> str:
    """Return the setting that has an endpoint without a scheme or a host; "" if there is none.

    `services`: the sections of the configuration that profiles take endpoints from.
    """
    named = {name: value for name, value in os.environ.items() if name == _ENDPOINT or name.startswith(f"{_ENDPOINT}_")}
    if "endpoint_url" in profile:
        named["endpoint_url"] = str(profile["endpoint_url"])
    for service, settings in services.get(str(profile.get("services")), {}).items():
        if isinstance(settings, Mapping) and "endpoint_url" in settings:
            named[f"services {profile['services']}, {service}"] = str(settings["endpoint_url"])
    return next((name for name, value in named.items() if not _right(value)), "")


def _right(address: str) -> bool:
    try:
        found = urlsplit(address)
        # Reading the port checks it.
        return found.scheme in {"http", "https"} and bool(found.hostname) and found.port != 0
    except ValueError:
        return False


def refused_by(error: boto.BotoCoreError, make: Make[R]) -> R | None:
    """Return what is wrong on this machine if an error looks like the network's; None if it is the network's."""
    inner = error.kwargs.get("error")
    if isinstance(inner, ssl.SSLError) or not isinstance(inner, OSError | ValueError):
        return None
    if isinstance(inner, OSError) and inner.filename:
        return _unused(str(inner.filename), inner.strerror or "", make)
    wrong = bad_endpoint({})
    return wrong_setting(wrong, make) if wrong else None


def wrong_setting(place: str, make: Make[R]) -> R:
    """Return `make(code, what)` (EB-651) for a setting with a value that botocore does not take."""
    return make("EB-651", msg("{setting} has a value that is not valid; correct or remove it", setting=place))
