"""What others said and what the sender promises: kept beside the project with who said it, never as progress."""

from __future__ import annotations

import re
from datetime import datetime

from handlers.charging import gives_charge
from handlers.likelihood import likely_sorts, sure_sorts
from handlers.reading import TextReading, named_in
from handlers.routing import Router, Turn
from handlers.sorting import ask_of_what_sort
from handlers.told import Facts, read_facts
from handlers.understanding.dates import read_deadline
from handlers.understanding.denials import is_denial, without_denied
from handlers.understanding.hearsay import Heard, is_planned, is_promise, read_heard, without_doubt, without_heard
from handlers.understanding.hunch import likelihoods
from handlers.understanding.intents import Intent
from handlers.understanding.text import clause_at
from handlers.understanding.wondering import wonders
from handlers.understanding.works import tells_of_works
from handlers.wording import dated
from models.calendar import SHANGHAI
from models.directory import find_project, people_in
from models.entry import Entry
from models.errors import Forbidden
from models.message import Kind
from models.notices import Plain
from models.project import Project
from models.promise import keep
from models.rights import may_see
from models.visit import already_filed, project_spoken_of

router = Router()
_ASKS = re.compile(r"[?？]|吗|咋|啥|什么|多少|几|谁|哪")
_SHORT = 30
_SURELY = 0.6  # a fault, whatever is to be by a day
_LEAST = 8  # characters in which something of one's own is told
_ORDERS = re.compile(
    r"必须[^，。；\s]{0,3}(?:给我|给俺)|给(?:我|俺)(?:挪|拆|修|清|干|弄|办|拿|装|通|搬)|(?:[两三四几]家|各[家方]|双方)[^，。；\s]{0,8}(?:给|拿|报|办|定|交|签|答复)|叫|让(?!路|电|地)|请|派|责成|责令|安排|通知|督促|要求|交代|吩咐|盯[着紧]|负责|牵头|配合|给(?:我|俺|县里|办公室)(?:个|句|一个)?(?:准[信话]|说法|答复|回话|交代|话)|挂个?牌|督办|交办|议题|销号|延期|宽限|请假|准假"
)
# How it stands, whatever is said elsewhere: 没停工, 还在干, 好着呢.
_STATES = re.compile(
    r"[没未不]\S{0,3}(?:停|黄|塌|倒|撤|欠|跑|换|改|封|断)|(?:还|正|照常|一直)在?[\u4e00-\u9fff]{1,4}|好着|照常|正常"
)
_FAULT = re.compile(r"太[大小多少慢乱脏差高低深窄]|[乱脏堆破洼臭歪裂漏险]|没(?:有)?[\u4e00-\u9fff]{1,4}[， ]|坏了")


def keep_heard(turn: Turn, project: Project, facts: Facts) -> Plain:
    """Keep what others said, each with who said it; return the receipt."""
    return Plain(f"《{project.name}》{'；'.join(note_heard(turn, project, facts))}。说错了回「记错了」。")


def note_heard(turn: Turn, project: Project, facts: Facts) -> list[str]:
    """Keep what others said beside what the sender himself reports; return what the receipt says of it."""
    told = [_keep(turn, project, facts, heard).data for heard in facts.heard]
    return [f"{data['said_by']}说「{data['matter'][:_SHORT]}」，记为转述，没有当作进展" for data in told]


def _keep(turn: Turn, project: Project, facts: Facts, heard: Heard) -> Entry:
    who = heard.who.words
    sent = datetime.fromisoformat(facts.sent)
    due = read_deadline(heard.matter.words, sent=sent, is_workday=turn.ledger.calendar.is_workday)
    spans = {"said_by": who, "matter": heard.matter.words} | ({"due": due.words} if due else {})
    return keep(
        turn.ledger,
        turn.person,
        project,
        facts.text,
        said_by=who or "有人",
        matter=heard.matter.words,
        due=due.date if due else None,
        sent=facts.sent,
        spans={name: words for name, words in spans.items() if words},
    )


def _tells(turn: Turn) -> Project | None:
    """Return the project of a message that tells nothing but a promise, or what others said."""
    text = turn.reading.text
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.intents or len(turn.reading.named) > 1:
        return None
    if is_denial(text) and not _is_promise(turn):
        return None
    if not read_heard(text) and not _is_promise(turn):
        return None
    if sure_sorts(likelihoods(without_heard(text))):
        return None  # his own words are a report
    if turn.reading.named:
        return turn.reading.named[0]
    if turn.reading.decision.matches:
        return None
    code = project_spoken_of(turn.ledger, turn.person, turn.inbound.sent_at)
    if code is not None:
        return find_project(turn.ledger, code)
    return turn.reading.own[0] if len(turn.reading.own) == 1 and read_heard(text) else None


