"""The demo's short scene: the whole road once, over both wires, told line by line and checked as it goes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO, TypeVar

from bot.simulator.stage import Bubble
from bot.simulator.world import World
from handlers.issuing import issue_notice
from handlers.meeting import announce_meeting
from models.calendar import SHANGHAI
from models.directory import find_addressees, find_attendees, find_group, find_person, find_project
from models.entry import ENTRY_LABELS, EntryKind
from models.ledger import Ledger
from scheduler.clock import tick_all

T = TypeVar("T")
_PHOTOS = Path(__file__).with_name("web") / "photos"
_PATIENCE = 15.0


class SceneFailed(Exception):
    """The product did not do what the scene tells; the text says where."""


@dataclass
class _Scene:
    world: World
    out: TextIO
    shown: int = 0
    lines: int = 0

    def tell(self, text: str = "") -> None:
        """Write a line of the transcript."""
        self.out.write(text + "\n")
        self.out.flush()

    def title(self, text: str) -> None:
        """Begin a part."""
        local = self.world.clock.now().astimezone(SHANGHAI)
        self.tell(f"\n── {text}（{local:%m月%d日 %H:%M}）" + "─" * 12)

    async def says(self, who: str, text: str, *, hears: str) -> None:
        """Let somebody write, and wait until an answer holds the words told."""
        actor = self.world.actor(who)
        wire = "企业微信" if actor.platform == "wecom" else "钉钉"
        self.tell(f"{actor.name}（{wire}）：{text}")
        seen = len(self.world.phone(who))
        await self.world.say(who, text)
        await self.heard(who, hears, since=seen)

    async def presses(self, who: str, label: str, *, hears: str) -> None:
        """Let somebody press a card's button."""
        self.tell(f"{self.world.actor(who).name}：［按「{label}」］")
        seen = len(self.world.phone(who))
        await self.world.press(who, label)
        await self.heard(who, hears, since=seen)

    async def heard(self, who: str, words: str, *, since: int = 0) -> None:
        """Wait until somebody has received something with these words, and show it."""
        bubble = await self._until(lambda: _find(self.world.phone(who)[since:], words), f"{who}收到「{words}」")
        self._show(f"　→ {self.world.actor(who).name}收到", bubble)

    async def heard_in_group(self, target: str, words: str) -> None:
        """Wait until a group has received something with these words."""
        group = self.world.stage.groups[target]
        bubble = await self._until(lambda: _find(group.bubbles, words), f"{group.name}收到「{words}」")
        self._show(f"　→ 群「{group.name}」收到", bubble)

    async def files(self, kind: EntryKind, project: str) -> None:
        """Wait until the ledger holds a new line of a kind, and show what is new."""

        def new() -> bool | None:
            lines = self.world.ledger()[self.lines :]
            return any(line["kind"] == kind.value and line["project"] == project for line in lines) or None

        await self._until(new, f"台账记下{ENTRY_LABELS[kind]}")
        for line in self.world.ledger()[self.lines :]:
            self.lines += 1
            label = ENTRY_LABELS[EntryKind(line["kind"])]
            photos = f" 附件{len(line['attachments'])}" if line["attachments"] else ""
            text = " ".join(line["text"].split())[:42] + photos
            who = f"{line['project'] or '—'} {line['person'] or '项目办'}"
            self.tell(f"　▤ 台账#{line['seq']} {label} {who}：{text}  {line['hash'][:8]}")

    async def office(self, work: Callable[[Ledger], T]) -> T:
        """Do something at the office's desk."""
        return await self.world.office(work)

    async def move_to(self, instant: datetime) -> None:
        """Move the county's clock and let the obligations look."""
        self.world.clock.set(instant)
        await tick_all(self.world.service.run_on_ledger)

    def _show(self, lead: str, bubble: Bubble) -> None:
        text = bubble.text.replace("\n", "\n　　　")
        head = f"【{bubble.title}】" if bubble.title and bubble.title not in text else ""
        self.tell(f"{lead}：{head}{text}")
        for name, value in bubble.fields:
            self.tell(f"　　　{name}：{value}")
        if bubble.buttons:
            self.tell("　　　" + " ".join(f"［{label}］" for _, label in bubble.buttons))

    async def _until(self, probe: Callable[[], T | None], what: str) -> T:
        limit = time.monotonic() + _PATIENCE
        while time.monotonic() < limit:
            found = probe()
            if found is not None:
                return found
            await asyncio.sleep(0.05)
        raise SceneFailed(f"等了{_PATIENCE:.0f}秒，没有等到{what}")


def _find(bubbles: list[Bubble], words: str) -> Bubble | None:
    for bubble in bubbles:
        told = " ".join([bubble.title, bubble.text, *(value for _, value in bubble.fields)])
        if not bubble.mine and words in told:
            return bubble
    return None


