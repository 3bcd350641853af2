"""Pictures and words used before (★11, C21): whoever sent them is asked, alone and in a neutral tone.

Nobody else hears of it while the days of `copies.office_after_workdays` run; an answer, whichever, ends the matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.stalling import ask_after_same_words
from handlers.understanding.phrases import Intent
from handlers.understanding.text import normalise
from handlers.understanding.wording import Wording, copied, foreign_names
from models import question as questions
from models.copies import (
    COPY_LABELS,
    Copy,
    CopyKind,
    alike_by_key,
    open_case,
    remember_words,
    settle_case,
    unanswered,
)
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.notices import Answer, Asked, Plain
from models.people import Role
from models.periods import shown
from models.pictures import day_of
from models.project import Project
from models.question import Question
from models.rights import may_see

router = Router()
_SUBJECT = "copy"
_WORDS = (
    EntryKind.VISIT,
    EntryKind.PROGRESS,
    EntryKind.PROBLEM,
    EntryKind.RESOLUTION,
    EntryKind.NOTICE_REPLIED,
    EntryKind.SUBMISSION,
)
_MONTHS_ALIKE = 3
_LISTED = 5


def ask_about_copies(turn: Turn) -> None:
    """Look at what a message has just recorded; ask its sender one question about what was used before."""
    cases: list[Copy] = []
    words_seen: set[tuple[str, str]] = set()
    for entry in turn.ledger.unsealed:
        if entry.supersedes is not None or entry.person_id != turn.person.id:
            continue
        cases += _photo_case(turn, entry)
        about = (_scope(entry), entry.text)
        if EntryKind(entry.kind) in _WORDS and about not in words_seen:
            words_seen.add(about)
            cases += _words_cases(turn, entry)
    if cases:
        _ask(turn, cases)


@router.answered(_SUBJECT)
def settle_copies(turn: Turn, question: Question, answer: str) -> None:
    """Keep the sender's answer beside the case; nothing goes any further."""
    for number in question.facts["cases"]:
        case = turn.ledger.session.get(Copy, int(number))
        if case is not None and case.answered_at is None:
            settle_case(turn.ledger, case, answer)
            data = {"about": "copy", "state": "answered", "of": case.seq, "answer": answer}
            turn.ledger.record(EntryKind.NOTE, f"{case.words}：{answer}", person=turn.person, data=data)
    again = "把新的发来就行；原来那条要去掉，回「记错了」。" if "错" in answer else "不用再管它。"
    turn.answer(Plain(f"好，记下了您的说明「{answer}」，{again}"))


@router.command(
    lambda turn: turn.reading.text.strip("。？?") in ("雷同", "雷同待说明", "查雷同", "照片雷同", "文字雷同"),
    roles=(Role.OFFICE, Role.INSPECTOR),
    help="看照片、文字雷同而本人没有说明的",
    example="雷同待说明",
)
def list_unanswered(turn: Turn) -> None:
    """What stayed unanswered after its author's days are over."""
    cases = unanswered(turn.ledger)
    if not cases:
        turn.answer(Plain("没有雷同而本人未说明的。"))
        return
    lines = [f"{case_line(turn.ledger, case)}" for case in cases[:_LISTED]]
    turn.answer(Answer(f"雷同而本人未说明的{len(cases)}处（先问问情况，不作结论）", lines))


def case_line(ledger: Ledger, case: Copy) -> str:
    """Say one case in one line, as the office reads it."""
    project = _project(ledger, case.project)
    where = f"《{project.name}》" if project else ""
    asked = shown(case.asked_at.astimezone(ledger.local_now.tzinfo).date())
    return (
        f"{case.person.name}{where}{COPY_LABELS[CopyKind(case.kind)]}：{case.words}（{asked}已问本人，流水{case.seq}）"
    )


def _photo_case(turn: Turn, entry: Entry) -> list[Copy]:
    marked = [item for item in entry.attachments if "same_as" in item]
    if not marked:
        return []
    first = min(marked, key=lambda item: str(item["same_as"]))
    earlier = turn.ledger.session.get(Entry, first["same_entry"])
    assert earlier is not None
    words = f"照片{len(marked)}张与{_where(turn, earlier, '发的')}相同"
    return [open_case(turn.ledger, CopyKind.PHOTO, entry, turn.person, words, earlier=earlier.seq)]


