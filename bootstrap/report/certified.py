"""The findings of a sweep's steps -> the content of a certificate, for both its page and its JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bootstrap.aws.kinds.listing import UNSEEN, GapKind
from bootstrap.engine.outcomes import NOT_REACHED, WELL, AccountResult, Result, RunPlan, Summary
from bootstrap.engine.states import Outcome
from bootstrap.errors.message import joined, msg
from bootstrap.report.words import utc

# Grows when a key changes its meaning or goes; new keys alone do not count.
SCHEMA = 1
Document = dict[str, Any]
Places = Mapping[str, Mapping[str, Any]]


def account(plan: RunPlan, summary: Summary, seen: AccountResult, region: str) -> Document:
    """Return one account's certificate, for JSON: times in ISO-8601, ages in seconds at the end of the sweep."""
    home, away, audit = (_facts(seen, step) for step in ("sweep", "elsewhere", "audit"))
    places: Places = {region: home, **away.get("regions", {})}
    return {
        **_about(plan, summary, "account certificate"),
        "team": seen.team,
        "account_id": seen.account_id,
        "region": region,
        "result": seen.result.value,
        "proof": _proof(seen, home),
        "troubles": _troubles(seen),
        "removed": list(_named(places, "removed")),
        "stopped": list(_named(places, "stopped")),
        "forced": list(_forced(places)),
        "left": [*_left(places, summary.ended), *_finds(audit, summary.ended)],
        "kept": list(_kept(places)),
        "not_looked_at": list(_gaps(places, *UNSEEN)),
        "not_offered": list(_gaps(places, GapKind.NOT_OFFERED, GapKind.NO_ENDPOINT)),
        "history": dict(_history(places)),
        "elsewhere": {"looked_at": away.get("looked_at"), "closed": dict(away.get("closed", {}))},
        "audit": {
            "asked": audit.get("asked"),
            "whole": audit.get("whole"),
            "words": seen.steps.get("audit", NOT_REACHED).detail,
            "uncovered": dict(audit.get("uncovered", {})),
            "closed": dict(audit.get("closed", {})),
        },
        "quotas": None if "quotas" not in audit else dict(audit["quotas"]),
        "quotas_before": dict(audit.get("quotas_before", {})),
        "quotas_unseen": audit.get("quotas_unseen"),
    }


def event(plan: RunPlan, summary: Summary, accounts: Sequence[Document], names: Sequence[str]) -> Document:
    """Return the event's certificate: a row for each account, and sums over all. `names`: the accounts' files."""
    left = [{"team": each["team"], **thing} for each in accounts for thing in each["left"]]
    return {
        **_about(plan, summary, "event certificate"),
        "result": summary.result.value,
        "counts": {result.value: number for result, number in summary.counts.items()},
        "accounts": [_row(each, name) for each, name in zip(accounts, names, strict=True)],
        "removed": dict(_sum(Counter(thing["kind"] for each in accounts for thing in each["removed"]))),
        "left": left,
        "kept": dict(_sum(Counter(thing["kind"] for each in accounts for thing in each["kept"]))),
        "quotas": _quotas(accounts),
        "quotas_before": _quotas_before(accounts),
        "quotas_unknown": [each["team"] for each in accounts if each["quotas"] is None],
        "uncovered": dict(_sum(Counter(name for each in accounts for name in each["audit"]["uncovered"]))),
    }


def seconds(iso: str) -> float:
    """Return the epoch seconds of a time in ISO-8601."""
    return datetime.fromisoformat(iso).timestamp()


def _facts(seen: AccountResult, step: str) -> Mapping[str, Any]:
    return seen.steps.get(step, NOT_REACHED).facts


def _about(plan: RunPlan, summary: Summary, what: str) -> Document:
    return {
        "schema": SCHEMA,
        "type": what,
        "tool": plan.version,
        "event": plan.event,
        "run": plan.run,
        "scenario": plan.scenario,
        "began": utc(summary.began),
        "ended": utc(summary.ended),
        "interrupted": summary.interrupted,
    }


def _proof(seen: AccountResult, home: Mapping[str, Any]) -> Document:
    """`proved`: the account is clean. `at`: when all `kinds` were last listed; None if an earlier run did it."""
    words = seen.steps.get("sweep", NOT_REACHED).detail
    return {
        "proved": seen.result is Result.CLEAN,
        "at": home.get("proved"),
        "kinds": home.get("kinds"),
        "words": words,
    }


