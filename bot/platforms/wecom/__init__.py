"""WeCom (企业微信): the self-built app's callback and API, and group webhooks."""

from bot.platforms.wecom.crypto import WeComSecrets
from bot.platforms.wecom.parse import parse_callback, verify_url
from bot.platforms.wecom.platform import WeCom

__all__ = ["WeCom", "WeComSecrets", "parse_callback", "verify_url"]
