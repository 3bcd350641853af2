"""平澜县 as the sample conversations find it: the sample county, and what was said before that Thursday morning."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.simulator import sample_county
from bot.simulator.stage import Actor
from bot.simulator.world import World
from handlers.order import build_router
from handlers.reading import NameBook
from handlers.routing import Message, Router
from models.calendar import SHANGHAI
from models.entry import Entry
from models.ledger import County, Ledger, get_setting
from models.message import Inbound, Kind, Location
from models.notices import read_notice
from models.project import Project
from models.question import Question
from models.trays import Incoming, InState, Outgoing
from templates import render
from tests.counties import open_world

BEFORE = (  # when, who, what: fixture A of the sample conversations, said as people say it
    ("2026-08-25 16:00", "陈浩", "纺织园一期 8月完成投资1800万，累计1.62亿"),
    ("2026-08-25 16:30", "赵静", "二院8月完成投资1100万，累计9000万"),
    ("2026-09-02 09:00", "刘洋", "城北污水厂进厂路叫村民堵路了，设备车进不去"),
    ("2026-09-03 09:00", "张敏", "交办住建局：城北污水厂进厂路打通，责任人刘洋，9月15日前完成"),
    ("2026-09-10 09:00", "赵静", "二院手术楼审图意见还没出，卡住了，9月25日前得解决"),
    ("2026-09-17 08:50", "张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决"),
    ("2026-09-17 09:10", "韩雪", "签收DB-01"),
)
STANDS = ("progress P01", "progress P03", "problem P04", "decision P04", "problem P03", "notice_issued P05")
"""What that must have made; a receipt comes last. Where it did not, no row means anything."""


@dataclass(frozen=True)
class Said:
    """Something that was said to somebody."""

    to: str  # a name, empty for a group
    text: str
    notice: str
    buttons: tuple[tuple[str, str], ...]
    answer: bool


@dataclass
class Heard:
    """What became of one message."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    questions: int = 0
    state: InState = InState.DONE
    handler: str = ""
    kept: str = ""  # the message's own words as they are still stored
    error: str = ""


