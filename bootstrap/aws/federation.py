"""AWS's sign-in endpoint: the credentials of a role -> a token with which a browser is let into the console.

docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from bootstrap.aws.guard import Send
from bootstrap.errors import Refused
from bootstrap.event.regions import domain_of, partition_of

# Sign-in and console. docs.aws.amazon.com/general/latest/gr/signin-service.html names the regional sign-in hosts, but
# of China's none, and of GovCloud's west the one without a region.
_HOSTS = {
    "aws": ("{}.signin.aws.amazon.com", "{}.console.aws.amazon.com"),
    "aws-cn": ("signin.amazonaws.cn", "{}.console.amazonaws.cn"),
    "aws-us-gov": ("signin.amazonaws-us-gov.com", "{}.console.amazonaws-us-gov.com"),
}
# What the addresses of services end in where both versions of IP are asked for (AWS_USE_DUALSTACK_ENDPOINT).
_DUAL_STACK = (".api.aws", ".api.amazonwebservices.com.cn")
_TIMEOUTS = (5, 10)  # seconds, to connect and to answer
_LARGEST = 64_000


def console_page(region: str, page: str = "console/home") -> str:
    """The address of a page of the region's console ("sagemaker/home"). Raises Refused (EB-564)."""
    return f"https://{_hosts(region)[1]}/{page}?region={region}"


def endpoint_of(region: str, configured: str) -> str:
    """The region's sign-in endpoint; `configured` is where a client of botocore's goes there.

    If that is no host of AWS's, AWS_ENDPOINT_URL or its like leads somewhere else, and sign-in follows. Raises Refused
    (EB-564) for a partition whose hosts are not known.
    """
    if not str(urlsplit(configured).hostname).endswith((f".{domain_of(region)}", *_DUAL_STACK)):
        return f"{configured.rstrip('/')}/federation"
    return f"https://{_hosts(region)[0]}/federation"


def _hosts(region: str) -> tuple[str, str]:
    partition = partition_of(region)
    if partition not in _HOSTS:
        raise Refused("EB-564", f"the sign-in hosts of partition {partition}, which {region} is in, are not known")
    sign_in, console = _HOSTS[partition]
    return sign_in.format(region), console.format(region)


@dataclass(frozen=True, slots=True)
class Federation:
    """One region's endpoint, as one account reaches it."""

    url: str
    send: Send

    def token(self, session: dict[str, str], seconds: int | None) -> str:
        """A sign-in token: a secret, good for 15 minutes. `session`: sessionId, sessionKey and sessionToken.

        With `seconds` the console session lasts that long, whatever the credentials; AWS refuses them for credentials
        that came by role chaining. Raises Refused (EB-562, EB-563), or botocore's errors when no answer comes.
        """
        wanted = {"Action": "getSigninToken", "Session": json.dumps(session)}
        if seconds is not None:
            wanted["SessionDuration"] = str(seconds)
        return str(self.send("GetSigninToken", wanted)["SigninToken"])

    def link(self, token: str, destination: str, issuer: str = "") -> str:
        """What a browser opens; as secret as the token. When the session has ended, AWS leads back to `issuer`."""
        params = {"Action": "login", "Issuer": issuer, "Destination": destination, "SigninToken": token}
        return f"{self.url}?{urlencode({name: value for name, value in params.items() if value})}"


def poster(url: str, proxies: bool, verify: Any) -> Callable[[str, dict[str, str]], dict[str, Any]]:
    """Sends forms to the endpoint, one attempt each, past this machine's proxies unless `proxies`.

    AWS takes GET and POST. In the body, credentials do not come into addresses, which proxies and exceptions show, and
    may be of any length.
    """
    # The types know one timeout; the class takes one to connect and one to read as well.
    timeouts: Any = _TIMEOUTS
    http = URLLib3Session(verify=verify, proxies=get_environ_proxies(url) if proxies else {}, timeout=timeouts)

    def send(operation: str, params: dict[str, str]) -> dict[str, Any]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = http.send(AWSRequest("POST", url, form, urlencode(params)).prepare())
        return _read(operation, answer.status_code, answer.content)

    return send


def _read(operation: str, status: int, content: bytes) -> dict[str, Any]:
    """What came is never shown: it may repeat what was sent."""
    if status == 429 or status >= 500:
        code = max(status, 500)
        told: Any = {"Error": {"Code": str(status), "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": code}}
        raise ClientError(told, operation)
    if status >= 400:
        raise Refused("EB-562", f"AWS's sign-in endpoint refused the credentials (status {status})")
    try:
        found = json.loads(content[:_LARGEST])
    except ValueError:
        found = None
    if status != 200 or not isinstance(found, dict) or not isinstance(found.get("SigninToken"), str):
        raise Refused("EB-563", f"what answered for AWS's sign-in endpoint gave no token (status {status})")
    return found
