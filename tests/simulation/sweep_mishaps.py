"""What can befall an account while it is swept: how the scenario differs there, and how the tool names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.simulation.mishaps import NO_ANSWER, Mishap, busy, lags, spoilt

# Of services that answer in XML, and of those that answer in JSON.
_THROTTLES = {
    "application-autoscaling": "ThrottlingException",
    "cloudformation": "Throttling",
    "cloudtrail": "ThrottlingException",
    "cloudwatch": "Throttling",
    "ec2": "RequestLimitExceeded",
    "ecr": "ThrottlingException",
    "events": "ThrottlingException",
    "iam": "Throttling",
    "lambda": "TooManyRequestsException",
    "logs": "ThrottlingException",
    "s3": "SlowDown",
    "sagemaker": "ThrottlingException",
    "sns": "Throttling",
    "ssm": "ThrottlingException",
}
_LISTINGS = (
    "cloudformation:DescribeStacks", "cloudwatch:DescribeAlarms", "events:ListRules", "iam:ListRoles",
    "iam:ListPolicies", "logs:DescribeLogGroups", "s3:ListBuckets", "sagemaker:ListEndpoints", "sagemaker:ListModels",
    "sagemaker:ListNotebookInstances", "sagemaker:ListTrainingJobs", "sagemaker:ListDomains", "sns:ListTopics",
)  # fmt: skip
_REMOVALS = (
    "cloudformation:DeleteStack", "cloudwatch:DeleteAlarms", "events:DeleteRule", "iam:DeleteRole",
    "iam:Detach*", "logs:DeleteLogGroup", "s3:DeleteBucket", "s3:DeleteObject*", "sagemaker:DeleteEndpoint",
    "sagemaker:DeleteModel", "sagemaker:Stop*", "sagemaker:Delete*", "sns:DeleteTopic", "ssm:Delete*",
    "ssm:PutParameter",
)  # fmt: skip
_DENIED = "with an explicit deny in a service control policy"
_ABROAD = ("cn-northwest-1", "us-west-2", "eu-west-1", "ap-southeast-1")


@dataclass(frozen=True)
class Standing(Mishap):
    """It holds from the world's beginning on, and for ever."""


def troubles() -> st.SearchStrategy[Mishap]:
    """One of them is always in the draw. No way in is the rarest: nothing else can befall such an account."""
    ways = (_throttled, _throttled, _unlisted, _kept, _kept, _expiring, _stubborn, _stubborn, _no_way_in)
    return st.sampled_from(ways).flatmap(lambda way: way())


def others() -> st.SearchStrategy[Mishap]:
    spoils = spoilt(rf"{NO_ANSWER}|could not be believed|is not AWS|[Cc]onnection|[Tt]imeout")
    return st.one_of(
        _weather(),
        spoils,
        _late(),
        _late_policies(),
        _stubborn(),
        _expiring(),
        _slow(),
        busy("(EB-(37[026]|385) )?"),
        st.just(_closed()),
        st.just(_abroad()),
    )


def _fault(name: str, named: str | None, certain: bool = False, **fault: Any) -> Mishap:
    return Mishap(name, {"faults": [fault]}, named, certain)


def _throttled() -> st.SearchStrategy[Mishap]:
    return st.builds(
        lambda service, times: _fault(
            f"{service} throttles {times} times",
            _THROTTLES[service],
            service=service,
            code=_THROTTLES[service],
            status=503 if service == "s3" else 400,
            times=times,
        ),
        st.sampled_from(sorted(_THROTTLES)),
        st.sampled_from([6, 20, 40, 200]),
    )


def _denied(what: str, operation: str, named: str, certain: bool = False) -> Mishap:
    service, name = operation.split(":")
    code = (
        "AccessDenied" if service in ("s3", "iam", "cloudformation", "sns", "cloudwatch") else "AccessDeniedException"
    )
    return _fault(
        f"{what} {operation} denied", named, certain, service=service, operation=name, code=code, status=403,
        message=f"not authorized to perform: {operation} {_DENIED}",
    )  # fmt: skip


def _unlisted() -> st.SearchStrategy[Mishap]:
    """Denied; or refused with a code that says nothing, of what could be listed before."""
    return st.one_of(
        st.sampled_from(_LISTINGS).map(lambda each: _denied("listing", each, rf"{each} {_DENIED}", certain=True)),
        st.sampled_from(_LISTINGS).map(
            lambda each: _fault(
                f"{each} refused", f"{each} is broken", True, service=each.split(":")[0], operation=each.split(":")[1],
                code="ValidationException", message=f"{each} is broken",
            )
        ),
    )  # fmt: skip


def _kept() -> st.SearchStrategy[Mishap]:
    return st.sampled_from(_REMOVALS).map(
        lambda each: _denied("removal", each, rf"{each.replace('*', '.').split('.')[0]}.* {_DENIED}")
    )


