"""Projects' life: 批 and gate, declaring, permits, nodes, 五清, 四比四看, and one set of figures in every output."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.cli import main
from bot.exporting import COLUMNS, export_xlsx
from bot.simulator import sample_county
from bot.simulator.world import World
from models.calendar import SHANGHAI, WorkCalendar
from models.directory import find_project
from models.gate import counts
from models.ledger import County, Ledger
from models.mechanism import load_mechanism
from models.nodes import coming
from tests.clauses.proof import proves
from tests.counties import open_world

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]
BRIEF = "申报项目：城东物流园，投资主体平澜城投集团，总投资1.2亿元，建在城东新区，建设冷库3万平方米，带动就业200人"


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def ask(world: World, who: str, *texts: str) -> str:
    """Let somebody write, one after another; return the last thing they heard."""
    for text in texts:
        await world.say(who, text)
        await world.settle()
    return world.heard(who)[-1]


async def press(world: World, who: str, label: str) -> str:
    await world.press(who, label)
    await world.settle()
    return world.heard(who)[-1]


def noted(world: World, about: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["data"].get("about") == about]


def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> list[str]:
    """Run `duban` at the office's desk; return what it prints."""
    monkeypatch.setenv("DUBAN_HOME", str(home))
    monkeypatch.setattr("sys.argv", ["duban", *words])
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code in (0, None), told.err
    return told.out.splitlines()


async def admitted(world: World) -> None:
    await ask(world, "梁静", BRIEF)
    assert "入库号2026-001" in await ask(world, "张敏", "入库SB-1")


# --- what the ledger holds ----------------------------------------------------------------------------------


@proves("JZ-02")
async def test_a_matter_and_a_piece_of_work_are_supervised_reported_and_listed_like_projects(world: World) -> None:
    await ask(world, "张敏", "把高标田改为工作管理", "把213改为事项管理")
    await ask(world, "张敏", "挂牌督办 农业农村局：高标田机井没配套，9月30日前解决")
    assert any("高标田机井没配套" in text for text in world.heard("田志强"))
    filed = await ask(world, "冯涛", "报送高标田9月月报：本月完成投资600万，累计5200万，形象进度70%。存在问题：没有")
    assert "2026年高标准农田" in filed and "待孙立新同意" in filed
    told = await ask(world, "张敏", "四批各有多少")
    assert "在库项目6个" in told and "事项1件" in told and "工作1件" in told
    assert "共8个" in await ask(world, "张敏", "按类型统计")


@proves("JZ-06")
async def test_an_item_bears_several_of_the_eleven_scopes_and_every_total_agrees(tmp_path: Path, engine: str) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="jiaozuo") as world:
        pack = load_mechanism("jiaozuo").codes.scopes
        assert pack is not None and len(pack.names) == 11 and pack.names[-1].endswith("其他")
        await ask(world, "张敏", "给213加标签 基础设施重大项目、重大项目谋划储备", "给恒瑞加标签 招商引资项目")
        await ask(world, "张敏", "给二院加标签 省市重点及其他", "给恒瑞加标签 重大项目谋划储备")
        told = await ask(world, "张敏", "按调度范围统计")
        assert "共8个" in told and "只计一次" in told
        for part in ("基础设施重大项目1", "招商引资项目1", "重大项目谋划储备2", "省市重点及其他1", "未归类5"):
            assert part in told
        assert "可选" in await ask(world, "张敏", "给二院加标签 没有这一类")
        assert "由" in await ask(world, "赵静", "给二院加标签 招商引资项目")  # the office's to say


@proves("ZZ-02")
async def test_projects_are_counted_by_board_and_bear_focuses(world: World) -> None:
    await ask(world, "张敏", "给213加标签 基础设施", "给二院加标签 社会民生", "给纺织园一期加标签 产业转型、两新一重")
    await ask(world, "梁静", BRIEF.replace("，建在", "，科技创新，建在"))
    await press(world, "张敏", "入库")
    told = await ask(world, "张敏", "按板块统计")
    for part in ("产业转型1", "基础设施1", "社会民生1", "科技创新1", "未归类5", "共9个"):
        assert part in told
    assert "两新一重1" in await ask(world, "张敏", "按重点领域统计")


@proves("DC-02")
async def test_a_new_years_list_leaves_the_old_years_as_they_were(world: World) -> None:
    await ask(world, "张敏", "二院列入2025年清单", "高标田列入2025年清单")
    before = await ask(world, "张敏", "2025年项目清单")
    assert "2个" in before and "2026年高标准农田" in before
    await ask(world, "张敏", "213列入2026年清单", "二院列入2026年清单")
    this_year = await ask(world, "张敏", "2026年项目清单")
    assert "2个" in this_year and "S213平澜段改建" in this_year and "县第二人民医院迁建" in this_year
    assert (await ask(world, "张敏", "2025年项目清单")).startswith(before)


