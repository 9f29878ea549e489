"""One object of a finished lab: what it is, whether it is there, and how it is made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bootstrap.aws.sessions import AccountSession
from bootstrap.errors.message import msg
from bootstrap.event.names import MADE_BY

# Metadata of every object that this writes: the organisers made it, not the team.
MARK = f"{MADE_BY}-finished"


class PieceStanding(Enum):
    """`TEAMS`: the team has made it, or something like it; `IMPOSSIBLE`: what it is made of is not there."""

    THERE = auto()
    MISSING = auto()
    TEAMS = auto()
    IMPOSSIBLE = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """An object of a finished lab. Its content is `body`, or a copy of the object `source` of the same bucket.

    `words`: what it is, or why it is not to be written; `replaces`: writing it ends what the team has under this key.
    """

    key: str
    standing: PieceStanding
    words: str
    body: bytes = b""
    source: str = ""
    replaces: bool = False

    @property
    def line(self) -> str:
        """Return what is said of it before anything is written."""
        match self.standing:
            case PieceStanding.THERE:
                return msg("{key}: is there already: {what}", key=self.key, what=self.words)
            case PieceStanding.MISSING if self.replaces:
                return msg("{key}: will replace what the team has there: {what}", key=self.key, what=self.words)
            case PieceStanding.MISSING:
                return msg("{key}: will be written: {what}", key=self.key, what=self.words)
            case PieceStanding.TEAMS:
                return msg("{key}: is not written: {what}", key=self.key, what=self.words)
            case PieceStanding.IMPOSSIBLE:
                return msg("{key}: cannot be written: {what}", key=self.key, what=self.words)


def write(session: AccountSession, bucket: str, event: str, piece: Piece) -> None:
    """Write the object. Writes to AWS: PutObject, or CopyObject. Raises what a client raises."""
    client: Any = session.client("s3")
    where = {"Bucket": bucket, "Key": piece.key, "Metadata": {MARK: event}}
    if not piece.source:
        client.put_object(**where, Body=piece.body, ContentType="application/jsonlines")
        return
    client.copy_object(
        **where,
        CopySource={"Bucket": bucket, "Key": piece.source},
        ExpectedSourceBucketOwner=session.account.account_id,
        MetadataDirective="REPLACE",
        ContentType="application/x-recordio" if piece.key.endswith(".rec") else "application/gzip",
    )
