"""WeCom's 智能机器人: what people say to it by @ in groups, by URL callback or by long connection."""

from bot.platforms.wecom.aibot.envelope import AibotSecrets, passive_reply, read_callback, verify_url
from bot.platforms.wecom.aibot.robot import Robot
from bot.platforms.wecom.aibot.socket import AibotSocket

__all__ = ["AibotSecrets", "AibotSocket", "Robot", "passive_reply", "read_callback", "verify_url"]
