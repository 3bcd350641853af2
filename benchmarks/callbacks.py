"""Durable, deduplicated WeCom callbacks a second in one process, against a bare handler that stores nothing.

Both answer empty. What the product stored is read from its database from outside and compared, key and digest, with
what was sent.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.figures import Report, median_of, ratio_of, spread
from benchmarks.load import Volley, fire
from benchmarks.sealing import Numbers, everyday_traffic
from benchmarks.servers import OTHER_CORE, Installation, Server, peer, pin, postgres, script, workshop

PATH = "/callbacks/wecom"
_ROUNDS = 3
_SECONDS = 2.5
_WARM_UP = 400
_PREPARED = 30_000
_USERS = 3_000
_SELECT = "SELECT key, digest FROM incoming"


@dataclass
class Contender:
    """A server under test and what its rounds gave."""

    name: str
    server: Server
    stored: Callable[[], dict[str, str]] | None = None  # None: it stores nothing
    sent: dict[str, str] = field(default_factory=dict)
    rounds: list[dict[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def warm_up(self, numbers: Numbers) -> None:
        """Let it meet everything once before the clock runs."""
        self._judge(fire(self.server.url, everyday_traffic(PATH, numbers, _WARM_UP, users=_USERS)))

    def run(self, numbers: Numbers) -> None:
        """Run one round."""
        traffic = everyday_traffic(PATH, numbers, _PREPARED, users=_USERS, redelivered=0.02, forged=0.01)
        before = self.server.processor()
        volley = fire(self.server.url, traffic, seconds=_SECONDS)
        used = self.server.processor() - before
        self._judge(volley)
        self.rounds.append(
            {
                "per_second": volley.rate,
                "p50_ms": volley.quantile(0.50),
                "p99_ms": volley.quantile(0.99),
                "max_ms": volley.quantile(1.0),
                "cpu_us": used / len(volley.answers) * 1e6,
                "generator": volley.busy,
            }
        )

    def _judge(self, volley: Volley) -> None:
        self.faults += [f"{self.name}: {fault}" for fault in volley.faults()]
        self.sent |= volley.genuine

    def compare(self) -> None:
        """Compare what lies in the database with what was sent."""
        if self.stored is None:
            return
        stored = self.stored()
        if stored != self.sent:
            missing, extra = len(self.sent.keys() - stored.keys()), len(stored.keys() - self.sent.keys())
            self.faults.append(f"{self.name}: {missing} answered but not stored, {extra} stored but not sent")


def measure() -> Report:
    """Durable callbacks against the bare handler, `--role web`."""
    report = Report("callbacks", "durable WeCom callbacks, 16 connections, 2 % redelivered, 1 % forged")
    with workshop() as folder, contextlib.ExitStack() as stack:
        api = stack.enter_context(script("accepting_api", folder, core=OTHER_CORE))
        bare = Contender("wechatpy + FastAPI, stores nothing", stack.enter_context(peer("wechatpy_fastapi", folder)))
        contenders = [bare, *_products(stack, folder, api.url, "web")]
        _play(contenders, report)
        _ceiling(stack, folder, report)
    return report


def measure_with_worker() -> Report:
    """The same while the worker answers the same strangers from the same process, `--role all`."""
    report = Report("callbacks-all", "the same, with the worker at work in the same process; 3,000 unknown senders")
    with workshop() as folder, contextlib.ExitStack() as stack:
        api = stack.enter_context(script("accepting_api", folder, core=OTHER_CORE))
        bare = Contender("wechatpy + FastAPI, stores nothing", stack.enter_context(peer("wechatpy_fastapi", folder)))
        _play([bare, *_products(stack, folder, api.url, "all")], report)
    return report


def _products(stack: contextlib.ExitStack, folder: Path, api: str, role: str) -> Iterator[Contender]:
    home = folder / "sqlite"
    installation = _installed(Installation(home, api))
    yield Contender(
        f"duban {role}, SQLite FULL",
        stack.enter_context(installation.serving(role)),
        lambda: in_sqlite(home / "duban.db"),
    )
    url = stack.enter_context(postgres())
    installation = _installed(Installation(folder / "postgres", api, url))
    yield Contender(
        f"duban {role}, PostgreSQL", stack.enter_context(installation.serving(role)), lambda: in_postgres(url)
    )


def _installed(installation: Installation) -> Installation:
    installation.folder.mkdir()
    installation.run("init", "--mechanism", "jiaozuo")
    return installation


def in_sqlite(path: Path) -> dict[str, str]:
    """Return digests by key of what lies in the in-tray."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return dict(connection.execute(_SELECT).fetchall())


def in_postgres(url: str) -> dict[str, str]:
    """Return digests by key of what lies in the in-tray."""
    with psycopg.connect(url) as connection:
        return {str(key): str(digest) for key, digest in connection.execute(_SELECT)}


def _play(contenders: list[Contender], report: Report) -> None:
    pin(OTHER_CORE)  # only now: PostgreSQL, started before, may use both
    numbers = Numbers()
    for contender in contenders:
        contender.warm_up(numbers)
    for _ in range(_ROUNDS):
        for contender in contenders:
            with contextlib.ExitStack() as others:
                for other in contenders:
                    if other is not contender:
                        others.enter_context(other.server.standing_still())
                contender.run(numbers)
    for contender in contenders:
        contender.compare()
        report.faults += contender.faults
    bare = contenders[0]
    for contender in contenders:
        _add(report, contender, bare)


def _add(report: Report, contender: Contender, bare: Contender) -> None:
    rounds = contender.rounds
    itself = contender is bare
    report.add(
        server=contender.name,
        per_second=round(median_of(rounds, "per_second")),
        ratio="1" if itself else spread(ratio_of(rounds, bare.rounds, "per_second")),
        p50_ms=round(median_of(rounds, "p50_ms"), 2),
        p99_ms=round(median_of(rounds, "p99_ms"), 2),
        p99_ratio="1" if itself else spread(ratio_of(rounds, bare.rounds, "p99_ms")),
        max_ms=round(max(one["max_ms"] for one in rounds), 1),
        cpu_us=round(median_of(rounds, "cpu_us")),
        generator=round(median_of(rounds, "generator"), 2),
        stored=None if contender.stored is None else len(contender.sent),
    )


def _ceiling(stack: contextlib.ExitStack, folder: Path, report: Report) -> None:
    """Show that the generator is not what was measured, and that it notices forgeries let through."""
    ceiling = stack.enter_context(script("fixed_answer", folder, core=0))
    traffic = everyday_traffic(PATH, Numbers(), _PREPARED, users=_USERS, forged=0.01)
    volley = fire(ceiling.url, traffic, seconds=_SECONDS)
    if not volley.faults():
        report.faults.append("the generator did not notice a server that takes forgeries")
    report.notes.append(f"generator's ceiling against a fixed answer: {volley.rate:,.0f} a second")
