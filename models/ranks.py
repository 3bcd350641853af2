"""Ranks (职级): what the office has entered, else what a title says (ZZ-12, ZZ-29, DC-05)."""

from __future__ import annotations

import re

from models.ledger import Ledger
from models.people import Person, Role

RANKS = ("科员", "股级", "副科", "正科", "处级")
"""From the lowest; an equal or higher one fits wherever one is asked for."""

_DEPUTY = re.compile(r"副(?:局长|主任|书记|部长|乡长|镇长|区长|总经理|经理|院长|会长|主席|庭长|队长)|党组成员|纪检组长")
_SECTION = re.compile(r"股长|科长|站长|所长|室主任|股负责人|科负责人|大队长|中心主任")
_HEAD = re.compile(r"局长|主任|书记|部长|乡长|镇长|区长|经理|院长|会长|主席|董事长")


def rank_of(ledger: Ledger, person: Person) -> str:
    """Return somebody's rank today; a county leader is 处级 whatever his title."""
    if person.rank:
        return person.rank
    if ledger.has_role(person, Role.COUNTY_LEADER):
        return "处级"
    return rank_of_title(person.title)


def rank_of_title(title: str) -> str:
    """Return the rank a title usually has in a county."""
    if _DEPUTY.search(title):
        return "副科"
    if _SECTION.search(title):
        return "股级"
    return "正科" if _HEAD.search(title) else "科员"


def at_least(rank: str, wanted: str) -> bool:
    """Whether a rank is as high as the one asked for; a word that is no rank of ours must be met to the letter."""
    if rank not in RANKS or wanted not in RANKS:
        return rank == wanted
    return RANKS.index(rank) >= RANKS.index(wanted)
