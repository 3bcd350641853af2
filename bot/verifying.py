"""Checks the ledger against itself: the hash chain, the stored files, the messages the entries were made from.

Reads in pages by number, so memory stays flat, and a row that cannot even be read is named like any other break.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.database import Database
from bot.media import MediaStore
from models.entry import GENESIS, ChainHead, Entry
from models.people import Person
from models.trays import Incoming, StoredFile

_Source = tuple[str, str]  # a message as it came, and its digest
_WithSource = tuple[Entry, _Source | None]

_PAGE = 1000
_MOST = 50  # lines worth reading
_UNREADABLE = (SQLAlchemyError, ValueError, TypeError, LookupError)


def verify(database: Database, media: MediaStore) -> list[str]:
    """Return what is broken, in Chinese, one line each; nothing when the ledger is sound.

    After the first break of the chain the entries behind it are not judged: they would all seem broken.
    """
    return database.read(lambda session: _Check(session, media).run())


@dataclass(slots=True)
class _Check:
    session: Session
    media: MediaStore
    breaks: list[str] = field(default_factory=list)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)  # digest → bytes, type
    people: frozenset[int] = frozenset()

    def run(self) -> list[str]:
        self._check_files()
        self.people = frozenset(self.session.scalars(select(Person.id)))
        self._check_chain()
        if len(self.breaks) > _MOST:
            more = len(self.breaks) - _MOST
            return [*self.breaks[:_MOST], f"另有{more}处，从略"]
        return self.breaks

    # --- files ------------------------------------------------------------------------------------------

    def _check_files(self) -> None:
        for row in self.session.execute(select(StoredFile.sha256, StoredFile.bytes, StoredFile.type)):
            self.files[row.sha256] = (row.bytes, row.type)
            fault = self._file_fault(row.sha256, row.bytes)
            if fault:
                self.breaks.append(f"文件{row.sha256[:12]}：{fault}")

    def _file_fault(self, digest: str, size: int) -> str:
        path = self.media.path(digest)
        if not path.is_file():
            return "不见了"
        if path.stat().st_size != size:
            return f"大小不符（应为{size}字节，实为{path.stat().st_size}字节）"
        return "" if self.media.verify(digest) else "内容与摘要不符，已被改动"

    # --- the chain --------------------------------------------------------------------------------------

    def _check_chain(self) -> None:
        seq, sealed = 0, GENESIS
        for page in self._pages():
            for entry, source in page:
                fault = _chain_fault(entry, seq, sealed)
                if fault:
                    self.breaks.append(fault)
                    return
                self.breaks += [f"流水{entry.seq}：{text}" for text in self._faults(entry, source)]
                seq, sealed = entry.seq, entry.hash
            if not page:
                self.breaks.append(f"流水{self._number_after(seq)}：读不出来，内容已损坏")
                return
        self._check_head(seq, sealed)

    def _pages(self) -> Iterator[list[_WithSource]]:
        """Yield the entries in order with their messages; last an empty page where a row cannot be read."""
        seq, size = None, _PAGE
        while True:
            try:
                page = self._page(seq, size)
            except _UNREADABLE:
                if size == 1:
                    yield []
                    return
                size = 1  # to find the row
                continue
            if not page:
                return
            yield page
            seq = page[-1][0].seq
            self.session.expunge_all()

    def _page(self, after: int | None, size: int) -> list[_WithSource]:
        joined = and_(Incoming.platform == Entry.channel, Incoming.key == Entry.message_id)
        query = select(Entry, Incoming.raw, Incoming.digest).outerjoin(Incoming, joined)
        query = query.order_by(Entry.seq).limit(size)
        if after is not None:
            query = query.where(Entry.seq > after)
        return [
            (entry, None if digest is None else (raw, digest)) for entry, raw, digest in self.session.execute(query)
        ]

    def _number_after(self, seq: int) -> str:
        number = self.session.scalar(select(Entry.seq).where(Entry.seq > seq).order_by(Entry.seq).limit(1))
        return str(number) if number is not None else f"{seq + 1}"

    def _check_head(self, seq: int, sealed: str) -> None:
        head = self.session.get(ChainHead, 1)
        if head is None:
            self.breaks.append("链头：不见了，无法断定末尾是否完整")
        elif head.seq > seq:
            self.breaks.append(f"流水{seq + 1}：末尾缺了{head.seq - seq}条（链头记到流水{head.seq}）")
        elif (head.seq, head.hash) != (seq, sealed):
            self.breaks.append(f"链头：记到流水{head.seq}，与末条流水{seq}不符")

    # --- what entries refer to --------------------------------------------------------------------------

    def _faults(self, entry: Entry, source: _Source | None) -> Iterator[str]:
        if entry.person_id is not None and entry.person_id not in self.people:
            yield f"记录人（编号{entry.person_id}）不在人员中"
        for attachment in entry.attachments:
            known = self.files.get(attachment["sha256"])
            if known is None:
                yield f"附件{attachment['sha256'][:12]}没有登记"
            elif known != (attachment["bytes"], attachment["type"]):
                yield f"附件{attachment['sha256'][:12]}的大小或类型与登记不符"
        if entry.source is not None:
            yield from _source_faults(entry, source or self._source_elsewhere(entry))

    def _source_elsewhere(self, entry: Entry) -> _Source | None:
        """Return the message of an entry recorded under another channel than its platform's."""
        query = select(Incoming.raw, Incoming.digest)
        query = query.where(Incoming.key == entry.message_id, Incoming.digest == entry.source)
        found = self.session.execute(query).first()
        return (found.raw, found.digest) if found else None


def _source_faults(entry: Entry, source: _Source | None) -> Iterator[str]:
    if source is None:
        yield "来源消息不见了"
        return
    raw, digest = source
    if hashlib.sha256(raw.encode()).hexdigest() != digest:
        yield "来源消息的原文与摘要不符，已被改动"
    elif digest != entry.source:
        yield "来源消息与登记的摘要不符"


def _chain_fault(entry: Entry, seq: int, sealed: str) -> str:
    """Return how an entry does not follow the one numbered `seq` and sealed with that hash."""
    if entry.seq != seq + 1:
        return f"流水{seq + 1}：缺失，下一条是流水{entry.seq}"
    if entry.prev != sealed:
        return f"流水{entry.seq}：与上一条不相接"
    try:
        computed = entry.computed_hash()
    except _UNREADABLE:
        return f"流水{entry.seq}：读不出来，内容已损坏"
    # The line tells milliseconds; a finer change would not show in its hash.
    if computed != entry.hash or entry.time.microsecond % 1000:
        return f"流水{entry.seq}：内容与校验码不符，已被改动"
    return ""
