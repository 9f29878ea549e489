"""`accounts import` shows a difference, asks once and writes; `stackset` prints commands that AWS would take."""

from __future__ import annotations

import io
import json
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from bootstrap.cli import confirming
from bootstrap.cli.commands import accounts
from bootstrap.cli.commands.accounts import ImportOptions
from bootstrap.errors import BadInput, NothingToDo
from bootstrap.event import event as event_file
from bootstrap.event import stack_set
from bootstrap.event.roster.merge import RowWishes
from tests import schemas
from tests.runs import folder

HUB = "arn:aws:iam::111111111111:role/organiser"


@pytest.fixture
def at(tmp_path: Path) -> Path:
    made = folder(tmp_path, teams=1, keep_out=["100000000004"])
    listing = [
        {"Id": f"10000000000{each}", "Name": f"Team {each}", "State": "ACTIVE", "Email": "root@example.com",
         "Arn": f"arn:aws:organizations::100000000001:account/o-exampleorgid/10000000000{each}"}
        for each in range(1, 5)
    ]  # fmt: skip
    (made / "list.json").write_text(json.dumps({"Accounts": listing}), encoding="utf-8")
    return made


def take_in(at: Path, source: str | None = "list.json", **options: Any) -> int:
    wishes = RowWishes(options.pop("pattern", None), options.pop("tag", None), options.pop("spare", False))
    path = str(at / source) if source and source != "-" else source
    asked = ImportOptions(path, **{"yes": True, **options})
    return accounts.take_in(at / "event.yaml", at / "accounts.csv", asked, wishes)


def test_accounts_come_in_once_and_the_old_roster_is_kept(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (at / "accounts.csv").read_bytes()
    assert take_in(at) == 0
    after = (at / "accounts.csv").read_bytes()
    assert after == before + b"Team 2,100000000002,\nTeam 3,100000000003,\n"
    assert [each.read_bytes() for each in (at / ".event-bootstrap" / "rosters").iterdir()] == [before]
    said = capsys.readouterr()
    assert "+  Team 2  100000000002\n" in said.out
    assert "-  Team 4  100000000004  it is on the keep-out list of event.yaml\n" in said.out
    assert "?  team-1  100200300401  not in the source; its row stays\n" in said.out
    assert "+ 2 new, ? 1 not in the source, - 2 kept out" in said.out
    assert "next: event-bootstrap validate" in said.err
    assert "root@example.com" not in said.out + said.err
    with pytest.raises(NothingToDo):
        take_in(at)
    assert (at / "accounts.csv").read_bytes() == after


def test_nothing_is_written_before_the_person_agrees(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (at / "accounts.csv").read_bytes()
    monkeypatch.setattr(confirming, "agreed", lambda question, about, yes: yes)
    with pytest.raises(NothingToDo):
        take_in(at, yes=False)
    with pytest.raises(NothingToDo):
        take_in(at, dry_run=True)
    assert (at / "accounts.csv").read_bytes() == before


def test_json_of_what_was_written(
    at: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO((at / "list.json").read_bytes())))
    assert take_in(at, "-", output="json", out=at / "new.csv", pattern="spare-{n}", spare=True) == 0
    (said,) = schemas.read(capsys.readouterr().out)
    assert (said["written"], said["kept"]) == (True, None)
    assert [each["team"] for each in said["accounts"] if each["change"] == "new"] == ["spare-1", "spare-2"]
    assert (at / "new.csv").read_text(encoding="utf-8").splitlines()[-1] == "spare-2,100000000003,,yes"
    with pytest.raises(BadInput, match="EB-718"):
        take_in(at, out=at / "new.csv")


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("EB-719", {"source": None}),
        ("EB-719", {"units": ("ou-abcd-11112222",)}),
        ("EB-719", {"mapping": ("team=Name",)}),
        ("EB-719", {"tag": "team"}),
        ("EB-719", {"profile": "payer"}),
        ("EB-710", {"source": None, "units": ("Event",)}),
        ("EB-713", {"source": "missing.json"}),
        ("EB-716", {"pattern": "team"}),
    ],
)
def test_options_that_do_not_go_together(at: Path, code: str, options: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=code):
        take_in(at, **options)


@pytest.mark.parametrize("units", [("ou-abcd-11112222", "ou-abcd-33334444"), ()])
def test_the_calls_of_the_stack_set_fit_the_model_and_the_template(at: Path, units: tuple[str, ...]) -> None:
    event = event_file.read(at / "event.yaml")
    made = [*stack_set.deploying(event, units, ["100000000002"], HUB), *stack_set.removing(event, units, ["1" * 12])]
    model = botocore.session.get_session().get_service_model("cloudformation")
    known = {"".join(word.title() for word in each.command.split("-")): each for each in made}
    for operation, call in known.items():
        shape = model.operation_model(operation).input_shape
        assert shape is not None
        assert not ParamValidator().validate(dict(call.input), shape).has_errors(), operation
    template = (Path(event_file.__file__).parents[2] / "templates/cloudformation/access.yaml").read_text("ascii")
    given = [each["ParameterKey"] for each in known["CreateStackSet"].input["Parameters"]]
    assert given == [each for each in given if f"\n  {each}:\n    Type: String" in template]
    assert [each.command for each in made][-2:] == ["delete-stack-instances", "delete-stack-set"]


def test_the_printed_commands_are_words_of_a_shell(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    accounts.print_stack_set(at / "event.yaml", at / "accounts.csv", (), "arn:aws:iam::111111111111:role/a,b", "plain")
    said = capsys.readouterr().out
    words = shlex.split(said, comments=True)
    parameters = json.loads(words[words.index("--parameters") + 1])
    assert parameters[0]["ParameterValue"].endswith("role/a,b")
    assert words[words.index("--accounts") + 1] == "100200300401"
    accounts.print_stack_set(at / "event.yaml", at / "accounts.csv", ("ou-abcd-11112222",), HUB, "json")
    (document,) = schemas.read(capsys.readouterr().out)
    assert document["deploy"][0]["command"] == "activate-organizations-access"


def test_a_program_without_stdin_is_told_that_no_account_came(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What a closed stdin becomes: see cli/streams.py.
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(BadInput) as refused:
        take_in(at, "-")
    assert [(each.code, each.where) for each in refused.value.problems] == [("EB-713", "stdin")]


def test_options_of_the_other_action_are_refused() -> None:
    for action, typed in (("stackset", ["action", "dry_run", "out"]), ("import", ["hub", "units"])):
        with pytest.raises(BadInput) as refused:
            accounts.refuse_strangers(action, typed)
        assert {each.code for each in refused.value.problems} == {"EB-719"}
    accounts.refuse_strangers("stackset", ["units", "hub", "yes"])
