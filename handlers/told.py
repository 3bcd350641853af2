"""What one message reports on one project: its facts, read once, before anything of it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.charging import charge_in
from handlers.likelihood import LIKELY, sure_sorts
from handlers.problems import tells_again
from handlers.reading import REPORTS, TextReading, intents_of, named_in
from handlers.routing import Turn
from handlers.understanding.dates import read_occurred
from handlers.understanding.denials import without_denied
from handlers.understanding.din import without_din
from handlers.understanding.hearsay import Heard, read_heard, without_doubt, without_heard
from handlers.understanding.hunch import Sort, likelihoods
from handlers.understanding.moments import at_an_hour_ahead, only_ahead
from handlers.understanding.nothing_done import awaits_figures, not_gone, nothing_done
from handlers.understanding.numbers import read_amounts
from handlers.understanding.people import find_assignee, is_called
from handlers.understanding.phrasebook.no_problem import NO_HINDRANCE, NO_PROBLEM
from handlers.understanding.phrases import Intent, read_intents, surely_shows, visit_mode
from handlers.understanding.slips import without_slips
from handlers.understanding.text import Span, clause_at, clauses, phrases
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
# Whose visit it was, and of what mode, only the rules tell.
_OF_OTHERS = re.compile(r"[他她]|替|代|视频|电话|手机|连线|监控|(?:县长|书记|主任|部长|局长|[局总部])(?![门里])")
_ERRANDS = re.compile(
    r"跑了?(?:[\d两二俩三仨四五六七八九十几]+|好几)(?:个|家|[县市省厂局])(?![^，。；;\s]{0,3}(?:工地|现场|点|项目))"
)
_NO_TROUBLE = re.compile(rf"{NO_HINDRANCE}|{NO_PROBLEM.pattern}")
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
    r"|(?:^|楼|主体|结构)第[一二三四五六七八九十\d]+层了?$"
)
_LOOKED_AT = re.compile(
    r"(?:看|查|督促|督导|盯|调度|检查|查看)(?!完|好|得|过|出|着点)[^，。；\s了]{2,10}(?:安装|施工|铺设|浇筑|吊装|填筑|砌筑|焊接|调试|开挖|作业)(?=$|[，。；\s])"
)
_STILL_TO_DO = re.compile(
    rf"{TO_COME}|影响|耽误|制约|误了|(?:周|星期|礼拜)[一二三四五六日天末]之?前|(?:让|叫|请|催|安排)[^，。；\s]{{1,10}}把|眼看|眼瞅|临近|(?:[日号天周月底节庆内秋]|之|以)前|(?:天|日|周|月|时|期)(?:之|以)?内"
)
_HARDLY_PROGRESS, _RATHER = 0.16, 0.4  # beside a problem the words of which hold those of a step
_MATTER = 6  # characters beside a day that tell of something
_IF_NOT = re.compile(r"要不是|若不是|要没有|不然(?:早|就)|否则(?:早|就)")  # 要不是路堵着 今天就卸完了: nothing is done
# What others say makes none of these; a problem they tell of is one.
_OWN_ONLY = {Intent.VISIT, Intent.PROGRESS, Intent.NO_NEWS, Intent.SOLVED, Intent.FINE}


@dataclass(frozen=True)
class Told:
    """What its sender has confirmed of a message: what it tells, by which of its words, a problem of which category.

    Empty intents: as the rules read it; empty words: by all of them.
    """

    intents: frozenset[Intent] = frozenset()
    words: str = ""
    category: str = ""


NOTHING_TOLD = Told()
VISIT = "visit:"
"""What an answer has settled of a visit stands under this and the project's code, beside its figures."""


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
    category: str = ""  # of the problem, where its sender has named it
    likely: Mapping[Sort, float] = field(default_factory=dict)  # the learned second opinion of the words
    at_best: Mapping[Sort, float] = field(default_factory=dict)  # the same, of those of its matters that tell it most

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
        return not self.tells and (
            Intent.GOING in self.intents or nothing_done(self.text, self.names) or not_gone(self.text, self.names)
        )

    @property
    def only_heard(self) -> bool:
        """Whether it tells nothing but what others said."""
        return bool(self.heard) and not self.intents and not self.is_visit


