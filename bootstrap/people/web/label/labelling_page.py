"""One request at a labelling page: a name, then one picture after the other, until none is left.

The same page at a desk (`label`) and under a team's own page (`join/labelling.py`). Names are not checked: anybody who
has opened the page may label under any name. With a script in the browser a vote is answered by JSON, without one by a
redirect to the next picture.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bootstrap.aws import refusals
from bootstrap.errors import Troubled
from bootstrap.errors.message import joined, msg
from bootstrap.people.labelling.agreement import TeamAgreement
from bootstrap.people.labelling.pictures import PictureCache
from bootstrap.people.labelling.state import Seat
from bootstrap.people.labelling.voting import Task, Votes
from bootstrap.people.web import forms, language, pages
from bootstrap.report.translations import shown

T = TypeVar("T")

COOKIE = "worker"
_LONGEST_NAME = 40
_KINDS = {".png": "image/png"}
# Its address has the picture's identity, which changes with its content.
_FOR_LONG = "private, max-age=604800, immutable"
_JSON = "application/json"

WRONG_NAME = msg("Write 1 to 40 letters, without @.")
_WAS_NOT_SAVED, _WAS_NOT_READ = msg("That was not saved"), msg("Your labels could not be read")
_NOT_SAVED = msg("Go back and try again. If it still fails, show the code to the support staff:")
_NO_JOURNAL = msg("Your answer is not lost. Send it again in a moment. If it still fails, show the code to the staff:")
_STALE = msg("This form came from another page, or belongs to another job. Go back and reload.")
_NO_PICTURE = "there is no such picture"


class Labelling(Protocol):
    """One labelling job of a team. Its methods may block, and raise Troubled, Refused or what a client raises."""

    @property
    def region(self) -> str: ...

    @property
    def task(self) -> Task: ...

    @property
    def output(self) -> str:
        """The output manifest's s3:// address."""

    @property
    def votes(self) -> Votes: ...

    def seat(self, worker: str) -> Seat:
        """Return what the person sees; give them a picture if they have none."""

    def vote(self, worker: str, picture: str, label: str) -> Seat:
        """Keep a vote, and return what the person sees then."""

    def undo(self, worker: str) -> Seat: ...

    def compare(self) -> None:
        """End the labelling if all pictures are labelled."""

    @property
    def written(self) -> bool:
        """True if the team's bucket has all votes."""

    def agreement(self) -> TeamAgreement | None:
        """Return how the labels agree with the truth; None before the labelling has ended."""

    def picture(self, address: str) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class LabellingPlace:
    """The page's place. `home`: its path, without a slash at its end; `back`: the path of the team's own page, or "".

    `form`: secret that each form sends back; `secure`: the page is opened by TLS.
    """

    event: str
    team: str
    home: str
    secure: bool
    form: str = ""
    back: str = ""

    @property
    def path(self) -> str:
        return self.home or "/"

    def to_home(self, tongue: str) -> RedirectResponse:
        return RedirectResponse(f"{self.path}?lang={tongue}", 303)


class Run(Protocol):
    """Calls a function in a thread, without blocking other pages."""

    async def __call__(self, work: Callable[[], T], /) -> T: ...


