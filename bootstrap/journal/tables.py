"""The journal's tables."""

from __future__ import annotations

import sqlalchemy as sa

# SQLite numbers rows by itself only in a column of type INTEGER.
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

metadata = sa.MetaData()

# Which versions of these tables the journal has: see schema.py.
about = sa.Table(
    "about",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("command", sa.String(32), nullable=False),
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
    sa.Column("scenario", sa.String(64)),
    sa.Column("started", sa.Float, nullable=False),
    sa.Column("ended", sa.Float),
    sa.Column("outcome", sa.String(16)),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("account_id", sa.String(12), nullable=False),
    sa.Column("step", sa.String(128), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("settled", sa.Boolean, nullable=False),
    sa.Column("code", sa.String(16)),
    sa.Column("cause", sa.Text),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.UniqueConstraint("run", "team", "account_id", "seq"),
    sa.Index("events_by_step", "team", "account_id", "step"),
)

results = sa.Table(
    "results",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("account_id", sa.String(12), nullable=False),
    sa.Column("result", sa.String(16), nullable=False),
    sa.Column("labs", sa.JSON, nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.UniqueConstraint("run", "team", "account_id"),
)

actions = sa.Table(
    "actions",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("command", sa.String(32), nullable=False),
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("account_id", sa.String(12), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
)

# An action's detail as a message, to be translated when shown. Journals of version 0.1.0 have no such rows.
action_messages = sa.Table(
    "action_messages",
    metadata,
    sa.Column("action", sa.String(64), primary_key=True),
    sa.Column("message", sa.JSON, nullable=False),
)

# The rows of the tables below change. One row per team: its code, of which only a digest is stored.
codes = sa.Table(
    "codes",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("team", sa.String(128), primary_key=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("made", sa.Float, nullable=False),
    sa.Column("made_by", sa.String(256), nullable=False),
    sa.Column("expires", sa.Float, nullable=False),
)

# One row per account: who works on it until when, by the database's clock; without a token, who worked on it last.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("account_id", sa.String(12), primary_key=True),
    sa.Column("token", sa.String(32), nullable=False, index=True),
    # Token of the run it was taken over from, until that run has noticed.
    sa.Column("former", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("command", sa.String(32), nullable=False),
    sa.Column("run", sa.String(64), nullable=False),
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("machine", sa.String(128), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("since", sa.Float, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)

# One row per account on hold: no command but look-ups may change it until it is released.
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(12), primary_key=True),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("since", sa.Float, nullable=False),
)

# A row for each worker whose password a page has shown; `worker` is a key, not an address.
shown_passwords = sa.Table(
    "shown_passwords",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(12), primary_key=True),
    sa.Column("worker", sa.String(32), primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
)
