"""A leader's yes or no in one line, as it is said here (中 报吧, 看过了 可以报, 数再核核), and what is to change.

A single character (中, 行, 准) is a word of its own only before a blank, a stop or a particle: 中午, 行动 are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from handlers.understanding.text import Span, span_of

_STOP = r"[，,。；;：:！!\s]"
_ENDS = rf"(?=$|{_STOP}|[了吧的呀啊哈报批给])"
_ALONE = rf"(?=$|{_STOP})"
_SEND = (
    r"(?:(?:你们?|恁|他们?|她|就|往|直接|看着)*"
    r"(?:上?报|发|递|送|交|提)(?:了?吧|上去(?:吧|得了|就[行中是])?|就[行中是]))"
)
YES = (
    rf"(?:同意|可以|没(?:啥|什么|有)?(?:意见|问题|毛病|说的)|没(?:啥|什么|有)(?:要|可|好)?(?:改|补|动)的(?!地方)|木有意见|妥妥(?:滴|的)?|支持|赞成|挺好|写得(?:不错|可以|挺好|中)|批准|批[了吧]|批给(?:他们?|她)|给(?:他们?|她)?批|照办|通过|就这[样么]着?(?:往上报|上?报|办)?|照此(?:报|办|上报)?|就?(?:按|照)(?:这个?|你说的|上面的?)?(?:报上去|报|办|来|发)(?!批|价|告)"
    rf"|{_SEND}|上吧|准假|(?:应该|应当|该)(?:上会|上?报|上|准|批|提)|(?:(?:让|叫)(?:他|她))?(?:安心|放心)?去吧|(?:上?报|发|过)+{_ALONE}|能(?:上?报|上会|上|发|批|准|行)|准予|ok(?![a-z])|(?:行|中|成|妥|准|管|得劲)+{_ENDS})"
)
NO = (
    r"(?:(?:先|暂时?)?不同意|不(?:太|大|咋)?(?:行|中|成|妥|合适|可以|得劲)|不准|不批(?:准)?|不予批准|驳(?:回|了|掉)|退回去?|打回去?|重报|重写|重弄"
    r"|(?:不能|不许|不让|不用|不必|不需要|没必要)(?:请|准|批|上?报|上会|上|过|延|发|走)|(?:(?:先|暂)?(?:别|不要?)|暂缓|缓)(?:忙)?(?:着)?(?:上会|上?报|上|发|延)"
    rf"|退给[\u4e00-\u9fff]{{1,4}}(?=$|[，,。；;\s])|退(?:{_ALONE}|(?=了?吧))|不对{_ENDS})"
)
# What may wait.
_THING = (
    r"(?:材料|月报|季报|专报|报告|稿子?|请?假(?:条|申请)?|议题|议程|会期|方案|纪要|通报|延期(?:申请|的?事)?|宽限|申请|复函"
    r"|会|事儿?|请示|建议)"
)
# 把进厂路写细点再报; 数再核核: a change is asked for, which is no yes yet.
_TO_BE_DONE = r"(?:写|改|补|核|说|弄|标|加|讲|列|调|添|查|修改|完善)"
# 问题那条写得太笼统 重写: what is wrong with the text, then that it goes back. A wall is not 重写, nor 退.
_AT_FAULT = (
    rf"(?:[^，,。；;：:]{{2,24}}{_STOP}+重(?:写|报|填)(?:吧|一?[份下遍])?[。!！]*$"
    rf"|[^，,。；;：:]{{0,16}}(?:写|填|报|数字?|[条段句表份栏]|材料|日期|时限)[^，,。；;：:]{{0,12}}{_STOP}+"
    r"(?:(?:让|叫|请|给)(?:他|她|[\u4e00-\u9fff]{2,3}))?(?:拿?回去)?(?:重弄|退(?:回去?|给[他她你]们?)?(?:重[弄写报填]|改)?|打回去?"
    r"|(?:再|重新)?(?:好好)?(?:改[改核]?|核[核对]?|对[一对][下对]?|查查|算算)|改好再报|回去(?:改|核|对))(?:吧|了吧|一?下)?[。!！]*$)"
)
AGAIN = (
    r"(?:(?:这?(?:个)?数(?:字|据)?)?再(?:好好)?(?:核|改|查|补|完善|修改|斟酌|想)(?:[核改查想]|一?下|实)?"
    rf"|(?:[这那](?:个|份|版))?{_THING}*(?:还|都)?(?:得|要|需要|必须)(?:再|重新|好好)*(?:改|补|核|修改|完善|重写|重弄)(?:[改核补]|一?下)?(?:$|{_STOP}|[了的])"
    r"|(?=(?!等)[^，,。；;：:]{2,30}?(?:后|再|重新|的话就)(?:上?报|上会|上|发|送来|给我看)(?:吧|了)?(?:$|[，,。；;：:！!\s]))"
    rf"|{_AT_FAULT}"
    rf"|把[^，,。；;：:]{{1,20}}{_TO_BE_DONE}(?:细|实|明|清|准|全|上|好|掉|成|具体|一?下|进去))"
)
# What is spoken of beside it, before the verdict or after it: 这份月报, 那个假, 10月例会的议题, 要拖的那个.
_ABOUT = (
    r"(?:的|(?:要|想)(?:拖|延|请假|报|上)的?)?(?:[这那](?:一)?(?:个|份|版|条|件|次|回|篇|期)?)?"
    rf"(?:[一二三四五六]期的?)?(?:(?:\d+|[一二三四五六七八九十]+)月份?)?(?:例会|调度会)?的?{_THING}*的?"
)
_SEEN = (
    r"(?:已?阅(?=[，,。；;：:！!\s同可])|知悉"
    r"|(?:这?个?数(?:字|据)?)?(?:我|俺)?(?:都|也|已经?|刚|大致|仔细|认真)*(?:看|审|阅|瞅|核|过|对)(?:过|完|了|罢|一?遍|一?下)+)"
)
BEFORE = (
    rf"(?:[嗯恩哦噢好]+{_STOP}*|[行中成]+(?=这个|就这[样么]|我看|俺看|我瞅|俺瞅))?"
    rf"(?:{_SEEN}{_STOP}*)?(?:{_ABOUT}{_STOP}*){{0,3}}(?:{_SEEN}{_STOP}*)?"
    r"(?:我|俺|本人)?(?:这边|这儿)?(?:看|觉得)?(?:这个?|那个?|这份|这样)?(?:材料|月报|报告|稿子|假)?(?:还|也|都|就|可|已经)?(?:是)?(?:觉得|认为)?"
)
_WHICH = r"这个(?:数字?|说法|写法|安排|办法|日子|时间)"
_AFTER = rf"(?:{_WHICH}|了|吧|的|呀|啊|哈|上?报|上会|上|批|延|给(?:他们?|她)|{_THING})*[。!！]*"

_APPROVAL = re.compile(
    rf"^{BEFORE}(?:(?P<no>{NO})|(?P<yes>{YES}(?:[了吧的呀啊哈]*{YES}){{0,3}}))(?P<after>{_AFTER})"
    rf"(?:(?:{_STOP}+|(?=[让叫重回]))(?P<remark>.+))?$"
    rf"|^(?:{_SEEN}{_STOP}*)?(?P<again>{AGAIN}.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LET = r"(?:给|让|叫)?(?:他们?|她|你们?)?"
_THANKS = r"辛苦(?:了|你们?|大家|[老小][\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}(?=了|$|[，。！!\s]))?"
_WELL_DONE = r"(?:这[回次版]|你们?|她|他们?)?(?:写|弄|整|做|报|搞)得(?:还|都|也|挺|很)*(?:不错|好|可以|行|中|细|清楚)"
_NO_OBJECTION = r"(?:我们?|俺)?(?:这边|这儿)?(?:都|也|就)?(?:没|木)(?:啥|什么|有)?(?:意见|问题|毛病|说的|二话)"
# What adds nothing to a yes: 中 准了, 行 就这么办, 同意 辛苦了.
_SAYS_NOTHING = re.compile(
    rf"(?:{_SEND}|报(?:上去)?|(?:往)?上报|发|阅|就(?:按|照|行|中|可以)|就这[样么](?:报|办|定|着)?|{_THANKS}|谢谢"
    rf"|{_WELL_DONE}|{_NO_OBJECTION}|照(?:发|报|办)|(?:我|俺)?(?:都)?(?:对|看|核|审)(?:过|完|了)+|可以|行|中|好|成|妥"
    r"|按(?:这个?|此|你说的|程序)?(?:报|来|办|走)|照(?:这个?|此|你说的)?(?:报|来|办)|同意|准(?:了|假)?|批(?:准|了)|通过|我?(?:知道|收到|看过|看)了?"
    rf"|{_LET}(?:去|报|上报|上会|延|宽限|弄|办|忙|歇着?|休息)|尽?快(?:报|发|办)|抓紧(?:报|办)?|赶紧(?:报|办)?|安心(?:去|开会)?|注意(?:安全|身体)"
    r"|路上(?:慢点?|注意安全)|早去早回|的|了|吧|呀|啊|哈|[，,。；;！!\s])+"
)
_KIND = re.compile(r"养病|休息|身体|保重|放心|照顾|家里|要紧|早日|康复|路上|平安|顺利|安心|好好|办好|学好|代我?问")
_CHANGES = re.compile(
    rf"{_TO_BE_DONE}|把|但|不过|只是|就是|细|实(?!际)|明白|具体|清楚|准确|删|去掉|重|换|缺|漏|少|多了|错|不对|先|再|后|之前|日期|时间|数|别|不要|不能"
)
_ON_CONDITION = re.compile(
    r"但|不过|就是|必须|务必|只要|[要得](?!空|闲|紧)|派|先|只[准能]|改|换|除非|前提|下次|下不为例"
)


@dataclass(frozen=True, slots=True)
class Approval:
    """One line on a text put before a leader. Agreed with a remark is not agreed yet: it goes back once (C11).

    `said_yes` holds for that one too: what bears no change (a leave) is to be asked about, never refused for it.
    """

    agreed: bool
    remark: str
    span: Span
    said_yes: bool


def read_approval(text: str, names: Iterable[str] = ()) -> Approval | None:
    """Return a leader's yes or no with what is to be changed, or None where the text is neither.

    `names` are the words for what waits (a project, a number, whoever asks for leave); they may stand anywhere
    before the verdict, and are no remark.
    """
    seen = text
    for name in sorted(filter(None, names), key=len, reverse=True):
        seen = seen.replace(name, "", 1)
    found = _APPROVAL.match(seen.strip(" ，,。"))
    if not found:
        return None
    said_yes = bool(found["yes"])
    remark = remark_of(found["remark"] or "") if not found["again"] else found["again"].strip()
    return Approval(said_yes and not remark, remark, span_of(text, 0, len(text)), said_yes)


def read_apart(text: str, names: Iterable[str] = ()) -> Approval | None:
    """Return the one verdict that stands in a phrase of its own among others: 何局去看病 准假 让他安心治.

    Only for what the other phrases cannot mean otherwise, a leave; None where there is none, or there are several.
    """
    pieces = [piece for piece in re.split(rf"{_STOP}+", text) if piece]
    reads = {at: read for at, piece in enumerate(pieces) if (read := read_approval(piece, names)) is not None}
    if len({read.said_yes for read in reads.values()}) != 1:
        return None
    rest = "，".join(piece for at, piece in enumerate(pieces) if at not in reads)
    said_yes = next(iter(reads.values())).said_yes
    return Approval(said_yes and not rest, rest, span_of(text, 0, len(text)), said_yes)


def remark_of(words: str) -> str:
    """Return what words beside a yes or no ask for; empty where they only repeat it or are polite."""
    words = words.strip()
    return "" if _SAYS_NOTHING.fullmatch(words) else words


def says_no(words: str) -> bool:
    """Whether words hold a refusal."""
    return bool(re.search(NO, words))


def wants_change(remark: str) -> bool:
    """Whether words beside a yes may ask for a change of the text; 跟宋院长也说一声 asks for none."""
    return bool(_CHANGES.search(remark))


def has_condition(remark: str) -> bool:
    """Whether words beside a granted leave may ask for something in return; 让他好好养病 only wishes well."""
    return not _KIND.search(remark) or bool(_ON_CONDITION.search(remark))
