"""EB-800 to EB-814: raised hands, notices, the webhook."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-800": Explanation(
        "The doctor could not examine the account of a team that raised its hand",
        "The hand is in the queue all the same; only nobody knows from here what is wrong. Either the account left the "
        "roster, or the account cannot be entered, or event-bootstrap itself failed: the finding says which.",
        "Go to the team, and run `event-bootstrap doctor TEAM` from a machine that can enter the account.",
    ),
    "EB-801": Explanation(
        "A notice cannot be shown as it is written",
        "It has no text in either language, or a text that is too long to be read on a phone.",
        "Write one short line, best in both languages. If one is missing, pages in that language show the other, and "
        "say so.",
    ),
    "EB-802": Explanation(
        "A notice names a team that the roster does not have",
        "The roster was read again since the page was opened, or the form was not sent by the page.",
        "Load the page again, and choose the teams from its list.",
    ),
}
