"""One door out: claim → address → words → send → delivery.

A row is claimed and committed before the network is touched, so a crash can be told apart from a row never tried.
What may have been delivered is sent again only where the platform itself drops the repeat; elsewhere it is shown
to the office as 结果不明.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.merging import gather, is_digest, leaves_alone, members, part_again, takes_slot
from bot.metrics import SENT
from bot.platforms.base import Address, Button, Channel, Outcome, Platform, Result, Words
from bot.shared_state import SharedState
from bot.trays import TrayLoop
from models import supervision
from models.burden import next_slot
from models.calendar import SHANGHAI, is_open, local_date, next_opening
from models.ledger import County, Ledger, Room
from models.notices import DeliveryFailed, GroupUnreached, read_notice
from models.trays import Delivery, Outgoing, OutState
from templates import render

log = structlog.get_logger(__name__)

_LEASE = timedelta(seconds=30)
_BATCH = 20
_MAX_ATTEMPTS = 12
_HOLD_ATTEMPTS = 3
"""So often a message is tried again before later ones to the same person overtake it."""
_SAFE_REPEAT = timedelta(hours=3, minutes=30)  # inside WeCom's duplicate check of at most 4 h (D90236)
_DUPLICATE_WINDOW = timedelta(hours=4, minutes=10)
_PAUSE = timedelta(minutes=5)
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_LIMITS = {  # at four fifths of what the platforms allow one recipient
    ("wecom", Channel.PERSON): ((24, _MINUTE), (800, _HOUR)),
    ("wecom", Channel.WEBHOOK): ((16, _MINUTE),),
    ("dingtalk", Channel.WEBHOOK): ((16, _MINUTE),),
}
_METHODS = {
    ("wecom", "应用群"): Channel.APP_GROUP,
    ("wecom", "群机器人"): Channel.WEBHOOK,
    ("dingtalk", "群机器人"): Channel.WEBHOOK,
    ("dingtalk", "钉钉群"): Channel.DING_GROUP,
}


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A claimed row, ready to send without a transaction open."""

    id: int
    key: str
    platform: str
    address: Address
    words: Words


