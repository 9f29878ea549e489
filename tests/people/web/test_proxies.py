"""Proxies: trusted only by name, and only for what they themselves have seen."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from bootstrap.errors import BadInput
from bootstrap.people.web import client
from bootstrap.people.web.address import Address, checked
from bootstrap.people.web.proxies import Proxies, client_of

NAME = "desk.example.com"
BEHIND = Address("0.0.0.0", 4600, NAME, proxies=("10.0.1.0/24", "fd00::/8"))


async def told(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{client.of(request)} {request.url.scheme}")


def asked(address: Address, peer: str, path: str = "/", **headers: str) -> tuple[int, str]:
    app = Starlette(routes=[Route("/", told)], middleware=[Middleware(Proxies, address=address)])
    browser = TestClient(app, base_url=f"http://{NAME}", client=(peer, 1), follow_redirects=False)
    answer = browser.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status_code, answer.headers.get("location", answer.text)


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        (["203.0.113.9"], "203.0.113.9"),
        (["198.51.100.7, 203.0.113.9"], "203.0.113.9"),
        (["198.51.100.7", "203.0.113.9, 10.0.1.8"], "203.0.113.9"),
        (["203.0.113.9:51234"], "203.0.113.9"),
        (["[2001:db8::7]:443"], "2001:db8::7"),
        (["2001:db8::7"], "2001:db8::7"),
        (["::ffff:203.0.113.9"], "203.0.113.9"),
        (["198.51.100.7, unknown"], "10.0.1.7"),
        (["198.51.100.7, unknown, fd00::2"], "fd00::2"),
        (["198.51.100.7, "], "10.0.1.7"),
        (["10.0.1.9, 10.0.1.8"], "10.0.1.9"),
        (["<script>", "1.2.3"], "10.0.1.7"),
        (["203.0.113.9" + ", 10.0.1.8" * 5000], "10.0.1.8"),
        ([], "10.0.1.7"),
    ],
)
def test_the_client_is_the_rightmost_hop_that_is_not_trusted(forwarded: list[str], found: str) -> None:
    assert client_of(ip_address("10.0.1.7"), forwarded, BEHIND.trusted) == ip_address(found)


def test_nobody_but_a_named_proxy_is_believed_or_even_answered_without_tls() -> None:
    said = {"x_forwarded_for": "203.0.113.9", "x_forwarded_proto": "https"}
    assert asked(BEHIND, "10.0.1.7", **said) == (200, "203.0.113.9 https")
    assert asked(BEHIND, "198.51.100.7", **said)[0] == 403
    assert asked(replace(BEHIND, host="127.0.0.1"), "198.51.100.7", **said) == (200, "198.51.100.7 http")
    assert asked(replace(BEHIND, proxies=()), "10.0.1.7", **said)[0] == 403


@pytest.mark.parametrize(
    ("path", "location"),
    [("/", "/"), ("/join/a?lang=zh", "/join/a?lang=zh"), ("//evil.example.com", "/evil.example.com")],
)
def test_a_browser_that_came_without_tls_is_sent_to_the_site_s_own_address(path: str, location: str) -> None:
    status, to = asked(BEHIND, "10.0.1.7", f"http://{NAME}{path}", x_forwarded_proto="https, http")
    assert (status, to) == (308, f"https://{NAME}{location}")


def refused(address: Address) -> list[str]:
    with pytest.raises(BadInput) as error:
        checked(address)
    return [each.code for each in error.value.problems]


def test_what_is_no_proxy_is_refused_and_one_that_is_needs_the_sites_name() -> None:
    assert checked(BEHIND) is BEHIND
    assert BEHIND.url == f"https://{NAME}"
    for wrong in ("proxy.example.com", "10.0.1.7/24", "*", ""):
        assert refused(replace(BEHIND, proxies=(wrong,))) == ["EB-750"]
    assert refused(Address(proxies=("127.0.0.1",))) == ["EB-751"]
    assert refused(Address("10.0.0.5", name=NAME)) == ["EB-570"]


@pytest.mark.parametrize(
    ("address", "of"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_connection_counts_as_one_client(address: str, of: str) -> None:
    assert client.network(address) == of
