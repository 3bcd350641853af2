"""Problems (存在问题) as the ledger's entries tell them: open until somebody entitled closes them (ZZ-20).

Every step is an entry that carries the whole problem, so the newest standing one of a number is how it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select

from models import lookback
from models.calendar import local_date
from models.deeds import Deed, require
from models.entry import Entry, EntryKind
from models.errors import Forbidden, Refusal, WrongState
from models.ledger import Ledger
from models.mechanism import Code
from models.people import Person, Unit
from models.pictures import only_copies
from models.project import Project
from models.rights import may_see
from models.unit_names import unit_of_notice

KIND = "problem"
_TOLD = (EntryKind.PROBLEM.value, EntryKind.RESOLUTION.value)
_NUMBER: ColumnElement[str] = Entry.data["problem"].as_string()


class ProblemState(StrEnum):
    """Where a problem stands: the words of the public ledger."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    REOPENED = "reopened"


PROBLEM_LABELS = {
    ProblemState.OPEN: "办理中",
    ProblemState.CLOSING: "申请销号",
    ProblemState.CLOSED: "已销号",
    ProblemState.REOPENED: "重开、办理中",
}


class Outcome(StrEnum):
    """How a problem is dealt with (ZZ-16, 4.3); the value is how people call it."""

    ON_SITE = "现场解决"
    STUDY = "专题研究"
    RAISED = "提请"


@dataclass(frozen=True)
class Problem:
    """One problem as its newest entry has it. `project` is its 编号, `times` how often it was reported."""

    number: str
    project: str
    category: str
    text: str
    due: date | None
    state: ProblemState = ProblemState.OPEN
    outcome: str = ""
    unit: str = ""
    person: str = ""
    raised: date | None = None
    times: int = 1
    seq: int = 0
    risk: str = ""  # 高 where the project itself may be lost

    @property
    def short(self) -> str:
        """Its words, cut to what fits a line."""
        words = " ".join(self.text.split())
        return words if len(words) <= 24 else words[:23] + "…"

    @property
    def label(self) -> str:
        """The state in Chinese, with how it is dealt with."""
        state = PROBLEM_LABELS[self.state]
        return f"{self.outcome}、{state}" if self.outcome else state

    def data(self) -> dict[str, Any]:
        """Return what every entry about it carries."""
        return {
            "problem": self.number,
            "category": self.category,
            "matter": self.text,
            "due": self.due.isoformat() if self.due else None,
            "state": self.state.value,
            "outcome": self.outcome or None,
            "unit": self.unit or None,
            "person": self.person or None,
            "raised": self.raised.isoformat() if self.raised else None,
            "times": self.times if self.times > 1 else None,
            "risk": self.risk or None,
        }


def open_problems(ledger: Ledger, project: Project | None = None) -> list[Problem]:
    """Return the problems that are not closed, newest first."""
    return [problem for problem in _standing(ledger, project) if problem.state is not ProblemState.CLOSED]


def find_problem(ledger: Ledger, number: str) -> Problem | None:
    """Return a problem by its number (ISS-31, iss31)."""
    wanted = number.upper().replace("-", "").replace(" ", "")
    alike = func.upper(func.replace(_NUMBER, "-", "")) == wanted
    return next(iter(_read(ledger, alike)), None)


def problems_raised(ledger: Ledger, start: date, end: date) -> list[Problem]:
    """Return the problems first told from one local date to another, newest first."""
    return [problem for problem in _standing(ledger, None) if problem.raised and start <= problem.raised <= end]


def next_problem_number(ledger: Ledger) -> str:
    """Return the next number in the county's form (ISS-34)."""
    last = ledger.session.scalar(
        select(_NUMBER)
        .where(Entry.kind == EntryKind.PROBLEM.value, _NUMBER.is_not(None))
        .order_by(func.length(_NUMBER).desc(), _NUMBER.desc())
        .limit(1)
    )
    highest = max([_serial(last or ""), *(_serial(str(entry.data.get("problem", ""))) for entry in ledger.unsealed)])
    return ledger.mechanism.numbering.problem.format(n=highest + 1, year=ledger.today.year)


def project_of(ledger: Ledger, problem: Problem) -> Project | None:
    """Return the project a problem belongs to."""
    return ledger.session.scalar(select(Project).where(Project.code == problem.project))


def tell(
    ledger: Ledger,
    problem: Problem,
    kind: EntryKind,
    text: str,
    *,
    person: Person | None,
    attachments: Sequence[dict[str, Any]] = (),
    **changes: Any,
) -> Entry:
    """Record a step of a problem; `changes` are further fields of the entry."""
    return ledger.record(
        kind,
        text,
        person=person,
        project=project_of(ledger, problem),
        data={**problem.data(), **changes},
        attachments=attachments,
    )


