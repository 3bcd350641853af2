"""What the office enters of holidays itself: the State Council's arrangement of a year, and the county's own days off.

Owns the small file an arrangement is entered by, and the form both are kept in (the house setting `holidays`). The
shipped years lie in `holidays.json`; a year entered here stands above them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from models.calendar import WorkCalendar
from models.errors import Refusal

SETTING = "holidays"
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""全国年节及纪念日放假办法: an arrangement that leaves one of them out is not whole."""
_DAY = r"\s*(\d{4}-\d{2}-\d{2})\s*"
_SPAN = re.compile(rf"{_DAY}(?:(?:至|到|~|—|-{{1,2}}|/){_DAY})?")
_YEAR = re.compile(r"20\d\d")
_LONGEST = 15
_SATURDAY = 5


@dataclass(frozen=True)
class Arrangement:
    """A year's 放假调休安排: rest days and make-up working days (调休上班) by the holiday's name."""

    year: int
    source: str
    rest: Mapping[date, str]
    work: Mapping[date, str]


def read_arrangement(text: str) -> Arrangement:
    """Read the file of one year; Refusal names every fault.

    ``year``, ``source`` (文号), ``rest`` and ``work``: holiday → a day, several, or ``2027-02-05 至 2027-02-11``.
    """
    try:
        # BaseLoader makes text of every value and nothing else, so that a fault can be told with its place.
        data = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        words = " ".join(str(error).split())
        raise Refusal(f"不是可用的YAML：{words}") from None
    if not isinstance(data, dict) or not _YEAR.fullmatch(str(data.get("year"))):
        raise Refusal("要有 year（哪一年）、source（文号）、rest（放假）、work（调休上班）四项，见 docs/running.md")
    faults: list[str] = []
    rest, work = (_read_days(data.get(kind), kind, faults) for kind in ("rest", "work"))
    faults += [f"不认识的项：{name}" for name in sorted(map(str, data.keys() - {"year", "source", "rest", "work"}))]
    year = int(data["year"])
    faults += _doubts(year, rest, work)
    if faults:
        raise Refusal("\n".join(faults))
    return Arrangement(year, str(data.get("source") or ""), rest, work)


def _read_days(named: object, kind: str, faults: list[str]) -> dict[date, str]:
    if not isinstance(named, dict):
        faults.append(f"{kind}：要写成 节日: 日期")
        return {}
    found: dict[date, str] = {}
    for name, value in named.items():
        days = list(_days_of(value))
        if not days:
            faults.append(f"{kind}.{name}：「{value}」不是日期，请写成 2027-02-05 或 2027-02-05 至 2027-02-11")
        faults += [f"{kind}.{name}：{day}重复" for day in days if day in found]
        found |= dict.fromkeys(days, str(name))
    return found


def _days_of(value: object) -> Iterator[date]:
    if isinstance(value, list):
        for one in value:
            yield from _days_of(one)
    elif isinstance(value, str) and (span := _SPAN.fullmatch(value)):
        try:
            first, last = (date.fromisoformat(day) for day in (span[1], span[2] or span[1]))
        except ValueError:
            return
        yield from (first + timedelta(days=n) for n in range(min((last - first).days + 1, _LONGEST)))


def _doubts(year: int, rest: Mapping[date, str], work: Mapping[date, str]) -> Iterator[str]:
    """Yield what cannot be right, so that a slip of the pen moves no deadline."""
    for day in sorted({*rest, *work}):
        if day.year != year and not (day.year == year - 1 and day.month == 12):
            yield f"{day}不在{year}年"
    yield from (f"{day}又放假又上班" for day in sorted(rest.keys() & work.keys()))
    yield from (f"work.{work[day]}：{day}本来就是工作日" for day in sorted(work) if day.weekday() < _SATURDAY)
    said = "、".join({*rest.values()})
    missing = [name for name in FESTIVALS if name not in said]
    if missing:
        yield f"rest：没有写{'、'.join(missing)}，七个节日都要有"


def with_arrangement(stored: Mapping[str, Any] | None, arrangement: Arrangement) -> dict[str, Any]:
    """Return the setting with this year entered, in the place of what was entered for it before."""
    entered = {
        "source": arrangement.source,
        "rest": {day.isoformat(): name for day, name in sorted(arrangement.rest.items())},
        "work": {day.isoformat(): name for day, name in sorted(arrangement.work.items())},
    }
    years = {**(stored or {}).get("years", {}), str(arrangement.year): entered}
    return _next({**(stored or {}), "years": years})


def with_local_rest(stored: Mapping[str, Any] | None, day: date, name: str) -> dict[str, Any]:
    """Return the setting with a day off of the county's own (地方放假); an empty name takes it out again."""
    days = {**(stored or {}).get("local", {}), day.isoformat(): name}
    return _next({**(stored or {}), "local": {day: name for day, name in sorted(days.items()) if name}})


def _next(setting: dict[str, Any]) -> dict[str, Any]:
    return {"years": {}, "local": {}, **setting, "version": setting.get("version", 0) + 1}


def learn(calendar: WorkCalendar, stored: Mapping[str, Any] | None) -> None:
    """Let a calendar know what the office has entered; costs nothing when it does already."""
    version = stored["version"] if stored else 0
    if stored is None or version == calendar.version:
        return
    years = {int(year): (_dated(entered["rest"]), _dated(entered["work"])) for year, entered in stored["years"].items()}
    calendar.learn(version, years, _dated(stored["local"]))


def _dated(days: Mapping[str, str]) -> dict[date, str]:
    return {date.fromisoformat(day): name for day, name in days.items()}
