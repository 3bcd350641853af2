"""督查 by chat (JZ-24, DC-33): the plan, findings that rest on entries, papers drafted and published, objections."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.naming import deadline_in, tell
from handlers.routing import Router, Turn
from handlers.understanding.orders import find_numbered
from handlers.wording import LINES, five
from models import briefing, inspection, inspection_paper
from models.actors import people_of
from models.calendar import local_date
from models.deeds import Deed, require
from models.errors import Forbidden, Refusal
from models.inspection import OBJECTION_DAYS, OTHER_CHECK, Evidence, Finding, Inspection
from models.inspection_paper import InspectionPaper
from models.ledger import Ledger
from models.notices import Answer, FindingTold, Plain
from models.people import Person, Role
from models.project import Project

router = Router(topic="督查")
_PLAN = re.compile(r"^(?:拟定|制定|新建)?(?P<kind>联合督导|联合督查|督查|督导)方案[：:，, ]+(?P<rest>.+)$", re.S)
_TEAM = re.compile(
    r"(?:督查组|督导组|人员|组成)[：:是为 ]*(?P<names>[\u4e00-\u9fff、，, ]{2,60}?)(?=[，,。；;]?\s*\d|[。；;]|$)"
)
_FINDING = re.compile(r"^[：:，, ]*(?:督查)?结论[：:，, ]*(?P<rest>.+)$", re.S)
_EVIDENCE = re.compile(r"[，,。；;、 ]*(?:依据|证据|佐证)(?:是|为)?[：:，, ]*(?P<words>.+)$", re.S)
_SHOW = re.compile(r"^[：:，, 的]*(?:专报|预览|草稿|看看|情况)[。?？]*$")
_PUBLISH = re.compile(r"^(?:印发|发布|签发)(?P<what>.+)$")
_PUBLISH_TAIL = re.compile(r"^(?P<what>\S{2,12}?)(?:印发|发布)[。!！]*$")
_REVISE = re.compile(r"^(?:修改|补充)(?P<what>稿\d+|[A-Za-z]{2,4}-?\d+)[：:，, ]+(?P<text>.+)$", re.S)
_OBJECT = re.compile(r"^(?:提出)?异议(?P<number>[A-Za-z]{2,4}-?\d+\.\d+)[：:，, ]+(?P<text>.+)$", re.S)
_DRAFT = re.compile(r"稿(?P<id>\d+)")
_LIST = re.compile(r"^(?:看看|查一?下)?(?:待印发的?|督查)(?:文稿|稿件|专报|记录|草稿)(?:清单|有哪些)?[?？。]*$")


# --- acts, shared with the command line and the clock ---------------------------------------------------


def report_on(ledger: Ledger, one: Inspection) -> InspectionPaper:
    """Return the 督查专报 of an inspection as it stands: drafted anew from the ledger until it is out."""
    body = briefing.of_inspection(ledger, one)
    found = inspection_paper.paper_of(ledger, one)
    if found is None:
        series = ledger.mechanism.documents.inspection_report
        return inspection_paper.draft(
            ledger, series=series, title=one.title, body=body.text, sources=body.sources, inspection=one
        )
    if found.published_at is None:
        found.body, found.sources = body.text, body.sources
    return found


def publish(ledger: Ledger, found: InspectionPaper, by: Person | None) -> str:
    """印发 by the inspectors; each inspected unit hears its own findings and may object. Return the masthead."""
    one = found.inspection
    if one is not None:
        require(ledger, by, Deed.PUBLISH_INSPECTION)
        if not one.findings:
            raise Refusal(f"{one.number}还没有结论；请先记，例如「{one.number}结论：路未通，依据ISS-31」。")
        found = report_on(ledger, one)
    inspection_paper.publish(ledger, found, by)
    ledger.drop_waiting(f"paper:{found.id}")
    head = inspection_paper.masthead(ledger, found)
    for finding in one.findings if one is not None else []:
        _feed_back(ledger, finding, head)
    return head


def _feed_back(ledger: Ledger, finding: Finding, head: str) -> None:
    finding.told_at = ledger.now
    if finding.unit is None:
        return
    words = FindingTold(head, finding.number, finding.text, local_date(ledger.now) + OBJECTION_DAYS)
    tell(ledger, people_of(ledger, finding.unit), words, f"finding:{finding.id}:told")


def object_to(ledger: Ledger, finding: Finding, person: Person, text: str) -> None:
    """异议: noted in the paper, and given to the inspectors."""
    inspection.object_to(ledger, finding, person, text)
    said = Plain(f"{person.unit.shown}对{finding.number}提出异议：{text[:200]}；已注入专报，请复核。")
    tell(ledger, ledger.people_with(Role.INSPECTOR), said, f"finding:{finding.id}:objected")


def find_paper(ledger: Ledger, words: str) -> InspectionPaper | None:
    """Return the draft or paper that words name: 稿3, DD-1."""
    numbered = _DRAFT.search(words)
    if numbered:
        return inspection_paper.find_paper(ledger, int(numbered["id"]))
    named = find_numbered(words, ledger.mechanism.numbering.inspection)
    one = inspection.find_inspection(ledger, named.number) if named else None
    return report_on(ledger, one) if one else None


def add_finding(ledger: Ledger, one: Inspection, words: str, projects: Sequence[Project], by: Person | None) -> Finding:
    """Add a conclusion written as one sentence: 城北污水厂节点：路未通，依据ISS-31."""
    require(ledger, by, Deed.INSPECT)
    cited = _EVIDENCE.search(words)
    evidence = inspection.read_evidence(ledger, cited["words"]) if cited else Evidence((), None)
    text = words[: cited.start()] if cited else words
    text = re.sub(r"^(?:节点|交办)[：:，, ]+", "", text)
    check = next((name for name in one.checks if name in words), OTHER_CHECK)
    project = projects[0] if len(projects) == 1 else None
    return inspection.add_finding(ledger, one, check=check, text=text, evidence=evidence, project=project, by=by)


# --- chat -----------------------------------------------------------------------------------------------


@router.command(
    lambda turn: _PLAN.match(turn.reading.text),
    help="督查方案",
    example="督查方案：城北污水厂、213，督查组郑涛、梁静，9月22日",
    roles=(Role.INSPECTOR,),
)
def plan(turn: Turn, found: re.Match[str]) -> None:
    """督查方案: team, projects, day; the two fixed checks are always there (JZ-24)."""
    rest = found["rest"]
    team = _TEAM.search(rest)
    names = [name for name in re.split(r"[、，, ]", team["names"]) if name] if team else []
    day = deadline_in(turn.ledger, rest) or turn.ledger.today
    one = inspection.plan(
        turn.ledger,
        title=f"{found['kind']}{'、'.join(project.name for project in turn.reading.named)}情况"[:200],
        team=names or [turn.person.name],
        projects=turn.reading.named,
        day=day,
        joint=found["kind"].startswith("联合"),
        by=turn.person,
    )
    lines = [line for line in briefing.of_inspection(turn.ledger, one).text.splitlines() if "《" in line]
    heading = f"{one.number}方案已记（{day.isoformat()}，查{'、'.join(one.checks)}）；台账里："
    turn.answer(
        Answer(
            heading,
            [
                *five(lines, "条", f"「{one.number}专报」里都有", most=LINES - 1),
                f"记结论请回「{one.number}结论 项目：……，依据ISS-31」。",
            ],
        )
    )


def _wants_finding(turn: Turn) -> tuple[Inspection, str] | None:
    named = find_numbered(turn.reading.text, turn.ledger.mechanism.numbering.inspection)
    rest = turn.reading.text[named.span.end :] if named and named.span.start == 0 else ""
    found = _FINDING.match(rest)
    return (_inspection(turn, named.number), found["rest"]) if named and found else None


@router.command(
    _wants_finding,
    help="记督查结论",
    example="DD-1结论 城北污水厂节点：进厂路未通，依据ISS-31",
    roles=(Role.INSPECTOR,),
)
def find(turn: Turn, given: tuple[Inspection, str]) -> None:
    """A conclusion with its evidence; without evidence it is not taken."""
    one, words = given
    finding = add_finding(turn.ledger, one, words, turn.reading.named, turn.person)
    seqs = "、".join(map(str, finding.evidence))
    turn.answer(
        Plain(f"{finding.number}已记（流水{seqs}）；看稿请回「{one.number}专报」，印发请回「印发{one.number}」。")
    )


def _wants_to_see(turn: Turn) -> InspectionPaper | None:
    text = turn.reading.text
    draft = re.fullmatch(r"(?:看看?)?(稿\d+)[。?？]*", text)
    named = find_numbered(text, turn.ledger.mechanism.numbering.inspection)
    if not draft and not (named and named.span.start == 0 and _SHOW.match(text[named.span.end :])):
        return None
    require(turn.ledger, turn.person, Deed.INSPECT)
    return _paper(turn, text)


@router.command(_wants_to_see, help="看督查文稿", example="DD-1专报", roles=(Role.INSPECTOR,))
def show(turn: Turn, found: InspectionPaper) -> None:
    """The whole text as it stands."""
    turn.answer(Plain(inspection_paper.text_of(turn.ledger, found)[:1500]))


@router.command(
    lambda turn: _REVISE.match(turn.reading.text),
    help="改督查文稿",
    example="修改稿3：请各单位国庆前完成整改",
    roles=(Role.INSPECTOR,),
)
def revise(turn: Turn, found: re.Match[str]) -> None:
    """Add a remark to a draft."""
    one = _paper(turn, found["what"])
    inspection_paper.revise(turn.ledger, one, turn.person, found["text"])
    turn.answer(Plain(f"已加进{one.number}；没问题请回「印发{found['what']}」。"))


def _wants_to_publish(turn: Turn) -> InspectionPaper | None:
    found = _PUBLISH.match(turn.reading.text) or _PUBLISH_TAIL.match(turn.reading.text)
    if not found or not re.search(r"稿\d+|[A-Za-z]{2,4}-?\d+", found["what"]):
        return None
    require(turn.ledger, turn.person, Deed.PUBLISH_INSPECTION)
    return _paper(turn, found["what"])


@router.command(_wants_to_publish, help="印发督查通报、专报", example="印发稿3", roles=(Role.INSPECTOR,))
def publish_in_words(turn: Turn, found: InspectionPaper) -> None:
    """印发, by the inspectors alone."""
    turn.answer(Plain(f"已印发：{publish(turn.ledger, found, turn.person)}。正式文件按公文渠道送达。"))


@router.press("publish", "已印发")
def press_publish(turn: Turn, rest: str) -> None:
    """The card's 印发."""
    found = inspection_paper.find_paper(turn.ledger, int(rest)) if rest.isdigit() else None
    if found is None:
        raise Forbidden("没有找到这份文稿，可发「督查文稿」看一看。")
    publish_in_words(turn, found)


