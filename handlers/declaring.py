"""Declaring a project in one sentence (申报项目), with only the missing facts asked for (ZZ-03, ZZ-04)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from handlers.choosing import references
from handlers.routing import Router, Turn
from handlers.understanding.numbers import read_money
from handlers.understanding.phrases import Intent
from handlers.wording import dated, five
from models import brief as briefs
from models.brief import Brief, BriefState
from models.calendar import local_date
from models.deeds import Deed, may
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.message import Kind
from models.notices import Answer, BriefWaiting, Plain, Result
from models.people import Person
from models.rights import may_see, sees_all

router = Router(topic="项目")
_ASKED_LATELY = timedelta(minutes=30)
_EXAMPLE = "例如「申报项目：城东物流园，投资主体平澜城投，总投资1.2亿元，建在城东新区，建设冷库3万平方米」。"
_MONEY_FACT = "投资额度"
_ASKS = {
    "投资主体": "谁来投资（投资主体）？",
    "投资额度": "总投资多少？请带单位，如1.2亿元。",
    "建设地点": "建在哪里？",
    "建设内容": "建设什么、多大规模？",
    "经济社会效益": "建成后有什么经济社会效益？",
}
_LABELS = {  # what begins a fact; what is kept of the beginning stands after the bar of the second pattern
    "投资主体": r"投资主体|投资方|投资单位|业主单位|业主",
    "投资额度": r"投资额度|总投资额?|投资额|计划投资|投资(?=约?[\d一二两三四五六七八九十])",
    "建设地点": r"建设地点|建设地址|选址在?|位于|建在|落户|地点|地址",
    "建设内容": r"建设内容|建设规模|主要建设|内容",
    "经济社会效益": r"经济社会效益|预期效益|社会效益|经济效益|效益",
}
_VERBS = {  # words that belong to what they begin
    "建设内容": r"新建|改建|扩建|建设|改造",
    "经济社会效益": r"建成后|达产后|投产后|可?带动|年产值|年税收|新增就业|解决就业|受益",
}
_DECLARE = re.compile(
    r"^(?:我们?|俺们?)?(?:要|来|想)?申报(?:一?个)?(?:新)?(?:项目|谋划项目)?[:：，,\s]+(?P<rest>\S.*)$", re.S
)
_BARE = re.compile(r"^(?:我们?|俺们?)?(?:要|来|想)?申报(?:一?个)?(?:新)?项目[。!！]*$")
_MORE = re.compile(
    r"^(?:补充|修改|补正)(?:申报|说明书)?[:：\s]*(?P<ref>[A-Za-z]{1,6}\s?-?\s?\d+)[:：，,\s]*(?P<rest>.+)$", re.S
)
_DECIDE = re.compile(
    r"^(?P<verb>受理|入库|退回)(?:申报)?[:：\s]*(?P<ref>[A-Za-z]{1,6}\s?-?\s?\d+)[:：，,\s]*(?P<rest>.*)$", re.S
)
_DECIDE_TAIL = re.compile(
    r"^(?:把|将)?(?P<ref>[A-Za-z]{1,6}\s?-?\s?\d+)(?:的?申报)?(?P<verb>受理|入库|退回)了?[:：，,\s]*(?P<rest>.*)$", re.S
)
_CHANGE = re.compile(r"^(?:变更|修改|更新)(?:项目)?说明书[:：，,\s]*(?P<rest>.+)$", re.S)
_PHRASES = re.compile(r"[，,。；;\n]+")


# --- reading ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """The facts a text gives, and the sum among them."""

    facts: dict[str, str]
    money: Decimal | None


def read_facts(names: tuple[str, ...], text: str) -> _Read:
    """Return the facts a text states, by the names of the notice; what begins none goes on with the one before."""
    facts: dict[str, str] = {}
    last = ""
    for phrase in _PHRASES.split(text):
        name, value = _labelled(names, phrase.strip())
        last = name or (last if last in _VERBS else "")
        if last and (value or phrase.strip()):
            facts[last] = f"{facts[last]}，{value}" if last in facts else value
    money = read_sum(facts.get(_MONEY_FACT, ""))
    if _MONEY_FACT in facts and money is None:
        del facts[_MONEY_FACT]
    return _Read({name: value for name, value in facts.items() if value}, money)


def _labelled(names: tuple[str, ...], phrase: str) -> tuple[str, str]:
    for name in names:
        found = re.match(rf"(?:{_LABELS.get(name, re.escape(name))})(?:是|为|：|:|\s)*(?P<value>.*)$", phrase, re.S)
        if found:
            return name, found["value"].strip()
    for name, words in _VERBS.items():
        if name in names and re.match(words, phrase):
            return name, phrase
    return "", phrase


def read_sum(text: str) -> Decimal | None:
    """Return a sum in 万元: with its unit, or a bare number of 万元."""
    found = read_money(text)
    if found:
        return found[0].value
    bare = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*", text)
    return Decimal(bare[1]) if bare else None


# --- declaring ----------------------------------------------------------------------------------------------


@router.command(lambda turn: bool(_BARE.match(turn.reading.text)))
def how_to_declare(turn: Turn) -> None:
    """How it is said."""
    turn.answer(Plain(f"请说项目名称和知道的情况，缺什么我再问，{_EXAMPLE}"))


@router.command(
    lambda turn: _DECLARE.match(turn.reading.text),
    help="申报项目",
    example="申报项目：城东物流园，总投资1.2亿元",
)
def declare(turn: Turn, found: re.Match[str]) -> None:
    """Begin a declaration with what one sentence gives."""
    name, _, rest = (_PHRASES.sub("，", found["rest"]) + "，").partition("，")
    name = name.strip("《》「」 ")
    if not 2 <= len(name) <= 60 or _labelled(briefs.fact_names(turn.ledger), name)[0]:
        raise Refusal(f"请先说项目名称，{_EXAMPLE}")
    brief = briefs.begin(turn.ledger, turn.person, name)
    brief.board = next((one for one in _boards(turn.ledger) if one in rest), brief.board)
    _take(turn, brief, rest)


def _boards(ledger: Ledger) -> tuple[str, ...]:
    codes = ledger.mechanism.codes.boards
    return codes.names if codes else ()


def _take(turn: Turn, brief: Brief, text: str) -> None:
    """Add what a text gives, and ask for the first thing that is still missing; hand in when nothing is."""
    read = read_facts(briefs.fact_names(turn.ledger), text)
    briefs.fill(turn.ledger, brief, read.facts, read.money)
    _next(turn, brief)


def _next(turn: Turn, brief: Brief) -> None:
    lacking = briefs.missing(turn.ledger, brief)
    if lacking:
        given = len(briefs.fact_names(turn.ledger)) - len(lacking)
        ask = _ASKS.get(lacking[0], f"{lacking[0]}是什么？")
        left = f"（还差{len(lacking)}项；不报了回「不报了」）"
        turn.answer(Plain(f"《{brief.name}》说明书已记{given}项。{ask}{left}"))
        return
    briefs.file(turn.ledger, brief)
    office = turn.ledger.mechanism.office_name
    turn.answer(Plain(f"已申报《{brief.name}》，编号{brief.number}，等{office}受理；编写人{brief.author.name}。"))
    tell_office(turn.ledger, brief)


def tell_office(ledger: Ledger, brief: Brief) -> None:
    """Lay a declaration before the office."""
    words = BriefWaiting(
        number=brief.number,
        project=brief.name,
        unit=brief.unit.shown,
        author=brief.author.name,
        state=brief.state,
        items=[(name, str(brief.facts.get(name, ""))) for name in briefs.fact_names(ledger)],
        buttons=[(f"declare-admit-{brief.id}", "入库"), (f"declare-accept-{brief.id}", "受理")],
    )
    ledger.say_to_office(words, key=f"brief:{brief.id}:{brief.version}", duty=f"brief:{brief.id}")


def _answers(turn: Turn) -> Brief | None:
    """Return the declaration a plain sentence goes on with: what was asked a moment ago."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or len(turn.reading.text) < 2:
        return None
    brief = briefs.draft_of(turn.ledger, turn.person)
    if brief is None or brief.state != BriefState.DRAFT.value:
        return None
    if turn.ledger.now - brief.touched_at > _ASKED_LATELY or turn.reading.intents - _TELLING:
        return None
    named = turn.reading.decision.matches and turn.reading.is_report
    return None if named or re.search(r"[?？]$", turn.reading.text) else brief


