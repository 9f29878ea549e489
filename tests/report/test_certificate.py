"""The certificate of a sweep: what it says of each account, in HTML and in JSON."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from bootstrap.engine.results import Tally
from bootstrap.report.certificate import MOST_NAMES, CertificateReport
from bootstrap.report.file_names import file_names
from tests.report import made_up_sweep
from tests.report.made_up_sweep import CLEAN, DENIED, LEFT, MANY, REGIONS, STRANGE


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certified(tmp_path_factory.mktemp("reports") / "run-7-certificate")


def certified(folder: Path, scenario: str | None = None) -> Path:
    run = made_up_sweep.plan(scenario=scenario)
    report = CertificateReport(folder, REGIONS)
    report.begin(run, Tally(run.accounts))
    for each in made_up_sweep.events(run):
        report.event(each)
    report.end(made_up_sweep.summary(run))
    assert report.written
    return folder


def document(folder: Path, team: str | None = None) -> Any:
    """The event's, or the team's as the event's names it."""
    whole = json.loads((folder / "event.json").read_text(encoding="utf-8"))
    if team is None:
        return whole
    name = next(row["json"] for row in whole["accounts"] if row["team"] == team)
    return json.loads((folder / name).read_text(encoding="utf-8"))


def words(folder: Path, team: str | None = None) -> str:
    """What a reader of English reads of the page."""
    name = "event.html" if team is None else next(r["page"] for r in document(folder)["accounts"] if r["team"] == team)
    text = (folder / name).read_text(encoding="utf-8")
    text = re.sub(r'<style>.*?</style>|<span lang="zh-CN">.*?</span>', "", text, flags=re.DOTALL)
    return " ".join(Words.of(text).split())


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    @staticmethod
    def of(text: str) -> str:
        reader = Words()
        reader.feed(text)
        return " ".join(reader.parts)

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def test_a_clean_account_is_proven_by_the_last_listing_of_every_kind(folder: Path) -> None:
    found = document(folder, CLEAN)
    assert (found["schema"], found["team"], found["account_id"]) == (1, CLEAN, "100000000001")
    assert (found["region"], found["result"]) == ("ap-northeast-1", "clean")
    assert found["proof"] | {"words": ""} == {
        "proved": True, "at": "2026-11-24T08:10:00+00:00", "kinds": 57, "words": "",
    }  # fmt: skip
    text = words(folder, CLEAN)
    assert " clean Certificate of the sweep" in text
    assert "All 56 kinds were listed in ap-northeast-1 at 2026-11-24" in text
    assert "AWS does not offer 1 more kind to this account" in text


def test_what_was_removed_is_counted_and_named_here_and_in_other_regions(folder: Path) -> None:
    removed = document(folder, CLEAN)["removed"]
    assert len(removed) == MANY + 3
    assert {"kind": "notebook", "id": "somebodys", "region": "us-east-1"} in removed
    text = words(folder, CLEAN)
    assert f"training job ap-northeast-1 {MANY}" in text
    assert "car-0199" in text
    assert "car-0200" not in text
    assert f"and {MANY - MOST_NAMES} more; the JSON file has all" in text


def test_what_was_deleted_by_force_is_told_with_what_failed_in_it(folder: Path) -> None:
    why = "AWS::IAM::Role theirs-role (must detach all policies first)"
    [forced] = document(folder, CLEAN)["forced"]
    assert forced == {"kind": "stack", "id": "theirs", "region": "ap-northeast-1", "why": why}
    assert f"theirs ap-northeast-1 {why}" in words(folder, CLEAN)


def test_what_stays_has_its_reason_and_history_and_quotas_are_told(folder: Path) -> None:
    found = document(folder, CLEAN)
    assert {(each["kind"], each["id"], each["why"]) for each in found["kept"]} == {
        ("role", "Admin", "existed before the event"),
        ("role", "OpsRole", "existed before the event"),
        ("rule", "StepFunctionsRule", "managed by states.amazonaws.com"),
    }
    assert found["history"] == {"tuning job": 12, "processing job": 1}
    assert found["quotas"]["ml.g5.xlarge for training job usage"] == 6
    assert found["quotas_before"]["ml.p3.2xlarge for training job usage"]["value"] == 2
    assert "Raised before the baseline, and still raised: quota approved value" in words(folder, CLEAN)
    assert found["audit"]["uncovered"] == {"ec2:RunInstances": 3}
    text = words(folder, CLEAN)
    for each in ("managed by states.amazonaws.com", "tuning job 12", "for training job usage 6", "RunInstances 3"):
        assert each in text


def test_what_could_not_be_seen_has_awss_own_answer(folder: Path) -> None:
    found = document(folder, CLEAN)
    refusal = "ValidationException: Amazon SageMaker Ground Truth is not available to new customers"
    assert found["not_offered"] == [{"kind": "labelling job", "region": "ap-northeast-1", "answer": refusal}]
    assert "service control policy" in found["elsewhere"]["closed"]["eu-central-1"]
    text = words(folder, CLEAN)
    assert refusal in text
    assert "15 regions were searched for instances that cost money" in text
    assert "1 other region could not be checked, and is not covered by this certificate: eu-central-1" in text
    assert "not checked: eu-central-1" in words(folder)
    assert "eu-central-1 not looked at: AccessDenied" in text


