"""Reading what the page's script sends: bodies, limits, and a refusal in words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Annotated, TypeVar

from pydantic import AwareDatetime, BaseModel, Field, ValidationError
from starlette.requests import Request

PHOTO_LIMIT = 20 * 1024 * 1024
JSON_LIMIT = 64 * 1024


class Refused(Exception):
    """What the county cannot do as asked; the text is Chinese and shown to the visitor."""

    def __init__(self, sentence: str, status: int = 409) -> None:
        super().__init__(sentence)
        self.status = status


class Saying(BaseModel):
    """The body of a text."""

    text: Annotated[str, Field(max_length=5000)]


class Spot(BaseModel):
    """The body of a location."""

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    label: Annotated[str, Field(max_length=200)] = ""


class Pressing(BaseModel):
    """The body of a press on a card's button."""

    bubble: int
    button: str


class Moment(BaseModel):
    """The body of a move of the clock."""

    to: AwareDatetime


AnyBody = TypeVar("AnyBody", bound=BaseModel)


def whole_number(request: Request, name: str) -> int:
    """Return a number of the query, 0 without it."""
    try:
        return int(request.query_params.get(name, "0"))
    except ValueError:
        raise Refused(f"{name} 应是整数", 400) from None


async def json_body(request: Request, shape: type[AnyBody]) -> AnyBody:
    """Read a JSON body. Insisting on the type keeps other sites' plain forms out."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused("请求应是 JSON", 415)
    raw = await read_body(request, JSON_LIMIT, "内容太长")
    try:
        return shape.model_validate_json(raw)
    except ValidationError as fault:
        where = "、".join(str(part) for error in fault.errors() for part in error["loc"]) or "格式"
        raise Refused(f"内容不对：{where}", 400) from None


async def read_body(request: Request, limit: int, too_long: str) -> bytes:
    """Read a body, stopping as soon as it is beyond `limit` bytes."""
    parts = bytearray()
    async for chunk in request.stream():
        parts += chunk
        if len(parts) > limit:
            raise Refused(too_long, 413)
    return bytes(parts)


async def wait_unless_gone(request: Request, waiting: Awaitable[int]) -> None:
    """Wait, but no longer than the browser does, so that a closed page holds nothing up."""
    wait = asyncio.ensure_future(waiting)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({wait, gone}, return_when=asyncio.FIRST_COMPLETED)
        if wait.done():
            wait.result()
    finally:
        wait.cancel()
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
