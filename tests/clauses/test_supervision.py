"""Proofs of the clauses on supervision, problems, tasks and what goes up a level."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from bot.simulator import sample_county
from bot.simulator.world import PACK, World
from handlers.issuing import issue_notice
from models.calendar import SHANGHAI
from models.delays import delays
from models.directory import find_person, find_project
from models.indicators import indicators, lag_word
from models.ledger import Ledger
from models.request import open_requests, waited
from tests.clauses.proof import proves
from tests.counties import open_world

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]

REPLY = (
    "DB-01回复：办法是先签占补协议分两批交地，我局牵头，分管领导李卫东，责任人耕保股孙涛，"
    "9月28号前交第一批20亩，10月15号前全部交完"
)
GIVE = "交办自然资源局：213项目42亩地交付，责任人李卫东，9月21日前完成"
RAISE = (
    "提请JB-1：青苗补偿标准谈不拢。已做工作：谈了三次。难点：标准偏低。"
    "建议：由财政局按每亩1800元追加补偿，9月25日前拨付"
)


def at(day: str, clock: str = "08:40") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def say(world: World, who: str, text: str) -> str:
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == kind]


def reminders(world: World, who: str) -> list[str]:
    return [text for text in world.heard(who) if text.startswith(("【督办提醒】", "【交办提醒】"))]


async def issue(world: World) -> None:
    await say(world, "张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决")


def changed_pack(folder: Path, **changes: Any) -> Path:
    """Write the sample county's pack with some keys changed: `supervision__approver="convenor"`."""
    pack = yaml.safe_load(PACK.read_text(encoding="utf-8"))
    for path, value in changes.items():
        *way, last = path.split("__")
        node = pack
        for step in way:
            node = node.setdefault(step, {})
        node[last] = value
    file = folder / "ours.yaml"
    file.write_text(yaml.safe_dump(pack, allow_unicode=True), encoding="utf-8")
    return file


@pytest_asyncio.fixture
async def signing(engine: str, tmp_path: Path) -> AsyncIterator[World]:
    """A county where the convenor signs a notice before it goes out."""
    pack = changed_pack(tmp_path, supervision__approver="convenor")
    async with open_world(tmp_path / "home", actors=sample_county.actors(), mechanism=pack) as world:
        await world.dingtalk.gateway.connected(1)
        yield world


# --- notices --------------------------------------------------------------------------------------------


@proves("ZZ-18")
async def test_a_notice_is_numbered_and_issued_by_the_office_only_with_its_own_date_for_solving(world: World) -> None:
    for who in ("陈浩", "郑涛", "周建国"):
        await say(world, who, "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决")
    assert lines(world, "notice_issued") == []
    assert "42亩" not in " ".join(world.heard("马国强"))

    await issue(world)
    (issued,) = lines(world, "notice_issued")
    assert issued["data"]["notice"] == "平重办督〔2026〕1号"
    assert issued["data"]["solve_due"] == "2026-10-15"  # A11: not the reply's date
    assert issued["person"] == "张敏"


@proves("ZZ-18")
async def test_where_the_county_wants_it_a_notice_waits_for_the_convenors_signature(signing: World) -> None:
    world = signing
    await issue(world)
    assert lines(world, "notice_issued") == []
    assert not world.heard("马国强")
    assert "审签后下发" in world.heard("张敏")[-1]

    assert "由召集人（常务副县长）审签" in await say(world, "张敏", "审签DB-01")
    await world.press("高远", "审签")
    await world.settle()
    (issued,) = lines(world, "notice_issued")
    assert issued["person"] == "高远"
    assert any("挂牌督办通知书" in bubble.title for bubble in world.phone("马国强"))


@proves("ZZ-18")
async def test_a_notice_is_corrected_beside_its_text_and_withdrawn_with_a_reason(world: World) -> None:
    await issue(world)
    await say(world, "张敏", "更正DB-01：督办事项改为213项目46亩建设用地未交付；解决时限改为10月20日")
    (correction,) = lines(world, "correction")
    assert correction["supersedes"] == lines(world, "notice_issued")[0]["seq"]
    assert correction["data"]["solve_due"] == "2026-10-20"
    assert "46亩" in world.heard("马国强")[-1] and "2026-10-20" in world.heard("马国强")[-1]

    assert "由重点办办理" in await say(world, "郑涛", "撤回DB-01 发错了")
    await say(world, "张敏", "撤回DB-01 项目单位已交地")
    assert "已撤回：项目单位已交地" in world.heard("马国强")[-1]
    for day in ("2026-09-18", "2026-09-21", "2026-10-21"):
        await world.at(at(day))
    assert reminders(world, "马国强") == []


