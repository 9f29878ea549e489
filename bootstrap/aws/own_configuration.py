"""Errors of the operator's own AWS configuration -> a code, with the file, profile or variable and what to do.

botocore reads files, variables, programs and services of this machine, and says what is wrong with them by classes of
its own or by Python's: whatever the reading of the configuration raises (`reading`) ends here. A value is never told.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import botocore
from botocore import exceptions as boto
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES as SETTINGS
from botocore.configprovider import DEFAULT_PROXIES_CONFIG_VARS as SETTINGS_OF_PROXIES
from botocore.configprovider import DEFAULT_S3_CONFIG_VARS as SETTINGS_OF_S3
from botocore.session import Session

from bootstrap.aws import own_addresses, own_files, profile_chain
from bootstrap.aws.origins import Origin, origin_of
from bootstrap.errors import Refused, Stop
from bootstrap.errors.message import joined, msg


class OwnConfiguration(Refused):
    """This machine's AWS configuration is wrong; nothing was sent. A person has to correct it."""


NO_PROFILE = "EB-211"
# The setting that an exception is about.
_OF_CLASS: Mapping[type[Exception], str] = {
    boto.InvalidDefaultsMode: "defaults_mode",
    boto.InvalidSTSRegionalEndpointsConfigError: "sts_regional_endpoints",
    boto.InvalidS3UsEast1RegionalEndpointConfigError: "us_east_1_regional_endpoint",
    boto.InvalidS3AddressingStyleError: "addressing_style",
    boto.InvalidRetryModeError: "retry_mode",
    boto.InvalidMaxRetryAttemptsError: "max_attempts",
    boto.InvalidEndpointDiscoveryConfigurationError: "endpoint_discovery_enabled",
    boto.InvalidIMDSEndpointModeError: "ec2_metadata_service_endpoint_mode",
    boto.InvalidIMDSEndpointError: "ec2_metadata_service_endpoint",
    boto.InvalidProxiesConfigError: "proxy_ca_bundle",
    boto.InvalidRegionError: "region",
    boto.UnknownRegionError: "region",
    boto.UnknownSignatureVersionError: "auth_scheme_preference",
    boto.UnsupportedSignatureVersionError: "auth_scheme_preference",
    boto.UnknownTokenProviderError: "auth_scheme_preference",
    boto.NoAuthTokenError: "auth_scheme_preference",
}
# Where botocore builds an endpoint that does not exist, one of these asks for it.
_OF_ENDPOINTS = ("use_fips_endpoint", "use_dualstack_endpoint", "use_accelerate_endpoint", "account_id_endpoint_mode")
_ENDPOINTS = (
    boto.BaseEndpointResolverError,
    boto.EndpointProviderError,
    boto.InvalidEndpointConfigurationError,
    boto.UnsupportedS3ConfigurationError,
    boto.UnsupportedS3AccesspointConfigurationError,
    boto.UnsupportedS3ControlConfigurationError,
    boto.ServiceNotInRegionError,
    boto.InvalidDNSNameError,
)
# What a profile gives to AssumeRole.
_OF_ROLE = ("role_arn", "external_id", "role_session_name", "duration_seconds", "mfa_serial")
_MACHINE = frozenset({"Ec2InstanceMetadata", "EcsContainer", "container-role", "iam-role"})


@contextmanager
def reading(profile: str | None, read: bool = True) -> Iterator[None]:
    """Raise OwnConfiguration for whatever the operator's configuration is to blame for inside the block.

    `profile`: that of the roster; None: the one of AWS_PROFILE. `read` is False where nothing of this machine is read.
    Errors of the network and answers of AWS pass through.
    """
    try:
        yield
    except (Refused, Stop):
        raise
    except Exception as error:
        found = _refusal(error, profile) if read or own_files.of_the_key_log(error) else None
        if found is None:
            raise
        raise found from None


def refusal(error: BaseException, profile: str | None = None) -> OwnConfiguration | None:
    """Return what an exception of botocore says of the operator's configuration; None if it is not to blame."""
    if isinstance(error, OwnConfiguration):
        return error
    if isinstance(error, boto.HTTPClientError | boto.ConnectionError):
        return _local(error)
    if isinstance(error, boto.BotoCoreError) and origin_of(error) is Origin.CONFIGURATION:
        return _named(error, profile)
    return None


