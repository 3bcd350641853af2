"""`python -m tests.understanding.sentences`: what the open rows of the corpus tell, as sentences to learn from.

Writes `handlers/understanding/hunch/sentences/corpus.tsv`. A row that only asks whether somebody asks back, or whose
words go on about what was said before, teaches nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.simulator import sample_county
from handlers.reading import named_in
from handlers.understanding.categories import Category
from handlers.understanding.hunch import Sort
from handlers.understanding.hunch.features import apart
from handlers.understanding.hunch.learning import SENTENCES
from handlers.understanding.text import normalise
from tests.understanding.rows import FOLDER, Row, load

_SITE = {"visit": Sort.VISIT, "progress": Sort.PROGRESS, "problem": Sort.PROBLEM}


def told_by(row: Row) -> list[str]:
    """Return the sorts of a row as the sentences write them; empty where it is open what it tells."""
    if row.expects != "write":
        return [{"read": Sort.QUESTION, "refuse": Sort.ORDER, "quiet": Sort.QUIET}[row.expects].value]
    kinds = [set(wanted.kind.split("|")) for wanted in row.write]
    if any(len(kind) > 1 for kind in kinds):
        return []
    flat = {name for kind in kinds for name in kind}
    site = [_with_category(row, sort) for name, sort in _SITE.items() if name in flat]
    if site:
        return site
    return [Sort.NOTE.value if flat == {"note"} else Sort.ORDER.value]


def _with_category(row: Row, sort: Sort) -> str:
    if sort is not Sort.PROBLEM:
        return sort.value
    wanted = [one.data.get("category", "") for one in row.write if one.kind == "problem"]
    fitting = {one.value for one in Category for words in wanted if _is(words, one.value)}
    return f"{sort.value}:{fitting.pop()}" if len(fitting) == 1 and len(wanted) == 1 else sort.value


def _is(wanted: str, category: str) -> bool:
    options = wanted.split("|") if wanted else []
    return any(one[1:] in category if one.startswith("~") else one == category for one in options)


def marked(text: str, names: list[str]) -> str:
    """Return a text with the projects it names in 〔〕."""
    said = normalise(text).replace("〔", "[").replace("〕", "]")
    for span in reversed(apart(named_in(said, names))):
        said = f"{said[: span.start]}〔{span.words}〕{said[span.end :]}"
    return " ".join(said.split())


def lines(paths: list[Path]) -> Iterator[str]:
    """Return a line for each row that teaches something."""
    for path in paths:
        for row in load(path):
            told = [] if row.expects == "ask" else told_by(row)
            if told and not (row.before and not any(row.write)):
                yield f"{','.join(told)}\t{marked(row.say, sample_county.PROJECT_NAMES)}\n"


def main() -> None:
    """Write the file."""
    (SENTENCES / "corpus.tsv").write_text("".join(lines(sorted(FOLDER.glob("*.yaml")))), encoding="utf-8")


if __name__ == "__main__":
    main()
