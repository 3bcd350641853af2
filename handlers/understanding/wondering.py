"""Which words of a text ask, though no rule knows what: judged phrase by phrase, since people tell and ask in one go.

好几个, 没啥, 谁都, 不知道啥时候 hold the words of a question and are none; 电话, 督办清单 are questions without any.
"""

from __future__ import annotations

import re
from functools import lru_cache

from handlers.understanding.musing import without_musing
from handlers.understanding.text import Span, phrases

_PERIOD = r"(?:号|点|月份?|多会儿)"
_COUNTED = r"[个件项家户条天次遍回层成米眼根台亩处张份位座公里百万亿千]"

_ASKED_FOR = r"(?:项目|问题|督办|工程|任务|议题|单位|逾期|超期|事|宽限)"

# Blanked out before the question words are looked for.
_NO_QUESTION = re.compile(
    r"谁[跟给](?:你们?|您)[说讲]|(?P<either>[\u4e00-\u9fff])不(?P=either)(?:了)?都"
    r"|(?:多少|几[个成台根]?|啥|什么|谁|哪\S)[^，。；\s]{0,4}?(?:我|俺|咱)们?(?:还|再|得|要|先|回头|等会儿?|去)+(?:去|再)?(?:问|查|核|对|算|打听)[^，。；?？\s]{0,6}"
    r"|谁说[^，。；?？]{1,16}[?？]|还是[^，。；\s]{1,14}来着(?=[^。]{0,4}(?:我|俺)(?:去|再|得|先)?[翻查看核问对])"
    r"|[^，。；\s]{0,8}谁(?:知道|晓得)|\d(?:万|亿|%|米|台|根|亩)[^，。\s]{0,2}呢"
    r"|谁家的?(?:都|也)|(?:为|因为?)[^，。；]{0,10}谁[^，。；]{0,8}(?=[打吵闹掐争扯])"
    r"|把[^，。；]{0,16}?(?:哪|啥|咋|谁|几|多少|为什么|怎么)[^，。；]{0,6}?(?:写个|(?:写|说|报|查|弄|摸|算|核|理)(?:清楚?|明白?|准|透|实|出来|个))"
    r"|(?:叫|是|个)?(?:什么|啥)来着(?=[，,\s]*[哦噢嗯啊对就])|好几|[十百千万]几|几(?=[十百千万])|前几天|[这那]几|过几天|没几天|几天(?:吧|后|内|前)"
    rf"|(?<![超晚差期])(?:[拍让叫等缓给来有了]|宽限|推迟)(?:了|着|上)?几{_COUNTED}(?!没|{_ASKED_FOR})(?=\S)"
    r"|(?:让|叫|责成|要求|交办)[^，。；谁啥哪]{2,16}(?:给|写|交|拿|出)个?(?:书面)?(?:说法|说明|解释|检讨)[^。]*"
    r"|把[^，。；]{2,16}(?:卡在哪|为啥|为什么|[咋怎]么?回事|啥情况)[^，。；]{0,6}(?:写|说|弄|查|讲)(?:个|一?下|清|明)(?:说明|报告|材料|楚|白)?"
    r"|没(?:咋|怎么)(?:动|干|弄|停|来|下|去|管)|(?<!有)(?:没|无)(?:有|花|出|见)?(?:啥|什么|谁|哪)|多少(?:钱|人|次|遍|天|趟|个)?(?:都|也)|谁(?:家|在)?(?:在|又)?(?:瞎|胡|乱|造)|(?:谁|哪[里儿]?|(?<!为)啥|(?<!为)什么|几\S)(?:都|也)|[那这]个?啥(?!时候)|啥的"
    r"|(?:不|没)(?:知道?|清楚|晓得|说|定)[^，。；\s]*|谁(?:说|知道|想到?)|哪有(?!啥)"
    r"|(?:哪儿|多少[^，。；\s]{0,2}|咋\S{0,2})(?:都|也)"
    r"|(?:多少|几[号个天成]|[啥什]么?时候|哪天|咋样?)[^，。；\s]{0,3}?(?:我|俺|咱)(?:们|还|得|要|再|先|也|去|找|跟)*(?:问|查|核|算|等|对)[^，。；\s]{0,6}"
    r"|(?:看[一了]?看|[转瞅]了[转瞅]|瞅瞅|去看|商量|研究|琢磨|讨论|合计)[^，。；\s]{0,8}(?:咋样?|怎么|啥|哪|谁|多少|几)"
)
_QUESTION = re.compile(
    r"[?？]|(?:吗|么)[啊呀]?[。!！]*$|没有?[啊呀]?[。!！]*$|[号天点日月年]不[啊呀]?[。!！]*$|(?:能|可以?|用|必须|需要)[^，。；\s不没]{1,6}不[啊呀]?[。!！]*$|^(?![搁在到正还刚])[^，。\s]{1,8}呢[。!！]*$"
    r"|[啥谁哪咋]|什么|怎么|怎样|多少|多大|多久|多会儿|为何|如何|何时"
    rf"|几{_PERIOD}|几{_COUNTED}(?:\S{{0,6}}?(?:没|未|还|要|得)\S{{0,4}})?(?:了|的|啦|呢|项目|问题|督办|工程|人|事儿?|单位)*(?:[啊呀]?[。!！]*$|\s)|百分之几|几成(?:$|了)|几个?[亿万]$|有几{_COUNTED}{_ASKED_FOR}"
    r"|(?:归|该|由|找|算|属于)[^，。；\s不]{1,8}还是[^，。；\s没不]{1,10}?(?:管|办|出|的|负责|拿)?[。!！]*$|还是(?:旁人|别人|不是|[\d一二三四五六七八九十])|来着$|(?:晚|迟|早|成|准|批|对|中|在|个人)了?不[。]*$|姓甚|哪|几(?:倍|成)"
    r"|是[^，。；\s]{1,8}还是[^，。；\s]{1,8}[。]*$|有没有(?!用)|是不是|能不能|行不行|中不中|该不该|够不够|妥不妥|提前不|(?<!不)(?P<verb>[\u4e00-\u9fff])(?:没有?|不)(?P=verb)"
)
_TELLS = re.compile(
    r"(?:还|没|正|都|就|也|仍|在|着|路上|这[儿边里])[^，。\s]*呢[。!！]*$|(?:都|也|还|啥|一[点分个]|从来|到现在|根本|仍|半)[^，。\s]*没有?[。!！]*$"
    r"|(?<![挂有存留剩报着过了])(?<!有啥)(?<!有什么)(?:问题|困难|进展|变化|动静|情况|人手?|钱|水|电)没有?[。!！]*$|[我俺咱]呢$|[里上]没有?[。!！]*$"
)
_THING = re.compile(
    r"(?<![无没新打回\u3000])(?<!没有)(?:电话|手机号?|号码|联系方式|清单|名单|台账|限期|到期日|总投资|情况|进展|进度|节点|时限|期限|统计|汇总|明细)"
    r"(?:发我|给我|看看|看一?下|呢)?[。!！]*$"
)
# P05配合单位: who holds which seat; 换了联络员 tells.
_SEATS = (
    r"(?:(?:[配协]合|责任|牵头|建设|施工|主管)(?:单位|部门)|(?:分包|包联|牵头)领导|联络员|联系人|责任人|负责人"
    r"|派驻纪检(?:监察)?员?)"
)
_SEAT = re.compile(
    rf"[^，。；,;：:\s了过是由换没缺无有定改派要请让叫找给和跟与]{{2,14}}\s?的?{_SEATS}(?:[和及、与跟以]+{_SEATS})+[?？。]*|"
    r"[^，。；,;：:\s了过是由换没缺无有定改派要请让叫找给和跟与]{2,14}\s?的?(?:[配协]合|责任|牵头|建设|施工|主管)(?:单位|部门)(?:有哪些|呢)?[?？。]*"
    r"|[^，。；,;：:\s了过是由换没缺无有定改派要请让叫找给和跟与]{2,14}\s?的?(?:分包|包联|牵头)领导[?？。]*"
    r"|[^，。；,;：:\s了过是由换没缺无有定改派要请让叫找给和跟与]{2,14}\s?的?(?:联络员|联系人|责任人|负责人|派驻纪检|(?:今年|年度?)(?:的)?计划|(?:竣工|完工|开工)(?:日期|时间))[?？。]*"
)
_WANTS = re.compile(
    r"^(?:请问|想问|问一?[下句]|顺便问|帮我[查看找]|给我[查看找]|查一?[查下]?|看看|列一?下|请?提供)"
    r"|(?:都|分别|各|挨个|逐个|一起|一块儿?|给我)(?:说|讲|报|念)(?:一?[下讲遍]|说)[。!！]*$|给我捋|捋(?:一?捋|[一几]条|一?遍|出来)[^，。]{0,2}给我|给我(?:报|说|列|讲|发|摆|念|翻)一?[报下说列讲遍摆念翻]|(?:念念|摆一?摆|列一?列|说说|讲讲|翻一下|理一理)[。!！]*$"
    r"|(?:电话|号码?|列|发|念|说)给我|把[他她][^，。]{0,4}(?:号|电话)|没记错吧|对不对$"
)
_ASKED_ALREADY = re.compile(
    r"(?:电话|微信|视频)[^。；]{0,6}问[^。；?？]*[，。；\s](?:他|她|人家|对方|那边)(?:说|回|讲|答)[^?？]*$"
)
_ONLY_THING = 14  # characters: a longer text that ends in 情况 tells something
_RHETORIC = re.compile(
    r"像话吗|(?:谁|哪[个家]?(?:单位|部门|局)?)(?:来|能|给|出面|到底)*(?:管一?管|治一?治|问一?问)|有没有人(?:来)?管|哪[里儿]?(?:等|拖|耗|受|扛|禁|经|耽误|架)得(?:起|了|住)|哪(?:还)?敢|有啥用|有什么用|谁有[事空]|算(?:个)?啥|啥意思|看看?(?:咋|怎么)(?:弄|办|整|搞)|(?:咋|怎么)(?:还|都|也|又)?(?:不在|没在|没来|没人)$|(?:咋|怎么)(?:弄|搞|整)的$"
    r"|谁[来去]?(?:垫|管|负责|出|掏|付|修|拆|迁|办)[^，。；\s]{0,3}(?:没|扯|说不|定不)|就是这么个|咋整|咋办"
    r"|(?:上|去|到)?哪儿?(?:里)?(?:找|弄|招|凑|借|买|寻|雇)[^，。；\s]{0,2}去"
)
_TO_BE_NOTED = re.compile(
    r"没(?:有|记)?的?话?(?:就|再)?给?(?:我|俺)?(?:添|补|登|加|记)(?:上|进去|一下|一笔)[吧啊哈]*[。!！]*$|(?:^|[，,。\s])(?:给我|帮我|请|麻烦|你)*记(?:上|一?下|下来|一笔)[吧啊哈]*[。!！]*$"
)
_LOOKS_IT_UP = re.compile(
    r"[^，。；\s]*还是[^，。；\s]{1,14}来着[，,\s]+[^，。]{0,4}[我俺](?:去|再|得|先)?[翻查看核问对]"
)
_TO_FIND_OUT = re.compile(
    r"(?:我|俺)?先[去来]?(?:看看|瞅瞅|瞧瞧|转转)[^，。；?？]*不[^，。；?？]$"
)  # 到了，先看看桩机转不转
_DENIES = re.compile(r"(?:哪)?(?:没|木)有?(?:的事)?(?:啊|呀|哦|哈|嘞)+")  # 没有啊 213没停工
_ADVICE = re.compile(r"(?:咋|怎么)(?:办|弄|整|搞)|行不行|中不中|可以(?:吗|不)|好吗|对吧|是吧|能不能|啥时候是个?头")
_NO = re.compile(r"没有?[啊呀的]*")
_LEAST = 3
_REMEMBERED = 1024  # many handlers ask of one message


