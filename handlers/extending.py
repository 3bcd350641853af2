"""申请延期 by chat, for notices, tasks, problems, nodes, starts and finishes; granted by the office (4.3, A22)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.choosing import day_due
from handlers.finding import named_notice
from handlers.naming import deadline_in, not_there, number_in, tell
from handlers.routing import Router, Turn
from handlers.understanding.approval import read_approval
from handlers.understanding.dates import read_dates
from handlers.understanding.likeness import most_alike
from handlers.understanding.numerals import parse_number
from handlers.understanding.put_off_words import BARE_DAY, LET, NO_REASON, OF_A_NOTICE, REFUSED, REQUESTS
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.wondering import wonders
from handlers.wording import five
from models import extension as extensions
from models import problem as problems
from models import question as questions
from models import supervision
from models import task as tasks
from models.actors import Scope, holders
from models.deeds import Deed, may
from models.errors import Forbidden, Refusal
from models.extension import Extension, ExtensionState, Thing
from models.ledger import Ledger
from models.mechanism import Actor
from models.notices import Answer, Asked, ExtensionAsked, ExtensionDecided, Plain
from models.people import Person
from models.periods import month_end, shown
from models.project import Project
from models.question import Question
from models.reporting import pending_for
from models.rights import may_see, sees_all

router = Router(topic="交办")
_COUNT = r"(?P<n>[\d一两二俩三四五六七八九十半]+)个?(?P<of>工作日|天|日|周|星期|礼拜|月)"
_SOME = r"(?:几|[\d一两二俩三四五六七八九十半]+个?)(?:工作日|天|日|周|星期|礼拜|月)"
_LATER = (
    rf"(?:延期|延[至到]|延长|展期|延后|顺延|推迟|宽限|往后(?:拖|推|延|错|放|挪)|缓(?:到|至|{_SOME}|一?缓)|晚(?:{_SOME}|些|点)"
    rf"|拖(?:到|{_SOME})|(?:再|多|给)(?:给|宽|缓|延|留)?(?:我们?|俺们?)?{_SOME}|宽{_SOME}|延{_SOME})"
)
_ASK = re.compile(
    r"(?:申请|请求|请予|要求|想|能不能|能否|能|可否|可不可以|希望|争取|得|需要?|看能|求|给|再)"
    rf"[^，。：:]{{0,12}}?{_LATER}|延期申请|^[A-Za-z]{{2,3}}-?\d+[，,\s]*(?:缓|宽|延|拖|放)到"
    rf"|{_LATER}[^。：:]{{0,16}}(?:行不行|中不中|可以吗|行吗|中吗|能行不|成不成|好不好)|{_LATER}(?:吧|呗|一?下)|再给{_SOME}"
    r"|(?:弄|办|干|完|做)不(?:完|了|成)[^。]{0,8}?(?:想|要|得|能不能|看能)(?:延|缓|拖|推|改)?[到至](?=\d|月|下)"
)
_NOT_ASKING = re.compile(
    r"^(?:请|对|把)?(?:准予?|同意|批准|不准|不同意|不予|驳回)|清单|哪些|谁|为[啥何什]|要是|如果|万一|恐怕|怕是"
    r"|(?:准|批|同意)了?[没吗]|(?:准|批|同意|过)了(?:没有?)?$"
    r"|(?:延|拖|缓|推)[^，。]{0,3}?(?:几号|哪天|多久|多少天|啥时候|什么时候)"
    r"|^(?!.*(?:能|可[以否]|行不|中不|求|想)).*(?:[?？]|吗|没有?)$"
)
_NUMBER = re.compile(r"[A-Za-z]{2,3}-?\d")
_UNTIL_DAY = re.compile(r"[到至]\s*$")
_LONGER = re.compile(
    rf"(?:再|多|给|宽限|宽|缓|延期|延|晚|顺延|往后[推延拖])(?:给|宽|缓|延|留)?(?:我们?|俺们?)?{_COUNT}"
)
_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30}
_SUBJECT = "extend"
_SHORT = 20
_DECIDE = re.compile(
    r"^(?:经[^，。]{1,8}[，,])?(?:请)?(?P<verb>准予?|同意|批准|可以|不准|不同意|不予批准|驳回|退回)(?P<rest>.*?延期.*)$"
    r"|^(?P<head>.{2,40}?)(?:的)?(?:延期申请|延期)?(?P<verb2>(?<!不)(?:准予延期|同意延期|批准延期)|不准延期|不同意延期|不予延期)(?P<tail>.*)$"
    r"|^(?P<head3>[^，。\s]{2,40}?)的?延期(?:申请)?(?P<verb3>驳回?(?=了|掉|$|[，。：:\s])|退回|不准|不批|不予批准|不同意|准了|批了|同意|批准)(?:了)?(?P<tail3>(?:[，。：:\s].*)?)$",
    re.S,
)
_BARE = re.compile(r"^(?:我)?(?:同意|批准|准|不准|不批|不同意|不行|不中|可以|行|中)(?!备|时)")
_UNTIL_THEN = re.compile(r"(?:延期?|宽限?|准|给|放|批|顺延|延长)[到至](?=\d|月|下)")
_SPEAKS_OF_IT = re.compile(r"延期|宽限|要拖|给(?:他们?|她)?延|延[了吧]|不延|不宽|^延")
_LIST = re.compile(
    r"^(?:待准的?|申请)?延期(?:申请)?(?:清单|有哪些|名单)[?？。]*$|^(?:哪些|有哪些)[^，。]{0,4}申请延期[?？。]*$"
)
_UNTIL = re.compile(r"^[：:，, ]*(?:延?[至到])?(?:20\d\d[-年])?\d{1,2}[-月]\d{1,2}[日号]?(?:前|止)?")
_ASKED_HOW = re.compile(r"^[前止号日吧]*(?:[，, ]*(?:行不行|中不中|可以吗|行吗|中吗|能行不|成不成|好不好|[?？]))+")
_LEAST_REASON = 2
_LATER_WORD = re.compile(_LATER)
# As it is dictated, between asking and the day: 能不能再缓几天村里说要开会缓到九月二十八号行不行.
_BETWEEN = re.compile(rf"{_LATER}(?P<why>[^，。；\s]{{4,30}}?){_LATER}")
_ASKED_LATELY = timedelta(hours=12)
_REASON = re.compile(r"(?:原因|因为|理由)(?:是|为)?[：:，, ]*(?P<reason>.+)$|[：:](?P<after>.+)$", re.S)


# --- acts, shared with the command line -----------------------------------------------------------------


def ask(ledger: Ledger, thing: Thing, wanted: date, reason: str, person: Person | None) -> Extension:
    """Ask for more time and give it to the office to decide."""
    extension = extensions.ask(ledger, thing, wanted, reason, person)
    ledger.say_to_office(
        ExtensionAsked(
            thing=extension.label,
            project=extension.project.name if extension.project else "",
            unit=extension.unit_name or (person.unit.shown if person else ""),
            reason=extension.reason,
            due=extension.due,
            wanted=extension.wanted,
            buttons=[(f"extend-{extension.id}", "准"), (f"refuse-{extension.id}", "不准")],
        ),
        key=f"{extensions.duty_key(extension)}:asked",
        duty=extensions.duty_key(extension),
        besides=person.id if person else None,
    )
    return extension


def decide(
    ledger: Ledger,
    extension: Extension,
    person: Person | None,
    *,
    grant: bool,
    until: date | None = None,
    remark: str = "",
) -> None:
    """准 or 不准 by the office; whoever asked is told which date stands."""
    extensions.decide(ledger, extension, person, grant=grant, until=until, remark=remark)
    project = extension.project.name if extension.project else ""
    stands = extension.granted or extension.due
    words = ExtensionDecided(extension.label, project, grant, stands, remark)
    people = [extension.asker] if extension.asker else _people(ledger, extension)
    tell(ledger, people, words, f"{extensions.duty_key(extension)}:decided")


def thing_called(ledger: Ledger, words: str, project: Project | None = None) -> Thing | None:
    """Return what a number or a project's node, 开工 or 竣工 means."""
    task = tasks.find_task(ledger, words)
    if task is not None:
        return extensions.of_task(task)
    problem = problems.find_problem(ledger, words)
    if problem is not None:
        return extensions.of_problem(ledger, problem)
    if project is None:
        return None
    named = sorted((node for node in project.nodes if node.name in words), key=lambda node: len(node.name))
    if named:
        return extensions.of_node(ledger, project, named[-1])
    if "竣工" in words or "完工" in words:
        return extensions.of_finish(ledger, project)
    return extensions.of_start(ledger, project) if "开工" in words else None


