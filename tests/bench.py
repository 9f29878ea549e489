"""What 10, 100 and 1,000 accounts cost; run by `make bench`. Measures, asserts nothing.

Each size runs in a process of its own (peak memory), against a simulator in another (its work is not the tool's).
CPU "outside the calls" leaves out what a thread spends inside botocore while it sends a call.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bootstrap.aws.operations import only_reads
from bootstrap.cli.commands.drive import Ran
from bootstrap.cli.commands.rehearse import REHEARSAL_SLOTS
from tests.runs import Rehearsed, folder, rehearsed

SIZES = (10, 100, 1000)
AIMS = {
    "ratio": ("makespan / slowest account alone", "1.05", "1.15"),
    "first": ("API calls an account, first run, without baseline", "60", "120"),
    "again": ("API calls an account, when all is ready", "15", "25"),
    "memory": ("peak memory, MB", "400", "1000"),
    "cpu": ("CPU an account outside the calls, ms", "150", "-"),
}
_TRANSFERS = ("s3:PutObject", "s3:CopyObject", "s3:UploadPart")
_SLOWEST = 40
# AssumeRole, GetCallerIdentity of account and operator, PutParameter, and GetParameters before and after it.
_OF_ACCESS_AND_MARKER = 6


@dataclass
class Inside:
    """CPU seconds spent inside calls, by the tap that sees each call before and after."""

    began: float = 0.0
    spent: float = 0.0

    def tap(self, moment: str, account: str, service: str, operation: str) -> None:
        if moment == "before":
            self.began = time.thread_time()
        else:
            self.spent += time.thread_time() - self.began


def calls(ran: Ran) -> Counter[str]:
    total: Counter[str] = Counter()
    for session in ran.sessions:
        total.update(session.calls)
    return total


def counted(total: Counter[str]) -> int:
    return sum(number for name, number in total.items() if name not in _TRANSFERS)


def measure(accounts: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home, rehearsed(folder(Path(home), accounts)) as running:
        inside = Inside()
        began, cpu = time.monotonic(), time.process_time()
        first, _ = running.provision(tap=inside.tap, keep=False)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        total = calls(first)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        again, _ = running.provision(keep=False)
        baseline = baseline_calls(running)
        alone = seconds_alone(running, slowest(first))
        rerun = calls(again)
    return {
        "accounts": accounts,
        "result": f"{first.summary.result}, then {again.summary.result}",
        "virtual": first.summary.seconds,
        "alone": alone,
        "ratio": first.summary.seconds / alone,
        "seconds": seconds,
        "first": counted(total) / accounts - baseline,
        "baseline": baseline,
        "transfers": (sum(total.values()) - counted(total)) / accounts,
        "again": counted(rerun) / accounts,
        "writes_again": sum(number for name, number in rerun.items() if not only_reads(*name.split(":"))),
        "cpu": (cpu - inside.spent) * 1000 / accounts,
        "cpu_calls": inside.spent * 1000 / accounts,
        "memory": memory,
    }


def slowest(ran: Ran) -> list[str]:
    """The teams that were done last, among whom the slowest alone is looked for."""
    ended = {account.team: max(step.at or 0.0 for step in account.steps.values()) for account in ran.summary.accounts}
    return sorted(ended, key=lambda team: -ended[team])[:_SLOWEST]


def seconds_alone(running: Rehearsed, teams: list[str]) -> float:
    """The longest of these accounts, one after the other in a world of its own.

    The seed draws the same durations for an account whenever it is asked and whatever other accounts there are.
    """
    with rehearsed(running.at) as other:
        return max(other.provision(team, keep=False)[0].summary.seconds for team in teams)


def baseline_calls(running: Rehearsed) -> float:
    """Calls of the baseline step: all but those of access and marker in a run that stops after it."""
    with rehearsed(running.at) as other:
        ran, _ = other.provision(other.inputs.accounts[0].team, only=["baseline"])
    return counted(calls(ran)) - _OF_ACCESS_AND_MARKER


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(measure(int(sys.argv[2]))) + "\n")
        return
    sizes = [int(each) for each in sys.argv[1:]] or list(SIZES)
    console = Console(width=110)
    found = []
    for size in sizes:
        console.print(f"{size} accounts ...")
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench", "--one", str(size)], stdout=subprocess.PIPE, text=True, check=True
        )
        found.append(json.loads(done.stdout))
    show(console, found)


def show(console: Console, found: list[dict[str, Any]]) -> None:
    table = Table("", *[f"{each['accounts']:,} accounts" for each in found], "aim", "limit")
    others = {
        "result": "result, of the re-run",
        "virtual": "virtual seconds",
        "alone": "virtual seconds of the slowest account alone",
        "seconds": "real seconds, first run",
        "baseline": "API calls an account, of which baseline (apart)",
        "transfers": "S3 object transfers an account (apart)",
        "writes_again": "writes of the re-run",
        "cpu_calls": "CPU an account inside the calls, ms",
    }
    for key, (words, aim, limit) in AIMS.items():
        table.add_row(words, *[_text(each[key]) for each in found], aim, limit)
    for key, words in others.items():
        table.add_row(words, *[_text(each[key]) for each in found], "", "")
    console.print(table)
    console.print(f"{REHEARSAL_SLOTS} slots, 80 ms of virtual time a call; the simulator's process is not counted")


def _text(value: Any) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
