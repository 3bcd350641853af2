"""DingTalk as the out-tray and the media store see it: one send, one outcome."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Literal

import httpx2
import structlog

from bot.clock import Clock
from bot.platforms.base import Address, Channel, Outcome, Result, Words
from bot.platforms.dingtalk import dress, webhook
from bot.platforms.dingtalk.client import API_BASE, OAPI_BASE, Client
from bot.platforms.dingtalk.errors import LATER, WEBHOOK_BAN, DingTalkError, Fault
from bot.platforms.dingtalk.parse import PLATFORM
from bot.platforms.dingtalk.visits import Visits
from bot.platforms.tokens import TokenStore

log = structlog.get_logger(__name__)

CARD_ROUTE = "duban"
"""callbackRouteKey of cards answered over HTTP; registered once with `/v1.0/card/callbacks/register`."""


class DingTalk:
    """The internal app's robot. `card_template_id` turns messages with buttons to persons into cards.

    `now` is the wall clock (aware) that signs webhooks; `clock` counts seconds for the webhook's pace.
    """

    name = PLATFORM

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        robot_code: str = "",
        card_template_id: str = "",
        card_callback: Literal["STREAM", "HTTP"] = "STREAM",
        api_base: str = API_BASE,
        oapi_base: str = OAPI_BASE,
        http: httpx2.AsyncClient | None = None,
        tokens: TokenStore | None = None,
        now: Callable[[], datetime] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = Client(
            client_id,
            client_secret,
            robot_code=robot_code,
            api_base=api_base,
            oapi_base=oapi_base,
            http=http,
            tokens=tokens,
            clock=clock,
        )
        self.visits = Visits(self._client, clock)
        self._template = card_template_id
        self._card_callback = card_callback
        self._now = now or Clock().now
        self._gate = webhook.Gate(clock)

    async def send(self, words: Words, to: Address, *, key: str) -> Result:
        """See `Platform.send`. UNKNOWN comes with `retry_after` where repeating is safe: see `repeatable`."""
        try:
            return await self._send(words, to, key)
        except DingTalkError as error:
            return error.fault.result()

    def repeatable(self, words: Words, to: Address) -> bool:
        """See `Platform.repeatable`: cards have outTrackId, webhooks msgUuid, robot messages nothing."""
        if to.channel is Channel.PERSON:
            return self._card_params(words) is not None
        return to.channel is Channel.WEBHOOK

    async def retire(self, words: Words, refs: dict[str, str], pressed: str) -> None:
        """See `Platform.retire`. Only cards can be changed after they were sent."""
        track = refs.get("outTrackId")
        if not track:
            return
        try:
            await self._client.update_card(track, dress.pressed_params(pressed))
        except DingTalkError as error:
            log.warning("dingtalk_card_not_retired", task=track, code=error.fault.code)

    async def fetch(self, ref: str) -> bytes:
        """See `Platform.fetch`; `ref` is a download code."""
        return await self._client.fetch(ref)

    async def identify(self, account: str) -> str:
        """See `Platform.identify`: DingTalk tells plain accounts or none."""
        return ""

    async def check(self) -> str | None:
        """See `Platform.check`. Takes a token, then uses it on a call that is not billed."""
        try:
            await self._client.fetch_token()
            await self._client.call("POST", "/v1.0/oauth2/jsapiTickets", {})
        except DingTalkError as error:
            # A refusal of this very call says nothing about the ones the bot needs.
            fault = error.fault
            return None if fault.outcome is Outcome.FAILED else f"钉钉：{fault.detail}（{fault.code}）"
        return None

    async def aclose(self) -> None:
        """See `Platform.aclose`."""
        await self._client.aclose()

    async def _send(self, words: Words, to: Address, key: str) -> Result:
        if not to.target.strip():
            return Result(Outcome.FAILED, "target.empty", "未送达：没有钉钉账号或群标识")
        if to.channel is Channel.PERSON:
            return await self._to_person(words, to.target, key)
        if to.channel in (Channel.DING_GROUP, Channel.ROOM):
            parts = dress.robot_messages(words)
            return await _in_order([partial(self._group_part, to.target, part) for part in parts])
        if to.channel is Channel.WEBHOOK:
            return await self._to_webhook(words, to, key)
        return Result(Outcome.FAILED, "channel.unknown", "未送达：钉钉没有这种发送方式")

    async def _to_person(self, words: Words, user: str, key: str) -> Result:
        params = self._card_params(words)
        if params is not None:
            return await self._card(user, params, key)
        return await _in_order([partial(self._person_part, user, part) for part in dress.robot_messages(words)])

    def _card_params(self, words: Words) -> dict[str, str] | None:
        """Return the variables of the card these words become, or None when they become none."""
        return dress.card_params(words) if words.buttons and self._template else None

    async def _person_part(self, user: str, message: dress.Dressed) -> Result:
        answer = await self._client.send_to_person(user, message.template, message.params)
        if answer.get("invalidStaffIdList"):
            return Result(Outcome.FAILED, "invalidStaffIdList", "未送达：钉钉通讯录中无此人，或不在应用可见范围")
        if answer.get("flowControlledStaffIdList"):
            return Result(Outcome.RETRY, "flowControlledStaffIdList", "钉钉对此人限流，稍后重试", LATER)
        return _accepted(answer)

    async def _group_part(self, conversation: str, message: dress.Dressed) -> Result:
        try:
            answer = await self._client.send_to_group(conversation, message.template, message.params)
        except DingTalkError as error:
            raise DingTalkError(_of_this_group(error.fault, "bot.stopped")) from None
        return _accepted(answer)

    async def _card(self, user: str, params: dict[str, str], key: str) -> Result:
        """Create and deliver a card under `key`, which the platform accepts once."""
        refs = {"outTrackId": key}
        try:
            answer = await self._client.create_card(self._card_body(user, params, key))
        except DingTalkError as error:
            if error.fault.existing:
                return Result(Outcome.SENT, error.fault.code, refs=refs)
            raise DingTalkError(_repeatable(error.fault)) from None
        return _delivered(answer, refs)

    def _card_body(self, user: str, params: dict[str, str], key: str) -> dict[str, Any]:
        route = {"callbackRouteKey": CARD_ROUTE} if self._card_callback == "HTTP" else {}
        return {
            "cardTemplateId": self._template,
            "outTrackId": key,
            "callbackType": self._card_callback,
            **route,
            "userIdType": 1,
            "cardData": {"cardParamMap": params},
            "openSpaceId": f"dtv1.card//IM_ROBOT.{user}",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": self._client.robot_code},
        }

    async def _to_webhook(self, words: Words, to: Address, key: str) -> Result:
        token = webhook.token_of(to.target)
        if not token:
            return Result(Outcome.FAILED, "target.invalid", "未送达：群机器人的标识不对，请核对群聊表")
        parts = dress.webhook_parts(words)
        keys = [key] if len(parts) == 1 else [f"{key}-{number}" for number in range(1, len(parts) + 1)]
        sends = [
            partial(self._webhook_part, token, to.secret, part, part_key)
            for part, part_key in zip(parts, keys, strict=True)
        ]
        return await _in_order(sends, repeatable=True)

    async def _webhook_part(self, token: str, secret: str, part: str, key: str) -> Result:
        wait = self._gate.enter(token)
        if wait is not None:
            return Result(Outcome.RETRY, "", "为免群机器人被限流，稍后再发", wait)
        body = {**dress.webhook_text(part), "msgUuid": key}
        try:
            await self._client.send_to_webhook(webhook.query(token, secret, self._now()), body)
        except DingTalkError as error:
            if error.fault.retry_after == WEBHOOK_BAN:
                self._gate.close(token, WEBHOOK_BAN)
            raise DingTalkError(_repeatable(_of_this_group(error.fault, *_OWN_TOKEN))) from None
        return Result(Outcome.SENT)


async def _in_order(sends: Sequence[Callable[[], Awaitable[Result]]], *, repeatable: bool = False) -> Result:
    """Send the pieces of one message and stop at the first that does not get through.

    When some were delivered and the platform does not recognise a repeat, the rest must not be tried again
    blindly: the outcome is UNKNOWN.
    """
    refs: dict[str, str] = {}
    for done, send in enumerate(sends):
        result = await _outcome(send)
        if result.outcome is not Outcome.SENT:
            return _halfway(result, done, len(sends)) if done and not repeatable else result
        refs = {name: f"{refs[name]},{ref}" if name in refs else ref for name, ref in result.refs.items()}
    return Result(Outcome.SENT, refs=refs)


async def _outcome(send: Callable[[], Awaitable[Result]]) -> Result:
    try:
        return await send()
    except DingTalkError as error:
        return error.fault.result()


def _halfway(result: Result, done: int, total: int) -> Result:
    outcome = result.outcome if result.outcome is Outcome.FAILED else Outcome.UNKNOWN
    detail = f"共 {total} 条，已发出 {done} 条，其余未发：{result.detail}"
    return replace(result, outcome=outcome, detail=detail, retry_after=None)


def _accepted(answer: Mapping[str, Any]) -> Result:
    key = answer.get("processQueryKey")
    return Result(Outcome.SENT, refs={"processQueryKey": key} if isinstance(key, str) and key else {})


def _delivered(answer: Mapping[str, Any], refs: dict[str, str]) -> Result:
    """A card's call succeeds even when delivering it did not: each delivery says so itself."""
    result = answer.get("result")
    deliveries = result.get("deliverResults") if isinstance(result, Mapping) else None
    for delivery in deliveries if isinstance(deliveries, list) else []:
        if isinstance(delivery, Mapping) and delivery.get("success") is False:
            return Result(Outcome.FAILED, "deliverResults", "未送达：卡片投放失败，请核对账号、应用可见范围和卡片模板")
    return Result(Outcome.SENT, refs=refs)


def _repeatable(fault: Fault) -> Fault:
    """Where the platform recognises a repeat by its key, what is unknown may be tried again."""
    if fault.outcome is not Outcome.UNKNOWN:
        return fault
    return replace(fault, detail=fault.detail + "；凭唯一标识重发不会重复", retry_after=LATER)


_OWN_TOKEN = ("40001", "40014", "42001")
"""A webhook's token is its own, not the app's."""


def _of_this_group(fault: Fault, *codes: str) -> Fault:
    """A robot stopped in one group, or one webhook's bad token, must not pause every other channel."""
    if fault.code.lower() in codes:
        detail = "未送达：机器人在该群已停用或群机器人的标识不对，请重新绑定群聊"
        return replace(fault, outcome=Outcome.FAILED, detail=detail)
    return fault
