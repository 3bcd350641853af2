"""DingTalk's sign-in of people who open a page in its app, and the ticket of its script client."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.platforms.base import Outcome
from bot.platforms.dingtalk.client import Client
from bot.platforms.dingtalk.errors import DingTalkError, classify
from bot.platforms.tokens import TokenSource
from bot.platforms.visiting import CodeRefused, Outsider, VisitUnavailable


class Visits:
    """Who stands behind a code that the app gave the page, and the app's ticket for signing pages."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._tickets = TokenSource(self._fetch_ticket, clock=clock)

    async def who(self, code: str) -> str:
        """Return the account behind a code. Raises CodeRefused, Outsider or VisitUnavailable."""
        try:
            answer = await self._client.call_legacy("/topapi/v2/user/getuserinfo", {"code": code})
        except DingTalkError as error:
            # A code that is used up or too old is refused like any parameter that is wrong.
            if error.fault.outcome is Outcome.FAILED:
                raise CodeRefused from None
            raise VisitUnavailable(error.fault.detail) from None
        found = answer.get("result")
        account = found.get("userid") if isinstance(found, dict) else None
        if not isinstance(account, str) or not account:
            raise Outsider
        return account

    async def ticket(self) -> str:
        """Return the ticket pages are signed with. Raises VisitUnavailable."""
        try:
            return await self._tickets.get()
        except DingTalkError as error:
            raise VisitUnavailable(error.fault.detail) from None

    async def _fetch_ticket(self) -> tuple[str, float]:
        answer = await self._client.call("POST", "/v1.0/oauth2/jsapiTickets", {})
        ticket, life = answer.get("jsapiTicket"), answer.get("expireIn")
        if not isinstance(ticket, str) or not ticket or not isinstance(life, int | float) or life <= 0:
            raise DingTalkError(classify("http:502", code="ticket.unreadable"))
        return ticket, float(life)
