"""The guides of a team's labs, with the team's own values, their pictures, and the answers to their checkpoints."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path

from anyio import to_thread
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bootstrap.errors import BadInput
from bootstrap.errors.message import msg
from bootstrap.event import checkpoints, lab_pages, shipped
from bootstrap.event.checkpoints import Checkpoint
from bootstrap.people.web import pages
from bootstrap.people.web.guide import guide_page, guide_values, guides
from bootstrap.people.web.guide.guide_page import Guide, Surroundings
from bootstrap.people.web.guide.guide_values import Values
from bootstrap.people.web.guide.pictures import answer as picture_answer
from bootstrap.people.web.guide.pictures import sized
from bootstrap.people.web.join.asked import Asked
from bootstrap.people.web.join.team_pages import Answered

_NO_GUIDE = msg("no guide")
_NO_PAGE = msg("There is no such page.")
# Browsers and labs whose answers are remembered; of an older one they are forgotten.
_MOST = 20_000


class GivenAnswers:
    """Answers of each browser, kept in memory: after a restart the questions are open again."""

    def __init__(self) -> None:
        self._of: OrderedDict[tuple[str, str], dict[int, str]] = OrderedDict()

    def of(self, browser: str, lab: str) -> Mapping[int, str]:
        return self._of.get((browser, lab), {})

    def keep(self, browser: str, lab: str, number: int, letter: str) -> None:
        self._of.setdefault((browser, lab), {})[number] = letter
        self._of.move_to_end((browser, lab))
        if len(self._of) > _MOST:
            self._of.popitem(last=False)


class TeamGuides:
    """Handlers for somebody who entered the team's code."""

    def __init__(self) -> None:
        self._answers = GivenAnswers()

    async def guide(self, asked: Asked) -> Response:
        found = await to_thread.run_sync(self._guide, asked)
        if found is None:
            return HTMLResponse(asked.page.says(_NO_GUIDE), 404)
        return HTMLResponse(asked.page.guide(found, f"{asked.page.path}/guide/{_lab(asked)}"))

    async def common(self, asked: Asked) -> Response:
        name = asked.request.path_params["page"]
        found = await to_thread.run_sync(self._common, asked, name)
        if found is None:
            return HTMLResponse(asked.page.says(_NO_PAGE), 404)
        return HTMLResponse(asked.page.guide(found, f"{asked.page.path}/labs/{name}"))

    async def picture(self, asked: Asked) -> Response:
        lab = asked.request.path_params.get("lab")
        if lab is not None and lab not in asked.account.labs:
            return await picture_answer(None, {})
        name, folder = asked.request.path_params["name"], asked.page.event.folder
        return await picture_answer(partial(guides.picture, folder, lab, name), _values(asked))

    async def answer(self, asked: Asked) -> Response:
        lab, (number, letter) = _lab(asked), _answered(asked.form)
        known = await to_thread.run_sync(_questions, asked)
        if asked.entry is not None and number in known and letter in _letters(known[number]):
            self._answers.keep(asked.entry.form, lab, number, letter)
        back = f"{asked.page.path}/guide/{lab}?lang={asked.page.language}#checkpoint-{number}"
        return RedirectResponse(back, 303)

    def answered(self, asked: Asked) -> Answered:
        """Return of each lab how many of its checkpoints this browser has answered right, and how many there are."""
        browser = asked.entry.form if asked.entry else ""
        found = {}
        for lab in asked.page.labs:
            known, given = _checkpoints(asked, lab.name), self._answers.of(browser, lab.name)
            found[lab.name] = (sum(given.get(number) == each.answer for number, each in known.items()), len(known))
        return found

    def _guide(self, asked: Asked) -> Guide | None:
        lab, page = _lab(asked), asked.page
        file = guides.file(page.event.folder, lab, page.language) if lab in asked.account.labs else None
        if file is None:
            return None
        known = _questions(asked)

        def question(number: int) -> Markup | None:
            return self._question(asked, known[number]) if number in known else None

        around = _around(asked, f"{lab}/{file.name}", question)
        return guide_page.render(lab_pages.text(file), around)

    def _common(self, asked: Asked, name: str) -> Guide | None:
        file = guides.common(asked.page.event.folder, asked.page.language).get(name)
        if file is None:
            return None
        around = _around(asked, f"{shipped.COMMON_PAGES[name]}.md", guide_page.nothing)
        return guide_page.render(lab_pages.text(file), around)

    def _question(self, asked: Asked, each: Checkpoint) -> Markup:
        lab, page, values = _lab(asked), asked.page, _values(asked)
        given = self._answers.of(asked.entry.form if asked.entry else "", lab).get(each.id, "")
        chinese = page.language == "zh"

        def said(text: str) -> Markup:
            return guide_page.inline(text, values)

        right = given == each.answer
        text = pages.render(
            "join/checkpoint.html",
            language=page.language,
            action=f"{page.path}/guide/{lab}/checkpoint?lang={page.language}#checkpoint-{each.id}",
            form=asked.entry.form if asked.entry else "",
            number=each.id,
            question=said(each.question_zh if chinese else each.question),
            choices=[
                (letter, said(choice.zh if chinese else choice.en))
                for letter, choice in zip(checkpoints.LETTERS, each.choices, strict=False)
            ],
            given=given,
            right=right,
            # Only now: the answer and its reason never leave the server before.
            why=said(each.why_zh if chinese else each.why) if right else "",
            section=each.section,
        )
        # Rendered by a template, which escapes.
        return Markup(text)  # noqa: S704


