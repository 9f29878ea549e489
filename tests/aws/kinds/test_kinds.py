"""The table of kinds against botocore's own models: a new state of AWS fails here, not on the event's day."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from bootstrap.aws.kinds import KINDS, Kind
from bootstrap.aws.operations import only_reads
from bootstrap.event import regions
from bootstrap.sweep.removers import REMOVERS

SESSION = botocore.session.get_session()
NAMES = [kind.name for kind in KINDS]


def operation(kind: Kind, method: str) -> Any:
    model = SESSION.get_service_model(kind.service)
    return next(model.operation_model(name) for name in model.operation_names if xform_name(name) == method)


def members(kind: Kind) -> list[dict[str, Any]]:
    shape = operation(kind, kind.operation).output_shape
    return [dict(shape.members[result].member.members) for result in kind.results]


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_kind_is_listed_by_a_read_whose_output_holds_its_keys(kind: Kind) -> None:
    listing = operation(kind, kind.operation)
    assert only_reads(kind.service, listing.name)
    assert set(kind.params) <= set(listing.input_shape.members)
    for shown in members(kind):
        wanted = {*kind.ids, *kind.keys.values(), *filter(None, [kind.created, kind.status])}
        assert wanted <= set(shown)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_every_state_is_in_exactly_one_of_stop_delete_wait_and_done(kind: Kind) -> None:
    sets = [kind.stop_in, kind.delete_in, kind.wait_in, kind.done_in]
    if not kind.status:
        assert not any(sets)
        return
    (shown,) = members(kind)
    assert sum(map(len, sets)) == len(frozenset().union(*sets))
    assert frozenset().union(*sets) == set(shown[kind.status].enum)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_it_is_stopped_and_deleted_by_writes_that_take_its_names(kind: Kind) -> None:
    assert bool(kind.stop) == bool(kind.stop_in)
    assert bool(kind.delete or kind.name in REMOVERS) == bool(kind.delete_in or not kind.status)
    assert not (kind.delete and kind.name in REMOVERS)
    example = dict.fromkeys((*kind.ids, *kind.keys.values()), "x")
    for method in filter(None, [kind.stop, kind.delete]):
        wanted = operation(kind, method)
        given = {*kind.named(example), *(kind.extra if method == kind.delete else ())}
        assert not only_reads(kind.service, wanted.name)
        # botocore makes up the tokens that tell a repeated request.
        assert set(wanted.input_shape.required_members) - {"ClientRequestToken"} <= given
        assert given <= set(wanted.input_shape.members)


@pytest.mark.parametrize("service", sorted({kind.service for kind in KINDS}))
def test_a_service_that_a_region_has_is_not_taken_for_one_that_it_has_not(service: str) -> None:
    """A connection that was cut would else read as "not offered"."""
    assert regions.has_service("us-east-1", service)
    assert regions.has_service("cn-north-1", service) == (service != "cognito-idp")


def test_the_order_has_no_circle_and_names_only_kinds() -> None:
    order = TopologicalSorter({kind.name: kind.after for kind in KINDS})
    assert sorted(order.static_order()) == sorted(NAMES)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_what_makes_it_is_an_operation(kind: Kind) -> None:
    model = SESSION.get_service_model(kind.service)
    assert set(kind.creates) <= {*model.operation_names, "CreateFunction20150331"}


@pytest.mark.parametrize(
    ("later", "sooner"),
    [
        ("endpoint", "scalable target"), ("endpoint config", "endpoint"), ("training job", "tuning job"),
        ("workteam", "labelling job"), ("workforce", "workteam"), ("user pool", "workforce"),
        ("bucket", "training job"), ("stack", "bucket"), ("role", "endpoint"), ("role", "notebook"),
        ("role", "stack"), ("policy", "role"), ("log group", "function"), ("studio domain", "studio user profile"),
    ],
)  # fmt: skip
def test_what_cleanup_md_says_of_the_order_holds(later: str, sooner: str) -> None:
    after = {kind.name: set(kind.after) for kind in KINDS}
    ahead = set(after[later])
    for _ in KINDS:
        ahead |= set().union(*(after[name] for name in ahead)) if ahead else set()
    assert sooner in ahead
