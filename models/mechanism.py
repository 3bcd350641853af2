"""A written mechanism (制度) as data: what a county's notice asks of whom, by when, on which clause.

Owns a rule pack as a whole and its loading. Three packs ship in `mechanisms/`; a county writes its own file
in the same YAML. A pack is refused with every fault named, among them anything that would break the burden
rules (`models/bans.py`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from models.bans import broken_bans
from models.calendar import Window
from models.mechanism_blocks import (
    EVENT,
    Actor,
    Block,
    Body,
    Burden,
    Clause,
    Clock,
    Collection,
    Copies,
    Due,
    DutyKind,
    Hours,
    Leader,
    MeetingReminder,
    Meetings,
    Numbering,
    Obligation,
    Part,
    PayingKind,
    Remind,
    ReplyItem,
    Supervision,
    Taskforce,
    Text,
)
from models.mechanism_lists import Code, CodeList, Projects, Step
from models.mechanism_settings import WHERE, Conflicts

__all__ = [
    "EVENT",
    "WHERE",
    "Actor",
    "Body",
    "Burden",
    "Clause",
    "Code",
    "CodeList",
    "Codes",
    "Collection",
    "Conflicts",
    "Copies",
    "Documents",
    "Due",
    "DutyKind",
    "Leader",
    "Mechanism",
    "MechanismError",
    "MeetingReminder",
    "Meetings",
    "Numbering",
    "Obligation",
    "Part",
    "PayingKind",
    "Projects",
    "Remind",
    "ReplyItem",
    "Step",
    "Supervision",
    "Taskforce",
    "json_schema",
    "load_mechanism",
    "schema_text",
    "shipped",
]

PACKS = Path(__file__).with_name("mechanisms")
_USUAL_NAMES: dict[Actor, str] = {
    Actor.ASSIGNED_LEADER: "分包领导",
    Actor.UNIT_HEAD: "责任单位主要负责人",
    Actor.RESPONSIBLE_UNIT: "责任单位",
    Actor.LIAISON: "联络员",
    Actor.PROJECT_UNIT: "项目单位",
    Actor.TASKFORCE: "专班",
    Actor.TASKFORCE_LEADER: "专班牵头领导",
    Actor.LEAD_UNIT: "牵头单位",
    Actor.CONVENOR: "会议召集人",
    Actor.MAIN_LEADER: "主要领导",
    Actor.VICE_LEADER: "分管领导",
    Actor.GOVERNMENT_OFFICE: "政府办公室",
    Actor.LOGISTICS: "机关事务管理局",
    Actor.ADDRESSEE: "督办对象",
    Actor.ATTENDEE: "参会人",
    Actor.INVESTMENT: "招商部门",
    Actor.RECEIVING_UNIT: "承接部门",
    Actor.DEPARTMENT: "职能部门",
    Actor.DISCIPLINE: "纪检监察员",
    Actor.MEDIA: "融媒体中心",
    Actor.ADMIN: "管理员",
}
"""What people call a part that this county's notice does not name."""
_QUARTER_MONTHS = {"last": "BYMONTH=3,6,9,12", "first": "BYMONTH=1,4,7,10"}


