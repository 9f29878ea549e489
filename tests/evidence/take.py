"""Make rows of recorded evidence of a file that `event-bootstrap calibrate` wrote.

    python -m tests.evidence.take answers-measured.json

Appends to rows/SERVICE.jsonl one row for each operation that AWS answered, with the members that each of its answers
had, and one for each refusal. A row of the same operation and code, measured before, is replaced.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROWS = Path(__file__).parent / "rows"
EVIDENCE = "measured by calibrate"
# Members that say how much there is, not what an answer looks like.
_PAGING = ("NextToken", "nextToken", "NextMarker", "Marker")
_WHY = "measured in an account that nobody can make here again; its members are compared with what is simulated"


def rows(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of one file. Raises ValueError if it is none of `calibrate`."""
    if said.get("type") != "answers" or said.get("schema") != 1:
        raise ValueError("this is no file of answers, or one of another version of calibrate")
    source = f"event-bootstrap calibrate {said['tool']}, botocore {said['botocore']}, {said['day']}"
    for each in said["operations"]:
        about = {"service": str(each["service"]), "operation": str(each["operation"])}
        name = f"{about['service']}-{about['operation']}".lower()
        if each["answers"]:
            fields = sorted(path for path, key in each["keys"].items() if _always(path, key))
            yield {
                "id": f"cal-{name}", **about, "situation": "read in a prepared account", "code": "OK",
                "http_status": 200, "message_pattern": "", "evidence": EVIDENCE, "source": source, "fields": fields,
                "not_provoked": _WHY,
            }  # fmt: skip
        for refusal in each["refusals"]:
            code = str(refusal["code"])
            yield {
                "id": f"cal-{name}-{code}".lower(), **about, "situation": "a read of calibrate that AWS refused",
                "code": code, "http_status": int(refusal["http_status"]), "message_pattern": "", "evidence": EVIDENCE,
                "source": source, "not_provoked": _WHY,
            }  # fmt: skip


def _always(path: str, key: Mapping[str, Any]) -> bool:
    """A member that every object had which could have it; no member of a map, whose names are somebody's."""
    return bool(key["times"]) and key["times"] >= key["of"] and "*" not in path and path not in _PAGING


def take(file: Path, folder: Path = ROWS) -> list[str]:
    """Add the file's rows; their ids."""
    made = list(rows(json.loads(file.read_text(encoding="utf-8"))))
    taken = {each["id"] for each in made}
    for service in sorted({each["service"] for each in made}):
        page = folder / f"{service}.jsonl"
        before = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
        kept = [line for line in before if json.loads(line)["id"] not in taken]
        new = [json.dumps(each, ensure_ascii=False) for each in made if each["service"] == service]
        page.write_text("\n".join([*kept, *new, ""]), encoding="utf-8")
    return sorted(taken)


def main(arguments: Sequence[str]) -> None:
    """The command."""
    for argument in arguments:
        for row in take(Path(argument)):
            sys.stdout.write(f"{row}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
