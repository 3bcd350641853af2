"""The sample conversations of Pinglan county (C01 to C24): what the words alone tell. Thursday 2026-09-17."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from handlers.understanding.categories import Category, category_of
from handlers.understanding.dates import read_dates, read_deadline, read_occurred, read_period
from handlers.understanding.names import Decision, Name, NameIndex, Verdict, decide
from handlers.understanding.numbers import read_amounts, read_areas
from handlers.understanding.people import find_assignee, is_called
from handlers.understanding.phrases import Intent, find_intent, read_approval, read_intents
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.reply import is_empty_reply, read_reply
from handlers.understanding.text import normalise

Workday = Callable[[date], bool]

PROJECTS = NameIndex(
    [
        Name("P01", "高端纺织产业园一期"),
        Name("P02", "高端纺织产业园二期"),
        Name("P03", "县第二人民医院迁建"),
        Name("P04", "城北污水处理厂提标改造"),
        Name("P05", "S213平澜段改建"),
        Name("P06", "城南污水处理厂"),
        Name("P07", "恒瑞冷链物流"),
        Name("P08", "2026年高标准农田"),
    ]
)
OWN = {"周建国": "P01 P02", "陈浩": "P01 P02", "赵静": "P03", "李红梅": "P03", "王振东": "P04 P06", "刘洋": "P04 P06"}
OWN |= {"高远": "P05", "何军": "P05", "吴磊": "P07", "张敏": ""}


def project(words: str, sender: str) -> Decision:
    return decide(PROJECTS.find(normalise(words), prefer=frozenset(OWN[sender].split())))


def test_c01_a_leader_speaks_from_the_site(now: datetime, is_workday: Workday) -> None:
    words = "我在纺织园呢一期这个钢结构起来了大概八成吧就是那个变压器电业局还没给装叫小陈盯一下这周得弄好"
    assert project(words, "周建国").key == "P01"
    assert {Intent.VISIT, Intent.PROBLEM, Intent.PROGRESS} == set(read_intents(words))
    amounts = read_amounts(words)
    assert (amounts.percent, amounts.percent_of, amounts.approximate) == (Decimal(80), "钢结构", True)
    assert category_of(words) == Category.POWER.value
    due = read_deadline(words, sent=now, is_workday=is_workday)
    assert due is not None
    assert (due.date, due.words) == (date(2026, 9, 20), "这周")
    assignee = find_assignee(words)
    assert assignee is not None
    assert is_called(assignee.words, "陈浩", "工信局联络员")


def test_c02_arriving_without_a_name_names_no_project() -> None:
    assert read_intents("到工地了") == (Intent.VISIT,)
    assert project("到工地了", "王振东").verdict is Verdict.NONE


def test_c03_a_monthly_report_has_all_its_figures(now: datetime) -> None:
    words = "纺织园一期 9月完成投资2300万，累计1.85个亿，主体封顶，形象进度82%"
    assert project(words, "陈浩").key == "P01"
    amounts = read_amounts(words)
    assert (amounts.month, amounts.total, amounts.percent) == (Decimal(2300), Decimal(18500), Decimal(82))
    assert (amounts.approximate, amounts.assumed) == (False, frozenset())
    period = read_period(words, sent=now)
    assert period is not None
    assert period.period == "2026-09"


def test_c04_figures_that_do_not_add_up_are_read_as_said() -> None:
    words = "二院这个月完成1200万 累计9800万"
    amounts = read_amounts(words)
    assert (project(words, "赵静").key, amounts.month, amounts.total) == ("P03", Decimal(1200), Decimal(9800))


def test_c05_dialect_tells_of_a_blocked_road(now: datetime, is_workday: Workday) -> None:
    words = "恁看看吧 城北污水厂那路又叫堵住了 拉设备的车进不去 夜儿个就没进成"
    assert project(words, "刘洋").key == "P04"
    assert read_intents(words) == (Intent.PROBLEM,)
    assert category_of(words) == "施工环境/阻挠施工"
    occurred = read_occurred(words, sent=now, is_workday=is_workday)
    assert occurred is not None
    assert (occurred.date, occurred.words) == (date(2026, 9, 16), "夜儿个")
    assert read_deadline(words, sent=now, is_workday=is_workday) is None


def test_c06_an_enterprise_waits_for_land() -> None:
    words = "恒瑞冷链那30亩指标到现在没落实，企业催得紧，再不落实人家要走"
    assert project(words, "吴磊").key == "P07"
    assert read_intents(words) == (Intent.PROBLEM,)
    assert category_of(words) == "要素保障/土地"
    assert [area.value for area in read_areas(words)] == [30]
    assert not read_amounts(words)


def test_c07_a_reply_with_all_five(now: datetime, is_workday: Workday) -> None:
    words = (
        "DB-07回复：办法是先签占补协议分两批交地，我局牵头，分管领导李卫东，责任人耕保股孙涛，"
        "9月28号前交第一批20亩，10月15号前全部交完"
    )
    ref = find_notice_ref(words)
    read = read_reply(words, sent=now, is_workday=is_workday)
    assert ref is not None
    assert ref.number == 7
    assert (read.missing, read.deadline, len(read.milestones)) == ((), date(2026, 10, 15), 2)
    assert read_intents(words) == (Intent.REPLY,)


def test_c08_a_reply_that_says_nothing() -> None:
    words = "收到，我们正在积极协调，尽快解决"
    assert is_empty_reply(words)
    assert read_intents(words) == (Intent.SIGN,)


def test_c09_a_stand_in_is_offered_for_a_meeting(now: datetime, is_workday: Workday) -> None:
    words = "何局20号到25号去省里培训，10月的调度会他去不了，我替他去中不中"
    assert set(read_intents(words)) == {Intent.STAND_IN, Intent.LEAVE}
    training, meeting = read_dates(words, sent=now, is_workday=is_workday)
    assert (training.first, training.date) == (date(2026, 9, 20), date(2026, 9, 25))
    assert (meeting.first, meeting.words) == (date(2026, 10, 1), "10月")
    assert is_called("何局", "何军", "交通局局长")


def test_c10_a_topic_is_put_forward() -> None:
    words = "10月调度会加个议题：城南污水厂尾水管线过河要水利局出意见，请王主任看了再报"
    assert read_intents(words) == (Intent.TOPIC,)
    assert project(words, "刘洋").key == "P06"


def test_c11_agreed_with_a_remark_is_sent_back() -> None:
    read = read_approval("同意 把时间写明白")
    assert read is not None
    assert (read.agreed, read.remark) == (False, "把时间写明白")


def test_c12_a_question_by_road_number() -> None:
    assert project("213现在啥情况", "高远").key == "P05"
    assert read_intents("213现在啥情况") == (Intent.PROJECT_STATUS,)


def test_c13_who_has_not_reported() -> None:
    assert read_intents("都有哪些单位没报") == (Intent.WHO_MISSING,)


def test_c14_when_is_the_meeting() -> None:
    words = "国庆后那个会定哪天了 我还用不用准备材料"
    assert Intent.WHEN_MEETING in read_intents(words)
    assert not {Intent.PROGRESS, Intent.PROBLEM, Intent.VISIT} & set(read_intents(words))


def test_c15_a_figure_is_corrected() -> None:
    words = "刚才报错了，累计是1.83亿不是1.85"
    intents = read_intents(words)
    assert Intent.CORRECTION in intents
    assert Intent.UNDO not in intents
    assert read_amounts(words).total == Decimal(18300)


def test_c16_a_wrong_name_is_asked_about() -> None:
    decision = project("人民医院新院区外墙完成60%", "赵静")
    assert (decision.verdict, decision.keys) == (Verdict.ASK, ("P03",))


def test_c17_two_of_the_askers_own_are_both_offered() -> None:
    decision = project("污水厂进度咋样", "王振东")
    assert (decision.verdict, set(decision.keys)) == (Verdict.ASK, {"P04", "P06"})
    assert read_intents("污水厂进度咋样") == (Intent.PROJECT_STATUS,)


def test_c18_one_message_for_two_projects() -> None:
    words = "城北设备到了6台，城南管沟开挖400米，两个都没啥问题"
    assert (project(words, "刘洋").verdict, project(words, "刘洋").keys) == (Verdict.SEVERAL, ("P04", "P06"))
    assert read_intents(words) == (Intent.PROGRESS,)


def test_c19_nothing_new_is_said_so() -> None:
    assert read_intents("213还那样 没啥进展") == (Intent.NO_NEWS,)
    assert project("213还那样 没啥进展", "何军").key == "P05"


def test_c22_reminders_are_ordered() -> None:
    assert read_intents("给没报的发个催办") == (Intent.URGE,)


def test_c23_closing_is_asked_for_by_one_who_may_not() -> None:
    ref = find_notice_ref("把DB-07销号")
    assert read_intents("把DB-07销号") == (Intent.REVIEW,)
    assert ref is not None
    assert ref.number == 7


def test_c24_going_there_is_not_being_there() -> None:
    words = "我一会儿去二院"
    assert read_intents(words) == (Intent.GOING,)
    assert project(words, "李红梅").key == "P03"


@pytest.mark.parametrize("words", ["我在纺织园呢", "到二院了", "在城北污水厂转了一圈"])
def test_being_there_is_not_going_there(words: str) -> None:
    assert find_intent(words, Intent.VISIT)
    assert find_intent(words, Intent.GOING) is None
