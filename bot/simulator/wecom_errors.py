"""WeCom's error codes as its interfaces say them: HTTP 200 and an `errcode` (D90313)."""

from __future__ import annotations

import secrets

from starlette.responses import JSONResponse

TEXTS = {
    -1: "system error",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40029: "invalid code",
    40032: "invalid user list size",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    40063: "some parameters are empty",
    41001: "access_token missing",
    41005: "media data missing",
    42001: "access_token expired",
    42014: "invalid template_card task_id",
    42022: "response_code has been used",
    42035: "template_card horizontal_content_list invalid",
    42038: "template_card button_list invalid",
    42045: "template_card card_action invalid",
    42047: "template_card select_list invalid",
    44001: "empty media data",
    44004: "text content is empty",
    45001: "media data over limit",
    45002: "content over limit",
    45009: "api freq out of limit",
    45033: "concurrent api call out of limit",
    47001: "data format error",
    48002: "api forbidden",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    60140: "response_code invalid or expired",
    81013: "user & party & tag all invalid",
    82001: "all recipients are empty",
    82002: "party list over limit",
    82003: "tag list over limit",
    86001: "invalid chatid",
    86003: "chatid not found",
    86006: "invalid chat member count",
    86007: "invalid chat member",
    86008: "chat not created by this app",
    93000: "invalid webhook url",
    301002: "access_token does not belong to this agentid",
}


class WeComError(Exception):
    """WeCom says no. `code` is the errcode."""

    def __init__(self, code: int, hint: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.hint = hint

    def response(self) -> JSONResponse:
        """Word it as WeCom does; the text carries the caller's address and is not to be relied on."""
        words = TEXTS.get(self.code, "error") + (f" ({self.hint})" if self.hint else "")
        trail = f"hint: [{secrets.randbits(60)}], from ip: 127.0.0.1"
        return JSONResponse({"errcode": self.code, "errmsg": f"{words}, {trail}"})
