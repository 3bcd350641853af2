"""Whether a text asks, though no rule knows what: its question words, or a bare thing that can only be asked for."""

from __future__ import annotations

import re

# 好几个, 没啥, 谁都, 不知道啥时候: the words of a question, and no question.
_NO_QUESTION = re.compile(
    r"好几|[十百千万]几|几(?=[十百千万])|(?:没有?|无)(?:啥|什么|谁|哪)|(?:谁|哪里?|啥|什么|几\S)(?:都|也)|(?:不|没)(?:知道|清楚|晓得|说|定)[^，。；\s]*"
    r"|(?<=[有差剩来到停])几(?=[个台根米亩户人家车])|[要过]不了几天|前几天|[这那]几|过几天"
)
_QUESTION = re.compile(
    r"[?？]\s*$|(?:吗|呢|么|没有?|不)[啊呀]?[。!！]*$|[啥谁哪咋几]|什么|怎么|怎样|多少|多大|多久|多会儿|为何|如何|何时"
    r"|有没有|是不是|能不能|行不行|中不中|该不该|(?P<verb>[\u4e00-\u9fff])(?:没有?|不)(?P=verb)"
)
_THING = re.compile(
    r"(?:电话|手机号?|号码|联系方式|清单|名单|台账|情况|进展|进度|节点|时限|期限|计划|安排|统计|汇总|明细)(?:发我|给我|看看|看一?下)?[。!！]*$"
    r"|^(?:请问|想问|问一?下|帮我[查看找]|给我[查看找]|查一?[查下]?|看看|列一?下)"
)


def wonders(text: str) -> bool:
    """Whether a text is a question, or names nothing but what somebody wants to see."""
    return bool(_QUESTION.search(_NO_QUESTION.sub("　", text)) or _THING.search(text))
