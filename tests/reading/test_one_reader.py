"""Nothing outside bootstrap/reading takes apart text that others wrote, or reads without a limit."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import bootstrap

PACKAGE = Path(bootstrap.__file__).parent
# What takes text apart, or reads all there is.
TAKES_APART = frozenset(
    {"json.loads", "json.load", "yaml.safe_load", "yaml.load", "csv.reader", "csv.DictReader", "gzip.decompress",
     "gzip.open", "pickle.loads", "ast.literal_eval"}
)  # fmt: skip
READS_ALL = frozenset({"read_text", "read_bytes", "get_object"})
# A file may do so all the same, for a reason.
MAY: Mapping[str, str] = {
    "aws/answers.py": "AWS's answers, which are held against their operations there",
    "cli/schema.py": "schemas of this package",
    "cli/venue.py": "a template of this package",
    "steps/access_template.py": "a template of this package",
    "cli/commands/journal_forget.py": "files of this program, searched byte by byte for what was forgotten",
    "doctor/roles.py": "a template that this program has rendered",
    "errors/message.py": "the key of a message, which this program has written",
    "event/own_lab.py": "files of this package",
    "event/regions.py": "a data file of botocore",
    "event/roster/exchange.py": "compares a file with what was read of it",
    "event/starter.py": "files of this package",
    "journal/operators.py": "a file of the kernel",
    "people/labelling/agreement.py": "an archive, of which bounded parts are read",
    "people/labelling/bucket_files.py": "a picture, which goes to a browser in pieces",
    "people/one_time_page.py": "a table of the kernel",
    "people/web/assets.py": "files of this package",
    "rehearsal/day/browser.py": "pages of this program",
    "rehearsal/labs/team.py": "a bucket of the simulated AWS",
    "rehearsal/labs/virtual_time/sitecustomize.py": "the simulator that this program has started",
    "rehearsal/simulated.py": "the simulator that this program has started",
    "report/teacher_pack.py": "pictures of the labs, which the organiser drew",
    "steps/dataset/fetch.py": "a dataset, which is downloaded in pieces into a file",
    "steps/dataset/package.py": "an index that this program has written",
}
# Here `read()` is a method of this program, and reads no stream.
METHODS_OF_OURS = frozenset(
    {
        "steps/dataset/zip_files.py",
        "cli/commands/status.py",
        "cli/commands/follow.py",
        "steps/dataset/sources.py",
        "people/labelling/file_writer.py",
        "people/labelling/team_labelling.py",
        "rehearsal/labs/labelling_page.py",
    }
)


def used(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if f"{module}.{name}" in TAKES_APART:
                yield f"{module}.{name}"
            case ast.Attribute(attr=name) if name in READS_ALL:
                yield name
            case ast.Call(func=ast.Attribute(attr="read"), args=[], keywords=[]):
                yield "read()"
            case ast.ImportFrom(module="json" | "yaml" | "csv" | "gzip" | "pickle", names=names):
                yield from (f"{node.module}.{each.name}" for each in names)


def test_only_the_reader_reads() -> None:
    found: dict[str, list[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        # The simulator imports no other room, and reads what this program sends it.
        if not name.startswith(("reading/", "simulator/")) and (names := sorted(set(used(path)))):
            found[name] = names
    known = {name: each for name, each in found.items() if name not in MAY and name not in METHODS_OF_OURS}
    assert known == {}, "read it by bootstrap/reading"
    assert set(MAY) <= set(found), "these read no more: take them off the list"
