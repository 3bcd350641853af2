"""Filing a visit: photos, a place and a sentence in any order become one 现场办公 entry of the right project."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.world import World

pytestmark = pytest.mark.asyncio

PHOTO = b"\xff\xd8\xff\xe0" + b"a picture" * 50
OTHER = b"\xff\xd8\xff\xe0" + b"another picture" * 50
WORDS = "我在纺织园一期现场，钢结构起来八成了"


def standing(world: World, kind: str) -> list[dict[str, Any]]:
    """Return the lines of a kind that nothing supersedes."""
    lines = world.ledger()
    gone = {line["supersedes"] for line in lines}
    return [line for line in lines if line["kind"] == kind and line["seq"] not in gone]


def photos(world: World, project: str) -> set[str]:
    return {item["sha256"] for line in world.ledger() if line["project"] == project for item in line["attachments"]}


async def send(world: World, what: str) -> None:
    site = world.projects()["P01"]
    if what == "words":
        await world.say("周建国", WORDS)
    elif what == "place":
        await world.location("周建国", site.latitude or 0, site.longitude or 0, "工地")
    else:
        await world.photo("周建国", PHOTO if what == "photo" else OTHER)


@pytest.mark.parametrize("order", list(itertools.permutations(["words", "place", "photo", "other"])))
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_photos_a_place_and_a_sentence_sent_together_in_any_order_are_one_visit(
    world: World, order: tuple[str, ...]
) -> None:
    for what in order:
        await send(world, what)
    await world.settle()

    (visit,) = standing(world, "visit")
    assert visit["project"] == "P01"
    assert {item["sha256"] for item in visit["attachments"]} == {
        hashlib.sha256(PHOTO).hexdigest(),
        hashlib.sha256(OTHER).hexdigest(),
    }
    assert visit["data"]["nearness"] == "在场"
    (receipt,) = world.heard("周建国")
    assert "高端纺织产业园一期" in receipt
    assert "照片2张" in receipt


async def test_photos_that_come_minutes_later_join_the_visit(world: World) -> None:
    await send(world, "photo")
    await send(world, "words")
    await world.settle()
    world.clock.advance(timedelta(minutes=4))
    await send(world, "other")
    await world.settle()

    (visit,) = standing(world, "visit")
    (later,) = standing(world, "photo")
    assert later["data"]["visit"] == visit["seq"]
    assert photos(world, "P01") == {hashlib.sha256(PHOTO).hexdigest(), hashlib.sha256(OTHER).hexdigest()}
    assert "共2张" in world.heard("周建国")[-1]


async def test_photos_wait_twenty_minutes_for_their_words(world: World) -> None:
    await send(world, "photo")
    await world.settle()
    assert "收到照片1张" in world.heard("周建国")[-1]
    world.clock.advance(timedelta(minutes=20))
    await send(world, "words")
    await world.settle()

    (visit,) = standing(world, "visit")
    assert [item["sha256"] for item in visit["attachments"]] == [hashlib.sha256(PHOTO).hexdigest()]


async def test_each_photo_is_kept_byte_for_byte(world: World) -> None:
    await send(world, "photo")
    await send(world, "words")
    await world.settle()

    digest = hashlib.sha256(PHOTO).hexdigest()
    assert world.service.media.path(digest).read_bytes() == PHOTO


async def test_one_sentence_is_enough(world: World) -> None:
    await world.say("李红梅", "到二院工地了，外墙快完了")
    await world.settle()

    (visit,) = standing(world, "visit")
    assert visit["project"] == "P03"
    assert visit["attachments"] == []
    assert "照片0张" in world.heard("李红梅")[-1]


async def test_an_uncertain_project_is_asked_and_nothing_is_written_until_answered(world: World) -> None:
    await send(world, "photo")
    await world.say("周建国", "到纺织园了，钢结构起来八成")
    await world.settle()

    assert world.ledger() == []
    question = world.phone("周建国")[-1]
    assert 1 <= len(question.buttons) <= 3
    assert "高端纺织产业园一期" in [label for _, label in question.buttons]

    world.clock.advance(timedelta(hours=5))
    await world.press("周建国", "高端纺织产业园一期")
    await world.settle()
    (visit,) = standing(world, "visit")
    assert visit["project"] == "P01"
    assert visit["text"] == "到纺织园了，钢结构起来八成"
    assert len(visit["attachments"]) == 1


@pytest.mark.parametrize("answer", ["1", "高端纺织产业园一期", "一期"])
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_the_question_may_be_answered_in_words(world: World, answer: str) -> None:
    await world.say("周建国", "到纺织园了，钢结构起来八成")
    await world.settle()
    first = world.phone("周建国")[-1].buttons[0][1]
    await world.say("周建国", answer)
    await world.settle()

    (visit,) = standing(world, "visit")
    expected = first if answer == "1" else "高端纺织产业园一期"
    assert world.projects()[visit["project"]].name == expected


async def test_taking_back_supersedes_the_entry_and_leaves_it_in_the_ledger(world: World) -> None:
    await send(world, "words")
    await world.settle()
    (visit,) = standing(world, "visit")
    await world.say("周建国", "记错了")
    await world.settle()

    assert standing(world, "visit") == []
    correction = [line for line in world.ledger() if line["kind"] == "correction"]
    assert visit["seq"] in [line["supersedes"] for line in correction]
    assert "不算了" in world.heard("周建国")[-1]


async def test_the_same_words_sent_again_after_bad_signal_are_filed_once(world: World) -> None:
    for _ in range(2):
        await send(world, "words")
        await send(world, "photo")
        await world.settle()
        world.clock.advance(timedelta(seconds=60))

    assert len(standing(world, "visit")) == 1
    assert photos(world, "P01") == {hashlib.sha256(PHOTO).hexdigest()}
    assert any("不用重发" in text for text in world.heard("周建国"))


async def test_a_redelivered_message_takes_effect_once(world: World) -> None:
    delivery = await world.say("周建国", WORDS)
    await world.wecom.redeliver(delivery)
    await world.settle()
    await world.wecom.redeliver(delivery)
    await world.settle()

    assert len(standing(world, "visit")) == 1
    assert len(world.heard("周建国")) == 1


async def test_a_project_that_is_not_the_senders_is_not_filed(world: World) -> None:
    await world.say("何军", "到二院工地了，外墙完成六成")
    await world.settle()

    assert standing(world, "visit") == []
    assert "不在您负责的范围" in world.heard("何军")[-1]


async def test_an_image_that_is_none_is_refused_and_costs_nothing_else(world: World) -> None:
    await world.photo("周建国", b"<html>not a picture</html>")
    await send(world, "words")
    await world.settle()

    (visit,) = standing(world, "visit")
    assert visit["attachments"] == []
    assert any("不是照片" in text for text in world.heard("周建国"))


async def test_a_picture_that_the_platform_withholds_for_a_while_is_fetched_later(world: World) -> None:
    world.wecom.fail_next("/cgi-bin/media/get", 2, 502)
    await send(world, "photo")
    await send(world, "words")
    await world.settle()
    world.clock.advance(timedelta(seconds=30))
    await world.settle()
    world.clock.advance(timedelta(seconds=60))
    await world.settle()

    assert photos(world, "P01") == {hashlib.sha256(PHOTO).hexdigest()}
    assert len(standing(world, "visit")) == 1


async def test_dingtalk_rich_text_with_pictures_is_one_visit(world: World) -> None:
    liu = world.actor("刘洋").user_id
    await world.dingtalk.rich(liu, ["到城北污水厂现场了，设备到了6台", PHOTO, OTHER])
    await world.settle()

    (visit,) = standing(world, "visit")
    assert visit["project"] == "P04"
    assert len(visit["attachments"]) == 2
    assert visit["channel"] == "dingtalk"


async def test_dingtalk_voice_is_read_by_its_recognition(world: World) -> None:
    await world.dingtalk.audio(world.actor("刘洋").user_id, b"#!AMR\n" + b"x" * 40, "在城南污水厂现场，管沟开挖400米")
    await world.settle()

    (visit,) = standing(world, "visit")
    assert visit["project"] == "P06"


async def test_the_receipt_says_which_duties_the_visit_paid(world: World) -> None:
    await send(world, "words")
    await world.settle()

    (visit,) = standing(world, "visit")
    assert visit["data"]["discharges"]
    assert "已抵" in world.heard("周建国")[-1]


async def test_nothing_of_a_visit_reaches_a_group(world: World) -> None:
    await send(world, "words")
    await world.settle()
    assert all(not screen.bubbles for screen in world.stage.groups.values())


async def test_the_answer_to_a_question_brings_the_receipt(world: World) -> None:
    await world.say("周建国", "到纺织园了，钢结构起来八成")
    await world.settle()
    await world.press("周建国", "高端纺织产业园一期")
    await world.settle()
    receipt = world.heard("周建国")[-1]
    assert "已记《高端纺织产业园一期》现场办公" in receipt
    assert "记错了" in receipt


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_visit_noted_for_somebody_else_is_marked_and_pays_nothing(world: World) -> None:
    await world.say("陈浩", "周县长今天到纺织园一期现场办公，看了钢结构")
    await world.settle()
    (visit,) = standing(world, "visit")
    assert visit["person"] == "陈浩"
    assert visit["data"]["recorded_for"] == "周县长"
    assert "discharges" not in visit["data"]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_photos_whose_words_never_came_are_listed_for_the_office(world: World) -> None:
    await send(world, "photo")
    await world.settle()
    world.clock.advance(timedelta(hours=3))
    await world.say("张敏", "待归类")
    await world.settle()
    assert "周建国：照片或位置" in world.heard("张敏")[-1]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_spoken_problem_is_no_visit(world: World) -> None:
    await world.dingtalk.audio(
        world.actor("刘洋").user_id, b"#!AMR\n" + b"x" * 40, "城北污水厂那路又叫堵住了，拉设备的车进不去"
    )
    await world.settle()
    assert standing(world, "visit") == []
    (problem,) = standing(world, "problem")
    assert problem["data"]["category"] == "施工环境/阻挠施工"


@pytest.mark.parametrize(
    "words",
    [
        "刚到二院",
        "我到县第二人民医院迁建了",
        "来二院看看，工人不少",
        "今天上午调研二院，要求加快外墙施工",
        "二院现场，门诊楼封顶了",
        "陪同市领导视察二院",
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_visit_is_understood_however_it_is_put(world: World, words: str) -> None:
    await world.say("李红梅", words)
    await world.settle()
    (visit,) = standing(world, "visit")
    assert visit["project"] == "P03"


@pytest.mark.parametrize("words", ["二院的问题有哪些", "二院卡在哪了", "二院还差啥", "我一会儿去二院", "二院没有停工"])
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_questions_intentions_and_negations_file_no_visit_and_no_problem(world: World, words: str) -> None:
    await world.say("李红梅", words)
    await world.settle()
    assert standing(world, "visit") == []
    assert standing(world, "problem") == []
