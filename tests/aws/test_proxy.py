"""A real proxy between real clients and the simulated AWS: what it answers is never read as AWS's word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.answers import NotAws, Why
from bootstrap.aws.kinds import KINDS, listed, things
from bootstrap.aws.kinds.listing import GapKind
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands.place import Place
from bootstrap.engine.clock import VirtualClock
from bootstrap.engine.outcomes import Result
from bootstrap.engine.states import Outcome
from bootstrap.event.names import Names
from bootstrap.steps import baseline
from bootstrap.steps.access import AccessStep
from tests import fault_proxy
from tests.fault_proxy import FaultProxy
from tests.runs import Rehearsed, folder, rehearsed

KIND = {each.name: each for each in KINDS}
ALWAYS = 10_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with rehearsed(folder(tmp_path_factory.mktemp("proxied"), teams=2)) as running:
        yield running


@pytest.fixture(scope="module")
def shared(world: Rehearsed) -> Iterator[FaultProxy]:
    with fault_proxy.fault_proxy(world.simulated.url) as made:
        yield made


@pytest.fixture
def proxy(shared: FaultProxy) -> FaultProxy:
    shared.faults.clear()
    shared.seen.clear()
    return shared


def place(world: Rehearsed, proxy: FaultProxy) -> Any:
    def through(given: Place) -> Place:
        return replace(given, access=replace(given.access, endpoint_url=proxy.url))

    return through


def opened(world: Rehearsed, proxy: FaultProxy) -> AccountSession:
    access = replace(world._place("run", True, None).access, endpoint_url=proxy.url)
    return Sessions(access, VirtualClock(world.time[0]), Limiter()).open(world.inputs.accounts[0])


@pytest.fixture
def session(world: Rehearsed, proxy: FaultProxy) -> AccountSession:
    return opened(world.alone(1), proxy)


@pytest.mark.parametrize(
    "fault",
    [fault_proxy.page(), fault_proxy.page(403), fault_proxy.page(302), fault_proxy.page(502), fault_proxy.cut,
     fault_proxy.bare, fault_proxy.short, fault_proxy.reset],
)  # fmt: skip
def test_one_spoilt_answer_is_asked_for_again(
    session: AccountSession, proxy: FaultProxy, fault: fault_proxy.Fault
) -> None:
    proxy.faults["ListRules|ListTopics|GET /"] = (fault, 2)
    assert listed(KIND["rule"], session.client("events"), session.region).gap is None
    assert proxy.count("ListRules") == 3
    assert listed(KIND["bucket"], session.client("s3"), session.region).gap is None


@pytest.mark.parametrize("kind", ["notebook", "rule", "stack", "bucket", "function", "topic"])
def test_a_page_in_place_of_each_answer_is_no_empty_listing(
    session: AccountSession, proxy: FaultProxy, kind: str
) -> None:
    session.client("sts").get_caller_identity()
    proxy.faults[".*"] = (fault_proxy.page(), ALWAYS)
    for look in (listed, things):
        with pytest.raises(NotAws) as stopped:
            look(KIND[kind], session.client(KIND[kind].service), session.region)
        assert refusals.failure(stopped.value, "us-east-1").code == "EB-378"
        assert "HTML" in refusals.failure(stopped.value, "us-east-1").detail


def test_a_listing_that_stays_bare_is_not_believed(session: AccountSession, proxy: FaultProxy) -> None:
    proxy.faults["ListNotebookInstances"] = (fault_proxy.bare, ALWAYS)
    found = things(KIND["notebook"], session.client("sagemaker"), session.region)
    assert found.gap is not None
    assert found.gap.kind is GapKind.NOT_BELIEVED
    assert found.unseen
    assert proxy.count("ListNotebookInstances") == 5


def test_another_calls_answer_and_an_earlier_one_are_not_taken(session: AccountSession, proxy: FaultProxy) -> None:
    listed(KIND["model"], session.client("sagemaker"), session.region)
    models = next(answer for name, answer in proxy.seen if name == "ListModels")
    proxy.faults["ListTrainingJobs|ListModels"] = (fault_proxy.instead(models), ALWAYS)
    with pytest.raises(NotAws) as stopped:
        listed(KIND["training job"], session.client("sagemaker"), session.region)
    assert stopped.value.fault is Why.TWICE
    session.forget_looks()
    with pytest.raises(NotAws) as stopped:
        listed(KIND["model"], session.client("sagemaker"), session.region)
    assert stopped.value.fault is Why.TWICE


def test_a_proxy_s_403_is_no_denial(session: AccountSession, proxy: FaultProxy, world: Rehearsed) -> None:
    proxy.faults[".*"] = (fault_proxy.page(403), ALWAYS)
    with pytest.raises(NotAws) as stopped:
        AccessStep(session.account, Names.of(world.inputs.event, session.account)).check(session)
    assert not aws_errors.denied(stopped.value)
    assert refusals.failure(stopped.value, "us-east-1").code == "EB-378"


@pytest.mark.parametrize("fault", [fault_proxy.cut, fault_proxy.short])
def test_a_cut_answer_of_assume_role_shows_no_credentials(
    world: Rehearsed, proxy: FaultProxy, fault: fault_proxy.Fault, tmp_path: Path
) -> None:
    proxy.faults["AssumeRole"] = (fault, ALWAYS)
    ran, recorder = world.alone(1).provision(change=place(world, proxy))
    assert ran.summary.result is Result.FAILED
    given = [answer[2].decode() for name, answer in proxy.seen if name == "AssumeRole"]
    assert given
    told = json.dumps([str(each) for each in recorder.events]) + str(ran.summary)
    for text in given:
        for element in ("AccessKeyId", "SecretAccessKey", "SessionToken"):
            secret = text.partition(f"<{element}>")[2].partition("<")[0]
            assert secret
            assert secret not in told
    assert "EB-390" not in told


def test_what_is_garbled_while_an_account_is_prepared_is_retried_and_the_sweep_is_never_clean_by_a_page(
    world: Rehearsed, proxy: FaultProxy
) -> None:
    """ListRules is spoilt while the baseline is written; in the evening a page answers for one kind."""
    alone = world.alone(0)
    proxy.faults["ListRules"] = (fault_proxy.cut, 2)
    proxy.faults["ListRoles"] = (fault_proxy.page(), 2)
    ran, _ = alone.provision(change=place(world, proxy))
    assert ran.summary.result is Result.READY
    written = baseline.read(opened(alone, proxy), Names.of(alone.inputs.event, alone.inputs.accounts[0]))
    assert written is not None
    assert not written.gaps
    assert {"rule", "role"} <= written.names.keys()
    proxy.faults["ListNotebookInstances"] = (fault_proxy.page(), ALWAYS)
    swept, _ = alone.sweep(change=place(world, proxy))
    assert swept.summary.result is not Result.CLEAN
    assert alone.state()["notebooks"]
    assert swept.summary.accounts[0].steps["sweep"].state is not Outcome.READY
    proxy.faults.clear()
    again, _ = alone.sweep(change=place(world, proxy))
    assert again.summary.result is Result.CLEAN
