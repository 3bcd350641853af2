"""What a reply to a supervision notice settles of the five matters (五个落实, ZZ-19), labelled or in free speech.

“收到，正在积极协调” settles none of them and is no reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from handlers.understanding import reply_patterns as patterns
from handlers.understanding.dates import DateKind, DateRead, local_day, read_dates
from handlers.understanding.phrases import Intent, read_intents
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.reply_patterns import Item
from handlers.understanding.text import Span, clause_at, clauses, span_of

_HEADER = re.compile(
    r"(?:的)?(?:挂牌)?(?:督办)?(?:通知书|通知)?(?:的)?(?:回复|复函|答复|回函|反馈|情况)?(?:如下)?[:：，,。\s]*"
)
_BARE_HEADER = re.compile(r"^(?:关于[^，。：:]{1,40}?的?)?(?:回复|复函|答复|回函)(?:如下)?[:：，,\s]+")
_TRAILING = re.compile(r"[，。；;,、\s]+$|\s*(?:[（(]?[一二三四五1-5][)）、.]|[①②③④⑤])\s*$")
_VALUE_ENDS = {
    Item.MEASURE: patterns.NEXT_ITEM,
    Item.UNIT: re.compile(r"[，。；;,\n]"),
    Item.LEADER: re.compile(r"[，。；;,\n\d（(]"),
    Item.PERSON: re.compile(r"[，。；;,\n\d（(]"),
}
_NUMBERED = re.compile(
    r"(?:^|(?<=[\n\s，。；;,、：:]))(?:[（(]?(?P<at>[1-5一二三四五])(?:[)）、]|\.(?!\d(?!\d?月))))\s?"
)
_PLACES = {mark: at for marks in ("12345", "一二三四五") for at, mark in enumerate(marks, 1)}
_POST_AFTER = re.compile(r"\s?[（(]\s?[\u4e00-\u9fff、]{2,20}\s?[）)]")
_ANSWER_FRAME = re.compile(r"^(?:就?是|由|让|安排)|(?:同志)?(?:具体|直接)?(?:负责|牵头|分管|承办|经办)?[。！!吧啊]*$")
_TO_BE_DONE = re.compile(r"完成|解决|交|办结|弄好|到位|之?前|内")
_NEXT_WORDS = re.compile(r"[^\s]*")
_BEGINS = re.compile(r"再|开始|着手|启动|去|找|谈|商量|对接|研究|开会|协商|看看|问|联系|上门|做工作|摸底|召集|协调")
_ENDS_IT = re.compile(r"完|好|解决|到位|办结|交(?!流|涉|底)|清|拿|批|签|通|付|成|之?前|以前|之?内|为限|到期|拆|腾|退")
_REPORTS = frozenset({Intent.VISIT, Intent.NO_NEWS, Intent.PROBLEM, Intent.PROGRESS, Intent.PROJECT_STATUS})
_BLANK_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff\d])[ \n](?=[\u4e00-\u9fff\d])")
_LEAST_MEASURE = 6
_ANY_DAY = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of the reply: “9月28号前交第一批20亩”."""

    date: date
    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class ReplyRead:
    """What a reply settles; what it does not is None. `unit` may be “我局”: the sender's own.

    `deadline` is the last of the dates given; `spans` holds the words of each item that is set. `is_deliberate`: it
    says “办法是…” or names who is responsible, as only a reply does; a report of progress may hold a date as well.
    """

    measure: str | None = None
    unit: str | None = None
    leader: str | None = None
    person: str | None = None
    deadline: date | None = None
    milestones: tuple[Milestone, ...] = ()
    spans: dict[Item, Span] = field(default_factory=dict)
    is_deliberate: bool = False

    @property
    def missing(self) -> tuple[Item, ...]:
        """The items that are not settled, in the order of the notice."""
        return tuple(item for item in Item if item not in self.spans)

    def __bool__(self) -> bool:
        return bool(self.spans)


