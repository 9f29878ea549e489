"""The verdict of the quotas step, from a group's quotas. No calls to AWS."""

from __future__ import annotations

from bootstrap.engine.states import AGAIN, State, Verdict
from bootstrap.errors.message import joined, msg
from bootstrap.steps.quotas.standing import UNKNOWN, Judgement, Quota, QuotasFound, QuotaStanding

_SOONEST, _LATEST = 60.0, 600.0
_AGAIN = "event-bootstrap quotas --request --again"


def verdict(look: QuotasFound, slots: int, better_seconds: float) -> State:
    """Return a group's verdict, without facts. `slots`: requests that may still be filed.

    | the group's quotas                                         | verdict | code                          |
    |------------------------------------------------------------|---------|-------------------------------|
    | one needed, or one ranked type, not requested yet          | todo    |                               |
    | the same, the verdict needs it; too many requests are open | waiting | EB-240                        |
    | one of all_of gone or refused                              | blocked | that quota's                  |
    | one of all_of requested                                    | waiting | that quota's                  |
    | no ranked type applied, one requested                      | waiting | that quota's                  |
    | one needed, or no ranked type applied and one of them:     |         |                               |
    | AWS cannot tell its value                                  | waiting | EB-249                        |
    | no ranked type left, all gone                              | blocked | EB-241                        |
    | no ranked type left                                        | blocked | that of the best refused one  |
    | a type applied, a better one requested a short time ago    | waiting | EB-247                        |
    | a type applied, a better one requested longer ago          | ready   |                               |
    | a type applied, all better ones gone or refused            | ready   |                               |
    | the best applied, lower ones open, refused or not filed    | ready   |                               |
    """
    if asks := look.to_file(slots):
        return State.todo(
            joined("; ", (look.own(each).words for each in asks)),
            seen=joined("; ", (_too_small(each) for each in asks)),
        )
    needed = [(each, look.own(each)) for each in look.needed]
    for quota, found in needed:
        if found.standing in (QuotaStanding.GONE, QuotaStanding.REFUSED):
            return _blocked([(quota, found)], found.code or "EB-241")
    pending = [(quota, found) for quota, found in needed if found.standing is not QuotaStanding.APPLIED]
    if pending:
        return _waiting(pending, look.now)
    return _ranked(look, better_seconds) if look.ranked else State.ready(_applied(look))


def _too_small(quota: Quota) -> str:
    return msg(
        "{quota} is {applied}, and {wanted} is not requested",
        quota=quota.name,
        applied=f"{quota.applied or 0:g}",
        wanted=f"{quota.wanted:g}",
    )


def _ranked(look: QuotasFound, better_seconds: float) -> State:
    better = [(each, look.of_type(each)) for each in look.better]
    pending = [(each, found) for each, found in better if found.standing in (QuotaStanding.WAITING, QuotaStanding.ASK)]
    hope = max((look.hope(each, better_seconds) for each in look.better), default=0.0)
    if not look.usable:
        if pending:
            return _waiting(pending, look.now, hope)
        codes = [found.code for _, found in better if found.standing is QuotaStanding.REFUSED and found.code]
        return _blocked(better, codes[0] if codes else "EB-241")
    if hope > 0:
        words = msg(
            "{usable} is available; waiting for a better type: {pending}",
            usable=title(look.usable[0]),
            pending=_names(pending),
        )
        return State.waiting(words, "EB-247", look_again=_rhythm(pending, look.now, hope))
    if better:
        words = msg("{quotas} applied instead of {better}", quotas=_values(look), better=_all_words(better))
        return State.ready(words)
    return State.ready(_applied(look))


def _blocked(quotas: list[tuple[Quota, Judgement]], code: str) -> State:
    words = msg(
        "{quotas}; name other types or values in event.yaml, ask AWS Support, or request again: {command}",
        quotas=_all_words(quotas),
        command=_AGAIN,
    )
    return State(Verdict.BLOCKED, words, code, facts={AGAIN: True})


def _waiting(pending: list[tuple[Quota, Judgement]], now: float, hope: float = 0.0) -> State:
    unfiled = any(found.standing is QuotaStanding.ASK for _, found in pending)
    codes = [found.code for _, found in pending if found.code]
    code = codes[0] if codes else ("EB-240" if unfiled else "EB-231")
    return State.waiting(_names(pending), code, look_again=_rhythm(pending, now, hope))


def _rhythm(pending: list[tuple[Quota, Judgement]], now: float, hope: float) -> float:
    """Seconds to the next check: a third of the newest request's age, from 1 to 10 minutes, and at most `hope`."""
    if any(found.code == UNKNOWN for _, found in pending):
        return _SOONEST
    ages = [now - found.since for _, found in pending if found.since is not None]
    pause = min(_LATEST, max(_SOONEST, min(ages) / 3)) if ages else _LATEST
    return min(pause, hope) if hope > 0 else pause


def _names(pending: list[tuple[Quota, Judgement]]) -> str:
    return joined(
        "; ",
        (
            _words(quota, found)
            if found.standing is QuotaStanding.WAITING
            else msg("{quota} not requested yet: AWS accepts no more open requests", quota=title(quota))
            for quota, found in pending
        ),
    )


def _all_words(quotas: list[tuple[Quota, Judgement]]) -> str:
    return joined("; ", (_words(*each) for each in quotas))


def _words(quota: Quota, found: Judgement) -> str:
    return msg("{quota}: {standing}", quota=title(quota), standing=found.words)


def title(quota: Quota) -> str:
    """Return the quota's name in messages: its instance type if it has one, else its own name."""
    return quota.instance_type or quota.name


def _applied(look: QuotasFound) -> str:
    return msg("{quotas} applied", quotas=_values(look))


def _values(look: QuotasFound) -> str:
    return ", ".join(f"{title(each)} = {each.applied:g}" for each in (*look.usable[:1], *look.needed))