class OutTray(TrayLoop):
    """Sends what lies in the out-tray, one conversation's messages in their order.

    `paused` holds the platforms whose channel is broken: until when they rest, and why.
    """

    topic = "out"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        state: SharedState,
        county: County,
        platforms: dict[str, Platform],
    ) -> None:
        super().__init__(state)
        self._database = database
        self._clock = clock
        self._county = county
        self._platforms = platforms
        self.paused: dict[str, tuple[datetime, str]] = {}

    async def start_due(self) -> int:
        """Claim what is due and begin sending it."""
        parcels = await self._database.in_write(self._claim)
        for parcel in parcels:
            self.begin(parcel.id, self._send(parcel))
        return len(parcels)

    # --- claim ------------------------------------------------------------------------------------------

    def _claim(self, session: Session) -> list[_Parcel]:
        now = self._clock.now()
        first_of_each = (
            select(func.min(Outgoing.id))
            .where(
                or_(
                    Outgoing.state == OutState.SENDING.value,
                    (Outgoing.state == OutState.WAITING.value)
                    & or_(Outgoing.not_before <= now, Outgoing.attempts.between(1, _HOLD_ATTEMPTS)),
                )
            )
            .group_by(Outgoing.conversation)
        )
        rows = session.scalars(
            select(Outgoing)
            .where(
                Outgoing.id.in_(first_of_each),
                or_(
                    (Outgoing.state == OutState.WAITING.value) & (Outgoing.not_before <= now),
                    Outgoing.lease_until < now,  # claimed by somebody who died
                ),
            )
            .order_by(Outgoing.push, Outgoing.id)
            .limit(_BATCH)
            .with_for_update(skip_locked=True, of=Outgoing)
        ).all()
        parcels = [self._take(session, row, now) for row in rows]
        return [parcel for parcel in parcels if parcel is not None]

    def _take(self, session: Session, row: Outgoing, now: datetime) -> _Parcel | None:
        if row.state == OutState.SENDING.value and not self._may_repeat(row, now):
            self._settle(session, row, Result(Outcome.UNKNOWN, "crash", "发送途中服务中断，结果不明"))
            return None
        if row.expires_at is not None and row.expires_at <= now:
            row.state, row.detail = OutState.CANCELLED.value, "时间已过，不再发"
            return None
        if row.push and not row.urgent and not is_open(now, self._county.window, self._county.calendar):
            row.state = OutState.WAITING.value
            row.not_before = next_opening(now, self._county.window, self._county.calendar)
            return None
        found = self._address(row)
        if found is None:
            self._settle(session, row, Result(Outcome.FAILED, "no_address", "没有登记企业微信或钉钉账号"))
            return None
        platform, address = found
        if platform in self.paused and self.paused[platform][0] > now:
            row.state = OutState.WAITING.value
            row.not_before = self.paused[platform][0]
            return None
        row.platform = platform
        free_at = _free_at(session, row, address.channel, now)
        if free_at is not None:
            row.state = OutState.WAITING.value
            row.not_before = free_at
            return None
        if takes_slot(row) and row.pushed_on != local_date(now):
            gathered = self._within_budget(Ledger(session, now, self._county), row)
            if gathered is None:
                return None
            row = gathered
        try:
            words = self._words(session, row, now)
        except Exception as error:
            # A sentence that cannot be said must not silence the others; the row shows what broke.
            log.error("outbox.not_rendered", outgoing=row.id, notice=row.notice, error=type(error).__name__)
            self._settle(session, row, Result(Outcome.FAILED, "render", f"模板{row.notice}出错，请报告管理员"))
            return None
        row.state = OutState.SENDING.value
        row.lease_until = now + _LEASE
        row.attempts += 1
        return _Parcel(row.id, _wire_key(row.key), platform, address, words)

    def _within_budget(self, ledger: Ledger, row: Outgoing) -> Outgoing | None:
        """Give a push to a person its slot of the day, together with what waits beside it; None when it has to wait."""
        assert row.person is not None
        slot = None if row.urgent else next_slot(ledger, row.person, bound=leaves_alone(row))
        if slot is not None:
            row.state, row.not_before, row.detail = OutState.WAITING.value, slot, "当天主动消息已满，并入下一次"
            return None
        gathered = row if row.urgent else gather(ledger, row)
        gathered.pushed_on = ledger.today
        return gathered

    def _may_repeat(self, row: Outgoing, now: datetime) -> bool:
        found = self._address(row)
        if found is None or row.words is None:
            return True
        platform, address = found
        repeatable = self._platforms[platform].repeatable(_load_words(row.words), address)
        return repeatable and now - (row.lease_until or now) < _SAFE_REPEAT

    def _address(self, row: Outgoing) -> tuple[str, Address] | None:
        if row.in_room:
            assert row.chat is not None
            platform, room = row.chat["platform"], Address(Channel.ROOM, row.chat["group"], reply=row.chat["reply"])
            return (platform, room) if platform in self._platforms else None
        if row.account is not None:
            platform = row.account["platform"]
            return (platform, Address(Channel.PERSON, row.account["user_id"])) if platform in self._platforms else None
        if row.group is not None:
            channel = _METHODS.get((row.group.platform, row.group.method))
            if channel is None or row.group.platform not in self._platforms:
                return None
            return row.group.platform, Address(channel, row.group.target, row.group.secret)
        if row.person is None:
            return None
        accounts = {account.platform: account.user_id for account in row.person.accounts}
        for platform in (row.platform, *accounts):
            if platform in accounts and platform in self._platforms:
                return platform, Address(Channel.PERSON, accounts[platform], reply=_in_place(row, platform))
        return None

    def _words(self, session: Session, row: Outgoing, now: datetime) -> Words:
        """Render once; a retry repeats the stored words to the byte."""
        if row.words is not None:
            return _load_words(row.words)
        notice = read_notice(row.notice, row.facts)
        rendered = render(notice.name, {name: getattr(notice, name) for name in row.facts})
        words = Words(
            rendered.text + _told_apart(session, row, now, rendered.text),
            rendered.title,
            rendered.brief,
            rendered.fields,
            tuple(Button(key, label) for key, label in row.facts.get("buttons", ())),
        )
        row.words = _dump_words(words)
        row.template_hash = rendered.template_hash
        return words

    # --- send -------------------------------------------------------------------------------------------

    async def _send(self, parcel: _Parcel) -> None:
        result = await self._platforms[parcel.platform].send(parcel.words, parcel.address, key=parcel.key)
        SENT.labels(parcel.platform, result.outcome.value).inc()
        await self._database.in_write(lambda session: self._settle_id(session, parcel, result))

    def _settle_id(self, session: Session, parcel: _Parcel, result: Result) -> None:
        row = session.get(Outgoing, parcel.id)
        assert row is not None
        self._settle(session, row, result)

    def _settle(self, session: Session, row: Outgoing, result: Result) -> None:
        now = self._clock.now()
        session.add(
            Delivery(
                outgoing_id=row.id,
                at=now,
                platform=row.platform,
                outcome=result.outcome.value,
                code=result.code[:80],
                detail=result.detail[:300],
            )
        )
        row.detail = result.detail[:300]
        row.lease_until = None
        if result.outcome is Outcome.SENT:
            self._sent(session, row, result, now)
        elif result.outcome is Outcome.FAILED or (row.attempts >= _MAX_ATTEMPTS and result.code):
            self._fail(session, row, result, OutState.FAILED)
        elif is_digest(row) and result.outcome in (Outcome.PAUSED, Outcome.RETRY):
            self._part(session, row, result, now)
        elif result.outcome is Outcome.PAUSED:
            self.paused[row.platform] = (now + _PAUSE, result.detail)
            log.error("outbox.channel_paused", platform=row.platform, code=result.code)
            self._wait(row, now + _PAUSE)
        elif result.outcome is Outcome.UNKNOWN and result.retry_after is None:
            self._fail(session, row, result, OutState.UNKNOWN)
        else:
            self._wait(row, now + (result.retry_after or _back_off(row.attempts)))
            if result.outcome is Outcome.RETRY and not result.code:
                row.attempts -= 1  # our own limiter held it back; the platform was not asked

    def _part(self, session: Session, digest: Outgoing, result: Result, now: datetime) -> None:
        """A digest that was not delivered falls apart: what is met before the next try drops out of it."""
        wait = result.retry_after or _back_off(digest.attempts)
        if result.outcome is Outcome.PAUSED:
            self.paused[digest.platform] = (now + _PAUSE, result.detail)
            wait = _PAUSE
        part_again(Ledger(session, now, self._county), digest, now + wait)

    def _wait(self, row: Outgoing, until: datetime) -> None:
        row.state = OutState.WAITING.value
        row.not_before = until

    def _sent(self, session: Session, row: Outgoing, result: Result, now: datetime) -> None:
        row.state = OutState.SENT.value
        row.sent_at = now
        row.refs = dict(result.refs)
        self.paused.pop(row.platform, None)
        ledger = Ledger(session, now, self._county)
        for member in members(ledger, row) if is_digest(row) else ():
            member.state, member.sent_at = OutState.SENT.value, now
            _note_delivery(ledger, member)
        _note_delivery(ledger, row)

    def _fail(self, session: Session, row: Outgoing, result: Result, state: OutState) -> None:
        """Give up on a row and let the office see it; news of a failure that fails itself stays in the table."""
        row.state = state.value
        ledger = Ledger(session, self._clock.now(), self._county)
        for member in members(ledger, row) if is_digest(row) else ():
            member.state, member.detail = state.value, row.detail
        log.warning("outbox.gave_up", outgoing=row.id, code=result.code, state=state.value)
        if row.chat is not None and row.chat["group"] and not row.in_room:
            how = GroupUnreached(row.chat["platform"])
            ledger.say(how, to=Room(**row.chat), key=f"unreached:{row.id}", push=False)
        if row.notice in _UNREPORTED:
            return
        recipient = row.person.name if row.person else row.group.name if row.group else "未登记人员"
        notice = DeliveryFailed(recipient, _SUBJECTS.get(row.notice, "一条消息"), result.detail or result.code)
        ledger.say_to_office(notice, key=f"undelivered:{row.id}", besides=row.person_id)


