"""What became of a row: right, asked, wrong or lost.

*asked*: one question where the answer was there, and nothing of what it is about written. *wrong*: something written
or said that is false or that nobody asked for. *lost*: nothing written, nothing asked, and no useful answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.groups import ANSWERED, NOTED
from models.trays import InState
from tests.understanding.county import Conversation, Heard, Office, Said
from tests.understanding.rows import SITE, Row, Wanted

_ASKS = re.compile(r"[？?]|请(?:再说|补|带上|写明|说明|说清|告诉|回复?「)|还[缺差]|补上")
_NEUTRAL = (NOTED, ANSWERED)  # all that a group may hear
_MOST_BUTTONS = 3
_FROM_WORDS = {
    "visit": ("occurred", "mode", "recorded_for"),
    "progress": ("occurred", "month_amount", "total_amount", "percent"),
    "problem": ("occurred", "due", "person"),
    "notice_issued": ("solve_due",),
    "leave": ("first", "last"),
    "decision": ("due",),
}
"""The fields that words give; what nobody said (the day it was sent, a visit on the spot) has none."""


class Outcome(StrEnum):
    """What became of a row."""

    RIGHT = "right"
    ASKED = "asked"
    WRONG = "wrong"
    LOST = "lost"


@dataclass(frozen=True)
class Score:
    """A row's outcome, with what was found."""

    row: Row
    outcome: Outcome
    found: str = ""
    heard: Heard | None = None

    @property
    def is_fault(self) -> bool:
        """Whether it should have been otherwise; a question that was allowed is none."""
        return self.outcome is not Outcome.RIGHT and not (self.outcome is Outcome.ASKED and self.row.may_ask)


def score_all(office: Office, rows: Iterable[Row]) -> list[Score]:
    """Score rows, each in a transaction that is taken back."""
    return [score(office, row) for row in rows]


def score(office: Office, row: Row) -> Score:
    """Score one row; what the product raises is lost, as the sender hears nothing useful."""
    with office.conversation() as talk:
        try:
            heard = _talk(office, talk, row)
        except Exception as error:
            return Score(row, Outcome.LOST, f"raised {type(error).__name__}: {error}")
        outcome, found = judge(row, heard)
    return Score(row, outcome, found, heard)


def _talk(office: Office, talk: Conversation, row: Row) -> Heard:
    for name, words in row.before:
        talk.say(office.actor(name), words, row.at)
    who = office.actor(row.who)
    if row.site:
        talk.say(who, "", row.at, site=row.site)
    return talk.say(who, row.say, row.at, voice=row.voice, group=row.group)


def judge(row: Row, heard: Heard) -> tuple[Outcome, str]:
    """Compare what a row wants with what was heard and written."""
    if fault := _never(row, heard):
        return Outcome.WRONG, fault
    written = [line for line in heard.lines if not _is_log(line)]
    missing, strange = _compare(row, written)
    if strange:
        return Outcome.WRONG, "; ".join(strange)
    if missing:
        return _unwritten(row, heard, missing, partly=bool(written))
    return _answered(row, heard)


def _never(row: Row, heard: Heard) -> str:
    """Say what must not be, whatever else is."""
    for said in heard.said:
        if not said.to and not row.groups and said.text.strip() not in _NEUTRAL:
            return f"said in a group: {said.text}"
        if said.notice == "asked" and len(said.buttons) > _MOST_BUTTONS:
            return f"{len(said.buttons)} buttons: {said.buttons}"
        if word := next((word for word in row.never if word in said.text), ""):
            return f"said {word}: {said.text}"
    if row.erased and row.say in heard.kept:
        return "its words are kept"
    said = _bare("，".join([row.say, *(words for _, words in row.before)]))
    return next((fault for line in heard.lines if (fault := _unproven(line, said, row.at.date().isoformat()))), "")


def _unproven(line: dict[str, Any], said: str, today: str) -> str:
    """Say which field does not point at the words it came from."""
    if line["kind"] not in _FROM_WORDS:
        return ""
    data, spans = line["data"], line["data"].get("spans") or {}
    unsaid = {"occurred": today, "mode": "现场"}
    again = line["kind"] == "problem" and (data.get("again") or data.get("state") != "open")  # it was told before
    decided = line["kind"] == "leave" and data.get("reason") != line["text"]  # by the convenor, of what was asked
    for name in () if again or decided else _FROM_WORDS[line["kind"]]:
        value = data.get(name)
        if value is not None and value != unsaid.get(name) and name not in spans:
            return f"{name} {value} comes from no words of {line['text']}"
    words = said + _bare(line["text"])
    strange = next((name for name, span in spans.items() if _bare(span) not in words), "")
    return f"{strange} comes from words nobody said: {spans[strange]}" if strange else ""


