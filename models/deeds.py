"""Who may do what (mission 4.1), as one table: the only place that grants anything beyond reading.

A deed names the parts that may do it; `require` refuses everybody else in one sentence that says whose it is.
Nobody at the keyboard of the office (the command line without `--by`) acts as the office and as nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.actors import NOWHERE, Scope, holds
from models.errors import Forbidden
from models.ledger import Ledger
from models.mechanism import Actor
from models.people import Person


class Deed(StrEnum):
    """What somebody does; the value is how people call it."""

    ISSUE_NOTICE = "下发督办"
    REVIEW_REPLY = "审核复函"
    CLOSE_NOTICE = "督办销号"
    URGE = "催办"
    GRANT_EXTENSION = "批准延期"
    CONSENT_REQUEST = "同意提请"
    ANSWER_REQUEST = "批示提请事项"
    CLOSE_PROBLEM = "问题销号"
    ASSIGN_TASK = "交办事项"
    CLOSE_TASK = "交办事项销号"
    PROPOSE_MEETING = "提出开会建议"
    DECIDE_MEETING = "确定会议"
    CALL_MEETING = "发会议通知"
    MOVE_MEETING = "会议改期"
    INVITE = "通知议题有关人员参会"
    CALL_TASKFORCE = "召集专班调度会"
    MERGE_MEETINGS = "合并会议"
    SEND_COLLECTION = "发征集通知"
    CHANGE_MEMBERS = "调整成员单位"
    GRANT_LEAVE = "准假"
    RECORD_ATTENDANCE = "登记到会情况"
    AGREE_TOPIC = "同意议题"
    TAKE_TOPIC = "受理议题"
    RECORD_DECISION = "登记议定事项"
    DRAFT_BULLETIN = "起草通报"
    APPROVE_BULLETIN = "审定通报"
    ISSUE_BULLETIN = "下发通报"
    MERGE_REPORTS = "汇总报送"
    APPROVE_QUARTERLY = "审定季度报告"
    PUBLISH_QUARTERLY = "发布季度通报"
    INSPECT = "开展督查"
    PUBLISH_INSPECTION = "印发督查专报"
    PLAN_OBSERVATION = "拟定观摩方案"
    APPROVE_OBSERVATION = "批准观摩方案"
    ADMIT_PROJECT = "受理项目申报"
    MOVE_PROJECT = "调整项目批次和阶段"
    PLAN_NODES = "编排节点"
    REPORT_NODE = "登记节点完成"
    MOVE_NODE = "调整节点时间"
    TAG_PROJECT = "给项目归类"
    KEEP_PERMITS = "登记手续"
    RANK_FACTOR = "排定要素优先次序"
    SET_DATES = "登记项目日期"
    HAND_OVER = "招商项目移交"
    TAKE_OVER = "签收招商项目移交"
    MOVE_LEAD = "调整招商阶段"
    NAME_HELPER = "指定帮办专人"
    REVIEW_INVESTMENT = "招商项目评估"
    SUPPLY_FACTOR = "要素保障"
    PROPOSE_EXTRACT = "提出公开内容"
    APPROVE_EXTRACT = "批准公开内容"
    READ_CLUES = "查看问题线索"
    EXPORT_ASSESSMENT = "导出考核事实"
    MANAGE_PEOPLE = "调整人员和分工"
    APPOINT_TEAM = "调整项目班子"
    UPDATE_BOARD = "登记标示牌"
    KEEP_CHAINS = "调整产业链"
    ROUTE_PROBLEM = "转办问题"
    RELAY = "代外部单位记"
    EXCUSE_DELAY = "认定客观原因"
    KEEP_HOLIDAYS = "录入放假安排"
    KEEP_AGREEMENT = "登记企业协议"
    WITHDRAW_AGREEMENT = "撤销企业协议登记"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Who may do a deed, the usual one first; `office_desk` whether the office's own keyboard may."""

    who: tuple[Actor, ...]

    @property
    def office_desk(self) -> bool:
        return Actor.OFFICE in self.who


