"""A guide in Markdown -> HTML for a page. CONTRIBUTING.md says which forms it makes more of ("Add a lab")."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from bootstrap.people.web.guide import guide_values
from bootstrap.people.web.guide.guide_values import Values

# A checkpoint's number -> its form, or nothing where it cannot be answered.
Question: TypeAlias = Callable[[int], Markup | None]
_CHECKPOINT = re.compile(r"(?:Checkpoint|检查点)\s*([0-9]{1,2})")
_OUTPUT = "text"
# A paragraph with so many of the words in its text explains them.
_EXPLAINED = 3
# Chinese characters and full-width marks come after it in Unicode. Chinese has no blank at the end of a line.
_FIRST_CJK = "\u2e80"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Facts that a page needs beside its text.

    `link`: a path below labs/ -> address of its page, or nothing. `picture`: a path below labs/ -> address, width and
    height in pixels (0: unknown), or nothing.
    """

    path: str
    values: Values
    link: Callable[[str], str | None]
    picture: Callable[[str], tuple[str, int, int] | None]
    question: Question


def nothing(_: object) -> None:
    """Return nothing: where there are no links, pictures or questions."""


@dataclass(frozen=True, slots=True)
class Guide:
    """`sections`: (id, title) of each heading of the second level. `filled`: True if a value was filled in."""

    title: str
    text: Markup
    sections: Sequence[tuple[str, Markup]]
    filled: bool


def render(source: str, around: Surroundings) -> Guide:
    """Return the page. HTML in the source is shown as text, and markdown-it drops addresses that run code."""
    return _Rendering(around).guide(source)


def inline(text: str, values: Values) -> Markup:
    """Return one line of Markdown as HTML, filled in."""
    around = Surroundings("", values, nothing, nothing, nothing)
    return _Rendering(around).line(text)


