"""The projector's screen: who is ready, in large type, in both languages.

It has no account id, no cause and no number of raised hands: everybody in the room reads it, and a long queue keeps
teams from asking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from anyio import to_thread
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bootstrap.engine.outcomes import WELL, AccountResult, Phase, Result, natural
from bootstrap.errors import Troubled
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event.event import Event
from bootstrap.event.inputs import Inputs
from bootstrap.event.settings import Schedule
from bootstrap.journal.standing import ORDER, Standing, Word
from bootstrap.people.handouts import join_address
from bootstrap.people.web import language, page_head, pages
from bootstrap.people.web.live import Parts, View
from bootstrap.people.web.site import Site
from bootstrap.report import status_page
from bootstrap.report.cards import qr
from bootstrap.report.page import TAGS
from bootstrap.report.translations import LANGUAGES, shown

_ON_HOLD = msg("on hold")
# So many notices fit beside the teams.
_MOST_NOTICES = 2
_QUIET: tuple[Word, ...] = (Result.READY, Result.CLEAN)
_FIRST: tuple[Word, ...] = (Result.READY, Result.CLEAN, Phase.WORKING, Phase.QUEUED, Phase.WAITING, Result.WAITING)
_WORKS: tuple[Word, ...] = (Phase.WORKING, Phase.WAITING, Phase.QUEUED, Result.WAITING, Result.PLANNED)


def routes(site: Site) -> list[Route]:
    async def notices(request: Request) -> Response:
        tongue = language.of(request)
        return HTMLResponse(await to_thread.run_sync(_notices, site, tongue))

    return [Route("/screen/notices", notices)]


def render(site: Site, found: Parts, tongue: str, since: str) -> str:
    event = site.files.inputs.event
    join = f"{site.address.url}{join_address.JOIN.rstrip('/')}" if site.address.exposed else ""
    return pages.render(
        "hall/screen.html",
        language=tongue,
        **page_head.values(event, tongue, site.now()),
        two=_two(tongue),
        parts={part: Markup(text) for part, text in found.items()} | {"title": found["title"]},
        tiles=[Markup(text) for part, text in found.items() if part.startswith("tile-")],
        notices=Markup(_notices(site, tongue)),
        whom=_whom(event),
        join=join.partition("://")[2],
        qr=qr(join) if join else "",
        since=since,
    )


def _whom(event: Event) -> Mapping[str, str]:
    """Return whom to ask, by language."""
    asked = event.venue.ask
    return {
        each: shown(msg("Whom to ask: {whom}", whom=asked.said(each) or page_head.DESK), each) for each in LANGUAGES
    }


def view(site: Site, tongue: str) -> View:
    """Return the function that renders the page's parts."""
    return lambda standing: parts(site.files.inputs, site.now(), tongue, standing)


def parts(inputs: Inputs, now: float, tongue: str, standing: Standing) -> Parts:
    """Return each part of the page by the id of its element. `now` in epoch seconds."""
    rows = {each.account_id: each for each in inputs.accounts}
    spares: list[AccountResult] = []
    teams: list[AccountResult] = []
    for account in standing.summary.accounts:
        row = rows.get(account.account_id)
        if row is not None and row.out_of_use:
            continue
        (spares if row is not None and row.spare else teams).append(account)
    counts = _counts(standing, teams)
    ready = sum(counts.get(each, 0) for each in _QUIET)
    title = msg("{ready} of {total} teams ready", ready=ready, total=len(teams))
    steps = max((len(each.counted) for each in teams), default=0)
    found = {
        "title": f"{shown(title, tongue)} - {standing.about.event}",
        "said": shown(title, tongue),
        "notice": status_page.notice(standing, tongue),
        "tally": _part("tally", tongue, ready=ready, of=_of(len(teams)), counts=_bar(counts, len(teams)), steps=steps),
        "spares": _part("spares", tongue, ready=_ready(standing, spares), total=len(spares)),
        "scene": _part("scene", tongue, scene=_scene(inputs.event.schedule, now, counts)),
    }
    for number, account in enumerate(sorted(teams, key=lambda each: natural(each.team)), 1):
        found[f"tile-{number}"] = _tile(standing, account, f"tile-{number}", tongue)
    return found


