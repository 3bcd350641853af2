"""`python -m tests.understanding [--half open|kept] [--path FILE] [--counts]`: score the corpus and print the table."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.understanding.county import open_office
from tests.understanding.rows import OPEN, load
from tests.understanding.scoring import Outcome, Score, counts, score_all


def main() -> int:
    """Score one half; 1 when anything is wrong or lost."""
    parser = argparse.ArgumentParser(prog="tests.understanding", description=__doc__)
    parser.add_argument("--half", choices=("open", "kept"), default="open", help="kept: its file is named by --path")
    parser.add_argument("--path", type=Path, help="the file of rows, where it is not the open half")
    parser.add_argument("--counts", action="store_true", help="the counts alone")
    parser.add_argument("--row", action="append", default=[], help="only rows whose id ends so, with all they heard")
    asked = parser.parse_args()
    if asked.half == "kept" and asked.path is None:
        parser.error("the kept half lies elsewhere: --path FILE")
    path = asked.path or OPEN
    before = time.process_time()
    scores = asyncio.run(_score(path, asked.row))
    if not asked.counts:
        for score in scores:
            if score.is_fault or asked.row:
                _show(score, whole=bool(asked.row))
    _table(path.stem, scores, time.process_time() - before)
    found = counts(scores)
    return 1 if found[Outcome.WRONG] or found[Outcome.LOST] else 0


async def _score(path: Path, wanted: list[str]) -> list[Score]:
    rows = [row for row in load(path) if not wanted or row.id.endswith(tuple(wanted))]
    with tempfile.TemporaryDirectory() as home:
        async with open_office(Path(home)) as office:
            return await asyncio.to_thread(score_all, office, rows)


def _show(score: Score, *, whole: bool) -> None:
    row = score.row
    print(f"{row.id} {score.outcome.value.upper()} {row.who}：{row.say}")
    for who, words in row.before:
        print(f"    before {who}：{words}")
    print(f"    {row.expects}{' (may ask)' if row.may_ask else ''}: {score.found}")
    if score.heard is not None:
        print(f"    by {score.heard.handler}")
        for said in score.heard.said:
            if said.to == row.who or whole:
                shown = " ".join(said.text.split())
                print(f"    → {said.to}：{shown if whole else shown[:160]} {[label for _, label in said.buttons]}")
        for line in score.heard.lines if whole else ():
            print(f"    + {line['kind']} {line['project']} {line['data']}")


def _table(name: str, scores: list[Score], seconds: float) -> None:
    found = counts(scores)
    allowed = sum(1 for score in scores if score.outcome is Outcome.ASKED and score.row.may_ask)
    beside = sum(1 for score in scores if score.outcome is Outcome.RIGHT and score.heard and score.heard.questions)
    print("half     rows  right (and a question)  asked (allowed)  wrong  lost  asked %  CPU s")
    print(
        f"{name:8} {len(scores):4}  {found[Outcome.RIGHT]:5} ({beside:14})  {found[Outcome.ASKED]:5} ({allowed:7})  "
        f"{found[Outcome.WRONG]:5}  {found[Outcome.LOST]:4}  {100 * found[Outcome.ASKED] / max(1, len(scores)):6.1f}  "
        f"{seconds:5.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
