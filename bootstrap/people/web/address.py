"""The address of the pages, and what it requires: TLS, a token, host names, proxies."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.people.handouts.join_address import is_loopback

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """The server listens on `host`; browsers call it `name`, if given. `certificate` and `key` together enable TLS.

    `proxies`: addresses and networks whose word about a client and its scheme is taken.
    """

    host: str = "127.0.0.1"
    port: int = 4600
    name: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()

    @property
    def exposed(self) -> bool:
        """True if people at other machines can open the pages; behind a proxy they do so by its name."""
        return not is_loopback(self.host) or self.name is not None

    @property
    def secure(self) -> bool:
        """True if browsers use TLS: the server's own, or that of the proxy whose name this is."""
        return self.certificate is not None or self.exposed

    @property
    def trusted(self) -> tuple[IpNetwork, ...]:
        return _networks(self.proxies)

    @property
    def only_proxies(self) -> bool:
        """True if the server may answer nobody directly: without TLS of its own, on an address that others reach."""
        return self.certificate is None and not is_loopback(self.host)

    def is_proxy(self, address: str) -> bool:
        """Return True if the address is that of a trusted proxy."""
        found = ip_of(address)
        return found is not None and any(found in each for each in self.trusted)

    @property
    def names(self) -> tuple[str, ...]:
        """Host headers that the server accepts."""
        if self.exposed:
            return (_bracketed(self.name or self.host),)
        return tuple(map(_bracketed, {*_LOOPBACK_NAMES, self.host}))

    @property
    def url(self) -> str:
        """The address for browsers, without a final slash."""
        shown = _bracketed(self.name or self.host)
        behind_proxy = self.name is not None and self.certificate is None
        usual = behind_proxy or self.port == (443 if self.secure else 80)
        return f"{'https' if self.secure else 'http'}://{shown}{'' if usual else f':{self.port}'}"


def checked(address: Address) -> Address:
    """Return the address if it can be served.

    Raises BadInput: EB-570 for other machines without TLS, EB-571 for one TLS file alone or files that cannot be read,
    EB-572 for a host that no browser can name, EB-750 for a proxy that is no address or network, EB-751 for proxies
    without a name for the site.
    """
    problems = list(_of_proxies(address))
    if (address.certificate is None) != (address.key is None):
        given = "--tls-cert" if address.certificate else "--tls-key"
        what = msg("{option} is given without the other", option=given)
        problems.append(Problem("EB-571", what, fix=msg("give both --tls-cert and --tls-key")))
    problems += [_unreadable(each) for each in (address.certificate, address.key) if each and not each.is_file()]
    if not is_loopback(address.host) and address.certificate is None and not address.proxies:
        what, cause = (
            msg("--host {host} needs TLS", host=address.host),
            msg("others on the network could read the pages"),
        )
        fix = msg("give both --tls-cert and --tls-key, or --proxy for a proxy with TLS")
        problems.append(Problem("EB-570", what, "", cause, fix))
    if address.name is None and address.host in ("0.0.0.0", "::"):
        what = msg("--host {host} is not a name that a browser can use", host=address.host)
        problems.append(Problem("EB-572", what, fix=msg("give --name, the name in the certificate")))
    if problems:
        raise BadInput(problems)
    return address


def ip_of(text: str) -> IpAddress | None:
    """Return the IP address; an IPv4 address that is written as an IPv6 one is an IPv4 address."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _of_proxies(address: Address) -> Iterator[Problem]:
    for each in address.proxies:
        try:
            _networks((each,))
        except ValueError:
            what = msg("{proxy} is not an IP address or a network", proxy=each)
            yield Problem("EB-750", what, "--proxy", fix=msg("write 10.0.0.7, 10.0.0.0/24 or fd00::/8"))
    if address.proxies and address.name is None:
        what = msg("--proxy is given without --name")
        yield Problem("EB-751", what, fix=msg("give --name, the name in the proxy's certificate"))


@lru_cache
def _networks(written: tuple[str, ...]) -> tuple[IpNetwork, ...]:
    return tuple(ipaddress.ip_network(each) for each in written)


def _unreadable(file: Path) -> Problem:
    return Problem("EB-571", msg("there is no such file"), str(file), fix=msg("name PEM files that you may read"))


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
