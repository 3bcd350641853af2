"""What DingTalk's refusals mean for the out-tray: one table from code to outcome, delay and remedy.

Two families share it: the new API (HTTP status and a dotted `code`) and the old one (always 200, a numeric
`errcode`). Throttling is HTTP 403, not 429. Sources: how-to-process-api-throttling, server-api-error-codes-1,
and the error tables of the calls we make.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.platforms.base import Outcome, Result


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal or failure, understood.

    `renew` says that a fresh token may cure it; `existing` that the card was there already, which is success.
    `detail` is Chinese, for the office, and never quotes what the platform wrote but for an IP or a scope.
    """

    outcome: Outcome
    code: str
    detail: str
    retry_after: timedelta | None = None
    renew: bool = False

    @property
    def existing(self) -> bool:
        """Whether the card had been created by an earlier attempt."""
        return self.code.lower() == "param.cardalreadyexist"

    def result(self) -> Result:
        """Return it as the outcome of a send."""
        return Result(self.outcome, self.code, self.detail, self.retry_after)


class DingTalkError(Exception):
    """A call that did not succeed; `fault` says what to do. Its text carries the code only."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


SOON = timedelta(seconds=5)
LATER = timedelta(minutes=1)
ADDRESS_BAN = timedelta(minutes=5)
"""Every call from an address that made 10,000 in 20 s is refused this long, with HTML or `status` 1111."""
WEBHOOK_BAN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Rule:
    """Codes (a regular expression over the whole lower-case code) and what they mean."""

    codes: str
    outcome: Outcome
    detail: str
    retry_after: timedelta | None = None
    renew: bool = False


_QUOTA = "本月钉钉接口调用额度已用完：次月 1 日恢复，急用请向钉钉购买增购包"
_CREDENTIALS = "钉钉应用的 Client ID 或 Client Secret 不对：请在钉钉开发者后台核对后改配置"
_UNPUBLISHED = "机器人未启用或未发布：请在钉钉开发者后台启用机器人并发布应用版本"

_RULES = (
    _Rule(
        r"invalidauthentication.*|40014|42001|40001|88:.*token.*",
        Outcome.PAUSED,
        "钉钉不认访问令牌：" + _CREDENTIALS,
        renew=True,
    ),
    _Rule(r"invalidclientidorsecret.*|unauthorized\.client.*|40089", Outcome.PAUSED, _CREDENTIALS),
    _Rule(r"90020|20001|.*apicountlimitfororg.*", Outcome.PAUSED, _QUOTA),
    _Rule(
        r".*ipnotinwhitelist.*|60020",
        Outcome.PAUSED,
        "本机出口 IP 不在钉钉应用的白名单：请在开发者后台“安全设置”中添加",
    ),
    _Rule(
        r".*accesstokenpermissiondenied.*|60011|88:.*permission.*",
        Outcome.PAUSED,
        "钉钉应用缺少接口权限：请在开发者后台“权限管理”中申请",
    ),
    _Rule(r"robot\.oto\.notexist|chatbotid\.notallow\.sendoto|bot\.stopped", Outcome.PAUSED, _UNPUBLISHED),
    _Rule(r"410100|130101", Outcome.RETRY, "群机器人发送过快，被钉钉限流 10 分钟", WEBHOOK_BAN),
    _Rule(r"http:(html|1111)", Outcome.RETRY, "本机调用过于频繁，被钉钉暂拒 5 分钟", ADDRESS_BAN),
    _Rule(
        r".*qp[sm]limit.*|90018|9000[256]|send\.too\.fast|too\.many\..*|send\.bytoken\.toofast"
        r"|14310[34]|.*flowcontrol.*|http:429",
        Outcome.RETRY,
        "调用过快，被钉钉限流，稍后重试",
        SOON,
    ),
    _Rule(r"unknown\.send\.result|15", Outcome.UNKNOWN, "钉钉未能确定是否送达"),
    _Rule(
        r"system\.?(error|busy)|.*\.lockerror|-1|88|88:|http:503",
        Outcome.RETRY,
        "钉钉系统忙，稍后重试",
        LATER,
    ),
    _Rule(r"http:50[024]", Outcome.UNKNOWN, "钉钉网关出错，不知是否送达"),
    _Rule(
        r"staffid\.notexisted|33012|60121|.*userid.*notexist.*|50002",
        Outcome.FAILED,
        "未送达：钉钉通讯录中无此人，或不在应用可见范围",
    ),
    _Rule(
        r"group\.disbanded|resource\.not\.found|34016",
        Outcome.FAILED,
        "未送达：群已解散或机器人不在群中，请重新绑定群聊",
    ),
    _Rule(
        r"310000",
        Outcome.FAILED,
        "未送达：群机器人的安全设置（加签密钥、关键词、IP）不符，请核对群聊表中的密钥",
    ),
    _Rule(
        r"40010[12]|400013|300001|session\..*",
        Outcome.FAILED,
        "未送达：群机器人已停用或不存在，请重新绑定群聊",
    ),
    _Rule(r"4301\d\d|contain\..*", Outcome.FAILED, "未送达：内容被钉钉判为不合规，请改写后再发"),
    _Rule(
        r"param\..*|invalidparameter.*|miss\..*|40035|400002|4300[489]|460101|1430002|14310[56]",
        Outcome.FAILED,
        "未送达：钉钉不接受这条消息的参数",
    ),
)
_COMPILED = tuple((re.compile(rule.codes), rule) for rule in _RULES)
_OTHERWISE = _Rule("", Outcome.FAILED, "未送达：钉钉拒绝了这次调用")


def fault_of(status: int, text: str) -> Fault | None:
    """Read a new-API answer; None when it is a success worth reading on."""
    body = _object(text)
    if body is None:
        return _unreadable(status, text)
    if str(body.get("status")) == "1111":
        return classify("http:1111")
    if status < 300:
        return None
    code = body.get("code")
    if not isinstance(code, str | int) or not str(code):
        return classify(f"http:{status}")
    fault = classify(str(code), _aside(body))
    if fault.outcome is Outcome.FAILED and status >= 500 and not _known(str(code)):
        return classify(f"http:{status}", code=str(code))
    return fault


def legacy_fault_of(status: int, text: str) -> Fault | None:
    """Read an old-API answer; None when it is a success."""
    body = _object(text)
    if body is None:
        return _unreadable(status, text)
    code = body.get("errcode")
    if code is None:
        return fault_of(status, text) or classify("http:502", code="unreadable")
    if str(code) == "0":
        return None
    if str(code) == "88":
        return classify(f"88:{body.get('sub_code') or ''}", _aside(body), code="88")
    return classify(str(code), _aside(body))


def classify(key: str, aside: str = "", *, code: str = "") -> Fault:
    """Look `key` up in the table. `aside` is added to the detail, `code` replaces `key` in the fault."""
    rule = next((rule for pattern, rule in _COMPILED if pattern.fullmatch(key.lower())), _OTHERWISE)
    shown = _clip(code or key)
    return Fault(rule.outcome, shown, rule.detail + aside, rule.retry_after, rule.renew)


def unreachable(code: str) -> Fault:
    """The request never left: nothing was delivered."""
    return Fault(Outcome.RETRY, code, "连不上钉钉服务器，稍后重试", LATER)


def unanswered(code: str) -> Fault:
    """The request left and no answer came: it may have been delivered."""
    return Fault(Outcome.UNKNOWN, code, "钉钉没有应答，不知是否送达")


def _known(code: str) -> bool:
    return any(pattern.fullmatch(code.lower()) for pattern, _ in _COMPILED)


def _unreadable(status: int, text: str) -> Fault:
    """A ban answers in HTML whatever the status; a page of a gateway in trouble says 5xx."""
    if status >= 500 or status == 429:
        return classify(f"http:{status}")
    if text.lstrip()[:1] == "<" and status != 404:
        return classify("http:html")
    if status >= 400:
        return classify(f"http:{status}")
    return Fault(Outcome.UNKNOWN, "unreadable", "钉钉的应答读不懂，不知是否送达")


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_SCOPE = re.compile(r"[A-Za-z0-9_.]{1,64}")


def _aside(body: Mapping[str, Any]) -> str:
    """Pick the two facts an administrator needs out of a refusal: our address, or the missing scopes."""
    code = f"{body.get('code', '')}{body.get('errcode', '')}".lower()
    if "ipnotinwhitelist" in code or code == "60020":
        address = _ADDRESS.search(f"{body.get('message', '')} {body.get('errmsg', '')}")
        return f"（{address[0]}）" if address else ""
    scopes = _scopes(body)
    return f"（{'、'.join(scopes)}）" if scopes else ""


def _scopes(body: Mapping[str, Any]) -> list[str]:
    holder = body.get("accessdenieddetail", body)
    scopes = holder.get("requiredScopes") if isinstance(holder, dict) else None
    if not isinstance(scopes, list):
        return []
    return [scope for scope in scopes if isinstance(scope, str) and _SCOPE.fullmatch(scope)][:5]


def _clip(code: str) -> str:
    """A code is an identifier; anything else may carry what must not be logged."""
    return code if re.fullmatch(r"[0-9A-Za-z_.:\-]{1,80}", code) else "unreadable"
