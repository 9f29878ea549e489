"""Reads a template's source: the values it sets, and whether all accounts render the same text but for names."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, nodes

# Variables of a template that differ between accounts. `access_role` is not among them: it is compared separately.
_OWN = frozenset({"team", "names", "tags", "tag_list", "settings"})
# Filters that treat all names alike.
_PLAIN_FILTERS = frozenset({"tojson", "base64", "string", "indent"})
_CHOICES = (nodes.If, nodes.CondExpr, nodes.For, nodes.Compare, nodes.Test, nodes.Not, nodes.And, nodes.Or)
# Nodes whose result may depend on a name in other ways: part of a text, arithmetic, a template's name.
_PARTS = (nodes.Getitem, nodes.Slice, nodes.BinExpr, nodes.UnaryExpr, nodes.Filter, nodes.Call)
# Methods of Names that only build a name.
_NAMERS = frozenset({("names", "stack"), ("names", "role_arn"), ("names", "worker_secret")})
_OTHERS = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """What a template's source tells without rendering it.

    `says`: plain values that the template sets once at its top level.

    `alike`: accounts with the same access role and region render the same text, except for their own names in it.
    """

    says: Mapping[str, Any]
    alike: bool


def read(environment: Environment, file: str) -> TemplateSource:
    """Read the template and those it includes. Raises jinja2's TemplateSyntaxError and TemplateNotFound."""
    trees: dict[str, nodes.Template] = {}
    alike = _gather(environment, file, trees)
    own = _own_names(list(trees.values()))
    alike = alike and not any(_chooses(node, own) for tree in trees.values() for node in _all(tree))
    return TemplateSource(_said(trees[file]), alike)


def _gather(environment: Environment, file: str, trees: dict[str, nodes.Template]) -> bool:
    """Add the template and those it includes to `trees`. False if only rendering tells an included name."""
    if file in trees:
        return True
    assert environment.loader is not None
    source, path, _ = environment.loader.get_source(environment, file)
    trees[file] = environment.parse(source, file, path)
    known = True
    for node in trees[file].find_all(_OTHERS):
        name = getattr(node, "template", None)
        if isinstance(name, nodes.Const) and isinstance(name.value, str):
            known = _gather(environment, name.value, trees) and known
        else:
            known = False
    return known


def _all(tree: nodes.Node) -> Iterator[nodes.Node]:
    yield tree
    for child in tree.iter_child_nodes():
        yield from _all(child)


def _own_names(trees: list[nodes.Template]) -> frozenset[str]:
    """The variables that may hold values of one account: given, set from such values, or parameters that get them."""
    every = [node for tree in trees for node in _all(tree)]
    imported = [each for node in every if isinstance(node, nodes.FromImport) for each in node.names]
    aliases = {str(each[1]): str(each[0]) for each in imported if isinstance(each, tuple)}
    macros: dict[str, list[nodes.Macro]] = {}
    for node in every:
        if isinstance(node, nodes.Macro):
            macros.setdefault(node.name, []).append(node)
    own = set(_OWN)
    own |= {arg.name for node in every if isinstance(node, nodes.CallBlock) for arg in node.args}
    own |= {each.name for node in every if isinstance(node, nodes.AssignBlock) for each in _targets(node)}
    # The names of an imported template may hold anything.
    own |= {node.target for node in every if isinstance(node, nodes.Import)}
    before = -1
    while len(own) != before:
        before = len(own)
        own |= {alias for alias, name in aliases.items() if name in own}
        for node in every:
            if isinstance(node, nodes.Assign | nodes.For) and _mentions(_value(node), own):
                own |= {each.name for each in _targets(node)}
            elif isinstance(node, nodes.With):
                given = zip(node.targets, node.values, strict=True)
                own |= {each.name for each, value in given if isinstance(each, nodes.Name) and _mentions(value, own)}
            elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
                for macro in macros.get(aliases.get(node.node.name, node.node.name), ()):
                    own |= set(_given_own(macro, node, own))
    return frozenset(own)


def _given_own(macro: nodes.Macro, call: nodes.Call, own: set[str]) -> Iterator[str]:
    """The macro's parameters that get values of one account, from the call or by default."""
    names = [each.name for each in macro.args]
    if call.dyn_args is not None or call.dyn_kwargs is not None:
        yield from names
    yield from (name for name, value in zip(names, call.args, strict=False) if _mentions(value, own))
    yield from (each.key for each in call.kwargs if _mentions(each.value, own))
    defaults = zip(reversed(names), reversed(macro.defaults), strict=False)
    yield from (name for name, value in defaults if _mentions(value, own))


def _value(node: nodes.Assign | nodes.For) -> nodes.Node:
    return node.node if isinstance(node, nodes.Assign) else node.iter


def _mentions(node: nodes.Node, own: frozenset[str] | set[str]) -> bool:
    return any(isinstance(each, nodes.Name) and each.name in own for each in _all(node))


def _chooses(node: nodes.Node, own: frozenset[str]) -> bool:
    """True if the node's result depends on the content of a name, instead of only containing it."""
    if isinstance(node, nodes.If | nodes.CondExpr):
        return _mentions(node.test, own)
    if isinstance(node, nodes.For):
        return _mentions(node.iter, own) or (node.test is not None and _mentions(node.test, own))
    if isinstance(node, nodes.Filter):
        return not _plain(node, own) and _mentions(node, own)
    if isinstance(node, nodes.FilterBlock) or (isinstance(node, nodes.AssignBlock) and node.filter is not None):
        return any(_mentions(each, own) for each in node.body)
    if isinstance(node, nodes.Getitem):
        key = isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)
        return not key and _mentions(node, own)
    if isinstance(node, nodes.Call):
        return _asks(node, own)
    return isinstance(node, (*_CHOICES, *_PARTS)) and _mentions(node, own)


def _plain(of: nodes.Filter, own: frozenset[str]) -> bool:
    """True if the filter treats all names alike; `replace` does if no name can contain the text it replaces."""
    if any(_mentions(each, own) for each in (*of.args, *of.kwargs)) or of.dyn_args or of.dyn_kwargs:
        return False
    if of.name == "replace":
        sought = of.args[0] if of.args else None
        return isinstance(sought, nodes.Const) and not re.fullmatch(r"[\w-]*", str(sought.value))
    return of.name in _PLAIN_FILTERS


def _asks(call: nodes.Call, own: frozenset[str]) -> bool:
    """True if the call examines a name, like `startswith`. Macros and `names.stack("x")` only contain it."""
    if isinstance(call.node, nodes.Name):
        return call.node.name in own
    if isinstance(call.node, nodes.Getattr) and isinstance(call.node.node, nodes.Name):
        of, method = call.node.node.name, call.node.attr
        return _mentions(call, own) and (of, method) not in _NAMERS
    return _mentions(call, own)


def _said(tree: nodes.Template) -> dict[str, Any]:
    """The plain values that the template sets once, at its top level."""
    times = Counter(each.name for node in _all(tree) for each in _targets(node))
    found: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name) and times[node.target.name] == 1:
            with contextlib.suppress(nodes.Impossible):
                found[node.target.name] = node.node.as_const()  # type: ignore[attr-defined]
    return found


def _targets(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Assign | nodes.AssignBlock | nodes.For):
        yield from (each for each in _all(node.target) if isinstance(each, nodes.Name))
