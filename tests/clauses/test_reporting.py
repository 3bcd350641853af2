"""Reports and recurring duties, clause by clause: JZ-15, 19 to 22, ZZ-14, ZZ-15, DC-09, DC-17, DC-18."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot.simulator import sample_county
from bot.simulator.world import World
from models.calendar import SHANGHAI
from models.duties import Payment
from models.ledger import Ledger
from models.obligation import current
from models.people import Person, Unit
from models.project import Taskforce, TaskforceUnit
from models.subjects import unpaid
from models.summary import Summary
from tests.clauses.proof import proves
from tests.counties import open_world

pytestmark = pytest.mark.asyncio
_LEADS = {"工信局": "周建国", "住建局": "王振东", "交通局": "高远", "卫健委": "李红梅"}


def at(day: str, clock: str = "08:40") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


@asynccontextmanager
async def county(home: Path, mechanism: str, day: str, clock: str = "09:30") -> AsyncIterator[World]:
    """The sample county under a shipped mechanism, from a morning on."""
    async with open_world(home, actors=sample_county.actors(), mechanism=mechanism, start=at(day, clock)) as world:
        await world.dingtalk.gateway.connected(1)
        yield world


async def talk(world: World, *turns: tuple[str, str]) -> str:
    """Let people write one after another; return the last answer."""
    for who, text in turns:
        await world.say(who, text)
        await world.settle()
    return world.heard(turns[-1][0])[-1]


def payments(world: World) -> list[tuple[str, str, str]]:
    return world.service.database.read(
        lambda session: [(row.duty, row.period, row.subject) for row in session.scalars(select(Payment))]
    )


async def eight_taskforces(world: World) -> None:
    """Register the notice's eight task forces with the sample county's people (JZ-05)."""

    def work(ledger: Ledger) -> None:
        session = ledger.session
        session.execute(delete(TaskforceUnit))
        old = list(session.scalars(select(Taskforce)))
        units = {unit.short_name: unit for unit in session.scalars(select(Unit))}
        people = {person.name: person for person in session.scalars(select(Person))}
        pairs = list(_LEADS.items())
        for number, block in enumerate(ledger.mechanism.taskforces):
            unit, leader = pairs[number % len(pairs)]
            row = old[number] if number < len(old) else Taskforce()
            row.name, row.leader = block.name, people[leader]
            session.add(row)
            session.flush()
            session.add(TaskforceUnit(taskforce_id=row.id, unit_id=units[unit].id, lead=True))
        session.flush()
        session.expire_all()

    await world.office(work)


@proves("JZ-15")
async def test_eight_task_forces_report_by_the_25th_and_only_those_missing_are_told_once(tmp_path: Path) -> None:
    async with county(tmp_path, "jiaozuo", "2026-09-17") as world:
        await eight_taskforces(world)
        await talk(
            world,
            ("何军", "报送现代农业专班9月调度情况：开了一次专班会"),
            ("高远", "同意现代农业专班"),
        )
        for clock in ("08:30", "08:36", "14:00"):
            await world.at(at("2026-09-24", clock))
        told = [text for text in world.heard("何军") if "9月25日" in text]
        assert len(told) == 1
        (monthly,) = [line for line in told[0].splitlines() if "9月调度情况" in line]
        assert "停缓建项目复工专班" in monthly and "现代农业专班" not in monthly
        assert sum("9月调度情况" in text for text in world.heard("陈浩")) == 1
        await world.at(at("2026-09-25", "10:00"))
        assert sum("9月调度情况" in text for text in world.heard("陈浩")) == 1

        answer = await talk(world, ("张敏", "汇总9月调度情况"))
        assert "8份应报，已汇总1份" in answer and "战略性新兴产业专班" in answer
        text = await world.office(lambda ledger: ledger.session.scalars(select(Summary.text)).one())
        assert [line[0] for line in text.splitlines() if line[1:2] == "、"] == list("一二三四五六七八")
        assert text.count("（未报）") == 7


@proves("JZ-20")
async def test_the_quarterly_report_is_drafted_from_the_months_and_only_the_missing_part_is_asked(
    tmp_path: Path,
) -> None:
    async with county(tmp_path, "jiaozuo", "2026-09-17") as world:
        await talk(
            world,
            ("陈浩", "报送9月调度情况：开了专班会，推进3个项目。存在问题：缺变压器"),
            ("周建国", "同意"),
        )
        asked = await talk(world, ("陈浩", "报送第三季度报告：招商引资项目：签约1个。重大项目谋划：谋划2个"))
        assert "季度工作情况：9月：开了专班会，推进3个项目" in asked
        assert "存在问题：9月：缺变压器" in asked
        assert [line for line in asked.splitlines() if line.startswith("还差")] == ["还差：下季度打算做什么？"]
        await talk(world, ("陈浩", "下季度工作打算：通电投产"), ("陈浩", "就这样报"), ("周建国", "同意"))
        (report,) = [
            line
            for line in world.ledger()
            if line["kind"] == "approval" and line["data"]["duty"] == "jz.quarterly-report"
        ]
        assert list(report["data"]["parts"]) == [
            "季度工作情况",
            "存在问题",
            "下季度工作打算",
            "招商引资项目",
            "重大项目谋划",
        ]
        assert ("jz.quarterly-report", "2026-Q3") in {(duty, period) for duty, period, _ in payments(world)}


@proves("JZ-21")
async def test_only_the_inspectors_publish_and_only_what_the_main_leader_approved(tmp_path: Path) -> None:
    async with county(tmp_path, "jiaozuo", "2026-09-24") as world:
        early = await talk(world, ("张敏", "汇总第三季度报告"), ("郑涛", "发布第三季度通报"))
        assert "还不能发布" in early
        assert any(line["data"].get("about") == "refused" for line in world.ledger())
        assert "一份都没有报" in await talk(world, ("张敏", "送审第三季度报告"))
        assert "已送" in await talk(world, ("张敏", "送审第三季度报告，没有单位报，照发"))
        assert [line for line in world.ledger() if line["kind"] == "submission" and "照发" in line["text"]]
        assert "还不能发布" in await talk(world, ("郑涛", "发布第三季度通报"))
        await world.press("林正阳", "审定")
        await world.settle()
        assert "督查室发布" in await talk(world, ("张敏", "发布第三季度通报"))
        assert "已发布，2026年第1期" in await talk(world, ("郑涛", "发布第三季度通报"))
        published = [line for line in world.ledger() if line["data"].get("state") == "已发布"]
        assert [line["person"] for line in published] == ["郑涛"]


@proves("JZ-19")
async def test_the_lead_units_feedback_reaches_the_vice_leader_with_the_reasons(tmp_path: Path) -> None:
    async with county(tmp_path, "jiaozuo", "2026-09-29") as world:
        await talk(
            world,
            ("陈浩", "报送落实情况反馈：调度会议要求落实情况：三项落实两项。未落实原因：变压器没到货"),
        )
        card = world.heard("周建国")[-1]
        assert "三项落实两项" in card and "变压器没到货" in card
        (filed,) = [line for line in world.ledger() if line["kind"] == "submission"]
        assert filed["data"]["discharges"] == ["jz.lead-unit-feedback"]
        assert filed["time"].startswith("2026-09-29")


@proves("JZ-22")
async def test_a_leader_without_a_record_is_told_once_five_working_days_before_the_month_ends(tmp_path: Path) -> None:
    async with county(tmp_path, "jiaozuo", "2026-09-17") as world:
        await talk(world, ("李红梅", "微信调度了一下二院，审图抓紧"))
        for day in range(18, 31):
            await world.at(at(f"2026-09-{day}"))
        told = [text for text in world.heard("王振东") if "分包督导" in text]
        assert len(told) == 1
        assert not [text for text in world.heard("李红梅")[1:] if "分包督导" in text]
        assert not [text for who in ("陈浩", "刘洋", "张敏") for text in world.heard(who) if "分包督导" in text]


@proves("ZZ-14")
async def test_the_monthly_report_is_drafted_from_the_months_records_and_filed_when_confirmed(tmp_path: Path) -> None:
    async with county(tmp_path, "zhangzi", "2026-09-17") as world:
        await talk(
            world,
            ("赵静", "二院外墙完成60%，本月完成投资1200万"),
            ("李红梅", "我到了二院，让施工方月底前完成外墙"),
            ("赵静", "二院缺变压器，供电一直没落实"),
        )
        draft = await talk(world, ("赵静", "报送二院9月专报"))
        assert "推进情况：9月17日赵静：二院外墙完成60%" in draft
        assert "月调度情况：9月17日李红梅" in draft
        assert "存在问题：" in draft and "变压器" in draft
        await talk(world, ("赵静", "就这样报"), ("李红梅", "同意"))
        assert ("zz.monthly-report", "2026-09") in {(duty, period) for duty, period, _ in payments(world)}
        await world.at(at("2026-09-29"))
        missing = await talk(world, ("张敏", "谁没报"))
        assert "县第二人民医院迁建" not in missing and "S213平澜段改建" in missing


@proves("ZZ-15")
async def test_the_leader_does_not_stand_for_the_unit_head_nor_he_for_the_leader(tmp_path: Path) -> None:
    async with county(tmp_path, "zhangzi", "2026-09-17") as world:

        def owing(ledger: Ledger) -> set[str]:
            found = set()
            for duty in ("zz.monthly-leader", "zz.monthly-head"):
                rule = ledger.mechanism.obligation(duty)
                now = current(rule, ledger.today, ledger.calendar, ledger.mechanism)
                found |= {duty for subject in unpaid(ledger, rule, now) if subject.name == "县第二人民医院迁建"}
            return found

        await talk(world, ("李红梅", "我到了二院"))
        assert await world.office(owing) == {"zz.monthly-head"}
        await talk(world, ("许静", "我到了二院"))
        assert await world.office(owing) == set()
        await talk(world, ("周建国", "我和秦局长一起到了纺织园一期"))
        both = {duty for duty, _, subject in payments(world) if subject == f"project:{world.projects()['P01'].id}"}
        assert {"zz.monthly-leader", "zz.monthly-head"} <= both


@proves("DC-09")
async def test_each_week_is_its_own_leader_and_unit_count_apart_and_an_empty_week_is_waived(tmp_path: Path) -> None:
    async with county(tmp_path, "dancheng", "2026-09-18") as world:
        receipt = await talk(world, ("李红梅", "我到了二院"))
        assert "处级分包领导" in receipt or "分包领导现场办公" in receipt
        project = f"project:{world.projects()['P03'].id}"
        assert payments(world) == [("dc.weekly-leader", "2026-W38", project)]
        await talk(world, ("赵静", "到二院工地了"))
        assert ("dc.weekly-unit", "2026-W38", project) in payments(world)
        await world.at(at("2026-09-21"))
        assert "县第二人民医院迁建" in await talk(world, ("李红梅", "我的义务"))
        # 10月1日至7日放假，第40周只有9月28至30日上班；第41周有上班日，各算各的
        for day in ("2026-09-29", "2026-09-30"):
            await world.at(at(day))
        said = [text for text in world.heard("李红梅") if "本周分包领导现场办公" in text or "还没有记录" in text]
        assert said

    async with county(tmp_path / "spring", "dancheng", "2026-02-13") as world:
        for day in (14, 24, 25):
            await world.at(at(f"2026-02-{day}"))
        spoken = " ".join(world.heard("李红梅"))
        assert "2月22日" not in spoken  # 2月16日至22日全周放假，免


@proves("DC-17")
async def test_three_parts_or_it_is_not_handed_in_and_the_project_unit_s_word_is_kept(tmp_path: Path) -> None:
    async with county(tmp_path, "dancheng", "2026-09-21") as world:
        asked = await talk(world, ("赵静", "报送二院例会材料：进展情况：外墙完成60%。存在问题：审图没出"))
        assert "需要哪家解决什么" in asked
        assert not [line for line in world.ledger() if line["kind"] == "submission"]
        await talk(world, ("赵静", "需要解决事项：请住建局9月底前出审图意见，项目单位宋文博已确认"))
        (filed,) = [line for line in world.ledger() if line["kind"] == "submission"]
        assert set(filed["data"]["parts"]) == {"项目进展情况", "存在问题", "需要解决事项"}
        (joint,) = [line for line in world.ledger() if line["data"].get("about") == "joint"]
        assert joint["data"]["person"] == "宋文博（赵静代记）"


@proves("DC-18")
async def test_consent_comes_before_the_office_and_holds_for_the_text_it_was_given_to(tmp_path: Path) -> None:
    async with county(tmp_path, "dancheng", "2026-09-21") as world:
        await talk(
            world,
            ("赵静", "报送二院例会材料：进展情况：外墙完成60%。存在问题：审图没出。需要解决事项：请住建局出意见"),
        )
        assert payments(world) == []
        await talk(world, ("李红梅", "同意，把时间写明"))
        assert payments(world) == []
        assert "把时间写明" in world.heard("赵静")[-1]
        assert "改好直接报，还是再给您看？" in world.heard("李红梅")[-1]
        await talk(world, ("赵静", "需要解决事项：请住建局9月30日前出意见"))
        assert "已经改好" in await talk(world, ("李红梅", "改好直接报"))
        assert payments(world) == []
        await world.press("李红梅", "同意")
        await world.settle()
        assert [duty for duty, _, _ in payments(world)] == ["dc.materials"]
        approved = [line["data"] for line in world.ledger() if line["kind"] == "approval"][-1]
        await talk(world, ("赵静", "报送二院例会材料：需要解决事项：请住建局10月10日前出意见"))
        assert payments(world) == []
        changed = [line["data"] for line in world.ledger() if line["kind"] == "submission"][-1]
        assert changed["version"] == approved["version"] + 1
        assert changed["digest"] != approved["digest"]


@proves("C11", "DC-18")
async def test_a_report_sent_back_goes_straight_up_once_mended_if_its_leader_said_so(tmp_path: Path) -> None:
    async with county(tmp_path, "dancheng", "2026-09-21") as world:
        await talk(
            world,
            ("赵静", "报送二院例会材料：进展情况：外墙完成60%。存在问题：审图没出。需要解决：请住建局出意见"),
            ("李红梅", "同意 把时间写明白"),
        )
        await world.press("李红梅", "改好直接报")
        await world.settle()
        shown = len(world.phone("李红梅"))
        heard = await talk(world, ("赵静", "需要解决事项：请住建局9月30日前出意见"))
        assert "已报" in heard and "同意" not in heard
        assert [duty for duty, _, _ in payments(world)] == ["dc.materials"]
        assert len(world.phone("李红梅")) == shown
        said = [line["text"] for line in world.ledger() if line["kind"] == "approval"]
        assert said == ["把时间写明白", "改好直接报"]
        # What he allowed was this one text: another change is put before him again.
        await talk(world, ("赵静", "报送二院例会材料：需要解决事项：请住建局10月10日前出意见"))
        assert payments(world) == []
        # Sent back once more, he wants to see it: nothing is filed without him.
        await talk(world, ("李红梅", "同意，写明哪一宗图"), ("李红梅", "再给我看"))
        await talk(world, ("赵静", "需要解决事项：请住建局10月10日前出手术楼图纸意见"))
        assert payments(world) == []
        await talk(world, ("李红梅", "同意"))
        assert [duty for duty, _, _ in payments(world)] == ["dc.materials"]
