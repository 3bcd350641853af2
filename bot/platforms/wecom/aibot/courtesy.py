"""What the robot must say within five seconds or not at all: a welcome, and the end of a card's buttons.

It speaks of nothing but the robot itself: a message has been stored by then, not yet understood.
"""

from __future__ import annotations

from typing import Any

from bot.platforms.wecom.aibot import line
from bot.platforms.wecom.dialect import SOURCE
from models.message import Inbound, Kind

WELCOME = (
    "您好，我是督办助手。在群里请先 @ 我再说（不 @ 我收不到），群里只回一句「已记」，详情单独发给您。"
    "位置请在应用里发，语音和文件请在单聊里发。发「帮助」看可以怎么说。"
)


def courtesy(inbound: Inbound, page: str) -> tuple[str, dict[str, Any]] | None:
    """Return the long connection's command and the body of the answer due at once, None where there is none."""
    if inbound.kind is Kind.EVENT and inbound.action == "enter_chat":
        return line.WELCOME, {"msgtype": "text", "text": {"content": WELCOME}}
    if inbound.kind is Kind.BUTTON and inbound.task:
        return line.UPDATE, {"response_type": "update_template_card", "template_card": _spent(inbound.task, page)}
    return None


def _spent(task_id: str, page: str) -> dict[str, Any]:
    """Return the card that takes the pressed one's place: a robot's buttons cannot be greyed one by one."""
    return {
        "card_type": "text_notice",
        "source": {"desc": SOURCE},
        "main_title": {"title": "收到，正在办", "desc": "结果随后发给您"},
        "card_action": {"type": 1, "url": page or "https://work.weixin.qq.com"},
        "task_id": task_id,
    }
