"""The address of the pages, and what it requires: TLS, a token, host names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.people.handouts.join_address import is_loopback

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Address:
    """The server listens on `host`; browsers call it `name`, if given. `certificate` and `key` together enable TLS."""

    host: str = "127.0.0.1"
    port: int = 4600
    name: str | None = None
    certificate: Path | None = None
    key: Path | None = None

    @property
    def exposed(self) -> bool:
        """True if people at other machines can open the pages; behind a proxy they do so by its name."""
        return not is_loopback(self.host) or self.name is not None

    @property
    def secure(self) -> bool:
        """True if browsers use TLS: the server's own, or that of the proxy whose name this is."""
        return self.certificate is not None or self.exposed

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
    EB-572 for a host that no browser can name.
    """
    problems = []
    if (address.certificate is None) != (address.key is None):
        given = "--tls-cert" if address.certificate else "--tls-key"
        what = msg("{option} is given without the other", option=given)
        problems.append(Problem("EB-571", what, fix=msg("give both --tls-cert and --tls-key")))
    problems += [_unreadable(each) for each in (address.certificate, address.key) if each and not each.is_file()]
    if not is_loopback(address.host) and address.certificate is None:
        what, cause = (
            msg("--host {host} needs TLS", host=address.host),
            msg("others on the network could read the pages"),
        )
        problems.append(Problem("EB-570", what, "", cause, msg("give both --tls-cert and --tls-key")))
    if address.name is None and address.host in ("0.0.0.0", "::"):
        what = msg("--host {host} is not a name that a browser can use", host=address.host)
        problems.append(Problem("EB-572", what, fix=msg("give --name, the name in the certificate")))
    if problems:
        raise BadInput(problems)
    return address


def _unreadable(file: Path) -> Problem:
    return Problem("EB-571", msg("there is no such file"), str(file), fix=msg("name PEM files that you may read"))


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