# --- 批, gate and declaring ---------------------------------------------------------------------------------


@proves("ZZ-01", "ZZ-05")
async def test_the_four_batches_add_up_and_nothing_comes_into_reserve_without_its_four_conditions(world: World) -> None:
    await admitted(world)
    total = len(world.projects())
    for said in ("城东物流园转包装", "城东物流园转储备"):
        told = await ask(world, "张敏", said)
    assert "差可行性研究深度、专家评审论证、审批、立项赋码" in told
    await ask(world, "张敏", "城东物流园储备条件：可研、评审、赋码已完成 平发改审〔2026〕3号")
    lacks = await ask(world, "梁静", "城东物流园还差什么才能进储备")
    assert "还差1项：审批" in lacks and "平发改审〔2026〕3号" in lacks
    await ask(world, "张敏", "城东物流园储备条件：审批已完成")
    assert "由重点办办理" in await ask(world, "梁静", "城东物流园转储备")
    assert "由「包装」转为「储备」" in await ask(world, "张敏", "城东物流园转储备")
    assert "写明原因" in await ask(world, "张敏", "城东物流园退回谋划")
    await ask(world, "张敏", "城东物流园退回谋划 因资金没落实")
    moves = noted(world, "batch")
    assert [(line["data"]["from"], line["data"]["state"], line["person"]) for line in moves] == [
        ("谋划", "包装", "张敏"),
        ("包装", "储备", "张敏"),
        ("储备", "谋划", "张敏"),
    ]
    assert moves[-1]["data"]["reason"] == "资金没落实"
    batches = await world.office(counts)
    assert sum(len(codes) for codes in batches.values()) == total == 9
    assert "在库项目9个" in await ask(world, "张敏", "四批各有多少")


@proves("ZZ-03")
async def test_one_sentence_declares_a_project_and_only_what_is_missing_is_asked_for(world: World) -> None:
    told = await ask(world, "梁静", "申报项目：城东物流园，总投资1.2亿元，建在城东新区")
    assert "投资主体" in told and "还差3项" in told
    assert "什么、多大规模" in await ask(world, "梁静", "平澜城投集团")
    assert "效益" in await ask(world, "梁静", "建设冷库3万平方米和分拣中心")
    assert not noted(world, "brief")  # incomplete: nothing is filed
    done = await ask(world, "梁静", "带动就业200人")
    assert "SB-1" in done and "编写人梁静" in done
    (line,) = noted(world, "brief")
    assert line["data"]["facts"] == {
        "投资主体": "平澜城投集团",
        "投资额度": "1.2亿元",
        "建设地点": "城东新区",
        "建设内容": "建设冷库3万平方米和分拣中心",
        "经济社会效益": "带动就业200人",
    }
    assert line["data"]["author"] == "梁静"


@proves("ZZ-04")
async def test_a_declaration_is_returned_with_a_reason_or_admitted_under_a_number_and_changes_are_versions(
    world: World,
) -> None:
    await ask(world, "梁静", BRIEF)
    assert any("SB-1" in text for text in world.heard("苏琳"))
    assert "由重点办办理" in await ask(world, "梁静", "入库SB-1")
    assert "请写明原因" in await ask(world, "张敏", "退回SB-1")
    await ask(world, "张敏", "受理SB-1", "退回SB-1 效益没写清")
    assert "效益没写清" in world.heard("梁静")[-1]
    await ask(world, "梁静", "补充SB-1 经济社会效益：带动就业200人，年税收800万元")
    await press(world, "张敏", "入库")
    assert "入库号2026-001" in world.heard("梁静")[-1]
    await ask(world, "梁静", BRIEF.replace("城东物流园", "城西物流园"), "城东物流园进展咋样")
    assert "入库号2026-002" in await ask(world, "张敏", "入库SB-2")
    assert "已有《城东物流园》（2026-001）" in await ask(world, "何军", "申报项目：城东物流园")

    assert "第3版" in await ask(world, "梁静", "变更说明书 2026-001：投资额度改为1.5亿元")
    assert "1.5亿元" in await ask(world, "梁静", "城东物流园说明书")
    versions = [line["data"] for line in noted(world, "brief") if line["project"] == "2026-001"]
    assert versions[-1]["before"] == "1.2亿元" and versions[-1]["after"] == "1.5亿元" and versions[-1]["version"] == 3
    states = [line["data"]["state"] for line in noted(world, "brief") if line["data"]["brief"] == "SB-1"]
    assert states == ["已申报", "已受理", "已退回", "已申报", "已入库", "已入库"]


