"""An exception out of an AWS call -> is it worth another try, and what a person should read."""

from __future__ import annotations

from botocore import exceptions as boto

from bootstrap.aws.reasons import by_service_control_policy
from bootstrap.engine.states import Outcome, Settled
from bootstrap.errors import Refused, code_of, raw

_THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException.Throttling",
        "SlowDown",
        "PriorRequestNotComplete",
        "TransactionInProgressException",
        "OperationAborted",
        "ConcurrentModification",
        "ConcurrentModificationException",
    }
)
_SERVER = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalErrorException",
        "InternalException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "ServiceException",
        "RequestTimeout",
        "RequestTimeoutException",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "UnauthorizedOperation",
        "Forbidden",
        "403",
    }
)
_TAKEN = frozenset(
    {
        "AlreadyExists",
        "AlreadyExistsException",
        "EntityAlreadyExists",
        "ParameterAlreadyExists",
        "ResourceAlreadyExistsException",
        "ResourceInUse",
        "BucketAlreadyOwnedByYou",
        "UsernameExistsException",
        "GroupExistsException",
    }
)
_NETWORK = (
    boto.HTTPClientError,
    boto.ConnectionError,
    boto.ResponseStreamingError,
    ConnectionError,
    TimeoutError,
)
_NO_CREDENTIALS = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.TokenRetrievalError,
    boto.UnauthorizedSSOTokenError,
    boto.SSOTokenLoadError,
)


def throttled(error: BaseException) -> bool:
    return code_of(error) in _THROTTLED


def unreachable(error: BaseException) -> bool:
    """No answer came: connection refused, cut, timed out, or no such host."""
    return isinstance(error, _NETWORK)


def expired(error: BaseException) -> bool:
    return code_of(error) in _EXPIRED


def denied(error: BaseException) -> bool:
    return code_of(error) in _DENIED


def denied_by_organization(error: BaseException) -> bool:
    """Whether a service control policy of the organization denies the call."""
    return denied(error) and by_service_control_policy(error)


def already_exists(error: BaseException) -> bool:
    """What a repeated create meets when the first one went through unseen; the next look tells the truth."""
    return code_of(error) in _TAKEN


def transient(error: BaseException) -> bool:
    """Worth sending again unchanged: throttling, a server's own error, or no answer."""
    if isinstance(error, boto.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return throttled(error) or code_of(error) in _SERVER or int(status) >= 500
    return unreachable(error)


def failure(error: Exception) -> Settled:
    """The named end of a step that could not go on."""
    if isinstance(error, Refused):
        return Settled(Outcome.FAILED, error.detail, error.code)
    code, words = _named(error)
    return Settled(Outcome.FAILED, f"{words} ({raw(error)})", code, cause=f"{code}:{code_of(error)}")


def _named(error: Exception) -> tuple[str, str]:
    if isinstance(error, _NO_CREDENTIALS):
        return "EB-375", "the operator's own credentials cannot be loaded"
    if throttled(error):
        return "EB-370", "AWS still answers that we ask too fast"
    if expired(error):
        return "EB-374", "the credentials expired and could not be renewed"
    if denied_by_organization(error):
        return "EB-373", "an organization policy denies this call"
    if denied(error):
        return "EB-372", "the role may not make this call"
    if unreachable(error):
        return "EB-371", "no answer from AWS"
    if isinstance(error, boto.ClientError):
        return ("EB-376", "AWS has an error of its own") if transient(error) else ("EB-377", "AWS refused")
    return "EB-390", "an error in event-bootstrap itself"
