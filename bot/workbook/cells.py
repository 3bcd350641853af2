"""Cells of the import workbook, read as clerks write them: line breaks, padded names, 2026.12.25, 24,000."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from bot.workbook.shape import Cell, Column, Value

_CJK = "\u3007\u3400-\u9fff（）、，。；：《》"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}]) (?=[{_CJK}])")
_PARTING = re.compile(r"[、，,;；\r\n]")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?(?:\.0+)?)?")
_MONTH_ONLY = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_AMOUNT = re.compile(r"(-?)(\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(万元?|亿元?)?")
_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
_EXCEL_EPOCH = date(1899, 12, 30)
_YEARS = range(2000, 2101)
_SERIALS = range(36526, 73416)  # the days of those years as Excel counts them
_MOST = Decimal(10) ** 12  # the column holds twelve digits before the point
_DATUMS = {
    "gcj02": ("GCJ02", "GCJ", "02", "火星", "火星坐标", "火星坐标系", "高德", "腾讯", "国测局"),
    "wgs84": ("WGS84", "WGS", "84", "GPS", "CGCS2000", "国家2000", "2000"),
    "bd09": ("BD09", "BD09LL", "BD", "百度", "百度坐标"),
}


class BadCell(Exception):
    """A cell that cannot be read; the text says why and what would do."""


def read_cell(column: Column, raw: object) -> Value:
    """Return a cell's value, or raise :class:`BadCell`. A blank cell of a required column is bad."""
    if isinstance(raw, str) and raw.strip() in _ERRORS:
        raise BadCell(f"公式出错（{raw.strip()}），请改成值")
    value = _READERS[column.cell](column, raw)
    if column.required and value in ("", (), None):
        raise BadCell("必填，不能为空")
    for text in value if isinstance(value, tuple) else (value,):
        if isinstance(text, str) and len(text) > column.limit:
            raise BadCell(f"太长：{len(text)}字，最多{column.limit}字")
    return value


def one_line(text: str) -> str:
    """Return text without line breaks, invisible characters and the spaces that pad Chinese names."""
    visible = "".join(" " if char.isspace() else char for char in text if char.isspace() or _shows(char))
    return _BETWEEN_CJK.sub("", " ".join(visible.split()))


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def plain(text: str) -> str:
    """Return a code: half-width, no spaces."""
    return "".join(one_line(unicodedata.normalize("NFKC", text)).split())


def _as_text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    return str(raw)


def _text(column: Column, raw: object) -> str:
    return one_line(_as_text(raw))


def _code(column: Column, raw: object) -> str:
    return plain(_as_text(raw))


def _list(column: Column, raw: object) -> tuple[str, ...]:
    parts = (one_line(part) for part in _PARTING.split(_as_text(raw)))
    return tuple(dict.fromkeys(part for part in parts if part))


def _choice(column: Column, raw: object) -> str:
    text = plain(_as_text(raw))
    _check_choices(column, (text,) if text else ())
    return text


def _choices(column: Column, raw: object) -> tuple[str, ...]:
    found = tuple(plain(part) for part in _list(column, raw))
    _check_choices(column, found)
    return found


def _check_choices(column: Column, found: tuple[str, ...]) -> None:
    unknown = [text for text in found if text not in column.choices]
    if unknown:
        raise _not_a_choice(column, *unknown)


def _not_a_choice(column: Column, *texts: str) -> BadCell:
    shown = "".join(f"「{text}」" for text in texts)
    return BadCell(f"不认识{shown}，可填：{'、'.join(column.choices)}")


def _datum(column: Column, raw: object) -> str:
    text = re.sub(r"[\W_]", "", plain(_as_text(raw))).upper()
    if not text:
        return ""
    for datum, names in _DATUMS.items():
        if text in names:
            return datum
    raise _not_a_choice(column, one_line(_as_text(raw)))


def _day(column: Column, raw: object) -> date | None:
    if isinstance(raw, datetime):
        return _in_years(raw.date())
    if isinstance(raw, date):
        return _in_years(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and raw in _SERIALS:
        return _EXCEL_EPOCH + timedelta(days=int(raw))
    text = one_line(unicodedata.normalize("NFKC", _as_text(raw)))
    return _written_day(text) if text else None


def _written_day(text: str) -> date:
    found = _DAY.fullmatch(text)
    if found is None:
        lacks = "缺少日，" if _MONTH_ONLY.fullmatch(text) else ""
        raise BadCell(f"「{text}」不是日期：{lacks}请写成 2026-12-25")
    try:
        return _in_years(date(*(int(part) for part in found.groups())))
    except ValueError:
        raise BadCell(f"没有「{text}」这一天") from None


def _in_years(day: date) -> date:
    if day.year not in _YEARS:
        raise BadCell(f"年份{day.year}不合理")
    return day


def _money(column: Column, raw: object) -> Decimal | None:
    text = _number_text(raw)
    if not text:
        return None
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise BadCell(f"「{text}」不是金额：请写数字，单位万元")
    if found[1]:
        raise BadCell(f"「{text}」是负数")
    amount = Decimal(found[2].replace(",", "")) * (10_000 if (found[3] or "").startswith("亿") else 1)
    if amount >= _MOST:
        raise BadCell(f"「{text}」太大，单位是万元")
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _number_text(raw: object) -> str:
    """Return a number as plain digits: floats by their shortest form, never with an exponent."""
    if isinstance(raw, float):
        return format(Decimal(repr(raw)), "f")
    return plain(_as_text(raw))


def _degrees(column: Column, raw: object) -> float | None:
    text = _number_text(raw).rstrip("°")
    if not text:
        return None
    try:
        return float(Decimal(text))
    except (InvalidOperation, ValueError):
        raise BadCell(f"「{text}」不是度数：请写成小数，如 34.0512") from None


_READERS: dict[Cell, Callable[[Column, object], Value]] = {
    Cell.TEXT: _text,
    Cell.CODE: _code,
    Cell.LIST: _list,
    Cell.DATE: _day,
    Cell.MONEY: _money,
    Cell.DEGREES: _degrees,
    Cell.DATUM: _datum,
    Cell.CHOICE: _choice,
    Cell.CHOICES: _choices,
}
