"""The date forms people write, each a pattern and the day (or days) it means from today.

Ordered: where two forms begin at one place the earlier rule wins. A resolver returns None for a day that does not exist
or cannot be known (节后, 30 February): unknown means no date, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from handlers.understanding.numerals import HAN_NUMBER, parse_number

Leaning = Literal["future", "past"]

# A day named without a year that is this recently gone by is not next year's; nor, looking back, the other way round.
_SLACK = timedelta(days=60)
_LONGEST_DAYS = 366
_YEARS = {"今": 0, "明": 1, "后": 2, "去": -1}

_HAN_DIGITS = "一二三四五六七八九"
_N = rf"(?:\d{{1,3}}|{HAN_NUMBER}{{1,4}})"
_MONTH = rf"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[{_HAN_DIGITS}])"
_DAY = (
    rf"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二十[{_HAN_DIGITS}]?|廿[{_HAN_DIGITS}]?|十[{_HAN_DIGITS}]?|[{_HAN_DIGITS}])"
)
_YEAR = r"(?P<year>(?:20\d\d|[今明去后])(?=年))年?"
_NO_DAY = r"(?!\d{1,2}(?![\d.万亿%]))"  # 9月15 is a day, 9月2300万 a month
_RELATIVE_MONTH = r"(?P<relative>[这本当]个?|下下个?|[下上]个?)月份?"
# 7号楼, 3号线, 7号督办: not days.
_NOT_A_DAY = (
    r"(?!楼|线|井|路|机组|车间|门|督办|文|令|院|地块|桥|标|厂|坑|泵|塔|墩|隧道|馆|仓|库|罐|台区|站|池|炉|公告|公路"
    r"|通知|通报|孔|桩(?!基)|单元|函|区)"
)
_ENDS = r"(?=之?前|以前|左右|[到至\-~，。；,;\s]|$)"
# 9.14一趟, 9.15, 9.22-9.24: a day; 累计 9.15 and 9.15公里 are sums and measures.
_DOTTED_BEFORE = (
    r"(?:^(?!\d+\.\d+$)|(?<=[，。；、,;：:\s(（到至~\-])|(?<=[在于从自是了我俺咱]))"
    r"(?<![计资成月投约共达占比款额为是长][：:\s])(?<!\d\.)"
)
_DOTTED_AFTER = (
    r"(?![\d.])(?=$|[，。；、,;：:\-~到至）)]|\s(?![万亿%元公米个多来])|[一两三俩仨]?[趟回次]|都|各|分别|[又也还和跟与同陪带]|[去来在搁跑看转]|[上下]午|[早晚]上|[我俺咱]"
    r"|[那当]天|之?前|以前|[周(（]|星期|礼拜)"
)
_TITLED = r"(?![县局院市镇乡区部]长|书记|主任|总)"
_WEEKS = r"(?P<week>[这本]个?|下下个?|下个?|上上个?|上个?)"
_WEEKDAY = r"(?P<weekday>[一二三四五六日天1-7])"
_WEEK = r"(?:周|星期|礼拜)"


@dataclass(frozen=True, slots=True)
class Context:
    """What a form is read against: the local day of the message, its working days, which way to lean."""

    today: date
    is_workday: Callable[[date], bool]
    leaning: Leaning


@dataclass(frozen=True, slots=True)
class Days:
    """The days a form means, first and last (one day: the same twice); `within` for 三天内, 25日前 by its own words."""

    first: date
    last: date
    within: bool = False


Resolver = Callable[[re.Match[str], Context], Days | None]


def _one(day: date | None) -> Days | None:
    return None if day is None else Days(day, day)


def _number(words: str) -> int:
    value = parse_number(words)
    return -1 if value is None or value != int(value) else int(value)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_end(year: int, month: int) -> date:
    """Return the last day of a month; months beyond 1..12 count on into other years."""
    first = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _lean(day: date | None, context: Context) -> date | None:
    """Move a day named without its year to the year that is meant."""
    if day is None:
        return None
    if context.leaning == "future" and day < context.today - _SLACK:
        return _day(day.year + 1, day.month, day.day)
    if context.leaning == "past" and day > context.today + _SLACK:
        return _day(day.year - 1, day.month, day.day)
    return day


def _full(match: re.Match[str], context: Context) -> Days | None:
    return _one(_day(_year(match.groupdict(), context), _number(match["month"]), _number(match["day"])))


def _month_day(match: re.Match[str], context: Context) -> Days | None:
    return _one(_lean(_day(context.today.year, _number(match["month"]), _number(match["day"])), context))


def _relative_month(words: str, context: Context) -> tuple[int, int]:
    shift = {"下下": 2, "下": 1, "上": -1}.get(words.rstrip("个"), 0)
    number = context.today.year * 12 + context.today.month - 1 + shift
    return number // 12, number % 12 + 1


def _relative_month_day(match: re.Match[str], context: Context) -> Days | None:
    return _one(_day(*_relative_month(match["relative"], context), _number(match["day"])))


def _bare_day(match: re.Match[str], context: Context) -> Days | None:
    day = _number(match["day"])
    this = _day(context.today.year, context.today.month, day)
    if context.leaning == "future" and day < context.today.day:
        return _one(_day(*_relative_month("下", context), day))
    if context.leaning == "past" and day > context.today.day:
        return _one(_day(*_relative_month("上", context), day))
    return _one(this)


_THIRDS = {
    "底": (0, 0), "末": (0, 0), "尾": (0, 0), "初": (1, 5), "头": (1, 5),
    "上旬": (1, 10), "中旬": (11, 20), "中": (11, 20), "下旬": (21, 0),
}  # fmt: skip


def _part_of_month(match: re.Match[str], context: Context) -> Days | None:
    """月底 is the last day; 月初 and 上旬 are stretches (0 stands for the last day)."""
    year, month = _named_month(match.groupdict(), context)
    end = month_end(year, month)
    first, last = _THIRDS[match["third"]]
    return Days(end.replace(day=first) if first else end, end.replace(day=last) if last else end)


def _year(groups: dict[str, str | None], context: Context) -> int:
    year = groups.get("year")
    if not year:
        return context.today.year
    return int(year) if year.isdigit() else context.today.year + _YEARS[year]


def _named_month(groups: dict[str, str | None], context: Context) -> tuple[int, int]:
    if not groups.get("month"):
        return _relative_month(groups.get("relative") or "", context)
    start = date(_year(groups, context), _number(groups["month"] or ""), 1)
    this_month = start.month == context.today.month
    meant = start if groups.get("year") or this_month else _lean(start, context) or start
    return meant.year, meant.month


def _whole_month(match: re.Match[str], context: Context) -> Days | None:
    year, month = _named_month(match.groupdict(), context)
    return Days(date(year, month, 1), month_end(year, month))


def _monday(context: Context, shift: int) -> date:
    return context.today - timedelta(days=context.today.weekday()) + timedelta(weeks=shift)


def _week_shift(words: str | None) -> int:
    return {"下下": 2, "下": 1, "上": -1, "上上": -2}.get((words or "").rstrip("个"), 0)


def _weekday(match: re.Match[str], context: Context) -> Days | None:
    index = "一二三四五六日".find(match["weekday"].replace("天", "日"))
    index = int(match["weekday"]) - 1 if index < 0 else index
    day = _monday(context, _week_shift(match["week"])) + timedelta(days=index)
    if not match["week"] and context.leaning == "future" and day < context.today:
        day += timedelta(weeks=1)
    if not match["week"] and context.leaning == "past" and day > context.today:
        day -= timedelta(weeks=1)
    return _one(day)


def _weekend(match: re.Match[str], context: Context) -> Days | None:
    saturday = _monday(context, _week_shift(match["week"])) + timedelta(days=5)
    return Days(saturday, saturday + timedelta(days=1))


def _whole_week(match: re.Match[str], context: Context) -> Days | None:
    monday = _monday(context, _week_shift(match["week"]))
    return Days(monday, monday + timedelta(days=6))


_SPOKEN_DAYS = {"大前": -3, "前": -2, "昨": -1, "夜": -1, "今": 0, "明": 1, "赶明": 1, "后": 2, "大后": 3}


def _spoken(match: re.Match[str], context: Context) -> Days | None:
    return _one(context.today + timedelta(days=_SPOKEN_DAYS[match["spoken"]]))


def _within(match: re.Match[str], context: Context) -> Days | None:
    count = _number(match["count"])
    unit = match["unit"].lstrip("个")
    if unit == "工作日":
        last = _add_workdays(context, count)
    elif unit in ("月", "年"):
        last = _add_months(context.today, count * (12 if unit == "年" else 1))
    else:
        last = context.today + timedelta(days=count * (7 if unit in ("周", "星期", "礼拜") else 1))
    return None if last is None or not 0 < (last - context.today).days <= _LONGEST_DAYS else Days(last, last, True)


def _half_month(match: re.Match[str], context: Context) -> Days | None:
    last = context.today + timedelta(days=15)
    return Days(last, last, True)


def _add_workdays(context: Context, count: int) -> date | None:
    """The day of the message is not counted (民法典 201)."""
    day = context.today
    for _ in range(_LONGEST_DAYS):
        if count <= 0:
            return day
        day += timedelta(days=1)
        count -= context.is_workday(day)
    return None


def _add_months(day: date, count: int) -> date | None:
    if not 0 < count <= 12:
        return None
    end = month_end(day.year, day.month + count)
    return end.replace(day=min(day.day, end.day))


def _end_of(match: re.Match[str], context: Context) -> Days | None:
    year = _year(match.groupdict(), context)
    if match["end"].startswith("季"):
        return _one(month_end(year, (context.today.month + 2) // 3 * 3))
    return _one(date(year, 6, 30) if match["end"] == "上半年" else date(year, 12, 31))


def _before_holiday(match: re.Match[str], context: Context) -> Days | None:
    """节前 is the last working day before the next weekday off; the calendar knows which, if it knows at all."""
    for offset in range(1, 60):
        day = context.today + timedelta(days=offset)
        if day.weekday() < 5 and not context.is_workday(day):
            return _last_workday_before(day, context)
    return None


def _last_workday_before(day: date, context: Context) -> Days | None:
    while not context.is_workday(day):
        day -= timedelta(days=1)
    return Days(day, day, True) if day >= context.today else None


_FIXED_HOLIDAYS = {"国庆": (10, 1), "十一": (10, 1), "五一": (5, 1), "元旦": (1, 1)}


def _before_named_holiday(match: re.Match[str], context: Context) -> Days | None:
    month, day = _FIXED_HOLIDAYS[match["holiday"]]
    eve = date(context.today.year, month, day) - timedelta(days=1)
    eve = eve if eve >= context.today else date(context.today.year + 1, month, day) - timedelta(days=1)
    return Days(eve, eve, True)


RULES: tuple[tuple[re.Pattern[str], Resolver], ...] = tuple(
    (re.compile(pattern), resolver)
    for pattern, resolver in (
        (rf"(?<!\d)(?P<year>20\d\d)[-./年]{_MONTH}[-./月]{_DAY}[日号]?(?!\d)", _full),
        (rf"{_YEAR}{_MONTH}月{_DAY}[日号]?(?!\d)", _full),
        (rf"(?<!\d){_MONTH}月{_DAY}(?:[日号]|{_ENDS})", _month_day),
        (rf"(?<![\d.]){_MONTH}\.{_DAY}[日号]", _month_day),
        (rf"(?<![\d.])(?=\d+\.\d){_MONTH}\.{_DAY}(?=之前|以前|前(?![期后]))", _month_day),
        (rf"{_DOTTED_BEFORE}(?=\d+\.\d){_MONTH}\.{_DAY}{_DOTTED_AFTER}", _month_day),
        (rf"{_RELATIVE_MONTH}的?{_DAY}[日号]", _relative_month_day),
        (rf"(?:{_YEAR})?(?<!\d){_MONTH}月份?(?P<third>底|末|初|[上中下]旬)", _part_of_month),
        (rf"{_RELATIVE_MONTH}(?P<third>底|末|尾|初|头|[上中下]旬|中)", _part_of_month),
        (r"(?<![每个\d半])月(?P<third>底|末|尾|初|头|[上中下]旬)", _part_of_month),
        (rf"{_WEEKS}?(?<!每){_WEEK}{_WEEKDAY}(?!(?<=\d)\d|[年个样直般块起些共切律])", _weekday),
        (rf"{_WEEKS}?(?<!每){_WEEK}末", _weekend),
        (rf"{_WEEKS}{_WEEK}{_TITLED}", _whole_week),
        (r"(?<![以之目])(?P<spoken>大前|前|大后|后|昨|今|赶明|明)(?:天(?!然)|日|儿个?|个儿?(?!月))", _spoken),
        (r"(?P<spoken>夜)(?:儿个?|个儿?)", _spoken),
        (r"(?P<spoken>[今明昨])(?=[早晚夜]|[上下]午|[前后]晌)", _spoken),
        (
            rf"(?P<count>{_N})(?P<unit>个?工作日|天|日|个?星期|个?礼拜|周|个月)(?:之内|以内|内|之后|以后|后(?!天))",
            _within,
        ),
        (r"半个?月(?:之内|以内|内|之后|后)", _half_month),
        (rf"(?:{_YEAR})?(?P<end>年底|年末|上半年|季度?[末底])", _end_of),
        (r"(?P<holiday>国庆|十一|五一|元旦)(?:节|假期)?(?:之前|以前|前)", _before_named_holiday),
        (r"(?:放假|(?<![春秋明午环季早])过?节)(?:之前|以前|前)", _before_holiday),
        (rf"(?<![\d第.\-a-zA-Z〕{_HAN_DIGITS}十廿]){_DAY}[日号]{_NOT_A_DAY}", _bare_day),
        (rf"{_YEAR}{_MONTH}月份?{_NO_DAY}", _whole_month),
        (rf"{_RELATIVE_MONTH}{_NO_DAY}", _whole_month),
        (rf"(?:(?<![\d\-—~到至十])|(?<=\d)(?=[{_HAN_DIGITS}十])){_MONTH}月份?{_NO_DAY}", _whole_month),  # 213九月
    )
)
