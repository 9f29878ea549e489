"""EB-310 to EB-339: labelling workforce, work team and people; training notices."""

from bootstrap.errors import Explanation

_FALLBACK = (
    "Leave the lab out for this team (column labs of accounts.csv), mark it `required: false` in event.yaml, or give "
    "the team an account that used Ground Truth before 30 July 2026."
)

ENTRIES = {
    "EB-310": Explanation(
        "No labelling in this partition",
        "The China regions have no Cognito user pools, and a private workforce needs one.",
        "Take the labelling lab out of this team's row in accounts.csv, or use a region outside China.",
        "Nothing was asked of AWS for this.",
    ),
    "EB-311": Explanation(
        "The workforce signs people in by OIDC",
        "An account has one private workforce in a region, and this one is bound to somebody's own sign-in.",
        "Give the team another account, or delete that workforce (work teams first) if nobody needs it.",
    ),
    "EB-312": Explanation(
        "The workforce failed",
        "AWS could not make or change it; the detail shows AWS's reason.",
        "Delete it (aws sagemaker delete-workforce), then run the same command again.",
    ),
    "EB-313": Explanation(
        "AWS refuses the workforce: Ground Truth may be closed to this account",
        "Ground Truth is closed to new customers since 30 July 2026. Which call is refused, and with which words, "
        "AWS does not say; so any refusal that is no missing permission and no limit counts as this. "
        "The raw answer stands in the detail.",
        _FALLBACK,
        "Only labs that need a workforce are blocked. The other way round, a work team that could be made does not "
        "prove that labelling jobs are allowed.",
    ),
    "EB-314": Explanation(
        "No more work teams in this account",
        "An account holds 25 work teams in a region (quota L-1BAEE5A7), and earlier events may have left theirs.",
        "Delete old work teams, or have the quota raised; then run the same command again.",
    ),
    "EB-315": Explanation(
        "The workforce's stack shows no user pool",
        "The workforce is made with the user pool and the client that the workforce stack makes.",
        "Run the step stack:workforce first, or the whole command without --step.",
    ),
    "EB-317": Explanation(
        "Cognito refuses a worker",
        "The address, or the password that would be set, does not fit the rules of the user pool; a pool that was "
        "there before may have rules of its own. The worker is named by its place in the team's row.",
        "Correct the address in accounts.csv, or relax the pool's rules; then run the same command again.",
    ),
    "EB-318": Explanation(
        "The workforce's user pool is gone",
        "The workforce is bound to a pool that somebody deleted. It cannot be bound to another one.",
        "Delete the work teams and the workforce (aws sagemaker delete-workteam, delete-workforce), then run the "
        "same command again: a new one is made.",
    ),
    "EB-330": Explanation(
        "SNS refuses an address for training notices",
        "The address is not one that mail can be sent to, or the region's SNS sends no mail any more "
        "(in China until 30 June 2027). It is named by its place in the list.",
        "Correct `notices` in event.yaml, then run the same command again.",
    ),
    "EB-331": Explanation(
        "Too many subscriptions",
        "The topic or the account holds no more subscriptions, or too many wait for their confirmation.",
        "Let people confirm theirs, or shorten `notices` in event.yaml; unconfirmed ones go after three days.",
    ),
    "EB-332": Explanation(
        "The topic for training notices does not exist",
        "The notifications stack makes it, and this step comes after that stack.",
        "Run the step stack:notifications first, or the whole command without --step.",
    ),
}
