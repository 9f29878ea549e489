"""Classifies exceptions of AWS calls by their code: whether a retry may help. `refusals.py` says what they mean."""

from __future__ import annotations

import re

from botocore import exceptions as boto

from bootstrap.aws import own_configuration
from bootstrap.aws.answers import NotAws, Why
from bootstrap.aws.reasons import Denier, denier, lacks_permission, not_there
from bootstrap.errors import code_of, raw
from bootstrap.errors.message import msg

# What botocore's retry rules and the models of the services say, and what AWS documents, held against the installed
# botocore by tests/aws/test_retryable.py. Not "LimitExceededException", which botocore retries for Kinesis:
# every other service says it of a quota.
_THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "ConcurrentResourcesLimitExceeded",
        "DependentServiceRequestThrottlingFault",
        "EC2ThrottledException",
        "KMSThrottling",
        "KMSThrottlingException",
        "LimitExceededException.Throttling",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsError",
        "TooManyRequestsException",
    }
)
# Another change of the same thing is under way, or one that has just been made has not arrived everywhere.
_BUSY = frozenset(
    {
        "ConcurrentAccess",
        "ConcurrentAccessException",
        "ConcurrentModification",
        "ConcurrentModificationException",
        "ConcurrentUpdateException",
        "ConditionalRequestConflict",
        "EntityTemporarilyUnmodifiable",
        "FinalizingOrganizationException",
        "ModelNotReadyException",
        "OperationAborted",
        "OperationAbortedException",
        "OperationInProgressException",
        "OpsMetadataTooManyUpdatesException",
        "PolicyChangesInProgressException",
        "PriorRequestNotComplete",
        "ResourcePropagationDelayException",
        "RoleModified",
        "StaleTag",
        "StaleTagException",
        "TooManyUpdates",
        "TransactionInProgressException",
    }
)
_SERVER = frozenset(
    {
        # The body was damaged on its way.
        "BadDigest",
        "DependentServiceUnavailableFault",
        "FederationSourceRetryableException",
        "IDPCommunicationError",
        "InternalError",
        "InternalErrorException",
        "InternalException",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "InternalServiceError",
        "InternalServiceException",
        "InternalServiceFault",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServerException",
        "ServiceException",
        "ServiceFailure",
        "ServiceUnavailable",
        "ServiceUnavailableException",
    }
)
# 0: the refusal is told by CloudTrail, which leaves the status out.
_NO_ENTRY = frozenset({0, 401, 403})
_NOT_FOUND = 404
_ABSENT = re.compile(r"NotFound|NoSuch|NotExist")
# HeadObject answers without a body, so that only its status is known.
_NO_OBJECT = frozenset({"404", "NoSuchKey", "NotFound"})
_NO_OPERATION = frozenset({"InvalidAction", "UnknownOperation", "UnknownOperationException"})
_TOO_MANY_REQUESTS, _SERVER_ERROR, _NOT_IMPLEMENTED = 429, 500, 501
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
# The service does not know the caller: keys that are not AWS's, or credentials that the region does not take.
_NOT_ACCEPTED = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure"})
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
    # A body is shorter than its Content-Length says.
    boto.IncompleteReadError,
    ConnectionError,
    TimeoutError,
)
# It speaks AWS's protocol: AWS's own answer may be in it.
_PARTS = frozenset({Why.UNREADABLE, Why.KEY, Why.UNPROVEN_KEY, Why.TWICE})


def throttled(error: BaseException) -> bool:
    """Return True if AWS throttled the call, by code or by HTTP status."""
    return code_of(error) in _THROTTLED or (status_of(error) == _TOO_MANY_REQUESTS and not busy(error))


def busy(error: BaseException) -> bool:
    """Return True if another change of the same thing is under way: the same call succeeds once it is made."""
    return code_of(error) in _BUSY


def passing(code: str) -> bool:
    """Return True for a code after which the same call may succeed: also of an error inside an answer, for one key."""
    return code in _THROTTLED or code in _BUSY or code in _SERVER


def status_of(error: BaseException) -> int:
    """Return the HTTP status of AWS's refusal; 0 if there is none."""
    answer = getattr(error, "response", None)
    told = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) if isinstance(answer, dict) else 0
    return int(told)


def unreachable(error: BaseException) -> bool:
    """Return True if no answer came: connection refused, cut or timed out, or no such host.

    Certificates and addresses that are wrong on this machine are not the network's.
    """
    return isinstance(error, _NETWORK) and not own_configuration.local(error)


def not_found(error: BaseException) -> bool:
    """Return True if there was nobody to connect to: a host without a name, or that a proxy does not reach.

    A time-out, or a connection that was cut, shows that somebody is there.
    """
    return isinstance(error, (boto.EndpointConnectionError, boto.ProxyConnectionError))


def expired(error: BaseException) -> bool:
    """Return True if the credentials expired."""
    return code_of(error) in _EXPIRED


def not_accepted(error: BaseException) -> bool:
    """Return True if the service does not know the caller's keys. Opt-in regions refuse tokens of STS's old kind so."""
    return code_of(error) in _NOT_ACCEPTED


def denied(error: BaseException) -> bool:
    """Return True if a policy denies the call: by the code, or by IAM's own words with another code."""
    if code_of(error) in _DENIED:
        return True
    # Other codes carry these words about somebody else: a role that the service itself would assume.
    return status_of(error) in _NO_ENTRY and (
        code_of(error) not in _NOT_ACCEPTED | _EXPIRED and lacks_permission(error)
    )


def absent(error: BaseException) -> bool:
    """Return True if what the call asks about is not there. An operation that is not there is another matter."""
    code = code_of(error)
    if code in _NO_OPERATION:
        return False
    return status_of(error) == _NOT_FOUND or _ABSENT.search(code) is not None or not_there(error)


def no_object(error: BaseException) -> bool:
    """Return True if S3 has no object of this key; a bucket that is not there is another matter."""
    return code_of(error) in _NO_OBJECT


def denied_by_organization(error: BaseException) -> bool:
    """Return True if a policy of the organization denies the call: a service or a resource control policy."""
    return denied(error) and denier(error) is Denier.ORGANIZATION


def already_exists(error: BaseException) -> bool:
    """Return True if the thing to create exists, as after a create whose answer was lost."""
    return code_of(error) in _TAKEN


def transient(error: BaseException) -> bool:
    """Return True if the same call may succeed later: throttled, another change is under way, an error of AWS's
    servers, no answer, or not AWS's."""
    if isinstance(error, boto.ClientError):
        status = status_of(error)
        servers = status >= _SERVER_ERROR and status != _NOT_IMPLEMENTED
        return servers or status == _TOO_MANY_REQUESTS or passing(code_of(error))
    return unreachable(error) or isinstance(error, NotAws)


def told(error: BaseException) -> str:
    """Return what AWS answered, for people, without secrets; for an answer that is not AWS's, what is wrong with it."""
    return _not_aws(error) if isinstance(error, NotAws) else raw(error)


def _not_aws(error: NotAws) -> str:
    seen = msg("HTTP {status}, {media}, {length} bytes", status=error.status, media=error.media, length=error.length)
    if error.fault in _PARTS:
        return msg(
            "the answer to {call} could not be believed: it is cut, old, or another call's ({seen})",
            call=error.call,
            seen=seen,
        )
    return msg(
        "what answered {call} is not AWS: a proxy or a sign-in page? ({seen})",
        call=error.call,
        seen=seen,
    )
