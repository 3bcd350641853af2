"""`duban demo`: a short scene over the wire, printed as a transcript; then a page to go on with."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import tempfile
from pathlib import Path

from starlette.routing import Mount

from bot.simulator import sample_county
from bot.simulator.page import create_page
from bot.simulator.scene import SceneFailed, play
from bot.simulator.stand import Stand
from bot.simulator.world import open_world


async def run_demo(*, once: bool, port: int, home: Path | None = None) -> int:
    """Play the scene and, unless `once`, keep serving. Returns the exit code: 0 if all went as told."""
    with tempfile.TemporaryDirectory(prefix="duban-demo-", ignore_cleanup_errors=True) as folder:
        try:
            players = {actor.name for actor in sample_county.ACTORS}
            extras = [actor for actor in sample_county.actors() if actor.name not in players]
            async with open_world(home or Path(folder), extras=extras, role="all", port=0 if once else port) as world:
                await play(world, sys.stdout)
                if once:
                    return 0
                world.site.router.routes.append(Mount("/", create_page(world.stage, Stand(world))))
                sys.stdout.write(
                    f"\n聊天页已打开：{world.url}/\n在浏览器里选一个人，像平常聊天一样说话；按 Ctrl+C 结束。\n"
                )
                sys.stdout.flush()
                await _until_stopped()
        except SceneFailed as error:
            sys.stderr.write(f"演示没有按说好的走：{error}\n")
            return 1
        except OSError as error:
            sys.stderr.write(f"端口{port}打不开（{error.strerror}），可换一个：duban demo --port 8101\n")
            return 1
    return 0


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers in its loop; there Ctrl+C ends asyncio.run by itself.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopped.set)
    await stopped.wait()
