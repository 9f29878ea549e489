"""EB-310 to EB-339: labelling workforce, work team and people; training notices."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-310": Explanation(
        "No labelling in this partition",
        "The China regions have no Cognito user pools, and a private workforce needs one.",
        "Remove the labelling lab from this team's row in accounts.csv, or use a region outside of China.",
        "The tool made no call to AWS for this.",
    ),
    "EB-311": Explanation(
        "The workforce uses OIDC sign-in",
        "An account has one private workforce per region, and this one uses somebody else's identity provider.",
        "Give the team another account. Or delete that workforce (its work teams first) if nobody needs it.",
    ),
    "EB-312": Explanation(
        "The workforce failed",
        "AWS could not create or change it; the detail shows AWS's reason.",
        "Delete it (`aws sagemaker delete-workforce`), then run the same command again.",
    ),
    "EB-313": Explanation(
        "AWS refuses the workforce: this account may not be able to use Ground Truth",
        "Ground Truth is closed to new customers since 30 July 2026. AWS does not document which call fails, or with "
        "which message. The tool therefore reports every refusal as this one, unless it is a missing permission or a "
        "limit. AWS's own message is in the detail.",
        "Remove the lab from this team's row (column labs of accounts.csv), mark it `required: false` in "
        "event.yaml, or give the team an account that used Ground Truth before 30 July 2026.",
        "Only labs that need a workforce are blocked. A work team that was created does not prove that labelling "
        "jobs are allowed.",
    ),
    "EB-314": Explanation(
        "No more work teams in this account",
        "An account can have 25 work teams per region (quota L-1BAEE5A7), and earlier events may have left some.",
        "Delete old work teams or request a higher quota, then run the same command again.",
    ),
    "EB-315": Explanation(
        "The workforce stack has no user pool",
        "The workforce needs the user pool and the client that the stack `workforce` creates.",
        "Run the step stack:workforce first, or the whole command without --step.",
    ),
    "EB-317": Explanation(
        "Cognito refuses a worker",
        "The address or the password does not fit the rules of the user pool; an older pool may have its own rules. "
        "The worker is named by the place in the team's row.",
        "Correct the address in accounts.csv, or relax the rules of the pool; then run the same command again.",
    ),
    "EB-318": Explanation(
        "The user pool of the workforce is gone",
        "The workforce belongs to a user pool that somebody deleted, and cannot be moved to another one.",
        "Delete the work teams and the workforce (`aws sagemaker delete-workteam`, `aws sagemaker "
        "delete-workforce`), then run the same command again: it creates a new one.",
    ),
    "EB-330": Explanation(
        "SNS refuses an address for training notices",
        "No mail can be sent to this address, or SNS in this region no longer sends mail (in China it does until 30 "
        "June 2027). The address is named by its place in the list.",
        "Correct `notices` in event.yaml, then run the same command again.",
    ),
    "EB-331": Explanation(
        "Too many subscriptions",
        "The topic or the account accepts no more subscriptions, or too many wait for confirmation.",
        "Have people confirm their subscriptions, or shorten `notices` in event.yaml. SNS deletes unconfirmed ones "
        "after three days.",
    ),
    "EB-332": Explanation(
        "The topic for training notices does not exist",
        "The stack `notifications` creates it, and this step comes after that stack.",
        "Run the step stack:notifications first, or the whole command without --step.",
    ),
}
