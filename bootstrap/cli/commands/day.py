"""The day of the event in a rehearsal: the pages are served, teams raise hands, staff answer them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import swap as swapping
from bootstrap.cli.commands.choice import Choice, journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.cli.commands.place import Place
from bootstrap.engine.clock import VirtualClock
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import waves
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.team_codes import TeamCodes
from bootstrap.journal.venue.hands import Hands
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.web import app, serving
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.site import Site
from bootstrap.rehearsal import made_up_teams
from bootstrap.rehearsal.day import script
from bootstrap.rehearsal.day.playing import Day, DayEnd
from bootstrap.rehearsal.simulated import Simulated