@router.command(
    lambda turn: _OBJECT.match(turn.reading.text), help="对督查结论提异议", example="异议DD-1.1：9月20日已交地"
)
def object_in_words(turn: Turn, found: re.Match[str]) -> None:
    """异议 by the inspected, within thirty days."""
    finding = inspection.find_finding(turn.ledger, found["number"])
    if finding is None:
        raise Forbidden(f"没有找到反馈给您单位的结论「{found['number']}」，请核对编号。")
    object_to(turn.ledger, finding, turn.person, found["text"])
    name = turn.ledger.mechanism.inspectors[0].name
    turn.answer(Plain(f"对{finding.number}的异议已记入专报，已转{name}复核。"))


@router.command(
    lambda turn: bool(_LIST.match(turn.reading.text)), help="督查文稿", example="督查文稿", roles=(Role.INSPECTOR,)
)
def paper_list(turn: Turn) -> None:
    """The drafts and inspections that are not out yet."""
    lines = [f"{one.number} {one.title}" for one in inspection_paper.drafts(turn.ledger) if one.inspection_id is None]
    lines += [
        f"{one.number} {one.title}：结论{len(one.findings)}条" for one in inspection.open_inspections(turn.ledger)
    ]
    turn.answer(Answer(f"待印发{len(lines)}件：" if lines else "没有待印发的督查文稿。", five(lines, "件")))


def _inspection(turn: Turn, number: str) -> Inspection:
    require(turn.ledger, turn.person, Deed.INSPECT)
    one = inspection.find_inspection(turn.ledger, number)
    if one is None:
        raise Forbidden(f"没有「{number}」这次督查，可发「督查文稿」看一看。")
    return one


def _paper(turn: Turn, words: str) -> InspectionPaper:
    found = find_paper(turn.ledger, words)
    if found is None:
        raise Forbidden(f"没有找到文稿「{words}」，可发「督查文稿」看一看。")
    return found
