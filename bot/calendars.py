"""The calendar as people and programs read it (`duban calendar`): a table, JSON lines, iCalendar.

Owns the three layouts only; what falls on which day is `models/obligation.py`.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Column, Table

from models.calendar import SHANGHAI, WorkCalendar
from models.called import NOTHING, Called
from models.errors import Refusal
from models.ledger import County
from models.mechanism import Mechanism
from models.obligation import END_OF_DAY, CalendarEvent, calendar_events

_WEEKDAYS = "一二三四五六日"
_PROVISIONAL = "暂按周末推算"
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_WIDE = 1000  # columns when nobody looks at a terminal: one event stays one line for grep
_FOLD = 75  # octets of a content line, its CRLF not counted (RFC 5545 3.1)
_KIND_WORDS = {
    "due": "到期",
    "reminder": "提醒",
    "collection": "征集通知",
    "meeting": "会议",
    "observation": "观摩",
    "inspection": "督查",
    "bulletin": "通报",
    "report": "报告",
}
_PROPOSED = frozenset({"meeting", "observation"})
# China has kept one offset since 1992; the calendar begins in 2000.
_TIMEZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Shanghai",
    "BEGIN:STANDARD",
    "DTSTART:19920101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def print_calendar(
    county: County, first: dt.date, last: dt.date, format: str, out: TextIO, called: Called = NOTHING
) -> None:
    """Write what falls on [first, last], both included, as `table`, `jsonl` or `ics`; `called` days beat the rule.

    The same arguments give the same bytes. Raises Refusal for a range that is upside down or beyond the years
    2000 to 2100.
    """
    _check_range(first, last)
    events = list(calendar_events(county.mechanism, first, last, county.calendar, called))
    _WRITERS[format](county.mechanism, events, first, out)


def differences(
    mechanism: Mechanism, years: tuple[int, ...], today: dt.date, before: WorkCalendar, after: WorkCalendar
) -> Iterator[str]:
    """Yield what falls on other days by another calendar, from `today` on: 事项：2月26日 → 2月25日."""
    first, last = dt.date(min(years) - 1, 12, 1), dt.date(max(years), 12, 31)
    old, new = (_days_by_item(calendar_events(mechanism, first, last, calendar)) for calendar in (before, after))
    for item in dict.fromkeys([*old, *new]):
        days = {*old.get(item, ()), *new.get(item, ())}
        if old.get(item) != new.get(item) and max(days) >= today:
            yield f"{item[1]}：{_said(old.get(item))} → {_said(new.get(item))}"


def _days_by_item(events: Iterable[CalendarEvent]) -> dict[tuple[str, str], list[dt.date]]:
    found: dict[tuple[str, str], list[dt.date]] = {}
    for event in events:
        found.setdefault((event.duty, event.text.split("，")[0].split("（")[0]), []).append(event.date)
    return found


def _said(days: list[dt.date] | None) -> str:
    return "、".join(f"{day.month}月{day.day}日" for day in days) if days else "没有"


def _check_range(first: dt.date, last: dt.date) -> None:
    if last < first:
        raise Refusal(f"止日{last}早于起日{first}，请把 --from 写成较早的一天")
    if first.year < _FIRST_YEAR or last.year > _LAST_YEAR:
        raise Refusal(f"日历只排{_FIRST_YEAR}年至{_LAST_YEAR}年，请改 --from 或 --to")


# --- table ----------------------------------------------------------------------------------------------


def _write_table(mechanism: Mechanism, events: Sequence[CalendarEvent], _first: dt.date, out: TextIO) -> None:
    table = Table(
        *(Column(name, no_wrap=True) for name in ("日期", "周几", "时间")),
        *(Column(name, overflow="fold") for name in ("事项", "谁", "依据", "冲突")),
        title=f"{mechanism.area}《{mechanism.title}》（{mechanism.source}）",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
    )
    for _, month in groupby(events, key=lambda event: event.date.replace(day=1)):
        for event in month:
            table.add_row(*_cells(mechanism, event), style="yellow" if event.clash else None)
        table.add_section()
    width = None if out.isatty() else _WIDE
    console = Console(file=out, width=width, markup=False, highlight=False, emoji=False)
    console.print(table)
    console.print(f"共{len(events)}项" if events else "这段日子没有安排")


def _cells(mechanism: Mechanism, event: CalendarEvent) -> tuple[str, ...]:
    weekday = f"周{_WEEKDAYS[event.date.weekday()]}"
    basis = _basis(mechanism, event.clause)
    return (
        event.date.isoformat(),
        weekday,
        event.time,
        _marked(event),
        event.who,
        basis,
        event.clash or "",
    )


def _basis(mechanism: Mechanism, clause: str) -> str:
    """Return the clause's id and place, with the 文号 only where another notice than the pack's own says it."""
    found = mechanism.clauses[clause]
    return " ".join(part for part in (clause, found.source, found.place) if part)


def _marked(event: CalendarEvent) -> str:
    """Return the event's text, saying that its date is provisional if it does not say so already."""
    if not event.provisional or _PROVISIONAL in event.text:
        return event.text
    return f"{event.text}（{_PROVISIONAL}）"


