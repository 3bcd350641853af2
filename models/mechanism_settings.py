"""What the notices leave open or contradict, settled one key each (A1 to A25), with the default that ships.

Owns the `conflicts` block of a rule pack. Where another block of the pack already carries the answer, `WHERE`
points there, so that no question has two answers.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from models.mechanism_blocks import Block, Text


class Rates(Block):
    """A15: what the two rates of DC-04 divide by what; printed beside the figure."""

    started: Text = "已开工项目数÷年度应开工项目数（续建项目计为已开工）"
    reviewed: Text = "已办结联审联批事项数÷应办事项数"


class Lag(Block):
    """A16: when progress counts as 明显滞后; none until a county chooses a preset that it can name."""

    preset: Literal["none", "yinchuan", "sanya", "xinhuang"] = "none"


class Conflicts(Block):
    """Every open question of the notices with its answer. Field descriptions are what users are shown."""

    convenor: Literal["executive_deputy", "main_leader"] = "executive_deputy"
    """A1 例会由常务副职召集；每次通知写明召集人"""
    rhythm: Literal["monthly_observe_even", "odd_meeting_even_observation"] = "monthly_observe_even"
    """A2 每月开例会，双月先观摩后开会"""
    day_decided_by: Literal["notice", "rule"] = "notice"
    """A3 规则只拟日期，以通知为准；未通知不提醒参会人"""
    collection_min_workdays: Annotated[int, Field(ge=0, le=10)] = 3
    """A4 征集通知与报送日之间不足这些工作日时请项目办定"""
    quarter_month: Literal["last", "first"] = "last"
    """A5 “每季度25日”按季末月"""
    fixed_day: Literal["literal", "earlier_workday"] = "literal"
    """A6 “25日前”含当日24时，遇假不顺延；提醒线另算"""
    month_end: Literal["last_workday", "last_day"] = "last_workday"
    """A7 “按月”未写日期的，按当月最后一个工作日"""
    received_by: tuple[Literal["signed", "read", "paper"], ...] = ("signed", "read", "paper")
    """A8 签收、已读、纸质签收，取最早者起算"""
    count_receipt_day: bool = False
    """A9 收到当日不计入三个工作日"""
    visit_per: Literal["project", "leader"] = "project"
    """A12 现场频次按项目计还是按领导计"""
    waive: tuple[Literal["empty_week", "leave"], ...] = ("empty_week", "leave")
    """A13 全周无工作日免；经批准的请假、培训免"""
    one_trip: Literal["each_named_project", "first_project"] = "each_named_project"
    """A14 一次到两个项目，点到名的各计一次"""
    rates: Rates = Rates()
    """A15 开工率、联审联批率的口径"""
    lag: Lag = Lag()
    """A16 “明显滞后”默认不判"""
    ledger_spelling: tuple[Text, ...] = ("台账", "台帐")
    """A18 两种写法都认，印“台账”"""
    substitute: Literal["not_attendance", "attendance"] = "not_attendance"
    """A21 替会不算到会；经召集人同意可列席"""
    approved_extension_excused: bool = True
    """A22 节点前已批延期的不列入未按时"""
    names_as_of_date: Literal[True] = True
    """A23 职务与姓名按当时记载，旧文书不改"""
    compliance_mode: Literal[True] = True
    """A24 减负规定优先于制度中的频次与留痕要求"""
    external_relay: tuple[Literal["office", "liaison"], ...] = ("office", "liaison")
    """A25 外部单位由项目办或联络员代记"""


WHERE: dict[str, str] = {
    "A1": "conflicts.convenor",
    "A2": "conflicts.rhythm",
    "A3": "conflicts.day_decided_by",
    "A4": "conflicts.collection_min_workdays",
    "A5": "conflicts.quarter_month",
    "A6": "conflicts.fixed_day",
    "A7": "conflicts.month_end",
    "A8": "conflicts.received_by",
    "A9": "conflicts.count_receipt_day",
    "A10": "supervision.reply_by",
    "A11": "supervision.default_solve_days",
    "A12": "conflicts.visit_per",
    "A13": "conflicts.waive",
    "A14": "conflicts.one_trip",
    "A15": "conflicts.rates",
    "A16": "conflicts.lag",
    "A17": "codes.four_lists",
    "A18": "conflicts.ledger_spelling",
    "A19": "office",
    "A20": "inspectors",
    "A21": "conflicts.substitute",
    "A22": "conflicts.approved_extension_excused",
    "A23": "conflicts.names_as_of_date",
    "A24": "conflicts.compliance_mode",
    "A25": "conflicts.external_relay",
}
"""Conflict → the one key of a pack that settles it."""

ASKED: dict[str, str] = {
    "A1": "例会由谁召集",
    "A2": "双月的观摩和当月例会",
    "A3": "会期以什么为准",
    "A4": "征集通知离报送日不足几个工作日就请项目办定",
    "A5": "“每季度25日”是哪个月",
    "A6": "“25日前”遇放假",
    "A7": "“按月”没写日期的",
    "A8": "从哪一刻起算收到（取最早）",
    "A9": "收到当日计不计入三个工作日",
    "A10": "复函末日几点截止",
    "A11": "没写限期的督办，几天内解决",
    "A12": "现场频次怎么计",
    "A13": "哪些周、哪些人免",
    "A14": "一次到两个项目",
    "A15": "开工率、联审联批率的口径",
    "A16": "“明显滞后”的线",
    "A17": "“四个清单”指哪一个",
    "A18": "台账的写法（都认，印第一种）",
    "A19": "办公室叫什么",
    "A20": "谁督查",
    "A21": "替会算不算到会",
    "A22": "节点前已批延期的，不列入未按时",
    "A23": "职务与姓名按当时记载，旧文书不改",
    "A24": "减负规定优先于制度中的频次与留痕要求",
    "A25": "外部单位的情况由谁代记",
}
"""Conflict → the question it settles, as the office reads it."""

CHOICES: dict[str, str] = {
    "executive_deputy": "常务副职",
    "main_leader": "主要领导",
    "monthly_observe_even": "每月开例会，双月先观摩后开会",
    "odd_meeting_even_observation": "单月开会，双月观摩",
    "notice": "通知，规则只拟日期",
    "rule": "规则",
    "last": "季末月",
    "first": "季首月",
    "literal": "按字面，当日24时前，提醒另提前",
    "earlier_workday": "提前到最近的工作日",
    "last_workday": "当月最后一个工作日",
    "last_day": "当月最后一天",
    "signed": "签收",
    "read": "已读",
    "paper": "纸质签收",
    "project": "按项目",
    "leader": "按领导",
    "empty_week": "全周无工作日",
    "leave": "经批准的请假、培训",
    "each_named_project": "点到名的各计一次",
    "first_project": "只计第一个",
    "none": "不判",
    "yinchuan": "按银川的办法",
    "sanya": "按三亚的办法",
    "xinhuang": "按新晃的办法",
    "not_attendance": "不算；经召集人同意可列席",
    "attendance": "算",
    "office": "项目办",
    "liaison": "联络员",
}
"""A choice of a key → what it means, as the office reads it."""
