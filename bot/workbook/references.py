"""Whom and what the import workbook means: units by name or 简称, people by 姓名 or 姓名（单位）."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from bot.workbook.cells import one_line
from bot.workbook.shape import PersonKey

_WITH_UNIT = re.compile(r"(.+?)\s*[（(](.+)[)）]")


class BadReference(Exception):
    """A name that stands for nobody, or for several; the text says so."""


class References:
    """The units and people a workbook may refer to: its own and those registered before."""

    def __init__(self, units: Mapping[str, str], own: Iterable[PersonKey], known: Iterable[PersonKey]) -> None:
        self._units = units
        self._by_short: dict[str, list[str]] = defaultdict(list)
        for name, short in units.items():
            self._by_short[short].append(name)
        self._own, self._known = _by_name(own), _by_name(known)

    def unit(self, text: str) -> str:
        """Return the full name of a unit given by its 名称 or 简称."""
        found = [text] if text in self._units else self._by_short.get(text, [])
        if not found:
            raise BadReference(f"「{text}」不在「单位」表中")
        if len(found) > 1:
            raise BadReference(f"简称「{text}」有{len(found)}个单位，请写全称：{'、'.join(found)}")
        return found[0]

    def registered_unit(self, text: str) -> str | None:
        """Return the full name of a unit, or None when it is none of ours (an enterprise)."""
        try:
            return self.unit(text)
        except BadReference:
            return None

    def person(self, text: str) -> PersonKey:
        """Return who is meant by 姓名 or 姓名（单位）. The workbook's own people come before those known."""
        name, unit = _parted(text)
        found = self._own.get(name) or self._known.get(name, [])
        if unit:
            found = self._namesakes(name, {self.unit(unit)})
        if not found:
            raise BadReference(f"「{text}」不在「人员」表中")
        if len(found) > 1:
            units = "、".join(sorted(key[1] for key in found))
            raise BadReference(f"「{name}」有{len(found)}人（{units}），请写成 姓名（单位）")
        return found[0]

    def head(self, text: str, units: Iterable[str], *, anywhere: bool) -> PersonKey | None:
        """Return a unit's head where he is registered; None where he is not.

        Somebody of those `units` is meant first; with `anywhere`, else the only bearer of the name.
        """
        name, unit = _parted(text)
        if unit:
            return self.person(text)
        found = self._namesakes(name, set(units))
        if not found and anywhere:
            found = self._own.get(name) or self._known.get(name, [])
        return found[0] if len(found) == 1 else None

    def _namesakes(self, name: str, units: set[str]) -> list[PersonKey]:
        everybody = dict.fromkeys([*self._own.get(name, []), *self._known.get(name, [])])
        return [key for key in everybody if key[1] in units]


def _by_name(people: Iterable[PersonKey]) -> dict[str, list[PersonKey]]:
    names: dict[str, list[PersonKey]] = defaultdict(list)
    for key in people:
        if key not in names[key[0]]:
            names[key[0]].append(key)
    return names


def _parted(text: str) -> tuple[str, str]:
    found = _WITH_UNIT.fullmatch(text)
    return (one_line(found[1]), one_line(found[2])) if found else (text, "")
