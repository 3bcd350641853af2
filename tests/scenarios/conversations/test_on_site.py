"""From the site: C01, C02, C05, C06, C16, C18, C19, C20, C24; visits of one day, hearsay, words that go on."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache

import pytest

from bot.simulator.world import World
from tests import pictures
from tests.clauses.proof import proves
from tests.scenarios.conversations.county import Story, in_the_field, is_receipt

pytestmark = pytest.mark.asyncio

P01, P03, P04, P06 = "高端纺织产业园一期", "县第二人民医院迁建", "城北污水处理厂提标改造", "城南污水处理厂"
SITE = "我在纺织园呢一期这个钢结构起来了大概八成吧就是那个变压器电业局还没给装叫小陈盯一下这周得弄好"


photo = cache(pictures.photo)  # noise is in them: made anew they would be others


def sha(number: int) -> str:
    return hashlib.sha256(photo(number)).hexdigest()


@proves("C01")
async def test_c01_photos_and_spoken_words_are_one_visit_with_what_stands_and_what_is_stuck(
    story: Story, pinglan: World
) -> None:
    await pinglan.photo("周建国", photo(1))
    await pinglan.photo("周建国", photo(2))
    receipt = await story.tell("周建国", SITE)
    pinglan.clock.advance(timedelta(minutes=4))
    await pinglan.photo("周建国", photo(3))
    await pinglan.settle()

    visit = story.line("visit")
    assert (visit["project"], visit["person"], visit["data"]["mode"]) == ("P01", "周建国", "现场")
    assert {item["sha256"] for item in visit["attachments"]} == {sha(1), sha(2)}
    later = story.line("photo")
    assert later["data"]["visit"] == visit["seq"] and later["attachments"][0]["sha256"] == sha(3)
    progress = story.line("progress")["data"]
    assert (progress["percent"], progress["percent_of"], progress["approximate"]) == (80, "钢结构", True)
    assert progress["spans"]["percent"] == "大概八成"
    problem = story.line("problem")["data"]
    assert (problem["category"], problem["person"], problem["due"]) == ("要素保障/用电", "陈浩", "2026-09-20")
    assert problem["matter"] == "变压器电业局还没给装" and problem["state"] == "open"
    assert visit["data"]["discharges"] == ["pl.weekly-leader", "pl.monthly-leader", "pl.monthly-dispatch"]
    assert "pl.weekly-unit" not in visit["data"]["discharges"]

    is_receipt(receipt, P01)
    for told in ("照片2张", "钢结构约80%", "陈浩盯办", "9月20日", "已抵：分包领导现场办公、分包领导现场调研"):
        assert told in receipt
    assert len(story.received("周建国")) == 2 and "共3张" in pinglan.heard("周建国")[-1]
    (asked,) = story.received("陈浩")
    assert "请您盯办" in asked.text and P01 in asked.text and "9月20日" in asked.text
    assert not pinglan.heard("张敏") and not pinglan.heard("高远")


@proves("C02")
async def test_c02_a_place_alone_asks_with_one_tap_and_brings_what_was_said_last(story: Story, pinglan: World) -> None:
    site = pinglan.projects()["P04"]
    await pinglan.say("王振东", "到工地了")
    await pinglan.location("王振东", (site.latitude or 0) + 0.001, site.longitude or 0, "工地")
    await pinglan.settle()
    (asked,) = story.received("王振东")
    assert f"是《{P04}》吗" in asked.text and len(asked.buttons) == 1
    assert story.lines() == []

    receipt = await story.tell("王振东", "是")
    visit = story.line("visit")
    assert (visit["project"], visit["data"]["nearness"]) == ("P04", "在场")
    is_receipt(receipt, P04)
    assert receipt.splitlines()[1] == "上次您说：9月15日前路要通（ISS-31 已超2天）"


@proves("C05")
async def test_c05_the_same_road_blocked_again_is_the_same_problem(story: Story, pinglan: World) -> None:
    receipt = await story.tell("刘洋", "恁看看吧 城北污水厂那路又叫堵住了 拉设备的车进不去 夜儿个就没进成")
    (line,) = story.lines()
    told = line["data"]
    assert (line["kind"], line["project"], told["problem"]) == ("problem", "P04", "ISS-31")
    assert (told["occurred"], told["category"], told["again"]) == ("2026-09-16", "施工环境/阻挠施工", True)
    assert told["reported"] == "2026-09-17"
    is_receipt(receipt, P04)
    assert "ISS-31" in receipt and "没有另立" in receipt
    suggested = pinglan.heard("张敏")[-1]
    assert "ISS-31" in suggested and "转公安局" in suggested


@proves("C06")
async def test_c06_land_that_is_lacking_is_a_risk_and_asks_who_is_to_solve_it_by_when(
    story: Story, pinglan: World
) -> None:
    receipt = await story.tell("吴磊", "恒瑞冷链那30亩指标到现在没落实，企业催得紧，再不落实人家要走")
    problem = story.line("problem")
    assert problem["project"] == "P07"
    assert (problem["data"]["category"], problem["data"]["risk"]) == ("要素保障/土地", "高")
    need = story.line("note")["data"]
    assert (need["factor"], need["amount"], need["measure_unit"]) == ("土地", 30, "亩")
    assert "需要哪家解决、哪天前" in receipt and "加个议题" in receipt and "风险高" in receipt
    assert "《恒瑞冷链物流》" in receipt and "记错了" in receipt
    pinglan.clock.advance(timedelta(hours=5))  # the answer may come later
    routed = await story.tell("吴磊", "自然资源局，10天内")
    assert "已转自然资源局" in routed and "9月27日" in routed
    assert story.lines("note")[-1]["data"]["due"] == "2026-09-27"


@proves("C16")
async def test_c16_a_name_nobody_registered_is_asked_about_and_proposed_to_the_office(
    story: Story, pinglan: World
) -> None:
    asked = await story.tell("赵静", "人民医院新院区外墙完成60%")
    assert f"是《{P03}》吗" in asked and story.lines() == []
    is_receipt(await story.tell("赵静", "是"), P03)
    progress = story.line("progress")
    assert (progress["project"], progress["data"]["percent"], progress["data"]["percent_of"]) == ("P03", 60, "外墙")
    proposed = pinglan.heard("张敏")[-1]
    assert "「人民医院新院区」" in proposed and P03 in proposed and story.buttons("张敏") == ["作为别名", "不用"]
    assert "吗" in await story.tell("赵静", "人民医院新院区外墙完成62%")  # not learned by itself
    await story.press("张敏", "作为别名")
    receipt = await story.tell("赵静", "人民医院新院区内墙完成30%")
    is_receipt(receipt, P03)


@proves("C18")
async def test_c18_two_projects_in_one_sentence_are_two_records_and_close_nothing(story: Story) -> None:
    last = await story.tell("刘洋", "城北设备到了6台，城南管沟开挖400米，两个都没啥问题")
    first = story.received("刘洋")[-2].text
    assert [(line["kind"], line["project"]) for line in story.lines()] == [("progress", "P04"), ("progress", "P06")]
    assert "6台" in story.lines()[0]["text"] and "400米" in story.lines()[1]["text"]
    is_receipt(first, P04)
    is_receipt(last, P06)
    assert "ISS-31" in first and "还没销号" in first and "6台" in first
    assert "400米" in last and "ISS" not in last


@proves("C19")
async def test_c19_no_news_is_filed_and_one_tap_asks_where_it_is_stuck(story: Story, pinglan: World) -> None:
    await story.tell("何军", "213还那样 没啥进展")
    line = story.line("progress")
    assert line["project"] == "P05" and line["data"]["no_news"] is True
    receipt, asked = (bubble.text for bubble in story.received("何军"))
    is_receipt(receipt, "S213平澜段改建")
    assert "无新进展" in receipt and "卡在哪" in asked and "都不是就直接说" in asked
    assert story.buttons("何军") == ["征地", "资金", "手续"]
    assert not pinglan.heard("高远") and not pinglan.heard("张敏")


@proves("C20")
async def test_c20_a_message_sent_again_makes_one_record(story: Story, pinglan: World) -> None:
    for _ in range(2):
        await pinglan.say("刘洋", "在城北污水厂现场，设备到了6台")
        for number in range(3):
            await pinglan.photo("刘洋", photo(number))
        await pinglan.settle()
        pinglan.clock.advance(timedelta(seconds=90))
    visit = story.line("visit")
    assert {item["sha256"] for item in visit["attachments"]} == {sha(0), sha(1), sha(2)}
    assert [line["kind"] for line in story.lines()] == ["progress", "visit"]
    receipt, again = pinglan.heard("刘洋")
    is_receipt(receipt, P04)
    assert again == f"《{P04}》这条刚才已记，不用重发。"


@proves("C24")
async def test_c24_on_the_way_one_hears_five_lines_and_nothing_is_recorded(story: Story) -> None:
    brief = await story.tell("李红梅", "我一会儿去二院")
    assert story.lines() == []
    heading, *lines = brief.splitlines()
    assert heading == f"《{P03}》" and len(lines) <= 5
    assert lines[0] == "上次您说：住建局9月25日前要拿出审图意见（ISS-33）"
    assert "ISS-33" in lines[1] and "9月25日" in lines[1] and "到期" in lines[1] and "住建局" in lines[1]
    assert "9月投资未报（赵静）" in lines[3]
    assert "赵静 00000000015" in lines[4] and "许静" in lines[4]
    is_receipt(await story.tell("李红梅", "到二院了"), P03)
    assert story.line("visit")["project"] == "P03"


async def test_three_sets_of_photos_within_the_hour_are_one_visit(story: Story, pinglan: World) -> None:
    """Section 9: visits of one person to one project on one day merge, and pay once."""
    for number, words in enumerate(("在二院现场，外墙完成60%", "还在二院工地，内墙开始砌了", "二院现场，电梯到了")):
        await pinglan.photo("李红梅", photo(10 + number))
        receipt = await story.tell("李红梅", words)
        pinglan.clock.advance(timedelta(minutes=18))
    visit = story.line("visit")
    assert "一天记一次" in receipt and "共3张" in receipt and "已抵" not in receipt
    added = story.lines("photo")
    assert [line["data"]["visit"] for line in added] == [visit["seq"]] * 2
    assert {item["sha256"] for line in [visit, *added] for item in line["attachments"]} == {sha(10), sha(11), sha(12)}
    assert [line["text"] for line in added] == ["还在二院工地，内墙开始砌了", "二院现场，电梯到了"]
    assert "不算了" in await story.tell("李红梅", "记错了")
    taken_back = {line["supersedes"] for line in story.lines("correction")}  # what the last words made, and that alone
    assert added[-1]["seq"] in taken_back and not taken_back & {visit["seq"], added[0]["seq"]}


async def test_what_others_said_and_what_is_promised_is_kept_and_is_no_progress(story: Story, pinglan: World) -> None:
    """Negation and hearsay are kept as such, each with who said it."""
    assert "供电公司说「月底通电」" in await story.tell("赵静", "二院 供电公司说月底通电")
    assert "没有当作进展" in await story.tell("陈浩", "纺织园一期老板说月底能完")
    await story.tell("陈浩", "施工方说主体封顶了")  # of the project just spoken of; a fact only once it is seen
    await story.tell("李红梅", "二院外墙完成六成，许主任说电梯下周到货")
    await story.tell("高远", "213路基10月底前要贯通")
    notes = [
        (line["project"], line["data"]["state"], line["data"]["said_by"], line["data"]["matter"])
        for line in story.lines("note")
    ]
    assert notes == [
        ("P03", "heard", "供电公司", "月底通电"),
        ("P01", "heard", "老板", "月底能完"),
        ("P01", "heard", "施工方", "主体封顶了"),
        ("P03", "heard", "许主任", "电梯下周到货"),
        ("P05", "promised", "高远", "213路基10月底前要贯通"),
    ]
    assert story.lines("note")[0]["data"]["due"] == "2026-09-30"
    assert [line["text"] for line in story.lines("progress")] == ["二院外墙完成六成，许主任说电梯下周到货"]
    assert "上次您说：213路基10月底前要贯通" in await story.tell("高远", "我一会儿去213")
    assert "供电公司说：月底通电" not in await story.tell("李红梅", "我一会儿去二院")  # her own words come first


async def test_words_that_go_on_about_a_project_need_not_name_it_again(story: Story, pinglan: World) -> None:
    """The conversation just before says which project; an arrival, or half an hour later, does not."""
    await story.tell("刘洋", "城北污水厂设备到了6台")
    in_the_field(await story.tell("刘洋", "安装完成三成"))
    assert [line["project"] for line in story.lines("progress")] == ["P04", "P04"]
    pinglan.clock.advance(timedelta(minutes=30))
    assert "哪个项目" in await story.tell("刘洋", "安装完成四成")
    assert "刚才已收到" in await story.tell("刘洋", "安装完成四成")  # no question twice (U8)
    await story.tell("刘洋", "管沟完成五成")
    await story.tell("刘洋", "城南污水处理厂")
    pinglan.clock.advance(timedelta(hours=3))
    await story.tell("刘洋", P04)
    told = [(line["project"], line["data"]["percent"]) for line in story.lines("progress")[2:]]
    assert told == [("P06", 50), ("P04", 40)]  # both waited, neither was lost