# --- permits ------------------------------------------------------------------------------------------------


@proves("ZZ-06")
async def test_which_projects_wait_for_money_is_answered_from_their_permits(world: World) -> None:
    assert "7项" in await ask(world, "吴磊", "恒瑞列手续清单")
    assert "还没有手续齐全的项目" in await ask(world, "张敏", "哪些项目可以等资金了")
    names = ("立项审批", "规划选址", "建设用地", "环评批复", "工程规划许可证", "施工图审查")
    await ask(world, "吴磊", *(f"手续 恒瑞：{name} 自然资源局 9月1日报审，9月10日办结" for name in names))
    assert "还差1项" in await ask(world, "孙立新", "恒瑞手续办到哪了")
    assert "手续齐了，可以等资金" in await ask(world, "吴磊", "恒瑞施工许可证拿到了")
    told = await ask(world, "张敏", "哪些项目可以等资金了")
    assert "恒瑞冷链物流" in told and "1个" in told
    assert "恒瑞" not in await ask(world, "赵静", "哪些项目可以等资金了")
    await ask(world, "吴磊", "恒瑞资金已就绪")
    assert "就绪" in await ask(world, "张敏", "哪些项目可以等资金了")
    assert [line["data"]["permit"] for line in noted(world, "permit") if line["data"]["state"] == "已办结"][:6] == list(
        names
    )


@proves("JZ-28")
async def test_durations_are_measured_overdue_is_the_departments_own_and_scarce_factors_have_an_order(
    world: World,
) -> None:
    await ask(world, "吴磊", "手续 恒瑞：建设用地 自然资源局 9月1日报审，9月15日前批")
    await ask(world, "赵静", "手续 二院：施工图审查 住建局 8月31日报审，9月11日办结")
    await ask(world, "刘洋", "手续 城南污水厂：施工图审查 住建局 9月1日报审，9月4日办结")
    told = await ask(world, "张敏", "各手续平均用时")
    assert "施工图审查（住建局）平均6个工作日（2件）" in told  # nine and three working days
    for who in ("韩雪", "马国强"):
        assert "《恒瑞冷链物流》建设用地" in await ask(world, who, "我们局超时的手续")
    for who in ("吴磊", "张敏", "郭峰"):
        assert "恒瑞" not in await ask(world, who, "超时的手续有哪些")
    await world.at(at("2026-09-18"))
    assert any("建设用地办理时限" in text for text in world.heard("韩雪"))
    assert not any("办理时限" in text for who in ("吴磊", "张敏", "郭峰", "孙立新") for text in world.heard(who))

    await ask(world, "吴磊", "恒瑞冷链那30亩土地指标到现在没落实")
    await ask(world, "何军", "213那42亩土地指标到现在没落实")
    before = (await ask(world, "张敏", "土地优先清单")).splitlines()
    assert "P05" in before[1] and "P07" in before[2]  # the larger first, while nobody has settled the order

    def settle(ledger: Ledger) -> None:
        from models.permit import rank_factor

        rank_factor(ledger, "土地", find_project(ledger, "P07"), 1, None)

    await world.office(settle)
    after = (await ask(world, "张敏", "土地优先清单")).splitlines()
    assert "P07" in after[1] and "P05" in after[2]
    assert "《恒瑞冷链物流》土地30亩" in await ask(world, "韩雪", "恒瑞冷链30亩土地已落实")
    left = await ask(world, "张敏", "土地优先清单")
    assert "P05" in left and "P07" not in left  # what is supplied waits no longer, though its problem is still open


@proves("JZ-28")
async def test_the_scarce_factors_are_the_packs_own_by_everyday_words(tmp_path: Path, engine: str) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="jiaozuo") as world:
        await world.dingtalk.gateway.connected(1)
        await ask(world, "吴磊", "恒瑞冷链那30亩土地指标到现在没落实")
        assert "建设用地优先保障1个" in await ask(world, "张敏", "土地优先清单")
        refused = await ask(world, "张敏", "水电优先清单")
        assert "可选：建设用地、环保容量" in refused


# --- nodes --------------------------------------------------------------------------------------------------


