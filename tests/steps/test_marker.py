"""The marker parameter -> verdict -> code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bootstrap.doctor import access
from bootstrap.engine.states import Verdict
from bootstrap.errors import catalogue
from bootstrap.event.names import Names
from bootstrap.steps import marker
from bootstrap.steps.marker import MarkerStep
from tests.steps.answers import NOON, AnsweringSession, account, refusal

OPENS = datetime(2026, 12, 10, 0, tzinfo=UTC)
EVENT = cast(
    Any,
    SimpleNamespace(
        name="carday",
        tags={"cost-centre": "4711"},
        schedule=SimpleNamespace(opens=OPENS, closes=OPENS.replace(hour=8), expires=OPENS.replace(day=11)),
    ),
)
NAME = "/event-bootstrap/marker"
FACTS: dict[str, Any] = {
    "team": "red",
    "schedule": {
        "opens": "2026-12-10T00:00:00+00:00",
        "closes": "2026-12-10T08:00:00+00:00",
        "expires": "2026-12-11T00:00:00+00:00",
    },
    "tags": "5c801020b557c12d",
}
OURS = FACTS | {
    "schema": 1,
    "made_by": "event-bootstrap",
    "event": "carday",
    "account": "111111111111",
    "region": "ap-northeast-1",
    "made": "2026-12-01T00:00:00+00:00",
}


EXPIRES = {"schedule": {"expires": datetime.fromtimestamp(NOON, UTC).isoformat()}}
SWEPT = {"swept": "2026-12-11T09:00:00+00:00"}
ANOTHERS = OURS | {"event": "planeday"}


def there(**values: str) -> dict[str, Any]:
    return {"Parameters": [{"Name": name, "Value": value} for name, value in values.items()]}


def step() -> MarkerStep:
    return marker.build(EVENT, account(), Names.of(EVENT, account()))


ROWS: list[tuple[str | None, Verdict, str | None]] = [
    (None, Verdict.TODO, None),
    (json.dumps(OURS), Verdict.READY, None),
    (json.dumps(OURS | {"made": "2020-01-01T00:00:00+00:00", "version": "0.0.9"}), Verdict.READY, None),
    (json.dumps(OURS | {"team": "renamed"}), Verdict.TODO, None),
    (json.dumps(OURS | {"tags": "of before"}), Verdict.TODO, None),
    ("{", Verdict.BLOCKED, "EB-220"),
    ("[]", Verdict.BLOCKED, "EB-220"),
    (json.dumps(OURS | {"schema": 2}), Verdict.BLOCKED, "EB-220"),
    ("{}", Verdict.BLOCKED, "EB-221"),
    (json.dumps(OURS | {"made_by": "terraform"}), Verdict.BLOCKED, "EB-221"),
    (json.dumps(ANOTHERS), Verdict.BLOCKED, "EB-222"),
    (json.dumps(ANOTHERS | {"schedule": {"expires": "2027-01-01T00:00:00+00:00"}}), Verdict.BLOCKED, "EB-222"),
    (json.dumps(ANOTHERS | {"schedule": {"expires": "soon"}}), Verdict.BLOCKED, "EB-222"),
    (json.dumps(ANOTHERS | EXPIRES), Verdict.TODO, None),
    (json.dumps(ANOTHERS | EXPIRES | {"made_by": "terraform"}), Verdict.BLOCKED, "EB-221"),
    (json.dumps(OURS | EXPIRES), Verdict.TODO, None),
    (json.dumps(OURS | SWEPT), Verdict.TODO, None),
    (json.dumps(ANOTHERS | SWEPT), Verdict.TODO, None),
    (json.dumps(ANOTHERS | SWEPT | {"event": "../other"}), Verdict.BLOCKED, "EB-222"),
    (json.dumps(ANOTHERS | SWEPT | {"event": ""}), Verdict.BLOCKED, "EB-222"),
    (json.dumps(ANOTHERS | SWEPT | {"account": "222222222222"}), Verdict.BLOCKED, "EB-222"),
    (json.dumps(OURS | SWEPT | {"made_by": "terraform"}), Verdict.BLOCKED, "EB-221"),
    (json.dumps(OURS | {"account": "222222222222"}), Verdict.BLOCKED, "EB-223"),
    (json.dumps(OURS | {"region": "eu-west-1"}), Verdict.BLOCKED, "EB-223"),
]


@pytest.mark.parametrize(("value", "verdict", "code"), ROWS)
def test_the_marker_decides(value: str | None, verdict: Verdict, code: str | None) -> None:
    session = AnsweringSession({"GetParameters": there(**{NAME: value}) if value is not None else there()})
    state = step().check(session)
    assert (state.verdict, state.code) == (verdict, code)
    assert code is None or code in catalogue()
    assert session.writes == []


def test_what_is_written_is_read_as_ready() -> None:
    session = AnsweringSession({"GetParameters": there(), "PutParameter": {}})
    step().apply(session)
    written = session.params("PutParameter")
    assert written["Name"] == NAME
    session.answers["GetParameters"] = there(**{NAME: written["Value"]})
    assert step().check(session).verdict is Verdict.READY


def test_a_new_one_overwrites_none_and_carries_the_tags() -> None:
    session = AnsweringSession({"GetParameters": there(), "PutParameter": {}})
    step().apply(session)
    written = session.params("PutParameter")
    assert written["Overwrite"] is False
    assert written["Tier"] == "Standard"
    tags = {each["Key"]: each["Value"] for each in written["Tags"]}
    assert tags == {
        "event": "carday",
        "team": "red",
        "made-by": "event-bootstrap",
        "expiry": "2026-12-11T00:00:00Z",
        "cost-centre": "4711",
    }


def test_it_says_event_team_schedule_and_the_time_of_the_run_and_no_address() -> None:
    session = AnsweringSession({"GetParameters": there(), "PutParameter": {}}, now=NOON)
    step().apply(session)
    text = session.params("PutParameter")["Value"]
    found = json.loads(text)
    assert found["made"] == datetime.fromtimestamp(NOON, UTC).isoformat()
    assert found["schedule"]["opens"] == "2026-12-10T00:00:00+00:00"
    assert (found["event"], found["team"]) == ("carday", "red")
    assert "@" not in text


def updated(**stale: Any) -> AnsweringSession:
    """The session of a run that found the marker with these values."""
    session = AnsweringSession(
        {
            "GetParameters": there(**{NAME: json.dumps(OURS | stale)}),
            "GetParametersByPath": there(**{"/event-bootstrap/carday/baseline/0000": "{}"}),
            "AddTagsToResource": {},
            "PutParameter": {},
        }
    )
    state = step().check(session)
    assert state.verdict is Verdict.TODO
    assert all(key in state.detail for key in stale)
    step().apply(session)
    return session


def test_what_event_yaml_changed_is_written_anew_and_when_it_was_made_stays() -> None:
    session = updated(schedule=FACTS["schedule"] | {"expires": "2026-12-24T00:00:00+00:00"})
    written = session.params("PutParameter")
    assert session.writes == ["PutParameter"]
    assert (written["Overwrite"], "Tags" in written) == (True, False), "AWS refuses tags in such a request"
    assert json.loads(written["Value"]) == OURS
    session.answers["GetParameters"] = there(**{NAME: written["Value"]})
    session._seen.clear()
    assert step().check(session).verdict is Verdict.READY


def test_one_that_is_out_of_date_still_says_since_when_the_account_is_prepared() -> None:
    """Who changed what by hand since then is said also while event.yaml is newer than the marker."""
    found = step().check(AnsweringSession({"GetParameters": there(**{NAME: json.dumps(OURS | {"team": "blue"})})}))
    assert (found.verdict, found.facts["made"]) == (Verdict.TODO, OURS["made"])
    seen = access.AccessSeen(found, found, NOON)
    assert seen.prepared == datetime.fromisoformat(OURS["made"]).timestamp()


def test_changed_tags_are_written_on_each_parameter_of_the_event_before_the_marker_says_so() -> None:
    session = updated(tags="of before")
    assert session.writes == ["AddTagsToResource", "AddTagsToResource", "PutParameter"]
    tagged = [params for name, params in session.calls if name == "AddTagsToResource"]
    assert [each["ResourceId"] for each in tagged] == [NAME, "/event-bootstrap/carday/baseline/0000"]
    assert {"Key": "expiry", "Value": "2026-12-11T00:00:00Z"} in tagged[0]["Tags"]


def test_one_that_another_run_wrote_meanwhile_stays() -> None:
    session = AnsweringSession({"GetParameters": there(), "PutParameter": refusal("ParameterAlreadyExists")})
    step().apply(session)
    assert session.writes == ["PutParameter"]


def test_other_refusals_are_raised() -> None:
    session = AnsweringSession({"GetParameters": there(), "PutParameter": refusal("AccessDeniedException")})
    with pytest.raises(Exception, match="AccessDenied"):
        step().apply(session)


def test_marker_and_baseline_are_read_by_one_call() -> None:
    session = AnsweringSession({"GetParameters": there()})
    marker.look(session, step().names)
    marker.look(session, step().names)
    (call,) = session.calls
    assert call[1]["Names"] == [NAME, "/event-bootstrap/carday/baseline/0000"]


def test_two_events_in_one_account_notice_each_other() -> None:
    kept: dict[str, str] = {}

    def put(params: dict[str, Any]) -> Any:
        if params["Name"] in kept:
            return refusal("ParameterAlreadyExists")
        kept[params["Name"]] = params["Value"]
        return {}

    def session() -> AnsweringSession:
        return AnsweringSession({"GetParameters": lambda asked: _of(kept, asked), "PutParameter": put})

    step().apply(session())
    other = SimpleNamespace(name="planeday", tags={}, schedule=EVENT.schedule)
    state = marker.build(cast(Any, other), account(), Names.of(cast(Any, other), account())).check(session())
    assert (state.verdict, state.code) == (Verdict.BLOCKED, "EB-222")
    assert "carday" in state.detail
    assert "2026-12-11" in state.detail


def _of(kept: dict[str, str], asked: dict[str, Any]) -> dict[str, Any]:
    return there(**{name: value for name, value in kept.items() if name in asked["Names"]})


@pytest.mark.parametrize("answer", [{}, refusal("ParameterNotFound")])
def test_an_expired_events_marker_makes_way(answer: Any) -> None:
    found = there(**{NAME: json.dumps(ANOTHERS | EXPIRES)})
    session = AnsweringSession({"GetParameters": found, "DeleteParameter": answer, "PutParameter": {}})
    # AWS refuses a parameter that is deleted and at once made again: the new one comes at a later visit.
    assert step().apply(session).look_again > 0
    assert session.writes == ["DeleteParameter"]
    session.answers["GetParameters"] = there()
    step().apply(session)
    assert session.writes == ["DeleteParameter", "PutParameter"]
    assert session.params("DeleteParameter") == {"Name": NAME}


def test_a_marker_that_another_event_wrote_meanwhile_is_left_alone() -> None:
    found = there(**{NAME: json.dumps(ANOTHERS)})
    session = AnsweringSession({"GetParameters": found, "PutParameter": refusal("ParameterAlreadyExists")})
    step().apply(session)
    assert session.writes == ["PutParameter"]
