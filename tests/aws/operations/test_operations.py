"""The table of operations: held against botocore's models, and against what the code calls, in both directions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session

import bootstrap
from bootstrap.aws.kinds import KINDS
from bootstrap.aws.operations import MODEL, OPERATIONS, OperationRow, only_reads, row
from bootstrap.event import lab, shipped
from bootstrap.event.end_state import Read
from bootstrap.event.lab import Lab

PACKAGE = Path(bootstrap.__file__).parent
MODELLED = [each for each in OPERATIONS if each.service != "signin"]
SERVICES = sorted({each.service for each in MODELLED})
# Called by the guard itself, and by `Federation`, which has no client.
BY_THE_SEAM = {("sts", "AssumeRole"), ("signin", "GetSigninToken")}
# Methods of other objects that have an operation's name, and names of operations in a text.
NO_CALLS = {"get_credentials", "get_template", "publish", "search", "put_scaling_policy"}


def named(operation: OperationRow) -> str:
    return f"{operation.service}:{operation.name}"


@cache
def model(service: str) -> Any:
    return Session().get_service_model(service)


@cache
def methods(service: str) -> dict[str, str]:
    return {xform_name(each): each for each in model(service).operation_names}


def test_no_operation_has_two_rows() -> None:
    assert len({(each.service, each.name) for each in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize("service", SERVICES)
def test_rows_name_operations_and_keys_of_botocores_models(service: str) -> None:
    for each in [one for one in MODELLED if one.service == service]:
        shape = model(service).operation_model(each.name).output_shape
        assert set(each.sends) <= set(shape.members if shape else ()), named(each)


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_that_is_read_has_a_key_that_must_be_there(service: str) -> None:
    for each in [one for one in MODELLED if one.service == service and one.reads]:
        required = model(service).operation_model(each.name).output_shape.required_members
        assert bool(required) == (each.source == MODEL), named(each)
        assert bool(required) != bool(each.sends), named(each)


def test_what_reads_is_no_matter_of_its_name() -> None:
    assert not only_reads("sts", "GetFederationToken")
    assert only_reads("sts", "AssumeRole")
    assert {
        each.name for each in OPERATIONS if each.reads and each.name.startswith(("Put", "Create", "Delete"))
    } == set()
    assert row("sagemaker", "CreateCluster") is None


def test_each_row_is_called_and_each_call_has_a_row() -> None:
    rows = {(each.service, each.name) for each in OPERATIONS}
    of_kinds = {
        (kind.service, methods(kind.service)[method])
        for kind in KINDS
        for method in (kind.operation, kind.stop, kind.delete)
        if method
    }
    of_labs = {(read.service, read.operation) for lab in labs() for read in reads_of(lab)}
    exact, by_name = calls()
    known = {name: {(each, methods(each)[name]) for each in SERVICES if name in methods(each)} for name in by_name}
    assert (exact | of_kinds | of_labs) - rows == set(), "called without a row"
    assert [name for name, found in known.items() if found and not found & rows] == [], "called without a row"
    called = exact | of_kinds | of_labs | BY_THE_SEAM | {each for found in known.values() for each in found}
    assert rows - called == set(), "a row that nothing calls"


def labs() -> list[Lab]:
    return [lab.read(folder) for folder in shipped.lab_folders().values()]


def reads_of(each: Lab) -> Iterator[Read]:
    """What the end states of a lab read."""
    for state in each.end_states:
        yield state.read
        if state.each:
            yield state.each.read


def calls() -> tuple[set[tuple[str, str]], set[str]]:
    """Calls whose client's service the code shows beside them, and method names where it does not."""
    exact: set[tuple[str, str]] = set()
    by_name: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        if "simulator" in path.relative_to(PACKAGE).parts:
            continue
        for scope in functions(ast.parse(path.read_text(encoding="utf-8"))):
            clients = {
                target.id: service
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign) and (service := service_of(node.value))
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for owner, name in method_names(scope):
                service = service_of(owner) or clients.get(owner.id if isinstance(owner, ast.Name) else "")
                if service and name in methods(service):
                    exact.add((service, methods(service)[name]))
                elif name not in NO_CALLS:
                    by_name.add(name)
    return exact, by_name


def functions(tree: ast.Module) -> Iterator[ast.AST]:
    """Each function, and what is outside of functions."""
    inside = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    yield from inside
    within = {id(each) for function in inside for each in ast.walk(function)}
    yield ast.Module([node for node in tree.body if id(node) not in within], [])


def service_of(node: ast.expr) -> str | None:
    """The service of `x.client("service")`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return None
    given = node.args[0]
    makes = node.func.attr in {"client", "hub_client"}
    return str(given.value) if makes and isinstance(given, ast.Constant) else None


def method_names(scope: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Methods that are called or passed on, names given to a paginator, and texts that look like a method's name."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Attribute):
            yield node.value, node.attr
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "_" in node.value:
            yield node, node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_paginator":
            for given in node.args:
                if isinstance(given, ast.Constant):
                    yield node.func.value, str(given.value)


def test_the_page_on_safety_says_how_many_rows_have_no_source() -> None:
    page = (Path(bootstrap.__file__).parent.parent / "docs" / "safety.md").read_text(encoding="utf-8")
    reads = [each for each in OPERATIONS if each.reads]
    unproven = [each for each in reads if not each.proven]
    assert f"For {len(unproven)} of the {len(reads)} listings and reads there is no source" in page
