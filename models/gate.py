"""批 (谋划, 包装, 储备, 实施; ZZ-01) and the gate before 储备 (ZZ-05): every move is an entry with who and why."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.deeds import Deed, require
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.people import Person
from models.project import ItemKind, Project

_BATCHES = ("谋划", "包装", "储备", "实施")
_GATED = 2  # from 储备 on, the gate must have been passed
_BUILDING = ("建", "实施", "开工", "竣工", "完工", "投产", "验收")


class GateItem(Base):
    """One condition before 储备 that is met: on which day, by what (可研批复文号, 评审意见)."""

    __tablename__ = "gate_items"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    met: Mapped[date]
    evidence: Mapped[str] = mapped_column(String(500), default="")


def batches(ledger: Ledger) -> tuple[str, ...]:
    """Return the names of the four 批, first to last."""
    codes = ledger.mechanism.codes.batches
    return codes.names if codes else _BATCHES


def gate_names(ledger: Ledger) -> tuple[str, ...]:
    """Return the conditions before 储备; none where the notice names none."""
    codes = ledger.mechanism.codes.gate
    return codes.names if codes else ()


def batch_of(ledger: Ledger, project: Project) -> str:
    """Return an item's 批. Where nobody has put it into one, its stage and its start say which it is in."""
    if project.batch:
        return project.batch
    names = batches(ledger)
    told = next((name for name in names if name in project.stage), None)
    if told:
        return told
    started = project.actual_start or project.planned_start
    building = any(word in project.stage for word in _BUILDING)
    return names[-1] if building or (started is not None and started <= ledger.today) else names[0]


def counts(ledger: Ledger) -> dict[str, list[str]]:
    """Return the codes of the projects in each 批; together they are the whole ledger of projects (ZZ-01)."""
    found: dict[str, list[str]] = {name: [] for name in batches(ledger)}
    query = select(Project).where(Project.kind == ItemKind.PROJECT.value).order_by(Project.code)
    for project in ledger.session.scalars(query):
        found.setdefault(batch_of(ledger, project), []).append(project.code)
    return found


def gate_of(ledger: Ledger, project: Project) -> dict[str, GateItem | None]:
    """Return each condition before 储备 with what met it, None where it is not met."""
    met = {item.name: item for item in _items(ledger, project)}
    return {name: met.get(name) for name in gate_names(ledger)}


def missing_for_gate(ledger: Ledger, project: Project) -> list[str]:
    """Return the conditions before 储备 that are not met."""
    return [name for name, item in gate_of(ledger, project).items() if item is None]


def find_condition(ledger: Ledger, words: str) -> str | None:
    """Return the condition that words mean: in full, in part, or by the first two characters (可研, 评审, 赋码)."""
    names = gate_names(ledger)
    for short in (words, *_SHORT.get(words, ())):
        fits = [name for name in names if name == short] or [name for name in names if short in name]
        if len(fits) == 1:
            return fits[0]
    return None


_SHORT = {"可研": ("可行性研究",), "可研报告": ("可行性研究",), "评审": ("专家评审",), "立项": ("立项赋码",)}


def meet(ledger: Ledger, project: Project, name: str, *, on: date, evidence: str, by: Person | None) -> Entry:
    """Note that a condition is met."""
    require(ledger, by, Deed.MOVE_PROJECT)
    if on > ledger.today:
        raise Refusal(f"{on}还没到，请填已经办成的日子。")
    item = next((item for item in _items(ledger, project) if item.name == name), None)
    if item is None:
        item = GateItem(project_id=project.id, name=name, met=on)
        ledger.session.add(item)
    item.met, item.evidence = on, evidence
    ledger.session.flush()
    return ledger.record(
        EntryKind.NOTE,
        f"储备条件「{name}」已具备{'：' + evidence if evidence else ''}",
        person=by,
        project=project,
        data={"about": "gate", "state": "met", "condition": name, "occurred": on.isoformat()},
    )


def tell(ledger: Ledger, project: Project, name: str, *, on: date, text: str, by: Person) -> Entry:
    """Keep what somebody tells of a condition; it is met once the office has verified it. Raises Refusal."""
    if on > ledger.today:
        raise Refusal(f"{on}还没到，请填已经办成的日子。")
    data = {"about": "gate", "state": "told", "condition": name, "occurred": on.isoformat()}
    return ledger.record(EntryKind.NOTE, text, person=by, project=project, data=data)


def move(ledger: Ledger, project: Project, to: str, *, by: Person | None, reason: str = "") -> Entry:
    """Move an item to another 批. Raises WrongState naming what the gate misses, Refusal for going back without why."""
    require(ledger, by, Deed.MOVE_PROJECT)
    names, now = batches(ledger), batch_of(ledger, project)
    if to not in names:
        raise Refusal(f"没有「{to}」这一批，可选：{'、'.join(names)}。")
    if to == now and project.batch:
        raise WrongState(f"《{project.name}》已经在「{now}」。")
    missing = missing_for_gate(ledger, project) if names.index(to) >= _GATED else []
    if missing:
        raise WrongState(f"《{project.name}》还不能转「{to}」，差{'、'.join(missing)}。")
    if names.index(to) < names.index(now) and not reason:
        raise Refusal(f"从「{now}」退回「{to}」要写明原因，例如「{project.code}退回{to} 因资金没落实」。")
    project.batch = to
    return ledger.record(
        EntryKind.NOTE,
        f"批次由{now}转为{to}{'：' + reason if reason else ''}",
        person=by,
        project=project,
        data={"about": "batch", "state": to, "from": now, "reason": reason or None},
    )


def moves(ledger: Ledger, project: Project) -> list[Entry]:
    """Return the moves of an item from 批 to 批, newest first."""
    notes = ledger.entries(project=project.code, kinds=(EntryKind.NOTE,), limit=500)
    return [entry for entry in notes if entry.data.get("about") == "batch"]


def _items(ledger: Ledger, project: Project) -> list[GateItem]:
    return list(ledger.session.scalars(select(GateItem).where(GateItem.project_id == project.id)))