async def play(world: World, out: TextIO) -> None:
    """Play the scene. Raises :class:`SceneFailed` when something does not go as told."""
    scene = _Scene(world, out)
    mechanism = world.service.county.mechanism
    scene.tell(f"督办演示：{mechanism.area}，《{mechanism.title}》。人名、地名均为虚构。")
    await _visit(scene)
    await _problem(scene)
    await _notice(scene)
    await _report(scene)
    await _meeting(scene)
    scene.tell(f"\n台账共{scene.lines}条，末条哈希 {world.ledger()[-1]['hash'][:16]}…")


async def _visit(scene: _Scene) -> None:
    scene.title("一、分包领导在工地：照片、位置、一句话")
    for name in ("steel", "tanks"):
        scene.tell("周建国（企业微信）：［照片］")
        await scene.world.photo("zhou", (_PHOTOS / f"{name}.jpg").read_bytes(), f"{name}.jpg")
    site = scene.world.projects()["P01"]
    scene.tell("周建国（企业微信）：［位置］")
    await scene.world.location("zhou", site.latitude or 0, site.longitude or 0, "纺织园一期")
    await scene.says(
        "zhou",
        "我在纺织园一期现场，钢结构起来八成了，就是那个变压器供电公司还没给装",
        hears="照片2张",
    )
    await scene.files(EntryKind.VISIT, "P01")


async def _problem(scene: _Scene) -> None:
    scene.title("二、联络员在钉钉上报问题")
    await scene.says("liu", "恁看看吧 城北污水厂那路又叫堵住了 拉设备的车进不去", hears="阻挠施工")
    await scene.files(EntryKind.PROBLEM, "P04")


async def _notice(scene: _Scene) -> None:
    scene.title("三、挂牌督办：下发、签收、复函、审")

    def issue(ledger: Ledger) -> str:
        notice = issue_notice(
            ledger,
            project=find_project(ledger, "P05"),
            matter="S213平澜段改建项目42亩建设用地未按节点交付",
            recipients=[find_person(ledger, "马国强")],
            solve_by=date(2026, 10, 15),
            by=find_person(ledger, "张敏"),
        )
        return notice.number

    number = await scene.office(issue)
    scene.tell(f"张敏（重点办）：duban notice issue …  → {number}")
    await scene.heard("ma", number)
    await scene.presses("ma", "签收", hears="9月21日")
    await scene.says("ma", "收到，我们正在积极协调，尽快解决", hears="还差5项")
    await scene.says(
        "ma",
        "DB-01回复：办法是先签占补协议分两批交地，我局牵头，分管领导李卫东",
        hears="还差2项",
    )
    await scene.says("ma", "责任人是耕保股孙涛，10月15号前全部交完", hears="复函已报")
    await scene.heard("zhang", "复函待审")
    await scene.presses("zhang", "通过", hears="已通过")
    await scene.heard("ma", "复函已通过")
    await scene.files(EntryKind.NOTICE_REPLIED, "P05")


async def _report(scene: _Scene) -> None:
    await scene.move_to(datetime(2026, 9, 24, 8, 36, tzinfo=SHANGHAI))
    scene.title("四、25日前：只提醒没报的；25日中秋放假，提前到24日")
    await scene.heard("chen", "9月25日")
    await scene.says(
        "chen",
        "报送纺织园一期9月月报：本月完成投资2300万，累计1.85亿，形象进度82%。存在问题：变压器没装",
        hears="待周建国同意",
    )
    await scene.heard("zhou", "请您同意")
    await scene.says("zhou", "同意", hears="已报")
    await scene.files(EntryKind.SUBMISSION, "P01")
    await scene.says("zhang", "谁没报", hears="未报7家")


async def _meeting(scene: _Scene) -> None:
    scene.title("五、会议：通知到人到群")

    def call(ledger: Ledger) -> None:
        announce_meeting(
            ledger,
            name="10月项目推进调度例会",
            at=datetime(2026, 10, 8, 9, 0, tzinfo=SHANGHAI).astimezone(UTC),
            place="县政府三楼会议室",
            convenor="高远",
            people=[*find_attendees(ledger, "周建国"), *find_addressees(ledger, "自然资源局")],
            groups=[find_group(ledger, name) for name in scene.world.groups_for("会议通知")],
        )

    await scene.office(call)
    await scene.heard("zhou", "10月项目推进调度例会")
    for target in scene.world.group_targets("会议通知"):
        await scene.heard_in_group(target, "10月项目推进调度例会")
    await scene.says("zhou", "哪天开会", hears="10月8日")
    await scene.says("zhou", "纺织园一期现在啥情况", hears="纺织产业园一期")
    await scene.move_to(datetime(2026, 10, 8, 8, 1, tzinfo=SHANGHAI))
    scene.title("六、会议前一小时")
    await scene.heard("zhou", "会议提醒")
    scene.title("七、又一件督办，收件人用钉钉；签了收，等着您把时间往前拨")
    await scene.says("zhang", "挂牌督办 住建局：城北污水厂进场道路被堵，10月20日前解决", hears="已下发")
    await scene.heard("liu", "挂牌督办通知书")
    await scene.presses("liu", "签收", hears="复函")
    await scene.files(EntryKind.NOTICE_RECEIVED, "P04")