# --- its steps ------------------------------------------------------------------------------------------


def request_close(
    ledger: Ledger,
    problem: Problem,
    person: Person | None,
    text: str,
    attachments: Sequence[dict[str, Any]] = (),
    *,
    on_site: bool = False,
) -> Problem:
    """申请销号 by the unit, or 现场解决 by whoever is there, with what shows it: words or photos (ZZ-16, ZZ-20)."""
    _reach(ledger, problem, person)
    _open(problem, "申请销号")
    if len(text.strip()) < 2 and not attachments:
        raise Refusal(f"请一并说明{problem.number}是怎么解决的，或附上照片，例如「{problem.number}申请销号：路已通」。")
    outcome = Outcome.ON_SITE.value if on_site else problem.outcome
    changed = _with(problem, state=ProblemState.CLOSING, outcome=outcome)
    tell(ledger, changed, EntryKind.PROBLEM, text, person=person, attachments=attachments)
    if len(text.strip()) < 2 and only_copies(ledger, attachments):
        raise Refusal(f"这些照片以前用过，不能当作新的依据；请说明{problem.number}是怎么解决的，或拍一张现在的。")
    return changed


def study(ledger: Ledger, problem: Problem, person: Person | None, text: str) -> Problem:
    """专题研究: what cannot be solved on site is put before a meeting (ZZ-16); the topic itself is the caller's."""
    _reach(ledger, problem, person)
    _open(problem, "转专题研究")
    changed = _with(problem, outcome=Outcome.STUDY.value)
    tell(ledger, changed, EntryKind.PROBLEM, text or "转专题研究", person=person)
    return changed


def close(ledger: Ledger, problem: Problem, person: Person | None, remark: str) -> Problem:
    """销号 by 督查室 or the office, on evidence: the unit's, or what they say they have seen themselves."""
    require(ledger, person, Deed.CLOSE_PROBLEM)
    if problem.state is ProblemState.CLOSED:
        raise WrongState(f"{problem.number}已经销号，不用再办。")
    if problem.state is not ProblemState.CLOSING and len(remark.strip()) < 2:
        raise Refusal(f"{problem.number}还没有销号依据，请写明核实情况，例如「{problem.number}销号：现场核实路已通」。")
    changed = _with(problem, state=ProblemState.CLOSED)
    tell(ledger, changed, EntryKind.RESOLUTION, remark or f"{problem.number}销号", person=person)
    lookback.plan(ledger, KIND, problem.number, project_of(ledger, problem))
    return changed


def refuse_close(ledger: Ledger, problem: Problem, person: Person | None, remark: str) -> Problem:
    """退回 a request to close."""
    require(ledger, person, Deed.CLOSE_PROBLEM)
    if problem.state is not ProblemState.CLOSING:
        raise WrongState(f"{problem.number}现在是「{problem.label}」，没有销号申请可退。")
    outcome = "" if problem.outcome == Outcome.ON_SITE.value else problem.outcome
    changed = _with(problem, state=ProblemState.OPEN, outcome=outcome)
    tell(ledger, changed, EntryKind.PROBLEM, remark or "销号申请退回", person=person, reason=remark or None)
    return changed


def reopen(ledger: Ledger, problem: Problem, person: Person | None, reason: str) -> Problem:
    """重开 what was closed: the look back found it unsolved."""
    require(ledger, person, Deed.CLOSE_PROBLEM)
    if problem.state is not ProblemState.CLOSED:
        raise WrongState(f"{problem.number}现在是「{problem.label}」，不用重开。")
    changed = _with(problem, state=ProblemState.REOPENED, outcome="")
    tell(ledger, changed, EntryKind.PROBLEM, reason or "重开", person=person, reason=reason or None)
    lookback.take(ledger, KIND, problem.number, f"重开：{reason}")
    return changed


def archive(ledger: Ledger, problem: Problem, person: Person | None, remark: str) -> None:
    """回头看 found it solved indeed: it is put away."""
    require(ledger, person, Deed.CLOSE_PROBLEM)
    if problem.state is not ProblemState.CLOSED:
        raise WrongState(f"{problem.number}现在是「{problem.label}」，销号以后才回头看。")
    tell(ledger, problem, EntryKind.RESOLUTION, remark or "回头看属实，归档", person=person, look_back="属实归档")
    lookback.take(ledger, KIND, problem.number, remark or "属实归档")


