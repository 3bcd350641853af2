"""What all tests share: the real product in a made-up county, over real sockets.

`world` is that county, with the simulated platforms standing in for WeCom and DingTalk and every registered person
holding a phone. Scenario tests run on SQLite, and again on PostgreSQL with Redis.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import psycopg.conninfo
import pytest
import pytest_asyncio
import redis
from hypothesis import HealthCheck, settings

from bot.simulator import sample_county
from bot.simulator.world import World, found
from handlers.order import make_ready
from tests import servers
from tests.completeness import pytest_runtest_makereport
from tests.counties import open_world

__all__ = ["pytest_runtest_makereport"]  # pytest finds the hook here

settings.register_profile("duban", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("duban")
ENGINES = ("sqlite", "postgres")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take minutes, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: "year" not in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def ready() -> None:
    """Compile what the first message would wait for, which else would run beside the first test that handles one."""
    make_ready()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a real PostgreSQL server's maintenance database."""
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The URL of a real Redis."""
    with servers.redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """The URL of an empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    yield redis_server


@pytest.fixture
def empty_database(postgres: str) -> Iterator[str]:
    """The URL of a new PostgreSQL database."""
    with servers.new_database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def founded_database(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a PostgreSQL database with the sample county, to be copied."""
    with servers.new_database(postgres) as url:
        found(tmp_path_factory.mktemp("founding"), sample_county.START, database_url=url)
        yield psycopg.conninfo.conninfo_to_dict(url)["dbname"]


@pytest.fixture
def county_database(postgres: str, founded_database: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with the sample county."""
    with servers.new_database(postgres, like=founded_database) as url:
        yield url


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine the product runs on."""
    return str(request.param)


@pytest_asyncio.fixture
async def world(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """The county, handling and sending only when a test lets it (`world.settle()`)."""
    backing = {}
    if engine == "postgres":
        backing = {
            "database_url": request.getfixturevalue("county_database"),
            "redis_url": request.getfixturevalue("redis_url"),
        }
    async with open_world(tmp_path, actors=sample_county.actors(), **backing) as county:
        await county.dingtalk.gateway.connected(1)
        yield county
