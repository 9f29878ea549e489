"""The projector's screen: who is ready, in big type; no account id and no cause, as everybody in the room reads it."""

from __future__ import annotations

from markupsafe import Markup

from bootstrap.journal.standing import Standing
from bootstrap.people.web import pages
from bootstrap.people.web.live import Parts
from bootstrap.report import status_page
from bootstrap.report.page_words import TONGUES
from bootstrap.report.words import glyph


def render(standing: Standing, found: Parts, tongue: str, since: str) -> str:
    return pages.render(
        "screen.html",
        parts={part: Markup(text) for part, text in found.items()} | {"title": found["title"]},
        tiles=[Markup(text) for part, text in found.items() if part.startswith("tile-")],
        event=standing.about.event,
        language=tongue,
        since=since,
        t=TONGUES[tongue],
    )


def parts(tongue: str, standing: Standing) -> Parts:
    """By the id of its element each part of the page."""
    t = TONGUES[tongue]
    title = status_page.title(standing, tongue)
    counts = status_page.counts(standing)
    tally = pages.render("status/tally.html", t=t, total=len(standing.summary.accounts), counts=counts)
    found = {"title": title, "said": title, "notice": status_page.notice(standing, tongue), "tally": tally}
    for number, account in enumerate(standing.summary.accounts, 1):
        word = standing.word(account)
        tile = Markup('<li id="{0}" class="tile {1}"><b>{2}</b> <span class="state">{3} {4}</span></li>')
        identity = f"tile-{number}"
        found[identity] = tile.format(identity, word.value, account.team, glyph(word), t[word.value])
    return found
