"""Readings of several accounts -> one value for each key of a scenario, and the differences of single teams."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Any

from bootstrap.aws.answer_shapes import OperationSeen
from bootstrap.doctor.calibration.keys import KEYS
from bootstrap.doctor.calibration.seen import AccountReading, Noted
from bootstrap.errors.message import counted, joined, msg

# An account is a case of its own if its durations are so many times those of the others, or so many times less.
_APART = 1.5
_OUTCOMES = "quotas.outcomes"
_APPLIED = "quotas.applied"
# AWS takes two of these a second, and counts those of all of the account's users.
_SCARCE = ("cloudtrail", "LookupEvents")


class KeyStanding(StrEnum):
    """The certainty of a key. `rough`: within bounds; `unseen`: nothing was there to be read."""

    MEASURED = "measured"
    ROUGH = "rough"
    UNKNOWN = "unknown"
    UNSEEN = "unseen"
    BEYOND = "beyond"


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations that were seen, in seconds."""

    count: int
    least: float
    median: float
    most: float


@dataclass(frozen=True, slots=True)
class MeasuredKey:
    """One key of a scenario. `value` and `teams` (by team, where it differs) only if it is measured, or rough.

    `assumed`: the value of a scenario that does not name the key. `own`: by team, what its account itself showed, where
    `value` is a range over several accounts: a rehearsal of the same accounts repeats it.
    """

    key: str
    standing: KeyStanding
    assumed: Any
    rests_on: str
    value: Any = None
    spread: Spread | None = None
    teams: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return self.standing in (KeyStanding.MEASURED, KeyStanding.ROUGH)

    @property
    def differs(self) -> bool:
        """True if a rehearsal by it may differ from one by the value that is assumed."""
        return self.known and (bool(self.teams) or _plain(self.value) != _plain(self.assumed))


def pooled(
    readings: Sequence[AccountReading],
    answers: Iterable[OperationSeen],
    assumed: Mapping[str, Any],
    applied: str = "before",
) -> tuple[MeasuredKey, ...]:
    """Return an entry for each key. `assumed`: by key, also which keys there are.

    `applied`: "now" for the quotas that are applied now, "before" for those before the requests that AWS remembers.
    """
    made = []
    for key, default in assumed.items():
        known = KEYS.get(key)
        if known is None:
            continue
        if key == "faults":
            made.append(_faults(list(answers), default))
        elif known.beyond:
            made.append(MeasuredKey(key, KeyStanding.BEYOND, default, known.words))
        else:
            by_team = {each.team: [one for one in each.seen if one.key == key] for each in readings}
            made.append(_entry(key, default, by_team, applied))
    return tuple(made)


def _entry(key: str, assumed: Any, by_team: Mapping[str, Sequence[Noted]], applied: str) -> MeasuredKey:
    told = {team: [each for each in seen if not each.unknown] for team, seen in by_team.items()}
    told = {team: seen for team, seen in told.items() if seen}
    if not told:
        unknown = next((each for seen in by_team.values() for each in seen), None)
        if unknown is not None:
            return MeasuredKey(key, KeyStanding.UNKNOWN, assumed, unknown.rests_on)
        return MeasuredKey(key, KeyStanding.UNSEEN, assumed, KEYS[key].words)
    if key == _OUTCOMES:
        return _outcomes(assumed, told)
    if any(each.seconds is not None for seen in told.values() for each in seen):
        return _durations(key, assumed, told)
    values = {team: _joined_value(key, seen, applied) for team, seen in told.items()}
    usual, teams = _majority(values)
    rests_on = _words(each for seen in told.values() for each in seen)
    return MeasuredKey(key, KeyStanding.MEASURED, assumed, rests_on, usual, teams=teams)


def _joined_value(key: str, seen: Sequence[Noted], applied: str) -> Any:
    """Return an account's value: readings of one key that are mappings or lists add to each other."""
    values = [each.value for each in seen]
    if key == _APPLIED:
        return values[-1][applied]
    if all(isinstance(each, dict) for each in values):
        return {name: value for each in values for name, value in sorted(each.items())}
    if all(isinstance(each, list) for each in values):
        return list({_plain(one): one for each in values for one in each}.values())
    # True, or a text, says more than what another reading did not find.
    return next((each for each in reversed(values) if each), values[-1])


