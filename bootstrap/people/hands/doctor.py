"""The doctor for a raised hand: examines the team's account as `event-bootstrap doctor` does. Reads only."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap import doctor
from bootstrap.aws import refusals
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.doctor import Patient
from bootstrap.errors import BadInput, Refused, Troubled
from bootstrap.errors.message import msg
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.venue.hands import RaisedHand
from bootstrap.people import page_roles
from bootstrap.people.hands import finding
from bootstrap.people.hands.finding import HandFinding
from bootstrap.people.page_roles import PageAct
from bootstrap.steps import plan
from bootstrap.steps.dataset import package
from bootstrap.steps.dataset.cache_folder import cache_folder
from bootstrap.steps.dataset.contents import Package
from bootstrap.steps.wishes import Wishes

# Seconds that an examination waits for data that are being packed; then the data in the bucket are not compared.
_WAIT_FOR_DATA = 5.0
_FOLDER = ".event-bootstrap"


class HandDoctor:
    """Examines one account at each call; any thread. `inputs`: the event's files as they are now."""

    def __init__(self, sessions: Sessions, inputs: Callable[[], Inputs], now: Callable[[], float]) -> None:
        self._sessions, self._inputs, self._now = sessions, inputs, now
        self._data = _Data(sessions)

    def __call__(self, hand: RaisedHand) -> HandFinding:
        """Return what the doctor finds in the account of the hand's team, or why it could not look."""
        inputs = self._inputs()
        account = _account(inputs, hand.team)
        if account is None:
            return finding.not_examined(msg("the roster has no account for this team"), "EB-800")
        try:
            patient = self._patient(inputs.event, account)
            return finding.of_diagnosis(doctor.examine(self._session(inputs.event, account), patient), hand.topic)
        except Troubled as error:
            return finding.not_examined(error.problems[0].what, error.problems[0].code or "EB-800")
        except Exception as error:
            found = refusals.failure(error, account.region)
            return finding.not_examined(found.detail, found.code or "EB-800")

    def _session(self, event: Event, account: TeamAccount) -> AccountSession:
        """Return a session that may only read; of the access role if the account has no role for it (yet)."""
        return page_roles.entered(self._sessions, event, account, PageAct.HAND)

    def _patient(self, event: Event, account: TeamAccount) -> Patient:
        names = Names.of(event, account)
        entries = plan.entries(event, account, names, Wishes(), self._now())
        plan.check_templates([entries])
        published = not self._sessions.access.access_role
        drawn = not published or "source" in event.dataset.model_fields_set
        packed = self._data.of(event) if drawn and plan.sends_data(entries) else None
        if packed is None:
            entries = tuple(each for each in entries if each.step.id not in plan.SENDS_DATA)
        else:
            entries = plan.with_data(entries, event, packed)
        return Patient(event, account, names, {each.step.id: each for each in entries}, published=published)


class _Data:
    """The event's data, packed in a thread at the first question, or taken from the cache."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._lock = threading.Lock()
        self._event: Event | None = None
        self._packed: Package | None = None
        self._done = threading.Event()

    def of(self, event: Event) -> Package | None:
        """Return the data; None if they are not ready within some seconds, or cannot be packed on this machine."""
        with self._lock:
            if self._event is not event:
                self._event, self._packed, self._done = event, None, threading.Event()
                threading.Thread(target=self._pack, args=(event, self._done), name="packing", daemon=True).start()
            done = self._done
        done.wait(_WAIT_FOR_DATA)
        return self._packed if self._event is event else None

    def _pack(self, event: Event, done: threading.Event) -> None:
        hub = partial(self._sessions.operator_client, "s3", event.region, None)
        try:
            packed = package.build(event, cache_folder(event.folder / _FOLDER), hub)
        except (BadInput, OSError, Refused, BotoCoreError, ClientError):
            # A host may have no pictures: then their copies in the buckets are not compared.
            return
        else:
            if self._event is event:
                self._packed = packed
        finally:
            done.set()


def _account(inputs: Inputs, team: str) -> TeamAccount | None:
    teams = (each for each in inputs.accounts if not (each.spare or each.out_of_use))
    return next((each for each in teams if each.team == team), None)