@lru_cache(maxsize=_REMEMBERED)
def wonders(text: str) -> bool:
    """Whether any phrase of a text asks, or it names nothing but what somebody wants to see."""
    return bool(asking_phrases(text)) or _is_bare(text)


@lru_cache(maxsize=_REMEMBERED)
def only_wonders(text: str) -> bool:
    """Whether a text does nothing but ask: none of its phrases that says anything tells."""
    asking = asking_phrases(text)
    if not asking:
        return _is_bare(text)
    others = [phrase for phrase in phrases(text) if phrase not in asking]
    return not any(_says_something(phrase.words) for phrase in others)


def asking_phrases(text: str) -> list[Span]:
    """Return the phrases that ask something; what was asked of somebody who answered is told."""
    if _ASKED_ALREADY.search(text) or _TO_BE_NOTED.search(text):
        return []
    found = [phrase for phrase in phrases(text) if _asks(phrase.words) or _is_marked(text, phrase)]
    return [phrase for phrase in found if not _denies(text, phrase) and not _LOOKS_IT_UP.match(text, phrase.start)]


def _denies(text: str, phrase: Span) -> bool:
    """Whether 没有啊 answers at the head of what is told: 没有啊 213没停工."""
    return phrase.start == 0 and phrase.end < len(text) and bool(_NO.fullmatch(phrase.words))