def shows_the_site(attachment: dict[str, Any]) -> bool:
    """Whether it is a picture or a film: whoever sends one was there."""
    return str(attachment["type"]).startswith(("image/", "video/"))


def read_facts(turn: Turn, inbound: Inbound, project: Project, text: str) -> Facts:
    """Read the words a message has for one project, as of the message's own time."""
    ledger, known = turn.ledger, settled_visit(turn, project)
    said = without_din(turn.reading.standing(text))
    read = TextReading(said)
    sent = inbound.sent_at.astimezone(SHANGHAI)
    named = [project, *(other for other in turn.reading.named if other is not project)]
    names = [name for one in named for name in one.called]
    names += [match.span.words for match in turn.reading.decision.matches]
    spans = named_in(said, names)
    own, heard = without_heard(read.text, spans), read_heard(read.text, spans)
    occurred = read_occurred(without_slips(own), sent=sent, is_workday=ledger.calendar.is_workday)
    likely = likelihoods(read.text, spans)
    intents = at_first = intents_of(said, names)
    if heard:
        intents -= _OWN_ONLY - intents_of(own, names)
        if Intent.PROBLEM not in intents_of(without_doubt(text), names):
            intents -= {Intent.PROBLEM}
    if Intent.VISIT in intents and Intent.VISIT not in intents_of(without_others(read.text, spans), names):
        intents -= {Intent.VISIT}
    if Intent.VISIT in intents and _goes_about(read.text, names):
        intents -= {Intent.VISIT}
    ahead = only_ahead(own, sent=sent, is_workday=ledger.calendar.is_workday) or at_an_hour_ahead(own, sent=sent)
    if Intent.VISIT in intents and ahead:
        intents = intents - {Intent.VISIT} | {Intent.GOING}
    charge = charge_in(ledger, turn.person, read.text)
    if charge is not None and charge.due is not None:
        intents |= {Intent.PROBLEM}
    intents = _mixed(without_denied(own), intents, names)
    if Intent.NO_NEWS in intents and Intent.PROBLEM not in intents and tells_again(ledger, project, own):
        intents = intents - {Intent.NO_NEWS} | {Intent.PROBLEM}  # 审图意见还是那样 没出
    if {Intent.NO_NEWS, Intent.PROBLEM} <= intents and tells_again(ledger, project, own):
        intents -= {Intent.NO_NEWS}  # 进了四台泵 路照旧堵着
    if intents == {Intent.PROBLEM} and awaits_figures(read.text):
        intents = frozenset()
    if {Intent.VISIT, Intent.PROGRESS} <= intents and _only_looked_at(read.text, likely):
        intents -= {Intent.PROGRESS}
    sure = sure_sorts(likelihoods(own) if heard else likely)
    if _OF_OTHERS.search(read.text):
        sure -= {Intent.VISIT}
    sure -= _only_denied(sure, read.text, spans)
    if found := sure - at_first:  # not what the rules have read and thought better of
        intents = _mixed(without_denied(own), intents | found, names)
    if its := _words_before_its_name(read.text, named_in(said, project.called), spans):
        occurred = read_occurred(its, sent=sent, is_workday=ledger.calendar.is_workday) or occurred
    days = visit_days(read.text, spans, sent=sent, is_workday=ledger.calendar.is_workday)
    if occurred and not days and Intent.VISIT in intents and _told_afterwards(read.text, occurred.span, spans):
        occurred = None
    day = days[0] if days and Intent.VISIT in intents else occurred.date if occurred else sent.date()
    return Facts(
        text=text,
        own=own if heard else said,
        sent=sent.isoformat(timespec="seconds"),
        occurred=occurred_on(ledger, day),
        also_on=days[1:] if Intent.VISIT in intents else (),
        names=tuple(spans),
        intents=intents,
        likely=likely,
        at_best=_at_best(read.text, likely),
        mode=known.get("mode", visit_mode(read.text, spans)),
        recorded_for=known.get("visitor", _proxy_name(proxy_in(read.text, spans), turn.person)),
        along=was_along(read.text),
        heard=_beside(heard, intents, own, names),
    )