@dataclass(frozen=True, slots=True)
class LabellingPage:
    """`run` works on votes; `ask` calls AWS, one call at a time for a team; `failed` tells the staff of an error."""

    request: Request
    place: LabellingPlace
    labelling: Labelling
    pictures: PictureCache
    run: Run
    ask: Run
    failed: Callable[[str], None]

    async def home(self) -> Response:
        if not self._person:
            return self._page("name", said="")
        try:
            seat = await self.run(lambda: self.labelling.seat(self._worker))
            if seat.picture is None and seat.closed:
                return await self._compared(seat)
            if seat.picture is None:
                votes = await self.run(lambda: self.labelling.votes)
                counts, left = votes.counted().items(), seat.total - seat.done
                return self._page("done", seat, counts=counts, left=left, output=self.labelling.output)
        except Exception as error:
            return self._failure(error, _WAS_NOT_READ)
        return self._page("picture", seat, classes=self.labelling.task.classes, **self._said(seat))

    async def _compared(self, seat: Seat) -> Response:
        if not await self.run(lambda: self.labelling.written):
            return self._page("writing", seat)
        found = await self.ask(self.labelling.agreement)
        compared = found.comparison if found else None
        shown: dict[str, Any] = {"found": compared, "named": self._named, "source": self._source}
        return self._page("compared", seat, **shown, output=self.labelling.output, me=self._worker)

    async def picture(self, wanted: str) -> Response:
        address = self._addresses.get(wanted)
        if address is None:
            return Response(_NO_PICTURE, 404, media_type="text/plain")
        headers = {"Cache-Control": _FOR_LONG, "ETag": f'"{wanted}"'}
        if self.request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        try:
            data = self.pictures.of(wanted) or await self.ask(lambda: self._fetched(wanted, address))
        except Exception as error:
            return self._failure(error)
        if data is None:
            return Response(_NO_PICTURE, 404, media_type="text/plain")
        return Response(data, headers=headers, media_type=_KINDS.get(address[-4:].lower(), "image/jpeg"))

    def _fetched(self, wanted: str, address: str) -> bytes | None:
        # Somebody else of the team may have asked for it meanwhile.
        if (found := self.pictures.of(wanted)) is None:
            found = self.labelling.picture(address)
            if found is not None:
                self.pictures.keep(wanted, found)
        return found

    def name(self, form: Mapping[str, str]) -> Response:
        name = _name(form.get("name", ""))
        if not forms.from_here(self.request):
            return self._stale()
        if not name:
            return self._page("name", status=400, said=WRONG_NAME)
        answer = self._to_home()
        answer.set_cookie(
            COOKIE, quote(name), path=self.place.path, secure=self.place.secure, httponly=True, samesite="strict"
        )
        return answer

    async def vote(self, form: Mapping[str, str]) -> Response:
        picture, label = self._addresses.get(form.get("picture", "")), form.get("label", "")
        if not (self._person and picture and label in self.labelling.task.classes and forms.from_here(self.request)):
            return self._stale()
        return await self._kept(lambda: self.labelling.vote(self._worker, picture, label), form)

    async def undo(self) -> Response:
        if not (self._person and forms.from_here(self.request)):
            return self._stale()
        return await self._kept(lambda: self.labelling.undo(self._worker), {})

    async def compare(self) -> Response:
        if not (self._person and forms.from_here(self.request)):
            return self._stale()
        try:
            await self.run(self.labelling.compare)
        except Exception as error:
            return self._failure(error)
        return self._to_home()

    def leave(self) -> Response:
        answer = self._to_home()
        answer.delete_cookie(COOKIE, path=self.place.path)
        return answer

    async def _kept(self, write: Callable[[], Seat], form: Mapping[str, str]) -> Response:
        try:
            seat = await self.run(write)
        except Exception as error:
            return self._failure(error, form=form)
        if not self._by_script:
            return self._to_home()
        if seat.picture is None:
            # Another page: no picture is left, or the labelling has ended.
            return JSONResponse({"open": self._here})
        return JSONResponse({"seat": self._said(seat)})

    def _said(self, seat: Seat) -> dict[str, Any]:
        """Return the texts of a picture's page that change from picture to picture."""
        assert seat.picture is not None
        tongue, number = language.of(self.request), self._number(seat.picture)
        which = msg("Picture {number} of {total}", number=number, total=seat.total)
        return {
            "picture": self.labelling.task.identity(seat.picture),
            "source": self._source(seat.picture),
            "which": shown(which, tongue),
            "undone": shown(self._undone(seat), tongue),
            "progress": shown(_progress(seat), tongue),
            "percent": round(100 * seat.done / seat.total),
        }

    def _undone(self, seat: Seat) -> str:
        if seat.last is None:
            return ""
        number = self._number(seat.last.picture)
        return msg("Undo: picture {number}, {label}", number=number, label=seat.last.label)

    def _failure(
        self, error: Exception, title: str = _WAS_NOT_SAVED, form: Mapping[str, str] | None = None
    ) -> Response:
        if isinstance(error, Troubled):
            # Nobody is told here: what cannot be reached is the journal.
            code, status, said = error.problems[0].code, 503, _NO_JOURNAL
        else:
            settled = refusals.failure(error, self.labelling.region)
            code, status, said = settled.code or "", 502, _NOT_SAVED
            self.failed(joined(" ", (code, settled.detail)))
        if self._by_script:
            return JSONResponse({"said": shown(said, language.of(self.request)), "code": code}, status)
        again = {name: text for name, text in (form or {}).items() if name in ("picture", "label")}
        again = again if "label" in again else {}
        number = self._number(self._addresses[again["picture"]]) if again else 0
        return self._page("said", status=status, title=title, said=said, code=code, again=again, number=number)

    def _stale(self) -> Response:
        if self._by_script:
            return JSONResponse({"said": shown(_STALE, language.of(self.request)), "open": self._here}, 403)
        return self._page("said", status=403, title=_WAS_NOT_SAVED, said=_STALE, code="", again={}, number=0)

    def _page(self, name: str, seat: Seat | None = None, status: int = 200, **values: Any) -> Response:
        text = pages.render(
            f"label/{name}.html",
            **{
                "language": language.of(self.request),
                "place": self.place,
                "person": self._person,
                "progress": _progress(seat) if seat else "",
                "percent": round(100 * seat.done / seat.total) if seat else 0,
                "undone": self._undone(seat) if seat else "",
                "workers": self.labelling.task.workers,
                **values,
            },
        )
        return HTMLResponse(text, status)

    @property
    def _person(self) -> str:
        # Anybody can write a cookie: it is checked as what was typed is.
        return _name(unquote(self.request.cookies.get(COOKIE, "")))

    @property
    def _worker(self) -> str:
        """The name as votes have it: the same for all widths, cases and compositions of its letters."""
        return unicodedata.normalize("NFKC", self._person.casefold())

    @property
    def _by_script(self) -> bool:
        return self.request.headers.get("accept") == _JSON

    @property
    def _here(self) -> str:
        return f"{self.place.path}?lang={language.of(self.request)}"

    def _to_home(self) -> RedirectResponse:
        return self.place.to_home(language.of(self.request))

    @property
    def _addresses(self) -> Mapping[str, str]:
        return self.labelling.task.identities

    def _source(self, picture: str) -> str:
        return f"{self.place.home}/picture/{self.labelling.task.identity(picture)}"

    def _number(self, picture: str) -> int:
        """Return the picture's number, from 1."""
        return self.labelling.task.numbers[picture]

    def _named(self, picture: str) -> str:
        return msg("Picture {number}", number=self._number(picture))


def _name(typed: str) -> str:
    """Return the name, of letters in one width and composition; "" for one that nobody may have."""
    name = " ".join(unicodedata.normalize("NFKC", typed).split())
    return name if len(name) <= _LONGEST_NAME and "@" not in name and name.isprintable() else ""


def _progress(seat: Seat) -> str:
    return msg("{done} of {total} pictures done; by you: {own}", done=seat.done, total=seat.total, own=seat.own)
