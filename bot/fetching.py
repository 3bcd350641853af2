"""Fetching what a message carries from its platform: each photo for itself, so that one cannot cost the others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.media import MediaStore, Refused, Stored
from bot.pictures import Darkroom, Seen
from bot.platforms.base import MediaGone, MediaUnavailable, Platform
from bot.uploads import KeptPhotos
from models.message import PAGE, Inbound, Kind, MediaRef


@dataclass(frozen=True, slots=True)
class Lost:
    """A medium that will not come. `ours` is false where the sender sent something else than a photo."""

    ref: MediaRef
    reason: str  # in the words the sender reads
    ours: bool = True


@dataclass(slots=True)
class Fetched:
    """What became of a message's media."""

    stored: list[Stored] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)  # pictures, by digest; their thumbnails lie in the store
    thumbnails: dict[str, str] = field(default_factory=dict)
    waiting: list[MediaRef] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)


class Fetcher:
    """Fetches, keeps and looks into media."""

    def __init__(self, platforms: dict[str, Platform], media: MediaStore, darkroom: Darkroom) -> None:
        self.platforms = platforms
        self._media = media
        self._darkroom = darkroom
        self._kept = KeptPhotos(media)

    async def fetch(self, inbound: Inbound, *, expired: bool) -> Fetched:
        """Fetch all there is; what cannot be had now waits, or is lost where its life is over (`expired`)."""
        fetched = Fetched()
        for ref in inbound.media:
            try:
                await self._fetch(inbound.platform, ref, fetched)
            except MediaGone:
                fetched.lost.append(Lost(ref, "平台上已经取不到了"))
            except Refused as refused:
                fetched.lost.append(Lost(ref, str(refused), ours=False))
            except MediaUnavailable:
                if expired:
                    fetched.lost.append(Lost(ref, "三天内一直没取到"))
                else:
                    fetched.waiting.append(ref)
        return fetched

    async def _fetch(self, name: str, ref: MediaRef, fetched: Fetched) -> None:
        source = self._kept if name == PAGE else self.platforms.get(name)
        if source is None:
            raise MediaUnavailable("the platform is not configured")
        content = await source.fetch(ref.ref)
        save = self._media.save_image if ref.kind is Kind.IMAGE else self._media.save
        stored = await asyncio.to_thread(save, content)
        fetched.stored.append(stored)
        if stored.type.startswith("image/"):
            await self._look(stored.sha256, fetched)

    async def _look(self, digest: str, fetched: Fetched) -> None:
        seen = await self._darkroom.examine(self._media.path(digest))
        fetched.seen[digest] = seen
        if seen.thumbnail:
            saved = await asyncio.to_thread(self._media.save_thumbnail, digest, seen.thumbnail)
            fetched.thumbnails[digest] = saved
