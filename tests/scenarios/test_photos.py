"""Photos and words used before: their author is asked first (★11, C21). What cannot be fetched is waited for."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from bot.simulator.world import World
from bot.verifying import verify
from bot.wiring import build_service
from models.pictures import Picture
from tests import pictures
from tests.clauses.proof import proves
from tests.handlers.understanding.wordings import LONG

pytestmark = pytest.mark.asyncio

DOWNLOAD = "/v1.0/robot/messageFiles/download"
SITE = "到城北污水厂现场了，设备到了6台"


def standing(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == kind]


def images(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in line["attachments"] if item["type"].startswith("image/")]


def resaved(content: bytes) -> bytes:
    """Return a photo as another app would send it on: smaller and saved anew."""
    picture = Image.open(io.BytesIO(content))
    return pictures.saved(picture.resize((picture.width * 2 // 3, picture.height * 2 // 3)), quality=60)


async def send(world: World, who: str, text: str, *photos: bytes) -> None:
    await world.dingtalk.rich(world.actor(who).user_id, [text, *photos])
    await world.settle()


@proves("C21")
async def test_an_old_photo_is_marked_not_counted_and_its_author_alone_is_asked(world: World) -> None:
    old = pictures.photo(1, size=(960, 720))
    await send(world, "刘洋", SITE, old)
    await world.settle()
    first = standing(world, "visit")[0]
    world.clock.advance(timedelta(seconds=90))
    await send(world, "刘洋", SITE, old)  # C20: sent twice, no case
    assert "不用重发" in world.heard("刘洋")[-1]

    await world.at(world.clock.now() + timedelta(days=6))
    office = len(world.heard("张敏"))
    await send(world, "刘洋", "到城北污水厂现场了，设备装了3台", resaved(old), pictures.photo(2, size=(960, 720)))
    visit = standing(world, "visit")[-1]
    marks = [item for item in visit["attachments"] if "same_as" in item]
    assert [(item["same_as"], item["same_entry"]) for item in marks] == [("2026-09-17", first["seq"])]
    receipt, question = world.heard("刘洋")[-2:]
    assert "收到照片1张" in receipt
    assert "另有1张与9月17日的相同，没算新照片" in receipt
    assert "照片1张与9月17日《" in question
    assert "只问您本人" in question
    assert [label for _, label in world.phone("刘洋")[-1].buttons] == ["补以前的", "发错了", "这次新拍的"]
    assert len(world.heard("张敏")) == office

    await world.say("张敏", "雷同待说明")
    await world.settle()
    assert "没有雷同" in world.heard("张敏")[-1]
    await world.at(world.clock.now() + timedelta(days=16))  # the National Day holidays are nobody's working days
    assert any("没有说明：刘洋照片相同" in text for text in world.heard("张敏"))
    await world.say("张敏", "雷同待说明")
    await world.settle()
    assert "刘洋" in world.heard("张敏")[-1]
    await world.press("刘洋", "补以前的")
    await world.settle()
    assert standing(world, "note")[-1]["data"] == {
        "about": "copy",
        "state": "answered",
        "of": visit["seq"],
        "answer": "补以前的",
    }
    await world.say("张敏", "雷同待说明")
    await world.settle()
    assert "没有雷同" in world.heard("张敏")[-1]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_anothers_photo_is_no_evidence_and_its_place_is_not_told_to_who_may_not_know(world: World) -> None:
    mine = pictures.photo(3, size=(960, 720))
    await world.photo("周建国", mine)
    await world.say("周建国", "我在纺织园一期现场，钢结构起来八成了")
    await world.settle()
    await send(world, "刘洋", SITE, mine)
    question = world.heard("刘洋")[-1]
    assert "照片1张与9月17日别处发的相同" in question
    assert "纺织" not in question
    assert "周建国" not in question
    assert "收到照片0张" in world.heard("刘洋")[-2]

    await world.say("刘洋", "城北污水厂那路又叫堵住了 拉设备的车进不去")
    await world.settle()
    world.clock.advance(timedelta(days=1))
    await send(world, "刘洋", "ISS-1申请销号", mine)
    assert "这些照片以前用过，不能当作新的依据" in world.heard("刘洋")[-1]
    await send(world, "刘洋", "ISS-1申请销号：路已经通了", mine)
    assert "已提交销号申请" in " ".join(world.heard("刘洋")[-2:])
    assert not any("相同" in text for who in ("周建国", "张敏") for text in world.heard(who))


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_exif_tells_nearness_and_the_day_and_a_broken_photo_is_said_to_be_one(world: World) -> None:
    from models.geo import to_wgs84

    site = world.projects()["P01"]
    near = to_wgs84(site.latitude or 0, site.longitude or 0, site.datum)
    today = pictures.photo(4, taken="2026:09:17 09:10:00", place=near)
    older = pictures.photo(5, taken="2026:09:01 09:10:00")
    whole = pictures.photo(6)
    for content in (today, older, whole[: len(whole) // 2], pictures.heic(7)):
        await world.photo("周建国", content)
    await world.say("周建国", "我在纺织园一期现场，钢结构起来八成了")
    await world.settle()

    (receipt,) = world.heard("周建国")
    assert "收到照片4张，位置：在场" in receipt
    assert "有1张是9月1日拍的，按补传记下了" in receipt
    assert "有1张照片打不开" in receipt
    assert str(round(near[0], 3)) not in str(world.ledger())
    known = world.service.database.read(lambda session: list(session.scalars(select(Picture))))
    assert sum(bool(picture.thumbnail) for picture in known) == 3
    thumbnails = [world.service.media.thumbnail(picture.sha256) for picture in known if picture.thumbnail]
    assert all(path.read_bytes().startswith(b"\xff\xd8\xff") for path in thumbnails)
    assert verify(world.service.database, world.service.media) == []


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_photos_that_must_be_waited_for_hold_up_nothing_and_join_after_a_restart(world: World) -> None:
    world.dingtalk.fail_next(DOWNLOAD, 2, 503)
    await send(world, "刘洋", SITE, *(pictures.photo(seed) for seed in range(30, 35)))
    (visit,) = standing(world, "visit")
    assert len(images(visit)) == 3
    assert "收到照片3/5，其余到了自动补上" in world.heard("刘洋")[-1]

    again = build_service(world.service.settings, world.clock)
    world.clock.advance(timedelta(seconds=20))
    await again.settle()
    world.clock.advance(timedelta(seconds=20))
    await again.settle()
    await again.stop()
    late = standing(world, "photo")
    assert sum(len(images(line)) for line in late) == 2
    assert {line["data"]["visit"] for line in late} == {visit["seq"]}
    assert "共5张" in world.heard("刘洋")[-1]
    assert verify(world.service.database, world.service.media) == []


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_photo_that_never_comes_is_told_to_its_sender_and_the_office(world: World) -> None:
    world.wecom.app.fail_often("/cgi-bin/media/get", 1.0, 502)
    await world.photo("周建国", pictures.photo(40))
    await world.say("周建国", "我在纺织园一期现场，钢结构起来八成了")
    await world.settle()
    assert len(standing(world, "visit")) == 1
    assert "收到照片0/1，其余到了自动补上" in world.heard("周建国")[-1]
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        world.clock.advance(timedelta(minutes=minutes))
        await world.service.settle()
    assert any("三天内会接着取" in text for text in world.heard("周建国"))
    await world.at(world.clock.now() + timedelta(days=3, hours=21))
    await world.service.settle()

    assert "1张照片没存下来（三天内一直没取到）" in world.heard("周建国")[-1]
    assert any("周建国9月17日09:30发的1张照片没有取到" in text for text in world.heard("张敏"))
    assert any(line["data"].get("about") == "media" for line in standing(world, "note"))
    count = len(world.heard("周建国"))
    world.clock.advance(timedelta(days=1))
    await world.service.settle()
    assert len(world.heard("周建国")) == count


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_words_copied_from_another_project_are_asked_about_and_short_ones_are_not(world: World) -> None:
    words = LONG[5].removeprefix("污水处理厂")
    await world.say("李红梅", f"二院现场，{words}")
    await world.settle()
    await world.at(world.clock.now() + timedelta(days=20))
    await world.say("刘洋", f"城北污水厂现场，{words}")
    await world.settle()
    [copy] = [line for line in world.ledger() if "like" in line["data"]]
    assert copy["person"] == "刘洋" and copy["data"]["like"]["day"] == "2026-09-17"
    assert "文字与9月17日《县第二人民医院迁建》里别人报的基本相同" in world.heard("刘洋")[-1]
    await world.press("刘洋", "情况确实一样")
    await world.settle()
    assert "记下了您的说明" in world.heard("刘洋")[-1]

    for days in (1, 31, 30):
        await world.at(world.clock.now() + timedelta(days=days))
        await world.say("刘洋", "城北污水厂设备到了6台")
        await world.settle()
        asked = "连续3个月报的一字不差，有没有卡点" in world.heard("刘洋")[-1]
        assert asked is (days == 30)
    assert not any("雷同" in text for text in world.heard("张敏"))
