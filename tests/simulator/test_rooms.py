"""The simulator's rooms: a closed list, imports that go one way, no circle of files, one meaning a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

import pytest

from bootstrap import simulator

PACKAGE = "bootstrap.simulator"
FOLDER = Path(str(simulator.__file__)).parent

# From the ground up. A room imports itself and rooms of lower floors; rooms on one floor are strangers.
FLOORS = (
    ("in_process", "scenarios"),
    ("wire",),
    ("world",),
    ("services",),
    ("dispatch", "participants"),
    ("http",),
    ("__main__",),
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def modules(folder: Path) -> dict[str, Path]:
    """Dotted name below the package -> file; a package is named without its `__init__`, the outermost is ""."""
    found = {}
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def named(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """What each import or string may name, the likeliest first: `from a import b` may mean the module a.b or a's b.

    Imports inside functions or for types only count as others do, and so do module names in strings.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name,) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", str(node.module)) for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield (node.value,)


def graph(folder: Path) -> dict[str, set[str]]:
    """Module -> the package's other modules that it names."""
    all_of = modules(folder)
    arrows: dict[str, set[str]] = {}
    for name, file in all_of.items():
        arrows[name] = set()
        for candidates in named(ast.parse(file.read_text(encoding="utf-8"))):
            inside = [each.removeprefix(f"{PACKAGE}.") for each in candidates if each.startswith(f"{PACKAGE}.")]
            target = next((each for each in inside if each in all_of), name)
            arrows[name] |= {target} - {name}
    return arrows


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """The names along one circle; [] if there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def upward(arrows: dict[str, set[str]]) -> list[str]:
    """Arrows into a room of the same or a higher floor that is not the file's own room."""
    found = []
    for name, targets in arrows.items():
        for target in targets:
            here, there = name.split(".")[0], target.split(".")[0]
            if here != there and FLOOR_OF[there] >= FLOOR_OF[here]:
                found.append(f"{name} -> {target}")
    return sorted(found)


def joined(arrows: dict[str, set[str]], folder: str) -> dict[str, set[str]]:
    """The arrows among what lies directly in the folder ("" is the whole package), a folder in it taken as one."""
    start = f"{folder}." if folder else ""
    found: dict[str, set[str]] = {}
    for name, targets in arrows.items():
        if name and name.startswith(start):
            own, *others = (
                start + each.removeprefix(start).split(".")[0] for each in (name, *targets) if each.startswith(start)
            )
            found.setdefault(own, set()).update({*others} - {own})
    return found


def public_types(tree: ast.Module) -> Iterator[str]:
    """Names of classes, and of aliases such as `Point = tuple[float, float]`."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found = [node.name]
        elif isinstance(node, ast.Assign):
            found = [each.id for each in node.targets if isinstance(each, ast.Name)]
        else:
            continue
        yield from (name for name in found if name[0].isupper() and not name.isupper())


def homonyms(folder: Path) -> dict[str, list[str]]:
    """Name of a public type -> the modules that define one of that name, if there are several."""
    found: dict[str, list[str]] = {}
    for module, file in modules(folder).items():
        for name in public_types(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(name, []).append(module)
    return {name: places for name, places in found.items() if len(places) > 1}


@pytest.fixture(scope="module")
def arrows() -> dict[str, set[str]]:
    return graph(FOLDER)


def test_every_file_is_in_a_room(arrows: dict[str, set[str]]) -> None:
    assert {name.split(".")[0] for name in arrows} - {""} == set(chain.from_iterable(FLOORS))


def test_imports_go_to_the_own_or_to_a_lower_room(arrows: dict[str, set[str]]) -> None:
    assert upward(arrows) == []


def test_no_files_import_each_other_in_a_circle(arrows: dict[str, set[str]]) -> None:
    assert circle(arrows) == []


def test_no_folders_import_each_other_in_a_circle(arrows: dict[str, set[str]]) -> None:
    folders = {name.rpartition(".")[0] for name in arrows}
    assert {"", "services", "services.sagemaker"} <= folders
    assert {folder: found for folder in folders if (found := circle(joined(arrows, folder)))} == {}


def test_a_public_type_name_stands_for_one_thing() -> None:
    assert homonyms(FOLDER) == {}


BACK = {
    "at the top": "from bootstrap.simulator.http import server\n",
    "in a function": "def serve():\n    from bootstrap.simulator.http.server import Server\n",
    "for types only": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from bootstrap.simulator.http.server import Server\n"
    ),
    "as a string": 'OWN = {"http": "bootstrap.simulator.http.server"}\n',
    "plain": "import bootstrap.simulator.http.server\n",
}


@pytest.mark.parametrize("back", BACK.values(), ids=BACK)
def test_an_import_that_goes_back_is_found_wherever_it_stands(tmp_path: Path, back: str) -> None:
    for name, text in {
        "__init__": "", "world/__init__": "", "http/__init__": "", "world/world": back,
        "http/server": "from bootstrap.simulator.world.world import World\n",
    }.items():  # fmt: skip
        file = tmp_path / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    found = graph(tmp_path)
    assert upward(found) == ["world.world -> http.server"]
    assert set(circle(found)) == {"world.world", "http.server"}


def test_folders_that_import_each_other_by_other_files_are_found() -> None:
    found = {"services.iam.iam": {"services.s3.buckets"}, "services.s3.uploads": {"services.iam.trust", "world.call"}}
    assert circle(found) == []
    assert circle(joined(found, "")) == []
    assert set(circle(joined(found, "services"))) == {"services.iam", "services.s3"}


def test_two_types_of_one_name_are_found(tmp_path: Path) -> None:
    (tmp_path / "iam.py").write_text("class Row: ...\nclass Role: ...\nROWS = ()\n", encoding="utf-8")
    (tmp_path / "s3.py").write_text("Row = dict[str, str]\nROWS = ()\nclass _Part: ...\n", encoding="utf-8")
    assert homonyms(tmp_path) == {"Row": ["iam", "s3"]}
