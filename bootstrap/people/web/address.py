"""Where the pages are reached, and what that asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.people.handouts.join_address import is_loopback

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """`host` is listened on; `name` is what people's browsers call it, if that is another; TLS with both files."""

    host: str = "127.0.0.1"
    port: int = 4600
    name: str | None = None
    certificate: Path | None = None
    key: Path | None = None

    @property
    def exposed(self) -> bool:
        """Whether others than people at this machine can come here; behind a proxy they come by its name."""
        return not is_loopback(self.host) or self.name is not None

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS: ours, or that of the proxy whose name this is."""
        return self.certificate is not None or self.exposed

    @property
    def names(self) -> tuple[str, ...]:
        """What a browser may call this server."""
        if self.exposed:
            return (_bracketed(self.name or self.host),)
        return tuple(map(_bracketed, {*_LOOPBACK_NAMES, self.host}))

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        shown = _bracketed(self.name or self.host)
        behind_proxy = self.name is not None and self.certificate is None
        usual = behind_proxy or self.port == (443 if self.secure else 80)
        return f"{'https' if self.secure else 'http'}://{shown}{'' if usual else f':{self.port}'}"


def checked(address: Address) -> Address:
    """Raises BadInput: EB-570 without TLS beyond loopback, EB-571 for half of it or files that cannot be read,
    EB-572 for an address that no browser can name."""
    problems = []
    if (address.certificate is None) != (address.key is None):
        given = "--tls-cert" if address.certificate else "--tls-key"
        problems.append(Problem("EB-571", f"{given} is given alone", fix="give --tls-cert and --tls-key"))
    problems += [_unreadable(each) for each in (address.certificate, address.key) if each and not each.is_file()]
    if not is_loopback(address.host) and address.certificate is None:
        cause = "others on the network could read what the pages show"
        problems.append(Problem("EB-570", f"--host {address.host} needs TLS", "", cause, "give --tls-cert, --tls-key"))
    if address.name is None and address.host in ("0.0.0.0", "::"):
        fix = "give --name, the name in the certificate"
        problems.append(Problem("EB-572", f"--host {address.host} says not what browsers call it", fix=fix))
    if problems:
        raise BadInput(problems)
    return address


def _unreadable(file: Path) -> Problem:
    return Problem("EB-571", "there is no such file", str(file), fix="name PEM files that you may read")


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