@proves("ZZ-19")
async def test_the_five_settle_a_reply_empty_words_never_do_and_both_dates_run_apart(world: World) -> None:
    """C08, C07: 收到，正在积极协调 is not a reply; the five are, and the notice stays open."""
    await issue(world)
    await world.press("马国强", "签收")
    await world.settle()
    empty = await say(world, "马国强", "收到，我们正在积极协调，尽快解决")
    assert "还差5项：解决办法、责任单位、责任领导、责任人、解决时限" in empty
    assert "9月21日" in empty
    assert lines(world, "notice_replied") == []

    await say(world, "马国强", REPLY)
    (reply,) = lines(world, "notice_replied")
    assert (reply["data"]["late_days"], reply["data"]["deadline"]) == (0, "2026-10-15")
    assert lines(world, "notice_closed") == []
    assert "督办部门" not in await say(world, "张敏", "督办清单")
    assert "DB-01" in world.heard("张敏")[-1]


@proves("ZZ-19")
async def test_the_earliest_proof_of_receipt_starts_the_clock(world: World) -> None:
    """A8: signed on Friday 18 September; the paper shows that it was received on Thursday the 17th."""
    await issue(world)
    world.clock.set(at("2026-09-18", "16:00"))
    await say(world, "马国强", "签收DB-01")
    assert lines(world, "notice_received")[-1]["data"]["reply_due"] == "2026-09-22"

    assert "2026-09-21" in await say(world, "张敏", "DB-01 纸质签收 9月17日 李卫东")
    told = lines(world, "notice_received")[-1]["data"]
    assert (told["proof"], told["signer"], told["reply_due"]) == ("paper", "李卫东", "2026-09-21")

    assert "更早的签收" in await say(world, "张敏", "DB-01 纸质签收 9月18日 孙涛")
    assert len(lines(world, "notice_received")) == 2


@proves("ZZ-19")
async def test_who_asks_about_a_notice_has_read_it_and_the_clock_runs(world: World) -> None:
    await issue(world)
    await say(world, "张敏", "DB-01到哪一步了")
    assert lines(world, "notice_received") == []
    answer = await say(world, "韩雪", "DB-01到哪一步了")
    (received,) = lines(world, "notice_received")
    assert received["data"]["proof"] == "read"
    assert "9月21日" in answer


@proves("ZZ-19")
async def test_the_last_day_ends_when_the_county_says_and_who_acts_for_another_is_marked(
    engine: str, tmp_path: Path
) -> None:
    """A10: with reply_by 18:00 a reply at 19:00 on the last day is a day late."""
    pack = changed_pack(tmp_path, supervision__reply_by="18:00")
    async with open_world(tmp_path / "home", actors=sample_county.actors(), mechanism=pack) as world:
        await say(world, "张敏", "挂牌督办 马国强：213项目42亩地没交付，10月15日前解决")
        await say(world, "韩雪", "签收DB-01")
        assert lines(world, "notice_received")[0]["data"]["delegate_for"] == ["马国强"]
        world.clock.set(at("2026-09-21", "19:00"))
        await say(world, "马国强", REPLY)
        (reply,) = lines(world, "notice_replied")
        assert reply["data"]["late_days"] == 1 and "delegate_for" not in reply["data"]


