"""The load of lab 2: steady, bounded, and honest about what was answered."""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from tests.runs import SHIPPED

LOAD = runpy.run_path(str(SHIPPED / "labs" / "notebook" / "load.py"))
RUN = LOAD["run"]


class Session:
    """An endpoint whose instances are counted by the seconds slept; `calls` may raise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, wanted_at: float = 200, running_at: float = 500) -> None:
        self.slept, self.calls, self.wanted_at, self.running_at = 0.0, 0, wanted_at, running_at
        self.raised: Exception | None = None
        monkeypatch.setattr(LOAD["time"], "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept += seconds

    def client(self, service: str, **_: Any) -> Session:
        return self

    def invoke_endpoint(self, **asked: Any) -> None:
        assert asked["Body"] in {b"one", b"two"}
        self.calls += 1
        if self.raised:
            raise self.raised

    def describe_endpoint(self, **_: Any) -> Any:
        counts = [2 if self.slept > at else 1 for at in (self.running_at, self.wanted_at)]
        one = {"VariantName": "AllTraffic", "CurrentInstanceCount": counts[0], "DesiredInstanceCount": counts[1]}
        return {"ProductionVariants": [one]}


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"{code} was said"}}, "InvokeEndpoint")


def test_it_asks_steadily_until_the_instances_run_and_some_minutes_longer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aws = Session(monkeypatch)
    assert RUN(aws, "cars", [b"one", b"two"], per_minute=240, instances=2, minutes=20, after=2) is True
    said = capsys.readouterr().out
    assert [line.split("(")[0].split() for line in said.splitlines() if "instances:" in line] == [
        ["0.0", "min", "instances:", "1,", "wanted:", "1"],
        ["3.7", "min", "instances:", "1,", "wanted:", "2"],
        ["8.7", "min", "instances:", "2,", "wanted:", "2"],
    ]
    assert 630 < aws.slept < 660
    assert aws.calls == pytest.approx(240 * aws.slept / 60, rel=0.02)
    assert f"{aws.calls} of {aws.calls} calls answered; errors: none" in said


@pytest.mark.parametrize(("asked", "minutes"), [({"minutes": 5}, 5), ({"minutes": 10_000}, 60)])
def test_it_ends_by_itself(monkeypatch: pytest.MonkeyPatch, asked: dict[str, float], minutes: int) -> None:
    aws = Session(monkeypatch, wanted_at=10**9, running_at=10**9)
    assert RUN(aws, "cars", [b"one"], per_minute=10, **asked) is False
    assert aws.slept == pytest.approx(60 * minutes, rel=0.02)


def test_a_rate_below_one_call_a_round_is_kept_and_a_huge_one_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for asked, kept in ((10, 10), (10**6, 600)):
        aws = Session(monkeypatch, wanted_at=10**9, running_at=10**9)
        RUN(aws, "cars", [b"one"], per_minute=asked, minutes=3)
        assert aws.calls == 3 * kept


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (refused("ThrottlingException"), "ThrottlingException"),
        (ConnectTimeoutError(endpoint_url="x"), "ConnectTimeout"),
    ],
)
def test_errors_are_counted_and_an_endpoint_that_answers_nothing_ends_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: Exception, told: str
) -> None:
    aws = Session(monkeypatch)
    aws.raised = raised
    assert RUN(aws, "cars", [b"one"], per_minute=60) is False
    said = capsys.readouterr().out
    assert "Stopped: no answer for 30 seconds" in said
    assert f"0 of 30 calls answered; errors: 30 x {told}" in said


@pytest.mark.parametrize(
    ("raised", "told"), [(refused("ValidationError"), "ValidationError was said"), (KeyboardInterrupt(), "by you")]
)
def test_without_an_endpoint_or_when_it_is_interrupted_it_stops_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: Exception, told: str
) -> None:
    aws = Session(monkeypatch)
    aws.raised = raised
    assert RUN(aws, "cars", [b"one"]) is False
    said = capsys.readouterr().out
    assert aws.calls == 1
    assert told in said
    assert "0 of 1 calls answered" in said
