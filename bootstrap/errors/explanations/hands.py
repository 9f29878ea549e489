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
    "EB-803": Explanation(
        "The webhook of the environment cannot be used",
        "EVENT_BOOTSTRAP_WEBHOOK is no https address, or belongs to no chat that is known. Known are Slack, Teams "
        "(Workflows), Feishu or Lark, and DingTalk. Nothing was sent.",
        "Copy the address from the chat again. For a host of your own, set EVENT_BOOTSTRAP_WEBHOOK_FORMAT to slack, "
        "teams, feishu or dingtalk. Remove the variable to work without a webhook.",
    ),
    "EB-804": Explanation(
        "The webhook took no message",
        "The chat did not answer, or refused the message three times. Pages and runs go on without it. It is said "
        "once, until a message gets through. Feishu and DingTalk also refuse what lacks keyword or signature.",
        "Look whether the webhook still exists in the chat. Where it asks for signatures, set "
        "EVENT_BOOTSTRAP_WEBHOOK_SECRET; where it asks for a keyword, use the event's name, which is in each message.",
    ),
    "EB-805": Explanation(
        "A notice was published by this form before",
        "The form was sent again with other words or other teams, or after that notice had ended: a page that was "
        "kept open, or the browser's way back. The earlier notice is as it was; nothing else was published.",
        "The page shows your words again. Publish once more, and they are a notice of their own.",
    ),
}
