"""EB-580 to EB-588: cards, codes and the join page."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-580": Explanation(
        "The address for the cards cannot be used",
        "The QR code of a card opens the join page of `event-bootstrap serve`. Its address is https:// and a host, "
        "with a port if needed and nothing after it; http:// is accepted for this machine only.",
        "Give the address at which the participants' phones and laptops reach the page.",
    ),
    "EB-581": Explanation(
        "The event is over",
        "Codes expire at schedule.expires, and that time is in the past.",
        "If the event is still to come, correct schedule in event.yaml, then run the same command again.",
    ),
    "EB-582": Explanation(
        "Cards or codes cannot be written",
        "The folder .event-bootstrap/handouts next to event.yaml, or a file in it, cannot be written.",
        "Free disk space or make the folder writable, then run the same command again.",
        "No code is replaced before its file can be written.",
    ),
    "EB-583": Explanation(
        "No team was named",
        "--new-codes makes old codes invalid, and --passwords-again shows passwords once more. Without names both "
        "would affect all teams.",
        "Name the teams; '*' stands for all.",
    ),
    "EB-584": Explanation(
        "The text of --contact does not fit on a card",
        "A card has room for two short lines that say whom to ask: about 45 letters or 32 Chinese characters.",
        "Shorten the text and write it on one line.",
    ),
    "EB-585": Explanation(
        "AWS refused a request of a team's page",
        "The join page uses the operator's own credentials to request sign-in links and workers' passwords. AWS's "
        "answer is in the journal (command join).",
        "If the error stays, check the account with `event-bootstrap plan TEAM`. Until then, make a link by hand: "
        "event-bootstrap console TEAM --print",
    ),
    "EB-586": Explanation(
        "No password is stored for this worker",
        "The workforce step stores the passwords that it sets as SecureString parameters in the account. A person "
        "who had a password before the event, or is not in the work team yet, has no password there.",
        "Run `event-bootstrap provision TEAM --step workforce`. A person who has signed in before uses the old "
        "password, or resets it on the portal.",
    ),
    "EB-588": Explanation(
        "codes.csv was changed",
        "This list for the support desk is the only plain-text copy of the codes. The tool does not overwrite it, "
        "because a part that it cannot read would be lost.",
        "Restore the file. If it is lost, move the changed file away: the codes stay valid, and `event-bootstrap "
        "handouts --new-codes TEAM` replaces those that nobody knows any more.",
    ),
}