def _by(*who: Actor) -> _Rule:
    return _Rule(who)


_OFFICE, _INSPECTOR = Actor.OFFICE, Actor.INSPECTOR

WHO: dict[Deed, _Rule] = {
    Deed.ISSUE_NOTICE: _by(_OFFICE),
    Deed.REVIEW_REPLY: _by(_OFFICE, _INSPECTOR),
    Deed.CLOSE_NOTICE: _by(_OFFICE, _INSPECTOR),
    Deed.URGE: _by(_OFFICE, _INSPECTOR),
    Deed.GRANT_EXTENSION: _by(_OFFICE),
    Deed.CONSENT_REQUEST: _by(Actor.TASKFORCE_LEADER, Actor.ASSIGNED_LEADER),
    Deed.ANSWER_REQUEST: _by(Actor.MAIN_LEADER),
    Deed.CLOSE_PROBLEM: _by(_OFFICE, _INSPECTOR),
    Deed.ASSIGN_TASK: _by(_OFFICE, Actor.ASSIGNED_LEADER, Actor.TASKFORCE_LEADER, Actor.CONVENOR, _INSPECTOR),
    Deed.CLOSE_TASK: _by(_OFFICE, _INSPECTOR),
    Deed.PROPOSE_MEETING: _by(_OFFICE),
    Deed.DECIDE_MEETING: _by(Actor.CONVENOR, Actor.MAIN_LEADER),
    Deed.CALL_MEETING: _by(_OFFICE, Actor.GOVERNMENT_OFFICE),
    Deed.MOVE_MEETING: _by(Actor.CONVENOR, _OFFICE, Actor.GOVERNMENT_OFFICE),
    Deed.INVITE: _by(Actor.GOVERNMENT_OFFICE),
    Deed.CALL_TASKFORCE: _by(Actor.TASKFORCE_LEADER, Actor.LEAD_UNIT, _OFFICE),
    Deed.MERGE_MEETINGS: _by(_OFFICE),
    Deed.SEND_COLLECTION: _by(_OFFICE),
    Deed.CHANGE_MEMBERS: _by(_OFFICE),
    Deed.GRANT_LEAVE: _by(Actor.CONVENOR),
    Deed.RECORD_ATTENDANCE: _by(_OFFICE, Actor.GOVERNMENT_OFFICE),
    Deed.AGREE_TOPIC: _by(Actor.ASSIGNED_LEADER),
    Deed.TAKE_TOPIC: _by(_OFFICE),
    Deed.RECORD_DECISION: _by(_OFFICE, Actor.CONVENOR, Actor.TASKFORCE_LEADER, Actor.ASSIGNED_LEADER),
    Deed.DRAFT_BULLETIN: _by(_OFFICE, _INSPECTOR),
    Deed.APPROVE_BULLETIN: _by(Actor.CONVENOR),
    Deed.ISSUE_BULLETIN: _by(_OFFICE),
    Deed.MERGE_REPORTS: _by(_OFFICE),
    Deed.APPROVE_QUARTERLY: _by(Actor.MAIN_LEADER),
    Deed.PUBLISH_QUARTERLY: _by(_INSPECTOR),
    Deed.INSPECT: _by(_INSPECTOR),
    Deed.PUBLISH_INSPECTION: _by(_INSPECTOR),
    Deed.PLAN_OBSERVATION: _by(_OFFICE),
    Deed.APPROVE_OBSERVATION: _by(Actor.CONVENOR),
    Deed.ADMIT_PROJECT: _by(_OFFICE),
    Deed.MOVE_PROJECT: _by(_OFFICE),
    Deed.PLAN_NODES: _by(_OFFICE, Actor.RESPONSIBLE_UNIT, Actor.UNIT_HEAD, Actor.DEPARTMENT),
    Deed.REPORT_NODE: _by(
        *(_OFFICE, Actor.RESPONSIBLE_UNIT, Actor.UNIT_HEAD, Actor.ASSIGNED_LEADER, Actor.DEPARTMENT, Actor.PROJECT_UNIT)
    ),
    Deed.MOVE_NODE: _by(_OFFICE),
    Deed.TAG_PROJECT: _by(_OFFICE),
    Deed.KEEP_PERMITS: _by(_OFFICE, Actor.RESPONSIBLE_UNIT, Actor.UNIT_HEAD, Actor.DEPARTMENT),
    Deed.RANK_FACTOR: _by(_OFFICE),
    Deed.SET_DATES: _by(_OFFICE, Actor.RESPONSIBLE_UNIT, Actor.UNIT_HEAD),
    Deed.HAND_OVER: _by(Actor.INVESTMENT, _OFFICE),
    Deed.TAKE_OVER: _by(Actor.RECEIVING_UNIT),
    Deed.MOVE_LEAD: _by(Actor.INVESTMENT, _OFFICE),
    Deed.NAME_HELPER: _by(_OFFICE, Actor.INVESTMENT, Actor.RESPONSIBLE_UNIT, Actor.UNIT_HEAD),
    Deed.REVIEW_INVESTMENT: _by(Actor.INVESTMENT, _OFFICE),
    Deed.SUPPLY_FACTOR: _by(_OFFICE, Actor.DEPARTMENT),
    Deed.PROPOSE_EXTRACT: _by(_OFFICE, Actor.MEDIA),
    Deed.APPROVE_EXTRACT: _by(_OFFICE),
    Deed.READ_CLUES: _by(Actor.DISCIPLINE),
    Deed.EXPORT_ASSESSMENT: _by(_OFFICE, _INSPECTOR),
    Deed.MANAGE_PEOPLE: _by(_OFFICE, Actor.ADMIN),
    Deed.APPOINT_TEAM: _by(_OFFICE, Actor.ASSIGNED_LEADER, Actor.UNIT_HEAD),
    Deed.UPDATE_BOARD: _by(_OFFICE, Actor.RESPONSIBLE_UNIT, Actor.UNIT_HEAD),
    Deed.KEEP_CHAINS: _by(_OFFICE),
    Deed.ROUTE_PROBLEM: _by(_OFFICE, _INSPECTOR),
    Deed.RELAY: _by(_OFFICE, Actor.LIAISON),
    Deed.EXCUSE_DELAY: _by(_OFFICE),
    Deed.KEEP_HOLIDAYS: _by(_OFFICE, Actor.ADMIN),
    Deed.KEEP_AGREEMENT: _by(_OFFICE, Actor.RESPONSIBLE_UNIT, Actor.UNIT_HEAD, Actor.INVESTMENT),
    Deed.WITHDRAW_AGREEMENT: _by(_OFFICE),
}


def may(ledger: Ledger, person: Person | None, deed: Deed, scope: Scope = NOWHERE) -> bool:
    """Whether somebody may do it; None is the office at its own desk."""
    rule = _rule(ledger, deed)
    if person is None:
        return rule.office_desk
    return any(holds(ledger, person, actor, scope) for actor in rule.who)


def _rule(ledger: Ledger, deed: Deed) -> _Rule:
    """DC-21: the office invites those a topic needs only where the pack says that it may."""
    if deed is Deed.INVITE and ledger.mechanism.meetings.office_invites:
        return _by(*WHO[deed].who, _OFFICE)
    return WHO[deed]


def require(ledger: Ledger, person: Person | None, deed: Deed, scope: Scope = NOWHERE) -> None:
    """Refuse whoever may not do it. Raises Forbidden with whose it is."""
    if not may(ledger, person, deed, scope):
        raise Forbidden(f"{deed.value}由{whose(ledger, deed)}办理；有需要请与{ledger.mechanism.office_name}联系。")


def whose(ledger: Ledger, deed: Deed) -> str:
    """Name those who may do it, the usual one first."""
    return "、".join(dict.fromkeys(ledger.mechanism.actor_name(actor) for actor in _rule(ledger, deed).who))
