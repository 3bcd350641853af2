"""A leader's yes or no in one line, as it is said here (中 报吧, 准了, 这不行 数再核核), and what is to be changed.

A single character (中, 行, 准) is a word of its own only before a blank, a stop or a particle: 中午, 行动 are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.understanding.text import Span, span_of

_ENDS = r"(?=$|[，,。；;：:！!\s了吧的呀啊哈报])"
YES = (
    rf"(?:同意|可以|没(?:啥|什么|有)?(?:意见|问题)|木有意见|批准|批了|照办|通过|就这[样么](?:报|办|着)?|照此(?:报|办|上报)?"
    rf"|(?:往)?上?报吧|发吧|准假|ok(?![a-z])|(?:行|中|成|妥|准|管|得劲){_ENDS})"
)
NO = (
    r"(?:不同意|不(?:太|大|咋)?(?:行|中|成|妥|合适|可以|得劲)|不准|不批(?:准)?|不予批准|退回|打回|重报|重写|重弄"
    rf"|(?:先)?(?:别|不)(?:忙)?(?:上)?报|缓报|不对{_ENDS})"
)
AGAIN = r"(?:这?(?:个)?数(?:字|据)?)?再(?:好好)?(?:核|改|查|补|完善|修改|斟酌|想)(?:[核改查想]|一?下|实)?"
BEFORE = r"(?:我|俺)?(?:看|觉得)?(?:这个?|那个?|这份|这样)?(?:材料|月报|报告|稿子|假)?(?:还|也|都|就|可)?(?:是)?"
_AFTER = r"(?:了|吧|的|呀|啊|哈|上?报)*[。!！]*"

_APPROVAL = re.compile(
    rf"^{BEFORE}(?:(?P<no>{NO})|(?P<yes>{YES}))(?P<after>{_AFTER})(?:[，,。；;：:\s]+(?P<remark>.+))?$"
    rf"|^(?P<again>{AGAIN}.*)$",
    re.IGNORECASE | re.DOTALL,
)
# What adds nothing to a yes: 中 准了, 行 就这么办, 同意 辛苦了.
_SAYS_NOTHING = re.compile(
    r"(?:报(?:上去)?|(?:往)?上报|发|就这[样么](?:报|办|定|着)?|辛苦(?:了|大家)?|谢谢|(?:没|木)(?:啥|什么|有)?(?:意见|问题)|可以|行|中|好|成|妥"
    r"|按(?:这个?|此|你说的|程序)?(?:报|来|办|走)|照(?:这个?|此|你说的)?(?:报|来|办)|同意|准(?:了|假)?|批(?:准|了)|通过|我?(?:知道|收到|看过|看)了?"
    r"|(?:让|叫)?(?:他|她|你)?去|尽?快(?:报|发|办)|抓紧(?:报|办)?|赶紧(?:报|办)?|安心(?:去|开会)?|注意(?:安全|身体)|路上(?:慢点?|注意安全)|早去早回|的|了|吧|呀|啊|哈|[，,。；;！!\s])+"
)


@dataclass(frozen=True, slots=True)
class Approval:
    """One line on a text put before a leader. Agreed with a remark is not agreed yet: it goes back once (C11).

    `said_yes` holds for that one too: what bears no change (a leave) is to be asked about, never refused for it.
    """

    agreed: bool
    remark: str
    span: Span
    said_yes: bool


def read_approval(text: str) -> Approval | None:
    """Return a leader's yes or no with what is to be changed, or None where the text is neither."""
    found = _APPROVAL.match(text)
    if not found:
        return None
    said_yes = bool(found["yes"])
    remark = remark_of(found["remark"] or "") if not found["again"] else found["again"].strip()
    return Approval(said_yes and not remark, remark, span_of(text, found.start(), found.end()), said_yes)


def remark_of(words: str) -> str:
    """Return what words beside a yes or no ask for; empty where they only repeat it or are polite."""
    words = words.strip()
    return "" if _SAYS_NOTHING.fullmatch(words) else words
