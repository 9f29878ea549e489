"""The projector's screen: who is ready, in big type. No account id and no cause: everybody in the room reads it."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from bootstrap.errors.message import msg
from bootstrap.journal.standing import Standing
from bootstrap.people.web import pages
from bootstrap.people.web.live import Parts
from bootstrap.report import overview, status_page
from bootstrap.report.translations import shown

_ON_HOLD = msg("on hold")


def render(standing: Standing, found: Parts, tongue: str, since: str) -> str:
    return pages.render(
        "hall/screen.html",
        parts={part: Markup(text) for part, text in found.items()} | {"title": found["title"]},
        tiles=[Markup(text) for part, text in found.items() if part.startswith("tile-")],
        event=standing.about.event,
        language=tongue,
        since=since,
    )


def parts(now: Callable[[], float], tongue: str, standing: Standing) -> Parts:
    """Return each part of the page by the id of its element. `now` returns epoch seconds."""
    whole = overview.of_standing(standing, now())
    title, counts = status_page.title(whole, tongue), status_page.counts(whole)
    tally = pages.render("status/tally.html", language=tongue, total=len(whole.teams), counts=counts)
    states = {(each.team, each.account_id): each.word for each in whole.teams}
    found = {"title": title, "said": title, "notice": status_page.notice(standing, tongue), "tally": tally}
    for number, account in enumerate(standing.summary.accounts, 1):
        state = states[account.team, account.account_id]
        # Without the reason, which is the staff's.
        said = _ON_HOLD if account.hold else status_page.message(state)
        tile = Markup('<li id="{0}" class="tile {1}"><b>{2}</b> <span class="state">{3}</span></li>')
        identity = f"tile-{number}"
        found[identity] = tile.format(identity, state.value, account.team, shown(said, tongue))
    return found
