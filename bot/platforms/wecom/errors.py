"""What each WeCom error code means for a message, and what the office is told (D90313).

Codes absent from the table are retried after a while: the out-tray gives up in the end, and a message is
never lost for a code we had not heard of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.platforms.base import Outcome, Result

TOKEN_REFUSED = frozenset({40014, 42001, 41001})
"""The token is invalid, expired or missing: fetch a new one, once."""

SECRET_REFUSED = frozenset({40001, 40013, 40091, 41002, 41004})
"""The secret or the corp id is wrong: never loop, WeCom bans the address for an hour."""

_ADDRESS = re.compile(r"from ip:?\s*([0-9A-Fa-f.:]*[0-9A-Fa-f])", re.IGNORECASE)
_SOON = timedelta(seconds=5)
_WINDOW = timedelta(seconds=60)
_LATER = timedelta(minutes=10)


class ApiError(Exception):
    """WeCom answered, and refused. Neither the text nor `errmsg` holds a secret."""

    def __init__(self, code: int, errmsg: str = "") -> None:
        super().__init__(f"WeCom error {code}")
        self.code = code
        self.errmsg = errmsg


class NoAnswerError(Exception):
    """No answer that can be read. `maybe_done`: the request may have taken effect all the same."""

    def __init__(self, reason: str, *, maybe_done: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.maybe_done = maybe_done


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do on a code, and the line for the office."""

    outcome: Outcome
    detail: str
    wait: timedelta | None = None


def _table(*rows: tuple[Iterable[int], Ruling]) -> dict[int, Ruling]:
    return {code: ruling for codes, ruling in rows for code in codes}


RULINGS: dict[int, Ruling] = _table(
    ((-1, 6000, 301022), Ruling(Outcome.RETRY, "企业微信系统繁忙，稍后重试", _SOON)),
    ((45033,), Ruling(Outcome.RETRY, "企业微信接口并发超限，稍后重试", _SOON)),
    ((45009,), Ruling(Outcome.RETRY, "企业微信接口调用频率超限，过一个限频窗口再试", _WINDOW)),
    (TOKEN_REFUSED, Ruling(Outcome.PAUSED, "重新获取 access_token 后仍被拒绝，请核对应用 Secret 是否已重置")),
    (SECRET_REFUSED, Ruling(Outcome.PAUSED, "CorpID 或应用 Secret 不正确，请核对配置后重启")),
    ((60020,), Ruling(Outcome.PAUSED, "本机出口 IP 不在企业可信IP内，请到应用管理页“企业可信IP”中添加")),
    (
        (40056, 301002),
        Ruling(Outcome.PAUSED, "AgentID 与 Secret 不属于同一应用，请核对配置"),
    ),
    ((48002,), Ruling(Outcome.PAUSED, "应用没有调用该接口的权限，请管理员检查应用权限")),
    ((50003,), Ruling(Outcome.PAUSED, "应用已被停用，请管理员重新启用")),
    (
        (60011, 60111, 40003, 40031, 46004, 50002, 81013),
        Ruling(Outcome.FAILED, "未送达：不在应用可见范围，或账号不存在"),
    ),
    (
        (82001, 82002, 82003, 40032),
        Ruling(Outcome.FAILED, "收件人为空或过多（程序缺陷，请报告）"),
    ),
    (
        (40008, 40035, 40058, 40063, 44004, 45002, 45029),
        Ruling(Outcome.FAILED, "消息类型、参数或长度不合要求（程序缺陷，请报告）"),
    ),
    (
        (40004, 40006, 40007, 40009, 44001, 45001),
        Ruling(Outcome.FAILED, "媒体文件已过期，或类型、大小不合要求"),
    ),
    (range(42014, 42051), Ruling(Outcome.FAILED, "卡片内容不合要求（程序缺陷，请报告）")),
    ((42022, 60140), Ruling(Outcome.FAILED, "卡片已更新过或已超过 72 小时，不能再改")),
    ((40201,), Ruling(Outcome.FAILED, "内容被企业微信拦截，请人工处理")),
    (
        (*range(86001, 86009), 86207, 86215, 86216, 86217, 86220),
        Ruling(Outcome.FAILED, "应用群不存在，或不是由本应用创建，请重新绑定群"),
    ),
    (
        (93000, 93004, 93008),
        Ruling(Outcome.FAILED, "群机器人已被移除或停用，请重新绑定群"),
    ),
    (
        (50001, 80001, 85005, 40029, 42003, 40093),
        Ruling(Outcome.FAILED, "网页授权或可信域名配置有误，请管理员检查"),
    ),
    ((301023, 301024), Ruling(Outcome.FAILED, "打卡数据查询的人数或时段超限")),
)

_UNLISTED = Ruling(Outcome.RETRY, "企业微信返回了未收录的错误码，稍后重试", _LATER)


def judge(error: ApiError) -> Result:
    """Turn a refusal into the outcome of a send."""
    ruling = RULINGS.get(error.code, _UNLISTED)
    detail = ruling.detail
    address = _ADDRESS.search(error.errmsg)
    if error.code == 60020 and address:
        detail = f"本机出口 IP {address[1]} 不在企业可信IP内，请到应用管理页“企业可信IP”中添加"
    return Result(ruling.outcome, str(error.code), f"{detail}（错误码 {error.code}）", ruling.wait)


def judge_no_answer(error: NoAnswerError) -> Result:
    """Turn a missing answer into the outcome of a send over a channel without duplicate check."""
    if error.maybe_done:
        return Result(Outcome.UNKNOWN, "", f"结果不明：{error.reason}")
    return Result(Outcome.RETRY, "", f"未送达：{error.reason}", _SOON)
