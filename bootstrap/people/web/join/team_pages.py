"""A team, its account and what the journal knows of it -> the participants' pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from bootstrap.engine.outcomes import AccountResult, Phase, Result
from bootstrap.engine.results import TROUBLE
from bootstrap.errors.message import Message, msg
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.standing import Standing
from bootstrap.people.labelling.agreement import TeamAgreement
from bootstrap.people.web import pages
from bootstrap.people.web.guide import guides
from bootstrap.people.web.guide.guide_page import Guide
from bootstrap.report.cards import grouped, hours
from bootstrap.steps.workforce.people import key_of

# Any other state: the account was never checked, or was swept.
_HOW = {
    Result.READY: "ready",
    Result.WAITING: "waiting",
    Result.PLANNED: "waiting",
    Result.BLOCKED: "blocked",
    Result.FAILED: "failed",
    Phase.WORKING: "waiting",
}


_ACCOUNT: Mapping[str | None, Message] = {
    "ready": msg("Yes: everything that the labs need is there."),
    "waiting": msg("Not yet: it is being prepared. This page shows the last check."),
    "failed": msg("Something is missing. The staff see it as well; ask the support desk if it stops you."),
    None: msg("This account has not been checked yet."),
}
# Not why: the reason is for the staff.
ASK_THE_STAFF = msg("The staff have put your team's account on hold. Please ask the staff.")
_LAB: Mapping[str, Message] = {
    "ready": msg("ready"),
    "waiting": msg("being prepared"),
    "blocked": msg("not available in this account"),
    "failed": msg("something is missing"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Renders every page of one team. `language`: "en" or "zh"."""

    event: Event
    account: TeamAccount
    path: str
    language: str

    def asks_for_code(self, said: str = "", typed: str = "") -> str:
        """Return the form for the code. `typed`: what stays in its field, for somebody who has to send it again."""
        reading = list(guides.titles(self.event.folder, self.language).values())
        return self._render("code", said=said, typed=typed, reading=reading)

    def says(self, said: str, code: str = "") -> str:
        return self._render("said", said=said, code=code)

    def guide(self, guide: Guide, here: str) -> str:
        """Return a guide's page. `here`: its own address, for the link to the other language."""
        return self._render("guide", guide=guide, here=here)

    def labels(self, found: TeamAgreement | None, source: Callable[[str], str]) -> str:
        """Return the page about the team's labels. `source`: picture -> its address on this server."""
        compared = found.comparison if found else None
        return self._render("labels", agreement=found, found=compared, source=source, named=_file, me="")

    def password(self, address: str, portal: str, secret: str) -> str:
        return self._render("password", person=masked(address), portal=portal, secret=secret)

    def team(
        self, standing: Standing, form: str, expires: float, shown: Mapping[str, float], now: Mapping[str, Markup]
    ) -> str:
        """Return the page of a team that is signed in.

        `form`: the secret of each form. `expires`: when the code ends. `shown`: worker -> when the password was shown.
        `now`: the parts that change while the page is open, by their ids.
        Times in epoch seconds.
        """
        found = _result(standing, self.account)
        return self._render(
            "team",
            form=form,
            now=now,
            account_id=grouped(self.account.account_id),
            hours=hours(self.event.schedule),
            hold=ASK_THE_STAFF if self.on_hold(standing) else "",
            expires=self.moment(expires),
            ready=self._readiness(standing, found),
            labs=[self._lab(each, found) for each in self._labs],
            begins=wave.begins if (wave := self.event.wave_of(self.account.team)) else "",
            reading=guides.titles(self.event.folder, self.language),
            people=[self._person(each, shown) for each in self.account.emails],
            labels=any(each.workforce for each in self._labs),
            labelling=any("labelling" in each.data for each in self._labs),
            portal=_portal(found),
        )

    def on_hold(self, standing: Standing) -> bool:
        """Return True if the staff put the team's account on hold: it gets no new link or password."""
        found = _result(standing, self.account)
        return found is not None and found.hold is not None

    def moment(self, at: float) -> str:
        """Return a time in the event's own time zone."""
        return datetime.fromtimestamp(at, self.event.schedule.opens.tzinfo).strftime("%Y-%m-%d %H:%M")

    @property
    def _labs(self) -> Sequence[Lab]:
        return self.event.order_of(self.account.team, self.account.labs)

    def _lab(self, lab: Lab, found: AccountResult | None) -> dict[str, Any]:
        how = _HOW.get(found.labs[lab.name]) if found and lab.name in found.labs else None
        guide = guides.file(self.event.folder, lab.name, self.language)
        named = lab.title_zh or lab.title if self.language == "zh" else lab.title
        return {
            "name": lab.name,
            # Guides refer to each other by what their titles say: lab 1, lab 2.
            "title": guides.title(guide) if guide and guides.in_language(guide, self.language) else named,
            "how": how or "",
            "said": _LAB[how] if how else "",
            "guide": guide is not None,
        }

    def _person(self, address: str, shown: Mapping[str, float]) -> dict[str, str]:
        at = shown.get(key_of(address))
        return {"name": masked(address), "key": key_of(address), "shown": self.moment(at) if at is not None else ""}

    def _readiness(self, standing: Standing, found: AccountResult | None) -> dict[str, Any]:
        how = _HOW.get(standing.word(found)) if found else None
        steps = found.steps if found and how else {}
        seen = [each.at for each in steps.values() if each.at is not None]
        troubles = {
            each.code for step, each in steps.items() if found and step in found.counted and each.state in TROUBLE
        }
        return {
            "how": how or "",
            "said": _ACCOUNT[how],
            "seen": self.moment(max(seen)) if seen else "",
            "codes": sorted(code for code in troubles if code) if how == "failed" else [],
        }

    def _render(self, name: str, **values: Any) -> str:
        return pages.render(
            f"join/{name}.html",
            language=self.language,
            event=self.event.name,
            team=self.account.team,
            region=self.account.region,
            path=self.path,
            **values,
        )


def _file(address: str) -> str:
    return address.rpartition("/")[2]


def nobody(language: str) -> str:
    """Return the page for an address that belongs to no team."""
    return pages.render("join/nobody.html", language=language)


def masked(address: str) -> str:
    """Return as much as its owner needs to recognise it: me***n@example.com."""
    name, _, domain = address.rpartition("@")
    shown = f"{name[:2]}***{name[-1]}" if len(name) > 4 else f"{name[:1]}***"
    return f"{shown}@{domain}"


def _result(standing: Standing, account: TeamAccount) -> AccountResult | None:
    key = (account.team, account.account_id)
    return next((each for each in standing.summary.accounts if (each.team, each.account_id) == key), None)


def _portal(found: AccountResult | None) -> str:
    """Return the host of the work team's labelling portal, as the workforce step saw it; empty if it saw none."""
    seen = found.steps.get("workforce") if found else None
    return str(seen.facts.get("portal", "")) if seen else ""