class MechanismError(ValueError):
    """A pack that cannot be used; `faults` holds one line for each thing to mend."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Documents(Block):
    """Titles of the papers as the notice prints them."""

    ledger: Text = "重大项目重点工作进度台账"
    notice: Text = "挂牌督办通知书"
    reply: Text = "复函"
    monthly_report: Text = "调度情况专报"
    quarterly_report: Text = "季度工作情况报告"
    bulletin: Text = "重点项目建设通报"
    inspection_bulletin: Text = "督查通报"
    inspection_report: Text = "督查专报"
    meeting_notice: Text = "会议通知"
    meeting_proposal: Text = "召开会议的建议"
    minutes: Text = "会议纪要"
    attendance_bulletin: Text = "到会情况通报"
    observation_plan: Text = "观摩活动方案"
    request: Text = "提请事项单"


class Codes(Block):
    """Code lists as far as the notice names them; a list it does not name is None."""

    scopes: CodeList | None = None
    boards: CodeList | None = None
    focus: CodeList | None = None
    batches: CodeList | None = None
    investment_stages: CodeList | None = None
    review_dimensions: CodeList | None = None
    gate: CodeList | None = None
    brief: CodeList | None = None
    factors: CodeList | None = None
    service_measures: CodeList | None = None
    problem_categories: CodeList
    five_clear: CodeList | None = None
    delays: CodeList | None = None
    delay_causes: CodeList | None = None
    awards: CodeList | None = None
    four_lists: CodeList | None = None
    four_views: CodeList | None = None
    board_names: CodeList | None = None
    ledger_columns: CodeList | None = None


class Mechanism(Block):
    """One county's or city's notice, complete: what `duban init` puts a ledger under."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
    title: Text
    source: Text
    """文号 of the notice."""
    issued: dt.date | None = None
    area: Text
    office: Body
    inspectors: Annotated[tuple[Body, ...], Field(min_length=1)]
    hours: Hours = Hours()
    morning: Clock = "08:30"
    """When the reminders of a day go out, as one digest a person."""
    burden: Burden = Burden()
    copies: Copies = Copies()
    roles: dict[Actor, Text]
    bodies: tuple[Body, ...] = ()
    taskforces: tuple[Taskforce, ...] = ()
    expected_projects: Annotated[int, Field(ge=1)] | None = None
    """How many projects the notice speaks of; the office is told when the register has another number (DC-05)."""
    leader_rank: Text | None = None
    """The rank every assigned leader must have, where the notice asks for one (DC-05: 处级)."""
    liaison_rank: Text | None = None
    """The rank of a unit's liaison, where the notice asks for one (ZZ-29: 副科)."""
    numbering: Numbering
    supervision: Supervision
    meetings: Meetings
    obligations: Annotated[tuple[Obligation, ...], Field(min_length=1)]
    codes: Codes
    projects: Projects = Projects()
    conflicts: Conflicts = Conflicts()
    documents: Documents = Documents()
    clauses: dict[Text, Clause]

    @property
    def speaking_window(self) -> Window:
        """The hours of a working day in which the bot may speak first."""
        return Window(dt.time.fromisoformat(self.hours.start), dt.time.fromisoformat(self.hours.end))

    @property
    def office_name(self) -> str:
        """What people call the office (重点办, 领导小组办公室)."""
        return self.office.short or self.office.name

    def notice_number(self, year: int, serial: int) -> str:
        """Return the 文号 of the year's notice number `serial`."""
        return self.numbering.notice.format(year=year, n=serial)

    def notice_handle(self, year: int, serial: int) -> str:
        """Return the short name people use for that notice in chat."""
        return self.numbering.handle.format(year=year, n=serial)

    def obligation(self, duty: str) -> Obligation:
        """Return the obligation of that id; KeyError when the pack has none."""
        for obligation in self.obligations:
            if obligation.id == duty:
                return obligation
        raise KeyError(duty)

    def event(self, suffix: str) -> Obligation | None:
        """Return the duty by event whose id ends so (`handover`, `node-service`), None where the notice has none."""
        found = (duty for duty in self.obligations if not duty.recurring and duty.id.endswith(f".{suffix}"))
        return next(found, None)

    def actor_name(self, role: Actor) -> str:
        """Return what this county calls `role`; the office and the inspector have their own blocks."""
        if role is Actor.OFFICE:
            return self.office_name
        if role is Actor.INSPECTOR:
            return self.inspectors[0].short or self.inspectors[0].name
        return self.roles.get(role) or _USUAL_NAMES[role]

    def basis(self, clause: str) -> str:
        """Return the ground for a push as people read it: 文号 and place in the notice."""
        found = self.clauses[clause]
        return f"{found.source or self.source} {found.place}"

    def settled(self) -> Iterator[tuple[str, str, object]]:
        """Yield (A-number, key, value) of every open question of the notices, as this pack answers it."""
        for number, key in WHERE.items():
            value: object = self
            for name in key.split("."):
                value = getattr(value, name)
            yield number, key, value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        faults = [*self._unknown_clauses(), *self._unnamed_roles(), *self._duty_faults()]
        if self.morning < self.hours.start or self.morning >= self.hours.end:
            faults.append("morning: 须在说话时段内 / must lie within the speaking hours")
        if not self.morning < self.burden.afternoon < self.hours.end:
            faults.append("burden.afternoon: 须在morning之后、说话时段之内 / must lie after morning, within the hours")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _unknown_clauses(self) -> Iterator[str]:
        for place, clause in _cited(self.model_dump(exclude={"clauses"}), ""):
            if clause not in self.clauses:
                yield f"{place}: 条款{clause}未列入clauses / clause not listed under clauses"

    def _unnamed_roles(self) -> Iterator[str]:
        named = {*self.roles, Actor.OFFICE, Actor.INSPECTOR}
        used = {role for obligation in self.obligations for role in obligation.roles}
        signer = {self.supervision.approver} if self.supervision.approver else set()
        for role in sorted({*used, *self.supervision.copy_to, *signer} - named):
            yield f"roles.{role}: 缺少名称 / role is used but has no display name"

    def _duty_faults(self) -> Iterator[str]:
        seen: set[str] = set()
        for duty in self.obligations:
            if duty.id in seen:
                yield f"obligations[{duty.id}]: 编号重复 / id used twice"
            seen.add(duty.id)
            yield from self._undrawable(duty)
            if duty.due.rule in ("meeting", "before_meeting", "after_meeting") and not self.meetings.rule:
                yield f"obligations[{duty.id}].due: meetings没有rule / the meetings block proposes no day"
            if duty.due.rule == "collection" and not (self.meetings.rule and self.meetings.collection):
                yield f"obligations[{duty.id}].due: meetings没有collection / no collection rule"
            if duty.period == "quarter" and _QUARTER_MONTHS[self.conflicts.quarter_month] not in duty.cadence:
                yield f"obligations[{duty.id}].cadence: 与quarter_month不符 / contradicts quarter_month"

    def _undrawable(self, duty: Obligation) -> Iterator[str]:
        parts = {f"{other.id}/{part.name}" for other in self.obligations for part in other.parts}
        for part in duty.parts:
            for source in part.draws:
                if "/" in source and source not in parts:
                    yield f"obligations[{duty.id}].parts: draws没有这一栏{source} / draws from a part that is not there"


