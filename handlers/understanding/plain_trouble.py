"""Words that are trouble whoever says them and however: 踢皮球, 撂挑子, 停摆, 不签字; no tone of voice, no greeting.

A problem of no known kind is written where one of these stands in it, and asked about where none does.
"""

from __future__ import annotations

import re

from handlers.understanding.phrasebook.no_problem import NO_HINDRANCE, NO_PROBLEM

_SOME = r"[^，。；;\s]"
_CALLED = r"(?:问题|困难|难题|难点|堵点|卡点|隐患|瓶颈|死结|麻烦事|大麻烦|风险|纠纷|矛盾|事故)|卡[住着壳了]|ISS-?\d"
_SHIRKED = (
    r"踢皮球|推给|没人迁|过路费|扯皮|推诿|顶牛|两头推|互相推|相互推|推来推去|来回推|没人(?:管|牵头|认|接|理|拍板|出面|负责)|不(?:认领|认账|表态|吭声|松口|搭理|接茬|配合|拍板|牵头)"
    rf"|(?:都|谁也|谁都|哪家都)(?:说)?不(?:是(?:自|他|它|我)|管|认|动|干|敢)|不点头|没敢[\u4e00-\u9fff]|不敢(?:动|干|开工|签|拍板)|(?:扯|理|说|分)不清|谈崩|谈不[拢成妥]|不肯{_SOME}"
)
_LEFT = (
    r"撂挑子|跑路|跑了|失联|联系不上|打不通|倒闭|破产|散伙|撤(?:走|场|资)|不干了|撂(?:那|这)儿?|搁(?:那|这)儿?|停摆|停着|停产|停了(?:[\d一二两三四五六七八九十好几半]+)?(?:天|周|个月|$)"
    r"|停了(?=[，。；;\s])|讨薪|白搭|断顿|干(?:耗|等|瞪眼|靠|着急)|窝工|歇工|趴窝|烂尾|要走|不投了|变卦|反悔|去(?:邻县|外县|别处|外地)"
)
_TAKEN = (
    rf"(?:叫|让|被|给|遭){_SOME}{{1,8}}?(?:扣|封|查封|截|拦|堵|罚|偷|抢|砸|锁|没收)(?:了|住|着|下|走|$)|丢了(?:[\d一二两三四五六七八九十几好]|{_SOME}{{0,3}}(?:泵|缆|线|料|钢|设备|井盖|工具))|被盗|失窃|派出所"
    r"|(?:拍桌子|拍了桌子|骂(?:街|娘|人)|动手|打人|打架|打起来)|(?:叫|被)停|勒令|责令|不让(?!我)|打起来|掐起来|吵起来|告到|联名|(?:海关|银行|[局委办院])[^，。；\s]{0,4}压[了着]|把[^，。；\s]{1,14}(?:扣|封|锁|砸)了"
)
_SHORT_OF = (
    r"不(?:签字|盖章|放行|给批|供货|发货|拨款)|供不上|跟不上|接不上|续不上|等料|断(?:货|料|供|粮|档)|[弄干搞调试架装铺办批走过]不(?:成|了|下去|下来|动)(?!一)|过不[去来]|进不[去来]|出不[去来]"
    r"|(?:退|打|驳)(?:回|了)(?:来|去|(?:[一二两三四五六七八九十几\d]+)[回次趟])|撵不走|赶不走|说不通|劝不动|谁劝都|请不动|催不动|催了[一二两三四五六七八九十几好多\d]+[回次遍趟]|第[二三四五六七八九\d]次催"
)
_PLAIN = re.compile("|".join((_CALLED, _SHIRKED, _LEFT, _TAKEN, _SHORT_OF)), re.IGNORECASE)
_NOTHING_WRONG = re.compile(f"{NO_HINDRANCE}|{NO_PROBLEM.pattern}")


def is_plain_trouble(text: str) -> bool:
    """Whether a text has words that are trouble by themselves, beside what it denies or says is mended."""
    return bool(_PLAIN.search(_NOTHING_WRONG.sub("　", text)))
