"""The kinds of things people say to us, and how one phrase of them is described."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

# What a found name of a project is replaced by, so that phrases may speak of it; nobody writes this.
NAMED = "某项目"


class Intent(StrEnum):
    """What a text asks for or reports."""

    HELP = "help"
    UNDO = "undo"
    CORRECTION = "correction"  # a new figure in place of one given before
    WHY = "why"  # 凭啥催我: which clause, how computed
    FEEDBACK = "feedback"  # 提意见
    BOARD = "board"  # 看板
    ISSUE = "issue"  # 挂牌督办 …
    REVIEW = "review"  # 通过, 退回, 销号 with the notice named
    ASK_CLOSE = "ask_close"  # 申请销号
    REPLY = "reply"  # 复函
    SIGN = "sign"  # 签收
    APPROVE = "approve"  # 同意, with or without a remark
    URGE = "urge"  # 催办
    UNPLACED_LIST = "unplaced_list"  # 待归类
    STAND_IN = "stand_in"  # 替会
    LEAVE = "leave"  # 请假
    TOPIC = "topic"  # 议题
    MY_PROJECTS = "my_projects"
    MY_TODO = "my_todo"
    WHO_MISSING = "who_missing"
    OVERDUE = "overdue"
    WHEN_MEETING = "when_meeting"
    PROJECT_STATUS = "project_status"
    NOTICE_STATUS = "notice_status"
    NOTICE_LIST = "notice_list"
    SUBMIT = "submit"  # 报送: a periodic report
    GOING = "going"  # on the way: not there yet
    VISIT = "visit"
    NO_NEWS = "no_news"
    SOLVED = "solved"  # a problem is said to be over
    PROBLEM = "problem"
    PROGRESS = "progress"
    FINE = "fine"  # 没啥问题, 一切正常


@dataclass(frozen=True, slots=True)
class Phrase:
    """How an intent is put. `ignoring` is blanked out before the patterns look; `unless` rules the whole text out."""

    intent: Intent
    sources: tuple[str, ...]
    unless_source: str
    ignoring_source: str
    needs: Callable[[str], bool] | None
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    weak: bool = False  # gives way to a problem, and to nothing new

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Any of these puts the intent."""
        return _all_compiled(self.sources)

    @property
    def unless(self) -> re.Pattern[str] | None:
        """Where this is found, nothing is."""
        return compiled(self.unless_source) if self.unless_source else None

    @property
    def ignoring(self) -> re.Pattern[str] | None:
        """What is blanked out before the patterns look."""
        return compiled(self.ignoring_source) if self.ignoring_source else None


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern when it is first looked for: all of them take seconds, and a command line needs none."""
    return re.compile(pattern, flags)


@cache
def _all_compiled(sources: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(compiled(source, re.IGNORECASE) for source in sources)


def phrase(
    intent: Intent,
    *patterns: str,
    unless: str = "",
    ignoring: str = "",
    needs: Callable[[str], bool] | None = None,
    examples: tuple[str, ...],
    not_: tuple[str, ...] = (),
    weak: bool = False,
) -> Phrase:
    """Return a phrase from the sources of its patterns."""
    return Phrase(
        intent,
        patterns,
        unless,
        ignoring,
        needs,
        examples,
        not_,
        weak,
    )
