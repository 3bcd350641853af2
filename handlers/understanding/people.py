"""People in a message: who is to see to it, who said it, for whom it is noted, and whether words mean somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.understanding.text import Span

_HAN = r"[\u4e00-\u9fff]"
_POST = (
    r"(?:副?书记|副?县长|副?区长|副?市长|副?局长|副?主任|副?部长|副?主席|副?院长|副?经理|总经理|科长|股长|所长|站长|队长|副?乡长"
    r"|副?镇长|总工|秘书长|委员|常委|常务)"
)
_NAMED = rf"(?:{_HAN}{{1,3}}?{_POST}|[小老]{_HAN}|{_HAN}(?:局|总|工|县|部|主任)|{_HAN}{{2,4}}?)"

_DAY_TO_COME = (
    r"(?:(?:[今明后][天日儿晚]|(?:这|近|本)?[两三几一二四五六七\d]+天|(?:这|本|下)个?(?:周|星期|礼拜|月)|(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|月[底末]|年底|国庆|中秋|节|(?:\d+月)?\d+[日号])[一二三四五六日天末底]?(?:之?前|以前|之?内|以内)?)"
)
_ASSIGNED = re.compile(
    rf"(?:叫|让|由|安排|请|喊|交给|派|通知)(?!他|她|我|你|我们|企业|大家|各|人)(?:{_HAN}{{2,8}}?(?:局|委|办|中心|公司)的?)?"
    rf"(?P<name>{_NAMED}(?:[、和]{_NAMED})?)"
    rf"(?:来|去|给(?:我|咱们?|俺)?|抓紧|赶紧|尽快|具体|务必|必须|马上|立即|得|要|把[^，。；,;\s]{{1,8}}?|{_DAY_TO_COME})*(?:盯|负责|办|跟进|跟一?下|跟着|落实|处理|看着|催|解决|协调|牵头|问一?下|弄|管|对接|找|联系|安排|组织|修|换|清|补|装|查|扶|整改|搞|运|拉|挪|拆|抽|堵|填)"
)
# 刘洋三天内整改: a name at the head of a phrase, by when, what to do.
_ASKED_BY_WHEN = re.compile(
    rf"(?:^|[，。；;,\s])(?P<name>[小老]{_HAN}|{_HAN}{{1,3}}?{_POST}|{_HAN}{{2,3}}?)(?:同志)?(?:负责)?(?:在|于|要|得|务必|必须|抓紧|尽快)*"
    r"(?:[\d一两二三四五六七八九十半]+个?(?:天|日|周|星期|小时|钟头|工作日)(?:之?内|以内)|(?:这|本|下)(?:周|星期|礼拜)[\u4e00-\u9fff]?前?|[今明后]天之?前?"
    r"|(?:这|本|下)个?月(?:底|末)?之?前?|月(?:底|末)之?前?|\d+月\d+[日号]之?前?|\d+[日号]之?前?)"
    r"(?:要|得|必须|务必|给我|把)*[^，。；;\s]{0,6}?(?:整改|处理|解决|弄|办|完成|修|落实|盯|换|补|改|清|拆|装|销|报|搞)"
)
_UNIT = rf"(?:{_HAN}{{1,8}}?(?:局|委|办|中心|公司|镇|乡|院|部)的?)?"
_BY_WHEN = (
    r"(?:[\d一两二三四五六七八九十半]+个?(?:天|日|周|星期|礼拜|小时|钟头|工作日|月)(?:之?内|以内)|[一两二三几\d]+天|(?:这|本|下|今|明|后)个?(?:周|星期|礼拜|月|天|儿|日)|(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|(?:这|近|本)[两三几]天|月(?:底|末)|年底|国庆|中秋|节前|节后|\d+月\d*[日号底]?|\d+[日号])(?:[一二三四五六日天末底]|之?前|以?内|以前|之前|之内)*"
)
_ACT = (
    r"(?:去|来|给|再|就|把|将|负责|牵头|盯|管|办|跟|落实|处理|解决|协调|催|问|查|看|找|联系|对接|督促|组织|"
    r"弄|修|整|换|补|改|清|拆|装|拉|运|挪|销|报|搞|填|铺|安|挂|围|盖|做|干|抓|扶|堵|疏|除|刷|写|拿|送|出|"
    r"约|谈|签|完成|审|批|搬|撤|打|通|说|要求|返|平|对|学|扫|浇|抽|吊|焊|喷|测|量|带|备|调|配)"
)
# The forms of an order, with NAME for whoever is registered by one of the names in the text.
_TOLD_TO = (
    rf"(?:叫|让|请|由|安排|派|催|喊|通知|交给|责成|要求|交代|麻烦|给){_UNIT}NAME(?:同志|他们?|你|"
    rf"您)?(?:[，, ]|抓紧|赶紧|尽快|负责|务必|必须|要|得|具体|马上|立即|亲自|也|都|先)*"
    rf"(?:{_BY_WHEN}|{_ACT})"
)
_ALL_TO = r"(?:都|全|一律|一总)(?:是|由|归|让|叫)?NAME(?:同志)?(?:盯|管|负责|办|跟)"  # 都是赵静盯
_TO_DO_IT = (
    rf"(?:^|[，。；;、,\s！!了的事活])(?:请|就)?NAME(?:同志|你|您)?(?:[，,： :]|务必|必须|要|得|具体|马上|立即|"
    rf"亲自|在|于|抓紧|赶紧|尽快)*?"
    rf"(?:(?:{_BY_WHEN})(?:把|将|给)?[^，。；;\s]{{0,8}}?{_ACT}|(?:负责|牵头|盯|跟进|具体办|去|来|抓紧|抓一下|赶紧|尽快|看看|安排|下去|过去|查|问问)(?!了|过|的|请假)"
    # What he does, not what he did, said or was: 赵静找施工单位, 陈浩把围挡补上.
    rf"|(?!说|讲|报|来|到|给我|打电话|问我|要求|催我)(?:通知|安排|组织|督促|{_ACT})(?![^，。；;\s]{{0,14}}[了过]))"
)


@dataclass(frozen=True, slots=True)
class Charged:
    """Who is told to do something; `plainly` where words of ordering (叫, 让) say so, not the sense alone."""

    name: Span
    plainly: bool


_NO_NAME = re.compile(
    r"我们?|你们?|他们?|咱们?|大家|企业|工人|各|人家|争取|确保|要求|必须|尽快|抓紧|保证"
    r"|预计|计划|准备|应该|大概|估计|可能|还要|不到|不用|再过|再有|还有|剩下|最多|最少|至少|打算"
)
# 给宋院长挂了个电话 and 给王主任报一下 note nobody's visit.
_NOTE = (
    r"(?:(?:补|登|做|添|加)?个?(?:登记|记录|登|记|录|报|卡|挂(?!了?(?:[一几]?[个通])?电话|断|号|念|心|钩))"
    r"|[补添加写填续](?:上|个|进|一?(?:[条笔下次趟个]|记录)|(?=[，,：:\s])))"
)
_RECORDED_FOR = (
    re.compile(rf"^(?:代记|代登记|代录)[：:，,\s]+(?P<name>{_HAN}{{1,3}}?{_POST}|{_HAN}(?:局|总|县|部))"),
    re.compile(
        rf"(?:^|[，。；,;\s]|(?<=[日号天午晌早晚]))(?P<name>{_HAN}{{1,3}}?{_POST}|{_HAN}(?:局|总|县|部))[^。]*(?:代(?:他|她|其|为)?{_NOTE}|[替帮给](?:他|她|领导)?{_NOTE}(?:录|一|上|下|个|了))"
    ),
    re.compile(
        rf"(?:代|替|帮|给(?![^，。；,;\s]{{1,6}}报(?!个?到|备)))(?!他|她|我|领导|为)(?P<name>{_HAN}{{1,3}}?{_POST}|{_HAN}(?:局|总|县|部)|{_HAN}{{2,3}}?){_NOTE}(?:一?下|个|一条|录)?"
    ),
    # 把周县长15号去某项目那趟补进去
    re.compile(
        rf"(?:把|将)(?P<name>{_HAN}{{1,3}}?{_POST}|{_HAN}(?:局|总|县|部))[^。；]{{0,24}}?[去来到在看][^。；]{{0,16}}?"
        r"(?:补|登|记|录|加|添|写)(?:记|录)?(?:进去|进来|上去?|一?下|一笔|了)"
    ),
    # 田局让我说一声他昨儿去了, 许主任委托我登记
    re.compile(
        rf"(?:^|[，。；,;\s])(?P<name>{_HAN}{{1,3}}?{_POST}|{_HAN}(?:局|总|县|部))[^。；]{{0,12}}?(?:叫|让|委托|托|请|喊|嘱咐|吩咐)(?:我|俺|(?=[给帮替]|说一?声|登|记))"
        rf"(?:[给替帮][他她]?)?(?:{_NOTE}|(?:[跟给向]你们?|[跟给向]您)?[补说填讲转告](?:一?[声下]|上|个|告)|发一?[下个])"
    ),
)
_TOGETHER = re.compile(
    rf"(?:和|跟|同|与|带着|会同|陪同?|陪着)(?P<names>{_HAN}{{2,12}}?(?:、{_HAN}{{2,12}}?)*)"
    r"(?:一起|一块儿?|一同|一道|共同|同行|同去|都(?=[到去在看]))"
)
_AND = re.compile(r"[、和与跟]")
_HEARSAY = re.compile(
    rf"(?:听说|据说|说是|传言)|(?<![跟对给和同向])(?:他们?|她|人家|对方|企业|业主|老板|施工方|施工队|施工单位|监理|项目经理|项目部|村里|村支书|村民|厂家|甲方|乙方|设计院"
    rf"|{_HAN}(?:总|工|经理))(?:那边|方面)?(?:说|讲|称|表示|反映|告诉|保证|答应|承诺|回话)"
)
_CALLED_BY_POST = re.compile(rf"^(?P<surname>{_HAN}{{1,2}}?)(?P<post>{_POST}|局|总|工|县|部)$")
_BY_POST = re.compile(rf"{_HAN}(?:{_POST[3:-1]}|局|总|工(?!程|地|期|人|作|资))")
_SHORT_POSTS = {"局": "局长", "县": "县长", "部": "部长", "工": "工程师"}
_CALLED_YOUNG = re.compile(rf"^[小老大](?P<surname>{_HAN})$")

_ORDER_TO = re.compile(
    rf"(?:叫|让|由|安排|请|喊|交给|派|通知|责成|要求|督促|催|责令)(?:{_HAN}{{2,8}}?(?:局|委|办|中心|公司)的?)?"
    rf"(?P<name>{_HAN}{{2,4}})(?![^，。；,;\s]{{0,6}}(?:说|讲|看了|来过|去过|汇报))"
)
_YOU = re.compile(rf"(?P<name>{_HAN}{{2,4}})(?:你|您)(?!说|看|好|们)")


def find_assignee(text: str) -> Span | None:
    """Return the words for whoever is to see to it: 小陈 in “叫小陈盯一下”."""
    found = _ASSIGNED.search(text)
    if found is None:
        found = _ASKED_BY_WHEN.search(text)
        found = None if found is None or _NO_NAME.match(found["name"]) else found
    return _span(found) if found else None


def spoken_to(text: str) -> list[Span]:
    """Return the words that may call whoever an order is given to, whatever is to be done: 责成何军…, 小刘你….

    Longer words come first; whether they call anybody is for the caller to say.
    """
    found: list[Span] = []
    for order in _ORDER_TO.finditer(text):
        words = order["name"]
        found += [
            Span(order.start("name"), order.start("name") + size, words[:size]) for size in range(len(words), 1, -1)
        ]
    for told in _YOU.finditer(text):
        words = told["name"]
        found += [Span(told.end("name") - size, told.end("name"), words[-size:]) for size in range(len(words), 1, -1)]
    return found


def find_charged(text: str, names: Sequence[str]) -> Charged | None:
    """Return which of the people named is told to do something: 叫何军…, 赵静礼拜天前…, 刘洋你…, …何军负责."""
    if not names:
        return None
    either = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    for open_, pattern in ((True, _ALL_TO), (True, _TOLD_TO), (False, _TO_DO_IT)):
        found = re.search(pattern.replace("NAME", f"(?P<name>{either})"), text)
        if found:
            return Charged(_span(found), open_)
    return None


def recorded_for(text: str) -> Span | None:
    """Return the words for the person a visit is noted for (代记): 周县长 in “周县长今天去了二院，我代记”."""
    for pattern in _RECORDED_FOR:
        found = pattern.search(text)
        if found:
            return _span(found)
    return None


def companions(text: str) -> list[str]:
    """Return the words for those who came along: 许主任 in “和许主任一起到了二院”."""
    return [name for found in _TOGETHER.finditer(text) for name in _AND.split(found["names"])]


def called_by_post(text: str) -> list[str]:
    """Return the words that may call somebody by surname and post: 何局, 许主任."""
    return [found.group() for found in _BY_POST.finditer(text)]


def said_by_other(text: str) -> Span | None:
    """Return the words that show hearsay: “他说月底能完” is somebody else's promise, not the sender's fact."""
    found = _HEARSAY.search(text)
    return Span(found.start(), found.end(), found.group()) if found else None


def is_called(words: str, name: str, title: str = "") -> bool:
    """Whether words may mean a person: the name, 小陈 or 老陈, the surname with the post (何局 for 交通局局长)."""
    if words == name or (len(name) >= 3 and words == name[1:]):
        return True
    young = _CALLED_YOUNG.match(words)
    if young:
        return name.startswith(young["surname"])
    by_post = _CALLED_BY_POST.match(words)
    if not by_post or not (name.startswith(by_post["surname"]) or by_post["surname"] == name):
        return False
    post = by_post["post"].removeprefix("副")
    return _SHORT_POSTS.get(post, post) in title if title else True


def _span(found: re.Match[str]) -> Span:
    return Span(found.start("name"), found.end("name"), found["name"])
