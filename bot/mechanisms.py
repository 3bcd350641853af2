"""What the office reads about a rule pack: whether it loads, what it holds, and how its open questions are settled."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from models.calendar import Window
from models.mechanism import Mechanism
from models.mechanism_settings import ASKED, CHOICES

_WINDOW = "{:%H:%M}至{:%H:%M}"


def describe(mechanism: Mechanism) -> Iterator[str]:
    """Yield the lines that `duban mechanism check` prints of a pack that loads."""
    recurring = [duty for duty in mechanism.obligations if duty.recurring]
    yield f"可用：{mechanism.area}《{mechanism.title}》（{mechanism.source}）"
    yield f"  办公室：{mechanism.office_name}；只在工作日{_hours(mechanism.speaking_window)}主动说话"
    yield (
        f"  义务{len(mechanism.obligations)}项，其中定期{len(recurring)}项；条款{len(mechanism.clauses)}条；"
        f"专班{len(mechanism.taskforces)}个；挂牌督办{mechanism.supervision.reply_workdays}个工作日内复函"
    )
    yield "原文没有写明或前后不一之处，本制度这样办（要改就改文件里这一项）："
    for number, asked, settled, key in settled_lines(mechanism):
        yield f"  {number} {asked}：{settled}　（{key}）"


def settled_lines(mechanism: Mechanism) -> Iterator[tuple[str, str, str, str]]:
    """Yield (A-number, the question, how this pack settles it, the key) of all that the notices leave open."""
    for number, key, value in mechanism.settled():
        yield number, ASKED[number], _shown(value), key


def _hours(window: Window) -> str:
    return _WINDOW.format(window.start, window.end)


def _shown(value: object) -> str:
    if value is None:
        return "（本制度没有）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(map(_shown, value))
    if isinstance(value, BaseModel):
        title = getattr(value, "title", None) or getattr(value, "name", None)
        return str(title) if title else "；".join(_shown(part) for _, part in value)
    return CHOICES.get(str(value), str(value))
