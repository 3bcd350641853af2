"""What a document says of itself: 成文日期, 印发日期, 份数, 主送, 抄送 (DC-37, JZ-01); what prints reads it here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.errors import Refusal
from models.ledger import Ledger, get_setting, put_setting
from models.unit_names import expand, find_addressee_group, shown_on, unit_named

_SETTING = "paper:"


@dataclass(frozen=True, slots=True)
class PaperMeta:
    """One document's particulars. `to` and `copies_to` are units or groups of addressees, as the office names them."""

    written: date
    printed: date | None = None
    copies: int | None = None
    to: tuple[str, ...] = ()
    copies_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.copies is not None and self.copies < 1:
            raise Refusal("份数至少是1份。")
        if self.printed is not None and self.printed < self.written:
            raise Refusal("印发日期不能早于成文日期，请核对。")


def save_meta(ledger: Ledger, paper: str, meta: PaperMeta) -> None:
    """Keep a document's particulars under its number or title. Raises Refusal for an addressee nobody knows."""
    addressees(ledger, meta)
    put_setting(
        ledger.session,
        f"{_SETTING}{paper}"[:50],
        {
            "written": meta.written.isoformat(),
            "printed": meta.printed.isoformat() if meta.printed else None,
            "copies": meta.copies,
            "to": list(meta.to),
            "copies_to": list(meta.copies_to),
        },
    )


def find_meta(ledger: Ledger, paper: str) -> PaperMeta | None:
    """Return a document's particulars."""
    held = get_setting(ledger.session, f"{_SETTING}{paper}"[:50])
    return _read(held) if held else None


def addressees(ledger: Ledger, meta: PaperMeta) -> list[str]:
    """Return the units of the 主送 line as they were called when it was written, each once."""
    units = []
    for words in meta.to:
        group = find_addressee_group(ledger, words)
        unit = None if group else unit_named(ledger, words)
        if group is None and unit is None:
            raise Refusal(f"没有登记单位或主送群组「{words}」，请先登记。")
        units += expand(ledger, group) if group else [unit] if unit else []
    by_id = {unit.id: unit for unit in units}
    return [shown_on(ledger, unit, meta.written) for unit in by_id.values()]


def imprint(meta: PaperMeta, body: str) -> str:
    """Return the last line of a document: 平澜县重点项目建设办公室 2026年9月17日印发（共印120份）."""
    day = meta.printed or meta.written
    copies = f"（共印{meta.copies}份）" if meta.copies else ""
    return f"{body} {day.year}年{day.month}月{day.day}日印发{copies}"


def _read(held: dict[str, Any]) -> PaperMeta:
    return PaperMeta(
        written=date.fromisoformat(held["written"]),
        printed=date.fromisoformat(held["printed"]) if held["printed"] else None,
        copies=held["copies"],
        to=tuple(held["to"]),
        copies_to=tuple(held["copies_to"]),
    )