def _expiring() -> st.SearchStrategy[Mishap]:
    return st.integers(20, 900).map(
        lambda seconds: Mishap(f"credentials die after {seconds} s", {"access": {"session_seconds": seconds}})
    )


def _no_way_in() -> st.SearchStrategy[Mishap]:
    words = {"no-trust": "no resource-based policy", "no-permission": "no identity-based", "organization": _DENIED}
    return st.one_of(
        st.sampled_from(sorted(words)).map(
            lambda why: Mishap(f"no way in: {why}", {"access": {"assume": why}}, rf"EB-20\d .*{words[why]}", True)
        ),
        st.just(
            Mishap(
                "home denied",
                {"access": {"regions_denied": ["ap-northeast-1", "cn-north-1"]}},
                r"EB-206 .*service control policy",
                True,
            )
        ),
    )


def _weather() -> st.SearchStrategy[Mishap]:
    share = st.sampled_from([0.02, 0.1, 0.25])
    slow = st.sampled_from([2.0, 8.0]).map(
        lambda rate: Mishap(f"{rate} calls of SageMaker a second", {
            "rates": [{"service": "sagemaker", "per_second": rate, "code": "ThrottlingException"}],
        }, r"ThrottlingException")
    )  # fmt: skip
    return st.one_of(
        st.builds(
            lambda how, share: _fault(
                f"{share:.0%} of answers {how}", r"(EB-371|EB-208|[Cc]onnection) ?", how=how, share=share
            ),
            st.sampled_from(["cut", "lost"]),
            share,
        ),
        share.map(
            lambda share: _fault(
                f"{share:.0%} errors of 500", "InternalFailure|EB-37[06] ", code="InternalFailure", status=500,
                share=share,
            )
        ),
        slow,
    )  # fmt: skip


def _stubborn() -> st.SearchStrategy[Mishap]:
    """What AWS does not do at first, or not in one go; some of it says so in an answer of status 200."""
    failing = st.builds(
        lambda stack, times: Mishap(
            f"stack {stack} fails to go {times or 'always'}",
            {"stacks": {"failures": [
                {"stack": stack, "resource": "*", "reason": "in use by somebody", "during": "delete", "times": times},
            ]}},
            "in use by somebody|DELETE_FAILED",
        ),
        st.sampled_from(["*", "*-roles", "mine-*"]), st.sampled_from([1, 2, None]),
    )  # fmt: skip
    return st.one_of(
        failing,
        st.sampled_from([1, 3]).map(
            lambda keys: Mishap(
                f"S3 keeps {keys} keys once", {"buckets": {"delete_errors": keys}}, "EB-506|S3 did not delete"
            )
        ),
        st.sampled_from([1, 3]).map(
            lambda times: Mishap(
                f"Success: false {times} times", {"workforce": {"delete_workteam_fails": times}}, "Success: false"
            )
        ),
    )


def _slow() -> st.SearchStrategy[Mishap]:
    """In a state in which nobody can do anything: within the sweep's patience, and beyond it."""
    return st.sampled_from([1200.0, 9000.0]).map(
        lambda seconds: Mishap(
            f"stopping takes {seconds:.0f} s",
            {
                "notebooks": {"stop_seconds": [seconds, seconds]},
                "training": {"stop_seconds": [seconds, seconds]},
                "endpoints": {"delete_seconds": [seconds, seconds]},
                "stacks": {"delete_seconds": [seconds, seconds]},
            },
            r" is (Stopping|Deleting|DELETE_IN_PROGRESS)|left: ",
        )
    )


def _closed() -> Mishap:
    closed = {"sagemaker:*MlflowTrackingServer*": "ValidationException", "ecr:*": "SubscriptionRequiredException"}
    return Standing("MLflow and ECR closed", {"access": {"closed": closed}})


def _late() -> st.SearchStrategy[Mishap]:
    """It lags from the beginning on, for a read remembers only what it was asked; it passes with the other mishaps."""
    return lags().map(lambda each: Standing(each.name, each.differs, each.named))


def _late_policies() -> st.SearchStrategy[Mishap]:
    """A bucket's policy that was deleted denies for up to two minutes more."""
    return st.sampled_from([20.0, 60.0, 120.0]).map(
        lambda seconds: Standing(
            f"bucket policies count {seconds:.0f} s late",
            {"buckets": {"policy_seconds": [seconds / 2, seconds]}},
            "explicit deny in a resource-based policy",
        )
    )


def _abroad() -> Mishap:
    """It is told, and what is in these regions is not called clean."""
    named = r"service control policy|waits for"
    return Mishap("regions denied", {"access": {"regions_denied": list(_ABROAD)}}, named)
