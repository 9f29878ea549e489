"""EB-560 to EB-569: people in the teams' accounts."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-560": Explanation(
        "access.principals names something else than an IAM user or role of the event's partition",
        "The teams' roles trust whom it names, by ARN: arn:aws:iam::ACCOUNT:user/NAME or ...:role/NAME. The ARN of a "
        "role's session (assumed-role) is none of these, and accounts in China trust only principals of China.",
        "Correct the ARN; for a session write its role. `aws sts get-caller-identity` shows who you are.",
    ),
    "EB-561": Explanation(
        "The team's role cannot be assumed",
        "The account itself answers, but its participant or support role was not made yet (stack `roles`), does not "
        "trust you, or the access role, deployed from an older template, may not assume it.",
        "Run event-bootstrap provision TEAM --step stack:roles; if it is ready, deploy access.yaml again there.",
    ),
    "EB-562": Explanation(
        "AWS's sign-in endpoint refused the credentials",
        "The endpoint that turns a role's credentials into a link answered that the request is bad: the clock of this "
        "machine is wrong, the credentials have just expired, or a session longer than AWS allows was asked for.",
        "Set the clock and try again. If it stays, take yourself out of access.principals: sessions of one hour need "
        "nothing special.",
    ),
    "EB-563": Explanation(
        "AWS's sign-in endpoint gave no answer",
        "https://REGION.signin.aws.amazon.com (China: signin.amazonaws.cn) cannot be reached from here, failed several "
        "times, or something in between answered in its place, such as a network's own sign-in page or a proxy.",
        "Open that address in a browser of this machine; check network, proxy (HTTPS_PROXY) and VPN.",
    ),
    "EB-564": Explanation(
        "The sign-in hosts of the partition are not known",
        "Links into the console are made for AWS, China and GovCloud.",
        "Use event-bootstrap credentials TEAM, or sign in to that partition's console by hand.",
    ),
    "EB-565": Explanation(
        "No browser can be opened here",
        "This machine has none that programs can open, as is so on servers and in containers.",
        "Add --print and open the link elsewhere within 15 minutes. Whoever has it gets in: hand it on as a password.",
    ),
    "EB-566": Explanation(
        "The name means several teams",
        "One account is entered at a time; * and ? in the name match all that fit.",
        "Write the name of one team as accounts.csv has it, or its account id.",
    ),
    "EB-567": Explanation(
        "Your own credentials come from this very command",
        "AWS_PROFILE names the profile whose credential_process is event-bootstrap credentials; to answer, the command "
        "would have to ask itself.",
        "Name the profile by the AWS CLI's own option instead of AWS_PROFILE, or put your own profile in front in the "
        "file: credential_process = env AWS_PROFILE=YOURS event-bootstrap credentials TEAM.",
    ),
    "EB-568": Explanation(
        "A team's account is among those of access.principals",
        "Every team's roles trust access.principals: whoever rules one team's account could enter those of all others.",
        "Name users and roles of the operators' own account under access.principals, or take the row out.",
    ),
}
