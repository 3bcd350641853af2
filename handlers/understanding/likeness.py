"""Whether two descriptions of a problem speak of the same one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

_Thing = TypeVar("_Thing")
_AGAIN = re.compile(r"又|再次|还是(?:那|没)|仍|依旧|老问题|到现在(?:还)?没")
_FILLING = re.compile(r"[^\u4e00-\u9fff0-9a-zA-Z]|[的了呢吧吗啊那这个是在]")
_ALIKE = 0.22
_WORDY = 12  # characters
# What every question and every matter holds tells nothing about which matter is meant.
_ASKING = re.compile(
    r"啥时候|什么时候|什么时间|哪一?天|谁|怎么|咋样?|回事|现在|到底|情况|问题|事儿?|项目|解决|处理|办理|落实|报的|还没有?|没有"
    r"|督办|挂牌|通知书?|进展|进度|负责|要求|完成|时限|\d+月|\d+[日号]|我们?|你们?|他们?|单位"
)


def says_again(text: str) -> bool:
    """Whether the words say that it is not the first time: 又堵住了."""
    return bool(_AGAIN.search(text))


def names_a_thing(text: str) -> bool:
    """Whether words about a trouble say what is in it: 还有两家堵着 does not."""
    return bool(_THING.search(text) or _MATTER.search(text)) or len(text) > _WORDY


def likeness(one: str, other: str) -> float:
    """Return how much two texts share, 0 to 1, by pairs of neighbouring characters."""
    ones, others = _pairs(one), _pairs(other)
    shorter = min(len(ones), len(others))
    return len(ones & others) / shorter if shorter else 0.0


def same_problem(new: str, old: str, category: str, old_category: str, names: Iterable[str] = ()) -> bool:
    """Whether a report is of the problem that is open.

    It is where the kind is the same and it is told as going on or in much the same words; and, whatever kind the words
    show, where it is about the same thing in the same trouble: 进厂路还没通 for 进厂路叫村民堵了. `names` are those of
    the project, which every report of it may hold.
    """
    if category == old_category and category != "其他":
        if says_again(new) and "/" in category:
            return True  # a kind as fine as 施工环境/阻挠施工 leaves little room for two
        if likeness(new, old) >= _ALIKE:
            return not _of_other_things(_without(new, names), _without(old, names))
    return _in_the_same_trouble(_without(new, names), _without(old, names))


# What kind of trouble something is in; 卡着 and 没解决 say none, and are of whatever is open.
_TROUBLES = tuple(
    re.compile(words)
    for words in (
        r"堵|拦|挡|横|封|围|占|[路门道]断|断[路道]|[不没未](?:让)?通(?!知|过|报|电|水|气)|[进出过][不没][去来]|不[让叫许准]|摆|堆",
        r"(?:没|未|不)(?:给|有)?(?:出(?!过|现)|批|审|办|回|下|签|意见|信|音|消息|结果|动静)|迟迟|拖|催|退[回件]|[打驳]回|审(?:着|查中)|等",
        r"没(?:有)?(?:到|来|货|送|运|发)|差|缺|不够|短",
        r"漏|渗|裂|塌|坏|断|倒|歪|沉|变形|趴|烧|失灵|返工",
        r"[电水气][^，。；\s]{0,2}(?:没|不|停)|(?:没|停|断|缺|不通|没通|未通)[电水气]|跳闸",
        r"(?:没|未|不)(?:肯|愿意?|给)?(?:拆|搬|迁|腾|交|清|挪|谈|签)",
        r"(?:钱|款|资金)[^，。；\s]{0,4}(?:没|不|未)|拖欠|欠|没钱",
    )
)
_UNSAID = re.compile(
    r"卡(?:着|住|那)|(?:没|未|不能)(?:得到)?(?:解决|处理|弄好|办好|落实|搞定|进展)|还是(?:那|没|老)|老样子|那样|没(?:啥|有)?(?:动静|进展|变化|信)"
)
_PLACE = re.compile(r"[\u4e00-\u9fff]{1,3}(?:楼|车间|厂房|标段|段|栋|区|池|站|泵房)|[K\d+.号#]+|[东西南北]边?")
_UNNAMED = re.compile(r"[那这条个边段的]$|[堵拦挡通断封占让修走过]")  # before a thing, and no name of it
_MATTER = re.compile(
    r"审图|图审|环评|能评|稳评|可研|初设|电梯|指标|手续|许可|验收|设计|方案|贷款|资金|工资|补偿|变压|专线|合同|施工证|设备"
)
_THING = re.compile(r"[路桥井渠坟墙电水门]")
_PART = re.compile(r"[路桥井渠坟墙门]")  # of the site: 电缆 and 电梯 share a letter, no thing
_NO_THING = re.compile(
    r"今天|昨天|前天|上午|下午|现在|到现在|还是|还没|没有|已经|又|村民|老乡|设备|材料|施工|工地|项目|那边|这边|那个|这个|一直|卡住|解决|出来|进去|不去|不来|[进出过]不"
    r"|iss-?\d+|\d+月\d*[日号]?"
)


def _in_the_same_trouble(new: str, old: str) -> bool:
    troubles, olds = ({n for n, words in enumerate(_TROUBLES) if words.search(text)} for text in (new, old))
    if not (troubles & olds or (_UNSAID.search(new) and not troubles - olds)):
        return False
    things, old_things = _things(new), _things(old)
    if things & old_things or _of_the_drawings_of_one_place(new, old):
        return True
    # 城北那路 for 进厂路: one thing that both are about, and no other is named.
    return bool(set(_THING.findall(new)) & set(_THING.findall(old))) and not _names_another(new, old)


def _of_other_things(new: str, old: str) -> bool:
    """Whether each names a thing of its own: 电缆没到货 is not 电梯没到货, though all their other words are shared."""
    if says_again(new):
        return False
    if set(_PART.findall(new)) & set(_PART.findall(old)) and not _names_another(new, old):
        return False  # 路还堵着, 进厂路叫村民堵了
    things, old_things = _things(new), _things(old)
    return bool(things and old_things) and not things & old_things and not _of_the_drawings_of_one_place(new, old)


def _of_the_drawings_of_one_place(new: str, old: str) -> bool:
    """Whether both wait for the drawings of a building: 手术楼还在等图 for 手术楼审图意见没出."""
    return "图" in new and "图" in old and bool(set(_PLACE.findall(new)) & set(_PLACE.findall(old)))


def _names_another(new: str, old: str) -> bool:
    """Whether the same sort of thing goes by a name of its own: 施工便道 is not 进厂路, 那条路 may be."""
    named = re.findall(r"(?:^|[^\u4e00-\u9fff])[\u4e00-\u9fff]*?([\u4e00-\u9fff]{2})[路桥井渠门]", new)
    return any(words not in old and not _UNNAMED.search(words) for words in named)


def _things(text: str) -> frozenset[str]:
    plain = _NO_THING.sub(" ", _PLACE.sub(" ", text))
    for words in (*_TROUBLES, _UNSAID):
        plain = words.sub(" ", plain)
    return frozenset(pair for piece in plain.split() for pair in _pairs(piece))


def _without(text: str, names: Iterable[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    return re.sub(r"图审|图(?![\u4e00-\u9fff]*审图)[^，。；\s]{0,6}审|审[^，。；\s]{0,3}图", "审图", text.lower())


def most_alike(text: str, things: Iterable[_Thing], words_of: Callable[[_Thing], str]) -> list[_Thing]:
    """Return the things whose words a question speaks of: those that share most with it, if any share."""
    sought = _telling(text)
    counted = [(len(sought & _telling(words_of(thing))), thing) for thing in things]
    most = max((count for count, _ in counted), default=0)
    return [thing for count, thing in counted if count == most] if most else []


def _telling(text: str) -> frozenset[str]:
    return frozenset(pair for piece in _ASKING.split(text) for pair in _pairs(piece))


def _pairs(text: str) -> frozenset[str]:
    plain = _FILLING.sub("", text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
