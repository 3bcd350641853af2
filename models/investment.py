"""招商: a lead (线索) keeps one number from the first word to 落地 (ZZ-07, ZZ-08, ZZ-10, ZZ-30).

Four stages, forward one by one, back only with a reason. A review concludes when every dimension has an opinion. What
somebody brought counts for him once it has landed, not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import Scope
from models.base import Base
from models.deeds import Deed, require
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.people import Person, Unit
from models.project import Part, Project, ProjectSeat

_STAGES = ("项目前期", "项目评估", "项目签约", "项目落地")
_REVIEWED = 1  # the stage in which the review is made: nobody leaves it without a conclusion


class Lead(Base):
    """One lead. `brought_by` is who brought the clue, registered or not; `unit` the one that follows it."""

    __tablename__ = "leads"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    brought_by: Mapped[str] = mapped_column(String(100))
    brought_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    stage: Mapped[str] = mapped_column(String(20), index=True)
    since: Mapped[date]
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), unique=True)
    conclusion: Mapped[str] = mapped_column(String(500), default="")
    passed: Mapped[bool | None]

    unit: Mapped[Unit] = relationship(lazy="joined", foreign_keys=unit_id)
    brought_unit: Mapped[Unit | None] = relationship(lazy="joined", foreign_keys=brought_unit_id)
    project: Mapped[Project | None] = relationship(lazy="joined")
    stays: Mapped[list[LeadStay]] = relationship(lazy="selectin", order_by="LeadStay.id")
    opinions: Mapped[list[ReviewOpinion]] = relationship(lazy="selectin", order_by="ReviewOpinion.id")

    @property
    def shown(self) -> str:
        """Its number and name."""
        return f"{self.number}《{self.name}》"


class LeadStay(Base):
    """A lead's stay in one stage; `until` is open while it is there."""

    __tablename__ = "lead_stays"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]
    until: Mapped[date | None]