def local(error: BaseException) -> bool:
    """Return True for an error that looks like the network's to botocore, and comes from this machine."""
    return isinstance(error, boto.HTTPClientError | boto.ConnectionError) and _local(error) is not None


def untrusted(error: BaseException) -> bool:
    """Return True if an endpoint's certificate was refused: no later attempt is answered by another one."""
    return isinstance(error, boto.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error.kwargs.get("error"))


def _refusal(error: Exception, profile: str | None) -> OwnConfiguration | None:
    """Do the same as `refusal`, for an exception raised while the configuration was read: no unknown class is ours."""
    if isinstance(error, boto.HTTPClientError | boto.ConnectionError):
        return _local(error)
    if origin_of(error) in {Origin.NETWORK, Origin.AWS}:
        return None
    return _named(error, profile) if isinstance(error, boto.BotoCoreError) else _unnamed(error, profile)


def _local(error: boto.BotoCoreError) -> OwnConfiguration | None:
    """Return the error of this machine that looks like the network's to botocore; None for any other."""
    if untrusted(error):
        return OwnConfiguration(
            "EB-661",
            msg(
                "the certificate of AWS's endpoint is not trusted; behind a proxy that inspects TLS, set AWS_CA_BUNDLE"
            ),
        )
    return own_addresses.refused_by(error, OwnConfiguration)


