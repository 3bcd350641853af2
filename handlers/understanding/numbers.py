"""Money, percentages and areas in a report, and which of them is this month's, the total, the progress.

Money is in 万元 (the ledger's unit); counts and areas (30亩, 3万方, 5万人) are never money.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from handlers.understanding.numerals import ABOUT, ARABIC, HAN_DIGIT, HAN_NUMBER, NUMBER, parse_number
from handlers.understanding.open_figures import WAS, Choice, are_rivals, in_wan, lower_end, vague_sums
from handlers.understanding.text import Span, span_of

_ROUGHLY_AFTER = r"左右|上下|出头|以上|开外"
_MEASURES = (
    "平|方|立方|亩|人(?!民币)|户|吨|株|棵|米|公里|千米|千瓦|瓦|台|套|件|只|头|斤|公斤|次|张|度|升|㎡|m|里|火|块砖|册|辆"
)

_MONEY = re.compile(
    rf"(?P<about>{ABOUT})?\s?(?:"
    rf"(?P<yi>{NUMBER}|半)(?P<more1>[来多余])?个?(?P<more2>多)?[亿億](?:(?P<yi_wan>{NUMBER})(?P<more3>[来多余])?万"
    rf"(?:(?P<yi_rest>{NUMBER})(?=元|块钱))?"
    rf"|(?P<yi_digit>[1-9一二三四五六七八九])(?![\d.%{HAN_DIGIT}十百千月号日期个]))?"
    rf"|(?P<wan>{NUMBER})(?P<more4>[来多余])?个?(?P<more5>多)?(?:[万萬]|[wW](?![a-zA-Z]))"
    rf"(?:(?P<wan_digit>[1-9一二三四五六七八九](?=[元块，。；,;]|$))|(?P<rest>{NUMBER})(?=元|块钱))?"
    rf"|(?P<rough>[个百千])把(?P<rough_unit>[亿万])"
    rf"|(?P<yuan>{NUMBER})(?P<more6>[来多余])?(?=元|块钱)"
    rf")(?P<more7>[多余])?(?:元|块钱?)?(?:人民币)?(?!{_MEASURES}|元?[/每]亩)(?P<after>{_ROUGHLY_AFTER})?"
)

_MIXED_PART = re.compile(r"(\d+(?:\.\d+)?)([千百])")
_MIXED = re.compile(r"(?:\d+(?:\.\d+)?[千百])+")
_WORKED = "干建装弄做打铺修拆盖挖砌浇"

# 300-500万 and 1-8月 are ranges, -300万 is below nothing.
_SIGN = re.compile(r"(?<![\d万亿元%个])[-\u2212负]$")
_MOST_PERCENT = 200

_PERCENT = re.compile(
    rf"(?P<about>{ABOUT})?\s?(?:(?P<arabic>(?<![\d.])\d+(?:\.\d+)?)(?P<more>多)?%"
    rf"|百分之(?P<han>\d+(?:\.\d+)?|{HAN_NUMBER}{{1,8}}(?:点[{HAN_DIGIT}]{{1,6}})?)"
    rf"|(?P<low>[一二三四五六七八])?(?P<tenths>[一二两三四五六七八九十]|(?<!\d)[1-9])(?P<more_tenths>多)?成"
    rf"(?P<half>半|[一二三四五六七八九](?=[，。；,;了吧 ]|$))?"
    rf"(?![{'立功员本品交果绩套熟长为群县型分都'}])"
    rf"|(?:(?<=完成)|(?<=[{_WORKED}]了)|(?<=到了)|(?<=完成了))(?P<middle>一半|大半)(?!人)|(?P<over>(?<=进度)过半))"
    rf"(?P<after>{_ROUGHLY_AFTER})?"
)
_PROBABLY = re.compile(r"八成(?=是|要|得|会|又|没)")

_AREA = re.compile(rf"(?P<about>{ABOUT})?(?P<number>{NUMBER})(?P<more>[来多余])?(?P<ten_thousand>万)?亩")

_MONTH_WORDS = re.compile(
    r"本月|这个?月|当月|上个?月|月度|新增"
    r"|(?<![\d至到\-—~一二三四五六七八九十])(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?(?![底末初头\d]|[上中下]旬)"
)
_TOTAL_WORDS = re.compile(
    r"累计|累积|[总一]共|合计|截至|截止|至今|以来|为止|到现在|到目前|\d{1,2}月?[至到\-—~]\d{1,2}月"
)
# The clause speaks of another sum: the plan, a gap, money received.
_OTHER_WORDS = re.compile(
    r"总投资|概算|预算|计划|目标|缺|差|欠|贷款|专项债|补助|到位|争取|拨|罚|补偿|需要|还要|合同|中标|标的|价"
)
_DONE_WORDS = re.compile(r"完成|投资|产值|[投干弄花]了")
_DENIED = re.compile(r"(?:不是|并非|不再是)[了的]?$")
_THIS_MONTH = re.compile(r"本月|这个?月|当月")
_INSTEAD = re.compile(r"^[，,\s]*(?:而|应该?|其实|实际)*(?:是|为|改成|改为)")
_MENDED = re.compile(r"不对|错了|更正|应该|改")
_BARE = re.compile(
    rf"(?P<role>累计|累积|形象进度|本月|这个?月|当月|(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月份?(?=完成|投资|[投干弄]了))(?:一共)?"
    rf"(?:完成|投了|干了|弄了)?(?:投资)?(?:额)?(?:达到?|[是为到了:：])?\s?(?P<number>{ARABIC}|{HAN_NUMBER}{{2,8}})(?=$|[\s，。；,;!！?？吧])"
)

_WHOLE = re.compile(r"形象进度|(?:总体|整体|总|工程)进度|完成率|进度|整体|总体")
# By how much it changed (提高4%, 比上月多500万); 提高到82% is how it stands.
_CHANGED = r"(?:提高|提升|增加|增长|上升|新增|增|升|涨|加快|推进|下降|降低?|减少?|跌|[多少高低])"
_CHANGED_BY = re.compile(
    rf"(?:(?:比|较|环比|同比)[^，。；,;]{{0,10}}{_CHANGED}[^，。；,;到至为]{{0,4}}|{_CHANGED}了(?:约|大概|近)?"
    r"|(?:提高|提升|增加|增长|上升|加快|推进|下降|降低|减少)(?:约|大概|近)?)$"
)
_CHANGED_TO = re.compile(rf"{_CHANGED}了?(?:到|至|为|成)")
_OTHER_SHARE = re.compile(
    r"增长|提高|同比|环比|增幅|增|下降|降|占|利率|税|比例|计划|序时|欠|低于|高于|落后|滞后|首付|投资额?的|目标的|概率"
)
_WORKS = re.compile(
    "钢结构|二次结构|主体结构|主体|地下室|外墙|内墙|外立面|幕墙|屋面|桩基|基坑|地基|基础|土方|砌体|内装|装修|装饰|管网|管沟|管道|管线"
    "|路基|路面|桥面|桥墩|梁板|水稳|沥青|绿化|亮化|景观|设备安装|设备|安装|消防|水电|电梯|围墙|厂房|车间|宿舍楼|门诊楼|手术楼|病房楼"
    "|教学楼|征地|拆迁|征迁|清表|附着物|打井|机井|渠道|林网|招标|设计|审图|手续|配套|调试"
)


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in 万元; `either` holds what it may be, where that is left open (empty for 几百万)."""

    value: Decimal
    approximate: bool
    span: Span
    either: tuple[Choice, ...] | None = None


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage; `of` is the part of the works it speaks of, empty where it is the whole."""

    value: Decimal
    approximate: bool
    of: str
    span: Span
    either: tuple[Choice, ...] | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """An area in 亩."""

    value: Decimal
    approximate: bool
    span: Span


@dataclass(frozen=True, slots=True)
class AmountsRead:
    """What a report says of money (万元) and progress (percent, may pass 100, to 200).

    `spans` holds the words of each field that is set, under its name; `assumed` the fields whose unit or month the
    sender left to us, or that fall below nothing: ask before writing them; `about` the fields said as 约. `parts` are
    all percentages of progress; `percent` is the one that speaks of the whole, or the only one there is (`percent_of`
    names its part, as 钢结构). `unitless` are those of `assumed` that lack nothing but the unit; `either` what a figure
    may be where the words leave it open, which is then not set.
    """

    month: Decimal | None = None
    total: Decimal | None = None
    percent: Decimal | None = None
    percent_of: str = ""
    approximate: bool = False
    about: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    unitless: frozenset[str] = frozenset()
    either: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    parts: tuple[Percent, ...] = ()
    spans: dict[str, Span] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.spans) or bool(self.parts)


def read_money(text: str) -> tuple[Money, ...]:
    """Return every sum of money a text states with a unit."""
    return tuple(money for money in _sums(text) if money.either is None)


def read_percents(text: str) -> tuple[Percent, ...]:
    """Return the percentages that tell progress; growth, shares and interest are none."""
    return tuple(percent for percent in _shares(text) if percent.either is None)


def read_areas(text: str) -> tuple[Area, ...]:
    """Return every area in 亩."""
    found = []
    for match in _AREA.finditer(text):
        value = parse_number(match["number"])
        if value is not None:
            rough = bool(match["about"] or match["more"])
            scaled = value * (10000 if match["ten_thousand"] else 1)
            found.append(Area(plain(scaled), rough, span_of(text, match.start(), match.end())))
    return tuple(found)


def read_amounts(text: str) -> AmountsRead:
    """Return this month's sum, the total and the progress a report gives; see :class:`AmountsRead`."""
    sums, assumed = _sums_by_role(text)
    shares = _shares(text)
    parts = tuple(share for share in shares if share.either is None)
    percent = _whole_percent(text, shares)
    said: dict[str, Money | Percent] = {**sums, **({"percent": percent} if percent else {})}
    unitless = _bare(text, said)
    said |= unitless
    either = {name: value.either for name, value in said.items() if value.either is not None}
    figures = {name: value for name, value in said.items() if name not in either}
    about = frozenset(name for name, value in figures.items() if value.approximate)
    whole = figures.get("percent")
    return AmountsRead(
        **{name: value.value for name, value in figures.items()},
        percent_of=whole.of if isinstance(whole, Percent) else "",
        approximate=bool(about),
        about=about,
        assumed=(assumed | unitless.keys()) & figures.keys(),
        unitless=frozenset(unitless),
        either=either,
        parts=parts,
        spans={name: value.span for name, value in figures.items()},
    )