def _is_marked(text: str, phrase: Span) -> bool:
    return text[phrase.end : phrase.end + 1] in ("?", "？") and not _RHETORIC.search(phrase.words)


def seeks_facts(words: str) -> bool:
    """Whether asking words want to know something, not advice, leave or agreement (咋办, 行不行)."""
    return len(words) > _LEAST and not _ADVICE.search(words)


def _asks(words: str) -> bool:
    if _RHETORIC.search(words) or _DENIES.fullmatch(words) or _TO_FIND_OUT.match(words):
        return False
    words = without_musing(words)
    bare = _NO_QUESTION.sub("　", words)
    if _WANTS.search(words):
        return True
    return bool(_QUESTION.search(bare)) and not (
        _TELLS.search(bare) and not re.search(r"[啥谁哪咋?？]|什么|怎么", bare)
    )


def _is_bare(text: str) -> bool:
    if _SEAT.fullmatch(text):
        return True
    return len(text) <= _ONLY_THING and bool(_THING.search(_NO_QUESTION.sub("\u3000", text)))


def _says_something(words: str) -> bool:
    return bool(_STATES.search(words))


_STATES = re.compile(
    r"了|完|过|着|没|不|已|在|有|缺|差|卡|堵|停|坏|漏|到位|[\d一二三四五六七八九十]+(?:\.\d+)?(?:万|亿|%|成)"
)