# --- chat -----------------------------------------------------------------------------------------------


@router.command(lambda turn: bool(_LIST.match(turn.reading.text)), help="待准的延期申请", example="延期申请清单")
def extension_list(turn: Turn) -> None:
    """The requests that wait for the office, as far as the asker may see them."""
    ledger, person = turn.ledger, turn.person
    everything = sees_all(ledger, person)
    found = [
        one
        for one in extensions.pending(ledger)
        if everything or one.asked_by == person.id or (one.project and may_see(ledger, person, one.project))
    ]
    lines = [
        f"{one.label} {one.unit_name}：{one.due.isoformat()} → {one.wanted.isoformat()}，{one.reason[:20]}"
        for one in found
    ]
    turn.answer(Answer(f"待准的延期申请{len(lines)}件：" if lines else "没有待准的延期申请。", five(lines, "件")))


@dataclass(frozen=True)
class _Decision:
    extension: Extension
    grant: bool
    until: date | None
    remark: str


def _wants_to_decide(turn: Turn) -> _Decision | None:
    text = turn.reading.text
    waiting = extensions.pending(turn.ledger)
    found = _DECIDE.match(text)
    if not found:
        return _decides_by_words(turn, waiting)
    if _ASK.search(text.split("：")[0].split(":")[0].replace("延期申请", "")):
        return None
    if not waiting:
        raise _nothing_waits(turn.ledger)
    named = [one for one in waiting if _squeeze(one.label) in _squeeze(text)]
    if not named and len(waiting) != 1:
        raise _which(waiting)
    verb = found["verb"] or found["verb2"] or found["verb3"]
    grant = not re.match(r"不|驳|退回", verb)
    extension = (named or waiting)[0]
    rest = (found["rest"] or found["tail"] or found["tail3"] or "").split("延期", 1)[-1]
    rest = re.sub(re.escape(extension.label), "", rest)
    remark = _UNTIL.sub("", rest) if grant else rest
    until = _after(extension.due, deadline_in(turn.ledger, rest), rest) if grant else None
    return _Decision(extension, grant, until, remark.strip("：:，,。； "))


