"""WeCom as the out-tray and the media store see it.

A self-built app (自建应用) writes to members and to groups it made, a webhook (消息推送) to its one group, the
robot (智能机器人) where it was called, and to a member the app cannot reach.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import structlog

from bot.platforms.base import Address, Channel, MediaGone, MediaUnavailable, NotNow, Outcome, Result, Words
from bot.platforms.tokens import TokenStore
from bot.platforms.wecom import dialect, limits
from bot.platforms.wecom.aibot.media import PREFIX as ROBOTS_MEDIA
from bot.platforms.wecom.aibot.robot import Robot
from bot.platforms.wecom.client import API_BASE, Client, encode
from bot.platforms.wecom.crypto import WeComSecrets
from bot.platforms.wecom.errors import ApiError, NoAnswerError, judge, judge_no_answer
from bot.platforms.wecom.parse import NAME
from bot.platforms.wecom.visits import Visits

DUPLICATE_WINDOW = 14_400
"""Seconds within which WeCom shows a person the identical request once only; four hours is its maximum."""

_NOT_PERMITTED = "48002"
_OUT_OF_REACH = ("invaliduser", "unlicenseduser", "60011", "60111", "40003", "46004", "50002", "81013")
"""What the app is told of a member it cannot write to."""
_RESEND = timedelta(seconds=30)
_WEBHOOK_KEY = re.compile(r"[0-9A-Za-z_-]{1,128}")
_USERID = re.compile(r"[0-9A-Za-z_.@-]{1,64}")
_log = structlog.get_logger(__name__)

_Post = Callable[[bytes], Awaitable[dict[str, Any]]]


class WeCom:
    """The app named by `secrets`, calling out with `secret`; fulfils :class:`bot.platforms.base.Platform`."""

    name = NAME

    def __init__(
        self,
        secrets: WeComSecrets,
        secret: str,
        *,
        api_base: str = API_BASE,
        http: httpx2.AsyncClient | None = None,
        tokens: TokenStore | None = None,
        robot: Robot | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._robot = robot
        self._accounts: dict[str, str] = {}
        self._agent_id = secrets.agent_id
        self._client = Client(secrets.corp_id, secret, api_base=api_base, http=http, tokens=tokens, clock=clock)
        self.visits = Visits(self._client, clock)
        self._members = limits.Limiter(limits.PER_MEMBER, clock)
        self._groups = limits.Limiter(limits.PER_GROUP_MEMBER, clock)
        self._webhooks = limits.Limiter(limits.PER_WEBHOOK, clock)

    async def send(self, words: Words, to: Address, *, key: str) -> Result:
        """Send once over `to.channel`; a text beyond 2048 bytes goes as several numbered messages.

        To a person, UNKNOWN comes with `retry_after`: repeating the call is safe within four hours.
        """
        if not words.text.strip():
            return Result(Outcome.FAILED, "", "内容为空，未发送（程序缺陷，请报告）")
        match to.channel:
            case Channel.PERSON:
                return await self._to_member(words, to, key)
            case Channel.ROOM if self._robot is not None:
                return await self._robot.reply(words, to, key)
            case Channel.APP_GROUP:
                return await self._to_group(words, to.target)
            case Channel.WEBHOOK:
                return await self._to_webhook(words, to.target)
            case _:
                return Result(Outcome.FAILED, "", "企业微信没有这种发送渠道")

    def repeatable(self, words: Words, to: Address) -> bool:
        """Only the message interface checks for duplicates; groups and webhooks show every repeat."""
        return to.channel is Channel.PERSON and not to.reply

    async def _to_member(self, words: Words, to: Address, key: str) -> Result:
        """Answer in the robot's chat what was asked there; all else goes by the app, or by the robot failing that."""
        if self._robot is not None and to.reply:
            result = await self._robot.reply(words, to, key)
            if result.outcome is Outcome.SENT:
                return result
        result = await self._to_person(words, to.target, key)
        if self._robot is None or result.code not in _OUT_OF_REACH:
            return result
        instead = await self._robot.push(words, to.target, key)
        if instead.outcome is Outcome.SENT:
            return instead
        return replace(result, detail=f"{result.detail}；{instead.detail}")

    async def _to_person(self, words: Words, userid: str, key: str) -> Result:
        if not _USERID.fullmatch(userid) or userid.lower() == "@all":
            return Result(Outcome.FAILED, "", "企业微信账号不合规范，未发送")
        bodies = [encode(payload) for payload in self._personal(words, userid, key)]
        wait = self._members.admit(userid.lower(), len(bodies))
        if wait:
            return _held_back(wait)
        result = await _post_all(bodies, partial(self._client.post, "/cgi-bin/message/send"), userid)
        if result.outcome is not Outcome.UNKNOWN:
            return result
        detail = f"{result.detail}；四小时内原样重发由企业微信去重，不会重复显示"
        return replace(result, detail=detail, retry_after=_RESEND)

    def _personal(self, words: Words, userid: str, key: str) -> list[dict[str, Any]]:
        if words.buttons:
            content = [{"msgtype": "template_card", "template_card": dialect.card(words, key)}]
        else:
            content = [_text(part) for part in dialect.texts(words.text)]
        common = {
            "touser": userid,
            "agentid": self._agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_WINDOW,
        }
        return [common | part for part in content]

    async def _to_group(self, words: Words, chatid: str) -> Result:
        bodies = [encode({"chatid": chatid, **_text(part)}) for part in dialect.texts(words.text)]
        # One key for all groups: the limit is each member's over every group of the app.
        wait = self._groups.admit("*", len(bodies))
        if wait:
            return _held_back(wait)
        result = await _post_all(bodies, partial(self._client.post, "/cgi-bin/appchat/send"))
        if result.code != _NOT_PERMITTED:
            return result
        # Here the code speaks of this group, not of the app, and must not stop the members' messages.
        detail = f"应用群须由本应用创建，且应用可见范围为全公司；可改绑群机器人（错误码 {result.code}）"
        return replace(result, outcome=Outcome.FAILED, detail=detail)

    async def _to_webhook(self, words: Words, target: str) -> Result:
        hook = webhook_key(target)
        if not hook:
            return Result(Outcome.FAILED, "", "群机器人地址里没有 key，请重新绑定群")
        bodies = [encode(_text(part)) for part in dialect.texts(words.text)]
        wait = self._webhooks.admit(hook, len(bodies))
        if wait:
            return _held_back(wait)
        return await _post_all(bodies, partial(self._client.post_keyed, "/cgi-bin/webhook/send", hook))

    async def retire(self, words: Words, refs: dict[str, str], pressed: str) -> None:
        """Grey the card's buttons and show `pressed`; needs `response_code` in `refs` (D94888).

        `userid` in `refs` narrows the update to that person. A code that is used up or expired is no fault.
        """
        code = refs.get("response_code", "")
        if not code:
            return
        whom: dict[str, Any] = {"userids": [refs["userid"]]} if refs.get("userid") else {"atall": 1}
        update = {"agentid": self._agent_id, "response_code": code, "button": {"replace_name": pressed}}
        try:
            await self._client.post("/cgi-bin/message/update_template_card", encode(whom | update))
        except ApiError as error:
            _log.info("wecom_card_not_retired", code=error.code)
        except NoAnswerError:
            _log.info("wecom_card_not_retired", code="unreachable")

    async def fetch(self, ref: str) -> bytes:
        """Return a medium's bytes (at most 20 MiB). Raises MediaUnavailable or MediaGone."""
        if ref.startswith(ROBOTS_MEDIA):
            if self._robot is None:
                raise MediaGone("智能机器人已停用")
            return await self._robot.fetch(ref)
        try:
            return await self._client.download(ref)
        except NoAnswerError as error:
            failure: Exception = MediaUnavailable(error.reason)
        except ApiError as error:
            ruling = judge(error)
            gone = ruling.outcome is Outcome.FAILED
            failure = MediaGone(ruling.detail) if gone else MediaUnavailable(ruling.detail)
        raise failure

    async def identify(self, account: str) -> str:
        """Ask the app whose the encrypted account is (D101521). Raises NotNow."""
        if account not in self._accounts:
            found = await self._plain_account(account)
            if not found:
                return ""
            self._accounts[account] = found
        return self._accounts[account]

    async def _plain_account(self, account: str) -> str:
        body = encode({"open_userid_list": [account]})
        try:
            answer = await self._client.post("/cgi-bin/batch/openuserid_to_userid", body)
        except NoAnswerError as error:
            reason = error.reason
        except ApiError as error:
            if judge(error).outcome is not Outcome.RETRY:
                return ""
            reason = str(error.code)
        else:
            pairs = answer.get("userid_list")
            return next(
                (str(pair.get("userid") or "") for pair in pairs or [] if pair.get("open_userid") == account), ""
            )
        raise NotNow(reason)

    async def check(self) -> str | None:
        """Ask for the app itself: proves secret, trusted IP and agent id in one call (D90227)."""
        try:
            data = await self._client.get("/cgi-bin/agent/get", {"agentid": str(self._agent_id)})
        except ApiError as error:
            return f"企业微信：{judge(error).detail}"
        except NoAnswerError as error:
            return f"企业微信：{error.reason}，请检查网络和接口地址"
        return "企业微信：应用已被停用，请管理员在后台重新启用" if data.get("close") == 1 else None

    async def aclose(self) -> None:
        """Close connections."""
        await self._client.aclose()
        if self._robot is not None:
            await self._robot.aclose()


