"""DingTalk's two ways of saying no: the new host's HTTP statuses, the old host's errcode inside a 200."""

from __future__ import annotations

import uuid

from starlette.responses import JSONResponse, Response

from bot.simulator.front import Code

QPS = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
QUOTA = "Forbidden.AccessDenied.ApiCountLimitForOrg"
UNAUTHENTICATED = "InvalidAuthentication"
BLOCKED = "1111"  # this address made 10,000 calls in 20 s; not the usual JSON

_SERVER_SIDE = frozenset(("system.error", "system.busy", "systemBusy", "unknownError"))


class DingTalkError(Exception):
    """A refusal of api.dingtalk.com: throttling is 403, most else 400, its own trouble 500."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    @property
    def status(self) -> int:
        """The HTTP status this code comes with."""
        if self.code.startswith("Forbidden."):
            return 403
        return 500 if self.code in _SERVER_SIDE else 400

    def response(self) -> JSONResponse:
        """Word it as the new host does."""
        body = {
            "code": self.code,
            "message": self.message or self.code,
            "requestid": str(uuid.uuid4()).upper(),
        }
        return JSONResponse(body, self.status)


class OapiError(Exception):
    """A refusal of oapi.dingtalk.com: HTTP 200 and an errcode."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    def response(self) -> JSONResponse:
        """Word it as the old host does."""
        return JSONResponse({"errcode": self.code, "errmsg": self.message or "error"})


def refuse(code: Code, path: str) -> Response:
    """Answer a call that was ordered to fail: numbers in the old host's way, names in the new one's."""
    if code == BLOCKED:
        return JSONResponse({"status": 1111, "wait": 300, "source": "x5", "punish": "deny"})
    if isinstance(code, int):
        return OapiError(code, f"errcode {code}").response()
    return DingTalkError(code).response()
