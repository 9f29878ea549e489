"""The access role: whether the account's owner deployed an older access.yaml than this version of the tool ships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.doctor.examination import Examination, Patient, Seen
from bootstrap.doctor.finding import Finding, Severity, fine, meaning
from bootstrap.errors import code_of
from bootstrap.errors.message import counted, joined, msg
from bootstrap.steps import access_template

if TYPE_CHECKING:
    from bootstrap.aws.sessions import AccountSession

_SHOWN = 6


def look(session: AccountSession, patient: Patient) -> int | None:
    """Return the version of the template that made the access role; None if another made it, or nobody knows.

    Reads GetRole; nothing for an account that is reached by a profile.
    """
    account = patient.account
    if account.profile and not account.role_arn:
        return None
    role = (account.role_arn or patient.event.access.role_name).rpartition("/")[2]
    try:
        tags = session.client("iam").get_role(RoleName=role)["Role"].get("Tags", [])
    except ClientError as error:
        # A role that the owner made by hand may not look at itself.
        if aws_errors.denied(error) or code_of(error) == "NoSuchEntity":
            return None
        raise
    return access_template.version_of({each["Key"]: each["Value"] for each in tags})


def findings(patient: Patient, version: int | None, all_seen: Seen) -> Iterator[Finding]:
    if version is None:
        return
    if version >= access_template.VERSION:
        yield fine("access", msg("the access role is of access.yaml version {version}", version=version))
        return
    places = {"found": version, "wanted": access_template.VERSION}
    words: str = msg("the access role is of access.yaml version {found}; this tool has version {wanted}", **places)
    if lacking := access_template.lacking(version):
        more = counted(
            "it lacks {count} right: {rights}",
            "it lacks {count} rights: {rights}",
            len(lacking),
            rights=", ".join([*lacking[:_SHOWN], *(["..."] if len(lacking) > _SHOWN else [])]),
        )
        words = joined("; ", (words, more))
    deploy = (
        "aws cloudformation deploy --stack-name event-bootstrap-access --template-file access.yaml "
        f"--capabilities CAPABILITY_NAMED_IAM --parameter-overrides EventName={patient.event.name}"
    )
    yield Finding(Severity.NOTE, "access", words, "EB-216", meaning("EB-216"), deploy)


EXAMINATION = Examination("rights", look, findings)
