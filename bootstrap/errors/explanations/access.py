"""EB-200 to EB-219: reaching an account."""

from __future__ import annotations

from bootstrap.errors import Explanation

_DEPLOY = (
    "Deploy access.yaml again in the account. Set its parameter HubPrincipalArn to the user or role that runs this "
    'tool (README, "Trust").'
)

ENTRIES: dict[str, Explanation] = {
    "EB-200": Explanation(
        "The credentials belong to another account",
        "AWS says that these credentials belong to another account than the one in the roster. Nothing was written.",
        "Correct account_id, role_arn or profile in the row that the message names.",
    ),
    "EB-201": Explanation(
        "The role cannot be assumed",
        "AWS gives the same error in three cases: the role does not exist in the account; it does not trust the "
        "identity that runs this tool; or it expects an external id and the row has none.",
        _DEPLOY,
        "The name of the role comes from access.role_name in event.yaml, or from role_arn in the row.",
    ),
    "EB-202": Explanation(
        "The role cannot be assumed, and an external id is used",
        "AWS gives the same error in three cases: the role does not exist; it does not trust the identity that runs "
        "this tool; or it expects another external id than the one in the row.",
        "Compare external_id in accounts.csv with sts:ExternalId in the role's trust policy. If they are equal, do "
        "what EB-201 says.",
    ),
    "EB-203": Explanation(
        "Your own identity is not allowed to assume roles",
        "Your own account denied the call: no policy of your identity allows sts:AssumeRole on the role, or a "
        "session policy or permissions boundary excludes it.",
        "Allow the identity that runs the tool to call sts:AssumeRole on the access roles.",
    ),
    "EB-204": Explanation(
        "The role lacks a permission",
        "The role was assumed, but its policies do not allow the call that the message shows.",
        _DEPLOY,
    ),
    "EB-205": Explanation(
        "An organization policy denies assuming the role",
        "A service control policy or resource control policy of an AWS organization explicitly denies "
        "sts:AssumeRole. No permission of the role or of your identity can override it.",
        "Ask the administrator of the organization to exempt the access role from the policy, or to change the policy.",
    ),
    "EB-206": Explanation(
        "An organization policy denies the call in this region",
        "The role was assumed, but a service control policy denied the next call. Such policies often deny whole "
        "regions, or all services that are not on a list.",
        "Ask the administrator to allow ssm, sagemaker, servicequotas, cloudformation, s3, iam, cognito-idp, sns "
        "and events in the event's region, or to exempt the access role. Or choose another region.",
        "Innovation Sandbox on AWS exempts roles named InnovationSandbox-<namespace>*, AWSReservedSSO_*_IsbAdmins*, "
        "stacksets-exec-* and AWSControlTowerExecution, but not OrganizationAccountAccessRole.",
    ),
    "EB-207": Explanation(
        "The region is not enabled",
        "Regions added after March 2019 are disabled until each account enables them. In a disabled region AWS "
        "answers that it does not know the credentials.",
        "Enable the region in the team's account and in your own (Account, AWS Regions); this takes minutes to "
        "hours. Or choose another region. If both accounts have it enabled, see EB-214.",
    ),
    "EB-208": Explanation(
        "AWS cannot be reached",
        "The region's endpoint did not answer: there is no network, a proxy or VPN blocks the connection, or the "
        "host name does not exist.",
        "Check that this machine can reach https://sts.<region>.amazonaws.com. Set HTTPS_PROXY if you need a proxy.",
    ),
    "EB-209": Explanation(
        "No AWS credentials found",
        "Neither the environment, nor a profile, nor an instance role provides credentials to assume the accounts' "
        "roles with.",
        "Sign in (`aws sso login`) or set AWS_PROFILE, then check with `aws sts get-caller-identity`.",
    ),
    "EB-210": Explanation(
        "Your own credentials expired",
        "The temporary credentials or the single sign-on session ended.",
        "Sign in again and run the same command; it continues where it stopped.",
    ),
    "EB-211": Explanation(
        "The profile does not exist",
        "The row, or AWS_PROFILE, names a profile that is not in the AWS configuration of this machine.",
        "List the profiles with `aws configure list-profiles`. Correct the name, or configure the profile.",
    ),
    "EB-212": Explanation(
        "The clock of this machine is wrong",
        "AWS accepts a signature only within five minutes of its own time.",
        "Set the clock (NTP) and run the same command again.",
    ),
    "EB-213": Explanation(
        "AWS rejects the signature",
        "The secret key does not belong to the access key, or a proxy between this machine and AWS changes the "
        "requests.",
        "Enter the key again. Behind a proxy, let requests to AWS pass unchanged.",
    ),
    "EB-214": Explanation(
        "AWS does not know the access key",
        "The key was deleted or deactivated, or belongs to another partition (China and GovCloud have their own).",
        "Sign in again, or create a new key. Check that accounts and credentials belong to the same partition.",
    ),
    "EB-215": Explanation(
        "The account is your own",
        "The row names the account that your own credentials belong to. Teams must not work there, and nothing "
        "there must be deleted after the event. Nothing was written.",
        "Write the team's account in the row, and run the tool from an account that belongs to no team.",
    ),
    "EB-216": Explanation(
        "The access role is of an older access.yaml",
        "The account's owner deployed an older version of access.yaml than this version of the tool has. What the "
        "older one allows goes on working. A call that it does not allow is refused when it is made (EB-204), and the "
        "sweep reports what it may not list or delete.",
        "Deploy the new access.yaml in the account again, under the name of its stack; parameters that you do not give "
        "keep their values. `event-bootstrap init` writes the new file into an empty folder.",
    ),
}
