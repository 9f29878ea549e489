"""The parts that `check` looks at before a run: this machine, the operator's account, the way into each account.

Reads only. What many accounts have in common is one finding.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import own_configuration, own_credentials, refusals
from bootstrap.aws.own_credentials import OwnCredentials, Renewal
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.doctor import day_access, rights
from bootstrap.doctor.examination import Patient
from bootstrap.doctor.finding import Finding, Severity, fine, meaning, note
from bootstrap.engine.results import ANY_ACCOUNT
from bootstrap.engine.states import Verdict
from bootstrap.errors import Refused, catalogue
from bootstrap.errors.message import Message, counted, msg, replaced, some
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.steps import access

# A provision of new accounts takes 20 to 40 minutes, whatever their number, where quotas are granted at once.
_RUN_SECONDS = 3600.0
# AWS refuses a signature that is more than five minutes off.
_SKEWED, _NEARLY = 240.0, 30.0
_TEAMS_SHOWN = 6
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class RowSeen:
    """The findings on the way into one account."""

    account: TeamAccount
    findings: tuple[Finding, ...]


def trouble(about: str, seen: str, code: str) -> Finding:
    """Return a problem with the meaning and the fix that `explain` gives for its code."""
    known = catalogue().get(code)
    return Finding(Severity.TROUBLE, about, seen, code, meaning(code), Message(known.fix) if known else "")


def local(sessions: Sessions, event: Event, accounts: Iterable[TeamAccount], now: float) -> Iterator[Finding]:
    """Look at this machine alone: credentials, profiles, endpoint, proxy, certificates. Calls no AWS but for sign-in.

    Rows that all have profiles of their own need no operator's profile.
    """
    rows = list(accounts)
    by_profile: dict[str | None, list[TeamAccount]] = {}
    for each in rows:
        by_profile.setdefault(each.profile, []).append(each)
    for profile, whose in by_profile.items():
        about = "credentials" if profile is None else f"profile {profile}"
        try:
            sessions.operator_client("sts", whose[0].region, profile)
            found = own_credentials.of(sessions, profile, whose[0].region)
            if found is None:
                raise own_configuration.no_credentials()
        except Refused as wrong:
            yield trouble(about, wrong.detail, wrong.code)
        except (BotoCoreError, ClientError) as error:
            settled = refusals.failure(error, event.region)
            yield trouble(about, settled.detail, str(settled.code))
        else:
            yield _lasting(about, found, event, now)
    yield from _surroundings()


def _lasting(about: str, credentials: OwnCredentials, event: Event, now: float) -> Finding:
    way = day_access.source(credentials.way)
    if credentials.renewal is Renewal.NOT_NEEDED:
        return fine(about, msg("from {way}; long-term keys", way=way))
    if credentials.renewal is not Renewal.NOBODY:
        return fine(about, msg("from {way}; renewed by themselves while you are signed in", way=way))
    if credentials.ends is None:
        seen = msg("from {way}; temporary, and they do not say when they end", way=way)
        return note(about, seen, "EB-670", means=meaning("EB-670"), fix=Message(catalogue()["EB-670"].fix))
    return _until(about, way, credentials.ends, event, now)


def _until(about: str, way: str, ends: float, event: Event, now: float) -> Finding:
    time_, minutes = f"{datetime.fromtimestamp(ends, UTC):%Y-%m-%d %H:%M UTC}", int((ends - now) // 60)
    seen = msg("from {way}; they end at {time}, in {minutes} min, and are not renewed", way=way, time=time_,
               minutes=minutes)  # fmt: skip
    if ends < now + _RUN_SECONDS:
        return trouble(about, seen, "EB-670")
    during = event.schedule.opens.timestamp() < ends < event.schedule.closes.timestamp()
    if during:
        return note(about, seen, "EB-670", means=meaning("EB-670"), fix=Message(catalogue()["EB-670"].fix))
    return fine(about, seen)


def _surroundings() -> Iterator[Finding]:
    if any(each.startswith("AWS_ENDPOINT_URL") for each in os.environ):
        yield note("endpoint", msg("AWS_ENDPOINT_URL is set: calls go there, and not to AWS's own endpoints"))
    proxy = next((each for each in _PROXIES if os.environ.get(each)), None)
    yield fine("proxy", msg("{variable} is used", variable=proxy) if proxy else msg("none"))
    bundle = next((each for each in _BUNDLES if os.environ.get(each)), None)
    yield fine("certificates", msg("{variable} is used", variable=bundle) if bundle else msg("botocore's own"))


def hub(session: AccountSession, event: Event) -> Iterator[Finding]:
    """Look at the operator's own account: who calls, the clock, what may be done there, the hub bucket."""
    before = time.time()
    try:
        answer = session.hub_client("sts").get_caller_identity()
    except (ClientError, BotoCoreError, Refused) as error:
        yield from _clock(getattr(error, "response", {}), before)
        settled = refusals.failure(error, event.region)
        yield trouble("operator", settled.detail, str(settled.code))
        return
    yield from _clock(answer, before)
    arn, own = str(answer["Arn"]), str(answer["Account"])
    yield fine("operator", msg("{arn}, account {account}", arn=arn, account=own))
    if arn.endswith(":root"):
        yield trouble("operator", msg("the root user of an account cannot assume roles"), "EB-671")
    yield _may(session, arn, own, event)
    yield from _bucket(session, event)