def _words_cases(turn: Turn, entry: Entry) -> list[Copy]:
    ledger = turn.ledger
    project = _project(ledger, entry.project or "")
    words = Wording(entry.text, _names(project))
    keys = words.keys()
    earlier = _made_from(ledger, entry, words) if keys else None
    remember_words(ledger, entry, keys)
    if project is not None and _same_for_months(ledger, entry):
        if Intent.NO_NEWS not in turn.reading.intents:
            ask_after_same_words(turn, project, _MONTHS_ALIKE)
        return []
    cases = []
    if earlier is not None:
        day = day_of(earlier.data, earlier.time)
        entry.data = {**entry.data, "like": {"entry": earlier.seq, "day": day.isoformat()}}
        said = f"文字与{_where(turn, earlier, '报的')}基本相同"
        cases.append(open_case(ledger, CopyKind.TEXT, entry, turn.person, said, earlier=earlier.seq))
    others = _others_named(turn, entry, project)
    if others:
        entry.data = {**entry.data, "names_other": others}
        said = f"材料里写着《{others[0]}》"
        cases.append(open_case(ledger, CopyKind.NAME, entry, turn.person, said, earlier=None))
    return cases


def _made_from(ledger: Ledger, entry: Entry, words: Wording) -> Entry | None:
    """Return the earlier entry whose words these are: of another project or unit, or of another month of this one."""
    day = day_of(entry.data, ledger.now)
    for other in alike_by_key(ledger, words.keys()):
        same = _scope(other) == _scope(entry)
        if other.message_id == entry.message_id and entry.message_id is not None:
            continue
        if (entry.project is None) != (other.project is None):
            continue  # a unit's report repeats what was said of its projects, as it should
        if same and _month(day_of(other.data, other.time)) == _month(day):
            continue
        if copied(words, Wording(other.text, _names(_project(ledger, other.project or ""))), same_project=same):
            return other
    return None


def _same_for_months(ledger: Ledger, entry: Entry) -> bool:
    """Whether a project's report has had the very same words for three months running, this one included."""
    said = normalise(entry.text)
    if not said or entry.project is None:
        return False
    told = ledger.entries(project=entry.project, kinds=(EntryKind(entry.kind),), limit=60)
    months = {_month(day_of(one.data, one.time)) for one in told if normalise(one.text) == said}
    this = day_of(entry.data, ledger.now)
    wanted = []
    for _ in range(_MONTHS_ALIKE - 1):
        this = this.replace(day=1) - timedelta(days=1)
        wanted.append(_month(this))
    return months.issuperset(wanted) and _month(day_of(entry.data, ledger.now)) not in months


def _others_named(turn: Turn, entry: Entry, project: Project | None) -> list[str]:
    """Return other projects' full names in a report on one project: what a copy forgets to change."""
    if project is None or entry.kind != EntryKind.SUBMISSION.value:
        return []
    named = [one.name for one in turn.reading.visible if one.code != project.code]
    return foreign_names(entry.text, _names(project), named)


def _ask(turn: Turn, cases: Sequence[Copy]) -> None:
    only_photos = all(case.kind == CopyKind.PHOTO.value for case in cases)
    labels = ("补以前的", "发错了", "这次新拍的") if only_photos else ("情况确实一样", "贴错了，我重报")
    options = [(label, label) for label in labels]
    facts: dict[str, Any] = {"cases": [case.id for case in cases]}
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, options, beside=True)
    said = "；".join(dict.fromkeys(case.words for case in cases))
    turn.answer(Asked(f"{said}，是什么情况？只问您本人。", question.buttons), duty=f"question:{question.id}")


def _where(turn: Turn, earlier: Entry, done: str) -> str:
    """Say where something was used before, as far as this person may know: 8月12日《…》里别人发的."""
    day = shown_with_year(day_of(earlier.data, earlier.time), turn.ledger.today)
    project = _project(turn.ledger, earlier.project or "")
    if project is None or not may_see(turn.ledger, turn.person, project):
        return f"{day}别处{done}"
    others = "里别人" if earlier.person_id != turn.person.id else "里"
    return f"{day}《{project.name}》{others}{done}"


def shown_with_year(day: date, today: date) -> str:
    """Write a day as people say it, with its year where that is another."""
    return shown(day) if day.year == today.year else f"{day.year}年{shown(day)}"


def _scope(entry: Entry) -> str:
    return entry.project or str(entry.data.get("subject") or f"person:{entry.person_id}")


def _project(ledger: Ledger, code: str) -> Project | None:
    return ledger.session.scalar(select(Project).where(Project.code == code)) if code else None


def _names(project: Project | None) -> tuple[str, ...]:
    return project.called if project else ()


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