def route(ledger: Ledger, problem: Problem, person: Person | None, unit: Unit) -> Problem:
    """转办: the office names the unit that solves it."""
    require(ledger, person, Deed.ROUTE_PROBLEM)
    _open(problem, "转办")
    changed = _with(problem, unit=unit.shown)
    tell(ledger, changed, EntryKind.PROBLEM, f"转{unit.shown}办理", person=person)
    return changed


def problems_with(ledger: Ledger, unit: Unit) -> list[Problem]:
    """Return the open problems a unit was asked to solve."""
    return [problem for problem in open_problems(ledger) if problem.unit == unit.shown]


def postpone(ledger: Ledger, problem: Problem, person: Person | None, due: date, text: str) -> None:
    """Move its date: an extension was granted."""
    tell(ledger, _with(problem, due=due), EntryKind.PROBLEM, text, person=person)


def usual_route(ledger: Ledger, category: str) -> str:
    """Return the unit that usually solves such problems (`route` of the pack's code list), by its registered name."""

    def look(codes: Sequence[Code], names: list[str]) -> str:
        for code in codes:
            if names and code.name == names[0]:
                return look(code.children, names[1:]) or code.route or ""
        return ""

    name = look(ledger.mechanism.codes.problem_categories.items, category.split("/"))
    unit = unit_of_notice(ledger, name)
    return unit.shown if unit else name


@dataclass(frozen=True)
class Solved:
    """Of the problems told in a period, how many were solved on the spot; `seqs` are the entries that say so."""

    raised: int
    on_site: int
    verified: int
    study: int
    seqs: tuple[int, ...]


def solved_on_site(ledger: Ledger, start: date, end: date) -> Solved:
    """Return the ratio of ZZ-16, which can be checked entry by entry."""
    told = problems_raised(ledger, start, end)
    on_site = [problem for problem in told if problem.outcome == Outcome.ON_SITE.value]
    return Solved(
        raised=len(told),
        on_site=len(on_site),
        verified=sum(problem.state is ProblemState.CLOSED for problem in on_site),
        study=sum(problem.outcome == Outcome.STUDY.value for problem in told),
        seqs=tuple(problem.seq for problem in on_site),
    )


# --- reading --------------------------------------------------------------------------------------------


def _standing(ledger: Ledger, project: Project | None) -> list[Problem]:
    return _read(ledger, Entry.project == project.code if project else None)


def _read(ledger: Ledger, condition: ColumnElement[bool] | None) -> list[Problem]:
    """Return each problem by its newest entry that stands; the database picks it, however many there are."""
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    newest = select(func.max(Entry.seq)).where(Entry.kind.in_(_TOLD), _NUMBER.is_not(None), Entry.seq.not_in(newer))
    taken_back = [entry.supersedes for entry in ledger.unsealed if entry.supersedes is not None]  # by this message
    newest = newest.where(Entry.seq.not_in(taken_back)) if taken_back else newest
    if condition is not None:
        newest = newest.where(condition)
    query = select(Entry).where(Entry.seq.in_(newest.group_by(_NUMBER))).order_by(Entry.seq.desc())
    return [_problem(entry) for entry in ledger.session.scalars(query)]


def _problem(entry: Entry) -> Problem:
    data = entry.data
    due, raised = data.get("due"), data.get("raised")
    return Problem(
        data.get("problem", ""),
        entry.project or "",
        data.get("category", ""),
        data.get("matter") or entry.text,
        date.fromisoformat(due) if due else None,
        ProblemState(data.get("state", "open")),
        data.get("outcome") or "",
        data.get("unit") or "",
        data.get("person") or "",
        date.fromisoformat(raised) if raised else local_date(entry.time),
        int(data.get("times") or 1),
        entry.seq,
        data.get("risk") or "",
    )


def _with(problem: Problem, **changes: Any) -> Problem:
    return Problem(**{**problem.__dict__, **changes})


def _open(problem: Problem, verb: str) -> None:
    if problem.state is ProblemState.CLOSED:
        raise WrongState(f"{problem.number}已经销号，不能再{verb}；要重开请督查部门或项目办办理。")


def _reach(ledger: Ledger, problem: Problem, person: Person | None) -> None:
    project = project_of(ledger, problem)
    if person is None or person.unit.shown == problem.unit:
        return
    if project is None or not may_see(ledger, person, project):
        raise Forbidden(f"没有找到「{problem.number}」，或者不在您负责的范围里；可发「问题清单」看一看。")


def _serial(number: str) -> int:
    found = re.search(r"(\d+)$", number)
    return int(found[1]) if found else 0
