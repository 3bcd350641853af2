"""What a text asks for or reports, whether it may be believed, and how a visit was made.

A phrase (`phrasebook/`) holds where one of its patterns is found and nothing rules it out. Several may
hold; what contradicts or merely resembles another is then dropped (:data:`_OVERRULED`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from handlers.understanding.approval import Approval, read_approval
from handlers.understanding.denials import without_denied
from handlers.understanding.intents import NAMED, Intent, Phrase, compiled
from handlers.understanding.modes import mode_of
from handlers.understanding.musing import without_musing
from handlers.understanding.phrasebook.commands import COMMANDS
from handlers.understanding.phrasebook.hindrances import HINDRANCES
from handlers.understanding.phrasebook.presence import AT_THE_PLACE, PRESENCE
from handlers.understanding.phrasebook.problems import PROBLEMS
from handlers.understanding.phrasebook.progress import PROGRESS
from handlers.understanding.phrasebook.questions import QUESTIONS
from handlers.understanding.phrasebook.shortfalls import SHORTFALLS
from handlers.understanding.phrasebook.spoken_troubles import SPOKEN_TROUBLES
from handlers.understanding.phrasebook.spoken_visits import BY_PIECES, BY_THE_CLOCK, RUN_ON, SPOKEN_VISITS, STAYED
from handlers.understanding.phrasebook.visits import VISITS
from handlers.understanding.text import Span, phrases, span_of
from handlers.understanding.works import in_common_words

__all__ = [
    "PHRASES",
    "Approval",
    "Intent",
    "find_intent",
    "has_secret_marking",
    "looks_pasted",
    "read_approval",
    "read_intents",
    "surely_shows",
    "visit_mode",
]

PHRASES: tuple[Phrase, ...] = (
    *COMMANDS,
    *QUESTIONS,
    *VISITS,
    *PRESENCE,
    *SPOKEN_VISITS,
    *HINDRANCES,
    *SHORTFALLS,
    *SPOKEN_TROUBLES,
    *PROBLEMS,
    *PROGRESS,
)

_REMEMBERED = 1024  # many handlers ask of one message
_REPORTS = frozenset({Intent.VISIT, Intent.NO_NEWS, Intent.PROBLEM, Intent.PROGRESS, Intent.SOLVED, Intent.GOING})
_FACTS = frozenset({Intent.NO_NEWS, Intent.PROBLEM, Intent.PROGRESS, Intent.SOLVED})

# The key, where it holds, drops the others.
_OVERRULED: dict[Intent, frozenset[Intent]] = {
    Intent.ISSUE: _REPORTS | {Intent.PROJECT_STATUS, Intent.REPLY, Intent.LEAVE},
    Intent.REVIEW: _REPORTS | {Intent.REPLY, Intent.APPROVE, Intent.SIGN, Intent.PROJECT_STATUS},
    Intent.ASK_CLOSE: _REPORTS | {Intent.REVIEW, Intent.REPLY},
    Intent.NOTICE_STATUS: _REPORTS | {Intent.REPLY, Intent.SIGN, Intent.REVIEW, Intent.OVERDUE},
    Intent.APPROVE: _FACTS,
    Intent.REPLY: _REPORTS | {Intent.PROJECT_STATUS},
    Intent.TOPIC: _REPORTS | {Intent.SUBMIT, Intent.WHEN_MEETING, Intent.PROJECT_STATUS},
    Intent.CORRECTION: frozenset({Intent.UNDO}),
    Intent.UNDO: _REPORTS,
    Intent.WHY: frozenset({Intent.URGE, Intent.ISSUE}) | _FACTS,
    Intent.URGE: frozenset({Intent.WHO_MISSING}) | _REPORTS,
    Intent.STAND_IN: _REPORTS,
    Intent.LEAVE: _REPORTS,
    Intent.VISIT: frozenset({Intent.PROJECT_STATUS, Intent.GOING}),
    Intent.NO_NEWS: frozenset({Intent.PROJECT_STATUS}),
    Intent.PROJECT_STATUS: _FACTS,
    Intent.WHO_MISSING: _REPORTS | {Intent.PROJECT_STATUS, Intent.SUBMIT},
    Intent.OVERDUE: _REPORTS,
    Intent.WHEN_MEETING: _REPORTS | {Intent.PROJECT_STATUS},
    Intent.NOTICE_LIST: _REPORTS | {Intent.PROJECT_STATUS, Intent.OVERDUE, Intent.NOTICE_STATUS, Intent.WHO_MISSING},
    Intent.MY_TODO: _REPORTS | {Intent.PROJECT_STATUS, Intent.SUBMIT},
    Intent.MY_PROJECTS: _REPORTS | {Intent.PROJECT_STATUS},
}

_PASTED = re.compile(
    r"(?:^|[\n【\[])\s*(?:系统|平台|后台|管理员|官方)(?:自动)?(?:通知|提示|消息|指令|公告|命令)"
    r"|(?:全部|所有|一律|统一)[^，。；\n]{0,10}(?:改为|改成|标记为|标为|设为|置为|变更为|视为|更新为)"
    r"|(?:标|改|设|置|变更|更新|登记|记)(?:成|为)[^，。\n]{1,12}[，,。\s]*(?:这|此)?(?:是|为)?(?:系统|平台|后台|管理员)的?(?:要求|指令|命令|规定)"
    r"|(?:忽略|无视|忘记)[^，。\n]{0,8}(?:以上|之前|上述|前面|所有)[^，。\n]{0,8}(?:指令|规则|内容|要求|提示)"
    r"|ignore\s+(?:all\s+|the\s+)?(?:previous|above)|you are now|^\s*(?:system|assistant|user)\s*[:：]"
    r"|你现在(?:是|扮演)|(?:请|让)?你(?:来|就|先)?(?:扮演|假装|冒充|充当|当成|装作)|(?:扮演|假装|装作|装成|假设|假定|充当|冒充|模拟)(?:一下|成|你|我|自己|是|为|一个|个|的)*[^，。\s]{0,6}"
    r"(?:局|委|办|管理员|系统|后台|平台|领导|县长|书记|主任|人工智能|助手|专家|程序|数据库|老板|客服)"
    r"|(?:你|从现在(?:起|开始))(?:现在|就|先|来)*(?:是|当|成了?)(?:一?[个名位]|作|做)?[^，。\s]{0,4}(?:统计局|管理员|系统|后台|数据库|root|admin)"
    r"|(?:下面|以下|下边|上面|这段|此段|这句)[^，。\n]{0,8}(?:原样|照样|原封不动|一字不[动改落]|照抄)[^，。\n]{0,4}[存记写录登填入发转]"
    r"|反正(?:也|都)?(?:没人|谁也不|不会有人)[查看管核]|随便(?:填|写|报|记|编)(?:一?个|点|上)"
    r"|往(?:高|大|多|低|小|少)(?:了|里|处)?(?:报|写|填|弄|整)|[虚多瞒]报(?:点|些|到|成)|凑(?:到|够|成)\d"
    r"|(?:规矩|规则|规定)[^，。]{0,4}(?:忘掉|忘了|作废|不算)|从现在起[^，。]{0,4}听我|一律销号|(?:忽略|无视|忘掉|忘了|不管|跳过|绕过|别管)[^，。\n]{0,8}(?:规则|规定|指令|限制|审核|核实|校验|要求)|(?:聊天记录|转发自|转自)[:：]|(?:原样|照抄|照原话|一字不[差改动漏])[^，。\n]{0,4}(?:存|记|写|录|登|填)|^\s*【(?![^】]*(?:期|厂|院|路|园|农田|项目|工程|标段)】)[^】]{1,20}】|^[\u4e00-\u9fff]{2,8}(?:公司|局|办|中心|委)(?:通知|公告|提示)[：:]",
    re.IGNORECASE,
)

_GRADE = r"(?:绝密|机密|秘密)"
_SECRET = re.compile(
    rf"(?:{_GRADE}|内部)[★☆✩✭⭐*]"
    rf"|密级[:：]?(?:为|是)?{_GRADE}"
    r"|绝密|(?<!商业)(?<!非)机密(?!性|计算)"
    rf"|[【\[(（〔]{_GRADE}(?:级|件|文件)?[】\])）〕]"
    rf"|{_GRADE}(?:级(?!别)|件|文件|资料)"
    rf"|(?:标|写|印|盖|打|注|定)(?:着|了|有|明|的|成|为|是){{0,2}}[“「\"']?{_GRADE}"
    rf"|(?:文件|材料|方案|预案|通知|资料|纪要|信息|这份|这个|这件)(?:的)?(?:就|也|都)?(?:是|属于?|属){_GRADE}(?:的|级|件|[，。\s]|$)"
    rf"|(?<!商业)(?<!技术){_GRADE}的(?:文件|材料|方案|预案|资料|通知|纪要|会议|件)"
    r"|(?<![不非未])涉密(?:的|文件|材料|资料|件|信息|台账|数据)(?!管理|培训|资质|工作|人员|要走)"
    r"|内部(?:资料|文件)[，,]?(?:注意保存|不得外传|严禁外传|请勿外传|不得翻印|妥善保管)"
)
_SECRET_LINE = re.compile(rf"^\s*{_GRADE}(?:\s*\d+\s*年|\s*长期)?\s*$", re.MULTILINE)

_AT_THE_PLACE = (*AT_THE_PLACE, *RUN_ON, *BY_PIECES, *STAYED, *BY_THE_CLOCK)
_THAT = re.compile(
    rf"(?:[那这]个|[那这]边的?){NAMED}|{NAMED}项目(?![部经上办])"
)  # 从那个某项目回来, 赴某项目项目开展督查
_TO_SEE = re.compile(r"[看查盯验催问]|检查|参加|督导|调研|了解|准备|再[去来]")


def read_intents(text: str, names: Sequence[Span] = ()) -> tuple[Intent, ...]:
    """Return what a normalised text asks for or reports: commands, then questions, then reports.

    `names` are the words that name projects: a long name may stand between the words of a phrase (到…了), and what
    a name itself says (隐患治理) is not said of it.
    """
    return tuple(intent for intent, _ in _read(text, tuple(names)))


def find_intent(text: str, intent: Intent) -> Span | None:
    """Return the words that show an intent, or None where the text has no such intent."""
    found = dict(_read(text)).get(intent)
    return span_of(text, found.start, found.end) if found else None


def surely_shows(text: str, intent: Intent) -> bool:
    """Whether a normalised text shows an intent by a phrase that is not weak, whatever else it says."""
    text = in_common_words(text)
    return any(entry.intent is intent and not entry.weak and _evidence(entry, text) for entry in PHRASES)


def looks_pasted(text: str) -> bool:
    """Whether a text poses as an order of the system instead of telling what its sender saw: never a report."""
    return bool(_PASTED.search(text))


def has_secret_marking(text: str) -> bool:
    """Whether a text bears a mark of secrecy (密级); 保密 and 商业秘密 in ordinary prose do not count."""
    together = re.sub(r"[^\S\n]+", "", text)
    return bool(_SECRET.search(together) or _SECRET_LINE.search(together))


def visit_mode(text: str, names: Sequence[Span] = ()) -> str:
    """Return how a visit was made (JZ-23): 视频, 电话 or 微信 where the text says so and not that they were there."""
    masked = _masked(text, names)
    return mode_of(text, masked, there=any(compiled(pattern).search(masked) for pattern in _AT_THE_PLACE))


@lru_cache(maxsize=_REMEMBERED)
def _read(text: str, names: tuple[Span, ...] = ()) -> tuple[tuple[Intent, Span], ...]:
    pasted, text = looks_pasted(text), in_common_words(without_musing(without_denied(text)))
    masked = _masked(text, names)
    shown = {
        entry.intent: (entry, span)
        for entry in PHRASES
        if not (pasted and entry.intent in _REPORTS) and (span := _shown(entry, text, masked, names)) is not None
    }
    found = {intent: span for intent, (_, span) in shown.items()}
    if Intent.PROGRESS in shown:
        weak = shown[Intent.PROGRESS][0].weak
        _drop(found, Intent.PROGRESS if weak and found.keys() & {Intent.PROBLEM, Intent.NO_NEWS} else None)
        _drop(found, Intent.NO_NEWS if not weak else None)
        _drop(found, Intent.GOING if not weak and Intent.GOING in found and _tells_done_apart(text) else None)
    for intent, dropped in _OVERRULED.items():
        if intent in found:
            found = {other: span for other, span in found.items() if other not in dropped}
    _drop(found, Intent.FINE if len(found) > 1 else None)
    return tuple(found.items())


def _drop(found: dict[Intent, Span], intent: Intent | None) -> None:
    if intent is not None:
        found.pop(intent, None)


def _tells_done_apart(text: str) -> bool:
    """Whether a phrase of its own tells what is done, beside one of what is to come: 湿接缝浇完 后天上护栏."""
    apart = [words.words for words in phrases(text) if not _TO_SEE.search(words.words)]
    done = [words for words in apart if _evidence_of(Intent.PROGRESS, words)]
    return any(not _evidence_of(Intent.GOING, words) for words in done)


def _evidence_of(intent: Intent, text: str) -> bool:
    return any(entry.intent is intent and not entry.weak and _evidence(entry, text) for entry in PHRASES)


def _masked(text: str, names: Sequence[Span]) -> str:
    masked, end = "", 0
    for name in sorted(names):
        if name.start >= end:
            masked += text[end : name.start] + NAMED
        end = max(end, name.end)
    return _THAT.sub(NAMED, masked + text[end:]) if names else ""


def _shown(entry: Phrase, text: str, masked: str, names: Sequence[Span]) -> Span | None:
    found = _evidence(entry, masked) if masked else None
    if found is not None:
        return found
    plain = _evidence(entry, text)
    return None if plain is not None and any(plain.within(name) for name in names) else plain


@lru_cache(maxsize=64)
def _without(ignored: str, text: str) -> str:
    """Return a text with what a phrase ignores blanked out; several phrases ignore the same."""
    return compiled(ignored).sub(lambda found: "　" * len(found.group()), text)


def _evidence(entry: Phrase, text: str) -> Span | None:
    if (entry.unless and entry.unless.search(text)) or (entry.needs and not entry.needs(text)):
        return None
    seen = _without(entry.ignoring_source, text) if entry.ignoring_source else text
    for pattern in entry.patterns:
        found = pattern.search(seen)
        if found:
            return span_of(text, found.start(), found.end())
    return None
