"""Dates in a message, as people say them, against the message's own day in China.

Deadlines lean to the future and events to the past; a form that cannot be resolved gives nothing (ask back). The
caller always shows the resolved date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from handlers.understanding.date_rules import RULES, Context, Days, Leaning
from handlers.understanding.text import Span, clause_at, span_of

# China has had one zone and no summer time since 1991; a fixed offset needs no time-zone files.
CHINA = timezone(timedelta(hours=8))
_OLDEST_PERIOD = timedelta(days=200)

_BEFORE = re.compile(r"(?:之前|以前|前(?![天面期往台段提后来晌日]))")
_INSIDE = re.compile(r"(?:之内|以内|内)")
_TO = re.compile(r"\s*(?:到|至|-|—|~|～)+\s*")
_BARE_DAY = re.compile(r"[^月周期拜]*[日号]\Z")
_ALIKE = re.compile(r"(?:那会儿|那时候?|的)?(?:情况|进度)?(?:还是|都|还)?(?:一样|差不多|没[差区]别|相比|比)")
_COMPARED = re.compile(r"[比较跟同]$")
_LIKE = re.compile(r"[比较跟同和与]$")
_SUMMED_UP = re.compile(r"[底末]?的?(?:[我俺咱]们?)?(?:台?账上?)?(?:累计|累积|总)")
_WHOLE_MONTH = re.compile(r".*月份?\Z")
# 1-8月累计: of the last month named.
_FROM_JANUARY = re.compile(
    r"(?<![\d一二三四五六七八九十])(?:1|一)月?份?\s?[-—\u2013~～至到]\s?(?P<last>(?:1[0-2]|[2-9]|十[一二]?|[二三四五六七八九])月)份?"
)
_MEANT_AS_DEADLINE = re.compile(
    r"得|要|必须|务必|争取|力争|确保|保证|能|可以|之?前|内|完成|弄好|搞好|干完|解决|交|到位|通|完工|报|拿出|办[好完结]|整改|落实|装上|处理[好完掉]|利索|妥当|弄妥|拿下(?!来)|[修补换改清拆扶堵焊铺挖砌弄搬腾]{1,2}(?:好|完|掉|起来|走|上)"
)
# 说好的八月底, 专家评审安排在二十二号, 本来十五号能修好: when it was or is to be, not when it was.
_SET_FOR = re.compile(
    r"(?:说好|讲好|约好|定好|说定|原定|原计划|原先定|当初定|合同(?:上)?(?:约定|写)|约定|答应|承诺|许诺|要求|规定"
    r"|最快|最早|安排|预定|预计|计划|定|排|约|改|推|挪|延|拖|等)(?:的|在|是|到|至|于|了)*$"
)
# 说是8月30号交地 拖到今天; 说是昨天坏了的 tells when it was.
_SAID_FOR, _HAPPENED = (
    re.compile(r"(?:说|讲)(?:是|的是|定|好)?$"),
    re.compile(r"[^，。；,;\s]*?(?:[了过]|就|的(?=$|[，。；,;\s]))"),
)
_NEARS = re.compile(r"(?:眼瞅着?|眼看着?|转眼|眨眼|马上|很快)(?:就|都|快|要)?$")  # 眼瞅着25号就到了
_ONCE_SET_FOR = re.compile(
    r"(?:说好|讲好|约好|原定|原计划|原先|原来|本来|当初|起初|合同(?:上)?(?:约定|写)|约定)(?:的|在|是|说|定)*$"
)
_IS_TO = re.compile(
    r"(?:以后|之后|左右|前后)?才(?![^，。；,;\s]*[的了过])|(?:以后|之后)?(?:就|才|本来|应该?)?(?:能|要|会|该|得|可以)(?!了)|说(?:是|好|要|给)?[\u4e00-\u9fff]{1,3}(?<!了)(?=[，,。；\s])"
    r"|(?:前|之前|也|都|就|这天|那天)?(?:怕是?|恐怕|估计|估摸|可能|八成|十有八九|够呛|悬)(?![^，。；,;\s]*[了过])"
    r"|(?:前|之前|也|都|就|可|这天|那天|怕是?|有点儿?)*(?:悬|玄|够呛|没戏|赶不上|来不及)[了咯喽]"
)
_NOT_DONE_THEN = re.compile(r"(?:也|都|又|还|就|竟然|愣是|硬是)*[没未](?!来|完)")  # 周末没歇成
_COMES_BY = re.compile(
    r"[^，。；,;\s]{0,6}?(?:要|得|会|还)?(?:去|来|到|上)(?:现场|工地|看|督|调研|检查|县里|局里|省里|市里|开会)"
)
_FIGURE_THEN = re.compile(
    r"[^，。；,;\d ]{0,8}?(?:百分之[一二三四五六七八九十百点\d.]+?|[\d.一二两三四五六七八九十百千]+(?:[%万亿成]|个亿))"
    r"[^，。；,;]{0,4}?(?=[，。；,; 到]|现在|目前|眼下|如今|这会儿)"
)
_NOW_STANDS = re.compile(r"现在|目前|眼下|如今|这会儿|[今这][天儿个回次]|截[止至]今|到了?\d|本月|这个?月")
# 明天何局长要去现场: who comes that day sets no date for anything.
_COMES_THEN = re.compile(
    r"(?!之?前)[^，。；,;\s]{0,8}?(?:要|会|想|准备|打算|说)(?:再|过)?(?:去|来|到|上|下)(?:现场|工地|看|查|检查|调研|督导|县|省|市|咱|我们?|开会|这)"
    r"|(?:再|要|会|就)?(?:下去|过去|过来)(?=$|[，。；,;\s])|(?!之?前)[^，。；,;\s]{1,6}?来(?:抽检|抽查|验收|检查|复查|看|查|调研|督导|取样)"
)
_FINAL = re.compile(r"全部|全面|彻底|最终|最后|整体|都")
_ALREADY = re.compile(r"已经?|[了过](?:$|[，。；,;\s])|昨|去了|来了")
_JUST_NOW = re.compile(r"刚才|刚刚|上午|下午|中午|早上|今早|[前后头]晌|晌午|一早|现在|眼下")


Day = date


class DateKind(StrEnum):
    """How a date is meant."""

    POINT = "point"  # on that day
    BEFORE = "before"  # by the end of that day
    PERIOD = "period"  # some day from `first` to `date`


@dataclass(frozen=True, slots=True)
class DateRead:
    """A date with the words it came from. For a period `date` is its last day and `first` its first."""

    date: Day
    span: Span
    kind: DateKind
    first: Day

    @property
    def words(self) -> str:
        """The words the date came from."""
        return self.span.words


@dataclass(frozen=True, slots=True)
class PeriodRead:
    """A reporting month as the ledger writes it: `2026-09`."""

    period: str
    span: Span


def local_day(sent: datetime) -> date:
    """Return the day in China of an aware time."""
    if sent.tzinfo is None:
        raise ValueError("sent must be aware")
    return sent.astimezone(CHINA).date()


def read_dates(
    text: str, *, sent: datetime, is_workday: Callable[[date], bool], prefer: Leaning = "future"
) -> list[DateRead]:
    """Return the dates of a normalised text in order; `prefer` says which year or month an unclear one means."""
    context = Context(local_day(sent), is_workday, prefer)
    return _joined([_kinded(text, start, end, days) for start, end, days in _found(text, context)], text)


def read_deadline(text: str, *, sent: datetime, is_workday: Callable[[date], bool]) -> DateRead | None:
    """Return the day something is to be done by, or None: the latest by-date, else the latest future day or period.

    A day on which something happened (礼拜六一场大雨) is none, though the same words would do for one to come.
    """
    today = local_day(sent)
    happened = read_occurred(text, sent=sent, is_workday=is_workday)
    dates = read_dates(text, sent=sent, is_workday=is_workday)
    open_days = [read for read in dates if happened is None or read.span != happened.span or read.date <= today]
    ranked = [(rank, read.date, read) for read in open_days if (rank := _deadline_rank(read, text, today)) is not None]
    return max(ranked, key=lambda item: item[:2])[2] if ranked else None


_OF_THEN = re.compile(r"份?的(?!时候)")  # 十月的桩钱: of that month, not by it
_AWAY_THEN = re.compile(r"[^，。；\s]{0,4}(?:不在|休假|请假|出差|出门|回老家|有事)")
# 说好的八月底迁: the day was set, nothing happened on it.
_AGREED_FOR = re.compile(
    r"(?:[说讲约]好|[原约]定|答应|承诺|保证|许诺|本来(?:说|定)|计划|合同)(?:了|的|是|在|给|到|写的?)*$"
)
# 让罗锦程周五补上: by when, not since when.
_ORDERED = re.compile(r"(?:让|叫|请|责成|安排|要求|催|限)[\u4e00-\u9fff]{2,8}$")
_DONE_THEN = re.compile(r"[^，。；\s]{0,8}[了过的]")
_ORDINAL = re.compile(r"(?:楼|机|泵|墩|锅炉|井|线|门|塔|库|池|变压器|桥|地块|标段|车间|桩)")  # 3号锅炉


def read_occurred(text: str, *, sent: datetime, is_workday: Callable[[date], bool]) -> DateRead | None:
    """Return the day something happened, or None where the text does not say (it is then the day of the message)."""
    today = local_day(sent)
    dates = read_dates(text, sent=sent, is_workday=is_workday, prefer="past")
    past = [read for read in dates if read.kind is DateKind.POINT and read.date <= today]
    for read in past:
        if _AWAY_THEN.match(text, read.span.end) or _ORDINAL.match(text, read.span.end):
            continue
        if len(dates) > 1 and _SUMMED_UP.match(text[read.span.end :]):  # 9月投了1200万 上月底累计7560万
            continue
        if _is_set_for(read, text) or _AGREED_FOR.search(text[: read.span.start]):
            continue
        if _ORDERED.search(text[: read.span.start]) and not _DONE_THEN.match(text, read.span.end):
            continue
        if not _promised(read, text) and not _is_compared(read, text) and not _stood_then(read, text):
            return read
    now = _JUST_NOW.search(text)
    if now and not dates:
        return DateRead(today, span_of(text, now.start(), now.end()), DateKind.POINT, today)
    return None


def read_period(text: str, *, sent: datetime) -> PeriodRead | None:
    """Return the month a report speaks of (9月, 本月, 上个月); a month to come, or long gone, is not one."""
    today = local_day(sent)
    dates = read_dates(text, sent=sent, is_workday=lambda _: True, prefer="past")
    months = [read for read in dates if _is_month(read) and not _is_measure(read, text)]
    if len(months) > 1 and not months[-1].words.startswith("上"):  # 上月1800万，本月2300万 reports this month
        months = [read for read in months if not read.words.startswith("上")]
    if found := _FROM_JANUARY.search(text):  # 1-8月累计
        read = next(iter(read_dates(found["last"], sent=sent, is_workday=lambda _: True, prefer="past")), None)
        months = [replace(read, span=span_of(text, *found.span()))] if read else months
    for read in months:
        if today - _OLDEST_PERIOD <= read.first <= today:
            return PeriodRead(f"{read.first:%Y-%m}", read.span)
    return None


def _is_set_for(read: DateRead, text: str) -> bool:
    """Whether something was to be on a day, whatever came of it."""
    before = text[: read.span.start]
    if _NEARS.search(before):
        return True
    if _SAID_FOR.search(before) and not _HAPPENED.match(text, read.span.end):
        return True
    return bool(_SET_FOR.search(before) or _IS_TO.match(text, read.span.end))


def _is_compared(read: DateRead, text: str) -> bool:
    """Whether a day is only what now is compared with: 跟上礼拜五一样, 比前天."""
    before = text[: read.span.start]
    return bool(_LIKE.search(before) or (_COMPARED.search(before) and _ALIKE.match(text[read.span.end :])))


def _stood_then(read: DateRead, text: str) -> bool:
    """Whether a day only dates a figure that has changed since: 上个月底42% 现在46%."""
    told = _FIGURE_THEN.match(text[read.span.end :])
    return bool(told and _NOW_STANDS.search(text, read.span.end + told.end()))


def _is_measure(read: DateRead, text: str) -> bool:
    """Whether a month is only what another is compared with or added to: 比上月, 上月累计."""
    return bool(_COMPARED.search(text[: read.span.start])) or (
        read.words.startswith("上") and bool(_SUMMED_UP.match(text[read.span.end :]))
    )


def _is_month(read: DateRead) -> bool:
    return read.first.day == 1 and read.first != read.date and bool(_WHOLE_MONTH.match(read.words))


def _found(text: str, context: Context) -> list[tuple[int, int, Days]]:
    found = [
        (match.start(), order, match.end(), resolver(match, context))
        for order, (pattern, resolver) in enumerate(RULES)
        for match in pattern.finditer(text)
    ]
    taken: list[tuple[int, int, Days]] = []
    reached = 0
    for start, _, end, days in sorted(found, key=lambda item: item[:2]):
        if start < reached:
            continue
        reached = end
        if days is not None:
            taken.append((start, end, days))
    return taken


def _kinded(text: str, start: int, end: int, days: Days) -> DateRead:
    before, inside = _BEFORE.match(text, end), _INSIDE.match(text, end)
    end = before.end() if before else inside.end() if inside else end
    span = span_of(text, start, end)
    if before and days.first != days.last and _WHOLE_MONTH.match(text[start : before.start()]):
        eve = days.first - timedelta(days=1)  # 10月前: before October begins
        return DateRead(eve, span, DateKind.BEFORE, eve)
    if before or inside or days.within:
        return DateRead(days.last, span, DateKind.BEFORE, days.last)
    kind = DateKind.POINT if days.first == days.last else DateKind.PERIOD
    return DateRead(days.last, span, kind, days.first)


def _joined(reads: list[DateRead], text: str) -> list[DateRead]:
    """Make one period of 20号到25号; the second day borrows the first one's month."""
    joined: list[DateRead] = []
    for read in reads:
        last = joined[-1] if joined else None
        if last and last.kind is DateKind.POINT and _TO.fullmatch(text[last.span.end : read.span.start]):
            end = _borrowed(last.date, read)
            span = span_of(text, last.span.start, read.span.end)
            joined[-1] = replace(last, date=end, span=span, kind=DateKind.PERIOD)
        else:
            joined.append(read)
    return joined