_TELLING = {Intent.PROGRESS, Intent.PROBLEM, Intent.NO_NEWS, Intent.SOLVED, Intent.VISIT}


@router.command(lambda turn: re.fullmatch(r"(?:先)?不(?:申)?报了[。!！]*", turn.reading.text) and _answers(turn))
def put_aside(turn: Turn, brief: Brief) -> None:
    """Put an unfinished declaration aside."""
    briefs.withdraw(turn.ledger, brief, turn.person)
    turn.answer(Plain(f"好的，《{brief.name}》先不报。"))


@router.command(lambda turn: _MORE.match(turn.reading.text))
def complete(turn: Turn, found: re.Match[str]) -> None:
    """Complete a declaration that came back."""
    brief = _named(turn, found["ref"])
    if brief.author_id != turn.person.id:
        raise Forbidden(f"没有找到您申报的「{found['ref']}」。")
    if brief.state not in briefs.OPEN:
        raise Refusal(f"{brief.number}现在是「{brief.state}」，不用补充。")
    if not read_facts(briefs.fact_names(turn.ledger), found["rest"]).facts:
        raise Refusal(f"请写明补哪一项，例如「补充{brief.number} 经济社会效益：带动就业200人」。")
    _take(turn, brief, found["rest"])


# --- deciding -----------------------------------------------------------------------------------------------


