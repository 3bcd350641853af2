"""Whoever touches a byte of the ledger, its photos or its source messages is found out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from bot.media import MediaStore
from bot.verifying import verify
from models import tables
from models.base import Base
from models.calendar import SHANGHAI, WorkCalendar
from models.entry import Entry, EntryKind
from models.ledger import County, Ledger, start_chain
from models.mechanism import load_mechanism
from models.people import Person, Unit
from models.project import Project
from models.trays import Incoming, InState, StoredFile

START = datetime(2026, 9, 17, 9, 30, 0, 123_000, tzinfo=SHANGHAI)
PHOTO = b"\xff\xd8\xff\xe0 steel at eighty percent"


@pytest.fixture(scope="module")
def county() -> County:
    assert tables.ALL
    return County(load_mechanism("zhangzi"), WorkCalendar())


@pytest.fixture
def media(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.fixture
def database(tmp_path: Path, county: County, media: MediaStore) -> Iterator[Database]:
    """A ledger of five entries, each from a message, the first with a photo."""
    database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    Base.metadata.create_all(database.engine)
    database.write(start_chain)
    database.write(register)
    for number in range(1, 6):
        database.write(lambda session, number=number: file_message(session, county, media, number))
    yield database
    database.close()


def register(session: Session) -> None:
    unit = Unit(name="平澜县工业和信息化局", short_name="工信局", kind="", parent_name="")
    session.add_all(Person(name=name, unit=unit, title="", mobile="") for name in ("秦勇", "陈浩"))
    session.add_all(Project(code=code, name=code, category="", stage="", datum="gcj02") for code in ("P01", "P02"))


def file_message(session: Session, county: County, media: MediaStore, number: int) -> None:
    now = START + timedelta(minutes=number)
    raw = f"<xml>第{number}条消息，累计完成18500万元</xml>"
    message = Incoming(
        platform="wecom",
        key=f"m-{number}",
        conversation="ChenHao",
        sender="ChenHao",
        kind="text",
        message={},
        raw=raw,
        digest=hashlib.sha256(raw.encode()).hexdigest(),
        sent_at=now,
        received_at=now,
        state=InState.DONE.value,
    )
    session.add(message)
    attachments = []
    if number == 1:
        stored = media.save(PHOTO)
        session.add(StoredFile(**stored.attachment(), stored_at=now))
        attachments = [stored.attachment()]
    ledger = Ledger(session, now, county, message)
    ledger.record(
        EntryKind.PROGRESS,
        f"第{number}条进展",
        person=session.scalar(select(Person).where(Person.name == "陈浩")),
        project=session.scalar(select(Project).where(Project.code == "P01")),
        data={"total_amount": 18500, "period": "2026-09"},
        attachments=attachments,
        supersedes=1 if number == 4 else None,
    )
    ledger.seal()


def spoil(database: Database, *statements: str) -> None:
    """Do by hand what nobody may do."""
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("PRAGMA foreign_keys=ON")
        connection.commit()
    finally:
        connection.close()


def test_an_untouched_ledger_is_sound(database: Database, media: MediaStore) -> None:
    assert verify(database, media) == []


def test_an_empty_ledger_is_sound(tmp_path: Path, media: MediaStore) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    Base.metadata.create_all(empty.engine)
    empty.write(start_chain)
    assert verify(empty, media) == []
    empty.close()


CHANGES = {
    "time": "datetime(time, '+1 second') || '.000000'",
    "time by a microsecond": "time = substr(time, 1, 25) || '1'",
    "kind": "'visit'",
    "project": "'P02'",
    "project gone": "project = NULL",
    "person": "'陈豪'",
    "person_id": "1",
    "text": "replace(text, '进展', '迸展')",
    "data": "replace(data, '18500', '18501')",
    "attachments": "'[]'",
    "attachments of nothing": 'attachments = \'[{"sha256": "00", "bytes": 1, "type": "x"}]\'',
    "channel": "'dingtalk'",
    "message_id": "'m-9'",
    "source": "replace(source, substr(source, 1, 1), 'x')",
    "supersedes": "2",
    "prev": "replace(prev, substr(prev, 1, 1), 'x')",
    "hash": "replace(hash, substr(hash, 1, 1), 'x')",
}


@pytest.mark.parametrize("seq", [1, 3, 5])
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_column_is_found_and_its_entry_named(
    database: Database, media: MediaStore, change: str, seq: int
) -> None:
    value = CHANGES[change]
    assignment = value if " = " in value else f"{change} = {value}"
    if change == "attachments" and seq != 1:
        assignment = "attachments = '[1]'"
    spoil(database, f"UPDATE entries SET {assignment} WHERE seq = {seq}")
    breaks = verify(database, media)
    assert len(breaks) == 1
    assert breaks[0].startswith(f"流水{seq}：")


GARBAGE = {"data": "'{broken'", "attachments": "'['", "time": "'yesterday'", "text": "CAST(x'ff00' AS TEXT)"}


@pytest.mark.parametrize("column", GARBAGE)
def test_a_row_that_cannot_even_be_read_is_named(database: Database, media: MediaStore, column: str) -> None:
    spoil(database, f"UPDATE entries SET {column} = {GARBAGE[column]} WHERE seq = 3")
    assert verify(database, media) == ["流水3：读不出来，内容已损坏"]


def test_every_byte_of_the_words_counts(database: Database, media: MediaStore) -> None:
    words = database.read(lambda session: session.scalars(select(Entry.text).where(Entry.seq == 2)).one())
    for place in range(len(words)):
        changed = words[:place] + chr(ord(words[place]) ^ 1) + words[place + 1 :]
        spoil(database, f"UPDATE entries SET text = '{changed}' WHERE seq = 2")
        assert verify(database, media) == ["流水2：内容与校验码不符，已被改动"]
    spoil(database, f"UPDATE entries SET text = '{words}' WHERE seq = 2")
    assert verify(database, media) == []


MISSING = {
    "the last": ("DELETE FROM entries WHERE seq = 5", "流水5：末尾缺了1条（链头记到流水5）"),
    "the tail": ("DELETE FROM entries WHERE seq > 2", "流水3：末尾缺了3条（链头记到流水5）"),
    "all": ("DELETE FROM entries", "流水1：末尾缺了5条（链头记到流水5）"),
    "one within": ("DELETE FROM entries WHERE seq = 3", "流水3：缺失，下一条是流水4"),
    "the first": ("DELETE FROM entries WHERE seq = 1", "流水1：缺失，下一条是流水2"),
    "the head": ("DELETE FROM chain_head", "链头：不见了，无法断定末尾是否完整"),
    "the head's hash": ("UPDATE chain_head SET hash = 'x'", "链头：记到流水5，与末条流水5不符"),
    "the head's number": ("UPDATE chain_head SET seq = 4", "链头：记到流水4，与末条流水5不符"),
}


@pytest.mark.parametrize("what", MISSING)
def test_what_is_missing_is_named(database: Database, media: MediaStore, what: str) -> None:
    statement, text = MISSING[what]
    spoil(database, statement)
    assert verify(database, media) == [text]


def test_a_tail_cut_off_with_its_head_moved_back_is_found_by_the_hash(database: Database, media: MediaStore) -> None:
    spoil(database, "DELETE FROM entries WHERE seq = 5", "UPDATE chain_head SET seq = 4")
    assert verify(database, media) == ["链头：记到流水4，与末条流水4不符"]


def test_entries_in_another_order_are_found(database: Database, media: MediaStore) -> None:
    spoil(
        database,
        "UPDATE entries SET seq = 99 WHERE seq = 2",
        "UPDATE entries SET seq = 2 WHERE seq = 3",
        "UPDATE entries SET seq = 3 WHERE seq = 99",
    )
    assert verify(database, media) == ["流水2：与上一条不相接"]


def test_an_entry_forged_at_the_end_with_a_right_hash_is_found(database: Database, media: MediaStore) -> None:
    def forge(session: Session) -> None:
        last = session.get_one(Entry, 5)
        forged = Entry(
            seq=6,
            time=last.time,
            kind="note",
            text="伪造",
            data={},
            attachments=[],
            channel="office",
            prev=last.hash,
        )
        forged.hash = forged.computed_hash()
        session.add(forged)

    database.write(forge)
    assert verify(database, media) == ["链头：记到流水5，与末条流水6不符"]


def photo_of(media: MediaStore) -> Path:
    return media.path(hashlib.sha256(PHOTO).hexdigest())


def test_one_byte_of_a_photo_is_found(database: Database, media: MediaStore) -> None:
    path = photo_of(media)
    path.write_bytes(PHOTO[:-1] + b"u")
    assert verify(database, media) == [f"文件{path.name[:12]}：内容与摘要不符，已被改动"]


def test_a_truncated_or_lost_photo_is_found(database: Database, media: MediaStore) -> None:
    path = photo_of(media)
    path.write_bytes(PHOTO[:-1])
    size = len(PHOTO)
    text = f"文件{path.name[:12]}：大小不符（应为{size}字节，实为{size - 1}字节）"
    assert verify(database, media) == [text]
    path.unlink()
    assert verify(database, media) == [f"文件{path.name[:12]}：不见了"]


FILE_ROWS = {
    "DELETE FROM files": "没有登记",
    "UPDATE files SET type = 'image/png'": "的大小或类型与登记不符",
}


@pytest.mark.parametrize("statement", FILE_ROWS)
def test_a_changed_register_of_files_is_found(database: Database, media: MediaStore, statement: str) -> None:
    spoil(database, statement)
    digest = photo_of(media).name[:12]
    assert verify(database, media) == [f"流水1：附件{digest}{FILE_ROWS[statement]}"]


MESSAGES = {
    "raw = replace(raw, '18500', '18501')": "来源消息的原文与摘要不符，已被改动",
    "raw = ''": "来源消息的原文与摘要不符，已被改动",
    "digest = 'x'": "来源消息的原文与摘要不符，已被改动",
    "key = 'other'": "来源消息不见了",
    "platform = 'other', digest = 'x'": "来源消息不见了",
}


@pytest.mark.parametrize("assignment", MESSAGES)
def test_a_changed_source_message_is_found(database: Database, media: MediaStore, assignment: str) -> None:
    spoil(database, f"UPDATE incoming SET {assignment} WHERE key = 'm-2'")
    assert verify(database, media) == [f"流水2：{MESSAGES[assignment]}"]


def test_a_message_changed_together_with_its_digest_is_found(database: Database, media: MediaStore) -> None:
    other = "<xml>另一条</xml>"
    digest = hashlib.sha256(other.encode()).hexdigest()
    spoil(database, f"UPDATE incoming SET raw = '{other}', digest = '{digest}' WHERE key = 'm-2'")
    assert verify(database, media) == ["流水2：来源消息与登记的摘要不符"]


def test_a_person_removed_is_found_and_a_person_renamed_is_not_a_break(database: Database, media: MediaStore) -> None:
    spoil(database, "UPDATE people SET name = '陈皓' WHERE name = '陈浩'")
    assert verify(database, media) == []
    spoil(database, "DELETE FROM people WHERE name = '陈皓'")
    assert len(verify(database, media)) == 5
    assert "不在人员中" in verify(database, media)[0]