def webhook_key(target: str) -> str:
    """Return the key of a group webhook given as key or as URL, or "" when there is none.

    Only the key of a URL is ever used; its host is not ours to trust.
    """
    found = parse_qs(urlsplit(target).query).get("key", [""])[0] if "/" in target else target.strip()
    return found if _WEBHOOK_KEY.fullmatch(found) else ""


def _text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def _held_back(wait: float) -> Result:
    detail = "接近企业微信限频，稍后再发（超限的消息会被直接丢弃）"
    return Result(Outcome.RETRY, "", detail, timedelta(seconds=wait))


async def _post_all(bodies: list[bytes], post: _Post, userid: str = "") -> Result:
    """Post in order, stopping at the first that does not go.

    Without `userid` there is no duplicate check: then whatever follows a delivered part is no clean retry.
    """
    sent: list[dict[str, Any]] = []
    for body in bodies:
        try:
            answer = await post(body)
        except ApiError as error:
            return _after(len(sent), judge(error), userid)
        except NoAnswerError as error:
            return _after(len(sent), judge_no_answer(error), userid)
        missed = _missed(answer, userid)
        if missed is not None:
            return missed
        sent.append(answer)
    return Result(Outcome.SENT, "0", refs=_refs(sent, userid))


def _after(delivered: int, result: Result, userid: str) -> Result:
    if not delivered or userid or result.outcome is not Outcome.RETRY:
        return result
    detail = f"前 {delivered} 条已发出，其余未发：{result.detail}"
    return replace(result, outcome=Outcome.UNKNOWN, detail=detail, retry_after=None)


def _missed(answer: dict[str, Any], userid: str) -> Result | None:
    """WeCom answers errcode 0 although the recipient was dropped, and lower-cases the ids it returns."""
    if not userid:
        return None
    if userid.lower() in _names(answer.get("invaliduser")):
        return Result(Outcome.FAILED, "invaliduser", "未送达：不在应用可见范围，或账号不存在")
    if userid.lower() in _names(answer.get("unlicenseduser")):
        return Result(Outcome.FAILED, "unlicenseduser", "未送达：该成员没有基础接口许可")
    return None


def _names(value: object) -> set[str]:
    listed = value if isinstance(value, list) else str(value or "").split("|")
    return {str(name).lower() for name in listed}


def _refs(sent: list[dict[str, Any]], userid: str) -> dict[str, str]:
    refs = {"msgid": ",".join(str(answer["msgid"]) for answer in sent if answer.get("msgid"))}
    refs["response_code"] = str(sent[-1].get("response_code") or "") if sent else ""
    refs["userid"] = userid
    return {name: value for name, value in refs.items() if value}
