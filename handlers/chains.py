"""Industrial chains by chat (链长制, DC-25): which projects, who leads, what is on the four lists."""

from __future__ import annotations

import re

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.wording import five
from models import chain as chains
from models import team
from models.chain import Chain
from models.deeds import Deed, require
from models.directory import find_person
from models.errors import Refusal
from models.notices import Answer, Plain
from models.rights import may_see, sees_all
from models.team import Place

router = Router(topic="产业链")
_ASKS = re.compile(r"链(?:上)?(?:的)?(?:都)?(?:有|是)?(?:哪些|啥|什么|几个|谁|项目|清单|四个清单|链长|班子|方案|情况)")
_LIST = re.compile(r"(?:的)?(?P<list>重点(?:事项|园区|企业|项目)(?:清单)?)")
_ALL = re.compile(
    r"^(?:全县|我县|县里|市里|现在|看看)*(?:都)?(?:有)?(?:哪些|哪几条|几条)?(?:产业链|链长制)(?:都)?(?:有)?(?:哪些|哪几条|几条|名单|清单|情况)?[?？。]*$"
)
_FOUNDS = re.compile(
    r"^登记(?:产业)?链[：: ]*(?P<name>[\u4e00-\u9fff]{2,12}?)(?:链)?(?:[，,：:]\s*方案[：:]?(?P<plan>.+))?[。]?$", re.S
)
_ADDS = re.compile(
    r"链(?:的)?(?P<list>重点(?:事项|园区|企业|项目)(?:清单)?)(?:里)?(?:加上?|列入|增加)[：:]?\s*(?P<what>.+)$"
)
_CHIEF = re.compile(r"链长(?:是|为|由|换成|改为)(?P<name>[\u4e00-\u9fff]{2,4}?)(?:担任)?[。]?$")


def _chain_in(turn: Turn) -> Chain | None:
    text = turn.reading.text
    if "链" not in text:
        return None
    named = [
        chain for chain in turn.ledger.session.scalars(select(Chain)) if chain.shown in text or _plain(chain) in text
    ]
    return max(named, key=lambda chain: len(chain.name)) if named else None


def _plain(chain: Chain) -> str:
    return f"{chain.name}产业链"


def _adds(turn: Turn) -> tuple[Chain, re.Match[str]] | None:
    found = _ADDS.search(turn.reading.text)
    chain = _chain_in(turn) if found else None
    return (chain, found) if chain and found else None


@router.command(_adds)
def add_to_list(turn: Turn, order: tuple[Chain, re.Match[str]]) -> None:
    """Put something on one of a chain's four lists."""
    chain, found = order
    require(turn.ledger, turn.person, Deed.KEEP_CHAINS)
    project = turn.reading.named[0] if len(turn.reading.named) == 1 else None
    item = chains.put_on_list(
        turn.ledger, chain, found["list"], name=found["what"].strip(" 。"), project=project, by=turn.person
    )
    turn.answer(Plain(f"已列入{chain.shown}{item.list_name}：{item.name}。"))


@router.command(lambda turn: _FOUNDS.match(turn.inbound.text.strip()))
def found_chain(turn: Turn, found: re.Match[str]) -> None:
    """Register a chain, or give it another plan."""
    require(turn.ledger, turn.person, Deed.KEEP_CHAINS)
    chain = chains.save_chain(turn.ledger, found["name"], (found["plan"] or "").strip(), turn.person)
    turn.answer(
        Plain(f"已登记：{chain.shown}。可以接着说「{chain.shown}链长是某某」「{chain.shown}重点项目清单加P01」。")
    )


def _names_chief(turn: Turn) -> tuple[Chain, str] | None:
    found = _CHIEF.search(turn.reading.text)
    chain = _chain_in(turn) if found and not re.search(r"谁|[?？]", turn.reading.text) else None
    return (chain, found["name"]) if chain and found else None


@router.command(_names_chief)
def set_chief(turn: Turn, order: tuple[Chain, str]) -> None:
    """Name a chain's chief (链长)."""
    chain, name = order
    require(turn.ledger, turn.person, Deed.KEEP_CHAINS)
    member = team.appoint(turn.ledger, Place.CHIEF, find_person(turn.ledger, name), chain_id=chain.id, by=turn.person)
    turn.answer(Plain(f"{chain.shown}链长已登记为{member.name}。"))


def _asks(turn: Turn) -> Chain | None:
    return _chain_in(turn) if _ASKS.search(turn.reading.text) and not turn.reading.is_report else None


@router.command(_asks, help="产业链", example="纺织链有哪些项目")
def show_chain(turn: Turn, chain: Chain) -> None:
    """A chain's projects, or the list, chief, plan or team that is asked for."""
    ledger, text = turn.ledger, turn.reading.text
    wanted = _LIST.search(text)
    if re.search(r"链长|班子|方案|谁", text) and not wanted:
        members = team.members(ledger, chain_id=chain.id)
        lines = [f"{member.place} {member.name}（{member.title}）" for member in members]
        lines.append(f"方案：{chain.plan or '还没有'}")
        turn.answer(Answer(f"{chain.shown}：", five(lines)))
        return
    if "四个清单" in text:
        names = chains.list_names(ledger)
        lines = [
            f"{name}：{'、'.join(item.name for item in chains.on_list(ledger, chain, name)) or '空'}" for name in names
        ]
        turn.answer(Answer(f"{chain.shown}链长制四个清单：", lines))
        return
    name = _full(turn, wanted["list"]) if wanted else chains.PROJECTS
    items = chains.on_list(ledger, chain, name)
    seen = [item for item in items if item.project is None or may_see(ledger, turn.person, item.project)]
    lines = [f"{item.name}{_stage(item)}" for item in seen]
    turn.answer(
        Answer(f"{chain.shown}{name}{len(seen)}项：" if seen else f"{chain.shown}{name}还没有内容。", five(lines))
    )


@router.command(lambda turn: bool(_ALL.match(turn.reading.text)), help="有哪些产业链", example="有哪些产业链")
def list_chains(turn: Turn) -> None:
    """Every chain with its chief; how many projects for those who oversee the county."""
    lines = []
    counted = sees_all(turn.ledger, turn.person)
    for chain in chains.all_chains(turn.ledger):
        chief = next((m.name for m in team.members(turn.ledger, chain_id=chain.id) if m.place == Place.CHIEF), "空缺")
        count = len(chains.on_list(turn.ledger, chain, chains.PROJECTS))
        lines.append(f"{chain.shown}：链长{chief}{f'，重点项目{count}个' if counted else ''}")
    if not lines:
        turn.answer(Plain(f"还没有登记产业链；由{turn.ledger.mechanism.office_name}登记。"))
        return
    turn.answer(Answer(f"产业链{len(lines)}条：", five(lines, "条", "可问「纺织链有哪些项目」这样的一条")))


def _full(turn: Turn, words: str) -> str:
    names = chains.list_names(turn.ledger)
    found = next((name for name in names if words in (name, name.removesuffix("清单"))), None)
    if found is None:
        raise Refusal(f"链长制四个清单是：{'、'.join(names)}。")
    return found


def _stage(item: chains.ChainItem) -> str:
    return f"：{item.project.stage or '在建'}" if item.project else ""
