"""Tell whether a refused removal can succeed later: no calls, codes only."""

from __future__ import annotations

from bootstrap.aws import errors as aws_errors
from bootstrap.errors import Refused, code_of

# What AWS says of a request that is the same at every try. Codes for what is in use, or in a wrong state, are not
# among them: ValidationException, InvalidParameterException, ResourceInUse, DeleteConflict, ConflictException.
_PERMANENT = frozenset(
    {
        "InvalidArgument",
        "InvalidRequest",
        "MalformedXML",
        "MethodNotAllowed",
        "NotImplemented",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnknownOperationException",
        "UnmodifiableEntity",
        "UnsupportedOperation",
        "UnsupportedOperationException",
    }
)
# A thing may be in use for half an hour: network interfaces are. Pauses grow to five minutes, so these are 26 minutes.
MOST_TRIES = 12


# Seconds in which a bucket's policy that was deleted may still deny: AWS's word for it is "eventually".
# hashicorp/terraform-provider-aws waits as long.
POLICY_LAPSES = 120.0


class Final(Refused):
    """A removal that no later try can achieve."""


class Lapsing(Refused):
    """A denial that the bucket's own policy may have caused, which the sweep has deleted."""


def final(error: Exception, tries: int, waited: float = 0.0) -> bool:
    """Return True if the removal is not to be tried again in this run. `waited`: seconds since its first refusal.

    | refusal                                                               | final               |
    |-----------------------------------------------------------------------|---------------------|
    | `Final`: what refuses was looked at, and does not pass                | at once             |
    | `Lapsing`: denied, and the policy that may do so was deleted          | after two minutes   |
    | denied by a policy                                                    | at once             |
    | a code that AWS gives to the same request at every try                | at once             |
    | in use, wrong state, throttled, an error of AWS's, any other          | after twelve tries  |
    """
    if isinstance(error, Final) or tries >= MOST_TRIES:
        return True
    if isinstance(error, Lapsing):
        return waited >= POLICY_LAPSES
    return aws_errors.denied(error) or code_of(error) in _PERMANENT