def _bare(words: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", words))


def _is_log(line: dict[str, Any]) -> bool:
    """Whether an entry only keeps the message itself: what was not placed, what was refused."""
    data = line["data"]
    return bool(line["kind"] == "note" and (data.get("state") in ("unplaced", "refused")))


def _compare(row: Row, written: list[dict[str, Any]]) -> tuple[list[Wanted], list[str]]:
    """Return the wanted entries that are missing, and how the others are strange."""
    open_wants, open_lines = list(row.write), list(written)
    for wanted in row.write:
        line = next((line for line in open_lines if not wanted.fits(line)), None)
        if line is not None:
            open_wants.remove(wanted)
            open_lines.remove(line)
    unexpected = [line for line in open_lines if all(allowed.fits(line) for allowed in row.also)]
    return open_wants, [_strange(line, open_wants) for line in unexpected]


def _strange(line: dict[str, Any], wants: list[Wanted]) -> str:
    alike = [wanted.fits(line) for wanted in wants if line["kind"] in wanted.kind.split("|")]
    what = f"wrote {line['kind']} {line['project']} {line['data']}"
    return f"{what} ({alike[0]})" if alike else what


def _unwritten(row: Row, heard: Heard, missing: list[Wanted], *, partly: bool) -> tuple[Outcome, str]:
    names = "、".join(f"{wanted.kind} {wanted.project}" for wanted in missing)
    if partly and not (row.may_ask and _asks(heard)) and not any(said.notice == "asked" for said in _answers(heard)):
        return Outcome.LOST, f"only a part is written, not {names}"
    if _asks(heard):
        return Outcome.ASKED, f"asked instead of {names}"
    return Outcome.LOST, f"not written: {names}"


def _answered(row: Row, heard: Heard) -> tuple[Outcome, str]:
    """Judge the words, now that the ledger is as it should be."""
    lacks = _lacks(row, heard)
    if row.expects == "write":
        return (Outcome.LOST, f"written, but the answers lack {lacks}") if lacks else (Outcome.RIGHT, "")
    if row.expects == "quiet":
        return _quiet(row, heard, lacks)
    if row.expects == "ask":
        return _asked(heard, lacks)
    if not lacks and _useful(heard):
        return Outcome.RIGHT, ""
    if _asks(heard):
        return Outcome.ASKED, f"asked back instead of telling {lacks}"
    return Outcome.LOST, f"the answer lacks {lacks}" if lacks else "no answer"


def _asked(heard: Heard, lacks: str) -> tuple[Outcome, str]:
    if not _asks(heard):
        return Outcome.LOST, "nothing was asked"
    return (Outcome.ASKED, f"the question lacks {lacks}") if lacks else (Outcome.RIGHT, "")


def _quiet(row: Row, heard: Heard, lacks: str) -> tuple[Outcome, str]:
    if heard.questions:
        return Outcome.ASKED, "asked where nothing was reported"
    if lacks:
        return Outcome.LOST, f"the answer lacks {lacks}"
    if not row.kept and not _useful(heard) and heard.state is InState.UNPLACED:
        return Outcome.LOST, "left to the office as not understood"
    return Outcome.RIGHT, ""


def _answers(heard: Heard) -> list[Said]:
    return [said for said in heard.said if said.answer]


def _useful(heard: Heard) -> bool:
    return any(said.notice != "not_understood" for said in _answers(heard))


def _asks(heard: Heard) -> bool:
    if heard.questions:
        return True
    return any(said.notice != "not_understood" and _ASKS.search(said.text) for said in _answers(heard))


def _lacks(row: Row, heard: Heard) -> str:
    """Return the words that somebody should have heard and did not."""
    answers = "\n".join(said.text for said in heard.said if said.to == row.who)
    labels = {label for said in heard.said for _, label in said.buttons}
    lacks = [words for words in row.words if not _holds(answers, words)]
    lacks += [line["name"] for line in heard.lines if not _is_named(row, line, answers)]
    lacks += [label for label in row.buttons if label not in labels]
    for name, wanted in row.told.items():
        theirs = "\n".join(said.text for said in heard.said if said.to == name)
        lacks += [f"{name}：{words}" for words in wanted if not _holds(theirs, words)]
    return "、".join(lacks)


def _is_named(row: Row, line: dict[str, Any], answers: str) -> bool:
    """Whether a receipt names the project in full, so that a wrong one is noticed; a problem's number stands for it."""
    number = line["data"].get("problem")
    return line["kind"] not in SITE or line["name"] in answers or bool(number and number in row.say)


def _holds(text: str, words: str) -> bool:
    return any(one in text for one in words.split("|"))


def counts(scores: Iterable[Score]) -> Counter[Outcome]:
    """Count the outcomes."""
    return Counter(score.outcome for score in scores)