def _majority(values: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the most common value, and by team those that differ.

    A team's mapping is added to the usual one, and cannot take anything away: the usual one is what all have.
    """
    if all(isinstance(each, dict) for each in values.values()):
        first, *others = values.values()
        common = {key: one for key, one in first.items() if all(key in each and each[key] == one for each in others)}
        more = {team: {key: one for key, one in each.items() if key not in common} for team, each in values.items()}
        return common, {team: each for team, each in more.items() if each}
    counts = Counter(_plain(each) for each in values.values())
    usual = counts.most_common(1)[0][0]
    value = next(each for each in values.values() if _plain(each) == usual)
    return value, {team: each for team, each in values.items() if _plain(each) != usual}


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _words(seen: Iterable[Noted]) -> str:
    return joined("; ", list(dict.fromkeys(each.rests_on for each in seen)))


def _durations(key: str, assumed: Any, told: Mapping[str, Sequence[Noted]]) -> MeasuredKey:
    exact = {team: [each for each in seen if not each.rough] for team, seen in told.items()}
    rough = not any(exact.values())
    used = told if rough else {team: seen for team, seen in exact.items() if seen}
    times = {team: [each.seconds for each in seen if each.seconds is not None] for team, seen in used.items()}
    apart = {team for team in times if _apart(team, times)}
    usual = [each for team, some in times.items() if team not in apart for each in some]
    spread = Spread(len(usual), min(usual), median(usual), max(usual))
    is_range = isinstance(assumed, list)
    teams = {team: _value(times[team], is_range, rough) for team in sorted(apart)}
    rests_on = _words(each for seen in used.values() for each in seen)
    standing = KeyStanding.ROUGH if rough else KeyStanding.MEASURED
    own = {team: _exact(some) for team, some in sorted(times.items())} if is_range and len(times) > 1 else {}
    return MeasuredKey(key, standing, assumed, rests_on, _value(usual, is_range, rough), spread, teams, own)


def _exact(times: Sequence[float]) -> list[float]:
    digits = 4 if max(times) <= 1 else 1
    return [round(min(times), digits), round(max(times), digits)]


def _apart(team: str, times: Mapping[str, Sequence[float]]) -> bool:
    """Return True if no duration of the account lies among those of the others, and its median is far off.

    Of two accounts neither is the usual one; then the first is.
    """
    others = [each for name, some in times.items() if name != team for each in some]
    if not others or (len(times) == 2 and team == next(iter(times))):
        return False
    own = times[team]
    among = min(others) <= max(own) and min(own) <= max(others)
    ratio = median(own) / median(others) if median(others) > 0 else 1.0
    return not among and not 1 / _APART < ratio < _APART


def _value(times: Sequence[float], is_range: bool, rough: bool) -> Any:
    """Return a range a little wider than what was seen: of few durations neither the least nor the most was seen."""
    if not is_range:
        return round(median(times), 1)
    least, most = min(times), max(times)
    if len(times) > 2 and not rough:
        # The estimate of a uniform range with the least mean error is (n + 2) / n times what n draws span.
        more = (most - least) / len(times)
        least, most = max(least / 2, least - more), most + more
    digits = 4 if most <= 1 else 1
    return [round(least, digits), round(most if digits == 1 else min(most, 1.0), digits)]


def _outcomes(assumed: Any, told: Mapping[str, Sequence[Noted]]) -> MeasuredKey:
    decided: dict[str, list[dict[str, Any]]] = {}
    waiting = 0
    for team, seen in told.items():
        rows = [row for each in seen for row in each.value]
        waiting += sum(1 for row in rows if row["open"])
        decided[team] = [row for row in rows if not row["open"] or row["lasts"]]
    count = sum(map(len, decided.values()))
    words: str = counted("{count} decided request in AWS's history", "{count} decided requests in AWS's history", count)
    if waiting:
        words = joined("; ", (words, counted("{count} is still open", "{count} are still open", waiting)))
    if not count:
        standing = KeyStanding.UNKNOWN if waiting else KeyStanding.UNSEEN
        return MeasuredKey(_OUTCOMES, standing, assumed, words if waiting else KEYS[_OUTCOMES].words)
    if any(row["outcome"] in ("granted", "partial") for rows in decided.values() for row in rows):
        words = joined("; ", (words, msg("visible_seconds is not seen: AWS does not say since when a value applies")))
    with_some = {team: rows for team, rows in decided.items() if rows}
    alike: dict[str, list[str]] = {}
    for team, rows in with_some.items():
        alike.setdefault(_plain(sorted({(row["name"], row["outcome"], row["case"]) for row in rows})), []).append(team)
    groups = sorted(alike.values(), key=len, reverse=True)
    rules = [_rules([row for team in teams for row in with_some[team]], assumed) for teams in groups]
    times = [row["seconds"] for rows in with_some.values() for row in rows]
    spread = Spread(count, min(times), median(times), max(times))
    by_team = {team: rule for rule, some in zip(rules, groups, strict=True) for team in some}
    teams = {team: rule for team, rule in by_team.items() if rule is not rules[0]}
    own = {team: [*_by_quota(rows), by_team[team][-1]] for team, rows in sorted(with_some.items())}
    return MeasuredKey(
        _OUTCOMES, KeyStanding.MEASURED, assumed, words, rules[0], spread, teams, own if len(own) > 1 else {}
    )


def _rules(rows: Sequence[Mapping[str, Any]], assumed: Any) -> list[dict[str, Any]]:
    """Return the entries of `quotas.outcomes`: each quota that was requested, then what holds for any other."""
    alike = _decided_alike(rows)
    made = _by_quota([row for row in rows if row["name"] not in alike])
    if alike:
        rule = _rule("*", [row for row in rows if row["name"] in alike])
        rule.pop("up_to")
        return [*made, rule]
    return [*made, *(dict(each) for each in assumed)]


def _by_quota(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for name in sorted({row["name"] for row in rows}):
        found = [row for row in rows if row["name"] == name]
        kinds = sorted({(row["outcome"], row["case"]) for row in found})
        several = [_rule(name, [row for row in found if (row["outcome"], row["case"]) == kind]) for kind in kinds]
        several.sort(key=lambda rule: rule["up_to"])
        # The last one holds for every larger value too.
        several[-1].pop("up_to")
        made += several
    return made


def _decided_alike(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the quotas that AWS decided in the same way and about as fast: most of them, at least two.

    One range of many durations is truer than a range for each quota.
    """
    kinds = Counter((row["outcome"], row["case"]) for row in rows if row["outcome"] not in ("partial", "never"))
    for kind, _ in kinds.most_common(1):
        others = {row["name"] for row in rows if (row["outcome"], row["case"]) != kind}
        times: dict[str, list[float]] = {}
        for row in rows:
            if row["name"] not in others:
                times.setdefault(row["name"], []).append(row["seconds"])
        alike = {name for name in times if not _apart(name, times)}
        if len(alike) > 1:
            return alike
    return set()


def _rule(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    rule: dict[str, Any] = {"name": name, "up_to": max(row["desired"] for row in rows), "outcome": first["outcome"]}
    if first["outcome"] != "never":
        rule["seconds"] = _value([row["seconds"] for row in rows], True, False)
    if first["case"]:
        rule["case"] = True
    if first["outcome"] == "partial":
        rule["value"] = first["value"]
    return rule


def _faults(answers: Sequence[OperationSeen], assumed: Any) -> MeasuredKey:
    """Return the transient refusals and lost answers, as shares of each service's calls."""
    calls = sum(each.calls for each in answers)
    if not calls:
        return MeasuredKey("faults", KeyStanding.UNSEEN, assumed, KEYS["faults"].words)
    made = list(_transient([each for each in answers if (each.service, each.operation) != _SCARCE]))
    words: str = counted("{count} call by calibrate", "{count} calls by calibrate", calls)
    if always := sum(each.always.total() for each in answers):
        same = counted(
            "{count} failed as its question always does, see the file of answers",
            "{count} failed as their questions always do, see the file of answers",
            always,
        )
        words = joined("; ", (words, same))
    return MeasuredKey("faults", KeyStanding.MEASURED, assumed, words, made)


def _transient(answers: Sequence[OperationSeen]) -> Iterator[dict[str, Any]]:
    """Yield an entry of `faults` for each service and kind. What came each time is no chance."""
    services = sorted({each.service for each in answers})
    for service in services:
        here = [each for each in answers if each.service == service]
        calls = sum(each.calls - each.always.total() for each in here)
        refused: Counter[tuple[str, int]] = Counter()
        for each in here:
            refused.update({key: each.refusals[key] - each.always[key] for key in each.transient})
        for (code, status), count in sorted(refused.items()):
            if count:
                yield {"service": service, "code": code, "status": status, "share": round(count / calls, 4)}
        lost = sum(each.broken.total() - sum(each.always[name, 0] for name in each.broken) for each in here)
        if lost:
            yield {"service": service, "how": "cut", "share": round(lost / calls, 4)}


@dataclass(frozen=True, slots=True)
class Latency:
    """The latency of the calls to a service, in seconds of this machine's clock."""

    service: str
    calls: int
    median: float
    most: float


def latencies(answers: Iterable[OperationSeen]) -> tuple[Latency, ...]:
    """Return the latency of each service, the slowest first."""
    times: dict[str, list[float]] = {}
    for each in answers:
        times.setdefault(each.service, []).extend(each.seconds)
    found = [Latency(service, len(some), median(some), max(some)) for service, some in times.items() if some]
    return tuple(sorted(found, key=lambda each: (-each.median, each.service)))
