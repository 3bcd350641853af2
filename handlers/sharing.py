"""What each of the projects a message names is told, and what of it is filed, left out, or asked about.

Nothing is filed by default: words that say that nothing was done (没去, 明天再去) are left out, and words that no rule
knows are asked about.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.charging import minder_of
from handlers.reading import TextReading
from handlers.routing import Turn
from handlers.sorting import ask_of_what_sort
from handlers.told import Facts, read_facts
from handlers.understanding.categories import Category, category_of
from handlers.understanding.dates import read_dates
from handlers.understanding.numbers import read_amounts
from handlers.understanding.people import is_called
from handlers.understanding.phrasebook.presence import NOW
from handlers.understanding.phrases import Intent, surely_shows
from handlers.understanding.plain_trouble import is_plain_trouble
from handlers.understanding.visitors import proxy_in
from models.calendar import SHANGHAI
from models.message import Inbound
from models.notices import Plain
from models.project import Project
from models.trays import Incoming

Share = tuple[Project, Facts]
_STRONG = re.compile(
    r"缺(?![席勤])|短缺|不够|停工|拖欠|没(?:批|到货|到位|通电|交地|交付|人管|图纸|钱|完成)"
    r"|(?:开工|工期|节点)[^，。；\s]{0,4}(?:推迟|拖|延)|逾期|塌|漏水|坏了"
)
_AMISS = re.compile(r"没|无(?!锡)|未|不(?!锈)|别|难|死|烂|坏|只|才|仍|催|差|等着|缺|停|退|欠")
_NOW = re.compile(NOW)
_MYSELF = re.compile(r"我|俺|咱")


def read_shares(
    turn: Turn, projects: list[Project], inbound: Inbound, told: frozenset[Intent] = frozenset(), words: str = ""
) -> list[Share]:
    """Read what a message tells each project; `told` is known besides, `words` are all that is looked at of it."""
    texts = [words or inbound.text] if len(projects) == 1 else turn.reading.shares()
    read = [(project, read_facts(turn, inbound, project, text)) for project, text in zip(projects, texts, strict=True)]
    read = _by_the_same_person(turn, _on_the_same_day(turn, inbound, read))
    return [(project, replace(facts, intents=facts.intents | told)) for project, facts in read]


def without_doubtful(turn: Turn, read: list[Share], told: frozenset[Intent]) -> tuple[list[Share], list[Share]]:
    """Take out the problems that nothing but a tone of voice shows; the second list has them, to be asked about.

    Progress that is nothing but a step named among complaints goes too.

    A problem is certain by its kind, by a day or a person to see to it, or by being called one.
    """
    if Intent.PROBLEM in told:
        return read, []
    kept, doubts = [], []
    for project, facts in read:
        if not told and _is_weakly_told(facts):
            facts = replace(facts, intents=facts.intents - {Intent.PROGRESS})
        if Intent.PROBLEM in facts.intents and _is_doubtful(turn, project, facts):
            facts = replace(facts, intents=facts.intents - {Intent.PROBLEM})
            if facts.tells:
                doubts.append((project, facts))
        kept.append((project, facts))
    return kept, doubts


def _is_weakly_told(facts: Facts) -> bool:
    """Whether a step that is merely named is all the progress there is, among words that deny or complain."""
    if Intent.PROGRESS not in facts.intents or not _AMISS.search(facts.own):
        return False
    text = TextReading(facts.own).text
    return not surely_shows(text, Intent.PROGRESS) and not read_amounts(text)


def _is_doubtful(turn: Turn, project: Project, facts: Facts) -> bool:
    words = TextReading(facts.text).text
    if category_of(words) != Category.OTHER or is_plain_trouble(words) or _STRONG.search(words):
        return False
    minder, due = minder_of(turn.ledger, turn.person, project, facts.own)
    return minder is None and due is None


def sort_out(read: list[Share], *, shown: bool) -> tuple[list[Share], list[Share]]:
    """Return the shares to file and those to ask about; pictures or a place, where `shown`, tell of a visit."""
    rest = [(project, facts) for project, facts in read if not facts.tells_nothing_done or (shown and len(read) == 1)]
    if shown:
        return rest, []
    return [one for one in rest if one[1].tells], [one for one in rest if not one[1].tells]


def say_nothing_filed(turn: Turn, projects: list[Project], *, asked: bool) -> None:
    """Say that nothing was done and so nothing written, unless a question goes out."""
    if not asked:
        names = "".join(f"《{project.name}》" for project in projects)
        turn.answer(Plain(f"好，{names}没有要记的，先没记。"))


def ask_about(turn: Turn, unknown: list[Share], original: Incoming | None, words: str, *, of_all: bool) -> None:
    """Ask of what sort the words are that no rule knows: once where they are the whole message."""
    source = original or turn.ledger.source
    if source is None or not unknown:
        return
    if of_all:
        said = words or ("" if original else turn.inbound.text)
        ask_of_what_sort(turn, [project for project, _ in unknown], source, said)
        return
    for project, facts in unknown:
        ask_of_what_sort(turn, [project], source, facts.text)


def _by_the_same_person(turn: Turn, read: list[Share]) -> list[Share]:
    """Let a visit that names nobody be of whoever the message begins with: 周县长本来定的二期 临时改去一期了."""
    text = turn.reading.text
    who = proxy_in(text, [match.span for match in turn.reading.decision.matches]) if len(read) > 1 else ""
    if not who or is_called(who, turn.person.name, turn.person.title):
        return read
    theirs = ((project, facts, facts.recorded_for or bool(_MYSELF.search(facts.text))) for project, facts in read)
    return [(project, facts if known else replace(facts, recorded_for=who)) for project, facts, known in theirs]


def _on_the_same_day(turn: Turn, inbound: Inbound, read: list[Share]) -> list[Share]:
    """Let a visit without a day of its own be of the day said before it: 昨天去了恒瑞 又去了高标田."""
    sent, found, last = inbound.sent_at.astimezone(SHANGHAI), [], None
    for project, facts in read:
        text = TextReading(facts.text).text
        dated = read_dates(text, sent=sent, is_workday=turn.ledger.calendar.is_workday, prefer="past")
        if dated or _NOW.search(text):
            last = facts.occurred
        elif last is not None and facts.intents == {Intent.VISIT}:
            facts = replace(facts, occurred=last)
        found.append((project, facts))
    return found