def _cited(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield (path, clause id) wherever a pack cites a clause."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            here = f"{path}.{key}".lstrip(".")
            cites = isinstance(value, str) and (key == "clause" or str(key).endswith("_clause"))
            yield from [(here, value)] if cites else _cited(value, here)
            if key == "also":
                yield from ((here, clause) for clause in value)
    elif isinstance(node, tuple | list):
        for number, item in enumerate(node):
            label = item.get("id", number) if isinstance(item, Mapping) else number
            yield from _cited(item, f"{path}[{label}]")


def shipped() -> tuple[str, ...]:
    """Return the names of the packs that come with the product."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.yaml")))


def load_mechanism(name_or_path: str | Path) -> Mechanism:
    """Load a shipped pack by name or any pack by path; MechanismError names every fault."""
    path = _find(name_or_path)
    data = _read(path)
    if not isinstance(data, dict):
        raise MechanismError([f"{path.name}: 文件顶层应为键值 / the file must be a mapping"])
    faults = broken_bans(data)
    try:
        mechanism = Mechanism.model_validate(data)
    except ValidationError as error:
        banned = {line.split(":", 1)[0] for line in faults}
        lines = (line for found in error.errors() for line in _fault(found, data))
        faults += [line for line in lines if line.split(":", 1)[0] not in banned]
        raise MechanismError([f"{path.name}: {line}" for line in faults]) from error
    if faults:
        raise MechanismError([f"{path.name}: {line}" for line in faults])
    return mechanism


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a pack, for editors that check YAML while it is written."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Mechanism.model_json_schema()}


def schema_text() -> str:
    """Return :func:`json_schema` as a file's text; `docs/mechanism.schema.json` is this."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _find(name_or_path: str | Path) -> Path:
    for path in (PACKS / f"{name_or_path}.yaml", Path(name_or_path)):
        if path.is_file():
            return path
    known = "、".join(shipped())
    raise MechanismError([f"{name_or_path}: 没有这个制度，可选{known}或YAML文件 / no such pack or file"])


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # ten times faster where libyaml is
    """Safe YAML that refuses a key written twice, which plain YAML would let win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"键重复 / key written twice: {key}", key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def _read(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (derived from SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise MechanismError([f"{path.name}: 读不出来 / unreadable: {error}"]) from error
    except yaml.YAMLError as error:
        words = re.sub(r"\s+", " ", str(error))
        raise MechanismError([f"{path.name}: 不是可用的YAML / not usable YAML: {words}"]) from error


_WORDS = {
    "extra_forbidden": "不认识的键 / unknown key",
    "missing": "缺少此项 / missing",
    "enum": "不在可选之列 / not one of the choices",
    "literal_error": "不在可选之列 / not one of the choices",
    "string_pattern_mismatch": "写法不合 / badly written",
    "string_too_short": "不能为空 / empty",
}


def _fault(error: ErrorDetails, data: object) -> Iterator[str]:
    """Yield the line or lines of one pydantic error, with entries of lists shown by their id."""
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        yield from message.split("\n")
        return
    words = _WORDS.get(error["type"])
    detail = f"{words} ({message})" if words else message
    yield f"{_place(error['loc'], data)}: {detail}"


def _place(location: tuple[int | str, ...], data: object) -> str:
    path, node = "", data
    for step in location:
        node = _below(node, step)
        if isinstance(step, int):
            path += f"[{node.get('id', step) if isinstance(node, Mapping) else step}]"
        else:
            path += f".{step}"
    return path.lstrip(".")


def _below(node: object, step: int | str) -> object:
    if isinstance(node, Mapping):
        return node.get(step)
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else None