def _borrowed(first: date, read: DateRead) -> date:
    if _BARE_DAY.match(read.words):
        try:
            same = first.replace(day=read.date.day)
        except ValueError:
            return read.date
        if same >= first:
            return same
    return read.date


def _deadline_rank(read: DateRead, text: str, today: date) -> tuple[int, int] | None:
    """Rank a date as a deadline: by-dates over days and periods, what covers everything over its parts."""
    if read.date < today or (_is_month(read) and read.first <= today) or _COMES_THEN.match(text, read.span.end):
        return None
    clause = clause_at(text, read.span.start)
    after = clause.words[read.span.end - clause.start :]
    if _COMES_BY.match(after) or _NOT_DONE_THEN.match(after) or _ONCE_SET_FOR.search(text[: read.span.start]):
        return None
    if read.kind is DateKind.PERIOD and _OF_THEN.match(after):
        return None
    everything = int(bool(_FINAL.search(after)))
    if read.kind is DateKind.BEFORE:
        return 2, everything
    alone = read.span.end - read.span.start >= len(text) - 2
    if read.first <= today and not alone and (not _MEANT_AS_DEADLINE.search(after) or _ALREADY.search(after)):
        return None
    return 1, everything


def _promised(read: DateRead, text: str) -> bool:
    """Whether a day of today speaks of what is still to come: 今天务必弄好."""
    clause = clause_at(text, read.span.start).words
    return bool(re.search(r"务必|必须|争取|得弄|要弄|今天内|之前", clause)) and not _ALREADY.search(clause)
