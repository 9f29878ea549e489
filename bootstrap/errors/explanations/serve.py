"""EB-570 to EB-579: the pages of `status` and `serve`."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-570": Explanation(
        "The pages need TLS if other machines can reach them",
        "The pages show account ids, causes and who works where. Without TLS everybody on the network could read "
        "them, and the token that opens them.",
        "Give --tls-cert and --tls-key, two PEM files for the name that browsers use. Behind a proxy "
        "with TLS, name it with --proxy: the server then answers nobody else. Or keep --host at 127.0.0.1, and connect "
        "with `ssh -L 4600:127.0.0.1:4600` or through your own proxy with TLS.",
    ),
    "EB-571": Explanation(
        "These files cannot be used for TLS",
        "One of the two files is missing or cannot be read, or the key does not belong to the certificate.",
        "Give both --tls-cert (the certificate chain, the server's own first) and --tls-key, in PEM, without a "
        "passphrase.",
    ),
    "EB-572": Explanation(
        "The server does not know the name that browsers use",
        "An address such as 0.0.0.0 stands for all addresses of the machine. The server needs its name for links, "
        "and refuses requests for any other name, because those come from DNS rebinding.",
        "Give the name in the certificate with --name, or listen on one address with --host.",
    ),
    "EB-573": Explanation(
        "The server cannot listen on this address",
        "Another program uses the port, the address does not belong to this machine, or the port is below 1024, "
        "which needs extra rights.",
        "Choose another port with --port; 0 takes any free port.",
    ),
    "EB-574": Explanation(
        "The packages for `serve` are not installed",
        "The web server is an optional part, so that the plain installation stays small.",
        "Run this in the folder that you installed from: pip install -r requirements/rehearsal.txt",
    ),
    "EB-575": Explanation(
        "The page cannot be written",
        "The folder of --html does not exist or is not writable, or the disk is full.",
        "Name a file in a folder that you may write to.",
    ),
}
