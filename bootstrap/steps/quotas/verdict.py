"""A group's quotas -> the step's verdict. Pure."""

from __future__ import annotations

from bootstrap.engine.states import AGAIN, State, Verdict
from bootstrap.steps.quotas.standing import Judgement, Quota, QuotasFound, QuotaStanding

_SOONEST, _LATEST = 60.0, 600.0
_MEND = "; name other types or values in event.yaml, ask AWS Support, or file anew: quotas --request --again"


def verdict(look: QuotasFound, slots: int, better_seconds: float) -> State:
    """A group's verdict. Pure. `slots`: requests that may still be filed; facts are the caller's.

    | the group's quotas                                         | verdict | code                          |
    |------------------------------------------------------------|---------|-------------------------------|
    | one not requested, of those needed or of the ranked types  | todo    |                               |
    | the same, needed or above the types applied, but too many  | waiting | EB-240                        |
    | one of all_of gone or refused                              | blocked | that quota's                  |
    | one of all_of requested                                    | waiting | that quota's                  |
    | no ranked type applied, one requested                      | waiting | that quota's                  |
    | no ranked type left, all gone                              | blocked | EB-241                        |
    | no ranked type left                                        | blocked | of the best one not gone      |
    | a type applied, a better one requested, for a short while  | waiting | EB-247                        |
    | a type applied, a better one requested, for longer         | ready   |                               |
    | a type applied, all better ones gone or refused            | ready   |                               |
    | the best applied, lower ones open, refused or not filed    | ready   |                               |
    """
    if asks := look.to_file(slots):
        return State.todo("; ".join(look.own(each).words for each in asks))
    needed = [(each, look.own(each)) for each in look.needed]
    for quota, found in needed:
        if found.standing in (QuotaStanding.GONE, QuotaStanding.REFUSED):
            return _blocked(_words(quota, found), found.code or "EB-241")
    pending = [(quota, found) for quota, found in needed if found.standing is not QuotaStanding.APPLIED]
    if pending:
        return _waiting(pending, look.now)
    return _ranked(look, better_seconds) if look.ranked else State.ready(_applied(look))


def _ranked(look: QuotasFound, better_seconds: float) -> State:
    better = [(each, look.of_type(each)) for each in look.better]
    pending = [(each, found) for each, found in better if found.standing in (QuotaStanding.WAITING, QuotaStanding.ASK)]
    hope = max((look.hope(each, better_seconds) for each in look.better), default=0.0)
    if not look.usable:
        if pending:
            return _waiting(pending, look.now, hope)
        codes = [found.code for _, found in better if found.standing is QuotaStanding.REFUSED and found.code]
        words = "; ".join(_words(*each) for each in better)
        return _blocked(words, codes[0] if codes else "EB-241")
    if hope > 0:
        words = f"could go on with {title(look.usable[0])}, waits for better: {_names(pending)}"
        return State.waiting(words, "EB-247", look_again=_rhythm(pending, look.now, hope))
    instead = f" instead of {'; '.join(_words(*each) for each in better)}" if better else ""
    return State.ready(_applied(look) + instead)


def _blocked(words: str, code: str) -> State:
    return State(Verdict.BLOCKED, words + _MEND, code, facts={AGAIN: True})


def _waiting(pending: list[tuple[Quota, Judgement]], now: float, hope: float = 0.0) -> State:
    unfiled = any(found.standing is QuotaStanding.ASK for _, found in pending)
    codes = [found.code for _, found in pending if found.code]
    code = codes[0] if codes else ("EB-240" if unfiled else "EB-231")
    return State.waiting(_names(pending), code, look_again=_rhythm(pending, now, hope))


def _rhythm(pending: list[tuple[Quota, Judgement]], now: float, hope: float) -> float:
    """Seconds to the next look: ever rarer, as what was not granted at once is ever less likely to be soon."""
    ages = [now - found.since for _, found in pending if found.since is not None]
    pause = min(_LATEST, max(_SOONEST, min(ages) / 3)) if ages else _LATEST
    return min(pause, hope) if hope > 0 else pause


def _names(pending: list[tuple[Quota, Judgement]]) -> str:
    return "; ".join(
        _words(quota, found)
        if found.standing is QuotaStanding.WAITING
        else f"{title(quota)} not requested yet: as many requests are open as AWS takes"
        for quota, found in pending
    )


def _words(quota: Quota, found: Judgement) -> str:
    return f"{title(quota)}: {found.words}"


def title(quota: Quota) -> str:
    return quota.instance_type or quota.name


def _applied(look: QuotasFound) -> str:
    chosen = [*look.usable[:1], *look.needed]
    return ", ".join(f"{title(each)} = {each.applied:g}" for each in chosen) + " applied"
