"""EB-220 to EB-229: marker and baseline."""

from bootstrap.errors import Explanation

_LOOK = "Look at it in the account (Systems Manager, Parameter Store). If it is rubbish, remove it and run again."

ENTRIES = {
    "EB-220": Explanation(
        "The marker cannot be read",
        "The parameter that says for which event the account was prepared holds something else than a marker of this "
        "version.",
        _LOOK,
    ),
    "EB-221": Explanation(
        "The marker's place is taken",
        "A parameter of that name exists that another tool wrote.",
        "Remove the parameter if nobody needs it, or use another account.",
    ),
    "EB-222": Explanation(
        "The account was prepared for another event",
        "Two events in one account would share its workforce and its quotas, and the sweep of one would remove the "
        "other's.",
        "Use another account, or sweep the other event first; once it has expired, its marker stands in nobody's way.",
    ),
    "EB-223": Explanation(
        "The marker is another account's",
        "The parameter names another account or region than the one it stands in: it was copied here.",
        _LOOK,
    ),
    "EB-224": Explanation(
        "The baseline cannot be read",
        "The list of what stood in the account before the event is there, but was written by a newer version, or is "
        "damaged. It is never overwritten.",
        "Use the newer version. If it is damaged: remove it only if the tool made nothing in the account yet.",
    ),
    "EB-225": Explanation("The baseline is another account's", "It was copied here from elsewhere.", _LOOK),
    "EB-226": Explanation(
        "Too late for a baseline",
        "There is no list of what stood in the account before, yet things with the tool's own names stand there: the "
        "list was removed, or an event of the same name was here before. Recorded now, they would never be swept.",
        "Remove what the message names (and the event's stacks), or give the event another name.",
    ),
    "EB-227": Explanation(
        "The baseline was changed",
        "Parts of the recorded list are missing, or do not have the digest that they were written with.",
        "The sweep falls back to dates of creation; look at what it plans before it applies.",
    ),
}