def plain(value: Decimal) -> Decimal:
    """Return a number of 万元 to the 元, without needless zeros or exponents."""
    rounded = value.quantize(Decimal("0.0001"))
    whole = rounded.to_integral_value()
    return whole if rounded == whole else rounded.normalize()


def _sums(text: str) -> list[Money]:
    """Return the sums of a text in order, two that cannot both be so as one that is open."""
    listed = list(_moneys(text))
    for span, choices in vague_sums(text):
        if not any(span.overlaps(money.span) and money.span.start < span.start for money in listed):
            listed = [money for money in listed if not money.span.overlaps(span)]
            listed.append(Money(Decimal(0), True, span, choices))
    listed.sort(key=lambda money: money.span.start)
    merged: list[Money] = []
    for money in listed:
        if merged and are_rivals(text, merged[-1].span, money.span):
            money = replace(
                money, span=_from(text, merged[-1].span.start, money.span), either=_both(merged.pop(), money)
            )
        elif (low := lower_end(text, money.span)) and money.either is None:
            value, unit = in_wan(low[1], money.span.words)
            either = ((value, low[2] + unit), (money.value, money.span.words))
            money = replace(money, span=_from(text, low[0], money.span), either=either)
        merged.append(money)
    return merged


def _shares(text: str) -> tuple[Percent, ...]:
    """Return the percentages that tell progress, two that cannot both be so as one that is open."""
    merged: list[Percent] = []
    for percent in _percents(text):
        if merged and are_rivals(text, merged[-1].span, percent.span):
            one = merged.pop()
            percent = replace(one, span=_from(text, one.span.start, percent.span), either=_both(one, percent))
        elif low := lower_end(text, percent.span):  # 40到45%
            either = ((low[1], f"{low[2]}%"), (percent.value, percent.span.words))
            percent = replace(percent, span=_from(text, low[0], percent.span), either=either)
        merged.append(percent)
    return tuple(percent for percent in merged if not _is_other_share(text, percent.span))


