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

# What follows is of the venue: the pages of the day, served by one process or several on one database. Times are epoch
# seconds of the servers. One row per sign-in: `digest` of the cookie's secret, `code` the digest of the code that
# opened it; `kind`: "team", or the role of one of `venue_people`; `whose`: the team, or that person's name; `form`: a
# secret that our forms send back.
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("whose", sa.String(128), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("form", sa.String(64), nullable=False),
    sa.Column("opened", sa.Float, nullable=False),
    sa.Column("expires", sa.Float, nullable=False),
)

# How often something was done lately, and until when it is not counted or allowed again. `what`: such as "code";
# `whose`: a team or a person; `client`: an address, "" for all of them together.
limits = sa.Table(
    "limits",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("what", sa.String(16), primary_key=True),
    sa.Column("whose", sa.String(128), primary_key=True),
    sa.Column("client", sa.String(64), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("latest", sa.Float, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)

# Staff and judges, each with a code of their own, of which only a digest is stored.
venue_people = sa.Table(
    "venue_people",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("made", sa.Float, nullable=False),
    sa.Column("made_by", sa.String(256), nullable=False),
    sa.Column("expires", sa.Float, nullable=False),
)

# Raised hands. `words` are a team's own; `finding`: what the doctor said, {} until `examined`. `taken_by` and
# `answered_by`: as operators.on_duty writes a name, "" until then. `how` it ended: "" while it is open, else
# "answered", "lowered" or "notice"; `notice` is its id then, else "".
hands = sa.Table(
    "hands",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("account_id", sa.String(12), nullable=False),
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("raised", sa.Float, nullable=False),
    sa.Column("examined", sa.Float),
    sa.Column("code", sa.String(16), nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("finding", sa.JSON, nullable=False),
    sa.Column("taken_by", sa.String(256), nullable=False),
    sa.Column("taken", sa.Float),
    sa.Column("answered_by", sa.String(256), nullable=False),
    sa.Column("answered", sa.Float),
    sa.Column("how", sa.String(16), nullable=False),
    sa.Column("notice", sa.String(64), nullable=False),
)

# What staff told teams. `teams`: {"teams": [...]}, where an empty list means all of them.
notices = sa.Table(
    "notices",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("actor", sa.String(256), nullable=False),
    sa.Column("text_en", sa.Text, nullable=False),
    sa.Column("text_zh", sa.Text, nullable=False),
    sa.Column("teams", sa.JSON, nullable=False),
    sa.Column("cause", sa.String(64), nullable=False),
    sa.Column("ended", sa.Float),
)

# What teams answered at the end.
surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("event", sa.String(64), nullable=False, index=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)

# Votes of labelling, one row per picture and person; `worker` is what the person is called.
ballots = sa.Table(
    "ballots",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(12), primary_key=True),
    sa.Column("job", sa.String(128), primary_key=True),
    sa.Column("picture", sa.String(256), primary_key=True),
    sa.Column("worker", sa.String(128), primary_key=True),
    sa.Column("label", sa.String(128), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("change", sa.Integer, nullable=False),
)

# Labelling jobs that people vote for in these pages. `written`: votes in the files of the team's bucket, whose digest
# is `sha256`; `token` and `until`: the lease of the process that writes them. `changes` counts the transactions that
# changed ballots, each of which has the number of its own; `saved`: the one up to which the files are written.
labelling_jobs = sa.Table(
    "labelling_jobs",
    metadata,
    sa.Column("event", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(12), primary_key=True),
    sa.Column("job", sa.String(128), primary_key=True),
    sa.Column("team", sa.String(128), nullable=False),
    sa.Column("workers", sa.Integer, nullable=False),
    sa.Column("task", sa.JSON, nullable=False),
    sa.Column("opened", sa.Float, nullable=False),
    sa.Column("compared", sa.Float),
    sa.Column("changes", sa.Integer, nullable=False),
    sa.Column("saved", sa.Integer, nullable=False),
    sa.Column("written", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("token", sa.String(32), nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)
