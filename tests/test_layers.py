"""Imports point one way, and heavy packages stay out of the start."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bootstrap

PACKAGE = Path(bootstrap.__file__).parent

# A module may import from its own layer and those below; the first match counts.
LAYERS = (
    ("cli", 9),
    ("web", 8),
    ("status", 8),
    ("lookout", 8),
    ("watch", 8),
    ("walk", 8),
    ("profiles", 8),
    ("rehearsal", 8),
    ("swap", 8),
    ("console", 8),
    ("operate", 8),
    ("handouts.handouts", 8),
    ("support", 8),
    ("labelling.label", 8),
    ("compose", 8),
    ("journal.history", 8),
    ("place", 8),
    ("watched", 8),
    ("inputs", 8),
    ("repair", 8),
    ("doctor", 7),
    ("report", 7),
    ("journal.journal", 7),
    ("journal.past", 7),
    ("journal.last_seen", 7),
    ("leases.leased", 7),
    ("plan", 7),
    ("sweep_plan", 7),
    ("repair_plan", 7),
    ("engine", 7),
    ("board", 7),
    ("results", 6),
    ("standing", 6),
    ("swept", 6),
    ("quota_board", 6),
    ("sweep", 5),
    ("steps", 5),
    ("team_roles", 5),
    ("labelling.rooms", 5),
    ("templates", 4),
    ("cars", 4),
    ("labelling.bucket_files", 4),
    ("sessions", 4),
    ("federation", 4),
    ("guard", 4),
    ("identity", 4),
    ("signing", 4),
)
LOWEST = 3
ENGINE_KNOWS = {"bootstrap.clock", "bootstrap.states", "bootstrap.board", "bootstrap.engine", "bootstrap.errors"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            if PACKAGE.parent.joinpath(*str(node.module).split(".")).is_dir():
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int:
    inside = module.removeprefix("bootstrap.") + "."
    return next((level for name, level in LAYERS if inside.startswith(f"{name}.")), LOWEST)


def name(path: Path) -> str:
    return ".".join(["bootstrap", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")


@pytest.mark.parametrize("path", modules(), ids=name)
def test_no_module_imports_from_a_layer_above_its_own(path: Path) -> None:
    own = name(path)
    above = [each for each in imports(path) if each.startswith("bootstrap") and layer(each) > layer(own)]
    if own.startswith("bootstrap.simulator"):
        above = [each for each in imports(path) if each.startswith("bootstrap") and "simulator" not in each]
    else:
        above += [each for each in imports(path) if each.startswith("bootstrap.simulator")]
    assert above == []


def test_the_engine_knows_nothing_of_aws() -> None:
    known = [each for name in ("engine.py", "board.py") for each in imports(PACKAGE / name)]
    assert {each for each in known if each.startswith("boot")} <= ENGINE_KNOWS | {"bootstrap"}


@pytest.mark.parametrize("path", modules(), ids=name)
def test_only_the_seam_makes_clients(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if "simulator" in path.parts or path.name == "sessions.py":
        return
    assert "create_client" not in text
    assert "boto3" not in set(imports(path))
    assert "get_waiter" not in text


def test_help_loads_no_heavy_package() -> None:
    script = (
        "import sys\nfrom bootstrap.cli import main\nsys.argv = ['event-bootstrap', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'sagemaker', 'moto', 'sqlalchemy', 'boto3', 'botocore', 'pydantic', 'PIL', 'rich'}\n"
        "heavy |= {'starlette', 'uvicorn'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(f'loaded: {sorted(heavy)}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "provision" in done.stdout
