"""Who a visit was made by, where the words name somebody else than their sender, and on which days."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from handlers.understanding.dates import DateKind, DateRead, read_dates
from handlers.understanding.intents import Intent
from handlers.understanding.people import recorded_for
from handlers.understanding.phrasebook.presence import DAY, LEADER, NOW
from handlers.understanding.phrases import read_intents
from handlers.understanding.text import Span, phrases

_MYSELF = re.compile(r"我|俺|咱|陪|一起|一块|一同|一道")
# That the sender was there too; 我在办公室 and 我给他记 are not.
_ALONG = re.compile(
    r"陪|一起|一块|一同|一道|(?:我|俺|咱)们?(?:也|都|跟|和|同|随|仨|俩|正好|全程|带|领|在(?:现场|工地|跟前|旁边|边上|那))"
)
_PLEASE_NOTE = re.compile(r"请(?:予以?|帮忙|给)?(?:记|登记|记录|代记|录)(?:一?下|上)?[。!！]*$")
_HOW = r"(?:自己|自个儿?|亲自|专门|专程|一个人|带队|又|也|都|刚刚?|已经?|就|还)"
# 许主任昨天自己去的某项目: somebody with a post, by name, at the head.
_SOMEBODY = re.compile(
    rf"^(?:{DAY}|{NOW}|[，,\s])*(?P<who>(?![跟和同与陪带随我俺咱叫让请给]){LEADER})(?:{DAY}|{NOW}|{_HOW}|[本原](?:来|先)|[说约定]好?的?|[，,\s])*"
    r"(?:(?:带|领|陪|和|跟|同)[^，。；]{1,12}?)?[来到去在跑拐看转查调督视检]"
)
_QUANTITY = r"(?:好?几|[一两三四五六七八九十\d]+|十?[几来])?(?:多|来)?[个帮群伙拨车名位家辆台人批号]"
_BODIES = (
    r"(?:省|市|国家|环保|生态|质监|安监|应急|住建|消防|审计|督查|督导|专家|交警|银行|监理|设计|企业|厂家|村民|群众"
    r"|媒体|记者|领导|上级|上头|客商|老板|外地|客户)"
)
# Others who come to a site are no visit of whoever tells of it.
_OTHERS = re.compile(
    rf"{_BODIES}(?![\u4e00-\u9fff]{{0,6}}(?:长|任|书记))[\u4e00-\u9fff]{{0,6}}?[来到](?:了|过)?"
    rf"|[^我俺咱，。；\s]{{0,6}}?(?:又|还)?[来到去](?:了|过){_QUANTITY}(?!趟|回|遍)"
    r"|[^我俺咱，。；\s]{1,10}?的?人(?:又|也|都|今天)*[来到]"
)
_TO_SEE = re.compile(r"检查|调研|参观|考察|采了?样|拍照|采访|指导|督导|视察|验收|评审|专家|记者|领导|看|督查|巡查|客商")
_LEFT = re.compile(r"走了|走的|回去|撤了|离开")  # what the others did next: 转了一圈走了
_LEADING = re.compile(rf"^(?:{DAY}|{NOW}|又|[，,\s])+")
_WENT_AGAIN = re.compile(r"(?:去|来|到|跑|转|看|上)(?:了|过|的)|[跑转走]了?一[趟圈]")
_STAYED = re.compile(r"没(?:去|到|来)")
_ONLY_DAYS = re.compile(rf"(?:{DAY}|[和跟与的])+")
_NOT_THAT_DAY = re.compile(r"不是\s*$")
_BOTH = re.compile(r"都|各|连着|分别")
_VAGUE = re.compile(r"月[底初]|前[几两些]天|前阵子")  # 上月底去过一回, 8月28号: the day said apart is the one
_JOINED = re.compile(r"[和跟与、,，\s]*")


def proxy_in(text: str, names: Sequence[Span]) -> str:
    """Return the words for whoever else a visit is told of (代记): 周县长 in 周县长今天去了二院; empty for nobody."""
    found = recorded_for(text)
    if found:
        return found.words
    if _ALONG.search(text) and not _PLEASE_NOTE.search(text):
        return ""
    told = _SOMEBODY.match(_without(text, names))
    return told["who"] if told else ""


def was_along(text: str) -> bool:
    """Whether the sender says that he was there beside the one it is noted for, and asks to note it."""
    return bool(_ALONG.search(text) and _PLEASE_NOTE.search(text))


def without_others(text: str, names: Sequence[Span]) -> str:
    """Return a text without the phrases that tell of others coming, unless the sender says that he was with them."""
    if _MYSELF.search(text):
        return text
    kept, theirs = [], False
    for phrase in phrases(text):
        came = _OTHERS.match(_LEADING.sub("", _without(phrase.words, _inside(phrase, names))))
        theirs = bool(came or (theirs and _LEFT.search(phrase.words)))
        kept += [] if theirs else [phrase.words]
    return " ".join(kept)


def tells_only_of_others(text: str, names: Sequence[Span]) -> bool:
    """Whether a text says no more than that others came to see: an inspection, guests."""
    return (
        not _MYSELF.search(text) and not without_others(text, names).strip(" ，,。；;、") and bool(_TO_SEE.search(text))
    )


def visit_days(
    text: str, names: Sequence[Span], *, sent: datetime, is_workday: Callable[[date], bool]
) -> tuple[date, ...]:
    """Return the days on which a text says that somebody was there, two for 昨天今天都去了; none if unsaid."""
    found: list[date] = []
    ahead: list[date] = []  # days that stand by themselves before: 9月10号 9月16号我两次到二院
    stayed = False  # 今天没去 昨天去的
    for phrase in phrases(text):
        dates = _past_days(phrase.words, sent, is_workday)
        here = Intent.VISIT in read_intents(phrase.words, _inside(phrase, names))
        if dates and _ONLY_DAYS.fullmatch(phrase.words):
            ahead += [read.date for read in dates]
            continue
        if here and ahead and (len(ahead) > 1 or dates):
            found, ahead = [*found, *ahead, *(read.date for read in dates)], []
            continue
        stayed = stayed or bool(_STAYED.search(phrase.words))
        if not dates or not (here or ((found or stayed) and _WENT_AGAIN.search(phrase.words))):
            continue
        between = phrase.words[dates[0].span.end : dates[-1].span.start]
        several = len(dates) > 1 and (_BOTH.search(phrase.words) or _JOINED.fullmatch(between))
        found += [read.date for read in (dates if several else dates[:1])]
    return tuple(dict.fromkeys(ahead if ahead and _VAGUE.search(text) else found))


def _past_days(words: str, sent: datetime, is_workday: Callable[[date], bool]) -> list[DateRead]:
    reads = read_dates(words, sent=sent, is_workday=is_workday, prefer="past")
    past = (read for read in reads if read.kind is DateKind.POINT and read.date <= sent.date())
    return [read for read in past if not _NOT_THAT_DAY.search(words[: read.span.start])]


def _inside(phrase: Span, names: Sequence[Span]) -> list[Span]:
    return [
        Span(name.start - phrase.start, name.end - phrase.start, name.words) for name in names if name.within(phrase)
    ]


def _without(text: str, names: Sequence[Span]) -> str:
    rest, at = "", 0
    for name in sorted(names):
        rest, at = rest + text[at : max(at, name.start)], max(at, name.end)
    return rest + text[at:]
