"""A quantity of the works or of a problem, or its deadline, put right in words (多写个零 是120米; 期限报错了)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from handlers.consent import restate
from handlers.figures import FIGURES
from handlers.mending import corrects_figure, next_version
from handlers.moving import tell_anew
from handlers.naming import deadline_in
from handlers.routing import Router, Turn
from handlers.told import Told
from handlers.understanding.dates import read_deadline
from handlers.understanding.intents import Intent
from handlers.understanding.likeness import most_alike
from handlers.understanding.numerals import HAN_DIGIT, HAN_NUMBER, parse_number
from handlers.understanding.text import normalise
from models.directory import find_project
from models.entry import Entry, EntryKind
from models.errors import Refusal
from models.notices import Plain
from models.visit import sent_of

router = Router()
_WITHIN = timedelta(hours=24)
_SHORT = 24  # characters: a longer message reports something of its own
_LONGER = 40
_QUOTED = 40
_SHOWN = 16
_OF_THE_DAY = re.compile(
    r"(?:期限|时限|限期)[^，。]{0,6}改[成到为]|时间[^，。]{0,4}(?:错|不对|岔)[^，。]{0,3}[，,\s]*(?:应该?|是|改成)+[^，。]{1,8}前|(?:期限|时限|限期|日子|日期)[^，。]{0,6}(?:错|不对|岔|混)|(?:错|岔|混)了?[^，。]{0,4}(?:期限|时限|限期)"
)
_COUNTED = re.compile(
    rf"(?<![\d.A-Za-z-])(?P<number>\d+(?:\.\d+)?|(?<![{HAN_DIGIT}十百千])(?:{HAN_NUMBER}{{2,6}}|[{HAN_DIGIT}](?!个)))"
    r"\s?(?P<unit>公里|千米|立方|平方|平米|平(?![台整均时])|[万千]?[米方亩台套根眼户株棵吨层孔跨片榀樘座盏节块段个人家道条处组扇辆车批对栋间趟口面])"
)
_DENIED = re.compile(r"不是[^，。\d]{0,4}$")


@dataclass(frozen=True)
class _Rewording:
    line: Entry
    old: str
    new: str


@dataclass(frozen=True)
class _NewDay:
    line: Entry
    old: str
    new: date


_Change = TypeVar("_Change", _Rewording, _NewDay)


def _rewords(turn: Turn) -> _Rewording | None:
    """Read a number with its unit that stands for the only one of that unit in what the sender told last."""
    text = turn.reading.beside_names
    if len(text) > _SHORT or not corrects_figure(turn):
        return None
    given = [found for found in _COUNTED.finditer(text) if not _DENIED.search(text[: found.start()])]
    changes = [change for line in _last_told(turn) if (change := _changed(line, given)) is not None]
    return _meant(turn, changes)


def _changed(line: Entry, given: Sequence[re.Match[str]]) -> _Rewording | None:
    told = list(_COUNTED.finditer(line.text))
    new = [found for found in given if all(_value(found) != _value(other) for other in told)]
    old = [found for found in told if new and found["unit"] == new[0]["unit"]]
    return _Rewording(line, old[0].group(), new[0].group()) if len(new) == len(old) == 1 else None


def _value(found: re.Match[str]) -> tuple[object, str]:
    return parse_number(found["number"]), found["unit"]


def _last_told(turn: Turn) -> list[Entry]:
    """Return the progress and the problems of the sender's last message, newest first; none that have figures.

    They are those of the project named, if one is.
    """
    codes = {project.code for project in turn.reading.named}
    told = [
        entry
        for entry in turn.ledger.entries(kinds=(EntryKind.PROGRESS, EntryKind.PROBLEM), limit=100)
        if entry.person_id == turn.person.id and not (codes and entry.project not in codes)
    ]
    last = [entry for entry in told if entry.message_id == told[0].message_id]
    if not last or turn.ledger.now - last[0].time > _WITHIN:
        return []
    return [one for one in last if all(one.data.get(name) is None for name in FIGURES.values())]


def _meant(turn: Turn, changes: Sequence[_Change]) -> _Change | None:
    """Return the one change the words can mean: of several that whose line they speak of. Raises Refusal."""
    if len(changes) <= 1:
        return next(iter(changes), None)
    alike = most_alike(turn.reading.text, changes, lambda change: change.line.text)
    if len(alike) == 1:
        return alike[0]
    told = "、".join(f"「{change.line.text[:_SHOWN]}」" for change in reversed(changes))
    raise Refusal(f"刚才报了{told}，什么都没改；请带上是哪一件再说一遍。")


def _sets_another_day(turn: Turn) -> _NewDay | None:
    """Read the day that stands for the deadline of a problem the sender told last: 期限报错了，应该是9月30日."""
    text, ledger = turn.reading.text, turn.ledger
    day = deadline_in(ledger, text) if len(text) <= _LONGER and _OF_THE_DAY.search(text) else None
    if day is None:
        return None
    changes = []
    for line in _last_told(turn):
        told = read_deadline(normalise(line.text), sent=sent_of(line), is_workday=ledger.calendar.is_workday)
        is_of_day = told is not None and told.words in line.text and told.date != day
        if told is not None and is_of_day and line.kind == EntryKind.PROBLEM.value:
            changes.append(_NewDay(line, told.words, day))
    return _meant(turn, changes)


@router.command(_sets_another_day, help="更正刚报的期限", example="期限报错了，应该是9月30日")
def set_another_day(turn: Turn, given: _NewDay) -> None:
    """Tell the problem anew with the day that was meant."""
    day = f"{given.new.month}月{given.new.day}日前"
    _tell_problem_anew(turn, given.line, given.line.text.replace(given.old, day, 1))


def _tell_problem_anew(turn: Turn, line: Entry, text: str) -> None:
    """File a problem in other words; what else its message told stands."""
    told = Told(frozenset({Intent.PROBLEM}), words=text, category=str(line.data["category"]))
    tell_anew(turn, [line], find_project(turn.ledger, str(line.project)), told)


@router.command(_rewords, help="更正刚报的工程量", example="多写个零 是120米")
def reword(turn: Turn, given: _Rewording) -> None:
    """Write the new version; the old one stays in the ledger. A problem is told anew, with what it entails."""
    ledger, line = turn.ledger, given.line
    text = line.text.replace(given.old, given.new, 1)
    if line.kind == EntryKind.PROBLEM.value:
        _tell_problem_anew(turn, line, text)
        return
    entry = next_version(ledger, line, turn.person, turn.inbound.text, {}, text=text)
    project = find_project(ledger, str(line.project))
    said = restate(ledger, turn.person, project, entry)
    turn.answer(
        Plain(
            f"已更正《{project.name}》：「{text[:_QUOTED]}」"
            f"（第{entry.data['version']}版，原来的留在台账）。{said}说错了回「记错了」。"
        )
    )