@proves("ZZ-20")
async def test_a_unit_cannot_close_and_evidence_is_asked_for(world: World) -> None:
    """C23: 陈浩 says 把DB-01销号; and the addressee himself may only ask."""
    await issue(world)
    await world.press("马国强", "签收")
    await say(world, "马国强", REPLY)
    await world.press("张敏", "通过")
    await world.settle()
    for who in ("陈浩", "马国强"):
        assert "由重点办或督查部门办理" in await say(world, who, "把DB-01销号")
    assert "写明办理结果" in await say(world, "马国强", "申请销号DB-01")
    assert "依据" in await say(world, "张敏", "销号DB-01")
    assert lines(world, "notice_closed") == []

    await say(world, "马国强", "申请销号DB-01 42亩已全部交付")
    await world.press("张敏", "退回")
    await world.settle()
    assert "退回" in world.heard("马国强")[-1]
    await world.photo("马国强", b"\xff\xd8\xff\xe0" + b"0" * 200)
    await world.settle()
    await say(world, "马国强", "申请销号DB-01")
    assert lines(world, "note")[-1]["attachments"]
    await say(world, "郑涛", "销号DB-01")
    assert lines(world, "notice_closed")[-1]["person"] == "郑涛"


@proves("ZZ-20")
async def test_thirty_days_after_closing_somebody_looks_back_and_may_reopen(world: World) -> None:
    await issue(world)
    await world.press("马国强", "签收")
    await say(world, "马国强", REPLY)
    await world.press("张敏", "通过")
    await world.settle()
    await say(world, "张敏", "销号DB-01 现场核实42亩已交付")

    await world.at(at("2026-10-16"))
    assert not [text for text in world.heard("郑涛") if "回头看" in text]
    for _ in range(2):
        await world.at(at("2026-10-19"))  # 17 October is a Saturday
    assert len([bubble for bubble in world.phone("郑涛") if "回头看" in bubble.title + bubble.text]) == 1
    await say(world, "郑涛", "重开DB-01 现场仍有8亩没交")
    assert "重开" in world.heard("马国强")[-1]
    assert "办理中" in await say(world, "张敏", "DB-01到哪一步了")
    await say(world, "郑涛", "销号DB-01 8亩已补交")
    assert "已归档" in await say(world, "郑涛", "回头看DB-01 属实")


# --- extensions -----------------------------------------------------------------------------------------


@proves("ZZ-18", "ZZ-22")
async def test_asking_for_more_time_stops_no_clock_and_only_the_office_moves_the_date(world: World) -> None:
    await issue(world)
    await world.press("马国强", "签收")
    await say(world, "马国强", REPLY)
    await world.press("张敏", "通过")
    await world.settle()
    assert "没有找到" in await say(world, "陈浩", "DB-01申请延期到10月25日：补偿款没到位")
    assert "没准以前仍按2026-10-15算" in await say(world, "马国强", "DB-01申请延期到10月25日：补偿款10月20日到位")
    await world.at(at("2026-10-15"))
    assert "今天是解决时限" in reminders(world, "马国强")[-1]  # the clock has not stopped
    assert "由重点办办理" in await say(world, "郑涛", "准DB-01延期")
    await say(world, "张敏", "准DB-01延期到10月22日")
    assert "时限改为10月22日" in world.heard("马国强")[-1]
    assert "10月22日" in await say(world, "马国强", "DB-01到哪一步了")


async def postpone(world: World, who: str, words: str, decision: str) -> None:
    await say(world, who, words)
    await say(world, "张敏", decision)


@proves("ZZ-22")
async def test_the_four_lists_hit_what_is_late_and_nothing_that_was_granted_in_time(world: World) -> None:
    """P07 is not begun: its node (10/30) and its start (11/30) are late; P08 is not finished by 11/30; JB-1 is late."""
    await say(world, "张敏", GIVE)

    def late(ledger: Ledger) -> list[tuple[int, str, str]]:
        return [(row.kind, row.handle, row.note) for row in delays(ledger)]

    await world.at(at("2026-10-29"))
    assert [row[:2] for row in await world.office(late)] == [(3, "JB-1")]
    await world.at(at("2026-12-01"))
    everything = await world.office(late)
    assert [row[:2] for row in everything] == [(0, "P07土地摘牌"), (1, "P07开工"), (2, "P08竣工"), (3, "JB-1")]

    # Too late: it stays on the list, with a note (A22).
    await postpone(world, "吴磊", "恒瑞冷链开工申请延期到12月20日：指标12月才下达", "准予延期")
    note = next(note for _, handle, note in await world.office(late) if handle == "P07开工")
    assert "节点日期后才批准" in note

    listed = await say(world, "郑涛", "未按时清单")
    assert "未按时4项" in listed and "计划开工项目未按时开工1项" in listed