def _decision(turn: Turn) -> tuple[str, Brief, str] | None:
    found = _DECIDE.match(turn.reading.text) or _DECIDE_TAIL.match(turn.reading.text)
    brief = briefs.find_brief(turn.ledger, found["ref"]) if found else None
    if found is None or brief is None:
        return None
    return found["verb"], brief, found["rest"].strip(" 。，,")


@router.command(_decision, help="受理、入库、退回申报", example="入库SB-1")
def decide(turn: Turn, given: tuple[str, Brief, str]) -> None:
    """The office accepts, admits or returns."""
    verb, brief, rest = given
    decide_brief(turn.ledger, verb, brief, turn.person, rest)
    if verb == "入库" and brief.project is not None:
        turn.answer(Plain(f"《{brief.name}》已入库，入库号{brief.project.code}，已告诉{brief.author.name}。"))
    else:
        turn.answer(Plain(f"{brief.number}《{brief.name}》已{verb}，已告诉{brief.author.name}。"))


def decide_brief(ledger: Ledger, verb: str, brief: Brief, by: Person | None, reason: str) -> None:
    """Take the office's step and tell the author."""
    if verb == "受理":
        briefs.accept(ledger, brief, by)
        words = f"《{brief.name}》（{brief.number}）的申报已受理。"
    elif verb == "退回":
        briefs.send_back(ledger, brief, by, reason)
        words = f"《{brief.name}》的申报退回了：{reason}。改好后说「补充{brief.number} …」就再报上去。"
    else:
        project = briefs.admit(ledger, brief, by)
        words = f"《{brief.name}》已入库，入库号{project.code}，在「{project.batch}」一批。"
    ledger.say(Result(words), to=brief.author, key=f"brief:{brief.id}:{brief.state}:{brief.version}")


@router.press("declare", "已办")
def press_decide(turn: Turn, rest: str) -> None:
    """The card's 入库 and 受理."""
    verb, _, number = rest.partition("-")
    brief = turn.ledger.session.get(Brief, int(number)) if number.isdigit() else None
    if brief is None or not may(turn.ledger, turn.person, Deed.ADMIT_PROJECT):
        raise Forbidden("没有找到这份申报，或者不归您受理。")
    turn.pressed = "已入库" if verb == "admit" else "已受理"
    decide(turn, ("入库" if verb == "admit" else "受理", brief, ""))


