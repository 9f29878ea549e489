"""A room imports from itself and from rooms below it; no circle of files; each heavy package has its rooms."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import bootstrap

PACKAGE = Path(bootstrap.__file__).parent

# Every room, and the rooms that it may import from besides itself. There is no other room, and no loose module.
_LOWEST = ("errors", "reading")
_GROUND = (*_LOWEST, "event", "engine")
_SEAMS = (*_GROUND, "aws", "journal")
_STEPS = (*_GROUND, "aws", "steps")
_ABOVE = (*_SEAMS, "steps", "sweep", "doctor", "scoring")
ROOMS: Mapping[str, tuple[str, ...]] = {
    "errors": (),
    "reading": ("errors",),
    "event": _LOWEST,
    "engine": ("errors",),
    "aws": _GROUND,
    "journal": _GROUND,
    "steps": (*_SEAMS,),
    "sweep": (*_SEAMS, "steps"),
    "doctor": (*_SEAMS, "steps"),
    "scoring": (*_SEAMS, "steps"),
    "report": _ABOVE,
    "people": (*_ABOVE, "report"),
    "rehearsal": (*_ABOVE, "report", "people"),
    "cli": (*_ABOVE, "report", "people", "rehearsal"),
    "simulator": (),
}

# A package -> where it may be imported; everything that is not named here may be imported anywhere.
ONLY_IN: Mapping[str, tuple[str, ...]] = {
    "boto3": ("simulator",),
    # Elsewhere only what AWS's endpoint data say of regions and instance types.
    "botocore": (
        "aws",
        "simulator",
        *(f"event/{file}.py" for file in ("instance_types", "names", "regions")),
    ),
    "sqlalchemy": ("journal",),
    "starlette": ("people/web",),
    "uvicorn": ("people/web",),
    "sse_starlette": ("people/web",),
    "rich": ("report",),
    "click": ("cli",),
    "moto": ("simulator",),
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, in functions and under TYPE_CHECKING too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            files = [each for each in names if _file(each) is not None]
            yield from files
            if len(files) < len(names):
                yield str(node.module)


def _file(module: str) -> Path | None:
    """The file of one of our modules; None if it is none."""
    parts = module.split(".")
    if parts[0] != "bootstrap":
        return None
    place = PACKAGE.joinpath(*parts[1:])
    return next((each for each in (place.with_suffix(".py"), place / "__init__.py") if each.is_file()), None)


def name(path: Path) -> str:
    return ".".join(["bootstrap", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def own(path: Path) -> Iterator[Path]:
    """The files of ours that the file imports."""
    return (found for each in imports(path) if (found := _file(each)) is not None and found != path)


def test_no_module_stands_outside_a_room() -> None:
    assert [each.name for each in PACKAGE.glob("*.py")] == ["__init__.py"]
    folders = {each.name for each in PACKAGE.iterdir() if each.is_dir() and any(each.rglob("*.py"))}
    assert folders == set(ROOMS)


def test_a_room_imports_from_itself_and_from_rooms_below() -> None:
    up = [
        f"{name(path)} -> {name(each)}"
        for path in modules()
        if path.parent != PACKAGE
        for each in own(path)
        if each.parent != PACKAGE and room(each) not in {room(path), *ROOMS[room(path)]}
    ]
    assert up == []


def test_a_module_offers_only_what_it_makes() -> None:
    """mypy refuses an import of what a module has only imported, unless `__all__` names it."""
    files = [each for each in modules() if each.name != "__init__.py"]
    assert [name(each) for each in files if "__all__" in each.read_text(encoding="utf-8")] == []


def test_the_order_of_rooms_has_no_circle() -> None:
    done: list[str] = []
    while left := [each for each in ROOMS if each not in done]:
        free = [each for each in left if set(ROOMS[each]) <= set(done)]
        assert free, f"these rooms know each other: {left}"
        done += free


def test_no_file_imports_itself_by_way_of_others() -> None:
    """A file that is imported by TYPE_CHECKING alone, or inside a function, counts like any other."""
    graph = {path: set(own(path)) for path in modules()}
    while ends := [path for path, used in graph.items() if not used & graph.keys()]:
        for path in ends:
            del graph[path]
    # What is left leads to a circle or lies in one; who imports nothing of the circle is taken off from above.
    while starts := [path for path in graph if not any(path in used for used in graph.values())]:
        for path in starts:
            del graph[path]
    assert sorted(name(path) for path in graph) == []


def test_the_engine_knows_only_errors_and_the_standard_library() -> None:
    known = {each.split(".")[0] for path in (PACKAGE / "engine").rglob("*.py") for each in imports(path)}
    assert known <= sys.stdlib_module_names | {"bootstrap"}


# botocore.exceptions may be caught wherever AWS is asked.
_ASK_AWS = ("aws", "simulator", "steps", "sweep", "doctor", "scoring", "people", "rehearsal", "cli/commands")


def test_only_who_asks_aws_knows_what_botocore_raises() -> None:
    knows = [path.relative_to(PACKAGE).as_posix() for path in modules() if "botocore.exceptions" in set(imports(path))]
    assert [each for each in knows if not each.startswith(_ASK_AWS)] == []


def test_a_heavy_package_is_imported_in_its_rooms_only() -> None:
    wrong = [
        f"{place} imports {each}"
        for path in modules()
        for place in [path.relative_to(PACKAGE).as_posix()]
        for each in imports(path)
        if each != "botocore.exceptions"
        and (rooms := ONLY_IN.get(each.split(".")[0])) is not None
        and not any(place == allowed or place.startswith(f"{allowed}/") for allowed in rooms)
    ]
    assert wrong == []


def test_only_the_seam_makes_clients() -> None:
    files = [each for each in modules() if room(each) != "simulator"]
    makers = [each for each in files if re.search("create_client|get_waiter", each.read_text(encoding="utf-8"))]
    assert [name(each) for each in makers] == ["bootstrap.aws.sessions"]


def test_the_simulator_and_the_rest_never_name_each_other() -> None:
    """Also in strings; only who starts the simulator says where it is."""
    wrong = [
        (name(path), node.value)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("bootstrap.")
        if node.value.startswith("bootstrap.simulator") != (room(path) == "simulator")
    ]
    assert [each for each in wrong if each[1].startswith("bootstrap.simulator")] == [
        ("bootstrap.rehearsal.simulated", "bootstrap.simulator")
    ]
    assert [each for each in wrong if each[0].startswith("bootstrap.simulator")] == []


@pytest.mark.parametrize(
    ("command", "says", "may"), [("--help", "provision", ()), ("validate", "no problems found", ("pydantic",))]
)
def test_what_is_quick_loads_no_heavy_package(command: str, says: str, may: tuple[str, ...]) -> None:
    script = (
        f"import sys\nfrom bootstrap.cli import main\nsys.argv = ['event-bootstrap', {command!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'sagemaker', 'moto', 'sqlalchemy', 'boto3', 'botocore.loaders', 'pydantic', 'PIL', 'rich'}\n"
        "heavy |= {'botocore.session', 'starlette', 'tenacity', 'uvicorn'}\n"
        f"heavy &= set(sys.modules) - {set(may)}\n"
        "sys.exit(f'loaded: {sorted(heavy)}' if heavy else 0)"
    )
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, cwd=PACKAGE.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_one_public_class_name_has_one_meaning() -> None:
    """The simulator is a house of its own: it names things as AWS does, and knows none of ours."""
    found: dict[tuple[bool, str], list[str]] = {}
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault((room(path) == "simulator", node.name), []).append(name(path))
    assert {key: places for key, places in found.items() if len(places) > 1} == {}


def test_only_cleaning_makes_an_event_that_may_be_shown() -> None:
    """Whoever shows or keeps events takes a `CleanEvent`, and mypy holds who hands one over to it."""
    makers = {
        name(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in ("CleanEvent", "cast")
        and "CleanEvent" in ast.unparse(node)
    }
    assert makers == {"bootstrap.engine.outcomes"}
    takers = ("journal/journal.py record", "engine/results.py take", "report/reporter.py event")
    for each in takers:
        file, wanted = each.split()
        found = [
            node for node in ast.walk(tree(PACKAGE / file)) if isinstance(node, ast.FunctionDef) and node.name == wanted
        ]
        assert found
        assert all(ast.unparse(node.args.args[1].annotation or node) == "CleanEvent" for node in found)
