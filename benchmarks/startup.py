"""How long `duban serve --role all` takes to its first answer, and what it then holds in memory."""

from __future__ import annotations

import contextlib

from benchmarks.figures import Report, median_of, ratio_of, spread
from benchmarks.servers import OTHER_CORE, Installation, Server, peer, script, workshop

_ROUNDS = 5


def measure() -> Report:
    """Start both several times, each beside the other's turn."""
    report = Report("startup", "from exec to the first answer, and resident memory then; a new, empty installation")
    ours: list[dict[str, float]] = []
    bare: list[dict[str, float]] = []
    with workshop() as folder, contextlib.ExitStack() as stack:
        api = stack.enter_context(script("accepting_api", folder, core=OTHER_CORE))
        installation = Installation(folder / "duban", api.url)
        installation.folder.mkdir()
        installation.run("init", "--mechanism", "jiaozuo")
        for _ in range(_ROUNDS):
            with peer("wechatpy_fastapi", folder) as server:
                bare.append(_figures(server))
            with installation.serving("all") as server:
                ours.append(_figures(server))
    for name, rounds in (("wechatpy + FastAPI, stores nothing", bare), ("duban all, SQLite FULL", ours)):
        report.add(
            server=name,
            seconds=round(median_of(rounds, "seconds"), 2),
            ratio="1" if rounds is bare else spread(ratio_of(rounds, bare, "seconds")),
            memory_mb=round(median_of(rounds, "memory")),
            memory_ratio="1" if rounds is bare else spread(ratio_of(rounds, bare, "memory")),
        )
    return report


def _figures(server: Server) -> dict[str, float]:
    return {"seconds": server.ready - server.started, "memory": server.memory()}
