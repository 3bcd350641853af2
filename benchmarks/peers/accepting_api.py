"""A WeCom that accepts everything: a token, messages, media; it remembers what it accepted.

``GET /accepted`` tells, as a JSON list in the order of arrival, each message's time (Unix), receiver and content.
"""

import asyncio
import base64
import json
import sys
import time
from typing import cast
from urllib.parse import urlsplit

import uvloop

# The smallest picture that is one: a grey pixel.
_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////"
    "////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)


class Api(asyncio.Protocol):
    """One connection; `accepted` is everybody's."""

    accepted: list[dict[str, object]] = []  # noqa: RUF012 - shared on purpose

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.WriteTransport", transport)  # uvloop's own are of no asyncio class
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self.buffer += data
        while True:
            head, blank, rest = self.buffer.partition(b"\r\n\r\n")
            length = _length(head)
            if not blank or len(rest) < length:
                return
            self.buffer = rest[length:]
            self.transport.write(self.answer(head.split(b" ", 2)[1].decode(), rest[:length]))

    def answer(self, target: str, body: bytes) -> bytes:
        """Return the answer to one request."""
        path = urlsplit(target).path
        if path == "/cgi-bin/media/get":
            return _response(_JPEG, "image/jpeg")
        if path == "/cgi-bin/message/send":
            self.accept(json.loads(body))
        if path == "/accepted":
            return _response(json.dumps(self.accepted).encode())
        if path == "/cgi-bin/gettoken":
            return _response(b'{"errcode":0,"errmsg":"ok","access_token":"benchmark-token","expires_in":7200}')
        return _response(b'{"errcode":0,"errmsg":"ok","msgid":"1"}')

    def accept(self, message: dict) -> None:  # type: ignore[type-arg]
        """Remember a message."""
        said = json.dumps(message.get(message["msgtype"]), ensure_ascii=False)
        self.accepted.append({"at": time.time(), "touser": message["touser"], "said": said})


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def _response(body: bytes, kind: str = "application/json; charset=utf-8") -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Api, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
