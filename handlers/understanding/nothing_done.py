"""Words that say of a project only that nothing was done, is not known yet, or is still to come: 没去, 明天再去."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.denials import without_denied
from handlers.understanding.phrasebook.presence import DAY, NOT_GONE, NOW, SELF, TURNED_BACK
from handlers.understanding.text import Span, phrases
from handlers.understanding.wondering import wonders
from handlers.understanding.works import tells_of_works

_COMING_DAY = (
    r"(?:明后[天两]天?|明[天儿日早晚]个?|赶明儿?|大?后[天儿]|下个?(?:周|星期|礼拜|月|次|回)[一二三四五六日天初底]?|过[一两几]?[天日]|改[天日]|回头|等(?![^，。；\s]{0,3}(?:电|水|气|图|料|米|钱|款|批|审|指标|文|证|货|人手|设备|手续|机器))[^，。；\s]{0,8}"
    r"|(?:国庆|中秋|节|假|会|年|秋收|麦收|忙)[节日期]?(?:过)?[以之]?[后完]|过了[^，。；\s]{1,4}|一会儿?|待会儿?|晚点|晚些|到时候?|月底|月初|哪天|抽空|有空)"
)
_MEANS_TO = r"(?:准备|打算|计划|想着?|安排|要|得|会|争取|看看)"
_GO = r"(?:去|来|到|过去|上|跑|看|转|瞅|说|报|补|弄|统计|问)"
_TO_COME = re.compile(
    rf"(?:{_COMING_DAY}|{DAY}|{SELF}|也|就|(?:的|那|这)(?:个?事儿?)?)*(?!得到(?!现场|工地))(?:{_COMING_DAY}|{_MEANS_TO})(?:{_COMING_DAY}|{_MEANS_TO}|{DAY}|{SELF}|专门|也|就|再|才)*{_GO}"
    rf"|{_COMING_DAY}(?:吧|再说|再看)?$|(?:{DAY}|{_COMING_DAY})?再{_GO}"
)
_UNKNOWN_YET = re.compile(
    r"不(?:太|大|咋|怎么)?(?:清楚|知道|晓得|了解|掌握|好说|管)|没(?:有)?(?:顾上)?(?:问|统计|数|打听|联系|消息)(?!题)|(?:还)?没(?:顾上|来得及)(?:看|问|转|统计|弄)|还没(?:看|转)"
)
_AWAITED = re.compile(
    r"(?:财务|会计|统计|数[字据]?|报表|表|资料|材料|计量|施工(?:方|单位)|企业|业主|厂家|监理|他们|人家|那边)[^，。；\s]{0,6}(?:还)?(?:没|没有|未)"
    r"(?:给我|报我|发我|回我|(?:报|发|送|交|传)(?:过来|上来|来|给我)|算出来|出来|盖章|核完|对完)"
)
_NOT_GONE = re.compile(rf"{NOT_GONE}|{TURNED_BACK}|没[看转](?!见|到|出)|(?:先)?不[去看转]了|算了")
_NO_MOVE = re.compile(
    r"(?P<either>[去来到看])不(?P=either)了?都|不是不[去来]了?|再上(?=[一二两三四五六七八九十几\d])|[拿收等找招买见达借贷供办批领]不到"
)  # 年底拿不到地: nobody stayed away
_EXCUSE = re.compile(
    r"^(?:因为?|有事|事[儿]?多|太忙|忙|开(?:了)?(?:一[天上]?|个|半)?[^，。]{0,4}会|下[大]?[雨雪]|天[不黑晚]|车(?:坏|没)|临时|[县市省部委局镇乡]里|在[县市省]|让|叫|家里|时间|被|又|接)"
)
# 叫信访的事绊住了: what held somebody up elsewhere; who blocks the road of the works is none.
_HELD_UP = re.compile(
    r"(?:让|叫|被|给|因为?|[厅局委办县市省])(?![^，。；\s]{0,10}(?:堵|拦|围|村民|群众))[^，。；\s]{0,12}?"
    r"(?:绊住|绊倒|拖住|缠住|耽误|耽搁|占住|岔开|拽住|[叫喊抓拉]走)了?$|(?:路上|半道)?(?:堵车|塞车)了?$"
)
_WENT_THEN = re.compile(r"^(?:我|俺)?(?:昨|前|夜儿)[天日儿](?!.*(?:[说定约打想]|计划|本来))")
_BUT_THEN = re.compile(
    r"(?<!不)是(?:昨|前|夜儿|周|上|星期|礼拜)[^，。；,;\s]{1,6}?[去来到](?:的|了)|(?:^|[，,\s])(?:上个?月|\d{1,2}月)?\d{1,2}[号日]我?[去来到]的(?=$|[，。,\s])"
)
_EXCUSED = 8  # characters in which a reason is given: 路淹了, 光听吴磊说了说
_FILLING = re.compile(rf"^(?:{DAY}|{NOW}|{SELF}|那边|那儿|这边|那个|这个|也|就|都|还|的|了|呢|吧|啊|[，,、\s])*$")


def nothing_done(text: str, names: Sequence[Span] = ()) -> bool:
    """Whether a normalised text says nothing but that; `names` are the words that name projects."""
    pieces = [_beside_names(phrase, names) for phrase in phrases(text)]
    return bool(pieces) and all(_says_nothing(piece) for piece in pieces)


def not_gone(text: str, names: Sequence[Span] = ()) -> bool:
    """Whether a text says that a visit was not made, or is to be made some other day, and nothing beside.

    我昨天213 今天没去 may tell of yesterday.
    """
    text = without_denied(text)
    named = [phrase for phrase in phrases(text) if any(name.within(phrase) for name in names)]
    pieces = [_NO_MOVE.sub("　", _beside_names(phrase, names)) for phrase in phrases(text)]
    if _BUT_THEN.search(text) or any(
        _WENT_THEN.search(phrase.words) and not _NOT_GONE.search(phrase.words) for phrase in named
    ):
        return False
    told = [piece for piece in pieces if _NOT_GONE.search(piece) or _TO_COME.match(piece)]
    others = [piece for piece in pieces if not (_says_nothing(piece) or _EXCUSE.match(piece) or _HELD_UP.search(piece))]
    if not told or wonders(text) or any(len(piece) > _EXCUSED or tells_of_works(piece) for piece in others):
        return False
    return len(others) < len(pieces)


def without_excuse(text: str) -> str:
    """Return a text without what held somebody up elsewhere."""
    return " ".join(_HELD_UP.sub("", words.words) for words in phrases(text))


def awaits_figures(text: str) -> bool:
    """Whether a text says no more than that others have not told their figures yet: 财务还没给我."""
    return bool(_AWAITED.search(text))


def _says_nothing(words: str) -> bool:
    known = (_FILLING.match, _NOT_GONE.search, _TO_COME.match, _UNKNOWN_YET.search, _AWAITED.search)
    return any(found(words) for found in known)


def _beside_names(phrase: Span, names: Sequence[Span]) -> str:
    words, at = "", phrase.start
    for name in sorted(names):
        if name.within(phrase) and name.start >= at:
            words, at = words + phrase.words[at - phrase.start : name.start - phrase.start], name.end
    return words + phrase.words[at - phrase.start :]
