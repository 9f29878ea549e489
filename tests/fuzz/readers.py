"""Every reader of what others write, with an input that is right. It may answer, or say by name what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bootstrap.aws import secrets
from bootstrap.errors import Refused, Stop
from bootstrap.event import checkpoints, event, lab, prices, quiz
from bootstrap.event.event import Event
from bootstrap.event.roster import candidates, mapped, roster
from bootstrap.journal import carried_rows
from bootstrap.people.handouts import codes_file
from bootstrap.people.labelling import voting
from bootstrap.people.labelling.voting import Task
from bootstrap.people.venue import manifest as published
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable
from bootstrap.simulator.scenarios import scenario
from tests.fuzz import stored
from tests.fuzz.pictures import FOLDER, JPEG, ZIP, folder, jpeg, packed

ROOT = Path(__file__).parents[2]
BUCKET = "cars"
ONE, TWO = (f"s3://{BUCKET}/labelling/car-0{number}.jpg" for number in (1, 2))
TASK = Task("cars", ({"source-ref": ONE}, {"source-ref": TWO}), ("sedan", "suv"))
# How a reader says that it cannot read: an error of this program, with its code or for its caller.
NAMED = (Stop, Refused, Unreadable)


@dataclass(frozen=True, slots=True)
class Reader:
    """`read` takes mutated bytes and an empty folder. `named`: what it may raise."""

    good: bytes
    read: Callable[[bytes, Path], object]
    named: tuple[type[Exception], ...] = NAMED


@cache
def an_event() -> Event:
    return event.read(ROOT / "event.yaml")


def _event(data: bytes, at: Path) -> object:
    (at / "event.yaml").write_bytes(data)
    return event.read(at / "event.yaml")


def _lab(data: bytes, at: Path) -> object:
    (at / "lab.yaml").write_bytes(data)
    return lab.read(at)


def _quiz(data: bytes, at: Path) -> object:
    (at / "questions.yaml").write_bytes(data)
    return quiz.read(at / "questions.yaml")


def _checkpoints(data: bytes, at: Path) -> object:
    (at / "checkpoints.yaml").write_bytes(data)
    return checkpoints.packed("notebook", checkpoints.read(at))


def _prices(data: bytes, at: Path) -> object:
    (at / "prices.yaml").write_bytes(data)
    return prices.read(at)


def _scenario(data: bytes, at: Path) -> object:
    (at / "mine.yaml").write_bytes(data)
    return scenario.read(str(at / "mine.yaml"))


def _codes(data: bytes, at: Path) -> object:
    (at / "codes.csv").write_bytes(data)
    return codes_file.read(at / "codes.csv")


def _votes(data: bytes, at: Path) -> object:
    return voting.restored(json_text.utf8(data), TASK, "votes.json").manifest()


_CHECKPOINT = """
- id: 1
  section: "3"
  question: Why?
  question_zh: 为什么？
  choices: [{en: x, zh: 一}, {en: y, zh: 二}]
  answer: b
  why: So.
  why_zh: 因此。
"""
_LINES = "".join(json.dumps({"source-ref": each, "by": ["hand", 1]}) + "\n" for each in (ONE, TWO)).encode()
_VOTES = json.dumps({"version": 1, "votes": [{"picture": ONE, "worker": "ana", "label": "suv", "at": 1.5}]}).encode()
_TEXT = {"en": "what", "zh": "什么"}
_QUESTION = {
    "id": "one", "topic": "gpu", "question": _TEXT, "choices": {each: {"en": each, "zh": each} for each in "abc"},
    "answer": ["a"], "why": _TEXT, "source": "https://docs.aws.amazon.com/x",
}  # fmt: skip
_CODES = b"\xef\xbb\xbfteam,code,join,expires\r\nred,ABCD-EFGH,https://h/join/red,2026-12-11T00:00+00:00\r\n"
_LISTING = (
    json.dumps(
        {"Accounts": [{"Id": "111111111111", "Name": "red", "State": "ACTIVE", "Email": "red@example.com"}]}
    ).encode()
    + json.dumps([{"awsAccountId": {"S": "222222222222"}, "status": {"S": "Active"}}]).encode()
)
_PUBLISHED = (
    published.of("car-day", {"event.yaml": b"1", "accounts.csv": b"2", "labs/x/lab.yaml": b"3"}).text().encode()
)
_SCENARIO = (ROOT / "bootstrap" / "simulator" / "scenarios" / "bad-day.yaml").read_bytes()

READERS: Mapping[str, Reader] = {
    "roster": Reader(
        (ROOT / "accounts.csv").read_bytes(), lambda data, at: roster.whole(data, "accounts.csv", an_event())
    ),
    "accounts of an organization": Reader(_LISTING, lambda data, at: candidates.from_json(data, "list.json")),
    "table of accounts": Reader(
        b"Name;Account ID;Status\r\nred;111111111111;Active\r\nblue;222222222222;Closed\r\n",
        lambda data, at: mapped.from_table(data, "t.csv", {"account_id": "Account ID", "state": "Status"}, an_event()),
    ),
    "event.yaml": Reader((ROOT / "event.yaml").read_bytes(), _event),
    "lab.yaml": Reader((ROOT / "labs" / "tuning" / "lab.yaml").read_bytes(), _lab),
    "quiz": Reader(json.dumps({"questions": [_QUESTION]}, indent=1, ensure_ascii=False).encode(), _quiz),
    "checkpoints": Reader(_CHECKPOINT.encode(), _checkpoints),
    "prices": Reader((ROOT / "bootstrap" / "event" / "prices.yaml").read_bytes(), _prices),
    # The simulator is a program of its own, which says what is wrong by Python's own errors.
    "scenario": Reader(_SCENARIO, _scenario, (ValueError, OSError)),
    "zip": Reader(ZIP, packed),
    "folder": Reader(FOLDER, folder),
    "jpeg": Reader(JPEG, jpeg),
    "manifest": Reader(_LINES, lambda data, at: voting.lines(json_text.utf8(data), BUCKET, "m")),
    "classes": Reader(
        json.dumps({"labels": [{"label": "sedan"}, {"label": "suv"}]}).encode(),
        lambda data, at: voting.classes(json_text.utf8(data), "labels.json"),
    ),
    "votes": Reader(_VOTES, _votes),
    "codes.csv": Reader(_CODES, _codes),
    "marker": Reader(stored.MARKER, stored.marker),
    "baseline manifest": Reader(stored.MANIFEST, stored.manifest),
    "baseline parts": Reader(stored.PARTS, stored.parts),
    "journal rows": Reader(stored.ROWS, stored.rows),
    "lease rows": Reader(stored.LEASES, stored.leases),
    "saved plan": Reader(stored.PLAN, stored.plan),
    "spill file": Reader(stored.SPILL, stored.spill),
    "published manifest": Reader(_PUBLISHED, lambda data, at: published.parsed(data)),
    "carried rows": Reader(stored.CARRIED, stored.carried, (*NAMED, carried_rows.NotCarried)),
    "database secret": Reader(
        b'{"username": "operator", "password": "not a password", "host": "db.example.org", "port": 5432}',
        lambda data, at: secrets.parsed(data.decode("utf-8", errors="replace"), "db", 0.0),
    ),
}
