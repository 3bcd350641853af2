"""Percentages that tell how far the works are; what is left, a growth, a payment or an interest is none of these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from handlers.understanding.money import ROUGHLY_AFTER, SIGN, bluntly, plain, up_to
from handlers.understanding.numerals import ABOUT, HAN_DIGIT, HAN_NUMBER, parse_number
from handlers.understanding.open_figures import WAS, Choice, are_rivals, is_replaced, is_slip, lower_end
from handlers.understanding.text import Span, span_of

MOST_PERCENT = 200
_WORKED = "干建装弄做打铺修拆盖挖砌浇"
_TENTH = "一二三四五六七八九"

_PERCENT = re.compile(
    rf"(?P<about>{ABOUT})?\s?(?:(?P<arabic>(?<![\d.])\d+(?:\.\d+)?)(?P<more>多)?(?:%|个(?:百分)?点(?![钟半]))"
    rf"|百分之(?P<han>\d+(?:\.\d+)?|{HAN_NUMBER}{{1,8}}(?:点[{HAN_DIGIT}]{{1,6}})?)(?P<some_more>[几多])?"
    rf"|(?P<parts>[二三四五六七八九十])分之(?P<some>[一二三四五六七八九])"
    rf"|(?P<low>[一二三四五六七八])?(?P<tenths>[一二两三四五六七八九十]|(?<!\d)[1-9])(?P<more_tenths>多)?成"
    rf"(?:(?P<half_low>[{_TENTH}])(?P<half_high>[{_TENTH}])"
    rf"|(?P<half>半|[{_TENTH}](?![{_TENTH}号个台层栋家户亩套根条座天月楼期标千百十万公米岁年分点处片跨榀眼段名人车方吨间口院局中高小辆棵只股线道块组批项件份次对])))?"
    rf"(?![{'立功员本品交果绩套熟长为群县型分都'}])"
    rf"|(?:(?<=完成)|(?<=[{_WORKED}]了)|(?<=到了)|(?<=完成了)|(?<=也就)|(?<=刚到)|(?<=只有))(?P<middle>一半|大半)(?!人)|(?P<over>(?<=进度)过半))"
    rf"(?P<after>{ROUGHLY_AFTER})?"
)
_PROBABLY = re.compile(r"八成(?=是|要|得|会|又|没)")

_WHOLE = re.compile(
    r"形象进度|(?:总体|整体|总|工程|全盘)的?进度|完成率|进度|整体|总体|总的|综合|平均|合起来|捏一块|一块儿?算|总起来|拢一块|算下来|整个(?:项目|工程)?|全线|全盘|通盘"
)
# By how much it changed (提高4%, 比上月多500万); 提高到82% is how it stands.
_CHANGED = r"(?:提高|提升|增加|增长|上升|新增|增|升|涨|加快|推进|下降|降低?|减少?|跌|超前|提前|[多少高低快慢])"
CHANGED_BY = re.compile(
    rf"(?:(?:比|较|环比|同比)[^，。；,;]{{0,10}}{_CHANGED}[^，。；,;到至为]{{0,4}}|{_CHANGED}了(?:约|大概|近)?"
    r"|(?:提高|提升|增加|增长|上升|加快|推进|下降|降低|减少|超前|提前|滞后|落后)(?:约|大概|近)?)$"
)
CHANGED_TO = re.compile(rf"(?:{_CHANGED}|[砍压核扣审调改])了?(?:到|至|为|成)")
_OTHER_SHARE = re.compile(
    r"增长|提高|同比|环比|增幅|增|下降|降|占(?!(?:了|到)?(?:总数|总量|总工程量|总长|全长|设计量))|利率|税|比例|(?<!按)(?<!比)(?<!照)计划(?!提前)|序时|欠|低于|高于|落后|滞后|首付|投资额?的|目标|概率|把握|要求"
    r"|投资(?:计划|任务)?完成率|(?:比|较|跟|和)$|误差|偏差|含水|坡度|压实度|损耗|到岗|招工|用工|出勤|合格|达标|优良|利用|入住|满意|覆盖|款|给了|预付|支付|付了?|付到|垫了?|贷|补贴|补助|奖|罚|扣|打折|股份|股权|涨|超(?!额|前)|(?<!完成)(?<!开工)(?<!进度)(?<!贯通)(?<!铺设)(?<!安装)(?<!开挖)(?<!浇筑)(?<!焊接)(?<!到货)(?<!交付)(?<!拆迁)率(?:是|为|达|到|在|有|才|只有)*"
    r"|下个?月|明年|年底|月底前?|争取|力争|确保|预计|打算|准备(?!工作)|要(?:达到?|到|干到|完成)|想(?:把[^，。；\s]{0,6}?)?(?:达到?|到|干到|弄到|完成)|能(?:达到?|到|干到|完成)"
)
_OF_OTHER = re.compile(
    r"的?(?:预付|首付|定金|订金|尾款|质保金|工程款|设备款|进度款|材料款|补偿款|款|资金|股|税|利|罚|奖|工人|人(?!工)|可能|概率|把握|希望|坡|浓度|投资补助)"
)
# What is left: 还剩两成没干, 剩下那一成是绿化, 还有百分之十没弄完.
_LEFT = re.compile(
    r"(?:剩|余|差|欠|缺|还有)(?:下|着|了|余)?(?:的|那|这|最后|不到|个|也就|大概|大约|约|将近|就|有|是|来)*$"
)
_NOT_DONE = re.compile(
    r"(?:多|左右)?的?[^，。；,;没未\s]{0,5}(?:没有?|未|还没有?|尚未)(?:能|有|怎么|开始|来得及)?"
    r"(?:[干完弄做动装铺拆交付清迁建修浇砌打挖施盖])|多?点?(?:尾巴|尾工|收尾|扫尾)|(?:都|还|也)(?:没有?|不)(?:到|够|满)"
)
_TAIL_LEFT = re.compile(
    r"[剩余](?:下|了|个|点|着)*(?:尾巴|尾工|零头|收尾|扫尾)[，,\s]*(?:也就|大概|约|不到|就|只有?|还有|是)*$"
)
# 本月计划1500万 完成93%: of the month's plan, not of the works.
_OF_THE_PLAN = re.compile(
    r"(?:本月|这个?月|当月|\d月份?|月度|本周|这周|这礼拜|季度)的?(?:计划|任务|目标)[^。；;，,%]{0,14}[ ，,]?"
    r"(?:实际|已经?|只|才)?完成(?:率)?[了是为到]?(?:约|大概)?$"
)
_OVERSTATED = re.compile(r"(?:那?是|有点儿?|有些|太|都|也|说)*(?:虚(?!线)|高了|多了|吹|夸大|偏高|有水分|不实)")
_NOW_IT_IS = re.compile(r"(?:现在|目前|眼下|如今|这会儿)(?:也?就?是|才|只有)")
_OF_A_COUNT = re.compile(r"占(?:了|到)?(?:总数|总量|总工程量|总长|全长|设计量)")
# 60%的病房吊顶做完了; but 完成了60%的土方.
_OF_THINGS = re.compile(r"的(?!进度|形象|工程量|工作量|量|活|样子|任务|时候)[\u4e00-\u9fff]")
_REACHED = re.compile(r"(?:完成|[干弄做装铺打挖浇砌建修搞整]了?|达到?|到)了?(?:约|大概|将近)?$")
# What the words deny: 谁说九成了, 没达到90%.
_DENIED = re.compile(
    r"(?:谁说|哪(?:里|儿)?(?:有|到|能到?)|没(?:有|到|达到?|够)|不敢[说吹报讲保]|没[\u4e00-\u9fff](?:到|够|满|过)|未(?:达到?|到)|够不上|达不到|到不了|不是|并非|不再是|别说)(?:(?!成(?:是|应))[^，。；,;\d%]){0,12}$"
)
_BARELY = r"(?:也就|撑死|顶多|顶天|最多|充其量|满打满算)"
RESTATED = re.compile(
    rf"{_BARELY}|其实|实际上?|实打实|准确(?:地)?[说讲]|说白了|不对|错了|应该是|改(?:成|为)|更正|落(?:下来|到手|地)|到头来|末了|现在|目前|眼下|如今|这会儿|这回|这次"
)
_WORKS = re.compile(
    "打桩|钢结构|二次结构|主体结构|主体|地下室|外墙|内墙|外立面|幕墙|屋面|桩基|基坑|地基|基础|土方|砌体|内装|装修|装饰|管网|管沟|管道|管线"
    "|路基|路面|桥面|桥墩|梁板|桥梁|箱梁|预制|涵洞|水稳|沥青|绿化|亮化|景观|设备安装|设备|安装|消防|水电|电梯|围墙|厂房|车间|宿舍楼|门诊楼|手术楼|病房楼"
    "|综合楼|教学楼|泵房|征地|拆迁|征迁|清表|附着物|打井|机井|渠道|沟渠|田间路|林网|招标|设计|审图|手续|配套|调试|池体|池子"
    rf"|[\dA-Za-z{_TENTH}十]+(?:号|#|标段?|合同段|栋|幢|座|区|联|单元|工区)[楼段池井库]?|[东西南北左右](?:侧|幅|段|区|半幅)"
)


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage; `of` is the part of the works it speaks of, empty where it is the whole."""

    value: Decimal
    approximate: bool
    of: str
    span: Span
    either: tuple[Choice, ...] | None = None