@proves("JZ-18")
async def test_the_unit_hears_of_a_node_before_it_comes_and_not_after_it_is_done(tmp_path: Path, engine: str) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="jiaozuo") as world:
        await world.dingtalk.gateway.connected(1)
        node = "用地组卷报批"  # P05, planned for 15 October, in the hands of 自然资源局

        def offers(who: str) -> list[str]:
            return [text for text in world.heard(who) if node in text and "依据" in text]

        await world.at(at("2026-09-25"))
        assert not offers("韩雪")
        await world.at(at("2026-09-28"))  # ten working days before
        assert len(offers("韩雪")) == 1
        assert "需要哪家配合" in offers("韩雪")[0] and "请尽快" not in offers("韩雪")[0]
        await world.at(at("2026-09-28", "15:00"))
        assert len(offers("韩雪")) == 1
        listed = await ask(world, "张敏", "未来30天节点")
        ahead = await world.office(lambda ledger: [found.name for _, found in coming(ledger, 30)])
        assert f"{len(ahead)}个" in listed and all(name in listed for name in ahead) and node in ahead
        await ask(world, "韩雪", "213用地组卷报批节点完成了")
        await world.at(at("2026-10-12"))  # within five working days: it is done
        assert len(offers("韩雪")) == 1
        assert any("机井配套完成" in text for text in world.heard("冯涛"))  # the responsible unit of P08, 25 October
        assert node not in await ask(world, "张敏", "未来30天节点")


@proves("DC-03")
async def test_a_years_goal_comes_down_to_stages_and_dated_nodes_and_projects_without_nodes_are_listed(
    world: World,
) -> None:
    await admitted(world)
    told = await ask(world, "张敏", "哪些项目没有节点")
    assert "1个" in told and "城东物流园" in told
    await ask(world, "赵静", "二院年度目标：完成主体和外墙", "二院阶段目标：10月底前内墙完成")
    await ask(world, "赵静", "二院阶段目标：12月底前主体完成")
    lines = (await ask(world, "李红梅", "二院目标")).splitlines()
    assert lines[1] == "年度目标：完成主体和外墙"
    assert lines[2] == "10月31日前 内墙完成：手术楼施工图审查9月25日"
    assert lines[3] == "12月31日前 主体完成：主体封顶12月15日"
    await ask(world, "梁静", "给城东物流园加节点：土地摘牌 11月20日")
    assert "项目都排了节点" in await ask(world, "张敏", "哪些项目没有节点")


@proves("DC-08")
async def test_a_plan_is_counted_back_from_the_finish_explained_and_its_clashes_are_named(world: World) -> None:
    told = await ask(world, "赵静", "二院倒排工期，2027年6月30日竣工")
    calendar = WorkCalendar()
    trial = calendar.add_workdays(date(2027, 6, 30), -15)
    works = calendar.add_workdays(trial, -15)
    assert "竣工6月30日（周三）往回推" in told
    assert f"竣工验收6月30日（15个工作日）←联动调试{trial.month}月{trial.day}日（15个工作日）" in told
    assert f"设备安装和装修{works.month}月{works.day}日（60个工作日）" in told
    assert not noted(world, "node")  # shown, not yet written
    await press(world, "赵静", "写入台账")
    nodes = await world.office(lambda ledger: {n.name: n.planned for n in find_project(ledger, "P03").nodes})
    assert nodes["竣工验收"] == date(2027, 6, 30) and nodes["联动调试"] == trial
    assert nodes["主体封顶"] == date(2026, 12, 15)  # a unit moves no date: that is the office's
    assert {line["data"]["state"] for line in noted(world, "node")} == {"added"}

    short = await ask(world, "刘洋", "城北污水厂倒排工期，10月20日竣工")
    assert "工期不够" in short and "已过去" in short
    await ask(world, "张敏", "二院联动调试节点改到2027年5月1日")
    assert "早于前一个节点" in await ask(world, "赵静", "二院节点冲突")
    assert "由重点办办理" in await ask(world, "赵静", "二院联动调试节点改到2027年6月20日")

    await world.photo("赵静", b"\xff\xd8\xff\xe0 the slab", "slab.jpg")
    await world.settle()
    asked = await ask(world, "赵静", "二院审图节点完成了")
    assert "是「手术楼施工图审查」吗" in asked.replace("完成的", "")
    done = await ask(world, "赵静", "是")
    assert "9月17日完成（计划9月25日）" in done
    proof = [line for line in noted(world, "node") if line["data"]["state"] == "done"]
    assert proof[0]["kind"] == "progress" and proof[0]["data"]["node"] == "手术楼施工图审查"


# --- 五清, 四比四看, one set of figures -----------------------------------------------------------------------