@router.command(
    lambda turn: _CHANGE.match(turn.reading.text), help="变更说明书", example="变更说明书 2026-001：投资额度改为1.5亿元"
)
def change(turn: Turn, found: re.Match[str]) -> None:
    """Change one fact of an admitted project: a new version."""
    rest = found["rest"]
    named = turn.reading.named
    brief = briefs.brief_of(turn.ledger, named[0]) if len(named) == 1 else None
    if brief is None or brief.project is None or not may_see(turn.ledger, turn.person, brief.project):
        raise Refusal("没有找到您能改的入库项目说明书；请写明编号，例如「变更说明书 2026-001：投资额度改为1.5亿元」。")
    names = briefs.fact_names(turn.ledger)
    fact = next((name for name in names if name in rest), None)
    value = re.split(r"(?:改为|改成|变更为|调整为|：|:)", rest)[-1].strip(" 。")
    if fact is None or not value or fact in value:
        raise Refusal(f"请写明改哪一项、改成什么，可改：{'、'.join(names)}。")
    money = read_sum(value) if fact == _MONEY_FACT else None
    briefs.change(turn.ledger, brief, fact, value, turn.person, money)
    turn.answer(Plain(f"《{brief.name}》说明书已改为第{brief.version}版：{fact}{value}；旧版留在台账里。"))


# --- asking -------------------------------------------------------------------------------------------------


@router.command(
    lambda turn: re.search(
        r"^(?:看看?|查)?(?:待受理|未受理|在办)?的?(?:项目)?申报(?:情况|清单|名单|有哪些|到哪一?步了?)?[?？]*$",
        turn.reading.text,
    )
)
def list_briefs(turn: Turn, found: re.Match[str]) -> None:
    """What waits for the office; one's own for others."""
    everything = sees_all(turn.ledger, turn.person)
    shown = [brief for brief in briefs.waiting(turn.ledger) if everything or brief.unit_id == turn.person.unit_id]
    lines = [
        f"{brief.number}《{brief.name}》{brief.unit.shown}{brief.author.name}，{brief.state}，{dated(local_date(brief.touched_at))}"
        for brief in shown
    ]
    turn.answer(Answer(f"没办完的申报{len(lines)}件：" if lines else "没有等受理的申报。", five(lines)))


def _asked_paper(turn: Turn) -> Brief | None:
    if "说明书" not in turn.reading.text or not turn.reading.visible:
        return None
    return briefs.brief_of(turn.ledger, turn.reading.visible[0])


@router.command(_asked_paper)
def show_paper(turn: Turn, brief: Brief) -> None:
    """The paper of an admitted project."""
    lines = [f"{name}：{brief.facts.get(name) or '没写'}" for name in briefs.fact_names(turn.ledger)]
    turn.answer(
        Answer(f"《{brief.name}》项目说明书第{brief.version}版（{brief.unit.shown}{brief.author.name}）：", lines)
    )


def _named(turn: Turn, words: str) -> Brief:
    found = next((one for one in (briefs.find_brief(turn.ledger, ref) for ref in references(words)) if one), None)
    if found is None:
        raise Forbidden(f"没有找到您申报的「{words}」。")
    return found


@router.command(_answers)
def take_answer(turn: Turn, brief: Brief) -> None:
    """Take a plain sentence as the fact that was asked for, or for the labels it bears."""
    names = briefs.fact_names(turn.ledger)
    lacking = briefs.missing(turn.ledger, brief)
    if not lacking:
        _next(turn, brief)
        return
    read = read_facts(names, turn.reading.text)
    labelled = any(re.match(_LABELS.get(name, re.escape(name)), turn.reading.text) for name in names)
    if labelled and read.facts:
        briefs.fill(turn.ledger, brief, read.facts, read.money)
    else:
        money = read_sum(turn.reading.text) if lacking[0] == _MONEY_FACT else None
        if lacking[0] == _MONEY_FACT and money is None:
            raise Refusal("没看清投资额度，请带单位再说一遍，例如「1.2亿元」。")
        briefs.fill(turn.ledger, brief, {lacking[0]: turn.reading.text}, money)
    _next(turn, brief)
