"""What can befall an account: how the scenario differs there, and how the tool names it when it cannot get past it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Mishap:
    """`differs`: keys of a scenario. `named`: a pattern over "CODE detail" of every cause that it may leave;
    without one it must pass by itself. `certain`: nobody gets past it.
    """

    name: str
    differs: dict[str, Any]
    named: str | None = None
    certain: bool = False

    def names(self, cause: str) -> bool:
        return self.named is not None and re.search(self.named, cause, re.DOTALL) is not None


def _fault(name: str, named: str | None, **fault: Any) -> Mishap:
    if fault.get("service") == "s3":
        # The answer to a HEAD has no body, so no code: only the status tells.
        fault["status"] = 503
    return Mishap(name, {"faults": [fault]}, named)


def _throttled(service: str) -> str:
    return rf"EB-370 .*{_THROTTLES[service]}" if service != "s3" else r"EB-37[06] .*(SlowDown|503)"


_THROTTLES = {
    "cloudformation": "Throttling",
    "sagemaker": "ThrottlingException",
    "service-quotas": "TooManyRequestsException",
    "cognito-idp": "TooManyRequestsException",
    "ssm": "ThrottlingException",
    "iam": "Throttling",
    "s3": "SlowDown",
    "events": "ThrottlingException",
}
# Another change of the same thing is under way, or too many are: service, operation, code, status, message.
BUSY = (
    ("ssm", "PutParameter", "TooManyUpdates", 400, ""),
    ("sns", "*", "Throttled", 429, "Rate exceeded"),
    ("sns", "*", "KMSThrottling", 400, "Rate exceeded"),
    ("iam", "[!GL]*", "ConcurrentModification", 409, "The request was rejected because another one is under way."),
    ("events", "[!DL]*", "ConcurrentModificationException", 400, "There is concurrent modification on a rule."),
    ("cognito-idp", "[!DL]*", "ConcurrentModificationException", 400, "Concurrent modification."),
    ("cloudformation", "CreateStack", "ConcurrentResourcesLimitExceeded", 429, "Too many resources are changed."),
    ("logs", "[!DL]*", "OperationAbortedException", 400, "Multiple concurrent requests were in conflict."),
    ("s3", "[!GLH]*", "OperationAborted", 409, "A conflicting conditional operation is currently in progress."),
)
_CHANGES = st.sampled_from(["ml.p3.*", "ml.g5.*", "ml.g4dn.*", "*"])
_OUTCOMES = st.sampled_from(["denied", "not-approved", "case-closed", "invalid-request", "never", "partial"])
_QUOTA = r"EB-(2[34]\d|341) .*(ml\.|instances across|granted)"


def refusals() -> st.SearchStrategy[Mishap]:
    """One of them is always in the draw: credentials that expire, throttling past the retries, no way in.

    The last is the rarest: nothing else can befall an account that nobody gets into.
    """
    ways = (_expiring, _expiring, _throttling, _throttling, _throttling, _busy, _no_way_in)
    return st.sampled_from(ways).flatmap(lambda way: way())


def _expiring() -> st.SearchStrategy[Mishap]:
    return st.integers(30, 1500).map(
        lambda seconds: Mishap(f"credentials die after {seconds} s", {"access": {"session_seconds": seconds}})
    )


def _throttling() -> st.SearchStrategy[Mishap]:
    return st.builds(
        lambda service, times: _fault(
            f"{service} throttles {times} times",
            _throttled(service),
            service=service,
            code=_THROTTLES[service],
            times=times,
        ),
        st.sampled_from(sorted(_THROTTLES)),
        st.sampled_from([6, 20, 40, 200]),
    )


def _busy() -> st.SearchStrategy[Mishap]:
    slow = {"service": "ssm", "operation": "PutParameter", "code": "TooManyUpdates", "message": ""}
    rate = st.sampled_from([0.2, 1.0]).map(
        lambda rate: Mishap(f"{rate} parameters a second", {"rates": [{**slow, "per_second": rate, "burst": 1}]})
    )
    return st.one_of(busy("EB-(37[026]|385) "), busy("EB-(37[026]|385) "), rate)


def busy(named: str) -> st.SearchStrategy[Mishap]:
    """The first so many calls of a kind meet another change of the same thing; of S3, the status may tell alone."""
    return st.builds(
        lambda each, times: Mishap(
            f"{each[0]} is busy {times} times ({each[2]})",
            {"faults": [{**dict(zip(("service", "operation", "code", "status", "message"), each, strict=True)),
                         "times": times}]},
            rf"{named}.*({each[2]}|{each[3]})",
        ),
        st.sampled_from(BUSY), st.sampled_from([2, 6, 20]),
    )  # fmt: skip


def _no_way_in() -> st.SearchStrategy[Mishap]:
    return st.sampled_from(
        [
            Mishap("no trust", {"access": {"assume": "no-trust"}}, r"EB-201 .*no resource-based policy", True),
            Mishap("no permission", {"access": {"assume": "no-permission"}}, r"EB-203 .*no identity-based", True),
            Mishap("organization", {"access": {"assume": "organization"}}, r"EB-205 .*service control policy", True),
            Mishap("region denied", {"access": {"regions_denied": ["ap-*"]}}, r"EB-206 .*service control policy", True),
        ]
    )


def others() -> st.SearchStrategy[Mishap]:
    return st.one_of(_weather(), spoilt(), lags(), _quotas(), _stacks(), _labs())


def _weather() -> st.SearchStrategy[Mishap]:
    share = st.sampled_from([0.02, 0.1, 0.25])
    how = st.sampled_from(["cut", "lost"])
    slow = st.sampled_from([2.0, 8.0]).map(
        lambda rate: Mishap(
            f"{rate} quota calls a second",
            {"rates": [{"service": "service-quotas", "per_second": rate, "code": "TooManyRequestsException"}]},
            r"EB-370 .*TooManyRequests",
        )
    )
    return st.one_of(
        st.builds(_dropped, how, share),
        st.builds(_broken, share),
        st.builds(_partly_throttled, st.sampled_from(sorted(_THROTTLES)), share),
        slow,
    )


# What answered is not AWS, or nothing answered; at the sign-in, that there is no way in.
NO_ANSWER = r"EB-(371|378|208)\b"
KINDS = ("reset", "hang", "html", "empty", "another", "short", "half", "twice")
LAGGING = (
    "cloudformation", "cognito-idp", "ecr", "events", "iam", "logs", "s3", "sagemaker", "service-quotas", "sns", "ssm",
)  # fmt: skip


def spoilt(named: str = NO_ANSWER) -> st.SearchStrategy[Mishap]:
    """A share of all answers, or the first so many of a kind of call: more than the guard tries, or fewer."""
    some = st.builds(
        lambda how, share: _fault(f"{share:.0%} of answers {how}", named, how=how, share=share),
        st.sampled_from(KINDS), st.sampled_from([0.02, 0.1]),
    )  # fmt: skip
    first = st.builds(
        lambda how, what, times: _fault(
            f"{what} {times} times {how}", named, how=how, operation=what, times=times
        ),
        st.sampled_from(KINDS), st.sampled_from(["List*", "Describe*", "Get*", "Create*", "Put*", "Delete*"]),
        st.sampled_from([1, 3, 30]),
    )  # fmt: skip
    return st.one_of(some, first)


def lags(named: str | None = None, **more: Any) -> st.SearchStrategy[Mishap]:
    """One service's reads, or only its listings, show what was some seconds or minutes ago.

    S3 shows objects at once, and only buckets late (S3 User Guide, "Amazon S3 data consistency model").
    """

    def late(service: str, what: str, longest: float, share: float) -> Mishap:
        reads = "ListBuckets" if service == "s3" else what
        return Mishap(
            f"{service}:{reads} lags {longest:.0f} s ({share:.0%})",
            {"lags": [{"service": service, "operation": reads, "seconds": [0, longest], "share": share, **more}]},
            named,
        )

    return st.builds(
        late, st.sampled_from(LAGGING), st.sampled_from(["*", "List*", "Describe*"]),
        st.sampled_from([5.0, 20.0, 40.0]), st.sampled_from([0.5, 1.0]),
    )  # fmt: skip


def _dropped(how: str, share: float) -> Mishap:
    return _fault(f"{share:.0%} of answers {how}", r"EB-(371|208) ", how=how, share=share)


def _broken(share: float) -> Mishap:
    return _fault(f"{share:.0%} errors of 500", r"EB-37[06] ", code="InternalFailure", status=500, share=share)


def _partly_throttled(service: str, share: float) -> Mishap:
    name = f"{share:.0%} of {service} throttled"
    return _fault(name, _throttled(service), service=service, code=_THROTTLES[service], share=share)


def _quotas() -> st.SearchStrategy[Mishap]:
    denied = Mishap(
        "quota API denied",
        {"access": {"denied": {"service-quotas:*": "organization"}}},
        r"EB-(243|373) .*service control policy",
        True,
    )
    requests = st.builds(
        lambda kinds, outcome, seconds, case: Mishap(
            f"quotas {kinds} {outcome}",
            {"quotas": {"outcomes": [
                {"name": f"{kinds} for training job usage", "outcome": outcome, "case": case,
                 "seconds": [seconds, 2 * seconds]},
                {"name": "*"},
            ]}},
            _QUOTA,
        ),
        _CHANGES, _OUTCOMES, st.sampled_from([5.0, 300.0, 4000.0]), st.booleans(),
    )  # fmt: skip
    gone = Mishap("P3 gone", {"quotas": {"absent": ["ml.p3.* for *"]}})
    endpoint = _OUTCOMES.map(
        lambda outcome: Mishap(
            f"endpoint quota {outcome}",
            {"quotas": {"outcomes": [{"name": "*endpoint*", "outcome": outcome}, {"name": "*"}]}},
            _QUOTA,
        )
    )
    unreadable = st.builds(
        lambda kinds, code: Mishap(
            f"quotas {kinds} {code}", {"quotas": {"unreadable": {f"{kinds} for training*": code}}}, r"EB-(249|341) "
        ),
        _CHANGES, st.sampled_from(["DEPENDENCY_THROTTLING_ERROR", "DEPENDENCY_ACCESS_DENIED_ERROR"]),
    )  # fmt: skip
    return st.one_of(st.just(denied), requests, st.just(gone), endpoint, unreadable)


def _stacks() -> st.SearchStrategy[Mishap]:
    places = {"buckets": "Bucket", "roles": "ParticipantRole", "notifications": "Topic", "workforce": "UserPool"}
    reasons = {"Internal Failure": r"Internal Failure", "Rate exceeded": "Rate exceeded", "Access Denied": "Denied"}
    failing = st.builds(
        lambda stack, reason, times: Mishap(
            f"{stack} fails {times or 'always'}: {reason}",
            {"stacks": {"failures": [
                {"stack": f"*-{stack}", "resource": places[stack], "reason": reason, "times": times},
            ]}},
            rf"EB-2(60|64|7\d) .*{reasons[reason]}",
        ),
        st.sampled_from(sorted(places)), st.sampled_from(sorted(reasons)), st.sampled_from([1, 2, None]),
    )  # fmt: skip
    return st.one_of(
        failing,
        st.just(Mishap("bucket taken", {"buckets": {"taken": ["*"]}}, r"EB-269 .*already exists", True)),
        st.builds(_found_before, st.sampled_from(sorted(places.items())), st.sampled_from(["failed", "rolled-back"])),
        st.builds(_rolls_back, st.sampled_from(sorted(places)), st.sampled_from([1, 2, None])),
        st.sampled_from([1, None]).map(
            lambda times: Mishap(
                f"notebook fails {times or 'always'}",
                {"notebooks": {"failure": "Internal error of the notebook.", "failure_times": times}},
                r"EB-2(60|7\d) .*Internal error of the notebook",
            )
        ),
        st.just(Mishap("slow stacks", {"stacks": {"create_seconds": [1500, 1700]}})),
    )


def _found_before(place: tuple[str, str], ends: str) -> Mishap:
    """Finds of pre-deployment validation; how CreateStack then ends is not known."""
    reason = "Resource of type 'AWS::X::Y' with identifier 'z' already exists."
    finding = {"stack": f"*-{place[0]}", "resource": place[1], "reason": reason}
    differs = {"stacks": {"findings": [finding], "validation_ends": ends}}
    return Mishap(f"{place[0]} exists, found before ({ends})", differs, r"EB-269 .*already exists", True)


def _rolls_back(stack: str, times: int | None) -> Mishap:
    """A stack of which only its own event has the reason."""
    reason = "Internal Failure"
    failure = {"stack": f"*-{stack}", "resource": "*", "during": "stack", "reason": reason, "times": times}
    return Mishap(
        f"{stack} rolls back {times or 'always'} before any resource",
        {"stacks": {"failures": [failure]}},
        rf"EB-2(60|64|7\d) .*{reason}",
    )


def _labs() -> st.SearchStrategy[Mishap]:
    return st.one_of(
        _closed(),
        st.just(Mishap("workforce fails", {"workforce": {"failure": "no e-mail"}}, r"EB-31\d .*no e-mail")),
        _training(),
        st.just(Mishap("slow training", {"training": {"seconds": [700, 800]}})),
    )


def _closed() -> st.SearchStrategy[Mishap]:
    return st.builds(
        lambda operations, code: Mishap(
            f"Ground Truth closed ({code} at {operations})",
            {"workforce": {"ground_truth_closed": True, "closed_operations": operations, "closed_code": code}},
            r"EB-31\d .*no longer open to new customers",
            True,
        ),
        st.sampled_from([["CreateWorkforce"], ["CreateWorkteam"], ["CreateWorkforce", "ListWorkforces"]]),
        st.sampled_from(["AccessDeniedException", "ValidationException", "InvalidParameterException"]),
    )


def _training() -> st.SearchStrategy[Mishap]:
    waiting = st.builds(
        lambda kinds, ends: Mishap(
            f"no capacity for {kinds}, jobs {ends}",
            {"training": {"no_capacity": [kinds], "no_capacity_ends": ends}},
            r"EB-340 .*",
        ),
        _CHANGES, st.sampled_from(["never", "failed"]),
    )  # fmt: skip
    failing = st.builds(
        lambda reason, times: Mishap(
            f"training fails {times or 'always'}: {reason}",
            {"training": {"failure": reason, "failure_times": times}},
            rf"EB-3(49|5\d) .*{reason[:20]}",
        ),
        st.sampled_from(["InternalServerError: We encountered an internal error.", "Something new."]),
        st.sampled_from([1, None]),
    )
    retired = st.builds(
        lambda kinds, answer: Mishap(
            f"{kinds} not offered ({answer})",
            {"training": {"retired": [kinds], "retired_answer": answer}},
            r"EB-341 ",
        ),
        _CHANGES, st.sampled_from(["not-in-region", "unsupported", "not-in-enum"]),
    )  # fmt: skip
    return st.one_of(waiting, failing, retired)