@proves("ZZ-17")
async def test_one_question_names_what_is_missing_for_the_five_to_be_clear(world: World) -> None:
    told = await ask(world, "李红梅", "二院五清差啥")
    assert "项目底数清：差建设内容、经济社会效益、手续清单" in told
    assert "进展情况清：差30天内的进展、本月完成投资" in told
    assert "落实责任清：清" in told
    await ask(world, "赵静", "二院 9月完成投资1200万，累计10200万，形象进度60%", "二院列手续清单")
    told = await ask(world, "张敏", "二院五清差啥")
    assert "进展情况清：清" in told and "手续清单" not in told
    await ask(world, "赵静", "二院审图没出，卡住了")
    assert "ISS-1的解决时限" in await ask(world, "张敏", "二院五清差啥")
    await world.at(at("2026-11-20"))
    assert "30天内的进展" in await ask(world, "张敏", "二院五清差啥")


@proves("DC-11")
async def test_the_four_comparisons_come_from_the_ledger_with_landing_start_and_effect(world: World) -> None:
    asked = await ask(world, "何军", "213实际开工日期：4月2日")
    assert "开工日期记为4月2日" in asked
    await press(world, "何军", "记上")
    assert "前后不合" in await ask(world, "何军", "213达效日期：3月1日", "记上")
    await ask(world, "何军", "213落地日期：3月1日", "是")
    told = (await ask(world, "张敏", "四比四看")).splitlines()
    assert [line.split("：")[0] for line in told[1:]] == [
        "比谋划看储备",
        "比招引看投资",
        "比开工看进度",
        "比服务看实效",
    ]
    assert "应开工7个、已开工7个" in told[3] and "落地1个、竣工0个、达效0个" in told[4]
    dates = noted(world, "date")
    assert [(line["data"]["state"], line["data"]["occurred"]) for line in dates] == [
        ("actual_start", "2026-04-02"),
        ("landed", "2026-03-01"),
    ]
    own = await ask(world, "赵静", "四比四看")
    assert "实施1个" in own  # of her own projects


@proves("JZ-08", "JZ-17")
async def test_list_chart_ledger_and_answer_show_the_same_figures_and_each_cell_leads_to_its_entries(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await ask(world, "陈浩", "纺织园一期 9月完成投资2300万，累计1.85个亿，主体封顶，形象进度82%")
    await ask(world, "陈浩", "纺织园一期变压器没装，卡住了", "纺织园一期钢结构完成节点完成了")
    by_kind = {line["kind"]: line["seq"] for line in world.ledger() if "node" not in line["data"]}
    (node,) = [line["seq"] for line in world.ledger() if line["data"].get("node")]

    answer = await ask(world, "周建国", "纺织园一期啥情况")
    assert "累计18500万元，形象进度82%，年计划24000万元" in answer
    listed = command(monkeypatch, capsys, tmp_path, "project", "list")
    assert "累计18500万元，年计划24000万元，进度82%" in next(line for line in listed if line.startswith("P01"))
    drawn = command(monkeypatch, capsys, tmp_path, "project", "chart")
    assert "累计18500万元，年计划24000万元，进度82%" in next(line for line in drawn if "P01" in line)
    table = command(monkeypatch, capsys, tmp_path, "project", "chart", "--format", "csv")
    row = next(row for row in csv.DictReader(io.StringIO("\n".join(table))) if row["编号"] == "P01")
    assert (row["累计完成投资"], row["年度计划投资"], row["形象进度"]) == ("18500", "24000", "82")

    out = tmp_path / "台账.xlsx"
    county = County(load_mechanism("jiaozuo"), WorkCalendar())
    export_xlsx(
        world.service.database, county, out, project=None, start=None, end=None, today=date(2026, 9, 17), sources=True
    )
    book = openpyxl.load_workbook(out)
    headings = [cell.value for cell in book["台账"][3]]
    assert headings[2:] == list(county.mechanism.codes.ledger_columns.names)  # type: ignore[union-attr]
    cells = dict(zip(COLUMNS, [cell.value for cell in book["台账"][4]], strict=True))
    assert "累计完成18,500" in cells["投资计划"] and "年度计划24,000" in cells["投资计划"]
    assert "形象进度82%" in cells["开竣工等建设进度"]
    sources = {(row[0].value, row[2].value): (row[3].value, row[4].value) for row in book["来源"].iter_rows(min_row=4)}
    assert sources["D4", "投资计划"] == (str(by_kind["progress"]), "流水")
    assert sources["F4", "存在的问题"] == (str(by_kind["problem"]), "流水")
    assert str(node) in sources["E4", "开竣工等建设进度"][0]
    assert sources["I4", "责任单位"][1] == "登记信息"
    filled = [cell.coordinate for line in book["台账"].iter_rows(min_row=4, min_col=2) for cell in line if cell.value]
    assert sorted(filled) == sorted(where for where, _ in sources)
