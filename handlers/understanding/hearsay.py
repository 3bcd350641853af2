"""What somebody else said, told by the sender: 他说月底能完, 供电公司说月底通电. Never the sender's fact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.understanding.din import without_din
from handlers.understanding.text import Span, clauses, span_of
from handlers.understanding.works import STEPS

_HAN = r"[\u4e00-\u9fff]"
# 电话跟宋院长说: 宋院长 is spoken to.
_OF_NAME = r"(?:(?![跟对给向让叫催])[\u4e00-\u9fff])"
_POST = r"(?:书记|县长|区长|市长|局长|主任|部长|院长|经理|科长|股长|所长|站长|队长|乡长|镇长)"
_BODY = (
    r"(?:公司|集团|银行|局|委|中心|办|镇|乡|街道|村委会?|厂家|设计院|监理"
    r"|项目部|施工方|施工队|施工单位|[\u4e00-\u9fff]队|班组)"
)
_WHO = (
    rf"(?:他们?|她们?|人家|对方|企业|业主|老板|施工方|施工队|施工单位|监理(?:单位|方)?|项目经理|项目部|村里|村支书|村民|厂家|厂里"
    rf"|[老小]{_HAN}(?=说|讲)|审图的|(?:做|搞|干)[\u4e00-\u9fff]{{1,3}}的|甲方|乙方|设计院|设计单位|供[应货]商|厂商|{_OF_NAME}{{2,4}}(?=那[边头](?:[都也又刚]|跟我|给我)*(?:说|讲|表示|回话|答应))|{_OF_NAME}{{1,3}}?{_POST}|{_OF_NAME}(?:总|工|局|经理)|{_OF_NAME}{{1,10}}?{_BODY}(?:的?[老小]?{_OF_NAME}{{1,3}}?)?)"
)
_SAYS = (
    r"(?:说(?!明(?![年天日儿早])|[法服清不过]|一声)|讲(?!一声)|称(?=[^重量])|表示|告诉(?:我们?|俺们?)?|保证|答应|承诺|回话|回复说"
    r"|反馈说?)"
)
_HOW = (
    r"(?:(?:回来|[看去转问](?:了|完))(?:[后就给跟我]*)|拍着?胸脯|打包票"
    r"|口头|[又都刚也还老]|一直|今[天儿早]|昨[天儿]|刚才|[跟给对向](?:我们?|俺们?|咱))"
)
_TOLD = re.compile(
    rf"(?<![跟对给和同向让请叫催\d])(?<![你您]给[\u4e00-\u9fff])(?P<who>(?!亩)(?!{_HAN}{{0,3}}?[跟给向](?!我|俺|咱)){_WHO})(?:那[边头]|方面|的人)?{_HOW}{{0,2}}(?P<says>{_SAYS})(?:了|是|过)?"
)
_HEARD_FROM = re.compile(r"听(?P<who>(?!人|大家)[\u4e00-\u9fff]{1,6}?)(?:那[边头])?[说讲](?!话)")
_RUMOUR = re.compile(
    r"(?P<who>听说|据说|传言|听人讲|(?<=[\u4e00-\u9fff])(?<![我俺咱你不没就来要能话再])说是(?=[^，。；\s]{0,8}[完好通成齐]了))"
)
_HOW_LONG = re.compile(r"了?[一两三四五几半小大好\d]+个?[半多来]?个?(?:钟头|小时|分钟|天)$")  # 听他讲了半个钟头
_STEP = re.compile(STEPS)
# 高县长说他礼拜天来过213 您给他补记一下: a visit to be noted for him, not his word on the works.
_TO_BE_NOTED = re.compile(
    r"[说讲]?(?:他|她)[^，。；\s]{0,8}(?:[去来到看转]过|[去来到]了).{0,24}给(?:他|她|领导)(?:补|代|登|记)"
)
_ASKED = re.compile(
    r"[?？]|来着[。]?$|吗$|啥时候|什么时候|没有$|(?:回话|回信|回复|答复|答应|表态|吭声|松口|同意|说|讲|信儿?)了?没[啊呀。]?$"
)
_TO_COME = re.compile(
    r"能|[会要得](?!议)|争取|力争|确保|保证|答应|承诺|预计|估计|计划|准备|打算|可以|肯定|之?前|以?内|到货|通[水电车气]|[完好成通齐]"
)
# …才轮得上 可设备哪等得起, 说是七层了我数了数: here the sender speaks again.
_TURNS = re.compile(
    r"\s(?:可(?!能|以|研)|但|不过|结果|其实|实际|偏偏|反正|(?:我|俺|咱)(?:看|觉得|估计|这|们?自己))"
    r"|(?<=[来去出到完好上下])(?=[\u4e00-\u9fff]{2,3}(?:呢|那块|这块)[\u4e00-\u9fff])"
    r"|(?<=[了啊的呢])(?:我|俺|咱)(?:数|看|量|问|核|查|摸)(?:了|过|着)"
)
_REFUTED = re.compile(
    r"\s?(?:我|俺|咱)(?:数|看|量|问|核|查|摸)(?:了|过|着)[^，。；\s]{0,6}?(?:不对|不是)"
)  # 我数了数不对是六层
_DOUBT = re.compile(
    r"(?:我|俺|咱)?(?:觉得|看着?|估计|感觉|寻思|琢磨|约摸)?(?:这事儿?|这个?|它?|有点儿?|就|是|怕|恐怕|也|挺)*"
    r"(?:够呛|悬乎?|玄乎?|难说|未必|不一定|不靠谱|没戏|不见得|没准|说不准|不大可能|不太可能|半信半疑|(?:能不能[\u4e00-\u9fff]{1,3})?(?:得)?两说|(?:没敢|不敢|不大|不太)信|不信|没谱|没底|吹牛)"
    r"(?:能成|能行|准)?[了吧的啊呢]?(?=$|[，。；,;！!\s])"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """Words of somebody else: who said them (empty where nobody is named), what, and both with the verb between."""

    who: Span
    matter: Span
    whole: Span


def read_heard(text: str, names: Sequence[Span] = ()) -> tuple[Heard, ...]:
    """Return what a normalised text tells of others' words, in order; a question asks and tells nothing.

    `names` are the words that name projects: nobody's who speaks.
    """
    if _ASKED.search(text) or _TO_BE_NOTED.search(text):
        return ()
    found = []
    text = without_din(text)  # 吵得很听不清你说啥
    listed = clauses(text)
    for number, clause in enumerate(listed):
        told = _HEARD_FROM.search(clause.words) or _TOLD.search(clause.words) or _RUMOUR.search(clause.words)
        if told is None:
            continue
        end = clause.end
        if not clause.words[told.end() :].strip("，:： ") and number + 1 < len(listed):
            end = listed[number + 1].end  # 供电公司说，月底通电
        turn = _TURNS.search(text, clause.start + told.end(), end)
        if turn and _REFUTED.match(text, turn.start()):
            continue
        end = turn.start() if turn else end
        start = clause.start + told.start()
        start = max([start, *(name.end for name in names if start < name.end <= clause.start + told.end("who"))])
        matter = span_of(text, clause.start + told.end(), end)
        matter = span_of(text, matter.start + len(matter.words) - len(matter.words.lstrip("，,:：")), end)
        who = span_of(text, start, clause.start + told.end("who"))
        if matter.words and not _HOW_LONG.match(matter.words):
            found.append(
                Heard(who if told.re is not _RUMOUR else Span(start, start, ""), matter, span_of(text, start, end))
            )
    return tuple(found)


def without_heard(text: str, names: Sequence[Span] = ()) -> str:
    """Return the sender's own words: a text with what others said left out."""
    for heard in reversed(read_heard(text, names)):
        text = text[: heard.whole.start] + text[heard.whole.end :]
    return text.strip("，。；,; ")


def without_doubt(text: str) -> str:
    """Return a text without what the sender thinks of others' words: 我觉得够呛 is no trouble of the works."""
    return _DOUBT.sub("", text)


def is_planned(words: str) -> bool:
    """Whether words name a step of the works; the caller has found a day to come in them."""
    return bool(_STEP.search(words)) and not _ASKED.search(words)


def is_promise(words: str) -> bool:
    """Whether words speak of what is still to come; the caller has found a date in them."""
    return bool(_TO_COME.search(words)) and not _ASKED.search(words)
