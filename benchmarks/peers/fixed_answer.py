"""The generator's own ceiling: answers an empty 200 to whatever comes, reading no more than the length of it."""

import asyncio
import sys
from typing import cast

import uvloop

_OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Answerer(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.WriteTransport", transport)  # uvloop's own are of no asyncio class
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer once a request is whole."""
        self.buffer += data
        head, blank, body = self.buffer.partition(b"\r\n\r\n")
        if not blank:
            return
        _, found, length = head.partition(b"Content-Length: ")
        if found and len(body) < int(length.split(b"\r\n", 1)[0]):
            return
        self.buffer = b""
        self.transport.write(_OK)


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Answerer, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
