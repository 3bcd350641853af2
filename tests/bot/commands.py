"""Every command with its arguments and options, `docs/commands.md`, made from the command line itself.

Write it with `python -m tests.bot.commands`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from bot.cli import app

DOCUMENT = Path(__file__).parents[2] / "docs" / "commands.md"
_HEAD = """# 命令 · Commands

Made by `python -m tests.bot.commands` from the command line itself; a test keeps it current.
Every command has `--help`. Exit code 0 is success, 2 wrong usage, 1 failure with its reason on standard error.

由程序自己写出。方括号里的可以不写；`…` 是可写多个。退出码 0 成功，2 用法不对，1 没办成、原因在标准错误上。
日期写 `2026-10-15`，时间写 `'2026-10-08 09:00'`。
不带 `--by` 的，算项目办办的；不归项目办办的事要写 `--by 姓名`。"""


def document() -> str:
    """Return the document."""
    root: Any = typer.main.get_command(app)
    alone = [command for command in root.commands.values() if not _is_group(command)]
    groups = [command for command in root.commands.values() if _is_group(command)]
    lines = [_HEAD, "", "## duban", ""]
    for command in alone:
        lines += _described(f"duban {command.name}", command)
    for group in groups:
        lines += [f"## duban {group.name}", ""]
        if group.help:
            lines += [_one_line(group.help), ""]
        for command in group.commands.values():
            lines += _described(f"duban {group.name} {command.name}", command)
    return "\n".join(lines).rstrip("\n") + "\n"


def _is_group(command: Any) -> bool:
    return hasattr(command, "commands")


def _described(name: str, command: Any) -> Iterator[str]:
    parameters = [parameter for parameter in command.params if not parameter.hidden]
    parameters.sort(key=lambda parameter: not _is_argument(parameter))
    usage = " ".join([name, *(_usage(parameter) for parameter in parameters)])
    yield from (f"### `{name}`", "", _one_line(command.help or ""), "", f"    {usage}", "")
    for parameter in parameters:
        yield f"- `{_name(parameter)}`：{_explained(parameter)}"
    if parameters:
        yield ""


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _name(parameter: Any) -> str:
    if _is_argument(parameter):
        return str(parameter.name).upper()
    return "/".join([*parameter.opts, *parameter.secondary_opts])


def _usage(parameter: Any) -> str:
    name = _name(parameter)
    if not _is_argument(parameter) and not parameter.is_flag:
        name = f"{name} {'|'.join(_choices(parameter)) or '值'}"
    if parameter.nargs == -1 or (not _is_argument(parameter) and parameter.multiple):
        name += "…"
    return name if parameter.required else f"[{name}]"


def _choices(parameter: Any) -> list[str]:
    annotation = parameter.type_descriptor.annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [str(choice.value) for choice in annotation]
    return []


def _explained(parameter: Any) -> str:
    told = _one_line(parameter.help or "")
    default = parameter.default
    if isinstance(default, Enum):
        default = default.value
    if isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        told += f"（不写就是 {default}）"
    return told


def _one_line(text: str) -> str:
    return "".join(line.strip() for line in text.splitlines())


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
