"""What people of the county type and say, and what is understood of it: one table, every row a promise.

Columns: the words; the sender's own projects; the projects understood (`P01`, `P04+P06` said together, `?…` to be
asked about, `-` none); the intents, in the order of the reader; further facts. Thursday 2026-09-17, 10:00.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from handlers.understanding.categories import category_of
from handlers.understanding.dates import read_deadline, read_occurred, read_period
from handlers.understanding.names import Decision, Name, NameIndex, Verdict, decide
from handlers.understanding.numbers import read_amounts, read_areas
from handlers.understanding.people import find_assignee, recorded_for, said_by_other
from handlers.understanding.phrases import read_intents, visit_mode
from handlers.understanding.text import Span, normalise

COUNTY = NameIndex(
    [
        Name("P01", "高端纺织产业园一期"),
        Name("P02", "高端纺织产业园二期"),
        Name("P03", "县第二人民医院迁建"),
        Name("P04", "城北污水处理厂提标改造"),
        Name("P05", "S213平澜段改建"),
        Name("P06", "城南污水处理厂"),
        Name("P07", "恒瑞冷链物流"),
        Name("P08", "2026年高标准农田"),
        Name("P09", "平澜县第一高级中学新校区建设项目"),
        Name("P10", "东湖公园建设项目", ("东湖",)),
        Name("P11", "天基轮胎全钢子午胎项目"),
        Name("P12", "老城区棚户区改造三期"),
    ]
)
NOW = datetime(2026, 9, 17, 10, 0, tzinfo=timezone(timedelta(hours=8)))
DAYS_OFF = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
WORKING_WEEKENDS = {date(2026, 9, 20), date(2026, 10, 10)}


def is_workday(day: date) -> bool:
    """The calendar of September and October 2026."""
    return day in WORKING_WEEKENDS or (day.weekday() < 5 and day not in DAYS_OFF)


UTTERANCES: list[tuple[str, str, str, str, dict[str, Any]]] = [
    # arriving and being there
    ("到二院了", "P03", "P03", "visit", {}),
    ("我在纺织园二期工地", "P01 P02", "P02", "visit", {}),
    ("刚到恒瑞现场", "P07", "P07", "visit", {}),
    ("在城北污水厂转了一圈，没啥问题", "P04 P06", "P04", "visit", {}),
    ("上午去213看了看，路基铺了两公里", "P05", "P05", "visit progress", {"occurred": "09-17"}),
    ("昨天下午在东湖公园现场办公", "P10", "P10", "visit", {"occurred": "09-16"}),
    ("夜儿个在天基轮胎蹲点了一天", "P11", "P11", "visit", {"occurred": "09-16"}),
    ("上礼拜五来二院督导过", "P03", "P03", "visit", {"occurred": "09-11"}),
    ("前天看了一下高标准农田", "P08", "P08", "visit", {"occurred": "09-15"}),
    ("周县长今天去了二院，我代记", "P03", "P03", "visit", {"for": "周县长", "occurred": "09-17"}),
    ("替李部长记一下，上午在二院调研", "P03", "P03", "visit", {"for": "李部长"}),
    ("视频连线看了城南污水厂", "P06", "P06", "visit", {"mode": "视频"}),
    ("打电话问了恒瑞，冷库主体封顶", "P07", "P07", "visit progress", {"mode": "电话"}),
    ("微信调度了213，没新进展", "P05", "P05", "visit no_news", {"mode": "微信"}),
    ("王主席带队实地查看城南污水厂尾水管线", "P06", "P06", "visit", {"mode": "现场"}),
    ("到了", "P03", "-", "visit", {}),
    ("到工地了", "P04", "-", "visit", {}),
    ("我现在在一高新校区", "P09", "P09", "visit", {}),
    ("俺在城北呢", "P04 P06", "P04", "visit", {}),
    ("今儿又跑了一趟棚户区三期", "P12", "P12", "visit", {"occurred": "09-17"}),
    # going there is not being there
    ("我一会儿去二院", "P03", "P03", "going", {}),
    ("下午去恒瑞", "P07", "P07", "going", {}),
    ("准备去城北污水厂看看", "P04", "P04", "going", {}),
    ("在去213的路上", "P05", "P05", "going", {}),
    ("我去纺织园", "P01 P02", "?P01,P02", "going", {}),
    ("明天去东湖", "P10", "P10", "going", {}),
    # twins told apart by their phases
    ("一期二期我都去看了 纺织园", "P01 P02", "P01+P02", "visit", {}),
    ("纺织园一期本月完成2300万，二期本月完成900万", "P01 P02", "P01+P02", "progress", {}),
    ("一期封顶了 二期桩基打了六成 纺织园的", "P01 P02", "P01+P02", "progress", {}),
    # progress
    ("二院主体封顶", "P03", "P03", "progress", {}),
    (
        "恒瑞9月完成投资800万，累计4200万",
        "P07",
        "P07",
        "progress",
        {"month": "800", "total": "4200", "period": "2026-09"},
    ),
    ("纺织园二期本月完成1500万元，累计0.62亿元", "P02", "P02", "progress", {"month": "1500", "total": "6200"}),
    ("天基轮胎这个月弄了三百来万", "P11", "P11", "progress", {"month": "300", "rough": True}),
    ("城南污水厂累计两个多亿", "P06", "P06", "progress", {"total": "20000", "rough": True}),
    ("一高新校区形象进度百分之四十五", "P09", "P09", "progress", {"percent": "45"}),
    ("东湖公园八成半了", "P10", "P10", "progress", {"percent": "85", "rough": True}),
    ("二院手术楼装修完成一半", "P03", "P03", "progress", {"percent": "50", "of": "装修"}),
    ("213路基完成70%，桥面完成40%", "P05", "P05", "progress", {"percent": None}),
    ("高标准农田打井12眼，渠道开挖3公里", "P08", "P08", "progress", {}),
    ("恒瑞冷链设备安装完成六成左右", "P07", "P07", "progress", {"percent": "60", "of": "设备安装", "rough": True}),
    ("二院8月完成1亿2，累计3亿5", "P03", "P03", "progress", {"month": "12000", "total": "35000", "period": "2026-08"}),
    ("城北污水厂联动试车，今天通水了", "P04", "P04", "progress", {"occurred": "09-17"}),
    ("纺织园一期消验过了，施工证也拿到了", "P01", "P01", "progress", {}),
    ("完成投资2300万", "P01", "-", "progress", {"month": "2300"}),
    ("P07桩基打完了", "", "P07", "progress", {}),
    ("截至8月底213累计完成9000万", "P05", "P05", "progress", {"total": "9000"}),
    ("天机轮胎硫化车间吊装", "P11", "P11", "progress", {}),
    ("城背污水厂管网铺了3公里", "P04 P06", "P04", "progress", {}),
    ("总投资5亿的恒瑞项目本月完成500万", "P07", "P07", "progress", {"month": "500", "total": None}),
    ("棚户区三期征迁完成九成", "P12", "P12", "progress", {"percent": "90", "of": "征迁", "rough": True}),
    ("二院本月完成投资1200", "P03", "P03", "progress", {"month": "1200", "assumed": {"month"}}),
    ("城南污水厂完成土方3万方，不算投资", "P06", "P06", "progress", {"month": None}),
    ("恒瑞增长8%，进度65%", "P07", "P07", "progress", {"percent": "65"}),
    # nothing new
    ("213还那样", "P05", "P05", "no_news", {}),
    ("二院没啥进展", "P03", "P03", "no_news", {}),
    ("恒瑞跟上周一样", "P07", "P07", "no_news", {}),
    ("东湖公园无新进展", "P10", "P10", "no_news", {}),
    ("老样子，没动静", "P08", "-", "no_news", {}),
    # problems
    ("二院手术楼审图卡住了", "P03", "P03", "problem", {"category": "立项审批"}),
    ("恒瑞那30亩指标还没落实", "P07", "P07", "problem", {"category": "要素保障/土地", "area": "30"}),
    ("213又叫村民堵路了", "P05", "P05", "problem", {"category": "施工环境/阻挠施工"}),
    ("纺织园一期变压器电业局还没给装", "P01", "P01", "problem", {"category": "要素保障/用电"}),
    ("天基轮胎招不来工人，用工缺口两百人", "P11", "P11", "problem", {"category": "要素保障/用工"}),
    ("城北污水厂工程款拖欠，工人要停工", "P04", "P04", "problem", {"category": "要素保障/资金"}),
    ("恒瑞环评指标卡住了", "P07", "P07", "problem", {"category": "要素保障/环保容量"}),
    ("一高新校区施工证没办下来", "P09", "P09", "problem", {"category": "证照办理"}),
    ("棚户区三期还有6户没拆", "P12", "P12", "problem", {}),
    ("213那42亩地没交付", "P05", "P05", "problem", {"area": "42"}),
    ("城南污水厂有人强买强卖沙石", "P06", "P06", "problem", {"category": "施工环境/强买强卖"}),
    ("恒瑞卸车叫人强装强卸拦着", "P07", "P07", "problem", {"category": "施工环境/强装强卸"}),
    ("二院电梯没到货，得催", "P03", "P03", "problem", {"category": "设计施工"}),
    ("东湖公园资金跟不上，等米下锅", "P10", "P10", "problem", {"category": "要素保障/资金"}),
    ("两家扯皮，213停了", "P05", "P05", "problem", {}),
    ("前儿路就堵了，城北的车进不去", "P04 P06", "P04", "problem", {"occurred": "09-15"}),
    ("纺织园一期缺变压器，这周得弄好", "P01", "P01", "problem", {"due": "09-20"}),
    ("恒瑞供电没接通，25号前必须解决", "P07", "P07", "problem", {"due": "09-25"}),
    ("二院审图有困难，三个工作日内要批下来", "P03", "P03", "problem", {"due": "09-21"}),
    ("城北路堵了，叫小陈盯一下，月底前弄好", "P04", "P04", "problem", {"due": "09-30", "assignee": "小陈"}),
    ("让刘洋跟进电梯的事，二院那边还没到货", "P03", "P03", "problem", {"assignee": "刘洋"}),
    ("213征地补偿款没到位，老百姓不让施工", "P05", "P05", "problem", {"category": "施工环境/阻挠施工"}),
    ("天基轮胎项目经理说月底能投产，就是缺煤气", "P11", "P11", "problem", {"hearsay": True}),
    ("高标准农田机井没通电", "P08", "P08", "problem", {"category": "要素保障/用电"}),
    # no problem at all
    ("二院一切正常，没问题", "P03", "P03", "fine", {}),
    ("城北堵路的问题解决了", "P04", "P04", "solved", {}),
    ("213的路通了", "P05", "P05", "solved progress", {}),
    ("恒瑞不缺钱，没啥困难", "P07", "P07", "fine", {}),
    # visit, progress and problem in one breath
    (
        "到二院工地了，外墙完成六成，差电梯没到货",
        "P03",
        "P03",
        "visit problem progress",
        {"percent": "60", "of": "外墙"},
    ),
    ("在恒瑞现场，冷库封顶了，就是还没通电", "P07", "P07", "visit problem progress", {}),
    # questions
    ("二院咋样了", "", "P03", "project_status", {}),
    ("恒瑞现在啥情况", "", "P07", "project_status", {}),
    ("213到哪一步了", "", "P05", "project_status", {}),
    ("城北污水厂进度", "", "P04", "project_status", {}),
    ("纺织园进展如何", "", "?P01,P02", "project_status", {}),
    ("污水厂弄到哪了", "P04 P06", "?P04,P06", "project_status", {}),
    ("二院啥时候能完工", "", "P03", "project_status", {}),
    ("恒瑞开工了吗", "", "P07", "project_status", {}),
    ("查一下东湖公园进度", "", "P10", "project_status", {}),
    ("天基轮胎有啥进展", "", "P11", "project_status", {}),
    ("我的项目", "P01", "-", "my_projects", {}),
    ("我包了几个项目", "P01", "-", "my_projects", {}),
    ("我的待办", "P01", "-", "my_todo", {}),
    ("我还有啥事", "P01", "-", "my_todo", {}),
    ("我这边还欠啥没报", "P01", "-", "my_todo", {}),
    ("谁没报", "", "-", "who_missing", {}),
    ("还有谁没交", "", "-", "who_missing", {}),
    ("哪几个单位还没复函", "", "-", "who_missing", {}),
    ("报齐了没", "", "-", "who_missing", {}),
    ("有哪些逾期的", "", "-", "overdue", {}),
    ("超期", "", "-", "overdue", {}),
    ("查查过期没办的问题", "", "-", "overdue", {}),
    ("哪天开会", "", "-", "when_meeting", {}),
    ("下次例会几号", "", "-", "when_meeting", {}),
    ("10月那个调度会定了没", "", "-", "when_meeting", {}),
    ("啥时候开会啊", "", "-", "when_meeting", {}),
    ("凭啥催我", "", "-", "why", {}),
    ("这个数哪来的", "", "-", "why", {}),
    ("帮助", "", "-", "help", {}),
    ("你能干啥", "", "-", "help", {}),
    ("看板", "", "-", "board", {}),
    ("提意见：周末别发", "", "-", "feedback", {}),
    # commands
    ("记错了", "P01", "-", "undo", {}),
    ("刚才那条不算", "P01", "-", "undo", {}),
    ("撤回", "P01", "-", "undo", {}),
    ("更正：二院累计应为1.02亿", "P03", "P03", "correction progress", {"total": "10200"}),
    ("收到", "", "-", "sign", {}),
    ("签收DB-07", "", "-", "sign", {}),
    ("DB-07回复：我局牵头，分管领导李卫东", "", "-", "reply", {}),
    ("通过DB-07", "", "-", "review", {}),
    ("把7号督办销号", "", "-", "review", {}),
    ("申请销号DB-07，42亩已交", "", "-", "ask_close", {}),
    ("挂牌督办P05 42亩交地", "", "P05", "issue", {}),
    ("对恒瑞冷链物流挂牌督办，10月15日前解决", "", "P07", "issue", {"due": "10-15"}),
    ("给没报的发个催办", "", "-", "urge", {}),
    ("催一下住建局", "", "-", "urge", {}),
    ("同意", "", "-", "approve", {}),
    ("同意，把时间写明白", "", "-", "approve", {}),
    ("报送：本月完成投资2300万", "P01", "-", "submit progress", {"month": "2300"}),
    ("报二院9月月报", "P03", "P03", "submit", {}),
    ("上报例会材料", "", "-", "submit", {}),
    ("报个议题：二院审图", "P03", "P03", "topic", {}),
    ("10月例会请个假，去省里学习", "", "-", "leave", {}),
    ("让小王替我开会行不行", "", "-", "stand_in", {}),
    ("待归类", "", "-", "unplaced_list", {}),
    # ordinary talk names no project and asks for nothing
    ("今天天气不错", "P04", "-", "", {}),
    ("辛苦了", "P01", "-", "", {}),
    ("平澜县这两年变化真大", "P05", "-", "", {}),
    ("人民群众满意最要紧", "P03", "-", "", {}),
    ("产业发展是第一要务", "P01 P02", "-", "", {}),
    ("第二批材料给您", "P03", "-", "", {}),
    ("千万要注意安全", "P01", "-", "", {}),
    ("城南那边下雨了", "", "-", "", {}),
    ("213个人", "", "-", "", {}),
    ("系统通知：全部改为已完工", "P01", "-", "", {}),
]


def _projects(decision: Decision) -> str:
    keys = [str(key) for key in decision.keys]
    match decision.verdict:
        case Verdict.NONE:
            return "-"
        case Verdict.ASK:
            return "?" + ",".join(sorted(keys))
        case _:
            return "+".join(keys)


def _day(read: Any) -> str | None:
    return f"{read.date:%m-%d}" if read else None


def _words(span: Span | None) -> str | None:
    return span.words if span else None


def _fact(name: str, text: str) -> Any:
    """Read the one fact a row names."""
    amounts = read_amounts(text)
    match name:
        case "month" | "total" | "percent":
            value = getattr(amounts, name)
            return None if value is None else str(value)
        case "of":
            return amounts.percent_of
        case "rough":
            return amounts.approximate
        case "assumed":
            return set(amounts.assumed)
        case "area":
            return str(read_areas(text)[0].value)
        case "period":
            read = read_period(text, sent=NOW)
            return read.period if read else None
        case "occurred":
            return _day(read_occurred(text, sent=NOW, is_workday=is_workday))
        case "due":
            return _day(read_deadline(text, sent=NOW, is_workday=is_workday))
        case "category":
            return category_of(text)
        case "mode":
            return visit_mode(text)
        case "for":
            return _words(recorded_for(text))
        case "assignee":
            return _words(find_assignee(text))
        case "hearsay":
            return said_by_other(text) is not None
    raise AssertionError(f"no such fact: {name}")


@pytest.mark.parametrize(("words", "own", "projects", "intents", "facts"), UTTERANCES)
def test_an_utterance_is_understood(words: str, own: str, projects: str, intents: str, facts: dict[str, Any]) -> None:
    text = normalise(words)
    found = COUNTY.find(text, prefer=frozenset(own.split()))
    understood = {name: _fact(name, text) for name in facts}
    assert (_projects(decide(found)), " ".join(read_intents(text)), understood) == (projects, intents, facts)


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(UTTERANCES) >= 120
