"""Text as people type it, brought to one form, and spans of that form.

Everything else in this package works on what :func:`normalise` returns, so that a span found by one reader
means the same characters to the next.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from handlers.understanding.wrong_characters import with_right_characters

MAX_CHARACTERS = 2000

# Full-width punctuation stays Chinese: receipts quote the sender's words, and patterns accept both forms.
_KEPT = frozenset("，：；！？（）。、“”‘’《》【】〔〕…—·～①②③④⑤⑥⑦⑧⑨⑩")
_FOLDED = re.compile(r"[\uff01-\uffee\u2f00-\u2fdf\u2e80-\u2eff\uf900-\ufaff\u3000]")

_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[ \n]*")
# "9 月 28 日", "2300 万": typed apart, meant together.
_TYPED_APART = re.compile(r"(?<=\d) (?=[年月日号万亿元亩个成%点时天周])|(?<=[年月第]) (?=\d)")

# Where a voice without stops goes on to something else: …三百根了 就是护栏没装.
_SPOKEN_ON = re.compile(
    r"(?<=[\u4e00-\u9fff][啊嘞])(?=[\u4e00-\u9fff])(?![呀哈啊呢吧的了])|(?<=[呢吧哈])(?=[那这]个|[我俺咱])"
    r"|(?<=[了啊吧呢嘞哈])(?=然后|另外|还有(?!\d)|就是(?!说)|不过|但是?|可是|顺便|对了)"
)
_RUNS_ON = 14
# 第一…第二…: each begins something of its own; 第二层 and 第三批 count.
_ORDINAL = (
    r"第[一二三四五](?=[，,、：:\s是个]|(?![层批座台条段期次车季标版幅联根孔跨轮步部节届名款榀块道栋院人中小实辆口眼"
    r"片间天周月年代方污排趟回遍])[\u4e00-\u9fff])(?!个(?:月|星期|礼拜|季|人|百|千|工作))"
)
_LISTED = re.compile(rf"(?<=[^\s，。；、,;：:])(?={_ORDINAL})")
_LISTS = re.compile(rf"{_ORDINAL}.*{_ORDINAL}", re.S)
# 2 7 8万: a figure typed digit by digit; 1 2万 may be two things.
_DIGIT_BY_DIGIT = re.compile(r"(?<![\d.] )(?<![\d.])\d(?: \d){2,}(?=\s?(?:[万亿%]|个亿))")
# 二一三九月: the last of so many digits names the month.
_BEFORE_MONTH = re.compile(r"(?<=[一二三四五六七八九零〇]{3})(?=(?:十[一二]?|[一二三四五六七八九])月)")
# 三分之一二期那边: the last of a share's digits ends it.
_AFTER_A_SHARE = re.compile(r"(?<=分之[一二三四五六七八九])(?=[一二三四五]期)")
_EMOTICON = re.compile(r"\[[\u4e00-\u9fff]{1,4}\]")  # [捂脸], as phones send their faces

_MENTION = r"@[^\s@，,。:：]{1,30}"
_BOT_MENTION = re.compile(
    r"@[^\s@，,。:：]{0,20}?(?:机器人|助手|督办|小督|bot)(?=[\s，,。:：]|$)[，,:：]?", re.IGNORECASE
)
_LEADING_MENTION = re.compile(rf"^\s*{_MENTION}(?:[\s，,:：]+|$)")

_CLAUSE = re.compile(r"(?:[^，。；！？\n;!?,]|(?<=\d),(?=\d{3}))+")
_PHRASE = re.compile(r"[①-⑩]?(?:[^，。；！？、\n;!?, ①-⑩]|(?<=\d),(?=\d{3}))+")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The piece `words` of a normalised text, at `[start, end)`."""

    start: int
    end: int
    words: str

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def within(self, other: Span) -> bool:
        """Whether this one lies inside the other (or is the same)."""
        return other.start <= self.start and self.end <= other.end


def span_of(text: str, start: int, end: int) -> Span:
    """Return the span `[start, end)` of a text without the blanks at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, text[start:end])


def normalise(text: str, *, bot_names: tuple[str, ...] = ()) -> str:
    """Return the text in the one form the readers expect, at most 2,000 characters.

    Full-width letters and digits become half-width, Chinese punctuation stays; invisible characters go; runs of
    blanks become one; line ends stay; a long run of spoken words is parted where it goes on to something else; terms
    with one wrong character (累记) get the right one.
    The mention of the bot goes: names in `bot_names` and names that sound like a bot anywhere, otherwise one mention
    at the very start (in a group that is how we are called).
    """
    # Cut before the work as well: a pasted book must not cost more than a message.
    shown = "".join(map(_visible, text[: 4 * MAX_CHARACTERS]))
    folded = _FOLDED.sub(lambda found: _fold(found.group()), shown)
    folded = _EMOTICON.sub(" ", folded) if _EMOTICON.sub("", folded).strip() else folded
    spaced = _squeeze(_without_mention(folded, bot_names))
    return with_right_characters(_squeeze(_parted(spaced[:MAX_CHARACTERS])))


def _parted(text: str) -> str:
    """Return a text with a blank where spoken words without stops go on to something else."""
    if _LISTS.search(text):
        text = _LISTED.sub(" ", text)
    if max(map(len, _PHRASE.findall(text)), default=0) < _RUNS_ON:
        return text
    return _SPOKEN_ON.sub(" ", text)


def _squeeze(text: str) -> str:
    together = _DIGIT_BY_DIGIT.sub(
        lambda found: found.group().replace(" ", ""),
        _AFTER_A_SHARE.sub(" ", _BEFORE_MONTH.sub(" ", _SPACES.sub(" ", text))),
    )
    return _TYPED_APART.sub("", _BREAKS.sub("\n", together).strip())


def clauses(text: str) -> list[Span]:
    """Return the clauses of a text: what stands between commas, full stops and line ends."""
    return _pieces(_CLAUSE, text)


def phrases(text: str) -> list[Span]:
    """Return the clauses cut further at blanks and enumeration commas, as hurried typists mean them."""
    return _pieces(_PHRASE, text)


def clause_at(text: str, position: int) -> Span:
    """Return the clause that holds a position, or an empty span there."""
    for clause in clauses(text):
        if clause.start <= position < clause.end:
            return clause
    return Span(position, position, "")


def _pieces(pattern: re.Pattern[str], text: str) -> list[Span]:
    found = (span_of(text, match.start(), match.end()) for match in pattern.finditer(text))
    return [span for span in found if span.words]


def _visible(character: str) -> str:
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    if character == "\r" or category in ("Zl", "Zp"):
        return "\n"
    hidden = category in ("Cf", "Cc", "Cs", "Co") or "\ufe00" <= character <= "\ufe0f"
    return "" if hidden else character


def _fold(character: str) -> str:
    return character if character in _KEPT else unicodedata.normalize("NFKC", character)


def _without_mention(text: str, bot_names: tuple[str, ...]) -> str:
    named = text
    for name in sorted(bot_names, key=len, reverse=True):
        named = named.replace(f"@{name}", " ")
    named = _BOT_MENTION.sub(" ", named)
    return named if named != text else _LEADING_MENTION.sub("", text)


def said(**found: str) -> dict[str, str]:
    """Return the words that gave each field; a field that no words gave is left out."""
    return {name: words for name, words in found.items() if words}