def _in_place(row: Outgoing, platform: str) -> str:
    """Return how to answer in the one-to-one chat that asked: what was asked in a group is not answered there."""
    chat = row.chat or {}
    return str(chat["reply"]) if chat.get("platform") == platform and not chat.get("group") else ""


def _note_delivery(ledger: Ledger, row: Outgoing) -> None:
    if row.notice == "supervision_issued":
        supervision.deliver(ledger, int(row.duty.split(":")[1]))


def _free_at(session: Session, row: Outgoing, channel: Channel, now: datetime) -> datetime | None:
    """Return when the recipient may be sent something again, None when now.

    Counted in the out-tray itself, so that a restart and other processes count too: WeCom drops what is over
    the limit without a word (D90236), a webhook over it is blocked.
    """
    for most, window in _LIMITS.get((row.platform, channel), ()):
        recent = session.scalars(
            select(Outgoing.sent_at)
            .where(
                Outgoing.conversation == row.conversation,
                Outgoing.sent_at > now - window,
                Outgoing.platform == row.platform,
                Outgoing.merged_into.is_(None),
            )
            .order_by(Outgoing.sent_at.desc())
            .limit(most)
        ).all()
        if len(recent) >= most and recent[-1] is not None:
            return recent[-1] + window
    return None


def _told_apart(session: Session, row: Outgoing, now: datetime, text: str) -> str:
    """Return what tells an answer from the same one given before.

    WeCom drops a repeated text for hours (D90236), and whoever asks twice must be answered twice.
    """
    if row.platform != "wecom" or row.in_room or row.facts.get("buttons"):
        return ""
    earlier = session.scalars(
        select(Outgoing.words).where(
            Outgoing.conversation == row.conversation,
            Outgoing.notice == row.notice,
            Outgoing.id < row.id,
            Outgoing.words.is_not(None),
            Outgoing.created_at > now - _DUPLICATE_WINDOW,
        )
    )
    times = sum(1 for words in earlier if words and _load_words(words).text.partition(_MARK)[0] == text)
    return f"{_MARK}{now.astimezone(SHANGHAI):%H:%M}，第{times + 1}次）" if times else ""