def shares(text: str) -> tuple[Percent, ...]:
    """Return the percentages that tell progress, two that cannot both be so as one that is open."""
    merged: list[Percent] = []
    for percent in _percents(text):
        last = merged[-1].span if merged else percent.span
        if merged and (is_replaced(text, last, percent.span) or is_slip(text, last, percent.span)):
            percent = replace(percent, of=merged.pop().of)
        elif merged and are_rivals(text, merged[-1].span, percent.span):
            one = merged.pop()
            either = tuple(dict.fromkeys((*_choices(one), *_choices(percent))))
            percent = replace(one, span=up_to(text, one.span.start, percent.span), either=either)
        elif low := lower_end(text, percent.span):  # 40到45%
            either = ((low[1], f"{low[2]}%"), (percent.value, bluntly(percent.span)))
            percent = replace(percent, span=up_to(text, low[0], percent.span), either=either)
        merged.append(percent)
    return tuple(percent for percent in merged if _tells_progress(text, percent.span))


def whole_percent(text: str, parts: tuple[Percent, ...]) -> Percent | None:
    """Return the percentage that speaks of the whole, or the only one; open where two speak of it."""
    if len(parts) > 1 and RESTATED.search(_phrase_before(text, parts[-1].span)) and not parts[-1].of:
        return parts[-1]
    labelled = [part for part in parts if _WHOLE.search(before_in_clause(text, part.span))]
    if len(labelled) > 1:  # the label of a phrase before still stands there
        labelled = [part for part in labelled if _WHOLE.search(_phrase_before(text, part.span))] or labelled
    if len(labelled) == 1:
        return labelled[0]
    if len(parts) == 1:
        return parts[0]
    rivals = labelled or [part for part in parts if not part.of]
    if len({part.value for part in rivals}) > 1:
        either = tuple(dict.fromkeys(choice for part in rivals for choice in _choices(part)))
        return replace(rivals[0], either=either)
    if len(rivals) > 1:  # said twice: 三分之二三分之二
        return rivals[0]
    return rivals[0] if labelled else None


