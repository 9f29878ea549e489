"""Sceptre on `simulate`: it launches, updates and deletes the access role and the tool's own rendered templates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.clients.person import OPERATOR, TEMPLATES, Person, installed
from tests.clients.rendered import rendered

pytestmark = pytest.mark.clients


def _project(person: Person) -> Path:
    at = person.at / "sceptre"
    (at / "config" / "event").mkdir(parents=True)
    (at / "templates").mkdir()
    (at / "config" / "config.yaml").write_text("project_code: event\nregion: ap-northeast-1\n", encoding="utf-8")
    given = {"HubPrincipalArn": OPERATOR, "EventName": "{{ var.event | default('car-day') }}"}
    stacks: list[tuple[str, str, dict[str, str], list[str]]] = [
        ("access", (TEMPLATES / "access.yaml").read_text(encoding="utf-8"), given, [])
    ]
    for one in rendered(person.at, "sceptre"):
        after = [f"event/{each.partition(':')[2]}.yaml" for each in one.after if each.startswith("stack:")]
        stacks.append((one.name, one.body, {}, after))
    for name, body, parameters, after in stacks:
        (at / "templates" / f"{name}.yaml").write_text(body, encoding="utf-8")
        config = {"template": {"path": f"{name}.yaml", "type": "file"}, "stack_name": f"own-{name}"}
        config |= {"parameters": parameters, "dependencies": after, "stack_tags": {"by": "sceptre"}}
        (at / "config" / "event" / f"{name}.yaml").write_text(json.dumps(config), encoding="utf-8")
    return at


def test_it_launches_updates_and_deletes_the_templates_of_an_account(person: Person) -> None:
    at = str(_project(person))

    def sceptre(*words: str) -> str:
        return person.run(installed("sceptre", "sceptre"), "--dir", at, *words, team="sceptre")

    # Which events a launch prints depends on how soon it looks.
    sceptre("launch", "--yes", "event")
    assert '"event/access": "CREATE_COMPLETE"' in sceptre("status", "event")
    assert "No updates to perform" in sceptre("launch", "--yes", "event/access.yaml")
    changed = ("--var", "event=other-day", "launch", "--yes", "event/access.yaml")
    assert "No updates to perform" not in sceptre(*changed)
    assert '"event/access": "UPDATE_COMPLETE"' in sceptre("status", "event")
    assert "delete complete" in sceptre("delete", "--yes", "event")
