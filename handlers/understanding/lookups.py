"""What somebody wants to know of the ledger itself: how many, how much, who serves in a unit, what became of it."""

from __future__ import annotations

import re
from enum import StrEnum


class Lookup(StrEnum):
    """What is to be looked up."""

    HOW_MANY = "how_many"  # 全县现在有几个项目
    HOW_MUCH = "how_much"  # 纺织园累计投了多少钱了
    WHO_IN_UNIT = "who_in_unit"  # 住建局的联络员是谁
    WHY_NOTICE = "why_notice"  # 213为啥挂牌督办
    REPLY_NEEDS = "reply_needs"  # 复函要写哪几样
    MATTER = "matter"  # 堵路那个事儿啥时候报的


_MANY = r"(?:几个|多少个?|几多)"
_WHO = r"(?:谁|哪个|哪位|啥人|什么人)"
_POST = r"(?:联络员|联系人|负责人|责任人|局长|主任|书记|院长|经理|一把手|主要领导|分管领导|领导|管事的|对接人)"
_WHEN = r"(?:啥时候|啥时间|啥时|什么时候|什么时间|何时|哪一?天|几号|多会儿|几时)"

_PATTERNS: dict[Lookup, tuple[re.Pattern[str], ...]] = {
    sort: tuple(re.compile(pattern) for pattern in patterns)
    for sort, patterns in {
        Lookup.HOW_MANY: (
            rf"(?:全县|全市|全区|咱们?县|县里|全部|总共|一共|共|现在|目前|手上|在建|在库|今年|重点)[^，。]{{0,8}}{_MANY}(?:重点|在建|市级|省级)*(?:项目|工程)",
            rf"(?:项目|工程)(?:现在|目前|一共|总共|总数|共)*(?:有|是)?(?:{_MANY}|多少)[?？呢啊]*$",
            rf"^(?:现在|目前|一共|总共)*有(?:{_MANY})(?:重点|在建|市级|省级)*(?:项目|工程)",
        ),
        Lookup.HOW_MUCH: (
            r"(?:投资?|花|干|完成|累计|拨|到位|产值|砸|用)[^，。]{0,8}?(?:多少|(?<!好)几个?[亿万]|(?<!好)几[千百]万)",
            r"(?:多少|几个?[亿万])(?:钱|投资|资金)",
            r"(?:累计|本月|这个?月|总投资|年度?计划|投资额|产值)(?:投资|完成|数)*(?:是|有|到)?(?:多少|几)",
        ),
        Lookup.WHO_IN_UNIT: (
            rf"{_POST}(?:现在|到底)?(?:是|叫|为){_WHO}|{_WHO}(?:是|当)[^，。]{{0,12}}{_POST}",
            rf"(?:是|归|由)?{_WHO}(?:在)?(?:负责|管(?!道|网|沟)|分管|牵头|当家|对接|联系|主事)",
            rf"(?:该)?(?:找|联系|问|对接){_WHO}|(?:{_POST}|的)(?:电话|手机|手机号|号码|联系方式)|电话(?:是)?多少",
        ),
        Lookup.WHY_NOTICE: (
            r"(?:为啥|为什么|为何|凭啥|凭什么|因为啥|因啥|咋|怎么)(?:就|又|会|被|给|要|我们?|咱们?|俺们?|局|单位)*(?:挂牌|督办|挂牌督办|被督办|挂了?牌)",
            r"(?:督办|挂牌)(?:的)?(?:是)?(?:因为)?(?:啥|什么|哪个|哪件)(?:事|事项|问题|原因|内容)?[?？呢啊]*$",
        ),
        Lookup.REPLY_NEEDS: (
            r"(?<!该)(?:复函|回复|回函|答复|五个落实)(?!没|的是)[^，。没]{0,8}?(?:写|包括|含|有|要|填|报|是|指)(?:清楚)?(?:些|点|的)*(?:哪|啥|什么|几[样项条])",
            r"(?:复函|回函)[^，。]{0,6}(?:缺|少)一?[样项条]|(?:复函|回函)[^。]{0,12}(?:都得有|五样|几样)",
            r"(?:复函|回函|五个落实)(?:咋|怎么|怎样|如何)(?:写|回|填|弄|报)|(?:咋|怎么|怎样|如何)(?:写|回|填)(?:复函|回函)",
        ),
        Lookup.MATTER: (
            rf"{_WHEN}(?:给)?(?:报|反映|提|说|上报|登记|记)(?:上来|上去|过来)?的|(?:谁|哪个|哪家)(?:给)?(?:报|反映|提|说|登记)(?:上来|上去)?的",
            rf"(?:事儿?|问题|情况|活儿?)(?:现在|到底|都|是)*(?:咋样|怎么样|咋回事|怎么回事|啥情况|到哪|{_WHEN}|谁|有没有|解决|处理|弄好|办好|咋|怎么)",
            r"(?:咋|怎么)回事|(?:是)?(?:谁|哪家|哪个单位)在?(?:管|负责|办|盯|处理|解决)",
        ),
    }.items()
}


def asks_for(text: str, sort: Lookup) -> bool:
    """Whether a text asks for something of the ledger."""
    return any(pattern.search(text) for pattern in _PATTERNS[sort])
