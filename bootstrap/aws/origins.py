"""The origin of each exception of botocore: the network, AWS, this machine or the program."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from botocore import exceptions as boto


class Origin(StrEnum):
    """The origin of the errors of a class of `botocore.exceptions`."""

    NETWORK = "the network"
    AWS = "an answer of AWS"
    CONFIGURATION = "this machine's configuration"
    PROGRAM = "the program that calls"


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Each class of botocore.exceptions; a test compares them with the installed botocore.
ORIGINS: Mapping[Origin, frozenset[str]] = {
    Origin.NETWORK: _words(
        """
        CapacityNotAvailableError ConnectTimeoutError ConnectionClosedError ConnectionError EndpointConnectionError
        HTTPClientError IncompleteReadError ProxyConnectionError ReadTimeoutError ResponseStreamingError SSLError
        """
    ),
    Origin.AWS: _words(
        """
        AwsChunkedWrapperError ChecksumError ClientError EventStreamError FlexibleChecksumError PaginationError
        WaiterError
        """
    ),
    Origin.CONFIGURATION: _words(
        """
        BaseEndpointResolverError ConfigNotFound ConfigParseError CredentialRetrievalError EndpointProviderError
        EndpointResolutionError EndpointVariantError InfiniteLoopConfigError InvalidChecksumConfigError
        InvalidConfigError InvalidDNSNameError InvalidDefaultsMode InvalidEndpointConfigurationError
        InvalidEndpointDiscoveryConfigurationError InvalidIMDSEndpointError InvalidIMDSEndpointModeError
        InvalidMaxRetryAttemptsError InvalidProxiesConfigError InvalidRegionError InvalidRetryConfigurationError
        InvalidRetryModeError InvalidS3AddressingStyleError InvalidS3UsEast1RegionalEndpointConfigError
        InvalidSTSRegionalEndpointsConfigError LoginAuthorizationCodeError LoginError LoginInsufficientPermissions
        LoginRefreshRequired LoginTokenLoadError MD5UnavailableError MetadataRetrievalError
        MissingDependencyException NoAuthTokenError NoCredentialsError NoRegionError PartialCredentialsError
        ProfileNotFound RefreshWithMFAUnsupportedError SSOError SSOTokenLoadError ServiceNotInRegionError
        TokenRetrievalError UnauthorizedSSOTokenError UnknownCredentialError UnknownEndpointError
        UnknownEndpointResolutionBuiltInName UnknownFIPSEndpointError UnknownRegionError
        UnknownSignatureVersionError UnknownTokenProviderError UnsupportedS3AccesspointConfigurationError
        UnsupportedS3ConfigurationError UnsupportedS3ControlConfigurationError UnsupportedSignatureVersionError
        """
    ),
    Origin.PROGRAM: _words(
        """
        AliasConflictParameterError ApiVersionNotFoundError BotoCoreError DataNotFoundError ImminentRemovalWarning
        InvalidExpressionError InvalidHostLabelError MissingParametersError MissingServiceIdError
        OperationNotPageableError ParamValidationError RangeError StubAssertionError StubResponseError
        UnStubbedResponseError UndefinedModelAttributeError UnknownClientMethodError UnknownKeyError
        UnknownParameterError UnknownServiceError UnknownServiceStyle UnseekableStreamError
        UnsupportedOutpostResourceError UnsupportedS3ArnError UnsupportedS3ControlArnError
        UnsupportedServiceProtocolsError UnsupportedTLSVersionWarning ValidationError WaiterConfigError
        """
    ),
}
_ORIGINS = {name: origin for origin, names in ORIGINS.items() for name in names}


def origin_of(error: BaseException) -> Origin | None:
    """Return the origin of the exception's class; None if it is none of botocore's.

    A client's own class of an answer (`ResourceNotFoundException`) has that of the class that it is made from.
    """
    names = (each.__name__ for each in type(error).__mro__ if each.__module__ == boto.__name__)
    return next((_ORIGINS[name] for name in names if name in _ORIGINS), None)
