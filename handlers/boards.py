"""The site board by chat: what it should say, where it is stale, and that it is up to date again (DC-07)."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.reading import Reading
from handlers.routing import Router, Turn
from handlers.wording import dated, five
from models import board
from models.actors import Scope
from models.deeds import Deed, require
from models.notices import Answer, Plain
from models.project import Project
from models.rights import sees_all

router = Router(topic="项目")

_BOARD = r"(?:标示牌|标识牌|公示牌|牌子|牌面)"
_UPDATED = re.compile(
    rf"{_BOARD}[^，。]{{0,6}}?(?:已经?|都|全|也)*"
    r"(?:更新|换好|换了|换(?:成|上|过)?新的?|换(?:完|过)|立好|立起来|装好|做好|改好|改过来|补好|挂(?:好|上))(?!了?[吗没?？])"
)
# 挂着几个牌子 are notices (挂牌督办).
_STALE = re.compile(
    rf"(?<!挂着)(?<!挂了)(?<!挂)(?:哪些|谁|几个|多少)[^，。]{{0,8}}{_BOARD}|{_BOARD}[^，。]{{0,6}}(?:不一致|对不上|过期|没更新)"
)
_SHOW = re.compile(rf"{_BOARD}")


def _without_board(turn: Turn) -> Reading:
    """Read the words without 标示牌: a short name (二院) must stand alone to be found."""
    text = re.sub(_BOARD, "，", turn.inbound.text)
    return Reading(replace(turn.inbound, text=text), turn.ledger, turn.person, turn.router.names)


@router.command(
    lambda turn: (bool(_UPDATED.search(turn.reading.text)) and _without_board(turn).named) or None,
    help="标示牌已更新",
    example="二院标示牌已更新",
)
def board_updated(turn: Turn, projects: list[Project]) -> None:
    """The unit reports that the board says what the ledger says."""
    for project in projects:
        require(turn.ledger, turn.person, Deed.UPDATE_BOARD, Scope(project=project))
        board.report_shown(turn.ledger, project, turn.person, turn.inbound.text)
    names = "、".join(f"《{project.name}》" for project in projects)
    turn.answer(Plain(f"已记{names}标示牌与台账一致，不再提醒。"))


@router.command(lambda turn: bool(_STALE.search(turn.reading.text)) and sees_all(turn.ledger, turn.person))
def stale_boards(turn: Turn) -> None:
    """Which boards say other names than the ledger."""
    lines = [
        f"{project.name}：{'；'.join(f'{label}牌上{was}、台账{now}' for label, was, now in changes)}"
        for project, changes in board.stale(turn.ledger)
    ]
    turn.answer(Answer(f"牌面与台账不一致{len(lines)}个：" if lines else "没有发现牌面与台账不一致。", five(lines)))


@router.command(
    lambda turn: (
        (bool(_SHOW.search(turn.reading.text)) and not turn.reading.is_report and _without_board(turn).visible) or None
    ),
    help="标示牌该写谁",
    example="二院标示牌",
)
def show_board(turn: Turn, projects: list[Project]) -> None:
    """The five names a board should say, and where the printed one differs."""
    project, ledger = projects[0], turn.ledger
    names = board.five_names(ledger, project)
    lines = [f"{label}：{name}" for label, name in zip(board.labels(ledger), names, strict=True)]
    held, changes = board.shown(ledger, project), board.differences(ledger, project)
    if held is None:
        state = "还没有登记牌面"
    elif changes:
        state = f"牌面与台账不一致：{'、'.join(label for label, _, _ in changes)}"
    else:
        state = f"牌面{dated(held.shown_on)}登记，与台账一致"
    turn.answer(Answer(f"《{project.name}》标示牌（{state}）：", lines))
