"""When and where a meeting is, as people type it: 10月9日下午3点半，县政府三楼会议室."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time

from handlers.understanding.dates import CHINA, read_dates
from handlers.understanding.numerals import HAN_NUMBER, parse_number

_CLOCK = re.compile(
    rf"(?P<half>上午|下午|晚上|早上|中午)?\s*(?P<hour>\d{{1,2}}|{HAN_NUMBER}{{1,3}})"
    rf"(?:[:：](?P<minute>\d{{2}})|[点时](?:(?P<some>半|一刻|三刻)|(?P<spoken>\d{{1,2}}|{HAN_NUMBER}{{1,3}})分?)?)"
)
_SOME = {"半": 30, "一刻": 15, "三刻": 45}
_DONE = re.compile(r"[了过完好着]|已|正在?|刚|现在|这会儿|今[天儿日]|[在看到][^，。\s]{0,6}呢")
_WENT = re.compile(r"[去来到看转]的|还在")
_HERE = re.compile(r"^(?:我|俺|咱|人)*(?:就|还)?在[^，。；;\s]+[，。；;\s]")
_PLACE = re.compile(
    r"(?:^|[，,。；;\s]|地点[:：]?|在|[点时半分\d])"
    r"(?P<place>[\u4e00-\u9fff0-9a-zA-Z]{1,24}?(?:会议室|会议中心|会议厅|报告厅|礼堂|会堂|大厅|指挥部|项目部|\d+室|视频会|工地|现场))"
)


def read_clock(text: str) -> time | None:
    """Return the hour a text names: 9点, 下午3点半, 15:00."""
    for found in _CLOCK.finditer(text):
        hour = parse_number(found["hour"])
        if hour is None or hour > 24:
            continue
        minute = _SOME.get(found["some"] or "") or int(parse_number(found["minute"] or found["spoken"] or "0") or 0)
        late = found["half"] in ("下午", "晚上") and hour < 12
        if (hour + 12 if late else hour) < 24 and minute < 60:
            return time(int(hour) + (12 if late else 0), minute)
    return None


def read_days(text: str, *, sent: datetime, is_workday: Callable[[date], bool]) -> list[date]:
    """Return the days a text names as days, in order; whole months are left out."""
    dates = read_dates(text, sent=sent, is_workday=is_workday)
    return [read.date for read in dates if read.first == read.date]


def read_moment(
    text: str, *, sent: datetime, is_workday: Callable[[date], bool], usual: time | None = None
) -> datetime | None:
    """Return the instant of the last day a text names, at its hour or the usual one; None where either lacks."""
    days = read_days(text, sent=sent, is_workday=is_workday)
    clock = read_clock(text) or usual
    return datetime.combine(days[-1], clock, CHINA) if days and clock else None


def read_place(text: str) -> str:
    """Return where a meeting is to be, empty where the text does not say."""
    found = _PLACE.search(text)
    return found["place"] if found else ""


def at_an_hour_ahead(text: str, *, sent: datetime) -> bool:
    """Whether a text begins with an hour of this day that is still to come: 下午三点我到某项目, said in the morning."""
    said = re.split(r"[，。；,;\s]", text.lstrip("今天日儿个 "))[0]
    found = _CLOCK.match(said)
    if found is None or not found["half"] or _DONE.search(said) or _WENT.search(said):
        return False
    clock = read_clock(said)
    return clock is not None and clock > sent.time()


def only_ahead(text: str, *, sent: datetime, is_workday: Callable[[date], bool]) -> bool:
    """Whether every day a text names is still to come, and nothing in it is told as done: 9月20日到现场调研.

    Whoever begins with where he is, 我在工地，月底前得装上, is there.
    """
    here = _HERE.match(text)
    days = read_days(text, sent=sent, is_workday=is_workday)
    if here and not read_days(here.group(), sent=sent, is_workday=is_workday):
        return False
    return bool(days) and all(day > sent.date() for day in days) and not _DONE.search(text)