@dataclass(slots=True)
class _Rendering:
    around: Surroundings
    markdown: MarkdownIt = field(default_factory=lambda: MarkdownIt("commonmark", {"html": False}).enable("table"))
    ids: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for name in ("text", "code_inline", "fence", "code_block", "image", "softbreak"):
            self.markdown.add_render_rule(name, self._rule(getattr(self, f"_{name}")))

    def guide(self, source: str) -> Guide:
        tokens = self._boxed(self.markdown.parse(source))
        title, sections = "", []
        for place, token in enumerate(tokens):
            for child in token.children or ():
                self._linked(child)
            _surrounded(token.children or [])
            if token.type == "th_open" and not tokens[place + 1].content:
                # A corner above row titles is no title.
                token.tag = tokens[place + 2].tag = "td"
            if token.type == "heading_open":
                heading = tokens[place + 1]
                token.attrSet("id", self._id(heading.content))
                title = title or _plain(heading) if token.tag == "h1" else title
                if token.tag == "h2":
                    sections.append((str(token.attrGet("id")), self._html([heading])))
        text = self._html(tokens)
        return Guide(title, text, sections, bool(self.around.values) and Markup("<mark>") in text)

    def line(self, text: str) -> Markup:
        return self._html(self.markdown.parseInline(text))

    def _html(self, tokens: Sequence[Token]) -> Markup:
        # markdown-it escapes what it writes, and so do the rules below.
        return Markup(self.markdown.renderer.render(tokens, self.markdown.options, {}))  # noqa: S704

    def _rule(self, write: Callable[[Token], Markup]) -> Callable[..., str]:
        return lambda _renderer, tokens, place, _options, _env: str(write(tokens[place]))

    def _text(self, token: Token) -> Markup:
        said = escape if token.meta.get("as_it_is") else self._filled
        scheme, mark, rest = token.content.partition("://")
        if not (token.meta.get("linked") and mark):
            return said(token.content)
        # A line ends behind a slash of an address rather than inside a word of it.
        return said(f"{scheme}{mark}") + Markup("/<wbr>").join(map(said, rest.split("/")))

    def _code_inline(self, token: Token) -> Markup:
        return Markup("<code>{}</code>").format(self._text(token))

    def _fence(self, token: Token) -> Markup:
        kind = "output" if token.info.strip() == _OUTPUT else "command"
        return Markup('<pre class="{}"><code>{}</code></pre>\n').format(kind, self._filled(token.content))

    _code_block = _fence

    def _image(self, token: Token) -> Markup:
        alt, source = token.content, str(token.attrGet("src") or "")
        found = self.around.picture(self._path(source))
        if found is None:
            return Markup('<span class="missing">{}</span>').format(alt)
        address, width, height = found
        size = Markup(' width="{}" height="{}"').format(width, height) if width and height else ""
        said = _filled_plainly(alt, self.around.values)
        drawn = Markup('<img src="{}" alt="{}" loading="lazy"{}>').format(address, said, size)
        if token.meta.get("linked"):
            return drawn
        return Markup('<a class="picture" href="{}">{}</a>').format(address, drawn)

    def _softbreak(self, token: Token) -> Markup:
        return Markup("") if token.meta.get("in_chinese") else Markup("\n")

    def _filled(self, text: str) -> Markup:
        return guide_values.in_html(text, self.around.values)

    def _path(self, address: str) -> str:
        """Return the path below labs/ that a relative address means; empty for any other."""
        if re.match(r"[a-z][a-z0-9+.-]*:|/|#", address, re.IGNORECASE):
            return ""
        path = posixpath.normpath(
            posixpath.join(posixpath.dirname(self.around.path), unquote(address).partition("#")[0])
        )
        return "" if path.startswith("..") else path

    def _linked(self, token: Token) -> None:
        if token.type != "link_open":
            return
        address = str(token.attrGet("href") or "")
        if re.match("https?:", address):
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noreferrer noopener")
        elif not address.startswith("#"):
            _, mark, heading = address.partition("#")
            page = self.around.link(self._path(address))
            # A file that has no page: the text alone.
            token.attrs = {"href": f"{page}{mark}{heading}"} if page else {}

    def _id(self, title: str) -> str:
        """Return the heading's id, as GitHub makes it."""
        made = re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") or "section"
        self.ids[made] += 1
        return made if self.ids[made] == 1 else f"{made}-{self.ids[made] - 1}"

    def _boxed(self, tokens: list[Token]) -> list[Token]:
        """Return the tokens with quote blocks that begin in bold as boxes and questions."""
        found: list[Token] = []
        place = 0
        while place < len(tokens):
            end = _end_of_quote(tokens, place) if tokens[place].type == "blockquote_open" else place
            found += self._box(tokens[place : end + 1]) if end > place else [tokens[place]]
            place = end + 1
        return found

    def _box(self, quote_block: list[Token]) -> list[Token]:
        inner = quote_block[1:-1]
        first = next((each for each in inner if each.type == "inline"), None)
        # markdown-it puts an empty text before what is bold.
        children = [each for each in (first.children or []) if each.type != "text" or each.content] if first else []
        if first is None or inner[0].type != "paragraph_open" or not children or children[0].type != "strong_open":
            return quote_block
        end = next(place for place, each in enumerate(children) if each.type == "strong_close")
        bold, rest = children[1:end], children[end + 1 :]
        number = _CHECKPOINT.match("".join(each.content for each in bold))
        question = self.around.question(int(number[1])) if number else None
        if question is not None:
            return [_raw(question)]
        if number or (rest and rest[0].type != "softbreak"):
            return [_raw(Markup('<div class="box" role="note">')), *inner, _raw(Markup("</div>\n"))]
        summary = Token("inline", "", 0, children=bold, content="")
        first.children = rest[1:]
        begins = Markup('<details class="box"><summary>{}</summary>\n').format(self._html([summary]))
        return [_raw(begins), *(inner if first.children else inner[3:]), _raw(Markup("</details>\n"))]


def _raw(text: Markup) -> Token:
    return Token("html_block", "", 0, content=str(text))


def _end_of_quote(tokens: Sequence[Token], start: int) -> int:
    level = tokens[start].level
    closing = (place for place in range(start, len(tokens)) if tokens[place].type == "blockquote_close")
    return next(place for place in closing if tokens[place].level == level)


def _surrounded(children: Sequence[Token]) -> None:
    """Note which texts speak of a word itself, what is in a link, and line ends inside Chinese."""
    italics = links = 0
    for place, each in enumerate(children):
        before = next((one.content for one in reversed(children[:place]) if one.content), "")
        after = next((one.content for one in children[place + 1 :] if one.content), "")
        each.meta["in_chinese"] = before[-1:] >= _FIRST_CJK and after[:1] >= _FIRST_CJK
        italics += {"em_open": 1, "em_close": -1}.get(each.type, 0)
        links += {"link_open": 1, "link_close": -1}.get(each.type, 0)
        each.meta |= {"as_it_is": italics > 0, "linked": links > 0}
    texts = [each for each in children if each.type == "text" and not each.meta["as_it_is"]]
    if len(guide_values.words(" ".join(each.content for each in texts))) >= _EXPLAINED:
        for each in texts:
            each.meta["as_it_is"] = True


def _plain(heading: Token) -> str:
    return "".join(each.content for each in _leaves(heading))


def _leaves(token: Token) -> Iterator[Token]:
    yield from (each for each in token.children or () if each.type in ("text", "code_inline"))


def _filled_plainly(text: str, values: Values) -> str:
    return guide_values.in_html(text, values).striptags() if values else text
