"""One fetch for many callers, renewal before the end, and no loop on a refused token."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.tokens import TokenSource


class Mint:
    """Gives out t1, t2 … after a moment, or fails."""

    def __init__(self, life: float = 7200.0) -> None:
        self.life = life
        self.asked = 0
        self.error: Exception | None = None

    async def __call__(self) -> tuple[str, float]:
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.error is not None:
            raise self.error
        return f"t{self.asked}", self.life


class Shelf:
    """A store two sources share, as two processes share Redis."""

    def __init__(self) -> None:
        self.held: tuple[str, float] | None = None

    async def get(self) -> tuple[str, float] | None:
        return self.held

    async def put(self, token: str, expires_in: float) -> None:
        self.held = (token, expires_in)

    async def delete(self, token: str) -> None:
        if self.held is not None and self.held[0] == token:
            self.held = None


class SlowShelf(Shelf):
    """A store that forgets only once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.forget = asyncio.Event()

    async def delete(self, token: str) -> None:
        await self.forget.wait()
        await super().delete(token)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.asyncio
async def test_twenty_callers_share_one_fetch() -> None:
    mint = Mint()
    source = TokenSource(mint)
    assert await asyncio.gather(*(source.get() for _ in range(20))) == ["t1"] * 20
    assert mint.asked == 1


@pytest.mark.asyncio
async def test_those_who_waited_share_the_failure_and_the_next_caller_tries_again() -> None:
    mint = Mint()
    mint.error = ValueError("no")
    source = TokenSource(mint)
    answers = await asyncio.gather(*(source.get() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(answer, ValueError) for answer in answers)
    assert mint.asked == 1
    mint.error = None
    assert await source.get() == "t2"


@pytest.mark.asyncio
async def test_a_token_is_renewed_five_minutes_before_its_end() -> None:
    mint, clock = Mint(), Clock()
    source = TokenSource(mint, clock=clock)
    assert await source.get() == "t1"
    clock.now += 7200 - 301
    assert await source.get() == "t1"
    clock.now += 2
    assert await source.get() == "t2"


@pytest.mark.asyncio
async def test_a_very_short_token_is_still_used_for_half_its_life() -> None:
    mint, clock = Mint(life=60), Clock()
    source = TokenSource(mint, clock=clock)
    await source.get()
    clock.now += 29
    assert await source.get() == "t1"


@pytest.mark.asyncio
async def test_a_refused_token_is_dropped_once_but_its_successor_stays() -> None:
    mint = Mint()
    source = TokenSource(mint)
    old = await source.get()
    await source.invalidate(old)
    new = await source.get()
    await source.invalidate(old)
    assert await source.get() == new == "t2"


@pytest.mark.asyncio
async def test_two_processes_share_one_token_and_its_refusal() -> None:
    mint, shelf = Mint(), Shelf()
    first, second = TokenSource(mint, store=shelf), TokenSource(mint, store=shelf)
    assert (await first.get(), await second.get()) == ("t1", "t1")
    await first.invalidate("t1")
    assert await first.get() == "t2"
    await second.invalidate("t1")
    assert await second.get() == "t2"
    assert mint.asked == 2


@pytest.mark.asyncio
async def test_a_refused_token_is_not_taken_up_again_from_a_store_that_has_not_forgotten_it_yet() -> None:
    """Two sends are refused at once: the second must not find the old token while the first forgets it."""
    mint, shelf = Mint(), SlowShelf()
    source = TokenSource(mint, store=shelf)
    old = await source.get()
    forgetting = asyncio.create_task(source.invalidate(old))
    await asyncio.sleep(0)
    assert await source.get() != old
    shelf.forget.set()
    await forgetting
    assert mint.asked == 2
