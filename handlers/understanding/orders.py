"""Orders about something numbered (把JB-3销号, 退回DB-07 责任人没写全): which number, which verb, what is added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.understanding.text import Span

_ASKED = re.compile(r"[?？]\s*$|(?:吗|没有?|么)[?？。]*$")
# What is asked of something that its number names: its state, its date, who, why.
_ABOUT = re.compile(
    r"(?:啥|什么)?(?:情况|进展|进度)|到哪|咋|怎么(?:样|回事|了)|啥(?:时候|时|事|原因|要求|内容)|什么(?:时候|事|原因|要求|内容)|哪一?天|几号|多会儿"
    r"|何时|谁|哪家|为啥|为什么|到期|还差|[?？]\s*$|(?:吗|没有?|么|呢)[啊呀]?[?？。]*$"
)
_EDGE = "：:，,。;； \n"
_PIECES = re.compile(r"[：:，,。；;！!\s]+")
# What goes with a verb without changing the order: 我看可以…了, 你们给…了吧, 我们自己…了啊.
_ASKING = (
    r"(?:我看|我们?|俺们?|咱们?|我局|你们?|恁|自己|自行|看着?|觉得|可以|能|同意|准予?|请求?|求|申请|就|得|都|也|再|现在|现|今天|已经?|应该|该"
    r"|给|帮|麻烦|劳驾|请|把|将|对|它|这个?|那个?|这条|那条|这件|这份|问题|督办件?|通知书?|交办|事项|的|先|直接)*"
)
_SOFTLY = (
    r"(?:\[[\u4e00-\u9fff]{1,4}\]|它|一?下|掉|[了啦咯嘞]|吧|啊|呀|哈|呗|罢|算了|即可"
    r"|吗?中不中|行不行|可以吗|行吗|中吗)*"
)
_PLEA = re.compile(r"(?:行|中|可以|好)(?:吗|不)[?？。]*$")
_ADDRESS = re.compile(r"(?:请|把|将|对|关于|就|给)?(?:问题|交办|提请|督办)?(?:件|的|事)?")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number of ours in a text, in the pattern's own form."""

    span: Span
    number: str


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with something, and the words that go with it."""

    verb: str
    remark: str


def asks_about(text: str) -> bool:
    """Whether a text that names something by its number asks about it."""
    return bool(_ABOUT.search(text))


def find_numbered(text: str, pattern: str) -> Numbered | None:
    """Return the number of a form such as ``JB-{n}`` that a text names, however it is spaced and dashed."""
    found = _form(pattern).search(text)
    if found is None:
        return None
    groups = found.groupdict()
    number = pattern.format(n=int(groups["n"]), year=int(groups.get("year") or 0))
    return Numbered(Span(found.start(), found.end(), found.group()), number)


def read_order(text: str, span: Span, verbs: Mapping[str, str]) -> Order | None:
    """Return the order given about what stands at `span`; `verbs` are the words for each verb. None for a question."""
    if _ASKED.search(text):
        return None
    before, after = text[: span.start].strip(), text[span.end :].lstrip("的 ")
    words = sorted(verbs, key=len, reverse=True)
    either = "|".join(re.escape(word) for word in words)
    lead = re.fullmatch(rf"(?:请|现|现在|我)?(?P<verb>{either})(?:把|将|对)?[{_EDGE}]*", before)
    if lead:
        rest = re.sub(r"^(?:延期|销号|结案|的销号申请|的申请|申请|问题)", "", after)
        return Order(verbs[lead["verb"]], rest.strip(_EDGE))
    if not re.fullmatch(r"(?:请|把|将|对|关于|就|现|现将)*(?:问题|交办|提请|督办)?[：:，, ]*", before):
        return None
    tail = re.match(
        rf"[{_EDGE}]*(?:问题|事项|交办|督办|提请|我们|我局|已经?|的)*(?P<verb>{either})(?:了|掉|吧)?(?P<rest>.*)$",
        after,
        re.S,
    )
    return Order(verbs[tail["verb"]], tail["rest"].strip(_EDGE)) if tail else None


def read_loose_order(text: str, span: Span, verbs: Mapping[str, str]) -> Order | None:
    """Return the order a text gives in a phrase of its own, wherever it stands: 核实过了 ISS-2 同意销号; JB-1 给销了吧.

    The phrase must hold nothing but the verb and words of asking or agreeing, so that 路销了号牌 is none; a question,
    and what is not to be done (先别销), are none.
    """
    if _ASKED.search(text) and not _PLEA.search(text):
        return None
    either = "|".join(re.escape(word) for word in sorted(verbs, key=len, reverse=True))
    verb = re.compile(rf"{_ASKING}(?P<verb>{either}){_SOFTLY}")
    beside = text[: span.start] + "，" + text[span.end :]
    pieces = [piece for piece in _PIECES.split(beside) if piece]
    for at, piece in enumerate(pieces):
        found = verb.fullmatch(piece)
        if found:
            rest = [other for other in (*pieces[:at], *pieces[at + 1 :]) if not _ADDRESS.fullmatch(other)]
            return Order(verbs[found["verb"]], "，".join(rest))
    return _glued_order(pieces, either, verbs)


def _glued_order(pieces: list[str], either: str, verbs: Mapping[str, str]) -> Order | None:
    """Return the order that ends a phrase of its reason, as it is dictated: 昨天路打通了我看可以验收了."""
    verb = re.compile(rf".{{2,}}?(?:(?:可以|请你们?|求|请)(?P<verb>{either})|(?P<no>{either})){_SOFTLY}")
    for piece in pieces:
        found = verb.fullmatch(piece)
        if found and (found["verb"] or found["no"].startswith("不")):
            return Order(verbs[found["verb"] or found["no"]], "，".join(pieces))
    return None


def looked_back(order: Order) -> Order:
    """Return what a look back (回头看 属实, 回头看 没解决) comes to: it is archived, or opened anew."""
    if order.verb != "look":
        return order
    found = re.match(r"(?:看了|结果|情况)*[：:，, ]*属实[，,。 ]*", order.remark)
    return Order("archive", order.remark[found.end() :]) if found else Order("reopen", order.remark)


def _form(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\{(?:n|year)[^}]*\})", pattern)
    source = ""
    for part in parts:
        if part.startswith("{n"):
            source += r"0*(?P<n>\d{1,6})"
        elif part.startswith("{year"):
            source += r"(?P<year>20\d\d)"
        else:
            source += re.escape(part).replace(r"\-", r"\s?[-—_]?\s?")
    return re.compile(rf"(?<![A-Za-z]){source}(?!\d)", re.IGNORECASE)
