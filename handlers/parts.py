"""A report's text read into the parts of its duty: by their names, and by the figures that answer them."""

from __future__ import annotations

import re

from handlers.understanding.numbers import read_amounts
from models.mechanism import Obligation

_HEAD = re.compile(r"^[^：:]{0,24}[：:]")
_AMOUNTS = {"month_amount": "month", "total_amount": "total", "percent": "percent"}


def labelled(duty: Obligation, text: str) -> bool:
    return any(re.search(rf"{re.escape(part.name)}\s*[：:]", text) for part in duty.parts)


def read_parts(duty: Obligation, text: str) -> dict[str, str]:
    """Split a report into the duty's parts: by their names, and by the figures that answer them.

    What precedes the first name is the first part, where that is not a figure.
    """
    names = {alias: part.name for part in duty.parts for alias in _aliases(part.name)}
    if not names:
        return {"正文": _HEAD.sub("", text, count=1).strip() or text}
    pattern = "|".join(re.escape(alias) for alias in sorted(names, key=len, reverse=True))
    label = rf"(?:(?<=[。；;\n，,、：:\s])|^)(?:[一二三四五\d][、.])?({pattern})\s*[：:是]"
    marks = list(re.finditer(label, text))
    parts = _figures(duty, text)
    lead = text[: marks[0].start()] if marks else text
    lead = _HEAD.sub("", lead, count=1).strip(" ，,。；;\n") if _HEAD.match(lead) else ""
    if lead and not _only_figures(duty):
        parts[duty.parts[0].name] = lead
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=False):
        body = text[mark.end() : end].strip(" ，,。；;\n")
        if body:
            parts[names[mark[1]]] = body
    return parts


def _only_figures(duty: Obligation) -> bool:
    """Whether the first part is a figure (本月完成投资), which free words before the labels cannot be."""
    return duty.parts[0].key in ("month_amount", "total_amount")


def _figures(duty: Obligation, text: str) -> dict[str, str]:
    amounts = read_amounts(text)
    found: dict[str, str] = {}
    for part in duty.parts:
        field = _AMOUNTS.get(part.key or "")
        if field and field in amounts.spans and field not in amounts.assumed and _only_figures(duty):
            found[part.name] = amounts.spans[field].words
    return found


def _aliases(name: str) -> list[str]:
    """Return the ways people shorten a part's name: 项目进展情况 is 进展情况 or 进展."""
    forms = {name, name.removeprefix("项目"), name.removeprefix("本月"), name.removesuffix("情况")}
    forms |= {form.removesuffix("情况") for form in forms} | {form.removeprefix("项目") for form in forms}
    forms |= {form.removesuffix("等") for form in forms}
    if "打算" in name or "计划" in name:
        forms |= {"下步打算", "下一步打算", "下步计划", "下一步计划", "下季度打算", "下季度计划", "下阶段打算", "打算"}
    if "存在问题" in name or name == "问题":
        forms |= {"存在问题", "存在的问题", "问题"}
    if "需要" in name:
        forms |= {"需要解决事项", "需要解决的事项", "需解决事项", "需要协调", "需协调事项", "需要协调事项"}
        forms |= {"需要解决", "需解决", "需要解决的", "需要解决问题", "需要解决的问题"}
    if "招商" in name:
        forms |= {"招商引资", "招商引资项目", "招商"}
    if "谋划" in name:
        forms |= {"项目谋划", "重大项目谋划", "谋划"}
    return [form for form in forms if len(form) >= 2]
