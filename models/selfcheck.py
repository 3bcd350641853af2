"""The monthly self-check against the five bans (★9): facts counted from the books, for the county's 网信办.

It counts what the office and the bot did, never what people did with the bot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from models.bans import broken_bans
from models.burden import allowance, pushes_by_day
from models.calendar import SHANGHAI, is_open
from models.duties import Payment, duty_key
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.people import Person
from models.trays import Outgoing, OutState

DINGTALK_FREE_CALLS = 5000
"""API calls an organisation has each month on DingTalk's free edition."""


@dataclass(frozen=True)
class Check:
    """One line of the table; `sound` is None where a figure is only told."""

    about: str
    finding: str
    sound: bool | None


def self_check(ledger: Ledger, month: date) -> list[Check]:
    """Return the table of the month that holds a local date."""
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    sent = _sent(ledger, first, last)
    bans = broken_bans(ledger.mechanism.model_dump(mode="json"))
    return [
        _asked_again(ledger, sent),
        Check("禁令二 打卡签到、积分排名", f"制度文件中{_count(bans, '禁令二')}处；没有签到、积分、排名功能", not bans),
        Check("禁令三 通报安装使用率", f"制度文件中{_count(bans, '禁令三')}处；不统计个人或单位的使用情况", not bans),
        _photos(ledger, first, last),
        Check("禁令五 经营性活动", f"制度文件中{_count(bans, '禁令五')}处", not bans),
        _budget(ledger, first, last),
        _quiet(ledger, sent),
        _urgent(sent),
        _groups(sent),
        _opinions(ledger, first, last),
        _quota(sent),
    ]


def _sent(ledger: Ledger, first: date, last: date) -> list[Outgoing]:
    start = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    return list(
        ledger.session.scalars(
            select(Outgoing)
            .where(Outgoing.state == OutState.SENT.value, Outgoing.sent_at >= start, Outgoing.sent_at < end)
            .order_by(Outgoing.id)
        )
    )


def _asked_again(ledger: Ledger, sent: list[Outgoing]) -> Check:
    """Count the reminders that left after their duty was paid."""
    paid = {duty_key(row.duty, row.period, row.subject): row.paid_at for row in ledger.session.scalars(select(Payment))}
    reminded = [row for row in sent if row.push and row.duty.startswith("duty:")]
    late = [row for row in reminded if row.duty in paid and row.sent_at and row.sent_at > paid[row.duty]]
    return Check("禁令一 重复索要", f"定期提醒{len(reminded)}条，已办之后仍提醒的{len(late)}条", not late)


def _photos(ledger: Ledger, first: date, last: date) -> Check:
    start = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    visits = ledger.session.scalars(
        select(Entry).where(Entry.kind == EntryKind.VISIT.value, Entry.time >= start, Entry.time < end)
    ).all()
    bare = sum(1 for visit in visits if not visit.attachments)
    return Check("禁令四 强制照片、定位", f"现场办公{len(visits)}条，其中没有照片也照样算数的{bare}条；无轨迹", True)


def _budget(ledger: Ledger, first: date, last: date) -> Check:
    days = pushes_by_day(ledger, first, last)
    most = max(days.values(), default=0)
    over = 0
    for (number, _), count in days.items():
        person = ledger.session.get(Person, number)
        over += person is not None and count > allowance(ledger, person)
    rule = ledger.mechanism.burden
    limits = f"上限{rule.pushes}，办公席位{rule.desk}"
    words = f"主动消息{sum(days.values())}条；一人一日最多{most}条（{limits}），超限{over}人次"
    return Check("减负 每人每日主动消息", words, over == 0)


def _quiet(ledger: Ledger, sent: list[Outgoing]) -> Check:
    at_night = [
        row
        for row in sent
        if row.push
        and not row.urgent
        and row.sent_at
        and not is_open(row.sent_at, ledger.county.window, ledger.calendar)
    ]
    return Check("减负 夜间和节假日", f"非工作时间主动发出{len(at_night)}条（急件除外）", not at_night)


def _urgent(sent: list[Outgoing]) -> Check:
    rows = [row for row in sent if row.urgent]
    reasons = "、".join(dict.fromkeys(row.urgent for row in rows))
    return Check("减负 急件", f"{len(rows)}条" + (f"，理由：{reasons}" if reasons else ""), None)


def _groups(sent: list[Outgoing]) -> Check:
    rows = [row for row in sent if row.group_id is not None or row.in_room]
    at_all = [row for row in rows if "@所有人" in (row.words or "")]
    return Check("工作群", f"群消息{len(rows)}条，@所有人{len(at_all)}条，不点名、不接龙", not at_all)


def _opinions(ledger: Ledger, first: date, last: date) -> Check:
    start = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    notes = ledger.session.scalars(
        select(Entry).where(Entry.kind == EntryKind.NOTE.value, Entry.time >= start, Entry.time < end)
    ).all()
    opinions = sum(1 for note in notes if note.data.get("state") == "feedback")
    hushes = sum(1 for note in notes if note.data.get("about") == "hush")
    return Check("投诉建议", f"收到意见{opinions}条；不要提醒或推迟提醒{hushes}次，都照办了", None)


def _quota(sent: list[Outgoing]) -> Check:
    """Count what went over DingTalk, against what its free edition allows a month."""
    count = sum(1 for row in sent if row.platform == "dingtalk" and row.merged_into is None)
    over = count - DINGTALK_FREE_CALLS
    words = f"钉钉发出{count}条，免费版每月{DINGTALK_FREE_CALLS}次调用" + (f"，超出{over}次" if over > 0 else "，够用")
    return Check("钉钉额度", words, None)


def _count(bans: list[str], name: str) -> int:
    return sum(1 for line in bans if name in line)
