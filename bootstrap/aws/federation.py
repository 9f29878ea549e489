"""AWS's sign-in endpoint: it gives a token for a role's credentials, with which a browser opens the console.

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

from bootstrap.aws import call_log
from bootstrap.aws.answers import NotAws, Why, media_of
from bootstrap.aws.guard import Send
from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.event.regions import domain_of, partition_of
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

# Sign-in and console. docs.aws.amazon.com/general/latest/gr/signin-service.html has the regional sign-in hosts, none
# for China, and for GovCloud (US-West) the one without a region.
_HOSTS = {
    "aws": ("{}.signin.aws.amazon.com", "{}.console.aws.amazon.com"),
    "aws-cn": ("signin.amazonaws.cn", "{}.console.amazonaws.cn"),
    "aws-us-gov": ("signin.amazonaws-us-gov.com", "{}.console.amazonaws-us-gov.com"),
}
# The one sign-in host of which it is known that its sign-out goes on to a sign-in link (guardian/janus-app#456,
# Noovolari/leapp#520, kionsoftware/kion-cli#40: tried there for several regions). AWS does not document the address;
# of other hosts and partitions it is not known, and a private window is what helps.
_SIGNS_OUT = {"aws": "us-east-1"}
# Ends of service addresses with AWS_USE_DUALSTACK_ENDPOINT (IPv4 and IPv6).
_DUAL_STACK = (".api.aws", ".api.amazonwebservices.com.cn")
_TIMEOUTS = (5, 10)  # seconds, to connect and to answer
_LARGEST = 64_000
_GIVEN, _REFUSED = 200, 400


def console_page(region: str, page: str = "console/home") -> str:
    """Return the address of a page of the region's console ("sagemaker/home"). Raises Refused (EB-564)."""
    return f"https://{_hosts(region)[1]}/{page}?region={region}"


@dataclass(frozen=True, slots=True)
class SignInEndpoint:
    """A sign-in endpoint, and the address that signs a browser out and goes on to a link; "" if none is known."""

    url: str
    sign_out: str = ""


def endpoint_of(region: str, configured: str, signing_out: bool = False) -> SignInEndpoint:
    """Return the region's sign-in endpoint. `configured`: the endpoint that a botocore client uses in the region.

    `signing_out`: a link signs the browser out first, where it is known how: AWS does so at one host for all regions.
    If `configured` is not an AWS host (AWS_ENDPOINT_URL), sign-in uses it too. Raises Refused (EB-564) for a partition
    whose hosts are not known.
    """
    if not str(urlsplit(configured).hostname).endswith((f".{domain_of(region)}", *_DUAL_STACK)):
        base = configured.rstrip("/")
        return SignInEndpoint(f"{base}/federation", f"{base}/oauth" if signing_out else "")
    where = _SIGNS_OUT.get(partition_of(region)) if signing_out else None
    base = f"https://{_hosts(where or region)[0]}"
    return SignInEndpoint(f"{base}/federation", f"{base}/oauth" if where else "")


def _hosts(region: str) -> tuple[str, str]:
    partition = partition_of(region)
    if partition not in _HOSTS:
        words = msg(
            "the sign-in hosts of partition {partition}, which {region} is in, are not known",
            partition=partition,
            region=region,
        )
        raise Refused("EB-564", words)
    sign_in, console = _HOSTS[partition]
    return sign_in.format(region), console.format(region)


@dataclass(frozen=True, slots=True)
class Federation:
    """One region's sign-in endpoint, as one account reaches it. `sign_out`: see `SignInEndpoint`."""

    url: str
    send: Send
    sign_out: str = ""

    def token(self, session: dict[str, str], seconds: int | None) -> str:
        """Return a sign-in token, a secret valid for 15 minutes. `session`: sessionId, sessionKey and sessionToken.

        `seconds`: how long the console session lasts; AWS refuses it for credentials from role chaining. Raises Refused
        (EB-562), NotAws, or botocore's errors if no answer comes.
        """
        wanted = {"Action": "getSigninToken", "Session": json.dumps(session)}
        if seconds is not None:
            wanted["SessionDuration"] = str(seconds)
        return str(self.send("GetSigninToken", wanted)["SigninToken"])

    def link(self, token: str, destination: str, issuer: str = "") -> str:
        """Return the link that a browser opens, as secret as the token. After the session AWS links to `issuer`.

        A browser that is signed in to another account refuses a link, so it leads through `sign_out` if there is one.
        """
        params = {"Action": "login", "Issuer": issuer, "Destination": destination, "SigninToken": token}
        link = f"{self.url}?{urlencode({name: value for name, value in params.items() if value})}"
        if not self.sign_out:
            return link
        return f"{self.sign_out}?{urlencode({'Action': 'logout', 'redirect_uri': link})}"


def poster(url: str, proxies: bool, verify: Any) -> Callable[[str, dict[str, str]], dict[str, Any]]:
    """Return a function that sends a form to the endpoint, in one attempt. `proxies`: use this machine's proxies.

    AWS accepts GET and POST. A POST's body has no limit of length, and keeps the credentials out of the address, which
    proxies and exceptions show.
    """
    # The type stubs allow one timeout only; the class also accepts one to connect and one to read.
    timeouts: Any = _TIMEOUTS
    http = URLLib3Session(verify=verify, proxies=get_environ_proxies(url) if proxies else {}, timeout=timeouts)

    def send(operation: str, params: dict[str, str]) -> dict[str, Any]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        with call_log.telling("signin", operation, "") as told:
            answer = http.send(AWSRequest("POST", url, form, urlencode(params)).prepare())
            told["status"] = answer.status_code
            return _read(operation, answer.status_code, answer.headers.get("content-type", ""), answer.content)

    return send


def _read(operation: str, status: int, content_type: str, content: bytes) -> dict[str, Any]:
    """Return the answer, a JSON object with a token. It is never shown in a message: it may repeat the credentials.

    AWS refuses with 400 and a page. Raises Refused (EB-562) for that, ClientError if it is busy, NotAws for the rest.
    """
    if status in {429, 500, 502, 503, 504} and media_of(content_type) != "HTML":
        code = max(status, 500)
        told: Any = {"Error": {"Code": str(status), "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": code}}
        raise ClientError(told, operation)
    if status == _REFUSED:
        raise Refused("EB-562", msg("AWS's sign-in endpoint refused the credentials (status {status})", status=status))
    try:
        found = json_text.parsed(content[:_LARGEST])
    except Unreadable:
        found = None
    if status == _GIVEN and isinstance(found, dict) and isinstance(found.get("SigninToken"), str):
        return found
    why = Why.FORM if status == _GIVEN and media_of(content_type) == "JSON" else Why.TYPE
    raise NotAws(
        call=f"signin:{operation}", fault=why, status=status, media=media_of(content_type), length=len(content)
    )
