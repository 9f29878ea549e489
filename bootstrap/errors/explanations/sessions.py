"""EB-370 to EB-389: what goes wrong between the tool and AWS, whatever the step."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-370": Explanation(
        "AWS still answers that we ask too fast",
        "Something else uses the same rate: another run, a participant's script, a scanner of the organization.",
        "Run the same command again in some minutes, with fewer accounts at once: --jobs 16.",
        "Each call was repeated with growing pauses before this was said.",
    ),
    "EB-371": Explanation(
        "No answer from AWS",
        "The endpoint could not be reached, or the connection was cut: network, proxy, VPN, or a wrong region.",
        "Check the network of this machine, then run the same command again; it goes on where it stopped.",
    ),
    "EB-372": Explanation(
        "The role may not make this call",
        "The access role in the account lacks a permission; the raw answer names the action.",
        "Deploy the access template again in that account: templates/cloudformation/access.yaml.",
    ),
    "EB-373": Explanation(
        "An organization policy denies this call",
        "A service control policy above the account denies it to every role there, administrators included.",
        "Ask the organization's owner to exempt the access role, or to move the account for the event. "
        "The sandbox policies that are published deny servicequotas:* and account:*.",
    ),
    "EB-374": Explanation(
        "The credentials expired and could not be renewed",
        "The operator's own session has ended, so the account's role cannot be assumed again.",
        "Sign in again (for instance: aws sso login), then run the same command.",
    ),
    "EB-375": Explanation(
        "The operator's own credentials cannot be loaded",
        "No credentials in the environment, or the profile of accounts.csv does not exist on this machine.",
        "Sign in, or set AWS_PROFILE; the column `profile` must name a profile of this machine.",
    ),
    "EB-376": Explanation(
        "AWS has an error of its own",
        "The service answered with a server error after several tries.",
        "Look at the AWS health page, then run the same command again.",
    ),
    "EB-377": Explanation(
        "AWS refused",
        "AWS answered with a refusal that this step has no name for; the raw answer stands in the detail.",
        "Read the raw answer. Run the same command again once its cause is gone.",
    ),
    "EB-380": Explanation(
        "A write in a run that may only read",
        "plan, status and quotas without --request never write; the call was refused before it left.",
        "This is an error in event-bootstrap: report it with the step's name.",
    ),
    "EB-381": Explanation(
        "A write before the account's identity was checked",
        "Nothing is written until AWS itself has said that the credentials belong to the roster's account.",
        "This is an error in event-bootstrap: report it with the step's name.",
    ),
    "EB-382": Explanation(
        "Another operator holds this account",
        "The lease on the account was taken over while this run was under way.",
        "Agree with the other operator, then run the same command again.",
    ),
}
