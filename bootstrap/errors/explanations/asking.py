"""EB-680 to EB-684: questions before something is done, and settings from the environment."""

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
}