@proves("ZZ-22")
async def test_an_extension_granted_before_the_day_keeps_a_start_off_the_list(world: World) -> None:
    await world.at(at("2026-11-20"))
    await postpone(world, "吴磊", "恒瑞冷链开工申请延期到12月20日：指标12月才下达", "准予延期")
    await world.at(at("2026-12-02"))
    assert not [row for row in await world.office(delays) if row.handle == "P07开工"]
    await world.at(at("2026-12-21"))
    assert [row.due for row in await world.office(delays) if row.handle == "P07开工"] == [date(2026, 12, 20)]


@proves("ZZ-22", "DC-28")
async def test_the_units_words_stand_beside_the_fact_and_the_office_alone_names_the_cause(world: World) -> None:
    await say(world, "张敏", GIVE)
    await world.at(at("2026-09-22"))
    assert "没有找到" in await say(world, "陈浩", "JB-1说明：不关我们的事")
    await say(world, "李卫东", "JB-1说明：补偿标准省里没批")
    (row,) = await world.office(delays)
    assert (row.explanation, row.cause) == ("补偿标准省里没批", "")
    assert row.evidence == (lines(world, "decision")[0]["seq"],)

    for who in ("李卫东", "郑涛"):
        assert "由重点办办理" in await say(world, who, "认定JB-1客观：省里没批标准")
    assert "认定依据" in await say(world, "张敏", "认定JB-1客观")
    await say(world, "张敏", "认定JB-1主观：两次催办未动")
    assert [row.cause for row in await world.office(delays)] == ["主观"]
    await say(world, "张敏", "认定JB-1客观：省里9月30日才批标准")
    assert await world.office(delays) == []


@proves("DC-28")
async def test_what_an_enterprise_promised_is_entered_and_what_it_did_not_keep_is_listed(world: World) -> None:
    assert "协议约定的事和日期" in await say(world, "吴磊", "恒瑞协议约定：主体完工")
    told = await say(world, "吴磊", "恒瑞协议约定：10月15日前主体完工")
    assert "XY-1《恒瑞冷链物流》" in told and "2026-10-15前；未到期" in told
    await say(world, "张敏", "登记协议：恒瑞冷链，9月30日前设备进场")
    assert "没有找到您能办的" in await say(world, "陈浩", "登记协议：恒瑞冷链，12月1日前投产")
    await world.at(at("2026-10-20"))
    late = await say(world, "高远", "哪些企业没按协议完成")
    assert "还没完成的2条" in late and "XY-2" in late
    await say(world, "吴磊", "XY-2 10月8日完成了")
    assert "晚8天" in world.heard("吴磊")[-1]
    rows = await world.office(delays)
    assert [(row.handle, row.due, row.days) for row in rows] == [("XY-1", date(2026, 10, 15), 5)]
    await say(world, "吴磊", "XY-1说明：用地指标10月才到")
    listed = await say(world, "张敏", "未按时清单")
    assert "未按协议要求完成建设任务1项" in listed
    await say(world, "张敏", "认定XY-1客观：省级指标10月10日才下达")
    assert await world.office(delays) == []
    assert "XY-1" in await say(world, "吴磊", "恒瑞的协议")


@proves("ZZ-22", "DC-28")
async def test_what_was_late_and_is_over_stands_on_its_months_and_years_lists_and_on_no_later_one(
    world: World,
) -> None:
    await say(world, "张敏", GIVE)
    await world.at(at("2026-09-28"))
    await say(world, "李卫东", "JB-1办完了：42亩已全部交付")
    await world.at(at("2026-09-30"))
    await say(world, "张敏", "销号JB-1")
    assert await world.office(delays) == []
    assert "没有未按时的" in await say(world, "郑涛", "未按时清单")
    month = await say(world, "郑涛", "9月未按时清单")
    assert "JB-1" in month and "应于2026-09-21，2026-09-28完成，晚7天" in month
    await say(world, "李卫东", "JB-1说明：补偿标准9月25日才批")
    assert "单位说明：补偿标准9月25日才批" in await say(world, "郑涛", "今年未按时清单")
    await world.at(at("2026-10-08"))
    await say(world, "张敏", "交办自然资源局：补办林地手续，责任人李卫东，10月10日前完成")
    await world.at(at("2026-10-21"))
    assert "JB-2" in await say(world, "郑涛", "10月未按时清单")
    assert "JB-2" not in await say(world, "郑涛", "9月未按时清单")
    await say(world, "张敏", "销号JB-2")
    assert "JB-1" in await say(world, "郑涛", "9月未按时清单")
    await say(world, "张敏", "认定JB-1客观：标准由省里批")
    assert "JB-1" not in await say(world, "郑涛", "今年未按时清单")