def _decides_by_words(turn: Turn, waiting: list[Extension]) -> _Decision | None:
    """自然资源局的延期不批 还按15号; 行 给他们延: for a request that is named, or for the one that waits.

    Without the word 延期 it must be the only thing that waits for the sender.
    """
    ledger, text = turn.ledger, turn.reading.text
    speaks_of_it = bool(_SPEAKS_OF_IT.search(text))
    named = [one for one in waiting if _squeeze(one.label) in _squeeze(text) or one.unit_name in text]
    named = named or [one for one in waiting if one.asker and one.asker.name in text]
    reference = find_notice_ref(text)
    labels = [reference.span.words] if reference else []
    labels += [one.asker.name for one in waiting if one.asker]
    read = read_approval(text, [*labels, *(name for one in waiting for name in (one.label, one.unit_name))])
    if read is None:
        only = waiting if speaks_of_it and len(waiting) == 1 else []
        let = _lets_be(turn, named or only) if speaks_of_it else None
        return _gives_other_day(turn, named or only) or let
    if not waiting:
        if speaks_of_it:
            raise _nothing_waits(ledger)
        return None
    alone = may(ledger, turn.person, Deed.GRANT_EXTENSION) and not pending_for(ledger, turn.person)
    if not speaks_of_it and not (named and alone) and not (alone and _BARE.match(text)):
        return None
    if len(named or waiting) != 1:
        raise _which(waiting)
    meant = (named or waiting)[0]
    until = _after(meant.due, deadline_in(ledger, read.remark), read.remark) if read.said_yes else None
    return _Decision(meant, read.said_yes, until, read.remark)


def _gives_other_day(turn: Turn, named: list[Extension]) -> _Decision | None:
    """DB-01延到10月25号: by the office, of a request that waits: granted until that day."""
    text = turn.reading.text
    if len(named) != 1 or not _UNTIL_THEN.search(text) or wonders(text):
        return None
    until = _after(named[0].due, day_due(turn, text), text)
    if until is None or not may(turn.ledger, turn.person, Deed.GRANT_EXTENSION):
        return None
    return _Decision(named[0], True, until, "")


def _lets_be(turn: Turn, named: list[Extension]) -> _Decision | None:
    """那个延期给他们吧, 不给延 原来咋定还咋办: by the office, of the request that is meant."""
    text = turn.reading.text
    if len(named) != 1 or wonders(text) or not may(turn.ledger, turn.person, Deed.GRANT_EXTENSION):
        return None
    refused, granted = REFUSED.search(text), LET.search(text)
    if bool(refused) == bool(granted):
        return None
    return _Decision(named[0], bool(granted), None, text if refused else "")