# --- JSON lines -----------------------------------------------------------------------------------------


def _write_jsonl(_: Mechanism, events: Sequence[CalendarEvent], _first: dt.date, out: TextIO) -> None:
    _as_utf8(out)
    for event in events:
        out.write(json.dumps(event.as_dict(), ensure_ascii=False) + "\n")


def _as_utf8(out: TextIO) -> None:
    """Make a stream write what we write, whatever the host's locale: both formats are UTF-8 by definition."""
    if isinstance(out, io.TextIOWrapper):
        out.reconfigure(encoding="utf-8", newline="")


# --- iCalendar (RFC 5545) -------------------------------------------------------------------------------


def _write_ics(mechanism: Mechanism, events: Sequence[CalendarEvent], first: dt.date, out: TextIO) -> None:
    _as_utf8(out)
    for line in _ics_lines(mechanism, events, first):
        out.write(_folded(line) + "\r\n")


def _ics_lines(mechanism: Mechanism, events: Iterable[CalendarEvent], first: dt.date) -> Iterator[str]:
    stamp = f"DTSTAMP:{mechanism.issued or first:%Y%m%d}T000000Z"
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Duban//duban calendar//ZH", "CALSCALE:GREGORIAN")
    yield f"X-WR-CALNAME:{_escaped(f'{mechanism.area}督办日历')}"
    yield f"X-WR-TIMEZONE:{SHANGHAI.key}"
    yield from _TIMEZONE
    seen: Counter[str] = Counter()
    for event in events:
        name = f"{event.date:%Y%m%d}-{event.kind}-{event.duty}"
        seen[name] += 1
        again = f"-{seen[name]}" if seen[name] > 1 else ""
        yield from _ics_event(mechanism, event, f"{name}{again}@{mechanism.id}.duban", stamp)
    yield "END:VCALENDAR"


def _ics_event(mechanism: Mechanism, event: CalendarEvent, uid: str, stamp: str) -> Iterator[str]:
    tentative = event.provisional or event.kind in _PROPOSED
    yield from ("BEGIN:VEVENT", f"UID:{uid}", stamp, _start(event))
    yield f"SUMMARY:{_escaped(_marked(event))}"
    yield f"DESCRIPTION:{_escaped(_description(mechanism, event))}"
    yield f"CATEGORIES:{_escaped(_KIND_WORDS[event.kind])}"
    yield f"STATUS:{'TENTATIVE' if tentative else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _start(event: CalendarEvent) -> str:
    """A deadline at the end of a day belongs to the whole day; everything else has its minute."""
    if event.time in ("", END_OF_DAY):
        return f"DTSTART;VALUE=DATE:{event.date:%Y%m%d}"
    return f"DTSTART;TZID={SHANGHAI.key}:{event.date:%Y%m%d}T{event.time.replace(':', '')}00"


def _description(mechanism: Mechanism, event: CalendarEvent) -> str:
    lines = [f"谁：{event.who}", f"依据：{mechanism.basis(event.clause)}（{event.clause}）"]
    if event.clash:
        lines.append(f"冲突：{event.clash}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    """Fold at 75 octets, between characters: half a character would be no UTF-8."""
    pieces, piece, room = [], "", _FOLD
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", _FOLD - 1  # the space that marks a continuation counts
        piece += character
        room -= size
    return "\r\n ".join([*pieces, piece])


_WRITERS: dict[str, Callable[[Mechanism, Sequence[CalendarEvent], dt.date, TextIO], None]] = {
    "table": _write_table,
    "jsonl": _write_jsonl,
    "ics": _write_ics,
}
