"""EB-680 to EB-684: questions before something is done, and output that cannot be written."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-680": Explanation(
        "A deletion cannot be confirmed here",
        "What is deleted does not come back, so the name of the event is typed before. There is no terminal to type it "
        "at: the command runs in a script, or its input or error output goes to a file. Nothing was read and nothing "
        "was changed.",
        "In a script give `--confirm NAME`, with the name as in event.yaml; or run the command in a terminal.",
    ),
    "EB-681": Explanation(
        "The output could not be written",
        "What the command prints was to go to a file or device that takes no more: the disk is full, or the output is "
        "closed. The command went on: what it did in the accounts is in the journal and the report.",
        "Make room, or send the output elsewhere; then run `event-bootstrap status`, or the same command again if it "
        "only reads.",
    ),
}