def _troubles(seen: AccountResult) -> list[Document]:
    return [
        {"step": step, "state": each.state.value, "code": each.code, "detail": each.detail}
        for step, each in seen.steps.items()
        # Of an account that another run works on, one step says so for all.
        if each.state not in WELL and (each.state is not Outcome.ELSEWHERE or each.at is not None)
    ]


def _named(places: Places, what: str) -> Iterator[Document]:
    for region, facts in places.items():
        for kind, names in facts.get(what, {}).items():
            yield from ({"kind": kind, "id": name, "region": region} for name in names)


def _forced(places: Places) -> Iterator[Document]:
    """Yield each stack that was deleted by force, with what CloudFormation could not delete in it."""
    for region, facts in places.items():
        for stack, things in facts.get("forced", {}).items():
            yield {"kind": "stack", "id": stack, "region": region, "why": joined("; ", things)}


def _kept(places: Places) -> Iterator[Document]:
    """Yield what is kept. A thing whose origin is in doubt counts as left."""
    for region, facts in places.items():
        doubts = {(each["kind"], each["id"]) for each in facts.get("left", ())}
        for kind, names in facts.get("kept", {}).items():
            for name, why in names.items():
                if (kind, name) not in doubts:
                    yield {"kind": kind, "id": name, "region": region, "why": why}


def _left(places: Places, ended: float) -> Iterator[Document]:
    for region, facts in places.items():
        for each in facts.get("left", ()):
            made = each.get("made")
            age = None if made is None else max(0, round(ended - seconds(made)))
            yield {**each, "region": region, "age_seconds": age}


def _finds(audit: Mapping[str, Any], ended: float) -> Iterator[Document]:
    """Yield what CloudTrail shows as created and nothing explains, in the form of what is left."""
    for each in audit.get("finds", ()):
        made = each["made"]
        yield {
            "kind": each["operation"],
            "id": each["name"],
            "made": made,
            "state": "",
            "why": msg("created by {who}; of no kind that the sweep lists: look at it in the console", who=each["who"]),
            "region": each["region"],
            "age_seconds": None if made is None else max(0, round(ended - seconds(made))),
        }


def _gaps(places: Places, *which: GapKind) -> Iterator[Document]:
    """Yield what could not be checked, with AWS's answer."""
    for region, facts in places.items():
        for kind, gap in facts.get("gaps", {}).items():
            if GapKind(gap["kind"]) in which:
                yield {"kind": kind, "region": region, "answer": gap["answer"]}


def _history(places: Places) -> Iterator[tuple[str, int]]:
    found: Counter[str] = Counter()
    for facts in places.values():
        found.update(facts.get("history", {}))
    yield from _sum(found)


def _row(account: Document, name: str) -> Document:
    return {
        "team": account["team"],
        "account_id": account["account_id"],
        "region": account["region"],
        "result": account["result"],
        "removed": len(account["removed"]),
        "left": len(account["left"]),
        "kept": len(account["kept"]),
        "regions_closed": sorted(account["elsewhere"]["closed"]),
        "why": _why(account["troubles"]),
        "page": f"{name}.html",
        "json": f"{name}.json",
    }


def _why(troubles: Sequence[Document]) -> str:
    """Return the first trouble of an account, and how many more its own certificate has."""
    if not troubles:
        return ""
    first = msg("{step}: {detail}", step=troubles[0]["step"], detail=troubles[0]["detail"])
    more = len(troubles) - 1
    return msg("{first}, and {number} more", first=first, number=more) if more else first


def _quotas(accounts: Sequence[Document]) -> list[Document]:
    """Return each quota and value once, with the number of accounts."""
    found = Counter((name, value) for each in accounts for name, value in (each["quotas"] or {}).items())
    return [{"quota": name, "value": value, "accounts": number} for (name, value), number in sorted(found.items())]


def _quotas_before(accounts: Sequence[Document]) -> list[Document]:
    """Return the same of the quotas that were raised before the baseline."""
    found = Counter((name, each["value"]) for one in accounts for name, each in one["quotas_before"].items())
    return [{"quota": name, "value": value, "accounts": number} for (name, value), number in sorted(found.items())]


def _sum(found: Counter[str]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))