def _named(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    said = _by_kind(error, profile) or _by_setting(error, profile)
    return said or _unnamed(error, profile)


def _by_kind(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration | None:
    made = next((make for kinds, make in _KINDS if isinstance(error, kinds)), None)
    return made(error, profile) if made else None


def _by_setting(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration | None:
    key = next((_OF_CLASS[each] for each in type(error).__mro__ if each in _OF_CLASS), None)
    if isinstance(error, boto.InvalidChecksumConfigError):
        key = str(error.kwargs.get("config_key"))
    if key:
        return wrong_setting(place_of(key, profile))
    if isinstance(error, _ENDPOINTS):
        asked = [place_of(each, profile) for each in _OF_ENDPOINTS if _is_set(each, profile)]
        return wrong_setting(joined(", ", asked)) if asked else None
    return None


def _unnamed(error: Exception, profile: str | None) -> OwnConfiguration:
    """Look for what raised it: a file, a setting that cannot be read, an address, a program, a profile."""
    if isinstance(error, OSError) and error.filename:
        return _missing(error, profile)
    for key in SETTINGS:
        if not _readable(key, profile):
            return wrong_setting(place_of(key, profile))
    if wrong := own_addresses.bad_endpoint(_scoped(profile), _whole().get("services", {})):
        return wrong_setting(wrong)
    if "credential_process" in _scoped(profile):
        return _program(profile, msg("does not answer as AWS's documentation of credential_process says"))
    if (found := _chain(profile)) is not None:
        return found
    if any(each.startswith("AWS_CONTAINER_") for each in os.environ):
        return _machine(profile)
    # The class is botocore's or Python's; its text may hold anything.
    said = msg("this machine's AWS configuration cannot be used ({kind}): {profile}, {files}",
               kind=type(error).__name__, profile=_profile(profile), files=_files())  # fmt: skip
    return OwnConfiguration("EB-663", said)


def wrong_setting(place: str) -> OwnConfiguration:
    """Return the error of a setting with a value that botocore does not take. `place`: as `place_of` names it."""
    return own_addresses.wrong_setting(place, OwnConfiguration)


def _unread(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    return OwnConfiguration("EB-650", own_files.broken(Path(str(error.kwargs.get("path", "")))))


def _no_profile(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    name = str(error.kwargs.get("profile", ""))
    for each in own_files.files():
        if each.is_file() and not os.access(each, os.R_OK):
            return OwnConfiguration("EB-650", own_files.broken(each))
    whose: str = msg("the row names it")
    if profile is None:
        named = (each for each in ("AWS_DEFAULT_PROFILE", "AWS_PROFILE") if os.environ.get(each) == name)
        whose = next(named, "AWS_PROFILE")
    said = msg("the profile {name} ({whose}) is in none of these files: {files}", name=name, whose=whose,
               files=_files())  # fmt: skip
    return OwnConfiguration(NO_PROFILE, said)


def _package(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    """AWS's CLI gives such credentials as well, to a profile with `credential_process`."""
    command = f"{sys.executable} -m pip install 'botocore[crt]=={botocore.__version__}'"
    own = f"credential_process = aws configure export-credentials --profile {_name(profile)}"
    said = msg("{profile} needs a package that is not installed; run: {command}; or use a profile with the line: "
               "{own}", profile=_profile(profile), command=command, own=own)  # fmt: skip
    return OwnConfiguration("EB-655", said)


def _no_login(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    return _signed_out(profile, "login" if isinstance(error, boto.LoginError) else "sso login")


def _signed_out(profile: str | None, command: str) -> OwnConfiguration:
    said = msg(
        "you are not signed in, or no longer; run: {command}", command=f"aws {command} --profile {_name(profile)}"
    )
    return OwnConfiguration("EB-210", said)


def _partial(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    missing = str(error.kwargs.get("cred_var", ""))
    where: str = msg("the environment") if error.kwargs.get("provider") == "env" else _profile(profile)
    return OwnConfiguration("EB-664", msg("{where} has no {missing}", where=where, missing=missing))


def no_credentials() -> OwnConfiguration:
    """Return the error of a machine that gives no credentials."""
    return OwnConfiguration("EB-209", msg("no AWS credentials found on this machine; sign in, or set AWS_PROFILE"))


def _no_region(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    said = msg("{profile} names no region; add `region` to it, or set AWS_DEFAULT_REGION", profile=_profile(profile))
    return OwnConfiguration("EB-652", said)


def _of_the_role(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration | None:
    named = ", ".join(key for key in _OF_ROLE if key in _scoped(profile))
    if not named:
        return wrong_setting("AWS_ROLE_ARN") if "AWS_ROLE_ARN" in os.environ else None
    said = msg("{profile}: AWS takes no such value of one of these: {settings}",
               profile=_profile(profile), settings=named)  # fmt: skip
    return OwnConfiguration("EB-652", said)


def mfa_ended(profile: str | None) -> OwnConfiguration:
    """Return the error of a profile whose MFA session has ended: a run asks nothing while it goes on."""
    said = msg("the MFA session of {profile} has ended; run the same command again and enter a new code",
               profile=_name(profile))  # fmt: skip
    return OwnConfiguration("EB-659", said)


def _may_not_renew(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    said = msg("your identity may not renew the sign-in of {profile}; have signin:CreateOAuth2Token allowed",
               profile=_profile(profile))  # fmt: skip
    return OwnConfiguration("EB-662", said)


def _not_given(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration:
    provider = str(error.kwargs.get("provider", ""))
    if provider == "custom-process":
        return _program(profile, msg("failed, or answered another Version than 1"))
    if provider in {"sso", "sso-token"}:
        return _signed_out(profile, "sso login")
    if provider == "login":
        return _signed_out(profile, "login")
    if provider in _MACHINE:
        return _machine(profile)
    return OwnConfiguration("EB-664", msg("{where} gives no credentials", where=_profile(profile)))


def _program(profile: str | None, what: str) -> OwnConfiguration:
    command = str(_scoped(profile).get("credential_process", "")).split()
    # Its arguments and its output may hold what is secret.
    said = msg("credential_process of {profile}: the program {program} {what}; run it by hand to see its output",
               profile=_profile(profile), program=command[0] if command else "", what=what)  # fmt: skip
    return OwnConfiguration("EB-653", said)


def _machine(profile: str | None) -> OwnConfiguration:
    named = [each for each in ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                               "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                               "AWS_CONTAINER_AUTHORIZATION_TOKEN") if os.environ.get(each)]  # fmt: skip
    where = joined(", ", named or [_profile(profile)])
    said = msg("the machine's own credentials cannot be fetched; check {where}, or use a profile", where=where)
    return OwnConfiguration("EB-654", said)


def _missing(error: OSError, profile: str | None) -> OwnConfiguration:
    """A file that a setting names. A program that cannot be started is one too."""
    name, reason = str(error.filename), error.strerror or type(error).__name__
    process = str(_scoped(profile).get("credential_process", ""))
    if name in process.split()[:1]:
        return _program(profile, msg("cannot be started: {reason}", reason=reason))
    named = [each for each, value in os.environ.items() if each.startswith(own_files.NAMING) and value == name]
    named += [place_of(key, profile) for key, value in _scoped(profile).items() if value == name]
    if named:
        what = msg("{setting} names {file}, which cannot be read: {reason}", setting=named[0], file=name, reason=reason)
        return OwnConfiguration("EB-651" if own_files.of_the_key_log(error) else "EB-654", what)
    return OwnConfiguration("EB-650", msg("{file}: cannot be read: {reason}", file=name, reason=reason))


def _mentioned(error: Exception, profile: str | None) -> OwnConfiguration | None:
    """The setting that the text of an InvalidConfigError names, which has no field for it."""
    said = str(error)
    named = [key for key in (*SETTINGS, *SETTINGS_OF_S3) if "_" in key and key in said and _is_set(key, profile)]
    return wrong_setting(place_of(max(named, key=len), profile)) if named else None


def _of_the_chain(error: boto.BotoCoreError, profile: str | None) -> OwnConfiguration | None:
    return _mentioned(error, profile) or _chain(profile)


def _chain(profile: str | None) -> OwnConfiguration | None:
    if profile is None and "AWS_WEB_IDENTITY_TOKEN_FILE" in os.environ and "AWS_ROLE_ARN" not in os.environ:
        return OwnConfiguration("EB-654", msg("AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not"))
    said = profile_chain.fault(_whole(), _name(profile))
    return OwnConfiguration("EB-652", joined(": ", (_files(), said))) if said else None


def place_of(key: str, profile: str | None) -> str:
    """Return where a setting gets its value: the variable, or its name with the profile and the files."""
    names, variables = _setting(key)
    found = next((each for each in variables if each in os.environ), None)
    if found:
        return found
    return msg("{setting} of {profile} in {files}", setting=names[0] if names else key, profile=_profile(profile),
               files=_files())  # fmt: skip


def _setting(key: str) -> tuple[list[str], list[str]]:
    """Names of a setting in the files, and its variables."""
    row = next((each[key] for each in (SETTINGS, SETTINGS_OF_S3, SETTINGS_OF_PROXIES) if key in each), None)
    if row is None:
        return [key], []
    wanted, variables = row[0], row[1]
    names = [wanted] if isinstance(wanted, str | tuple) else list(wanted or ())
    shown = [each if isinstance(each, str) else ".".join(each) for each in names]
    return shown, [variables] if isinstance(variables, str) else list(variables or ())


def _is_set(key: str, profile: str | None) -> bool:
    names, variables = _setting(key)
    scoped = _scoped(profile)
    return any(each in os.environ for each in variables) or any(each.split(".")[0] in scoped for each in names)


def _readable(key: str, profile: str | None) -> bool:
    try:
        _settings(profile).get_config_variable(key)
    except ValueError:
        return False
    except boto.BotoCoreError:
        return True
    return True


def _settings(profile: str | None) -> Session:
    """Return a session for what it is configured with; without handlers it costs a tenth of one that makes calls."""
    return Session(profile=profile, include_builtin_handlers=False)


def _whole() -> Mapping[str, Any]:
    with suppress(Exception):
        found: Mapping[str, Any] = _settings(None).full_config
        return found
    return {}


def _scoped(profile: str | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _whole().get("profiles", {}).get(_name(profile), {})
    return found


def _name(profile: str | None) -> str:
    return profile or os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE") or "default"


def _profile(profile: str | None) -> str:
    return msg("profile {name}", name=_name(profile))


def _files() -> str:
    return ", ".join(own_files.short(each) for each in own_files.files())


# The first that fits.
_KINDS: tuple[
    tuple[tuple[type[Exception], ...], Callable[[Any, str | None], OwnConfiguration | None]],
    ...,
] = (
    ((boto.ConfigParseError, boto.ConfigNotFound), _unread),
    ((boto.ProfileNotFound,), _no_profile),
    ((boto.NoCredentialsError,), lambda error, profile: no_credentials()),
    ((boto.NoRegionError,), _no_region),
    ((boto.MissingDependencyException,), _package),
    ((boto.RefreshWithMFAUnsupportedError,), lambda error, profile: mfa_ended(profile)),
    ((boto.LoginInsufficientPermissions,), _may_not_renew),
    ((boto.LoginError, boto.TokenRetrievalError, boto.SSOError), _no_login),
    ((boto.PartialCredentialsError,), _partial),
    ((boto.CredentialRetrievalError,), _not_given),
    ((boto.ParamValidationError,), _of_the_role),
    ((boto.MetadataRetrievalError,), lambda error, profile: _machine(profile)),
    ((boto.UnknownCredentialError, boto.InvalidConfigError), _of_the_chain),
)
