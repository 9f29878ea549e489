"""The console's sign-in endpoint: exchanges a role's credentials for a token, and a token for the console.

In place of the console it shows a page with account, role and region. A browser, known by its cookie, is signed in to
one account at a time: a link to another account is refused until it has signed out (guardian/janus-app#456). What the
sign-out does in a browser with multi-session is not known, and not simulated.

docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
"""

from __future__ import annotations

import json
from html import escape
from urllib.parse import parse_qsl, urlsplit

from bootstrap.simulator.in_process import regions
from bootstrap.simulator.wire.protocol import HttpAnswer
from bootstrap.simulator.wire.request import HttpRequest
from bootstrap.simulator.world import draw
from bootstrap.simulator.world.keys import Principal, Ticket
from bootstrap.simulator.world.world import World

_GOOD = 15 * 60
_SHORTEST, _LONGEST = 900, 43_200
_CONSOLES = {
    "aws": ".console.aws.amazon.com", "aws-cn": ".console.amazonaws.cn",
    "aws-us-gov": ".console.amazonaws-us-gov.com",
}  # fmt: skip


class _Bad(Exception):
    """The request is refused with 400. AWS gives no reason; the text is for users of the simulator."""


# The paths that are answered.
PATHS = ("/federation", "/oauth")
_COOKIE = "simulated-console"


def answer(world: World, asked: HttpRequest) -> HttpAnswer:
    """Answer GET or POST /federation, and GET /oauth. The request is not signed: the credentials are parameters."""
    text = asked.body.decode("latin-1") if asked.method == "POST" else asked.query
    params = dict(parse_qsl(text))
    try:
        if params.get("Action") == "getSigninToken":
            return 200, {"Content-Type": "application/json"}, _token(world, params)
        if asked.path == "/oauth":
            return _signed_out(params, asked.headers.get("host", ""))
        if params.get("Action") == "login":
            return _opened(_login(world, params), asked.headers.get("cookie", ""))
        raise _Bad("Action is neither getSigninToken nor login")
    except _Bad as bad:
        return _page(400, "400 Bad Request", [str(bad)])


def _opened(lines: list[str], cookies: str) -> HttpAnswer:
    account = lines[0].rpartition(" ")[2]
    kept = [each.strip().partition("=")[2] for each in cookies.split(";") if each.strip().startswith(f"{_COOKIE}=")]
    if any(each not in {"", account} for each in kept):
        raise _Bad("You must first log out before logging into a different AWS account.")
    status, headers, body = _page(200, "The console would open here", lines)
    return status, headers | {"Set-Cookie": f"{_COOKIE}={account}; Path=/; HttpOnly"}, body


def _signed_out(params: dict[str, str], host: str) -> HttpAnswer:
    """Forget what the browser is signed in to and go on to a link of this host: AWS goes on to no others (unproven)."""
    on = params.get("redirect_uri", "")
    if params.get("Action") != "logout" or urlsplit(on).netloc != host:
        raise _Bad("Action is not logout, or redirect_uri is no address of this host")
    gone = f"{_COOKIE}=; Path=/; Max-Age=0"
    return 302, {"Location": on, "Set-Cookie": gone, "Cache-Control": "no-store", "Content-Type": "text/html"}, b""


def _token(world: World, params: dict[str, str]) -> bytes:
    holder, now = _holder(world, params.get("Session", "")), world.now()
    ends = holder.expires or now
    if "SessionDuration" in params:
        ends = now + _seconds(holder, params["SessionDuration"])
    with world.counting:
        # AWS's tokens have this length.
        made = "".join(draw.token(128, world.seed, "signin", len(world.tickets), part) for part in range(5))
        world.tickets[made] = Ticket(holder, now + _GOOD, ends)
    return json.dumps({"SigninToken": made}).encode()


def _holder(world: World, session: str) -> Principal:
    try:
        given = json.loads(session)
        key, secret, token = (str(given[name]) for name in ("sessionId", "sessionKey", "sessionToken"))
    except (ValueError, KeyError, TypeError):
        raise _Bad("Session is not sessionId, sessionKey and sessionToken as JSON") from None
    holder = world.keys.find(key, token)
    if holder is None or holder.secret != secret:
        raise _Bad("the credentials in Session are not known")
    if holder.expires is not None and holder.expires <= world.now():
        raise _Bad("the credentials in Session have expired")
    return holder


def _seconds(holder: Principal, asked: str) -> int:
    if holder.chained:
        raise _Bad("SessionDuration is refused for credentials from role chaining")
    seconds = int(asked) if asked.isdigit() else 0
    if not _SHORTEST <= seconds <= _LONGEST or seconds >= holder.longest:
        raise _Bad("SessionDuration is not a number from 900 to 43200, or not below the role's MaxSessionDuration")
    return seconds


def _login(world: World, params: dict[str, str]) -> list[str]:
    ticket, now = world.tickets.get(params.get("SigninToken", "")), world.now()
    if ticket is None or now >= ticket.good:
        raise _Bad("the sign-in token is not known, or older than 15 minutes")
    account = world.accounts[ticket.holder.account_id]
    destination = urlsplit(params.get("Destination", ""))
    host = str(destination.hostname)
    region = host.split(".", maxsplit=1)[0]
    partition = regions.partition_of(account.region)
    if destination.scheme != "https" or not host.endswith(_CONSOLES.get(partition, "\0")):
        raise _Bad("Destination is not a page of this partition's console")
    role = ticket.holder.arn.split("/")[1]
    left = max(0, round((ticket.ends - now) / 60))
    return [f"account: {account.account_id}", f"role: {role}", f"region: {region}", f"minutes: {left}"]


def _page(status: int, title: str, lines: list[str]) -> HttpAnswer:
    items = "".join(f"<li>{escape(each)}</li>" for each in lines)
    text = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><ul>{items}</ul>"
    return status, {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}, text.encode()
