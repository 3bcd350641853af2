"""Tasks (交办事项) by chat: given, reported done with evidence, closed or returned by the office (JZ-12, ZZ-13)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from handlers.asked.things import task_given
from handlers.decisions import ask_missing, completed
from handlers.naming import Ordered, deadline_read, evidence_with, not_there, number_in, ordered, tell
from handlers.routing import Router, Turn
from handlers.understanding.orders import asks_about
from handlers.understanding.text import said
from handlers.understanding.wondering import only_wonders
from handlers.wording import five
from models import question as questions
from models import task as tasks
from models.actors import Scope, people_of
from models.deeds import Deed, require
from models.directory import Mention, people_named, unit_mentions
from models.errors import Forbidden, Refusal
from models.inspection import findings_of
from models.ledger import Ledger
from models.notices import Answer, Plain, TaskGiven, TaskReported, TaskReviewed
from models.people import Person, Unit
from models.periods import shown
from models.pictures import counted, only_copies
from models.project import Part, Project
from models.question import Question
from models.rights import may_see, sees_all
from models.task import Task, TaskSource, TaskState

router = Router(topic="交办")
_VERBS = {
    **dict.fromkeys(
        ("办完了", "办结了", "办好了", "已办结", "办结", "已完成", "完成了", "完成", "落实了", "办完"), "report"
    ),
    **dict.fromkeys(("申请销号", "请求销号", "可以销号"), "report"),
    **dict.fromkeys(("销号", "销了", "结案", "核销"), "close"),
    **dict.fromkeys(("退回", "打回"), "return"),
    **dict.fromkeys(("重开",), "reopen"),
    **dict.fromkeys(("取消", "撤销", "撤回"), "cancel"),
}
# In a phrase of its own, wherever it stands: 进厂路通了 JB-1可以验收了; JB-1弄妥了 你们来看.
_LOOSE = {
    **dict.fromkeys(("验收", "核验", "弄好", "弄完", "弄妥", "办妥", "搞定", "干完", "整完", "做完", "落实"), "report"),
    **dict.fromkeys(
        ("完事", "完活", "完了", "干好", "修好", "修通", "弄通", "处理好", "处理完", "整改完", "交差", "报结"), "report"
    ),
    **dict.fromkeys(("销", "关", "关闭", "消号"), "close"),
    **dict.fromkeys(("不能销", "不能销号", "不予销号", "不准销", "不同意销号", "销不了", "先不销", "退"), "return"),
}
_GIVE = re.compile(r"^(?:请)?交办(?:事项|任务)?(?:给)?(?!清单|件|事项有|的?(?:情况|落实))[：:，, ]*(?P<rest>.+)$", re.S)
_UNFINISHED = re.compile(
    r"(?:还|都|一直)?没(?:有)?(?:弄|办|干|做|完|解决|落实|通|好|动)|(?:正在|还在)(?:弄|办|干|做|推进|协调)|[弄办干]不(?:完|了)"
)
_PLEADS = re.compile(r"请|麻烦|申请|劳驾")
_SUBJECT = "task"
_RESPONSIBLE = re.compile(
    r"[，,\s]*(?:由|让|叫|请|是)?(?P<name>[\u4e00-\u9fff]{2,4}?)(?:同志)?(?:来|具体)?负责(?=$|[，,。；;\s])"
)
_ERRAND = r"(?:个|一?件|一?项|一个|一下|点)*(?:活儿?|任务|事儿?|工作|差事)?"
# The same in spoken words: 给住建局派个活 …, 安排交通局一件事 …
_GIVE_SPOKEN = re.compile(
    rf"^(?:请)?(?:(?:给|向|对)(?P<unit>[\u4e00-\u9fff]{{2,12}}?)(?:派|布置|交代|安排|下达?|交办){_ERRAND}"
    rf"|派给(?P<unit3>[\u4e00-\u9fff]{{2,12}}?){_ERRAND}|(?:请|让)(?P<unit4>[\u4e00-\u9fff]{{2,12}}?)[办干做]{_ERRAND}"
    r"|(?:安排|布置|交代|交办)(?P<unit2>[\u4e00-\u9fff]{2,12}?)(?:个|一?件|一?项|一个)(?:活儿?|任务|事儿?|"
    r"工作))[：:，, ]+(?P<rest>.+)$",
    re.S,
)
# In passing: 顺带把213便道交办给交通局，何军负责，9月24日前修好
_GIVE_PASSING = re.compile(
    r"^(?:请|顺带|顺便|另外|还有|再|就|，|,|\s)*(?:把|将)(?P<what>[^，。；;]{2,40}?)(?:这个?事儿?|这个?活儿?)?(?:交办|派|交)给(?P<unit>[\u4e00-\u9fff]{2,12})"
    r"(?P<rest>[，,：:；;\s].+)?$",
    re.S,
)
_PERSON = re.compile(r"责任人(?:是|为|：|:)?\s*(?P<name>[\u4e00-\u9fff]{2,4}?)(?=$|[，,。；; 、])")
_LIST = re.compile(
    r"^(?:看看|查一?下|列一?下)?(?:我的|我们的|我局)?(?:交办|议定|决定)(?:事项|任务)?(?:有哪些|清单|名单|情况|落实情况|列表)?[?？。]*$"
)


# --- acts, shared with the command line -----------------------------------------------------------------


def give(
    ledger: Ledger,
    *,
    requirement: str,
    unit: Unit | None,
    person: Person | None,
    due: date | None,
    by: Person | None,
    person_name: str = "",
    project: Project | None = None,
    source: TaskSource = TaskSource.DISPATCH,
    spans: dict[str, str] | None = None,
) -> Task:
    """Give a task and say so to whoever answers for it. Raises Refusal."""
    require(ledger, by, Deed.ASSIGN_TASK, Scope(project, project.taskforce if project else None))
    if due is not None and due < ledger.today:
        raise Refusal(f"完成时限{due.isoformat()}已经过去，请改一个以后的日期。")
    task = tasks.assign(
        ledger,
        source=source,
        requirement=requirement,
        unit=unit,
        person=person,
        person_name=person_name,
        due=due,
        by=by,
        project=project,
        spans=spans,
    )
    announce(ledger, task)
    return task


def announce(ledger: Ledger, task: Task) -> None:
    """Tell a task to whoever answers for it."""
    words = TaskGiven(task.number, _project(task), task.requirement, task.person_name, task.due, task.source)
    tell(ledger, people_for(ledger, task), words, f"{tasks.duty_key(task)}:given")


def report_done(
    ledger: Ledger, task: Task, by: Person | None, text: str, attachments: Sequence[dict[str, Any]] = ()
) -> None:
    """申请销号 by the unit, with words or photos; the office decides."""
    require_own(ledger, task, by)
    if len(text.strip()) < 2 and not attachments:
        raise Refusal(f"请一并写明办理结果，或附上照片，例如「{task.number}办完了：42亩已全部交付」。")
    tasks.step(ledger, task, "report", by, text or "附照片", attachments)
    if len(text.strip()) < 2 and only_copies(ledger, attachments):
        raise Refusal(f"这些照片以前用过，不能当作新的依据；请写明{task.number}的办理结果，或拍一张现在的。")
    ledger.say_to_office(
        TaskReported(
            number=task.number,
            project=_project(task),
            unit=task.unit.shown,
            requirement=task.requirement,
            evidence=text or "附照片",
            photos=counted(ledger, attachments),
            buttons=[(f"task_close-{task.id}", "销号"), (f"task_return-{task.id}", "退回")],
        ),
        key=f"{tasks.duty_key(task)}:reported:{ledger.now.isoformat()}",
        duty=f"{tasks.duty_key(task)}:review",
    )


def review(ledger: Ledger, task: Task, by: Person | None, verb: str, remark: str) -> None:
    """销号, 退回, 重开 or 取消 by the office or the inspectors, never by the unit."""
    require(ledger, by, Deed.CLOSE_TASK)
    if verb == "close" and task.state == TaskState.OPEN.value and len(remark) < 2:
        raise Refusal(
            f"{task.number}还没有申请销号；您核实过的，请写明情况，例如「销号{task.number} 现场核实已交地」。"
        )
    if verb in ("reopen", "cancel") and len(remark) < 2:
        raise Refusal(f"请写明原因，例如「{'重开' if verb == 'reopen' else '取消'}{task.number} 事项有变」。")
    tasks.step(ledger, task, verb, by, remark)
    ledger.drop_waiting(f"{tasks.duty_key(task)}:review")
    words = TaskReviewed(task.number, task.requirement, _SAID[verb], remark, task.due)
    tell(ledger, people_for(ledger, task), words, f"{tasks.duty_key(task)}:{verb}:{ledger.now.isoformat()}")


_SAID = {"close": "已销号", "return": "的销号申请退回，请继续办理", "reopen": "已重开，请继续办理", "cancel": "已取消"}


def people_for(ledger: Ledger, task: Task) -> list[Person]:
    """Return whom to tell of a task: who answers for it, and who reports for the unit."""
    return [*([task.person] if task.person else []), *people_of(ledger, task.unit)]


def require_own(ledger: Ledger, task: Task, by: Person | None) -> None:
    """Refuse whoever is not of the task's unit, with one answer for not theirs and not there."""
    if by is not None and by.unit_id != task.unit_id and by.id != task.person_id:
        raise not_there(task.number, "交办清单")


