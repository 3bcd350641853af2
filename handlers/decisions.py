"""Reading decisions as people write them: several in one line, each with its unit, person and date (ZZ-13, ZZ-25)."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

from handlers.naming import deadline_read
from handlers.routing import Turn
from handlers.understanding.dates import read_deadline
from handlers.understanding.text import said
from models import question as questions
from models.directory import people_in, unit_mentions, units_in
from models.ledger import Ledger
from models.notices import Asked
from models.people import Person, Unit
from models.project import Project
from models.task import missing_of

_ASKED_LATELY = timedelta(hours=2)
_SPLIT = re.compile(r"[；;\n]+|。(?=.)|(?<!^)(?=[一二三四五六七八九十]{1,2}、)|(?<!^)(?<!\d)(?=\d{1,2}[.、．](?!\d))")
_LABEL = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,2}、|\d{1,2}[.、．)）])\s*")
_LEAD = re.compile(r"由?(?P<unit>[^，,。；;由]{2,20}?)(?:牵头|承办|主办|办理|落实)")
_PERSON = re.compile(r"(?:责任人[：:是为]?|由|[，,、 ]|^)(?P<name>[\u4e00-\u9fff]{2,4}?)(?:同志)?(?:具体)?负责")
_BARE_NAME = re.compile(r"(?:由|责任人)?[：:]?([\u4e00-\u9fff]{2,4}?)(?:同志)?(?:负责)?[。]?")
_TRIMMED = re.compile(r"[，,、。；; ]+$|^[，,、。；; ]+")


def split_items(text: str) -> list[str]:
    """Split what was decided into items: by numbers, semicolons, line ends."""
    pieces = (_LABEL.sub("", piece).strip(" ，,。；;") for piece in _SPLIT.split(text))
    return [piece for piece in pieces if len(piece) >= 4]


def read_decision(turn: Turn, item: str) -> dict[str, Any]:
    """Read unit, person, requirement and date of one decision; `missing` names what is not there, `spans` its words."""
    ledger = turn.ledger
    read = read_deadline(item, sent=ledger.local_now, is_workday=ledger.calendar.is_workday)
    unit, called, unit_words = _unit_in(ledger, item)
    person, name, person_words = _person_in(ledger, item, unit)
    project = _project_in(turn, item)
    requirement = item
    for words in (unit_words, person_words):
        requirement = requirement.replace(words, "", 1) if words else requirement
    if read:
        requirement = re.sub(rf"[，,]*{re.escape(read.words)}", "", requirement, count=1)
    requirement = _tidy(requirement)
    due = read.date if read else None
    return {
        "requirement": requirement,
        "unit": unit.id if unit else None,
        "person": person.id if person else None,
        "name": name,
        "due": due.isoformat() if due else None,
        "project": project.id if project else None,
        "spans": said(unit=called, person=name, due=read.words if read else ""),
        "missing": missing_of(requirement=requirement, unit=unit, person=name, due=due),
    }


def _tidy(text: str) -> str:
    text = re.sub(r"[，,]?\s*(?:完成|办结|办好|落实)(?:到位)?[。]?$", "", text)
    text = re.sub(r"[，,；;]\s*(?=[，,；;])", "", text)
    return _TRIMMED.sub("", _TRIMMED.sub("", text))


def _unit_in(ledger: Ledger, item: str) -> tuple[Unit | None, str, str]:
    """The unit that leads, else the first unit named; with what it is called and the words that say it leads."""
    found = _LEAD.search(item)
    led = unit_mentions(ledger, found["unit"])[-1:] if found else []
    if found and led:
        start = found.start("unit") + led[0].at
        begin = start - 1 if start > 0 and item[start - 1] == "由" else start
        return led[0].unit, led[0].words, item[begin : found.end()]
    named = next(iter(unit_mentions(ledger, item)), None)
    return (named.unit, named.words, "") if named else (None, "", "")


def _person_in(ledger: Ledger, item: str, unit: Unit | None) -> tuple[Person | None, str, str]:
    """Who answers for it: somebody registered, else the name as it stands."""
    found = _PERSON.search(item)
    name = found["name"] if found else ""
    if unit is not None and name in (unit.name, unit.short_name):
        name = ""
    known = people_in(ledger, item)
    if found and name:
        person = next((one for one in known if one.name == name), None)
        return person, name, item[found.start("name") : found.end()]
    if known:
        return known[0], known[0].name, known[0].name
    return None, "", ""


def _project_in(turn: Turn, item: str) -> Project | None:
    named = turn.reading.named
    if len(named) == 1:
        return named[0]
    inside = [one for one in named if one.name in item or any(alias.alias in item for alias in one.aliases)]
    return inside[0] if len(inside) == 1 else None


# --- what is missing ------------------------------------------------------------------------------------


def ask_missing(turn: Turn, subject: str, facts: dict[str, Any], items: list[dict[str, Any]]) -> None:
    """Ask for what the first unfinished item lacks; the others wait their turn."""
    first = items[0]
    questions.ask(turn.ledger, turn.person, subject, {**facts, "items": items}, [])
    missing = "、".join(first["missing"])
    turn.answer(Asked(f"「{first['requirement'] or '这一项'}」还差{missing}，请补一句，补齐再交办。", []))


def completed(turn: Turn, subject: str) -> tuple[questions.Question, dict[str, Any]] | None:
    """Return the open question that a short answer adds to, with its first item as it now is."""
    if turn.reading.intents or len(turn.reading.text) > 40:
        return None
    for question in questions.open_questions(turn.ledger, turn.person):
        if question.subject == subject and turn.ledger.now - question.asked_at <= _ASKED_LATELY:
            first = filled(turn, question.facts["items"][0])
            return (question, first) if first is not None else None
    return None


def filled(turn: Turn, item: dict[str, Any]) -> dict[str, Any] | None:
    """Put what a short answer gives into an unfinished item; None when it gives nothing that is missing.

    What nobody had named (`defaulted`: unit, name) gives way to what the answer names.
    """
    ledger, text = turn.ledger, turn.reading.text
    defaulted = set(item.get("defaulted", ()))
    given: dict[str, Any] = {}
    words: dict[str, str] = {}
    due = deadline_read(ledger, text)
    if "完成时限" in item["missing"] and due is not None:
        given["due"], words["due"] = due.date.isoformat(), due.words
    units = unit_mentions(ledger, text)
    if units and ("责任单位" in item["missing"] or "unit" in defaulted):
        given["unit"], words["unit"] = units[0].unit.id, units[0].words
    if "责任人" in item["missing"] or "name" in defaulted:
        given |= _who_answers(ledger, text, alone=not given)
        words["person"] = given.get("name", "")
    if "办理要求" in item["missing"] and not given and len(text) >= 4:
        given["requirement"] = text
    if not given:
        return None
    if "unit" in given and "name" not in given and "name" in defaulted:
        given |= {"person": None, "name": ""}  # the head of the unit that gave way
    spans = item.get("spans", {}) | said(**words)
    filled = {**item, **given, "spans": spans, "defaulted": [name for name in defaulted if name not in given]}
    values = {"责任单位": "unit", "责任人": "name", "办理要求": "requirement", "完成时限": "due"}
    filled["missing"] = [name for name, key in values.items() if not filled[key]]
    return filled


def _who_answers(ledger: Ledger, text: str, *, alone: bool) -> dict[str, Any]:
    """Return the person a short answer names: registered, or a bare name that stands `alone` or after a unit."""
    people = people_in(ledger, text)
    if people:
        return {"person": people[0].id, "name": people[0].name}
    parts = [part for part in re.split(r"[，,、；;\s]+", text) if part]
    after = [part for before, part in pairwise(parts) if units_in(ledger, before) and not units_in(ledger, part)]
    for part in [text] if alone else after:
        bare = _BARE_NAME.fullmatch(part)
        if bare:
            return {"person": None, "name": bare[1]}
    return {}