class ReviewOpinion(Base):
    """What one department says on one dimension of the review (会商评估论证, ZZ-08)."""

    __tablename__ = "review_opinions"
    __table_args__ = (UniqueConstraint("lead_id", "dimension", "unit_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    dimension: Mapped[str] = mapped_column(String(50))
    unit_name: Mapped[str] = mapped_column(String(100))
    opinion: Mapped[str] = mapped_column(Text)
    given: Mapped[date]


@dataclass(frozen=True)
class Share:
    """What one unit's people brought: how many leads, and how many of them count because they landed."""

    unit: str
    brought: int
    landed: int


def stages(ledger: Ledger) -> tuple[str, ...]:
    """Return the four stages, first to last."""
    codes = ledger.mechanism.codes.investment_stages
    return codes.names if codes else _STAGES


def dimensions(ledger: Ledger) -> tuple[str, ...]:
    """Return what a review must look at; nothing where the notice names nothing."""
    codes = ledger.mechanism.codes.review_dimensions
    return codes.names if codes else ()


def register(
    ledger: Ledger, name: str, *, unit: Unit, brought_by: str, brought_unit: Unit | None, by: Person | None
) -> Lead:
    """Enter a lead; whoever brings one may. It gets the number it keeps."""
    known = ledger.session.scalar(select(Lead).where(Lead.name == name))
    if known is not None:
        raise Refusal(f"这条线索已登记：{known.shown}，由{known.unit.shown}跟进。")
    last = ledger.session.scalar(select(func.max(Lead.id))) or 0
    lead = Lead(
        number=ledger.mechanism.numbering.lead.format(n=last + 1, year=ledger.today.year),
        name=name,
        brought_by=brought_by,
        brought_unit_id=brought_unit.id if brought_unit else None,
        unit_id=unit.id,
        entered_by=by.id if by else None,
        stage=stages(ledger)[0],
        since=ledger.today,
        project_id=ledger.session.scalar(select(Project.id).where(Project.name == name)),
    )
    lead.stays.append(LeadStay(stage=lead.stage, since=ledger.today))
    ledger.session.add(lead)
    ledger.session.flush()
    ledger.session.refresh(lead)
    note(ledger, lead, by, f"登记招商线索：{name}（{brought_by}提供，{unit.shown}跟进）", "registered")
    return lead


def note(ledger: Ledger, lead: Lead, by: Person | None, text: str, state: str, **more: object) -> Entry:
    """Record what becomes of a lead, on its project where it has one."""
    data = {"about": "lead", "state": state, "lead": lead.number, "stage": lead.stage, "unit": lead.unit.shown, **more}
    return ledger.record(EntryKind.NOTE, text, person=by, project=lead.project, data=data)


def find_stage(ledger: Ledger, words: str) -> str:
    """Return the stage that words mean (评估, 项目评估). Raises Refusal."""
    fits = [name for name in stages(ledger) if words in name]
    if len(fits) != 1:
        raise Refusal(f"没有「{words}」这个阶段，可选：{'、'.join(stages(ledger))}。")
    return fits[0]


def advance(
    ledger: Ledger, lead: Lead, to: str, *, by: Person | None, reason: str = "", on: date | None = None
) -> Entry:
    """Move a lead on by one stage, or back with a reason (ZZ-07)."""
    require(ledger, by, Deed.MOVE_LEAD)
    names, before = stages(ledger), lead.stage
    step = names.index(to) - names.index(before)
    if step == 0:
        raise WrongState(f"{lead.shown}已经在「{before}」阶段。")
    if step > 1:
        raise WrongState(f"{lead.shown}还在「{before}」，下一步是「{names[names.index(before) + 1]}」，不能跳过。")
    if step < 0 and not reason:
        raise Refusal(f"从「{before}」退回「{to}」要写明原因，例如「{lead.number}退回{to} 因企业调整投资」。")
    if step > 0 and names.index(before) == _REVIEWED and dimensions(ledger) and not lead.passed:
        lacking = missing_dimensions(ledger, lead)
        told = f"评估还差{'、'.join(lacking)}" if lacking else "评估还没有通过的结论"
        raise WrongState(f"{lead.shown}{told}，不能转「{to}」。")
    day = on or ledger.today
    if day > ledger.today or day < lead.since:
        raise Refusal(f"日期{day}不对，应在{lead.since}到今天之间。")
    lead.stays[-1].until = day
    lead.stays.append(LeadStay(stage=to, since=day))
    lead.stage, lead.since = to, day
    if to == names[-1] and lead.project is not None:
        lead.project.landed = day
    elif lead.project is not None and step < 0:
        lead.project.landed = None
    ledger.session.flush()
    text = f"招商阶段由{before}{'转为' if step > 0 else '退回'}{to}{'：' + reason if reason else ''}"
    return note(ledger, lead, by, text, "moved", occurred=day.isoformat(), reason=reason or None, **{"from": before})


def give_opinion(ledger: Ledger, lead: Lead, dimension: str, unit_name: str, opinion: str, by: Person | None) -> Entry:
    """Note a department's opinion on one dimension."""
    require(ledger, by, Deed.REVIEW_INVESTMENT)
    fits = [name for name in dimensions(ledger) if dimension in name]
    if len(fits) != 1:
        raise Refusal(f"评估没有「{dimension}」这一项，可选：{'、'.join(dimensions(ledger))}。")
    if lead.passed is not None:
        raise WrongState(f"{lead.shown}的评估已有结论，要重评请先退回阶段。")
    row = next((row for row in lead.opinions if (row.dimension, row.unit_name) == (fits[0], unit_name)), None)
    if row is None:
        row = ReviewOpinion(dimension=fits[0], unit_name=unit_name, opinion=opinion, given=ledger.today)
        lead.opinions.append(row)
    row.opinion, row.given = opinion, ledger.today
    ledger.session.flush()
    text = f"会商评估「{fits[0]}」{unit_name}意见：{opinion}"
    return note(ledger, lead, by, text, "opinion", dimension=fits[0], department=unit_name)


def missing_dimensions(ledger: Ledger, lead: Lead) -> list[str]:
    """Return the dimensions on which nobody has given an opinion."""
    given = {row.dimension for row in lead.opinions}
    return [name for name in dimensions(ledger) if name not in given]


def conclude(ledger: Ledger, lead: Lead, passed: bool, text: str, by: Person | None) -> Entry:
    """Conclude a review. Raises WrongState naming the dimensions that are missing (ZZ-08)."""
    require(ledger, by, Deed.REVIEW_INVESTMENT)
    lacking = missing_dimensions(ledger, lead)
    if lacking:
        raise WrongState(f"{lead.shown}评估还差{'、'.join(lacking)}的意见，不能出结论。")
    lead.passed, lead.conclusion = passed, text
    words = f"会商评估结论：{'通过' if passed else '不通过'}{'，' + text if text else ''}"
    return note(ledger, lead, by, words, "concluded", passed=passed)


def link(ledger: Ledger, lead: Lead, project: Project, by: Person | None) -> Entry:
    """Say which item of the ledger a lead has become."""
    require(ledger, by, Deed.MOVE_LEAD)
    taken = ledger.session.scalar(select(Lead).where(Lead.project_id == project.id, Lead.id != lead.id))
    if taken is not None:
        raise Refusal(f"《{project.name}》已对应线索{taken.shown}。")
    lead.project = project
    if lead.stage == stages(ledger)[-1]:
        project.landed = project.landed or lead.since
    ledger.session.flush()
    return note(ledger, lead, by, f"线索{lead.number}对应台账项目{project.code}", "linked")


def find_lead(ledger: Ledger, words: str) -> Lead | None:
    """Return the lead of a number (XS-1, xs1), of a name, or of its project's code."""
    wanted = words.upper().replace("-", "").replace(" ", "")
    for lead in ledger.session.scalars(select(Lead).order_by(Lead.id.desc())):
        codes = {lead.name, *((lead.project.code, lead.project.name) if lead.project else ())}
        if lead.number.upper().replace("-", "") == wanted or words in codes:
            return lead
    return None


def leads(ledger: Ledger, stage: str | None = None) -> list[Lead]:
    """Return the leads, of one stage where asked."""
    query = select(Lead).order_by(Lead.id)
    return list(ledger.session.scalars(query.where(Lead.stage == stage) if stage else query))


def dwell(lead: Lead, today: date) -> dict[str, int]:
    """Return how many days a lead has spent in each stage, coming back included (ZZ-07)."""
    spent: dict[str, int] = {}
    for stay in lead.stays:
        spent[stay.stage] = spent.get(stay.stage, 0) + ((stay.until or today) - stay.since).days
    return spent


def shares(ledger: Ledger) -> list[Share]:
    """Return what each unit brought, and what of it counts because it has landed (ZZ-30)."""
    last = stages(ledger)[-1]
    found: dict[str, list[Lead]] = {}
    for lead in leads(ledger):
        found.setdefault(lead.brought_unit.shown if lead.brought_unit else lead.brought_by, []).append(lead)
    return [Share(unit, len(own), sum(lead.stage == last for lead in own)) for unit, own in found.items()]


def helpers(ledger: Ledger, project: Project) -> list[str]:
    """Return the named 帮办专人 of a project (ZZ-10)."""
    return project.names(Part.HELPER, ledger.today)


def name_helper(ledger: Ledger, project: Project, helper: Person, by: Person | None) -> Entry:
    """Name who runs the errands of a project; the one before him steps back."""
    require(ledger, by, Deed.NAME_HELPER, Scope(project=project))
    for seat in project.seats:
        if seat.part == Part.HELPER and seat.until is None:
            seat.until = ledger.today
    project.seats.append(ProjectSeat(part=Part.HELPER.value, name=helper.name, person=helper, since=ledger.today))
    ledger.session.flush()
    data = {"about": "helper", "state": "named", "helper": helper.name}
    return ledger.record(EntryKind.NOTE, f"帮办专人：{helper.name}", person=by, project=project, data=data)
