"""The table of kinds against botocore's own models: a new state of AWS fails here, not on the event's day."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from bootstrap.aws.kinds import KINDS, Kind
from bootstrap.aws.kinds.by_hand import by_hand
from bootstrap.aws.kinds.without_row import WITHOUT_ROW
from bootstrap.aws.operations import only_reads
from bootstrap.event import regions
from bootstrap.report.translations import shown
from bootstrap.sweep.removers import REMOVERS

SESSION = botocore.session.get_session()
NAMES = [kind.name for kind in KINDS]


def operation(kind: Kind, method: str) -> Any:
    model = SESSION.get_service_model(kind.service)
    return next(model.operation_model(name) for name in model.operation_names if xform_name(name) == method)


def members(kind: Kind) -> list[dict[str, Any]]:
    """What one element of each of its lists has; {} for a name alone."""
    found = []
    for result in kind.results:
        shape = operation(kind, kind.operation).output_shape
        for key in result.split("."):
            shape = shape.members[key].member
        found.append({} if shape.type_name == "string" else dict(shape.members))
    return found


def at(shown: dict[str, Any], path: str) -> Any:
    """The shape at a path; None if there is none."""
    first, _, rest = path.partition(".")
    shape = shown.get(first)
    return at(dict(shape.members), rest) if shape is not None and rest else shape


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_kind_is_listed_by_a_read_whose_output_holds_its_keys(kind: Kind) -> None:
    listing = operation(kind, kind.operation)
    assert only_reads(kind.service, listing.name)
    assert set(kind.params) <= set(listing.input_shape.members)
    for element in members(kind):
        wanted = {*kind.ids, *kind.keys.values(), *filter(None, [kind.created, kind.status])}
        assert not element or not [path for path in wanted if at(element, path) is None]


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_every_state_is_in_exactly_one_of_stop_delete_wait_and_done(kind: Kind) -> None:
    sets = [kind.stop_in, kind.delete_in, kind.wait_in, kind.done_in]
    if not kind.status:
        assert not any(sets)
        return
    (element,) = members(kind)
    assert sum(map(len, sets)) == len(frozenset().union(*sets))
    assert frozenset().union(*sets) == set(at(element, kind.status).enum)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_it_is_stopped_and_deleted_by_writes_that_take_its_names(kind: Kind) -> None:
    assert bool(kind.stop) == bool(kind.stop_in)
    removed = bool(kind.delete or kind.name in REMOVERS)
    assert removed == (not kind.report and bool(kind.delete_in or not kind.status))
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
    assert regions.has_service("cn-north-1", service) == (service not in {"cognito-idp", "bedrock"})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.everywhere], ids=lambda kind: kind.name)
def test_what_is_looked_for_everywhere_has_a_date_for_the_baseline_is_of_one_region(kind: Kind) -> None:
    assert kind.created


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.report], ids=lambda kind: kind.name)
def test_what_is_only_reported_costs_and_names_the_place_where_a_person_deletes_it(kind: Kind) -> None:
    assert kind.costs or kind.stored
    assert by_hand(kind.name) != by_hand("bucket")
    assert shown(by_hand(kind.name), "zh") != by_hand(kind.name)


def test_every_create_operation_of_sagemaker_has_a_row_or_a_reason_why_not() -> None:
    names = SESSION.get_service_model("sagemaker").operation_names
    with_row = {each for kind in KINDS if kind.service == "sagemaker" for each in kind.creates}
    create = {each for each in names if each.startswith("Create")}
    assert sorted(create - with_row - set(WITHOUT_ROW)) == []
    assert sorted(set(WITHOUT_ROW) - create) == []
    assert sorted(set(WITHOUT_ROW) & with_row) == []


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
        ("role", "hyperpod cluster"), ("role", "partner app"), ("role", "EKS cluster"), ("stack", "hyperpod cluster"),
        ("hyperpod cluster", "compute quota"), ("endpoint", "inference experiment"), ("stack", "project"),
        ("bucket", "mlflow app"), ("studio image", "app image config"), ("role", "stack"), ("policy", "role"),
        ("log group", "function"), ("studio domain", "studio user profile"),
    ],
)  # fmt: skip
def test_what_cleanup_md_says_of_the_order_holds(later: str, sooner: str) -> None:
    after = {kind.name: set(kind.after) for kind in KINDS}
    ahead = set(after[later])
    for _ in KINDS:
        ahead |= set().union(*(after[name] for name in ahead)) if ahead else set()
    assert sooner in ahead


def test_what_keeps_a_costly_kind_from_going_goes_when_what_costs_goes() -> None:
    """`sweep --stop-only` deletes only what costs: a cluster would stay behind its compute quotas."""
    by_name = {kind.name: kind for kind in KINDS}
    befores = {(kind.name, before) for kind in KINDS if kind.costs and not kind.report for before in kind.after}
    assert {(name, before) for name, before in befores if not by_name[before].costs} == set()
