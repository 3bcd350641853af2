"""`duban project` and `duban investment`: what the office does at its desk, with its exit codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from bot.simulator.sample_county import write_sample

PACK = Path(__file__).parents[2] / "bot" / "simulator" / "pinglan.yaml"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def duban(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["duban", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    workbook = tmp_path / "county.xlsx"
    write_sample(workbook)
    assert run("init", "--mechanism", str(PACK))[0] == 0
    assert run("import", str(workbook))[0] == 0
    return run


def test_a_project_is_declared_admitted_gated_and_moved(duban: Run) -> None:
    code, out, err = duban("project", "declare", "城东物流园", "--by", "梁静", "--fact", "投资额度=1.2亿元")
    assert (code, out.strip()) == (1, "SB-1") and "还差投资主体、建设地点、建设内容、经济社会效益" in err
    facts = ("投资主体=平澜城投", "建设地点=城东", "建设内容=冷库", "经济社会效益=就业200人")
    more = [word for fact in facts for word in ("--fact", fact)]
    assert duban("project", "declare", "城东物流园", "--by", "梁静", *more)[0] == 0
    code, _, err = duban("project", "admit", "SB-1", "--by", "梁静")
    assert code == 1 and "由重点办办理" in err
    year_of = duban("project", "admit", "SB-1")[1].strip()
    assert year_of.endswith("-001")
    code, _, err = duban("project", "move", year_of, "储备")
    assert code == 1 and "差可行性研究深度" in err
    for name in ("可研", "评审", "审批", "赋码"):
        assert duban("project", "gate", year_of, "--met", name)[0] == 0
    assert duban("project", "move", year_of, "储备")[0] == 0
    assert "合计9个" in duban("project", "batches")[1]
    assert "第2版" in duban("project", "change", year_of, "--fact", "投资额度", "--to", "1.5亿元", "--by", "梁静")[1]
    assert year_of not in duban("project", "list", "--batch", "实施")[1]
    assert year_of in duban("project", "list", "--batch", "储备")[1]


def test_nodes_permits_goals_and_dates_are_kept_from_the_desk(duban: Run) -> None:
    assert "请留意" in duban("project", "node", "P03", "设备进场", "--planned", "2026-01-05")[1]
    assert duban("project", "node", "P03", "设备进场", "--planned", "2027-03-01", "--reason", "货期")[0] == 0
    code, _, err = duban("project", "node", "P03", "主体封顶", "--planned", "2027-01-05", "--by", "赵静")
    assert code == 1 and "由重点办办理" in err
    assert "完成" in duban("project", "node", "P03", "手术楼施工图审查", "--done", "2026-09-10", "--by", "赵静")[1]
    assert duban("project", "node", "P03", "没有的", "--done", "2026-09-10")[0] == 1
    assert duban("project", "node", "P03", "主体封顶")[0] == 2
    plan = duban("project", "plan", "P03", "--finish", "2029-06-29", "--write")[1]
    assert "竣工2029-06-29往回推" in plan and "已写入" in plan
    assert "年度目标\t完成主体" in duban("project", "goal", "P03", "完成主体", "--year", "2026")[1]
    assert "10月" not in duban("project", "goal", "P03", "内墙完成", "--due", "2026-10-31")[1]
    assert "手续还没齐" in duban("project", "permit", "P07", "--usual")[1]
    told = duban("project", "permit", "P07", "环评批复", "--submitted", "2026-09-01", "--granted", "2026-09-10")[1]
    assert "2026-09-10办结" in told
    assert "环评批复" in duban("project", "permits")[1]
    assert duban("project", "permits", "--ready")[1] == ""
    assert duban("project", "funds", "P07", "--ready", "2026-09-10")[0] == 0
    assert "P07" in duban("project", "priority", "土地", "P07", "--rank", "1")[1]
    assert duban("project", "date", "P05", "开工", "2026-04-02")[0] == 0
    assert duban("project", "date", "P05", "完蛋", "2026-04-02")[0] == 1
    assert "比开工看进度" in duban("project", "four")[1]
    assert "手续清单" in duban("project", "five", "P03")[1]
    assert duban("project", "kind", "P08", "工作")[0] == 0
    assert "工作\t1" in duban("project", "stats", "--by", "类型")[1]
    assert duban("project", "stats", "--by", "心情")[0] == 2
    assert "社会民生" in duban("project", "tag", "P03", "社会民生")[1]
    assert "没有归类" in duban("project", "tag", "P03", "社会民生", "--off")[1]
    assert "2025年共1个" in duban("project", "year", "2025", "P03")[1]
    assert duban("ledger", "verify")[0] == 0


def test_a_lead_goes_from_clue_to_landing_from_the_desk(duban: Run) -> None:
    lead = ("investment", "lead", "恒远食品", "--unit", "商务局", "--brought-by", "李书记", "--brought-unit", "城关镇")
    assert duban(*lead)[1].strip() == "XS-1"
    assert "不能跳过" in duban("investment", "move", "XS-1", "签约")[2]
    assert duban("investment", "move", "XS-1", "评估")[0] == 0
    opinion = ("--unit", "发改委", "--opinion", "同意")
    for name in ("区域规划", "产业前景", "生态环境", "水土保持", "国土空间", "安全生产", "投资强度"):
        assert duban("investment", "review", "XS-1", "--dimension", name, *opinion)[0] == 0
    assert "产出效益" in duban("investment", "review", "XS-1", "--conclude", "通过")[2]
    duban("investment", "review", "XS-1", "--dimension", "产出效益", *opinion)
    assert duban("investment", "review", "XS-1", "--conclude", "通过")[0] == 0
    assert duban("investment", "review", "XS-1", "--conclude", "大概")[0] == 2
    assert duban("investment", "move", "XS-1", "签约")[0] == 0
    assert "前签收" in duban("investment", "hand-over", "XS-1", "--to", "农业农村局")[1]
    assert duban("investment", "sign", "XS-1", "--by", "吴磊")[0] == 1
    assert duban("investment", "sign", "XS-1", "--by", "冯涛")[0] == 0
    assert "还差任务书" in duban("investment", "papers", "XS-1", "--timetable", "11月摘牌", "--by", "冯涛")[1]
    assert "两书齐了" in duban("investment", "papers", "XS-1", "--tasks", "供地", "--by", "冯涛")[1]
    assert duban("investment", "link", "XS-1", "P07")[0] == 0
    assert duban("investment", "move", "P07", "落地")[0] == 0
    assert "城关镇\t线索1\t落地1" in duban("investment", "shares")[1]
    assert "农业农村局" in duban("investment", "list")[1]
    assert "签收" in duban("investment", "show", "XS-1")[1]
    assert "梁静" in duban("investment", "helper", "P07", "梁静")[1]
    assert duban("investment", "show", "XS-7")[0] == 1


def test_an_agreement_is_entered_kept_and_listed(duban: Run) -> None:
    assert duban("agreement", "add", "P07", "主体完工", "--due", "2026-01-31")[1].strip() == "XY-1"
    assert duban("agreement", "add", "P07", "投产", "--due", "2099-12-31", "--by", "吴磊")[1].strip() == "XY-2"
    assert duban("agreement", "add", "P07", "投产", "--due", "2099-12-31", "--by", "陈浩")[0] == 1
    code, out, _ = duban("agreement", "list", "--late")
    assert code == 0 and "XY-1" in out and "XY-2" not in out
    assert "未按协议要求完成建设任务" in duban("delay", "list", "--unit", "商务局")[1]
    assert duban("agreement", "amend", "XY-1", "补充协议", "--due", "2099-01-01")[0] == 1  # its day has passed
    assert duban("agreement", "amend", "XY-2", "补充协议9月签订", "--due", "2099-06-30")[0] == 0
    assert duban("agreement", "met", "XY-1", "--on", "2026-02-10")[0] == 0
    assert "晚10天" in duban("delay", "list", "--since", "2026-01-01")[1]
    assert duban("agreement", "withdraw", "XY-2", "录重了")[0] == 0
    assert "XY-2" not in duban("agreement", "list")[1]