class Conversation:
    """People talking to the bot within one transaction."""

    def __init__(self, session: Session, county: County, router: Router) -> None:
        self._session = session
        self._county = county
        self._router = router
        self._numbers = itertools.count(1)

    def say(
        self, who: Actor, words: str, at: datetime, *, voice: bool = False, group: bool = False, site: str = ""
    ) -> Heard:
        """Let somebody write, or press the newest button that bears `[words]`; handle it as the intake worker does."""
        inbound = self._inbound(who, words, at, voice=voice, group=group, site=site)
        row = self._store(inbound, at)
        last = self._newest(Outgoing.id)
        asked = self._newest(Question.id)
        ledger = Ledger(self._session, at, self._county, source=row)
        person = ledger.person_by_account(row.platform, row.sender)
        handled = self._router.handle(Message(inbound, person), ledger)
        row.state, row.handler = handled.state.value, handled.handler
        lines = ledger.unsealed
        ledger.seal()
        self._session.flush()
        names = {project.code: project.name for project in self._session.scalars(select(Project))}
        return Heard(
            lines=[_line(entry) | {"name": names.get(entry.project or "", "")} for entry in lines],
            said=list(self._said(last)),
            questions=self._newest(Question.id) - asked,
            state=handled.state,
            handler=handled.handler,
            kept=row.raw + str(row.message.get("text", "")),
        )

    def _inbound(self, who: Actor, words: str, at: datetime, *, voice: bool, group: bool, site: str) -> Inbound:
        kind, text, action, place = Kind.VOICE if voice else Kind.TEXT, words, "", None
        if words.startswith("[") and words.endswith("]"):
            kind, text, action = Kind.BUTTON, "", self._button(who, words[1:-1])
        if site:
            kind, text, place = Kind.LOCATION, "", self._place(site)
        target = sample_county.DING_GROUP if group else ""
        return Inbound(
            platform=who.platform,
            key=f"corpus-{who.key}-{next(self._numbers)}-{at:%m%d%H%M}",
            conversation=f"group:{target}" if group else f"user:{who.user_id}",
            sender=who.user_id,
            kind=kind,
            sent_at=at,
            text=text,
            group=target,
            group_name=sample_county.GROUP_NAMES[target] if group else "",
            location=place,
            action=action,
        )

    def _store(self, inbound: Inbound, at: datetime) -> Incoming:
        raw = f"{inbound.key}:{inbound.text}"
        row = Incoming(
            platform=inbound.platform,
            key=inbound.key,
            conversation=inbound.conversation,
            sender=inbound.sender,
            kind=inbound.kind.value,
            message=inbound.as_dict(),
            raw=raw,
            digest=hashlib.sha256(raw.encode()).hexdigest(),
            sent_at=inbound.sent_at,
            received_at=at,
            state=InState.NEW.value,
            attempts=0,
        )
        self._session.add(row)
        self._session.flush()
        return row

    def _button(self, who: Actor, label: str) -> str:
        rows = self._session.scalars(select(Outgoing).order_by(Outgoing.id.desc()))
        for row in rows:
            if row.person is not None and row.person.name == who.name:
                for key, shown in row.facts.get("buttons", ()):
                    if shown == label:
                        return str(key)
        raise LookupError(f"{who.name} sees no button {label}")

    def _place(self, code: str) -> Location:
        project = self._session.scalars(select(Project).where(Project.code == code)).one()
        assert project.latitude is not None and project.longitude is not None
        return Location(project.latitude, project.longitude)

    def _newest(self, column: Any) -> int:
        return self._session.scalar(select(column).order_by(column.desc()).limit(1)) or 0

    def _said(self, since: int) -> Iterator[Said]:
        for row in self._session.scalars(select(Outgoing).where(Outgoing.id > since).order_by(Outgoing.id)):
            notice = read_notice(row.notice, row.facts)
            words = render(notice.name, {name: getattr(notice, name) for name in row.facts})
            shown = "\n".join([words.title, *(f"{name}：{value}" for name, value in words.fields), words.text])
            buttons = tuple((str(key), str(label)) for key, label in row.facts.get("buttons", ()))
            yield Said(row.person.name if row.person else "", shown, row.notice, buttons, not row.push)


def _line(entry: Entry) -> dict[str, Any]:
    """An entry as it is exported; sealed already."""
    return {
        "kind": entry.kind,
        "project": entry.project,
        "person": entry.person,
        "text": entry.text,
        "data": dict(entry.data),
        "supersedes": entry.supersedes,
    }


@dataclass
class Office:
    """The county's database, in which each row is talked and taken back."""

    world: World
    router: Router

    def actor(self, name: str) -> Actor:
        """Return somebody by name."""
        return self.world.actor(name)

    @contextmanager
    def conversation(self, *, keep: bool = False) -> Iterator[Conversation]:
        """Open a conversation; what it wrote is undone unless it is to be kept."""
        service = self.world.service
        with Session(service.database.engine, expire_on_commit=False) as session:
            before = _names(session)
            yield Conversation(session, service.county, self.router)
            learnt = _names(session) != before
            if keep:
                session.commit()
                return
            session.rollback()
        if learnt:  # its version of the names was taken back, and another may get the same number
            self.router.names = NameBook()


def _names(session: Session) -> Any:
    return get_setting(session, "names")


@asynccontextmanager
async def open_office(home: Path) -> AsyncIterator[Office]:
    """Open the sample county and tell it what was said before."""
    async with open_world(home, actors=sample_county.actors()) as world:
        office = Office(world, build_router())
        with office.conversation(keep=True) as talk:
            made = []
            for when, who, words in BEFORE:
                at = datetime.fromisoformat(when).replace(tzinfo=SHANGHAI)
                made += talk.say(office.actor(who), words, at).lines
        short = [f"{line['kind']} {line['project']}" for line in made if line["kind"] != "notice_received"]
        if short != list(STANDS):
            raise RuntimeError(f"the county is not as the sample conversations find it: {made}")
        yield office
