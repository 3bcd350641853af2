"""Public extracts (公开内容, DC-34): what the media may print, without personal data, and only once it is approved.

An approval is bound to the text it was given to: a changed text waits anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from models.amounts import plain
from models.base import Base
from models.deeds import Deed, require
from models.entry import EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.people import Account, Person, Role
from models.project import Part, Project, ProjectSeat

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{10}|0\d{2,3}[- ]?\d{7,8})(?!\d)")
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_DEGREE = r"(?:北纬|东经|纬度|经度|坐标)?[:： ]*(?<!\d)\d{2,3}\.\d{3,}\s*[°度]?"
_DEGREES = re.compile(rf"{_DEGREE}\s*[,，、 ]*\s*(?:{_DEGREE})?")
_LEFT_OVER = re.compile(r"[，、；;]+(?=[。；]|\s*$)", re.MULTILINE)
_SHORTEST = 5
SOMEBODY = "工作人员"
_TITLES = "(?:同志|主任|局长|副局长|书记|镇长|乡长|股长|科长|经理|院长|部长)?"
_CONTACT = re.compile(
    rf"(?:联系人|联系电话|电话|手机|位置|定位|坐标)[:：是在]?\s*(?:{SOMEBODY})?\s*(?=[，。；、,;]|$)[，、,]?",
    re.MULTILINE,
)


class ExtractState(StrEnum):
    """Where an extract stands."""

    PENDING = "pending"
    APPROVED = "approved"
    RETURNED = "returned"


EXTRACT_LABELS = {
    ExtractState.PENDING: "待批准",
    ExtractState.APPROVED: "已批准",
    ExtractState.RETURNED: "已退回",
}


class Extract(Base):
    """One text for the public. `approved_digest` is of the text that was approved."""

    __tablename__ = "extracts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    approved_digest: Mapped[str] = mapped_column(String(64), default="")


def propose(ledger: Ledger, title: str, text: str, by: Person | None) -> Extract:
    """Put a text before the office, personal data taken out; without a title it goes by its first words."""
    require(ledger, by, Deed.PROPOSE_EXTRACT)
    clean = redact(ledger, text)
    if len(clean.strip()) < _SHORTEST:
        raise Refusal("没有可公开的内容，请写明要公开哪些项目的什么进展。")
    row = Extract(
        title=redact(ledger, title) or re.split(r"[，。；\n]", clean)[0][:30],
        text=clean,
        state=ExtractState.PENDING.value,
        proposed_by=by.id if by else None,
        proposed_at=ledger.now,
    )
    ledger.session.add(row)
    ledger.session.flush()
    _note(ledger, row, by, "extract_proposed")
    return row


def decide(ledger: Ledger, number: int, by: Person | None, *, approve: bool, remark: str = "") -> Extract:
    """批准 or 退回, for the text as it stands."""
    require(ledger, by, Deed.APPROVE_EXTRACT)
    row = find_extract(ledger, number)
    if row.state != ExtractState.PENDING.value:
        raise WrongState(f"公开内容{row.id}现在是「{EXTRACT_LABELS[ExtractState(row.state)]}」，不用再批。")
    row.state = (ExtractState.APPROVED if approve else ExtractState.RETURNED).value
    if approve:
        row.approved_by, row.approved_at = (by.id if by else None), ledger.now
        row.approved_digest = _digest(row.text)
    _note(ledger, row, by, "extract_approved" if approve else "extract_returned", remark)
    return row


def rewrite(ledger: Ledger, number: int, text: str, by: Person | None) -> Extract:
    """Change the text: what was approved before is void."""
    require(ledger, by, Deed.PROPOSE_EXTRACT)
    row = find_extract(ledger, number)
    row.text, row.state, row.approved_digest = redact(ledger, text), ExtractState.PENDING.value, ""
    _note(ledger, row, by, "extract_rewritten")
    return row


def exportable(ledger: Ledger, number: int, by: Person | None) -> Extract:
    """Return an extract that may leave the house. Raises WrongState before it is approved."""
    require(ledger, by, Deed.PROPOSE_EXTRACT)
    row = find_extract(ledger, number)
    if row.state != ExtractState.APPROVED.value or row.approved_digest != _digest(row.text):
        raise WrongState(f"公开内容{row.id}「{EXTRACT_LABELS[ExtractState(row.state)]}」，批准后才能导出。")
    _note(ledger, row, by, "extract_exported")
    return row


def find_extract(ledger: Ledger, number: int) -> Extract:
    """Return an extract. Raises Refusal."""
    row = ledger.session.get(Extract, number)
    if row is None:
        raise Refusal(f"没有第{number}号公开内容，请核对。")
    return row


def waiting(ledger: Ledger) -> list[Extract]:
    """Return the extracts that wait for approval."""
    return list(
        ledger.session.scalars(select(Extract).where(Extract.state == ExtractState.PENDING.value).order_by(Extract.id))
    )


def draft(ledger: Ledger, projects: Sequence[Project]) -> str:
    """Write from the ledger what may be said of projects: name, stage, progress, investment; nobody's name."""
    return "\n".join(_about(ledger, project) for project in projects)


def redact(ledger: Ledger, text: str) -> str:
    """Take personal data out: telephone and identity numbers, coordinates, accounts, names of ordinary staff.

    County leaders act in public; everybody else in the register, and enterprise heads on projects, becomes 工作人员.
    """
    clean = _ID.sub("", _MOBILE.sub("", _DEGREES.sub("", text)))
    for name in sorted(_private_names(ledger), key=len, reverse=True):
        clean = re.sub(re.escape(name) + _TITLES, SOMEBODY, clean)
    clean = re.sub(rf"{SOMEBODY}(?:[、和]{SOMEBODY})+", SOMEBODY, clean)
    return _LEFT_OVER.sub("", _CONTACT.sub("", clean)).strip()


def _private_names(ledger: Ledger) -> set[str]:
    public = {person.name for person in ledger.people_with(Role.COUNTY_LEADER)}
    names = set(ledger.session.scalars(select(Person.name))) | set(ledger.session.scalars(select(Account.user_id)))
    heads = (Part.BUILDER_HEAD.value, Part.UNIT_HEAD.value)
    names |= set(ledger.session.scalars(select(ProjectSeat.name).where(ProjectSeat.part.in_(heads))))
    return {name for name in names if len(name) >= 2} - public


def _about(ledger: Ledger, project: Project) -> str:
    words = [f"{project.name}：{project.stage or '在建'}"]
    for entry in ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=20):
        percent, total = entry.data.get("percent"), entry.data.get("total_amount")
        if percent is not None:
            words.append(f"{entry.data.get('percent_of') or '形象进度'}{plain(percent)}%")
        if total is not None:
            words.append(f"累计完成投资{plain(total)}万元")
        if len(words) > 1:
            break
    return "，".join(words) + "。"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _note(ledger: Ledger, row: Extract, by: Person | None, state: str, remark: str = "") -> None:
    ledger.record(
        EntryKind.APPROVAL if state == "extract_approved" else EntryKind.NOTE,
        remark or row.title,
        person=by,
        data={"about": "extension", "state": state, "extract": row.id, "digest": _digest(row.text)},
    )
