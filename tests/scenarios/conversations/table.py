"""The table from sample conversation to story, `docs/conversations.md`.

Made by `python -m tests.scenarios.conversations.table`.
"""

from __future__ import annotations

import ast
from pathlib import Path

SCENARIOS = Path(__file__).parents[1]
DOCUMENT = Path(__file__).parents[3] / "docs" / "conversations.md"
TITLES = {
    "C01": "到现场、照片、语音转文字",
    "C02": "只有定位",
    "C03": "进度月报",
    "C04": "数对不上",
    "C05": "方言报问题",
    "C06": "要素",
    "C07": "复函齐",
    "C08": "空回复",
    "C09": "替会",
    "C10": "议题",
    "C11": "附意见同意",
    "C12": "查进展",
    "C13": "查逾期",
    "C14": "问会",
    "C15": "更正",
    "C16": "项目名说错",
    "C17": "歧义查询",
    "C18": "一条两项目",
    "C19": "无变化",
    "C20": "重发",
    "C21": "旧照片",
    "C22": "夜间催办",
    "C23": "越权",
    "C24": "到场速览",
}
_HEAD = """# Sample conversations · 样例对话

Made by `python -m tests.scenarios.conversations.table` from the marks of the stories in `tests/scenarios/`; a test
keeps it current. Each story runs on both wires in the made-up county, with the history that the conversations
presuppose. The same conversations, shuffled, sent twice, delayed and split, are in `conversations/test_shuffled.py`.

| | 对话 | 故事 |
|---|---|---|
"""


def stories() -> dict[str, list[str]]:
    """Return by conversation the stories that tell it, as `file` test."""
    found: dict[str, list[str]] = {}
    for path in sorted(SCENARIOS.rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for mark in getattr(node, "decorator_list", []):
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "proves":
                    name = getattr(node, "name", "").removeprefix("test_").replace("_", " ")
                    for argument in mark.args:
                        number = str(getattr(argument, "value", ""))
                        found.setdefault(number, []).append(f"`{path.relative_to(SCENARIOS)}` {name}")
    return found


def table() -> str:
    """Return the document."""
    told = stories()
    rows = [f"| {number} | {title} | {'<br>'.join(told.get(number, ['—']))} |" for number, title in TITLES.items()]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(table(), encoding="utf-8")
