"""A message read against the ledger: its text, what it wants, and which project it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from handlers.likelihood import LIKELY
from handlers.understanding.apart import named_again
from handlers.understanding.builders import names_by_builder
from handlers.understanding.carried_days import carry_days
from handlers.understanding.carrying import carry_roles
from handlers.understanding.common_words import share_common
from handlers.understanding.elsewhere import names_elsewhere
from handlers.understanding.half_names import FEW, asked_by_parts, half_named
from handlers.understanding.hunch import Sort, likelihoods
from handlers.understanding.names import CERTAIN, Decision, Name, NameIndex, NameMatch, Verdict, decide
from handlers.understanding.phrases import Intent, read_intents
from handlers.understanding.pinyin import in_characters
from handlers.understanding.refs import in_usual_letters, in_written_codes
from handlers.understanding.respectively import dealt_out
from handlers.understanding.retractions import without_retracted
from handlers.understanding.shares import shares_of
from handlers.understanding.text import Span, normalise, phrases
from handlers.understanding.wondering import asking_phrases, only_wonders
from models.ledger import Ledger, get_setting
from models.message import Inbound
from models.people import Person
from models.project import Part, Project, ProjectSeat
from models.rights import may_see, own_codes, own_projects

REPORTS = {Intent.VISIT, Intent.PROGRESS, Intent.PROBLEM, Intent.NO_NEWS}
_ORDERS = {Intent.CORRECTION, Intent.UNDO, Intent.ISSUE, Intent.SIGN, Intent.REVIEW, Intent.SUBMIT}
_SMALL_COUNTY = 300
_BEGINNING = 2  # characters
_OF_MANY = re.compile(r"哪些|几个|多少个|所有|全部|全县|每个|各个|都有")
_TOLD = REPORTS | {Intent.SOLVED, Intent.GOING}


class NameBook:
    """The index of project names, built anew when the names change; one a process."""

    def __init__(self) -> None:
        self._version: object = None
        self._index = NameIndex([])
        self._known: tuple[str, ...] = ()

    def known(self, ledger: Ledger) -> tuple[str, ...]:
        """Return every name and other name that projects have."""
        self.index(ledger)
        return self._known

    def index(self, ledger: Ledger) -> NameIndex:
        """Return the index for what the ledger holds now."""
        version = (get_setting(ledger.session, "names") or {}).get("version", 0)
        if version != self._version:
            rows = select(Project).options(selectinload(Project.aliases)).order_by(Project.id)
            projects = list(ledger.session.scalars(rows))
            after = _names_by_builder(ledger, projects)
            names = [
                Name(
                    project.code,
                    project.name,
                    (*(alias.alias for alias in project.aliases), *after.get(project.code, ())),
                )
                for project in projects
            ]
            self._known = tuple(one for name in names for one in (name.full, *name.aliases))
            self._index, self._version = NameIndex(names), version
        return self._index


def _names_by_builder(ledger: Ledger, projects: Sequence[Project]) -> dict[str, tuple[str, ...]]:
    builders: dict[int, list[str]] = {}
    built = select(ProjectSeat.project_id, ProjectSeat.name).where(ProjectSeat.part == Part.BUILDER.value)
    for project_id, name in ledger.session.execute(built.order_by(ProjectSeat.id)):
        builders.setdefault(project_id, []).append(name)
    return names_by_builder([(one.code, one.name, builders.get(one.id, [])) for one in projects])


class Reading:
    """What a message says, read lazily."""

    def __init__(self, inbound: Inbound, ledger: Ledger, person: Person, names: NameBook) -> None:
        self.inbound = inbound
        self._ledger = ledger
        self._person = person
        self._names = names

    @staticmethod
    def of_text(inbound: Inbound) -> TextReading:
        """Read what needs no ledger."""
        return TextReading(inbound.text)

    @cached_property
    def plain(self) -> TextReading:
        """The part that needs no ledger."""
        return TextReading(self._words)

    @cached_property
    def _words(self) -> str:
        text = in_usual_letters(in_written_codes(self.inbound.text), self._ledger.mechanism.numbering.letters)
        return self.standing(in_characters(text, self._names.known(self._ledger)))

    def standing(self, words: str) -> str:
        """Return words without the days and names that the speaker took back as he spoke: 城北…不对是城南."""
        text = normalise(words)
        stands = without_retracted(text, lambda said: [one.span for one in self._names_in(said)])
        return words if stands == text else stands

    def _names_in(self, text: str) -> Sequence[NameMatch]:
        found = decide(self._names.index(self._ledger).find(text, prefer=own_codes(self._ledger, self._person)))
        return found.matches if found.verdict is not Verdict.ASK else ()

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.plain.text

    @property
    def intents(self) -> frozenset[Intent]:
        """What the sender wants, the names of projects taken as names; who only asks orders nothing."""
        found = self._with_names.intents
        return found - _ORDERS if found & _ORDERS and only_wonders(self.text) else found

    @property
    def is_report(self) -> bool:
        """Whether it reports something from a project, and does not merely ask."""
        if not self._with_names.is_report or only_wonders(self.text):
            return False
        asking = asking_phrases(self.text) if self._is_likely_a_question else []
        return not asking or self._beside(asking).is_report

    @property
    def _is_likely_a_question(self) -> bool:
        return likelihoods(self.text, [one.span for one in self.decision.matches])[Sort.QUESTION] >= LIKELY

    def _beside(self, left_out: Sequence[Span]) -> TextReading:
        """Read the text without some of its phrases, every other character in its place."""
        text = self.text
        for phrase in left_out:
            text = text[: phrase.start] + "，" * len(phrase.words) + text[phrase.end :]
        return TextReading(text, [one.span for one in self.decision.matches])

    @cached_property
    def _with_names(self) -> TextReading:
        return TextReading(self._words, [match.span for match in self.decision.matches])

    @property
    def beside_names(self) -> str:
        """The text without the words that name projects."""
        text = self.text
        for match in sorted(self.decision.matches, key=lambda match: match.span, reverse=True):
            text = text[: match.span.start] + text[match.span.end :]
        return text

    @property
    def names_elsewhere(self) -> bool:
        """Whether the text begins with the name of some place that is none of the sender's projects."""
        own = [name for one in self.own for name in one.called]
        return names_elsewhere(self.text, own)

    @cached_property
    def own(self) -> list[Project]:
        """The sender's own projects."""
        return own_projects(self._ledger, self._person)

    @cached_property
    def decision(self) -> Decision:
        """Which projects the text names, in full, in short, or of the sender's few by half."""
        prefer = own_codes(self._ledger, self._person)
        found = decide(self._names.index(self._ledger).find(self.text, prefer=prefer))
        if found.verdict is Verdict.ASK or len(prefer) > FEW:
            return found
        sure = [match for match in found.matches if str(match.key) in prefer]
        own = [(project.code, project.name) for project in self.own]
        half = half_named(self.text, own, [match.span for match in found.matches]) if own else []
        half = [match for match in half if match.key not in found.keys]
        if found.verdict is Verdict.NONE:
            return decide(half)
        return decide([*found.matches, *(match for match in half if match.score >= CERTAIN)]) if sure else found

    @cached_property
    def chosen(self) -> Project | None:
        """The project on whose page it was written."""
        code = self.inbound.project
        return self._ledger.session.scalar(select(Project).where(Project.code == code)) if code else None

    @cached_property
    def named(self) -> list[Project]:
        """The projects the text names for certain; without a name, the one on whose page it was written.

        Words that name another than that one are uncertain.
        """
        certain = self.decision.verdict in (Verdict.ONE, Verdict.SEVERAL)
        found = self._projects(self.decision) if certain else []
        if self.chosen is None:
            return found
        if self.decision.verdict is Verdict.NONE or self.chosen.code in map(str, self.decision.keys):
            return found or [self.chosen]
        return []

    def settle(self, project: Project) -> None:
        """Take it as said that this project is meant: somebody was asked and answered."""
        self.__dict__["named"] = [project]

    def shares(self) -> list[str]:
        """Return the words that go with each named project, in the order in which they are named."""
        mentions = self._mentions_of_named()
        if [code for code, _ in mentions] == [project.code for project in self.named]:
            dealt = dealt_out(self.text, [span for _, span in mentions])
            if dealt:
                return dealt
        shared = shares_of(self.text, mentions, [project.code for project in self.named])
        shared = share_common(shared, self.text[: mentions[0][1].start] if mentions else "")
        if len(shared) < 2:
            return shared
        return carry_days(carry_roles(shared, self.text))

    def _mentions_of_named(self) -> list[tuple[str, Span]]:
        """Return where each named project is spoken of, by its name and again in later phrases by a part of it."""
        codes = self._named_codes
        found = [(str(match.key), match.span) for match in self.decision.matches if str(match.key) in codes]
        for code, span in list(found):
            for at in re.finditer(re.escape(span.words), self.text):
                if not any(at.start() < other.end and other.start < at.end() for _, other in found):
                    found.append((code, Span(at.start(), at.end(), span.words)))
        found += named_again(self.text, found)
        index = self._names.index(self._ledger)
        for phrase in phrases(self.text):
            again = decide([m for m in index.find(phrase.words, prefer=frozenset(codes)) if str(m.key) in codes])
            said = [
                (str(match.key), Span(phrase.start + match.span.start, phrase.start + match.span.end, match.span.words))
                for match in again.matches
                if again.verdict is not Verdict.ASK or len(again.matches) == len(codes)
            ]
            found += [mention for mention in said if not any(mention[1].overlaps(other) for _, other in found)]
            if not any(span.overlaps(phrase) for _, span in found):
                found += self._begun_by_a_part(phrase)
        return sorted(found, key=lambda mention: mention[1])

    def _begun_by_a_part(self, phrase: Span) -> list[tuple[str, Span]]:
        """Return the one named project whose name holds the words a phrase begins with: 农田那边沟渠通了."""
        for length in (4, 3, 2):
            head = phrase.words[:length]
            owners = [project.code for project in self.named if head in project.name]
            if len(head) == length and len(owners) == 1:
                return [(owners[0], Span(phrase.start, phrase.start + length, head))]
        return []

    @property
    def _named_codes(self) -> set[str]:
        return {project.code for project in self.named}

    @cached_property
    def candidates(self) -> list[Project]:
        """At most three projects to ask about: what the text half names, else the sender's own."""
        if self.chosen is not None:
            others = [project for project in self._projects(self.decision) if self._may_see(project)]
            return [self.chosen, *(project for project in others if project is not self.chosen)][:3]
        if self.decision.verdict is Verdict.ASK:
            return [project for project in self._projects(self.decision) if self._may_see(project)] or self._projects(
                self.decision
            )
        return self.own[:3]

    def resembling(self, limit: int) -> list[Project]:
        """The projects whose names are most like the text, best first; meant for none of them."""
        found = self._names.index(self._ledger).resembling(self.text, limit=limit)
        return self._projects(Decision(Verdict.ASK, tuple(found)))

    @property
    def begun_alike(self) -> list[Project]:
        """The visible projects of whose names the words hold the beginning (城南现场): asked about, never taken."""
        return [one for one in self.resembling(3) if one.name[:_BEGINNING] in self.text and self._may_see(one)]

    @property
    def visible(self) -> list[Project]:
        """The named or half-named projects the sender may see: enough for an answer."""
        if self.decision.verdict is not Verdict.NONE:
            found = self._projects(self.decision)
        else:
            found = [self.chosen] if self.chosen is not None else self._asked_by_parts
        return [project for project in found if self._may_see(project)]

    @cached_property
    def _asked_by_parts(self) -> list[Project]:
        """The project of a small county that a question, without its name, tells from all others."""
        index = self._names.index(self._ledger)
        if len(index) > _SMALL_COUNTY or not only_wonders(self.text) or _OF_MANY.search(self.text):
            return []
        names = self._ledger.session.execute(select(Project.code, Project.name)).all()
        found = asked_by_parts(self.text, [(code, name) for code, name in names])
        return list(self._ledger.session.scalars(select(Project).where(Project.code.in_(found)))) if found else []

    def _may_see(self, project: Project) -> bool:
        return may_see(self._ledger, self._person, project)

    def _projects(self, decision: Decision) -> list[Project]:
        rows = self._ledger.session.scalars(select(Project).where(Project.code.in_(decision.keys)))
        by_code = {project.code: project for project in rows}
        return [by_code[str(key)] for key in decision.keys if str(key) in by_code]


