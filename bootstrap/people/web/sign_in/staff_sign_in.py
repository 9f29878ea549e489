"""The staff's sign-in: a code each, a cookie, and who is in.

Where nobody at another machine can reach the server it asks nothing. Elsewhere, as long as nobody on the staff has a
code, the token opens the pages that `serve` printed; once somebody has, each person signs in at /staff by a code.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bootstrap.errors import Troubled
from bootstrap.errors.message import Message, counted, msg
from bootstrap.journal import codes, operators
from bootstrap.journal.venue.entries import Entries
from bootstrap.journal.venue.limits import Limits
from bootstrap.journal.venue.people_codes import PersonRole, VenuePeople, VenuePerson
from bootstrap.people.web import client, forms, language, pages
from bootstrap.people.web.sign_in import staff_door
from bootstrap.people.web.sign_in.tries import Tries
from bootstrap.people.web.site import Site

PATH = "/staff"
COOKIE = "__Host-staff"
# The cookie of somebody who came with the token.
TOKEN_COOKIE = staff_door.COOKIE
_KIND = "staff"
_STALE = msg("This form is too old, or came from another page. Go back and try again.")
_WRONG = msg("That is no valid code. Check it letter by letter; the organiser can give you another.")
_JUDGE = msg("This is a judge's code; it does not open the staff's pages.")
_NOBODY = msg(
    "Nobody on the staff has a code yet. Open the address that event-bootstrap serve printed when it started, or make "
    "codes: event-bootstrap staff add NAME"
)
_AWAY = msg("The page cannot look up codes right now. Try again in a minute.")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A signed-in person. `person`: as the journal names people; `form`: the secret that our forms send back.

    `secret`: of the cookie of somebody with a code; "" for others, who cannot sign out.
    """

    person: str
    form: str
    secret: str = ""


