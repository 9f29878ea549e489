"""Guides on a team's page: its own values, pictures, boxes, questions; and the pages that need no code."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any, cast

import pytest
from PIL import Image
from starlette.testclient import TestClient

from bootstrap.aws.sessions import Sessions
from bootstrap.cli.commands import handouts
from bootstrap.cli.commands.choice import read
from bootstrap.cli.commands.handouts import HandoutOptions
from bootstrap.event import shipped
from bootstrap.people.handouts import join_address
from bootstrap.people.web.address import Address
from bootstrap.people.web.guide import guide_values
from bootstrap.people.web.join.team_access import TeamAccess
from tests import runs
from tests.needs import absent
from tests.people.handouts.test_handouts import LATER, codes
from tests.people.web.desk import BASE, HOME, Desk
from tests.people.web.test_join import looks_well
from tests.runs import Rehearsed

ODD = "REGION TEAM 车队"
GUIDE = """# Lab of EVENT

Type *BUCKET* as it is; your bucket is BUCKET, of TEAM. Not PREVENT, REGIONS or BUCKET_NAME.

EVENT, REGION and
BUCKET stand for your values, as in `s3://BUCKET`.

```
aws s3 ls s3://BUCKET/labs/ --region REGION
```

```text
2026-12-01 EVENT-sagemaker-ACCOUNT-REGION
```

> **Time and cost.** About 45 minutes.

> **How you would do it yourself: create `EVENT-team`**
>
> Choose **Create**.

> **Checkpoint 1.** What is a manifest?
>
> - a) A list
> - b) A picture

> **Checkpoint 9.** A question that nobody answers here

> An ordinary quotation.