@proves("DC-28")
async def test_lagging_is_not_judged_unless_the_county_names_a_preset(world: World) -> None:
    answer = await say(world, "张敏", "明显滞后的有哪些")
    assert "默认不判" in answer and "银川" in answer and "三亚" in answer and "新晃" in answer
    assert [lag_word("yinchuan", gap, 70) for gap in (65, 60, 45, 39)] == ["", "黄", "黄", "红"]  # type: ignore[arg-type]


@proves("DC-28")
async def test_a_county_that_chose_a_preset_gets_its_word_with_the_figures(engine: str, tmp_path: Path) -> None:
    pack = changed_pack(tmp_path, conflicts__lag={"preset": "xinhuang"})
    async with open_world(tmp_path / "home", actors=sample_county.actors(), mechanism=pack) as world:
        await say(world, "陈浩", "纺织园一期9月完成投资300万，累计8000万，形象进度30%")
        answer = await say(world, "张敏", "明显滞后的有哪些")
        assert "新晃" in answer
        assert "《高端纺织产业园一期》黄牌：年计划33.3%，序时71.2%" in answer


@proves("DC-04")
async def test_the_three_rates_say_what_divides_what_and_exactly_the_plan_is_not_more(world: World) -> None:
    await say(world, "陈浩", "纺织园一期9月完成投资7800万，累计24000万，形象进度82%")
    started, permits, invested = await world.office(indicators)
    assert (started.done, started.whole) == (7, 8)
    assert permits.whole == 6 and permits.done == 0
    assert (invested.done, invested.sources) == (24000, (lines(world, "progress")[0]["seq"],))
    answer = await say(world, "高远", "开工率多少")
    assert "口径：已开工项目数÷年度应开工项目数（续建项目计为已开工）" in answer
    assert "24000/" in answer
    whole = type(invested)(invested.name, invested.whole, invested.whole, invested.formula, "万元")
    more = type(invested)(invested.name, invested.whole + 1, invested.whole, invested.formula, "万元")
    assert "100%" in whole.line and "超额" not in whole.line
    assert "超额完成" in more.line


# --- tasks and what goes up -----------------------------------------------------------------------------


@proves("JZ-12")
async def test_a_task_without_a_date_is_not_given_and_a_given_one_is_followed_until_closed(world: World) -> None:
    for words, missing in (
        ("交办自然资源局：213项目42亩地交付，责任人李卫东", "完成时限"),
        ("交办自然资源局：213项目42亩地交付，10月15日前完成", "责任人"),
        ("交办：213项目42亩地交付，责任人李卫东，10月15日前完成", "责任单位"),
    ):
        assert missing in await say(world, "张敏", words)
    assert lines(world, "decision") == []
    assert "办理" in await say(world, "陈浩", GIVE)
    assert lines(world, "decision") == []

    await say(world, "张敏", "交办自然资源局：213项目42亩地交付，由李卫东负责，9月21日前完成")
    assert "JB-1" in world.heard("李卫东")[-1]
    for day in ("2026-09-20", "2026-09-21", "2026-09-22"):
        for _ in range(2):
            await world.at(at(day))
    assert ["还有1个工作日" in reminders(world, "李卫东")[0], len(reminders(world, "李卫东"))] == [True, 3]
    assert "办理结果" in await say(world, "李卫东", "JB-1办完了")
    await say(world, "李卫东", "JB-1办完了：42亩已全部交付")
    assert "办理" in await say(world, "李卫东", "销号JB-1 办完了")
    await world.press("张敏", "退回")
    await world.settle()
    assert "退回" in world.heard("李卫东")[-1]
    await say(world, "李卫东", "JB-1办完了：交接单已签")
    await say(world, "郑涛", "JB-1销号")
    assert lines(world, "resolution")[-1]["data"]["state"] == "done"
    before = len(reminders(world, "李卫东"))
    await world.at(at("2026-09-24"))
    assert len(reminders(world, "李卫东")) == before