class StaffSignIn:
    """Sign-in of the staff, and its page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        event_name = site.files.inputs.event.name
        self._people = VenuePeople(site.database, event_name)
        self._entries = Entries(site.database, event_name)
        self._tries = Tries(Limits(site.database, event_name), "staff code")
        self._journal = site.journal()
        site.closing.callback(self._journal.close)

    @property
    def routes(self) -> list[Route]:
        return [
            Route(PATH, self._page),
            Route(PATH, self._enter, methods=["POST"]),
            Route(f"{PATH}/leave", self._leave, methods=["POST"]),
        ]

    def who(self, request: Request) -> SignedIn | None:
        """Return who asks; None for somebody who is not in. Raises Troubled if only the database could tell."""
        if not self._site.address.exposed:
            return SignedIn(operators.here(), self._own_form())
        now = self._site.now()
        staff = self._people.valid(PersonRole.STAFF, now)
        if not staff:
            return self._by_token(request)
        secret = request.cookies.get(COOKIE, "")
        entry = self._entries.of(secret, now)
        person = next((each for each in staff if entry and each.name == entry.whose), None)
        if entry is None or person is None or entry.kind != _KIND or not codes.same(person.digest, entry.code):
            return None
        return SignedIn(operators.on_duty(person.name), entry.form, secret)

    def token_fits(self, given: str | None) -> bool:
        """Return True for the token that `serve` printed; it opens nothing once somebody has a code."""
        return bool(given) and hmac.compare_digest(str(given).encode(), self._site.token.encode())

    def _by_token(self, request: Request) -> SignedIn | None:
        if self.token_fits(request.cookies.get(TOKEN_COOKIE)):
            return SignedIn(operators.here(), self._own_form())
        return None

    def _own_form(self) -> str:
        return hmac.new(self._site.token.encode(), b"form", hashlib.sha256).hexdigest()

    async def _page(self, request: Request) -> Response:
        try:
            found = await to_thread.run_sync(self.who, request)
            staff = await to_thread.run_sync(self._people.valid, PersonRole.STAFF, self._site.now())
        except Troubled:
            return self._answer(request, _AWAY, 503)
        if found is not None:
            return RedirectResponse(_next(request.query_params.get("next", ""), language.of(request)), 303)
        return self._answer(request, "" if staff else _NOBODY)

    async def _enter(self, request: Request) -> Response:
        form = await forms.read(request)
        if not forms.from_here(request):
            return self._answer(request, _STALE, 403)
        try:
            opened = await to_thread.run_sync(self._opened, request, form.get("code", ""))
        except Troubled:
            return self._answer(request, _AWAY, 503, {"Retry-After": "5"})
        if isinstance(opened, float):
            return self._wrong(request, opened)
        if isinstance(opened, Message):
            return self._answer(request, opened, 403)
        person, secret = opened
        self._note(operators.on_duty(person.name), msg("signed in to the staff's pages"))
        answer = RedirectResponse(_next(form.get("next", ""), language.of(request)), 303)
        # Also sent when somebody follows a link from a message: each form has a secret of its own.
        answer.set_cookie(
            COOKIE, secret, max_age=max(0, int(person.expires - self._site.now())), path="/", secure=True,
            httponly=True, samesite="lax",
        )  # fmt: skip
        return answer

    def _opened(self, request: Request, typed: str) -> tuple[VenuePerson, str] | Message | float:
        """Return the person and the secret of a new entry; of a wrong code the seconds until the next one is counted.

        A right code is never counted: a pause would let anybody keep the staff out. Raises Troubled (EB-523).
        """
        now, address = self._site.now(), client.of(request)
        person = self._people.opened_by(PersonRole.STAFF, typed, now)
        if person is None:
            if self._people.opened_by(PersonRole.JUDGE, typed, now):
                return _JUDGE
            return self._tries.wrong(_KIND, address, now)
        self._tries.right(_KIND, address)
        return person, self._entries.open(_KIND, person.name, person.digest, person.expires, now)

    def _wrong(self, request: Request, pause: float) -> Response:
        if not pause:
            self._note(f"staff page, {client.of(request)}", msg("wrong code"), "refused")
            return self._answer(request, _WRONG, 403)
        seconds = math.ceil(pause)
        said = counted(
            "That is no valid code either. A right code opens the page at any time; before you try others, wait "
            "{count} second.",
            "That is no valid code either. A right code opens the page at any time; before you try others, wait "
            "{count} seconds.",
            seconds,
        )
        return self._answer(request, said, 429, {"Retry-After": str(seconds)})

    async def _leave(self, request: Request) -> Response:
        form = await forms.read(request)
        try:
            found = await to_thread.run_sync(self.who, request)
            if found is None or not forms.from_here(request) or not codes.same(form.get("form", ""), found.form):
                return self._answer(request, _STALE, 403)
            if found.secret:
                await to_thread.run_sync(self._entries.close, found.secret)
                self._note(found.person, msg("signed out of the staff's pages"))
        except Troubled:
            return self._answer(request, _AWAY, 503)
        answer = RedirectResponse(f"{PATH}?lang={language.of(request)}", 303)
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        return answer

    def _answer(
        self, request: Request, said: str = "", status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        tongue = language.of(request)
        event = self._site.files.inputs.event
        page = pages.render("sign_in/staff.html", language=tongue, event=event.name, said=said,
                            failed=status != 200, onward=request.query_params.get("next", "")[:200])  # fmt: skip
        return HTMLResponse(page, status, headers)

    def _note(self, actor: str, said: Message, outcome: str = "done") -> None:
        event = self._site.files.inputs.event.name
        self._journal.act("staff", event, said, outcome=outcome, actor=actor, at=self._site.now())


def _next(wanted: str, tongue: str) -> str:
    """Return the address of the page that was wanted, if it is one of ours; else the desk."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return f"/?lang={tongue}"
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    if not ours or "\\" in wanted or not wanted.isprintable() or parts.path.startswith(PATH):
        return f"/?lang={tongue}"
    return quote(parts.path) + (f"?{quote(parts.query, safe='=&')}" if parts.query else "")
