"""EB-200 to EB-219: reaching an account."""

from bootstrap.errors import Explanation

_DEPLOY = "Deploy the access template in the account (README, Trust), with your own account or role as the one trusted."

ENTRIES = {
    "EB-200": Explanation(
        "The credentials are another account's",
        "AWS was asked whose credentials these are, and named an account that is not the roster's. Nothing was "
        "written.",
        "Correct account_id, role_arn or profile in the row that the message names.",
    ),
    "EB-201": Explanation(
        "The role cannot be assumed",
        "AWS gives one answer for three causes: the role does not exist in the account, it does not trust whoever "
        "runs this tool, or it expects an external id and the row has none.",
        _DEPLOY,
        "The role's name is access.role_name in event.yaml, or the row's role_arn.",
    ),
    "EB-202": Explanation(
        "The role cannot be assumed, and an external id is in use",
        "AWS gives one answer for three causes: the role does not exist, it does not trust whoever runs this tool, "
        "or it expects an external id other than the row's.",
        "Compare external_id in accounts.csv with sts:ExternalId in the role's trust policy; then as for EB-201.",
    ),
    "EB-203": Explanation(
        "Your own identity may not assume roles",
        "The denial comes from your side: no policy of yours allows sts:AssumeRole on the role, or a session policy or "
        "permissions boundary excludes it.",
        "Allow sts:AssumeRole on the access roles to the identity that runs the tool.",
    ),
    "EB-204": Explanation(
        "The role lacks a permission",
        "The role was assumed, but its policies do not allow the call that the message shows.",
        _DEPLOY,
    ),
    "EB-205": Explanation(
        "An organization policy denies assuming the role",
        "A service control policy or resource control policy of an AWS organization denies sts:AssumeRole explicitly. "
        "No permission of the role or of yours can overrule it.",
        "Ask the administrator of the organization to exempt the access role, or to change the policy.",
    ),
    "EB-206": Explanation(
        "An organization policy denies the call in this region",
        "The role was assumed, but a service control policy denies what came next. Such policies commonly deny whole "
        "regions, or all services that are not on a list.",
        "Ask the administrator to allow the event's region and ssm, sagemaker, servicequotas, cloudformation, s3, iam, "
        "cognito-idp, sns and events there, or to exempt the access role; or name another region.",
        "Innovation Sandbox on AWS exempts roles named InnovationSandbox-<namespace>*, AWSReservedSSO_*_IsbAdmins*, "
        "stacksets-exec-* and AWSControlTowerExecution, but not OrganizationAccountAccessRole.",
    ),
    "EB-207": Explanation(
        "The region is not enabled",
        "Regions that came after March 2019 are off until somebody switches them on, for each account. While a region "
        "is off, its endpoints answer that they do not know the credentials.",
        "Enable the region in the team's account and in your own (Account, AWS Regions); it takes minutes to hours. "
        "Or name another region. If both are enabled, see EB-214.",
    ),
    "EB-208": Explanation(
        "AWS cannot be reached",
        "No answer came from the region's endpoint: no network, a proxy or VPN in between, or no such host.",
        "Check that this machine reaches https://sts.<region>.amazonaws.com; set HTTPS_PROXY where one is needed.",
    ),
    "EB-209": Explanation(
        "You have no AWS credentials here",
        "Neither environment, profile nor instance role gave credentials to assume the accounts' roles with.",
        "Sign in (aws sso login), or set AWS_PROFILE, then try: aws sts get-caller-identity.",
    ),
    "EB-210": Explanation(
        "Your own credentials expired",
        "They were given for a time that is over, or the single sign-on session is.",
        "Sign in again and repeat the command; it goes on where it stopped.",
    ),
    "EB-211": Explanation(
        "The profile does not exist",
        "The row (or AWS_PROFILE) names a profile that is not in the AWS configuration of this machine.",
        "List them with aws configure list-profiles; correct what the message names, or configure the profile.",
    ),
    "EB-212": Explanation(
        "This machine's clock is wrong",
        "AWS accepts signatures within five minutes of its own time.",
        "Set the clock (NTP) and repeat the command.",
    ),
    "EB-213": Explanation(
        "AWS refuses the signature",
        "The secret key does not fit the access key, or something between here and AWS changes requests.",
        "Write the key down again; behind a proxy, let requests to AWS pass unchanged.",
    ),
    "EB-214": Explanation(
        "AWS does not know the access key",
        "The key was deleted or switched off, or belongs to another partition (China and GovCloud have their own).",
        "Sign in again, or make a new key; check that accounts and credentials are of one partition.",
    ),
    "EB-215": Explanation(
        "The account is your own",
        "The row names the account that your own credentials belong to. What teams may do, and what is removed after "
        "the event, must not happen there. Nothing was written.",
        "Name the team's account in the row; run the tool from an account that is no team's.",
    ),
}
