"""One door in: store raw → answer → claim → fetch media → role → handler → commit.

The route calls :meth:`InTray.store` and answers once it returns. The worker takes each conversation's messages in
the order they were sent; a message's facts, words and `handled_at` are one commit, so a crash, a redelivery or a
second worker change nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, TypeVar, cast

import structlog
from sqlalchemy import Table, or_, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.media import MediaStore, NotAnImage, Stored
from bot.metrics import HANDLED, RECEIVED
from bot.platforms.base import MediaGone, MediaUnavailable, Platform, Words
from bot.shared_state import SharedState
from bot.trays import TrayLoop
from bot.uploads import KeptPhotos
from handlers.routing import Handled, Message, Router
from models.ledger import County, Ledger, Stranger
from models.message import PAGE, Inbound, Kind
from models.notices import MediaLost, MessageFailed, Plain
from models.people import Person
from models.trays import Incoming, InState, StoredFile

T = TypeVar("T")
log = structlog.get_logger(__name__)

SETTLE = timedelta(seconds=1.5)
"""How long a report or a photo waits for what belongs to it, so that one receipt tells all."""
_LEASE = timedelta(seconds=30)
"""A claim dies with its process; handling is safe to repeat, so a short life only costs a second fetch."""
_MAX_ATTEMPTS = 5
_MEDIA_LIFE = timedelta(days=3)  # WeCom D90253: a media id lives three days
_BATCH = 20
_HANDS = 4
"""So many messages are in hand at once: on SQLite what is answered already must not wait behind twenty others."""

_COLUMNS = (
    *("platform", "key", "conversation", "sender", "kind", "message", "raw", "digest"),
    *("sent_at", "received_at", "state", "attempts", "handler", "error"),
)


class InTray:
    """Keeps what arrives. Callbacks that come while a commit runs share the next one."""

    def __init__(self, database: Database, clock: Clock, state: SharedState) -> None:
        self._database = database
        self._clock = clock
        self._state = state
        self._waiting: list[tuple[list[Any], asyncio.Future[None]]] = []
        self._writing = False
        self._appender = database.appender(cast("Table", Incoming.__table__), ("platform", "key"), _COLUMNS)

    async def store(self, inbound: Inbound, raw: str) -> None:
        """Return once the message is committed, or was before."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._appender.bind(self._row(inbound, raw)), done))
        if not self._writing:
            self._writing = True
            asyncio.get_running_loop().create_task(self._write_all()).add_done_callback(_raise)
        await done

    def _row(self, inbound: Inbound, raw: str) -> dict[str, Any]:
        return {
            "platform": inbound.platform,
            "key": inbound.key,
            "conversation": inbound.conversation,
            "sender": inbound.sender,
            "kind": inbound.kind.value,
            "message": inbound.as_dict(),
            "raw": raw,
            "digest": hashlib.sha256(raw.encode()).hexdigest(),
            "sent_at": inbound.sent_at,
            "received_at": self._clock.now(),
            "state": InState.NEW.value,
            "attempts": 0,
            "handler": "",
            "error": "",
        }

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                # One turn, so that callbacks already read from their sockets share the commit; more would idle.
                await asyncio.sleep(0)
                batch, self._waiting = self._waiting, []
                await self._write_batch(batch)
        finally:
            self._writing = False

    async def _write_batch(self, batch: list[tuple[list[Any], asyncio.Future[None]]]) -> None:
        # One order for all writers, so that two of them on PostgreSQL cannot wait for each other in a circle.
        rows = sorted((row for row, _ in batch), key=itemgetter(0, 1))
        try:
            await self._database.in_writer_thread(lambda: self._appender.add(rows))
        except Exception as error:
            log.error("intray.write_failed", error=type(error).__name__, count=len(rows))
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        RECEIVED.inc(len(rows))
        for _, done in batch:
            if not done.done():
                done.set_result(None)
        self._state.nudge("in")


