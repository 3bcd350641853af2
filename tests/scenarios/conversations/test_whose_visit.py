"""Whose visit it was, and whether anybody was there, is asked where the words leave it open."""

from __future__ import annotations

import pytest

from tests.scenarios.conversations.county import Story, is_receipt

pytestmark = pytest.mark.asyncio

P01, P04 = "高端纺织产业园一期", "城北污水处理厂提标改造"
HIS_TRIP = "王主任那趟城北污水厂的也补上"


async def test_a_look_through_a_camera_is_asked_about_and_noted_as_none_on_the_spot(story: Story) -> None:
    asked = await story.tell("周建国", "纺织园一期监控调出来看了看")
    assert f"《{P01}》" in asked and "到了现场吗" in asked and story.lines() == []
    is_receipt(await story.tell("周建国", "视频看的"), P01)
    visit = story.line("visit")
    assert (visit["project"], visit["person"], visit["data"]["mode"]) == ("P01", "周建国", "视频")
    assert "pl.weekly-leader" not in visit["data"]["discharges"]  # 每周到现场


async def test_a_visit_that_need_not_be_noted_is_not(story: Story) -> None:
    asked = await story.tell("周建国", "纺织园一期监控调出来看了看")
    assert "不用记" in asked and "不用记" not in story.buttons("周建国")  # three buttons are the most
    assert "没有记" in await story.tell("周建国", "不用记")
    assert story.lines() == []


async def test_words_that_are_said_to_be_a_visit_are_not_the_senders_where_they_speak_of_another(story: Story) -> None:
    assert "现场办公" in await story.tell("刘洋", HIS_TRIP)
    asked = await story.tell("刘洋", "现场办公")
    assert "是谁去的" in asked and "代王主任记" in asked and story.lines() == []
    await story.tell("刘洋", "代王主任记")
    visit = story.line("visit")
    assert (visit["project"], visit["data"]["recorded_for"]) == ("P04", "王主任")
    assert "discharges" not in visit["data"]  # not before he has said so himself


async def test_what_sort_it_is_is_asked_once_whatever_is_asked_after_it(story: Story) -> None:
    await story.tell("刘洋", HIS_TRIP)
    await story.tell("刘洋", "现场办公")
    is_receipt(await story.tell("刘洋", "我去的"), P04)
    visit = story.line("visit")
    assert (visit["person"], visit["text"]) == ("刘洋", HIS_TRIP) and "recorded_for" not in visit["data"]


async def test_who_was_beside_him_and_notes_it_for_him_was_there_too(story: Story) -> None:
    await story.tell("吴磊", "陪孙县长在恒瑞地头呢，他手机没电，让我先报上")
    visits = [line["data"].get("recorded_for") for line in story.lines("visit")]
    assert sorted(map(str, visits)) == ["None", "孙县长"]
    assert "是您本人去的吗" in story.world.heard("孙立新")[-1]


async def test_two_visits_of_a_week_told_at_once(story: Story) -> None:
    await story.tell("秦勇", "本周两次：9.14、9.16，均为纺织园一期现场。")
    told = [(line["data"]["occurred"], line["data"]["spans"]["occurred"]) for line in story.lines("visit")]
    assert told == [("2026-09-14", "9.14"), ("2026-09-16", "9.16")]


async def test_both_phases_were_visited_before_either_is_told_of(story: Story) -> None:
    words = "上午纺织园一期二期都看了一期钢构没问题二期桩基慢主要是缺桩机让秦勇月底前再调两台来"
    await story.tell("周建国", words)
    assert sorted(line["project"] for line in story.lines("visit")) == ["P01", "P02"]
    assert story.line("problem")["project"] == "P02"


async def test_somebody_elses_telephoning_is_no_visit(story: Story) -> None:
    words = "城南钢板桩租期快到了人家老板天天打电话要拔走咱这坑还没回填呢这个月底以前得给人定下来"
    await story.tell("刘洋", words)
    assert story.lines("visit") == []
