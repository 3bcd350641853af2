"""Who a visit was made by, where the words name somebody else than their sender, and on which days."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from handlers.understanding.dates import DateKind, DateRead, read_dates
from handlers.understanding.intents import Intent
from handlers.understanding.people import recorded_for
from handlers.understanding.phrasebook.presence import DAY, LEADER, NOW, SELF
from handlers.understanding.phrases import read_intents
from handlers.understanding.text import Span, phrases

_MYSELF = re.compile(r"我|俺|咱|陪|一起|一块|一同|一道")
# That the sender was there too; 我在办公室 and 我给他记 are not.
_ALONG = re.compile(
    r"(?:我|俺)(?:也|又|还)+(?:[去来到跑看转](?:了|过|的)|在)|"
    r"陪|一起|一块|一同|一道|(?<![没不未])(?:带|领|拉|喊|捎)(?:着|上|了)?(?:我|俺)(?![^，。；\s]{0,4}[说讲])|(?:我|俺|咱)们?(?:也|都|跟|和|同|随|仨|俩|正好|全程|带|领|在(?:现场|工地|跟前|旁边|边上|那))"
)
_PLEASE_NOTE = re.compile(
    r"(?:(?:请|麻烦|帮忙|劳驾|你|您|顺手)(?:予以?|帮忙|给)?(?:他|她|领导)?(?:也|都|先)?(?:[代补]?记|登记|登|补|添|写|加|记录|代记|录)|(?:让|叫|托)(?:我|俺)(?:先|给|替|帮|代|来)*[报登记补](?:上|一?下)?[了吧]*[。!！]*$|给(?:他|她|领导)(?:[代补]?记|登记?|补|添|录|写|加)(?=(?:一?[下笔条]|上|了)?[。!！]*$)|请(?:予以?|帮忙|给)?(?:记|登记|记录|代记|录)|(?:[俩两仨三]个?人?|[俩两仨三]|都|一起|一并|全)(?:都|给|也|一起)*(?:登|记|报|补|挂|录))(?:一?下|上|了)*[。!！]*$"
)
# 陪孙县长在地头呢，他手机没电，让我先报上: both were there.
_BESIDE_HIM = re.compile(
    rf"(?:陪|跟|随|同|和)着?(?P<who>{LEADER})[^。；]{{0,30}}(?:他|她|领导)[^。；]{{0,12}}(?:让|叫|托)(?:我|俺)[^，。；]{{0,3}}[报登记补]"
)
# 下午我自己又去的: beside the one it is noted for.
_WENT_MYSELF = re.compile(r"(?:我|俺)(?:自己|自个儿?|本人)(?:也|又|还)?(?:[去来到跑转](?:了|过|的)|在)")
# 宣传部来电话 李部长…: who rang says nothing of himself.
_RANG = re.compile(
    r"^[\u4e00-\u9fff]{0,8}?(?:来电话?|打来电话|来了?个?电话|打电话(?:来|说)?|来信儿?|通知|转告)(?:了|说|称)?[，。,：:\s]+(?:说|讲)?"
)
_HOW = r"(?:自己|自个儿?|亲自|专门|专程|一个人|带队|又|也|都|刚刚?|已经?|就|还)"
# 许主任昨天自己去的某项目: somebody with a post, by name, at the head.
_SOMEBODY = re.compile(
    rf"^(?:(?:[补代]登记?|[补代]记|登记|补录|记一下|补)[：:，,\s]+)?(?:{DAY}|{NOW}|[，,\s])*(?P<who>(?![跟和同与陪带随我俺咱叫让请给])(?:{LEADER}|(?:副?(?:县长|书记|部长|局长|主席)|领导)(?!们|安排|让|叫|要求)))(?:{DAY}|{NOW}|{_HOW}|[本原](?:来|先)|[说约定]好?的?|(?<=说)(?:他|她)|[，,\s])*"
    r"(?:(?:带|领|陪|和|跟|同)[^，。；]{1,12}?)?人?(?:来(?!电|信|函|文)|[到去在跑拐看转查调督视检])"
)
# 李部长没来 是许主任来的.
_INSTEAD = re.compile(rf"(?<!不)是(?P<who>(?![我俺咱跟和]){LEADER})(?:{DAY})*[来去到]的")
# Where nobody says 我: whom a visit is to be noted for, and who went.
_NOTED_FOR = re.compile(
    r"(?:[代替帮给](?:他|她|领导|[\u4e00-\u9fff]{1,4}?(?:县长|书记|局长|主任|部长|院长|主席|常委|[局总县部]))(?:俩|他们)?[^，。；,;\s]{0,4}?"
    r"[补添加登记录写填报](?!告|得|者|账|工)|(?:让|叫|托|委托)(?:我|俺)[^，。；,;]{0,6}?(?:[说补记登填报]|转告))"
)
_THEY_WENT = re.compile(
    rf"(?:^|[，。；、,;：:\s])(?:{DAY}|{NOW}|[，,\s])*(?P<who>他们?|她|人家|{LEADER})(?:{DAY}|{NOW}|{_HOW})*"
    r"(?:[去到来跑上](?:了|过|的|[^，。；,;\s说讲问要]{0,3}(?:工地|现场|看|转))|在(?:工地|现场)|[看转](?:了|过))"
)
_CALLED = re.compile(r"(?<![\u4e00-\u9fff])" + LEADER + "|(?<=[代替帮给把])" + LEADER)
# 王主任那趟也补上: the words for a visit that somebody made.
_THEIR_TRIP = re.compile(rf"(?P<who>{LEADER}|[他她])的?[那这上]一?(?:趟|回|次)")
_SELF_THERE = re.compile(
    r"(?:我|俺|咱)(?!们?(?:局|县|委|办|这)?(?:没|说|给|帮|替|代|记|报|登|发))|陪|一起|一块|一同|一道|[和跟同与带随](?!进|意|时|步|踪|班)[\u4e00-\u9fff]{2}"
)
# 范主任陪高县长跑的213 我负责记: two others, and the sender only writes it down.
_WITH_ANOTHER = re.compile(
    rf"{LEADER}(?:陪|跟|随|带)着?(?P<who>{LEADER})(?:{DAY}|{NOW}|{_HOW})*(?:[去到来跑上看转](?:了|过|的)|在)"
)
_MYSELF_THERE = re.compile(r"(?:我|俺|咱)(?:们)?(?!们?(?:负责|来|帮着?|给|替|代|只管?|就)?(?:[记补登写填报]))")
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
# 9.14一趟 9.16一趟: each is a day of its own; 昨天去了一趟 今天路断了 tells of one.
_ONE_TRIP = re.compile(
    rf"(?:{DAY})(?:我|俺|又|也|还|再|[跑去来到转看了过])*(?:[一两三\d]?[趟回次圈]|(?<=[去来到跑][了过的]))(?:吧|了|啊|呢)?"
)
_THERE_TOO = re.compile(
    r"(?:我|俺|又|也|还|再|接着)*(?:[跑去来到转看]了?(?:了|过|的)|(?:[跑去来到转看]了?)?(?:一|两)?[趟回圈])"
)
_ALL_OF_THEM = re.compile(
    r"(?:[两俩三仨]个?[处家边个]?)?(?:我|俺)?(?:都|全|各)(?:我|俺)?(?:[去来到跑转看]|上)(?:了|过|的)"
)
_ONLY_DAYS = re.compile(
    rf"(?:[本这上](?:周|月|个?月|星期|礼拜))?(?:共|[去来到]了)?(?:[两俩三四五\d][次回趟][:：]\s?)?(?:(?:{LEADER}|{SELF}|{SELF}?于)(?={DAY}))?(?:{DAY}|还有|以及|[和跟与的都])+"
)
_NOT_THAT_DAY = re.compile(r"不是\s*$")
_TRIP = re.compile(r"[去来到跑转看](?:了|过|的)|[趟回圈]")
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
    beside_him = _BESIDE_HIM.search(text)
    if beside_him:
        return beside_him["who"]
    whole = _without(text, names)
    beside = _RANG.sub("", whole)
    told = _SOMEBODY.match(beside) or _INSTEAD.search(beside)
    if not told:
        return ""
    # 李部长秘书来电话 说部长上周四到过: whose secretary rang says which.
    rang = re.match(rf"({LEADER})", whole) if beside != whole else None
    return rang[1] if rang and rang[1].endswith(told["who"]) else told["who"]


def other_visitor(text: str, names: Sequence[Span]) -> str:
    """Return the words for somebody else whom a text may have at the place, where it does not say that its sender was.

    他 or 她 where nobody is called; whoever is thought to have gone is asked about, never taken for the sender.
    """
    beside = _without(text, names)
    if (both := _WITH_ANOTHER.search(beside)) and not _MYSELF_THERE.search(beside):
        return both["who"]
    if _SELF_THERE.search(_NOTED_FOR.sub("", text)):
        return ""
    asked = _NOTED_FOR.search(text)
    went = _THEY_WENT.search(beside) or _THEIR_TRIP.search(beside)
    if not asked and not went:
        return ""
    called = [found.group() for found in _CALLED.finditer(beside)]
    who = called[0] if called else went["who"] if went else "他"
    return "他" if who == "人家" else who


def was_along(text: str) -> bool:
    """Whether the sender says that he was there beside the one it is noted for, and asks to note it."""
    return bool((_ALONG.search(text) and _PLEASE_NOTE.search(text)) or _WENT_MYSELF.search(text))


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
    apart = False  # beside a name, told of all: 恒瑞9.8、高标田9.9 两处都去了
    undated = False  # 我去了三回 礼拜一礼拜二还有今天
    stayed = False  # 今天没去 昨天去的
    for phrase in phrases(text):
        beside = _blanked(phrase, names)
        dates = _past_days(f"{beside}，", sent, is_workday)
        here = bool(apart and _ALL_OF_THEM.match(phrase.words)) or Intent.VISIT in read_intents(
            phrase.words, _inside(phrase, names)
        )
        if dates and _ONE_TRIP.fullmatch(phrase.words):
            found.append(dates[0].date)
            continue
        if dates and undated and _ONLY_DAYS.fullmatch(beside.strip()):
            found += [read.date for read in dates]
            continue
        if dates and _ONLY_DAYS.fullmatch(beside.strip()):
            ahead += [read.date for read in dates]
            apart = apart or beside != phrase.words
            continue
        if here and ahead and (len(ahead) > 1 or dates or apart):
            found, ahead = [*found, *ahead, *(read.date for read in dates)], []
            continue
        undated = undated or (here and not dates)
        stayed = stayed or bool(_STAYED.search(phrase.words))
        if not dates or not (here or ((found or stayed) and _WENT_AGAIN.search(phrase.words))):
            continue
        between = phrase.words[dates[0].span.end : dates[-1].span.start]
        after = phrase.words[dates[-1].span.end :]
        again = _TRIP.search(between) and _THERE_TOO.match(after)
        several = len(dates) > 1 and (_BOTH.search(phrase.words) or _JOINED.fullmatch(between) or again)
        found += [read.date for read in (dates if several else dates[:1])]
    alone = len(ahead) > 1 and not (found or apart)  # 本周两次：9.14、9.16，均为现场
    return tuple(dict.fromkeys(ahead if alone or (ahead and _VAGUE.search(text)) else found))


def _past_days(words: str, sent: datetime, is_workday: Callable[[date], bool]) -> list[DateRead]:
    reads = read_dates(words, sent=sent, is_workday=is_workday, prefer="past")
    past = (read for read in reads if read.kind is DateKind.POINT and read.date <= sent.date())
    return [read for read in past if not _NOT_THAT_DAY.search(words[: read.span.start])]


def _blanked(phrase: Span, names: Sequence[Span]) -> str:
    """Return a phrase with the names in it blanked out, so that spans stay where they are."""
    words = phrase.words
    for name in _inside(phrase, names):
        words = words[: name.start] + "　" * len(name.words) + words[name.end :]
    return words


def _inside(phrase: Span, names: Sequence[Span]) -> list[Span]:
    return [
        Span(name.start - phrase.start, name.end - phrase.start, name.words) for name in names if name.within(phrase)
    ]


def _without(text: str, names: Sequence[Span]) -> str:
    rest, at = "", 0
    for name in sorted(names):
        rest, at = rest + text[at : max(at, name.start)], max(at, name.end)
    return rest + text[at:]
