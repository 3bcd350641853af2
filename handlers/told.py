"""What one message reports on one project: its facts, read once, before anything of it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.charging import charge_in
from handlers.reading import REPORTS, TextReading, intents_of, named_in
from handlers.routing import Turn
from handlers.understanding.dates import read_occurred
from handlers.understanding.denials import without_denied
from handlers.understanding.hearsay import Heard, read_heard, without_doubt, without_heard
from handlers.understanding.nothing_done import awaits_figures, nothing_done
from handlers.understanding.numbers import read_amounts
from handlers.understanding.people import find_assignee, is_called
from handlers.understanding.phrases import Intent, surely_shows, visit_mode
from handlers.understanding.slips import without_slips
from handlers.understanding.text import Span, phrases
from handlers.understanding.visitors import proxy_in, visit_days, was_along, without_others
from handlers.understanding.works import TO_COME
from models.calendar import SHANGHAI
from models.message import Inbound
from models.people import Person
from models.project import Project
from models.visit import occurred_on

_KNOWN = REPORTS | {Intent.SOLVED, Intent.FINE}
_CROWD = re.compile(
    r"来了(?:[一二两三四五六七八九十几百\d]|好|一大|不少)[^，。；;\s]{0,4}(?:人|村民|户|老[头太汉]|批|台|车|套|吨)"
)
_THING_CAME = re.compile(
    r"(?:^|(?<=[，。；,;\s]))[^，。；\s我俺咱]*(?:设备|泵|吊车?|材料|水泥|钢筋|钢梁|机|(?<![开坐骑乘])车|管子?|沥青|石料|砂石?|电梯|锅炉|变压器|梁|苗)(?!房|坑|场)"
    r"(?![^，。；\s]*[看转查陪])[^，。；\s我俺咱陪跟]{0,6}?(?:到|进|运|拉|送)[^，。；\s]*"
)
_ERRANDS = re.compile(
    r"跑了?(?:[\d两二俩三仨四五六七八九十几]+|好几)(?:个|家)(?![^，。；;\s]{0,3}(?:工地|现场|点|项目))"
)
_MYSELF = re.compile(r"我|俺|咱|陪|一起|一块|一同|一道")
# Where one matter ends and another begins, beside blanks and commas; who types without them says 了.
_BUT = re.compile(
    r"就是(?!说)|但是?|不过|可(?:是|惜|(?![研能以行用靠见视控燃溶])(?=[\u4e00-\u9fff]{2}))|只是|然而|唯独|唯一|倒是|问题是|另外|还有|同时|[①-⑩]|[一二三四]是|\d[.、)）](?!\d)"
)
_AND_THEN = re.compile(
    r"(?<=[\u4e00-\u9fff]了)(?![一二两俩仨三四五六七八九十百千几半大好多有将差快\d])(?=[\u4e00-\u9fff]{3})"
)
# A step that is reached by being named: 沟渠全线完工; 电梯安装 alone is none.
_REACHED = re.compile(
    r"完工|竣工|开工|封顶|贯通|合[龙拢]|投[产用运]|通过|结束|收尾|进场|签约|中标|摘牌|带电|通[电水车气]|今[天儿早]|刚|正|已|全|继续|开始|陆续|一次成功|成功|合格"
)
_FINISHED = re.compile(
    r"(?<![没未不])[\u4e00-\u9fff](?:完|罢|好|成|齐|满|利索|停当|妥当|成型|过半|到底)(?:了|$)"
    r"|到(?:了)?第?[一二三四五六七八九十百\d]+(?:层|楼|跨|片|孔|节|段|根|米|公里|榀|号墩)了?"
)
_STILL_TO_DO = re.compile(
    rf"{TO_COME}|(?:周|星期|礼拜)[一二三四五六日天末]之?前|(?:让|叫|请|催|安排)[^，。；\s]{{1,10}}把|眼看|眼瞅|临近|(?:[日号天周月底节庆内秋]|之|以)前|(?:天|日|周|月|时|期)(?:之|以)?内"
)
_IF_NOT = re.compile(r"要不是|若不是|要没有|不然(?:早|就)|否则(?:早|就)")  # 要不是路堵着 今天就卸完了: nothing is done
# What others say makes none of these; a problem they tell of is one.
_OWN_ONLY = {Intent.VISIT, Intent.PROGRESS, Intent.NO_NEWS, Intent.SOLVED}


@dataclass(frozen=True)
class Facts:
    """What one message reports on one project."""

    text: str
    own: str  # the sender's own words: what others said left out
    sent: str
    occurred: date
    intents: frozenset[Intent]
    mode: str
    recorded_for: str  # 代记: the words for the person it is noted for
    along: bool = False  # he was there beside the one it is noted for
    heard: tuple[Heard, ...] = ()
    attachments: list[dict[str, Any]] = field(default_factory=list)
    place: dict[str, Any] | None = None
    names: tuple[Span, ...] = ()  # where the words name projects
    counts: bool = True  # a second project of one trip may not (A14)
    also_on: tuple[date, ...] = ()  # further days on which he was there: 昨天今天都去了

    @property
    def is_visit(self) -> bool:
        """A visit is said to be one, or shown by photos and a place sent with the words."""
        shown = any(map(shows_the_site, self.attachments))
        return Intent.VISIT in self.intents or shown or self.place is not None

    @property
    def tells(self) -> bool:
        """Whether anything in it is known; what is not is never taken for progress."""
        return bool(self.intents & _KNOWN) or bool(self.heard) or self.is_visit

    @property
    def tells_nothing_done(self) -> bool:
        """Whether it says that nothing was done, or what is still to come: 没去, 明天再去."""
        return not self.tells and (Intent.GOING in self.intents or nothing_done(self.text, self.names))

    @property
    def only_heard(self) -> bool:
        """Whether it tells nothing but what others said."""
        return bool(self.heard) and not self.intents and not self.is_visit


def shows_the_site(attachment: dict[str, Any]) -> bool:
    """Whether it is a picture or a film: whoever sends one was there."""
    return str(attachment["type"]).startswith(("image/", "video/"))


def read_facts(turn: Turn, inbound: Inbound, project: Project, text: str) -> Facts:
    """Read the words a message has for one project, as of the message's own time."""
    ledger = turn.ledger
    said = turn.reading.standing(text)
    read = TextReading(said)
    sent = inbound.sent_at.astimezone(SHANGHAI)
    named = [project, *(other for other in turn.reading.named if other is not project)]
    names = [name for one in named for name in (one.name, *(alias.alias for alias in one.aliases))]
    names += [match.span.words for match in turn.reading.decision.matches]
    spans = named_in(said, names)
    own, heard = without_heard(read.text, spans), read_heard(read.text, spans)
    occurred = read_occurred(without_slips(own), sent=sent, is_workday=ledger.calendar.is_workday)
    intents = intents_of(said, names)
    if heard:
        intents -= _OWN_ONLY - intents_of(own, names)
        if Intent.PROBLEM not in intents_of(without_doubt(text), names):
            intents -= {Intent.PROBLEM}
    if Intent.VISIT in intents and Intent.VISIT not in intents_of(without_others(read.text, spans), names):
        intents -= {Intent.VISIT}
    if Intent.VISIT in intents and _goes_about(read.text, names):
        intents -= {Intent.VISIT}
    charge = charge_in(ledger, turn.person, read.text)
    if charge is not None and charge.due is not None:
        intents |= {Intent.PROBLEM}
    intents = _mixed(without_denied(own), intents, names)
    if intents == {Intent.PROBLEM} and awaits_figures(read.text):
        intents = frozenset()
    days = visit_days(read.text, spans, sent=sent, is_workday=ledger.calendar.is_workday)
    day = days[0] if days and Intent.VISIT in intents else occurred.date if occurred else sent.date()
    return Facts(
        text=text,
        own=own if heard else said,
        sent=sent.isoformat(timespec="seconds"),
        occurred=occurred_on(ledger, day),
        also_on=days[1:] if Intent.VISIT in intents else (),
        names=tuple(spans),
        intents=intents,
        mode=visit_mode(read.text, spans),
        recorded_for=_proxy_name(proxy_in(read.text, spans), turn.person),
        along=was_along(read.text),
        heard=_beside(heard, intents, own, names),
    )