def _nothing_waits(ledger: Ledger) -> Refusal:
    return Refusal(f"现在没有待准的延期申请，什么都没记；延期由{ledger.mechanism.office_name}准。")


def _which(waiting: list[Extension]) -> Refusal:
    labels = "、".join(one.label for one in waiting[:5])
    return Refusal(f"待准的延期有{len(waiting)}件：{labels}，请写明是哪一件，例如「准{waiting[0].label}延期」。")


@router.command(_wants_to_decide, help="准或不准延期", example="准DB-07延期")
def decide_in_words(turn: Turn, given: _Decision) -> None:
    """准 (until the date asked for, or another one named) or 不准."""
    decide(turn.ledger, given.extension, turn.person, grant=given.grant, until=given.until, remark=given.remark)
    _answer_decided(turn, given.extension)


@router.press("extend", "已准")
def press_grant(turn: Turn, rest: str) -> None:
    """The card's 准."""
    _pressed(turn, rest, grant=True)


@router.press("refuse", "未准")
def press_refuse(turn: Turn, rest: str) -> None:
    """The card's 不准."""
    _pressed(turn, rest, grant=False)


def _pressed(turn: Turn, rest: str, *, grant: bool) -> None:
    extension = turn.ledger.session.get(Extension, int(rest)) if rest.isdigit() else None
    if extension is None:
        raise Forbidden("没有找到这份延期申请，可发「延期申请清单」看一看。")
    decide(turn.ledger, extension, turn.person, grant=grant)
    _answer_decided(turn, extension)


def _answer_decided(turn: Turn, extension: Extension) -> None:
    granted = extension.state == ExtensionState.GRANTED.value
    stands = extension.granted or extension.due
    said = f"已准，时限改为{shown(stands)}" if granted else f"未准，时限仍为{shown(stands)}"
    turn.answer(Plain(f"{extension.label}延期{said}，已告知{extension.unit_name or '申请单位'}。"))


def _wants_to_ask(turn: Turn) -> tuple[Thing, date | None, str] | None:
    text = turn.reading.text
    if not _ASK.search(text) or _NOT_ASKING.search(text) or len(turn.reading.named) > 1:
        return None
    if len(turn.reading.named) > 1 and not _NUMBER.search(text):  # two projects' troubles ask for no more time
        return None
    thing = _thing(turn)
    if thing is None:
        return None
    reason = _REASON.search(text)
    words = (reason["reason"] or reason["after"] or "") if reason else _said_beside(turn)
    return thing, _wanted(turn, thing), words.strip("。 ")


def _wanted(turn: Turn, thing: Thing) -> date | None:
    """Return the day asked for: what stands after 到, else 再给十天 counted from the date that stands."""
    ledger, text = turn.ledger, turn.reading.text
    dates = read_dates(text, sent=ledger.local_now, is_workday=ledger.calendar.is_workday)
    until = [read.date for read in dates if read.words[0] in "到至" or _UNTIL_DAY.search(text[: read.span.start])]
    if until:
        return _after(thing.due, until[-1], text)
    longer = _LONGER.search(text)
    count = parse_number(longer["n"].replace("俩", "两")) if longer else None
    if longer and count:
        return _later(ledger, thing.due, int(count), longer["of"])
    head = text.split("：")[0].split(":")[0]
    due = deadline_in(ledger, head) or deadline_in(ledger, text)
    return due if due is not None and due > thing.due else None


def _after(due: date, until: date | None, text: str) -> date | None:
    """Return the day meant where it is said without its month (准到28号): the next such day after `due`."""
    if until is None or until > due or not BARE_DAY.search(text):
        return until
    for month in (due, month_end(due) + timedelta(days=1)):
        if until.day <= month_end(month).day and month.replace(day=until.day) > due:
            return month.replace(day=until.day)
    return until


def _later(ledger: Ledger, due: date, count: int, unit: str) -> date:
    start = max(due, ledger.today) if due + timedelta(days=count) < ledger.today else due
    if unit == "工作日":
        return ledger.calendar.add_workdays(start, count)
    return start + timedelta(days=count * _DAYS[unit])


