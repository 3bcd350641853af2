"""WeCom's sign-in of people who open a page in its app (D91022, D91023), and the ticket of its script client."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from bot.platforms.tokens import TokenSource
from bot.platforms.visiting import CodeRefused, Outsider, VisitUnavailable
from bot.platforms.wecom.client import Client
from bot.platforms.wecom.errors import ApiError, NoAnswerError, judge

_CODE_REFUSED = frozenset({40029, 42003})


class Visits:
    """Who stands behind a code, and the corporation's ticket for signing pages."""

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._tickets = TokenSource(self._fetch_ticket, clock=clock)

    async def who(self, code: str) -> str:
        """Return the account behind a code. Raises CodeRefused, Outsider or VisitUnavailable."""
        try:
            answer = await self._client.get("/cgi-bin/auth/getuserinfo", {"code": code})
        except ApiError as error:
            if error.code in _CODE_REFUSED:
                raise CodeRefused from None
            raise VisitUnavailable(judge(error).detail) from None
        except NoAnswerError as error:
            raise VisitUnavailable(error.reason) from None
        account = answer.get("userid")
        if not isinstance(account, str) or not account:
            raise Outsider  # an openid or external_userid in its place
        return account

    async def ticket(self) -> str:
        """Return the ticket pages are signed with. Raises VisitUnavailable."""
        try:
            return await self._tickets.get()
        except ApiError as error:
            raise VisitUnavailable(judge(error).detail) from None
        except NoAnswerError as error:
            raise VisitUnavailable(error.reason) from None

    async def _fetch_ticket(self) -> tuple[str, float]:
        return _ticket_of(await self._client.get("/cgi-bin/get_jsapi_ticket"))


def _ticket_of(answer: Mapping[str, object]) -> tuple[str, float]:
    ticket, life = answer.get("ticket"), answer.get("expires_in")
    if not isinstance(ticket, str) or not ticket or not isinstance(life, int | float) or life <= 0:
        raise NoAnswerError("获取 jsapi_ticket 时接口返回了无法识别的内容", maybe_done=False)
    return ticket, float(life)


def authorize_url(base: str, *, corp_id: str, agent_id: str, back: str, state: str) -> str:
    """Return where WeCom's browser is sent to be told apart; it comes `back` with code and state."""
    query = {
        "appid": corp_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": "snsapi_base",
        "agentid": agent_id,
        "state": state,
    }
    return f"{base.rstrip('/')}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"
