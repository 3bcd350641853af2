"""What the demo's page needs of the county: people act over the wire, the clock moves, the ledger shows."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.simulator.delivery import Delivery
from bot.simulator.page import ClockFace, Jump, Place, Refused
from bot.simulator.stage import Actor
from bot.simulator.world import World
from models import supervision
from models.calendar import SHANGHAI
from models.entry import Entry
from models.ledger import Ledger
from models.meeting import coming_meetings
from models.project import Project
from scheduler.clock import tick_all

_WEEKDAYS = "一二三四五六日"
_WORDS = {
    "zhou": ["我的项目", "到纺织园一期现场了，钢结构起来八成，变压器还没装", "二期进展咋样", "记错了", "我的待办"],
    "wang": ["到城北污水厂工地了", "污水厂进度咋样", "我的项目", "同意"],
    "chen": [
        "纺织园一期 9月完成投资2300万，累计1.85个亿，主体封顶，形象进度82%",
        "报送：9月纺织园一期完成投资2300万，主体封顶。存在问题：变压器没装。下步打算：10月底通电",
        "我的待办",
        "哪天开会",
    ],
    "liu": [
        "收到，我们正在积极协调，尽快解决",
        "DB-02回复：办法是先清障再修一条便道，我局牵头，分管领导韩雪，责任人建管股刘洋，10月18号前修通",
        "城南管沟开挖400米",
        "我的待办",
    ],
    "ma": ["申请销号DB-01 42亩已全部交付", "我的待办", "DB-01现在啥情况"],
    "zhang": ["谁没报", "逾期", "通过DB-02", "退回DB-02 责任人没写职务", "销号DB-01", "待归类"],
    "zheng": ["逾期", "谁没报", "P05进展"],
}


class Stand:
    """Fulfils :class:`bot.simulator.page.County` for a running world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def say(self, actor_key: str, text: str) -> None:
        _accepted(await self._world.say(actor_key, text))

    async def photo(self, actor_key: str, data: bytes, name: str) -> None:
        _accepted(await self._world.photo(actor_key, data, name))

    async def location(self, actor_key: str, lat: float, lon: float, label: str) -> None:
        if self._actor(actor_key).platform != "wecom":
            raise Refused("钉钉机器人收不到位置，请直接说在哪个项目。")
        _accepted(await self._world.location(actor_key, lat, lon, label))

    async def press(self, actor_key: str, bubble_number: int, button_key: str) -> None:
        actor = self._actor(actor_key)
        bubble = next((one for one in self._world.phone(actor_key) if one.number == bubble_number), None)
        if bubble is None:
            raise Refused("这张卡片已经不在了。", 404)
        platform = self._world.wecom if actor.platform == "wecom" else self._world.dingtalk
        _accepted(await platform.press(actor.user_id, bubble, button_key))

    async def ledger(self, after_seq: int) -> list[dict[str, Any]]:
        def lines(session: Session) -> list[dict[str, Any]]:
            names = {project.code: project.name for project in session.scalars(select(Project))}
            entries = session.scalars(select(Entry).where(Entry.seq > after_seq).order_by(Entry.seq))
            return [{**entry.line(), "project_name": names.get(entry.project or "")} for entry in entries]

        return await self._world.service.database.in_read(lines)

    async def clock(self) -> ClockFace:
        now = self._local_now()
        calendar = self._world.service.county.calendar
        workday = calendar.is_workday(now.date())
        holiday = calendar.name_of(now.date())
        weekend = now.weekday() >= 5
        name = ("调休上班" if weekend else "工作日") if workday else f"{holiday}放假" if holiday else "周末"
        return ClockFace(
            now=now.isoformat(timespec="seconds"),
            weekday=f"周{_WEEKDAYS[now.weekday()]}",
            workday=workday,
            day_name=name,
        )

    async def jumps(self) -> list[Jump]:
        return await self._world.service.database.in_read(self._jumps)

    async def move_clock(self, to: datetime) -> None:
        self._world.clock.set(to)
        await tick_all(self._world.service.run_on_ledger)

    async def places(self) -> list[Place]:
        projects = self._world.projects().values()
        return [
            Place(label=f"{project.name}工地", lat=project.latitude, lon=project.longitude)
            for project in projects
            if project.latitude is not None and project.longitude is not None
        ]

    async def suggestions(self, actor_key: str) -> list[str]:
        return _WORDS.get(actor_key, ["帮助", "我的待办"])

    def _actor(self, key: str) -> Actor:
        return self._world.stage.actors[key]

    def _local_now(self) -> datetime:
        return self._world.clock.now().astimezone(SHANGHAI)

    def _jumps(self, session: Session) -> list[Jump]:
        ledger = Ledger(session, self._world.clock.now(), self._world.service.county)
        notices = supervision.open_notices(ledger)
        due = min((notice.reply_due for notice in notices if notice.reply_due and notice.missing), default=None)
        meeting = next(iter(coming_meetings(ledger)), None)
        hour_before = meeting.at - timedelta(minutes=60) if meeting else None
        return [
            _jump("+1小时", self._local_now() + timedelta(hours=1)),
            _jump("明早8:30", self._morning(self._local_now() + timedelta(days=1))),
            _jump("25日前最后工作日", self._before_25th()),
            _jump("复函到期日", self._morning(datetime.combine(due, time(), SHANGHAI)) if due else None),
            _jump("会议前1小时", hour_before),
        ]

    def _morning(self, day: datetime) -> datetime:
        clock = time.fromisoformat(self._world.service.county.mechanism.morning)
        return datetime.combine(day.date(), clock, SHANGHAI) + timedelta(minutes=1)

    def _before_25th(self) -> datetime:
        now = self._local_now()
        calendar = self._world.service.county.calendar
        day = self._morning(datetime.combine(calendar.previous_workday(now.date().replace(day=25)), time(), SHANGHAI))
        if day > now:
            return day
        following = (now.date().replace(day=1) + timedelta(days=32)).replace(day=25)
        return self._morning(datetime.combine(calendar.previous_workday(following), time(), SHANGHAI))


def _jump(label: str, to: datetime | None) -> Jump:
    return Jump(label=label, to=to.astimezone(SHANGHAI).isoformat(timespec="seconds") if to else None)


def _accepted(delivery: Delivery) -> None:
    if not delivery.accepted:
        raise Refused("机器人没有收下这条消息，请看看服务是不是停了。", 502)