@proves("JZ-13")
async def test_an_empty_suggestion_comes_back_and_after_going_up_nobody_below_is_urged(world: World) -> None:
    await say(world, "张敏", GIVE)
    for empty in ("提请JB-1：青苗补偿谈不拢", "提请JB-1：青苗补偿谈不拢。建议：请领导尽快协调解决"):
        assert "具体意见建议" in await say(world, "李卫东", empty)
    assert not world.heard("林正阳")

    await say(world, "李卫东", RAISE)
    assert not world.heard("林正阳")  # the leading leader first
    await say(world, "高远", "同意")
    assert any("提请事项单" in bubble.title for bubble in world.phone("林正阳"))
    assert "等上级" in await say(world, "李卫东", "交办清单")
    for day in ("2026-09-20", "2026-09-21", "2026-09-22", "2026-09-23"):
        await world.at(at(day))
    assert reminders(world, "李卫东") == []
    assert await world.office(delays) == []  # waiting above is not the unit's fault

    assert "由县委、县政府主要领导办理" in await say(world, "周建国", "批示TQ-1 同意")
    await say(world, "林正阳", "批示TQ-1 同意，由发改委牵头9月30日前拨付补偿款")
    given = lines(world, "decision")[-1]
    assert (given["data"]["unit"], given["data"]["due"], given["data"]["source"]) == (
        "发改委",
        "2026-09-30",
        "提请批示",
    )
    assert "办理中" in await say(world, "李卫东", "交办清单")
    assert "9月29日" in world.heard("李卫东")[-1]  # the five working days it waited above are added


@proves("JZ-13")
async def test_the_main_leader_sends_it_back_and_below_it_goes_on(world: World) -> None:
    await say(world, "张敏", GIVE)
    await say(world, "李卫东", RAISE)
    await say(world, "高远", "同意TQ-1")
    await say(world, "林正阳", "退回TQ-1 先由常务专题研究")
    assert any("先由常务专题研究" in text for text in world.heard("李卫东"))
    await world.at(at("2026-09-22"))
    assert "JB-1" in world.heard("李卫东")[-1] and "9月21日" in world.heard("李卫东")[-1]


@proves("JZ-09")
async def test_an_item_knows_its_level_and_those_below_still_see_it(world: World) -> None:
    await say(world, "张敏", GIVE)
    await say(world, "李卫东", RAISE)
    assert "在分管领导，待牵头领导同意" in await say(world, "李卫东", "提请清单")
    await say(world, "高远", "同意TQ-1")
    await world.at(at("2026-09-21"))
    seen = await say(world, "李卫东", "提请清单")
    assert "在县委、县政府主要领导，待主要领导批示，已等3个工作日" in seen
    assert "没有等上级" in await say(world, "陈浩", "提请清单")
    levels = [line["data"].get("level") for line in world.ledger() if line["data"].get("about") == "request"]
    assert levels == ["vice_leader", "vice_leader", "main_leader"]

    def agenda(ledger: Ledger) -> list[tuple[str, int]]:
        return [(request.number, waited(ledger, request)) for request in open_requests(ledger)]

    assert await world.office(agenda) == [("TQ-1", 3)]


# --- problems -------------------------------------------------------------------------------------------