def _raise(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("intray.writer_died", error=type(task.exception()).__name__)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A message taken from the in-tray, with what handling it needs outside a transaction."""

    id: int
    inbound: Inbound
    received_at: datetime


class IntakeWorker(TrayLoop):
    """Handles what lies in the in-tray, one conversation's messages in their order."""

    topic = "in"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        state: SharedState,
        county: County,
        router: Router,
        platforms: dict[str, Platform],
        media: MediaStore,
    ) -> None:
        super().__init__(state)
        self._database = database
        self._clock = clock
        self._county = county
        self._router = router
        self._platforms = platforms
        self._media = media
        self._kept = KeptPhotos(media)
        self._hands = asyncio.Semaphore(_HANDS)

    async def start_due(self) -> int:
        """Begin each conversation that has something due and is not under way."""
        due = await self._database.in_read(self._due_conversations)
        fresh = [conversation for conversation in due if not self.is_busy(conversation)]
        for conversation in fresh:
            self.begin(conversation, self._work(conversation))
        return len(fresh)

    def _due_conversations(self, session: Session) -> list[tuple[str, str]]:
        # The oldest first and no further: grouping the whole tray took the time of the answers when much lay in it.
        rows = session.execute(
            select(Incoming.platform, Incoming.conversation)
            .where(Incoming.state == InState.NEW.value, *_claimable(self._clock.now()))
            .order_by(Incoming.id)
            .limit(_BATCH * _BATCH)
        )
        return list(dict.fromkeys((platform, conversation) for platform, conversation in rows))[:_BATCH]

    async def _work(self, conversation: tuple[str, str]) -> None:
        for claim in await self._write(lambda session: self._claim(session, conversation)):
            await self._handle(claim)

    async def _write(self, work: Callable[[Session], T]) -> T:
        async with self._hands:
            return await self._database.in_write(work)

    def _claim(self, session: Session, conversation: tuple[str, str]) -> list[_Claim]:
        now = self._clock.now()
        rows = session.scalars(
            select(Incoming)
            .where(
                Incoming.platform == conversation[0],
                Incoming.conversation == conversation[1],
                Incoming.state == InState.NEW.value,
                *_claimable(now),
            )
            .order_by(Incoming.sent_at, Incoming.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        claims = [claim for row in rows if (claim := self._read(session, row)) is not None]
        wait_until = self._settling(claims)
        claimed = {claim.id for claim in claims}
        for row in rows:
            if row.id in claimed and wait_until is not None:
                row.not_before = wait_until
            elif row.id in claimed:
                row.lease_until = now + _LEASE
        return [] if wait_until is not None else _materials_first(claims)

    def _read(self, session: Session, row: Incoming) -> _Claim | None:
        """Read a row back; one that cannot be read must not hold up the others."""
        try:
            return _Claim(row.id, row.inbound, row.received_at)
        except Exception as error:
            log.error("intake.unreadable", incoming=row.id, error=type(error).__name__)
            self._postpone(session, row.id, type(error).__name__)
            return None

    def _settling(self, claims: list[_Claim]) -> datetime | None:
        """Return until when these messages should wait for what belongs to them, None when not at all."""
        if not any(self._router.settles(claim.inbound) for claim in claims):
            return None
        quiet_since = max(claim.received_at for claim in claims)
        first = min(claim.received_at for claim in claims)
        until = min(quiet_since + SETTLE, first + 4 * SETTLE)
        return until if until > self._clock.now() else None

    async def _handle(self, claim: _Claim) -> None:
        try:
            stored, lost = await self._fetch(claim)
        except MediaUnavailable:
            await self._write(lambda session: self._postpone(session, claim.id, "media"))
            return
        try:
            handled = await self._write(lambda session: self._handle_row(session, claim, stored, lost))
        except Exception as error:
            name = type(error).__name__
            log.error("intake.handler_failed", incoming=claim.id, error=name, exc_info=True)
            await self._write(lambda session: self._postpone(session, claim.id, name))
            return
        self._state.nudge("out")
        if handled is not None:
            HANDLED.labels(handled.handler).inc()
            await self._retire(claim.inbound, handled)

    async def _fetch(self, claim: _Claim) -> tuple[list[Stored], str]:
        """Return the kept files, and why one is lost in the words the sender reads."""
        name = claim.inbound.platform
        platform = self._kept if name == PAGE else self._platforms.get(name)
        stored: list[Stored] = []
        for ref in claim.inbound.media:
            if platform is None:
                return stored, "平台没有接通"
            try:
                content = await platform.fetch(ref.ref)
                save = self._media.save_image if ref.kind is Kind.IMAGE else self._media.save
                stored.append(await asyncio.to_thread(save, content))
            except MediaGone:
                return stored, "平台上已经取不到了"
            except NotAnImage:
                return stored, "文件打不开，不是照片"
            except MediaUnavailable:
                if self._clock.now() - claim.received_at > _MEDIA_LIFE:
                    return stored, "三天内一直没取到"
                raise
        return stored, ""

    def _handle_row(self, session: Session, claim: _Claim, stored: list[Stored], lost: str) -> Handled | None:
        row = session.get(Incoming, claim.id, with_for_update=True)
        if row is None or row.state != InState.NEW.value:
            return None
        now = self._clock.now()
        ledger = Ledger(session, now, self._county, source=row)
        person = ledger.person_by_account(row.platform, row.sender)
        for file in stored:
            session.merge(StoredFile(sha256=file.sha256, bytes=file.bytes, type=file.type, stored_at=now))
        if lost and person is not None:
            notice = MediaLost(when=claim.inbound.sent_at, reason=lost)
            ledger.say(notice, to=person, key=f"lost:{row.id}", push=False)
        message = Message(claim.inbound, person, tuple(file.attachment() for file in stored))
        handled = self._router.handle(message, ledger)
        row.state = handled.state.value
        row.handler = handled.handler
        row.handled_at = now
        row.lease_until = None
        ledger.seal()
        return handled

    def _postpone(self, session: Session, incoming_id: int, error: str) -> None:
        """Try again later; after several failures tell the sender and leave it to the office."""
        row = session.get(Incoming, incoming_id)
        assert row is not None
        now = self._clock.now()
        row.lease_until = None
        row.error = error[:300]
        if error == "media":
            row.not_before = now + min(timedelta(seconds=5 * 2 ** min(row.attempts, 9)), timedelta(hours=1))
            row.attempts += 1
            return
        row.attempts += 1
        row.not_before = now + timedelta(seconds=2**row.attempts)
        if row.attempts < _MAX_ATTEMPTS:
            return
        row.state = InState.DEAD.value
        ledger = Ledger(session, now, self._county, source=row)
        person = ledger.person_by_account(row.platform, row.sender)
        to: Person | Stranger = person or Stranger(row.platform, row.sender)
        ledger.say(MessageFailed(when=row.sent_at), to=to, key=f"dead:{row.id}", push=False)
        name = person.name if person else row.sender
        text = f"{name}的一条消息没能处理（第{row.id}号），原文已保存，请联系管理员查看。"
        ledger.say_to_office(Plain(text), key=f"dead-office:{row.id}")

    async def _retire(self, inbound: Inbound, handled: Handled) -> None:
        """Grey the pressed card, best effort: the ledger already has the effect."""
        if inbound.kind is not Kind.BUTTON or not handled.pressed:
            return
        platform = self._platforms.get(inbound.platform)
        if platform is None or not (inbound.response_code or inbound.task):
            return
        refs = {
            "response_code": inbound.response_code,
            "userid": inbound.sender,
            "outTrackId": inbound.task,
        }
        await platform.retire(Words(""), refs, handled.pressed)


def _claimable(now: datetime) -> tuple[Any, ...]:
    return (
        or_(Incoming.not_before.is_(None), Incoming.not_before <= now),
        or_(Incoming.lease_until.is_(None), Incoming.lease_until < now),
    )


def _materials_first(claims: list[_Claim]) -> list[_Claim]:
    """Put photos and places before the one report they came with, so that it finds them there.

    With several reports at once the order they were sent in says best what belongs to which.
    """
    materials = [claim for claim in claims if claim.inbound.kind in _MATERIALS]
    others = [claim for claim in claims if claim.inbound.kind not in _MATERIALS]
    return materials + others if len(others) == 1 else claims


_MATERIALS = {Kind.IMAGE, Kind.LOCATION, Kind.VIDEO}


def replay(session: Session, incoming_id: int) -> bool:
    """Give a dead message another life; False when there is none."""
    result = session.execute(
        update(Incoming)
        .where(Incoming.id == incoming_id, Incoming.state == InState.DEAD.value)
        .values(state=InState.NEW.value, attempts=0, not_before=None, lease_until=None)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]
