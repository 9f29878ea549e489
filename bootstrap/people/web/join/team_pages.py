"""A team, its account and what the journal knows of it -> the participants' pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from markupsafe import Markup

from bootstrap.engine.outcomes import WELL, AccountResult, Phase, Result
from bootstrap.engine.results import TROUBLE
from bootstrap.errors.message import Message, counted, msg
from bootstrap.event.event import Event
from bootstrap.event.lab import Lab
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.journal.standing import Standing
from bootstrap.people.labelling.agreement import TeamAgreement
from bootstrap.people.labelling.team_labelling import LabellingProgress
from bootstrap.people.web import page_head, pages
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
    "ready": msg("Your account is ready"),
    "waiting": msg("Your account is being prepared"),
    "blocked": msg("Something is not available in your account"),
    "failed": msg("Something is missing in your account"),
    None: msg("This account has not been checked yet"),
}
_SEEN_BY_STAFF = msg("The staff see it as well; ask them if it stops you.")
# Not why: the reason is for the staff.
ASK_THE_STAFF = msg("The staff have put your team's account on hold. Please ask the staff.")
# Lab -> how many checkpoints are answered right, and how many it has.
Answered: TypeAlias = Mapping[str, tuple[int, int]]
_LAB: Mapping[str, Message] = {
    "ready": msg("ready"),
    "waiting": msg("being prepared"),
    "blocked": msg("not available in this account"),
    "failed": msg("something is missing"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """Renders every page of one team. `language`: "en" or "zh"; `now` in epoch seconds, for the countdown.

    `passwords`: the page gives workers' passwords; a host of the pages may not read them.
    """

    event: Event
    account: TeamAccount
    path: str
    language: str
    now: float = 0.0
    passwords: bool = True

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
        here = f"{self.path}/labels"
        return self._render("labels", agreement=found, found=compared, source=source, named=_file, me="", here=here)

    def survey(self, **values: Any) -> str:
        return self._render("survey", **values)

    def password(self, address: str, portal: str, secret: str) -> str:
        return self._render("password", person=masked(address), portal=portal, secret=secret)

    def team(
        self,
        standing: Standing,
        form: str,
        expires: float,
        shown: Mapping[str, float],
        answered: Answered,
        parts: Mapping[str, Markup],
        labelling: LabellingProgress | None = None,
    ) -> str:
        """Return the page of a team that is signed in.

        `form`: the secret of each form. `expires`: when the code ends. `shown`: worker -> when the password was shown.
        `answered`: lab -> how many checkpoints are answered right, and how many it has. `parts`: those that change
        while the page is open, by their ids. `labelling`: how far the team has labelled. Times in epoch seconds.
        """
        found = _result(standing, self.account)
        return self._render(
            "team",
            form=form,
            parts=parts,
            account_id=grouped(self.account.account_id),
            hours=hours(self.event.schedule),
            hold=ASK_THE_STAFF if self.on_hold(standing) else "",
            expires=self.moment(expires),
            ready=self._readiness(standing, found),
            labs=[self._lab(each, found, answered.get(each.name, (0, 0))) for each in self.labs],
            reading=guides.titles(self.event.folder, self.language),
            people=[self._person(each, shown) for each in self.account.emails],
            labels=any(each.workforce for each in self.labs),
            today=_today(labelling) if any("labelling" in each.data for each in self.labs) else (),
            portal=_portal(found),
            instead="" if self.passwords else self.ask_for_passwords,
        )

    @property
    def ask_for_passwords(self) -> Message:
        """Return what a page without passwords says in their place: whom to ask."""
        whom = self.event.venue.ask.said(self.language) or page_head.DESK
        return msg("This page has no passwords of the labelling portal. For yours, ask {whom}.", whom=whom)

    def on_hold(self, standing: Standing) -> bool:
        """Return True if the staff put the team's account on hold: it gets no new link or password."""
        found = _result(standing, self.account)
        return found is not None and found.hold is not None

    def moment(self, at: float) -> str:
        """Return a time in the event's own time zone."""
        return datetime.fromtimestamp(at, self.event.schedule.opens.tzinfo).strftime("%Y-%m-%d %H:%M")

    @property
    def labs(self) -> Sequence[Lab]:
        """The labs that the team takes part in, in its order."""
        return self.event.order_of(self.account.team, self.account.labs)

    def _lab(self, lab: Lab, found: AccountResult | None, answered: tuple[int, int]) -> dict[str, Any]:
        wave = self.event.wave_of(self.account.team)
        begins = wave.begins if wave else ""
        how = _HOW.get(found.labs[lab.name]) if found and lab.name in found.labs else None
        guide = guides.file(self.event.folder, lab.name, self.language)
        named = lab.title_zh or lab.title if self.language == "zh" else lab.title
        return {
            "name": lab.name,
            # Guides refer to each other by what their titles say: lab 1, lab 2.
            "title": guides.title(guide) if guide and guides.in_language(guide, self.language) else named,
            "guide": guide is not None,
            "right": answered[0],
            "asked": answered[1],
            **_progress(how, guide is not None, lab.name == begins, *answered),
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
        counted_steps = [each for step, each in steps.items() if found and step in found.counted]
        done, total = sum(each.state in WELL for each in counted_steps), len(counted_steps)
        return {
            "how": how or "",
            "title": _ACCOUNT[how],
            "said": _SEEN_BY_STAFF if how in ("failed", "blocked") else _of_preparations(done, total),
            "done": done,
            "total": total,
            "seen": self._recently(max(seen)) if seen else "",
            "codes": sorted(code for code in troubles if code) if how == "failed" else [],
        }

    def _recently(self, at: float) -> str:
        """Return the time of day; with the date if it was another day."""
        said, today = self.moment(at), self.moment(self.now)
        return said[11:] if said[:10] == today[:10] else said

    def _render(self, name: str, **values: Any) -> str:
        wave = self.event.wave_of(self.account.team)
        known = page_head.values(self.event, self.language, self.now) | {
            "team": self.account.team,
            "wave": wave.name if wave else "",
            "region": self.account.region,
            "path": self.path,
            "here": self.path,
        }
        return pages.render(f"join/{name}.html", language=self.language, **known | values)


def _of_preparations(done: int, total: int) -> Message | str:
    """Return how many of the account's preparations are done; nothing for an account that was never checked."""
    if not total:
        return ""
    if done == total:
        return counted("{count} preparation is done.", "All {count} preparations are done.", total)
    return counted(
        "{done} of {count} preparation is done.", "{done} of {count} preparations are done.", total, done=done
    )


def _progress(how: str | None, guide: bool, first: bool, right: int, asked: int) -> dict[str, Any]:
    """Return state, word and hint of a lab: whether it can be done, then how far its checkpoints are."""
    read = msg("read the guide") if guide else msg("no guide")
    begin = msg("begin with this lab") if first else read
    if how in ("waiting", "blocked", "failed"):
        return {"how": how, "said": _LAB[how], "hint": msg("read the guide first") if guide else read}
    if not asked:
        return {"how": how or "", "said": _LAB[how] if how else "", "hint": begin}
    if not right:
        return {"how": "planned", "said": msg("not started"), "hint": begin}
    if right < asked:
        left = counted("{count} checkpoint is left", "{count} checkpoints are left", asked - right)
        return {"how": "working", "said": msg("in progress"), "hint": left}
    return {"how": "ready", "said": msg("done"), "hint": msg("all checkpoints answered")}


def _today(labelling: LabellingProgress | None) -> Sequence[Mapping[str, str]]:
    """Return what a team opens beside its labs. `how`: a state, or "" for a side remark."""
    how, said = "", msg("all of you together, on phones as well, if Ground Truth refuses your account")
    if labelling is not None:
        how = "ready" if labelling.done == labelling.total else "working"
        said = msg("{done} of {total} pictures", done=labelling.done, total=labelling.total)
    return (
        {"path": "labelling", "title": msg("Label pictures"), "how": how, "said": said},
        {"path": "labels", "title": msg("Your labels"), "how": "", "said": msg("how far they agree with the truth")},
    )


def _file(address: str) -> str:
    return address.rpartition("/")[2]


def nobody(event: Event, language: str, now: float) -> str:
    """Return the page for an address that belongs to no team."""
    return pages.render("join/nobody.html", language=language, **page_head.values(event, language, now))


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
