"""EB-220 to EB-229: marker and baseline."""

from __future__ import annotations

from bootstrap.errors import Explanation

_LOOK = (
    "Look at the parameter in the account (Systems Manager, Parameter Store). If nobody needs it, delete it and run "
    "the command again."
)

ENTRIES: dict[str, Explanation] = {
    "EB-220": Explanation(
        "The marker cannot be read",
        "The marker is an SSM parameter that says for which event the account was prepared. This version cannot read "
        "its value.",
        _LOOK,
    ),
    "EB-221": Explanation(
        "The name of the marker is in use",
        "A parameter with this name exists, but another tool wrote it.",
        "Delete the parameter if nobody needs it, or use another account.",
    ),
    "EB-222": Explanation(
        "The account was prepared for another event",
        "Two events in one account would share its workforce and quotas, and the sweep of one would delete the "
        "resources of the other.",
        "Use another account, or sweep the other event first. An expired event's marker does not block another event.",
    ),
    "EB-223": Explanation(
        "The marker belongs to another account",
        "The parameter names another account or region than the one it is in: it was copied here.",
        _LOOK,
    ),
    "EB-224": Explanation(
        "The baseline cannot be read",
        "The list of what was in the account before the event exists, but was written by a newer version or is "
        "damaged. The tool never overwrites it.",
        "Use the newer version. If the list is damaged, delete it only if the tool has created nothing in the "
        "account yet.",
    ),
    "EB-225": Explanation(
        "The baseline belongs to another account",
        "The parameter was copied here from another account or region.",
        _LOOK,
    ),
    "EB-226": Explanation(
        "The baseline is missing, and it is too late to record it",
        "There is no list of what was in the account before the event, but resources with the tool's own names "
        "exist: the list was deleted, or an event of the same name used the account before and was not swept. A "
        "baseline recorded now would list these resources, and the sweep would never delete them.",
        "Delete what the message names (and the event's stacks), or give the event another name.",
    ),
    "EB-227": Explanation(
        "The baseline was changed",
        "Parts of the recorded list are missing, or do not match the digest that was written with them.",
        "Nothing in the account is deleted without the list. Restore the parameters, if you can; else delete what the "
        "event left in the account by hand.",
    ),
}