def _both(one: Money | Percent, other: Money | Percent) -> tuple[Choice, ...]:
    choices = [each.either if each.either is not None else ((each.value, _bluntly(each)),) for each in (one, other)]
    return tuple(dict.fromkeys(choice for listed in choices for choice in listed))


def _bluntly(figure: Money | Percent) -> str:
    return re.sub(rf"^(?:{ABOUT})", "", figure.span.words)


def _from(text: str, start: int, span: Span) -> Span:
    return span_of(text, start, span.end)


def _moneys(text: str) -> Iterator[Money]:
    for match in _MONEY.finditer(text):
        value = _money_value(match)
        if value is not None:
            groups = match.groupdict()
            rough = any(groups[name] for name in groups if name.startswith(("about", "more", "rough", "after")))
            below = 1 if _SIGN.search(text, 0, match.start()) else 0
            span = span_of(text, match.start() - below, match.end())
            yield Money(plain(-value if below else value), rough, span)


def _money_value(match: re.Match[str]) -> Decimal | None:
    if match["rough"]:
        count = {"个": 1, "百": 100, "千": 1000}[match["rough"]]
        return Decimal(count * (10000 if match["rough_unit"] == "亿" else 1))
    if match["yuan"]:
        value = parse_number(match["yuan"])
        return None if value is None else value / 10000
    if match["wan"]:
        return _sum_of((match["wan"], 1), (match["wan_digit"], Decimal("0.1")), (match["rest"], Decimal("0.0001")))
    if match["yi"] == "半":
        return Decimal(5000)
    rest = (match["yi_rest"], Decimal("0.0001"))
    return _sum_of((match["yi"], 10000), (match["yi_wan"], 1), (match["yi_digit"], 1000), rest)


