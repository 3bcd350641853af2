"""Whether words without a known name begin with the name of some other place: 中医院那边锅炉吊装完了."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SORT = (
    r"(?:医院|学校|中学|小学|幼儿园|水厂|电厂|产业园|工业园|大桥|水库|社区|广场|公园|车站|敬老院|养老院|福利院"
    r"|体育馆|图书馆)"
)
_LEAD = r"(?:今[天儿]|昨[天儿]|刚才?|[上下]午|我们?|俺们?|咱们?|那个?|这个?|[，,\s])*"
_PLACE = re.compile(rf"^{_LEAD}(?P<name>(?![我俺咱那这])[\u4e00-\u9fff]{{1,6}}?{_SORT})")


def names_elsewhere(text: str, names: Iterable[str]) -> bool:
    """Whether a text begins with a place that none of the `names` holds; 医院 alone is no name."""
    found = _PLACE.match(text)
    return found is not None and not any(found["name"] in name for name in names)