def _lab(asked: Asked) -> str:
    return str(asked.request.path_params["lab"])


def _values(asked: Asked) -> Values:
    return guide_values.of(asked.page.event, asked.account)


def _around(asked: Asked, path: str, question: guide_page.Question) -> Surroundings:
    folder, base = asked.page.event.folder, asked.page.path
    labs, language = asked.account.labs, asked.page.language

    def link(below: str) -> str:
        lab, _, file = below.partition("/")
        if lab in labs and file.startswith("guide") and guides.file(folder, lab, language):
            return f"{base}/guide/{lab}?lang={language}"
        return common_link(f"{base}/labs", folder, language, below)

    def picture(below: str) -> tuple[str, int, int] | None:
        first, _, name = below.rpartition("/pictures/")
        if first in labs:
            return sized(guides.picture(folder, first, name), f"{base}/guide/{first}/pictures/")
        return common_picture(f"{base}/labs", folder, below)

    return Surroundings(path, _values(asked), link, picture, question)


def common_link(base: str, folder: Path, language: str, below: str) -> str:
    """Return the address of a page that all labs share, of its path below labs/; empty if there is none."""
    page = below.removesuffix(".md").removesuffix(".zh-CN")
    name = next((each for each, path in shipped.COMMON_PAGES.items() if path == page), "")
    return f"{base}/{name}?lang={language}" if name in guides.common(folder, language) else ""


def common_picture(base: str, folder: Path, below: str) -> tuple[str, int, int] | None:
    """Return address and size of a picture that all labs share, of its path below labs/."""
    first, _, name = below.partition("/")
    return sized(guides.picture(folder, None, name), f"{base}/pictures/") if first == "pictures" else None


def _questions(asked: Asked) -> Mapping[int, Checkpoint]:
    return _checkpoints(asked, _lab(asked))


def _checkpoints(asked: Asked, lab: str) -> Mapping[int, Checkpoint]:
    folder = shipped.lab_folders(asked.page.event.folder).get(lab)
    file = folder / checkpoints.FILE if folder and lab in asked.account.labs else None
    return _read(file, file.stat().st_mtime_ns) if file and file.is_file() else {}


@lru_cache(maxsize=256)
def _read(file: Path, _changed: int) -> Mapping[int, Checkpoint]:
    """Return the lab's questions. Reading them is slow, and every page of a team asks for them."""
    try:
        return {each.id: each for each in checkpoints.read(file.parent)}
    except BadInput:
        # Of a lab of one's own; `validate` says what is wrong. The page shows the guide's text.
        return {}


def _letters(each: Checkpoint) -> str:
    return checkpoints.LETTERS[: len(each.choices)]


def _answered(form: Mapping[str, str]) -> tuple[int, str]:
    number, letter = form.get("number", ""), form.get("answer", "")
    return (int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0, letter[:1])