@proves("ZZ-16")
async def test_each_problem_is_solved_on_site_or_studied_and_the_ratio_can_be_checked(world: World) -> None:
    await say(world, "刘洋", "城北污水厂那路叫村民堵住了，拉设备的车进不去")
    await say(world, "刘洋", "城南污水厂尾水管线过河手续没批下来")
    assert "ISS-1" in await say(world, "王振东", "城北污水厂那路现场解决了，村民已让路，设备进场")
    assert "列为议题YT-1（已报）" in await say(world, "王振东", "ISS-2转专题研究：需水利局出意见")
    (topic,) = lines(world, "topic")
    assert topic["text"] == "ISS-2 城南污水厂尾水管线过河手续没批下来；需水利局出意见"
    assert topic["data"]["needs"] == ["水利局"]
    assert "列入YT-1" in world.heard("张敏")[-1] or "ISS-2" in world.heard("张敏")[-1]
    answer = await say(world, "张敏", "现场解决率")
    assert "9月提出问题2个" in answer
    assert "现场解决1个（已核销0个），转专题研究1个，现场解决率50%" in answer
    await world.press("张敏", "销号")
    await world.settle()
    assert "现场解决1个（已核销1个）" in await say(world, "张敏", "现场解决率")
    (closed,) = lines(world, "resolution")
    assert closed["data"]["outcome"] == "现场解决"
    assert f"台账流水：{closed['seq']}" in world.heard("张敏")[-1]


@proves("ZZ-20")
async def test_a_problem_is_closed_by_the_inspectors_or_the_office_and_may_be_reopened(world: World) -> None:
    await say(world, "刘洋", "城北污水厂那路叫村民堵住了，拉设备的车进不去")
    assert "没有找到" in await say(world, "陈浩", "ISS-1申请销号：路通了")
    assert "由重点办、督查中心办理" in await say(world, "刘洋", "销号ISS-1")
    assert "怎么解决的" in await say(world, "刘洋", "ISS-1申请销号")
    await say(world, "刘洋", "ISS-1申请销号：路已通，设备进场")
    await say(world, "郑涛", "ISS-1退回 现场看路仍窄")
    assert "退回" in world.heard("刘洋")[-1]
    await say(world, "刘洋", "ISS-1申请销号：路已拓宽")
    await say(world, "郑涛", "ISS-1销号")
    assert lines(world, "resolution")[-1]["data"]["state"] == "closed"
    assert "没有未销号的问题" in await say(world, "刘洋", "问题清单")
    await world.at(at("2026-10-19"))
    assert any("ISS-1" in text and "回头看" in text for text in world.heard("郑涛"))
    await say(world, "郑涛", "重开ISS-1 路又堵了")
    assert "ISS-1" in await say(world, "刘洋", "问题清单")


@proves("DC-10")
@pytest.mark.parametrize(
    ("told", "category"),
    [
        ("二院的可研批复还没下来", "立项审批"),
        ("二院征地卡住了，附着物补偿没谈拢", "征地拆迁"),
        ("二院的资金有缺口，工程款拖欠", "要素保障/资金"),
        ("二院的施工许可证没办下来", "证照办理"),
        ("二院门口村民堵门不让进", "施工环境/阻挠施工"),
        ("二院的电梯设备没到货", "设计施工"),
    ],
)
async def test_a_problem_told_in_everyday_words_lands_in_its_category(world: World, told: str, category: str) -> None:
    await say(world, "赵静", told)
    assert [line["data"]["category"] for line in lines(world, "problem")] == [category]


@proves("ZZ-20")
async def test_the_same_problem_again_is_appended_and_another_one_is_not(world: World) -> None:
    """C05: 又叫堵住了 is the same road; a road blocked at another project, or another sort of thing, is not."""
    await say(world, "刘洋", "城北污水厂进厂路村民堵路，拉设备的车进不去")
    again = await say(world, "刘洋", "恁看看吧 城北污水厂那路又叫堵住了 拉设备的车进不去 夜儿个就没进成")
    assert "ISS-1" in again and "第2次反映" in again
    last = lines(world, "problem")[-1]
    assert (last["data"]["problem"], last["data"]["occurred"], last["data"]["again"]) == ("ISS-1", "2026-09-16", True)
    await say(world, "刘洋", "城南污水厂那路也叫堵住了")
    await say(world, "刘洋", "城北污水厂的工程款没到位")
    assert [line["data"]["problem"] for line in lines(world, "problem")] == ["ISS-1", "ISS-1", "ISS-2", "ISS-3"]
    await say(world, "刘洋", "城北污水厂那路又叫堵住了，这回是沙石车")
    await say(world, "刘洋", "另立问题")
    assert lines(world, "problem")[-1]["data"]["problem"] == "ISS-4"


