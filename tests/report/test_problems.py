"""Why a command stopped, as text and as JSON."""

from __future__ import annotations

import io

import pytest

from bootstrap.errors import BadInput, Interrupted, Problem, Stop
from bootstrap.errors.message import msg
from bootstrap.report import problems, translations
from tests import schemas

SHORT_ID = Problem(
    "EB-104", "account_id '12345678901' has 11 digits", "accounts.csv:8", "a leading zero is lost", "format as text"
)
BARE = Problem("EB-101", "column 'tema' is unknown")


def shown(stop: Stop, output: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    problems.show(stop, output, out, err)
    return out.getvalue(), err.getvalue()


def test_a_problem_says_what_where_why_and_how_to_fix_it() -> None:
    out, err = shown(BadInput([SHORT_ID]), "auto")
    assert out == ""
    assert err == (
        "error[EB-104]: account_id '12345678901' has 11 digits\n"
        "  --> accounts.csv:8\n"
        "  cause: a leading zero is lost\n"
        "  fix: format as text\n"
        "  more: event-bootstrap explain EB-104\n"
    )


def test_every_problem_is_said_and_counted_and_empty_lines_are_left_out() -> None:
    _, err = shown(BadInput([SHORT_ID, BARE]), "plain")
    assert "error[EB-101]: column 'tema' is unknown\n  more: event-bootstrap explain EB-101\n" in err
    assert err.endswith("\n2 problems; nothing was done.\n")


def test_a_problem_is_shown_in_the_language_of_the_terminal_and_json_stays_english() -> None:
    problem = Problem("EB-600", msg("the manifest is empty"), "s3://b/m", fix=msg("keep one line"))
    stop = Stop(msg("waiting for another `handouts` in this folder: {holder}", holder="bo"))
    translations.use("zh")
    try:
        _, err = shown(BadInput([problem]), "plain")
        out, _ = shown(BadInput([problem]), "json")
        _, said = shown(stop, "plain")
    finally:
        translations.use("en")
    assert err == (
        "错误[EB-600]：清单文件为空\n  --> s3://b/m\n  处理：请只保留一行\n  更多：event-bootstrap explain EB-600\n"
    )
    assert said == "错误：正在等待此文件夹中的另一个 `handouts`：bo\n"
    assert schemas.read(out)[0]["problems"][0]["what"] == "the manifest is empty"


def test_json_goes_to_stdout_as_one_document() -> None:
    out, err = shown(BadInput([SHORT_ID, BARE]), "json")
    [document] = schemas.read(out)
    assert err == ""
    assert (document["type"], document["exit_code"]) == ("problems", 2)
    assert [each["code"] for each in document["problems"]] == ["EB-104", "EB-101"]
    assert document["problems"][0]["where"] == "accounts.csv:8"


def test_another_stop_is_one_line_and_an_empty_one_none() -> None:
    assert shown(Stop("the disk is full"), "auto") == ("", "error: the disk is full\n")
    assert shown(Interrupted(), "auto") == ("", "")


def test_no_mail_address_is_repeated_from_the_input() -> None:
    out, err = shown(BadInput([Problem("EB-110", "emails holds 'leader@example.com'")]), "auto")
    assert "leader@example.com" not in out + err


def test_nothing_that_a_terminal_obeys_is_repeated() -> None:
    _, err = shown(BadInput([Problem("EB-101", "\x1b]0;title\x07red\x1b[2J \x9b1A done\n")]), "auto")
    assert err.startswith("error[EB-101]: red done\n")


@pytest.mark.parametrize(("output", "as_json"), [("json", True), ("plain", False), ("auto", False)])
def test_the_form_is_that_of_the_command(output: str, as_json: bool) -> None:
    out, err = io.StringIO(), io.StringIO()
    problems.use(output)
    try:
        problems.show(BadInput([BARE]), stdout=out, stderr=err)
    finally:
        problems.use("auto")
    assert bool(out.getvalue()) is as_json
    assert bool(err.getvalue()) is not as_json


def test_of_very_many_problems_the_first_of_each_code_are_shown_and_the_others_counted() -> None:
    many = [Problem("EB-112", f"row {number}", f"accounts.csv:{number}") for number in range(20_000)]
    said = problems.text([*many, Problem("EB-107", "twice", "accounts.csv:9")])
    assert len(said.splitlines()) < 30
    assert "row 2" in said
    assert "row 3" not in said
    assert "twice" in said
    assert "EB-112]: 19,997 more like these: An account id is not 12 digits" in said
    assert said.endswith("20001 problems; nothing was done.")
