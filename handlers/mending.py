"""A figure corrected in words (C15): the correction is the new version itself, and consent to the old one is void.

Where the new figure does not add up, or may be either of two, one question is asked and the old version stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from handlers.consent import restate
from handlers.figures import FIGURES, number, progress_summary
from handlers.routing import Router, Turn, on_behalf_of
from handlers.understanding.mending import Mended, mended
from handlers.understanding.numbers import read_amounts
from handlers.understanding.phrases import Intent, read_intents
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.spoken_figures import in_digits
from models import duties
from models import question as questions
from models.amounts import plain
from models.calendar import SHANGHAI
from models.directory import find_project
from models.entry import Entry, EntryKind
from models.errors import Refusal
from models.figure_source import later_version
from models.ledger import Ledger
from models.notices import Asked, Plain
from models.people import Person
from models.question import Question
from models.sums import Clash, clash_of
from models.trays import Incoming

router = Router()
_SUBJECT, _WHICH, _MINE = "mended", "mended_which", "mine"
_WITHIN, _NAMED_WITHIN = timedelta(hours=24), timedelta(days=40)
_NOT_BUT = re.compile(r"不是[^\d，。,]{0,6}(\d+(?:\.\d+)?)")
_WAN = 10000  # 1.85 said of 1.85亿, kept in 万元
_DIGIT = re.compile(r"\d|百分之|[一二三四五六七八九十百千两]+(?:个?亿|万|成)")
_SHORT = {"month_amount": "本月", "total_amount": "累计"}
_VERSIONED = {"discharges", "spans", "reason", "corrects", "mends", "version", "about", "approximate", "reported"}


@dataclass(frozen=True)
class _Mending:
    line: Entry
    values: dict[str, Mended]


def corrects_figure(turn: Turn) -> bool:
    """Whether a message puts a figure in place of another; a reply may well change its own words."""
    if find_notice_ref(turn.reading.text) or Intent.REPLY in turn.reading.intents:
        return False
    said = in_digits(turn.reading.text)
    told = Intent.CORRECTION in turn.reading.intents or (
        said != turn.reading.text and Intent.CORRECTION in read_intents(said)
    )
    return told and bool(_DIGIT.search(said))


def _mends(turn: Turn) -> _Mending | None:
    line = _figure_line(turn) if corrects_figure(turn) else None
    values = mended(in_digits(turn.reading.text), _told(line)) if line is not None else {}
    return _Mending(line, values) if line is not None and values else None


def _figure_line(turn: Turn) -> Entry | None:
    """Return the sender's newest progress line with the figure that is corrected, of the project named if one is."""
    ledger, codes = turn.ledger, {project.code for project in turn.reading.named}
    said = in_digits(turn.reading.text)
    read = {FIGURES[name] for name in read_amounts(said).spans}
    old = _NOT_BUT.search(said)
    for entry in ledger.entries(kinds=(EntryKind.PROGRESS,), limit=100):
        if entry.person_id != turn.person.id or (codes and entry.project not in codes):
            continue
        if ledger.now - entry.time > (_NAMED_WITHIN if codes else _WITHIN):
            continue
        values = [value for name, value in _told(entry).items() if not read or name in read or old is not None]
        if values and (old is None or any(float(value) in (float(old[1]), float(old[1]) * _WAN) for value in values)):
            return entry
    return None


def _told(line: Entry) -> dict[str, float]:
    return {name: line.data[name] for name in FIGURES.values() if line.data.get(name) is not None}


@router.command(_mends, help="更正刚报的数", example="刚才报错了，累计是1.83亿不是1.85")
def mend(turn: Turn, given: _Mending) -> None:
    """Write the new version, or ask what does not add up."""
    if _is_either(given.values):
        _ask_which(turn, given)
        return
    _check(turn, given.line, given.values, turn.inbound.text)


def _is_either(values: Mapping[str, Mended]) -> bool:
    sums = [values[key] for key in _SHORT if key in values]
    return len(sums) == 2 and sums[0] == sums[1]


def _ask_which(turn: Turn, given: _Mending) -> None:
    name = find_project(turn.ledger, str(given.line.project)).name
    facts = _facts(turn, given.line, given.values)
    options = list(_SHORT.items())
    question = questions.ask(turn.ledger, turn.person, _WHICH, facts, options)
    words = next(iter(given.values.values())).words
    turn.answer(Asked(f"《{name}》{words}是本月的还是累计的？", question.buttons), duty=f"question:{question.id}")


@router.answered(_WHICH)
def settle_which(turn: Turn, question: Question, key: str) -> None:
    """本月 or 累计."""
    values = _values(question.facts["values"])
    _check(turn, _standing(turn.ledger, question), {key: values[key]}, str(question.facts["text"]))


def _check(turn: Turn, line: Entry, values: dict[str, Mended], reason: str) -> None:
    ledger, project = turn.ledger, find_project(turn.ledger, str(line.project))
    told = {key: Decimal(str(value)) for key, value in _told(line).items()}
    now = {**told, **{key: value.value for key, value in values.items()}}
    if now == told:
        turn.answer(Plain(f"《{project.name}》台账里就是{progress_summary(line.data)}，没有改。"))
        return
    rough = any(value.about for value in values.values())
    clash = clash_of(ledger, project, str(line.data["period"]), now.get("month_amount"), now.get("total_amount"))
    if clash is None or rough:
        write_version(turn, line, values, reason)
        return
    _ask_about(turn, project.name, line, values, clash)