_MARK = "\n（又答于"
_UNREPORTED = {"delivery_failed", "stranger_told", "plain", "asked", "help", "not_understood", "answer"}
_UNREPORTED |= {"group_receipt", "group_unreached"}
_SUBJECTS = {
    "supervision_issued": "挂牌督办通知书",
    "supervision_reminder": "督办提醒",
    "report_reminder": "报送提醒",
    "meeting_called": "会议通知",
    "meeting_called_group": "群会议通知",
    "meeting_reminder": "会议提醒",
    "digest": "当天的几件事",
    "duty_reminder": "履职提醒",
    "reply_to_review": "复函待审",
}


def _wire_key(key: str) -> str:
    """Return a key every platform takes (at most 64 of [0-9A-Za-z_-])."""
    return "duban-" + hashlib.sha256(key.encode()).hexdigest()[:40]


def _back_off(attempts: int) -> timedelta:
    seconds = min(600.0, 2.0 ** min(attempts, 10)) * random.uniform(0.8, 1.2)
    return timedelta(seconds=seconds)


def _dump_words(words: Words) -> str:
    return json.dumps(
        {
            "text": words.text,
            "title": words.title,
            "brief": words.brief,
            "fields": words.fields,
            "buttons": [(button.key, button.label) for button in words.buttons],
        },
        ensure_ascii=False,
    )


def _load_words(stored: str) -> Words:
    data = json.loads(stored)
    return Words(
        data["text"],
        data["title"],
        data["brief"],
        tuple((name, value) for name, value in data["fields"]),
        tuple(Button(key, label) for key, label in data["buttons"]),
    )