# --- chat -----------------------------------------------------------------------------------------------


def _gives(turn: Turn) -> str | None:
    """Return the unit and what it is to do, in the words of a task given in one sentence."""
    text = turn.reading.text
    if _LIST.match(text) or only_wonders(text):
        return None
    found = _GIVE.match(text)
    if found:
        return found["rest"].strip()
    passing = _GIVE_PASSING.match(text)
    if passing and any(one.at == 0 for one in unit_mentions(turn.ledger, passing["unit"])):
        return f"{passing['unit']}：{passing['what'].strip()}{passing['rest'] or ''}"
    spoken = _GIVE_SPOKEN.match(text)
    unit = next(filter(None, spoken.group("unit", "unit2", "unit3", "unit4")), "") if spoken else ""
    named = next(iter(unit_mentions(turn.ledger, unit)), None) if unit else None
    return f"{unit}：{spoken['rest'].strip()}" if spoken and named and named.at == 0 else None


@router.command(_gives, help="交办事项", example="交办自然资源局：213项目42亩地交付，责任人李卫东，10月15日前完成")
def give_by_chat(turn: Turn, rest: str) -> None:
    """Give a task in one sentence; each of the four that is missing is named (JZ-12)."""
    mention = next(iter(unit_mentions(turn.ledger, rest)), None)
    unit = mention.unit if mention else None
    named = _PERSON.search(rest) or _RESPONSIBLE.search(rest)
    name = named["name"] if named else _named_of(turn.ledger, unit, rest)
    project = turn.reading.named[0] if len(turn.reading.named) == 1 else None
    person = _person_in(turn.ledger, name, unit) if name else None
    require(turn.ledger, turn.person, Deed.ASSIGN_TASK, Scope(project, project.taskforce if project else None))
    read, requirement = deadline_read(turn.ledger, rest), _requirement(rest, mention)
    due = read.date if read else None
    item = {
        "requirement": requirement,
        "unit": unit.id if unit else None,
        "person": person.id if person else None,
        "name": name,
        "due": due.isoformat() if due else None,
        "project": project.id if project else None,
        "spans": said(unit=mention.words if mention else "", person=name, due=read.words if read else ""),
        "missing": tasks.missing_of(requirement=requirement, unit=unit, person=name, due=due),
    }
    if item["missing"]:
        ask_missing(turn, _SUBJECT, {}, [item])
        return
    _give_item(turn, item)


