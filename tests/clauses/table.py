"""The table from clause to proof, `docs/clauses.md`, made from the marks of the tests: `python -m tests.clauses.table`.

A clause that software should not serve stands in `NOT_SERVED` with its reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.mechanism import load_mechanism

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parents[1] / "docs" / "clauses.md"
_PACKS = {"JZ": "jiaozuo", "ZZ": "zhangzi", "DC": "dancheng"}
NOT_SERVED: dict[str, str] = {}
"""Clause → why software should not serve it."""

CONVERSATIONS = frozenset(f"C{number:02d}" for number in range(1, 25))
"""The sample conversations, which a mark may name beside the clauses."""

_HEAD = """# From clause to proof · 条款与证明

Made by `python -m tests.clauses.table` from the marks of the tests in `tests/clauses/`; a test keeps it current.
Each proof runs through the wire or the clock wherever a person or a date acts.

"""


@dataclass(frozen=True)
class Proof:
    """A test that proves a clause."""

    clause: str
    file: str
    test: str


def proofs() -> list[Proof]:
    """Return every mark, in the order of the files."""
    return [proof for path in sorted(TESTS.glob("test_*.py")) for proof in _in_file(path)]


def _in_file(path: Path) -> Iterator[Proof]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "proves":
                for argument in mark.args:
                    yield Proof(str(ast.literal_eval(argument)), path.name, node.name)


def clauses() -> dict[str, tuple[str, str]]:
    """Return place and key words of every clause of the three notices, in their order."""
    return {
        number: (clause.place, clause.quote)
        for prefix, pack in _PACKS.items()
        for number, clause in sorted(load_mechanism(pack).clauses.items())
        if number.startswith(prefix)
    }


def table() -> str:
    """Return the document."""
    found: dict[str, list[Proof]] = {}
    for proof in proofs():
        found.setdefault(proof.clause, []).append(proof)
    lines = [_HEAD.rstrip("\n"), ""]
    for prefix, pack in _PACKS.items():
        mechanism = load_mechanism(pack)
        lines += [f"## {mechanism.source} {mechanism.title}", "", "| 条款 | 出处 | 原文 | 证明 |", "|---|---|---|---|"]
        for number, (place, quote) in clauses().items():
            if number.startswith(prefix):
                lines.append(f"| {number} | {place} | {quote} | {_proof_cell(number, found.get(number, []))} |")
        lines.append("")
    return "\n".join(lines)


def _proof_cell(number: str, found: list[Proof]) -> str:
    if not found:
        return f"不由软件办：{NOT_SERVED[number]}" if number in NOT_SERVED else "—"
    return "<br>".join(f"`{proof.file}` {proof.test.removeprefix('test_').replace('_', ' ')}" for proof in found)


if __name__ == "__main__":
    DOCUMENT.write_text(table(), encoding="utf-8")
