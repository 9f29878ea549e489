"""EB-560 to EB-569: people in the teams' accounts."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-560": Explanation(
        "access.principals names something that is not an IAM user or role of the event's partition",
        "The teams' roles trust the ARNs listed here: arn:aws:iam::ACCOUNT:user/NAME or "
        "arn:aws:iam::ACCOUNT:role/NAME. The ARN of a role's session (assumed-role) is not accepted, and accounts "
        "in China can only trust principals in China.",
        "Correct the ARN; instead of a session write its role. `aws sts get-caller-identity` shows who you are.",
    ),
    "EB-561": Explanation(
        "The team's role cannot be assumed",
        "The account answers, but its participant or support role is missing (stack `roles`), does not trust you, "
        "or the access role may not assume it because it was deployed from an older template.",
        "Run `event-bootstrap provision TEAM --step stack:roles`. If that step is ready, deploy access.yaml again "
        "in the account.",
    ),
    "EB-562": Explanation(
        "The AWS sign-in endpoint refused the credentials",
        "The endpoint that turns a role's credentials into a link rejected the request: the clock of this machine "
        "is wrong, the credentials have just expired, or the session is longer than AWS allows.",
        "Set the clock and try again. If the error stays, remove yourself from access.principals: one-hour sessions "
        "work without it.",
    ),
    "EB-563": Explanation(
        "The AWS sign-in endpoint did not answer",
        "https://REGION.signin.aws.amazon.com (China: signin.amazonaws.cn) cannot be reached, failed several times, "
        "or something else answered in its place, such as the sign-in page of a network or a proxy.",
        "Open that address in a browser on this machine. Check network, proxy (HTTPS_PROXY) and VPN.",
    ),
    "EB-564": Explanation(
        "The sign-in hosts of this partition are not known",
        "Console links can be made for AWS, China and GovCloud only.",
        "Use `event-bootstrap credentials TEAM`, or sign in to the console of that partition by hand.",
    ),
    "EB-565": Explanation(
        "No browser can be opened here",
        "This machine has no browser that a program can open, as is usual on servers and in containers.",
        "Add --print and open the link on another machine within 15 minutes. Handle the link like a password: "
        "whoever has it gets in.",
    ),
    "EB-566": Explanation(
        "The name matches several teams",
        "You can enter one account at a time; * and ? in the name match every team that fits.",
        "Write the name of one team as in accounts.csv, or its account id.",
    ),
    "EB-567": Explanation(
        "AWS_PROFILE names a profile that runs this command",
        "The credential_process of that profile is `event-bootstrap credentials`, so the command would call itself.",
        "Name that profile with the AWS CLI's own option instead of AWS_PROFILE. Or set your own profile in the AWS "
        "configuration: credential_process = env AWS_PROFILE=YOURS event-bootstrap credentials TEAM",
    ),
    "EB-568": Explanation(
        "access.principals names a team's account",
        "All teams' roles trust access.principals, so whoever controls this team's account could enter the accounts "
        "of all other teams.",
        "Under access.principals, name only users and roles of the operators' own account; or delete the row.",
    ),
}