def read_reply(
    text: str, *, sent: datetime, is_workday: Callable[[date], bool], asked: Item | None = None
) -> ReplyRead:
    """Return which of the five a text settles. `asked`: the one item it answers, if we asked for one."""
    body = _without_header(text)
    found = _in_order(body) or _labelled(body)
    body = _BLANK_BETWEEN.sub("，", body)  # hurried typists part their phrases by blanks; every place stays the same
    stated_deadline = found.pop(Item.DEADLINE, None)
    _add_free(_masked(body, [*found.values(), stated_deadline]), found)
    dates = [read for read in read_dates(body, sent=sent, is_workday=is_workday) if _is_promise(read, body, sent)]
    within = [read for read in dates if stated_deadline and read.span.within(stated_deadline)]
    last = max(within or dates, key=lambda read: read.date, default=None)
    if last:
        found[Item.DEADLINE] = last.span
    if asked and asked not in found:
        _add_asked(body, asked, found)
    if Item.MEASURE not in found and not asked:
        _add_dated_measure(body, dates, found)
    return ReplyRead(
        **{item.value: found[item].words for item in Item if item in found and item is not Item.DEADLINE},
        deadline=last.date if last else None,
        milestones=tuple(_milestone(read, body) for read in dates),
        spans=found,
        is_deliberate=bool(found.keys() & patterns.FREE.keys() or patterns.MEASURE_STATED.search(body)),
    )


def is_empty_reply(text: str) -> bool:
    """Whether a text is an answer that settles nothing: “收到，我们正在积极协调，尽快解决”.

    A question, or a text about something else, is no empty reply.
    """
    body = _without_header(text)
    if not patterns.EMPTY.search(body) or patterns.ASKS.search(body):
        return False
    hollow = patterns.HOLLOW_REPORT if patterns.ABOUT_NOTICE.search(text) else patterns.HOLLOW
    if len(hollow.sub("", body)) > 6 or _REPORTS.intersection(read_intents(body)):
        return False
    return not read_reply(text, sent=_ANY_DAY, is_workday=lambda day: day.weekday() < 5)


def _without_header(text: str) -> str:
    """Blank out “DB-07回复：”, keeping every other character in its place."""
    ref = find_notice_ref(text)
    bare = _BARE_HEADER.match(text)
    end = bare.end() if bare else 0
    if ref and ref.span.start <= 8:
        header = _HEADER.match(text, ref.span.end)
        end = header.end() if header else ref.span.end
    return " " * end + text[end:]


def _labelled(body: str) -> dict[Item, Span]:
    found: dict[Item, Span] = {}
    marks = list(patterns.LABELLED.finditer(body))
    ends = [*(mark.start() for mark in marks[1:]), len(body)]
    for mark, end in zip(marks, ends, strict=False):
        item = Item(mark.lastgroup or "")
        value = _value(body, mark.end(), end, item)
        if value.words and item not in found:
            found[item] = value
    return found


def _in_order(body: str) -> dict[Item, Span]:
    """Return the five that are numbered in the order of the notice (1.分户签约 2.我局 3.…), with or without labels."""
    marks = list(_NUMBERED.finditer(body))
    if [_PLACES[mark["at"]] for mark in marks] != [1, 2, 3, 4, 5]:
        return {}
    ends = [*(mark.start() for mark in marks[1:]), len(body)]
    found: dict[Item, Span] = {}
    for item, mark, end in zip(Item, marks, ends, strict=True):
        label = patterns.label_of(item, body[mark.end() : end])
        if label is None:
            return {}
        value = _value(body, mark.end() + label, end, item)
        if value.words:
            found[item] = value
    return found


def _value(body: str, start: int, end: int, item: Item) -> Span:
    ends = _VALUE_ENDS.get(item)
    stop = ends.search(body, start, end) if ends else None
    words = body[start : stop.start() if stop else end]
    while trimmed := _TRAILING.search(words):
        words = words[: trimmed.start()]
    return _with_post(body, span_of(body, start, start + len(words)), item)


def _with_post(body: str, name: Span, item: Item) -> Span:
    """Return a person's name with the post that follows it in brackets: 孙涛（耕保股股长）."""
    post = _POST_AFTER.match(body, name.end) if item in (Item.LEADER, Item.PERSON) and name.words else None
    return span_of(body, name.start, post.end()) if post else name


def _masked(body: str, spans: list[Span | None]) -> str:
    for span in spans:
        if span:
            body = body[: span.start] + "。" * (span.end - span.start) + body[span.end :]
    return body


def _add_free(body: str, found: dict[Item, Span]) -> None:
    for item, ways in patterns.FREE.items():
        for way in ways:
            match = way.search(body)
            if item not in found and match and not patterns.NO_NAME.match(match["value"]):
                found[item] = _named(body, match, item)
    measure = None if Item.MEASURE in found else _measure(body)
    if measure:
        found[Item.MEASURE] = measure


def _named(body: str, match: re.Match[str], item: Item) -> Span:
    start, end = match.span("value")
    org = patterns.ORG_BEFORE_NAME.match(body[start:end]) if item is Item.LEADER else None
    return _with_post(body, span_of(body, start + (org.end() if org else 0), end), item)


