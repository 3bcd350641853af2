"""What the sender denies: 有人说桥塌了 没有这回事; 谁说欠薪了. Words told to be untrue are nobody's report."""

from __future__ import annotations

import re

_TELLERS = r"(?:有人|有的人|外[头边面]|外界|网上|抖音上?|朋友圈|群里|村里|老百姓|群众|社会上|别人|人家|他们|大家)"
_TOLD = (
    rf"(?:{_TELLERS}(?:那边|里)?(?:都|又|老|一直|在)*(?:说|传|讲|议论|反映)|听说|听人[说讲]|据说|传言|谣传|谁说|哪个说)"
)
_UNTRUE = (
    r"(?:没有?(?:这|那|的)(?:回|么回|么一回|么)?事儿?|没(?:有)?影(?:儿)?的?事?|(?:净|纯属|都是|完全是|全是|就是)?(?:瞎|胡)(?:说|传|扯|编|讲|咧咧|写)八?道?"
    r"|(?:纯属|都是|全是|是)?(?:造谣|谣言|谣传|讹传|误传|子虚乌有)|不是真的|(?:是|纯属|全是|都是)假的|(?:是|纯属|都是|全是)?假(?:消息|新闻|信息|话)|(?<=[，。；,;\s])假的(?=$|[，。；,;\s])|不实|不属实|(?<=[说传讲]的)(?:都|全)?(?:不对|不真|不准|有误|走样)|哪有的?(?:这|那)?(?:回)?事|不存在的?事?)"
)
# 没停工 别听他们瞎传: what follows only turns against the tellers.
_UNHEEDED = rf"别(?:听|信)(?:{_TELLERS}|他|她|谁)?[^，。；,; ]{{0,6}}"
_WHO_SAYS_SO = r"谁(?:家)?(?:又|在|给)*(?:瞎|胡|乱|造)(?:说|传|讲|编|扯|谣)[^，。；,;\s]{0,3}"  # 谁瞎传的
_CLAUSE = r"[^。；;\n]"
_DENIED = re.compile(
    rf"{_TOLD}{_CLAUSE}{{0,40}}?。?{_UNTRUE}|(?<![听局委办镇乡院司家])(?:谁(?:[跟给](?:你们?|您))?[说讲]|哪个说)(?!的)[^，。；,;?？\n]{{2,24}}?(?=[，。；,;\s]{_CLAUSE}{{2}}|(?:的?[。!！]*)$)"
    rf"|{_TELLERS}[^，。；,;\s]{{0,2}}(?:说|传|讲|议论)的?(?:都|全|可|也)?(?:不对|不真|不准|没影|不是那样|不是那么回事|有误)"
    rf"|{_UNHEEDED}(?:瞎|胡|乱)(?:说|传|讲|编|扯)?|{_WHO_SAYS_SO}"
)
# 城北的数财务还没给我: what the sender does not know yet is no trouble of the works.
_UNREADY = re.compile(
    r"(?:累计|本月|总数|数)?(?:投资|完成)?(?:是|有)?多少(?:钱)?(?:我|俺)(?:还|得|要|再|也|去|先)*(?:问|查|核|算|等)[^，。；,;\s]{0,8}|"
    r"(?:财务|统计|数据?|数字|报表|台账|[这那]块的?数)(?:那[边头]|上|部门|还|也|都|暂时)*(?:没|未)(?:有)?(?:给|报|出|算|统计|对|核|弄)(?!完成)[^，。；,;\s]{0,6}"
)
# 塔吊没倒; 将近一个亿了 差40万: nothing has fallen, and nothing is lacking.
_NOT_SO = re.compile(
    r"(?:没|未|不)[\u4e00-\u9fff]{0,2}到[\d.]+%?[，,\s]?(?=(?:是|才|只有?|就|也就|实际|其实|现在|刚到?)[^\d，。；,;]{0,4}\d)"
    r"|(?:我|俺|咱)(?:可|又|从来?|压根)*没(?:有)?说过?[^，。；,;\s]+"
    r"|嫌[^，。；\s]{0,6}麻烦|(?:^|(?<=[，。；,;\s]))(?:还得|也)?麻烦(?=[把你您帮给记登补问查看]|各位|大家)|没(?:有)?(?:倒|歪|裂|断|坏|掉|塌|陷|垮|爆)(?!电|水|气|完)|(?:将近|接近|快到?|不到)[^，。；,;]{0,8}[万亿%][^，。；,;]{0,3}[，,\s](?:就|还|只|也就)?差[^，。；,;]{0,8}"
)
_HEED = re.compile(f"{_UNHEEDED}|{_WHO_SAYS_SO}")
_ASKS = re.compile(r"[?？]|吗[。]?$")


def is_denial(text: str) -> bool:
    """Whether a normalised text denies what is told; 没封顶 别听他们瞎说 tells how it stands."""
    return not _ASKS.search(text) and any(not _HEED.match(found.group()) for found in _DENIED.finditer(text))


def without_denied(text: str) -> str:
    """Return a text without what it denies or does not know yet, blanked out so that spans stay where they are."""
    if _ASKS.search(text):
        return text
    for nothing in (_DENIED, _UNREADY, _NOT_SO):
        text = nothing.sub(lambda found: "　" * len(found.group()), text)
    return text
