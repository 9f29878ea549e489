"""What a sweep costs: of 40 accounts that participants used, of very full buckets, of alarms; run by `make bench`.

Measures, asserts nothing. Each figure comes from a process of its own (peak memory). BIG=1 adds a million versions.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
import yaml
from rich.console import Console
from rich.table import Table

from bootstrap.cli.commands.drive import Ran
from bootstrap.rehearsal.simulated import OPERATOR_KEYS
from bootstrap.sweep.elsewhere import KINDS_ELSEWHERE
from bootstrap.sweep.plan import Sweep
from tests.bench import Inside, calls, slowest
from tests.runs import Rehearsed, folder, rehearsed

ACCOUNTS = 40
# Of the accounts that ended last, so many are swept alone.
_ALONE = 4
# Versions of a bucket whose memory is what a sweep takes anyway.
_FEW = 1_000
_ROWS = {
    "result": ("result", ""),
    "plan": ("API calls an account of a plan, home region", "50"),
    "regions": ("... and in its other regions", "-"),
    "apply": ("API calls an account of a sweep, all regions", "-"),
    "virtual": ("virtual seconds, all accounts", "-"),
    "ratio": ("... / slowest account alone", "1.10"),
    "seconds": ("real seconds", "-"),
    "cpu": ("CPU an account outside the calls, ms", "-"),
    "memory": ("peak memory, MB", "-"),
    "versions": ("versions in a bucket", ""),
    "rate": ("versions a second, virtual", "-"),
    "real_rate": ("versions a second, real, simulator and all", "-"),
    "growth": ("memory more than for 1,000 versions, MB", "50"),
    "alarms": ("calls that delete 100 alarms", "1"),
}


def of_accounts(count: int) -> dict[str, Any]:
    """A plan and a sweep of accounts that were provisioned whole and used by participants."""
    with tempfile.TemporaryDirectory() as home, rehearsed(folder(Path(home), count)) as world:
        _used(world)
        plan, _ = world.sweep(write=False, keep=False)
        inside, began, cpu = Inside(), time.monotonic(), time.process_time()
        swept, _ = world.sweep(Sweep(everywhere=True), tap=inside.tap, keep=False)
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
        memory = _memory()
        alone = max(_alone(world.at, team) for team in slowest(swept)[:_ALONE])
    regions = _regions(plan)
    return {
        "result": str(swept.summary.result),
        "plan": calls(plan).total() / count - regions,
        "regions": regions,
        "apply": calls(swept).total() / count,
        "virtual": swept.summary.seconds,
        "ratio": swept.summary.seconds / alone,
        "seconds": seconds,
        "cpu": (cpu - inside.spent) * 1000 / count,
        "memory": memory,
    }


def _used(world: Rehearsed, *teams: str) -> None:
    mine = [each.account_id for each in world.inputs.accounts if not teams or each.team in teams]
    world.participate("before", accounts=mine)
    world.pass_time(3600)
    world.provision(*teams, keep=False)
    for part in ("opens", "noon", "closes"):
        world.participate(part, accounts=mine)


def _alone(at: Path, team: str) -> float:
    """Virtual seconds of that account's sweep in a world in which nobody else does anything."""
    with rehearsed(at) as world:
        _used(world, team)
        return world.sweep(Sweep(everywhere=True), teams=[team], keep=False)[0].summary.seconds


def _regions(plan: Ran) -> float:
    """Calls an account of looking at other regions: which there are, and a page for each kind and region."""
    looked = [each.steps["elsewhere"].facts["looked_at"] for each in plan.summary.accounts]
    return float(1 + len(KINDS_ELSEWHERE) * sum(looked) / len(looked))


def of_bucket(versions: int) -> dict[str, Any]:
    """One account with one bucket of made-up versions; the rest of its sweep takes a few seconds."""
    with tempfile.TemporaryDirectory() as home:
        at = folder(Path(home))
        scenario = at / "full.yaml"
        scenario.write_text(yaml.safe_dump({"extends": "ordinary", "buckets": {"filler": {"versions-*": versions}}}))
        with rehearsed(at, str(scenario)) as world:
            world.provision(only=["marker", "baseline"], keep=False)
            world.participate("noon", kinds=["bucket"])
            began = time.monotonic()
            swept, _ = world.sweep(keep=False)
            seconds = time.monotonic() - began
    rates = {"rate": versions / swept.summary.seconds, "real_rate": versions / seconds}
    return {"result": str(swept.summary.result), "versions": versions, "memory": _memory(), **rates}


def of_alarms(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home, rehearsed(folder(Path(home))) as world:
        world.provision(only=["marker", "baseline"], keep=False)
        world.pass_time(60)
        client = _cloudwatch(world)
        for number in range(count):
            client.put_metric_alarm(
                AlarmName=f"alarm-{number}", Namespace="AWS/SageMaker", MetricName="ModelLatency", Statistic="Average",
                Period=60, EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold",
            )  # fmt: skip
        swept, _ = world.sweep(keep=False)
    return {"result": str(swept.summary.result), "alarms": calls(swept)["cloudwatch:DeleteAlarms"]}


def _cloudwatch(world: Rehearsed) -> Any:
    """As somebody who may do anything in the account."""
    account, url = world.inputs.accounts[0], world.simulated.url
    session = boto3.Session(*OPERATOR_KEYS, region_name=account.region)
    role = f"arn:aws:iam::{account.account_id}:role/{world.inputs.event.access.role_name}"
    given = session.client("sts", endpoint_url=url).assume_role(RoleArn=role, RoleSessionName="alarms")["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    return boto3.Session(*keys, region_name=account.region).client("cloudwatch", endpoint_url=url)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_MEASURES = {"accounts": of_accounts, "bucket": of_bucket, "alarms": of_alarms}


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(_MEASURES[sys.argv[2]](int(sys.argv[3]))) + "\n")
        return
    console = Console(width=110)
    accounts = _measured(console, "accounts", int(sys.argv[1]) if sys.argv[1:] else ACCOUNTS)
    few = _measured(console, "bucket", _FEW)
    sizes = [100_000, 1_000_000] if os.environ.get("BIG") else [100_000]
    buckets = [_measured(console, "bucket", size) for size in sizes]
    for each in buckets:
        each["growth"] = each["memory"] - few["memory"]
    columns = {"accounts": accounts} | {f"{each['versions']:,}": each for each in buckets}
    show(console, columns | {"alarms": _measured(console, "alarms", 100)})


def _measured(console: Console, what: str, size: int) -> dict[str, Any]:
    console.print(f"sweep, {what}: {size:,} ...")
    command = [sys.executable, "-m", "tests.bench_sweep", "--one", what, str(size)]
    found: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return found


def show(console: Console, found: dict[str, dict[str, Any]]) -> None:
    table = Table("sweep", *found, "aim")
    for key, (words, aim) in _ROWS.items():
        table.add_row(words, *[_text(each[key]) if key in each else "" for each in found.values()], aim)
    console.print(table)
    console.print("In virtual time a bucket's deletions come one after the other; in real time eight go on at once.")


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}" if value < 1000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


if __name__ == "__main__":
    main()
