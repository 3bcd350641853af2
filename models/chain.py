"""Industrial chains (链长制, DC-25): one chain, one plan, four lists, one team.

The four lists are those of this notice (重点事项、园区、企业、项目); the list of the same name in JZ-06 is the
province's and is never mixed with them (A17).
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person
from models.project import Project

_CLAUSE = "DC-25"
PROJECTS = "重点项目清单"


class Chain(Base):
    """A chain of industry. Its 链长 and team are in `models/team.py`."""

    __tablename__ = "chains"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    plan: Mapped[str] = mapped_column(Text, default="")

    items: Mapped[list[ChainItem]] = relationship(order_by="ChainItem.id")

    @property
    def shown(self) -> str:
        """Its name as people say it: 纺织链."""
        return self.name if self.name.endswith("链") else f"{self.name}链"


class ChainItem(Base):
    """A line of one of a chain's four lists, from one day to another."""

    __tablename__ = "chain_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    chain_id: Mapped[int] = mapped_column(ForeignKey("chains.id"), index=True)
    list_name: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(String(200))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]

    project: Mapped[Project | None] = relationship(lazy="joined")

    def covers(self, day: date) -> bool:
        """Whether it is on the list on that local date."""
        return self.since <= day and (self.until is None or day < self.until)


def list_names(ledger: Ledger) -> tuple[str, ...]:
    """Return this county's four lists. Raises Refusal where its notice knows no chains (A17)."""
    lists = ledger.mechanism.codes.four_lists
    if lists is None or lists.clause != _CLAUSE or not lists.items:
        own = f"本制度的“四个清单”是{lists.title}，" if lists else ""
        raise Refusal(f"{own}没有链长制的四个清单；要用请在制度文件里写上链长制条款。")
    return lists.names


def find_chain(ledger: Ledger, words: str) -> Chain | None:
    """Return the chain of a name, with or without 链, 产业链."""
    plain = _plain(words)
    chains = ledger.session.scalars(select(Chain).order_by(Chain.id)).all()
    return next((chain for chain in chains if _plain(chain.name) == plain), None)


def all_chains(ledger: Ledger) -> list[Chain]:
    """Return the county's chains."""
    return list(ledger.session.scalars(select(Chain).order_by(Chain.id)))


def save_chain(ledger: Ledger, name: str, plan: str, by: Person | None) -> Chain:
    """Register a chain, or give it another plan: one chain, one plan."""
    list_names(ledger)
    chain = find_chain(ledger, name)
    if chain is None:
        chain = Chain(name=_plain(name), plan="")
        ledger.session.add(chain)
    if plan:
        chain.plan = plan
    ledger.session.flush()
    _note(ledger, f"{chain.shown}：{plan or '登记'}", chain, "chain", by)
    return chain


def put_on_list(
    ledger: Ledger, chain: Chain, list_name: str, *, name: str = "", project: Project | None = None, by: Person | None
) -> ChainItem:
    """Put a line on one of the four lists. Raises Refusal for a list that is not of this notice."""
    names = list_names(ledger)
    wanted = next((listed for listed in names if list_name in (listed, listed.removesuffix("清单"))), None)
    if wanted is None:
        raise Refusal(f"没有「{list_name}」，链长制四个清单是：{'、'.join(names)}。")
    shown = project.name if project else name
    if not shown:
        raise Refusal("请写明列入清单的是什么。")
    held = next((item for item in on_list(ledger, chain, wanted) if item.name == shown), None)
    if held is not None:
        return held
    item = ChainItem(
        chain_id=chain.id,
        list_name=wanted,
        name=shown,
        project_id=project.id if project else None,
        since=ledger.today,
    )
    ledger.session.add(item)
    ledger.session.flush()
    _note(ledger, f"{chain.shown}{wanted}列入{shown}", chain, "chain_item", by, project)
    return item


def take_off(ledger: Ledger, item: ChainItem, by: Person | None) -> None:
    """Take a line off its list; it stays in the history."""
    item.until = ledger.today
    ledger.record(
        EntryKind.NOTE, f"{item.list_name}移出{item.name}", person=by, data={"about": "extension", "state": "chain_off"}
    )


def on_list(ledger: Ledger, chain: Chain, list_name: str) -> list[ChainItem]:
    """Return what is on one list today."""
    query = (
        select(ChainItem)
        .where(
            ChainItem.chain_id == chain.id,
            ChainItem.list_name == list_name,
            or_(ChainItem.until.is_(None), ChainItem.until > ledger.today),
        )
        .order_by(ChainItem.id)
    )
    return list(ledger.session.scalars(query))


def _plain(words: str) -> str:
    return words.strip().removesuffix("链").removesuffix("产业")


def _note(
    ledger: Ledger, text: str, chain: Chain, state: str, by: Person | None, project: Project | None = None
) -> None:
    ledger.record(
        EntryKind.NOTE,
        text,
        person=by,
        project=project,
        data={"about": "extension", "state": state, "chain": chain.name},
    )
