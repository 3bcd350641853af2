"""What people call a project after who builds it: 锦澜二期, the firm's own word and the phase."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from handlers.understanding.lexicon import COMMON

_FIRM = re.compile(r"(?:公司|集团|股份|厂|合作社)$")
_COUNTY = re.compile(r"^(?:[\u4e00-\u9fff]{2,3}[省市县区])+")
_PHASE = re.compile(r"[一二三四五六七八九十\d]+(?:期|标段|标)")
_OWN, _SHARED = 2, 3  # characters of a firm's own word; firms that begin alike, after the county
_THINGS = ("项目", "工地")


def names_by_builder(projects: Sequence[tuple[str, str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Return by 编号 what each project is called after its builder; `projects` are 编号, name and builders.

    A firm that builds one project alone names it with 项目; one that builds the phases of a whole names each of them.
    """
    firms = [firm for _, _, builders in projects for firm in builders if _FIRM.search(firm)]
    home = {start for start, count in Counter(firm[:_OWN] for firm in dict.fromkeys(firms)).items() if count >= _SHARED}
    owners = defaultdict(list)
    for code, name, builders in projects:
        for word in {_own_word(firm, home) for firm in builders if _FIRM.search(firm)} - {""}:
            owners[word].append((code, name))
    found: dict[str, tuple[str, ...]] = {}
    for word, built in owners.items():
        for code, name in built:
            phases = _PHASE.findall(name)
            endings: Iterable[str] = phases or (_THINGS if len(built) == 1 else ())
            found[code] = (*found.get(code, ()), *(f"{word}{ending}" for ending in endings if word not in name))
    return found


def _own_word(firm: str, home: set[str]) -> str:
    rest = _COUNTY.sub("", firm)
    rest = rest[_OWN:] if rest[:_OWN] in home else rest
    word = rest[:_OWN]
    return word if len(rest) > _OWN + 2 and not set(word) <= COMMON else ""