def _clock(answer: Any, before: float) -> Iterator[Finding]:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}) if isinstance(answer, dict) else {}
    try:
        there = parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        yield Finding(Severity.UNSEEN, "clock", msg("AWS's answer has no time"))
        return
    ahead = (before + time.time()) / 2 - there
    seconds = round(abs(ahead))
    if abs(ahead) < _NEARLY:
        yield fine("clock", msg("right within {seconds} s", seconds=int(_NEARLY)))
        return
    seen = (
        counted("{count} second ahead of AWS", "{count} seconds ahead of AWS", seconds)
        if ahead > 0
        else counted("{count} second behind AWS", "{count} seconds behind AWS", seconds)
    )
    if abs(ahead) >= _SKEWED:
        yield trouble("clock", seen, "EB-212")
    else:
        yield note("clock", seen, "EB-212", means=meaning("EB-212"), fix=Message(catalogue()["EB-212"].fix))


def _may(session: AccountSession, arn: str, own: str, event: Event) -> Finding:
    """Return what the operator's policies say; an identity may often not ask. API: SimulatePrincipalPolicy."""
    wanted = ["sts:AssumeRole", *(["s3:PutObject", "s3:ListBucket"] if event.dataset.hub_bucket else [])]
    kind, _between, name = arn.rpartition(":")[2].partition("/")
    partition = arn.split(":")[1]
    source = f"arn:{partition}:iam::{own}:role/{name.partition('/')[0]}" if kind == "assumed-role" else arn
    try:
        told = session.hub_client("iam").simulate_principal_policy(PolicySourceArn=source, ActionNames=wanted)
    except (ClientError, BotoCoreError):
        return fine("rights", msg("not known: you may not ask IAM; the roles are tried instead"))
    refused = [each["EvalActionName"] for each in told["EvaluationResults"] if each["EvalDecision"] != "allowed"]
    if refused:
        seen = msg(
            "no policy of yours allows on every resource: {actions}; the roles are tried", actions=", ".join(refused)
        )
        return note("rights", seen)
    return fine("rights", msg("your policies allow {actions}", actions=", ".join(wanted)))


def _bucket(session: AccountSession, event: Event) -> Iterator[Finding]:
    name = event.dataset.hub_bucket
    if not name:
        return
    try:
        session.hub_client("s3").list_objects_v2(Bucket=name, MaxKeys=1)
    except (ClientError, BotoCoreError, Refused) as error:
        seen = msg("bucket {bucket}: {answer}", bucket=name, answer=aws_errors.told(error))
        yield trouble("hub bucket", seen, "EB-672")
    else:
        yield fine("hub bucket", msg("bucket {bucket} is there", bucket=name))


def row(session: AccountSession, event: Event, account: TeamAccount) -> RowSeen:
    """Look at the way into one account: role, external id, region, identity, version of access.yaml. Five calls."""
    names = Names.of(event, account)
    try:
        state = access.build(account, names).check(session)
        if state.verdict is not Verdict.READY:
            return RowSeen(account, (trouble("access", state.detail, str(state.code)),))
        found = rights.look(session, Patient(event, account, names, {}))
        judged = rights.findings(Patient(event, account, names, {}), found, {})
        return RowSeen(account, (fine("access", msg("answers")), *judged))
    except (ClientError, BotoCoreError, Refused) as error:
        settled = refusals.failure(error, account.region)
        return RowSeen(account, (trouble("access", settled.detail, str(settled.code)),))


def together(rows: Sequence[RowSeen]) -> Iterator[Finding]:
    """Yield one finding for all accounts of which the same is said; it names the teams. The same codes come together,
    so that they are explained once."""
    codes: dict[tuple[Severity, str | None], dict[tuple[str, ...], list[tuple[TeamAccount, Finding]]]] = {}
    for seen in rows:
        for each in seen.findings:
            alike = codes.setdefault((each.severity, each.code), {})
            # Messages differ by what they do not show, too, such as the row of the roster.
            said = (each.about, each.seen, each.means, each.fix)
            told = tuple(str(replaced(text, seen.account.account_id, ANY_ACCOUNT)) for text in said)
            alike.setdefault(told, []).append((seen.account, each))
    for found in (each for alike in codes.values() for each in alike.values()):
        teams = tuple(each.team for each, _finding in found)
        account, first = found[0]
        if len(found) > 1:
            shown, fix = (replaced(text, account.account_id, ANY_ACCOUNT) for text in (first.seen, first.fix))
            first = replace(first, seen=shown, fix=fix)
        all_of_it = counted("{count} account ({teams}): {seen}", "{count} accounts ({teams}): {seen}", len(teams),
                            teams=some(teams, _TEAMS_SHOWN), seen=first.seen)  # fmt: skip
        yield replace(first, seen=all_of_it, teams=teams)
