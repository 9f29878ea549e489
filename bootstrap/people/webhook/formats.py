"""The body that each chat takes, its limits and signatures, and how it says that it took a message.

None was tried against the chat itself: they are as its documentation says, read in December 2026.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote_plus

from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

# Characters of a message; the smallest limit is that of Feishu, 20 KB for a body.
_LONGEST = 4000


class ChatFormat(StrEnum):
    SLACK = "slack"
    TEAMS = "teams"
    FEISHU = "feishu"
    DINGTALK = "dingtalk"


# The end of a host's name -> its chat. Teams: Workflows, in its older and its newer hosts.
_HOSTS: Mapping[str, ChatFormat] = {
    "hooks.slack.com": ChatFormat.SLACK,
    "hooks.slack-gov.com": ChatFormat.SLACK,
    ".logic.azure.com": ChatFormat.TEAMS,
    ".api.powerplatform.com": ChatFormat.TEAMS,
    "open.feishu.cn": ChatFormat.FEISHU,
    "open.larksuite.com": ChatFormat.FEISHU,
    "oapi.dingtalk.com": ChatFormat.DINGTALK,
}


@dataclass(frozen=True, slots=True)
class ChatPost:
    """One request. `query`: what is added to the address, "" for nothing."""

    body: bytes
    query: str = ""


def of_host(host: str) -> ChatFormat | None:
    """Return the chat that a host belongs to; None for an unknown one."""
    ends = (found for end, found in _HOSTS.items() if host == end or (end.startswith(".") and host.endswith(end)))
    return next(ends, None)


def post(chat: ChatFormat, lines: Sequence[str], now: float, secret: str) -> ChatPost:
    """Return the request for a message; `secret`: the chat's signing secret, "" for none. `now`: epoch seconds."""
    return _POSTS[chat]([each[:_LONGEST] for each in lines], now, secret)


def accepted(chat: ChatFormat, status: int, body: bytes) -> bool:
    """Return True if the answer says that the chat took the message."""
    if not 200 <= status < 300:
        return False
    key = {ChatFormat.FEISHU: "code", ChatFormat.DINGTALK: "errcode"}.get(chat)
    if key is None:
        return True
    try:
        answer = json_text.parsed(body)
    except Unreadable:
        return False
    # Both chats answer 200 for what they refuse.
    return isinstance(answer, dict) and answer.get(key, answer.get("StatusCode")) == 0


def _slack(lines: Sequence[str], now: float, secret: str) -> ChatPost:
    """Return Slack's body: of mrkdwn only these three characters are to be escaped; links are not unfolded."""
    text = "\n".join(lines).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _json({"text": text, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False})


def _teams(lines: Sequence[str], now: float, secret: str) -> ChatPost:
    """Return the body of Teams' Workflows: a card. A TextRun takes no Markdown, which a TextBlock would."""
    body = [{"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": each}]} for each in lines]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.2",
        "body": body,
    }  # fmt: skip
    held = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return _json({"type": "message", "attachments": [held]})


def _feishu(lines: Sequence[str], now: float, secret: str) -> ChatPost:
    """Return Feishu's body. A text may mention people by a tag, so that it has no angle brackets here."""
    text = "\n".join(lines).replace("<", "\uff1c").replace(">", "\uff1e")
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        at = str(int(now))
        sign = hmac.new(f"{at}\n{secret}".encode(), b"", hashlib.sha256).digest()
        body |= {"timestamp": at, "sign": base64.b64encode(sign).decode()}
    return _json(body)


def _dingtalk(lines: Sequence[str], now: float, secret: str) -> ChatPost:
    """Return DingTalk's body; it mentions only whom `at` names, and that is nobody."""
    made = _json({"msgtype": "text", "text": {"content": "\n".join(lines)}, "at": {"isAtAll": False}})
    if not secret:
        return made
    at = str(int(now * 1000))
    sign = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
    return ChatPost(made.body, f"timestamp={at}&sign={quote_plus(base64.b64encode(sign))}")


def _json(body: Mapping[str, Any]) -> ChatPost:
    return ChatPost(json.dumps(body, ensure_ascii=False).encode())


_POSTS: Mapping[ChatFormat, Callable[[Sequence[str], float, str], ChatPost]] = {
    ChatFormat.SLACK: _slack,
    ChatFormat.TEAMS: _teams,
    ChatFormat.FEISHU: _feishu,
    ChatFormat.DINGTALK: _dingtalk,
}