![Form of EVENT](pictures/form.svg) ![gone](pictures/gone.svg) ![far](https://example.com/x.png)

## 1. First `REGION`

[before](../preparation.md#what-to-bring), [the other lab](../tuning/guide.md), [a script](manifest.py),
[below](#2-second), <https://a.example/b>

## 2. Second

[![small](pictures/photo.jpg)](../introduction.md)

## 3. Third

|  | b |
|---|---|
| 1 | 2 |

一行，
下一行 and
end
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><text id="EVENT">EVENT TEAM</text></svg>'
CHECKPOINTS = """- id: 1
  section: "2"
  question: What is `EVENT`'s manifest?
  question_zh: 什么是清单文件？
  choices: [{en: A list, zh: 列表}, {en: A picture, zh: 图片}, {en: A bucket, zh: 存储桶}]
  answer: a
  why: Because it lists what is in BUCKET.
  why_zh: 因为它列出图片。
"""


class Unconnected(Desk):
    """Guides need nothing of AWS."""

    def access(self) -> TeamAccess:
        return TeamAccess(cast(Sessions, None))


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """An event with a lab and a page of its own, and a team with an odd name."""
    at = runs.folder(tmp_path_factory.mktemp("event"), teams=2, schedule=LATER)
    rows = (at / "accounts.csv").read_text(encoding="utf-8")
    (at / "accounts.csv").write_text(rows.replace("team-2", ODD), encoding="utf-8")
    lab, pictures = at / "labs" / "notebook", at / "labs" / "notebook" / "pictures"
    pictures.mkdir(parents=True)
    (lab / "lab.yaml").write_text("title: Lab\ndata: [lab-files]\n", encoding="utf-8")
    (lab / "guide.md").write_text(GUIDE, encoding="utf-8")
    (lab / "checkpoints.yaml").write_text(CHECKPOINTS, encoding="utf-8")
    (pictures / "form.svg").write_text(SVG, encoding="utf-8")
    (pictures / "手 册 #1.svg").write_text(SVG, encoding="utf-8")
    Image.new("RGB", (40, 30)).save(pictures / "photo.jpg")
    (pictures / "notes.txt").write_text("for judges", encoding="utf-8")
    (pictures / ".hidden.svg").write_text(SVG, encoding="utf-8")
    (pictures / "huge.svg").write_bytes(b" " * (4 * 1024**2 + 1))
    (at / "secret.svg").write_text("<svg/>", encoding="utf-8")
    (pictures / "out.svg").symlink_to(at / "secret.svg")
    (at / "labs" / "introduction.md").write_text("# Ours\n\nEVENT stays for everybody\n", encoding="utf-8")
    handouts.make(runs.choice(at), HandoutOptions(BASE))
    inputs = read(runs.choice(at))
    return Rehearsed(at, inputs, cast(Any, None), [inputs.event.schedule.opens.timestamp()])


@pytest.fixture(scope="module")
def opened(ran: Rehearsed) -> Iterator[Desk]:
    with Unconnected(ran).open() as desk:
        yield desk


@pytest.fixture
def desk(opened: Desk) -> Desk:
    """The pages in a browser that nobody has used."""
    opened.client.cookies.clear()
    return opened


@pytest.fixture
def inside(desk: Desk) -> Desk:
    assert desk.enter().status_code == 303
    return desk


def guide(desk: Desk, lab: str = "notebook", language: str = "en") -> str:
    answer = desk.client.get(f"{HOME}/guide/{lab}?lang={language}")
    assert answer.status_code == 200
    return answer.text


def test_a_guide_has_the_team_s_own_values_as_whole_words_in_text_and_code(inside: Desk) -> None:
    page = guide(inside)
    bucket = "car-day-sagemaker-100200300401-ap-northeast-1"
    assert f"Type <em>BUCKET</em> as it is; your bucket is <mark>{bucket}</mark>, of <mark>team-1</mark>." in page
    assert "Not PREVENT, REGIONS or BUCKET_NAME." in page
    explained = "EVENT, REGION and\nBUCKET stand for your values, as in"
    assert f"<p>{explained} <code>s3://<mark>{bucket}</mark></code>.</p>" in page
    assert f"s3://<mark>{bucket}</mark>/labs/ --region <mark>ap-northeast-1</mark>" in page
    parts = "<mark>car-day</mark>-sagemaker-<mark>100200300401</mark>-<mark>ap-northeast-1</mark>"
    assert f'<pre class="output"><code>2026-12-01 {parts}' in page
    assert "your team&#39;s own values" in page or "your team's own values" in page


def test_a_team_s_name_is_text_and_nothing_else(ran: Rehearsed) -> None:
    hostile = {"TEAM": "<b>R&D</b>", "EVENT": "TEAM"}
    assert guide_values.in_html("<i>TEAM", hostile) == "&lt;i&gt;<mark>&lt;b&gt;R&amp;D&lt;/b&gt;</mark>"
    assert guide_values.in_svg(b"<a>TEAM EVENT</a>", hostile) == b"<a>&lt;b&gt;R&amp;D&lt;/b&gt; TEAM</a>"
    assert guide_values.in_svg(b"<a>TEAM\xff</a>", hostile) == b"<a>TEAM\xff</a>"
    with Unconnected(ran).open() as desk:
        home = f"/join/{join_address.slug(ODD)}"
        assert desk.enter(codes(ran.at)[ODD], home).status_code == 303
        page = desk.client.get(f"{home}/guide/notebook").text
        assert "of <mark>REGION TEAM 车队</mark>." in page
        drawn = desk.client.get(f"{home}/guide/notebook/pictures/form.svg").text
        assert '<text id="EVENT">car-day REGION TEAM 车队</text>' in drawn


def test_forms_of_a_guide_become_boxes_sections_and_pictures(inside: Desk) -> None:
    page = guide(inside)
    assert '<div class="box" role="note"><p><strong>Time and cost.</strong> About 45 minutes.</p>' in page
    summary = "<summary>How you would do it yourself: create <code><mark>car-day</mark>-team</code></summary>"
    assert re.search(rf'<details class="box">{summary}\s*<p>Choose <strong>Create</strong>', page)
    assert "<blockquote>\n<p>An ordinary quotation.</p>" in page
    assert page.count("<blockquote>") == 1
    assert '<li><a href="#1-first-region">1. First <code><mark>ap-northeast-1</mark></code></a></li>' in page
    assert '<h2 id="1-first-region">' in page
    at = f"{HOME}/guide/notebook/pictures"
    drawn = f'<img src="{at}/form.svg" alt="Form of car-day" loading="lazy" width="320" height="200">'
    assert f'<a class="picture" href="{at}/form.svg">{drawn}</a>' in page
    assert f'<a href="{HOME}/labs/introduction?lang=en"><img src="{at}/photo.jpg" alt="small"' in page
    assert re.search(r"<thead>\s*<tr>\s*<td></td>\s*<th>b</th>", page)
    assert "<p>一行，下一行 and\nend</p>" in page
    assert '<span class="missing">gone</span> <span class="missing">far</span>' in page


def test_links_of_a_guide_lead_to_pages_that_there_are(inside: Desk) -> None:
    page = guide(inside)
    assert f'<a href="{HOME}/labs/preparation?lang=en#what-to-bring">before</a>' in page
    assert f'<a href="{HOME}/guide/tuning?lang=en">the other lab</a>' in page
    assert "<a>a script</a>" in page
    assert '<a href="#2-second">below</a>' in page
    assert '"https://a.example/b" target="_blank" rel="noreferrer noopener">https://a.example/<wbr>b</a>' in page
    for address in set(re.findall(rf'(?:href|src)="({HOME}[^"#]*)', page)):
        assert inside.client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("name", "kind"), [("form.svg", "image/svg+xml"), ("photo.jpg", "image/jpeg"), ("手 册 #1.svg", "image/svg+xml")]
)
def test_a_picture_is_a_picture_and_runs_nothing(inside: Desk, name: str, kind: str) -> None:
    answer = inside.client.get(f"{HOME}/guide/notebook/pictures/" + name.replace("#", "%23"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "; sandbox;" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        ".hidden.svg",
        "huge.svg",
        "out.svg",
        "gone.svg",
        "..%2Fguide.md",
        "%2Fetc%2Fpasswd",
        "%2E%2E",
        "form.svg%00",
    ],
)
def test_nothing_but_the_lab_s_own_pictures_is_given(inside: Desk, name: str) -> None:
    answer = inside.client.get(f"{HOME}/guide/notebook/pictures/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/")


def test_pictures_need_the_code_and_a_lab_of_the_team(desk: Desk) -> None:
    for path in ("guide/notebook/pictures/form.svg", "labs/preparation"):
        assert desk.client.get(f"{HOME}/{path}").status_code == 303
    desk.enter()
    for path in ("guide/quiz/pictures/form.svg", "guide/diagram/pictures/form.svg", "labs/pictures/form.svg"):
        assert desk.client.get(f"{HOME}/{path}").status_code == 404


def test_an_answer_is_checked_here_and_the_right_one_is_told_only_then(inside: Desk) -> None:
    def asked() -> str:
        found = re.search(r'<section class="checkpoint".*?</section>', guide(inside), re.DOTALL)
        assert found is not None
        return found[0]

    page = asked()
    assert "What is <code><mark>car-day</mark></code>&#39;s manifest?" in page
    assert page.count('type="radio"') == 3
    first = inside.post("guide/notebook/checkpoint", number="1", answer="c")
    assert first.headers["location"] == f"{HOME}/guide/notebook?lang=en#checkpoint-1"
    page = asked()
    assert "Not this one." in page
    assert "Look at section 2 again" in page
    assert re.search(r'value="c" required checked>', page)
    assert "Because" not in page
    inside.post("guide/notebook/checkpoint", number="1", answer="a")
    page = asked()
    assert "<strong>Right.</strong> Because it lists what is in <mark>car-day-sagemaker" in page
    assert "Check the answer" not in page
    other = TestClient(inside.client.app, base_url=BASE, follow_redirects=False)
    other.post(HOME, data={"code": inside.code})
    assert "Right." not in other.get(f"{HOME}/guide/notebook").text, "each browser answers for itself"


@pytest.mark.parametrize(
    ("number", "answer"), [("1", "d"), ("1", ""), ("2", "a"), ("x", "a"), ("-1", "a"), ("١", "a"), ("9" * 5000, "a")]
)
def test_an_answer_that_is_none_changes_nothing(inside: Desk, number: str, answer: str) -> None:
    assert inside.post("guide/notebook/checkpoint", number=number, answer=answer).status_code in (303, 403)
    assert "Not this one." not in guide(inside)


def test_an_answer_needs_the_form_s_secret(inside: Desk) -> None:
    answer = inside.client.post(f"{HOME}/guide/notebook/checkpoint", data={"number": "1", "answer": "a"})
    assert answer.status_code == 403
    assert "Right." not in guide(inside)


def test_questions_that_cannot_be_read_stay_text(inside: Desk) -> None:
    file = inside.ran.at / "labs" / "notebook" / "checkpoints.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text("- id: one\n", encoding="utf-8")
    try:
        assert '<div class="box" role="note"><p><strong>Checkpoint 1.</strong> What is a manifest?</p>' in guide(inside)
    finally:
        file.write_text(before, encoding="utf-8")


def test_what_to_read_before_needs_no_code_and_has_nobody_s_values(desk: Desk) -> None:
    assert '<a href="/labs?lang=zh">' in desk.page("zh")
    listed = desk.client.get("/labs").text
    for name in ("introduction", "preparation", "diagram"):
        assert f'<a class="row" href="/labs/{name}?lang=en">' in listed
        answer = desk.client.get(f"/labs/{name}?lang=zh")
        assert answer.status_code == 200
        assert "<mark>" not in answer.text
    assert "EVENT stays for everybody" in desk.client.get("/labs/introduction?lang=zh").text, "no page in Chinese"
    assert desk.client.get("/labs/quiz").status_code == 404
    assert desk.client.get("/labs/pictures/form.svg").status_code == 404
    desk.enter()
    assert "<mark>car-day</mark> stays" in desk.client.get(f"{HOME}/labs/introduction").text
    assert f'<a href="{HOME}/labs/diagram?lang=en">' in desk.page()


LABS = {name: folder for name, folder in shipped.lab_folders().items() if (folder / "guide.md").is_file()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_shipped_page_shows_its_pictures_and_questions(ran: Rehearsed, language: str) -> None:
    own = ran.at / "labs"
    own.rename(ran.at / "aside")
    try:
        with Unconnected(ran).open() as desk:
            desk.enter()
            for lab in LABS:
                check_page(desk, f"{HOME}/guide/{lab}", language)
            for name in shipped.COMMON_PAGES:
                check_page(desk, f"{HOME}/labs/{name}", language)
    finally:
        (ran.at / "aside").rename(own)


def check_page(desk: Desk, address: str, language: str) -> None:
    page = desk.client.get(f"{address}?lang={language}").text
    article = page.partition('<article class="guide"')[2]
    assert article, address
    assert re.findall(r'<span class="missing">.*?</span>', article) == [], address
    assert not re.search(r"<strong>(?:Checkpoint|检查点) [0-9]+[.。]?</strong>[^<]*</p>", article), address
    for source in re.findall(r'<img src="([^"]+)"', article):
        picture = desk.client.get(source)
        assert picture.status_code == 200, source
        assert not re.search(rb">[^<]*\b(?:EVENT|ACCOUNT|REGION|BUCKET|TEAM)\b[^<]*<", picture.content), source


# Pictures narrower than tests/labs/test_pictures.py draws for, and a line of a printed table that wraps.
CRAMPED = """() => {
  const all = what => [...document.querySelectorAll(what)], line = new Range(); dispatchEvent(new Event("beforeprint"));
  const text = all("pre.output code").map(each => each.firstChild).find(each => /^truth /m.test(each.data));
  if (text) (line.setStart(text, text.data.search(/^truth /m)), line.setEnd(text, line.startOffset + 47));
  const small = each => each.width < Math.min(358, each.getAttribute("width"));
  return all(".guide a.picture img").filter(small).length + (line.getClientRects().length > 1);
}"""


@pytest.mark.browser
def test_in_chromium_a_guide_copies_answers_prints_and_fits_a_phone(ran: Rehearsed) -> None:
    chromium = shutil.which("chromium") or absent("Chromium")
    sync_api = import_module("playwright.sync_api")
    desk = Unconnected(ran, Address())
    with desk.listening() as home, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 390, "height": 844})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.goto(home)
        page.fill("#code", desk.code)
        page.keyboard.press("Enter")
        page.wait_for_selector("#console")
        for width, language in ((390, "zh"), (1280, "en")):
            page.set_viewport_size({"width": width, "height": 844})
            for path in ("guide/notebook", "guide/ground-truth", "labs/preparation"):
                page.goto(f"{home}/{path}?lang={language}")
                looks_well(page, width)
                assert page.evaluate(CRAMPED) == 0
        page.goto(f"{home}/guide/notebook")
        page.click("button.copy")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == "aws s3 ls s3://car-day-sagemaker-100200300401-ap-northeast-1/labs/ --region ap-northeast-1"
        page.check("input[value=a]")
        page.click("text=Check the answer")
        page.wait_for_selector(".verdict.right")
        looks_well(page, 1280)
        assert page.evaluate("document.querySelector('a.picture img').naturalWidth") > 0
        page.emulate_media(media="print")
        assert not page.is_visible(".toc")
        assert not page.is_visible(".back")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.is_visible("details.box p")
        browser.close()


def test_a_long_value_is_narrowed_to_the_room_that_the_drawing_has_for_it() -> None:
    drawing = (shipped.lab_folders()["ground-truth"] / "pictures" / "job-overview.svg").read_bytes()

    def narrowed(event: str) -> int:
        bucket = f"{event}-sagemaker-111122223333-ap-northeast-1"
        return guide_values.in_svg(drawing, {"EVENT": event, "BUCKET": bucket}).count(b"textLength=")

    assert narrowed("car-day") == 0
    assert narrowed("sagemaker-cup-2026-x") == 2, "the input and the output"