def _sum_of(*terms: tuple[str | None, int | Decimal]) -> Decimal | None:
    total = Decimal(0)
    for words, unit in terms:
        value = _mixed(words) if words else Decimal(0)
        if value is None:
            return None
        total += value * unit
    return total


def _mixed(words: str) -> Decimal | None:
    """Read digits with 千 and 百 between them (2千3百) beside the regular ways to write a number."""
    if not _MIXED.fullmatch(words):
        return parse_number(words)
    scale = {"千": 1000, "百": 100}
    return sum((Decimal(number) * scale[unit] for number, unit in _MIXED_PART.findall(words)), Decimal(0))


def _percents(text: str) -> Iterator[Percent]:
    for match in _PERCENT.finditer(text):
        value = _percent_value(match)
        if value is None or value > _MOST_PERCENT or _PROBABLY.match(text, match.start()):
            continue
        if _SIGN.search(text, 0, match.start()):
            continue
        span = span_of(text, match.start(), match.end())
        rough = not (match["arabic"] or match["han"])
        rough = rough or bool(match["about"] or match["after"] or match["more"])
        yield Percent(plain(value), rough, _part_before(text, span), span)


def _percent_value(match: re.Match[str]) -> Decimal | None:
    if match["middle"] or match["over"]:
        return Decimal(50)
    if match["tenths"]:
        tenths = parse_number(match["tenths"]) or Decimal(0)
        if match["low"]:  # 七八成: between the two
            tenths = (tenths + (parse_number(match["low"]) or Decimal(0))) / 2
        return tenths * 10 + _rest_of_tenth(match["half"])
    return parse_number(match["arabic"] or match["han"])


