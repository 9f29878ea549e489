"""Servers of one event, as several processes on one database would be, listening with TLS on ports of 127.0.0.1."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bootstrap.cli.commands.choice import journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.web import app
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.serving import Server, listening
from bootstrap.people.web.site import Site
from tests.made_up_journal import MadeUp


@dataclass
class Instance:
    """One server. `seconds`: turned on, what it remembers of the database grows old; `now`: epoch seconds."""

    address: Address
    server: Server | None = None
    seconds: float = 0.0
    now: float = 1_795_413_600.0

    def clock(self) -> float:
        return self.seconds

    def time(self) -> float:
        return self.now

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.address.url, verify=trusting(self.address), timeout=20)


def trusting(address: Address) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(address.certificate))


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    began = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "chain.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@contextmanager
def started(made: MadeUp, journal: str, folder: Path, number: int = 2) -> Iterator[list[Instance]]:
    """So many servers of the event on one journal."""
    chain, key = certificate(folder)
    choice = replace(made.choice, journal=journal)
    found: list[Instance] = []
    with ExitStack() as stack:
        for _ in range(number):
            listener, address = listening(Address("127.0.0.1", 0, None, chain, key))
            stack.enter_context(listener)
            one = Instance(address)
            found.append(one)
            follower = Follower(choice)
            stack.callback(follower._reader.close)
            database = VenueDatabase(journal, one.clock)
            live = Live(follower, every=3600)
            site = Site(follower, journal, lambda: journal_of(choice), address, live, database, now=one.time)
            one.server = Server(app.build(site), listener, address)
            thread = threading.Thread(target=one.server.run)
            thread.start()
            stack.callback(thread.join, 20)
            stack.callback(setattr, one.server, "should_exit", True)
        for each in found:
            while not each.server or not each.server.started:
                threading.Event().wait(0.02)
        yield found