@router.command(lambda turn: completed(turn, _SUBJECT))
def complete_task(turn: Turn, answered: tuple[Question, dict[str, Any]]) -> None:
    """Take the words as what was missing: 10月12号之前吧, 何军."""
    question, item = answered
    questions.settle(turn.ledger, question, turn.reading.text)
    if item["missing"]:
        ask_missing(turn, _SUBJECT, {}, [item])
        return
    _give_item(turn, item)


def _give_item(turn: Turn, item: dict[str, Any]) -> None:
    session = turn.ledger.session
    task = give(
        turn.ledger,
        requirement=item["requirement"],
        unit=session.get(Unit, item["unit"]),
        person=session.get(Person, item["person"]) if item["person"] else None,
        person_name=item["name"],
        due=date.fromisoformat(item["due"]),
        by=turn.person,
        project=session.get(Project, item["project"]) if item["project"] else None,
        spans=item.get("spans"),
    )
    turn.answer(Plain(f"已交办{task.number}：{task.unit.shown}{task.person_name}，{task.due.isoformat()}前。"))


@router.command(
    lambda turn: ordered(turn, "task", _VERBS, _LOOSE),
    help="报办结、销号交办事项",
    example="JB-3办完了：42亩已全部交付",
)
def act(turn: Turn, given: Ordered) -> None:
    """办完了 by the unit; 销号, 退回, 重开, 取消 by the office."""
    task = _named(turn, given.number)
    verb, remark = given.order.verb, given.order.remark
    if verb == "close" and remark and turn.person.unit_id == task.unit_id and _PLEADS.search(turn.reading.text):
        verb = "report"  # 路通了 请核销: the unit asks, and tells why
    if verb == "report":
        report_done(turn.ledger, task, turn.person, remark, evidence_with(turn))
        office = turn.ledger.mechanism.office_name
        turn.answer(Plain(f"已提交{task.number}的销号申请，由{office}核实后销号。"))
        return
    review(turn.ledger, task, turn.person, verb, remark)
    turn.answer(Plain(f"{task.number}{_SAID[verb]}，已告知{task.unit.shown}。"))


@router.press("task_close", "已销号")
def press_close(turn: Turn, rest: str) -> None:
    """The card's 销号."""
    _review_pressed(turn, rest, "close")