def before_in_clause(text: str, span: Span) -> str:
    """Return the words of a figure's clause before it."""
    return re.split(r"[，。；！？\n;!?,]", text[: span.start])[-1]


def _choices(percent: Percent) -> tuple[Choice, ...]:
    return percent.either if percent.either is not None else ((percent.value, bluntly(percent.span)),)


def _phrase_before(text: str, span: Span) -> str:
    return re.split(r"[%、 ]", before_in_clause(text, span))[-1]


def _percents(text: str) -> Iterator[Percent]:
    for match in _PERCENT.finditer(text):
        value = _percent_value(match)
        if value is None or value > MOST_PERCENT or _PROBABLY.match(text, match.start()):
            continue
        if SIGN.search(text, 0, match.start()):
            continue
        if match.group().endswith("点") and CHANGED_BY.search(text[: match.start()]):
            continue  # 涨了5个点 到61%
        span = span_of(text, match.start(), match.end())
        rough = not (match["arabic"] or match["han"])
        rough = rough or bool(match["about"] or match["after"] or match["more"] or match["some_more"])
        yield Percent(plain(value), rough, _part_before(text, span), span, _between(match))


def _between(match: re.Match[str]) -> tuple[Choice, ...] | None:
    """Return both ends of 六成二三."""
    if not match["half_low"]:
        return None
    tens = (parse_number(match["tenths"]) or Decimal(0)) * 10
    ends = (tens + (parse_number(match[end]) or Decimal(0)) for end in ("half_low", "half_high"))
    return tuple((end, f"{end}%") for end in ends)


def _percent_value(match: re.Match[str]) -> Decimal | None:
    if match["middle"] or match["over"]:
        return Decimal(50)
    if match["parts"]:
        parts, some = parse_number(match["parts"]), parse_number(match["some"])
        return (100 * some / parts).quantize(Decimal(1)) if parts and some and some <= parts else None
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


def _part_before(text: str, span: Span) -> str:
    piece = re.split(r"[%成]\s?|、", before_in_clause(text, span).replace("完成", ""))[-1]
    before = piece if _OF_A_COUNT.search(piece) else (piece.split() or [""])[-1]  # 外墙 60%; 打桩612根 占总数五成一
    works = _WORKS.findall(before)
    return "" if _WHOLE.search(before) or not works else works[-1]


def _tells_progress(text: str, span: Span) -> bool:
    """Whether a percentage says how far the works are now."""
    before, after = _phrase_before(text, span), text[span.end :]
    if WAS.search(before) or CHANGED_BY.search(before) or _LEFT.search(before) or _DENIED.search(before):
        return False
    if _OF_THE_PLAN.search(text[: span.start]):
        return False
    if _TAIL_LEFT.search(text[: span.end - len(bluntly(span))]):
        return False
    if any(found.match(after) for found in (_OVERSTATED, _NOT_DONE, _OF_OTHER)):
        return False
    if _OF_THINGS.match(after) and not _REACHED.search(before):
        return False
    before = _NOW_IT_IS.split(CHANGED_TO.sub("", before))[-1]  # 十一月底想干到九成眼下是七成
    return not _OTHER_SHARE.search(before) or bool(re.search(r"形象进度", before))
