"""End states are refused by name before anything runs, each at its line; those of shipped labs are right."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.errors import BadInput
from bootstrap.event import event, lab, own_lab, placeholders, shipped
from bootstrap.event.inputs import Inputs
from bootstrap.rehearsal import made_up_teams
from bootstrap.scoring.evidence import checking, values
from tests.runs import SHIPPED

EVENT = event.read(SHIPPED / "event.yaml")
[TEAM] = made_up_teams.of_size(1, EVENT, ())
READ = {"service": "s3", "operation": "GetObject", "parameters": {"Bucket": "{bucket}", "Key": "k"}}
PAGED = {"service": "s3", "operation": "ListObjectsV2", "parameters": {"Bucket": "{bucket}"}}
JOBS = {"service": "sagemaker", "operation": "ListTrainingJobs", "parameters": {}}
STATE: dict[str, Any] = {"id": "x", "title": "X", "read": READ, "expression": "Json.a", "expect": {"equals": 1}}


def written(tmp_path: Path, *states: Any, **more: Any) -> Path:
    folder = tmp_path / "labs" / "mine"
    folder.mkdir(parents=True, exist_ok=True)
    # Copies: YAML would write a thing that comes twice as an anchor.
    document = {"title": "Mine", "end_states": [deepcopy(each) for each in states], **more}
    (folder / "lab.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    """What is wrong, each problem in a line."""
    try:
        found = checking.problems(lab.read(folder), folder, values.of(EVENT, TEAM, ("sedan",), 0.0))
    except BadInput as bad:
        found = list(bad.problems)
    return "\n".join(f"{each.code} {each.where} {each.what}" for each in found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"read": READ | {"service": "sagmaker"}}, r"EB-153 .*read.service .*Did you mean `sagemaker`"),
        ({"read": READ | {"operation": "GetObjekt"}}, r"EB-153 .*read.operation .*Did you mean `GetObject`"),
        ({"read": READ | {"operation": "DeleteObject"}}, r"EB-153 .*may not call to read s3"),
        ({"read": READ | {"parameters": {"Bucket": "b", "Kay": "k"}}}, r"EB-154 .*parameters.Kay .*mean `Key`"),
        ({"read": READ | {"parameters": {"Bucket": "b"}}}, r'EB-154 .*Missing required parameter.*"Key"'),
        ({"read": READ | {"parameters": {"Bucket": "b", "Key": 3}}}, r"EB-154 .*Key.*valid types: .*str"),
        ({"read": READ | {"parameters": {"Bucket": "{buket}", "Key": "k"}}}, r"EB-152 .*Did you mean `bucket`"),
        ({"read": READ | {"parameters": {"Bucket": "{bucket}", "Key": "{each}"}}}, r"EB-152 .*has \{each\}"),
        ({"expression": "Json.["}, r"EB-155 .*expression is not an expression of JMESPath"),
        ({"expression": "lenght(Rows)"}, r"EB-155 .*no function `lenght`.*Did you mean `length`"),
        ({"expression": "length(Rosw)"}, r"EB-155 .*the answer has no `Rosw`. Did you mean `Rows`"),
        ({"expression": "Rows[?k=='{tem}']"}, r"EB-152 .*Did you mean `team`"),
        ({"expect": {"equals": 1, "at_least": 2}}, r"EB-156 .*names 2 expectations"),
        ({"expect": {}}, r"EB-156 .*names 0 expectations"),
        ({"expect": {"at_least": "{bucket}"}}, r"EB-156 .*`\{bucket\}`, which is no number"),
        ({"expect": {"between": [3, 1]}}, r"EB-156 .*the first number is the larger one"),
        ({"expect": {"equal": 3}}, r"EB-133 .*Did you mean `equals`"),
        ({"expression": "length(Json, Rows)"}, r"EB-155 .*gives `length` a number of arguments"),
        ({"read": PAGED, "expression": "KeyCount"}, r"EB-155 .*`KeyCount` is of one page"),
        ({"read": JOBS | {"parameters": {"StatusEquals": "Complete"}}}, r"EB-154 .*none of.*mean `Completed`"),
        ({"read": READ | {"parameters": {"Bucket": "my bucket", "Key": "k"}}}, r"EB-154 .*Invalid bucket name"),
        ({"read": JOBS | {"parameters": {"MaxResults": 101}}}, r"EB-154 .*MaxResults is 101, more than 100"),
        # Nothing is there for {each} where no `each` finds it, or where a result is judged.
        ({"expression": "Json[?k=='{each}']"}, r"EB-152 .*has \{each\} outside"),
        ({"expect": {"equals": "{each}"}}, r"EB-152 .*has \{each\} outside"),
        ({"expect": {"contains": ""}}, r"EB-156 .*expects an empty text"),
        ({"expect": {"one_of": ["{classes}"]}}, r"EB-156 .*which is a list"),
        ({"expect": {"at_least": float("nan")}}, r"EB-13. .*expect.at_least found `.nan`$"),
        # One problem, not one for each kind of value that may stand there.
        ({"expect": {"equals": {"a": 1}}}, r"EB-135 \S+ end_states.0..expect.equals found `key: value` lines$"),
        ({"expect": {"equals": "{tem}"}}, r"EB-152 \S+ end_states.0..expect.equals found `.tem.`[^\n]*$"),
        # Evidence has neither mail addresses nor secrets: this would never be so.
        ({"expect": {"equals": "ops@example.com"}}, r"EB-156 .*expect.equals compares with text"),
        ({"expression": "Json[?mail=='ops@example.com']"}, r"EB-156 .*expression compares with text"),
        ({"after": ["y"]}, r"EB-158 .*x is to count after `y`"),
    ],
)
def test_what_cannot_be_read_or_judged_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    assert re.match(said, refused(written(tmp_path, STATE | change)), re.DOTALL)


def test_each_problem_has_its_line_and_all_are_told(tmp_path: Path) -> None:
    other = STATE | {"id": "y", "expression": "Json.[", "read": READ | {"operation": "PutObject"}}
    lines = refused(written(tmp_path, STATE, other)).splitlines()
    assert [re.sub(r" .*", "", each) for each in lines] == ["EB-153", "EB-155"]
    text = (tmp_path / "labs" / "mine" / "lab.yaml").read_text(encoding="utf-8").splitlines()
    assert [text[int(each.split(":")[1]) - 1].split()[0] for each in lines] == ["operation:", "expression:"]


def test_ids_are_unique(tmp_path: Path) -> None:
    assert refused(written(tmp_path, STATE, STATE)).startswith("EB-158")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"run": "rm -rf /"}, "a line that cannot be run"),
        ({"run": "python3 labs/mine/solution/x.py; ls"}, "a line that cannot be run"),
        ({"run": "python3 labs/mine/solution/x.py"}, "not there: labs/mine/solution/x.py"),
        ({"notebook": "x.ipynb"}, "not there: labs/mine/x.ipynb"),
        ({"guide": True, "page": True}, "names 2 things to do"),
        ({}, "names 0 things to do"),
        ({"label": "cars", "values": {"WORD": "x"}}, "has values beside `label`"),
    ],
)
def test_a_step_that_cannot_be_played_is_named(tmp_path: Path, step: dict[str, Any], said: str) -> None:
    found = refused(written(tmp_path, solution=[step]))
    assert found.startswith("EB-157 labs/mine/lab.yaml:")
    assert said in found


@pytest.mark.parametrize("name", shipped.lab_folders())
def test_the_end_states_of_the_shipped_labs_can_be_read(name: str) -> None:
    folder = SHIPPED / "labs" / name
    found = lab.read(folder)
    assert found.end_states
    assert found.solution
    assert refused(folder) == ""
    assert all(each.title_zh for each in found.end_states)


def test_the_lab_of_lab_new_is_right_and_nothing_is_overwritten(tmp_path: Path) -> None:
    made = own_lab.write(tmp_path, "pipelines", 'A: "pipeline"', "流水线")
    found = lab.read(tmp_path / "labs" / "pipelines")
    assert (found.title, found.title_zh) == ('A: "pipeline"', "流水线")
    assert refused(tmp_path / "labs" / "pipelines") == ""
    kept = {each: each.read_bytes() for each in made}
    with pytest.raises(BadInput, match="EB-616"):
        own_lab.write(tmp_path, "pipelines")
    assert {each: each.read_bytes() for each in made} == kept
    assert not any("my-lab" in text.decode() for text in kept.values())


@pytest.mark.parametrize("name", ["notebook", "quiz", "../x", "A", "x", "x" * 31])
def test_a_name_that_a_lab_cannot_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="EB-616"):
        own_lab.write(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_each_placeholder_has_a_value_of_its_kind() -> None:
    text, number, several = placeholders.Stands
    kinds: dict[placeholders.Stands, Any] = {text: str, number: (int, float), several: list}
    given = values.of(EVENT, TEAM, ("sedan",), 0.0)
    assert given.keys() == placeholders.KINDS.keys()
    assert [name for name, kind in placeholders.KINDS.items() if not isinstance(given[name], kinds[kind])] == []


def test_a_lab_of_ones_own_is_checked_with_the_roster_s_first_team() -> None:
    checking.check(EVENT, Inputs(EVENT, (TEAM,)).accounts[0], EVENT.labs)
