"""EB-750 to EB-759: `serve` as a service: proxies in front of it."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-750": Explanation(
        "A trusted proxy is no address",
        "--proxy takes an IP address or a network in CIDR form, with no bit set behind its prefix. Host names are not "
        "taken: what they mean can change.",
        "Write 10.0.0.7, 10.0.0.0/24 or fd00::/8, and the option again for each further one.",
    ),
    "EB-751": Explanation(
        "The server does not know under which name its proxy serves it",
        "Behind a proxy browsers use the proxy's name. The server needs it for links and cookies, and refuses requests "
        "for any other name.",
        "Give --name, the name in the proxy's certificate.",
    ),
}
