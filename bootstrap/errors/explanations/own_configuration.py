"""EB-650 to EB-669: the AWS configuration of the operator's own machine."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-650": Explanation(
        "A file of your AWS configuration cannot be read",
        "The file that the message names is not as AWS's tools write it: a section or a line is there twice, a line "
        "has no `=`, the file is not UTF-8 or begins with a byte-order mark, or this user may not read it.",
        "Correct the line that the message names. `aws configure list` shows whether the file can be read.",
    ),
    "EB-651": Explanation(
        "A setting of your AWS configuration has a wrong value",
        "The variable, or the setting in the profile, that the message names has a value that botocore does not know, "
        "or an address without http:// or https://; or it names a file that cannot be written (SSLKEYLOGFILE). Other "
        "values are not shown.",
        "Correct the value, or remove the setting: AWS's tools need none of them.",
        "Settings: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html",
    ),
    "EB-652": Explanation(
        "A profile of your AWS configuration is incomplete",
        "The profile names another profile or an sso-session that is not there, names itself by way of others, or "
        "lacks a setting that it needs.",
        "Correct the profile that the message names in ~/.aws/config; then check it: set AWS_PROFILE to it and run "
        "`aws sts get-caller-identity`.",
    ),
    "EB-653": Explanation(
        "The program of credential_process gives no credentials",
        "The profile gets its credentials from a program, and that program cannot be started, failed, or printed "
        "something other than the JSON document of AWS's documentation. Its output is not shown, because it may hold "
        "credentials.",
        "Run the program by hand. It must print one JSON document with Version 1, AccessKeyId and SecretAccessKey, and "
        "nothing else on stdout.",
        "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html",
    ),
    "EB-654": Explanation(
        "The machine's own credentials cannot be fetched",
        "The environment says that a container, an instance or a web identity gives credentials, but the address is "
        "not allowed or does not answer, or the file with the token is not there.",
        "Correct the variable that the message names. On a machine of your own remove it, and use a profile.",
    ),
    "EB-655": Explanation(
        "A package that your way to sign in needs is not installed",
        "botocore reads the sign-in of `aws login` only with the package awscrt. event-bootstrap does not install it, "
        "because it is large and only this way to sign in needs it.",
        "Run the command that the message names. Or let the AWS CLI give the credentials: a profile of its own with "
        "the line credential_process that the message names.",
    ),
    "EB-657": Explanation(
        "An MFA code is needed, and nobody can be asked",
        "The profile has mfa_serial: AWS wants a code of that device. event-bootstrap asks for it once, before it "
        "starts, but this command has no terminal.",
        "Run the command in a terminal. In a job without one, use credentials that need no code.",
    ),
    "EB-658": Explanation(
        "AWS did not take the MFA code",
        "The code was wrong, was used already or is too old, or the device does not belong to the user whose keys "
        "are used. The session that serves all profiles of the device needs the keys of an IAM user.",
        "Wait for the device's next code and run the same command again. If it is refused again, compare mfa_serial "
        "with `aws iam list-mfa-devices`.",
    ),
    "EB-659": Explanation(
        "The MFA session has ended",
        "You signed in with an MFA code when the command started. That session has ended, and a run that goes on "
        "cannot ask for a new code.",
        "Run the same command again and enter a new code; it continues where it stopped.",
    ),
    "EB-660": Explanation(
        "The file with certificates cannot be used",
        "AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or ca_bundle of the profile names a file that is not there or holds no "
        "certificate. Nothing was sent.",
        "Correct the path, or remove the setting if no proxy inspects TLS.",
    ),
    "EB-661": Explanation(
        "The certificate of AWS's endpoint is not trusted",
        "Something between this machine and AWS shows a certificate of its own: a proxy that inspects TLS, or the "
        "sign-in page of a network.",
        "Save the certificate of your organization's proxy as a file (PEM) and set AWS_CA_BUNDLE to it. In a network "
        "with a sign-in page, sign in first.",
    ),
    "EB-662": Explanation(
        "Your identity may not renew its sign-in",
        "The sign-in of `aws login` is renewed by signin:CreateOAuth2Token, which no policy of your identity allows.",
        "Have the managed policy SignInLocalDevelopmentAccess attached to your identity, or sign in another way.",
    ),
    "EB-663": Explanation(
        "Your AWS configuration cannot be used",
        "Reading this machine's AWS configuration failed in a way that event-bootstrap does not know. The message "
        "names the profile and the files.",
        "Try `aws sts get-caller-identity` with the same profile and variables: it reads the same files.",
    ),
    "EB-664": Explanation(
        "Your credentials are incomplete",
        "An access key or a secret key is missing where the message says, or the source of the credentials gives none.",
        "Set both the access key and the secret key, or sign in; then check with `aws sts get-caller-identity`.",
    ),
}