def _words_before_its_name(text: str, own: Sequence[Span], names: Sequence[Span]) -> str:
    """Return the words between the name before and the project's own: 昨后晌 of 今早某项目 昨后晌另一项目 都去了."""
    if not own:
        return ""
    first = min(own)
    others = [name.end for name in names if name.end <= first.start and not any(name.overlaps(one) for one in own)]
    return text[max(others) : first.start] if others else ""


def _only_looked_at(text: str, likely: Mapping[Sort, float]) -> bool:
    """Whether the steps a visit names are what its maker looked at (在现场看设备安装): nothing that was reached."""
    if surely_shows(text, Intent.PROGRESS) or read_amounts(text).spans or likely[Sort.PROGRESS] >= LIKELY:
        return False
    return bool(_LOOKED_AT.search(text))


def _at_best(text: str, likely: Mapping[Sort, float]) -> dict[Sort, float]:
    """Return the likelihood of each sort in the whole text or in that of its matters in which it is greatest."""
    parts = [part for part in matters(text) if len(part) >= _MATTER]
    read = [likely, *(likelihoods(part) for part in parts)] if len(parts) > 1 else [likely]
    return {sort: max(one[sort] for one in read) for sort in likely}


def settled_visit(turn: Turn, project: Project) -> dict[str, str]:
    """Return what answers have settled of a visit: its mode, its visitor (empty for the sender)."""
    return {name: value for name, (value, _) in turn.settled.get(f"{VISIT}{project.code}", {}).items()}


def _only_denied(sure: frozenset[Intent], text: str, names: list[Span]) -> frozenset[Intent]:
    """Return the problem where words that say there is none are all that shows it: 两边都不缺人."""
    masked = _NO_TROUBLE.sub(lambda found: "　" * len(found.group()), text)
    if masked == text or Intent.PROBLEM not in sure:
        return frozenset()
    return frozenset({Intent.PROBLEM}) - sure_sorts(likelihoods(masked, names))


def _told_afterwards(text: str, day: Span, names: list[Span]) -> bool:
    """Whether a day belongs to another matter, told after the visit: 我在厂里盯吊装；进厂路昨天又让拦了."""
    its = clause_at(text, day.start)
    inside = [Span(name.start - its.start, name.end - its.start, name.words) for name in names if name.within(its)]
    if len(its.words) - len(day.words) < _MATTER or Intent.VISIT in read_intents(its.words, inside):
        return False
    before = [clause for clause in clauses(text) if clause.end <= its.start]
    return any(Intent.VISIT in intents_of(clause.words, [name.words for name in names]) for clause in before)


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


def matters(text: str) -> list[str]:
    """Return the matters of a text one by one, as far as its words part them: 一个是…了再一个…."""
    return [piece for part in _parts(text) for piece in _AND_THEN.split(part) if piece]


def _tells_progress(text: str, names: list[str]) -> bool:
    """Whether words tell progress of their own beside a problem: a figure, or a matter that is not the problem."""
    if read_amounts(text):
        return True
    if _IF_NOT.search(text):
        return False
    return any(_is_done(matter, names) for matter in matters(text))


def _is_done(part: str, names: list[str]) -> bool:
    likely = likelihoods(part, named_in(part, names))
    if likely[Sort.PROGRESS] < _HARDLY_PROGRESS or likely[Sort.PROBLEM] > max(_RATHER, likely[Sort.PROGRESS]):
        return False
    told = intents_of(part, names)
    for name in names:  # 恒瑞今天把协议签了: nobody's name
        part = part.replace(name, "　")
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
