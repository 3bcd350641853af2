"""What each of the projects a message names is told, and what of it is filed, left out, or asked about.

Nothing is filed by default: words that say that nothing was done (没去, 明天再去) are left out, and words that no rule
knows are asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.categorising import open_categories
from handlers.charging import minder_of
from handlers.likelihood import LIKELY, is_unlikely, sorts_to_ask
from handlers.problems import tells_again
from handlers.reading import TextReading
from handlers.routing import Turn
from handlers.sorting import ask_of_what_sort, ask_of_which_category
from handlers.told import NOTHING_TOLD, Facts, Told, matters, read_facts
from handlers.understanding.categories import Category, category_of
from handlers.understanding.dates import read_dates
from handlers.understanding.hunch import Sort
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
_SUPPOSED = re.compile(r"(?:我看|估计|看这样)?(?:要是|如果|万一|假如|倘若|若是)(?!能)")
_SURELY = 0.6
"""From which likelihood on words are a problem although nothing but their tone shows one."""
_MYSELF = re.compile(r"我|俺|咱")


@dataclass(frozen=True)
class Doubt:
    """What is not certain of a share: of which of some categories its problem is, else what more it tells."""

    project: Project
    facts: Facts
    categories: Sequence[Category] = ()


def read_shares(turn: Turn, projects: list[Project], inbound: Inbound, told: Told = NOTHING_TOLD) -> list[Share]:
    """Read what a message tells each project; what its sender has confirmed is all it tells."""
    texts = [told.words or inbound.text] if len(projects) == 1 else turn.reading.shares()
    read = [(project, read_facts(turn, inbound, project, text)) for project, text in zip(projects, texts, strict=True)]
    read = _by_the_same_person(turn, _on_the_same_day(turn, inbound, read))
    if not told.intents:
        return read
    return [(project, _as_told(facts, told)) for project, facts in read]


def _as_told(facts: Facts, told: Told) -> Facts:
    heard = () if told.words else facts.heard
    return replace(facts, intents=told.intents, category=told.category, heard=heard)


def without_doubtful(turn: Turn, read: list[Share], told: Told) -> tuple[list[Share], list[Doubt]]:
    """Take out the problems that nothing but a tone of voice shows; the second list has them, to be asked about.

    Progress that is nothing but a step named among complaints goes too.

    A problem is certain by its kind, by a day or a person to see to it, or by being called one. What the learned
    second opinion finds most unlikely is never certain.
    """
    if told.intents:
        return read, []
    kept: list[Share] = []
    doubts: list[Doubt] = []
    for project, facts in read:
        if _is_weakly_told(facts):
            facts = replace(facts, intents=facts.intents - {Intent.PROGRESS})
        charged = Intent.PROBLEM in facts.intents and not _is_supposed(facts) and _is_charged(turn, project, facts)
        doubted = {one for one in facts.intents if _is_unlikely(facts, one, charged=charged)}
        categories: Sequence[Category] = ()
        if Intent.PROBLEM in facts.intents and not charged:
            categories = [] if tells_again(turn.ledger, project, facts.text) else open_categories(facts)
            doubted |= {Intent.PROBLEM} if _is_doubtful(facts) or categories else set()
        if doubted:
            facts = replace(facts, intents=facts.intents - doubted)
            if doubted == {Intent.PROGRESS} and facts.intents & {Intent.PROBLEM, Intent.VISIT}:
                kept.append((project, facts))  # the words stand in the problem, or beside the visit
                continue
            if facts.tells or categories:
                doubts.append(Doubt(project, facts, categories))
        kept.append((project, facts))
    return kept, doubts


def _is_unlikely(facts: Facts, told: Intent, *, charged: bool) -> bool:
    """Whether the opinion doubts a reading; a problem nobody is charged with must sound like one in all its words."""
    if told is not Intent.PROBLEM:
        return is_unlikely(facts.at_best, told)
    if charged:
        return is_unlikely(facts.at_best, told, charged=True)
    return is_unlikely(facts.likely, told) and facts.at_best[Sort.PROBLEM] < _SURELY  # 路基完成五成，村民堵路


def _is_charged(turn: Turn, project: Project, facts: Facts) -> bool:
    """Whether somebody is charged with it, or a day is set."""
    return minder_of(turn.ledger, turn.person, project, facts.own) != (None, None)


def _is_weakly_told(facts: Facts) -> bool:
    """Whether a step that is merely named is all the progress there is, among words that deny or complain."""
    if Intent.PROGRESS not in facts.intents:
        return False
    text = TextReading(facts.own).text
    if read_amounts(text) or surely_shows(text, Intent.PROGRESS):
        return False
    if facts.at_best[Sort.PROGRESS] >= LIKELY and any(surely_shows(one, Intent.PROGRESS) for one in matters(text)):
        return False
    return Intent.PROBLEM in facts.intents or bool(_AMISS.search(facts.own))


def _is_supposed(facts: Facts) -> bool:
    """Whether it tells what will be wrong if something else happens: 要是下礼拜还这么下，那条沟就悬了."""
    return bool(_SUPPOSED.match(TextReading(facts.text).text))


def _is_doubtful(facts: Facts) -> bool:
    if _is_supposed(facts):
        return True
    words = TextReading(facts.text).text
    if category_of(words) != Category.OTHER or is_plain_trouble(words) or _STRONG.search(words):
        return False
    return facts.likely[Sort.PROBLEM] < _SURELY


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
        likely = [one for _, facts in unknown for one in sorts_to_ask(facts.likely)]
        ask_of_what_sort(turn, [project for project, _ in unknown], source, said, likely)
        return
    for project, facts in unknown:
        ask_of_what_sort(turn, [project], source, facts.text, sorts_to_ask(facts.likely))


def ask_about_doubts(turn: Turn, doubts: list[Doubt], original: Incoming | None) -> None:
    """Ask about what is not certain beside what was filed."""
    source = original or turn.ledger.source
    assert source is not None
    for doubt in doubts:
        if doubt.categories:
            ask_of_which_category(turn, doubt.project, source, doubt.facts.text, doubt.categories)
        else:
            ask_of_what_sort(turn, [doubt.project], source, doubt.facts.text, sorts_to_ask(doubt.facts.likely))


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