def _goes_about(text: str, names: list[str]) -> bool:
    """Whether a crowd came, or the sender went about for something: no visit of his."""
    if _ERRANDS.search(text) and Intent.VISIT not in intents_of(_ERRANDS.sub("", text), names):
        return True
    if _THING_CAME.search(text) and Intent.VISIT not in intents_of(_THING_CAME.sub("", text), names):
        return True
    if not _CROWD.search(text) or _MYSELF.search(text):
        return False
    return Intent.VISIT not in intents_of(_CROWD.sub("", text), names)


def _mixed(text: str, intents: frozenset[Intent], names: list[str]) -> frozenset[Intent]:
    """Return what a message reports whose matters are read one by one: progress, and a problem beside it.

    What stands in the way of one matter (就是井房没电) says nothing of the other (沟渠全线完工).
    """
    if not intents & (REPORTS - {Intent.NO_NEWS}):
        return intents
    if any(Intent.PROBLEM in intents_of(part, names) for part in _parts(text)):
        intents |= {Intent.PROBLEM}
    if Intent.PROBLEM not in intents:
        return intents
    return intents | {Intent.PROGRESS} if _tells_progress(text, names) else intents - {Intent.PROGRESS}


def _beside(heard: tuple[Heard, ...], intents: frozenset[Intent], own: str, names: list[str]) -> tuple[Heard, ...]:
    """Return what others said that is kept by itself: what they say is wrong belongs to the problem that is filed."""
    if Intent.PROBLEM not in intents:
        return heard
    if Intent.PROBLEM not in intents_of(own, names):
        return ()
    return tuple(one for one in heard if Intent.PROBLEM not in intents_of(one.matter.words, names))


def _parts(text: str) -> list[str]:
    return [words for phrase in phrases(text) for words in _BUT.split(phrase.words) if words]


def _tells_progress(text: str, names: list[str]) -> bool:
    """Whether words tell progress of their own beside a problem: a figure, or a matter that is not the problem."""
    if read_amounts(text):
        return True
    if _IF_NOT.search(text):
        return False
    return any(_is_done(piece, names) for part in _parts(text) for piece in _AND_THEN.split(part) if piece)


def _is_done(part: str, names: list[str]) -> bool:
    told = intents_of(part, names)
    if not told:
        return bool(_FINISHED.search(part)) and not (_STILL_TO_DO.search(part) or find_assignee(part))
    if Intent.PROGRESS not in told or Intent.PROBLEM in told or find_assignee(part) or _STILL_TO_DO.search(part):
        return False
    return surely_shows(part, Intent.PROGRESS) or bool(_REACHED.search(part) or _FINISHED.search(part))


def reported(facts: Facts, today: date) -> str | None:
    """Return the day it was told, where it happened on another (补报)."""
    return today.isoformat() if facts.occurred != today else None


def _proxy_name(words: str, sender: Person) -> str:
    """Return for whom a visit is noted, empty when the sender speaks of himself."""
    return "" if is_called(words, sender.name, sender.title) else words
