"""The bot people write in an afternoon: wechatpy opens the message, the answer goes out after the callback's.

Nothing is stored; what is under way at a crash is gone.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import BackgroundTasks, FastAPI, Request, Response
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.work import parse_message
from wechatpy.work.crypto import WeChatCrypto

from benchmarks.credentials import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN

API_BASE = os.environ["API_BASE"]
crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold one client and one token."""
    async with httpx2.AsyncClient(base_url=API_BASE, timeout=60) as client:
        answer = await client.get("/cgi-bin/gettoken", params={"corpid": CORP_ID, "corpsecret": SECRET})
        app.state.client, app.state.token = client, answer.json()["access_token"]
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer that we run."""
    return {"status": "ok"}


@app.post("/callbacks/wecom")
async def callback(
    request: Request, tasks: BackgroundTasks, msg_signature: str, timestamp: str, nonce: str
) -> Response:
    """Take a message in and say that it came."""
    try:
        xml = crypto.decrypt_message(await request.body(), msg_signature, timestamp, nonce)
    except InvalidSignatureException:
        return Response(status_code=403)
    message = parse_message(xml)
    tasks.add_task(echo, message.source, message.content)
    return Response()


async def echo(user: str, text: str) -> None:
    """Send the receipt."""
    body = {"touser": user, "msgtype": "text", "agentid": AGENT_ID, "text": {"content": f"收到：{text}"}}
    query = {"access_token": app.state.token}
    await app.state.client.post("/cgi-bin/message/send", params=query, json=body)