def test_what_is_left_has_kind_id_age_state_and_why(folder: Path) -> None:
    found = document(folder, LEFT)
    bucket, pool = found["left"]
    assert found["result"] == "left"
    assert not found["proof"]["proved"]
    assert (bucket["kind"], bucket["id"], bucket["why"]) == (
        "bucket",
        "cars-<script>",
        "AccessDenied: no s3:DeleteObject",
    )
    assert bucket["age_seconds"] == 165_960
    assert (pool["made"], pool["age_seconds"]) == (None, None)
    assert "p-1" not in {each["id"] for each in found["kept"]}
    text = words(folder, LEFT)
    assert " left Certificate of the sweep" in text
    assert "46 h ago" in text
    assert "blocked EB-503" in text
    assert "Proven clean" not in text


def test_where_something_could_not_be_looked_at_nothing_is_claimed(folder: Path) -> None:
    found = document(folder, DENIED)
    assert found["result"] == "unknown"
    assert not found["proof"]["proved"]
    assert [each["kind"] for each in found["not_looked_at"]] == ["endpoint"]
    assert found["quotas"] is None
    assert "no quota" not in words(folder, DENIED)
    text = words(folder, DENIED)
    assert " unknown Certificate of the sweep" in text
    assert "so this account may not be clean" in text
    assert "AccessDeniedException: User is not authorized" in text
    assert "Proven clean" not in text


def test_an_account_that_an_earlier_run_proved_clean_says_so(folder: Path) -> None:
    proof = document(folder, STRANGE)["proof"]
    assert (proof["proved"], proof["at"]) == (True, None)
    assert "An earlier run proved it; the certificate of that run has the listing" in words(folder, STRANGE)


def test_the_events_page_has_a_row_an_account_and_its_links_lead_somewhere(folder: Path) -> None:
    found = document(folder)
    assert found["schema"] == 1
    assert found["result"] == "unknown"
    assert [(row["team"], row["result"], row["removed"], row["left"], row["kept"]) for row in found["accounts"]] == [
        (CLEAN, "clean", MANY + 3, 0, 3),
        (LEFT, "left", MANY + 2, 2, 3),
        (DENIED, "unknown", 0, 0, 0),
        (STRANGE, "clean", 0, 0, 0),
    ]
    links = re.findall(r'href="([^"]+)"', (folder / "event.html").read_text(encoding="utf-8"))
    assert [unquote(each) for each in links] == [row["page"] for row in found["accounts"]]
    assert all((folder / row[what]).is_file() for row in found["accounts"] for what in ("page", "json"))
    assert "Not all accounts are proven clean: 2 clean, 1 left, 1 unknown" in words(folder)


def test_names_are_escaped_and_the_page_needs_no_network(folder: Path) -> None:
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "<b>bold" not in text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert "<b>bold & co</b>" in words(folder, STRANGE)


def test_headings_are_in_english_and_chinese_and_the_page_knows_dark_and_print(folder: Path) -> None:
    text = (folder / "event.html").read_text(encoding="utf-8")
    assert all('<span lang="zh-CN">' in heading for heading in re.findall(r"<h2>.*?</h2>", text))
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_what_was_found_is_told_in_chinese_too(folder: Path) -> None:
    name = next(row["page"] for row in document(folder)["accounts"] if row["team"] == CLEAN)
    text = (folder / name).read_text(encoding="utf-8")
    for said in ("已证明清空。", "逐一列出了 56 种资源，除保留项外没有任何残留。", "训练作业", "1 个其他区域无法检查"):
        assert said in text
    whole = (folder / "event.html").read_text(encoding="utf-8")
    assert "尚有账户未能证明已清空：已清空 2、有残留 1、未能确认 1。" in whole


def test_a_rehearsals_certificate_says_that_no_real_account_was_changed(tmp_path: Path) -> None:
    assert "no real account was changed" in words(certified(tmp_path / "sweep-certificate", "usual"), CLEAN)


def test_a_second_certificate_takes_the_firsts_place_whole(tmp_path: Path) -> None:
    place = tmp_path / "sweep-certificate"
    place.mkdir()
    (place / "of-a-team-that-is-gone.html").write_text("", encoding="utf-8")
    names = {each.name for each in certified(place).iterdir()}
    assert "of-a-team-that-is-gone.html" not in names
    assert {"event.html", "event.json", "第一队-a-b.html"} <= names
    assert list(tmp_path.iterdir()) == [place]


def test_file_names_are_safe_and_their_own_on_every_system() -> None:
    teams = ["Red", "red", "event", "..", "CON", "第一队/a..b", "a/../b", "x" * 300, "🚗", "é", "é"]
    names = file_names([(team, f"{number:012}") for number, team in enumerate(teams)], taken={"event"})
    assert len({each.casefold() for each in names}) == len(teams)
    assert all(re.fullmatch(r"[^\W_]+(?:-[^\W_]+)*", each) for each in names)
    assert max(len(each.encode()) for each in names) < 200
    assert names[5] == "第一队-a-b"
    assert names[0] == "Red-000000000000"
    assert "event" not in names
    assert "CON" not in names
