"""Words that run into one another, or look like something else: each figure, day and person is read for what it is."""

from __future__ import annotations

import pytest

from tests.scenarios.conversations.county import Story

pytestmark = pytest.mark.asyncio


async def test_a_figure_put_right_as_it_is_spoken(story: Story) -> None:
    await story.tell("刘洋", "城北污水厂这个月四百二十万不对四百六十万设备款占大头")
    assert story.line("progress")["data"]["month_amount"] == 460


async def test_a_total_since_january_is_of_its_last_month(story: Story) -> None:
    await story.tell("刘洋", "城南污水厂1-8月累计完成投资2860万元")
    data = story.line("progress")["data"]
    assert (data["period"], data["total_amount"]) == ("2026-08", 2860)
    assert data["spans"]["period"] == "1-8月"


async def test_the_unit_told_at_the_end_is_of_all(story: Story) -> None:
    await story.tell("陈浩", "纺织园一期9月2300、累计18500；二期9月1000、累计5900，单位万元")
    told = {line["project"]: line["data"] for line in story.lines("progress")}
    assert (told["P01"]["month_amount"], told["P01"]["total_amount"]) == (2300, 18500)
    assert (told["P02"]["month_amount"], told["P02"]["total_amount"]) == (1000, 5900)


async def test_a_tenth_and_a_half_before_the_next_word(story: Story) -> None:
    await story.tell("李红梅", "二院我来了外墙保温干了六成五审图的事还没着落得催催住建局")
    assert story.line("progress")["data"]["percent"] == 65


async def test_the_other_phase_behind_a_share_is_named(story: Story) -> None:
    await story.tell("秦勇", "我在纺织园一期车间呢地坪漆刷了三分之一二期那边渣土运输证没办下来车上不了路")
    assert story.line("problem")["project"] == "P02"
    assert story.line("visit")["project"] == story.line("progress")["project"] == "P01"


async def test_who_reports_for_another_charges_nobody(story: Story) -> None:
    await story.tell("苏琳", "陈浩出差没信号 托我替他报 纺织园二期9月完成投资910万")
    assert story.lines("problem") == []
    assert story.line("progress")["data"]["month_amount"] == 910


async def test_rain_that_stops_is_no_trouble(story: Story) -> None:
    await story.tell("冯涛", "雨停了高标田今天又开干了六个作业面全上人")
    assert [line["kind"] for line in story.lines()] == ["progress"]


async def test_a_day_in_doubt_is_no_day_gone_by(story: Story) -> None:
    await story.tell("许静", "二院手术楼那个审图意见到现在还没回来我看二十五号悬了")
    assert story.line("problem")["data"]["occurred"] == "2026-09-17"


async def test_a_demand_for_cigarettes_goes_the_inspectors_way(story: Story) -> None:
    told = await story.tell("吴磊", "有人给恒瑞递话 不送两条烟 手续就压着不办")
    assert "只转给纪检监察员" in told and story.lines() == []


async def test_the_place_and_what_stands_there_name_a_project(story: Story) -> None:
    await story.tell("郑涛", "城北厂格栅间验收通过了")
    assert story.line("progress")["project"] == "P04"


async def test_a_fault_that_must_be_put_right_is_no_promise(story: Story) -> None:
    await story.tell("郑涛", "城南污水厂现场基坑临边没防护、安全员脱岗，9月20日前整改到位")
    assert not any(line["data"].get("state") == "promised" for line in story.lines())


async def test_what_would_be_is_no_problem_yet(story: Story) -> None:
    asked = await story.tell("刘洋", "要是下礼拜还这么下，城南那条沟我看就悬了")
    assert story.lines() == [] and "记成" in asked


async def test_a_day_that_nears_is_no_day_gone_by(story: Story) -> None:
    await story.tell("赵静", "二院审图意见还是没出来，眼瞅着25号就到了")
    assert story.line("problem")["data"]["occurred"] == "2026-09-17"


async def test_who_is_to_be_told_has_said_nothing(story: Story) -> None:
    await story.tell("高远", "213刚看完路基还行就是拆迁剩两户不走你给城关镇说一周之内谈下来")
    assert sorted(line["kind"] for line in story.lines()) == ["problem", "visit"]


async def test_experts_who_met_are_no_leave(story: Story) -> None:
    asked = await story.tell("方正", "城南污水厂过河那个涉河方案专家会刚开完原则通过让改两处再报上去")
    assert "请假" not in asked and "城南污水处理厂" in asked


async def test_what_stands_in_the_way_is_no_progress_beside_it(story: Story) -> None:
    await story.tell("孙涛", "213线位压了六亩多基本农田，要么调线要么补划，今年的指标用完了")
    assert story.lines("progress") == []
    assert story.line("problem")["data"]["category"] == "要素保障/土地"


async def test_away_for_some_days_with_somebody_to_turn_to(story: Story) -> None:
    told = await story.tell("周建国", "下周一到下周三我去苏州招商，请三天假，园区的事先找秦勇")
    assert "9月21日" in told and "9月23日" in told
