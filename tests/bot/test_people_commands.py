"""The office's own keyboard: units, posts, hand-overs, boards, chains, needs, public texts, by `duban`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.simulator import sample_county
from bot.simulator.world import PACK
from models.errors import Refusal

Duban = Callable[..., str]


@pytest.fixture
def duban(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Duban:
    """Run a command in a county of its own; what it refuses is raised as the refusal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path))
    for name in ("DUBAN_DATABASE_URL", "DUBAN_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    runner = CliRunner()

    def run(*arguments: str) -> str:
        done = runner.invoke(app, [str(argument) for argument in arguments])
        if isinstance(done.exception, Refusal):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    workbook = tmp_path / "county.xlsx"
    sample_county.write_sample(workbook)
    run("init", "--mechanism", str(PACK))
    run("import", str(workbook))
    return run


def test_units_are_renamed_merged_and_called_otherwise_and_groups_follow(duban: Duban) -> None:
    duban("unit", "alias", "供电公司", "电业局")
    duban("unit", "rename", "卫健委", "平澜县卫生健康局", "--short", "卫健局", "--since", "2026-01-01")
    assert "平澜县卫生健康局\t卫健局\t部门\t卫健委（至2026-01-01）" in duban("unit", "list", "--kind", "部门")
    group = duban("unit", "group", "县委各部委", "--kind", "党委部门", "--unit", "卫健委")
    assert "县委各部委：3个单位" in group and "平澜县卫生健康局" in group
    duban("unit", "merge", "水利局", "农业农村局", "--since", "2026-01-01")
    assert "水利局" not in duban("unit", "list")
    with pytest.raises(Refusal, match="那天再改"):
        duban("unit", "rename", "交通局", "交通运输局", "--since", "2999-01-01")
    with pytest.raises(Refusal, match="已经登记过"):
        duban("unit", "add", "电业局")
    with pytest.raises(Refusal, match="调整人员和分工由"):
        duban("unit", "add", "县档案馆", "--by", "陈浩")


def test_somebody_takes_over_and_somebody_leaves(duban: Duban) -> None:
    duban("people", "handover", "--to", "孙立新", "--project", "P01", "--project", "P02", "--since", "2026-01-02")
    shown = duban("board", "show", "P01")
    assert "项目分包领导\t孙立新" in shown
    assert "没人接的项目：县第二人民医院迁建" in duban("people", "leave", "李红梅", "--since", "2026-01-02")
    vacant = duban("people", "vacancies")
    assert "无分包领导1个：县第二人民医院迁建" in vacant and "没有联络员：公安局" in vacant
    with pytest.raises(Refusal, match="应是处级"):
        duban("people", "handover", "--to", "赵静", "--project", "P03")
    duban("people", "rank", "赵静", "处级")
    duban("people", "handover", "--to", "赵静", "--project", "P03", "--since", "2026-01-02")
    assert "无分包领导" not in duban("people", "vacancies")


def test_posts_are_told_as_of_a_day(duban: Duban) -> None:
    duban("people", "post", "--body", "领导小组", "--name", "组长", "--person", "林正阳", "--since", "2026-01-01")
    duban("people", "post", "--body", "领导小组", "--name", "组长", "--person", "高远", "--since", "2026-10-01")
    assert "组长\t林正阳\t县长" in duban("people", "posts", "领导小组", "--on", "2026-09-30")
    assert "组长\t高远" in duban("people", "posts", "领导小组", "--on", "2026-10-01")


def test_a_person_is_registered_with_roles_and_takes_a_place_in_a_team(duban: Duban) -> None:
    duban("people", "add", "宋洁", "--unit", "卫健委", "--title", "副主任", "--role", "联络员", "--wecom", "SongJie")
    duban("people", "role", "宋洁", "联络员", "--end")
    duban("people", "team", "P03", "--place", "组长", "--person", "许静")
    team = duban("people", "team", "P03", "--place", "副组长", "--person", "宋洁")
    assert "组长\t许静" in team and "副组长\t宋洁" in team and "还缺：成员" in team
    duban("people", "stand-in", "宋洁", "--from", "2026-01-01", "--to", "2999-01-01")
    assert "不止一位" not in duban("people", "vacancies")
    with pytest.raises(Refusal, match="已经是别人的"):
        duban("people", "add", "某人", "--unit", "卫健委", "--wecom", "songjie")
    assert "没有写专班" in duban("people", "taskforces")


def test_a_board_is_printed_and_reported(duban: Duban, tmp_path: Path) -> None:
    page = tmp_path / "p01.html"
    duban("board", "print", "P01", "--out", str(page))
    html = page.read_text(encoding="utf-8")
    assert "派驻专职纪检监察员" in html and "丁一凡" in html
    duban("board", "updated", "P01")
    duban("people", "handover", "--to", "孙立新", "--project", "P01", "--since", "2026-01-02")
    assert "P01\t项目分包领导\t牌上：周建国\t台账：孙立新" in duban("board", "stale")
    with pytest.raises(Refusal, match="登记标示牌由"):
        duban("board", "updated", "P01", "--by", "何军")


def test_a_chain_is_kept(duban: Duban) -> None:
    duban("chain", "add", "纺织", "--plan", "延链方案", "--chief", "周建国")
    duban("chain", "item", "纺织", "--list", "重点项目清单", "--project", "P01")
    duban("chain", "item", "纺织", "--list", "重点企业清单", "--what", "锦澜纺织")
    shown = duban("chain", "show", "纺织产业链")
    assert "链长\t周建国" in shown and "重点项目清单\t高端纺织产业园一期" in shown
    assert "0项" in duban("chain", "item", "纺织", "--list", "重点企业清单", "--what", "锦澜纺织", "--off")
    duban("chain", "team", "纺织", "--place", "组长", "--person", "秦勇")
    with pytest.raises(Refusal, match="四个清单是"):
        duban("chain", "item", "纺织", "--list", "重点人才清单", "--what", "某某")


def test_needs_are_listed_summed_and_met(duban: Duban) -> None:
    added = duban("need", "add", "P07", "--factor", "土地", "--text", "指标没落实", "--amount", "30亩")
    assert added.strip() == "XQ-1\t土地30亩\t自然资源局"
    duban("need", "add", "P05", "--factor", "土地", "--text", "缺地", "--amount", "12亩", "--due", "2026-10-15")
    assert "土地：2个项目，合计42亩" in duban("need", "list", "--factor", "土地")
    duban("need", "measure", "XQ-1", "容缺办理")
    with pytest.raises(Refusal, match="要素保障由"):
        duban("need", "met", "XQ-1", "--by", "陈浩")
    duban("need", "met", "XQ-1", "--by", "马国强")
    assert "合计12亩" in duban("need", "list")
    duban("need", "withdraw", "XQ-2")
    assert "没有未落实" in duban("need", "list")
    assert "1个项目" in duban(
        "need", "match", "银企对接会", "--on", "2026-01-05", "--project", "P01", "--result", "授信"
    )


def test_a_public_text_leaves_only_once_approved(duban: Duban, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("二院进展顺利，联系人赵静13812345678。", encoding="utf-8")
    proposed = duban("extract", "propose", "--file", str(text), "--title", "九月进展")
    assert "13812345678" not in proposed and "赵静" not in proposed
    out = tmp_path / "out.txt"
    with pytest.raises(Refusal, match="批准后才能导出"):
        duban("extract", "export", "1", "--out", str(out))
    assert not out.exists()
    with pytest.raises(Refusal, match="批准公开内容由"):
        duban("extract", "approve", "1", "--by", "赵静")
    duban("extract", "approve", "1", "--by", "苏琳")
    duban("extract", "export", "1", "--out", str(out))
    assert "二院进展顺利" in out.read_text(encoding="utf-8")


def test_a_documents_particulars_are_kept(duban: Duban) -> None:
    duban("unit", "group", "县委各部委", "--kind", "党委部门")
    arguments = ("平政办发〔2026〕6号", "--written", "2026-03-16", "--printed", "2026-03-17", "--copies", "120")
    said = duban("document", "set", *arguments, "--to", "县委各部委", "--to", "宣传部")
    assert "主送：宣传部、县纪委监委" in said and "2026年3月17日印发（共印120份）" in said
    assert "成文日期\t2026-03-16" in duban("document", "show", "平政办发〔2026〕6号")


def test_a_duty_nobody_can_pay_is_a_vacancy(duban: Duban, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "没有人办" not in duban("people", "vacancies")
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("DUBAN_HOME", str(empty))
    duban("init", "--mechanism", "zhangzi")
    owed = [line.split("  ")[1] for line in duban("duties", "list").splitlines() if "（空缺）" in line]
    vacant = duban("people", "vacancies")
    named = [name for name in re.split(r"[：、\n]|没有人办", vacant) if name]
    assert owed and all(any(duty.endswith(name) for name in named) for duty in owed)
    assert "没有登记县政府督查室：月督导" in vacant


def test_a_summary_without_reports_is_published_only_with_the_reason(duban: Duban) -> None:
    duban("summary", "gather", "9月月报")
    with pytest.raises(Refusal, match="一份都没有报，不能发布"):
        duban("summary", "publish", "9月月报")
    assert "已发布" in duban("summary", "publish", "9月月报", "--though-empty", "没有单位报，照发")