async def test_the_office_is_told_which_unit_usually_solves_such_a_thing(engine: str, tmp_path: Path) -> None:
    codes = yaml.safe_load(PACK.read_text(encoding="utf-8"))["codes"]["problem_categories"]
    next(item for item in codes["items"] if item["name"] == "证照办理")["route"] = "住建局"
    pack = changed_pack(tmp_path, codes__problem_categories=codes)
    async with open_world(tmp_path / "home", actors=sample_county.actors(), mechanism=pack) as world:
        await world.dingtalk.gateway.connected(1)
        await say(world, "赵静", "二院的施工许可证没办下来")
        assert "建议转住建局办理" in world.heard("张敏")[-1]
        await say(world, "张敏", "ISS-1转住建局")
        assert "转您单位办理" in world.heard("刘洋")[-1]
        await say(world, "刘洋", "ISS-1申请销号：施工许可证9月20日已发")
        assert lines(world, "problem")[-1]["data"]["state"] == "closing"


@proves("ZZ-16")
async def test_no_news_is_filed_and_one_tap_says_where_it_is_stuck(world: World) -> None:
    """C19: the third in a row is told to the reporter alone."""
    for times in range(1, 4):
        await say(world, "何军", f"213还那样 没啥进展，第{times}回说")
        asked = world.heard("何军")[-1]
        assert ("已连续3次无新进展" in asked) == (times == 3)
    assert all(line["data"]["no_news"] for line in lines(world, "progress"))
    await world.press("何军", "征地")
    await world.settle()
    (stuck,) = lines(world, "problem")
    assert (stuck["data"]["category"], stuck["project"]) == ("征地拆迁", "P05")
    assert not [text for who in ("张敏", "郑涛", "高远") for text in world.heard(who) if "无新进展" in text]


# --- urging ---------------------------------------------------------------------------------------------


@proves("ZZ-20")
async def test_urging_at_night_waits_for_the_morning_and_goes_only_to_those_still_missing(world: World) -> None:
    """C13, C22: the note on the holiday, one to one, and an urgent one says why."""
    answer = await say(world, "张敏", "都有哪些单位没报")
    assert "9月25日为中秋节，提醒提前至9月24日" in answer and "「催办」" in answer
    world.clock.set(at("2026-09-17", "21:40"))
    assert "由重点办、督查中心办理" in await say(world, "陈浩", "给没报的发个催办")
    told = await say(world, "张敏", "给没报的发个催办")
    assert "现在非工作时间，9月18日08:30一对一送出" in told and "原因" in told
    assert not [text for text in world.heard("赵静") if "月报" in text]

    await say(world, "赵静", "报送二院9月月报：本月完成投资1200万，累计1.02亿，形象进度60%。存在问题：没有")
    await say(world, "李红梅", "同意")
    await world.at(at("2026-09-18", "08:36"))
    urged = {
        who
        for who in ("赵静", "陈浩", "吴磊")
        if [text for text in world.heard(who) if "9月项目进展月报（9月25日前）" in text]
    }
    assert urged == {"陈浩", "吴磊"}

    world.clock.set(at("2026-09-18", "21:40"))
    assert "请写原因" in await say(world, "张敏", "急催没报的")
    before = len(world.heard("吴磊"))
    await say(world, "张敏", "急催没报的，原因：省里今晚要数")
    assert len(world.heard("吴磊")) == before + 1
    logged = [line["data"] for line in world.ledger() if line["data"].get("about") == "urge"]
    assert [entry.get("urgent") for entry in logged] == [None, "省里今晚要数"]


async def test_a_notice_issued_from_the_desk_still_goes_out_at_once(world: World) -> None:
    def work(ledger: Ledger) -> str:
        notice = issue_notice(
            ledger,
            project=find_project(ledger, "P05"),
            matter="42亩用地未交付",
            recipients=[find_person(ledger, "马国强")],
            solve_by=date(2026, 10, 15),
            by=None,
        )
        return notice.state

    assert await world.office(work) == "issued"