def _counts(standing: Standing, teams: Sequence[AccountResult]) -> Mapping[Word, int]:
    """Return how many teams are in each state: ready ones first, then those that need attention least."""
    words = [standing.word(each) for each in teams]
    return {each: words.count(each) for each in sorted(set(words), key=_place)}


def _place(state: Word) -> int:
    """Return where a state stands in the list: ready first, failed last."""
    return _FIRST.index(state) if state in _FIRST else len(_FIRST) + len(ORDER) - ORDER.index(state)


def _ready(standing: Standing, accounts: Sequence[AccountResult]) -> int:
    return sum(standing.word(each) in _QUIET for each in accounts)


def _scene(schedule: Schedule, now: float, counts: Mapping[Word, int]) -> Message:
    if now >= schedule.closes.timestamp():
        return msg("The event is over")
    if now >= schedule.opens.timestamp():
        return msg("The event is on")
    if any(each in counts for each in _WORKS):
        return msg("Preparing the accounts")
    return msg("The accounts are ready") if all(each in _QUIET for each in counts) else msg("The accounts")


def _of(total: int) -> Message:
    return counted("of {count} team ready", "of {count} teams ready", total)


def _bar(counts: Mapping[Word, int], total: int) -> list[dict[str, Any]]:
    """Return each state with its place in a bar of 1,000 units, between which 6 are left free."""
    found, at = [], 0.0
    for state, number in counts.items():
        wide = 1000 * number / total
        found.append({"name": state.value, "word": status_page.message(state), "number": number})
        found[-1] |= {"at": round(at, 1), "wide": round(max(wide - 6, 2), 1)}
        at += wide
    return found


def _tile(standing: Standing, account: AccountResult, identity: str, tongue: str) -> str:
    state = standing.word(account)
    needed = [each for step, each in account.steps.items() if step in account.counted]
    done = sum(each.state in WELL for each in needed)
    quiet = state in _QUIET and not account.hold
    return _part(
        "tile",
        tongue,
        id=identity,
        state=state.value,
        team=account.team,
        # Without the reason of a hold, which is the staff's.
        word=_ON_HOLD if account.hold else status_page.message(state),
        quiet=quiet,
        done="" if quiet or not needed else done,
        part=100 if quiet else round(100 * done / len(needed)) if needed else 0,
    )


def _notices(site: Site, tongue: str) -> str:
    """Return the notices that everybody may read. May block: the database."""
    try:
        queue = site.hands.latest or site.hands.queue()
    except Troubled:
        return _part("notices", tongue, notices=[])
    zone = site.files.inputs.event.schedule.opens.tzinfo
    found = []
    for each in queue.for_all[:_MOST_NOTICES]:
        texts = {TAGS[said]: text for text, said in (each.text(one) for one in _order(tongue))}
        found.append({"at": f"{datetime.fromtimestamp(each.at, zone):%H:%M}", "texts": texts})
    return _part("notices", tongue, notices=found)


def _part(name: str, tongue: str, **values: Any) -> str:
    return pages.render(f"hall/{name}.html", language=tongue, two=_two(tongue), **values).strip()


def _order(tongue: str) -> list[str]:
    """Return the page's own language first."""
    return sorted(LANGUAGES, key=lambda each: each != tongue)


def _two(tongue: str) -> Any:
    """Return a function that shows a text in the page's language and, after it, in the other one."""
    own, other = _order(tongue)

    def both(text: str | Mapping[str, str]) -> Markup:
        first, second = (
            (text[own], text[other]) if isinstance(text, Mapping) else (shown(text, own), shown(text, other))
        )
        marked = Markup('<span lang="{}">{}</span>').format(TAGS[other], second)
        return Markup("{} {}").format(first, marked) if second != first else Markup("{}").format(first)

    return both
