"""EB-580 to EB-588: cards, codes and the join page."""

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
    "EB-585": Explanation(
        "AWS refused something that a team's page asked for",
        "The join page asks with the operator's own credentials for a sign-in link or a worker's password. The "
        "journal's entry (command join) has AWS's answer.",
        "If it stays, look at the account with event-bootstrap plan TEAM; a link made by hand helps the "
        "team meanwhile: event-bootstrap console TEAM --print.",
    ),
    "EB-586": Explanation(
        "No password is kept for this worker",
        "Passwords lie in the account as SecureString parameters, from when the workforce step sets them. Whoever had "
        "one before the event, or was not brought into the work team yet, has none there.",
        "Run event-bootstrap provision TEAM --step workforce; who signed in before uses the old password, or resets it "
        "on the portal.",
    ),
    "EB-588": Explanation(
        "codes.csv is not as it was written",
        "The desk's list holds the only copy of the codes in plain text, and what cannot be read would be lost when it "
        "is written anew.",
        "Bring back the file as it was. If it is lost, move what is there away: the codes stay valid, and "
        "event-bootstrap handouts --new-codes TEAM replaces those that nobody knows any more.",
    ),
}