def _rest_of_tenth(words: str | None) -> Decimal:
    """Return the points after 成: 八成半 is 85, 七成五 is 75."""
    if not words:
        return Decimal(0)
    return Decimal(5) if words == "半" else parse_number(words) or Decimal(0)


def _before(text: str, span: Span) -> str:
    return re.split(r"[，。；！？\n;!?,]", text[: span.start])[-1]


def _part_before(text: str, span: Span) -> str:
    before = re.split(r"[%成]\s?|、| ", _before(text, span).replace("完成", ""))[-1]
    works = _WORKS.findall(before)
    whole = _WHOLE.search(before)
    return "" if whole or not works else works[-1]


def _is_other_share(text: str, span: Span) -> bool:
    before = re.split(r"[%、 ]", _before(text, span))[-1]
    if WAS.search(before) or _CHANGED_BY.search(before):
        return True
    before = _CHANGED_TO.sub("", before)
    return bool(_OTHER_SHARE.search(before)) and not re.search(r"形象进度", before)


def _whole_percent(text: str, parts: tuple[Percent, ...]) -> Percent | None:
    labelled = [part for part in parts if _WHOLE.search(_before(text, part.span))]
    if len(labelled) == 1:
        return labelled[0]
    return parts[0] if len(parts) == 1 else None


def _sums_by_role(text: str) -> tuple[dict[str, Money], frozenset[str]]:
    found: dict[str, Money] = {}
    assumed: set[str] = set()
    last_role, seen = "", 0
    for money in _sums(text):
        sentence = re.split(r"[。；;\n]", text[: money.span.start])[-1]
        before = sentence[-(money.span.start - seen) :] if money.span.start > seen else ""
        seen = money.span.end
        role, sure = _role(before, last_role, sentence)
        sure = sure and money.value >= 0
        last_role = role or last_role
        if (
            not role
            or (money.either is None and _DENIED.search(before))
            or (role == "month" and not sure and "month" in found)
        ):
            continue
        if _is_of_before(before, text):
            continue
        if role not in found or _MENDED.search(before):
            found[role] = money
            assumed = assumed - {role} if sure else assumed | {role}
    return found, frozenset(assumed)


def _is_of_before(before: str, text: str) -> bool:
    """Whether a sum tells how it stood, or by how much it changed; 上月完成1800万 alone is that month's report."""
    clause = re.split(r"[，, ]", before)[-1]
    if _CHANGED_BY.search(clause):
        return True
    found = WAS.search(clause)
    return found is not None and (found.group()[0] in "由从自" or bool(_THIS_MONTH.search(text)))


def _role(before: str, last_role: str, sentence: str) -> tuple[str, bool]:
    """Return the role of a sum from the words before it, and whether they say so.

    `sentence` goes back further than `before`, over other sums: 本月计划完成1500万，实际完成1350万.
    """
    clause = re.split(r"[，, ]", before)[-1]
    if _OTHER_WORDS.search(clause):
        return "", False
    if last_role and (_INSTEAD.match(before) or _CHANGED_TO.match(before)):
        return last_role, True
    for words in (clause, before):
        if _TOTAL_WORDS.search(words):
            return "total", True
        if _MONTH_WORDS.search(words):
            return "month", True
    if _DONE_WORDS.search(clause):
        return "month", bool(_MONTH_WORDS.search(sentence)) and last_role != "total"
    return "", False


def _bare(text: str, said: Mapping[str, Money | Percent]) -> dict[str, Money]:
    """Return numbers whose role is plain and whose unit is not, as 万元 or % to be confirmed: "本月1200 累计9800"."""
    found: dict[str, Money] = {}
    for match in _BARE.finditer(text):
        head = match["role"][0]
        role = "total" if head == "累" else "percent" if head == "形" else "month"
        value = parse_number(match["number"])
        if value is None or role in said or role in found or (role == "percent" and value > _MOST_PERCENT):
            continue
        start, end = match.span("number")
        found[role] = Money(plain(value), False, span_of(text, start, end))
    return found
