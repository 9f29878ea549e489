"""EB-500 to EB-511: the sweep."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-500": Explanation(
        "The account carries no marker of this event",
        "Provisioning marks an account before it makes anything there. Without the marker the account was never "
        "prepared for this event, or it was swept before: the sweep removes the marker last of all.",
        "If it was swept from another machine, its certificate lies there. If it was prepared by hand, clean it by "
        "hand: without a baseline nobody can tell what stood there before.",
    ),
    "EB-501": Explanation(
        "The account's marker is another event's, account's or region's",
        "What stands in it may be somebody else's work. Nothing is touched.",
        "Sweep it with the event.yaml and accounts.csv that it was prepared with, or correct the roster.",
    ),
    "EB-502": Explanation(
        "The account has a marker but no baseline",
        "Provisioning was stopped between the two, before it made anything, or the parameters were removed.",
        "If provisioning never went on, remove the marker (Systems Manager, Parameter Store). Otherwise compare the "
        "account with its journal and clean it by hand.",
    ),
    "EB-503": Explanation(
        "Something is left in the account",
        "AWS refused to remove it, again and again, or it did not end within the sweep's patience, or it comes after "
        "something of which this is so. The certificate names each thing, its state and why.",
        "Fix the cause that is named (often a permission, an organization policy or a resource still in use), then "
        "run the same command again: it goes on where it stopped.",
    ),
    "EB-504": Explanation(
        "A kind of thing, or a region, could not be looked at",
        "The role or an organization policy denies the listing. What cannot be listed is never called clean, and "
        "what must be removed after it stays.",
        "Allow the listing that is named, then run the same command again.",
    ),
    "EB-505": Explanation(
        "AWS answered with success and did nothing",
        "DeleteWorkteam can answer `Success: false`, RemoveTargets with entries that failed; both with status 200.",
        "Nothing: it is tried again, later and later, some twelve times. If it stays, remove it in the console.",
    ),
    "EB-506": Explanation(
        "S3 keeps versions of objects",
        "DeleteObjects answered 200 and named keys that it did not delete: denied by a policy, or locked. A lock in "
        "compliance mode cannot be lifted before its date.",
        "Read the code that is named. For a lock, wait for its date and sweep again.",
    ),
    "EB-507": Explanation(
        "It is not known whether a thing stood in the account before",
        "The baseline could not list this kind when it was taken, and AWS does not say when such a thing was made.",
        "Look at what is named; remove it by hand if it is the event's, then sweep again.",
    ),
    "EB-508": Explanation(
        "Machines run in another region",
        "They came after the baseline and cost money where nobody looks.",
        "event-bootstrap sweep --apply --everywhere removes them.",
    ),
    "EB-509": Explanation(
        "The account manages the organization",
        "It is never swept: too much in it belongs to everybody.",
        "Take the row out of accounts.csv.",
    ),
    "EB-510": Explanation(
        "The event's name was not confirmed",
        "sweep --apply deletes for good, and asks for the name of the event once.",
        "Type the name as event.yaml has it, or give --confirm NAME in a script. Nothing was removed.",
    ),
}
