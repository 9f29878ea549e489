"""EB-580 to EB-589: cards, codes and the join page."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-580": Explanation(
        "The address for the cards cannot be used",
        "A card's QR code leads to the join page of `event-bootstrap serve`. It is an https:// address of a host, "
        "with a port if need be and nothing after it; http:// is taken for this machine only.",
        "Give the address at which participants' phones and laptops reach the page.",
    ),
    "EB-581": Explanation(
        "The event is over",
        "Codes expire at schedule.expires, which is in the past.",
        "Correct schedule in event.yaml if the event is still to come, then run the same command again.",
    ),
    "EB-582": Explanation(
        "Cards or codes cannot be written",
        "The folder .event-bootstrap/handouts beside event.yaml, or a file in it, cannot be written.",
        "Make room or give yourself the right to write there, then run the same command again.",
        "No code is replaced before its file can be written.",
    ),
    "EB-583": Explanation(
        "Which team?",
        "To replace the codes of all teams, or to let all passwords be shown again, by accident would stop a room.",
        "Name the teams; '*' names all.",
    ),
    "EB-584": Explanation(
        "The text of --contact does not fit on a card",
        "A card has room for two short lines on whom to ask: some 45 letters, or 32 Chinese characters.",
        "Write it shorter, on one line.",
    ),
}
