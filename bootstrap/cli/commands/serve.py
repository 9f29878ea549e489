"""The command `serve`: the pages, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bootstrap.aws.sessions import access_of
from bootstrap.cli.commands import lab_finish
from bootstrap.cli.commands.choice import Choice, journal_of
from bootstrap.cli.commands.follow import Follower
from bootstrap.cli.commands.signed_in import ask_for_codes
from bootstrap.cli.commands.spend_reader import SpendReader, both
from bootstrap.doctor import day_access
from bootstrap.doctor.day_access import DayAccess
from bootstrap.errors.message import msg
from bootstrap.journal.venue.people_codes import PersonRole, VenuePeople
from bootstrap.journal.venue.rows import VenueDatabase
from bootstrap.people.web import app
from bootstrap.people.web.address import Address
from bootstrap.people.web.live import Live
from bootstrap.people.web.serving import listening, up
from bootstrap.people.web.site import Site, hosts_sessions, operators_sessions
from bootstrap.people.web.staff.spend import SpendBoard
from bootstrap.people.webhook.sending import Webhook, of_environment
from bootstrap.report import day_access_table

# What keeps published files from being read; "" if nothing does.
FilesTrouble = Callable[[], str]
_NO_MONEY = msg("What the accounts cost is not shown on a host: see event-bootstrap spend.")


def serve(choice: Choice, address: Address, say: Callable[[str], None], trouble: FilesTrouble | None = None) -> None:
    """Serve the pages until Ctrl-C (KeyboardInterrupt); `say` is given the lines that tell the addresses.

    `trouble`: given on a host of its own, whose log others read and which has no access role: what keeps the published
    files from being read. A host tells no token, and does not look at what the accounts cost.

    Raises BadInput for the event's files, the journal, the port (EB-573), TLS (EB-571) and the webhook (EB-803).
    """
    follower = Follower(choice)
    event, accounts = follower.inputs.event, follower.inputs.accounts
    webhook = Webhook(of_environment(), event.name)
    hosted = trouble is not None
    # The join page reads the accounts with the operator's credentials.
    ask_for_codes(access_of(event, write=False), accounts, event.region)
    listener, address = listening(address)
    with listener:
        board = SpendBoard(_NO_MONEY) if hosted else SpendBoard()
        live = Live(both(follower, board))
        database = VenueDatabase(choice.journal_path)
        site = Site(
            follower, choice.journal_path, lambda: journal_of(choice), address, live, database, board,
            webhook=webhook, finish=None if hosted else partial(lab_finish.from_page, choice), hosted=hosted,
            trouble=trouble or str, sessions=hosts_sessions if hosted else operators_sessions,
        )  # fmt: skip
        with SpendReader(choice, follower, board, webhook.tell, partial(_access, site), money=not hosted):
            up(app.build(site), listener, address, [*_told(site), *_day(site)], say)


def _day(site: Site) -> list[str]:
    """Return what this machine's credentials give on the event's day, as lines."""
    found = _access(site)
    site.spend.put_access(found)
    return ["", *day_access_table.lines(found)]


def _access(site: Site) -> tuple[DayAccess, ...]:
    event, accounts = site.files.inputs.event, site.files.inputs.accounts
    return day_access.of(site.sessions(event), event, accounts, site.now())


def _have_codes(site: Site) -> bool:
    """Return True if somebody on the staff has a valid code. Raises Troubled (EB-523) if that cannot be read."""
    people = VenuePeople(site.database, site.files.inputs.event.name)
    return bool(people.valid(PersonRole.STAFF, site.now()))


def _told(site: Site) -> list[str]:
    url = site.address.url
    # The log of a host is read by many, and each of its servers would have another token.
    coded = site.address.exposed and (site.hosted or _have_codes(site))
    token = f"?token={site.token}" if site.address.exposed and not coded else ""
    lines: list[str] = [
        msg("status:    {address}", address=f"{url}/{token}"),
        msg("projector: {address}", address=f"{url}/screen{token}"),
    ]
    if coded:
        lines.append(msg("the staff sign in by a code each: {address}", address=f"{url}/staff"))
    if token:
        lines.append(
            msg("Anybody with such an address sees account ids and causes. The token changes with each start.")
        )
        lines.append(msg("a code for each person instead: {command}", command="event-bootstrap staff add NAME"))
    if site.hosted:
        return [*lines, _NO_MONEY]
    if said := site.files.inputs.event.spend.announced:
        lines.append(said)
    cards = f"event-bootstrap handouts --address {url}"
    return [*lines, msg("cards for the teams: {command}", command=cards), msg("Press Ctrl-C to stop.")]
