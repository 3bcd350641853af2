"""The bare handler: wechatpy verifies, decrypts and parses in a FastAPI route.

Nothing is stored, the answer is empty.
"""

from fastapi import FastAPI, Request, Response
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.work import parse_message
from wechatpy.work.crypto import WeChatCrypto

from benchmarks.credentials import AES_KEY, CORP_ID, TOKEN

app = FastAPI()
crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer that we run."""
    return {"status": "ok"}


@app.post("/callbacks/wecom")
async def callback(request: Request, msg_signature: str, timestamp: str, nonce: str) -> Response:
    """Take a message in and forget it."""
    try:
        xml = crypto.decrypt_message(await request.body(), msg_signature, timestamp, nonce)
    except InvalidSignatureException:
        return Response(status_code=403)
    parse_message(xml)
    return Response()
