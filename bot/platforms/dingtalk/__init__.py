"""DingTalk (钉钉): the robot of an internal app, over Stream or HTTP callbacks, and groups' own webhooks."""

from bot.platforms.dingtalk.parse import QuotaExceeded, parse_http_callback
from bot.platforms.dingtalk.platform import DingTalk
from bot.platforms.dingtalk.stream import StreamClient

__all__ = ["DingTalk", "QuotaExceeded", "StreamClient", "parse_http_callback"]