def _is_promise(turn: Turn) -> bool:
    """Whether the sender speaks of what is to come by a day: 城北污水厂9月15日前路要通."""
    text = without_denied(turn.reading.text)
    if _ASKS.search(text) or wonders(text) or not turn.reading.named or gives_charge(turn):
        return False
    read = read_deadline(text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    if read is None:
        return False
    clause = clause_at(text, read.span.start).words
    if _orders(turn, clause) or Intent.PROBLEM in likely_sorts(likelihoods(text), _SURELY):
        return False
    return is_promise(clause) or (read.date > turn.ledger.today and is_planned(clause))


def _orders(turn: Turn, clause: str) -> bool:
    """Whether words give somebody else something to do, or tell of a fault beside the day: no own promise."""
    others = [person for person in people_in(turn.ledger, turn.reading.text) if person.id != turn.person.id]
    return bool(others or _ORDERS.search(clause) or _FAULT.search(clause))


def _denies(turn: Turn) -> list[Project] | None:
    if not is_denial(turn.reading.text) or turn.reading.intents or _is_promise(turn):
        return None
    return turn.reading.named or None


def _own_words(turn: Turn) -> str:
    """Return what a denial says beside the rumour and the names: 没停工 of 城北没停工 外头传的不对."""
    own = without_denied(turn.reading.text)
    for match in turn.reading.decision.matches:
        own = own.replace(match.span.words, "　")
    return max(re.split(r"[，,。；;\s\u3000]+", own), key=len, default="")


@router.command(_denies)
def denied(turn: Turn, projects: list[Project]) -> None:
    """What is told to be untrue is nobody's report; what the sender says beside it is taken as if said alone.

    How it stands instead (没停工) is kept as his words.
    """
    rest = without_denied(turn.reading.text).replace("　", "").strip(" ，,。；")
    said = TextReading(rest, named_in(rest, [name for one in projects for name in one.called]))
    if len(projects) == 1 and len(rest) > _LEAST and (said.is_report or _has_day(turn, rest)):
        named = any(name in rest for name in projects[0].called)
        turn.router.again(turn, text=rest if named else f"{projects[0].name}{rest}")
        return
    own = _own_words(turn)
    if len(projects) == 1 and _STATES.search(own) and may_see(turn.ledger, turn.person, projects[0]):
        _keep_how_it_stands(turn, projects[0], own)
        return
    if _ask_about_the_rest(turn, projects[0], rest):
        return
    names = "".join(f"《{project.name}》" for project in projects)
    turn.answer(Plain(f"好，{names}没有这回事，什么都没记。要报进展或问题请直接说。"))


def _keep_how_it_stands(turn: Turn, project: Project, own: str) -> None:
    sent = turn.inbound.sent_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    keep(
        turn.ledger,
        turn.person,
        project,
        turn.inbound.text,
        said_by=turn.person.name,
        matter=own,
        due=None,
        sent=sent,
        spans={"matter": own},
    )
    turn.answer(Plain(f"《{project.name}》记下您说的：{own[:_SHORT]}，没有当作进展。说错了回「记错了」。"))


def _has_day(turn: Turn, words: str) -> bool:
    """Whether words hold a day by which something is to come: 十二月二十号前肯定能通."""
    read = read_deadline(words, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    return read is not None and is_promise(clause_at(words, read.span.start).words)


@router.command(_tells, help="记承诺和转述", example="二院 供电公司说月底通电")
def told(turn: Turn, project: Project) -> None:
    """Keep it, and say that it is not taken for progress."""
    if not may_see(turn.ledger, turn.person, project):
        raise Forbidden(f"《{project.name}》不在您负责的范围里，没有记。")
    if already_filed(turn.ledger, turn.person, turn.inbound.text, turn.inbound.sent_at) is not None:
        turn.answer(Plain(f"《{project.name}》这条刚才已记，不用重发。"))
        return
    facts = read_facts(turn, turn.inbound, project, turn.inbound.text)
    if facts.heard and not is_denial(turn.reading.text):
        turn.answer(keep_heard(turn, project, facts))
        _ask_about_the_rest(turn, project, facts.own)
        return
    text = without_denied(turn.reading.text)
    read = read_deadline(text, sent=turn.inbound.sent_at, is_workday=turn.ledger.calendar.is_workday)
    assert read is not None
    matter = clause_at(text, read.span.start).words
    spans = {"matter": matter, "due": read.words}
    keep(
        turn.ledger,
        turn.person,
        project,
        facts.text,
        said_by="",
        matter=matter,
        due=read.date,
        sent=facts.sent,
        spans=spans,
    )
    turn.answer(
        Plain(
            f"《{project.name}》记下您说的：{matter[:_SHORT]}（{dated(read.date)}前），没有当作进展。说错了回「记错了」。"
        )
    )


def _ask_about_the_rest(turn: Turn, project: Project, own: str) -> bool:
    """Ask what the sender's own words beside others' tell, where they speak of the works and no rule knows them."""
    source, own = turn.ledger.source, without_doubt(own)
    if source is None or len(own) < _LEAST or wonders(own):
        return False
    if not tells_of_works(own) and not likely_sorts(likelihoods(own)):
        return False
    ask_of_what_sort(turn, [project], source, own)
    return True
