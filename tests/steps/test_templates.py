"""Rendering: the same bytes, a digest that tells, and problems that name file and line."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bootstrap.errors import BadInput, Problem
from bootstrap.event.dataset_settings import Dataset
from bootstrap.event.event import Event
from bootstrap.event.settings import AccessSettings, Endpoint, Notebook, Patience, Training
from bootstrap.steps import templates
from tests.templates import given

NAMES = ("buckets", "notebooks", "notifications", "roles", "workforce")
_HEAD = '{% set after = ["baseline"] %}{% set typical_seconds = 60 %}{% set capabilities = [] %}\n'
_TAIL = "Outputs:\n  Digest:\n    Value: {{ digest }}\n"


def test_the_five_stacks_are_there_and_parts_are_not_stacks() -> None:
    assert templates.available(given.event()) == NAMES


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("buckets", ("baseline",)),
        ("roles", ("stack:buckets",)),
        ("notebooks", ("stack:roles", "materials")),
        ("notifications", ("baseline",)),
        ("workforce", ("baseline",)),
    ],
)
def test_a_template_says_what_it_comes_after(name: str, after: tuple[str, ...]) -> None:
    stack = given.rendered(name)
    assert stack.after == after
    assert stack.typical_seconds > 0
    assert stack.stack_name == f"techday-{name}"
    assert stack.capabilities == (("CAPABILITY_NAMED_IAM",) if name == "roles" else ())


@pytest.mark.parametrize("name", NAMES)
def test_the_digest_is_an_output_of_the_stack(name: str) -> None:
    stack = given.rendered(name)
    assert given.read(stack.body)["Outputs"]["Digest"]["Value"] == stack.digest
    assert len(stack.digest) == 64


def test_another_process_with_another_hash_seed_renders_the_same_bytes() -> None:
    code = f"from tests.templates import given; print(*(given.rendered(name).body for name in {NAMES}))"
    root = Path(__file__).resolve().parents[2]
    env = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "PYTHONPATH": str(root)}
    other = subprocess.run([sys.executable, "-c", code], env=env, cwd=root, capture_output=True, text=True, check=True)
    assert other.stdout == " ".join(given.rendered(name).body for name in NAMES) + "\n"


_MATTERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("buckets", {}, {"team": "team02"}),
    ("buckets", {}, {"account_id": "444455556666"}),
    ("buckets", {}, {"region": "us-east-1"}),
    ("buckets", {"schedule": given.schedule("2026-12-20T18:00+09:00")}, {}),
    ("buckets", {"tags": {"cost-center": "42"}}, {}),
    ("roles", {"training": Training(instance_types=("ml.g5.2xlarge",))}, {}),
    ("roles", {"training": Training(notebook_minutes=60)}, {}),
    ("roles", {"training": Training(tuning_job_minutes=60)}, {}),
    ("roles", {"endpoint": Endpoint(instance_type="ml.c5.large")}, {}),
    ("roles", {"access": AccessSettings(role_name="other")}, {}),
    ("roles", {}, {"role_arn": f"arn:aws:iam::{given.ACCOUNT}:role/path/other"}),
    ("notebooks", {"notebook": Notebook(instance_type="ml.t3.large")}, {}),
    ("notebooks", {"endpoint": Endpoint(target=60)}, {}),
    ("notifications", {"name": "another"}, {}),
    ("workforce", {"name": "another"}, {}),
]


@pytest.mark.parametrize(("name", "of_event", "of_account"), _MATTERS)
def test_a_change_that_matters_changes_the_digest(
    name: str, of_event: dict[str, Any], of_account: dict[str, Any]
) -> None:
    changed = given.rendered(name, given.event(**of_event), given.account(**of_account))
    assert changed.digest != given.rendered(name).digest


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("of_event", "of_account"),
    [
        ({}, {"emails": ("somebody-else@example.com",), "line": 9, "file": "others.csv", "labs": ("tuning",)}),
        ({}, {"external_id": "secret"}),
        ({"notices": (), "patience": Patience(stack_minutes=99), "dataset": Dataset(seed=1)}, {}),
        ({"schedule": given.schedule("2026-12-11T09:00+00:00")}, {}),
    ],
)
def test_what_no_stack_is_made_of_leaves_the_digest_as_it_is(
    name: str, of_event: dict[str, Any], of_account: dict[str, Any]
) -> None:
    same = given.rendered(name, given.event(**of_event), given.account(**of_account))
    assert same.digest == given.rendered(name).digest


def test_the_order_in_which_tags_are_written_does_not_matter() -> None:
    orders = ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    one, other = (given.rendered("buckets", given.event(tags=tags)) for tags in orders)
    assert one == other


def test_tags_alone_change_the_digest_of_a_stack_whose_text_does_not_show_them(tmp_path: Path) -> None:
    _write(tmp_path, _HEAD + _TAIL)
    one, other = (given.rendered("own", given.event(folder=tmp_path, tags=tags)) for tags in ({}, {"a": "1"}))
    assert one.digest != other.digest


def test_stack_and_resources_carry_event_team_maker_and_expiry_and_the_events_own_tags() -> None:
    stack = given.rendered("buckets", given.event(tags={"cost-center": "42"}))
    assert dict(stack.tags) == {
        "cost-center": "42",
        "event": "techday",
        "expiry": "2026-12-11T09:00:00Z",
        "made-by": "event-bootstrap",
        "team": "team01",
    }


def test_a_template_of_the_events_own_folder_is_found_beside_the_shipped_ones(tmp_path: Path) -> None:
    _write(tmp_path, _HEAD + "Description: {{ team }} in {{ names.region }}\n" + _TAIL)
    wanted = given.event(folder=tmp_path)
    assert templates.available(wanted) == tuple(sorted((*NAMES, "own")))
    assert given.rendered("own", wanted).body.startswith("Description: team01 in ap-northeast-1\n")


def test_a_stack_without_a_template_is_refused_with_the_list_of_templates() -> None:
    with pytest.raises(BadInput) as caught:
        given.rendered("bucket")
    [problem] = caught.value.problems
    assert problem.code == "EB-160"
    assert "buckets, notebooks, notifications, roles, workforce" in problem.fix


@pytest.mark.parametrize(
    ("text", "code", "where", "what"),
    [
        (_HEAD + "A: 1\nB: {{ teem }}\n" + _TAIL, "EB-161", "own.yaml.j2:3", "teem"),
        (_HEAD + "B: {{ event.nme }}\n" + _TAIL, "EB-161", "own.yaml.j2:2", "nme"),
        (_HEAD + "{% if team %}\n" + _TAIL, "EB-162", "own.yaml.j2:5", "endif"),
        (_HEAD + '{% include "_gone.j2" %}\n' + _TAIL, "EB-160", "own.yaml.j2", "_gone.j2"),
        (_HEAD + "A: 1\nB: T\u00eate\n" + _TAIL, "EB-163", "own.yaml.j2", "line 2"),
        (_HEAD + "B: {{ ('\u961f' ~ team) | base64 }}\n" + _TAIL, "EB-163", "script", "line 1"),
        (_HEAD + "B: {{ 'x' * 51200 }}\n" + _TAIL, "EB-164", "own.yaml.j2", "51,200"),
        (_TAIL, "EB-166", "own.yaml.j2", "after, typical_seconds, capabilities"),
        (_HEAD + "A: 1\n", "EB-166", "own.yaml.j2", "digest"),
        (_HEAD + "B: {{ event.notices[0] }}\n" + _TAIL, "EB-167", "own.yaml.j2", "mail address"),
        (_HEAD + "B: {{ event.notices[0] | base64 }}\n" + _TAIL, "EB-167", "script", "mail address"),
    ],
)
def test_a_bad_template_is_refused(tmp_path: Path, text: str, code: str, where: str, what: str) -> None:
    _write(tmp_path, text)
    problem = _refusal(given.event(folder=tmp_path), name="own")
    assert problem.code == code
    assert problem.where == where
    assert what in problem.what
    assert "organiser@" not in problem.what


@pytest.mark.parametrize(
    ("of_event", "of_account", "where"),
    [
        ({}, {"team": "a&b"}, "accounts.csv:2"),
        ({}, {"team": "x" * 257}, "accounts.csv:2"),
        ({"tags": {"caf\u00e9": "1"}}, {}, "event.yaml: tags.caf\u00e9"),
        ({"tags": {"owner": "somebody@example.com"}}, {}, "event.yaml: tags.owner"),
        ({"tags": {"owner": "two\nlines"}}, {}, "event.yaml: tags.owner"),
    ],
)
def test_what_aws_would_refuse_as_a_tag_is_refused_before(
    of_event: dict[str, Any], of_account: dict[str, Any], where: str
) -> None:
    problem = _refusal(given.event(**of_event), **of_account)
    assert (problem.code, problem.where) == ("EB-165", where)
    assert problem.what.isascii()
    assert "somebody@" not in problem.what


def test_a_team_may_have_a_name_in_any_script_and_templates_stay_ascii() -> None:
    team = given.account(team="\u7b2c\u4e00\u961f A")
    for name in NAMES:
        stack = given.rendered(name, team=team)
        assert stack.body.isascii()
        assert stack.tags["team"] == "u7B2C-u4E00-u961F- A"
    assert templates.settings(given.event(), team, given.names(team=team))["team"] == "\u7b2c\u4e00\u961f A"


def test_no_time_of_day_ends_in_a_template() -> None:
    """Rendering uses the schedule alone, so that the same event renders the same on every day."""
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    assert not [name for name in NAMES if today in given.rendered(name).body]


@pytest.mark.parametrize("expires", ["2026-12-11T09:00+09:00", "2026-12-11T00:00+00:00", "2026-12-11T23:59+00:00"])
def test_the_bucket_is_emptied_at_a_midnight_after_the_expiry_never_before(expires: str) -> None:
    body = given.rendered("buckets", given.event(schedule=given.schedule(expires))).body
    rules = yaml.safe_load(body.replace("!Ref", "").replace("!Sub", ""))["Resources"]["Bucket"]["Properties"]
    date = datetime.fromisoformat(rules["LifecycleConfiguration"]["Rules"][0]["ExpirationDate"])
    assert (date.hour, date.minute, date.utcoffset()) == (0, 0, UTC.utcoffset(None))
    assert 0 < (date - datetime.fromisoformat(expires)).total_seconds() <= 86_400


def _templates(name: str, wanted: Event, *teams: dict[str, Any]) -> list[templates.StackTemplate]:
    accounts = [given.account(account_id=f"{number:012}", **each) for number, each in enumerate(teams, 1)]
    return [templates.template(name, wanted, each, given.names(wanted, each)) for each in accounts]


@pytest.mark.parametrize("name", NAMES)
def test_accounts_of_one_shape_differ_by_their_own_names_alone(name: str) -> None:
    teams = ({"team": "zebras"}, {"team": "quick-zebras-of-ninety-nine"}, {"team": "zz9"})
    made = _templates(name, given.event(), *teams)
    assert len({each.shape for each in made}) == len({"-" in each["team"] for each in teams})
    texts = set()
    for each, team in zip(made, teams, strict=True):
        text = _with_scripts(each.rendered.body).replace(each.rendered.digest, "DIGEST")
        texts.add(text.replace(f"{made.index(each) + 1:012}", "ACCOUNT").replace(team["team"], "TEAM"))
    assert len(texts) == 1


def _with_scripts(body: str) -> str:
    return re.sub(r"(?<=Content: )\S+", lambda found: base64.b64decode(found.group()).decode(), body)


def test_one_of_a_shape_is_rendered_and_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    usual = templates.render

    def render(name: str, *rest: Any) -> templates.Rendered:
        rendered.append(name)
        return usual(name, *rest)

    monkeypatch.setattr(templates, "render", render)
    made = _templates("roles", given.event(), *({"team": f"team{number}"} for number in range(50)))
    assert {each.after for each in made} == {("stack:buckets",)}
    assert rendered == []
    templates.check(made)
    assert rendered == ["roles"]
    assert made[0].rendered.name == made[0].rendered.name == "roles"


# What is wrong in the account of "team02" alone, whose account id ends in 2.
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{% if team == "team02" %}{{ oops }}{% endif %}', "EB-161"),
        ('{{ oops if names.account_id == "000000000002" else 1 }}', "EB-161"),
        ('{% for each in tag_list if each.Value == "team02" %}{{ oops }}{% endfor %}', "EB-161"),
        ('{% set own = names.bucket %}{% if "-000000000002-" in own %}{{ oops }}{% endif %}', "EB-161"),
        ('{% macro m(x) %}{% if x == "team02" %}{{ oops }}{% endif %}{% endmacro %}{{ m(team) }}', "EB-161"),
        ('{% macro m(x=team) %}{% if x == "team02" %}{{ oops }}{% endif %}{% endmacro %}{{ m() }}', "EB-161"),
        ('{% set x %}{{ team }}{% endset %}{{ {"team01": 1, "team03": 1}[x] }}', "EB-161"),
        ('{{ [1, 1][team[5] | int - 1 if team == "team02" else 0] + (oops if team[5] == "2" else 0) }}', "EB-161"),
        ('{{ team | replace("02", "\u00e9") }}', "EB-163"),
        ('{% filter replace("02", "\u00e9") %}{{ team }}{% endfilter %}', "EB-163"),
        ('{{ "\u00e9" * team.count("2") }}', "EB-163"),
        ('{{ "x" * 51200 if settings.team == "team02" else 1 }}', "EB-164"),
        ('{% with x = team %}{% if x == "team02" %}{{ oops }}{% endif %}{% endwith %}', "EB-161"),
    ],
)
def test_what_is_wrong_in_one_account_only_is_found_among_many(tmp_path: Path, text: str, code: str) -> None:
    _write(tmp_path, f"{_HEAD}A: {text}\n{_TAIL}")
    wanted = given.event(folder=tmp_path)
    fine, ill, other = _templates("own", wanted, *({"team": f"team{number:02}"} for number in (1, 2, 3)))
    templates.check([fine, other])
    with pytest.raises(BadInput) as caught:
        templates.check([fine, ill, other])
    assert [each.code for each in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("text", "team", "code"),
    [
        ("x@{{ team }}", "host.org", "EB-167"),
        ("{{ team }}.example.org", "x@host", "EB-167"),
        ("{{ settings.team }}", "\u961f", "EB-163"),
        (f"{'x' * 51_000}{{{{ team }}}}", "t" * 256, "EB-164"),
        ("1", "a&b", "EB-165"),
    ],
)
def test_a_team_s_name_that_a_template_cannot_hold_is_found_among_many(
    tmp_path: Path, text: str, team: str, code: str
) -> None:
    _write(tmp_path, f"{_HEAD}A: {text}\n{_TAIL}")
    made = _templates("own", given.event(folder=tmp_path), {"team": "one"}, {"team": team}, {"team": "two"})
    templates.check([made[0], made[2]])
    with pytest.raises(BadInput) as caught:
        templates.check(made)
    assert [each.code for each in caught.value.problems] == [code]


def test_every_team_with_a_bad_tag_is_named() -> None:
    made = _templates("buckets", given.event(), {"team": "a&b", "line": 3}, {"team": "one"}, {"team": "c&d", "line": 9})
    with pytest.raises(BadInput) as caught:
        templates.check(made)
    assert [each.where for each in caught.value.problems] == ["accounts.csv:3", "accounts.csv:9"]


def _write(folder: Path, text: str) -> None:
    path = folder / "templates" / "cloudformation" / "own.yaml.j2"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def _refusal(wanted: Any, name: str = "buckets", **of_account: Any) -> Problem:
    with pytest.raises(BadInput) as caught:
        given.rendered(name, wanted, given.account(**of_account))
    [problem] = caught.value.problems
    return problem
