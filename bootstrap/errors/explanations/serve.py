"""EB-570 to EB-579: the pages of `status` and `serve`."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-570": Explanation(
        "Beyond this machine the pages need TLS",
        "The pages show account ids, causes and who works where; without TLS everybody on the network could read them, "
        "and the token that opens them.",
        "Give --tls-cert and --tls-key, two PEM files for the name that browsers will use. Or leave --host at "
        "127.0.0.1, and come by `ssh -L 4600:127.0.0.1:4600` or through a proxy of yours that has TLS.",
    ),
    "EB-571": Explanation(
        "TLS cannot be set up with these files",
        "One of the two is missing, cannot be read, or the key is not that of the certificate.",
        "Give both --tls-cert (the chain of certificates, the server's own first) and --tls-key, in PEM, without a "
        "passphrase.",
    ),
    "EB-572": Explanation(
        "The server does not know what browsers call it",
        "An address such as 0.0.0.0 means every address of the machine. Requests for any other name are refused, so "
        "that no foreign page can have its own name lead here; and links need the name.",
        "Give --name, the name in the certificate, or listen on one address with --host.",
    ),
    "EB-573": Explanation(
        "The address cannot be listened on",
        "Another program has the port, the address is not one of this machine's, or ports below 1024 are not allowed.",
        "Give another --port; 0 takes a free one.",
    ),
    "EB-574": Explanation(
        "What `serve` needs is not installed",
        "The web server is an extra, so that a machine which only runs the other commands stays small.",
        "pip install 'event-bootstrap[serve]'",
    ),
    "EB-575": Explanation(
        "The page cannot be written",
        "The folder of --html is missing, is not yours to write, or the disk is full.",
        "Name a file in a folder that you may write.",
    ),
}
