"""EB-500 to EB-519: the sweep."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-500": Explanation(
        "The account has no marker of this event",
        "Provisioning writes the marker before it creates anything. Without it, the account was never prepared for "
        "this event, or was already swept: the sweep deletes the marker last.",
        "If the account was swept from another machine, its certificate is on that machine. If it was prepared by "
        "hand, clean "
        "it by hand: without a baseline the tool cannot tell what was there before.",
    ),
    "EB-501": Explanation(
        "The marker belongs to another event, account or region",
        "The resources in this account may belong to somebody else. Nothing was changed.",
        "Sweep it with the event.yaml and accounts.csv that it was prepared with, or correct the roster.",
    ),
    "EB-502": Explanation(
        "The account has a marker but no baseline",
        "Provisioning was stopped between the two, before it created anything, or somebody deleted the parameters.",
        "If provisioning never continued, delete the marker (Systems Manager, Parameter Store). Otherwise compare "
        "the account with its journal and clean it by hand.",
    ),
    "EB-503": Explanation(
        "Something is left in the account",
        "AWS refused to delete it, the deletion took longer than the sweep waits, or it can only be deleted after "
        "something else that is left. A stack is left if force would only hide what it leaves running. The certificate "
        "names each resource, its state and the reason.",
        "Fix the named cause (often a permission, an organization policy or a resource in use), then run the same "
        "command again: it continues where it stopped.",
    ),
    "EB-504": Explanation(
        "A kind of resource, or a region, could not be listed",
        "The role or an organization policy denies the listing. Without the listing the sweep does not report the "
        "account as clean, and does not delete the kinds that must be deleted after this one.",
        "Allow the named listing, then run the same command again.",
    ),
    "EB-505": Explanation(
        "AWS reported success but did nothing",
        "DeleteWorkteam can answer `Success: false`, and RemoveTargets can list failed entries, both with status 200.",
        "Do nothing: the sweep retries about twelve times with growing pauses. If the resource stays, delete it in "
        "the console.",
    ),
    "EB-506": Explanation(
        "S3 did not delete some object versions",
        "DeleteObjects answered 200, but named keys that it did not delete. The sweep lifts legal holds and bypasses "
        "governance mode; it can do nothing about compliance mode before its date, or about a policy that denies it.",
        "Read the reason. If a policy denies it, have it changed and sweep again. In compliance mode, sweep again "
        "after the named date, or close the account.",
    ),
    "EB-507": Explanation(
        "It is not known whether a resource belongs to the event",
        "The baseline could not list this kind of resource, and AWS does not say when such a resource was created; or "
        "its name is one of the organization's, and CloudTrail does not say who made it; or it is a stack that holds a "
        "resource of before the event. CloudTrail shows an event after some minutes.",
        "If it was made just now, sweep again after a quarter of an hour. Otherwise look at the named resource. If it "
        "belongs to the event, delete it by hand, then sweep again. Take an older resource out of a stack first: with "
        "`DeletionPolicy: Retain` in the template, it stays when the stack is deleted.",
    ),
    "EB-508": Explanation(
        "Resources that are billed by the hour run in another region",
        "They were created after the baseline, in a region that the sweep does not clean without --everywhere.",
        "Run the same command with --everywhere: `event-bootstrap sweep --apply --stop-only --everywhere` stops them "
        "in the evening, `event-bootstrap sweep --apply --everywhere` deletes them after the event.",
    ),
    "EB-509": Explanation(
        "The account is the management account of the organization",
        "It is never swept, because the whole organization depends on it.",
        "Delete its row from accounts.csv.",
    ),
    "EB-510": Explanation(
        "The name of the event was not confirmed",
        "`sweep --apply` deletes for good, so it asks for the name of the event once. Nothing was deleted.",
        "Type the name as in event.yaml, or give `--confirm NAME` in a script.",
    ),
    "EB-511": Explanation(
        "Something is there that was not in the plan",
        "`sweep --apply` removes only what it showed before the name was typed, or what the file of `--plan` lists. "
        "These resources appeared since, for example because somebody still works in the account. They were not "
        "touched.",
        "Run `event-bootstrap sweep --apply` again: it shows them, and asks.",
    ),
    "EB-512": Explanation(
        "The account was prepared again since the plan was made",
        "The plan was made with another list of what was in the account before the event. What it calls left over may "
        "be what somebody needs now. Nothing in the account was changed.",
        "Make the plan again with `event-bootstrap sweep`.",
    ),
    "EB-513": Explanation(
        "The file is no plan of a sweep that can be read",
        "`--plan` takes a file that `event-bootstrap sweep --out FILE` wrote with this version.",
        "Make the plan again, and give the file's path.",
    ),
    "EB-514": Explanation(
        "The plan was changed after it was written",
        "Its content does not match the digest at its end. What it would remove is no longer what was shown.",
        "Make the plan again. To leave out accounts, name the teams: `event-bootstrap sweep TEAM --apply --plan FILE`.",
    ),
    "EB-515": Explanation(
        "The plan is of another event",
        "A plan says which objects of which event are removed.",
        "Give the plan of this event, or `--event` with the other event's file.",
    ),
    "EB-516": Explanation(
        "The plan and the roster do not agree",
        "The plan lists accounts that accounts.csv does not have, or in another region; or none of the chosen teams.",
        "Use the accounts.csv with which the plan was made, or make the plan again.",
    ),
    "EB-517": Explanation(
        "Something was created that the sweep cannot explain",
        "CloudTrail shows that somebody created it after the baseline. It is of no kind that the sweep lists, it is "
        "not known to be free, and nothing shows that it was deleted. It may go on costing money.",
        "Look at it in the AWS console, in the named region, and delete it; ask the named person if it is not clear "
        "what it is. CloudTrail shows the deletion after about a quarter of an hour: then run the same command again. "
        "The sweep keeps the account's marker until then.",
    ),
    "EB-518": Explanation(
        "It is not known whether something unexplained was created",
        "CloudTrail's record of the account could not be read, or not to its beginning. The sweep then does not report "
        "the account as clean: only this record shows resources of kinds that it does not list.",
        "Allow the named call, or wait and run the same command again. CloudTrail keeps events for 90 days: in an "
        "account with an older baseline, look at its bill (Billing and Cost Management, Bills) instead.",
    ),
    "EB-519": Explanation(
        "Something is left that only a person can delete",
        "It came after the baseline and costs money, but the tool has no right to delete resources of this kind: it "
        "deletes what SageMaker's labs can leave, and only reports machines and files of other services. It does not "
        "try again. A resource of such a kind that was there before the event is not reported.",
        "Delete it in the AWS console, in the named region and place; ask the person who created it if it is not clear "
        "what it is. Then run the same command again.",
    ),
}