def _said_beside(turn: Turn) -> str:
    """Return the reason: the words after the date and 行不行, as people give it last, else a phrase before them."""
    text = turn.reading.text
    dates = read_dates(text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    asked = _ASK.search(text)
    start = max([*(read.span.end for read in dates[:1]), asked.end() if asked else 0])
    words = _ASKED_HOW.sub("", text[start:]).strip("，,。；; ")
    if len(words) >= _LEAST_REASON and not NO_REASON.match(words):
        return words
    before = [piece for piece in re.split(r"[，,。；;：:\s]+", text) if len(piece) > _LEAST_REASON + 1]
    told = [piece for piece in before if not _ASK.search(piece) and not _LATER_WORD.search(piece)]
    between = _BETWEEN.search(text) if not told else None
    return between["why"] if between else max(told, key=len, default="")


def _ask_until(turn: Turn, thing: Thing) -> None:
    """No day is given: ask for it, and take the request up again with the answer."""
    questions.ask(turn.ledger, turn.person, _SUBJECT, {"text": turn.inbound.text}, [])
    words = f"{thing.label}现在的时限是{shown(thing.due)}，要延到哪天？回个日期就报；没准以前仍按原时限算。"
    turn.answer(Asked(words, []))


def _gives_day(turn: Turn) -> tuple[Question, date] | None:
    if len(turn.reading.text) > _SHORT or turn.reading.intents or _ASK.search(turn.reading.text):
        return None
    for question in questions.open_questions(turn.ledger, turn.person):
        if question.subject == _SUBJECT and turn.ledger.now - question.asked_at <= _ASKED_LATELY:
            day = day_due(turn, turn.reading.text)
            return (question, day) if day else None
    return None


@router.command(_gives_day)
def ask_with_day(turn: Turn, given: tuple[Question, date]) -> None:
    """The day that was asked for: the request is read again with it."""
    question, day = given
    questions.settle(turn.ledger, question, turn.reading.text)
    turn.router.again(turn, text=f"{question.facts['text']}，申请延期到{day.year}年{day.month}月{day.day}日")


@router.command(_wants_to_ask, help="申请延期", example="DB-07申请延期到10月25日：补偿款10月20日到位")
def ask_in_words(turn: Turn, given: tuple[Thing, date | None, str]) -> None:
    """A unit asks for more time; the old date stands until the office grants it."""
    thing, wanted, reason = given
    if wanted is None:
        _ask_until(turn, thing)
        return
    extension = ask(turn.ledger, thing, wanted, reason, turn.person)
    office = turn.ledger.mechanism.office_name
    turn.answer(
        Plain(
            f"{extension.label}的延期申请（延至{shown(wanted)}）已报{office}；没准以前仍按{thing.due.isoformat()}算。"
        )
    )


def _thing(turn: Turn) -> Thing | None:
    text = turn.reading.text
    reference = find_notice_ref(text)
    if reference is not None and reference.number is not None:
        return extensions.of_notice(named_notice(turn, reference))
    for what in ("task", "problem"):
        number = number_in(turn, what)
        if number is not None:
            thing = thing_called(turn.ledger, number)
            if thing is None:
                raise not_there(number, "我的待办")
            return thing
    named = turn.reading.named or ([] if turn.reading.decision.matches else turn.reading.own)
    thing = thing_called(turn.ledger, text, named[0]) if len(named) == 1 else None
    return thing or _spoken_alike(turn)


def _spoken_alike(turn: Turn) -> Thing | None:
    """Return the one notice or task of the sender's unit whose matter the words speak of: 那个42亩的, 交办的进厂路.

    Words that name another project for certain speak of none of its; who only foresees that it will be later
    (起码得往后挪半个月) requests nothing.
    """
    ledger, unit = turn.ledger, turn.person.unit_id
    found = [(one.matter, extensions.of_notice(one)) for one in supervision.open_notices(ledger, unit)]
    found += [(one.requirement, extensions.of_task(one)) for one in tasks.live_tasks(ledger, unit_id=unit)]
    if not REQUESTS.search(turn.reading.text):
        return None
    if turn.reading.named:
        found = [one for one in found if one[1].project is None or one[1].project in turn.reading.named]
    alike = most_alike(turn.reading.beside_names, found, lambda one: one[0])
    if len(alike) == 1:
        return alike[0][1]
    notices = supervision.open_notices(ledger, unit) if OF_A_NOTICE.search(turn.reading.text) else []
    return extensions.of_notice(notices[0]) if len(notices) == 1 else None


def _people(ledger: Ledger, extension: Extension) -> list[Person]:
    if extension.project is None:
        return []
    return holders(ledger, Actor.LIAISON, Scope(project=extension.project))


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\-－—_]", "", text).upper()
