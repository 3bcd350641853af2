"""The JSON envelope of the robot's URL callback (D101033): the app's seal with an empty receiver.

Unlike the app's, a passive reply must carry the nonce of the callback it answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.platforms.base import Malformed
from bot.platforms.wecom import crypto
from bot.platforms.wecom.aibot.parse import parse_message, read_object
from bot.platforms.wecom.envelope import BODY_LIMIT, base64_text
from models.message import Inbound

_RECEIVER = ""  # of an internal robot (D101033)


@dataclass(frozen=True, slots=True)
class AibotSecrets:
    """What the admin page of the robot gives for its callback."""

    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)


def verify_url(query: Mapping[str, str], secrets: AibotSecrets, now: datetime) -> bytes:
    """Return what the URL check wants to read back. Raises Forged, Stale or Malformed."""
    sealed = base64_text(query.get("echostr", ""))
    crypto.verify(sealed, query, secrets.token, now)
    return crypto.decrypt(sealed, secrets.encoding_aes_key, _RECEIVER)


def read_callback(body: bytes, query: Mapping[str, str], secrets: AibotSecrets, now: datetime) -> tuple[Inbound, str]:
    """Verify, open and read one callback; return the message and the JSON that was sealed in it.

    Messages do not tell their time, so it is that of the signature. Raises Forged, Stale or Malformed.
    """
    if len(body) > BODY_LIMIT:
        raise Malformed("aibot: body too large")
    sealed = read_object(body).get("encrypt")
    sealed = base64_text(sealed if isinstance(sealed, str) else "")
    crypto.verify(sealed, query, secrets.token, now)
    plain = crypto.decrypt(sealed, secrets.encoding_aes_key, _RECEIVER)
    try:
        raw = plain.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("aibot: not UTF-8") from None
    at = datetime.fromtimestamp(int(query["timestamp"]), UTC)
    return parse_message(read_object(raw), at), raw


def passive_reply(message: Mapping[str, Any], query: Mapping[str, str], secrets: AibotSecrets, now: datetime) -> bytes:
    """Return the sealed answer to the callback that came with `query`."""
    timestamp, nonce = int(now.timestamp()), query["nonce"]
    sealed = crypto.encrypt(json.dumps(message, ensure_ascii=False).encode(), secrets.encoding_aes_key, _RECEIVER)
    signature = crypto.sign(secrets.token, str(timestamp), nonce, sealed)
    return json.dumps({"encrypt": sealed, "msgsignature": signature, "timestamp": timestamp, "nonce": nonce}).encode()