def _ask_about(turn: Turn, name: str, line: Entry, values: dict[str, Mended], clash: Clash) -> None:
    """Ask whether the other figure changes too; the old version stands until that is answered."""
    month = f"本月{plain(clash.right_month)}"
    total = f"累计{plain(clash.right_total)}"
    offered: dict[str, tuple[Decimal, str]] = {}
    if "month_amount" not in values and clash.right_month >= 0:
        offered["month_amount"] = (clash.right_month, month)
    if "total_amount" not in values:
        offered["total_amount"] = (clash.right_total, total)
    if not offered:
        offered = {"total_amount": (clash.right_total, total), "month_amount": (clash.right_month, month)}
    options = [(key, f"是，{words}" if len(offered) == 1 else words) for key, (_, words) in offered.items()]
    options.append((_MINE, "不是，我改"))
    facts = _facts(turn, line, values)
    facts["offered"] = {key: [str(value), words] for key, (value, words) in offered.items()}
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, options)
    asks = f"{next(iter(offered.values()))[1]}万吗？" if len(offered) == 1 else "您看按哪个？"
    words = (
        f"《{name}》{int(clash.since[5:])}月累计{plain(clash.before)}万，加本月{plain(clash.month)}万是"
        f"{plain(clash.right_total)}万，跟{plain(clash.total)}万对不上，先没改。{asks}"
    )
    turn.answer(Asked(words, question.buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def settle(turn: Turn, question: Question, key: str) -> None:
    """The other figure changes too, or the sender says the right ones himself."""
    facts = question.facts
    if key not in facts["offered"]:
        turn.answer(
            Plain("好，没有改，原来的数还在。请把本月和累计一起再说一遍，如「更正：本月2100万，累计18300万」。")
        )
        return
    value, words = facts["offered"][key]
    values = {**_values(facts["values"]), key: Mended(Decimal(value), words)}
    original = turn.ledger.session.get(Incoming, int(facts["incoming"]))
    with on_behalf_of(turn.ledger, original):
        write_version(turn, _standing(turn.ledger, question), values, str(facts["text"]))


def write_version(turn: Turn, line: Entry, values: Mapping[str, Mended], reason: str) -> None:
    """Write the next version of a progress line, and tell what becomes of the reports that rest on it."""
    ledger, project = turn.ledger, find_project(turn.ledger, str(line.project))
    about = (set(line.data.get("about") or ()) - set(values)) | {key for key, new in values.items() if new.about}
    entry = next_version(
        ledger,
        line,
        turn.person,
        reason,
        {
            **{key: number(new.value) for key, new in values.items()},
            "about": sorted(about) or None,
            "approximate": bool(about) or None,
            "spans": {**(line.data.get("spans") or {}), **{key: new.words for key, new in values.items()}},
        },
    )
    said = restate(ledger, turn.person, project, entry)
    summary = progress_summary(entry.data)
    turn.answer(
        Plain(
            f"已更正《{project.name}》：{summary}（第{entry.data['version']}版，原来的留在台账）。{said}说错了回「记错了」。"
        )
    )


def next_version(
    ledger: Ledger, line: Entry, person: Person, reason: str, changed: dict[str, Any], *, text: str = ""
) -> Entry:
    """Record a correction that stands in an entry's place: its keys, with what changed, and why.

    `text` is what it says now where words are corrected; else it is the reason that the sender gave.
    """
    entry = ledger.record(
        EntryKind.CORRECTION,
        text or reason,
        person=person,
        project=find_project(ledger, str(line.project)),
        data={
            **{name: value for name, value in line.data.items() if name not in _VERSIONED},
            **changed,
            "sent": (ledger.source.sent_at if ledger.source else ledger.now).astimezone(SHANGHAI).isoformat(),
            "reason": reason,
            "corrects": EntryKind.PROGRESS.value,
            "mends": EntryKind.PROGRESS.value,
            "version": int(line.data.get("version") or 1) + 1,
            "discharges": line.data.get("discharges"),
        },
        attachments=line.attachments,
        supersedes=line.seq,
    )
    duties.carry_over(ledger, line.seq, entry)
    return entry


def _facts(turn: Turn, line: Entry, values: Mapping[str, Mended]) -> dict[str, Any]:
    source = turn.ledger.source
    return {
        "line": line.seq,
        "incoming": source.id if source else 0,
        "text": turn.inbound.text,
        "values": {key: [str(new.value), new.words, new.about] for key, new in values.items()},
    }


def _values(kept: dict[str, Any]) -> dict[str, Mended]:
    return {key: Mended(Decimal(value), words, about) for key, (value, words, about) in kept.items()}


def _standing(ledger: Ledger, question: Question) -> Entry:
    line = ledger.session.get(Entry, int(question.facts["line"]))
    if line is None or later_version(ledger, line) is not None:
        raise Refusal("那条后来已经改过或撤回了，什么都没改；请带项目名再说一遍。")
    return line