def _measure(body: str) -> Span | None:
    label = patterns.MEASURE.search(body)
    start = label.end() if label else 0
    run: list[Span] = []
    for clause in clauses(body):
        piece = span_of(body, max(start, clause.start), clause.end)
        if clause.end <= start or not piece.words:
            continue
        glued = patterns.GLUED.search(piece.words) if label and piece.start == start else None
        if glued and glued.start() >= _LEAST_MEASURE:
            run.append(span_of(body, piece.start, piece.start + glued.start()))
            break
        dated = _begins_with_date(piece.words) and not (label and piece.start == start and _says_more_than_when(piece))
        if patterns.OTHER_ITEM.search(piece.words) or dated or not _goes_on(piece, run, label):
            if run:
                break
            continue
        run.append(piece)
    if not run or not _says_something(span_of(body, run[0].start, run[-1].end).words):
        return None
    return span_of(body, run[0].start, run[-1].end)


def _goes_on(piece: Span, run: list[Span], label: re.Match[str] | None) -> bool:
    return bool(label or patterns.CONCRETE.search(piece.words)) and (bool(run) or _says_something(piece.words))


def _says_something(words: str) -> bool:
    return len(patterns.HOLLOW.sub("", words)) >= 3


def _begins_with_date(words: str) -> bool:
    dates = read_dates(words, sent=_ANY_DAY, is_workday=lambda _: True)
    return bool(dates) and dates[0].span.start <= 2


def _says_more_than_when(piece: Span) -> bool:
    rest = piece.words
    for read in read_dates(piece.words, sent=_ANY_DAY, is_workday=lambda _: True):
        rest = rest.replace(read.words, "", 1)
    return _says_something(rest)


def _is_promise(read: DateRead, body: str, sent: datetime) -> bool:
    today = local_day(sent)
    if read.kind is not DateKind.BEFORE and _only_begins(read, body):
        return False
    if read.kind is DateKind.PERIOD and (read.date - read.first).days >= 27 and read.first <= today:
        return False  # 9月: the month spoken of
    if read.date > today or read.kind is DateKind.BEFORE:
        return read.date >= today
    return read.date == today and bool(_TO_BE_DONE.search(clause_at(body, read.span.start).words))


def _only_begins(read: DateRead, body: str) -> bool:
    """Whether something is only begun then: 下周再找村里谈 says nothing of when it is solved."""
    after = _NEXT_WORDS.match(body[read.span.end : clause_at(body, read.span.start).end])
    words = after.group() if after else ""
    if _ENDS_IT.search(words):
        return False
    return read.kind is DateKind.PERIOD or bool(_BEGINS.search(words))


def _add_dated_measure(body: str, dates: list[DateRead], found: dict[Item, Span]) -> None:
    """Without any other measure, what is promised by a date is one: “月底前把变压器装上”."""
    for read in dates:
        clause = clause_at(body, read.span.start)
        rest = clause.words.replace(read.words, "")
        if patterns.OTHER_ITEM.search(rest):
            continue
        if patterns.CONCRETE.search(rest) and _says_something(rest):
            found[Item.MEASURE] = clause
            return


def _add_asked(body: str, asked: Item, found: dict[Item, Span]) -> None:
    if asked is Item.DEADLINE:
        return
    whole = span_of(body, 0, len(body))
    if asked is Item.MEASURE:
        others = bool(found.keys() - {Item.DEADLINE}) or patterns.OTHER_ITEM.search(whole.words)
        if _says_something(whole.words) and not others:
            found[asked] = whole
        return
    first = next(iter(clauses(body)), whole)
    name = _ANSWER_FRAME.sub("", first.words)
    start = first.start + first.words.index(name)
    if _is_name(name, asked):
        found[asked] = span_of(body, start, start + len(name))


def _is_name(words: str, asked: Item) -> bool:
    if patterns.NO_NAME.match(words) or not re.fullmatch(r"[\u4e00-\u9fff、]{2,15}", words):
        return False
    if asked is Item.UNIT:
        return bool(patterns.ORG_LIKE.match(words))
    return len(patterns.HOLLOW.sub("", words)) >= 2 and not read_dates(words, sent=_ANY_DAY, is_workday=lambda _: True)


def _milestone(read: DateRead, body: str) -> Milestone:
    clause = clause_at(body, read.span.start)
    return Milestone(read.date, clause.words, clause)
