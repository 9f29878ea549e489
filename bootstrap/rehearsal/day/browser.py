"""A browser without a screen: cookies, and the forms of the page that it shows."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from bootstrap.errors import Refused
from bootstrap.errors.message import msg

_SECONDS = 60
_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where its buttons send it, and its fields' values."""

    actions: tuple[str, ...]
    fields: Mapping[str, str]

    def leads_to(self, action: str) -> bool:
        """Return True if a button of the form sends it to an address with this end."""
        return any(_path(each).endswith(action) for each in self.actions)


@dataclass(slots=True)
class Browser:
    """`page`: the text that is shown; `path`: its address on the server.

    Raises Refused (EB-845) for a page that answers with an error, and EB-846 if the page has no such form.
    """

    port: int
    path: str = "/"
    page: str = ""
    _cookies: dict[str, tuple[str, str]] = field(default_factory=dict)

    def open(self, path: str) -> str:
        """Show a page of the server; follow redirects on it."""
        return self._followed("GET", path, None)

    def send(self, action: str, **fields: str) -> str:
        """Fill in the page's form whose address ends with `action`, send it, and show the answer."""
        form = next((each for each in forms(self.page) if each.leads_to(action)), None)
        if form is None:
            words = msg("the page {path} has no form for {action}", path=self.path, action=action)
            raise Refused("EB-846", words)
        target = next(each for each in form.actions if _path(each).endswith(action))
        return self._followed("POST", target or self.path, {**form.fields, **fields})

    def _followed(self, method: str, path: str, form: Mapping[str, str] | None) -> str:
        for _ in range(_MOST_REDIRECTS):
            status, where, text = self._sent(method, path, form)
            if where is None:
                break
            method, path, form = "GET", where, None
        if status >= 400:
            told = {"method": method, "path": urlsplit(path).path, "status": status}
            raise Refused("EB-845", msg("the page answered {method} {path} with status {status}", **told))
        self.path, self.page = path, text
        return text

    def _sent(self, method: str, path: str, form: Mapping[str, str] | None) -> tuple[int, str | None, str]:
        """Send one request; return its status, the path that it redirects to, and the text."""
        headers = {"cookie": self._told(path)} if self._cookies else {}
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            connection.request(method, path, None if form is None else urlencode(form), headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            self._keep(answer.headers.get_all("set-cookie") or [])
        finally:
            connection.close()
        where = answer.headers.get("location")
        if where is None:
            return answer.status, None, text
        parts = urlsplit(where)
        return answer.status, parts.path + (f"?{parts.query}" if parts.query else ""), text

    def _told(self, path: str) -> str:
        return "; ".join(f"{name}={value}" for name, (value, scope) in self._cookies.items() if path.startswith(scope))

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = (morsel.value, morsel["path"] or "/")


def forms(page: str) -> list[Form]:
    """Return the forms of a page."""
    parser = _Forms()
    parser.feed(page)
    return [Form(tuple(actions), fields) for actions, fields in parser.found.values()]


def _path(address: str) -> str:
    return urlsplit(address).path


class _Forms(HTMLParser):
    """Collects forms with their inputs, also with those that stand elsewhere and name their form."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[list[str], dict[str, str]]] = {}
        self._inside = ""
        # The fields and the name of the text area that is being read.
        self._area: tuple[dict[str, str], str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = said.get("id") or f"form {len(self.found)}"
            actions, _ = self.found.setdefault(self._inside, ([], {}))
            actions.insert(0, said.get("action", ""))
            return
        name = said.get("form") or self._inside
        if not name:
            return
        # A field may come before its form.
        actions, fields = self.found.setdefault(name, ([], {}))
        if "formaction" in said:
            actions.append(said["formaction"])
        chosen = said.get("type") not in {"radio", "checkbox"} or "checked" in said
        if tag in {"input", "textarea"} and said.get("name") and said.get("type") != "submit" and chosen:
            fields[said["name"]] = said.get("value", "")
            self._area = (fields, said["name"]) if tag == "textarea" else None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            fields, name = self._area
            fields[name] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = ""
        if tag == "textarea":
            self._area = None