@router.press("task_return", "已退回")
def press_return(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    _review_pressed(turn, rest, "return")


def _review_pressed(turn: Turn, rest: str, verb: str) -> None:
    task = turn.ledger.session.get(Task, int(rest)) if rest.isdigit() else None
    if task is None:
        raise Forbidden("没有找到这件交办事项，可发「交办清单」看一看。")
    review(turn.ledger, task, turn.person, verb, "")
    turn.answer(Plain(f"{task.number}{_SAID[verb]}，已告知{task.unit.shown}。"))


@router.command(lambda turn: bool(_LIST.match(turn.reading.text)), help="交办清单", example="交办清单")
def task_list(turn: Turn) -> None:
    """The tasks that are not over and the asker may see: the inspectors and the office see all (DC-32)."""
    ledger, person = turn.ledger, turn.person
    live = tasks.live_tasks(ledger) if sees_all(ledger, person) else _own(ledger, person)
    lines = [_line(ledger, task) for task in live]
    turn.answer(Answer(f"在办的交办事项{len(lines)}件：" if lines else "没有在办的交办事项。", five(lines, "件")))


def _asks_one(turn: Turn) -> Task | None:
    number = number_in(turn, "task")
    if number is None or not (asks_about(turn.reading.text) or len(turn.reading.text) <= len(number) + 2):
        return None
    task = tasks.find_task(turn.ledger, number)
    return task if task is not None and _may_see(turn, task) else None


@router.command(_asks_one)
def task_status(turn: Turn, task: Task) -> None:
    """How one task stands, and what inspections found of it (DC-32)."""
    findings = findings_of(turn.ledger, task)
    lines = [
        f"{task.unit.shown}{task.person_name}：{task.label}，{task.due.isoformat()}前",
        task.requirement[:60],
        task_given(turn.ledger, task),
        f"来源：{task.source}" + (f"《{task.project.name}》" if task.project else ""),
        *(f"督查{finding.number}：{finding.text[:40]}" for finding in findings[-2:]),
    ]
    turn.answer(Answer(task.number, lines))


def _tells_unfinished(turn: Turn) -> Task | None:
    """JB-1还没弄完 得等下周: told of a task by its number, and neither a report nor a request."""
    number = number_in(turn, "task")
    if number is None or not _UNFINISHED.search(turn.reading.text):
        return None
    task = tasks.find_task(turn.ledger, number)
    return task if task is not None and task.unit_id == turn.person.unit_id else None


@router.command(_tells_unfinished)
def unfinished(turn: Turn, task: Task) -> None:
    """What to say where more time is needed; nothing is filed."""
    stands = f"{task.number}时限{shown(task.due)}，{task.label}"
    turn.answer(
        Plain(f"{stands}。要延期请回「{task.number}申请延期到几月几日：原因」，办完了回「{task.number}办完了：结果」。")
    )


def _line(ledger: Ledger, task: Task) -> str:
    late = "（超期）" if task.due < ledger.today and task.state != TaskState.RAISED.value else ""
    when = f"{shown(task.due)}前{late}"
    return f"{task.number} {task.unit.shown}：{task.requirement[:24]}，{when}，{task.label}"


def _own(ledger: Ledger, person: Person) -> list[Task]:
    found = tasks.live_tasks(ledger, unit_id=person.unit_id)
    led = [task for task in tasks.live_tasks(ledger) if task.project and _leads(ledger, person, task.project)]
    return list({task.id: task for task in (*found, *led)}.values())


def _leads(ledger: Ledger, person: Person, project: Project) -> bool:
    return person.id in {leader.id for leader in project.people(Part.LEADER, ledger.today)}


def _may_see(turn: Turn, task: Task) -> bool:
    if sees_all(turn.ledger, turn.person) or turn.person.unit_id == task.unit_id:
        return True
    return task.project is not None and may_see(turn.ledger, turn.person, task.project)


def _named(turn: Turn, number: str) -> Task:
    task = tasks.find_task(turn.ledger, number)
    if task is None or not _may_see(turn, task):
        raise not_there(number, "交办清单")
    return task


def _named_of(ledger: Ledger, unit: Unit | None, text: str) -> str:
    """Return the one person of the unit whom a text names (由自然资源局李卫东负责); empty where none or several."""
    query = select(Person.name).where(Person.unit_id == unit.id) if unit else None
    names = [name for name in ledger.session.scalars(query) if name in text] if query is not None else []
    return names[0] if len(names) == 1 else ""


def _person_in(ledger: Ledger, name: str, unit: Unit | None) -> Person | None:
    people = people_named(ledger, name)
    own = [person for person in people if unit is not None and person.unit_id == unit.id]
    if own:
        return own[0]
    return people[0] if len(people) == 1 else None


def _requirement(text: str, mention: Mention | None) -> str:
    rest = _RESPONSIBLE.sub("", _PERSON.sub("", text))
    if mention is not None:
        rest = rest.removeprefix(mention.words)
    return re.sub(r"[，,]{2,}", "，", rest).strip("：:，,。；; ")


def _project(task: Task) -> str:
    return task.project.name if task.project else ""
