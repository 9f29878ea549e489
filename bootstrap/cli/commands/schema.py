"""The JSON Schemas that come with the tool: of the files that people write, and of --output json."""

from __future__ import annotations

from pathlib import Path

_SUFFIX = ".schema.json"
_PACKAGE = Path(__file__).parents[2]
_FOLDERS = (_PACKAGE / "event" / "schemas", _PACKAGE / "report" / "schemas", _PACKAGE / "simulator" / "scenarios")


def files() -> dict[str, Path]:
    """Return the file of each schema by the schema's name, in the order of the names."""
    found = (file for folder in _FOLDERS for file in folder.glob(f"*{_SUFFIX}"))
    return {each.name.removesuffix(_SUFFIX): each for each in sorted(found, key=lambda file: file.name)}
