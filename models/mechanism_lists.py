"""What a written mechanism lists: the usual plan of a project, and its code lists (分类)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from models.mechanism_blocks import Block, Text


def _code(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Step(Block):
    """One step of the usual plan of a project: how many working days it takes (DC-08)."""

    name: Text
    workdays: Annotated[int, Field(ge=1, le=750)]
    permit: bool = False
    """A step before construction (前期手续)."""


def _steps(*given: tuple[str, int, bool]) -> tuple[Step, ...]:
    return tuple(Step(name=name, workdays=workdays, permit=permit) for name, workdays, permit in given)


class Projects(Block):
    """How the ledger of projects is kept: what the notices leave to the county."""

    progress_days: Annotated[int, Field(ge=7, le=92)] = 30
    """进展情况清: how old the newest progress may be (ZZ-17)."""
    look_ahead_days: Annotated[int, Field(ge=7, le=92)] = 30
    """关键节点: how far ahead the list of coming nodes looks (JZ-18)."""
    plan: Annotated[tuple[Step, ...], Field(min_length=2)] = _steps(
        ("可研批复", 20, True),
        ("立项赋码", 10, True),
        ("用地手续", 40, True),
        ("规划许可", 15, True),
        ("施工图审查", 20, True),
        ("施工招标", 25, True),
        ("施工许可证", 5, True),
        ("基础完成", 45, False),
        ("主体封顶", 90, False),
        ("设备安装和装修", 60, False),
        ("联动调试", 15, False),
        ("竣工验收", 15, False),
    )
    """The usual steps, first to last, by which 倒排工期 counts back from the finish (DC-08)."""
    permits: Annotated[tuple[Text, ...], Field(min_length=1)] = (
        "立项审批",
        "规划选址",
        "建设用地",
        "环评批复",
        "工程规划许可证",
        "施工图审查",
        "施工许可证",
    )
    """各类建设手续: what a project needs before it waits for nothing but money (ZZ-06)."""


class Code(Block):
    """One entry of a code list; `words` are everyday words that mean it, `route` the unit that usually solves it."""

    name: Text
    words: tuple[Text, ...] = ()
    route: Text | None = None
    children: tuple[CodeEntry, ...] = ()


CodeEntry = Annotated[Code, BeforeValidator(_code, json_schema_input_type=str | Code)]


class CodeList(Block):
    """A list the notice gives, under a title of its own so that two lists of one name stay apart (A17)."""

    title: Text
    clause: Text
    items: tuple[CodeEntry, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The entries' names in the notice's order."""
        return tuple(item.name for item in self.items)
