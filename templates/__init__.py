"""Words: one template a notice, strict about its facts. Imports nothing of ours.

A template may define five blocks: `title`, `fields` (lines of 名称｜值) and `brief` make a card of the message,
`text` is the message itself and must be enough alone, `line` is what a digest says of it (else the text's first line).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

FOLDER = Path(__file__).parent
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice in words, with the digest of the template that spoke."""

    text: str
    title: str
    brief: str
    fields: tuple[tuple[str, str], ...]
    template_hash: str
    line: str


def render(name: str, facts: dict[str, Any]) -> Rendered:
    """Render the notice `name`. Raises jinja2.UndefinedError when a fact is missing."""
    template, digest = _template(name)
    context = template.new_context(facts)
    blocks = {block: "".join(call(context)).strip() for block, call in template.blocks.items()}
    pairs = [line.split("｜", 1) for line in blocks.get("fields", "").splitlines() if "｜" in line]
    fields = tuple((label.strip(), value.strip()) for label, value in pairs)
    text, brief = _tidy(blocks["text"]), _tidy(blocks.get("brief", ""))
    line = blocks.get("line") or text.partition("\n")[0]
    return Rendered(text, blocks.get("title", ""), brief, fields, digest, " ".join(line.split()))


def day(value: date | datetime) -> str:
    """Say a day: 9月21日（周一）."""
    value = _local(value)
    return f"{value.month}月{value.day}日（周{_WEEKDAYS[value.weekday()]}）"


def date_only(value: date) -> str:
    """Say a day without its weekday, where brackets stand around it already: 9月21日."""
    return f"{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """Say an instant: 9月21日（周一）15:00."""
    local = value.astimezone(_SHANGHAI)
    return f"{day(local)}{local:%H:%M}"


def one_line(value: object) -> str:
    """Put a value that may hold line breaks on one line."""
    return " ".join(str(value).split())


def _local(value: date | datetime) -> date:
    return value.astimezone(_SHANGHAI).date() if isinstance(value, datetime) else value


def _tidy(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "messages"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text; each platform escapes its own dialect
        trim_blocks=False,  # a tag at a line's end must not swallow the line break; _tidy drops the blank lines
        lstrip_blocks=True,
    )
    environment.filters.update(day=day, date_only=date_only, moment=moment, one_line=one_line)
    return environment


_ENVIRONMENT = _environment()


@cache
def _template(name: str) -> tuple[Template, str]:
    source = (FOLDER / "messages" / f"{name}.txt").read_bytes()
    return _ENVIRONMENT.get_template(f"{name}.txt"), hashlib.sha256(source).hexdigest()
