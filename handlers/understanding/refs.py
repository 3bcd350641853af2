"""References to what the ledger numbers: supervision notices (DB-07, 平重办督〔2026〕7号) and problems (ISS-31)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.understanding.numerals import HAN_NUMBER, parse_number
from handlers.understanding.text import Span

_OPEN, _CLOSE = r"[〔\[【（(﹝]", r"[〕\]】）)﹞]"
_N = rf"(?:\d{{1,4}}|{HAN_NUMBER}{{1,4}})"

_NOTICE = (
    re.compile(rf"(?P<mark>[\u4e00-\u9fff]{{2,8}}){_OPEN}(?P<year>20\d\d){_CLOSE}第?(?P<number>\d{{1,4}})号"),
    re.compile(r"(?<![a-zA-Z])[dD][bB]\s?[-—_]?\s?(?P<number>\d{1,4})(?!\d)"),
    re.compile(rf"第?(?P<number>{_N})号(?:的)?(?:挂牌)?(?:督办|通知书)(?:通知书|通知|函|件)?"),
    re.compile(rf"(?:挂牌)?督办(?:通知书|通知|函|件)?(?:的)?第?(?P<number>{_N})号"),
)
_UNNUMBERED = re.compile(
    r"(?:[这那]个|[这那]份|[这那]件|[这那]条|上次的?)(?:挂牌)?督办(?:通知书|通知|函|件)?|(?:挂牌)?督办(?:通知书|函|件)"
    r"|(?:挂牌)?督办(?:我们?的?|俺们?的?|的)?[这那](?:一?[个件]|档子)?事儿?"
)
_SPOKEN = re.compile(
    r"(?<![a-zA-Z])(?P<letters>[a-zA-Z]{2,3})\s?(?:中|横)?杠\s?(?P<number>\d{1,4}|[零〇幺一二三四五六七八九十百]{1,4})"
)
_PROBLEM = (
    re.compile(r"(?<![a-zA-Z])(?:[iI][sS][sS]|[wW][tT])\s?[-—_]?\s?(?P<number>\d{1,6})(?!\d)"),
    re.compile(rf"第?(?P<number>{_N})号问题"),
    re.compile(rf"问题第?(?P<number>{_N})号"),
)
_BEFORE_MARK = re.compile(r"^(?:关于|针对|回复|答复|对|把|将|就|按照?|根据|收到|签收|你办)")


@dataclass(frozen=True, slots=True)
class NoticeRef:
    """A notice somebody names. `full` is its 文号 with regular brackets where it was given whole."""

    span: Span
    number: int | None
    full: str | None = None


@dataclass(frozen=True, slots=True)
class ProblemRef:
    """A numbered problem somebody names."""

    span: Span
    number: int


def in_usual_letters(text: str, letters: Mapping[str, str]) -> str:
    """Write a county's own short numbers (QD-001) in the usual letters (DB-001): own letters → usual letters."""
    for own, usual in letters.items():
        text = re.sub(rf"(?<![a-zA-Z]){re.escape(own)}(?=\s?[-—_]?\s?\d)", usual, text, flags=re.IGNORECASE)
    return text


def in_written_codes(text: str) -> str:
    """Write a short number as it is spoken (JB杠一, DB杠零七) with its dash: JB-1, DB-7; nothing is one without 杠."""

    def written(found: re.Match[str]) -> str:
        number = parse_number(found["number"].replace("幺", "一").lstrip("零〇") or "零")
        return f"{found['letters'].upper()}-{int(number)}" if number else found.group()

    return _SPOKEN.sub(written, text)


def find_notice_ref(text: str) -> NoticeRef | None:
    """Return the notice a text names; `number` is None for “这个督办” and the like, which point without a number."""
    for pattern in _NOTICE:
        found = pattern.search(text)
        number = parse_number(found["number"]) if found else None
        if found and number is not None and not _is_of_a_letter(found):
            return _numbered(found, int(number))
    bare = _UNNUMBERED.search(text)
    return NoticeRef(_span(bare), None) if bare else None


def find_problem_ref(text: str) -> ProblemRef | None:
    """Return the numbered problem a text names."""
    for pattern in _PROBLEM:
        found = pattern.search(text)
        number = parse_number(found["number"]) if found else None
        if found and number is not None:
            return ProblemRef(_span(found), int(number))
    return None


def _is_of_a_letter(found: re.Match[str]) -> bool:
    """Whether it is the number of the sender's own letter (平自然资函〔2026〕33号) about a notice named beside it."""
    mark = found.groupdict().get("mark") or ""
    return mark.endswith("函") and any(other.search(found.string, found.end()) for other in _NOTICE)


def _numbered(found: re.Match[str], number: int) -> NoticeRef:
    groups = found.groupdict()
    if not groups.get("year"):
        return NoticeRef(_span(found), number)
    lead = _BEFORE_MARK.match(groups["mark"] or "")
    start = found.start() + (lead.end() if lead else 0)
    mark = found.string[start : found.end("mark")]
    words = found.string[start : found.end()]
    return NoticeRef(Span(start, found.end(), words), number, f"{mark}〔{groups['year']}〕{number}号")


def _span(found: re.Match[str]) -> Span:
    return Span(found.start(), found.end(), found.group())