def intents_of(text: str, names: Iterable[str]) -> frozenset[Intent]:
    """Return what a text reports of a project known by these names, in full or in short."""
    return TextReading(text, named_in(text, names)).intents


def named_in(text: str, names: Iterable[str]) -> list[Span]:
    """Return where a text names a project known by these names, in full or in short."""
    index = NameIndex(Name(number, name) for number, name in enumerate(names))
    said = normalise(text)
    found = [match.span for match in index.find(said, prefer=frozenset(range(len(index))))]
    for span in list(found):  # the same name again: 十五号在213 十六号也在213
        again = (Span(at.start(), at.end(), span.words) for at in re.finditer(re.escape(span.words), said))
        found += [one for one in again if not any(one.overlaps(other) for other in found)]
    return sorted(found)


class TextReading:
    """What the words alone say; `names` are those of the normalised text that name projects, where that is known."""

    def __init__(self, text: str, names: Sequence[Span] = ()) -> None:
        self.text = normalise(text)
        self._names = tuple(names)

    @cached_property
    def intents(self) -> frozenset[Intent]:
        """What the sender wants."""
        return frozenset(read_intents(self.text, self._names)) if self.text else frozenset()

    @property
    def is_report(self) -> bool:
        """Whether it reports something from a project."""
        return bool(self.intents & REPORTS)

    @property
    def may_be_report(self) -> bool:
        """Whether photos sent with it may belong to it: a report, or words that are neither command nor question.

        One or two characters (是, 1) answer something.
        """
        return self.is_report or (len(self.text) > 2 and not self.intents - _TOLD)
