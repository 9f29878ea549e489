"""A row of the table of operations: whether it reads, and which keys AWS always sends in its answer."""

from __future__ import annotations

from dataclasses import dataclass

# Where it is known from that a key is always sent.
MODEL = "botocore's model: required"
UNPROVEN = ""


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation that the tool may call. `service` and `name`: as in botocore's models.

    `reads`: it changes nothing in AWS; any other needs the write permit. A prefix like "Get" is no proof of that:
    GetFederationToken gives access.

    `sends`: keys of the parsed answer that AWS always sends, even if a listing is empty. `source`: where that is known
    from; MODEL if botocore's model marks them as required, UNPROVEN ("") if nobody has seen it. An answer without such
    a key is not believed, whatever the source (`bootstrap.aws.answers`).

    `root`: name of the outermost element of an answer of S3, whose protocol has no rule for it.
    """

    service: str
    name: str
    reads: bool
    sends: tuple[str, ...] = ()
    source: str = MODEL
    root: str = ""

    @property
    def proven(self) -> bool:
        """True if a source says that AWS always sends the keys."""
        return self.source != UNPROVEN


def reads(service: str, name: str, *sends: str, source: str = UNPROVEN, root: str = "") -> OperationRow:
    """Return the row of an operation that only reads. Without `sends`, the model's required keys must be there."""
    return OperationRow(service, name, True, sends, source if sends else MODEL, root)


def writes(service: str, name: str, root: str = "") -> OperationRow:
    """Return the row of an operation that needs the write permit. The model's required keys must be in its answer."""
    return OperationRow(service, name, False, root=root)
