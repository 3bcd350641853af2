"""One access token, fetched once however many sends want it at the same moment.

Both platforms hand out tokens of about two hours. Asking again costs quota (and asking with a wrong secret
gets the address banned), so concurrent callers share one fetch and its failure alike.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

EARLY = 300.0
"""Seconds before its end at which a token is no longer handed out."""


class TokenStore(Protocol):
    """Where a token may be shared between processes; one store holds one token.

    `expires_in` is the seconds the token may still be *used*: the early margin is already taken off. A store
    never raises: one that cannot be reached answers None and forgets what it is given.
    """

    async def get(self) -> tuple[str, float] | None:
        """Return the token and its remaining seconds, or None."""
        ...

    async def put(self, token: str, expires_in: float) -> None:
        """Keep the token for `expires_in` seconds."""
        ...

    async def delete(self, token: str) -> None:
        """Forget the token, but only if it is still this one."""
        ...


class NoStore:
    """The default store: nothing is shared, each process asks for itself."""

    async def get(self) -> tuple[str, float] | None:
        """Return None."""
        return None

    async def put(self, token: str, expires_in: float) -> None:
        """Keep nothing."""

    async def delete(self, token: str) -> None:
        """Have nothing to forget."""


class TokenSource:
    """Hands out the current token, fetching it when there is none.

    `fetch` returns the token and its full life in seconds; what it raises reaches every caller that was
    waiting for that fetch. `clock` counts seconds and never runs backwards.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[tuple[str, float]]],
        *,
        clock: Callable[[], float] = time.monotonic,
        store: TokenStore | None = None,
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._store: TokenStore = store or NoStore()
        self._lock = asyncio.Lock()
        self._token = ""
        self._refused = ""
        self._until = 0.0
        self._failures = 0
        self._failure: Exception | None = None

    async def get(self) -> str:
        """Return a token good for some minutes. Raises what `fetch` raises."""
        if self._usable():
            return self._token
        failures = self._failures
        async with self._lock:
            if self._usable():
                return self._token
            if self._failure is not None and self._failures != failures:
                raise self._failure
            return await self._renew()

    async def invalidate(self, token: str) -> None:
        """Drop `token` because the platform refused it; a newer one that took its place stays.

        The store may still hold it for a moment: it is not taken up from there again.
        """
        self._refused = token
        if token == self._token:
            self._token = ""
        await self._store.delete(token)

    def _usable(self) -> bool:
        return bool(self._token) and self._clock() < self._until

    async def _renew(self) -> str:
        shared = await self._store.get()
        if shared is not None and shared[0] != self._refused:
            return self._keep(*shared)
        try:
            token, life = await self._fetch()
        except Exception as error:
            self._failures += 1
            self._failure = error
            raise
        usable = life - min(EARLY, life / 2)
        await self._store.put(token, usable)
        return self._keep(token, usable)

    def _keep(self, token: str, usable: float) -> str:
        self._token, self._until = token, self._clock() + usable
        return token
