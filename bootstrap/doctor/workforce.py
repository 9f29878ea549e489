"""Workforce, work team, and whether each person can sign in to the labelling portal. No person is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bootstrap.doctor.examination import Examination, Patient, Seen, judged
from bootstrap.doctor.finding import Changed, Finding, Severity, Trace, fine, meaning
from bootstrap.engine.states import State, Verdict
from bootstrap.errors.message import counted, msg
from bootstrap.steps.workforce import people as workforce_people
from bootstrap.steps.workforce import verdict as workforce_verdict
from bootstrap.steps.workforce.verdict import WorkforceFound, WorkforceSituation

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_STEP = "workforce"
# What is missing -> what somebody may have deleted.
_GONE = {
    WorkforceSituation.NONE: Changed.WORKFORCE,
    WorkforceSituation.NO_TEAM: Changed.WORK_TEAM,
    WorkforceSituation.TEAM_WITHOUT_GROUP: Changed.WORK_TEAM,
    WorkforceSituation.POOL_GONE: Changed.POOL,
    WorkforceSituation.NO_GROUP: Changed.GROUP,
}


@dataclass(frozen=True, slots=True)
class Unable:
    """The reason why a person cannot sign in. `user`: the name of their account, which is no address.

    `disabled`: somebody disabled their account, which `repair` does not undo.
    """

    why: str
    changed: Changed
    user: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class WorkforceSeen:
    """`unable`: the number of the person in the team's row -> why they cannot sign in.

    `callback`: the sign-in page leads back to the portal.
    """

    state: State
    shown: WorkforceFound
    unable: Mapping[int, Unable]
    callback: bool = True


def look(session: AccountSession, patient: Patient) -> WorkforceSeen | None:
    """Read workforce and people: three to five calls; None for a team without labelling."""
    if _STEP not in patient.entries:
        return None
    people = patient.account.emails
    state = patient.check(session, _STEP)
    if patient.names.partition == "aws-cn":
        return WorkforceSeen(state, WorkforceFound(WorkforceSituation.NO_COGNITO), {})
    shown = workforce_verdict.look(session, patient.names, people)
    if shown.crew is None or shown.situation is WorkforceSituation.POOL_GONE:
        return WorkforceSeen(state, shown, {})
    cognito = session.client("cognito-idp")
    pages = cognito.get_paginator("list_users").paginate(UserPoolId=shown.crew.pool)
    users = {workforce_people.address_of(each): each for page in pages for each in page["Users"]}
    return WorkforceSeen(state, shown, _unable(people, users, shown), _returns(cognito, shown))


def _unable(people: Sequence[str], users: Mapping[str, Mapping[str, Any]], shown: WorkforceFound) -> dict[int, Unable]:
    outside = {each.lower() for each in shown.missing}
    found = {}
    for number, address in enumerate(people, 1):
        why = _why(users.get(address.lower()), address.lower() in outside)
        if why:
            found[number] = why
    return found


def _why(user: Mapping[str, Any] | None, outside: bool) -> Unable | None:
    if user is None:
        return Unable(msg("they have no account in the user pool"), Changed.PERSON)
    if not user.get("Enabled", True):
        return Unable(msg("their account is disabled"), Changed.PERSON_DISABLED, user["Username"], disabled=True)
    if not workforce_people.done(user):
        if user["UserStatus"] not in ("CONFIRMED", "EXTERNAL_PROVIDER"):
            words = msg("they have no permanent password ({status})", status=user["UserStatus"])
            return Unable(words, Changed.PERSON_PASSWORD, user["Username"])
        return Unable(msg("their mail address is not verified"), Changed.PERSON_ATTRIBUTES, user["Username"])
    words = msg("they are not in the work team's group")
    return Unable(words, Changed.PERSON_OUT, user["Username"]) if outside else None


def _returns(cognito: Any, shown: WorkforceFound) -> bool:
    """True if the sign-in page leads back to the portal: SageMaker writes the portal's address into the client."""
    if not shown.portal or shown.crew is None:
        return True
    client = cognito.describe_user_pool_client(UserPoolId=shown.crew.pool, ClientId=shown.crew.client)["UserPoolClient"]
    return any(shown.portal in each for each in client.get("CallbackURLs", ()))


def findings(patient: Patient, seen: WorkforceSeen | None, all_seen: Seen) -> Iterator[Finding]:
    if seen is None:
        return
    shown, link = seen.shown, patient.console.sagemaker("labeling-workforces")
    if shown.situation is WorkforceSituation.NONE and not patient.required(_STEP):
        # A refusal leaves no trace: only creating a workforce shows whether Ground Truth is closed.
        words = msg("there is no workforce; if Ground Truth is closed to the account, none can be created")
        yield Finding(Severity.NOTE, _STEP, words, "EB-313", meaning("EB-313"), patient.repaired, repair=(_STEP,))
    elif shown.situation is WorkforceSituation.LEFT and patient.published:
        yield fine(_STEP, msg("the work team is there; a host does not know its people"))
    elif shown.situation is not WorkforceSituation.PEOPLE:
        yield replace(judged(patient, _STEP, seen.state, _STEP, link), trace=_trace(patient, shown))
    yield from _people(patient, seen)
    if shown.crew is not None and shown.crew.name != patient.names.workforce:
        words = msg(
            "workforce {workforce} was not created by event-bootstrap; the team's people are in its user pool",
            workforce=shown.crew.name,
        )
        yield Finding(Severity.NOTE, _STEP, words, "EB-543", meaning("EB-543"), link)
    if not seen.callback:
        words = msg("the sign-in page does not lead back to the labelling portal")
        pool = shown.crew.pool if shown.crew else ""
        trace = Trace(Changed.POOL_CLIENT, pool)
        fix = patient.console.users(pool)
        yield Finding(Severity.TROUBLE, _STEP, words, "EB-548", meaning("EB-548"), fix, trace=trace)


def _trace(patient: Patient, shown: WorkforceFound) -> Trace | None:
    """Return what somebody may have deleted."""
    what = _GONE.get(shown.situation)
    if what is None:
        return None
    named = {Changed.WORK_TEAM: patient.names.workteam, Changed.GROUP: shown.crew.pool if shown.crew else ""}
    return Trace(what, named.get(what, ""))


def _people(patient: Patient, seen: WorkforceSeen) -> Iterator[Finding]:
    total, pool = len(patient.account.emails), seen.shown.crew.pool if seen.shown.crew else ""
    for number, unable in seen.unable.items():
        words = msg(
            "worker {number} of {total} cannot sign in: {reason}", number=number, total=total, reason=unable.why
        )
        trace = Trace(unable.changed, pool, unable.user)
        if unable.disabled:
            fix = patient.console.users(pool)
            yield Finding(Severity.TROUBLE, "people", words, "EB-533", meaning("EB-533"), fix, trace=trace)
        else:
            yield Finding(
                Severity.TROUBLE, "people", words, "EB-533", meaning("EB-533"), patient.repaired, repair=(_STEP,),
                trace=trace,
            )  # fmt: skip
    if total and pool and not seen.unable and seen.state.verdict is Verdict.READY:
        words = counted(
            "the {count} worker can sign in: {portal}",
            "all {count} workers can sign in: {portal}",
            total,
            portal=seen.shown.portal,
        )
        yield fine("people", words)


EXAMINATION = Examination("workforce", look, findings)
